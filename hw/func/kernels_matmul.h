/* SPDX-License-Identifier: MIT */
/*
 * The walk over a tile matrix that every instance shares. An instance brings two functions, both
 * inlined here with the format as a constant: one packs an activation block into its own form, the
 * other adds one block column of one group to the accumulators of all columns.
 *
 * Columns are taken MATMUL_COLS at a time, and as many block columns as the work space then holds,
 * so the packed activations and the accumulators stay in the caches. Where a row is cut in this way
 * its accumulator rests in the result, exactly.
 */
#ifndef INGOT_FUNC_KERNELS_MATMUL_H
#define INGOT_FUNC_KERNELS_MATMUL_H

#include <stdbool.h>
#include <string.h>

#include "arith.h"
#include "kernels.h"

/* Most columns at a time. */
#define MATMUL_COLS 64
/* Packed blocks that the work space holds. */
#define MATMUL_PACKED 4096
/* Bytes of a packed block. */
#define PACKED_BYTES 64
/* How far ahead of its use a weight is asked for, bytes. */
#define PREFETCH_BYTES 4096

/**
 * struct packed_meta - what goes with a packed block
 * @scale: 2^(eb-127), NaN for a NaN block
 * @start: where the integer sum starts: -offset * asum, or 0 with minima
 * @fsum: asum
 * @pad: unused
 */
struct packed_meta {
	float scale;
	int32_t start;
	float fsum;
	uint32_t pad;
};

/* The parts of a work space. */
struct matmul_ws {
	uint8_t data[MATMUL_PACKED][PACKED_BYTES];
	float acc[ING_TILE_GROUPS_MAX][MATMUL_COLS][ING_GROUP_ROWS];
	struct packed_meta meta[MATMUL_PACKED];
};

_Static_assert(sizeof(struct matmul_ws) == ING_KERNEL_WS_BYTES, "size of the work space");

/**
 * struct group_block - one block column of one group
 * @scale: its 16 scales, @min: its 16 minima, @chunks: its digits
 * @data: packed activations of this block column, a column after another
 * @meta: what goes with them
 * @cols: columns
 * @acc: 16 accumulators a column
 */
struct group_block {
	const uint8_t *scale, *min, *chunks;
	const uint8_t (*data)[PACKED_BYTES];
	const struct packed_meta *meta;
	unsigned int cols;
	float (*acc)[ING_GROUP_ROWS];
};

typedef void (*pack_fn)(uint8_t *data, const struct ing_act_block *act, struct ing_format f);
typedef void (*block_fn)(const struct group_block *gb, struct ing_format f);

/* One pass: columns col .. col + cols - 1, block columns block .. block + blocks - 1. */
struct matmul_pass {
	unsigned int col, cols, block, blocks;
};

#define KERNEL_INLINE static inline __attribute__((always_inline))

KERNEL_INLINE void matmul_pack(const struct ing_matmul *m, struct ing_format f,
			       const struct matmul_pass *p, pack_fn pack)
{
	struct matmul_ws *ws = m->ws;
	int32_t offset = f.min ? 0 : 1 << ((4u << f.width) - 1);

	for (unsigned int c = 0; c < p->cols; c++) {
		const struct ing_act_block *act =
			m->act + (p->col + c) * m->act_stride + p->block;

		for (unsigned int b = 0; b < p->blocks; b++) {
			struct packed_meta *meta = &ws->meta[b * p->cols + c];

			pack(ws->data[b * p->cols + c], act + b, f);
			meta->scale = act[b].scale;
			meta->start = f.width == ING_WIDTH_16 ? 0 : -offset * act[b].sum;
			meta->fsum = (float)act[b].sum;
		}
	}
}

/* The chunks of a short group in @room, with digits of 0 where it has none. */
KERNEL_INLINE const uint8_t *short_group(uint8_t *room, const uint8_t *group, unsigned int chunks,
					 size_t bytes)
{
	memcpy(room, group, chunks * ING_UNIT_BYTES);
	memset(room + chunks * ING_UNIT_BYTES, 0, bytes - chunks * ING_UNIT_BYTES);
	return room;
}

