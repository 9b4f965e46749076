// SPDX-License-Identifier: MIT
/*
 * Random programs of control commands on the RTL, against an interpreter of a few lines: loops in
 * loops, jumps into the middle of them and out of the program, targets and registers by patches.
 * What the front end fetches ahead must never be seen.
 *
 * usage: test_control [NAME [SEED]]	NAME of a Verilated core, tiny-check by default
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define PROG 1000u
#define COMMANDS 40
#define BUDGET 250
#define PROGRAMS 250

static struct bench bench;
static uint32_t program[COMMANDS][16];
static unsigned int length;

struct event {
	uint32_t value, value2;
};

/* What a program does: its events, and how it ends. */
struct outcome {
	struct event event[BUDGET];
	unsigned int events;
	uint32_t code, pc;
};

static uint32_t below(uint32_t n)
{
	return (uint32_t)random() % n;
}

static void random_command(uint32_t *w)
{
	static const uint32_t ops[] = {
		ING_OP_SCALAR, ING_OP_SCALAR, ING_OP_LOOP, ING_OP_LOOP, ING_OP_LOOP, ING_OP_BREAK,
		ING_OP_EMIT, ING_OP_BARRIER, ING_OP_END,
	};

	memset(w, 0, 64);
	w[0] = ops[below(below(10) ? 8 : 9)];
	if (w[0] == ING_OP_BARRIER || w[0] == ING_OP_END)
		return;
	w[2] = below(8) << ING_C_RA_L;
	if (w[0] == ING_OP_EMIT || w[0] == ING_OP_SCALAR)
		w[2] |= below(8) << ING_C_RB_L;
	if (w[0] == ING_OP_SCALAR) {
		w[2] |= below(8);
		w[4] = below(2) ? 3 : 15;
	}
	if (w[0] == ING_OP_BREAK) {
		uint32_t ids = below(4);

		w[2] |= ids << ING_C_COUNT_L;
		for (uint32_t i = 0; i < ids; i++)
			w[4 + i] = below(4);
	}
	if (w[0] != ING_OP_EMIT)
		w[3] = below(below(40) ? length : length + 2);
	/* into the third word, which is a target or a summand */
	if (w[0] != ING_OP_EMIT && !below(5))
		w[1] = (3 | below(8) << 4) << 8 * below(3);
	w[15] = w[1] & 0xff ? below(3) : 0;
}

static void patch(uint32_t *w, const uint32_t *r)
{
	const uint32_t patches = w[1], factor = w[15];

	for (int i = 0; i < 3; i++) {
		const uint32_t p = patches >> 8 * i & 0xff;

		if (p & 15)
			w[p & 15] += r[p >> 4] * (i ? 1 : factor);
	}
}

static bool among(uint32_t value, const uint32_t *ids, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (ids[i] == value)
			return true;
	return false;
}

static void interpret(struct outcome *o, const uint32_t *args)
{
	uint32_t r[16] = { 0 }, count = 0, pc = 0;

	memset(o, 0, sizeof(*o));
	memcpy(r + 1, args, 8 * sizeof(*r));
	for (;; count++) {
		uint32_t w[16], ra, rb;

		o->pc = pc;
		o->code = count == BUDGET ? ING_FAULT_BUDGET : pc >= length ? ING_FAULT_PC : 0;
		if (o->code)
			return;
		memcpy(w, program[pc++], sizeof(w));
		patch(w, r);
		ra = w[2] >> ING_C_RA_L & 15;
		rb = w[2] >> ING_C_RB_L & 15;
		switch (w[0]) {
		case ING_OP_END:
			o->pc = 0;
			return;
		case ING_OP_SCALAR:
			r[w[2] & 15] = (r[ra] + r[rb] + w[3]) & w[4];
			break;
		case ING_OP_LOOP:
			if (--r[ra])
				pc = w[3];
			break;
		case ING_OP_BREAK:
			if (among(r[ra], w + 4, w[2] >> ING_C_COUNT_L & 15))
				pc = w[3];
			break;
		case ING_OP_EMIT:
			o->event[o->events++] = (struct event){ r[ra], r[rb] };
		}
		r[0] = 0;
	}
}

/* The same from the core. */
static bool execute(struct outcome *o, const struct job *job)
{
	uint32_t comp[8];

	memset(o, 0, sizeof(*o));
	bench_submit_job(&bench, job);
	for (;;) {
		if (!bench_completion(&bench, 0, comp))
			return false;
		if ((comp[ING_COMP_TYPE_W] & 0xff) != ING_COMP_EVENT)
			break;
		if (o->events == BUDGET)
			return false;
		o->event[o->events++] =
			(struct event){ comp[ING_COMP_VALUE_W], comp[ING_COMP_VALUE2_W] };
	}
	o->code = comp[ING_COMP_TYPE_W] >> 8 & 0xff;
	o->pc = comp[ING_COMP_VALUE_W];
	return true;
}

static bool same_program(unsigned int number)
{
	struct job job = { .tag = number, .budget = BUDGET };
	static struct outcome want, got;

	length = 2 + below(COMMANDS - 1);
	for (unsigned int i = 0; i < length; i++)
		random_command(program[i]);
	for (int i = 0; i < 8; i++)
		job.args[i] = below(6);
	bench_load(&bench, PROG, (const uint32_t(*)[16])program, length);
	job.len = length;
	interpret(&want, job.args);
	if (execute(&got, &job) && !memcmp(&want, &got, sizeof(want)))
		return true;
	printf("# program %u of %u commands: %u events, code %u at %u; should be %u, %u, %u\n", number,
	       length, got.events, got.code, got.pc, want.events, want.code, want.pc);
	return false;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "tiny-check";
	const char *seed_text = argc > 2 ? argv[2] : getenv("SEED");
	unsigned int seed = seed_text ? strtoul(seed_text, NULL, 0) : 1, failures = 0;

	printf("1..1\n# %s, seed %u\n", name, seed);
	srandom(seed);
	bench_open(&bench, name, seed);
	bench_slot(&bench, 0, 0, PROG, COMMANDS, ING_PERM_EXEC);
	for (unsigned int i = 0; i < PROGRAMS; i++)
		failures += !same_program(i);
	bench_close(&bench);
	printf("%sok 1 - %d random programs of control commands\n", failures ? "not " : "", PROGRAMS);
	return failures != 0;
}
