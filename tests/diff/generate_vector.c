// SPDX-License-Identifier: MIT
/* Random vector commands, and the frame that fills and dumps the storage. */
#include "generate_internal.h"

/* Rows of a VEC command and where its operands lie: in thirds of the scratchpad, so none overlap. */
struct shape {
	uint32_t count, outer, inner, lines, third;
};

struct operand {
	uint32_t first, outer, inner;
};

static struct operand random_operand(struct gen *g, const struct shape *s, unsigned int third)
{
	const uint32_t slack = s->third / (s->lines * s->outer * s->inner);
	struct operand o;

	o.inner = s->inner > 1 ? s->lines * (slack > 1 && rng_below(g->r, 2) ? 2 : 1) : 0;
	o.outer = s->outer > 1 ? (o.inner ? o.inner * s->inner : s->lines) : 0;
	if ((s->outer - 1) * o.outer + (s->inner - 1) * o.inner + s->lines > s->third)
		o.outer = o.inner = 0;
	o.first = third * s->third;
	o.first += rng_below(g->r, s->third - ((s->outer - 1) * o.outer + (s->inner - 1) * o.inner +
					       s->lines) + 1);
	return o;
}

static uint32_t extent(const struct shape *s, const struct operand *o)
{
	return (s->outer - 1) * o->outer + (s->inner - 1) * o->inner + s->lines;
}

static struct shape random_shape(struct gen *g, uint32_t multiple)
{
	struct shape s = { .outer = 1, .inner = 1, .third = g->config->scratch_lines / 3 };

	s.count = multiple * (1 + rng_below(g->r, 320 / multiple));
	if (rng_below(g->r, 2))
		s.outer = 1 + rng_below(g->r, 3);
	if (rng_below(g->r, 2))
		s.inner = 1 + rng_below(g->r, 3);
	s.lines = (s.count + 15) / 16;
	while (s.lines * s.outer * s.inner > s.third)
		s.outer = s.inner = 1;
	return s;
}

static bool uses_b(uint32_t fn)
{
	return fn == ING_FN_ADD || fn == ING_FN_MUL || fn == ING_FN_NORM || fn == ING_FN_ROPE ||
	       fn == ING_FN_RECIPMUL || fn == ING_FN_RMS || fn == ING_FN_EXP2MUL;
}

static float random_constant(struct gen *g)
{
	return (float)((int)rng_below(g->r, 2001) - 1000) / 256;
}

static void set_operands(struct gen *g, struct cmd *c, const struct shape *s, uint32_t fn,
			 struct operand *a)
{
	struct operand b;

	*a = random_operand(g, s, 0);
	cmd_set(g->p, c, ING_V_A, a->first);
	cmd_set(g->p, c, ING_V_AOUT, a->outer);
	cmd_set(g->p, c, ING_V_AIN, a->inner);
	program_reads(g->p, SPACE_SCRATCH, a->first, extent(s, a));
	if (!uses_b(fn))
		return;
	b = random_operand(g, s, 1);
	cmd_set(g->p, c, ING_V_B, b.first);
	cmd_set(g->p, c, ING_V_BOUT, b.outer);
	cmd_set(g->p, c, ING_V_BIN, b.inner);
	program_reads(g->p, SPACE_SCRATCH, b.first, extent(s, &b));
}

static void sink_scratch(struct gen *g, struct cmd *c, const struct shape *s,
			 const struct operand *a, bool in_place)
{
	struct operand d = in_place ? *a : random_operand(g, s, 2);

	cmd_set(g->p, c, ING_V_DST, d.first);
	cmd_set(g->p, c, ING_V_DSTOUT, d.outer);
	cmd_set(g->p, c, ING_V_DSTIN, d.inner);
	program_writes(g->p, SPACE_SCRATCH, d.first, extent(s, &d));
}

