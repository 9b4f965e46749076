// SPDX-License-Identifier: MIT
/*
 * The functional model's streams: matrices in every format, gathers, KV caches, against plain
 * computations in double.
 */
#include "test_func_device.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where things lie in the data slot, units. */
#define IN_UNIT 0u
#define OUT_UNIT 512u
#define TILE_UNIT 1024u
#define MAX_BLOCKS 6u
#define MAX_ROWS 128u

static const struct ing_format formats[] = {
	{ ING_WIDTH_4, 0, 0 }, { ING_WIDTH_4, 1, 0 }, { ING_WIDTH_8, 0, 0 },
	{ ING_WIDTH_8, 1, 0 }, { ING_WIDTH_16, 0, 0 }, { ING_WIDTH_16, 0, 1 },
};

/* ---- a plain model of tiles and of the arithmetic ---- */

struct matrix {
	struct ing_format f;
	uint32_t tgroups, rows, blocks;
	uint32_t units;
	uint8_t *tiles;
};

static float half_to_float(uint16_t h)
{
	float value = ldexpf((float)((h & 0x3ff) | (h & 0x7c00 ? 0x400 : 0)),
			     (h >> 10 & 31 ? h >> 10 & 31 : 1) - 25);

	return h & 0x8000 ? -value : value;
}

static const uint8_t *block_column(const struct matrix *m, uint32_t row, uint32_t b)
{
	uint32_t tile = row / (16 * m->tgroups);

	return m->tiles + (size_t)64 * ing_block_units(m->f, m->tgroups) * (tile * m->blocks + b);
}

static uint32_t digit(const struct matrix *m, uint32_t row, uint32_t b, uint32_t i)
{
	uint32_t bits = 4u << m->f.width, per_word = 32 / bits, word;
	uint32_t sections = ing_section_units(m->f, m->tgroups) * (m->f.min ? 2 : 1);
	uint32_t group = row / 16 % m->tgroups;
	const uint8_t *unit = block_column(m, row, b) +
			      64 * (sections + group * ing_chunks(m->f.width) + i / per_word);

	memcpy(&word, unit + row % 16 * 4, 4);
	return word >> i % per_word * bits & ((1ull << bits) - 1);
}

static float section_value(const struct matrix *m, uint32_t row, uint32_t b, int minimum)
{
	const uint8_t *section = block_column(m, row, b);
	uint32_t r = row % (16 * m->tgroups);
	uint16_t h;

	if (m->f.noscale)
		return 1;
	if (m->f.width == ING_WIDTH_16)
		return ldexpf(1, section[r] - 127);
	if (minimum)
		section += 64 * ing_section_units(m->f, m->tgroups);
	memcpy(&h, section + 2 * r, 2);
	return half_to_float(h);
}

/* Activations of 32 floats, as docs/arithmetic.md defines them, by doubles */
static double quantise(const float *x, double *q)
{
	int top = 1;
	double unit;

	for (int i = 0; i < 32; i++) {
		int e;

		frexpf(x[i], &e);
		if (x[i] != 0 && e + 126 > top)
			top = e + 126;
	}
	unit = ldexp(1, (top - 10 > 1 ? top - 10 : 1) - 127);
	for (int i = 0; i < 32; i++)
		q[i] = fmax(-2047, fmin(2047, nearbyint(x[i] / unit)));
	return unit;
}

static float expected_row(const struct matrix *m, uint32_t row, const float *x)
{
	double offset = m->f.min ? 0 : 8 << (4 * ((1 << m->f.width) - 1));
	float acc = 0;

	for (uint32_t b = 0; b < m->blocks; b++) {
		double q[32], unit = quantise(x + 32 * b, q), isum = 0, asum = 0;
		float u;

		for (int i = 0; i < 32; i++) {
			isum += (digit(m, row, b, i) - offset) * q[i];
			asum += q[i];
		}
		u = (float)(isum * section_value(m, row, b, 0));
		if (m->f.min)
			u += (float)(asum * section_value(m, row, b, 1));
		acc += (float)(u * unit);
	}
	return acc;
}

