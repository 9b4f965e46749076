// SPDX-License-Identifier: MIT
/*
 * Lowering attention. A pass is a run of tokens and of query heads of one KV head: their queries
 * are the activation columns, K streams as a matrix with a row a position, V as its transpose.
 *
 * Order: V and K come first, so that their rows are appended while the queries' weights stream, and
 * then all scores before all of V, so that one head's softmax hides under the next head's scores.
 */
#include "lower_internal.h"

#define LOG2E 1.44269504088896341

struct pass {
	uint32_t layer, head;		/* KV head */
	uint32_t token, tokens;		/* first column and how many */
	uint32_t first, heads;		/* first query head within the group, and how many */
	struct attention_set *set;
};

/* Storage numbers of the KV caches, for the hazards of the fetch. */
static uint64_t k_number(const struct lower *l, uint32_t layer)
{
	return (uint64_t)layer * 2 * l->a->hp->kv_heads;
}

static uint64_t v_number(const struct lower *l, uint32_t layer)
{
	return k_number(l, layer) + l->a->hp->kv_heads;
}

static bool windowed(const struct lower *l, uint32_t layer)
{
	return hparams_windowed(l->a->hp, layer);
}

/* Register of the position of column 0, counted from where the layer's streams begin. */
static unsigned int position_reg(const struct lower *l, uint32_t layer)
{
	return windowed(l, layer) ? REG_SPAN : REG_POS;
}

/* Begin with the window's first tile of 64 positions, of @units each. */
static void skip_to_window(struct lower *l, struct cmd *c, uint32_t layer, uint32_t units)
{
	if (windowed(l, layer))
		program_patch(l->p, c, ING_S_OFFSET_W, REG_FIRST, units);
}

static void append_v(struct lower *l, uint32_t layer)
{
	const struct hparams *hp = l->a->hp;
	const struct kv_layout *kv = l->a->kv;
	const uint32_t lines = hp->head_dim / 16;
	struct cmd *c;

	program_part(l->p, "append_v");
	c = lower_vec(l, ING_FN_COPY, ING_SINK_KVV, l->a->columns, hp->kv_heads, hp->head_dim);
	lower_a(l, c, l->v, l->v.first, hp->kv_heads * lines, lines);
	cmd_set(l->p, c, ING_V_SLOT, SLOT_KV);
	cmd_set(l->p, c, ING_V_MSTRIDE, kv->context);
	cmd_set(l->p, c, ING_V_OFFSET, kv->v + layer * kv->v_layer);
	cmd_set(l->p, c, ING_V_EXPOFF, kv->exp + layer * kv->exp_layer);
	program_patch(l->p, c, ING_V_LEN_W, REG_POS, 1);
	program_writes(l->p, SPACE_MEMORY, v_number(l, layer), hp->kv_heads);
	program_end(l->p);
}

/* Queries and keys are turned on their way, where there are angles. */
static struct cmd *turned(struct lower *l, uint32_t layer, uint32_t sink, uint32_t first,
			  uint32_t tokens, uint32_t heads)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t lines = hp->head_dim / 16;
	const struct span rope = l->rope[hparams_rope(hp, layer)];
	struct cmd *c = lower_vec(l, hp->n_ropes ? ING_FN_ROPE : ING_FN_COPY, sink, tokens, heads,
				  hp->head_dim);

	if (hp->n_ropes)
		lower_b(l, c, rope, rope.first + first * lines, lines, 0);
	return c;
}

static void append_k(struct lower *l, uint32_t layer)
{
	const struct hparams *hp = l->a->hp;
	const struct kv_layout *kv = l->a->kv;
	const uint32_t lines = hp->head_dim / 16;
	struct cmd *c;

	program_part(l->p, "append_k");
	c = turned(l, layer, ING_SINK_KVK, 0, l->a->columns, hp->kv_heads);
	lower_a(l, c, l->k, l->k.first, hp->kv_heads * lines, lines);
	cmd_set(l->p, c, ING_V_SLOT, SLOT_KV);
	cmd_set(l->p, c, ING_V_MSTRIDE, kv->k_head);
	cmd_set(l->p, c, ING_V_OFFSET, kv->k + layer * kv->k_layer);
	program_patch(l->p, c, ING_V_LEN_W, REG_POS, 1);
	program_writes(l->p, SPACE_MEMORY, k_number(l, layer), hp->kv_heads);
	program_end(l->p);
}

