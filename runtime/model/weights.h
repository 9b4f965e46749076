/* SPDX-License-Identifier: MIT */
/* Where a model's weights lie in device memory, and how they get there. */
#ifndef INGOT_MODEL_WEIGHTS_H
#define INGOT_MODEL_WEIGHTS_H

#include "hparams.h"
#include "ingot/device.h"
#include "repack.h"

/**
 * struct matrix - a weight matrix in tiles of 64 rows (tile.h)
 * @part: what it is made of
 * @offset: first unit in the weight buffer
 * @rows: outputs
 * @rows_used: those in front of the padding, rounded up to 16
 * @blocks: block columns: inputs / 32
 * @chunks: what of a block is not padding, in chunks (tile.h); 0: all
 * @format: of its tiles
 * @loss: how far the tiles are from the tensor; filled in by weights_upload()
 */
struct matrix {
	struct repack_part part;
	uint32_t offset, rows, rows_used, blocks, chunks;
	struct ing_format format;
	struct repack_loss loss;
};

/**
 * struct vector - weights of a norm or a bias, in fp32
 * @tensor: where it comes from, NULL: the model does not have it
 * @first: element of the tensor that it begins with
 * @heads: how its elements are ordered and padded, as the rows of a matrix are
 * @length: elements, padding included
 * @offset: first unit in the weight buffer
 */
struct vector {
	const struct gguf_tensor *tensor;
	uint32_t first;
	struct repack_heads heads;
	uint32_t length, offset;
};

/**
 * struct layer_weights - one layer
 * @q: query projection; the others likewise by name; without a gate @gate is empty
 * @vectors: by enum arch_vector
 */
struct layer_weights {
	struct matrix q, k, v, o, gate, up, down;
	struct vector vectors[ARCH_VECTORS];
};

/* Positions that the table of masks is made for: 64 and a pass of 64 tokens. */
#define MASK_POSITIONS 128

/**
 * struct weights - all of a model in one buffer
 * @layers: one a layer
 * @embd: token embedding, empty if @embd_floats is not
 * @head: output projection; the same tiles as @embd when tied
 * @embd_floats: token embedding that is kept as floats, or NULL; @embd_rows: first unit of its rows of dim
 * @output_norm: the last norm's weights
 * @output_norm_bias: and its bias, which only some have
 * @rope: first unit of each table of (cos, sin) pairs, head_dim floats a position
 * @positions: first unit of the learned positions, dim floats each, where there is no RoPE
 * @position_embd: where they come from, or NULL
 * @rope_factors: divisors of RoPE's frequencies, or NULL
 * @ones: first unit of a row of dim ones, with LayerNorm
 * @masks: first unit of MASK_POSITIONS rows of as many floats, with sliding windows: the first n
 *	elements of row n are minus infinity, the others zero
 * @head_masks: with packed heads: first unit of a row of head_dim floats for each head of a pack: ones
 *	where its elements are, else zeros
 * @units: size of the buffer
 * @token_bytes: bytes of weights, at their size in the file, that one token must read
 * @tile_bytes: the same at their size on the device, padding not counted
 * @copied_bytes: bytes that weights_upload() copied
 * @copy_ns: how long these copies took, nanoseconds
 */
struct weights {
	struct layer_weights *layers;
	struct matrix embd, head;
	struct vector output_norm, output_norm_bias;
	const struct gguf_tensor *embd_floats, *position_embd, *rope_factors;
	uint32_t embd_rows, rope[ROPES], positions, ones, masks, head_masks;
	uint64_t units, token_bytes, tile_bytes;
	uint64_t copied_bytes, copy_ns;
};

/**
 * matrix_tile_units() - size of a tile
 * @m: the matrix
 *
 * Return: units.
 */
static inline uint32_t matrix_tile_units(const struct matrix *m)
{
	return m->blocks * ing_block_units(m->format, ING_TILE_GROUPS_MAX);
}

/**
 * weights_plan() - check all tensors and give each its place
 * @w: filled in; to be freed with weights_free()
 * @gguf: the file; must stay open as long as @w is used
 * @hp: its shape
 * @context: positions of the RoPE table
 * @err: filled in on failure: tensor missing, wrong shape or unsupported type
 *
 * Return: 0 or negative errno.
 */
int weights_plan(struct weights *w, const struct gguf *gguf, const struct hparams *hp,
		 uint32_t context, struct ingot_error *err);

/**
 * weights_free() - free a plan
 * @w: the plan, possibly all zero
 */
void weights_free(struct weights *w);

/**
 * weights_upload() - repack every tensor into tiles and copy it to the device
 * @w: the plan
 * @gguf: the file
 * @hp: its shape
 * @context: positions of the RoPE table
 * @dev: the device
 * @buf: its memory, at least @w->units long
 * @progress: called with units done and units in all; may be NULL
 * @priv: handed to @progress
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int weights_upload(struct weights *w, const struct gguf *gguf, const struct hparams *hp,
		   uint32_t context, struct ingot_device *dev, struct ingot_buffer *buf,
		   void (*progress)(void *priv, uint64_t done, uint64_t total), void *priv,
		   struct ingot_error *err);

#endif