static void random_matrix(struct matrix *m, struct ing_format f, uint32_t tgroups, uint32_t rows,
			  uint32_t blocks)
{
	uint32_t tiles = (rows + 16 * tgroups - 1) / (16 * tgroups);
	uint32_t sections = ing_section_units(f, tgroups) * (f.min ? 2 : 1);

	*m = (struct matrix){ f, tgroups, rows, blocks,
			      tiles * blocks * ing_block_units(f, tgroups), NULL };
	m->tiles = malloc((size_t)m->units * 64);
	for (uint32_t i = 0; i < m->units * 64; i++)
		m->tiles[i] = (uint8_t)random_bits();
	/* scales of moderate size */
	for (uint32_t c = 0; c < tiles * blocks; c++) {
		uint8_t *section = m->tiles + (size_t)64 * c * ing_block_units(f, tgroups);

		for (uint32_t i = 0; i < sections * 64; i++)
			section[i] = f.width == ING_WIDTH_16 ? 100 + random_bits() % 20 :
				     i % 2 ? 0x1c + random_bits() % 16 : random_bits();
	}
}

/* Puts @cols activation columns of @blocks blocks, from floats at IN_UNIT, into blocks @act on */
static void add_quantise(struct program *p, uint32_t cols, uint32_t blocks, uint32_t act)
{
	uint32_t *w;

	add_load(p, IN_UNIT, 0, cols * blocks * 2);
	w = add_vec(p, ING_FN_COPY, blocks * 32, 0, 0, act);
	SET(w, ING_V_SINK, ING_SINK_ACT);
	SET(w, ING_V_OUTER, cols);
	SET(w, ING_V_AOUT, blocks * 2);
	SET(w, ING_V_COLOUT, 1);
}

static void check_matmul(struct device *dev, struct ing_format f, uint32_t tgroups, uint32_t rows,
			 uint32_t blocks, uint32_t cols)
{
	static float x[TILE_M * MAX_BLOCKS * 32], y[TILE_M * MAX_ROWS];
	uint32_t groups = (rows + 15) / 16, *w;
	struct program p = { 0 };
	struct matrix m;

	random_matrix(&m, f, tgroups, rows, blocks);
	for (uint32_t i = 0; i < cols * blocks * 32; i++)
		x[i] = random_float(i % 7 ? 1 : 30);
	upload(dev, data_unit(TILE_UNIT), m.tiles, m.units);
	upload(dev, data_unit(IN_UNIT), x, cols * blocks * 2);
	add_quantise(&p, cols, blocks, 5);
	w = add_matmul(&p, f, tgroups, TILE_UNIT, rows, blocks);
	SET(w, ING_S_COLS, cols);
	SET(w, ING_S_ACT, 5);
	SET(w, ING_S_DST, 100);
	SET(w, ING_S_DSTCOL, groups);
	add_store(&p, 100, OUT_UNIT, cols * groups);
	run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT), y, cols * groups);
	for (uint32_t c = 0; c < cols; c++)
		for (uint32_t r = 0; r < rows; r++)
			assert_true(y[c * groups * 16 + r] ==
				    expected_row(&m, r, x + c * blocks * 32));
	free(m.tiles);
}

static void test_matmul(void **state)
{
	(void)state;
	for (const char **isa = (const char *[]){ "scalar", NULL, "" }; !*isa || **isa; isa++) {
		struct device *dev = device_open(*isa, 3);

		for (unsigned int f = 0; f < sizeof(formats) / sizeof(formats[0]); f++)
			for (uint32_t tgroups = 1; tgroups <= 4; tgroups *= 2)
				for (uint32_t cols = 1; cols <= TILE_M; cols += 3)
					check_matmul(dev, formats[f], tgroups,
						     1 + random_bits() % MAX_ROWS,
						     1 + random_bits() % MAX_BLOCKS, cols);
		device_close(dev);
	}
}