/* Query heads of a pass: turned, quantised, one activation column each, token after token. */
static void pass_queries(struct lower *l, const struct pass *p)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t lines = hp->head_dim / 16, group = hp->heads / hp->kv_heads;
	const uint32_t row = l->q.first + lines * (p->token * hp->heads + p->head * group + p->first);
	struct cmd *c;

	program_part(l->p, "queries");
	c = turned(l, p->layer, ING_SINK_ACT, p->token, p->tokens, p->heads);
	lower_a(l, c, l->q, row, hp->heads * lines, lines);
	cmd_set(l->p, c, ING_V_DST, p->set->q.first);
	cmd_set(l->p, c, ING_V_COLOUT, p->heads);
	cmd_set(l->p, c, ING_V_COLIN, 1);
	program_writes(l->p, SPACE_ACT, p->set->q.first, p->set->q.count);
	program_end(l->p);
}

static void pass_scores(struct lower *l, const struct pass *p)
{
	const struct kv_layout *kv = l->a->kv;
	const uint32_t columns = p->tokens * p->heads;
	struct cmd *c;

	program_part(l->p, "scores");
	c = program_begin(l->p, ING_OP_MATMUL);
	cmd_set(l->p, c, ING_S_SLOT, SLOT_KV);
	cmd_set(l->p, c, ING_S_WIDTH, ING_WIDTH_16);
	cmd_set(l->p, c, ING_S_TGROUPS, ING_TILE_GROUPS_MAX);
	cmd_set(l->p, c, ING_S_COLS, columns);
	cmd_set(l->p, c, ING_S_OFFSET, kv->k + p->layer * kv->k_layer + p->head * kv->k_head);
	skip_to_window(l, c, p->layer, kv->k_head / (kv->context / 64));
	cmd_set(l->p, c, ING_S_ROWS, p->token + p->tokens);
	program_patch(l->p, c, ING_S_ROWS_W, position_reg(l, p->layer), 1);
	cmd_set(l->p, c, ING_S_BLOCKS, l->a->hp->head_dim / ING_BLOCK);
	cmd_set(l->p, c, ING_S_ACT, p->set->q.first);
	cmd_set(l->p, c, ING_S_DST, p->set->scores.first);
	cmd_set(l->p, c, ING_S_DSTCOL, kv->context / 16);
	program_reads(l->p, SPACE_ACT, p->set->q.first, p->set->q.count);
	program_reads(l->p, SPACE_MEMORY, k_number(l, p->layer) + p->head, 1);
	program_writes(l->p, SPACE_SCRATCH, p->set->scores.first, p->set->scores.count);
	program_end(l->p);
}

/* A VEC over the scores of a pass: rows padded to blocks of 32 positions, masked to their length. */
static struct cmd *score_rows(struct lower *l, const struct pass *p, uint32_t fn, uint32_t sink)
{
	const uint32_t lines = l->a->kv->context / 16;
	struct cmd *c = lower_vec(l, fn, sink, p->tokens, p->heads, 0);

	program_patch(l->p, c, ING_V_COUNT_W, REG_BLOCKS, ING_BLOCK);
	lower_a(l, c, p->set->scores, p->set->scores.first, p->heads * lines, lines);
	return c;
}

static void mask_rows(struct lower *l, const struct pass *p, struct cmd *c)
{
	cmd_set(l->p, c, ING_V_MASK, 1);
	cmd_set(l->p, c, ING_V_LENSTEP, 1);
	cmd_set(l->p, c, ING_V_LEN, p->token + 1);
	program_patch(l->p, c, ING_V_LEN_W, position_reg(l, p->layer), 1);
}

