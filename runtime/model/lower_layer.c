// SPDX-License-Identifier: MIT
/* Lowering a layer's feed-forward part and the model's head. */
#include "lower_internal.h"

#define LOG2E 1.44269504088896341f

/* act = silu(gate) * up = recip(1 + exp(-gate)) * (gate * up), for one part of the rows. */
static void gate_part(struct lower *l, uint32_t first, uint32_t rows, struct span gate,
		      struct span up)
{
	const uint32_t m = l->a->columns, lines = rows / 16;
	struct cmd *c;

	program_part(l->p, "ffn_gated");
	c = lower_vec(l, ING_FN_MUL, ING_SINK_SCRATCH, m, 1, rows);
	lower_a(l, c, up, up.first, lines, 0);
	lower_b(l, c, gate, gate.first, lines, 0);
	lower_to(l, c, up, up.first, lines, 0);
	program_end(l->p);

	c = lower_vec(l, ING_FN_EXP2ADD, ING_SINK_SCRATCH, m, 1, rows);
	lower_a(l, c, gate, gate.first, lines, 0);
	lower_to(l, c, gate, gate.first, lines, 0);
	cmd_set_f32(l->p, c, ING_V_C, -LOG2E);
	cmd_set_f32(l->p, c, ING_V_D, 1.0f);
	program_end(l->p);

	c = lower_vec(l, ING_FN_RECIPMUL, ING_SINK_ACT, m, 1, rows);
	lower_a(l, c, gate, gate.first, lines, 0);
	lower_b(l, c, up, up.first, lines, 0);
	cmd_set(l->p, c, ING_V_DST, l->act_ffn.first + first / ING_BLOCK);
	cmd_set(l->p, c, ING_V_COLOUT, 1);
	program_writes(l->p, SPACE_ACT, l->act_ffn.first + first / ING_BLOCK, rows / ING_BLOCK);
	program_end(l->p);
}

/*
 * The rows go in parts, each gated while the next one streams: only the last part's vector work
 * stands between the last beat of gate and up and the first of down.
 */
void lower_ffn(struct lower *l, uint32_t layer)
{
	const struct layer_weights *w = &l->a->w->layers[layer];
	const uint32_t m = l->a->columns, ffn = l->a->hp->ffn;
	unsigned int turn = 0;

	program_part(l->p, "ffn_norm");
	lower_norm(l, w->ffn_norm, 0, m);
	for (uint32_t first = 0; first < ffn; first += l->ffn_part, turn ^= 1) {
		uint32_t rows = ffn - first < l->ffn_part ? ffn - first : l->ffn_part;

		lower_matmul(l, &w->gate, first, rows, m, l->act, l->gate[turn]);
		lower_matmul(l, &w->up, first, rows, m, l->act, l->up[turn]);
		gate_part(l, first, rows, l->gate[turn], l->up[turn]);
	}
	lower_matmul(l, &w->down, 0, l->a->hp->dim, m, l->act_ffn, l->y);
	program_part(l->p, "ffn_residual");
	lower_residual(l);
}

static void store_logits(struct lower *l, uint32_t columns, uint32_t first, uint32_t rows,
			 struct span from)
{
	const uint32_t lines = (rows + 15) / 16, row_lines = (l->a->hp->vocab + 15) / 16;
	struct cmd *c = lower_vec(l, ING_FN_COPY, ING_SINK_MEM, columns, 1, lines * 16);

	lower_a(l, c, from, from.first, lines, 0);
	cmd_set(l->p, c, ING_V_SLOT, SLOT_LOGITS);
	cmd_set(l->p, c, ING_V_MSTRIDE, row_lines);
	cmd_set(l->p, c, ING_V_OFFSET, first / 16);
	if (l->a->end == END_DECODE)
		program_patch(l->p, c, ING_V_OFFSET_W, REG_STEP, row_lines);
	program_end(l->p);
}

static struct cmd *list_op(struct lower *l, uint32_t sub, uint32_t count)
{
	struct cmd *c = program_begin(l->p, ING_OP_TOPK);