/*
 * Matrices one after another, which may be computed together: of odd numbers of tiles, and the
 * second one writes where the first did.
 */
static void test_neighbours(void **state)
{
	static const uint32_t rows[5] = { 512, 208, 300, 64, 40 };
	static float x[2 * 32], y[4][32 * 16];
	struct device *dev = device_open(NULL, 3);
	struct program p = { 0 };
	uint32_t unit = TILE_UNIT;
	struct matrix m[5];

	(void)state;
	for (uint32_t i = 0; i < 64; i++)
		x[i] = random_float(1);
	upload(dev, data_unit(IN_UNIT), x, 4);
	add_quantise(&p, 1, 2, 0);
	for (uint32_t i = 0; i < 5; i++, unit += m[i - 1].units) {
		random_matrix(&m[i], formats[3], 4, rows[i], 2);
		upload(dev, data_unit(unit), m[i].tiles, m[i].units);
		SET(add_matmul(&p, formats[3], 4, unit, rows[i], 2), ING_S_DST,
		    100 + (i ? i - 1 : 0) * 32);
	}
	add_store(&p, 100, OUT_UNIT, 128);
	run_good(dev, &p);
	assert_int_equal(reg_read(dev, ING_REG_COUNTERS + 8 * ING_CNT_COMMANDS), p.n);
	download(dev, data_unit(OUT_UNIT), y, 128);
	for (uint32_t i = 0; i < 4; i++)
		for (uint32_t r = 0; r < rows[i + 1]; r++)
			assert_true(y[i][r] == expected_row(&m[i + 1], r, x));
	for (uint32_t r = rows[1]; r < rows[0]; r++)
		assert_true(y[0][r] == expected_row(&m[0], r, x));
	for (uint32_t i = 0; i < 5; i++)
		free(m[i].tiles);
	device_close(dev);
}

static void test_nan_column(void **state)
{
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };
	float x[32] = { [3] = INFINITY }, y[16];
	struct matrix m;

	(void)state;
	random_matrix(&m, formats[0], 1, 16, 1);
	upload(dev, data_unit(TILE_UNIT), m.tiles, m.units);
	upload(dev, data_unit(IN_UNIT), x, 2);
	add_quantise(&p, 1, 1, 0);
	add_matmul(&p, formats[0], 1, TILE_UNIT, 16, 1);
	add_store(&p, 0, OUT_UNIT, 1);
	run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT), y, 1);
	for (int i = 0; i < 16; i++)
		assert_memory_equal(&y[i], &(uint32_t){ 0x7fc00000 }, 4);
	free(m.tiles);
	device_close(dev);
}

/* ---- GATHER: an embedding row, as the lowering does it ---- */