static void sink_act(struct gen *g, struct cmd *c, const struct shape *s)
{
	const uint32_t blocks = s->count / 32, m = g->config->tile_m;

	cmd_set(g->p, c, ING_V_DST, rng_below(g->r, g->config->act_blocks));
	if (g->config->act_blocks > blocks * s->inner)
		cmd_set(g->p, c, ING_V_DST, rng_below(g->r, g->config->act_blocks - blocks * s->inner));
	cmd_set(g->p, c, ING_V_DSTIN, s->inner > 1 ? blocks : 0);
	cmd_set(g->p, c, ING_V_COL, rng_below(g->r, m));
	cmd_set(g->p, c, ING_V_COLOUT, s->outer > 1 && s->outer <= m);
	if (s->outer > 1)
		cmd_set(g->p, c, ING_V_COL, 0);
	program_writes(g->p, SPACE_ACT, 0, g->config->act_blocks);
}

static void sink_memory(struct gen *g, struct cmd *c, const struct shape *s, uint32_t sink)
{
	cmd_set(g->p, c, ING_V_SLOT, SLOT_KV);
	cmd_set(g->p, c, ING_V_OFFSET, rng_below(g->r, g->kv_units / 2));
	if (sink == ING_SINK_KVV) {
		cmd_set(g->p, c, ING_V_MSTRIDE, 64 * (1 + rng_below(g->r, 2)));
		cmd_set(g->p, c, ING_V_EXPOFF, g->kv_units - 64 + rng_below(g->r, 16));
	} else {
		cmd_set(g->p, c, ING_V_MSTRIDE, rng_below(g->r, 200));
	}
	if (sink != ING_SINK_MEM)
		cmd_set(g->p, c, ING_V_LEN, rng_below(g->r, 100));
	program_writes(g->p, SPACE_MEMORY, 0, 1);
	(void)s;
}

static void gen_scalar_mode(struct gen *g)
{
	static const uint32_t fns[] = { ING_FN_COPY, ING_FN_AFFINE, ING_FN_RSQRT, ING_FN_RECIP,
					ING_FN_SQUARE };
	const uint32_t n = 1 + rng_below(g->r, g->config->scalars / 2);
	struct cmd *c = program_begin(g->p, ING_OP_VEC);

	cmd_set(g->p, c, ING_V_FN, fns[rng_below(g->r, 5)]);
	cmd_set(g->p, c, ING_V_SCALAR, 1);
	cmd_set(g->p, c, ING_V_OUTER, 1);
	cmd_set(g->p, c, ING_V_INNER, 1);
	cmd_set(g->p, c, ING_V_COUNT, n);
	cmd_set(g->p, c, ING_V_SIN, rng_below(g->r, g->config->scalars - n + 1));
	/* in place, or to a disjoint part */
	cmd_set(g->p, c, ING_V_SOUT, c->w[ING_V_SIN_W] & 0xffff);
	cmd_set_f32(g->p, c, ING_V_C, random_constant(g));
	cmd_set_f32(g->p, c, ING_V_D, random_constant(g));
	program_end(g->p);
}

static void set_types(struct gen *g, struct cmd *c, uint32_t fn)
{
	if (fn != ING_FN_ROPE && rng_below(g->r, 6) == 0)
		cmd_set(g->p, c, ING_V_ATYPE, rng_below(g->r, ING_ATYPE_COUNT));
	if (uses_b(fn) && rng_below(g->r, 4) == 0)
		cmd_set(g->p, c, ING_V_BTYPE, rng_below(g->r, 4));
}

static void set_row_scalars(struct gen *g, struct cmd *c, const struct shape *s, uint32_t red)
{
	const uint32_t rows = s->outer * s->inner;

	if (rng_below(g->r, 2)) {
		cmd_set(g->p, c, ING_V_USES, 1);
		cmd_set(g->p, c, ING_V_SIN, rng_below(g->r, g->config->scalars - rows + 1));
	}
	if (red)
		cmd_set(g->p, c, ING_V_SOUT, rng_below(g->r, g->config->scalars - rows + 1));
}

