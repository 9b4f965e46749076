/* SPDX-License-Identifier: MIT */
/*
 * Template of an instance's vector functions and reductions (docs/arithmetic.md, sections 4 and
 * 5), in the operations of kernels_simd.h. The bare operations are those of section 1 because FTZ
 * and DAZ are set; a NaN becomes canonical when it is stored.
 */
#ifndef INGOT_FUNC_KERNELS_VEC_H
#define INGOT_FUNC_KERNELS_VEC_H

#include <ingot/isa.h>

#include "kernels.h"
#include "kernels_internal.h"
#include "kernels_simd.h"

/* (x * r) >> 16 of a signed x of 31 bits and an r of 16: x in halves keeps it in 32 bits. */
SIMD_INLINE vi simd_mul_shift(vi x, vi r)
{
	return vi_add(vi_mul(vi_sar(x, 16), r), vi_mulhi16(x, r));
}

/* mant(T, i, r) of a 23-bit position. */
SIMD_INLINE vi simd_mant(const struct sfu_columns *table, vi position)
{
	vi i = vi_shr(position, 16), r = vi_and(position, vi_set1(0xffff));
	vi c0 = vi_lookup(table->c0, i), c1 = vi_lookup(table->c1, i), c2 = vi_lookup(table->c2, i);
	vi quad = vi_add(c0, simd_mul_shift(vi_add(c1, vi_sar(vi_mul(c2, r), 16)), r));

	return vi_min(vi_sar(vi_add(quad, vi_set1(4)), 3), vi_set1(0xffffff));
}

/* A float of an exponent field, 1 .. 254, and a significand of 24 bits. */
SIMD_INLINE vi simd_compose(vi field, vi mant)
{
	return vi_add(vi_shl(vi_sub(field, vi_set1(1)), 23), mant);
}

/* Arguments for which the table is not the answer: rare, so vectors without any skip them. */
SIMD_INLINE vi exp2_edges(vi bits, vi result)
{
	vi key = vi_xor(bits, vi_and(vi_sar(bits, 31), vi_set1(0x7fffffff)));

	result = vi_select(vi_gt(key, vi_set1(0x42ffffff)), vi_set1(ING_F32_INF), result);
	result = vi_select(vi_gt(vi_set1((int)(0xc2fc0000 ^ 0x7fffffff)), key), vi_set1(0), result);
	return vi_select(simd_is_nan(bits), vi_set1(ING_F32_NAN), result);
}

SIMD_INLINE vf simd_exp2(vf y)
{
	vi bits = vf_bits(y), size = vi_and(bits, vi_set1(0x7fffffff)), result;
	vi z = vf_round(vf_mul(y, vf_set1(0x1p23f)));
	vi mant = simd_mant(&ing_kernel_sfu.exp2, vi_and(z, vi_set1(0x7fffff)));

	result = simd_compose(vi_add(vi_sar(z, 23), vi_set1(127)), mant);
	if (vm_bits(vi_gt(size, vi_set1(0x42f7ffff)))) /* 124 or more */
		result = exp2_edges(bits, result);
	return vi_float(result);
}

SIMD_INLINE vi recip_edges(vi bits, vi field, vi result)
{
	vi size = vi_and(bits, vi_set1(0x7fffffff));

	/* A power of two has a significand of 2^24 here. Infinity has field -2. */
	result = vi_select(vi_gt(vi_set1(0), field), vi_set1(0), result);
	result = vi_select(vm_and(vi_eq(field, vi_set1(0)), vi_gt(vi_set1(0x800000), result)),
			   vi_set1(0), result);
	result = vi_select(vi_gt(vi_set1(0x800000), size), vi_set1(ING_F32_INF), result);
	return vi_select(simd_is_nan(bits), vi_set1(ING_F32_NAN), result);
}

SIMD_INLINE vf simd_recip(vf x)
{
	vi bits = vf_bits(x), m = vi_and(bits, vi_set1(0x7fffff));
	vi size = vi_and(bits, vi_set1(0x7fffffff)), sign = vi_xor(bits, size);
	vi field = vi_sub(vi_set1(253), vi_shr(size, 23)), result;
	vi mant = simd_mant(&ing_kernel_sfu.recip, m);

	/* A power of two: one step of the significand more, which carries into the exponent. */
	mant = vi_select(vi_eq(m, vi_set1(0)), vi_set1(0x1000000), mant);
	result = simd_compose(field, mant);
	/* An exponent field of 0, or of more than 252. */
	if (vm_bits(vi_gt(vi_add(size, vi_set1(0x7f800000)), vi_set1((int)0xfdffffff))))
		result = recip_edges(bits, field, result);
	return vi_float(vi_or(result, sign));
}

