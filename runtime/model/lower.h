/* SPDX-License-Identifier: MIT */
/* From a model to programs: what each token's commands are. */
#ifndef INGOT_MODEL_LOWER_H
#define INGOT_MODEL_LOWER_H

#include "ingot/config.h"
#include "runtime/program/program.h"
#include "weights.h"

/* Most sequences of one decode program: each has a job argument for its token. */
#define MAX_SEQUENCES ING_ARGS

/* Slots of a model's context. */
#define SLOT_PROGRAM 0
#define SLOT_WEIGHTS 1
#define SLOT_LOGITS 2
#define SLOT_KV 3	/* of the first sequence; those of the others follow */

/* Registers of the programs. The first are the job's arguments. */
#define REG_POS 1	/* position of the first token of the job */
#define REG_TOKEN 2	/* decode: the token to read */
#define REG_COUNT 3	/* decode: tokens still to make */
#define REG_SEED_LO 4
#define REG_SEED_HI 5
#define REG_STEP 6	/* decode: tokens made so far */
#define REG_BLOCKS 9	/* blocks of 32 positions in use */
#define REG_LINES 10	/* lines of 64 exponent bytes in use */
#define REG_TILE REG_BLOCKS	/* before the layers: tile of the token's embedding */
#define REG_ROW REG_LINES	/* row within that tile */
#define REG_FIRST 13	/* sliding window: tile of 64 positions in which it begins */
#define REG_SPAN 14	/* position less those before that tile */
#define REG_MASK 15	/* row of the table of masks */
/*
 * With several sequences all arguments are tokens. Positions are then words of the commands
 * (symbols, which the host sets before a job) plus the tokens made so far.
 */
#define REG_BATCH_TOKEN 1	/* of the first sequence; those of the others follow */
#define REG_BATCH_STEP 11
#define REG_BATCH_COUNT 12

/* Symbols of a program with several sequences: one a sequence, from these on, and the count. */
#define SYMBOL_POSITION 0
#define SYMBOL_SEED_LO MAX_SEQUENCES
#define SYMBOL_SEED_HI (2 * MAX_SEQUENCES)
#define SYMBOL_COUNT (3 * MAX_SEQUENCES)

/* Most token ids that stop a decode job. */
#define MAX_STOPS 8

/**
 * struct kv_layout - the KV cache of a sequence in its buffer; all in units
 * @context: positions, a multiple of 64
 * @positions: those that the model can use of them
 * @k_head: one K cache of one head
 * @v_half: one V cache of 32 channels
 * @exp_half: the exponent bytes of @v_half
 * @k: offset of layer 0's K caches; layers follow one another
 * @v: of its V caches
 * @exp: of its exponent bytes
 * @k_layer: distance from layer to layer; likewise @v_layer, @exp_layer
 * @units: size of the buffer
 */
struct kv_layout {
	uint32_t context, positions, k_head, v_half, exp_half;
	uint64_t k, v, exp, k_layer, v_layer, exp_layer, units;
};

/**
 * kv_plan() - lay out the KV cache
 * @kv: filled in
 * @hp: the model
 * @context: positions; rounded up to a multiple of 64
 */
void kv_plan(struct kv_layout *kv, const struct hparams *hp, uint32_t context);

/**
 * enum lower_end - what a program does after the last layer
 * @END_NOTHING: only the KV cache matters: the prompt but for its last token
 * @END_LOGITS: stores the logits of every column
 * @END_DECODE: chooses a token a column and goes on with them: each column is a sequence of its own
 */
enum lower_end { END_NOTHING, END_LOGITS, END_DECODE };

/**
 * struct sampling - how decode chooses the tokens of a sequence
 * @temperature: 0 takes the likeliest
 * @top_k: candidates, 1 to the device's limit
 * @stops: tokens that end the job
 * @n_stops: how many
 */
struct sampling {
	float temperature;
	uint32_t top_k;
	uint32_t stops[MAX_STOPS];
	unsigned int n_stops;
};

/**
 * struct lower_args - what to build
 * @hp: the model
 * @w: its weights
 * @kv: its KV cache
 * @config: the device
 * @columns: tokens of one pass, 1 to the device's tile M; decode: sequences, at most MAX_SEQUENCES
 * @end: what follows the last layer
 * @store_logits: decode: store each token's logits too: a row a column, and again for each token;
 *	with several sequences they follow as many rows that the program needs for itself
 * @sampling: decode: of each column
 */
struct lower_args {
	const struct hparams *hp;
	const struct weights *w;
	const struct kv_layout *kv;
	const struct ingot_config *config;
	uint32_t columns;
	enum lower_end end;
	bool store_logits;
	struct sampling sampling[MAX_SEQUENCES];
};

/**
 * lower_model() - build a program
 * @a: what to build
 * @err: filled in on failure (-ENOSPC: the scratchpad or activation memory is too small)
 *
 * Return: the program, to be freed with program_destroy(), or NULL.
 */
struct program *lower_model(const struct lower_args *a, struct ingot_error *err);

/**
 * lower_set_tokens() - put token ids into the embedding commands of a program with columns
 * @cmds: commands of a program built for END_NOTHING or END_LOGITS
 * @a: as it was built
 * @tokens: @a->columns of them
 *
 * Return: number of leading commands that may have changed.
 */
uint32_t lower_set_tokens(struct cmd *cmds, const struct lower_args *a, const int32_t *tokens);

#endif
