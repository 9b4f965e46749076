// SPDX-License-Identifier: MIT
/*
 * The functional model's vector commands: every function, element type, reduction and sink, the
 * scalar file, the top-k list and the choice of a token.
 */
#include "test_func_device.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N 300u
#define LINES ((N + 15) / 16)
#define A_LINE 0u
#define B_LINE 32u
#define Y_LINE 64u
#define OUT_UNIT 512u

static float a[LINES * 16], b[LINES * 16], y[LINES * 16];

static float bits_to_float(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, 4);
	return value;
}

static uint32_t float_to_bits(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, 4);
	return bits;
}

static void random_operands(struct device *dev, float magnitude)
{
	for (uint32_t i = 0; i < LINES * 16; i++) {
		a[i] = random_float(magnitude);
		b[i] = random_float(magnitude);
	}
	upload(dev, data_unit(0), a, LINES);
	upload(dev, data_unit(LINES), b, LINES);
}

static void add_operands(struct program *p)
{
	add_load(p, 0, A_LINE, LINES);
	add_load(p, LINES, B_LINE, LINES);
}

/* Sets S[entry] to a constant: 0 * 0 + value */
static void add_scalar(struct program *p, uint32_t entry, float value)
{
	uint32_t *w = add_vec(p, ING_FN_AFFINE, 1, 0, 0, 0);

	SET(w, ING_V_SINK, ING_SINK_NONE);
	SET(w, ING_V_SCALAR, 1);
	SET(w, ING_V_SIN, SCALARS - 1);
	SET(w, ING_V_SOUT, entry);
	SET(w, ING_V_D, float_to_bits(value));
}

static const float s = 1.7f, c = 0.3f, d = -2.25f;

/* What a function gives, in plain floats; the three by table only nearly */
static float expected(uint32_t fn, uint32_t i)
{
	uint32_t even = i & ~1u;

	switch (fn) {
	case ING_FN_COPY:
		return a[i];
	case ING_FN_ADD:
		return a[i] + b[i];
	case ING_FN_MUL:
		return a[i] * b[i];
	case ING_FN_SCALE:
		return a[i] * s;
	case ING_FN_NORM:
		return a[i] * s * b[i];
	case ING_FN_ROPE:
		return i % 2 ? a[i] * b[even] + a[even] * b[i] : a[i] * b[i] - a[i + 1] * b[i + 1];
	case ING_FN_EXP2:
		return exp2f((a[i] - s) * c);
	case ING_FN_EXP2ADD:
		return exp2f((a[i] - s) * c) + d;
	case ING_FN_RECIPMUL:
		return 1 / a[i] * b[i];
	case ING_FN_AFFINE:
		return a[i] * c + d;
	case ING_FN_RSQRT:
		return 1 / sqrtf(a[i]);
	case ING_FN_RECIP:
		return 1 / a[i];
	case ING_FN_MAX:
		return a[i] > c ? a[i] : c;
	case ING_FN_RMS:
		return 1 / sqrtf((s + d) * c) * b[i];
	case ING_FN_EXP2MUL:
		return exp2f((a[i] - s) * c) * b[i];
	default:
		return a[i] * a[i];
	}
}

static int is_by_table(uint32_t fn)
{
	return fn == ING_FN_EXP2 || fn == ING_FN_EXP2ADD || fn == ING_FN_RECIPMUL ||
	       fn == ING_FN_RSQRT || fn == ING_FN_RECIP || fn == ING_FN_RMS || fn == ING_FN_EXP2MUL;
}

static void check_function(struct device *dev, uint32_t fn)
{
	struct program p = { 0 };
	uint32_t *w;

	add_operands(&p);
	add_scalar(&p, 9, s);
	w = add_vec(&p, fn, N, A_LINE, B_LINE, Y_LINE);
	SET(w, ING_V_USES, 1);
	SET(w, ING_V_SIN, 9);
	SET(w, ING_V_C, float_to_bits(c));
	SET(w, ING_V_D, float_to_bits(d));
	add_store(&p, Y_LINE, OUT_UNIT, LINES);
	run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT), y, LINES);
	for (uint32_t i = 0; i < N; i++) {
		float want = expected(fn, i);

		if (isnan(want))
			assert_int_equal(float_to_bits(y[i]), 0x7fc00000);
		else if (is_by_table(fn))
			assert_true(fabsf(y[i] - want) <= fabsf(want) * 3e-7f + 1e-6f);
		else
			assert_true(y[i] == want);
	}
	for (uint32_t i = N; i < LINES * 16; i++)
		assert_int_equal(float_to_bits(y[i]), 0);
}

