/* SPDX-License-Identifier: MIT */
/* From rows of GGUF blocks to tiles. */
#ifndef INGOT_MODEL_REPACK_H
#define INGOT_MODEL_REPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "gguf.h"
#include "ingot/tile.h"

/* Rows of a weight tile. */
#define TILE_ROWS (ING_TILE_GROUPS_MAX * ING_GROUP_ROWS)

/**
 * repack_format() - the tile format of a tensor type
 * @type: enum ggml_type
 * @format: filled in
 *
 * Return: whether the type is supported.
 */
bool repack_format(uint32_t type, struct ing_format *format);

/**
 * repack_tile() - one tile of a matrix
 * @type: enum ggml_type of the tensor
 * @rows: first row of the tile in the tensor, rows one after another
 * @n_rows: rows that there are, 1 to TILE_ROWS; the tile is filled up with zeros
 * @blocks: blocks of 32 elements a row
 * @tile: where to, @blocks * ing_block_units() units
 *
 * Return: 0, or -ERANGE if a 16-bit block has a value of 2^111 or more, infinity or NaN.
 */
int repack_tile(uint32_t type, const uint8_t *rows, unsigned int n_rows, unsigned int blocks,
		uint8_t *tile);

#endif