void gen_vec(struct gen *g)
{
	const uint32_t fn = rng_below(g->r, ING_FN_COUNT), red = rng_below(g->r, ING_RED_COUNT);
	uint32_t sink = rng_below(g->r, ING_SINK_COUNT);
	const bool constants = fn == ING_FN_EXP2 || fn == ING_FN_EXP2ADD || fn == ING_FN_AFFINE ||
			       fn == ING_FN_MAX || fn == ING_FN_RMS || fn == ING_FN_EXP2MUL;
	struct shape s;
	struct operand a;
	struct cmd *c;

	if (rng_below(g->r, 8) == 0) {
		gen_scalar_mode(g);
		return;
	}
	if (constants && sink >= ING_SINK_KVK)
		sink = ING_SINK_SCRATCH;
	s = random_shape(g, sink >= ING_SINK_ACT && sink <= ING_SINK_KVV ? 32 :
			    fn == ING_FN_ROPE ? 2 : 1);
	c = program_begin(g->p, ING_OP_VEC);
	cmd_set(g->p, c, ING_V_FN, fn);
	cmd_set(g->p, c, ING_V_SINK, sink);
	cmd_set(g->p, c, ING_V_RED, red);
	cmd_set(g->p, c, ING_V_OUTER, s.outer);
	cmd_set(g->p, c, ING_V_INNER, s.inner);
	cmd_set(g->p, c, ING_V_COUNT, s.count);
	set_types(g, c, fn);
	set_operands(g, c, &s, fn, &a);
	set_row_scalars(g, c, &s, red);
	if (constants) {
		cmd_set_f32(g->p, c, ING_V_C, random_constant(g));
		cmd_set_f32(g->p, c, ING_V_D, random_constant(g));
	}
	if (sink == ING_SINK_SCRATCH)
		sink_scratch(g, c, &s, &a, !(c->w[2] >> 4 & 7) && rng_below(g->r, 3) == 0);
	else if (sink == ING_SINK_ACT)
		sink_act(g, c, &s);
	else if (sink >= ING_SINK_KVK)
		sink_memory(g, c, &s, sink);
	if (sink < ING_SINK_KVK && rng_below(g->r, 3) == 0) {
		cmd_set(g->p, c, ING_V_MASK, 1);
		cmd_set(g->p, c, ING_V_LEN, rng_below(g->r, s.count + 10));
		cmd_set(g->p, c, ING_V_LENSTEP, rng_below(g->r, 2));
	}
	program_end(g->p);
}

static void topk(struct gen *g, uint32_t sub, uint32_t count, uint32_t line)
{
	struct cmd *c = program_begin(g->p, ING_OP_TOPK);
	const uint32_t lines = (count + 15) / 16;

	cmd_set(g->p, c, ING_T_SUB, sub);
	cmd_set(g->p, c, ING_T_COUNT, count);
	cmd_set(g->p, c, ING_T_LINE, line);
	if (sub == ING_TOPK_UPDATE) {
		cmd_set(g->p, c, ING_T_BASE, rng_below(g->r, 5000));
		program_reads(g->p, SPACE_SCRATCH, line, lines);
	}
	if (sub == ING_TOPK_READ)
		program_writes(g->p, SPACE_SCRATCH, line, lines);
	program_end(g->p);
}

