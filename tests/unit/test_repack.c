// SPDX-License-Identifier: MIT
/* Tiles hold the same numbers as the GGUF blocks they were made from. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gguf_builder.h"
#include "hw/func/arith.h"
#include "runtime/model/repack_blocks.h"

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

/* A file with one tensor, whose data can be written, and a tile made of it. */
struct rig {
	struct gguf_builder b;
	struct gguf *gguf;
	const struct gguf_tensor *tensor;
	uint8_t *data, *tile;
	struct ing_format format;
	struct repack_loss loss;
};

static struct rig *rig_new(uint32_t type, uint64_t columns, uint64_t rows)
{
	const struct ggml_type_info *info = ggml_type_info(type);
	struct rig *r = calloc(1, sizeof(*r));
	struct ingot_error err;

	gb_header(&r->b, 1, 0);
	gb_tensor(&r->b, "t", type, columns, rows, 0);
	gb_data(&r->b, 32, columns * rows / info->block_elems * info->block_bytes);
	r->gguf = gguf_open_memory("t.gguf", r->b.data, r->b.len, &err);
	assert_non_null(r->gguf);
	r->tensor = gguf_tensor_at(r->gguf, 0);
	r->data = r->b.data + r->tensor->offset;
	return r;
}

static void rig_free(struct rig *r)
{
	gguf_close(r->gguf);
	free(r->b.data);
	free(r->tile);
	free(r);
}

static int rig_repack_as(struct rig *r, const struct repack_part *part, struct ing_format format,
			 uint32_t tile, struct ingot_error *err)
{
	const size_t bytes = (size_t)part->columns / 32 * ing_block_units(format, 4) * 64;
	struct repack_scratch scratch = { 0 };
	int ret;

	free(r->tile);
	r->tile = malloc(bytes);
	memset(r->tile, 0xa5, bytes);
	r->format = format;
	r->loss = (struct repack_loss){ 0 };
	ret = repack_tile(part, format, r->gguf, tile, &scratch, r->tile, &r->loss, err);
	repack_scratch_free(&scratch);
	return ret;
}

static int rig_repack(struct rig *r, const struct repack_part *part, uint32_t tile,
		      struct ingot_error *err)
{
	struct ing_format format;

	assert_int_equal(repack_format(part, r->gguf, &format, NULL), 0);
	return rig_repack_as(r, part, format, tile, err);
}

static double fp16(const uint8_t *p)
{
	uint16_t half;

	memcpy(&half, p, 2);
	return ing_fp16_to_f32(half);
}

static int nibble(const uint8_t *p, unsigned int i)
{
	return p[i % 16] >> (i / 16 * 4) & 15;
}