static void check_gather(struct device *dev, struct ing_format f, uint32_t tgroups)
{
	static const uint8_t atypes[3][2] = { { ING_ATYPE_S4, ING_ATYPE_U4 },
					      { ING_ATYPE_S8, ING_ATYPE_U8 },
					      { ING_ATYPE_S16, ING_ATYPE_S16 } };
	const uint32_t blocks = 5, row = random_bits() % (16 * tgroups);
	uint32_t btype = f.width == ING_WIDTH_16 ? ING_BTYPE_E8B : ING_BTYPE_F16B;
	struct program p = { 0 };
	struct matrix m;
	float y[160];

	random_matrix(&m, f, tgroups, 16 * tgroups, blocks);
	upload(dev, data_unit(TILE_UNIT), m.tiles, m.units);
	SET(add_vec(&p, ING_FN_AFFINE, 16, 10, 0, 10), ING_V_D, 0x3f800000);
	for (uint32_t part = 0; part <= (f.min ? 2u : 1u); part++) {
		uint32_t *w = add_matmul(&p, f, tgroups, TILE_UNIT, row, blocks);

		SET(w, ING_F_OP, ING_OP_GATHER);
		SET(w, ING_S_COLS, part);
		SET(w, ING_S_DST, 10 * part);
	}
	SET(add_vec(&p, ING_FN_MUL, blocks * 32, 0, 10, 40), ING_V_ATYPE, atypes[f.width][f.min]);
	SET(p.w[p.n - 1], ING_V_BTYPE, btype);
	if (f.min)
		SET(add_vec(&p, ING_FN_ADD, blocks * 32, 40, 20, 40), ING_V_BTYPE, btype);
	add_store(&p, 40, OUT_UNIT, blocks * 2);
	add_store(&p, 10, OUT_UNIT + 16, 1);
	run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT + 16), y, 1);
	for (uint32_t i = 4; i < 16; i++) /* the scales take 10 bytes of their line, or 5 */
		assert_memory_equal(&y[i], &(uint32_t){ 0 }, 4);
	download(dev, data_unit(OUT_UNIT), y, blocks * 2);
	for (uint32_t e = 0; e < blocks * 32; e++) {
		double offset = f.min ? 0 : 8 << (4 * ((1 << f.width) - 1));
		float value = (float)((digit(&m, row, e / 32, e % 32) - offset) *
				      section_value(&m, row, e / 32, 0));

		if (f.min)
			value += section_value(&m, row, e / 32, 1);
		assert_true(y[e] == value);
	}
	free(m.tiles);
}

static void test_gather(void **state)
{
	struct device *dev = device_open(NULL, 1);

	(void)state;
	for (unsigned int f = 0; f < 5; f++)
		for (uint32_t tgroups = 1; tgroups <= 4; tgroups *= 2)
			check_gather(dev, formats[f], tgroups);
	device_close(dev);
}

/* ---- attention: append, scores, probabilities, values ---- */

#define HEADS 2u
#define HEAD_DIM 64u
#define POSITIONS 75u
#define CONTEXT 128u
#define K_UNIT 2048u
#define K_HEAD (CONTEXT / 64 * 2 * 65)
#define V_UNIT 4096u
#define EXP_UNIT 6144u

static void add_append(struct program *p, uint32_t sink, uint32_t line, uint32_t position,
		       uint32_t positions)
{
	uint32_t *w = add_vec(p, ING_FN_COPY, HEAD_DIM, line, 0, 0);

	SET(w, ING_V_SINK, sink);
	SET(w, ING_V_OUTER, positions);
	SET(w, ING_V_INNER, HEADS);
	SET(w, ING_V_AOUT, HEADS * HEAD_DIM / 16);
	SET(w, ING_V_AIN, HEAD_DIM / 16);
	SET(w, ING_V_SLOT, SLOT_DATA);
	SET(w, ING_V_OFFSET, sink == ING_SINK_KVK ? K_UNIT : V_UNIT);
	SET(w, ING_V_EXPOFF, EXP_UNIT);
	SET(w, ING_V_MSTRIDE, sink == ING_SINK_KVK ? K_HEAD : CONTEXT);
	SET(w, ING_V_LEN, position);
}

static void fill_caches(struct device *dev, const float *k, const float *v)
{
	const uint32_t lines = HEADS * HEAD_DIM / 16;

	for (uint32_t at = 0; at < POSITIONS; at += 15) {
		struct program p = { 0 };

		upload(dev, data_unit(IN_UNIT), k + at * HEADS * HEAD_DIM, 15 * lines);
		upload(dev, data_unit(IN_UNIT) + 256, v + at * HEADS * HEAD_DIM, 15 * lines);
		add_load(&p, IN_UNIT, 0, 15 * lines);
		add_load(&p, IN_UNIT + 256, 256, 15 * lines);
		add_append(&p, ING_SINK_KVK, 0, at, 15);
		add_append(&p, ING_SINK_KVV, 256, at, 15);
		run_good(dev, &p);
	}
}

