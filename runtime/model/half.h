/* SPDX-License-Identifier: MIT */
/* fp16 and bfloat16 against fp32, on every bit pattern. */
#ifndef INGOT_MODEL_HALF_H
#define INGOT_MODEL_HALF_H

#include <stdint.h>
#include <string.h>

/** bits_to_float() - the fp32 number that has these bits */
static inline float bits_to_float(uint32_t bits)
{
	float v;

	memcpy(&v, &bits, 4);
	return v;
}

/** float_to_bits() - the bits of an fp32 number */
static inline uint32_t float_to_bits(float v)
{
	uint32_t bits;

	memcpy(&bits, &v, 4);
	return bits;
}

/** half_to_float() - fp16 to fp32, exactly */
static inline float half_to_float(uint16_t h)
{
	const uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = h & 0x7fff;
	/* 2^112 moves fp16's exponent to fp32's and makes subnormals normal. */
	const float v = bits_to_float(rest << 13) * 0x1p112f;

	return bits_to_float(sign | (rest < 0x7c00 ? float_to_bits(v) : rest << 13 | 0x7f800000));
}

/** brain_to_float() - bfloat16 to fp32, exactly */
static inline float brain_to_float(uint16_t h)
{
	return bits_to_float((uint32_t)h << 16);
}

/** float_to_half() - fp32 to the nearest fp16, ties to even; too large becomes infinity */
static inline uint16_t float_to_half(float v)
{
	const uint32_t bits = float_to_bits(v), sign = bits >> 16 & 0x8000, rest = bits & 0x7fffffff;

	if (rest > 0x7f800000)
		return sign | 0x7e00;
	if (rest >= 0x477ff000)
		return sign | 0x7c00;
	if (rest >= 0x38800000)
		return sign | (rest - 0x38000000 + 0xfff + (rest >> 13 & 1)) >> 13;
	/* Subnormal: adding 2^-1 leaves the fraction, rounded, in the lowest bits. */
	return sign | (float_to_bits(bits_to_float(rest) + 0.5f) - 0x3f000000);
}

#endif
