// SPDX-License-Identifier: MIT
/* Blocks of GGUF tensors as blocks of tiles. docs/adding-a-format.md says which rule is whose. */
#include "repack_blocks.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "half.h"
#include "quants.h"

/* Added to a number below 2^22, it leaves the nearest integer in the lowest bits: ties to even. */
#define ROUND 0x1.8p23f
#define ROUND_BITS 0x4b400000

/* Sums and extremes are taken in so many lanes, as vectors do, then over them, on any machine. */
#define LANES 8

static float lanes_sum(const float v[LANES])
{
	return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
}

static float lanes_largest(const float v[LANES])
{
	float most = v[0];

	for (unsigned int j = 1; j < LANES; j++)
		most = v[j] > most ? v[j] : most;
	return most;
}

/**
 * struct digits - what a 4- or 8-bit block says: element i is scale * digit[i] + min
 */
struct digits {
	int16_t digit[ING_BLOCK];
	float scale, min;
};

/* The low nibbles of eight bytes, side by side. */
static uint32_t low_nibbles(uint64_t x)
{
	x &= 0x0f0f0f0f0f0f0f0full;
	x = (x | x >> 4) & 0x00ff00ff00ff00ffull;
	x = (x | x >> 8) & 0x0000ffff0000ffffull;
	return x | x >> 16;
}

static void pack(struct ing_format f, const struct digits *d, struct tile_block *b)
{
	const int bias = f.min ? 0 : f.width == ING_WIDTH_4 ? 8 : 128;
	uint64_t bytes[ING_BLOCK / 8];
	uint8_t digits[ING_BLOCK];

	for (unsigned int i = 0; i < ING_BLOCK; i++)
		digits[i] = d->digit[i] + bias;
	memcpy(bytes, digits, sizeof(digits));
	for (unsigned int i = 0; f.width == ING_WIDTH_4 && i < ING_BLOCK / 8; i++)
		b->word[i] = low_nibbles(bytes[i]);
	if (f.width == ING_WIDTH_8)
		memcpy(b->word, digits, sizeof(digits));
	b->scale = float_to_half(d->scale);
	b->min = float_to_half(d->min);
}

/* A scale as the tile will have it. */
static float as_half(float v)
{
	return half_to_float(float_to_half(v));
}

static void to_floats(const struct quants *q, float x[ING_BLOCK])
{
	for (unsigned int h = 0; h < 2; h++)
		for (unsigned int i = 16 * h; i < 16 * h + 16; i++)
			x[i] = q->scale[h] * q->q[i] + q->min[h];
}

static void add_loss(struct repack_loss *loss, const float x[ING_BLOCK], const float got[ING_BLOCK])
{
	float worst[LANES] = { 0 }, sum[LANES] = { 0 }, squares[LANES] = { 0 }, most;

	for (unsigned int i = 0; i < ING_BLOCK; i += LANES)
		for (unsigned int j = 0; j < LANES; j++) {
			const float e = fabsf(got[i + j] - x[i + j]);

			worst[j] = e > worst[j] ? e : worst[j];
			sum[j] += e;
			squares[j] += x[i + j] * x[i + j];
		}
	most = lanes_largest(worst);
	loss->worst = most > loss->worst ? most : loss->worst;
	loss->sum += lanes_sum(sum);
	loss->squares += lanes_sum(squares);
	loss->count += ING_BLOCK;
}

static void lose(struct repack_loss *loss, const float x[ING_BLOCK], const struct digits *d)
{
	float got[ING_BLOCK];

	for (unsigned int i = 0; i < ING_BLOCK; i++)
		got[i] = d->scale * d->digit[i] + d->min;
	add_loss(loss, x, got);
}

