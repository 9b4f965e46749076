/* SPDX-License-Identifier: MIT */
/*
 * What the blocks of GGUF's tensor types say, 32 elements at a time. Element i is
 * scale[i / 16] * q[i] + min[i / 16] for the types made of integers; the others are fp32 at once.
 */
#ifndef INGOT_MODEL_QUANTS_H
#define INGOT_MODEL_QUANTS_H

#include <stdbool.h>
#include <stdint.h>

#include "ingot/tile.h"

/**
 * struct quants - 32 elements as integers
 * @q: the integers
 * @scale: of elements 0..15 and of 16..31
 * @min: the same
 */
struct quants {
	int8_t q[ING_BLOCK];
	float scale[2], min[2];
};

/**
 * quants_fn - read 32 elements of a type made of integers
 * @row: a row as it is in the file
 * @k: which 32 elements of it
 * @out: filled in
 */
typedef void (*quants_fn)(const uint8_t *row, unsigned int k, struct quants *out);

/**
 * floats_fn - read elements of a type that stores them one by one
 * @from: the first of them
 * @n: how many
 * @x: filled in
 */
typedef void (*floats_fn)(const uint8_t *from, uint32_t n, float *x);

/** quants_q4_0() - 4 bits less 8, a scale */
void quants_q4_0(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_q4_1() - 4 bits, a scale and a minimum */
void quants_q4_1(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_q5_0() - 5 bits less 16, a scale */
void quants_q5_0(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_q5_1() - 5 bits, a scale and a minimum */
void quants_q5_1(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_q8_0() - 8 bits, a scale */
void quants_q8_0(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_iq4_nl() - 4 bits that choose from a table, a scale */
void quants_iq4_nl(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_iq4_xs() - the same with scales of 6 bits for 8 blocks */
void quants_iq4_xs(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_q2_k() - 2 bits, a scale and a minimum of 4 bits for 16 elements */
void quants_q2_k(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_q3_k() - 3 bits times a scale of 6 bits for 16 elements, as one integer */
void quants_q3_k(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_q4_k() - 4 bits, a scale and a minimum of 6 bits */
void quants_q4_k(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_q5_k() - 5 bits, a scale and a minimum of 6 bits */
void quants_q5_k(const uint8_t *row, unsigned int k, struct quants *out);
/** quants_q6_k() - 6 bits less 32, a scale of 8 bits for 16 elements */
void quants_q6_k(const uint8_t *row, unsigned int k, struct quants *out);

/** floats_f32() - fp32 */
void floats_f32(const uint8_t *from, uint32_t n, float *x);
/** floats_f16() - fp16 */
void floats_f16(const uint8_t *from, uint32_t n, float *x);
/** floats_bf16() - the upper half of fp32 */
void floats_bf16(const uint8_t *from, uint32_t n, float *x);

#endif
