/* SPDX-License-Identifier: MIT */
/*
 * Random operands for tests of arithmetic: uniform bits find few of the interesting cases, so most
 * kinds here aim at ties, cancellation, the ends of the exponent range and special values.
 */
#ifndef FP_RAND_H
#define FP_RAND_H

#include <stdint.h>

/** struct fp_rand - a xorshift generator; @state is not 0 */
struct fp_rand {
	uint64_t state;
};

/** fp_rand64() - the next 64 random bits */
static inline uint64_t fp_rand64(struct fp_rand *rand)
{
	uint64_t x = rand->state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	rand->state = x;
	return x * 0x2545f4914f6cdd1dull;
}

/** fp_rand_below() - a random number from 0 to @bound - 1 */
static inline uint32_t fp_rand_below(struct fp_rand *rand, uint32_t bound)
{
	return (uint32_t)((fp_rand64(rand) >> 32) * bound >> 32);
}

/** fp_rand_short() - a 23-bit fraction of few significant bits, or of all ones above some zeros */
static inline uint32_t fp_rand_short(struct fp_rand *rand)
{
	uint32_t fraction = (uint32_t)fp_rand64(rand) & 0x7fffff;

	if (!fp_rand_below(rand, 4))
		fraction = 0x7fffff;
	return fraction & (0x7fffffu << fp_rand_below(rand, 24)) & 0x7fffff;
}

/** fp_rand_special() - zeros, infinities, NaNs, subnormals, the ends of the normal range, powers of two */
static inline uint32_t fp_rand_special(struct fp_rand *rand)
{
	static const uint32_t values[] = {
		0, 1, 0x7fffff, 0x400000, 0x800000, 0x800001, 0xffffff, 0x1000000, 0x7f7fffff,
		0x7f000000, 0x7f7ffffe, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff, 0x3f800000,
		0x3f7fffff, 0x3f800001, 0x43000000, 0x42ffffff, 0x42fc0000, 0x42fc0001, 0x4b000000,
	};
	uint32_t pick = fp_rand_below(rand, sizeof(values) / sizeof(values[0]) + 1);
	uint32_t sign = (uint32_t)(fp_rand64(rand) & 0x80000000);

	if (pick == sizeof(values) / sizeof(values[0]))
		return sign | fp_rand_below(rand, 255) << 23;
	return sign | values[pick];
}

/** fp_rand_edge() - an exponent at an end or in the middle of the range, a short fraction */
static inline uint32_t fp_rand_edge(struct fp_rand *rand)
{
	static const uint8_t fields[] = { 0, 1, 1, 2, 3, 25, 63, 64, 126, 127, 128, 190, 252, 253, 254, 255 };
	uint32_t sign = (uint32_t)(fp_rand64(rand) & 0x80000000);

	return sign | (uint32_t)fields[fp_rand_below(rand, 16)] << 23 | fp_rand_short(rand);
}

/** fp_rand_value() - one operand of any kind */
static inline uint32_t fp_rand_value(struct fp_rand *rand)
{
	switch (fp_rand_below(rand, 8)) {
	case 0:
		return fp_rand_special(rand);
	case 1:
	case 2:
		return fp_rand_edge(rand);
	case 3:
		return ((uint32_t)fp_rand64(rand) & 0xff800000) | fp_rand_short(rand);
	default:
		return (uint32_t)fp_rand64(rand);
	}
}

/** fp_rand_near() - @bits, a few units in the last place up or down */
static inline uint32_t fp_rand_near(struct fp_rand *rand, uint32_t bits)
{
	return bits + fp_rand_below(rand, 9) - 4;
}

/** fp_rand_add() - a pair for an adder */
static inline void fp_rand_add(struct fp_rand *rand, uint32_t *a, uint32_t *b)
{
	uint32_t kind = fp_rand_below(rand, 8), field, distance;

	*a = fp_rand_value(rand);
	*b = fp_rand_value(rand);
	if (kind < 2) {
		/* cancellation, and a step beyond it */
		*b = fp_rand_near(rand, *a) ^ 0x80000000;
		if (kind)
			*b ^= (uint32_t)(fp_rand64(rand) & 0x00800000);
	} else if (kind < 6) {
		/* short fractions at most 27 binades apart: ties, and what is just beside them */
		field = 1 + fp_rand_below(rand, 254);
		distance = fp_rand_below(rand, kind < 4 ? 28 : 4);
		*a = (*a & 0x80000000) | field << 23 | fp_rand_short(rand);
		field = field > distance ? field - distance : 1;
		*b = (*b & 0x80000000) | field << 23 | fp_rand_short(rand);
		if (fp_rand64(rand) & 1)
			*b = fp_rand_near(rand, *b);
	}
}

/** fp_rand_mul() - a pair for a multiplier */
static inline void fp_rand_mul(struct fp_rand *rand, uint32_t *a, uint32_t *b)
{
	uint32_t kind = fp_rand_below(rand, 8);
	int field;

	*a = fp_rand_value(rand);
	*b = fp_rand_value(rand);
	if (kind < 2) {
		*a = (*a & 0xff800000) | fp_rand_short(rand);
		*b = (*b & 0xff800000) | fp_rand_short(rand);
	} else if (kind < 5) {
		/* a product at the lower or upper end of the range */
		field = (int)(kind == 4 ? 382 : 126) + (int)fp_rand_below(rand, 4) - 1 -
			(int)(*a >> 23 & 0xff);
		if (field >= 1 && field <= 254)
			*b = (*b & 0x807fffff) | (uint32_t)field << 23;
	} else if (kind == 6) {
		/* b = t / a modulo 2^23: the product ends in 22 or 23 bits that make a tie or just miss it */
		uint32_t odd = (*a & 0x7fffff) | 0x800001, inverse = odd;
		uint32_t t = (fp_rand_below(rand, 2) << 22) + fp_rand_below(rand, 3) - 1;

		for (int i = 0; i < 4; i++)
			inverse *= 2 - odd * inverse;
		*a |= 1;
		*b = (*b & 0xff800000) | ((inverse * t) & 0x7fffff);
	} else if (kind == 5) {
		/* fractions whose product is next to a power of two: (1 + x) (2 - 2x) */
		uint32_t x = fp_rand_below(rand, 64);

		*a = (*a & 0xff800000) | x;
		*b = (*b & 0xff800000) | ((0x7fffff - 2 * x + fp_rand_below(rand, 5) - 2) & 0x7fffff);
		field = 126 - (int)(*a >> 23 & 0xff);
		if (field >= 1 && field <= 254)
			*b = (*b & 0x807fffff) | (uint32_t)field << 23;
	}
}

#endif