/* Scores of one head to lines 0 on, its values under weights at lines 20 on to lines 40 on */
static void attend(struct device *dev, uint32_t head, const float *query, const float *weights,
		   float *scores, float *values)
{
	const struct ing_format k_format = { ING_WIDTH_16, 0, 0 };
	const struct ing_format v_format = { ING_WIDTH_16, 0, 1 };
	const uint32_t blocks = (POSITIONS + 31) / 32;
	struct program p = { 0 };

	upload(dev, data_unit(IN_UNIT), query, HEAD_DIM / 16);
	upload(dev, data_unit(IN_UNIT) + 16, weights, CONTEXT / 16);
	add_quantise(&p, 1, HEAD_DIM / 32, 0);
	add_matmul(&p, k_format, ING_K_GROUPS, K_UNIT + head * K_HEAD, POSITIONS, HEAD_DIM / 32);
	add_store(&p, 0, OUT_UNIT, (POSITIONS + 15) / 16);
	add_load(&p, IN_UNIT + 16, 20, CONTEXT / 16);
	for (uint32_t half = 0; half < HEAD_DIM / 32; half++) {
		uint32_t matrix = head * HEAD_DIM / 32 + half, *w;

		add_load(&p, EXP_UNIT + matrix * CONTEXT / 64, 30, CONTEXT / 64);
		w = add_vec(&p, ING_FN_MUL, blocks * 32, 20, 30, 8);
		SET(w, ING_V_BTYPE, ING_BTYPE_E8);
		SET(w, ING_V_SINK, ING_SINK_ACT);
		SET(w, ING_V_MASK, 1);
		SET(w, ING_V_LEN, POSITIONS);
		w = add_matmul(&p, v_format, ING_V_GROUPS, V_UNIT + matrix * CONTEXT, 32, blocks);
		SET(w, ING_S_ACT, 8);
		SET(w, ING_S_DST, 40 + half * 2);
	}
	add_store(&p, 40, OUT_UNIT + 16, HEAD_DIM / 16);
	run_good(dev, &p);
	download(dev, data_unit(OUT_UNIT), scores, (POSITIONS + 15) / 16);
	download(dev, data_unit(OUT_UNIT) + 16, values, HEAD_DIM / 16);
}

static void test_attention(void **state)
{
	static float k[POSITIONS * HEADS * HEAD_DIM], v[POSITIONS * HEADS * HEAD_DIM];
	static float query[HEAD_DIM], weights[CONTEXT], scores[CONTEXT], values[HEAD_DIM];
	struct device *dev = device_open(NULL, 2);

	(void)state;
	for (uint32_t i = 0; i < POSITIONS * HEADS * HEAD_DIM; i++) {
		k[i] = random_float(2);
		v[i] = random_float(i % 3 ? 1 : 8);
	}
	for (uint32_t i = 0; i < CONTEXT; i++)
		weights[i] = fabsf(random_float(1));
	for (uint32_t i = 0; i < HEAD_DIM; i++)
		query[i] = random_float(1);
	fill_caches(dev, k, v);
	for (uint32_t head = 0; head < HEADS; head++) {
		attend(dev, head, query, weights, scores, values);
		for (uint32_t p = 0; p < POSITIONS; p++) {
			double sum = 0;

			for (uint32_t i = 0; i < HEAD_DIM; i++)
				sum += (double)query[i] * k[(p * HEADS + head) * HEAD_DIM + i];
			assert_true(fabs(sum - scores[p]) < 0.02);
		}
		for (uint32_t i = 0; i < HEAD_DIM; i++) {
			double sum = 0;

			for (uint32_t p = 0; p < POSITIONS; p++)
				sum += (double)weights[p] * v[(p * HEADS + head) * HEAD_DIM + i];
			assert_true(fabs(sum - values[i]) < 0.1);
		}
	}
	device_close(dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matmul),
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_nan_column),
		cmocka_unit_test(test_gather),
		cmocka_unit_test(test_attention),
	};

	return cmocka_run_group_tests_name("func: streams", tests, NULL, NULL);
}