static void set_scalar(struct lower *l, unsigned int rd, unsigned int ra, uint32_t add,
		       unsigned int shift)
{
	struct cmd *c = program_begin(l->p, ING_OP_SCALAR);

	cmd_set(l->p, c, ING_C_RD, rd);
	cmd_set(l->p, c, ING_C_RA, ra);
	cmd_set(l->p, c, ING_C_IMM, add);
	cmd_set(l->p, c, ING_C_SH, shift);
	cmd_set(l->p, c, ING_C_MASK, UINT32_MAX);
	program_end(l->p);
}

/* What becomes of the scores before the softmax. */
static void pass_caps(struct lower *l, const struct pass *p)
{
	const uint32_t lines = l->a->kv->context / 16;
	const struct hparams *hp = l->a->hp;

	for (unsigned int i = 0; hp->attn_cap > 0 && i < CAP_STEPS; i++) {
		struct cmd *c = score_rows(l, p, lower_cap_fns[i], ING_SINK_SCRATCH);

		lower_to(l, c, p->set->scores, p->set->scores.first, p->heads * lines, lines);
		lower_cap_step(l, c, i, hp->attn_scale, hp->attn_cap);
		program_end(l->p);
	}
	if (windowed(l, p->layer))
		lower_window_mask(l, p->set->scores, p->tokens, p->heads);
}

/* exp((score - largest) * scale) in place, and the reciprocal of each row's sum. */
static void pass_softmax(struct lower *l, const struct pass *p)
{
	const uint32_t lines = l->a->kv->context / 16;
	const float scale = l->a->hp->attn_cap > 0 ? 1 : l->a->hp->attn_scale;
	struct cmd *c;

	program_part(l->p, "softmax");
	pass_caps(l, p);
	c = score_rows(l, p, ING_FN_COPY, ING_SINK_NONE);
	mask_rows(l, p, c);
	cmd_set(l->p, c, ING_V_RED, ING_RED_MAX);
	cmd_set(l->p, c, ING_V_SOUT, p->set->max.first);
	program_end(l->p);

	c = score_rows(l, p, ING_FN_EXP2, ING_SINK_SCRATCH);
	mask_rows(l, p, c);
	lower_to(l, c, p->set->scores, p->set->scores.first, p->heads * lines, lines);
	cmd_set(l->p, c, ING_V_USES, 1);
	cmd_set(l->p, c, ING_V_SIN, p->set->max.first);
	cmd_set(l->p, c, ING_V_RED, ING_RED_SUM);
	cmd_set(l->p, c, ING_V_SOUT, p->set->sum.first);
	cmd_set_f32(l->p, c, ING_V_C, (float)(LOG2E * scale));
	program_end(l->p);

	c = lower_vec(l, ING_FN_RECIP, ING_SINK_NONE, 1, 1, p->tokens * p->heads);
	cmd_set(l->p, c, ING_V_SCALAR, 1);
	cmd_set(l->p, c, ING_V_SIN, p->set->sum.first);
	cmd_set(l->p, c, ING_V_SOUT, p->set->sum.first);
	program_end(l->p);
}

static struct span exps_of(const struct lower *l, const struct pass *p, uint32_t half)
{
	const uint32_t lines = l->a->kv->exp_half;

	return (struct span){ p->set->exps.first + half * lines, lines };
}

/* V's exponents, which fold into the probabilities. */
static void load_exps(struct lower *l, const struct pass *p, uint32_t half)
{
	const struct kv_layout *kv = l->a->kv;
	const uint32_t number = p->head * (l->a->hp->head_dim / ING_BLOCK) + half;
	struct span to = exps_of(l, p, half);
	struct cmd *c;

	program_part(l->p, "exponents of v");
	c = program_begin(l->p, ING_OP_LOAD);
	cmd_set(l->p, c, ING_S_SLOT, SLOT_KV);
	cmd_set(l->p, c, ING_S_OFFSET, kv->exp + p->layer * kv->exp_layer +
				       (uint64_t)number * kv->exp_half);
	skip_to_window(l, c, p->layer, 1);
	program_patch(l->p, c, ING_S_ROWS_W, REG_LINES, 1);
	cmd_set(l->p, c, ING_S_DST, to.first);
	program_reads(l->p, SPACE_MEMORY, v_number(l, p->layer) + p->head, 1);
	program_writes(l->p, SPACE_SCRATCH, to.first, to.count);
	program_end(l->p);
}