static void test_functions(void **state)
{
	struct device *dev = device_open(NULL, 2);

	(void)state;
	random_operands(dev, 20);
	for (uint32_t fn = 0; fn < ING_FN_COUNT; fn++)
		check_function(dev, fn);
	device_close(dev);
}

static void test_integer_types(void **state)
{
	static const uint8_t bits[ING_ATYPE_COUNT] = { 32, 4, 4, 8, 8, 16 };
	static const uint32_t offset[ING_ATYPE_COUNT] = { 0, 0, 8, 0, 128, 32768 };
	struct device *dev = device_open(NULL, 1);
	uint8_t raw[LINES * 64];

	(void)state;
	for (uint32_t i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)random_bits();
	upload(dev, data_unit(0), raw, LINES);
	for (uint32_t type = ING_ATYPE_U4; type < ING_ATYPE_COUNT; type++) {
		struct program p = { 0 };

		add_load(&p, 0, A_LINE, LINES);
		SET(add_vec(&p, ING_FN_COPY, N, A_LINE, 0, Y_LINE), ING_V_ATYPE, type);
		add_store(&p, Y_LINE, OUT_UNIT, LINES);
		run_good(dev, &p);
		download(dev, data_unit(OUT_UNIT), y, LINES);
		for (uint32_t i = 0; i < N; i++) {
			uint32_t at = i * bits[type], value = raw[at / 8] | raw[at / 8 + 1] << 8;

			value = value >> at % 8 & ((1u << bits[type]) - 1);
			assert_true(y[i] == (float)value - (float)offset[type]);
		}
	}
	device_close(dev);
}

/* SUM as section 5 of docs/arithmetic.md has it */
static float tree_sum(const float *x, uint32_t n)
{
	float partial[128] = { 0 };

	for (uint32_t i = 0; i < n; i++)
		partial[i % 128] += x[i];
	for (uint32_t w = 64; w; w /= 2)
		for (uint32_t i = 0; i < w; i++)
			partial[i] += partial[i + w];
	return partial[0];
}

/* Three rows with a reduction each, of growing length; S[20 ..] come back through scalar mode */
static void check_reduction(struct device *dev, uint32_t red, const uint32_t *lens, float *out)
{
	struct program p = { 0 };
	uint32_t *w;

	add_operands(&p);
	w = add_vec(&p, ING_FN_COPY, 90, A_LINE, 0, Y_LINE);
	SET(w, ING_V_OUTER, 3);
	SET(w, ING_V_AOUT, 6);
	SET(w, ING_V_DSTOUT, 6);
	SET(w, ING_V_RED, red);
	SET(w, ING_V_SOUT, 20);
	SET(w, ING_V_MASK, 1);
	SET(w, ING_V_LEN, lens[0]);
	SET(w, ING_V_LENSTEP, 1);
	add_store(&p, Y_LINE, OUT_UNIT, LINES);
	for (uint32_t r = 0; r < 3; r++) {
		/* y = 0 * s + ... : SCALE of a line of ones shows S[20 + r] */
		w = add_vec(&p, ING_FN_SCALE, 1, B_LINE + LINES, 0, 100 + r);
		SET(w, ING_V_USES, 1);
		SET(w, ING_V_SIN, 20 + r);
	}
	add_store(&p, 100, OUT_UNIT + 64, 3);
	run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT), y, LINES);
	download(dev, data_unit(OUT_UNIT + 64), out, 3);
}

