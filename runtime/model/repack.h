/* SPDX-License-Identifier: MIT */
/*
 * From rows of GGUF blocks to tiles.
 *
 * A matrix on the device need not be a tensor of the file: it may be some rows of one (a fused q, k
 * and v), in another order (RoPE's two conventions), with zeros between heads or behind the last
 * column. struct repack_part says which.
 */
#ifndef INGOT_MODEL_REPACK_H
#define INGOT_MODEL_REPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "gguf.h"
#include "ingot/tile.h"

/* Rows of a weight tile. */
#define TILE_ROWS (ING_TILE_GROUPS_MAX * ING_GROUP_ROWS)

/**
 * struct repack_heads - rows or columns that come in heads
 * @size: of a head in the matrix; 0: no heads, all are taken one after another
 * @tensor_size: of a head in the tensor, 1 to @size; the rest of each head in the matrix is zero
 * @neox: of rows only: how many leading rows of a head are stored in two halves, (0, 1, .., n/2, ..)
 *	for pairs (0, n/2), (1, n/2 + 1), ..; the matrix has the pairs side by side. Even, at most
 *	@tensor_size; 0: the order stays
 * @repeat: so many heads of the matrix, one after another, are the same one of the tensor; 0 is 1
 */
struct repack_heads {
	uint32_t size, tensor_size, neox, repeat;
};

/* No such row, block or element: zeros take its place. */
#define REPACK_NONE UINT32_MAX

/**
 * repack_place() - where a row or column of a matrix is in the tensor
 * @heads: heads of the matrix, @size 0 if there are none
 * @i: row or column of the matrix
 *
 * Return: row or column of the tensor, counted from the part's beginning, or REPACK_NONE.
 */
uint32_t repack_place(const struct repack_heads *heads, uint32_t i);

/**
 * struct repack_part - what a matrix is made of
 * @tensor: a tensor of one or two dimensions
 * @first: row of the tensor that the part begins with
 * @rows: rows of the matrix, padding of heads included
 * @columns: columns of the matrix, a multiple of ING_BLOCK; what the tensor does not have is zero
 * @row_heads: heads among the rows
 * @column_heads: heads among the columns
 * @digits8: each 32 floats are multiples of a power of two by -127 .. 127, and go into 8-bit tiles
 */
struct repack_part {
	const struct gguf_tensor *tensor;
	uint32_t first, rows, columns;
	struct repack_heads row_heads, column_heads;
	bool digits8;
};

/**
 * repack_whole() - the part that is all of a tensor
 * @tensor: the tensor
 *
 * Return: the part, its columns rounded up to whole blocks.
 */
static inline struct repack_part repack_whole(const struct gguf_tensor *tensor)
{
	return (struct repack_part){
		.tensor = tensor,
		.rows = tensor->ne[1],
		.columns = (tensor->ne[0] + ING_BLOCK - 1) / ING_BLOCK * ING_BLOCK,
	};
}

/**
 * struct repack_loss - how far tiles are from what the file says, over some elements
 * @worst: largest error of one element
 * @sum: of the errors
 * @squares: sum of the elements' squares
 * @count: number of elements; 0 if all of them are exact
 */
struct repack_loss {
	float worst;
	double sum, squares;
	uint64_t count;
};

/**
 * repack_add_loss() - put two together
 * @to: the one that is added to
 * @from: the other
 */
void repack_add_loss(struct repack_loss *to, const struct repack_loss *from);

/**
 * struct repack_scratch - memory that repacking uses again and again, one for each thread
 * @bytes: rows as they are in the file, @room bytes
 * @row: a row in fp32, @floats of them
 *
 * All zero to begin with; repack_scratch_free() in the end.
 */
struct repack_scratch {
	uint8_t *bytes;
	size_t room;
	float *row;
	size_t floats;
};

/**
 * repack_scratch_free() - free what a scratch holds
 * @s: the scratch
 */
void repack_scratch_free(struct repack_scratch *s);

/**
 * repack_format() - the tile format of a part
 * @part: the part
 * @gguf: the file of its tensor
 * @format: filled in: that of the tensor's type, or 16 bits where the part cuts through blocks,
 *	where scales are so small that fp16 would not keep them, and for TILE_FITTED types in small
 *	models
 * @err: filled in on failure: the type has no tiles (-ENOTSUP), or the file cannot be read
 *
 * Return: 0 or negative errno.
 */
int repack_format(const struct repack_part *part, const struct gguf *gguf,
		  struct ing_format *format, struct ingot_error *err);

/**
 * repack_tile() - one tile of a matrix
 * @part: what the matrix is made of
 * @format: of the tile, from repack_format()
 * @gguf: the file of the part's tensor
 * @tile: which: rows TILE_ROWS * @tile and on; rows past the last are zero
 * @scratch: memory
 * @out: where to, columns / 32 * ing_block_units() units
 * @loss: what the tile does not keep is added to it
 * @err: filled in on failure: the file cannot be read, or (-ERANGE) a value is infinite, NaN or
 *	larger than tiles can hold
 *
 * Return: 0 or negative errno.
 */
int repack_tile(const struct repack_part *part, struct ing_format format, const struct gguf *gguf,
		uint32_t tile, struct repack_scratch *scratch, uint8_t *out,
		struct repack_loss *loss, struct ingot_error *err);

/**
 * repack_vector() - numbers of a tensor in fp32: weights of a norm, a bias, factors
 * @tensor: the tensor, of type F32, F16 or BF16
 * @gguf: its file
 * @first: element to begin with
 * @n: elements, all of them within the tensor
 * @scratch: memory
 * @out: filled in
 * @err: filled in on failure: another type (-ENOTSUP), or the file cannot be read
 *
 * Return: 0 or negative errno.
 */
int repack_vector(const struct gguf_tensor *tensor, const struct gguf *gguf, uint64_t first,
		  uint32_t n, struct repack_scratch *scratch, float *out, struct ingot_error *err);

#endif
