// SPDX-License-Identifier: MIT
/*
 * Checks hw/func/arith.h against the processor with FTZ and DAZ set, and against definitions written
 * the slow way in double precision.
 *
 * usage: arith_test [--long] [SEED]
 * Output: TAP. --long: more pairs, and every significand of every table instead of each 61st.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#define MODE_FLUSH 0x8040u
#endif

#include "../../../hw/func/arith.h"
#include "fp_rand.h"

#define BATCH 1024

static struct fp_rand rng;
static int tests, failures;
static int long_run;

static void report(const char *what, unsigned long wrong, unsigned long of)
{
	tests++;
	failures += wrong != 0;
	printf("%sok %d - %s: %lu of %lu wrong\n", wrong ? "not " : "", tests, what, wrong, of);
}

static unsigned long differ(const char *name, uint32_t a, uint32_t b, uint32_t got, uint32_t want)
{
	static int shown;

	if (got == want)
		return 0;
	if (shown++ < 10)
		printf("# %s(%08x, %08x) = %08x, expected %08x\n", name, a, b, got, want);
	return 1;
}

#ifdef MODE_FLUSH
/* Products or sums of a batch as the processor computes them, FTZ and DAZ set. */
static void native_batch(int product, const uint32_t *a, const uint32_t *b, uint32_t *y)
{
	unsigned int mode = _mm_getcsr();

	_mm_setcsr(mode | MODE_FLUSH);
	for (int i = 0; i < BATCH; i++) {
		volatile float left = ing_float(a[i]), right = ing_float(b[i]);
		volatile float result = product ? left * right : left + right;

		y[i] = ing_canon(ing_bits(result));
	}
	_mm_setcsr(mode);
}

static unsigned long pair_batch(int product, unsigned int mode_bits)
{
	static uint32_t a[BATCH], b[BATCH], want[BATCH], got[BATCH];
	unsigned int mode = _mm_getcsr();
	unsigned long wrong = 0;

	for (int i = 0; i < BATCH; i++)
		product ? fp_rand_mul(&rng, &a[i], &b[i]) : fp_rand_add(&rng, &a[i], &b[i]);
	native_batch(product, a, b, want);
	_mm_setcsr(mode | mode_bits);
	for (int i = 0; i < BATCH; i++)
		got[i] = product ? ing_mul_bits(a[i], b[i]) : ing_add_bits(a[i], b[i]);
	_mm_setcsr(mode);
	for (int i = 0; i < BATCH; i++)
		wrong += differ(product ? "mul" : "add", a[i], b[i], got[i], want[i]);
	return wrong;
}

static void test_pairs(void)
{
	unsigned long batches = long_run ? 30000 : 1500, wrong[4] = { 0 };

	for (unsigned long i = 0; i < batches; i++)
		for (int kind = 0; kind < 4; kind++)
			wrong[kind] += pair_batch(kind & 1, kind & 2 ? MODE_FLUSH : 0);
	report("add equals the processor's", wrong[0], batches * BATCH);
	report("mul equals the processor's", wrong[1], batches * BATCH);
	report("add computed with FTZ and DAZ set", wrong[2], batches * BATCH);
	report("mul computed with FTZ and DAZ set", wrong[3], batches * BATCH);
}
#else
static void test_pairs(void)
{
	tests++;
	printf("ok %d - add and mul # SKIP the processor is no x86-64\n", tests);
}
#endif

