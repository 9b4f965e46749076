/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic of docs/arithmetic.md, one value at a time, in portable C.
 *
 * Right at every input under plain C: IEEE 754 float and double evaluated in their own format,
 * rounding to nearest, -ffp-contract=off, no -ffast-math. It does not depend on whether the
 * processor flushes subnormals.
 *
 * ING_NATIVE_FTZ defined: ing_fadd() and ing_fmul() become the bare operators. The caller must then
 * run on an x86 with FTZ and DAZ set (it tests tininess after rounding, as the definition does; Arm's
 * flush mode does not) and make NaNs canonical with ing_canon() when it stores a value.
 */
#ifndef INGOT_HW_FUNC_ARITH_H
#define INGOT_HW_FUNC_ARITH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <ingot/sfu_tables.h>
#include <ingot/tile.h>

#define ING_F32_NAN 0x7fc00000u
#define ING_F32_INF 0x7f800000u
#define ING_F32_SIGN 0x80000000u
#define ING_F32_ONE 0x3f800000u

/* ---- bits ---- */

/** ing_bits() - the bits of a float */
static inline uint32_t ing_bits(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/** ing_float() - the float of some bits */
static inline float ing_float(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/** ing_is_nan() - whether @bits are any NaN */
static inline bool ing_is_nan(uint32_t bits)
{
	return (bits & ~ING_F32_SIGN) > ING_F32_INF;
}

/** ing_canon() - @bits, with every NaN replaced by the one NaN there is */
static inline uint32_t ing_canon(uint32_t bits)
{
	return ing_is_nan(bits) ? ING_F32_NAN : bits;
}

/** ing_flush() - @bits, with a subnormal replaced by the zero of its sign */
static inline uint32_t ing_flush(uint32_t bits)
{
	return bits & ING_F32_INF ? bits : bits & ING_F32_SIGN;
}

/** ing_exponent() - the exponent field */
static inline int ing_exponent(uint32_t bits)
{
	return bits >> 23 & 0xff;
}

/**
 * ing_rne_shift() - rounds @value / 2^@shift to the nearest integer, ties to even
 * @value: below 2^62
 * @shift: 0 or more
 */
static inline uint64_t ing_rne_shift(uint64_t value, unsigned int shift)
{
	uint64_t half;

	if (!shift)
		return value;
	if (shift > 63)
		return 0;
	half = 1ull << (shift - 1);
	return (value + half - 1 + (value >> shift & 1)) >> shift;
}

/* ---- section 1: add, multiply ---- */

/**
 * ing_round_f32() - rounds a double to fp32 by the rules of section 1
 * @exact: a result in infinite precision; zero, or at least 2^-900 in magnitude
 *
 * Below the normal range the rounding is done 64 binades higher up, where fp32 has all its bits: the
 * result is tiny if it has not reached the least normal number by then.
 */
static inline uint32_t ing_round_f32(double exact)
{
	const double least = 0x1p-126;

	if (exact > -least && exact < least) {
		uint32_t scaled = ing_bits((float)(exact * 0x1p64));

		if (ing_exponent(scaled) < 65)
			return scaled & ING_F32_SIGN;
		return scaled - (64u << 23);
	}
	return ing_canon(ing_bits((float)exact));
}

/** ing_add_bits() - a + b, on bits; the NaN is canonical */
static inline uint32_t ing_add_bits(uint32_t a, uint32_t b)
{
	/* A sum in the subnormal range is exact, so flushing it afterwards is the rule itself. */
	float sum = ing_float(ing_flush(a)) + ing_float(ing_flush(b));

	return ing_canon(ing_flush(ing_bits(sum)));
}

/** ing_mul_bits() - a * b, on bits; the NaN is canonical */
static inline uint32_t ing_mul_bits(uint32_t a, uint32_t b)
{
	return ing_round_f32((double)ing_float(ing_flush(a)) * ing_float(ing_flush(b)));
}

#ifdef ING_NATIVE_FTZ
/** ing_fadd() - a + b */
static inline float ing_fadd(float a, float b)
{
	return a + b;
}

/** ing_fmul() - a * b */
static inline float ing_fmul(float a, float b)
{
	return a * b;
}
#else
/** ing_fadd() - a + b; the NaN is canonical */
static inline float ing_fadd(float a, float b)
{
	return ing_float(ing_add_bits(ing_bits(a), ing_bits(b)));
}

/** ing_fmul() - a * b; the NaN is canonical */
static inline float ing_fmul(float a, float b)
{
	return ing_float(ing_mul_bits(ing_bits(a), ing_bits(b)));
}
#endif

/** ing_fsub() - a - b, which is a + (-b) */
static inline float ing_fsub(float a, float b)
{
	return ing_fadd(a, ing_float(ing_canon(ing_bits(b) ^ ING_F32_SIGN)));
}

/* ---- exact conversions ---- */

/** ing_fp16_to_f32() - an fp16 as fp32: exact, subnormals included; the NaN is canonical */
static inline float ing_fp16_to_f32(uint16_t half)
{
	uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 0x1f;
	uint32_t fraction = half & 0x3ff;

	if (exponent == 31)
		return ing_float(fraction ? ING_F32_NAN : sign | ING_F32_INF);
	if (exponent)
		return ing_float(sign | (exponent + 112) << 23 | fraction << 13);
	return ing_float(sign | ing_bits((float)fraction * 0x1p-24f));
}

/** ing_e8_to_f32() - the value of an exponent byte as a vector element: 2^(e-127), 0 for 0, NaN for 255 */
static inline float ing_e8_to_f32(uint8_t e)
{
	return ing_float(e == ING_EXP_NAN ? ING_F32_NAN : (uint32_t)e << 23);
}

/** ing_exp16_scale() - the scale of a 16-bit block with exponent byte @e (section 3) */
static inline float ing_exp16_scale(uint8_t e)
{
	if (e == ING_EXP_NAN)
		return ing_float(ING_F32_NAN);
	if (e > ING_EXP16_MAX)
		e = ING_EXP16_MAX;
	return ing_float((uint32_t)(e ? e : 1) << 23);
}

/* ---- section 2: blocks ---- */

/** ing_block_exponent() - the largest exponent field of ING_BLOCK values */
static inline int ing_block_exponent(const float x[ING_BLOCK])
{
	int largest = 0;

	for (int i = 0; i < ING_BLOCK; i++)
		if (ing_exponent(ing_bits(x[i])) > largest)
			largest = ing_exponent(ing_bits(x[i]));
	return largest;
}

/**
 * ing_mantissa() - clamp(rne(x * 2^(127-eb)), -limit, limit) of one element
 * @bits: x, of an exponent field below 255
 * @eb: exponent code of the block; at least the field of x less 22
 * @limit: largest magnitude
 */
static inline int ing_mantissa(uint32_t bits, int eb, int limit)
{
	uint32_t significand = (bits & 0x7fffff) | 0x800000;
	int magnitude;

	if (!ing_exponent(bits))
		return 0;
	magnitude = (int)ing_rne_shift(significand,
				       (unsigned int)(eb + 23 - ing_exponent(bits)));
	if (magnitude > limit)
		magnitude = limit;
	return bits & ING_F32_SIGN ? -magnitude : magnitude;
}

/** ing_quant_block() - the common part of ing_quant_act() and ing_quant_kv() */
static inline uint8_t ing_quant_block(const float x[ING_BLOCK], int16_t q[ING_BLOCK], int below,
				      int limit, int largest)
{
	int top = ing_block_exponent(x), eb = top - below > 1 ? top - below : 1;

	if (top == 255 || eb > largest) {
		memset(q, 0, ING_BLOCK * sizeof(q[0]));
		return ING_EXP_NAN;
	}
	for (int i = 0; i < ING_BLOCK; i++)
		q[i] = (int16_t)ing_mantissa(ing_bits(x[i]), eb, limit);
	return (uint8_t)eb;
}

/**
 * ing_quant_act() - a block of activations from fp32
 * @x: the elements
 * @q: receives the mantissas, -2047 .. 2047
 *
 * Return: the exponent code of the block; ING_EXP_NAN with all mantissas 0 for a NaN block.
 */
static inline uint8_t ing_quant_act(const float x[ING_BLOCK], int16_t q[ING_BLOCK])
{
	return ing_quant_block(x, q, ING_ACT_BITS - 2, ING_ACT_MAX, 254);
}

/**
 * ing_quant_kv() - a block of K or V from fp32
 * @x: the elements
 * @q: receives the mantissas, -32767 .. 32767; memory holds them plus 32768
 *
 * Return: as ing_quant_act().
 */
static inline uint8_t ing_quant_kv(const float x[ING_BLOCK], int16_t q[ING_BLOCK])
{
	return ing_quant_block(x, q, 14, 32767, ING_EXP16_MAX);
}

/* ---- section 3: the product of a block ---- */

/**
 * ing_scale_int() - rn(n * scale), one rounding
 * @n: an integer sum
 * @scale: a value of ing_fp16_to_f32() or ing_exp16_scale(): the product is exact in a double, and
 *	never subnormal
 */
static inline float ing_scale_int(int32_t n, float scale)
{
	return ing_float(ing_canon(ing_bits((float)((double)n * scale))));
}

/** ing_scale_pow2() - u * 2^(eb-127) by the rules of sections 1 and 3; @eb = 255 gives NaN */
static inline float ing_scale_pow2(float u, uint8_t eb)
{
	uint32_t bits = ing_bits(u), sign = bits & ING_F32_SIGN;
	int exponent = ing_exponent(bits) + eb - 127;

	if (eb == ING_EXP_NAN || ing_is_nan(bits))
		return ing_float(ING_F32_NAN);
	if (ing_exponent(bits) == 255)
		return u;
	if (!ing_exponent(bits) || exponent < 1)
		return ing_float(sign);
	if (exponent > 254)
		return ing_float(sign | ING_F32_INF);
	return ing_float((bits & 0x807fffff) | (uint32_t)exponent << 23);
}

/**
 * ing_block_value() - v, what one block adds to a row, without minima
 * @isum: sum of digit value times mantissa
 * @scale: the row's scale of this block
 * @eb: exponent code of the activation block
 */
static inline float ing_block_value(int32_t isum, float scale, uint8_t eb)
{
	return ing_scale_pow2(ing_scale_int(isum, scale), eb);
}

/**
 * ing_block_value_min() - the same with a minimum
 * @asum: sum of the mantissas
 * @min: the row's minimum of this block
 */
static inline float ing_block_value_min(int32_t isum, float scale, int32_t asum, float min,
					uint8_t eb)
{
	float u = ing_fadd(ing_scale_int(isum, scale), ing_scale_int(asum, min));

	return ing_scale_pow2(u, eb);
}

/* ---- section 4: functions by table ---- */

/** ing_sfu_mant() - mant(T, i, r) of the 23-bit position i * 2^16 + r: 2^23 .. 2^24 - 1 */
static inline uint32_t ing_sfu_mant(const int32_t table[ING_SFU_SEGMENTS][3], uint32_t position)
{
	const int32_t *c = table[position >> 16];
	int64_t r = position & 0xffff;
	int64_t quad = c[0] + (((c[1] + ((c[2] * r) >> 16)) * r) >> 16);
	int64_t mant = (quad + 4) >> 3;

	return mant > 0xffffff ? 0xffffff : (uint32_t)mant;
}

/** ing_exp2() - 2^y */
static inline float ing_exp2(float y)
{
	uint32_t bits = ing_bits(y), significand = (bits & 0x7fffff) | 0x800000;
	bool negative = bits & ING_F32_SIGN;
	int exponent = ing_exponent(bits);
	int64_t z;

	if (ing_is_nan(bits))
		return ing_float(ING_F32_NAN);
	if (!negative && bits >= 0x43000000) /* 128 */
		return ing_float(ING_F32_INF);
	if (negative && bits > 0xc2fc0000) /* -126 */
		return 0.0f;
	if (!exponent)
		z = 0;
	else if (exponent >= 127)
		z = (int64_t)significand << (exponent - 127);
	else
		z = (int64_t)ing_rne_shift(significand, (unsigned int)(127 - exponent));
	if (negative)
		z = -z;
	bits = ing_sfu_mant(ing_sfu_exp2, z & 0x7fffff) & 0x7fffff;
	return ing_float(bits | (uint32_t)((z >> 23) + 127) << 23);
}

/** ing_sfu_pack() - the float of a sign, an exponent field and a significand; a field < 1 gives zero */
static inline float ing_sfu_pack(uint32_t sign, int field, uint32_t mant)
{
	if (field < 1)
		return ing_float(sign);
	return ing_float(sign | (uint32_t)field << 23 | (mant & 0x7fffff));
}

/** ing_recip() - 1 / x */
static inline float ing_recip(float x)
{
	uint32_t bits = ing_bits(x), sign = bits & ING_F32_SIGN, m = bits & 0x7fffff;
	int exponent = ing_exponent(bits);

	if (ing_is_nan(bits))
		return ing_float(ING_F32_NAN);
	if (!exponent)
		return ing_float(sign | ING_F32_INF);
	if (exponent == 255)
		return ing_float(sign);
	if (!m)
		return ing_sfu_pack(sign, 254 - exponent, 0);
	return ing_sfu_pack(sign, 253 - exponent, ing_sfu_mant(ing_sfu_recip, m));
}

/** ing_rsqrt() - 1 / sqrt(x) */
static inline float ing_rsqrt(float x)
{
	uint32_t bits = ing_bits(x), m = bits & 0x7fffff;
	int exponent = ing_exponent(bits);
	/* floor((E - 127) / 2), and whether E - 127 is odd */
	int k = (exponent + 1) / 2 - 64, odd = !(exponent & 1);

	if (ing_is_nan(bits))
		return ing_float(ING_F32_NAN);
	if (!exponent)
		return ing_float(ING_F32_INF);
	if (bits & ING_F32_SIGN)
		return ing_float(ING_F32_NAN);
	if (exponent == 255)
		return 0.0f;
	if (!odd && !m)
		return ing_sfu_pack(0, 127 - k, 0);
	return ing_sfu_pack(0, 126 - k,
			    ing_sfu_mant(odd ? ing_sfu_rsqrt_odd : ing_sfu_rsqrt_even, m));
}

/* ---- sections 5 and 6: order, chance ---- */

/** ing_key() - the integer by which MAX orders values: NaN (canonical) above +inf, +0 above -0 */
static inline int32_t ing_key(float x)
{
	uint32_t bits = ing_bits(x);

	return (int32_t)(bits ^ (bits & ING_F32_SIGN ? 0x7fffffffu : 0));
}

/** ing_topk_key() - the integer by which TOPK orders values: NaN below everything */
static inline int32_t ing_topk_key(float x)
{
	return ing_is_nan(ing_bits(x)) ? INT32_MIN : ing_key(x);
}

/**
 * ing_philox() - first output word of Philox2x32-10
 * @counter: counter word 0
 * @seed_hi: counter word 1
 * @seed_lo: key
 */
static inline uint32_t ing_philox(uint32_t counter, uint32_t seed_hi, uint32_t seed_lo)
{
	uint32_t word0 = counter, word1 = seed_hi, key = seed_lo;

	for (int round = 0; round < 10; round++) {
		uint64_t product = (uint64_t)word0 * 0xd256d193u;

		word0 = (uint32_t)(product >> 32) ^ key ^ word1;
		word1 = (uint32_t)product;
		key += 0x9e3779b9u;
	}
	return word0;
}

#endif
