/* SPDX-License-Identifier: MIT */
/*
 * Weight tiles and KV layout: how 32-element blocks lie in device memory.
 *
 * Memory is counted in units of 64 bytes. A tile holds TILE_GROUPS groups of 16 rows. The layout
 * does not depend on the width of the memory port: a 64-byte data unit carries one 32-bit word of
 * each of 16 rows, row r in bytes 4r..4r+3, so a narrower port simply takes the unit in slices.
 *
 *   tile   = for each block column b = 0 .. n_blocks-1:
 *              scale section, minimum section (each rounded up to whole units, may be absent),
 *              for each group g = 0 .. tile_groups-1: the chunks c = 0 .. chunks-1, one unit each
 *   matrix = its tiles of 16 * tile_groups rows, one after another; the last one is full-sized too
 *
 * A 32-bit word of chunk c holds, lowest bits first,
 *   4-bit: elements 8c .. 8c+7      8-bit: elements 4c .. 4c+3      16-bit: elements 2c, 2c+1
 * as unsigned digits. Without minima the value is the digit less 2^(bits-1); with minima it is the
 * digit itself. Scales and minima are fp16, in row order; a 16-bit block has one exponent byte e,
 * for a scale of 2^(e-127), instead (e = 255 makes the block NaN).
 *
 * KV caches are matrices of 16-bit elements that VEC appends to, one row of VEC a head (inner row i):
 *   K      of a head: tiles of 4 groups, a matrix row per position, count / 32 block columns; head i begins
 *          at offset + i * stride. So a tile of 64 positions takes 65 units a block column
 *   V      of 32 channels (number m = i * count / 32 + j for channels 32j .. 32j+31 of head i): a tile of
 *          2 groups without scales, a matrix row per channel, a block column of 32 units per 32
 *          positions; it begins at offset + m * stride
 *   V exponents of the same 32 channels: a byte per position, from expoff + m * (stride / 64) on
 */
#ifndef INGOT_TILE_H
#define INGOT_TILE_H

/* One unit of device memory, bytes; every offset and length in a command is in units. */
#define ING_UNIT_BYTES 64
/* Elements of a block: they share one scale. */
#define ING_BLOCK 32
/* Rows of a group: they share a unit. */
#define ING_GROUP_ROWS 16
/* Most groups of a tile. */
#define ING_TILE_GROUPS_MAX 4

/* Widths of a weight (field "width" of a format). */
#define ING_WIDTH_4 0
#define ING_WIDTH_8 1
#define ING_WIDTH_16 2

/* Bits of one activation mantissa, signed, symmetric: -2047 .. 2047. */
#define ING_ACT_BITS 12
/* Largest magnitude of an activation mantissa. */
#define ING_ACT_MAX 2047
/* Exponent code of a block that is NaN, of activations, K and V alike. */
#define ING_EXP_NAN 255
/* Groups of a K tile, and of a V tile. */
#define ING_K_GROUPS 4
#define ING_V_GROUPS 2
/* Largest exponent code of a 16-bit block that is not NaN. */
#define ING_EXP16_MAX 223

#ifndef __ASSEMBLER__
/**
 * struct ing_format - how the elements of a tile are stored
 * @width: ING_WIDTH_*
 * @min: an fp16 minimum follows each scale (4 and 8 bits only)
 * @noscale: no scale section at all, scale 1 (16 bits only; V uses it)
 */
struct ing_format {
	unsigned char width, min, noscale;
};

/** ing_chunks() - data units per group and block: 4, 8 or 16 */
static inline unsigned int ing_chunks(unsigned int width)
{
	return 4u << width;
}

/** ing_short_chunks() - chunks that hold the first @n elements of a block; 0 if these are all */
static inline unsigned int ing_short_chunks(unsigned int width, unsigned int n)
{
	unsigned int chunks = (n * (4u << width) + 31) / 32;

	return chunks < ing_chunks(width) ? chunks : 0;
}

/** ing_section_units() - units of one scale or minimum section of @groups groups */
static inline unsigned int ing_section_units(struct ing_format f, unsigned int groups)
{
	unsigned int bytes = groups * ING_GROUP_ROWS * (f.width == ING_WIDTH_16 ? 1 : 2);

	return f.noscale ? 0 : (bytes + ING_UNIT_BYTES - 1) / ING_UNIT_BYTES;
}

/** ing_block_units() - units of one block column of a tile of @groups groups */
static inline unsigned int ing_block_units(struct ing_format f, unsigned int groups)
{
	return ing_section_units(f, groups) * (f.min ? 2 : 1) + groups * ing_chunks(f.width);
}
#endif
#endif
