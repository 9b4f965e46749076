// SPDX-License-Identifier: MIT
/* Lowering a layer, operation by operation, and the model's head. */
#include "lower_internal.h"

#define LOG2E 1.44269504088896341f

static void one_op(struct lower *l, uint32_t layer, const struct arch_op *op)
{
	const struct vector *v = l->a->w->layers[layer].vectors;

	if (op->part)
		program_part(l->p, op->part);
	switch (op->kind) {
	case ARCH_OP_NORM:
		lower_norm(l, &v[op->weight], op->bias == ARCH_NONE ? NULL : &v[op->bias], 0,
			   l->a->columns);
		break;
	case ARCH_OP_ATTEND:
		lower_attention(l, layer);
		break;
	case ARCH_OP_FFN:
		lower_ffn(l, layer);
		break;
	case ARCH_OP_POST_NORM:
		lower_post_norm(l, &v[op->weight]);
		break;
	case ARCH_OP_ADD:
		lower_residual(l);
		break;
	case ARCH_END:
		break;
	}
}

void lower_layer(struct lower *l, uint32_t layer)
{
	for (const struct arch_op *op = l->a->hp->arch->layer; op->kind != ARCH_END; op++)
		one_op(l, layer, op);
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

/* Rows of @count elements, @lines from each other, in place. */
static void cap_logits(struct lower *l, uint32_t rows, uint32_t lines, uint32_t count,
		       struct span at)
{
	if (l->a->hp->logit_cap == 0)
		return;
	for (unsigned int i = 0; i < CAP_STEPS; i++) {
		struct cmd *c = lower_vec(l, lower_cap_fns[i], ING_SINK_SCRATCH, rows, 1, count);

		lower_a(l, c, at, at.first, lines, 0);
		lower_to(l, c, at, at.first, lines, 0);
		lower_cap_step(l, c, i, 1, l->a->hp->logit_cap);
		program_end(l->p);
	}
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
	cap_logits(l, 1, 0, s->top_k, l->list);
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

/*
 * The list is fed with logits before they are capped, which does not change their order: so only
 * the values that it keeps need the cap, unless all are stored.
 */
static void logits_part(struct lower *l, uint32_t columns, uint32_t first, uint32_t rows,
			struct span at)
{
	const bool decode = l->a->end == END_DECODE, capped = l->a->hp->logit_cap > 0;
	const uint32_t lines = (rows + 15) / 16;

	if (decode && capped)
		offer_logits(l, first, rows, at);
	if (!decode || l->a->store_logits) {
		cap_logits(l, columns, lines, lines * 16, at);
		store_logits(l, columns, first, rows, at);
	}
	if (decode && !capped)
		offer_logits(l, first, rows, at);
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
	lower_norm(l, &l->a->w->output_norm, &l->a->w->output_norm_bias, 0, columns);
	program_part(l->p, "logits");
	if (decode) {
		list_op(l, ING_TOPK_RESET, l->a->sampling.top_k);
		program_end(l->p);
	}
	for (uint32_t first = 0; first < hp->vocab; first += l->logit_part, turn ^= 1) {
		uint32_t rows = hp->vocab - first < l->logit_part ? hp->vocab - first : l->logit_part;

		lower_matmul(l, &l->a->w->head, first, rows, columns, l->act, l->logits[turn]);
		logits_part(l, columns, first, rows, l->logits[turn]);
	}
	if (decode)
		pick(l);
}