static void test_reductions_and_mask(void **state)
{
	struct device *dev = device_open(NULL, 1);
	const uint32_t lens[3] = { 50, 51, 52 };
	float out[48];
	struct program ones = { 0 };

	(void)state;
	random_operands(dev, 5);
	SET(add_vec(&ones, ING_FN_AFFINE, 16, 200, 0, B_LINE + LINES), ING_V_D, float_to_bits(1));
	run_good(dev, &ones);
	check_reduction(dev, ING_RED_SUM, lens, out);
	for (uint32_t r = 0; r < 3; r++) {
		for (uint32_t i = 0; i < 90; i++)
			assert_true(y[r * 96 + i] == (i < lens[r] ? a[r * 96 + i] : 0));
		assert_true(out[r * 16] == tree_sum(y + r * 96, 90));
	}
	for (uint32_t i = 0; i < LINES * 16; i++)
		a[i] = -1 - fabsf(a[i]); /* the zeros of the mask must not count */
	upload(dev, data_unit(0), a, LINES);
	check_reduction(dev, ING_RED_MAX, lens, out);
	for (uint32_t r = 0; r < 3; r++) {
		float largest = -INFINITY;

		for (uint32_t i = 0; i < lens[r]; i++)
			largest = fmaxf(largest, a[r * 96 + i]);
		assert_true(out[r * 16] == largest);
	}
	device_close(dev);
}

static void test_special_values(void **state)
{
	static const uint32_t in[8] = { 0x00000001, 0x80000001, 0x7fc12345, 0xffc00000,
					0x7f800000, 0xff800000, 0x80000000, 0x00800000 };
	static const uint32_t sum[8] = { 0x00000000, 0x80000000, 0x7fc00000, 0x7fc00000,
					 0x7f800000, 0xff800000, 0x80000000, 0x01000000 };
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };
	uint32_t line[16] = { 0 };

	(void)state;
	memcpy(line, in, sizeof(in));
	upload(dev, data_unit(0), line, 1);
	add_load(&p, 0, 0, 1);
	add_vec(&p, ING_FN_ADD, 8, 0, 0, 1);
	add_vec(&p, ING_FN_COPY, 8, 0, 0, 2);
	add_store(&p, 1, OUT_UNIT, 2);
	run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT), line, 1);
	assert_memory_equal(line, sum, sizeof(sum));
	download(dev, data_unit(OUT_UNIT + 1), line, 1);
	assert_memory_equal(line, in, sizeof(in));
	device_close(dev);
}

/* Rows by outer and inner strides, in parallel and one after another alike */
static void test_strides(void **state)
{
	static float x[8 * 4 * 64], out[8 * 4 * 64];
	struct device *dev = device_open(NULL, 4);
	struct program p = { 0 };
	uint32_t *w;

	(void)state;
	for (uint32_t i = 0; i < 8 * 4 * 64; i++)
		x[i] = (float)i;
	upload(dev, data_unit(0), x, 128);
	add_load(&p, 0, 0, 128);
	w = add_vec(&p, ING_FN_SQUARE, 64, 0, 0, 200);
	SET(w, ING_V_OUTER, 8);
	SET(w, ING_V_INNER, 4);
	SET(w, ING_V_AOUT, 16);
	SET(w, ING_V_AIN, 4);
	SET(w, ING_V_DSTOUT, 4); /* transposed: heads outside */
	SET(w, ING_V_DSTIN, 32);
	add_store(&p, 200, OUT_UNIT, 128);
	run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT), out, 128);
	for (uint32_t i = 0; i < 8 * 4 * 64; i++) {
		uint32_t o = i / 256, in = i / 64 % 4;

		assert_true(out[in * 512 + o * 64 + i % 64] == x[i] * x[i]);
	}
	device_close(dev);
}

