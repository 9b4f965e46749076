// SPDX-License-Identifier: MIT
/*
 * Every instance of the kernels that this processor can run, against the scalar one, bit for bit,
 * on random inputs with special values; and the scalar product against the definition written out.
 *
 *   test_kernels [SEED]        (or the variable SEED)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hw/func/arith.h"
#include "hw/func/kernels.h"

#define MAX_N 1024
/* Written around results: nobody may touch it. */
#define GUARD 0x5a5a5a5au

static uint64_t seed = 1, state;
static const struct ing_kernels *scalar;

/* ---- random inputs ---- */

static uint32_t random_bits(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)(state * 0x2545f4914f6cdd1dull >> 32);
}

static unsigned int random_below(unsigned int n)
{
	return random_bits() % n;
}

/* A float with its exponent field in low .. high. */
static float random_float(unsigned int low, unsigned int high)
{
	uint32_t field = low + random_below(high - low + 1);

	return ing_float((random_bits() & 0x807fffff) | field << 23);
}

static float special(void)
{
	static const uint32_t bits[] = {
		0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x00800000, 0x80800000,
		0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00001,
		0x7f7fffff, 0xff7fffff, 0x7f800001, 0x43000000, 0x42ffffff, 0xc2fc0000,
		0xc2fc0001, 0x00ffffff, 0x7e800000, 0x7f000000, 0x7e800001, 0x7f000001,
	};

	return ing_float(bits[random_below(sizeof(bits) / sizeof(bits[0]))]);
}

/* How wild the inputs of one trial are. */
enum mood { TAME, WIDE, WILD, MOODS };

static float random_element(enum mood mood)
{
	if (mood == TAME)
		return random_float(115, 131);
	if (random_below(mood == WILD ? 4 : 64) == 0)
		return special();
	return mood == WILD ? ing_float(random_bits()) : random_float(0, 254);
}

static void random_floats(float *x, size_t n, enum mood mood)
{
	for (size_t i = 0; i < n; i++)
		x[i] = random_element(mood);
}

static void random_bytes(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)random_bits();
}

static void fill_guard(float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = ing_float(GUARD);
}

static void start(const char *name)
{
	state = seed * 0x9e3779b97f4a7c15ull + 1;
	for (const char *p = name; *p; p++)
		state = (state ^ (uint8_t)*p) * 0x100000001b3ull;
	random_bits();
}

static void assert_floats(const float *got, const float *want, size_t n, const char *what)
{
	for (size_t i = 0; i < n; i++)
		if (ing_bits(got[i]) != ing_bits(want[i]))
			fail_msg("seed %llu: %s: element %zu is %08x, should be %08x",
				 (unsigned long long)seed, what, i, ing_bits(got[i]),
				 ing_bits(want[i]));
}

/* ---- MATMUL ---- */

