/* SPDX-License-Identifier: MIT */
/* Is this device whole? Memory, copies, interrupts, commands, and the refusal of the forbidden. */
#ifndef SELFTEST_H
#define SELFTEST_H

#include <stdbool.h>

#include "ingot/device.h"

/** enum selftest_outcome - how a test ended */
enum selftest_outcome { SELFTEST_PASSED, SELFTEST_FAILED, SELFTEST_SKIPPED };

/**
 * struct selftest_result - a test that is over
 * @group: what it is about: "memory", "dma", "interrupt", "command" or "slot"
 * @name: its name, without the group
 * @outcome: how it ended
 * @ns: how long it took
 * @detail: one line: what is broken, why it was skipped, or a figure; "" if there is nothing to say
 */
struct selftest_result {
	const char *group, *name;
	enum selftest_outcome outcome;
	uint64_t ns;
	char detail[400];
};

/**
 * struct selftest_options - how to test
 * @quick: a sample of the memory, fewer copies
 * @only: only this group of tests; NULL: all
 * @result: called for each test as it ends
 * @stop: asked between tests and now and then within; true ends the run; may be NULL
 * @progress: called within long tests with how much is done and how much there is; may be NULL
 * @priv: handed to all of them
 */
struct selftest_options {
	bool quick;
	const char *only;
	void (*result)(void *priv, const struct selftest_result *result);
	bool (*stop)(void *priv);
	void (*progress)(void *priv, uint64_t done, uint64_t total);
	void *priv;
};

/**
 * struct selftest_summary - how many tests ended how
 * @passed: number of tests that passed
 * @failed: that failed
 * @skipped: that were skipped
 * @suspects: bit o is set: what failed is explained by opcode o giving wrong results
 */
struct selftest_summary {
	unsigned int passed, failed, skipped;
	uint64_t suspects;
};

/**
 * selftest_run() - run all tests
 * @dev: the device; nothing of this process uses it
 * @options: how
 * @summary: filled in
 * @err: filled in on failure: the tests could not be run
 *
 * Return: 0, whether tests failed or not, or negative errno.
 */
int selftest_run(struct ingot_device *dev, const struct selftest_options *options,
		 struct selftest_summary *summary, struct ingot_error *err);

/**
 * selftest_has_group() - is this a group of tests?
 * @name: its name
 *
 * Return: whether it is.
 */
bool selftest_has_group(const char *name);

/**
 * selftest_opcode_name() - an opcode in words
 * @op: ING_OP_*
 *
 * Return: for example "MATMUL", "?" for none.
 */
const char *selftest_opcode_name(unsigned int op);

#endif
