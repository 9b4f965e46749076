/* SPDX-License-Identifier: MIT */
/* Rotary positions: the angles by which elements of queries and keys are turned. */
#ifndef INGOT_MODEL_ROPE_H
#define INGOT_MODEL_ROPE_H

#include <stdint.h>

#include "gguf.h"

/**
 * struct rope - one kind of angles
 * @base: of the frequencies
 * @scale: of all angles: 1 / rope.scaling.factor
 * @ext: how far YaRN goes back to unscaled angles at high frequencies, 0 to 1; 0: no YaRN
 * @attn: factor of queries and keys alike
 * @beta_fast: turns within the original context from which a frequency counts as high; YaRN
 * @beta_slow: turns below which it counts as low; YaRN
 * @context: positions that the model was trained for before it was scaled; YaRN
 */
struct rope {
	float base, scale, ext, attn, beta_fast, beta_slow;
	uint32_t context;
};

/**
 * rope_read() - read scaling from metadata
 * @rope: @base and @context are set; the rest is filled in
 * @gguf: the file
 * @arch: prefix of its keys
 * @err: filled in on failure: a kind of scaling that is not supported, a value out of range
 *
 * Return: 0 or negative errno.
 */
int rope_read(struct rope *rope, const struct gguf *gguf, const char *arch, struct ingot_error *err);

/**
 * rope_row() - the table's row of a position
 * @rope: the angles
 * @factors: divisors of the frequencies, @dims / 2 of them, or NULL
 * @dims: leading elements of a head that are turned
 * @head_dim: elements of a head
 * @pos: the position
 * @row: receives @head_dim floats: cosine and sine of each pair
 */
void rope_row(const struct rope *rope, const float *factors, uint32_t dims, uint32_t head_dim,
	      uint32_t pos, float *row);

#endif
