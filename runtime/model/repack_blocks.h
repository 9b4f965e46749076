/* SPDX-License-Identifier: MIT */
/* One block of 32 elements between a GGUF row and a tile. */
#ifndef INGOT_MODEL_REPACK_BLOCKS_H
#define INGOT_MODEL_REPACK_BLOCKS_H

#include "gguf.h"
#include "repack.h"

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
 * repack_block() - take a block out of a row
 * @info: of the row's type, one that has a tile format
 * @format: of the tile: @info's own, or 16 bits
 * @row: the row as it is in the file
 * @k: which block of 32 elements
 * @b: filled in
 * @loss: what the tile does not keep is added to it
 *
 * Return: 0, or -ERANGE if a value is infinite, NaN or larger than the tile can hold.
 */
int repack_block(const struct ggml_type_info *info, struct ing_format format, const uint8_t *row,
		 unsigned int k, struct tile_block *b, struct repack_loss *loss);

/**
 * repack_floats() - 32 numbers to a 16-bit block
 * @x: the numbers
 * @b: filled in
 * @loss: what the block does not keep is added to it
 *
 * Return: 0, or -ERANGE if one is infinite, NaN or at least 2^111.
 */
int repack_floats(const float x[ING_BLOCK], struct tile_block *b, struct repack_loss *loss);

/**
 * repack_digits8() - 32 numbers that are multiples of a power of two to an 8-bit block, exactly
 * @x: the numbers
 * @b: filled in
 *
 * Return: 0, or -ERANGE if they are no such multiples by -127 .. 127, or the power is no fp16.
 */
int repack_digits8(const float x[ING_BLOCK], struct tile_block *b);

/**
 * repack_row() - a row in fp32
 * @info: of the row's type, one that has a tile format
 * @row: the row as it is in the file
 * @n: elements, whole blocks if the type has blocks
 * @x: filled in
 */
void repack_row(const struct ggml_type_info *info, const uint8_t *row, uint32_t n, float *x);

/**
 * repack_zeros() - a block of zeros
 * @format: of the tile
 * @b: filled in
 */
void repack_zeros(struct ing_format format, struct tile_block *b);

#endif
