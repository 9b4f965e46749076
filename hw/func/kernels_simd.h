/* SPDX-License-Identifier: MIT */
/*
 * The vector operations that the templates kernels_vec.h and kernels_quant.h are written in, for
 * the instruction set that the file is compiled for: 16 lanes with AVX-512, 8 with AVX2.
 *
 * vf is a vector of floats, vi of 32-bit integers, vm a mask of lanes.
 */
#ifndef INGOT_FUNC_KERNELS_SIMD_H
#define INGOT_FUNC_KERNELS_SIMD_H

#include <immintrin.h>
#include <stdint.h>

#include "arith.h"

#define SIMD_INLINE static inline __attribute__((always_inline))

#ifdef __AVX512F__

#define LANES 16
typedef __m512 vf;
typedef __m512i vi;
typedef __mmask16 vm;

#define vf_load(p) _mm512_loadu_ps(p)
#define vf_store(p, v) _mm512_storeu_ps(p, v)
#define vf_set1(x) _mm512_set1_ps(x)
#define vf_zero() _mm512_setzero_ps()
#define vf_add(a, b) _mm512_add_ps(a, b)
#define vf_sub(a, b) _mm512_sub_ps(a, b)
#define vf_mul(a, b) _mm512_mul_ps(a, b)
/* (even, odd) lanes of each pair become (even, even), (odd, odd), (odd, even) */
#define vf_dup_even(v) _mm512_moveldup_ps(v)
#define vf_dup_odd(v) _mm512_movehdup_ps(v)
#define vf_swap(v) _mm512_permute_ps(v, 0xb1)
#define vf_bits(v) _mm512_castps_si512(v)
#define vi_float(v) _mm512_castsi512_ps(v)
#define vf_unordered(v) _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q)
/* to the nearest integer, ties to even */
#define vf_round(v) _mm512_cvtps_epi32(v)

#define vi_load(p) _mm512_loadu_si512(p)
#define vi_store(p, v) _mm512_storeu_si512(p, v)
#define vi_set1(x) _mm512_set1_epi32(x)
#define vi_add(a, b) _mm512_add_epi32(a, b)
#define vi_sub(a, b) _mm512_sub_epi32(a, b)
#define vi_mul(a, b) _mm512_mullo_epi32(a, b)
#define vi_and(a, b) _mm512_and_si512(a, b)
#define vi_or(a, b) _mm512_or_si512(a, b)
#define vi_xor(a, b) _mm512_xor_si512(a, b)
#define vi_shl(v, n) _mm512_slli_epi32(v, n)
#define vi_shr(v, n) _mm512_srli_epi32(v, n)
#define vi_sar(v, n) _mm512_srai_epi32(v, n)
#define vi_min(a, b) _mm512_min_epi32(a, b)
#define vi_max(a, b) _mm512_max_epi32(a, b)
/* upper halves of the products of unsigned halfwords */
#define vi_mulhi16(a, b) _mm512_mulhi_epu16(a, b)
/* 0, 1, 2, ... */
#define vi_iota() _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define vi_load_bytes(p) _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(p)))
#define vi_reduce_max(v) _mm512_reduce_max_epi32(v)
#define vi_reduce_add(v) _mm512_reduce_add_epi32(v)

/* signed comparisons */
#define vi_gt(a, b) _mm512_cmpgt_epi32_mask(a, b)
#define vi_eq(a, b) _mm512_cmpeq_epi32_mask(a, b)
#define vm_and(a, b) ((vm)((a) & (b)))
#define vm_bits(m) ((unsigned int)(m))
/* t where m, else f */
#define vi_select(m, t, f) _mm512_mask_blend_epi32(m, f, t)

/* Stores the lanes as halfwords, the bits of @flip inverted. */
SIMD_INLINE void vi_store_halves(void *p, vi v, short flip)
{
	_mm256_storeu_si256(p, _mm256_xor_si256(_mm512_cvtepi32_epi16(v), _mm256_set1_epi16(flip)));
}

/* table[i] of a table of 128; four permutes beat a gather. */
SIMD_INLINE vi vi_lookup(const int32_t *table, vi i)
{
	vi a = _mm512_permutex2var_epi32(vi_load(table), i, vi_load(table + 16));
	vi b = _mm512_permutex2var_epi32(vi_load(table + 32), i, vi_load(table + 48));
	vi c = _mm512_permutex2var_epi32(vi_load(table + 64), i, vi_load(table + 80));
	vi d = _mm512_permutex2var_epi32(vi_load(table + 96), i, vi_load(table + 112));
	vm odd = _mm512_test_epi32_mask(i, vi_set1(32));
	vm high = _mm512_test_epi32_mask(i, vi_set1(64));

	return vi_select(high, vi_select(odd, d, c), vi_select(odd, b, a));
}

#else

#define LANES 8
typedef __m256 vf;
typedef __m256i vi;
typedef __m256i vm;

