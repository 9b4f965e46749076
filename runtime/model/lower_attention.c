// SPDX-License-Identifier: MIT
/*
 * Lowering attention. A pass is a run of tokens of one sequence and of query heads of one KV head:
 * their queries are the activation columns, K streams as a matrix with a row a position, V as its
 * transpose.
 *
 * Order: V and K come first, so that their rows are appended while the queries' weights stream.
 * Scores run ahead of V by as many passes as there are sets of buffers, so that the softmax of one
 * pass hides under the scores and values of others.
 */
#include <string.h>

#include "lower_internal.h"

#define LOG2E 1.44269504088896341

struct pass {
	uint32_t layer, head;		/* KV head */
	uint32_t token, tokens;		/* first column and how many */
	uint32_t first, heads;		/* first query head within the group, and how many */
	struct attention_set *set;
	struct span q;			/* activations of the queries */
};

/* Positions that the last token of a pass attends to, less what lower_position() adds. */
static uint32_t reach(const struct lower *l, const struct pass *p)
{
	return lower_is_batch(l) ? 1 : p->token + p->tokens;
}

static bool windowed(const struct lower *l, uint32_t layer)
{
	return lower_has_windows(l) && hparams_windowed(l->a->hp, layer);
}

/* A word with the position of a pass, as lower_position(), counted from where its streams begin. */
static void add_position(struct lower *l, const struct pass *p, struct cmd *c, unsigned int word)
{
	if (windowed(l, p->layer))
		program_patch(l->p, c, word, REG_SPAN, 1);
	else
		lower_position(l, c, word, p->token, 1);
}

/* Begin with the window's first tile of 64 positions, of @units each. */
static void skip_to_window(struct lower *l, struct cmd *c, uint32_t layer, uint32_t units)
{
	if (windowed(l, layer))
		program_patch(l->p, c, ING_S_OFFSET_W, REG_FIRST, units);
}

/* To activations from a row for all heads of a pack, of which each one takes its own elements. */
static void only_own(struct lower *l, struct cmd *c, const struct pass *p)
{
	const uint32_t lines = l->a->hp->head_dim / 16;

	lower_b(l, c, l->head_masks, l->head_masks.first + p->first * lines, 0, lines);
	cmd_set(l->p, c, ING_V_MASK, 1);
	cmd_set(l->p, c, ING_V_LEN, l->a->hp->head_used);
}

static void packed_queries(struct lower *l, const struct pass *p)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t lines = hp->head_dim / 16;
	struct cmd *c = lower_vec(l, ING_FN_MUL, ING_SINK_ACT, p->tokens, p->heads, hp->head_dim);

	lower_a(l, c, l->q, l->q.first + lines * (p->token * hp->kv_heads + p->head),
		hp->kv_heads * lines, 0);
	only_own(l, c, p);
	cmd_set(l->p, c, ING_V_DST, p->q.first);
	cmd_set(l->p, c, ING_V_COLOUT, p->heads);
	cmd_set(l->p, c, ING_V_COLIN, 1);
	program_writes(l->p, SPACE_ACT, p->q.first, p->q.count);
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
	if (hp->pack > 1) {
		packed_queries(l, p);
		return;
	}
	c = lower_turned(l, p->layer, ING_SINK_ACT, p->token, p->tokens, p->heads);
	lower_a(l, c, l->q, row, hp->heads * lines, lines);
	cmd_set(l->p, c, ING_V_DST, p->q.first);
	cmd_set(l->p, c, ING_V_COLOUT, p->heads);
	cmd_set(l->p, c, ING_V_COLIN, 1);
	program_writes(l->p, SPACE_ACT, p->q.first, p->q.count);
	program_end(l->p);
}