/* The block rule of docs/arithmetic.md, section 2, for 16 bits; a NaN block is an error here. */
int repack_floats(const float x[ING_BLOCK], struct tile_block *b, struct repack_loss *loss)
{
	uint32_t top = 0;
	float up, down, got[ING_BLOCK];
	int code;

	for (unsigned int i = 0; i < ING_BLOCK; i++) {
		const uint32_t bits = float_to_bits(x[i]) & 0x7f800000;

		top = bits > top ? bits : top;
	}
	code = (int)(top >> 23) > 15 ? (int)(top >> 23) - 14 : 1;
	if (top == 0x7f800000 || code > ING_EXP16_MAX)
		return -ERANGE;
	up = bits_to_float((uint32_t)(254 - code) << 23);
	down = bits_to_float((uint32_t)code << 23);
	for (unsigned int i = 0; i < ING_BLOCK; i++) {
		int q = (int)(float_to_bits(x[i] * up + ROUND) - ROUND_BITS);
		uint16_t digit;

		q = q > 32767 ? 32767 : q < -32767 ? -32767 : q;
		got[i] = q * down;
		digit = q + 32768;
		memcpy((uint8_t *)b->word + 2 * i, &digit, 2);
	}
	b->scale = code;
	add_loss(loss, x, got);
	return 0;
}

/* fp16 of 2^e, -24 <= e <= 15. */
static uint16_t half_of_power(int e)
{
	return e < -14 ? 1 << (e + 24) : (e + 15) << 10;
}

int repack_digits8(const float x[ING_BLOCK], struct tile_block *b)
{
	float top = 0;
	int e;

	for (unsigned int i = 0; i < ING_BLOCK; i++)
		top = fmaxf(top, fabsf(x[i]));
	/* the smallest power that 127 of it reach the largest one */
	frexpf(top / 127, &e);
	e = top == ldexpf(127, e - 1) ? e - 1 : e;
	e = e < -24 ? -24 : e;
	if (!(top <= ldexpf(127, 15)))
		return -ERANGE;
	memset(b, 0, sizeof(*b));
	for (unsigned int i = 0; i < ING_BLOCK; i++) {
		const float q = ldexpf(x[i], -e);

		if (q != rintf(q))
			return -ERANGE;
		b->word[i / 4] |= (uint32_t)((int)q + 128) << (8 * (i % 4));
	}
	b->scale = half_of_power(e);
	return 0;
}

/*
 * The digits nearest to numbers, as floats: ties to even. The bounds are arguments, because gcc makes
 * branches of comparisons with constants.
 */
static void nearest(const float x[ING_BLOCK], float scale, float low, float high,
		    float digits[ING_BLOCK])
{
	const float inverse = 1 / scale;

	for (unsigned int i = 0; i < ING_BLOCK; i++) {
		float v = x[i] * inverse;

		v = v < high ? v : high;
		v = v > low ? v : low;
		digits[i] = (v + ROUND) - ROUND;
	}
}

/* The sum of squared errors with a scale. */
static float squared_error(const float x[ING_BLOCK], float scale, float low, float high)
{
	float digits[ING_BLOCK], sums[LANES] = { 0 };

	nearest(x, scale, low, high, digits);
	for (unsigned int i = 0; i < ING_BLOCK; i += LANES)
		for (unsigned int j = 0; j < LANES; j++) {
			const float e = x[i + j] - scale * digits[i + j];

			sums[j] += e * e;
		}
	return lanes_sum(sums);
}

/**
 * struct fit - the search for one scale for 32 elements that have two
 * @x: the elements
 * @low: least digit
 * @high: greatest digit
 * @finest: smallest scale, with its sign, that reaches all of them
 * @scale: the best so far, 0: none yet
 * @error: squared, with it
 */
struct fit {
	float x[ING_BLOCK], low, high, finest, scale, error;
};

static void try_fit(struct fit *f, float scale)
{
	float error;

	scale = as_half(scale);
	if (!scale || !isfinite(scale))
		return;
	error = squared_error(f->x, scale, f->low, f->high);
	if (error >= f->error)
		return;
	f->error = error;
	f->scale = scale;
}

/*
 * A scale that is a whole part of a half's own keeps that half, up to the rounding of the scale; the
 * finer it is, the smaller is the other half's error.
 */
