// SPDX-License-Identifier: MIT
/* Lowering norms and what else is done with vectors of weights: biases, soft caps. */
#include "lower_internal.h"

#define LOG2E 1.44269504088896341

/* S[first ..] = fn(S[first ..]), in scalar mode. */
static void scalar_op(struct lower *l, uint32_t fn, struct span s, float mul, float add)
{
	struct cmd *c = lower_vec(l, fn, ING_SINK_NONE, 1, 1, s.count);

	cmd_set(l->p, c, ING_V_SCALAR, 1);
	cmd_set(l->p, c, ING_V_SIN, s.first);
	cmd_set(l->p, c, ING_V_SOUT, s.first);
	if (fn == ING_FN_AFFINE) {
		cmd_set_f32(l->p, c, ING_V_C, mul);
		cmd_set_f32(l->p, c, ING_V_D, add);
	}
	program_end(l->p);
}

/**
 * struct rows - rows of the scratchpad, one after another
 * @in: all that they are part of
 * @line: first line
 * @rows: how many
 * @count: elements of each, a multiple of 16
 * @used: elements that are not padding
 */
struct rows {
	struct span in;
	uint32_t line, rows, count, used;
};

/* Whole blocks go into activations, with zeros for the padding; elsewhere the padding is left out. */
static struct cmd *rows_vec(struct lower *l, uint32_t fn, uint32_t sink, const struct rows *r)
{
	const bool act = sink == ING_SINK_ACT;
	struct cmd *c = lower_vec(l, fn, sink, r->rows, 1, act ? r->count : r->used);

	lower_a(l, c, r->in, r->line, r->count / 16, 0);
	if (act && r->used < r->count) {
		cmd_set(l->p, c, ING_V_MASK, 1);
		cmd_set(l->p, c, ING_V_LEN, r->used);
	}
	return c;
}

static void rows_to(struct lower *l, struct cmd *c, const struct rows *r)
{
	lower_to(l, c, r->in, r->line, r->count / 16, 0);
}

static void use_scalars(struct lower *l, struct cmd *c, struct span s)
{
	cmd_set(l->p, c, ING_V_USES, 1);
	cmd_set(l->p, c, ING_V_SIN, s.first);
}

static void to_act(struct lower *l, struct cmd *c)
{
	cmd_set(l->p, c, ING_V_DST, l->act.first);
	cmd_set(l->p, c, ING_V_COLOUT, 1);
	program_writes(l->p, SPACE_ACT, l->act.first, l->act.count);
}

static void sum_of_squares(struct lower *l, const struct rows *r, struct span s)
{
	struct cmd *c = rows_vec(l, ING_FN_SQUARE, ING_SINK_NONE, r);

	cmd_set(l->p, c, ING_V_RED, ING_RED_SUM);
	cmd_set(l->p, c, ING_V_SOUT, s.first);
	program_end(l->p);
}

/* s = 1 / sqrt(mean(row^2) + eps) of every row. */
static void inverse_deviation(struct lower *l, const struct rows *r, struct span s)
{
	sum_of_squares(l, r, s);
	scalar_op(l, ING_FN_AFFINE, s, 1.0f / r->used, l->a->hp->norm_eps);
	scalar_op(l, ING_FN_RSQRT, s, 0, 0);
}

/* y = x less its mean, which ones spread over a row; padding stays zero. */
static void centre(struct lower *l, const struct rows *x, const struct rows *y, struct span s)
{
	struct cmd *c = rows_vec(l, ING_FN_COPY, ING_SINK_NONE, x);

	cmd_set(l->p, c, ING_V_RED, ING_RED_SUM);
	cmd_set(l->p, c, ING_V_SOUT, s.first);
	program_end(l->p);
	scalar_op(l, ING_FN_AFFINE, s, -1.0f / x->used, 0);
	c = lower_vec(l, ING_FN_SCALE, ING_SINK_SCRATCH, y->rows, 1, y->count);
	lower_a(l, c, l->ones, l->ones.first, 0, 0);
	use_scalars(l, c, s);
	rows_to(l, c, y);
	program_end(l->p);
	c = rows_vec(l, ING_FN_ADD, ING_SINK_SCRATCH, x);
	lower_b(l, c, y->in, y->line, y->count / 16, 0);
	rows_to(l, c, y);
	program_end(l->p);
}

/* Of the stream, into activations: the norm, where @y holds what lies between. */
static void layer_norm(struct lower *l, const struct rows *x, const struct rows *y, struct span w,
		       const struct vector *bias)
{
	const struct span s = { l->sums.first, x->rows };
	struct span b;
	struct cmd *c;

	centre(l, x, y, s);
	inverse_deviation(l, y, s);
	c = rows_vec(l, ING_FN_NORM, ING_SINK_SCRATCH, y);
	lower_b(l, c, w, w.first, 0, 0);
	use_scalars(l, c, s);
	rows_to(l, c, y);
	program_end(l->p);
	b = lower_vector(l, bias, 0, bias->length);
	c = rows_vec(l, ING_FN_ADD, ING_SINK_ACT, y);
	lower_b(l, c, b, b.first, 0, 0);
	to_act(l, c);
	program_end(l->p);
}

/* rsqrt(mean(row^2) + eps) * row, by one function of the sum. */
static struct cmd *bare_norm(struct lower *l, const struct rows *x, uint32_t sink)
{
	const struct span s = { l->sums.first, x->rows };
	struct cmd *c;

