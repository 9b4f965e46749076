// SPDX-License-Identifier: MIT
/* The blocks of GGUF's tensor types. Blocks of K types have 256 elements, the others 32. */
#include "quants.h"

#include "half.h"

/* Blocks of 32 elements that a block of the K types has. */
#define SUPER 8

static uint16_t load16(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

static float half(const uint8_t *p)
{
	return half_to_float(load16(p));
}

static void one_scale(struct quants *out, float scale, float min)
{
	out->scale[0] = out->scale[1] = scale;
	out->min[0] = out->min[1] = min;
}

/* Elements 0..15 are the low nibbles of 16 bytes, 16..31 the high ones. */
static void nibbles(const uint8_t *from, struct quants *out)
{
	for (unsigned int i = 0; i < 16; i++) {
		out->q[i] = from[i] & 15;
		out->q[16 + i] = from[i] >> 4;
	}
}

/* Adds a bit of weight 16 to each element: bit i of a 32-bit number. */
static void add_bits(const uint8_t *from, struct quants *out)
{
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		out->q[i] |= (from[i / 8] >> (i % 8) & 1) << 4;
}

static void subtract(struct quants *out, int8_t bias)
{
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		out->q[i] -= bias;
}

void quants_q4_0(const uint8_t *row, unsigned int k, struct quants *out)
{
	row += 18 * k;
	one_scale(out, half(row), 0);
	nibbles(row + 2, out);
	subtract(out, 8);
}

void quants_q4_1(const uint8_t *row, unsigned int k, struct quants *out)
{
	row += 20 * k;
	one_scale(out, half(row), half(row + 2));
	nibbles(row + 4, out);
}

void quants_q5_0(const uint8_t *row, unsigned int k, struct quants *out)
{
	row += 22 * k;
	one_scale(out, half(row), 0);
	nibbles(row + 6, out);
	add_bits(row + 2, out);
	subtract(out, 16);
}

void quants_q5_1(const uint8_t *row, unsigned int k, struct quants *out)
{
	row += 24 * k;
	one_scale(out, half(row), half(row + 2));
	nibbles(row + 8, out);
	add_bits(row + 4, out);
}

void quants_q8_0(const uint8_t *row, unsigned int k, struct quants *out)
{
	row += 34 * k;
	one_scale(out, half(row), 0);
	memcpy(out->q, row + 2, sizeof(out->q));
}

/* What the 16 digits of the IQ4 types stand for. */
static const int8_t iq4_values[16] = {
	-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
};

static void look_up(struct quants *out)
{
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		out->q[i] = iq4_values[out->q[i]];
}

void quants_iq4_nl(const uint8_t *row, unsigned int k, struct quants *out)
{
	row += 18 * k;
	one_scale(out, half(row), 0);
	nibbles(row + 2, out);
	look_up(out);
}

void quants_iq4_xs(const uint8_t *row, unsigned int k, struct quants *out)
{
	const uint8_t *block = row + 136 * (k / SUPER);
	const unsigned int j = k % SUPER;
	const int low = block[4 + j / 2] >> (4 * (j % 2)) & 15, high = load16(block + 2) >> (2 * j) & 3;

	one_scale(out, half(block) * ((low | high << 4) - 32), 0);
	nibbles(block + 8 + 16 * j, out);
	look_up(out);
}

/* 2-bit elements of Q2_K and Q3_K: 32 bytes hold four times 32 of them. */
static void pairs_of_bits(const uint8_t *from, unsigned int j, struct quants *out)
{
	from += 32 * (j / 4);
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		out->q[i] = from[i] >> (2 * (j % 4)) & 3;
}

void quants_q2_k(const uint8_t *row, unsigned int k, struct quants *out)
{
	const uint8_t *block = row + 84 * (k / SUPER);
	const unsigned int j = k % SUPER;
	const float d = half(block + 80), dmin = half(block + 82);

	for (unsigned int h = 0; h < 2; h++) {
		out->scale[h] = d * (block[2 * j + h] & 15);
		out->min[h] = -(dmin * (block[2 * j + h] >> 4));
	}
	pairs_of_bits(block + 16, j, out);
}

/* Scale @i of Q3_K's 16: 4 bits here, 2 bits there. */
static int q3_scale(const uint8_t *scales, unsigned int i)
{
	const int low = scales[i % 8] >> (4 * (i / 8)) & 15, high = scales[8 + i % 4] >> (2 * (i / 4)) & 3;

	return (low | high << 4) - 32;
}

/* Scales are whole numbers of -32..31, elements of -4..3: their negative products fit in a byte. */
void quants_q3_k(const uint8_t *row, unsigned int k, struct quants *out)
{
	const uint8_t *block = row + 110 * (k / SUPER);
	const unsigned int j = k % SUPER;

	one_scale(out, -half(block + 108), 0);
	pairs_of_bits(block + 32, j, out);
	for (unsigned int h = 0; h < 2; h++) {
		const int scale = q3_scale(block + 96, 2 * j + h);

		for (unsigned int i = 16 * h; i < 16 * h + 16; i++)
			out->q[i] = -scale * (out->q[i] - (block[i] >> j & 1 ? 0 : 4));
	}
}

/* Scale and minimum of Q4_K and Q5_K: 6 bits each, the last four in what the first leave. */
static void k_scales(const uint8_t *block, unsigned int j, struct quants *out)
{
	const uint8_t *s = block + 4;
	unsigned int scale, min;

	if (j < 4) {
		scale = s[j] & 63;
		min = s[j + 4] & 63;
	} else {
		scale = (s[j + 4] & 15) | s[j - 4] >> 6 << 4;
		min = s[j + 4] >> 4 | s[j] >> 6 << 4;
	}
	one_scale(out, half(block) * scale, -(half(block + 2) * min));
}

/* 32 bytes hold 32 elements in their low nibbles and the next 32 in their high ones. */
static void k_nibbles(const uint8_t *from, unsigned int j, struct quants *out)
{
	from += 32 * (j / 2);
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		out->q[i] = from[i] >> (4 * (j % 2)) & 15;
}

void quants_q4_k(const uint8_t *row, unsigned int k, struct quants *out)
{
	const uint8_t *block = row + 144 * (k / SUPER);

	k_scales(block, k % SUPER, out);
	k_nibbles(block + 16, k % SUPER, out);
}

void quants_q5_k(const uint8_t *row, unsigned int k, struct quants *out)
{
	const uint8_t *block = row + 176 * (k / SUPER);

	k_scales(block, k % SUPER, out);
	k_nibbles(block + 48, k % SUPER, out);
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		out->q[i] |= (block[16 + i] >> (k % SUPER) & 1) << 4;
}

void quants_q6_k(const uint8_t *row, unsigned int k, struct quants *out)
{
	const uint8_t *block = row + 210 * (k / SUPER);
	const unsigned int j = k % SUPER, quarter = j % 4;
	const uint8_t *low = block + 64 * (j / 4) + 32 * (quarter % 2), *high = block + 128 + 32 * (j / 4);

	for (unsigned int h = 0; h < 2; h++) {
		out->scale[h] = half(block + 208) * (int8_t)block[192 + 2 * j + h];
		out->min[h] = 0;
	}
	for (unsigned int i = 0; i < ING_BLOCK; i++)
		out->q[i] = ((low[i] >> (4 * (quarter / 2)) & 15) | (high[i] >> (2 * quarter) & 3) << 4) - 32;
}

void floats_f32(const uint8_t *from, uint32_t n, float *x)
{
	memcpy(x, from, n * sizeof(*x));
}

void floats_f16(const uint8_t *from, uint32_t n, float *x)
{
	for (uint32_t i = 0; i < n; i++)
		x[i] = half(from + 2 * i);
}

void floats_bf16(const uint8_t *from, uint32_t n, float *x)
{
	for (uint32_t i = 0; i < n; i++)
		x[i] = brain_to_float(load16(from + 2 * i));
}
