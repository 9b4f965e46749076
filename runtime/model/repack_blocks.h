/* SPDX-License-Identifier: MIT */
/* One block of 32 elements between a GGUF row and a tile. */
#ifndef INGOT_MODEL_REPACK_BLOCKS_H
#define INGOT_MODEL_REPACK_BLOCKS_H

#include <stdint.h>

#include "ingot/tile.h"

/**
 * struct tile_block - one block of 32 elements on its way into a tile
 * @word: chunks as tile.h wants them, 4, 8 or 16 of them
 * @scale: fp16 bits, or the exponent byte
 * @min: fp16 bits
 */
struct tile_block {
	uint32_t word[16];
	uint16_t scale, min;
};

/**
 * repack_source_fn - take a block out of a row
 * @row: the row as it is in the file
 * @k: which block of 32 elements
 * @b: filled in
 *
 * Return: 0, or -ERANGE if a value is infinite, NaN or larger than the tile can hold.
 */
typedef int (*repack_source_fn)(const uint8_t *row, unsigned int k, struct tile_block *b);

/**
 * struct repack_source - how a tensor type maps onto tiles
 * @type: enum ggml_type
 * @format: of the tiles
 * @take: takes a block out of a row
 * @floats: elements are stored one by one, so a row may end within a block of 32
 */
struct repack_source {
	uint32_t type;
	struct ing_format format;
	repack_source_fn take;
	uint8_t floats;
};

/**
 * repack_source() - find a type
 * @type: enum ggml_type
 *
 * Return: its entry, or NULL if it is not supported.
 */
const struct repack_source *repack_source(uint32_t type);

/**
 * repack_quantise16() - 32 numbers to a 16-bit block
 * @x: the numbers
 * @b: filled in
 *
 * Return: 0, or -ERANGE if one is infinite, NaN or at least 2^111.
 */
int repack_quantise16(const float x[ING_BLOCK], struct tile_block *b);

/**
 * repack_to_floats() - a row, or its beginning, in fp32
 * @type: F32, F16 or BF16
 * @row: the row as it is in the file
 * @n: elements
 * @x: filled in
 */
void repack_to_floats(uint32_t type, const uint8_t *row, uint32_t n, float *x);

#endif