static struct span probabilities_of(const struct lower *l, const struct pass *p, uint32_t half)
{
	const uint32_t blocks = l->a->kv->context / ING_BLOCK;

	return (struct span){ p->set->p.first + half * blocks, blocks };
}

static void quantise_probabilities(struct lower *l, const struct pass *p, uint32_t half)
{
	struct span exps = exps_of(l, p, half), to = probabilities_of(l, p, half);
	struct cmd *c;

	program_part(l->p, "probabilities");
	c = score_rows(l, p, ING_FN_MUL, ING_SINK_ACT);
	mask_rows(l, p, c);
	cmd_set(l->p, c, ING_V_BTYPE, ING_BTYPE_E8);
	lower_b(l, c, exps, exps.first, 0, 0);
	cmd_set(l->p, c, ING_V_DST, to.first);
	cmd_set(l->p, c, ING_V_COLOUT, p->heads);
	cmd_set(l->p, c, ING_V_COLIN, 1);
	program_writes(l->p, SPACE_ACT, to.first, to.count);
	program_end(l->p);
}

static void stream_v(struct lower *l, const struct pass *p, uint32_t half)
{
	const struct kv_layout *kv = l->a->kv;
	const uint32_t halves = l->a->hp->head_dim / ING_BLOCK;
	struct span act = probabilities_of(l, p, half);
	struct cmd *c = program_begin(l->p, ING_OP_MATMUL);

	cmd_set(l->p, c, ING_S_SLOT, SLOT_KV);
	cmd_set(l->p, c, ING_S_WIDTH, ING_WIDTH_16);
	cmd_set(l->p, c, ING_S_NOSCALE, 1);
	cmd_set(l->p, c, ING_S_TGROUPS, ING_BLOCK / ING_GROUP_ROWS);
	cmd_set(l->p, c, ING_S_COLS, p->tokens * p->heads);
	cmd_set(l->p, c, ING_S_OFFSET, kv->v + p->layer * kv->v_layer +
				       (uint64_t)(p->head * halves + half) * kv->v_half);
	skip_to_window(l, c, p->layer, 64);
	cmd_set(l->p, c, ING_S_ROWS, ING_BLOCK);
	program_patch(l->p, c, ING_S_BLOCKS_W, REG_BLOCKS, 1);
	cmd_set(l->p, c, ING_S_ACT, act.first);
	cmd_set(l->p, c, ING_S_DST, p->set->out.first + half * (ING_BLOCK / 16));
	cmd_set(l->p, c, ING_S_DSTCOL, l->a->hp->head_dim / 16);
	program_reads(l->p, SPACE_ACT, act.first, act.count);
	program_reads(l->p, SPACE_MEMORY, v_number(l, p->layer) + p->head, 1);
	program_writes(l->p, SPACE_SCRATCH, p->set->out.first, p->set->out.count);
	program_end(l->p);
}

static void pass_values(struct lower *l, const struct pass *p)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t halves = hp->head_dim / ING_BLOCK, lines = hp->head_dim / 16;
	const uint32_t head = p->head * (hp->heads / hp->kv_heads) + p->first;
	struct cmd *c;

	program_part(l->p, "values");
	for (uint32_t half = 0; half < halves; half++)
		stream_v(l, p, half);
	c = lower_vec(l, ING_FN_SCALE, ING_SINK_ACT, p->tokens, p->heads, hp->head_dim);
	lower_a(l, c, p->set->out, p->set->out.first, p->heads * lines, lines);
	cmd_set(l->p, c, ING_V_USES, 1);
	cmd_set(l->p, c, ING_V_SIN, p->set->sum.first);
	cmd_set(l->p, c, ING_V_DST, l->act_o.first + head * halves);
	cmd_set(l->p, c, ING_V_DSTIN, halves);
	cmd_set(l->p, c, ING_V_COL, p->token);
	cmd_set(l->p, c, ING_V_COLOUT, 1);
	program_writes(l->p, SPACE_ACT, l->act_o.first, l->act_o.count);
	program_end(l->p);
}

