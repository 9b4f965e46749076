// SPDX-License-Identifier: MIT
/* Tests of control commands. */
#include "command.h"

static void build_end(struct builder *b, const unsigned int *args)
{
	(void)b;
	(void)args;
}

static void build_emit(struct builder *b, const unsigned int *args)
{
	(void)args;
	for (unsigned int i = 0; i < 8; i++)
		emit(b, i + 1, 8 - i);
}

static void compute(struct builder *b, unsigned int rd, unsigned int ra, unsigned int rb,
		    uint32_t imm, unsigned int shift, uint32_t mask)
{
	struct cmd *c = begin(b, ING_OP_SCALAR);

	cmd_set(b->p, c, ING_C_RD, rd);
	cmd_set(b->p, c, ING_C_RA, ra);
	cmd_set(b->p, c, ING_C_RB, rb);
	cmd_set(b->p, c, ING_C_IMM, imm);
	cmd_set(b->p, c, ING_C_SH, shift);
	cmd_set(b->p, c, ING_C_MASK, mask);
	program_end(b->p);
}

static void build_scalar(struct builder *b, const unsigned int *args)
{
	(void)args;
	for (unsigned int bit = 0; bit < 32; bit++) {
		compute(b, 9 + bit % 6, 1 + bit % 8, 9 + (bit + 1) % 6, 0x89abcdef * bit, bit,
			UINT32_MAX >> (bit / 2));
		emit(b, 9 + bit % 6, 9 + (bit + 3) % 6);
	}
}

static void build_loop(struct builder *b, const unsigned int *args)
{
	uint32_t top;
	struct cmd *c;

	(void)args;
	set_register(b, 15, 9);
	top = program_size(b->p);
	compute(b, 10, 10, 1, 3, 0, UINT32_MAX);
	emit(b, 10, 15);
	c = begin(b, ING_OP_LOOP);
	cmd_set(b->p, c, ING_C_RA, 15);
	cmd_set(b->p, c, ING_C_IMM, top);
	program_end(b->p);
	emit(b, 10, 15);
}

/* BREAK with @ids ids, the last one that of the register: it skips an EMIT, with 0 it does not. */
static void put_break(struct builder *b, unsigned int ids, uint32_t value)
{
	struct cmd *c;

	set_register(b, 9, value);
	c = begin(b, ING_OP_BREAK);
	cmd_set(b->p, c, ING_C_RA, 9);
	cmd_set(b->p, c, ING_C_COUNT, ids);
	cmd_set(b->p, c, ING_C_IMM, program_size(b->p) + 2);
	for (unsigned int i = 0; i < ids; i++)
		c->w[ING_C_ID0_W + i] = i + 1 == ids ? value : value + i + 1;
	program_end(b->p);
	emit(b, 9, 0);
}

static void build_break(struct builder *b, const unsigned int *args)
{
	(void)args;
	for (unsigned int ids = 0; ids <= 8; ids++) {
		put_break(b, ids, 1000 + ids);
		emit(b, 9, 9);
	}
}

static void build_barrier(struct builder *b, const unsigned int *args)
{
	(void)args;
	barrier(b);
	emit(b, 1, 2);
	barrier(b);
}

/* Three patches of one command: R1 * 5 to its immediate, R2 to its mask, R3 to its register. */
static void build_patches(struct builder *b, const unsigned int *args)
{
	struct cmd *c = begin(b, ING_OP_SCALAR);

	(void)args;
	cmd_set(b->p, c, ING_C_RD, 9);
	cmd_set(b->p, c, ING_C_IMM, 77);
	cmd_set(b->p, c, ING_C_MASK, 0xffff);
	program_patch(b->p, c, ING_C_IMM_W, 1, 5);
	program_patch(b->p, c, ING_C_MASK_W, 2, 1);
	program_patch(b->p, c, ING_C_RD_W, 3, 1);
	program_end(b->p);
	for (unsigned int reg = 9; reg < 16; reg += 2)
		emit(b, reg, reg - 1);
}

const struct command_test control_tests[] = {
	{ "END", build_end, { 0 }, 0 },
	{ "EMIT", build_emit, { 0 }, 0 },
	{ "SCALAR", build_scalar, { 0 }, 0 },
	{ "LOOP", build_loop, { 0 }, 0 },
	{ "BREAK", build_break, { 0 }, 0 },
	{ "BARRIER", build_barrier, { 0 }, 0 },
	{ "SCALAR, patched", build_patches, { 0 }, 0 },
	{ 0 },
};