/* Element @i of a block as the GGUF type defines it. */
static double gguf_element(uint32_t type, const uint8_t *b, unsigned int i)
{
	uint32_t bits;
	float f;

	switch (type) {
	case GGML_Q4_0:
		return fp16(b) * (nibble(b + 2, i) - 8);
	case GGML_Q4_1:
		return fp16(b) * nibble(b + 4, i) + fp16(b + 2);
	case GGML_Q5_0:
		return fp16(b) * (nibble(b + 6, i) + (b[2 + i / 8] >> (i % 8) & 1) * 16 - 16);
	case GGML_Q5_1:
		return fp16(b) * (nibble(b + 8, i) + (b[4 + i / 8] >> (i % 8) & 1) * 16) + fp16(b + 2);
	case GGML_Q8_0:
		return fp16(b) * (int8_t)b[2 + i];
	case GGML_F16:
		return fp16(b + 2 * i);
	case GGML_BF16:
		bits = b[2 * i] << 16 | (uint32_t)b[2 * i + 1] << 24;
		memcpy(&f, &bits, 4);
		return f;
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

/* Finite scales and values: exponents in the middle of their ranges. */
static void fill(uint32_t type, uint8_t *rows, size_t bytes)
{
	const struct ggml_type_info *info = ggml_type_info(type);

	for (size_t i = 0; i < bytes; i++)
		rows[i] = random32();
	for (size_t i = 0; info->block_elems == 1 && i < bytes; i += info->block_bytes) {
		uint8_t *top = &rows[i + info->block_bytes - 1];

		*top = type == GGML_F16 ? (*top & 0x83) | 0x38 : (*top & 0x80) | 0x3f;
	}
	for (size_t i = 0; info->block_elems > 1 && i < bytes; i += info->block_bytes) {
		rows[i + 1] = (rows[i + 1] & 0x83) | 0x30;
		if (type == GGML_Q4_1 || type == GGML_Q5_1)
			rows[i + 3] = (rows[i + 3] & 0x83) | 0x30;
	}
}

/* The value that the tensor has at a place. */
static double tensor_element(const struct rig *r, uint32_t row, uint32_t column)
{
	const struct ggml_type_info *info = ggml_type_info(r->tensor->type);
	const size_t row_bytes = r->tensor->size_bytes / r->tensor->ne[1];
	const unsigned int block_bytes = info->block_bytes * (info->block_elems == 1 ? 32 : 1);

	return gguf_element(r->tensor->type, r->data + row * row_bytes + column / 32 * block_bytes,
			    column % 32);
}

static void assert_element(const struct rig *r, uint32_t row, uint32_t column, double want)
{
	double got = tile_element(r->tile, r->format, row, column / 32, column % 32);
	/* 16-bit blocks round to a common exponent: of 2^1 here at most */
	double slack = r->format.width == ING_WIDTH_16 ? ldexp(1, -15) : 0;

	if (!(fabs(got - want) <= slack))
		fail_msg("row %u, column %u: %.9g, expected %.9g", row, column, got, want);
}

static void check_type(uint32_t type)
{
	struct rig *r = rig_new(type, BLOCKS * 32, ROWS);
	const struct repack_part part = repack_whole(r->tensor);

	fill(type, r->data, r->tensor->size_bytes);
	assert_int_equal(rig_repack(r, &part, 0, NULL), 0);
	for (unsigned int row = 0; row < 64; row++)
		for (unsigned int k = 0; k < BLOCKS * 32; k++)
			assert_element(r, row, k, row < ROWS ? tensor_element(r, row, k) : 0);
	rig_free(r);
}

static void every_type(void **unused)
{
	const uint32_t types[] = {
		GGML_Q4_0, GGML_Q4_1, GGML_Q5_0, GGML_Q5_1, GGML_Q8_0, GGML_F16, GGML_BF16, GGML_F32,
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		check_type(types[i]);
}

/* Rows 7.. of a fused tensor, the second tile of them. */
static void rows_of_a_fused_tensor(void **unused)
{
	struct rig *r = rig_new(GGML_Q4_1, 64, 200);
	struct repack_part part = repack_whole(r->tensor);

	(void)unused;
	fill(GGML_Q4_1, r->data, r->tensor->size_bytes);
	part.first = 7;
	part.rows = 100;
	assert_int_equal(rig_repack(r, &part, 1, NULL), 0);
	for (unsigned int row = 0; row < 64; row++)
		assert_element(r, row, 40, row < 36 ? tensor_element(r, 7 + 64 + row, 40) : 0);
	rig_free(r);
}

/* Heads of 24 rows, of which 16 are pairs in halves, in 32 rows each. */
static void halves_become_pairs(void **unused)
{
	struct rig *r = rig_new(GGML_Q8_0, 32, 72);
	struct repack_part part = repack_whole(r->tensor);

	(void)unused;
	fill(GGML_Q8_0, r->data, r->tensor->size_bytes);
	part.rows = 96;
	part.row_heads = (struct repack_heads){ .size = 32, .tensor_size = 24, .neox = 16 };
	assert_int_equal(rig_repack(r, &part, 0, NULL), 0);
	for (unsigned int row = 0; row < 64; row++) {
		unsigned int at = row % 32, from = at < 16 ? at / 2 + at % 2 * 8 : at;

		assert_element(r, row, 5, at < 24 ? tensor_element(r, row / 32 * 24 + from, 5) : 0);
	}
	rig_free(r);
}

/* Heads of 32 columns in 64 each: whole blocks, so any type will do. */
static void columns_in_heads(void **unused)
{
	struct rig *r = rig_new(GGML_Q5_0, 96, 3);
	struct repack_part part = repack_whole(r->tensor);

	(void)unused;
	fill(GGML_Q5_0, r->data, r->tensor->size_bytes);
	part.columns = 192;
	part.column_heads = (struct repack_heads){ .size = 64, .tensor_size = 32 };
	assert_int_equal(rig_repack(r, &part, 0, NULL), 0);
	for (unsigned int k = 0; k < 192; k++)
		assert_element(r, 2, k, k % 64 < 32 ? tensor_element(r, 2, k / 64 * 32 + k % 32) : 0);
	rig_free(r);
}

/* Heads of 4 columns, four of them, in 32 each, as a very small model has them. */
static void columns_one_by_one(void **unused)
{
	struct rig *r = rig_new(GGML_F32, 16, 5);
	struct repack_part part = repack_whole(r->tensor);

	(void)unused;
	fill(GGML_F32, r->data, r->tensor->size_bytes);
	assert_int_equal(part.columns, 32);
	assert_int_equal(rig_repack(r, &part, 0, NULL), 0);
	for (unsigned int k = 0; k < 32; k++)
		assert_element(r, 4, k, k < 16 ? ((float *)r->data)[4 * 16 + k] : 0);
	part.columns = 128;
	part.column_heads = (struct repack_heads){ .size = 32, .tensor_size = 4 };
	assert_int_equal(rig_repack(r, &part, 0, NULL), 0);
	for (unsigned int k = 0; k < 128; k++)
		assert_element(r, 4, k,
			       k % 32 < 4 ? ((float *)r->data)[4 * 16 + k / 32 * 4 + k % 32] : 0);
	rig_free(r);
}

/* Heads of 16 columns in 32 each cut through blocks: 16 bits, whatever the type is. */
static void blocks_that_are_cut(void **unused)
{
	struct rig *r = rig_new(GGML_Q8_0, 64, 3);
	struct repack_part part = repack_whole(r->tensor);

	(void)unused;
	fill(GGML_Q8_0, r->data, r->tensor->size_bytes);
	part.columns = 128;
	part.column_heads = (struct repack_heads){ .size = 32, .tensor_size = 16 };
	assert_int_equal(rig_repack(r, &part, 0, NULL), 0);
	assert_int_equal(r->format.width, ING_WIDTH_16);
	for (unsigned int k = 0; k < 128; k++)
		assert_true(fabs(tile_element(r->tile, r->format, 2, k / 32, k % 32) -
				 (k % 32 < 16 ? tensor_element(r, 2, k / 32 * 16 + k % 32) : 0)) <= 0x1p-9);
	rig_free(r);
}

/* Q4_K with a scale of 2^-24 * 63 at most: as fp16 it would lose six bits of eleven. */
static void small_scales_take_sixteen_bits(void **unused)
{
	struct rig *r = rig_new(GGML_Q4_K, 256, 70);
	const struct repack_part part = repack_whole(r->tensor);

	(void)unused;
	for (size_t i = 0; i < r->tensor->size_bytes; i++)
		r->data[i] = i % 144 < 4 ? 0 : random32();
	for (size_t i = 0; i < r->tensor->size_bytes; i += 144)
		r->data[i] = 1;
	assert_int_equal(rig_repack(r, &part, 1, NULL), 0);
	assert_int_equal(r->format.width, ING_WIDTH_16);
	assert_true(r->loss.worst <= 0x1p-15 * 63 * 15 * 0x1p-24);
	assert_int_equal(r->loss.count, 6 * 256);
	for (size_t i = 0; i < r->tensor->size_bytes; i += 144)
		r->data[i + 1] = 0x04;
	assert_int_equal(rig_repack(r, &part, 1, NULL), 0);
	assert_int_equal(r->format.width, ING_WIDTH_4);
	rig_free(r);
}

static void a_type_without_tiles_is_named(void **unused)
{
	struct rig *r = rig_new(16, 256, 1);
	const struct repack_part part = repack_whole(r->tensor);
	struct ing_format format;
	struct ingot_error err;

	(void)unused;
	assert_int_equal(repack_format(&part, r->gguf, &format, &err), -ENOTSUP);
	assert_non_null(strstr(err.text, "t.gguf: tensor t has type IQ2_XXS, which is not supported"));
	rig_free(r);
}

/* A fp16 cannot hold 63 times the largest one. */
static void scales_that_are_too_large_are_refused(void **unused)
{
	struct rig *r = rig_new(GGML_Q4_K, 256, 1);
	const struct repack_part part = repack_whole(r->tensor);
	struct ingot_error err;

	(void)unused;
	memset(r->data, 0xff, 144);
	r->data[1] = r->data[3] = 0x7b;
	assert_int_equal(rig_repack(r, &part, 0, &err), -ERANGE);
	assert_non_null(strstr(err.text, "t.gguf: tensor t (Q4_K), row 0: "));
	rig_free(r);
}

/* Each with its error in parts of the largest magnitude among 32 elements; 0 is exact. A scale and a minimum may each be
 * larger than their sum. */
static const struct {
	uint32_t type;
	double most;
} kinds[] = {
	{ GGML_F32, 0x1p-15 }, { GGML_F16, 0x1p-15 }, { GGML_BF16, 0x1p-15 }, { GGML_Q4_0, 0 },
	{ GGML_Q4_1, 0 }, { GGML_Q5_0, 0 }, { GGML_Q5_1, 0 }, { GGML_Q8_0, 0 },
	{ GGML_Q2_K, 0x1p-15 }, { GGML_Q3_K, 0 }, { GGML_Q4_K, 0x1p-9 }, { GGML_Q5_K, 0x1p-9 },
	{ GGML_Q6_K, 1.0 / 150 }, { GGML_IQ4_NL, 0 }, { GGML_IQ4_XS, 0x1p-11 },
};

/* Any bytes: tiles with finite numbers near those of the blocks, or an error. */
static void check_any_bytes(uint32_t type, bool native)
{
	const struct ggml_type_info *info = ggml_type_info(type);
	struct rig *r = rig_new(type, 256, 1);
	const struct repack_part part = repack_whole(r->tensor);
	struct ing_format format = { .width = ING_WIDTH_16 };
	float row[256];
	int ret;

	if (native)
		format = info->tile;
	for (size_t i = 0; i < r->tensor->size_bytes; i++)
		r->data[i] = random32();
	ret = rig_repack_as(r, &part, format, 0, NULL);
	assert_true(ret == 0 || ret == -ERANGE);
	repack_row(info, r->data, 256, row);
	for (unsigned int k = 0; !ret && k < 256; k++) {
		const double got = tile_element(r->tile, r->format, 0, k / 32, k % 32);

		assert_true(isfinite(got));
		assert_true(fabs(got - row[k]) <= r->loss.worst * 1.0001 + 0x1p-20 * fabsf(row[k]));
	}
	rig_free(r);
}

static void whatever_the_bytes(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (unsigned int n = 0; n < 2000; n++)
			check_any_bytes(kinds[i].type, n % 2);
}

static void values_that_do_not_fit_are_refused(void **unused)
{
	struct rig *r = rig_new(GGML_F32, 32, 3);
	const struct repack_part part = repack_whole(r->tensor);
	const float bad[] = { ldexpf(1, 111), NAN, INFINITY };
	struct ingot_error err;
	float *x = (float *)r->data;

	(void)unused;
	memset(x, 0, r->tensor->size_bytes);
	x[32 + 5] = ldexpf(1, 110);
	assert_int_equal(rig_repack(r, &part, 0, NULL), 0);
	for (size_t i = 0; i < 3; i++) {
		x[32 + 5] = bad[i];
		assert_int_equal(rig_repack(r, &part, 0, &err), -ERANGE);
		assert_non_null(strstr(err.text, "t.gguf: tensor t (F32), row 1: "));
	}
	rig_free(r);
}

static void scales_that_are_not_finite_are_refused(void **unused)
{
	const struct {
		uint32_t type, at;
	} cases[] = { { GGML_Q4_0, 1 }, { GGML_Q4_1, 1 }, { GGML_Q4_1, 3 }, { GGML_Q5_0, 1 },
		      { GGML_Q5_1, 1 }, { GGML_Q5_1, 3 }, { GGML_Q8_0, 1 } };

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rig *r = rig_new(cases[i].type, 32, 1);
		const struct repack_part part = repack_whole(r->tensor);

		fill(cases[i].type, r->data, r->tensor->size_bytes);
		r->data[cases[i].at] |= 0x7c;
		assert_int_equal(rig_repack(r, &part, 0, NULL), -ERANGE);
		rig_free(r);
	}
}

/**
 * struct vector - an entry of tests/data/gguf-types.bin: blocks and what they mean
 */
struct vector {
	uint32_t type, bytes, elements;
	uint8_t blocks[4096];
	float values[512];
};

static bool next_vector(FILE *f, struct vector *v)
{
	if (fread(v, 4, 3, f) != 3)
		return false;
	assert_true(v->bytes <= sizeof(v->blocks));
	assert_int_equal(v->elements, 512);
	assert_int_equal(fread(v->blocks, 1, v->bytes, f), v->bytes);
	assert_int_equal(fread(v->values, 4, v->elements, f), v->elements);
	return true;
}

static double bound_of(uint32_t type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == type)
			return kinds[i].most;
	fail_msg("type %u has no bound", type);
	return 0;
}

/* Tiles within the bound of the rule; the loss is reported. */
static void check_tile(const struct rig *r, const struct vector *v, double bound)
{
	double worst = 0, sum = 0;

	for (unsigned int k = 0; k < 512; k += 32) {
		double top = 0, error = 0;

		for (unsigned int i = k; i < k + 32; i++) {
			const double e = fabs(tile_element(r->tile, r->format, 0, k / 32, i % 32) -
					      v->values[i]);

			top = fmax(top, fabsf(v->values[i]));
			error = fmax(error, e);
			sum += e;
		}
		/* below fp16's normal numbers scales are multiples of 2^-24 */
		if (error > bound * top + 255 * (bound > 0) * 0x1p-25)
			fail_msg("%s, block %u: error %.3g of %.3g", ggml_type_name(v->type),
				 k / 32, error, top);
		worst = fmax(worst, error);
	}
	assert_int_equal(r->loss.count, bound > 0 ? 512 : 0);
	assert_true(fabs(r->loss.worst - worst) <= 1e-6 * worst);
	assert_true(fabs(r->loss.sum - sum) <= 1e-4 * sum);
}

/* Elements as the Python package gguf reads them, then in the type's own tiles and in those of 16 bits. */
static void check_vector(const struct vector *v)
{
	const struct ggml_type_info *info = ggml_type_info(v->type);
	struct rig *r = rig_new(v->type, 512, 1);
	const struct repack_part part = repack_whole(r->tensor);
	float row[512];

	memcpy(r->data, v->blocks, v->bytes);
	repack_row(info, v->blocks, 512, row);
	for (unsigned int i = 0; i < 512; i++)
		if (row[i] != v->values[i])
			fail_msg("%s, element %u: %.9g, expected %.9g", info->name, i, row[i], v->values[i]);
	assert_int_equal(rig_repack_as(r, &part, info->tile, 0, NULL), 0);
	check_tile(r, v, bound_of(v->type));
	assert_int_equal(rig_repack_as(r, &part, (struct ing_format){ ING_WIDTH_16, 0, 0 }, 0, NULL), 0);
	check_tile(r, v, 0x1p-15);
	rig_free(r);
}

static void as_the_python_package_reads_them(void **unused)
{
	FILE *f = fopen("tests/data/gguf-types.bin", "rb");
	struct vector v;
	size_t n = 0;

	(void)unused;
	assert_non_null(f);
	for (; next_vector(f, &v); n++)
		check_vector(&v);
	assert_int_equal(n, sizeof(kinds) / sizeof(kinds[0]));
	fclose(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type),
		cmocka_unit_test(rows_of_a_fused_tensor),
		cmocka_unit_test(halves_become_pairs),
		cmocka_unit_test(columns_in_heads),
		cmocka_unit_test(columns_one_by_one),
		cmocka_unit_test(values_that_do_not_fit_are_refused),
		cmocka_unit_test(as_the_python_package_reads_them),
		cmocka_unit_test(blocks_that_are_cut),
		cmocka_unit_test(small_scales_take_sixteen_bits),
		cmocka_unit_test(a_type_without_tiles_is_named),
		cmocka_unit_test(scales_that_are_too_large_are_refused),
		cmocka_unit_test(whatever_the_bytes),
		cmocka_unit_test(scales_that_are_not_finite_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
