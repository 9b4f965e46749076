// SPDX-License-Identifier: MIT
/* The sampler against distributions made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "ingot/sampler.h"

#define VOCAB 6
#define DRAWS 20000

static const struct ingot_sampler_params plain = {
	.temperature = 1, .top_p = 1, .repeat_penalty = 1, .seed = 42,
};

/* Probabilities 0.4 0.3 0.15 0.1 0.05 0, not in the order of the ids. */
static const double probability[VOCAB] = { 0.1, 0.4, 0.05, 0, 0.3, 0.15 };

static void logits_of(float logits[VOCAB])
{
	for (int i = 0; i < VOCAB; i++)
		logits[i] = probability[i] > 0 ? (float)log(probability[i]) + 3 : -INFINITY;
}

/* How often each token is drawn, as a share of all draws. */
static void draw(const struct ingot_sampler_params *params, const float *logits, double share[VOCAB])
{
	struct ingot_error err = { 0 };
	struct ingot_sampler *s = ingot_sampler_create(params, VOCAB, &err);

	assert_non_null(s);
	memset(share, 0, VOCAB * sizeof(*share));
	for (int i = 0; i < DRAWS; i++)
		share[ingot_sampler_choose(s, logits)] += 1.0 / DRAWS;
	ingot_sampler_free(s);
}

/* 20000 draws are within five standard deviations, 0.018 at most. */
static void expect(const struct ingot_sampler_params *params, const double wanted[VOCAB])
{
	float logits[VOCAB];
	double share[VOCAB];

	logits_of(logits);
	draw(params, logits, share);
	for (int i = 0; i < VOCAB; i++) {
		if (fabs(share[i] - wanted[i]) > 0.018 || (wanted[i] == 0 && share[i] > 0))
			fail_msg("token %d: share %f, expected %f", i, share[i], wanted[i]);
	}
}

static void test_plain(void **state)
{
	(void)state;
	expect(&plain, probability);
}

static void test_temperature(void **state)
{
	struct ingot_sampler_params p = plain;
	double wanted[VOCAB], sum = 0;

	(void)state;
	p.temperature = 0.5;
	for (int i = 0; i < VOCAB; i++)
		sum += wanted[i] = probability[i] * probability[i];
	for (int i = 0; i < VOCAB; i++)
		wanted[i] /= sum;
	expect(&p, wanted);
	p.temperature = 0;
	expect(&p, (double[VOCAB]){ 0, 1, 0, 0, 0, 0 });
}

static void test_top_k(void **state)
{
	struct ingot_sampler_params p = plain;

	(void)state;
	p.top_k = 2;
	expect(&p, (double[VOCAB]){ 0, 4. / 7, 0, 0, 3. / 7, 0 });
	p.top_k = 1;
	expect(&p, (double[VOCAB]){ 0, 1, 0, 0, 0, 0 });
	p.top_k = 100;
	expect(&p, probability);
}

static void test_top_p(void **state)
{
	struct ingot_sampler_params p = plain;

	(void)state;
	p.top_p = 0.69f;
	expect(&p, (double[VOCAB]){ 0, 4. / 7, 0, 0, 3. / 7, 0 });
	p.top_p = 0.71f;
	expect(&p, (double[VOCAB]){ 0, 0.4 / 0.85, 0, 0, 0.3 / 0.85, 0.15 / 0.85 });
	p.top_p = 1e-6f;
	expect(&p, (double[VOCAB]){ 0, 1, 0, 0, 0, 0 });
	/* of the two that top-k left, the first alone has 4/7 */
	p.top_p = 0.56f;
	p.top_k = 2;
	expect(&p, (double[VOCAB]){ 0, 1, 0, 0, 0, 0 });
}

static void test_min_p(void **state)
{
	struct ingot_sampler_params p = plain;

	(void)state;
	p.min_p = 0.7f;
	expect(&p, (double[VOCAB]){ 0, 4. / 7, 0, 0, 3. / 7, 0 });
	p.min_p = 1;
	expect(&p, (double[VOCAB]){ 0, 1, 0, 0, 0, 0 });
	/* before the temperature: it does not let more or fewer through */
	p.min_p = 0.3f;
	p.temperature = 1000;
	expect(&p, (double[VOCAB]){ 0, 1. / 3, 0, 0, 1. / 3, 1. / 3 });
}