static const struct ing_format formats[] = {
	{ ING_WIDTH_4, 0, 0 }, { ING_WIDTH_4, 1, 0 },  { ING_WIDTH_8, 0, 0 },
	{ ING_WIDTH_8, 1, 0 }, { ING_WIDTH_16, 0, 0 }, { ING_WIDTH_16, 0, 1 },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

/* A product and what it works on. */
struct trial {
	struct ing_matmul m;
	uint8_t *tiles, *ws;
	struct ing_act_block *act;
	float *out;
	size_t tile_bytes, out_count;
};

/* Makes scales and minima of the tile ordinary numbers. */
static void tame_sections(struct trial *t, size_t tiles)
{
	const struct ing_matmul *m = &t->m;
	size_t section = ing_section_units(m->format, m->tile_groups) * ING_UNIT_BYTES;
	size_t stride = ing_block_units(m->format, m->tile_groups) * ING_UNIT_BYTES;

	for (size_t b = 0; b < tiles * m->blocks; b++)
		for (size_t i = 0; i < section * (m->format.min ? 2 : 1); i++) {
			uint8_t *p = t->tiles + b * stride + i;

			if (m->format.width == ING_WIDTH_16)
				*p = (uint8_t)(100 + *p % 20);
			else if (i % 2)
				*p = (uint8_t)(0x28 + *p % 4);
		}
}

static void trial_make(struct trial *t, struct ing_format f, enum mood mood, unsigned int cols,
		       unsigned int blocks)
{
	static const unsigned int tile_groups[] = { 1, 2, 4 };
	struct ing_matmul *m = &t->m;
	unsigned int total = 1 + random_below(9);
	size_t tiles;

	memset(t, 0, sizeof(*t));
	m->format = f;
	m->tile_groups = tile_groups[random_below(3)];
	m->blocks = blocks;
	if (random_below(3) == 0)
		m->chunks = 1 + random_below(ing_chunks(f.width) - 1);
	m->group = random_below(total);
	m->groups = 1 + random_below(total - m->group);
	m->cols = cols;
	m->act_stride = m->blocks + random_below(3);
	m->out_stride = 16 * (total + random_below(3));
	tiles = (total + m->tile_groups - 1) / m->tile_groups;
	t->tile_bytes = (size_t)m->blocks * ing_block_units(f, m->tile_groups) * ING_UNIT_BYTES;
	t->tiles = aligned_alloc(64, tiles * t->tile_bytes);
	t->ws = aligned_alloc(64, ING_KERNEL_WS_BYTES);
	t->act = aligned_alloc(64, (m->act_stride * cols * sizeof(*t->act) + 63) / 64 * 64);
	t->out_count = m->out_stride * cols;
	t->out = malloc(t->out_count * sizeof(float));
	random_bytes(t->tiles, tiles * t->tile_bytes);
	if (mood != WILD)
		tame_sections(t, tiles);
	for (size_t i = 0; i < m->act_stride * cols; i++) {
		float x[ING_BLOCK];

		random_floats(x, ING_BLOCK, random_below(8) ? TAME : mood);
		scalar->quant_act(t->act + i, x, ING_BLOCK);
	}
	m->tiles = t->tiles;
	m->act = t->act;
	m->ws = t->ws;
	m->out = t->out;
}

static void trial_free(struct trial *t)
{
	free(t->tiles);
	free(t->ws);
	free(t->act);
	free(t->out);
}

static void trial_run(struct trial *t, const struct ing_kernels *k)
{
	uint32_t mode = ing_kernels_enter(k);

	fill_guard(t->out, t->out_count);
	memset(t->ws, 0xa5, ING_KERNEL_WS_BYTES);
	k->matmul(&t->m);
	ing_kernels_leave(mode);
}

/* The digit of element @e of row @r in the chunks of a group. */
static int digit(const uint8_t *chunks, struct ing_format f, unsigned int r, unsigned int e)
{
	unsigned int bits = 4u << f.width, per_word = 32 / bits;
	const uint8_t *p = chunks + e / per_word * ING_UNIT_BYTES + 4 * r;
	uint32_t word = p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;

	word = word >> (e % per_word * bits) & (uint32_t)((1ull << bits) - 1);
	return (int)word - (f.min ? 0 : 1 << (bits - 1));
}

static float half(const uint8_t *p)
{
	return ing_fp16_to_f32((uint16_t)(p[0] | p[1] << 8));
}

/* One result as docs/arithmetic.md, section 3, has it. */
static float defined(const struct trial *t, unsigned int row, unsigned int col)
{
	static const uint8_t nothing[16 * ING_UNIT_BYTES];
	const struct ing_matmul *m = &t->m;
	struct ing_format f = m->format;
	unsigned int rows = 16 * m->tile_groups, r = row % rows;
	size_t section = ing_section_units(f, m->tile_groups) * ING_UNIT_BYTES;
	float acc = 0.0f;

	for (unsigned int b = 0; b < m->blocks; b++) {
		const uint8_t *p = t->tiles + row / rows * t->tile_bytes +
				   b * ing_block_units(f, m->tile_groups) * ING_UNIT_BYTES;
		const uint8_t *chunks = p + section * (f.min ? 2 : 1) +
					r / 16 * ing_chunks(f.width) * ING_UNIT_BYTES;
		const struct ing_act_block *act = m->act + col * m->act_stride + b;
		int64_t isum = 0, asum = 0;
		float scale = 1.0f, u;

		for (unsigned int e = 0; e < ING_BLOCK; e++) {
			isum += (int64_t)digit(m->chunks && e / (8u >> f.width) >= m->chunks ?
					       nothing : chunks, f, r % 16, e) * act->q[e];
			asum += act->q[e];
		}
		if (!f.noscale)
			scale = f.width == ING_WIDTH_16 ? ing_exp16_scale(p[r]) : half(p + 2 * r);
		u = ing_scale_int((int32_t)isum, scale);
		if (f.min)
			u = ing_fadd(u, ing_scale_int((int32_t)asum, half(p + section + 2 * r)));
		acc = ing_fadd(acc, ing_scale_pow2(u, (uint8_t)act->exp));
	}
	return acc;
}

static void matmul_scalar_is_as_defined(void **unused)
{
	struct trial t;

	(void)unused;
	start(__func__);
	for (unsigned int i = 0; i < 40 * FORMATS; i++) {
		trial_make(&t, formats[i % FORMATS], (enum mood)(i / FORMATS % MOODS),
			   1 + random_below(5), 1 + random_below(7));
		trial_run(&t, scalar);
		for (unsigned int c = 0; c < t.m.cols; c++)
			for (unsigned int row = 0; row < t.m.out_stride; row++) {
				float *got = t.out + c * t.m.out_stride + row;
				float want = ing_float(GUARD);

				if (row / 16 - t.m.group < t.m.groups)
					want = defined(&t, row, c);
				assert_floats(got, &want, 1, "scalar product");
			}
		trial_free(&t);
	}
}

static void compare_products(struct trial *t, const struct ing_kernels *k)
{
	float *want = malloc(t->out_count * sizeof(float));

	trial_run(t, scalar);
	memcpy(want, t->out, t->out_count * sizeof(float));
	trial_run(t, k);
	assert_floats(t->out, want, t->out_count, k->name);
	free(want);
}

static const struct ing_kernels *instance(void **kernels)
{
	const struct ing_kernels *k = ing_kernels_select(*kernels);

	if (!k)
		skip();
	return k;
}

static void matmul_equals_scalar(void **name)
{
	static const unsigned int cols[] = { 1, 2, 3, 4, 5, 7, 8, 13, 33 };
	const struct ing_kernels *k = instance(name);
	struct trial t;

	start(__func__);
	for (unsigned int i = 0; i < 60 * FORMATS; i++) {
		trial_make(&t, formats[i % FORMATS], (enum mood)(i / FORMATS % MOODS),
			   cols[random_below(9)], 1 + random_below(20));
		compare_products(&t, k);
		trial_free(&t);
	}
}

/* More columns, and longer rows, than are worked on at a time. */
static void matmul_in_passes_equals_scalar(void **name)
{
	const struct ing_kernels *k = instance(name);
	struct trial t;

	start(__func__);
	for (unsigned int i = 0; i < FORMATS; i++) {
		trial_make(&t, formats[i], TAME, 67 + i, 66 + i);
		compare_products(&t, k);
		trial_free(&t);
	}
	trial_make(&t, formats[0], TAME, 1, 4095);
	compare_products(&t, k);
	trial_free(&t);
}

/* The largest sums there are, of both signs. */
static void matmul_extremes_equal_scalar(void **name)
{
	const struct ing_kernels *k = instance(name);
	struct trial t;

	start(__func__);
	for (unsigned int i = 0; i < 8 * FORMATS; i++) {
		float x[ING_BLOCK];

		trial_make(&t, formats[i % FORMATS], TAME, 3, 4);
		memset(t.tiles, i & 8 ? 0xff : 0, t.tile_bytes);
		tame_sections(&t, 1);
		for (int e = 0; e < ING_BLOCK; e++)
			x[e] = i & 16 ? -3.9999f : 3.9999f;
		for (size_t b = 0; b < t.m.act_stride * t.m.cols; b++)
			scalar->quant_act(t.act + b, x, ING_BLOCK);
		compare_products(&t, k);
		trial_free(&t);
	}
}

/* ---- VEC ---- */

static float a[MAX_N], b[MAX_N], want[MAX_N + 16], got[MAX_N + 16];

static void run_vec(const struct ing_kernels *k, const struct ing_vec *v)
{
	uint32_t mode = ing_kernels_enter(k);

	k->vec(v);
	ing_kernels_leave(mode);
}

static size_t random_count(void)
{
	return 1 + random_below(random_below(4) ? 100 : MAX_N - 16);
}

static void vec_trial(const struct ing_kernels *k, unsigned int fn, enum mood mood)
{
	size_t n = random_count(), end = (n + 15) / 16 * 16;
	struct ing_vec v = {
		.fn = fn,
		.btype = random_below(2) ? ING_BTYPE_E8 : ING_BTYPE_F32,
		.n = n,
		.len = random_below(2) ? n + random_below(3) : random_below((unsigned int)n + 1),
		.a = a,
		.b = b,
		.s = random_element(mood),
		.c = random_element(mood),
		.d = random_element(mood),
	};
	char what[64];

	random_floats(a, MAX_N, mood);
	random_floats(b, MAX_N, mood);
	if (v.btype == ING_BTYPE_E8)
		random_bytes((uint8_t *)b, sizeof(b));
	fill_guard(want, MAX_N + 16);
	fill_guard(got, MAX_N + 16);
	v.y = want;
	run_vec(scalar, &v);
	v.y = got;
	if (random_below(2)) { /* in place */
		memcpy(got, a, end * sizeof(*a));
		v.a = got;
	}
	run_vec(k, &v);
	snprintf(what, sizeof(what), "%s function %u of %zu, length %zu", k->name, fn, n, v.len);
	assert_floats(got, want, MAX_N + 16, what);
}

static void vec_equals_scalar(void **name)
{
	const struct ing_kernels *k = instance(name);

	start(__func__);
	for (unsigned int i = 0; i < 150 * ING_FN_COUNT; i++)
		vec_trial(k, i % ING_FN_COUNT, (enum mood)(i / ING_FN_COUNT % MOODS));
}

/* exp2, recip and rsqrt on values around every segment of their tables. */
static void tables_equal_scalar(void **name)
{
	static const unsigned int fn[] = { ING_FN_EXP2, ING_FN_RECIP, ING_FN_RSQRT };
	const struct ing_kernels *k = instance(name);

	start(__func__);
	for (unsigned int i = 0; i < 3 * 512; i++) {
		struct ing_vec v = { .fn = fn[i % 3], .n = 512, .len = 512, .a = a, .c = 1.0f };

		for (int j = 0; j < 512; j++)
			a[j] = i % 3 ? ing_float(random_bits()) : random_float(100, 134);
		v.y = want;
		run_vec(scalar, &v);
		v.y = got;
		run_vec(k, &v);
		assert_floats(got, want, 512, k->name);
	}
}

/* SUM and MAX; a sum of tame numbers also has its worth checked. */
static void reductions_equal_scalar(void **name)
{
	const struct ing_kernels *k = instance(name);

	start(__func__);
	for (unsigned int i = 0; i < 600; i++) {
		size_t n = i < 300 ? i : random_below(MAX_N);
		enum mood mood = (enum mood)(i % MOODS);
		float w[2], g[2];
		uint32_t mode;

		random_floats(a, MAX_N, mood);
		if (i % 5 == 0) /* sums that go below the normal range and vanish */
			for (size_t j = 0; j < n; j++)
				a[j] = random_float(1, 2);
		w[0] = scalar->sum(a, n);
		w[1] = scalar->max(a, n);
		mode = ing_kernels_enter(k);
		g[0] = k->sum(a, n);
		g[1] = k->max(a, n);
		ing_kernels_leave(mode);
		assert_floats(g, w, 2, k->name);
	}
}

static void find_above_equals_scalar(void **name)
{
	const struct ing_kernels *k = instance(name);

	start(__func__);
	for (unsigned int i = 0; i < 2000; i++) {
		size_t n = random_below(MAX_N), from = random_below((unsigned int)n + 1);
		int32_t key;

		random_floats(a, MAX_N, (enum mood)(i % MOODS));
		key = ing_topk_key(random_below(3) ? a[random_below(MAX_N)] : 1e30f);
		assert_int_equal(k->find_above(a, from, n, key),
				 scalar->find_above(a, from, n, key));
	}
}

/* ---- quantisers ---- */

static void quantisers_equal_scalar(void **name)
{
	static struct ing_act_block act[2][MAX_N / ING_BLOCK];
	static uint16_t q[2][MAX_N];
	static uint8_t e[2][MAX_N / ING_BLOCK];
	const struct ing_kernels *k = instance(name);

	start(__func__);
	for (unsigned int i = 0; i < 3000; i++) {
		size_t n = 1 + random_below(200);
		uint32_t mode;

		random_floats(a, MAX_N, (enum mood)(i % MOODS));
		for (size_t j = 0; i % 4 == 0 && j < n; j++)
			a[j] = random_float(i % 256, i % 256 < 235 ? i % 256 + 20 : 255);
		memset(act, 0x77, sizeof(act));
		memset(q, 0x77, sizeof(q));
		memset(e, 0x77, sizeof(e));
		scalar->quant_act(act[0], a, n);
		scalar->quant_kv(q[0], e[0], a, n);
		mode = ing_kernels_enter(k);
		k->quant_act(act[1], a, n);
		k->quant_kv(q[1], e[1], a, n);
		ing_kernels_leave(mode);
		assert_memory_equal(act[1], act[0], sizeof(act[0]));
		assert_memory_equal(q[1], q[0], sizeof(q[0]));
		assert_memory_equal(e[1], e[0], sizeof(e[0]));
	}
}

static void widening_is_exact(void **unused)
{
	static const uint8_t bytes[16] = { 0x80, 0xf7, 0x00, 0x3c, 0xff, 0x01, 0xff, 0xff };
	float y[64];

	(void)unused;
	ing_widen_a(y, bytes, ING_ATYPE_S4, 4);
	assert_true(y[0] == -8 && y[1] == 0 && y[2] == -1 && y[3] == 7 && y[4] == 0 && y[15] == 0);
	ing_widen_a(y, bytes, ING_ATYPE_U4, 2);
	assert_true(y[0] == 0 && y[1] == 8);
	ing_widen_a(y, bytes, ING_ATYPE_U8, 2);
	assert_true(y[0] == 128 && y[1] == 247);
	ing_widen_a(y, bytes, ING_ATYPE_S8, 2);
	assert_true(y[0] == 0 && y[1] == 119);
	ing_widen_a(y, bytes + 2, ING_ATYPE_S16, 3);
	assert_true(y[0] == 0x3c00 - 32768 && y[1] == 0x1ff - 32768 && y[2] == 32767);
	ing_widen_b(y, bytes + 2, ING_BTYPE_F16B, 33);
	assert_true(y[0] == 1.0f && y[31] == 1.0f && y[32] == 0x1.ffp-16f);
	ing_widen_b(y, bytes, ING_BTYPE_E8, 5);
	assert_true(y[0] == 2.0f && y[2] == 0.0f && ing_bits(y[4]) == ING_F32_NAN);
	ing_widen_b(y, bytes, ING_BTYPE_E8B, 40);
	assert_true(y[31] == 2.0f && y[32] == 0x1p120f && y[47] == 0.0f);
}

static void selection_by_name(void **unused)
{
	(void)unused;
	assert_non_null(ing_kernels_select(NULL));
	assert_string_equal(ing_kernels_select("scalar")->name, "scalar");
	assert_null(ing_kernels_select("sse9"));
}

#define BOTH(test)                                                                                 \
	{ #test " (avx2)", test, NULL, NULL, "avx2" },                                             \
	{ #test " (avx512)", test, NULL, NULL, "avx512" }

int main(int argc, char **argv)
{
	const char *given = argc > 1 ? argv[1] : getenv("SEED");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selection_by_name),
		cmocka_unit_test(widening_is_exact),
		cmocka_unit_test(matmul_scalar_is_as_defined),
		BOTH(matmul_equals_scalar),
		BOTH(matmul_in_passes_equals_scalar),
		BOTH(matmul_extremes_equal_scalar),
		BOTH(vec_equals_scalar),
		BOTH(tables_equal_scalar),
		BOTH(reductions_equal_scalar),
		BOTH(find_above_equals_scalar),
		BOTH(quantisers_equal_scalar),
	};

	if (given)
		seed = strtoull(given, NULL, 0);
	printf("# seed %llu\n", (unsigned long long)seed);
	scalar = ing_kernels_select("scalar");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
