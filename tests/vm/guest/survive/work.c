// SPDX-License-Identifier: MIT
#include "work.h"

#include <stdio.h>
#include <string.h>

#include "runtime/program/program.h"
#include "tests/vm/guest/lib/random.h"

/* x becomes x * FACTOR + TERM: it turns over and over and hardly shrinks, so every round shows. */
#define FACTOR -0.99609375f
#define TERM 3.1f

/* Where the programs begin, commands. */
#define AT_WORK 0
#define AT_SPIN 32
#define AT_NOTHING 40
#define SPIN_COMMANDS 1
#define NOTHING_COMMANDS 1

/* Commands of the working program, known once it is built. */
static uint32_t work_commands;

/* ---- programs ---- */

static void put_load(struct program *p)
{
	struct cmd *c = program_begin(p, ING_OP_LOAD);

	cmd_set(p, c, ING_S_SLOT, WORK_SLOT_DATA);
	cmd_set(p, c, ING_S_ROWS, WORK_LINES);
	program_patch(p, c, ING_S_OFFSET_W, 1, 1);
	program_end(p);
	program_barrier(p);
}

static void put_delay(struct program *p)
{
	const uint32_t top = program_size(p);
	struct cmd *c = program_begin(p, ING_OP_LOOP);

	cmd_set(p, c, ING_C_RA, 5);
	cmd_set(p, c, ING_C_IMM, top);
	program_end(p);
}

static struct cmd *begin_vec(struct program *p, uint32_t fn, uint32_t sink)
{
	struct cmd *c = program_begin(p, ING_OP_VEC);

	cmd_set(p, c, ING_V_FN, fn);
	cmd_set(p, c, ING_V_SINK, sink);
	cmd_set(p, c, ING_V_OUTER, 1);
	cmd_set(p, c, ING_V_INNER, 1);
	cmd_set(p, c, ING_V_COUNT, WORK_FLOATS);
	return c;
}

static void put_rounds(struct program *p)
{
	const uint32_t top = program_size(p);
	struct cmd *c = begin_vec(p, ING_FN_AFFINE, ING_SINK_SCRATCH);

	cmd_set_f32(p, c, ING_V_C, FACTOR);
	cmd_set_f32(p, c, ING_V_D, TERM);
	program_end(p);
	program_barrier(p);
	c = program_begin(p, ING_OP_LOOP);
	cmd_set(p, c, ING_C_RA, 2);
	cmd_set(p, c, ING_C_IMM, top);
	program_end(p);
}

static void put_store(struct program *p)
{
	struct cmd *c = begin_vec(p, ING_FN_COPY, ING_SINK_MEM);

	cmd_set(p, c, ING_V_SLOT, WORK_SLOT_OUT);
	program_patch(p, c, ING_V_OFFSET_W, 3, WORK_LINES);
	program_end(p);
	program_barrier(p);
}

static void put_emit(struct program *p)
{
	struct cmd *c = program_begin(p, ING_OP_EMIT);

	cmd_set(p, c, ING_C_RA, 4);
	cmd_set(p, c, ING_C_RB, 3);
	program_end(p);
	program_begin(p, ING_OP_END);
	program_end(p);
}

/* Jumps to itself while R0 less 1 is not 0, which it never is; and one command that ends. */
static void put_others(uint8_t *code)
{
	const uint32_t loop = ING_OP_LOOP, end = ING_OP_END;

	memcpy(code + AT_SPIN * ING_CMD_BYTES, &loop, sizeof(loop));
	memcpy(code + AT_NOTHING * ING_CMD_BYTES, &end, sizeof(end));
}

const void *work_code(void)
{
	static uint8_t code[WORK_CODE_BYTES] __attribute__((aligned(64)));
	struct program *p;
	struct ingot_error err;
	const struct cmd *commands;

	if (work_commands)
		return code;
	p = program_create();
	if (!p)
		return NULL;
	put_load(p);
	put_delay(p);
	put_rounds(p);
	put_store(p);
	put_emit(p);
	commands = program_finish(p, &err);
	if (commands && program_size(p) <= AT_SPIN) {
		work_commands = program_size(p);
		memcpy(code, commands, (size_t)work_commands * ING_CMD_BYTES);
		put_others(code);
	}
	program_destroy(p);
	return work_commands ? code : NULL;
}

/* ---- numbers ---- */

void work_data(uint64_t seed, float *data)
{
	struct random r = { seed };

	for (unsigned int i = 0; i < WORK_DATA_LINES * 16; i++)
		data[i] = 1.0f + (float)random_below_of(&r, 1 << 23) / (1 << 23);
}

/* Two roundings, as the device does: the build forbids the compiler to make one of them. */
void work_expect(const float *data, const struct work *work, float *expected)
{
	memcpy(expected, data + (size_t)work->from * 16, WORK_BYTES);
	for (uint32_t round = 0; round < work->rounds; round++)
		for (unsigned int i = 0; i < WORK_FLOATS; i++)
			expected[i] = expected[i] * FACTOR + TERM;
}

/* ---- jobs ---- */

static struct drm_ingot_submit job_at(uint32_t ctx, uint32_t offset, uint32_t commands)
{
	return (struct drm_ingot_submit){
		.ctx = ctx, .slot = WORK_SLOT_CODE, .offset = offset, .commands = commands,
	};
}

struct drm_ingot_submit work_submit(uint32_t ctx, const struct work *work)
{
	struct drm_ingot_submit job = job_at(ctx, AT_WORK, work_commands);

	job.args[0] = work->from;
	job.args[1] = work->rounds;
	job.args[2] = work->to;
	job.args[3] = work->rounds;
	job.args[4] = work->delay;
	return job;
}

struct drm_ingot_submit work_spin(uint32_t ctx)
{
	return job_at(ctx, AT_SPIN, SPIN_COMMANDS);
}

struct drm_ingot_submit work_nothing(uint32_t ctx)
{
	return job_at(ctx, AT_NOTHING, NOTHING_COMMANDS);
}
