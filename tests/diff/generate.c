// SPDX-License-Identifier: MIT
/* Random programs: data, control commands, and the frame around the random part. */
#include <stdlib.h>
#include <string.h>

#include "generate_internal.h"

uint64_t rng_next(struct rng *r)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return r->state;
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (rng_next(r) >> 16) % n;
}

/* A float of moderate size, or now and then anything at all. */
static uint32_t random_float(struct rng *r, bool specials)
{
	uint32_t bits = rng_next(r) >> 32;

	if (specials && rng_below(r, 40) == 0)
		return bits;
	if (specials && rng_below(r, 60) == 0)
		return (bits & 0x80000000) | (rng_below(r, 2) ? 0x7f800000 : rng_below(r, 4));
	if (rng_below(r, 30) == 0)
		return bits & 0x80000000;
	return (bits & 0x807fffff) | (120 + rng_below(r, 12)) << 23;
}

static uint16_t random_half(struct rng *r, bool specials)
{
	uint16_t bits = rng_next(r) >> 32;

	if (specials && rng_below(r, 100) == 0)
		return bits;
	return (bits & 0x83ff) | (8 + rng_below(r, 12)) << 10;
}

void generate_data(struct rng *r, uint8_t *data, uint32_t units, bool specials)
{
	const size_t half = (size_t)units / 2 * ING_UNIT_BYTES;

	for (size_t i = 0; i < half; i += 2) {
		uint16_t h = random_half(r, specials);

		memcpy(data + i, &h, 2);
	}
	for (size_t i = half; i < 2 * half; i += 4) {
		uint32_t f = random_float(r, specials);

		memcpy(data + i, &f, 4);
	}
}

static void control_scalar(struct gen *g)
{
	struct cmd *c = program_begin(g->p, ING_OP_SCALAR);

	cmd_set(g->p, c, ING_C_RD, 9 + rng_below(g->r, 6));
	cmd_set(g->p, c, ING_C_RA, rng_below(g->r, 16));
	cmd_set(g->p, c, ING_C_RB, rng_below(g->r, 16));
	cmd_set(g->p, c, ING_C_SH, rng_below(g->r, 32));
	cmd_set(g->p, c, ING_C_IMM, rng_next(g->r) >> (32 + rng_below(g->r, 32)));
	cmd_set(g->p, c, ING_C_MASK, rng_next(g->r) >> 32);
	program_end(g->p);
}

static void control_emit(struct gen *g)
{
	struct cmd *c = program_begin(g->p, ING_OP_EMIT);

	cmd_set(g->p, c, ING_C_RA, rng_below(g->r, 16));
	cmd_set(g->p, c, ING_C_RB, rng_below(g->r, 16));
	cmd_set(g->p, c, ING_C_IRQ, rng_below(g->r, 2));
	cmd_set(g->p, c, ING_F_WAIT_VEC, 1);
	program_end(g->p);
}

/* Jumps forward over the next command or two, or not. */
static void control_break(struct gen *g)
{
	struct cmd *c = program_begin(g->p, ING_OP_BREAK);
	const uint32_t ids = rng_below(g->r, 9);

	cmd_set(g->p, c, ING_C_RA, rng_below(g->r, 16));
	cmd_set(g->p, c, ING_C_COUNT, ids);
	cmd_set(g->p, c, ING_C_IMM, program_size(g->p) + 1);
	for (uint32_t i = 0; i < ids; i++)
		c->w[ING_C_ID0_W + i] = rng_below(g->r, 3);
	program_end(g->p);
}

static void set_register(struct gen *g, unsigned int reg, uint32_t value)
{
	struct cmd *c = program_begin(g->p, ING_OP_SCALAR);

	cmd_set(g->p, c, ING_C_RD, reg);
	cmd_set(g->p, c, ING_C_IMM, value);
	cmd_set(g->p, c, ING_C_MASK, UINT32_MAX);
	program_end(g->p);
}

void gen_barrier(struct gen *g)
{
	program_barrier(g->p);
	g->n_streams = 0;
}

static void random_command(struct gen *g)
{
	switch (rng_below(g->r, 12)) {
	case 0: case 1: case 2:
		gen_matmul(g);
		break;
	case 3:
		gen_load(g);
		break;
	case 4:
		gen_gather(g);
		break;
	case 5: case 6: case 7: case 8: case 9:
		gen_vec(g);
		break;
	case 10:
		gen_token(g);
		break;
	default:
		switch (rng_below(g->r, 3)) {
		case 0: control_scalar(g); break;
		case 1: control_emit(g); break;
		default: control_break(g); break;
		}
	}
}

/* A loop of a few rounds around a few commands; waits do not look across its edges. */
static void random_loop(struct gen *g)
{
	uint32_t rounds = 2 + rng_below(g->r, 2), body = 1 + rng_below(g->r, 4), top;
	struct cmd *c;

	set_register(g, 15, rounds);
	gen_barrier(g);
	top = program_size(g->p);
	while (body--)
		random_command(g);
	gen_barrier(g);
	/* the body may have written the counter: then the budget ends the job */
	c = program_begin(g->p, ING_OP_LOOP);
	cmd_set(g->p, c, ING_C_RA, 15);
	cmd_set(g->p, c, ING_C_IMM, top);
	program_end(g->p);
}

/* Breaks a rule in the last command: a bit anywhere, or a field beyond its range. */
static void mischief(struct gen *g)
{
	struct cmd *c = program_at(g->p, program_size(g->p) - 1);

	if (rng_below(g->r, 2))
		c->w[rng_below(g->r, 16)] ^= 1u << rng_below(g->r, 32);
	else
		c->w[2 + rng_below(g->r, 12)] = rng_next(g->r) >> (32 + rng_below(g->r, 24));
	/* what it touches now is anybody's guess */
	c->w[0] = (c->w[0] & ~0xfff00u) | 0x11100u;
	if ((c->w[0] & 0xff) < ING_OP_MATMUL || (c->w[0] & 0xff) >= ING_OP_VEC)
		c->w[0] &= ~0xf0000u;
	gen_barrier(g);
}

struct program *generate_program(struct rng *r, const struct ingot_config *config, uint32_t units,
				 unsigned int commands, unsigned int every)
{
	struct gen g = { .r = r, .config = config, .data_units = units, .kv_units = 2 * units,
			 .p = program_create() };

	if (!g.p)
		abort();
	gen_prologue(&g);
	for (unsigned int i = 0; i < commands; i++) {
		if (rng_below(r, 15) == 0) {
			random_loop(&g);
			continue;
		}
		if (rng_below(r, 8) == 0)
			gen_barrier(&g);
		random_command(&g);
		if (every && rng_below(r, every) == 0)
			mischief(&g);
	}
	gen_epilogue(&g);
	program_begin(g.p, ING_OP_END);
	program_end(g.p);
	return g.p;
}
