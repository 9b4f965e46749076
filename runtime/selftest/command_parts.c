// SPDX-License-Identifier: MIT
/* Parts that test programs are made of. */
#include "command.h"

struct cmd *begin(struct builder *b, uint32_t op)
{
	b->ops |= OP_BIT(op);
	return program_begin(b->p, op);
}

void set_register(struct builder *b, unsigned int reg, uint32_t value)
{
	struct cmd *c = begin(b, ING_OP_SCALAR);

	cmd_set(b->p, c, ING_C_RD, reg);
	cmd_set(b->p, c, ING_C_IMM, value);
	cmd_set(b->p, c, ING_C_MASK, UINT32_MAX);
	program_end(b->p);
}

void emit(struct builder *b, unsigned int ra, unsigned int rb)
{
	struct cmd *c = begin(b, ING_OP_EMIT);

	cmd_set(b->p, c, ING_C_RA, ra);
	cmd_set(b->p, c, ING_C_RB, rb);
	cmd_set(b->p, c, ING_F_WAIT_VEC, 1);
	cmd_set(b->p, c, ING_F_WAIT_STR, 1);
	program_end(b->p);
}

void barrier(struct builder *b)
{
	b->ops |= OP_BIT(ING_OP_BARRIER);
	program_barrier(b->p);
}

void load(struct builder *b, uint32_t from, uint32_t lines, uint32_t to)
{
	struct cmd *c = begin(b, ING_OP_LOAD);

	cmd_set(b->p, c, ING_S_SLOT, SLOT_DATA);
	cmd_set(b->p, c, ING_S_OFFSET, DATA_UNITS / 2 + from);
	cmd_set(b->p, c, ING_S_ROWS, lines);
	cmd_set(b->p, c, ING_S_DST, to);
	program_writes(b->p, SPACE_SCRATCH, to, lines);
	program_end(b->p);
}

void store(struct builder *b, uint32_t line, uint32_t lines, uint32_t unit)
{
	struct cmd *c;

	barrier(b);
	c = begin(b, ING_OP_VEC);
	cmd_set(b->p, c, ING_V_FN, ING_FN_COPY);
	cmd_set(b->p, c, ING_V_SINK, ING_SINK_MEM);
	cmd_set(b->p, c, ING_V_OUTER, 1);
	cmd_set(b->p, c, ING_V_INNER, 1);
	cmd_set(b->p, c, ING_V_COUNT, 16 * lines);
	cmd_set(b->p, c, ING_V_A, line);
	cmd_set(b->p, c, ING_V_SLOT, SLOT_OUT);
	cmd_set(b->p, c, ING_V_OFFSET, unit);
	program_end(b->p);
}

void activations(struct builder *b, uint32_t blocks, uint32_t cols)
{
	struct cmd *c;

	load(b, 0, 2 * blocks * cols, 0);
	barrier(b);
	c = begin(b, ING_OP_VEC);
	cmd_set(b->p, c, ING_V_FN, ING_FN_COPY);
	cmd_set(b->p, c, ING_V_SINK, ING_SINK_ACT);
	cmd_set(b->p, c, ING_V_OUTER, cols);
	cmd_set(b->p, c, ING_V_INNER, 1);
	cmd_set(b->p, c, ING_V_COUNT, 32 * blocks);
	cmd_set(b->p, c, ING_V_AOUT, 2 * blocks);
	cmd_set(b->p, c, ING_V_COLOUT, cols > 1);
	program_end(b->p);
	barrier(b);
}