/* All rows into one, which each reads as b: in ascending order, whatever the threads */
static void test_rows_that_build_on_each_other(void **state)
{
	static float x[31 * 256], out[256];
	struct device *dev = device_open(NULL, 4);
	struct program p = { 0 };
	uint32_t *w;

	(void)state;
	for (uint32_t i = 0; i < 31 * 256; i++)
		x[i] = random_float(i % 5 ? 1 : 1e6f);
	upload(dev, data_unit(0), x, 31 * 16);
	add_load(&p, 0, 0, 31 * 16);
	for (int repeat = 0; repeat < 100; repeat++) { /* threads take a while to wake up */
		add_vec(&p, ING_FN_AFFINE, 256, 0, 0, 31 * 16);
		w = add_vec(&p, ING_FN_ADD, 256, 0, 31 * 16, 31 * 16);
		SET(w, ING_V_INNER, 124);
		SET(w, ING_V_AIN, 3);
	}
	add_store(&p, 31 * 16, OUT_UNIT, 16);
	for (int repeat = 0; repeat < 20; repeat++, p.n--)
		run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT), out, 16);
	for (uint32_t i = 0; i < 256; i++) {
		float sum = 0;

		for (uint32_t r = 0; r < 124; r++)
			sum = x[r * 48 + i] + sum;
		assert_true(out[i] == sum);
	}
	device_close(dev);
}

/* Row r multiplies by the sum of row r - 1: 256 / 128 times as much each time */
static void test_scalars_that_build_on_each_other(void **state)
{
	struct device *dev = device_open(NULL, 4);
	struct program p = { 0 };
	float out[16];
	uint32_t *w;

	(void)state;
	add_scalar(&p, 0, 3);
	SET(add_vec(&p, ING_FN_AFFINE, 256, 400, 0, 0), ING_V_D, float_to_bits(1 / 128.0f));
	for (int repeat = 0; repeat < 200; repeat++) {
		w = add_vec(&p, ING_FN_SCALE, 256, 0, 0, 0);
		SET(w, ING_V_SINK, ING_SINK_NONE);
		SET(w, ING_V_INNER, 60);
		SET(w, ING_V_USES, 1);
		SET(w, ING_V_RED, ING_RED_SUM);
		SET(w, ING_V_SOUT, 1);
	}
	w = add_vec(&p, ING_FN_SCALE, 1, 0, 0, 100);
	SET(w, ING_V_USES, 1);
	SET(w, ING_V_SIN, 60);
	add_store(&p, 100, OUT_UNIT, 1);
	for (int repeat = 0; repeat < 20; repeat++, p.n--) {
		run_good(dev, &p);
		download(dev, data_unit(OUT_UNIT), out, 1);
		assert_true(out[0] == 3 * 0x1p60f / 128);
	}
	device_close(dev);
}

static void test_scalar_mode(void **state)
{
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };
	float out[16];
	uint32_t *w;

	(void)state;
	add_scalar(&p, 0, 4);
	add_scalar(&p, 1, 0.25f);
	w = add_vec(&p, ING_FN_RSQRT, 2, 0, 0, 0);
	SET(w, ING_V_SINK, ING_SINK_NONE);
	SET(w, ING_V_SCALAR, 1);
	SET(w, ING_V_SOUT, 3);
	SET(add_vec(&p, ING_FN_AFFINE, 16, 200, 0, 0), ING_V_D, float_to_bits(1));
	w = add_vec(&p, ING_FN_SCALE, 1, 0, 0, 1);
	SET(w, ING_V_USES, 1);
	SET(w, ING_V_INNER, 5);
	SET(w, ING_V_DSTIN, 1);
	add_store(&p, 1, OUT_UNIT, 5);
	run_good(dev, &p);
	for (uint32_t i = 0; i < 5; i++) {
		static const float want[5] = { 4, 0.25f, 0, 0.5f, 2 };

		download(dev, data_unit(OUT_UNIT + i), out, 1);
		assert_true(out[0] == want[i]);
	}
	device_close(dev);
}

/* S[j + 1] = S[j] * S[j]: entries in ascending order, each seeing the one before */
static void test_scalar_chain(void **state)
{
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };
	float out[16];
	uint32_t *w;

	(void)state;
	add_scalar(&p, 0, 2);
	w = add_vec(&p, ING_FN_SQUARE, 4, 0, 0, 0);
	SET(w, ING_V_SINK, ING_SINK_NONE);
	SET(w, ING_V_SCALAR, 1);
	SET(w, ING_V_SOUT, 1);
	SET(add_vec(&p, ING_FN_AFFINE, 16, 200, 0, 0), ING_V_D, float_to_bits(1));
	w = add_vec(&p, ING_FN_SCALE, 1, 0, 0, 1);
	SET(w, ING_V_USES, 1);
	SET(w, ING_V_SIN, 4);
	add_store(&p, 1, OUT_UNIT, 1);
	run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT), out, 1);
	assert_true(out[0] == 65536);
	device_close(dev);
}

