// SPDX-License-Identifier: MIT
/*
 * MATMUL with AVX2. Digits are widened to halfwords, which vpmaddwd multiplies with 12-bit
 * mantissas in pairs, exactly. A group is worked on in two halves of 8 rows, a row a lane.
 *
 * (At 4 bits vpmaddubsw on mantissas in two parts is a tenth faster for one column, and a fifth
 * slower for many.)
 */
#include <immintrin.h>

#include "kernels_internal.h"
#include "kernels_matmul.h"
#include "kernels_simd.h"

/* Pairs of elements of a block: registers of digits of 8 rows. */
#define PAIRS (ING_BLOCK / 2)
/* Columns that share a load of the digits. */
#define STEP 4

/*
 * The mantissas in the order in which digits come out of a word: at 4 bits elements j and j + 4 of
 * a chunk make a pair, else neighbours.
 */
KERNEL_INLINE void pack_block(uint8_t *data, const struct ing_act_block *act, struct ing_format f)
{
	for (int i = 0; i < 4; i++) {
		__m128i q = _mm_loadu_si128((const __m128i *)(act->q + 8 * i));

		if (f.width == ING_WIDTH_4)
			q = _mm_unpacklo_epi16(q, _mm_srli_si128(q, 8));
		_mm_store_si128((__m128i *)(data + 16 * i), q);
	}
}

/* Digits of 8 rows as pairs of halfwords; those of 16 bits less 32768, the others as they are. */
KERNEL_INLINE void unpack_pairs(const uint8_t *chunks, struct ing_format f, __m256i w[PAIRS])
{
	const __m256i nibble = _mm256_set1_epi16(15), sign = _mm256_set1_epi16(-32768);
	const __m256i first = _mm256_set1_epi64x((long long)0x8005800480018000ull);
	const __m256i next = _mm256_set1_epi64x((long long)0x8007800680038002ull);
	/* rows 2 and 3 of each half register: 8 bytes further on */
	const __m256i rows = _mm256_set_epi64x(0x0008000800080008, 0, 0x0008000800080008, 0);

	for (unsigned int c = 0; c < ing_chunks(f.width); c++) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(chunks + 64 * c));

		if (f.width == ING_WIDTH_4) {
			w[4 * c] = _mm256_and_si256(v, nibble);
			w[4 * c + 1] = _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble);
			w[4 * c + 2] = _mm256_and_si256(_mm256_srli_epi16(v, 8), nibble);
			w[4 * c + 3] = _mm256_srli_epi16(v, 12);
		} else if (f.width == ING_WIDTH_8) {
			w[2 * c] = _mm256_shuffle_epi8(v, _mm256_or_si256(first, rows));
			w[2 * c + 1] = _mm256_shuffle_epi8(v, _mm256_or_si256(next, rows));
		} else {
			w[c] = _mm256_xor_si256(v, sign);
		}
	}
}

KERNEL_INLINE __m256 load_scale(const uint8_t *p, struct ing_format f)
{
	if (f.noscale)
		return _mm256_set1_ps(1.0f);
	if (f.width == ING_WIDTH_16)
		return simd_exp16(p);
	return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}

/* Adds the products of columns c .. c + cols - 1 to their integer sums. */
KERNEL_INLINE void dot(const struct group_block *gb, const __m256i w[PAIRS], unsigned int c,
		       unsigned int cols, __m256i sum[STEP])
{
	for (unsigned int i = 0; i < PAIRS; i++)
		for (unsigned int j = 0; j < cols; j++) {
			const int32_t *data = (const int32_t *)gb->data[c + j];
			__m256i product = _mm256_madd_epi16(w[i], _mm256_set1_epi32(data[i]));

			sum[j] = _mm256_add_epi32(sum[j], product);
		}
}

/* What half a group and block bring to their columns. */
struct unpacked {
	__m256i w[PAIRS];
	__m256 scale, min;
};

/* Adds a block to the accumulators of columns c .. c + cols - 1, a constant number. */
KERNEL_INLINE void columns(const struct group_block *gb, struct ing_format f,
			   const struct unpacked *u, unsigned int half, unsigned int c,
			   unsigned int cols)
{
	__m256i sum[STEP];

	for (unsigned int j = 0; j < cols; j++)
		sum[j] = _mm256_set1_epi32(gb->meta[c + j].start);
	dot(gb, u->w, c, cols, sum);
	for (unsigned int j = 0; j < cols; j++) {
		const struct packed_meta *meta = &gb->meta[c + j];
		float *acc = gb->acc[c + j] + 8 * half;
		__m256 t = _mm256_cvtepi32_ps(sum[j]);

		if (!f.noscale)
			t = _mm256_mul_ps(t, u->scale);
		if (f.min)
			t = _mm256_add_ps(t, _mm256_mul_ps(_mm256_set1_ps(meta->fsum), u->min));
		t = _mm256_mul_ps(t, _mm256_set1_ps(meta->scale));
		_mm256_store_ps(acc, _mm256_add_ps(_mm256_load_ps(acc), t));
	}
}

/* Rows 8 * half .. 8 * half + 7 of a group. */
KERNEL_INLINE void half_block(const struct group_block *gb, struct ing_format f, unsigned int half,
			      bool single)
{
	unsigned int scale_bytes = f.width == ING_WIDTH_16 ? 8 : 16, c = 0;
	struct unpacked u;

	u.scale = load_scale(gb->scale + half * scale_bytes, f);
	if (f.min)
		u.min = load_scale(gb->min + half * scale_bytes, f);
	unpack_pairs(gb->chunks + 32 * half, f, u.w);
	if (single) {
		columns(gb, f, &u, half, 0, 1);
		return;
	}
	for (; c + STEP <= gb->cols; c += STEP)
		columns(gb, f, &u, half, c, STEP);
	for (; c < gb->cols; c++)
		columns(gb, f, &u, half, c, 1);
}

/* A single column has code of its own, in which the digits need never leave the registers. */
KERNEL_INLINE void block(const struct group_block *gb, struct ing_format f)
{
	for (unsigned int i = 0; i < ing_chunks(f.width); i++)
		__builtin_prefetch(gb->chunks + PREFETCH_BYTES + 64 * i);
	for (unsigned int half = 0; half < 2; half++)
		if (gb->cols == 1)
			half_block(gb, f, half, true);
		else
			half_block(gb, f, half, false);
}

MATMUL_DEFINE(matmul, pack_block, block)

void ing_avx2_matmul(const struct ing_matmul *m)
{
	matmul(m);
}