static void pass_scores(struct lower *l, const struct pass *p)
{
	const struct kv_layout *kv = l->a->kv;
	const uint32_t columns = p->tokens * p->heads;
	struct cmd *c;

	program_part(l->p, "scores");
	c = program_begin(l->p, ING_OP_MATMUL);
	cmd_set(l->p, c, ING_S_SLOT, SLOT_KV + lower_sequence_of(l, p->token));
	cmd_set(l->p, c, ING_S_WIDTH, ING_WIDTH_16);
	cmd_set(l->p, c, ING_S_TGROUPS, ING_TILE_GROUPS_MAX);
	cmd_set(l->p, c, ING_S_COLS, columns);
	cmd_set(l->p, c, ING_S_OFFSET, kv->k + p->layer * kv->k_layer + p->head * kv->k_head);
	skip_to_window(l, c, p->layer, kv->k_head / (kv->context / 64));
	cmd_set(l->p, c, ING_S_ROWS, reach(l, p));
	add_position(l, p, c, ING_S_ROWS_W);
	cmd_set(l->p, c, ING_S_BLOCKS, l->a->hp->head_dim / ING_BLOCK);
	if (l->a->hp->head_dim == ING_BLOCK)
		cmd_set(l->p, c, ING_S_CHUNKS, ing_short_chunks(ING_WIDTH_16, l->a->hp->head_used));
	cmd_set(l->p, c, ING_S_ACT, p->q.first);
	cmd_set(l->p, c, ING_S_DST, p->set->scores.first);
	cmd_set(l->p, c, ING_S_DSTCOL, kv->context / 16);
	program_reads(l->p, SPACE_ACT, p->q.first, p->q.count);
	program_reads(l->p, SPACE_MEMORY, lower_k_number(l, p->layer, lower_sequence_of(l, p->token)) + p->head, 1);
	program_writes(l->p, SPACE_SCRATCH, p->set->scores.first, p->set->scores.count);
	program_end(l->p);
}

/* Few sequences have registers of their own for this, free ones; more, or windows, share a pair. */
static unsigned int use_of(const struct lower *l, const struct pass *p)
{
	return lower_is_batch(l) && l->a->columns <= MAX_USES && !lower_has_windows(l) ? p->token : 0;
}

static unsigned int blocks_register(const struct lower *l, const struct pass *p)
{
	static const uint8_t registers[MAX_USES] = { REG_BLOCKS, 5, 7, REG_FIRST };

	return registers[use_of(l, p)];
}

static unsigned int lines_register(const struct lower *l, const struct pass *p)
{
	static const uint8_t registers[MAX_USES] = { REG_LINES, 6, 8, REG_SPAN };

	return registers[use_of(l, p)];
}

/* Positions in use, in units of 2^shift. */
static void set_use(struct lower *l, const struct pass *p, unsigned int rd, unsigned int shift)
{
	const uint32_t add = reach(l, p) + (1u << shift) - 1;
	struct cmd *c;

	if (windowed(l, p->layer)) {
		c = program_begin(l->p, ING_OP_SCALAR);
		cmd_set(l->p, c, ING_C_RD, rd);
		cmd_set(l->p, c, ING_C_RA, REG_SPAN);
		cmd_set(l->p, c, ING_C_IMM, add);
		cmd_set(l->p, c, ING_C_SH, shift);
		cmd_set(l->p, c, ING_C_MASK, UINT32_MAX);
	} else {
		lower_position_scalar(l, rd, p->token, add, shift);
	}
	program_end(l->p);
}

/* Where a pass's positions begin and how many there are, into registers that hold another's. */
static void need_use(struct lower *l, const struct pass *p)
{
	struct position_use *u = &l->uses[use_of(l, p)];
	const struct position_use wanted = {
		reach(l, p), lower_sequence_of(l, p->token), windowed(l, p->layer)
	};

	if (u->reach == wanted.reach && u->sequence == wanted.sequence &&
	    u->windowed == wanted.windowed)
		return;
	*u = wanted;
	if (wanted.windowed)
		lower_window(l, p->token);
	program_part(l->p, "positions in use");
	set_use(l, p, blocks_register(l, p), 5);
	set_use(l, p, lines_register(l, p), 6);
}

/*
 * A VEC over the scores of a pass: rows padded to blocks of 32 positions, masked to their length. What
 * is not quantised needs no more than the positions that there are.
 */
static struct cmd *score_rows(struct lower *l, const struct pass *p, uint32_t fn, uint32_t sink)
{
	const uint32_t lines = l->a->kv->context / 16, positions = l->a->kv->positions;
	struct cmd *c = lower_vec(l, fn, sink, p->tokens, p->heads, 0);