/* ---- tokens ---- */

static uint32_t *add_topk(struct program *p, uint32_t sub, uint32_t count, uint32_t line,
			  uint32_t base)
{
	uint32_t *w = add(p, ING_OP_TOPK);

	SET(w, ING_T_SUB, sub);
	SET(w, ING_T_COUNT, count);
	SET(w, ING_T_LINE, line);
	SET(w, ING_T_BASE, base);
	return w;
}

static uint32_t *add_pick(struct program *p, uint32_t sub, uint32_t count, uint32_t line)
{
	uint32_t *w = add_topk(p, sub, count, line, 0);

	SET(w, ING_F_OP, ING_OP_PICK);
	SET(w, ING_T_RD, 5);
	SET(add(p, ING_OP_EMIT), ING_C_RA, 5);
	return w;
}

static void test_topk(void **state)
{
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };
	float out[16];
	struct completion e;

	(void)state;
	random_operands(dev, 100);
	a[7] = NAN;
	a[40] = 500;
	b[3] = 500;	/* the same again: comes second */
	b[4] = 300;
	upload(dev, data_unit(0), a, LINES);
	upload(dev, data_unit(LINES), b, LINES);
	add_operands(&p);
	add_topk(&p, ING_TOPK_RESET, 3, 0, 0);
	add_pick(&p, ING_PICK_BEST, 1, 0);
	add_topk(&p, ING_TOPK_UPDATE, N, A_LINE, 1000);
	add_topk(&p, ING_TOPK_UPDATE, N, B_LINE, 5000);
	add_pick(&p, ING_PICK_BEST, 1, 0);
	add_topk(&p, ING_TOPK_READ, 4, 100, 0);
	add_store(&p, 100, OUT_UNIT, 1);
	e = run(dev, &p);
	assert_int_equal(e.w[ING_COMP_VALUE_W], 0xffffffff);
	e = wait_done(dev, ING_QUEUE_JOB);
	assert_int_equal(e.w[ING_COMP_TYPE_W], ING_COMP_EVENT);
	assert_int_equal(e.w[ING_COMP_VALUE_W], 1040);
	assert_int_equal(wait_done(dev, ING_QUEUE_JOB).w[ING_COMP_TYPE_W], ING_COMP_DONE);
	download(dev, data_unit(OUT_UNIT), out, 1);
	assert_true(out[0] == 500 && out[1] == 500 && out[2] == 300 && out[3] == -INFINITY);
	assert_int_equal(float_to_bits(out[4]), 0);
	device_close(dev);
}

static uint32_t philox(uint32_t counter, uint32_t hi, uint32_t key)
{
	uint32_t x[2] = { counter, hi };

	for (int r = 0; r < 10; r++, key += 0x9e3779b9) {
		uint64_t m = (uint64_t)x[0] * 0xd256d193;

		x[0] = (uint32_t)(m >> 32) ^ key ^ x[1];
		x[1] = (uint32_t)m;
	}
	return x[0];
}

static void test_sample(void **state)
{
	static const float p4[16] = { 0.5f, 0.25f, 0.125f, 0.125f };
	struct device *dev = device_open(NULL, 1);
	unsigned int seen[4] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 16; i++)
		a[i] = (float)(100 - i);
	upload(dev, data_unit(0), a, 1);
	upload(dev, data_unit(1), p4, 1);
	for (uint32_t counter = 0; counter < 200; counter++) {
		float u = (float)(philox(counter, 77, 99) >> 8) * 0x1p-24f;
		uint32_t want = u < 0.5f ? 0 : u < 0.75f ? 1 : u < 0.875f ? 2 : 3, *w;
		struct program p = { 0 };

		add_load(&p, 0, 0, 2);
		add_topk(&p, ING_TOPK_RESET, 4, 0, 0);
		add_topk(&p, ING_TOPK_UPDATE, 16, 0, 10);
		w = add_pick(&p, counter % 2 ? ING_PICK_INDEX : ING_PICK_SAMPLE, 4, 1);
		SET(w, ING_T_BASE, counter);
		SET(w, ING_T_SEEDHI, 77);
		SET(w, ING_T_SEEDLO, 99);
		assert_int_equal(run(dev, &p).w[ING_COMP_VALUE_W],
				 counter % 2 ? want : 10 + want);
		assert_int_equal(fault_of(wait_done(dev, ING_QUEUE_JOB)), ING_FAULT_NONE);
		seen[want]++;
	}
	assert_true(seen[0] > 70 && seen[1] > 30 && seen[2] && seen[3]);
	device_close(dev);
}

