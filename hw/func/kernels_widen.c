// SPDX-License-Identifier: MIT
/* Element types other than fp32: rare in programs, so one routine serves every instance. */
#include <string.h>

#include "arith.h"
#include "kernels.h"

static uint16_t half_at(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static int nibble_at(const uint8_t *p, size_t i)
{
	return p[i / 2] >> (i % 2 * 4) & 15;
}

static float a_at(const uint8_t *p, unsigned int atype, size_t i)
{
	float value;

	switch (atype) {
	case ING_ATYPE_U4:
		return (float)nibble_at(p, i);
	case ING_ATYPE_S4:
		return (float)(nibble_at(p, i) - 8);
	case ING_ATYPE_U8:
		return (float)p[i];
	case ING_ATYPE_S8:
		return (float)(p[i] - 128);
	case ING_ATYPE_S16:
		return (float)(half_at(p + 2 * i) - 32768);
	default:
		memcpy(&value, p + 4 * i, sizeof(value));
		return value;
	}
}

static float b_at(const uint8_t *p, unsigned int btype, size_t i)
{
	float value;

	switch (btype) {
	case ING_BTYPE_E8:
		return ing_e8_to_f32(p[i]);
	case ING_BTYPE_F16B:
		return ing_fp16_to_f32(half_at(p + i / ING_BLOCK * 2));
	case ING_BTYPE_E8B:
		return ing_e8_to_f32(p[i / ING_BLOCK]);
	default:
		memcpy(&value, p + 4 * i, sizeof(value));
		return value;
	}
}

static void fill_line(float *dst, size_t n)
{
	for (; n % ING_LINE; n++)
		dst[n] = 0.0f;
}

void ing_widen_a(float *dst, const void *src, unsigned int atype, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dst[i] = a_at(src, atype, i);
	fill_line(dst, n);
}

void ing_widen_b(float *dst, const void *src, unsigned int btype, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dst[i] = b_at(src, btype, i);
	fill_line(dst, n);
}