	if (sink == ING_SINK_NONE && positions < ING_BLOCK)
		cmd_set(l->p, c, ING_V_COUNT, positions);
	else
		program_patch(l->p, c, ING_V_COUNT_W, blocks_register(l, p), ING_BLOCK);
	lower_a(l, c, p->set->scores, p->set->scores.first, p->heads * lines, lines);
	return c;
}

static void mask_rows(struct lower *l, const struct pass *p, struct cmd *c)
{
	cmd_set(l->p, c, ING_V_MASK, 1);
	cmd_set(l->p, c, ING_V_LENSTEP, 1);
	cmd_set(l->p, c, ING_V_LEN, reach(l, p) - p->tokens + 1);
	add_position(l, p, c, ING_V_LEN_W);
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

/* exp((score - largest) * scale) of the rows, by one of the functions for that. */
static struct cmd *exp_rows(struct lower *l, const struct pass *p, uint32_t fn, uint32_t sink)
{
	const float scale = l->a->hp->attn_cap > 0 ? 1 : l->a->hp->attn_scale;
	struct cmd *c = score_rows(l, p, fn, sink);

	mask_rows(l, p, c);
	cmd_set(l->p, c, ING_V_USES, 1);
	cmd_set(l->p, c, ING_V_SIN, p->set->max.first);
	cmd_set_f32(l->p, c, ING_V_C, (float)(LOG2E * scale));
	return c;
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
	cmd_set(l->p, c, ING_S_SLOT, SLOT_KV + lower_sequence_of(l, p->token));
	cmd_set(l->p, c, ING_S_OFFSET, kv->exp + p->layer * kv->exp_layer +
				       (uint64_t)number * kv->exp_half);
	skip_to_window(l, c, p->layer, 1);
	program_patch(l->p, c, ING_S_ROWS_W, lines_register(l, p), 1);
	cmd_set(l->p, c, ING_S_DST, to.first);
	program_reads(l->p, SPACE_MEMORY, lower_v_number(l, p->layer, lower_sequence_of(l, p->token)) + p->head, 1);
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
	if (l->a->hp->pack > 1) {
		c = exp_rows(l, p, ING_FN_EXP2MUL, ING_SINK_ACT);
	} else {
		c = score_rows(l, p, ING_FN_MUL, ING_SINK_ACT);
		mask_rows(l, p, c);
	}
	cmd_set(l->p, c, ING_V_BTYPE, ING_BTYPE_E8);
	lower_b(l, c, exps, exps.first, 0, 0);
	cmd_set(l->p, c, ING_V_DST, to.first);
	cmd_set(l->p, c, ING_V_COLOUT, p->heads);
	cmd_set(l->p, c, ING_V_COLIN, 1);
	program_writes(l->p, SPACE_ACT, to.first, to.count);
	program_end(l->p);
}

/*
 * exp((score - largest) * scale) in place, and the reciprocal of each row's sum. Of packed heads the
 * probabilities are computed on their own, first, and the sums while V streams.
 */
static void pass_softmax(struct lower *l, const struct pass *p)
{
	const uint32_t lines = l->a->kv->context / 16;
	const bool packed = l->a->hp->pack > 1;
	struct cmd *c;

	program_part(l->p, "softmax");
	pass_caps(l, p);
	c = score_rows(l, p, ING_FN_COPY, ING_SINK_NONE);
	mask_rows(l, p, c);
	cmd_set(l->p, c, ING_V_RED, ING_RED_MAX);
	cmd_set(l->p, c, ING_V_SOUT, p->set->max.first);
	program_end(l->p);

	if (packed)
		quantise_probabilities(l, p, 0);
	c = exp_rows(l, p, ING_FN_EXP2, packed ? ING_SINK_NONE : ING_SINK_SCRATCH);
	if (!packed)
		lower_to(l, c, p->set->scores, p->set->scores.first, p->heads * lines, lines);
	cmd_set(l->p, c, ING_V_RED, ING_RED_SUM);
	cmd_set(l->p, c, ING_V_SOUT, p->set->sum.first);
	program_end(l->p);

	c = lower_vec(l, ING_FN_RECIP, ING_SINK_NONE, 1, 1, p->tokens * p->heads);
	cmd_set(l->p, c, ING_V_SCALAR, 1);
	cmd_set(l->p, c, ING_V_SIN, p->set->sum.first);
	cmd_set(l->p, c, ING_V_SOUT, p->set->sum.first);
	program_end(l->p);
}

static void stream_v(struct lower *l, const struct pass *p, uint32_t half)
{
	const struct kv_layout *kv = l->a->kv;
	const uint32_t halves = l->a->hp->head_dim / ING_BLOCK;
	const uint32_t left = l->a->hp->head_used - half * ING_BLOCK;
	/* packed heads mask what is not computed */
	const uint32_t rows = l->a->hp->pack > 1 && left < ING_BLOCK ? left : ING_BLOCK;
	struct span act = probabilities_of(l, p, half);
	struct cmd *c = program_begin(l->p, ING_OP_MATMUL);

	cmd_set(l->p, c, ING_S_SLOT, SLOT_KV + lower_sequence_of(l, p->token));
	cmd_set(l->p, c, ING_S_WIDTH, ING_WIDTH_16);
	cmd_set(l->p, c, ING_S_NOSCALE, 1);
	cmd_set(l->p, c, ING_S_TGROUPS, ING_BLOCK / ING_GROUP_ROWS);
	cmd_set(l->p, c, ING_S_COLS, p->tokens * p->heads);
	cmd_set(l->p, c, ING_S_OFFSET, kv->v + p->layer * kv->v_layer +
				       (uint64_t)(p->head * halves + half) * kv->v_half);
	skip_to_window(l, c, p->layer, 64);
	cmd_set(l->p, c, ING_S_ROWS, rows);
	program_patch(l->p, c, ING_S_BLOCKS_W, blocks_register(l, p), 1);
	if (kv->positions < ING_BLOCK)
		cmd_set(l->p, c, ING_S_CHUNKS, ing_short_chunks(ING_WIDTH_16, kv->positions));
	cmd_set(l->p, c, ING_S_ACT, act.first);
	cmd_set(l->p, c, ING_S_DST, p->set->out.first + half * (ING_BLOCK / 16));
	cmd_set(l->p, c, ING_S_DSTCOL, l->a->hp->head_dim / 16);
	program_reads(l->p, SPACE_ACT, act.first, act.count);
	program_reads(l->p, SPACE_MEMORY, lower_v_number(l, p->layer, lower_sequence_of(l, p->token)) + p->head, 1);
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
	c = lower_vec(l, hp->pack > 1 ? ING_FN_NORM : ING_FN_SCALE, ING_SINK_ACT, p->tokens, p->heads,
		      hp->head_dim);
	lower_a(l, c, p->set->out, p->set->out.first, p->heads * lines, lines);
	if (hp->pack > 1)
		only_own(l, c, p);
	cmd_set(l->p, c, ING_V_USES, 1);
	cmd_set(l->p, c, ING_V_SIN, p->set->sum.first);
	cmd_set(l->p, c, ING_V_DST, l->act_o.first + head * halves);
	cmd_set(l->p, c, ING_V_DSTIN, halves);
	cmd_set(l->p, c, ING_V_COL, p->token);
	cmd_set(l->p, c, ING_V_COLOUT, 1);
	program_writes(l->p, SPACE_ACT, l->act_o.first, l->act_o.count);
	program_end(l->p);
}

static void begin_pass(struct lower *l, const struct pass *p)
{
	const uint32_t halves = l->a->hp->head_dim / ING_BLOCK;

	lower_sequence(l, p->token);
	need_use(l, p);
	pass_scores(l, p);
	for (uint32_t half = 0; half < halves; half++)
		load_exps(l, p, half);
}

/* Passes of the same tokens follow one another. */
static void need_masks(struct lower *l, const struct pass *p)
{
	if (!p->head && !p->first)
		lower_window_masks(l, p->token, p->tokens);
}

static void weigh_pass(struct lower *l, const struct pass *p)
{
	const uint32_t halves = l->a->hp->head_dim / ING_BLOCK;

	lower_sequence(l, p->token);
	need_use(l, p);
	if (windowed(l, p->layer))
		need_masks(l, p);
	pass_softmax(l, p);
	for (uint32_t half = 0; l->a->hp->pack == 1 && half < halves; half++)
		quantise_probabilities(l, p, half);
}

static void end_pass(struct lower *l, const struct pass *p)
{
	lower_sequence(l, p->token);
	need_use(l, p);
	pass_values(l, p);
}

/* Pass number n of a layer: token by token, then head by head, then part by part of a group. */
static struct pass pass_number(struct lower *l, uint32_t layer, uint32_t n)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t group = hp->heads / hp->kv_heads;
	const uint32_t parts = (group + l->pass_heads - 1) / l->pass_heads;
	const uint32_t part = n % parts, head = n / parts % hp->kv_heads;
	struct pass p = {
		.layer = layer,
		.head = head,
		.token = n / parts / hp->kv_heads * l->pass_tokens,
		.first = part * l->pass_heads,
		.set = &l->sets[n % l->n_sets],
		.q = l->queries[n % (l->n_sets + 1)],
	};

	p.tokens = l->a->columns - p.token < l->pass_tokens ? l->a->columns - p.token : l->pass_tokens;
	p.heads = group - p.first < l->pass_heads ? group - p.first : l->pass_heads;
	return p;
}