/* Groups first .. last - 1 of the tile at @tile, whose first group is row @row of the matrix. */
KERNEL_INLINE void matmul_tile(const struct ing_matmul *m, struct ing_format f,
			       const struct matmul_pass *p, const uint8_t *tile, size_t row,
			       unsigned int first, unsigned int last, block_fn block)
{
	struct matmul_ws *ws = m->ws;
	size_t section = ing_section_units(f, m->tile_groups) * ING_UNIT_BYTES;
	size_t stride = ing_block_units(f, m->tile_groups) * ING_UNIT_BYTES;
	size_t group_scale = f.width == ING_WIDTH_16 ? 16 : 32;
	size_t group_bytes = ing_chunks(f.width) * ING_UNIT_BYTES;
	float *out = m->out + p->col * m->out_stride + row;
	struct group_block gb = { .cols = p->cols };
	uint8_t some[16 * ING_UNIT_BYTES] __attribute__((aligned(64)));

	for (unsigned int g = first; g < last; g++)
		for (unsigned int c = 0; c < p->cols; c++)
			if (p->block)
				memcpy(ws->acc[g][c], out + c * m->out_stride + 16 * g, 64);
			else
				memset(ws->acc[g][c], 0, 64);
	tile += p->block * stride;
	for (unsigned int b = 0; b < p->blocks; b++, tile += stride) {
		gb.data = ws->data + b * p->cols;
		gb.meta = ws->meta + b * p->cols;
		for (size_t i = 0; i < section * (f.min ? 2 : 1); i += ING_UNIT_BYTES)
			__builtin_prefetch(tile + PREFETCH_BYTES + i);
		for (unsigned int g = first; g < last; g++) {
			gb.scale = tile + g * group_scale;
			gb.min = gb.scale + section;
			gb.chunks = tile + section * (f.min ? 2 : 1) + g * group_bytes;
			if (m->chunks)
				gb.chunks = short_group(some, gb.chunks, m->chunks, group_bytes);
			gb.acc = ws->acc[g];
			block(&gb, f);
		}
	}
	for (unsigned int g = first; g < last; g++)
		for (unsigned int c = 0; c < p->cols; c++)
			for (unsigned int r = 0; r < ING_GROUP_ROWS; r++)
				out[c * m->out_stride + 16 * g + r] =
					ing_float(ing_canon(ing_bits(ws->acc[g][c][r])));
}

KERNEL_INLINE void matmul_pass(const struct ing_matmul *m, struct ing_format f,
			       const struct matmul_pass *p, pack_fn pack, block_fn block)
{
	size_t tile_bytes = (size_t)m->blocks * ing_block_units(f, m->tile_groups) * ING_UNIT_BYTES;
	unsigned int end = m->group + m->groups, next;

	matmul_pack(m, f, p, pack);
	for (unsigned int g = m->group; g < end; g = next) {
		unsigned int tile = g / m->tile_groups, base = tile * m->tile_groups;

		next = base + m->tile_groups < end ? base + m->tile_groups : end;
		matmul_tile(m, f, p, m->tiles + tile * tile_bytes, (size_t)base * ING_GROUP_ROWS,
			    g - base, next - base, block);
	}
}

/* The whole product in format @f, a constant where this is inlined. */
KERNEL_INLINE void matmul_format(const struct ing_matmul *m, struct ing_format f, pack_fn pack,
				 block_fn block)
{
	struct matmul_pass p;

	for (p.col = 0; p.col < m->cols; p.col += p.cols) {
		p.cols = m->cols - p.col < MATMUL_COLS ? m->cols - p.col : MATMUL_COLS;
		for (p.block = 0; p.block < m->blocks; p.block += p.blocks) {
			p.blocks = MATMUL_PACKED / p.cols;
			if (p.blocks > m->blocks - p.block)
				p.blocks = m->blocks - p.block;
			matmul_pass(m, f, &p, pack, block);
		}
	}
}

/* Copies of matmul_format(), one for each format that the instruction set has. */
#define MATMUL_VARIANT(name, w, mi, ns, pack, block)                                               \
	static __attribute__((noinline)) void name(const struct ing_matmul *m)                     \
	{                                                                                          \
		const struct ing_format f = { .width = w, .min = mi, .noscale = ns };              \
                                                                                                   \
		matmul_format(m, f, pack, block);                                                  \
	}

#define MATMUL_DEFINE(name, pack, block)                                                           \
	MATMUL_VARIANT(name##_4, ING_WIDTH_4, 0, 0, pack, block)                                   \
	MATMUL_VARIANT(name##_4m, ING_WIDTH_4, 1, 0, pack, block)                                  \
	MATMUL_VARIANT(name##_8, ING_WIDTH_8, 0, 0, pack, block)                                   \
	MATMUL_VARIANT(name##_8m, ING_WIDTH_8, 1, 0, pack, block)                                  \
	MATMUL_VARIANT(name##_16, ING_WIDTH_16, 0, 0, pack, block)                                 \
	MATMUL_VARIANT(name##_16n, ING_WIDTH_16, 0, 1, pack, block)                                \
	static void name(const struct ing_matmul *m)                                               \
	{                                                                                          \
		if (m->format.width == ING_WIDTH_4)                                                \
			(m->format.min ? name##_4m : name##_4)(m);                                 \
		else if (m->format.width == ING_WIDTH_8)                                           \
			(m->format.min ? name##_8m : name##_8)(m);                                 \
		else                                                                               \
			(m->format.noscale ? name##_16n : name##_16)(m);                           \
	}

#endif