/* What is no probability counts as the nearest one, NaN as 0; if all are 0, the first is taken */
static void test_sample_of_anything(void **state)
{
	static const struct {
		float p[4];
		unsigned int may;	/* places, as bits */
	} sets[] = {
		{ { NAN, -1, 0x1p-32f, INFINITY }, 8 },
		{ { -NAN, -INFINITY, 1e-40f, -0.0f }, 1 },
		{ { 0, 0x1p-31f, 0, 0x1p-32f }, 2 },
		{ { 1000, 0x1p-30f, 1, 0 }, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct device *dev = device_open(NULL, 1);
		float line[16] = { 0 };
		unsigned int seen = 0;

		memcpy(line, sets[i].p, sizeof(sets[i].p));
		upload(dev, data_unit(0), line, 1);
		for (uint32_t counter = 0; counter < 40; counter++) {
			struct program p = { 0 };

			add_load(&p, 0, 0, 1);
			add_topk(&p, ING_TOPK_RESET, 4, 0, 0);
			for (uint32_t place = 0; place < 4; place++)
				add_topk(&p, ING_TOPK_UPDATE, 1, 1, place);
			SET(add_pick(&p, ING_PICK_SAMPLE, 4, 0), ING_T_BASE, counter);
			seen |= 1u << run(dev, &p).w[ING_COMP_VALUE_W];
			assert_int_equal(fault_of(wait_done(dev, ING_QUEUE_JOB)), ING_FAULT_NONE);
		}
		assert_int_equal(seen, sets[i].may);
		device_close(dev);
	}
}

/* The list refuses what is smaller and NaN of any sign counts as smallest */
static void test_topk_of_nan(void **state)
{
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };
	float line[16] = { 0 };

	(void)state;
	line[0] = bits_to_float(0xffc12345);
	line[1] = -INFINITY;
	upload(dev, data_unit(0), line, 1);
	add_load(&p, 0, 0, 1);
	add_topk(&p, ING_TOPK_RESET, 2, 0, 0);
	add_topk(&p, ING_TOPK_UPDATE, 2, 0, 0);
	add_pick(&p, ING_PICK_BEST, 1, 0);
	add_topk(&p, ING_TOPK_READ, 2, 0, 0);
	add_store(&p, 0, OUT_UNIT, 1);
	assert_int_equal(run(dev, &p).w[ING_COMP_VALUE_W], 1);
	assert_int_equal(wait_done(dev, ING_QUEUE_JOB).w[ING_COMP_TYPE_W], ING_COMP_DONE);
	download(dev, data_unit(OUT_UNIT), line, 1);
	assert_int_equal(float_to_bits(line[0]), 0xff800000);
	assert_int_equal(float_to_bits(line[1]), 0x7fc00000);
	device_close(dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_integer_types),
		cmocka_unit_test(test_reductions_and_mask),
		cmocka_unit_test(test_special_values),
		cmocka_unit_test(test_strides),
		cmocka_unit_test(test_rows_that_build_on_each_other),
		cmocka_unit_test(test_scalars_that_build_on_each_other),
		cmocka_unit_test(test_scalar_mode),
		cmocka_unit_test(test_scalar_chain),
		cmocka_unit_test(test_topk),
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_sample_of_anything),
		cmocka_unit_test(test_topk_of_nan),
	};

	return cmocka_run_group_tests_name("func: vector commands", tests, NULL, NULL);
}
