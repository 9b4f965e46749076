// SPDX-License-Identifier: MIT
/* Random programs: real ones with bits changed, and commands with random fields. */
#include <string.h>

#include "fuzz_world.h"

static const uint8_t opcodes[] = {
	ING_OP_END, ING_OP_SCALAR, ING_OP_LOOP, ING_OP_BREAK, ING_OP_EMIT, ING_OP_BARRIER,
	ING_OP_MATMUL, ING_OP_LOAD, ING_OP_GATHER, ING_OP_VEC, ING_OP_TOPK, ING_OP_PICK,
};

/* Words with small numbers in them, so that some pass all checks */
static uint32_t sparse_word(struct fuzzer *f)
{
	uint32_t word = 0;

	while (!one_in(f, 3))
		word |= below(f, 8) << below(f, 30);
	return word;
}

static void put_command(struct fuzzer *f, uint32_t *w)
{
	memset(w, 0, ING_CMD_BYTES);
	w[0] = opcodes[below(f, sizeof(opcodes))];
	if (one_in(f, 3))
		w[0] |= sparse_word(f) << 8;
	if (one_in(f, 4))
		w[1] = any_word(f);
	for (int i = 2; i < 13; i++)
		w[i] = one_in(f, 10) ? any_word(f) : one_in(f, 2) ? sparse_word(f) : 0;
	/* a jump that stays near */
	if (w[0] == ING_OP_LOOP || w[0] == ING_OP_BREAK)
		w[3] = below(f, PROGRAM_COMMANDS);
}

void *fuzz_program(struct fuzzer *f)
{
	uint32_t *w = (void *)(f->world->arena + below(f, ARENA_BYTES / ARENA_BLOCK) * ARENA_BLOCK);
	const uint32_t commands = ARENA_BLOCK / ING_CMD_BYTES;
	const void *image;
	size_t bytes;

	image = programs_image(&bytes);
	memcpy(w, image, bytes < ARENA_BLOCK ? bytes : ARENA_BLOCK);
	while (!one_in(f, 8))
		w[below(f, ARENA_BLOCK / 4)] ^= 1u << below(f, 32);
	if (one_in(f, 2))
		for (uint32_t i = 0; i < commands; i++)
			if (one_in(f, 3))
				put_command(f, w + i * ING_CMD_BYTES / 4);
	return w;
}