SIMD_INLINE vf simd_rsqrt(vf x)
{
	vi bits = vf_bits(x), zero = vi_set1(0), result;
	vi m = vi_and(bits, vi_set1(0x7fffff)), e = vi_and(vi_shr(bits, 23), vi_set1(255));
	/* k = floor((E - 127) / 2); E - 127 is even where E is odd */
	vi k = vi_sub(vi_shr(vi_add(e, vi_set1(1)), 1), vi_set1(64));
	vm even = vi_eq(vi_and(e, vi_set1(1)), vi_set1(1));
	vm power = vm_and(even, vi_eq(m, zero));
	vi mant = vi_select(even, simd_mant(&ing_kernel_sfu.rsqrt_even, m),
			    simd_mant(&ing_kernel_sfu.rsqrt_odd, m));

	mant = vi_select(power, vi_set1(0x800000), mant);
	result = vi_sub(vi_select(power, vi_set1(127), vi_set1(126)), k);
	result = simd_compose(result, mant);
	result = vi_select(vi_eq(bits, vi_set1(ING_F32_INF)), zero, result);
	result = vi_select(vi_gt(zero, bits), vi_set1(ING_F32_NAN), result);
	result = vi_select(vi_eq(e, zero), vi_set1(ING_F32_INF), result);
	return vi_float(vi_select(simd_is_nan(bits), vi_set1(ING_F32_NAN), result));
}

/* The scalar operands of a row in every lane. */
struct vec_const {
	vf s, c, d;
};

SIMD_INLINE vf simd_rope(vf a, vf b)
{
	vf direct = vf_mul(a, vf_dup_even(b)), cross = vf_mul(vf_swap(a), vf_dup_odd(b));
	vi even = vi_shl(vi_xor(vi_iota(), vi_set1(1)), 31);

	return vf_add(direct, vi_float(vi_xor(vf_bits(cross), even)));
}

/* Subnormals become zeros of their sign. */
SIMD_INLINE vi simd_flush(vi bits)
{
	vi size = vi_and(bits, vi_set1(0x7fffffff));

	return vi_select(vi_gt(vi_set1(0x800000), size), vi_xor(bits, size), bits);
}

SIMD_INLINE vi simd_plain_key(vi bits)
{
	return vi_xor(bits, vi_and(vi_sar(bits, 31), vi_set1(0x7fffffff)));
}

/* By key, subnormals being zeros; a NaN beats everything. */
SIMD_INLINE vf simd_larger(vf a, vf c)
{
	vi x = simd_flush(vf_bits(a)), y = simd_flush(vf_bits(c)), result;

	result = vi_select(vi_gt(simd_plain_key(y), simd_plain_key(x)), y, x);
	result = vi_select(simd_is_nan(x), x, result);
	return vi_float(vi_select(simd_is_nan(y), y, result));
}

SIMD_INLINE vf simd_fn(unsigned int fn, vf a, vf b, const struct vec_const *k)
{
	switch (fn) {
	case ING_FN_ADD:
		return vf_add(a, b);
	case ING_FN_MUL:
		return vf_mul(a, b);
	case ING_FN_SCALE:
		return vf_mul(a, k->s);
	case ING_FN_NORM:
		return vf_mul(vf_mul(a, k->s), b);
	case ING_FN_ROPE:
		return simd_rope(a, b);
	case ING_FN_EXP2:
		return simd_exp2(vf_mul(vf_sub(a, k->s), k->c));
	case ING_FN_EXP2ADD:
		return vf_add(simd_exp2(vf_mul(vf_sub(a, k->s), k->c)), k->d);
	case ING_FN_RECIPMUL:
		return vf_mul(simd_recip(a), b);
	case ING_FN_AFFINE:
		return vf_add(vf_mul(a, k->c), k->d);
	case ING_FN_RSQRT:
		return simd_rsqrt(a);
	case ING_FN_RECIP:
		return simd_recip(a);
	case ING_FN_SQUARE:
		return vf_mul(a, a);
	case ING_FN_MAX:
		return simd_larger(a, k->c);
	case ING_FN_RMS:
		return vf_mul(simd_rsqrt(vf_mul(vf_add(k->s, k->d), k->c)), b);
	case ING_FN_EXP2MUL:
		return vf_mul(simd_exp2(vf_mul(vf_sub(a, k->s), k->c)), b);
	default:
		return a;
	}
}

SIMD_INLINE bool fn_has_b(unsigned int fn)
{
	return fn == ING_FN_ADD || fn == ING_FN_MUL || fn == ING_FN_NORM || fn == ING_FN_ROPE ||
	       fn == ING_FN_RECIPMUL || fn == ING_FN_RMS || fn == ING_FN_EXP2MUL;
}

