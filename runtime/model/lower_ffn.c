// SPDX-License-Identifier: MIT
/* Lowering a layer's feed-forward part. */
#include "lower_internal.h"

#define LOG2E 1.44269504088896341f
/* GELU's u = SLOPE (x + CUBE x^3). */
#define GELU_SLOPE 0.797884560802865356f
#define GELU_CUBE 0.044715f

/**
 * struct ffn_part - some rows of the feed-forward layer, of all columns
 * @first: the first one
 * @rows: how many
 * @x: what the function is applied to
 * @factor: what is multiplied by the function's result over @x, so that the function is a division:
 *	of a gate @x times the other half, without a gate @x
 * @divisor: room for what @factor is divided by; may be @x if that is not needed any more then
 */
struct ffn_part {
	uint32_t first, rows;
	struct span x, factor, divisor;
};

/* to = fn(from), for every column. */
static struct cmd *part_vec(struct lower *l, const struct ffn_part *p, uint32_t fn, struct span from,
			    struct span to)
{
	const uint32_t lines = p->rows / 16;
	struct cmd *c = lower_vec(l, fn, ING_SINK_SCRATCH, l->a->columns, 1, p->rows);

	lower_a(l, c, from, from.first, lines, 0);
	lower_to(l, c, to, to.first, lines, 0);
	return c;
}

/* a *= b */
static void part_mul(struct lower *l, const struct ffn_part *p, struct span a, struct span b)
{
	struct cmd *c = part_vec(l, p, ING_FN_MUL, a, a);

	lower_b(l, c, b, b.first, p->rows / 16, 0);
	program_end(l->p);
}

/* divisor = exp2(from * mul) + 1 */
static void part_exp(struct lower *l, const struct ffn_part *p, struct span from, float mul)
{
	struct cmd *c = part_vec(l, p, ING_FN_EXP2ADD, from, p->divisor);

	cmd_set_f32(l->p, c, ING_V_C, mul);
	cmd_set_f32(l->p, c, ING_V_D, 1.0f);
	program_end(l->p);
}

/* act = factor / divisor */
static void part_divide(struct lower *l, const struct ffn_part *p)
{
	const uint32_t lines = p->rows / 16, act = l->act_ffn.first + p->first / ING_BLOCK;
	struct cmd *c = lower_vec(l, ING_FN_RECIPMUL, ING_SINK_ACT, l->a->columns, 1, p->rows);

	lower_a(l, c, p->divisor, p->divisor.first, lines, 0);
	lower_b(l, c, p->factor, p->factor.first, lines, 0);
	cmd_set(l->p, c, ING_V_DST, act);
	cmd_set(l->p, c, ING_V_COLOUT, 1);
	program_writes(l->p, SPACE_ACT, act, p->rows / ING_BLOCK);
	program_end(l->p);
}

/* x / (1 + exp(-x)) */
static void silu(struct lower *l, const struct ffn_part *p)
{
	part_exp(l, p, p->x, -LOG2E);
	part_divide(l, p);
}

/* x / (1 + exp(-2 u)) with -2 u log2(e) = x (mul x^2 + add); the exponential of either end is right. */
static void gelu(struct lower *l, const struct ffn_part *p)
{
	const float add = -2 * GELU_SLOPE * LOG2E, mul = add * GELU_CUBE;
	struct cmd *c = part_vec(l, p, ING_FN_SQUARE, p->x, p->divisor);

	program_end(l->p);
	c = part_vec(l, p, ING_FN_AFFINE, p->divisor, p->divisor);
	cmd_set_f32(l->p, c, ING_V_C, mul);
	cmd_set_f32(l->p, c, ING_V_D, add);
	program_end(l->p);
	part_mul(l, p, p->divisor, p->x);
	part_exp(l, p, p->divisor, 1);
	part_divide(l, p);
}

static void relu(struct lower *l, const struct ffn_part *p)
{
	const uint32_t act = l->act_ffn.first + p->first / ING_BLOCK;
	struct cmd *c = lower_vec(l, ING_FN_MAX, ING_SINK_ACT, l->a->columns, 1, p->rows);

	lower_a(l, c, p->x, p->x.first, p->rows / 16, 0);
	cmd_set(l->p, c, ING_V_DST, act);
	cmd_set(l->p, c, ING_V_COLOUT, 1);
	program_writes(l->p, SPACE_ACT, act, p->rows / ING_BLOCK);
	program_end(l->p);
}

static void (*const functions[ARCH_ACTS])(struct lower *l, const struct ffn_part *p) = {
	[ARCH_SILU] = silu,
	[ARCH_GELU] = gelu,
	[ARCH_RELU] = relu,
};

static void stream_part(struct lower *l, const struct layer_weights *w, uint32_t first,
			uint32_t rows, unsigned int turn)
{
	const uint32_t m = l->a->columns;
	const struct arch *arch = l->a->hp->arch;
	struct ffn_part p = { first, rows, l->up[turn], l->up[turn], l->divisor };

	if (arch->gated) {
		p.x = l->gate[turn];
		lower_matmul(l, &w->gate, first, rows, m, l->act, p.x);
		if (!l->divisor.count)
			p.divisor = p.x;
	}
	lower_matmul(l, &w->up, first, rows, m, l->act, p.factor);
	program_part(l->p, "ffn_gated");
	lower_bias(l, &w->vectors[ARCH_GATE_BIAS], first, rows, p.x);
	lower_bias(l, &w->vectors[ARCH_UP_BIAS], first, rows, p.factor);
	if (arch->gated)
		part_mul(l, &p, p.factor, p.x);
	functions[arch->act](l, &p);
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

	for (uint32_t first = 0; first < ffn; first += l->ffn_part, turn ^= 1)
		stream_part(l, w, first, ffn - first < l->ffn_part ? ffn - first : l->ffn_part, turn);
	lower_matmul(l, &w->down, 0, l->a->hp->dim, m, l->act_ffn, l->y);
	lower_bias(l, &w->vectors[ARCH_DOWN_BIAS], 0, l->a->hp->dim, l->y);
}
