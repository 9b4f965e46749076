// SPDX-License-Identifier: MIT
/* Each fault that a board may have, injected: the self-test must find it and name it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault_core.h"
#include "ingot/isa.h"
#include "ingot/regs.h"
#include "ingot/tile.h"
#include "runtime/selftest/selftest.h"

#define MAX_RESULTS 256

static struct selftest_result results[MAX_RESULTS];
static unsigned int n_results;

static void keep(void *priv, const struct selftest_result *r)
{
	(void)priv;
	assert_in_range(n_results, 0, MAX_RESULTS - 1);
	results[n_results++] = *r;
}

static const struct selftest_result *find(const char *group, const char *name)
{
	for (unsigned int i = 0; i < n_results; i++)
		if (!strcmp(results[i].group, group) && !strcmp(results[i].name, name))
			return &results[i];
	fail_msg("no test %s: %s was run", group, name);
	return NULL;
}

/* Name of the test after which a run may end, or NULL. */
static const char *until;

static bool seen_enough(void *priv)
{
	(void)priv;
	return until && n_results && !strcmp(results[n_results - 1].name, until);
}

static struct selftest_summary run(struct faults *faults, const char *only, bool quick)
{
	const struct selftest_options options = { .quick = quick, .only = only, .result = keep,
						  .stop = seen_enough };
	struct selftest_summary summary;
	struct ingot_error err = { 0 };
	struct ingot_device *dev = fault_core_open(faults, &err);

	if (!dev)
		fail_msg("%s", err.text);
	n_results = 0;
	if (selftest_run(dev, &options, &summary, &err))
		fail_msg("%s", err.text);
	ingot_close(dev);
	return summary;
}

static void expect(const char *group, const char *name, const char *words)
{
	const struct selftest_result *r = find(group, name);

	if (r->outcome != SELFTEST_FAILED)
		fail_msg("%s: %s did not fail", group, name);
	if (!strstr(r->detail, words))
		fail_msg("%s: %s says '%s', not '%s'", group, name, r->detail, words);
}

static void a_whole_device_passes(void **unused)
{
	struct faults none = { 0 };
	struct selftest_summary summary = run(&none, NULL, false);

	(void)unused;
	for (unsigned int i = 0; i < n_results; i++)
		if (results[i].outcome != SELFTEST_PASSED)
			fail_msg("%s: %s: %s", results[i].group, results[i].name, results[i].detail);
	assert_int_equal(summary.failed, 0);
	assert_in_range(summary.passed, 80, MAX_RESULTS);
	assert_int_equal(summary.suspects, 0);
}

static void every_address_line_is_named(void **unused)
{
	char words[64];

	(void)unused;
	until = "address lines";
	/* tiny has 16 MiB: lines 6 to 23 tell units apart */
	for (unsigned int line = 6; line < 24; line++) {
		struct faults low = { .address_low = 1ull << line };
		struct faults high = { .address_high = 1ull << line };

		snprintf(words, sizeof(words), "address line %u stuck", line);
		run(&low, "memory", true);
		expect("memory", "address lines", words);
		run(&high, "memory", true);
		expect("memory", "address lines", words);
	}
	until = NULL;
}

static void two_address_lines_are_named(void **unused)
{
	struct faults faults = { .address_low = 1ull << 9 | 1ull << 17 };

	(void)unused;
	run(&faults, "memory", true);
	expect("memory", "address lines", "address lines 9, 17 stuck");
}

static void every_data_line_is_named(void **unused)
{
	char words[64];

	(void)unused;
	until = "data lines";
	/* tiny's port has 64 bits */
	for (unsigned int line = 0; line < 64; line++) {
		struct faults low = { .data_low = { 1ull << line } };
		struct faults high = { .data_high = { 1ull << line } };

		snprintf(words, sizeof(words), "data line %u (stuck at 0)", line);
		run(&low, "memory", true);
		expect("memory", "data lines", words);
		snprintf(words, sizeof(words), "data line %u (stuck at 1)", line);
		run(&high, "memory", true);
		expect("memory", "data lines", words);
	}
	until = NULL;
}