/* Up to n_sets passes side by side: all their scores, then all their values. */
static void run_passes(struct lower *l, const struct pass *passes, unsigned int count)
{
	const uint32_t halves = l->a->hp->head_dim / ING_BLOCK;
	const uint32_t last = passes[0].token + passes[0].tokens;
	const unsigned int position = position_reg(l, passes[0].layer);

	program_part(l->p, "positions in use");
	/* positions in use: position + last */
	set_scalar(l, REG_BLOCKS, position, last + 31, 5);
	set_scalar(l, REG_LINES, position, last + 63, 6);
	for (unsigned int i = 0; i < count; i++)
		pass_queries(l, &passes[i]);
	for (unsigned int i = 0; i < count; i++) {
		pass_scores(l, &passes[i]);
		for (uint32_t half = 0; half < halves; half++)
			load_exps(l, &passes[i], half);
	}
	for (unsigned int i = 0; i < count; i++) {
		pass_softmax(l, &passes[i]);
		for (uint32_t half = 0; half < halves; half++)
			quantise_probabilities(l, &passes[i], half);
	}
	for (unsigned int i = 0; i < count; i++)
		pass_values(l, &passes[i]);
}

/* The passes of some tokens: every KV head, and every part of its group. */
static void attend_tokens(struct lower *l, uint32_t layer, uint32_t token, uint32_t tokens)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t group = hp->heads / hp->kv_heads;
	struct pass passes[MAX_SETS];
	unsigned int n = 0;

	if (windowed(l, layer))
		lower_window(l, token, tokens);
	for (uint32_t head = 0; head < hp->kv_heads; head++) {
		for (uint32_t first = 0; first < group; first += l->pass_heads) {
			uint32_t heads = group - first < l->pass_heads ? group - first : l->pass_heads;

			passes[n] = (struct pass){ layer, head, token, tokens, first, heads,
						   &l->sets[n] };
			if (++n == l->n_sets) {
				run_passes(l, passes, n);
				n = 0;
			}
		}
	}
	if (n)
		run_passes(l, passes, n);
}

void lower_attention(struct lower *l, uint32_t layer)
{
	const struct layer_weights *w = &l->a->w->layers[layer];
	const uint32_t m = l->a->columns;

	lower_matmul(l, &w->v, 0, w->v.rows, m, l->act, l->v);
	lower_matmul(l, &w->k, 0, w->k.rows, m, l->act, l->k);
	lower_bias(l, &w->vectors[ARCH_V_BIAS], 0, w->v.rows, l->v);
	append_v(l, layer);
	lower_bias(l, &w->vectors[ARCH_K_BIAS], 0, w->k.rows, l->k);
	lower_head_norm(l, &w->vectors[ARCH_K_NORM], l->k);
	append_k(l, layer);
	lower_matmul(l, &w->q, 0, w->q.rows, m, l->act, l->q);
	lower_bias(l, &w->vectors[ARCH_Q_BIAS], 0, w->q.rows, l->q);
	lower_head_norm(l, &w->vectors[ARCH_Q_NORM], l->q);
	for (uint32_t token = 0; token < m; token += l->pass_tokens)
		attend_tokens(l, layer, token,
			      m - token < l->pass_tokens ? m - token : l->pass_tokens);
	lower_matmul(l, &w->o, 0, l->a->hp->dim, m, l->act_o, l->y);
	lower_bias(l, &w->vectors[ARCH_O_BIAS], 0, l->a->hp->dim, l->y);
}