static void try_half(struct fit *f, float scale)
{
	int parts = fminf(fabsf(scale / f->finest) + 0x1p-10f, 1024);

	for (int i = 0; i < 2 && parts > 0; i++, parts--)
		try_fit(f, copysignf(scale / parts, f->finest));
}

/* -128 is for the largest magnitude, whatever its sign is. */
static float finest_scale(const float x[ING_BLOCK])
{
	float up[LANES] = { 0 }, down[LANES] = { 0 }, largest, smallest;

	for (unsigned int i = 0; i < ING_BLOCK; i += LANES)
		for (unsigned int j = 0; j < LANES; j++) {
			const float v = x[i + j];

			up[j] = v > up[j] ? v : up[j];
			down[j] = -v > down[j] ? -v : down[j];
		}
	largest = lanes_largest(up);
	smallest = lanes_largest(down);
	return largest > smallest ? largest / -128 : smallest / 128;
}

static int fit(const struct quants *q, struct digits *d)
{
	struct fit f = { .low = -128, .high = 127, .error = INFINITY };
	float digits[ING_BLOCK];

	*d = (struct digits){ .min = 0 };
	to_floats(q, f.x);
	f.finest = finest_scale(f.x);
	try_fit(&f, f.finest);
	for (unsigned int h = 0; h < 2; h++)
		if (f.error > 0)
			try_half(&f, q->scale[h]);
	/* Without a scale they are too small for any, so zeros; or too large. */
	if (!f.scale)
		return as_half(f.finest) == 0 ? 0 : -ERANGE;
	nearest(f.x, f.scale, f.low, f.high, digits);
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		d->digit[i] = digits[i];
	d->scale = f.scale;
	return 0;
}

static int same_digits(const struct quants *q, struct digits *d)
{
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		d->digit[i] = q->q[i];
	d->scale = as_half(q->scale[0]);
	d->min = as_half(q->min[0]);
	return isfinite(d->scale) && isfinite(d->min) ? 0 : -ERANGE;
}

static bool finite_quants(const struct quants *q)
{
	return isfinite(q->scale[0]) && isfinite(q->scale[1]) && isfinite(q->min[0]) &&
	       isfinite(q->min[1]);
}

static int repack_quants(const struct ggml_type_info *info, struct ing_format format,
			 const struct quants *q, struct tile_block *b, struct repack_loss *loss)
{
	float x[ING_BLOCK];
	struct digits d;
	int ret = 0;

	if (format.width == ING_WIDTH_16) {
		to_floats(q, x);
		return repack_floats(x, b, loss);
	}
	if (info->rule == TILE_FITTED)
		ret = fit(q, &d);
	else
		ret = same_digits(q, &d);
	pack(format, &d, b);
	if (info->rule == TILE_EXACT)
		return ret;
	to_floats(q, x);
	lose(loss, x, &d);
	return ret;
}

int repack_block(const struct ggml_type_info *info, struct ing_format format, const uint8_t *row,
		 unsigned int k, struct tile_block *b, struct repack_loss *loss)
{
	float x[ING_BLOCK];
	struct quants q;

	if (info->floats) {
		info->floats(row + (size_t)k * ING_BLOCK * info->block_bytes, ING_BLOCK, x);
		return repack_floats(x, b, loss);
	}
	info->quants(row, k, &q);
	return finite_quants(&q) ? repack_quants(info, format, &q, b, loss) : -ERANGE;
}

void repack_row(const struct ggml_type_info *info, const uint8_t *row, uint32_t n, float *x)
{
	struct quants q;

	if (info->floats)
		info->floats(row, n, x);
	for (uint32_t k = 0; info->quants && k < n / ING_BLOCK; k++) {
		info->quants(row, k, &q);
		to_floats(&q, x + k * ING_BLOCK);
	}
}

void repack_zeros(struct ing_format format, struct tile_block *b)
{
	memset(b, 0, sizeof(*b));
	if (format.width != ING_WIDTH_16)
		return;
	/* Here the scale is not zero, so the digits must be. */
	for (unsigned int i = 0; i < ing_chunks(format.width); i++)
		b->word[i] = 0x80008000u;
	b->scale = 1;
}
