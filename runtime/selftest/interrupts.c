// SPDX-License-Identifier: MIT
/* Interrupts: jobs that are waited for one by one must each raise one. Their events raise none. */
#include <errno.h>

#include "run.h"

#define JOBS 16
#define SLOT 0

static int wait_for(struct run *run, unsigned int *events, struct ingot_error *err)
{
	struct ingot_completion c;
	int ret;

	do {
		ret = ingot_next(run->dev, &c, err);
		*events += !ret && !c.done;
	} while (!ret && !c.done);
	if (!ret && c.fault)
		ret = ingot_error_set(err, -EIO, "a job that only posts an event faulted: %s",
				      ingot_fault_name(c.fault));
	return ret;
}

static int run_jobs(struct run *run, struct ingot_context *ctx, struct ingot_buffer *program,
		    unsigned int *events, struct ingot_error *err)
{
	const uint32_t cmds[2][ING_CMD_BYTES / 4] = {
		{ ING_OP_EMIT }, { ING_OP_END },
	};
	const struct ingot_job job = {
		.slot = SLOT, .commands = 2, .flags = INGOT_JOB_INTERRUPT, .events = 1,
	};
	int ret = ingot_buffer_upload(program, 0, cmds, sizeof(cmds), err);

	ret = ret ? ret : ingot_context_bind(ctx, SLOT, program, ING_PERM_EXEC, err);
	for (int i = 0; !ret && i < JOBS; i++) {
		ret = ingot_submit(ctx, &job, err);
		ret = ret ? ret : wait_for(run, events, err);
	}
	return ret;
}

static void judge(uint64_t before, uint64_t after, unsigned int events,
		  struct selftest_result *result)
{
	const unsigned long long raised = after - before;

	if (events != JOBS)
		result_fail(result, "%d jobs posted %u events for %d", JOBS, events, JOBS);
	else if (before == INGOT_UNKNOWN || after == INGOT_UNKNOWN)
		result_say(result, "%d jobs and events, not counted: /proc/interrupts tells nothing of this device",
			   JOBS);
	else if (raised < JOBS)
		result_fail(result, "%d jobs ended, %llu interrupts came: %llu ends were found by looking, late",
			    JOBS, raised, JOBS - raised);
	else
		result_say(result, "%d jobs and events, %llu interrupts", JOBS, raised);
}

static void test_jobs(struct run *run, const void *priv, struct selftest_result *result)
{
	struct ingot_device_traffic before, after;
	struct ingot_error err = { 0 };
	struct ingot_buffer *program;
	struct ingot_context *ctx;
	unsigned int events = 0;

	(void)priv;
	program = ingot_buffer_create_program(run->dev, 2 * ING_CMD_BYTES, &err);
	ctx = program ? ingot_context_create(run->dev, &err) : NULL;
	ingot_device_traffic(run->dev, &before);
	if (!ctx || run_jobs(run, ctx, program, &events, &err)) {
		result_fail(result, "%s", err.text);
	} else {
		ingot_device_traffic(run->dev, &after);
		judge(before.interrupts, after.interrupts, events, result);
	}
	ingot_context_destroy(ctx);
	ingot_buffer_destroy(program);
}

void test_interrupts(struct run *run)
{
	run_test(run, "interrupt", "at the end of jobs", test_jobs, NULL);
}
