// SPDX-License-Identifier: MIT
/* Tests of VEC: functions, types, sinks, reductions, masks. */
#include "command.h"

/* Where a, b and the result lie in the scratchpad, and how long rows are. */
#define LINE_A 0
#define LINE_B 64
#define LINE_Y 128
#define LINE_S 192
#define LINES_ALL 224
#define COUNT 96
#define ROW_LINES 6
#define OUTER 3
#define INNER 2

/* A VEC of OUTER x INNER rows of COUNT elements, without a sink. */
static struct cmd *put_vec(struct builder *b, uint32_t fn)
{
	struct cmd *c = begin(b, ING_OP_VEC);

	cmd_set(b->p, c, ING_V_FN, fn);
	cmd_set(b->p, c, ING_V_OUTER, OUTER);
	cmd_set(b->p, c, ING_V_INNER, INNER);
	cmd_set(b->p, c, ING_V_COUNT, COUNT);
	cmd_set(b->p, c, ING_V_A, LINE_A);
	cmd_set(b->p, c, ING_V_AOUT, ROW_LINES * INNER);
	cmd_set(b->p, c, ING_V_AIN, ROW_LINES);
	cmd_set(b->p, c, ING_V_B, LINE_B);
	cmd_set(b->p, c, ING_V_BOUT, ROW_LINES);
	cmd_set(b->p, c, ING_V_BIN, 1);
	return c;
}

static void to_scratch(struct builder *b, struct cmd *c)
{
	cmd_set(b->p, c, ING_V_SINK, ING_SINK_SCRATCH);
	cmd_set(b->p, c, ING_V_DST, LINE_Y);
	cmd_set(b->p, c, ING_V_DSTOUT, ROW_LINES * INNER);
	cmd_set(b->p, c, ING_V_DSTIN, ROW_LINES);
}

static void set_constants(struct builder *b, struct cmd *c)
{
	cmd_set_f32(b->p, c, ING_V_C, 0.40625f);
	cmd_set_f32(b->p, c, ING_V_D, -1.75f);
}

/* Floats to the scratchpad; sums of rows to the scalar file, from 0 on. */
static void prepare(struct builder *b)
{
	struct cmd *c;

	load(b, 0, LINE_Y, 0);
	barrier(b);
	c = put_vec(b, ING_FN_COPY);
	cmd_set(b->p, c, ING_V_RED, ING_RED_SUM);
	program_end(b->p);
	barrier(b);
}

/* Shows @n entries of the scalar file: rows of zeros plus s, by EXP2 with c = 0 it would be 1. */
static void show_scalars(struct builder *b, uint32_t n)
{
	struct cmd *c;

	barrier(b);
	load(b, 0, 1, LINE_S);
	barrier(b);
	c = begin(b, ING_OP_VEC);
	cmd_set(b->p, c, ING_V_FN, ING_FN_SCALE);
	cmd_set(b->p, c, ING_V_OUTER, n);
	cmd_set(b->p, c, ING_V_INNER, 1);
	cmd_set(b->p, c, ING_V_COUNT, 16);
	cmd_set(b->p, c, ING_V_A, LINE_S);
	cmd_set(b->p, c, ING_V_USES, 1);
	cmd_set(b->p, c, ING_V_SINK, ING_SINK_SCRATCH);
	cmd_set(b->p, c, ING_V_DST, LINE_S + 1);
	cmd_set(b->p, c, ING_V_DSTOUT, 1);
	program_end(b->p);
}

/* args: function, type of a, type of b */
static void build_function(struct builder *b, const unsigned int *args)
{
	struct cmd *c;

	prepare(b);
	c = put_vec(b, args[0]);
	cmd_set(b->p, c, ING_V_ATYPE, args[1]);
	cmd_set(b->p, c, ING_V_BTYPE, args[2]);
	cmd_set(b->p, c, ING_V_USES, 1);
	set_constants(b, c);
	to_scratch(b, c);
	program_end(b->p);
	store(b, 0, LINES_ALL, 0);
}

/* Without LOAD: the scratchpad has been wiped. */
static void build_alone(struct builder *b, const unsigned int *args)
{
	struct cmd *c = put_vec(b, ING_FN_AFFINE);

	(void)args;
	set_constants(b, c);
	to_scratch(b, c);
	program_end(b->p);
	store(b, LINE_Y, LINE_S - LINE_Y, 0);
}

