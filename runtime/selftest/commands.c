// SPDX-License-Identifier: MIT
/* Every command against the functional model, and which opcode explains what differs. */
#include <errno.h>
#include <limits.h>

#include "command.h"

/**
 * struct commands - the group's state
 * @rig: device and reference
 * @in_failed: opcodes that all failed tests use
 * @passed: for each opcode, how many tests that use it have passed
 * @failed: a test has failed
 */
struct commands {
	struct rig rig;
	uint64_t in_failed;
	unsigned int passed[64];
	bool failed;
};

/** struct one_command - a test of the group, as its function gets it */
struct one_command {
	struct commands *all;
	const struct command_test *test;
};

static void learn(struct commands *all, const struct builder *b, bool failed)
{
	all->failed |= failed;
	if (failed)
		all->in_failed &= b->ops;
	for (unsigned int op = 0; !failed && op < 64; op++)
		all->passed[op] += b->ops >> op & 1;
}

/*
 * What all failed tests have in common, and the fewest passed ones: an opcode may be wrong in one
 * of its forms only, so that some tests of it pass.
 */
static uint64_t suspects(const struct commands *all)
{
	unsigned int least = UINT_MAX;
	uint64_t ops = 0;

	for (unsigned int op = 0; op < 64; op++) {
		if (!(all->in_failed >> op & 1) || all->passed[op] > least)
			continue;
		ops = (all->passed[op] < least ? 0 : ops) | OP_BIT(op);
		least = all->passed[op];
	}
	return ops;
}

static void run_program(struct commands *all, struct builder *b, const struct command_test *test,
			struct selftest_result *result)
{
	const struct ingot_job job = {
		.slot = SLOT_CODE, .args = { 3, 5, 1, 70000, 1u << 31, 6, 12, 99 },
	};
	struct ingot_error err;

	test->build(b, test->args);
	begin(b, ING_OP_END);
	program_end(b->p);
	if (rig_run(&all->rig, b->p, &job, &err))
		result_fail(result, "%s", err.text);
	else if (rig_end(&all->rig.there)->fault)
		result_fail(result, "the test itself is wrong: the reference refuses it: %s, command %u",
			    ingot_fault_name(rig_end(&all->rig.there)->fault),
			    rig_end(&all->rig.there)->value);
	else
		rig_compare(&all->rig, result);
}

static void test_command(struct run *run, const void *priv, struct selftest_result *result)
{
	const struct one_command *one = priv;
	struct builder b = { .p = program_create(), .config = run->config };

	if (!b.p) {
		result_fail(result, "out of memory");
		return;
	}
	run_program(one->all, &b, one->test, result);
	learn(one->all, &b, result->outcome == SELFTEST_FAILED);
	program_destroy(b.p);
}

static void test_table(struct run *run, struct commands *all, const struct command_test *table)
{
	for (const struct command_test *test = table; test->name; test++) {
		const struct one_command one = { all, test };

		if (!test->formats || run->config->formats & test->formats)
			run_test(run, "command", test->name, test_command, &one);
	}
}

static void test_reference(struct run *run, const void *priv, struct selftest_result *result)
{
	struct commands *all = (struct commands *)priv;
	struct ingot_error err;

	if (rig_open(&all->rig, run, &err))
		result_fail(result, "%s", err.text);
}

void test_commands(struct run *run)
{
	struct commands all = { .in_failed = UINT64_MAX };
	const bool sound = !run->summary->failed;

	if (run_test(run, "command", "reference", test_reference, &all) == SELFTEST_PASSED) {
		test_table(run, &all, control_tests);
		test_table(run, &all, stream_tests);
		test_table(run, &all, vector_tests);
	}
	/* broken memory spoils what every opcode reads */
	if (all.failed && sound)
		run->summary->suspects = suspects(&all);
	rig_close(&all.rig);
}
