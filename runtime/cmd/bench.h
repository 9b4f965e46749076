/* SPDX-License-Identifier: MIT */
/* What ingot bench measures, and how it prints that. */
#ifndef BENCH_H
#define BENCH_H

#include <time.h>

#include "engine.h"
#include "measure.h"

#define BENCH_REPEATS_MAX 1000

/**
 * struct bench_test - a test, or its results
 * @prompt: tokens of the prompt, 0 if generation is measured
 * @gen: tokens to generate, 0 if the prompt is measured
 * @depth: tokens that are in the cache before
 * @repeats: times it was run
 * @ns: of each
 * @start: when it began
 * @timed: the device has a clock, so that the rest is valid
 * @measure: of the last run; of a prompt only cycles, tokens, khz and counters
 */
struct bench_test {
	uint32_t prompt, gen, depth;
	int repeats;
	uint64_t ns[BENCH_REPEATS_MAX];
	time_t start;
	bool timed;
	struct measure measure;
};

/**
 * struct bench_printer - prints results as they come
 * @begin: before the first
 * @test: a result
 * @end: after the last
 */
struct bench_printer {
	void (*begin)(const struct engine *e, const struct engine_options *o);
	void (*test)(const struct engine *e, const struct engine_options *o,
		     const struct bench_test *t);
	void (*end)(void);
};

extern const struct bench_printer bench_markdown, bench_json;

/**
 * struct bench_rates - mean and standard deviation, as llama-bench computes them
 * @ns: mean, nanoseconds
 * @ns_deviation: of the same
 * @ts: mean, tokens per second
 * @ts_deviation: of the same
 */
struct bench_rates {
	double ns, ns_deviation, ts, ts_deviation;
};

/**
 * bench_rates() - summarise a test
 * @t: with at least one run
 *
 * Return: its means and deviations.
 */
struct bench_rates bench_rates(const struct bench_test *t);

/**
 * bench_tokens() - tokens that a test is about
 * @t: the test
 *
 * Return: of the prompt, or generated.
 */
uint32_t bench_tokens(const struct bench_test *t);

/**
 * bench_jobs() - measure what submitting costs: empty jobs, through each door that the device has
 * @o: which device
 * @depths: jobs that are queued at once
 * @count: jobs of each measurement, at least
 * @json: print JSON, not Markdown
 *
 * Return: exit status.
 */
int bench_jobs(const struct engine_options *o, const struct option_list *depths, uint64_t count,
	       bool json);

#endif