/* args: reduction, masked */
static void build_reduction(struct builder *b, const unsigned int *args)
{
	struct cmd *c;

	prepare(b);
	c = put_vec(b, ING_FN_MUL);
	cmd_set(b->p, c, ING_V_RED, args[0]);
	cmd_set(b->p, c, ING_V_MASK, args[1]);
	cmd_set(b->p, c, ING_V_LEN, args[1] ? 41 : 0);
	cmd_set(b->p, c, ING_V_LENSTEP, args[1]);
	to_scratch(b, c);
	program_end(b->p);
	show_scalars(b, OUTER * INNER);
	store(b, 0, LINES_ALL, 0);
}

/* args: function */
static void build_scalar_mode(struct builder *b, const unsigned int *args)
{
	struct cmd *c;

	prepare(b);
	c = begin(b, ING_OP_VEC);
	cmd_set(b->p, c, ING_V_FN, args[0]);
	cmd_set(b->p, c, ING_V_SCALAR, 1);
	cmd_set(b->p, c, ING_V_OUTER, 1);
	cmd_set(b->p, c, ING_V_INNER, 1);
	cmd_set(b->p, c, ING_V_COUNT, OUTER * INNER);
	set_constants(b, c);
	program_end(b->p);
	show_scalars(b, OUTER * INNER);
	store(b, 0, LINES_ALL, 0);
}

/* args: sink */
static void build_append(struct builder *b, const unsigned int *args)
{
	struct cmd *c;

	prepare(b);
	for (uint32_t position = 0; position < 70; position += 35) {
		c = put_vec(b, ING_FN_NORM);
		cmd_set(b->p, c, ING_V_USES, 1);
		cmd_set(b->p, c, ING_V_SINK, args[0]);
		cmd_set(b->p, c, ING_V_SLOT, SLOT_OUT);
		cmd_set(b->p, c, ING_V_MSTRIDE, args[0] == ING_SINK_KVK ? 450 : 128);
		cmd_set(b->p, c, ING_V_LEN, position);
		cmd_set(b->p, c, ING_V_OFFSET, 4);
		cmd_set(b->p, c, ING_V_EXPOFF, args[0] == ING_SINK_KVV ? OUT_UNITS - 32 : 0);
		program_writes(b->p, SPACE_MEMORY, 0, 1);
		program_end(b->p);
		barrier(b);
	}
}

static void build_memory(struct builder *b, const unsigned int *args)
{
	struct cmd *c;

	(void)args;
	prepare(b);
	c = put_vec(b, ING_FN_ADD);
	cmd_set(b->p, c, ING_V_SINK, ING_SINK_MEM);
	cmd_set(b->p, c, ING_V_SLOT, SLOT_OUT);
	cmd_set(b->p, c, ING_V_MSTRIDE, 40);
	cmd_set(b->p, c, ING_V_OFFSET, 9);
	program_end(b->p);
}

#define FN(name) { "VEC " #name, build_function, { ING_FN_##name }, 0 }
#define ATYPE(name) { "VEC, a is " #name, build_function, { ING_FN_ADD, ING_ATYPE_##name }, 0 }
#define BTYPE(name) { "VEC, b is " #name, build_function, { ING_FN_MUL, 0, ING_BTYPE_##name }, 0 }
#define SCALAR(name) { "VEC " #name " on scalars", build_scalar_mode, { ING_FN_##name }, 0 }

const struct command_test vector_tests[] = {
	{ "VEC alone", build_alone, { 0 }, 0 },
	FN(COPY), FN(ADD), FN(MUL), FN(SCALE), FN(NORM), FN(ROPE), FN(EXP2), FN(EXP2ADD),
	FN(RECIPMUL), FN(AFFINE), FN(RSQRT), FN(RECIP), FN(SQUARE), FN(MAX), FN(RMS),
	FN(EXP2MUL),
	ATYPE(U4), ATYPE(S4), ATYPE(U8), ATYPE(S8), ATYPE(S16),
	BTYPE(E8), BTYPE(F16B), BTYPE(E8B),
	{ "VEC, sums", build_reduction, { ING_RED_SUM, 0 }, 0 },
	{ "VEC, maxima", build_reduction, { ING_RED_MAX, 0 }, 0 },
	{ "VEC, masked sums", build_reduction, { ING_RED_SUM, 1 }, 0 },
	{ "VEC, masked maxima", build_reduction, { ING_RED_MAX, 1 }, 0 },
	SCALAR(COPY), SCALAR(AFFINE), SCALAR(RSQRT), SCALAR(RECIP), SCALAR(SQUARE),
	{ "VEC to memory", build_memory, { 0 }, 0 },
	{ "VEC to a K cache", build_append, { ING_SINK_KVK }, 0 },
	{ "VEC to a V cache", build_append, { ING_SINK_KVV }, 0 },
	{ 0 },
};
