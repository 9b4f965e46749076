// SPDX-License-Identifier: MIT
/* ingot bench --jobs: what submitting costs. Empty jobs, in batches, by io_uring and by ioctl. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "cli.h"
#include "empty_job.h"
#include "interrupt.h"

/* Rounds of each measurement; the doors take turns, so that both see the same machine. */
#define ROUNDS 4
/* Most ways to submit jobs to one device. */
#define DOORS 2

/**
 * struct door - a way to submit jobs, and the device opened for it
 * @dev: the device
 * @empty: its empty job
 */
struct door {
	struct ingot_device *dev;
	struct empty_job empty;
};

/**
 * struct tally - what was measured at one depth through one door
 * @door: its name
 * @depth: jobs queued at once
 * @jobs: that were run
 * @ns: time they took
 * @traffic: of these jobs
 */
struct tally {
	const char *door;
	uint32_t depth;
	uint64_t jobs, ns;
	struct ingot_device_traffic traffic;
};

static int open_door(struct door *d, const struct engine_options *o, const char *submit,
		     struct ingot_error *err)
{
	const struct ingot_open_options options = { .threads = 1, .isa = o->isa, .submit = submit };
	int ret;

	d->dev = ingot_open(o->uri, &options, err);
	if (!d->dev)
		return err->code;
	ret = empty_job_open(&d->empty, d->dev, err);
	d->empty.job.flags |= INGOT_JOB_QUIET;
	return ret;
}

static void close_doors(struct door *doors, int count)
{
	for (int i = 0; i < count; i++) {
		interrupt_device(NULL);
		if (!doors[i].dev)
			continue;
		empty_job_close(&doors[i].empty);
		ingot_close(doors[i].dev);
	}
}

/* Those that were asked for; in the process there is only one, and it needs no forcing. */
static int open_doors(struct door doors[DOORS], const struct engine_options *o,
		      struct ingot_error *err)
{
	struct ingot_device_traffic traffic;
	int ret = open_door(&doors[0], o, o->submit, err);

	if (ret)
		return ret;
	ingot_device_traffic(doors[0].dev, &traffic);
	if (o->submit || !strcmp(traffic.door, "rings"))
		return 1;
	ret = open_door(&doors[1], o, strcmp(traffic.door, "uring") ? "uring" : "ioctl", err);
	/* Without io_uring there is nothing to compare with: that is no failure. */
	if (ret && !doors[1].dev)
		cli_complain("%s", err->text);
	return ret && doors[1].dev ? ret : 2 - !doors[1].dev;
}

static int submit_all(struct door *d, const struct ingot_job *jobs, uint32_t depth,
		      struct ingot_error *err)
{
	for (uint32_t done = 0; done < depth;) {
		int ret = ingot_submit_batch(d->empty.ctx, jobs + done, depth - done, err);

		if (ret < 0)
			return ret;
		done += (uint32_t)ret;
	}
	return 0;
}

static int take_all(struct door *d, struct ingot_completion *ends, uint32_t depth,
		    struct ingot_error *err)
{
	for (uint32_t done = 0; done < depth;) {
		int ret = ingot_next_batch(d->dev, ends, depth - done, depth - done, err);

		if (ret < 0)
			return ret;
		for (int i = 0; i < ret; i++)
			if (ends[i].fault)
				return ingot_error_set(err, -EIO, "%s: an empty job faulted: %s",
						       ingot_device_uri(d->dev),
						       ingot_fault_name(ends[i].fault));
		done += (uint32_t)ret;
	}
	return 0;
}

static uint64_t difference(uint64_t after, uint64_t before)
{
	return after == INGOT_UNKNOWN || before == INGOT_UNKNOWN ? INGOT_UNKNOWN : after - before;
}

static void add(uint64_t *sum, uint64_t value)
{
	*sum = *sum == INGOT_UNKNOWN || value == INGOT_UNKNOWN ? INGOT_UNKNOWN : *sum + value;
}

static void add_traffic(struct tally *t, const struct ingot_device_traffic *before,
			const struct ingot_device_traffic *after)
{
	add(&t->traffic.system_calls, difference(after->system_calls, before->system_calls));
	add(&t->traffic.doorbells, difference(after->doorbells, before->doorbells));
	add(&t->traffic.interrupts, difference(after->interrupts, before->interrupts));
}

static int run_batches(struct door *d, struct tally *t, uint64_t count,
		       const struct ingot_job *jobs, struct ingot_completion *ends,
		       struct ingot_error *err)
{
	struct ingot_device_traffic before, after;
	uint64_t done = 0, start;
	int ret = 0;

	ingot_device_traffic(d->dev, &before);
	start = now_ns();
	while (!ret && done < count && !interrupted()) {
		ret = submit_all(d, jobs, t->depth, err);
		ret = ret ? ret : take_all(d, ends, t->depth, err);
		done += t->depth;
	}
	t->ns += now_ns() - start;
	t->jobs += done;
	ingot_device_traffic(d->dev, &after);
	t->door = after.door;
	add_traffic(t, &before, &after);
	return ret;
}

