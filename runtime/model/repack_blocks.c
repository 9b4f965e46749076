// SPDX-License-Identifier: MIT
/* Blocks of GGUF tensors as blocks of tiles. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "gguf.h"
#include "repack_blocks.h"

static uint16_t load16(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

static uint64_t load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

/* The low nibbles of eight bytes, side by side. */
static uint32_t low_nibbles(uint64_t x)
{
	x &= 0x0f0f0f0f0f0f0f0full;
	x = (x | x >> 4) & 0x00ff00ff00ff00ffull;
	x = (x | x >> 8) & 0x0000ffff0000ffffull;
	return x | x >> 16;
}

/* GGUF keeps elements 0..15 in the low nibbles of 16 bytes and 16..31 in the high ones. */
static void take_nibbles(const uint8_t *src, struct tile_block *b)
{
	for (unsigned int half = 0; half < 2; half++) {
		uint64_t bytes = load64(src + 8 * half);

		b->word[half] = low_nibbles(bytes);
		b->word[2 + half] = low_nibbles(bytes >> 4);
	}
}

/* The fifth bits of Q5 stand apart, one bit an element, and join the nibbles in a byte each. */
static void take_fifths(const uint8_t *high, const uint8_t *low, uint8_t bias, struct tile_block *b)
{
	uint8_t digits[ING_BLOCK];
	uint32_t bits;

	memcpy(&bits, high, 4);
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		digits[i] = bias + ((low[i % 16] >> (i / 16 * 4) & 15) | (bits >> i & 1) << 4);
	memcpy(b->word, digits, sizeof(digits));
}

/* An fp16 that is infinite or NaN would spoil a whole row of results. */
static int finite16(uint16_t half)
{
	return (half & 0x7c00) == 0x7c00 ? -ERANGE : 0;
}

static int take_q4_0(const uint8_t *row, unsigned int k, struct tile_block *b)
{
	row += 18 * k;
	b->scale = load16(row);
	take_nibbles(row + 2, b);
	return finite16(b->scale);
}

static int take_q4_1(const uint8_t *row, unsigned int k, struct tile_block *b)
{
	row += 20 * k;
	b->scale = load16(row);
	b->min = load16(row + 2);
	take_nibbles(row + 4, b);
	return finite16(b->scale) | finite16(b->min);
}

static int take_q5_0(const uint8_t *row, unsigned int k, struct tile_block *b)
{
	row += 22 * k;
	b->scale = load16(row);
	take_fifths(row + 2, row + 6, 128 - 16, b);
	return finite16(b->scale);
}

static int take_q5_1(const uint8_t *row, unsigned int k, struct tile_block *b)
{
	row += 24 * k;
	b->scale = load16(row);
	b->min = load16(row + 2);
	take_fifths(row + 4, row + 8, 0, b);
	return finite16(b->scale) | finite16(b->min);
}

static int take_q8_0(const uint8_t *row, unsigned int k, struct tile_block *b)
{
	row += 34 * k;
	b->scale = load16(row);
	memcpy(b->word, row + 2, 32);
	for (unsigned int i = 0; i < 8; i++)
		b->word[i] ^= 0x80808080u;
	return finite16(b->scale);
}

/* The block rule of docs/arithmetic.md, section 2, for 16 bits; a NaN block is an error here. */
int repack_quantise16(const float x[ING_BLOCK], struct tile_block *b)
{
	int top = 0, code;

	for (unsigned int i = 0; i < ING_BLOCK; i++) {
		uint32_t bits;

		memcpy(&bits, &x[i], 4);
		bits = bits >> 23 & 0xff;
		top = (int)bits > top ? (int)bits : top;
	}
	code = top > 15 ? top - 14 : 1;
	if (top == 255 || code > ING_EXP16_MAX)
		return -ERANGE;
	for (unsigned int i = 0; i < ING_BLOCK; i++) {
		long q = lrint(scalbn((double)x[i], 127 - code));

		q = q > 32767 ? 32767 : q < -32767 ? -32767 : q;
		if (i % 2 == 0)
			b->word[i / 2] = 0;
		b->word[i / 2] |= (uint32_t)(q + 32768) << (16 * (i % 2));
	}
	b->scale = code;
	return 0;
}

static float half_to_float(uint16_t h)
{
	int exponent = h >> 10 & 31, fraction = h & 1023;
	float v = exponent == 31 ? (fraction ? NAN : INFINITY) :
		  exponent ? scalbnf(1024 + fraction, exponent - 25) : scalbnf(fraction, -24);

	return h >> 15 ? -v : v;
}

static float brain_to_float(uint16_t h)
{
	uint32_t bits = (uint32_t)h << 16;
	float v;

	memcpy(&v, &bits, 4);
	return v;
}

void repack_to_floats(uint32_t type, const uint8_t *row, uint32_t n, float *x)
{
	if (type == GGML_F32)
		memcpy(x, row, n * sizeof(*x));
	for (uint32_t i = 0; type == GGML_F16 && i < n; i++)
		x[i] = half_to_float(load16(row + 2 * i));
	for (uint32_t i = 0; type == GGML_BF16 && i < n; i++)
		x[i] = brain_to_float(load16(row + 2 * i));
}

static int take_f32(const uint8_t *row, unsigned int k, struct tile_block *b)
{
	float x[ING_BLOCK];

	repack_to_floats(GGML_F32, row + 4 * ING_BLOCK * k, ING_BLOCK, x);
	return repack_quantise16(x, b);
}

static int take_f16(const uint8_t *row, unsigned int k, struct tile_block *b)
{
	float x[ING_BLOCK];

	repack_to_floats(GGML_F16, row + 2 * ING_BLOCK * k, ING_BLOCK, x);
	return repack_quantise16(x, b);
}

static int take_bf16(const uint8_t *row, unsigned int k, struct tile_block *b)
{
	float x[ING_BLOCK];

	repack_to_floats(GGML_BF16, row + 2 * ING_BLOCK * k, ING_BLOCK, x);
	return repack_quantise16(x, b);
}

static const struct repack_source sources[] = {
	{ GGML_F32, { ING_WIDTH_16, 0, 0 }, take_f32, 1 },
	{ GGML_F16, { ING_WIDTH_16, 0, 0 }, take_f16, 1 },
	{ GGML_BF16, { ING_WIDTH_16, 0, 0 }, take_bf16, 1 },
	{ GGML_Q4_0, { ING_WIDTH_4, 0, 0 }, take_q4_0, 0 },
	{ GGML_Q4_1, { ING_WIDTH_4, 1, 0 }, take_q4_1, 0 },
	{ GGML_Q5_0, { ING_WIDTH_8, 0, 0 }, take_q5_0, 0 },
	{ GGML_Q5_1, { ING_WIDTH_8, 1, 0 }, take_q5_1, 0 },
	{ GGML_Q8_0, { ING_WIDTH_8, 0, 0 }, take_q8_0, 0 },
};

const struct repack_source *repack_source(uint32_t type)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (sources[i].type == type)
			return &sources[i];
	return NULL;
}