/* Cases where "multiply, then flush" or flushing before rounding goes wrong, and signs of zero. */
static void test_known_pairs(void)
{
	static const struct {
		char op;
		uint32_t a, b, y;
	} cases[] = {
		{ '*', 0x00ffffff, 0x3f000000, 0x00000000 }, /* just below the range: exact, so tiny */
		{ '*', 0x3f000001, 0x00fffffe, 0x00800000 }, /* rounds up into the range */
		{ '*', 0x80800000, 0x3f7fffff, 0x80000000 }, { '*', 0x7f800000, 0x00000001, 0x7fc00000 },
		{ '*', 0x7f7fffff, 0x3f800001, 0x7f800000 }, { '*', 0xff800000, 0x00800000, 0xff800000 },
		{ '+', 0x00800001, 0x80800000, 0x00000000 }, { '+', 0x80800001, 0x00800000, 0x80000000 },
		{ '+', 0x80000000, 0x80000000, 0x80000000 }, { '+', 0x80000000, 0x00000000, 0x00000000 },
		{ '+', 0x3f800000, 0xbf800000, 0x00000000 }, { '+', 0x80000001, 0x80000001, 0x80000000 },
		{ '+', 0x7f800000, 0xff800000, 0x7fc00000 }, { '+', 0xffc12345, 0x3f800000, 0x7fc00000 },
		{ '+', 0x7f7fffff, 0x73000000, 0x7f800000 }, { '+', 0x7f7fffff, 0x72ffffff, 0x7f7fffff },
	};
	unsigned long wrong = 0, count = sizeof(cases) / sizeof(cases[0]);

	for (unsigned long i = 0; i < count; i++) {
		uint32_t a = cases[i].a, b = cases[i].b;
		uint32_t y = cases[i].op == '*' ? ing_mul_bits(a, b) : ing_add_bits(a, b);

		wrong += differ(cases[i].op == '*' ? "mul" : "add", a, b, y, cases[i].y);
	}
	report("known sums and products", wrong, count);
}

static void test_fp16(void)
{
	unsigned long wrong = 0;

	for (uint32_t half = 0; half < 65536; half++) {
		int exponent = half >> 10 & 31, fraction = half & 1023;
		double value = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
		uint32_t want = ing_bits((float)(half & 0x8000 ? -value : value));

		if (exponent == 31)
			want = fraction ? ING_F32_NAN : ING_F32_INF | (half & 0x8000) << 16;
		wrong += differ("fp16", half, 0, ing_bits(ing_fp16_to_f32((uint16_t)half)), want);
	}
	report("all fp16", wrong, 65536);
}

/* 32 values near one another in size, or of any kind. */
static void random_block(float x[ING_BLOCK])
{
	uint32_t base = fp_rand_below(&rng, 255), kind = fp_rand_below(&rng, 4);

	for (int i = 0; i < ING_BLOCK; i++) {
		uint32_t bits = (uint32_t)fp_rand64(&rng);

		if (kind && (i & 7))
			bits = (bits & 0x80000000) | fp_rand_short(&rng);
		if (kind) {
			uint32_t down = fp_rand_below(&rng, kind == 1 ? 3 : 24);

			bits = (bits & 0x807fffff) | (base > down ? base - down : 0) << 23;
		} else if (fp_rand_below(&rng, 16)) {
			bits &= 0xbfffffff;
		}
		x[i] = ing_float(bits);
	}
}

static unsigned long check_block(const float x[ING_BLOCK], int bits)
{
	int16_t q[ING_BLOCK];
	int eb = bits == 12 ? ing_quant_act(x, q) : ing_quant_kv(x, q);
	int largest = 0, want, limit = (1 << (bits - 1)) - 1;
	unsigned long wrong = 0;

	for (int i = 0; i < ING_BLOCK; i++) {
		int field = ing_bits(x[i]) >> 23 & 255;

		largest = field > largest ? field : largest;
	}
	want = largest - (bits - 2) > 1 ? largest - (bits - 2) : 1;
	if (largest == 255 || (bits == 16 && want > 223))
		want = 255;
	wrong += differ("exponent", (uint32_t)bits, (uint32_t)largest, (uint32_t)eb, (uint32_t)want);
	for (int i = 0; i < ING_BLOCK; i++) {
		double value = want == 255 || !(ing_bits(x[i]) >> 23 & 255) ? 0 :
									   rint(ldexp(x[i], 127 - want));

		value = value > limit ? limit : value < -limit ? -limit : value;
		wrong += differ("mantissa", ing_bits(x[i]), (uint32_t)eb, (uint32_t)q[i],
				(uint32_t)(int)value);
	}
	return wrong;
}