/* A round of sampling: list, probabilities, choice, and an event that shows it. */
void gen_token(struct gen *g)
{
	const uint32_t k = 1 + rng_below(g->r, g->config->topk), lines = g->config->scratch_lines;
	const uint32_t list = rng_below(g->r, lines - (k + 15) / 16);
	struct cmd *c;

	topk(g, ING_TOPK_RESET, k, 0);
	for (uint32_t n = rng_below(g->r, 3) + 1; n--;) {
		uint32_t count = 1 + rng_below(g->r, 500);

		topk(g, ING_TOPK_UPDATE, count, rng_below(g->r, lines - (count + 15) / 16));
	}
	topk(g, ING_TOPK_READ, k, list);
	c = program_begin(g->p, ING_OP_PICK);
	cmd_set(g->p, c, ING_T_SUB, rng_below(g->r, 3));
	cmd_set(g->p, c, ING_T_RD, 9 + rng_below(g->r, 6));
	cmd_set(g->p, c, ING_T_COUNT, k);
	cmd_set(g->p, c, ING_T_LINE, list);
	cmd_set(g->p, c, ING_T_BASE, rng_next(g->r) >> 32);
	cmd_set(g->p, c, ING_T_SEEDLO, rng_next(g->r) >> 32);
	cmd_set(g->p, c, ING_T_SEEDHI, rng_next(g->r) >> 32);
	program_reads(g->p, SPACE_SCRATCH, list, (k + 15) / 16);
	program_end(g->p);
	c = program_begin(g->p, ING_OP_EMIT);
	cmd_set(g->p, c, ING_C_RA, 9 + rng_below(g->r, 6));
	cmd_set(g->p, c, ING_C_RB, 9 + rng_below(g->r, 6));
	cmd_set(g->p, c, ING_F_WAIT_VEC, 1);
	program_end(g->p);
}

/* In parts, so that a large scratchpad is filled from a small slot. */
static void fill_scratch(struct gen *g)
{
	const uint32_t most = g->data_units / 4, lines = g->config->scratch_lines;

	for (uint32_t first = 0; first < lines; first += most) {
		uint32_t n = lines - first < most ? lines - first : most;
		struct cmd *c = program_begin(g->p, ING_OP_LOAD);

		cmd_set(g->p, c, ING_S_SLOT, SLOT_DATA);
		cmd_set(g->p, c, ING_S_OFFSET, g->data_units / 2 + rng_below(g->r, g->data_units / 2 - n));
		cmd_set(g->p, c, ING_S_ROWS, n);
		cmd_set(g->p, c, ING_S_DST, first);
		program_writes(g->p, SPACE_SCRATCH, first, n);
		program_end(g->p);
	}
}

/* Activations of every column, and a scalar of each sum. */
static void fill_activations(struct gen *g)
{
	const uint32_t m = g->config->tile_m, blocks = g->config->act_blocks;
	const uint32_t fit = g->config->scratch_lines / m / 2, n = blocks < fit ? blocks : fit;
	struct cmd *c = program_begin(g->p, ING_OP_VEC);

	cmd_set(g->p, c, ING_V_FN, ING_FN_COPY);
	cmd_set(g->p, c, ING_V_SINK, ING_SINK_ACT);
	cmd_set(g->p, c, ING_V_RED, ING_RED_SUM);
	cmd_set(g->p, c, ING_V_OUTER, m);
	cmd_set(g->p, c, ING_V_INNER, 1);
	cmd_set(g->p, c, ING_V_COUNT, n * 32);
	cmd_set(g->p, c, ING_V_AOUT, n * 2);
	cmd_set(g->p, c, ING_V_COLOUT, 1);
	program_reads(g->p, SPACE_SCRATCH, 0, g->config->scratch_lines);
	program_writes(g->p, SPACE_ACT, 0, blocks);
	program_end(g->p);
}

void gen_prologue(struct gen *g)
{
	fill_scratch(g);
	fill_activations(g);
	gen_barrier(g);
}

void gen_epilogue(struct gen *g)
{
	struct cmd *c;

	gen_barrier(g);
	c = program_begin(g->p, ING_OP_VEC);
	cmd_set(g->p, c, ING_V_FN, ING_FN_COPY);
	cmd_set(g->p, c, ING_V_SINK, ING_SINK_MEM);
	cmd_set(g->p, c, ING_V_OUTER, 1);
	cmd_set(g->p, c, ING_V_INNER, 1);
	cmd_set(g->p, c, ING_V_COUNT, g->config->scratch_lines * 16);
	cmd_set(g->p, c, ING_V_SLOT, SLOT_DUMP);
	program_end(g->p);
}
