// SPDX-License-Identifier: MIT
/* Programs that are meant to harm: random ones, and good ones broken. */
#include <string.h>

#include "hostile.h"
#include "ingot/isa_masks.h"

static const uint8_t opcodes[] = {
	ING_OP_END, ING_OP_SCALAR, ING_OP_LOOP, ING_OP_BREAK, ING_OP_EMIT, ING_OP_BARRIER,
	ING_OP_MATMUL, ING_OP_LOAD, ING_OP_GATHER, ING_OP_VEC, ING_OP_TOPK, ING_OP_PICK,
};

#define OPCODES (sizeof(opcodes) / sizeof(opcodes[0]))

/* Numbers at which something begins, ends or wraps. */
static uint32_t nasty_word(struct rng *r)
{
	static const uint32_t words[] = { 0, 1, 15, 16, 31, 32, 63, 64, 255, 256, 4095, 4096, 65535, 65536,
					  0xfffff, 0x100000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff };

	return rng_below(r, 3) ? words[rng_below(r, sizeof(words) / sizeof(words[0]))]
			       : rng_next(r) >> (32 + rng_below(r, 32));
}

static void clear_reserved(struct cmd *c)
{
	static const uint32_t reserved[][16] = { ING_RSVD_CTL, ING_RSVD_STR, ING_RSVD_VEC, ING_RSVD_TOP };
	const uint32_t op = c->w[0] & 0xff;
	const uint32_t *mask = reserved[op < ING_OP_MATMUL ? 0 : op < ING_OP_VEC ? 1 : op == ING_OP_VEC ? 2 : 3];

	for (unsigned int w = 1; w < 16; w++)
		c->w[w] &= ~mask[w];
}

static void random_words(struct rng *r, struct cmd *c)
{
	for (unsigned int w = 0; w < 16; w++)
		c->w[w] = rng_below(r, 3) ? 0 : nasty_word(r);
	/* most have an opcode, and no patches: a patch of the wrong word ends nearly every job */
	if (rng_below(r, 16))
		c->w[0] = opcodes[rng_below(r, OPCODES)];
	if (rng_below(r, 4))
		c->w[1] = 0;
	if (rng_below(r, 4))
		clear_reserved(c);
}

/* Another slot, or a place around the end of one. */
static void aim(struct rng *r, struct cmd *c)
{
	const bool stream = (c->w[0] & 0xff) < ING_OP_VEC;
	uint32_t *slot = &c->w[stream ? ING_S_SLOT_W : ING_V_SLOT_W];
	uint32_t *offset = &c->w[stream ? ING_S_OFFSET_W : ING_V_OFFSET_W];

	if (rng_below(r, 2))
		*slot = (*slot & ~0xffu) | rng_below(r, 40);
	else
		*offset = machine_units[PART_DATA + rng_below(r, PARTS - PART_DATA)] + rng_below(r, 129) - 64;
}

/* Lines read from the end of a slot, or written there: the last one, or one too many. */
static void edge(struct rng *r, struct cmd *c)
{
	const uint32_t slot = PART_DATA + rng_below(r, PARTS - PART_DATA), lines = 1 + rng_below(r, 8);
	const uint32_t offset = machine_units[slot] - lines + rng_below(r, 3) - 1;

	*c = (struct cmd){ { ING_OP_LOAD } };
	if (rng_below(r, 2)) {
		c->w[ING_S_SLOT_W] = slot | 1 << ING_S_TGROUPS_L;
		c->w[ING_S_OFFSET_W] = offset;
		c->w[ING_S_ROWS_W] = lines;
		return;
	}
	c->w[0] = ING_OP_VEC;
	c->w[ING_V_FN_W] = ING_FN_COPY | ING_SINK_MEM << ING_V_SINK_L | 1 << ING_V_OUTER_L | 1u << ING_V_INNER_L;
	c->w[ING_V_COUNT_W] = lines * 16;
	c->w[ING_V_SLOT_W] = slot;
	c->w[ING_V_OFFSET_W] = offset;
}

static void mutate_once(struct rng *r, struct commands *p)
{
	struct cmd *c = &p->cmds[rng_below(r, p->count)];
	unsigned int w = rng_below(r, 16);

	switch (rng_below(r, 12)) {
	case 0:
	case 1:
		c->w[w] ^= 1u << rng_below(r, 32);
		break;
	case 2:
		c->w[w] = nasty_word(r);
		break;
	case 3:
		c->w[w] += rng_below(r, 2) ? nasty_word(r) : rng_below(r, 65) - 32;
		break;
	case 4:
		random_words(r, c);
		break;
	case 5:
		*c = p->cmds[rng_below(r, p->count)];
		break;
	case 6:
		c->w[0] = (c->w[0] & ~0xffu) | opcodes[rng_below(r, OPCODES)];
		break;
	case 7:
	case 8:
		aim(r, c);
		break;
	case 9:
	case 10:
		edge(r, c);
		break;
	default:
		p->count = 1 + rng_below(r, p->count);
	}
}

/* After a PICK nothing else waits for the register that it sets. */
static void wait_for_all(struct commands *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		struct cmd *c = &p->cmds[i];
		const uint32_t op = c->w[0] & 0xff;

		if (i && (p->cmds[i - 1].w[0] & 0xff) == ING_OP_PICK)
			*c = (struct cmd){ { ING_OP_BARRIER } };
		c->w[0] = (c->w[0] & ~0xff00u) | 0x1100;
		if (op >= ING_OP_MATMUL && op < ING_OP_VEC)
			c->w[0] = (c->w[0] & ~0xf0000u) | 0x10000;
	}
}

void hostile_mutate(struct rng *r, struct commands *p)
{
	for (uint32_t n = 1 + rng_below(r, 4); n; n--)
		mutate_once(r, p);
	wait_for_all(p);
}

void hostile_random(struct rng *r, struct commands *p)
{
	p->count = 1 + rng_below(r, 24);
	for (uint32_t i = 0; i < p->count; i++)
		random_words(r, &p->cmds[i]);
	wait_for_all(p);
}
