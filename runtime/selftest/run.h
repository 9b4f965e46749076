/* SPDX-License-Identifier: MIT */
/* What the groups of tests share: a run, and the result that a test fills in. */
#ifndef SELFTEST_RUN_H
#define SELFTEST_RUN_H

#include "ingot/isa.h"
#include "ingot/tile.h"
#include "selftest.h"

/**
 * struct run - a run of all tests
 * @dev: the device
 * @config: its configuration
 * @options: as given
 * @summary: counts so far
 * @real: the device's memory is a board's, not one of this process
 * @slow: each clock cycle is simulated
 */
struct run {
	struct ingot_device *dev;
	const struct ingot_config *config;
	const struct selftest_options *options;
	struct selftest_summary *summary;
	bool real, slow;
};

/**
 * typedef test_fn - a test
 * @run: the run
 * @priv: what it is to test
 * @result: outcome and detail are to be filled in; it has passed unless a test says otherwise
 */
typedef void (*test_fn)(struct run *run, const void *priv, struct selftest_result *result);

/**
 * run_test() - run a test, take its time and report it
 * @run: the run
 * @group: as in struct selftest_result
 * @name: likewise
 * @test: the test
 * @priv: handed to it
 *
 * Return: its outcome; SELFTEST_SKIPPED, without a report, if the run is to stop.
 */
enum selftest_outcome run_test(struct run *run, const char *group, const char *name, test_fn test,
			       const void *priv);

/** run_stops() - whether the run is to stop */
bool run_stops(const struct run *run);

/** run_progress() - @done of @total of a long test is done */
void run_progress(const struct run *run, uint64_t done, uint64_t total);

/**
 * result_fail() - a test has failed
 * @result: of the test
 * @fmt: printf format of the detail
 */
void result_fail(struct selftest_result *result, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * result_say() - something to say of a test, failed or not
 * @result: of the test
 * @fmt: printf format of the detail
 */
void result_say(struct selftest_result *result, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** result_skip() - a test cannot be run here; @why */
void result_skip(struct selftest_result *result, const char *why);

/** test_ns() - nanoseconds of a clock that only goes forward */
uint64_t test_ns(void);

/** The groups, in the order of a run. */
void test_memory(struct run *run);
void test_dma(struct run *run);
void test_interrupts(struct run *run);
void test_commands(struct run *run);
void test_slots(struct run *run);

#endif