static void test_repeat_penalty(void **state)
{
	struct ingot_sampler_params p = plain;
	const float logits[VOCAB] = { 2, 3, -1, 1, 0, -2 };
	struct ingot_error err = { 0 };
	struct ingot_sampler *s;

	(void)state;
	p.temperature = 0;
	p.repeat_penalty = 4;
	p.repeat_last_n = 2;
	s = ingot_sampler_create(&p, VOCAB, &err);
	assert_int_equal(ingot_sampler_choose(s, logits), 1);
	ingot_sampler_see(s, 1);
	assert_int_equal(ingot_sampler_choose(s, logits), 0);
	ingot_sampler_see(s, 0);
	assert_int_equal(ingot_sampler_choose(s, logits), 3);
	/* two are remembered: 1 is forgotten */
	ingot_sampler_see(s, 3);
	assert_int_equal(ingot_sampler_choose(s, logits), 1);
	/* twice seen is punished once: 3/4 against 1 would be 3/16 */
	ingot_sampler_see(s, 1);
	ingot_sampler_see(s, 1);
	assert_int_equal(ingot_sampler_choose(s, (float[VOCAB]){ 0.5, 3, 0, 0, 0, 0 }), 1);
	/* a negative logit becomes more so */
	assert_int_equal(ingot_sampler_choose(s, (float[VOCAB]){ -3, -1, -9, -9, -9, -9 }), 0);
	ingot_sampler_see(s, 9);
	ingot_sampler_see(s, -1);
	ingot_sampler_free(s);
}

static void test_seed(void **state)
{
	struct ingot_sampler_params p = plain;
	/* of the platform's arithmetic, only exp() has a say here */
	static const int32_t wanted[] = { 5, 1, 1, 1, 1, 0, 1, 5 };
	struct ingot_error err = { 0 };
	struct ingot_sampler *s = ingot_sampler_create(&p, VOCAB, &err);
	float logits[VOCAB];

	(void)state;
	logits_of(logits);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_int_equal(ingot_sampler_choose(s, logits), wanted[i]);
	ingot_sampler_free(s);
}

static void test_odd_logits(void **state)
{
	static const float rows[][VOCAB] = {
		{ NAN, NAN, NAN, NAN, NAN, NAN },
		{ -INFINITY, -INFINITY, -INFINITY, -INFINITY, -INFINITY, -INFINITY },
		{ INFINITY, 1, NAN, INFINITY, 0, -INFINITY },
		{ 0, 0, 0, 0, 0, 0 },
	};
	struct ingot_sampler_params p = plain;
	double share[VOCAB];

	(void)state;
	p.top_p = 0.9f;
	p.min_p = 0.1f;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		draw(&p, rows[i], share);
	/* equals in the order of their ids */
	p.temperature = 0;
	draw(&p, rows[3], share);
	assert_true(share[0] > 0.99);
}

static void test_ranges(void **state)
{
	const struct { struct ingot_sampler_params p; const char *text; } bad[] = {
		{ { .temperature = -1, .top_p = 1, .repeat_penalty = 1 }, "temperature -1" },
		{ { .temperature = NAN, .top_p = 1, .repeat_penalty = 1 }, "temperature nan" },
		{ { .top_p = 0, .repeat_penalty = 1 }, "top-p 0" },
		{ { .top_p = 1.5, .repeat_penalty = 1 }, "top-p 1.5" },
		{ { .top_p = 1, .min_p = 2, .repeat_penalty = 1 }, "min-p 2" },
		{ { .top_p = 1, .repeat_penalty = 0 }, "repeat penalty 0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ingot_error err = { 0 };

		assert_null(ingot_sampler_create(&bad[i].p, VOCAB, &err));
		assert_int_equal(err.code, -EINVAL);
		assert_memory_equal(err.text, bad[i].text, strlen(bad[i].text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),	    cmocka_unit_test(test_temperature),
		cmocka_unit_test(test_top_k),	    cmocka_unit_test(test_top_p),
		cmocka_unit_test(test_min_p),	    cmocka_unit_test(test_repeat_penalty),
		cmocka_unit_test(test_seed),	    cmocka_unit_test(test_odd_logits),
		cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
