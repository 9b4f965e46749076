// SPDX-License-Identifier: MIT
/*
 * MATMUL with AVX-512 and VNNI. A 64-byte unit of a tile is one register with a row a lane, so
 * weights are used as they lie in memory. A mantissa of 12 bits is 64 * high + low, high signed and
 * low unsigned, each of 6 bits: two vpdpbusd give the exact sum of digits below 256.
 */
#include <immintrin.h>

#include "kernels_internal.h"
#include "kernels_matmul.h"
#include "kernels_simd.h"

/* Columns worked on side by side. */
#define STEP 4

/*
 * Digits of 4 bits come out of a word as its even and its odd elements: per two chunks c, c + 1 the
 * packed order is even c, even c + 1, odd c, odd c + 1, four bytes each.
 */
static const uint8_t pack4_order[16] = { 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15 };

KERNEL_INLINE void pack_block(uint8_t *data, const struct ing_act_block *act, struct ing_format f)
{
	__m512i q = _mm512_loadu_si512(act->q);
	__m256i high, low;

	if (f.width == ING_WIDTH_16) {
		_mm512_store_si512(data, q);
		return;
	}
	high = _mm512_cvtepi16_epi8(_mm512_srai_epi16(q, 6));
	low = _mm512_cvtepi16_epi8(_mm512_and_si512(q, _mm512_set1_epi16(63)));
	if (f.width == ING_WIDTH_4) {
		__m256i order = _mm256_broadcastsi128_si256(
			_mm_loadu_si128((const __m128i *)pack4_order));

		high = _mm256_shuffle_epi8(high, order);
		low = _mm256_shuffle_epi8(low, order);
	}
	_mm256_store_si256((__m256i *)data, high);
	_mm256_store_si256((__m256i *)(data + 32), low);
}

/* The digits of a group and block in the order of pack_block(). */
KERNEL_INLINE void unpack_digits(const uint8_t *chunks, struct ing_format f, __m512i w[8])
{
	const __m512i nibble = _mm512_set1_epi8(15);

	for (int i = 0; i < 8; i++)
		if (f.width == ING_WIDTH_8)
			w[i] = _mm512_loadu_si512(chunks + 64 * i);
	for (int i = 0; i < 4; i++)
		if (f.width == ING_WIDTH_4) {
			__m512i v = _mm512_loadu_si512(chunks + 64 * i);
			int to = i / 2 * 4 + i % 2;

			w[to] = _mm512_and_si512(v, nibble);
			w[to + 2] = _mm512_and_si512(_mm512_srli_epi16(v, 4), nibble);
		}
}

KERNEL_INLINE void unpack_halves(const uint8_t *chunks, __m512i w[16])
{
	for (int i = 0; i < 16; i++)
		w[i] = _mm512_xor_si512(_mm512_loadu_si512(chunks + 64 * i),
					_mm512_set1_epi16(-32768));
}

/*
 * sum + digits (unsigned bytes) times four mantissa halves (signed bytes), the same in every lane.
 * Written out because compilers take a register and an instruction for the broadcast.
 */
