/* SPDX-License-Identifier: MIT */
/* Random programs that use every opcode, format, function and sink, and now and then break a rule. */
#ifndef TESTS_DIFF_GENERATE_H
#define TESTS_DIFF_GENERATE_H

#include "ingot/config.h"
#include "runtime/program/program.h"

/* Slots of the programs. */
#define SLOT_CODE 0
#define SLOT_DATA 1	/* weights, scales, floats: read only */
#define SLOT_KV 2	/* read and written */
#define SLOT_DUMP 3	/* the scratchpad at the end */

/* Units of the data slot, unless a slow device asks for fewer; the KV slot is twice as large. */
#define DATA_UNITS 4096

/**
 * struct rng - a small generator of random numbers
 * @state: not zero
 */
struct rng {
	uint64_t state;
};

/**
 * rng_next() - 64 random bits
 * @r: the generator
 *
 * Return: the bits.
 */
uint64_t rng_next(struct rng *r);

/**
 * rng_below() - a random number
 * @r: the generator
 * @n: one more than the largest wanted; not zero
 *
 * Return: 0 .. n-1.
 */
uint32_t rng_below(struct rng *r, uint32_t n);

/**
 * generate_data() - the contents of the data slot
 * @r: the generator
 * @data: @units units
 * @units: at least 256
 * @specials: put in infinities, NaN and subnormals too
 *
 * The first half reads well as digits and fp16, the second as fp32.
 */
void generate_data(struct rng *r, uint8_t *data, uint32_t units, bool specials);

/**
 * generate_program() - a random program
 * @r: the generator
 * @config: the device it is for
 * @units: of the data slot
 * @commands: about how many
 * @mischief: one command in this many breaks a rule; 0 is none
 *
 * It begins by filling scratchpad, activations and scalars, and ends by writing the scratchpad to the dump slot.
 *
 * Return: the program, to be freed with program_destroy().
 */
struct program *generate_program(struct rng *r, const struct ingot_config *config,
				 uint32_t units, unsigned int commands, unsigned int mischief);

#endif