static uint32_t passes_in_all(const struct lower *l)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t group = hp->heads / hp->kv_heads;

	return (l->a->columns + l->pass_tokens - 1) / l->pass_tokens * hp->kv_heads *
	       ((group + l->pass_heads - 1) / l->pass_heads);
}

static void turn_queries(struct lower *l, uint32_t layer, uint32_t n)
{
	struct pass p = pass_number(l, layer, n);

	if (n >= passes_in_all(l))
		return;
	lower_sequence(l, p.token);
	pass_queries(l, &p);
}

/*
 * Passes overlap: those that have sets begin together; from then on the values of one are followed
 * by the scores of the one that takes its set. Queries, cheap to keep, are turned a pass earlier.
 */
static void attend(struct lower *l, uint32_t layer)
{
	const uint32_t count = passes_in_all(l), ahead = count < l->n_sets ? count : l->n_sets;
	struct pass p = pass_number(l, layer, 0);

	if (!lower_is_batch(l))
		memset(l->uses, 0, sizeof(l->uses));
	need_use(l, &p);
	for (uint32_t n = 0; n < ahead; n++)
		turn_queries(l, layer, n);
	if (l->a->hp->pack > 1)
		lower_append_v(l, layer);
	for (uint32_t n = 0; n < ahead; n++) {
		p = pass_number(l, layer, n);
		begin_pass(l, &p);
	}
	turn_queries(l, layer, ahead);
	for (uint32_t n = 0; n < ahead; n++) {
		p = pass_number(l, layer, n);
		weigh_pass(l, &p);
	}
	for (uint32_t n = 0; n < count; n++) {
		turn_queries(l, layer, n + ahead + 1);
		p = pass_number(l, layer, n);
		end_pass(l, &p);
		if (n + ahead >= count)
			continue;
		p = pass_number(l, layer, n + ahead);
		begin_pass(l, &p);
		weigh_pass(l, &p);
	}
	lower_sequence(l, -1);
}