static int measure_round(struct door *d, struct tally *t, uint64_t count, struct ingot_error *err)
{
	struct ingot_job *jobs = calloc(t->depth, sizeof(*jobs));
	struct ingot_completion *ends = calloc(t->depth, sizeof(*ends));
	int ret;

	for (uint32_t i = 0; jobs && i < t->depth; i++)
		jobs[i] = d->empty.job;
	interrupt_device(d->dev);
	if (jobs && ends)
		ret = run_batches(d, t, count, jobs, ends, err);
	else
		ret = ingot_error_set(err, -ENOMEM, "out of memory");
	free(ends);
	free(jobs);
	return ret;
}

/* ---- printing ---- */

static double per_second(const struct tally *t)
{
	return t->ns ? (double)t->jobs * 1e9 / (double)t->ns : 0;
}

static void put_count(struct json *j, const char *key, uint64_t value)
{
	if (value == INGOT_UNKNOWN)
		json_null(j, key);
	else
		json_uint(j, key, value);
}

static void put_tally(struct json *j, const struct tally *t)
{
	json_open(j, NULL, '{');
	json_uint(j, "depth", t->depth);
	json_string(j, "submit", t->door);
	json_uint(j, "jobs", t->jobs);
	json_uint(j, "ns", t->ns);
	json_real(j, "jobs_per_second", per_second(t));
	put_count(j, "system_calls", t->traffic.system_calls);
	put_count(j, "doorbells", t->traffic.doorbells);
	put_count(j, "interrupts", t->traffic.interrupts);
	json_close(j, '}');
}

static void print_cell(uint64_t value)
{
	if (value == INGOT_UNKNOWN)
		printf(" %12s |", "?");
	else
		printf(" %12" PRIu64 " |", value);
}

static void print_tally(const struct tally *t)
{
	printf("| %5u | %-6s | %7" PRIu64 " | %10.0f |", t->depth, t->door, t->jobs, per_second(t));
	print_cell(t->traffic.system_calls);
	print_cell(t->traffic.doorbells);
	print_cell(t->traffic.interrupts);
	putchar('\n');
	fflush(stdout);
}

static void begin(struct json *j, const struct door *d)
{
	if (j) {
		json_open(j, NULL, '{');
		json_string(j, "device", ingot_device_uri(d->dev));
		json_string(j, "config", ingot_device_config(d->dev)->model);
		json_open(j, "tests", '[');
		return;
	}
	puts("| depth | submit |    jobs |     jobs/s | system calls |    doorbells |   interrupts |");
	puts("| ----: | ------ | ------: | ---------: | -----------: | -----------: | -----------: |");
}

static void end(struct json *j)
{
	if (!j)
		return;
	json_close(j, ']');
	json_close(j, '}');
}

/* ---- the measurement ---- */

static int measure_depth(struct door *doors, int count, uint32_t depth, uint64_t jobs,
			 struct json *j, struct ingot_error *err)
{
	struct tally tallies[DOORS] = { 0 }, warm;
	int ret = 0;

	for (int i = 0; i < count; i++)
		tallies[i].depth = depth;
	for (int round = 0; !ret && round < ROUNDS; round++)
		for (int i = 0; !ret && i < count && !interrupted(); i++) {
			warm = tallies[i];
			ret = measure_round(&doors[i], &warm, 1, err);
			ret = ret ? ret : measure_round(&doors[i], &tallies[i], jobs / ROUNDS, err);
		}
	for (int i = 0; !ret && i < count && !interrupted(); i++) {
		if (j)
			put_tally(j, &tallies[i]);
		else
			print_tally(&tallies[i]);
	}
	return ret;
}

static int run(struct door *doors, int count, const struct option_list *depths, uint64_t jobs,
	       struct json *j)
{
	struct ingot_error err = { 0 };
	int ret = 0;

	begin(j, &doors[0]);
	for (int i = 0; !ret && i < depths->count; i++)
		ret = measure_depth(doors, count, (uint32_t)depths->values[i], jobs, j, &err);
	end(j);
	if (ret)
		return cli_fail(&err);
	return interrupted() ? interrupt_status() : 0;
}

int bench_jobs(const struct engine_options *o, const struct option_list *depths, uint64_t count,
	       bool as_json)
{
	struct json json = { .out = stdout };
	struct door doors[DOORS] = { 0 };
	struct ingot_error err = { 0 };
	int open = open_doors(doors, o, &err), status;

	if (open < 0)
		status = cli_fail(&err);
	else
		status = run(doors, open, depths, count, as_json ? &json : NULL);
	close_doors(doors, DOORS);
	return status;
}