static void test_blocks(void)
{
	unsigned long count = long_run ? 2000000 : 100000, wrong = 0;
	float x[ING_BLOCK];

	for (unsigned long i = 0; i < count; i++) {
		random_block(x);
		wrong += check_block(x, 12) + check_block(x, 16);
	}
	report("blocks of activations and of K and V", wrong, count * 2);
}

static void test_block_value(void)
{
	unsigned long count = long_run ? 20000000 : 1000000, wrong = 0;

	for (unsigned long i = 0; i < count; i++) {
		int32_t n = (int32_t)fp_rand64(&rng) >> (i & 1 ? 7 + fp_rand_below(&rng, 25) : 1);
		uint16_t half = (uint16_t)fp_rand64(&rng);
		uint8_t eb = (uint8_t)(1 + fp_rand_below(&rng, 254));
		float scale = i & 1 ? ing_fp16_to_f32(half) : ing_exp16_scale((uint8_t)half);
		float t = ing_scale_int(n, scale), v = ing_scale_pow2(t, eb);
		/* (n * 2^-40) * (scale * 2^40) and the like are rounded nowhere but at the end. */
		uint32_t want = ing_canon(ing_bits((float)(ldexp(n, -40) * ldexp(scale, 40))));

		wrong += differ("rn", (uint32_t)n, ing_bits(scale), ing_bits(t), want);
		wrong += differ("v", ing_bits(t), eb, ing_bits(v),
				ing_mul_bits(ing_bits(t), (uint32_t)eb << 23));
	}
	report("products of a block", wrong, count);
}

typedef float (*unary)(float x);

static double exact_exp2(double x)
{
	return exp2(x);
}

static double exact_recip(double x)
{
	return 1 / x;
}

static double exact_rsqrt(double x)
{
	return 1 / sqrt(x);
}

/* Worst error of @function over the significands of exponent field @field, in ulp of the result. */
static double worst_error(unary function, double (*exact)(double x), uint32_t field)
{
	double worst = 0;

	for (uint32_t m = 0; m < 1u << 23; m += long_run ? 1 : 61) {
		float x = ing_float(field << 23 | m), y = function(x);
		double want = exact(x);
		double error = fabs(y - want) / ldexp(1, ilogb(want) - 23);

		worst = error > worst ? error : worst;
	}
	return worst;
}

static void test_table(const char *name, unary function, double (*exact)(double x), uint32_t field,
		       double bound)
{
	double worst = worst_error(function, exact, field);
	char text[100];

	snprintf(text, sizeof(text), "%s, exponent field %u, worst error %.3f ulp", name, field, worst);
	report(text, worst > bound, 1);
}

static void test_table_cases(void)
{
	static const struct {
		unary function;
		uint32_t x, y;
	} cases[] = {
		{ ing_exp2, 0x7f800001, 0x7fc00000 }, { ing_exp2, 0x43000000, 0x7f800000 },
		{ ing_exp2, 0x42ffffff, 0x7f7fffa7 }, { ing_exp2, 0xc2fc0000, 0x00800000 },
		{ ing_exp2, 0xc2fc0001, 0x00000000 }, { ing_exp2, 0xff800000, 0x00000000 },
		{ ing_exp2, 0x80000001, 0x3f800000 }, { ing_exp2, 0xc0400000, 0x3e000000 },
		{ ing_exp2, 0xb2000000, 0x3f800000 }, { ing_exp2, 0xb3c00000, 0x3f7fffff },
		{ ing_recip, 0xffc00001, 0x7fc00000 }, { ing_recip, 0x807fffff, 0xff800000 },
		{ ing_recip, 0xff800000, 0x80000000 }, { ing_recip, 0x7e800000, 0x00800000 },
		{ ing_recip, 0x7e800001, 0x00000000 }, { ing_recip, 0x7f000000, 0x00000000 },
		{ ing_recip, 0x00800000, 0x7e800000 }, { ing_recip, 0xc0000000, 0xbf000000 },
		{ ing_rsqrt, 0x80000001, 0x7f800000 }, { ing_rsqrt, 0xbf800000, 0x7fc00000 },
		{ ing_rsqrt, 0xff800000, 0x7fc00000 }, { ing_rsqrt, 0x7f800000, 0x00000000 },
		{ ing_rsqrt, 0x00800000, 0x5f000000 }, { ing_rsqrt, 0x40800000, 0x3f000000 },
		{ ing_rsqrt, 0xff800001, 0x7fc00000 }, { ing_rsqrt, 0x3f800000, 0x3f800000 },
	};
	unsigned long wrong = 0, count = sizeof(cases) / sizeof(cases[0]);

	for (unsigned long i = 0; i < count; i++)
		wrong += differ("function", cases[i].x, 0,
				ing_bits(cases[i].function(ing_float(cases[i].x))), cases[i].y);
	report("special arguments of the functions by table", wrong, count);
}

