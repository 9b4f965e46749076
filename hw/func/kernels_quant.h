/* SPDX-License-Identifier: MIT */
/*
 * Template of an instance's quantisers (docs/arithmetic.md, section 2), in the operations of
 * kernels_simd.h.
 */
#ifndef INGOT_FUNC_KERNELS_QUANT_H
#define INGOT_FUNC_KERNELS_QUANT_H

#include "kernels.h"
#include "kernels_simd.h"

/* Vectors of a block. */
#define BLOCK_VECTORS (ING_BLOCK / LANES)

/* Largest exponent field. */
SIMD_INLINE int simd_top(const vf x[BLOCK_VECTORS])
{
	vi max = vi_set1(0);

	for (int i = 0; i < BLOCK_VECTORS; i++)
		max = vi_max(max, vi_and(vf_bits(x[i]), vi_set1(0x7f800000)));
	return vi_reduce_max(max) >> 23;
}

/*
 * Mantissas of a block and its exponent code. The scaling is exact, but that it takes to zero what
 * rounds to zero anyway; before the clamp a mantissa is at most 2^(bits-1).
 */
SIMD_INLINE int simd_mantissas(const float *p, vi q[BLOCK_VECTORS], int below, int limit,
			       int largest)
{
	vf x[BLOCK_VECTORS], scale;
	int top, eb;

	for (int i = 0; i < BLOCK_VECTORS; i++)
		x[i] = vf_load(p + i * LANES);
	top = simd_top(x);
	eb = top > below + 1 ? top - below : 1;
	if (top == 255 || eb > largest) {
		for (int i = 0; i < BLOCK_VECTORS; i++)
			q[i] = vi_set1(0);
		return ING_EXP_NAN;
	}
	scale = vf_set1(ing_float((uint32_t)(254 - eb) << 23));
	for (int i = 0; i < BLOCK_VECTORS; i++) {
		q[i] = vf_round(vf_mul(x[i], scale));
		q[i] = vi_max(vi_min(q[i], vi_set1(limit)), vi_set1(-limit));
	}
	return eb;
}

SIMD_INLINE void simd_act_block(struct ing_act_block *out, const float *x)
{
	vi q[BLOCK_VECTORS], sum = vi_set1(0);
	int eb = simd_mantissas(x, q, ING_ACT_BITS - 2, ING_ACT_MAX, 254);

	for (int i = 0; i < BLOCK_VECTORS; i++) {
		vi_store_halves(out->q + i * LANES, q[i], 0);
		sum = vi_add(sum, q[i]);
	}
	out->sum = vi_reduce_add(sum);
	out->exp = (uint32_t)eb;
	out->scale = ing_float(eb == ING_EXP_NAN ? ING_F32_NAN : (uint32_t)eb << 23);
	out->pad = 0;
}

SIMD_INLINE void simd_kv_block(uint16_t *out, uint8_t *e, const float *x)
{
	vi q[BLOCK_VECTORS];

	*e = (uint8_t)simd_mantissas(x, q, 14, 32767, ING_EXP16_MAX);
	for (int i = 0; i < BLOCK_VECTORS; i++)
		vi_store_halves(out + i * LANES, q[i], -32768);
}

static void simd_quant_act(struct ing_act_block *out, const float *x, size_t n)
{
	float tail[ING_BLOCK] = { 0 };

	for (; n >= ING_BLOCK; n -= ING_BLOCK, x += ING_BLOCK)
		simd_act_block(out++, x);
	if (n) {
		memcpy(tail, x, n * sizeof(*x));
		simd_act_block(out, tail);
	}
}

static void simd_quant_kv(uint16_t *q, uint8_t *e, const float *x, size_t n)
{
	float tail[ING_BLOCK] = { 0 };

	for (; n >= ING_BLOCK; n -= ING_BLOCK, x += ING_BLOCK, q += ING_BLOCK)
		simd_kv_block(q, e++, x);
	if (n) {
		memcpy(tail, x, n * sizeof(*x));
		simd_kv_block(q, e, tail);
	}
}

#endif
