/* SPDX-License-Identifier: MIT */
/* What the parts of the program generator share. */
#ifndef TESTS_DIFF_GENERATE_INTERNAL_H
#define TESTS_DIFF_GENERATE_INTERNAL_H

#include "generate.h"

/* Stream destinations remembered between barriers. */
#define MAX_STREAMS 64

/**
 * struct gen - a generation under way
 * @r: random numbers
 * @config: the device
 * @data_units: of the data slot; @kv_units: of the KV slot
 * @p: the program
 * @streams: scratchpad ranges that stream commands have written since the last barrier
 * @n_streams: how many
 */
struct gen {
	struct rng *r;
	const struct ingot_config *config;
	uint32_t data_units, kv_units;
	struct program *p;
	struct { uint32_t first, end; } streams[MAX_STREAMS];
	unsigned int n_streams;
};

/** gen_barrier() - wait for everything */
void gen_barrier(struct gen *g);

/**
 * gen_stream_writes() - a stream command is about to write lines: no two may without a barrier between
 * @g: the generation
 * @first: first line
 * @count: lines
 */
void gen_stream_writes(struct gen *g, uint32_t first, uint32_t count);

/** gen_prologue() - fill scratchpad, activations and scalars */
void gen_prologue(struct gen *g);

/** gen_epilogue() - dump the scratchpad */
void gen_epilogue(struct gen *g);

/** gen_matmul() - a random MATMUL; the others likewise */
void gen_matmul(struct gen *g);
void gen_load(struct gen *g);
void gen_gather(struct gen *g);
void gen_vec(struct gen *g);
void gen_token(struct gen *g);

#endif