/* A row of function @fn with b of type @btype, both constants where this is inlined. */
SIMD_INLINE void simd_row(const struct ing_vec *v, unsigned int fn, unsigned int btype)
{
	const struct vec_const k = { vf_set1(v->s), vf_set1(v->c), vf_set1(v->d) };
	size_t end = (v->n + ING_LINE - 1) / ING_LINE * ING_LINE;
	size_t len = v->len < v->n ? v->len : v->n;

	for (size_t i = 0; i < end; i += LANES) {
		vf a = vf_load(v->a + i), b = vf_zero(), y;

		if (fn_has_b(fn) && btype == ING_BTYPE_F32)
			b = vf_load((const float *)v->b + i);
		if (fn_has_b(fn) && btype == ING_BTYPE_E8)
			b = simd_e8((const uint8_t *)v->b + i);
		y = simd_fn(fn, a, b, &k);
		if (fn != ING_FN_COPY)
			y = simd_canon(y);
		if (i + LANES > len)
			y = vi_float(vi_select(simd_below(i, len), vf_bits(y), vi_set1(0)));
		vf_store(v->y + i, y);
	}
}

#define VEC_CASE(fn)                                                                               \
	case fn:                                                                                   \
		if (v->btype == ING_BTYPE_E8 && fn_has_b(fn))                                      \
			simd_row(v, fn, ING_BTYPE_E8);                                             \
		else                                                                               \
			simd_row(v, fn, ING_BTYPE_F32);                                            \
		break

static void simd_vec(const struct ing_vec *v)
{
	switch (v->fn) {
		VEC_CASE(ING_FN_COPY);
		VEC_CASE(ING_FN_ADD);
		VEC_CASE(ING_FN_MUL);
		VEC_CASE(ING_FN_SCALE);
		VEC_CASE(ING_FN_NORM);
		VEC_CASE(ING_FN_ROPE);
		VEC_CASE(ING_FN_EXP2);
		VEC_CASE(ING_FN_EXP2ADD);
		VEC_CASE(ING_FN_RECIPMUL);
		VEC_CASE(ING_FN_AFFINE);
		VEC_CASE(ING_FN_RSQRT);
		VEC_CASE(ING_FN_RECIP);
		VEC_CASE(ING_FN_SQUARE);
		VEC_CASE(ING_FN_MAX);
		VEC_CASE(ING_FN_RMS);
		VEC_CASE(ING_FN_EXP2MUL);
	}
}

/* ---- reductions ---- */

/* Adds the elements x[0 .. n-1], n <= ING_SUM_PARTIALS, to the partials of their positions. */
SIMD_INLINE void simd_sum_turn(float *partial, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i += LANES) {
		vf p = vf_load(partial + i), sum = vf_add(p, vf_load(x + i));

		if (i + LANES > n)
			sum = vi_float(vi_select(simd_below(i, n), vf_bits(sum), vf_bits(p)));
		vf_store(partial + i, sum);
	}
}

static float simd_sum(const float *x, size_t n)
{
	float partial[ING_SUM_PARTIALS] __attribute__((aligned(64))) = { 0 };
	size_t full = n / ING_SUM_PARTIALS * ING_SUM_PARTIALS;
	vf p[ING_SUM_PARTIALS / LANES];

	for (unsigned int j = 0; j < ING_SUM_PARTIALS / LANES; j++)
		p[j] = vf_zero();
	for (size_t i = 0; i < full; i += ING_SUM_PARTIALS)
		for (unsigned int j = 0; j < ING_SUM_PARTIALS / LANES; j++)
			p[j] = vf_add(p[j], vf_load(x + i + j * LANES));
	for (unsigned int j = 0; j < ING_SUM_PARTIALS / LANES; j++)
		vf_store(partial + j * LANES, p[j]);
	simd_sum_turn(partial, x + full, n - full);
	for (unsigned int w = ING_SUM_PARTIALS / 2; w; w /= 2)
		for (unsigned int i = 0; i < w; i++)
			partial[i] += partial[i + w];
	return ing_float(ing_canon(ing_bits(partial[0])));
}

/* Keys of MAX and, with @topk, of TOPK. */
SIMD_INLINE vi simd_key(vi bits, bool topk)
{
	vi key = vi_xor(bits, vi_and(vi_sar(bits, 31), vi_set1(0x7fffffff)));

	return topk ? vi_select(simd_is_nan(bits), vi_set1(INT32_MIN), key) : key;
}

static float simd_max(const float *x, size_t n)
{
	vi max = vi_set1(INT32_MIN);
	int32_t largest;
	size_t i = 0;

	if (!n)
		return ing_float(ING_F32_INF | ING_F32_SIGN);
	for (; i + LANES <= n; i += LANES)
		max = vi_max(max, simd_key(vi_load(x + i), false));
	largest = vi_reduce_max(max);
	for (; i < n; i++)
		if (ing_key(x[i]) > largest)
			largest = ing_key(x[i]);
	return ing_float((uint32_t)largest ^ ((uint32_t)(largest >> 31) & 0x7fffffff));
}

static size_t simd_find_above(const float *x, size_t start, size_t n, int32_t key)
{
	size_t i = start;

	for (; i + LANES <= n; i += LANES) {
		unsigned int hits =
			vm_bits(vi_gt(simd_key(vi_load(x + i), true), vi_set1(key)));

		if (hits)
			return i + (size_t)__builtin_ctz(hits);
	}
	for (; i < n; i++)
		if (ing_topk_key(x[i]) > key)
			return i;
	return n;
}

#endif
