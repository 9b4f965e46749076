/* SPDX-License-Identifier: MIT */
/*
 * The inner loops of the functional model, in three instances with the same bits: "scalar"
 * (portable, the reference), "avx2" and "avx512" (F, BW, DQ, VL and VNNI).
 *
 * Nothing here allocates, locks or faults: lengths and ranges are the caller's business. The vector
 * instances compute with FTZ and DAZ set in MXCSR, see ing_kernels_enter(). Every float stored has
 * the canonical NaN, but for ING_FN_COPY, which moves bits.
 *
 * Vectors of floats are readable and writable in whole lines of 16 elements: a row of n elements
 * occupies (n + 15) / 16 lines. No alignment is required, 64 bytes is fastest.
 */
#ifndef INGOT_FUNC_KERNELS_H
#define INGOT_FUNC_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include <ingot/isa.h>
#include <ingot/tile.h>

/* Floats of a scratchpad line. */
#define ING_LINE 16

/**
 * struct ing_act_block - 32 quantised activations (docs/arithmetic.md, section 2)
 * @q: mantissas, -2047 .. 2047
 * @sum: sum of @q
 * @scale: 2^(exp-127), NaN for a NaN block
 * @exp: exponent code, 1 .. 244, or ING_EXP_NAN
 *
 * Made by quant_act() only. All bytes zero is a block of zeros too.
 */
struct ing_act_block {
	int16_t q[ING_BLOCK];
	int32_t sum;
	float scale;
	uint32_t exp;
	uint32_t pad;
} __attribute__((aligned(16)));

/* Bytes of the work space of a matmul: one per thread, 64-byte aligned, contents of no meaning. */
#define ING_KERNEL_WS_BYTES (4096 * 80 + 4 * 64 * 64)

/**
 * struct ing_matmul - some groups of a tile matrix times some activation columns
 * @tiles: first byte of the matrix in device memory, 64-byte aligned
 * @format: how its elements are stored
 * @tile_groups: groups of 16 rows in a tile (1, 2 or 4)
 * @blocks: block columns of the matrix
 * @chunks: chunks read of each group and block, the digits of the others are 0; 0: all
 * @group: first group to compute; groups count from the start of the matrix, through all tiles
 * @groups: groups to compute. Whole tiles go fastest
 * @act: block 0 of column 0; @blocks blocks follow one another
 * @act_stride: blocks from a column to the next one
 * @cols: columns, at least 1
 * @out: result of row 0 of the matrix in column 0: row r of column c goes to
 *	out[c * out_stride + r], so a call writes 16 * @groups floats a column, from 16 * @group on
 * @out_stride: floats from a column's result to the next one's
 * @ws: ING_KERNEL_WS_BYTES of the calling thread
 */
struct ing_matmul {
	const uint8_t *tiles;
	struct ing_format format;
	unsigned int tile_groups, blocks, chunks;
	unsigned int group, groups;
	const struct ing_act_block *act;
	size_t act_stride;
	unsigned int cols;
	float *out;
	size_t out_stride;
	void *ws;
};

/**
 * struct ing_vec - one row of an element-wise function
 * @fn: ING_FN_*
 * @btype: ING_BTYPE_F32 (@b: floats) or ING_BTYPE_E8 (@b: bytes); other types: ing_widen_b() first
 * @n: elements of the row
 * @len: elements from here on become +0 after the function; n or more without a mask
 * @a: first operand, floats (other types: ing_widen_a() first)
 * @b: second operand, may be NULL where the function has none
 * @s: scalar of the row
 * @c: constant
 * @d: constant
 * @y: result, n elements and +0 to the end of the last line; may be @a or @b themselves, else must
 *	not overlap them
 */
struct ing_vec {
	unsigned int fn, btype;
	size_t n, len;
	const float *a;
	const void *b;
	float s, c, d;
	float *y;
};

/**
 * struct ing_kernels - one instance
 * @name: "scalar", "avx2" or "avx512"
 * @matmul: docs/arithmetic.md, section 3
 * @vec: one row of VEC, section 5
 * @sum: reduction SUM of @n elements as they are (the masked ones are +0 by then)
 * @max: reduction MAX of @n elements (without the masked ones: pass the smaller of count and
 *	length); -inf of none
 * @quant_act: quantises @n floats to (n + 31) / 32 blocks, +0 past the end
 * @quant_kv: quantises @n floats to (n + 31) / 32 blocks of 32 halfwords @q (q + 32768) and their
 *	exponent codes @e, +0 past the end
 * @find_above: first position in @start .. @n - 1 whose ing_topk_key() (arith.h) exceeds @key,
 *	else @n
 */
struct ing_kernels {
	const char *name;
	void (*matmul)(const struct ing_matmul *m);
	void (*vec)(const struct ing_vec *v);
	float (*sum)(const float *x, size_t n);
	float (*max)(const float *x, size_t n);
	void (*quant_act)(struct ing_act_block *out, const float *x, size_t n);
	void (*quant_kv)(uint16_t *q, uint8_t *e, const float *x, size_t n);
	size_t (*find_above)(const float *x, size_t start, size_t n, int32_t key);
};

/**
 * ing_kernels_select() - an instance that this processor can run
 * @name: "scalar", "avx2" or "avx512"; NULL is the best there is
 *
 * Return: the instance, or NULL if @name is unknown or the processor cannot run it.
 */
const struct ing_kernels *ing_kernels_select(const char *name);

/**
 * ing_kernels_enter() - sets this thread's floating-point mode for an instance
 * @k: the instance about to be used
 *
 * To be called once at the start of a thread of one's own, or around a use on somebody else's.
 *
 * Return: the mode found, for ing_kernels_leave().
 */
uint32_t ing_kernels_enter(const struct ing_kernels *k);

/**
 * ing_kernels_leave() - puts the thread's floating-point mode back
 * @mode: what ing_kernels_enter() returned
 */
void ing_kernels_leave(uint32_t mode);

/**
 * ing_widen_a() - converts @n elements of type @atype to floats, exactly
 * @dst: floats, +0 from @n to the end of the last line of 16
 * @src: elements as they lie in the scratchpad, from the start of a line
 * @atype: ING_ATYPE_*
 * @n: elements
 */
void ing_widen_a(float *dst, const void *src, unsigned int atype, size_t n);

/**
 * ing_widen_b() - converts @n elements of type @btype to floats, exactly
 * @dst: floats, +0 from @n to the end of the last line of 16
 * @src: elements as they lie in the scratchpad, from the start of a line
 * @btype: ING_BTYPE_*
 * @n: elements
 */
void ing_widen_b(float *dst, const void *src, unsigned int btype, size_t n);

#endif