	sum_of_squares(l, x, s);
	c = rows_vec(l, ING_FN_RMS, sink, x);
	lower_b(l, c, x->in, x->line, x->count / 16, 0);
	use_scalars(l, c, s);
	cmd_set_f32(l->p, c, ING_V_C, 1.0f / x->used);
	cmd_set_f32(l->p, c, ING_V_D, l->a->hp->norm_eps * x->used);
	return c;
}

static void rms_norm(struct lower *l, const struct rows *x, struct span w)
{
	const struct span s = { l->sums.first, x->rows };
	struct cmd *c;

	inverse_deviation(l, x, s);
	c = rows_vec(l, ING_FN_NORM, ING_SINK_ACT, x);
	lower_b(l, c, w, w.first, 0, 0);
	use_scalars(l, c, s);
	to_act(l, c);
	program_end(l->p);
}

static struct rows stream_rows(const struct lower *l, struct span in, uint32_t first,
			       uint32_t columns)
{
	const struct hparams *hp = l->a->hp;

	return (struct rows){ in, in.first + first * (hp->dim / 16), columns, hp->dim, hp->dim_used };
}

void lower_norm(struct lower *l, const struct vector *weights, const struct vector *bias,
		uint32_t first, uint32_t columns)
{
	const struct rows x = stream_rows(l, l->x, first, columns);
	const struct rows y = stream_rows(l, l->y, first, columns);
	struct span w;

	if (!weights) {
		to_act(l, bare_norm(l, &x, ING_SINK_ACT));
		program_end(l->p);
		return;
	}
	w = l->norm[l->norm_turn ^= 1];
	lower_load(l, weights->offset, w);
	if (l->a->hp->arch->norm == ARCH_LAYER_NORM)
		layer_norm(l, &x, &y, w, bias);
	else
		rms_norm(l, &x, w);
}

static void norm_in_place(struct lower *l, const struct rows *r, struct span w)
{
	const struct span s = { l->sums.first, r->rows };
	struct cmd *c;

	inverse_deviation(l, r, s);
	c = rows_vec(l, ING_FN_NORM, ING_SINK_SCRATCH, r);
	lower_b(l, c, w, w.first, 0, 0);
	use_scalars(l, c, s);
	rows_to(l, c, r);
	program_end(l->p);
}

void lower_stream_norm(struct lower *l)
{
	const struct rows x = stream_rows(l, l->x, 0, l->a->columns);

	rows_to(l, bare_norm(l, &x, ING_SINK_SCRATCH), &x);
	program_end(l->p);
}

void lower_stream_act(struct lower *l, uint32_t first, uint32_t columns)
{
	const struct rows x = stream_rows(l, l->x, first, columns);

	to_act(l, rows_vec(l, ING_FN_COPY, ING_SINK_ACT, &x));
	program_end(l->p);
}

void lower_post_norm(struct lower *l, const struct vector *weights)
{
	const struct rows y = stream_rows(l, l->y, 0, l->a->columns);
	const struct span w = l->norm[l->norm_turn ^= 1];

	lower_load(l, weights->offset, w);
	norm_in_place(l, &y, w);
}

void lower_head_norm(struct lower *l, const struct vector *weights, struct span heads)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t lines = hp->head_dim / 16, all = heads.count / lines;
	struct span w;

	if (!weights->tensor)
		return;
	w = lower_vector(l, weights, 0, weights->length);
	for (uint32_t first = 0; first < all; first += l->sums.count) {
		const uint32_t rows = all - first < l->sums.count ? all - first : l->sums.count;
		const struct rows r = { heads, heads.first + first * lines, rows, hp->head_dim,
					hp->head_used };

		norm_in_place(l, &r, w);
	}
}

struct span lower_vector(struct lower *l, const struct vector *v, uint32_t first, uint32_t count)
{
	struct span to = l->vectors[l->vector_turn ^= 1];

	to.count = count / 16;
	lower_load(l, v->offset + first / 16, to);
	return to;
}

void lower_bias(struct lower *l, const struct vector *v, uint32_t first, uint32_t count,
		struct span rows)
{
	struct span b;
	struct cmd *c;

	if (!v->tensor)
		return;
	b = lower_vector(l, v, first, count);
	c = lower_vec(l, ING_FN_ADD, ING_SINK_SCRATCH, l->a->columns, 1, count);
	lower_a(l, c, rows, rows.first, count / 16, 0);
	lower_b(l, c, b, b.first, 0, 0);
	lower_to(l, c, rows, rows.first, count / 16, 0);
	program_end(l->p);
}

const uint32_t lower_cap_fns[CAP_STEPS] = { ING_FN_EXP2ADD, ING_FN_RECIP, ING_FN_AFFINE };

/*
 * cap * tanh(x / cap) = cap - 2 cap / (1 + exp(2 x / cap)): exp overflows to infinity, whose
 * reciprocal is zero, and underflows to zero, so the limits are cap and -cap.
 */
void lower_cap_step(struct lower *l, struct cmd *c, unsigned int step, float scale, float cap)
{
	if (step == 0) {
		cmd_set_f32(l->p, c, ING_V_C, (float)(2 * LOG2E * scale / cap));
		cmd_set_f32(l->p, c, ING_V_D, 1);
	} else if (step == 2) {
		cmd_set_f32(l->p, c, ING_V_C, -2 * cap);
		cmd_set_f32(l->p, c, ING_V_D, cap);
	}
}