static void a_bad_cell_is_named(void **unused)
{
	struct faults faults = { .cell = 0x7654f3, .cell_bits = 1 << 5 };
	struct selftest_summary summary;

	(void)unused;
	summary = run(&faults, "memory", false);
	expect("memory", "cells", "bit 5 of byte 0x7654f3 is 1 for 0");
	assert_int_equal(summary.failed, 1);
}

static void copies_that_go_wrong_are_found(void **unused)
{
	struct faults to_host = { .spoil_host = true }, to_device = { .spoil_device = true };

	(void)unused;
	run(&to_host, "dma", true);
	expect("dma", "to the host", "copy to the host of ");
	run(&to_device, "dma", true);
	expect("dma", "to the device", "copy to the device of ");
}

static void lost_interrupts_are_counted(void **unused)
{
	struct faults faults = { .lose_interrupts = 3 };

	(void)unused;
	run(&faults, "interrupt", true);
	expect("interrupt", "at the end of jobs", "16 jobs ended, 13 interrupts came");
}

/* Every test of an opcode must notice that it is broken, or it tests nothing. */
static void expect_all(const char *opcode)
{
	for (unsigned int i = 0; i < n_results; i++)
		if (!strncmp(results[i].name, opcode, strlen(opcode)) &&
		    results[i].outcome != SELFTEST_FAILED)
			fail_msg("%s did not fail", results[i].name);
}

static void bad_opcodes_are_named(void **unused)
{
	static const unsigned int ops[] = {
		ING_OP_SCALAR, ING_OP_LOOP, ING_OP_BREAK, ING_OP_EMIT, ING_OP_MATMUL, ING_OP_LOAD,
		ING_OP_GATHER, ING_OP_VEC, ING_OP_TOPK, ING_OP_PICK,
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		struct faults faults = { .opcode = ops[i] };
		struct selftest_summary summary = run(&faults, "command", true);

		expect_all(selftest_opcode_name(ops[i]));
		if (summary.suspects != 1ull << ops[i])
			fail_msg("opcode 0x%02x is bad, suspects are 0x%llx", ops[i],
				 (unsigned long long)summary.suspects);
	}
}

static void slots_that_are_too_long_are_found(void **unused)
{
	struct faults faults = { .extra_units = 4 };

	(void)unused;
	run(&faults, "slot", true);
	expect("slot", "read past the end", "not refused");
	expect("slot", "write past the end", "not refused");
}

static void permissions_that_are_too_wide_are_found(void **unused)
{
	struct faults faults = { .extra_perm = ING_PERM_READ | ING_PERM_WRITE };

	(void)unused;
	run(&faults, "slot", true);
	expect("slot", "read of a slot to write", "not refused");
	expect("slot", "write to a slot to read", "not refused");
}

static bool stop_at_once(void *priv)
{
	(void)priv;
	return true;
}

static void a_run_can_be_stopped(void **unused)
{
	const struct selftest_options options = { .result = keep, .stop = stop_at_once };
	struct selftest_summary summary;
	struct ingot_error err;
	struct ingot_device *dev = ingot_open("func:tiny", NULL, &err);

	(void)unused;
	assert_non_null(dev);
	n_results = 0;
	assert_int_equal(selftest_run(dev, &options, &summary, &err), 0);
	assert_int_equal(n_results, 0);
	ingot_close(dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_device_passes),
		cmocka_unit_test(every_address_line_is_named),
		cmocka_unit_test(two_address_lines_are_named),
		cmocka_unit_test(every_data_line_is_named),
		cmocka_unit_test(a_bad_cell_is_named),
		cmocka_unit_test(copies_that_go_wrong_are_found),
		cmocka_unit_test(lost_interrupts_are_counted),
		cmocka_unit_test(bad_opcodes_are_named),
		cmocka_unit_test(slots_that_are_too_long_are_found),
		cmocka_unit_test(permissions_that_are_too_wide_are_found),
		cmocka_unit_test(a_run_can_be_stopped),
	};

	setenv("INGOT_PATH", "build", 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