	cmd_set(l->p, c, ING_T_SUB, sub);
	cmd_set(l->p, c, ING_T_COUNT, count);
	program_writes(l->p, SPACE_LIST, 0, 1);
	return c;
}

static void offer_logits(struct lower *l, uint32_t first, uint32_t rows, struct span from)
{
	struct cmd *c = list_op(l, ING_TOPK_UPDATE, rows);

	cmd_set(l->p, c, ING_T_LINE, from.first);
	cmd_set(l->p, c, ING_T_BASE, first);
	program_reads(l->p, SPACE_SCRATCH, from.first, from.count);
	program_end(l->p);
}

/* Probabilities of the listed tokens, up to a common factor, in place of their logits. */
static void list_probabilities(struct lower *l)
{
	const struct sampling *s = &l->a->sampling;
	struct cmd *c = list_op(l, ING_TOPK_READ, s->top_k);

	cmd_set(l->p, c, ING_T_LINE, l->list.first);
	program_writes(l->p, SPACE_SCRATCH, l->list.first, l->list.count);
	program_end(l->p);
	c = lower_vec(l, ING_FN_COPY, ING_SINK_NONE, 1, 1, s->top_k);
	lower_a(l, c, l->list, l->list.first, 0, 0);
	cmd_set(l->p, c, ING_V_RED, ING_RED_MAX);
	cmd_set(l->p, c, ING_V_SOUT, l->sums.first);
	program_end(l->p);
	c = lower_vec(l, ING_FN_EXP2, ING_SINK_SCRATCH, 1, 1, s->top_k);
	lower_a(l, c, l->list, l->list.first, 0, 0);
	lower_to(l, c, l->list, l->list.first, 0, 0);
	cmd_set(l->p, c, ING_V_USES, 1);
	cmd_set(l->p, c, ING_V_SIN, l->sums.first);
	cmd_set_f32(l->p, c, ING_V_C, LOG2E / s->temperature);
	program_end(l->p);
}

static void pick(struct lower *l)
{
	const struct sampling *s = &l->a->sampling;
	struct cmd *c;

	program_part(l->p, "choice");
	if (s->temperature > 0)
		list_probabilities(l);
	c = program_begin(l->p, ING_OP_PICK);
	cmd_set(l->p, c, ING_T_SUB, s->temperature > 0 ? ING_PICK_SAMPLE : ING_PICK_BEST);
	cmd_set(l->p, c, ING_T_RD, REG_TOKEN);
	cmd_set(l->p, c, ING_T_COUNT, s->top_k);
	cmd_set(l->p, c, ING_T_LINE, l->list.first);
	program_patch(l->p, c, ING_T_BASE_W, REG_POS, 1);
	program_patch(l->p, c, ING_T_SEEDLO_W, REG_SEED_LO, 1);
	program_patch(l->p, c, ING_T_SEEDHI_W, REG_SEED_HI, 1);
	program_reads(l->p, SPACE_SCRATCH, l->list.first, l->list.count);
	program_end(l->p);
}

void lower_head(struct lower *l)
{
	const struct hparams *hp = l->a->hp;
	const bool decode = l->a->end == END_DECODE;
	const uint32_t columns = decode ? 1 : l->a->columns;
	unsigned int turn = 0;

	if (l->a->end == END_NOTHING)
		return;
	program_part(l->p, "output_norm");
	lower_norm(l, l->a->w->output_norm, 0, columns);
	program_part(l->p, "logits");
	if (decode) {
		list_op(l, ING_TOPK_RESET, l->a->sampling.top_k);
		program_end(l->p);
	}
	for (uint32_t first = 0; first < hp->vocab; first += l->logit_part, turn ^= 1) {
		uint32_t rows = hp->vocab - first < l->logit_part ? hp->vocab - first : l->logit_part;

		lower_matmul(l, &l->a->w->head, first, rows, columns, l->act, l->logits[turn]);
		if (!decode || l->a->store_logits)
			store_logits(l, columns, first, rows, l->logits[turn]);
		if (decode)
			offer_logits(l, first, rows, l->logits[turn]);
	}
	if (decode)
		pick(l);
}