KERNEL_INLINE __m512i dot_bytes(__m512i sum, __m512i w, const int32_t *data)
{
	__asm__("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(w), "m"(*data));
	return sum;
}

/* sum + digits (halfwords) times two mantissas. */
KERNEL_INLINE __m512i dot_pair(__m512i sum, __m512i w, const int32_t *data)
{
	__asm__("vpdpwssd %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(w), "m"(*data));
	return sum;
}

/* Exact sums of columns c .. c + cols - 1, side by side: the instructions are slow but many. */
KERNEL_INLINE void dot_digits(const struct group_block *gb, const __m512i w[8], unsigned int c,
			      unsigned int cols, __m512i sum[STEP])
{
	__m512i high[STEP];

	for (unsigned int j = 0; j < cols; j++) {
		high[j] = _mm512_setzero_si512();
		sum[j] = _mm512_set1_epi32(gb->meta[c + j].start);
	}
	for (unsigned int i = 0; i < 8; i++)
		for (unsigned int j = 0; j < cols; j++) {
			const int32_t *data = (const int32_t *)gb->data[c + j] + i;

			high[j] = dot_bytes(high[j], w[i], data);
			sum[j] = dot_bytes(sum[j], w[i], data + 8);
		}
	for (unsigned int j = 0; j < cols; j++)
		sum[j] = _mm512_add_epi32(_mm512_slli_epi32(high[j], 6), sum[j]);
}

/* Digits less 32768 are int16: pairs of products and their sums are exact in 32 bits. */
KERNEL_INLINE void dot_halves(const struct group_block *gb, const __m512i w[16], unsigned int c,
			      unsigned int cols, __m512i sum[STEP])
{
	__m512i odd[STEP];

	for (unsigned int j = 0; j < cols; j++)
		odd[j] = sum[j] = _mm512_setzero_si512();
	for (unsigned int i = 0; i < 16; i += 2)
		for (unsigned int j = 0; j < cols; j++) {
			const int32_t *data = (const int32_t *)gb->data[c + j] + i;

			sum[j] = dot_pair(sum[j], w[i], data);
			odd[j] = dot_pair(odd[j], w[i + 1], data + 1);
		}
	for (unsigned int j = 0; j < cols; j++)
		sum[j] = _mm512_add_epi32(sum[j], odd[j]);
}

KERNEL_INLINE __m512 load_scale(const uint8_t *p, struct ing_format f)
{
	if (f.noscale)
		return _mm512_set1_ps(1.0f);
	if (f.width == ING_WIDTH_16)
		return simd_exp16(p);
	return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}

/* What a group and block bring to their columns. */
struct unpacked {
	__m512i w[16];
	__m512 scale, min;
};

/* Adds a block to the accumulators of columns c .. c + cols - 1, a constant number. */
KERNEL_INLINE void columns(const struct group_block *gb, struct ing_format f,
			   const struct unpacked *u, unsigned int c, unsigned int cols)
{
	__m512i sum[STEP];

	if (f.width == ING_WIDTH_16)
		dot_halves(gb, u->w, c, cols, sum);
	else
		dot_digits(gb, u->w, c, cols, sum);
	for (unsigned int j = 0; j < cols; j++) {
		const struct packed_meta *meta = &gb->meta[c + j];
		float *acc = gb->acc[c + j];
		__m512 t = _mm512_cvtepi32_ps(sum[j]);

		if (!f.noscale)
			t = _mm512_mul_ps(t, u->scale);
		if (f.min)
			t = _mm512_add_ps(t, _mm512_mul_ps(_mm512_set1_ps(meta->fsum), u->min));
		t = _mm512_mul_ps(t, _mm512_set1_ps(meta->scale));
		_mm512_store_ps(acc, _mm512_add_ps(_mm512_load_ps(acc), t));
	}
}

KERNEL_INLINE void block(const struct group_block *gb, struct ing_format f)
{
	struct unpacked u = { .scale = load_scale(gb->scale, f) };
	unsigned int c = 0;

	for (unsigned int i = 0; i < ing_chunks(f.width); i++)
		__builtin_prefetch(gb->chunks + PREFETCH_BYTES + 64 * i);
	if (f.min)
		u.min = load_scale(gb->min, f);
	if (f.width == ING_WIDTH_16)
		unpack_halves(gb->chunks, u.w);
	else
		unpack_digits(gb->chunks, f, u.w);
	for (; c + STEP <= gb->cols; c += STEP)
		columns(gb, f, &u, c, STEP);
	for (; c < gb->cols; c++)
		columns(gb, f, &u, c, 1);
}

MATMUL_DEFINE(matmul, pack_block, block)

void ing_avx512_matmul(const struct ing_matmul *m)
{
	matmul(m);
}