#define vf_load(p) _mm256_loadu_ps(p)
#define vf_store(p, v) _mm256_storeu_ps(p, v)
#define vf_set1(x) _mm256_set1_ps(x)
#define vf_zero() _mm256_setzero_ps()
#define vf_add(a, b) _mm256_add_ps(a, b)
#define vf_sub(a, b) _mm256_sub_ps(a, b)
#define vf_mul(a, b) _mm256_mul_ps(a, b)
#define vf_dup_even(v) _mm256_moveldup_ps(v)
#define vf_dup_odd(v) _mm256_movehdup_ps(v)
#define vf_swap(v) _mm256_permute_ps(v, 0xb1)
#define vf_bits(v) _mm256_castps_si256(v)
#define vi_float(v) _mm256_castsi256_ps(v)
#define vf_unordered(v) _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q))
#define vf_round(v) _mm256_cvtps_epi32(v)

#define vi_load(p) _mm256_loadu_si256((const __m256i *)(p))
#define vi_store(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#define vi_set1(x) _mm256_set1_epi32(x)
#define vi_add(a, b) _mm256_add_epi32(a, b)
#define vi_sub(a, b) _mm256_sub_epi32(a, b)
#define vi_mul(a, b) _mm256_mullo_epi32(a, b)
#define vi_and(a, b) _mm256_and_si256(a, b)
#define vi_or(a, b) _mm256_or_si256(a, b)
#define vi_xor(a, b) _mm256_xor_si256(a, b)
#define vi_shl(v, n) _mm256_slli_epi32(v, n)
#define vi_shr(v, n) _mm256_srli_epi32(v, n)
#define vi_sar(v, n) _mm256_srai_epi32(v, n)
#define vi_min(a, b) _mm256_min_epi32(a, b)
#define vi_max(a, b) _mm256_max_epi32(a, b)
#define vi_mulhi16(a, b) _mm256_mulhi_epu16(a, b)
#define vi_iota() _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0)
#define vi_load_bytes(p) _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(p)))

#define vi_gt(a, b) _mm256_cmpgt_epi32(a, b)
#define vi_eq(a, b) _mm256_cmpeq_epi32(a, b)
#define vm_and(a, b) _mm256_and_si256(a, b)
#define vm_bits(m) ((unsigned int)_mm256_movemask_ps(_mm256_castsi256_ps(m)))
#define vi_select(m, t, f) _mm256_blendv_epi8(f, t, m)

SIMD_INLINE void vi_store_halves(void *p, vi v, short flip)
{
	__m256i packed = _mm256_packs_epi32(v, v);

	packed = _mm256_permute4x64_epi64(packed, 0x08);
	_mm_storeu_si128(p, _mm_xor_si128(_mm256_castsi256_si128(packed), _mm_set1_epi16(flip)));
}

SIMD_INLINE vi vi_lookup(const int32_t *table, vi i)
{
	return _mm256_i32gather_epi32(table, i, 4);
}

SIMD_INLINE int32_t vi_reduce_max(vi v)
{
	__m128i m = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));

	m = _mm_max_epi32(m, _mm_shuffle_epi32(m, 0x4e));
	m = _mm_max_epi32(m, _mm_shuffle_epi32(m, 0xb1));
	return _mm_cvtsi128_si32(m);
}

SIMD_INLINE int32_t vi_reduce_add(vi v)
{
	__m128i m = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));

	m = _mm_add_epi32(m, _mm_shuffle_epi32(m, 0x4e));
	m = _mm_add_epi32(m, _mm_shuffle_epi32(m, 0xb1));
	return _mm_cvtsi128_si32(m);
}

#endif

/* Lanes that hold any NaN. */
SIMD_INLINE vm simd_is_nan(vi bits)
{
	return vi_gt(vi_and(bits, vi_set1(0x7fffffff)), vi_set1(ING_F32_INF));
}

/* The canonical NaN for every NaN. */
SIMD_INLINE vf simd_canon(vf v)
{
	return vi_float(vi_select(vf_unordered(v), vi_set1(ING_F32_NAN), vf_bits(v)));
}

/* The lanes first + i < n of a vector. */
SIMD_INLINE vm simd_below(size_t first, size_t n)
{
	size_t left = n > first ? n - first : 0;

	return vi_gt(vi_set1(left < LANES ? (int)left : LANES), vi_iota());
}

/* Scales of a 16-bit block from LANES exponent bytes. */
SIMD_INLINE vf simd_exp16(const uint8_t *p)
{
	vi e = vi_load_bytes(p);
	vi held = vi_max(vi_min(e, vi_set1(ING_EXP16_MAX)), vi_set1(1));

	return vi_float(vi_select(vi_eq(e, vi_set1(ING_EXP_NAN)), vi_set1(ING_F32_NAN),
				  vi_shl(held, 23)));
}

/* Vector elements from LANES exponent bytes. */
SIMD_INLINE vf simd_e8(const uint8_t *p)
{
	vi e = vi_load_bytes(p);

	return vi_float(vi_select(vi_eq(e, vi_set1(ING_EXP_NAN)), vi_set1(ING_F32_NAN),
				  vi_shl(e, 23)));
}

#endif