/* Whether the significand of a position leaves 2^23 .. 2^24 - 1 before the minimum is taken. */
static int quad_wrong(const int32_t table[ING_SFU_SEGMENTS][3], uint32_t position)
{
	const int32_t *c = table[position >> 16];
	int64_t r = position & 0xffff, quad = c[0] + (((c[1] + ((c[2] * r) >> 16)) * r) >> 16);

	return (quad + 4) >> 3 < 0x800000 || (quad + 4) >> 3 > 0xffffff;
}

/* The hardware leaves the minimum out. recip and rsqrt treat a power of two (m = 0) apart. */
static void test_significands(void)
{
	unsigned long wrong = 0;

	for (uint32_t m = 1; m < 1u << 23; m += long_run || m < 4000 || m > 0x7ff000 ? 1 : 61)
		wrong += quad_wrong(ing_sfu_exp2, m) + quad_wrong(ing_sfu_recip, m) +
			 quad_wrong(ing_sfu_rsqrt_even, m) + quad_wrong(ing_sfu_rsqrt_odd, m);
	report("every significand is 1.x", wrong, 4);
}

static void test_order_and_chance(void)
{
	static const uint32_t ascending[] = { 0xff800000, 0xff7fffff, 0xbf800000, 0x80800000, 0x80000000,
					      0x00000000, 0x00800000, 0x3f800000, 0x7f800000, 0x7fc00000 };
	unsigned long wrong = 0;

	for (int i = 0; i < 9; i++)
		wrong += ing_key(ing_float(ascending[i])) >= ing_key(ing_float(ascending[i + 1]));
	wrong += ing_topk_key(ing_float(0x7fc00000)) >= ing_topk_key(ing_float(0xff800000));
	/* Known answers of the Random123 distribution. */
	wrong += ing_philox(0, 0, 0) != 0xff1dae59;
	wrong += ing_philox(0xffffffff, 0xffffffff, 0xffffffff) != 0x2c3f628b;
	wrong += ing_philox(0x243f6a88, 0x85a308d3, 0x13198a2e) != 0xdd7ce038;
	report("order of values, random words", wrong, 14);
}

int main(int argc, char **argv)
{
	uint64_t seed = 1;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--long"))
			long_run = 1;
		else
			seed = strtoull(argv[i], NULL, 0);
	}
	printf("# seed %llu\n", (unsigned long long)seed);
	rng.state = seed * 0x9e3779b97f4a7c15ull + 1;
	test_pairs();
	test_known_pairs();
	test_fp16();
	test_blocks();
	test_block_value();
	/* Below 1 the argument of exp2 is rounded too, by up to 2^-24: 0.7 ulp of the result. */
	test_table("exp2", ing_exp2, exact_exp2, 126, 1.4);
	test_table("exp2", ing_exp2, exact_exp2, 127, 0.75);
	test_table("recip", ing_recip, exact_recip, 127, 0.9);
	test_table("rsqrt", ing_rsqrt, exact_rsqrt, 127, 0.75);
	test_table("rsqrt", ing_rsqrt, exact_rsqrt, 128, 0.75);
	test_table_cases();
	test_significands();
	test_order_and_chance();
	printf("1..%d\n", tests);
	return failures != 0;
}
