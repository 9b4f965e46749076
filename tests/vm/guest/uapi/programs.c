// SPDX-License-Identifier: MIT
#include "programs.h"

#include <string.h>

#include "raw.h"
#include "runtime/program/program.h"
#include "tap.h"

/* Where PROG_GATE and PROG_MOVE put their line. */
#define LINE 0
/* Register that PROG_GATE looks into. */
#define SEEN 9

/* ---- parts ---- */

static void put_emit(struct program *p, unsigned int ra, unsigned int rb)
{
	struct cmd *c = program_begin(p, ING_OP_EMIT);

	cmd_set(p, c, ING_C_RA, ra);
	cmd_set(p, c, ING_C_RB, rb);
	cmd_set(p, c, ING_C_IRQ, 1);
	cmd_set(p, c, ING_F_WAIT_VEC, 1);
	cmd_set(p, c, ING_F_WAIT_STR, 1);
	program_end(p);
}

static void put_loop(struct program *p, unsigned int ra, uint32_t target)
{
	struct cmd *c = program_begin(p, ING_OP_LOOP);

	cmd_set(p, c, ING_C_RA, ra);
	cmd_set(p, c, ING_C_IMM, target);
	program_end(p);
}

static void put_end(struct program *p)
{
	program_barrier(p);
	program_begin(p, ING_OP_END);
	program_end(p);
}

/* A line from unit R1 of a slot, to which a register is added */
static void put_load(struct program *p, uint32_t slot, unsigned int slot_register)
{
	struct cmd *c = program_begin(p, ING_OP_LOAD);

	cmd_set(p, c, ING_S_SLOT, slot);
	cmd_set(p, c, ING_S_ROWS, 1);
	cmd_set(p, c, ING_S_DST, LINE);
	program_patch(p, c, ING_S_OFFSET_W, 1, 1);
	if (slot_register)
		program_patch(p, c, ING_S_SLOT_W, slot_register, 1);
	program_end(p);
	program_barrier(p);
}

static void put_topk(struct program *p, uint32_t what, uint32_t count)
{
	struct cmd *c = program_begin(p, ING_OP_TOPK);

	cmd_set(p, c, ING_T_SUB, what);
	cmd_set(p, c, ING_T_COUNT, count);
	cmd_set(p, c, ING_T_LINE, LINE);
	program_end(p);
	program_barrier(p);
}

/* Which of the first two floats of the line is the larger one */
static void put_compare(struct program *p)
{
	struct cmd *c;

	put_topk(p, ING_TOPK_RESET, 1);
	put_topk(p, ING_TOPK_UPDATE, 2);
	c = program_begin(p, ING_OP_PICK);
	cmd_set(p, c, ING_T_SUB, ING_PICK_BEST);
	cmd_set(p, c, ING_T_RD, SEEN);
	cmd_set(p, c, ING_T_COUNT, 1);
	program_end(p);
	program_barrier(p);
}

/* ---- programs ---- */

static void build_emit(struct program *p)
{
	put_emit(p, 1, 2);
	put_end(p);
}

static void build_count(struct program *p)
{
	put_emit(p, 1, 2);
	put_loop(p, 1, 0);
	put_end(p);
}

static void build_spin(struct program *p)
{
	/* R0 less 1 is never 0 */
	put_loop(p, 0, program_size(p));
	put_end(p);
}

static void build_spin_told(struct program *p)
{
	put_emit(p, 1, 2);
	build_spin(p);
}

static void build_gate(struct program *p)
{
	uint32_t top, leave;
	struct cmd *c;

	put_emit(p, 1, 2);
	top = program_size(p);
	put_load(p, SLOT_DATA, 0);
	put_compare(p);
	leave = program_size(p);
	c = program_begin(p, ING_OP_BREAK);
	cmd_set(p, c, ING_C_RA, SEEN);
	cmd_set(p, c, ING_C_COUNT, 1);
	cmd_set(p, c, ING_C_IMM, leave + 2);
	c->w[ING_C_ID0_W] = 1;
	program_end(p);
	put_loop(p, 0, top);
	put_emit(p, 2, 1);
	put_end(p);
}

static void build_move(struct program *p)
{
	struct cmd *c;

	put_load(p, 0, 3);
	c = program_begin(p, ING_OP_VEC);
	cmd_set(p, c, ING_V_FN, ING_FN_ADD);
	cmd_set(p, c, ING_V_SINK, ING_SINK_MEM);
	cmd_set(p, c, ING_V_OUTER, 1);
	cmd_set(p, c, ING_V_INNER, 1);
	cmd_set(p, c, ING_V_COUNT, 16);
	cmd_set(p, c, ING_V_A, LINE);
	cmd_set(p, c, ING_V_B, LINE);
	program_patch(p, c, ING_V_SLOT_W, 4, 1);
	program_patch(p, c, ING_V_OFFSET_W, 2, 1);
	program_end(p);
	put_end(p);
}

static void build_fall(struct program *p)
{
	program_barrier(p);
}

static void build_wrong(struct program *p)
{
	put_emit(p, 1, 2);
	program_begin(p, 0x7f);
	program_end(p);
	put_end(p);
}

static void (*const builders[PROG_COUNT_OF_ALL])(struct program *p) = {
	[PROG_END] = put_end,
	[PROG_EMIT] = build_emit,
	[PROG_COUNT] = build_count,
	[PROG_SPIN] = build_spin,
	[PROG_SPIN_TOLD] = build_spin_told,
	[PROG_GATE] = build_gate,
	[PROG_MOVE] = build_move,
	[PROG_FALL] = build_fall,
	[PROG_WRONG] = build_wrong,
};

/* COPY wants units. */
static _Alignas(UNIT) struct cmd image[PROG_COUNT_OF_ALL * PROGRAM_COMMANDS];
static uint32_t lengths[PROG_COUNT_OF_ALL];

static void build(enum program_id id)
{
	struct program *p = program_create();
	const struct cmd *commands;
	struct ingot_error err;

	CHECK(p);
	builders[id](p);
	commands = program_finish(p, &err);
	if (!commands)
		tap_fail(__FILE__, __LINE__, "program %d: %s", id, err.text);
	lengths[id] = program_size(p);
	CHECK(lengths[id] <= PROGRAM_COMMANDS);
	memcpy(image + id * PROGRAM_COMMANDS, commands, lengths[id] * sizeof(*commands));
	program_destroy(p);
}

const void *programs_image(size_t *bytes)
{
	for (int id = 0; !lengths[PROG_COUNT_OF_ALL - 1]; id++)
		build(id);
	*bytes = sizeof(image);
	return image;
}

uint32_t program_commands(enum program_id id)
{
	size_t bytes;

	programs_image(&bytes);
	return lengths[id];
}
