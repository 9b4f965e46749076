// SPDX-License-Identifier: MIT
/* Tiles hold the same numbers as the GGUF blocks they were made from. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hw/func/arith.h"
#include "runtime/model/repack.h"

#define BLOCKS 3
#define ROWS 50

static uint64_t state = 1;

static uint32_t random32(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 24;
}

/* Element @i of a block as the GGUF type defines it. */
static double gguf_element(uint32_t type, const uint8_t *b, unsigned int i)
{
	uint16_t d, m;
	float f;

	memcpy(&d, b, 2);
	memcpy(&m, b + 2, 2);
	switch (type) {
	case GGML_Q4_0:
		return ing_fp16_to_f32(d) * ((int)(b[2 + i % 16] >> (i / 16 * 4) & 15) - 8);
	case GGML_Q4_1:
		return (double)ing_fp16_to_f32(d) * (b[4 + i % 16] >> (i / 16 * 4) & 15) +
		       ing_fp16_to_f32(m);
	case GGML_Q8_0:
		return ing_fp16_to_f32(d) * (int8_t)b[2 + i];
	case GGML_F16:
		memcpy(&d, b + 2 * i, 2);
		return ing_fp16_to_f32(d);
	default:
		memcpy(&f, b + 4 * i, 4);
		return f;
	}
}

/* Element of a tile by tile.h alone. */
static double tile_element(const uint8_t *tile, struct ing_format f, unsigned int row,
			   unsigned int block, unsigned int i)
{
	const uint8_t *b = tile + (size_t)block * ing_block_units(f, 4) * 64;
	const unsigned int section = ing_section_units(f, 4) * 64, bits = 4u << f.width;
	const unsigned int per_word = 32 / bits, chunk = i / per_word;
	const uint8_t *data = b + section * (f.min ? 2 : 1);
	uint32_t word, digit;
	uint16_t scale, min = 0;

	memcpy(&word, data + ((row / 16) * ing_chunks(f.width) + chunk) * 64 + 4 * (row % 16), 4);
	digit = word >> (i % per_word * bits) & ((1u << bits) - 1);
	if (f.width == ING_WIDTH_16)
		return ldexp((int)digit - 32768, b[row] - 127);
	memcpy(&scale, b + 2 * row, 2);
	if (f.min)
		memcpy(&min, b + section + 2 * row, 2);
	return (double)ing_fp16_to_f32(scale) * ((int)digit - (f.min ? 0 : 1 << (bits - 1))) +
	       ing_fp16_to_f32(min);
}

static void fill(uint32_t type, uint8_t *rows, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		rows[i] = random32();
	/* finite scales and values: exponents in the middle of their ranges */
	for (size_t i = 0; type == GGML_F32 && i < bytes; i += 4)
		rows[i + 3] = (rows[i + 3] & 0x80) | 0x3f;
	for (size_t i = 0; type == GGML_F16 && i < bytes; i += 2)
		rows[i + 1] = (rows[i + 1] & 0x83) | 0x38;
	if (type == GGML_F32 || type == GGML_F16)
		return;
	for (size_t i = 0; i < bytes; i += ggml_type_info(type)->block_bytes) {
		rows[i + 1] = (rows[i + 1] & 0x83) | 0x30;
		if (type == GGML_Q4_1)
			rows[i + 3] = (rows[i + 3] & 0x83) | 0x30;
	}
}

static void check_type(uint32_t type)
{
	const struct ggml_type_info *info = ggml_type_info(type);
	const size_t block_bytes = info->block_bytes * (info->block_elems == 1 ? 32 : 1);
	uint8_t *rows = malloc(ROWS * BLOCKS * block_bytes);
	struct ing_format f;
	uint8_t *tile;

	assert_true(repack_format(type, &f));
	tile = malloc((size_t)BLOCKS * ing_block_units(f, 4) * 64);
	fill(type, rows, ROWS * BLOCKS * block_bytes);
	assert_int_equal(repack_tile(type, rows, ROWS, BLOCKS, tile), 0);
	for (unsigned int row = 0; row < ROWS; row++) {
		for (unsigned int k = 0; k < BLOCKS * 32; k++) {
			double want = gguf_element(type, rows + (row * BLOCKS + k / 32) * block_bytes,
						   k % 32);
			double got = tile_element(tile, f, row, k / 32, k % 32);
			/* 16-bit blocks round to a common exponent: of 2^1 here at most */
			double slack = f.width == ING_WIDTH_16 ? ldexp(1, -15) : 0;

			assert_true(fabs(got - want) <= slack);
		}
	}
	free(tile);
	free(rows);
}

static void every_type(void **unused)
{
	const uint32_t types[] = { GGML_Q4_0, GGML_Q4_1, GGML_Q8_0, GGML_F16, GGML_F32 };

	(void)unused;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		check_type(types[i]);
}

static void rows_past_the_end_are_zero(void **unused)
{
	const struct ing_format f = { ING_WIDTH_8, 0, 0 };
	uint8_t row[34] = { 1, 0x30, 7 }, tile[34 * 64];

	(void)unused;
	memset(tile, 0xff, sizeof(tile));
	assert_int_equal(repack_tile(GGML_Q8_0, row, 1, 1, tile), 0);
	assert_true(tile_element(tile, f, 0, 0, 0) != 0);
	for (unsigned int r = 1; r < 64; r++)
		assert_true(tile_element(tile, f, r, 0, 0) == 0);
}

static void values_that_do_not_fit_are_refused(void **unused)
{
	float x[32] = { 0 };
	uint8_t tile[65 * 64 + 64 * 4];

	(void)unused;
	x[5] = ldexpf(1, 110);
	assert_int_equal(repack_tile(GGML_F32, (uint8_t *)x, 1, 1, tile), 0);
	x[5] = ldexpf(1, 111);
	assert_true(repack_tile(GGML_F32, (uint8_t *)x, 1, 1, tile) < 0);
	x[5] = NAN;
	assert_true(repack_tile(GGML_F32, (uint8_t *)x, 1, 1, tile) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type),
		cmocka_unit_test(rows_past_the_end_are_zero),
		cmocka_unit_test(values_that_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