void lower_attention(struct lower *l, uint32_t layer)
{
	const struct layer_weights *w = &l->a->w->layers[layer];
	const uint32_t m = l->a->columns;

	/* Packed heads are short work: scores, which V has nothing to do with, come as soon as they can. */
	if (l->a->hp->pack == 1)
		lower_matmul(l, &w->v, 0, w->v.rows, m, l->act, l->v);
	lower_matmul(l, &w->k, 0, w->k.rows, m, l->act, l->k);
	if (l->a->hp->pack == 1)
		lower_append_v(l, layer);
	lower_bias(l, &w->vectors[ARCH_K_BIAS], 0, w->k.rows, l->k);
	lower_head_norm(l, &w->vectors[ARCH_K_NORM], l->k);
	lower_append_k(l, layer);
	lower_matmul(l, &w->q, 0, w->q.rows, m, l->act, l->q);
	if (l->a->hp->pack > 1)
		lower_matmul(l, &w->v, 0, w->v.rows, m, l->act, l->v);
	lower_bias(l, &w->vectors[ARCH_Q_BIAS], 0, w->q.rows, l->q);
	lower_head_norm(l, &w->vectors[ARCH_Q_NORM], l->q);
	attend(l, layer);
	lower_matmul(l, &w->o, 0, l->a->hp->dim, m, l->act_o, l->y);
	lower_bias(l, &w->vectors[ARCH_O_BIAS], 0, l->a->hp->dim, l->y);
}
