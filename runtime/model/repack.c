// SPDX-License-Identifier: MIT
/* From rows of GGUF blocks to tiles: every block keeps its digits, scale and minimum as they are. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "repack.h"

/**
 * struct block - one block of 32 elements on its way into a tile
 * @word: chunks as tile.h wants them, 4, 8 or 16 of them
 * @scale: fp16 bits, or the exponent byte
 * @min: fp16 bits
 */
struct block {
	uint32_t word[16];
	uint16_t scale, min;
};

typedef int (*unpack_fn)(const uint8_t *src, struct block *b);

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
static void unpack_nibbles(const uint8_t *src, struct block *b)
{
	for (unsigned int half = 0; half < 2; half++) {
		uint64_t bytes = load64(src + 8 * half);

		b->word[half] = low_nibbles(bytes);
		b->word[2 + half] = low_nibbles(bytes >> 4);
	}
}

static int unpack_q4_0(const uint8_t *src, struct block *b)
{
	b->scale = load16(src);
	unpack_nibbles(src + 2, b);
	return 0;
}

static int unpack_q4_1(const uint8_t *src, struct block *b)
{
	b->scale = load16(src);
	b->min = load16(src + 2);
	unpack_nibbles(src + 4, b);
	return 0;
}

static int unpack_q8_0(const uint8_t *src, struct block *b)
{
	b->scale = load16(src);
	memcpy(b->word, src + 2, 32);
	for (unsigned int i = 0; i < 8; i++)
		b->word[i] ^= 0x80808080u;
	return 0;
}

/* The block rule of docs/arithmetic.md, section 2, for 16 bits; a NaN block is an error here. */
static int quantise16(const float x[32], struct block *b)
{
	int top = 0, code;

	for (unsigned int i = 0; i < 32; i++) {
		uint32_t bits;

		memcpy(&bits, &x[i], 4);
		bits = bits >> 23 & 0xff;
		top = (int)bits > top ? (int)bits : top;
	}
	code = top > 15 ? top - 14 : 1;
	if (top == 255 || code > ING_EXP16_MAX)
		return -ERANGE;
	for (unsigned int i = 0; i < 32; i++) {
		long q = lrint(scalbn((double)x[i], 127 - code));

		q = q > 32767 ? 32767 : q < -32767 ? -32767 : q;
		if (i % 2 == 0)
			b->word[i / 2] = 0;
		b->word[i / 2] |= (uint32_t)(q + 32768) << (16 * (i % 2));
	}
	b->scale = code;
	return 0;
}

static int unpack_f32(const uint8_t *src, struct block *b)
{
	float x[32];

	memcpy(x, src, sizeof(x));
	return quantise16(x, b);
}

static float half_to_float(uint16_t h)
{
	int exponent = h >> 10 & 31, fraction = h & 1023;
	float v = exponent == 31 ? (fraction ? NAN : INFINITY) :
		  exponent ? scalbnf(1024 + fraction, exponent - 25) : scalbnf(fraction, -24);

	return h >> 15 ? -v : v;
}

static int unpack_f16(const uint8_t *src, struct block *b)
{
	float x[32];

	for (unsigned int i = 0; i < 32; i++)
		x[i] = half_to_float(load16(src + 2 * i));
	return quantise16(x, b);
}

static const struct source {
	uint32_t type;
	struct ing_format format;
	unsigned int bytes;
	unpack_fn unpack;
} sources[] = {
	{ GGML_Q4_0, { ING_WIDTH_4, 0, 0 }, 18, unpack_q4_0 },
	{ GGML_Q4_1, { ING_WIDTH_4, 1, 0 }, 20, unpack_q4_1 },
	{ GGML_Q8_0, { ING_WIDTH_8, 0, 0 }, 34, unpack_q8_0 },
	{ GGML_F16, { ING_WIDTH_16, 0, 0 }, 64, unpack_f16 },
	{ GGML_F32, { ING_WIDTH_16, 0, 0 }, 128, unpack_f32 },
};

static const struct source *find_source(uint32_t type)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (sources[i].type == type)
			return &sources[i];
	return NULL;
}

bool repack_format(uint32_t type, struct ing_format *format)
{
	const struct source *s = find_source(type);

	if (s)
		*format = s->format;
	return s;
}

static void put_block(uint8_t *block, struct ing_format f, unsigned int row, const struct block *b)
{
	const unsigned int section = ing_section_units(f, ING_TILE_GROUPS_MAX) * ING_UNIT_BYTES;
	uint8_t *data = block + section * (f.min ? 2 : 1);

	if (f.width == ING_WIDTH_16) {
		block[row] = b->scale;
	} else {
		memcpy(block + 2 * row, &b->scale, 2);
		if (f.min)
			memcpy(block + section + 2 * row, &b->min, 2);
	}
	data += (row / ING_GROUP_ROWS) * ing_chunks(f.width) * ING_UNIT_BYTES +
		4 * (row % ING_GROUP_ROWS);
	for (unsigned int c = 0; c < ing_chunks(f.width); c++)
		memcpy(data + c * ING_UNIT_BYTES, &b->word[c], 4);
}

int repack_tile(uint32_t type, const uint8_t *rows, unsigned int n_rows, unsigned int blocks,
		uint8_t *tile)
{
	const struct source *s = find_source(type);
	const size_t step = ing_block_units(s->format, ING_TILE_GROUPS_MAX) * ING_UNIT_BYTES;
	struct block b = { .min = 0 };
	int ret = 0;

	if (n_rows < TILE_ROWS)
		memset(tile, 0, blocks * step);
	for (unsigned int row = 0; row < n_rows && !ret; row++)
		for (unsigned int k = 0; k < blocks && !ret; k++, rows += s->bytes) {
			ret = s->unpack(rows, &b);
			put_block(tile + k * step, s->format, row, &b);
		}
	return ret;
}
