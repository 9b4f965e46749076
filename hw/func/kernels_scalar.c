// SPDX-License-Identifier: MIT
/*
 * The portable instance: the arithmetic of arith.h, element by element. It is what the other
 * instances are compared with.
 */
#include <string.h>

#include "arith.h"
#include "kernels.h"
#include "kernels_internal.h"
#include "kernels_matmul.h"

/* ---- MATMUL ---- */

/* A packed block of this instance: the mantissas as they are. */
KERNEL_INLINE void pack_block(uint8_t *data, const struct ing_act_block *act, struct ing_format f)
{
	(void)f;
	memcpy(data, act->q, sizeof(act->q));
}

/* Word of row @r in a data unit. */
static inline uint32_t word_at(const uint8_t *unit, unsigned int r)
{
	const uint8_t *p = unit + 4 * r;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Digits of one row, in the order of the elements, signed unless they go with minima. */
static inline void row_digits(const uint8_t *chunks, unsigned int r, struct ing_format f,
			      int32_t w[ING_BLOCK])
{
	unsigned int bits = 4u << f.width, per_word = 32 / bits;
	int32_t offset = f.min ? 0 : 1 << (bits - 1);

	for (unsigned int c = 0; c < ing_chunks(f.width); c++) {
		uint32_t word = word_at(chunks + c * ING_UNIT_BYTES, r);

		for (unsigned int i = 0; i < per_word; i++, word >>= bits)
			w[c * per_word + i] = (int32_t)(word & ((1u << bits) - 1)) - offset;
	}
}

static inline float half_at(const uint8_t *p, unsigned int r)
{
	return ing_fp16_to_f32((uint16_t)(p[2 * r] | p[2 * r + 1] << 8));
}

static inline float row_scale(const struct group_block *gb, unsigned int r, struct ing_format f)
{
	if (f.noscale)
		return 1.0f;
	return f.width == ING_WIDTH_16 ? ing_exp16_scale(gb->scale[r]) : half_at(gb->scale, r);
}

static inline int32_t dot(const int32_t w[ING_BLOCK], const uint8_t *data)
{
	int16_t q[ING_BLOCK];
	int32_t sum = 0;

	memcpy(q, data, sizeof(q));
	for (int i = 0; i < ING_BLOCK; i++)
		sum += w[i] * q[i];
	return sum;
}

KERNEL_INLINE void block(const struct group_block *gb, struct ing_format f)
{
	int32_t w[ING_BLOCK];

	for (unsigned int r = 0; r < ING_GROUP_ROWS; r++) {
		float scale = row_scale(gb, r, f), min = f.min ? half_at(gb->min, r) : 0.0f;

		row_digits(gb->chunks, r, f, w);
		for (unsigned int c = 0; c < gb->cols; c++) {
			const struct packed_meta *meta = &gb->meta[c];
			uint8_t eb = ing_exponent(ing_bits(meta->scale));
			int32_t isum = dot(w, gb->data[c]);
			float v = f.min ? ing_block_value_min(isum, scale, (int32_t)meta->fsum,
							      min, eb) :
					  ing_block_value(isum, scale, eb);

			gb->acc[c][r] = ing_fadd(gb->acc[c][r], v);
		}
	}
}

MATMUL_DEFINE(scalar_matmul, pack_block, block)

/* ---- VEC ---- */

static float exp2_of(const struct ing_vec *v, float a)
{
	return ing_exp2(ing_fmul(ing_fsub(a, v->s), v->c));
}

/* By key, subnormals being zeros; a NaN beats everything. */
static float larger(float a, float c)
{
	const float x = ing_float(ing_flush(ing_bits(a))), y = ing_float(ing_flush(ing_bits(c)));

	if (ing_is_nan(ing_bits(a)) || ing_is_nan(ing_bits(c)))
		return ing_float(ING_F32_NAN);
	return ing_key(y) > ing_key(x) ? y : x;
}

/* Element @i of the pair it is in with element @i ^ 1. */
static float rope(const float a[2], const float b[2], size_t i)
{
	if (i % 2)
		return ing_fadd(ing_fmul(a[1], b[0]), ing_fmul(a[0], b[1]));
	return ing_fsub(ing_fmul(a[0], b[0]), ing_fmul(a[1], b[1]));
}

static float apply(const struct ing_vec *v, float a, float b)
{
	switch (v->fn) {
	case ING_FN_ADD:
		return ing_fadd(a, b);
	case ING_FN_MUL:
		return ing_fmul(a, b);
	case ING_FN_SCALE:
		return ing_fmul(a, v->s);
	case ING_FN_NORM:
		return ing_fmul(ing_fmul(a, v->s), b);
	case ING_FN_EXP2:
		return exp2_of(v, a);
	case ING_FN_EXP2ADD:
		return ing_fadd(exp2_of(v, a), v->d);
	case ING_FN_RECIPMUL:
		return ing_fmul(ing_recip(a), b);
	case ING_FN_AFFINE:
		return ing_fadd(ing_fmul(a, v->c), v->d);
	case ING_FN_RSQRT:
		return ing_rsqrt(a);
	case ING_FN_RECIP:
		return ing_recip(a);
	case ING_FN_SQUARE:
		return ing_fmul(a, a);
	case ING_FN_MAX:
		return larger(a, v->c);
	case ING_FN_RMS:
		return ing_fmul(ing_rsqrt(ing_fmul(ing_fadd(v->s, v->d), v->c)), b);
	case ING_FN_EXP2MUL:
		return ing_fmul(exp2_of(v, a), b);
	default:
		return a;
	}
}

static float b_at(const struct ing_vec *v, size_t i)
{
	if (!v->b)
		return 0.0f;
	if (v->btype == ING_BTYPE_E8)
		return ing_e8_to_f32(((const uint8_t *)v->b)[i]);
	return ((const float *)v->b)[i];
}

static void scalar_vec(const struct ing_vec *v)
{
	size_t end = (v->n + ING_LINE - 1) / ING_LINE * ING_LINE;
	size_t len = v->len < v->n ? v->len : v->n;

	/* Two at a time: a pair of ROPE is read before it is written. */
	for (size_t i = 0; i < end; i += 2) {
		float a[2] = { v->a[i], v->a[i + 1] }, b[2] = { b_at(v, i), b_at(v, i + 1) };

		for (size_t j = i; j < i + 2; j++) {
			float y = v->fn == ING_FN_ROPE ? rope(a, b, j) :
							 apply(v, a[j - i], b[j - i]);

			v->y[j] = j < len ? y : 0.0f;
		}
	}
}

static float scalar_sum(const float *x, size_t n)
{
	float partial[ING_SUM_PARTIALS] = { 0 };

	for (size_t i = 0; i < n; i++)
		partial[i % ING_SUM_PARTIALS] = ing_fadd(partial[i % ING_SUM_PARTIALS], x[i]);
	for (unsigned int w = ING_SUM_PARTIALS / 2; w; w /= 2)
		for (unsigned int i = 0; i < w; i++)
			partial[i] = ing_fadd(partial[i], partial[i + w]);
	return partial[0];
}

static float scalar_max(const float *x, size_t n)
{
	uint32_t best = n ? ing_bits(x[0]) : ING_F32_INF | ING_F32_SIGN;

	for (size_t i = 1; i < n; i++)
		if (ing_key(x[i]) > ing_key(ing_float(best)))
			best = ing_bits(x[i]);
	return ing_float(best);
}

/* ---- quantisers and search ---- */

/* Elements @i .. @i + 31 of @n, +0 past the end. */
static void load_block(float block[ING_BLOCK], const float *x, size_t i, size_t n)
{
	size_t count = n - i < ING_BLOCK ? n - i : ING_BLOCK;

	memset(block, 0, ING_BLOCK * sizeof(*block));
	memcpy(block, x + i, count * sizeof(*block));
}

static void scalar_quant_act(struct ing_act_block *out, const float *x, size_t n)
{
	float block[ING_BLOCK];

	for (size_t i = 0; i < n; i += ING_BLOCK, out++) {
		load_block(block, x, i, n);
		out->exp = ing_quant_act(block, out->q);
		out->scale = ing_float(out->exp == ING_EXP_NAN ? ING_F32_NAN : out->exp << 23);
		out->sum = 0;
		out->pad = 0;
		for (int j = 0; j < ING_BLOCK; j++)
			out->sum += out->q[j];
	}
}

static void scalar_quant_kv(uint16_t *q, uint8_t *e, const float *x, size_t n)
{
	float block[ING_BLOCK];
	int16_t mantissa[ING_BLOCK];

	for (size_t i = 0; i < n; i += ING_BLOCK) {
		load_block(block, x, i, n);
		*e++ = ing_quant_kv(block, mantissa);
		for (int j = 0; j < ING_BLOCK; j++)
			*q++ = (uint16_t)(mantissa[j] + 32768);
	}
}

static size_t scalar_find_above(const float *x, size_t start, size_t n, int32_t key)
{
	for (size_t i = start; i < n; i++)
		if (ing_topk_key(x[i]) > key)
			return i;
	return n;
}

const struct ing_kernels ing_kernels_scalar = {
	.name = "scalar",
	.matmul = scalar_matmul,
	.vec = scalar_vec,
	.sum = scalar_sum,
	.max = scalar_max,
	.quant_act = scalar_quant_act,
	.quant_kv = scalar_quant_kv,
	.find_above = scalar_find_above,
};
