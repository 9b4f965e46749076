// SPDX-License-Identifier: MIT
/* A run of all tests. */
#include "run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

uint64_t test_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void say(struct selftest_result *result, const char *fmt, va_list args)
{
	vsnprintf(result->detail, sizeof(result->detail), fmt, args);
}

void result_fail(struct selftest_result *result, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(result, fmt, args);
	va_end(args);
	result->outcome = SELFTEST_FAILED;
}

void result_say(struct selftest_result *result, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(result, fmt, args);
	va_end(args);
}

void result_skip(struct selftest_result *result, const char *why)
{
	result_say(result, "%s", why);
	result->outcome = SELFTEST_SKIPPED;
}

bool run_stops(const struct run *run)
{
	return run->options->stop && run->options->stop(run->options->priv);
}

void run_progress(const struct run *run, uint64_t done, uint64_t total)
{
	if (run->options->progress)
		run->options->progress(run->options->priv, done, total);
}

enum selftest_outcome run_test(struct run *run, const char *group, const char *name, test_fn test,
			       const void *priv)
{
	struct selftest_result result = { .group = group, .name = name };
	const uint64_t begin = test_ns();

	if (run_stops(run))
		return SELFTEST_SKIPPED;
	test(run, priv, &result);
	result.ns = test_ns() - begin;
	if (run_stops(run))
		return SELFTEST_SKIPPED;
	run->summary->passed += result.outcome == SELFTEST_PASSED;
	run->summary->failed += result.outcome == SELFTEST_FAILED;
	run->summary->skipped += result.outcome == SELFTEST_SKIPPED;
	run->options->result(run->options->priv, &result);
	return result.outcome;
}

static const struct group {
	const char *name;
	void (*run)(struct run *run);
} groups[] = {
	{ "memory", test_memory }, { "dma", test_dma }, { "interrupt", test_interrupts },
	{ "command", test_commands }, { "slot", test_slots },
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))

bool selftest_has_group(const char *name)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (!strcmp(groups[i].name, name))
			return true;
	return false;
}

int selftest_run(struct ingot_device *dev, const struct selftest_options *options,
		 struct selftest_summary *summary, struct ingot_error *err)
{
	const char *uri = ingot_device_uri(dev);
	struct run run = {
		.dev = dev,
		.config = ingot_device_config(dev),
		.options = options,
		.summary = summary,
		.real = !strncmp(uri, "drm:", 4),
		.slow = !strncmp(uri, "rtl:", 4),
	};

	*summary = (struct selftest_summary){ 0 };
	if (options->only && !selftest_has_group(options->only))
		return ingot_error_set(err, -EINVAL, "there are no tests of '%s'", options->only);
	for (size_t i = 0; i < GROUPS; i++)
		if (!options->only || !strcmp(options->only, groups[i].name))
			groups[i].run(&run);
	return 0;
}

const char *selftest_opcode_name(unsigned int op)
{
	switch (op) {
	case ING_OP_END: return "END";
	case ING_OP_SCALAR: return "SCALAR";
	case ING_OP_LOOP: return "LOOP";
	case ING_OP_BREAK: return "BREAK";
	case ING_OP_EMIT: return "EMIT";
	case ING_OP_BARRIER: return "BARRIER";
	case ING_OP_MATMUL: return "MATMUL";
	case ING_OP_LOAD: return "LOAD";
	case ING_OP_GATHER: return "GATHER";
	case ING_OP_VEC: return "VEC";
	case ING_OP_TOPK: return "TOPK";
	case ING_OP_PICK: return "PICK";
	default: return "?";
	}
}
