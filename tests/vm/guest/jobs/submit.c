// SPDX-License-Identifier: MIT
/* Jobs by ioctl: what they are told, what they tell, their end, their order, cancellation, syncobjs. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"

#define FOREVER 60000

static void test_end(struct client *client)
{
	struct drm_ingot_record record;

	if (!is(run_job(client, ROUTINE_END, 0, &record), 0, "an empty job ends"))
		return;
	is(record.status, 0, "with status 0");
	is(take(client->fd, client->ctx, &record, 1, 0), -ENODATA, "nothing comes after");
}

static void test_events(struct client *client)
{
	struct drm_ingot_submit args = job_args(client->ctx, ROUTINE_EMIT, 100);
	struct drm_ingot_record records[128];
	int total = 0, bad = 0, n = 0;

	args.max_events = 100;
	args.args[1] = 7000;
	args.tag = 0xabcdef;
	is(submit(client->fd, &args), 0, "a job that emits is accepted");
	while (total < 101) {
		n = take(client->fd, client->ctx, records + total, 101 - (unsigned int)total,
			 FOREVER);
		if (n <= 0)
			break;
		total += n;
	}
	is(total, 101, "100 events and the end arrive");
	for (int i = 0; i < total; i++) {
		const struct drm_ingot_record *r = &records[i];

		bad += r->job != args.job || r->tag != args.tag;
		if (i < 100)
			bad += r->type != DRM_INGOT_RECORD_EVENT || r->value != 100u - (unsigned int)i ||
			       r->value2 != 7000u + (unsigned int)i;
		else
			bad += r->type != DRM_INGOT_RECORD_DONE || r->status || r->dropped;
	}
	is(bad, 0, "each as it should be");
}

static void test_dropped(struct client *client)
{
	struct drm_ingot_submit args = job_args(client->ctx, ROUTINE_EMIT, 5000);
	struct drm_ingot_record records[20];
	int total = 0, n;

	args.max_events = 10;
	is(submit(client->fd, &args), 0, "a job that emits too much is accepted");
	do {
		n = take(client->fd, client->ctx, records + total, 20u - (unsigned int)total,
			 FOREVER);
		total += n > 0 ? n : 0;
	} while (n > 0 && records[total - 1].type != DRM_INGOT_RECORD_DONE);
	is(total, 11, "10 events and the end are kept");
	is(records[10].dropped, 4990, "the others are counted");
}

static void test_fault(struct client *client)
{
	struct drm_ingot_record record;
	struct drm_ingot_submit args = job_args(client->ctx, ROUTINE_COUNT, 1000);

	is(run_job(client, ROUTINE_FAULT, 0, &record), 0, "a bad program ends");
	is(record.status, -EFAULT, "with -EFAULT");
	is(record.fault, ING_FAULT_OPCODE, "and the fault");
	args.slot = PROGRAM_SLOT + 1;
	is(submit(client->fd, &args), 0, "a job without a program is accepted");
	is(take_done(client->fd, client->ctx, args.job, &record, FOREVER), 0, "and ends");
	is(record.fault, ING_FAULT_PERM, "with the fault of its slot");
	args.slot = PROGRAM_SLOT;
	args.budget = 10;
	submit(client->fd, &args);
	take_done(client->fd, client->ctx, args.job, &record, FOREVER);
	is(record.fault, ING_FAULT_BUDGET, "a budget is kept");
	is(run_job(client, ROUTINE_COUNT, 1000, &record), 0, "the next job runs");
	is(record.status, 0, "unharmed");
}

static void test_order(struct client *client)
{
	enum { JOBS = 1000 };
	struct drm_ingot_record record;
	uint64_t first = 0, start = now_ms();
	int bad = 0;

	for (int i = 0; i < JOBS; i++) {
		struct drm_ingot_submit args = job_args(client->ctx, ROUTINE_END, 0);

		bad += submit(client->fd, &args) != 0;
		first = first ? first : args.job;
	}
	is(bad, 0, "%d jobs are accepted", JOBS);
	bad = 0;
	for (int i = 0; i < JOBS; i++) {
		int n = take(client->fd, client->ctx, &record, 1, FOREVER);

		bad += n != 1 || record.job != first + (unsigned int)i || record.status;
	}
	is(bad, 0, "and end, in order");
	printf("# %d jobs in %llu ms\n", JOBS, (unsigned long long)(now_ms() - start));
}

static void test_poll(struct client *client)
{
	struct pollfd pfd = { .fd = client->fd, .events = POLLIN };
	struct drm_ingot_submit args = job_args(client->ctx, ROUTINE_END, 0);
	struct drm_ingot_record record;

	is(poll(&pfd, 1, 0), 0, "poll says nothing when there is nothing");
	submit(client->fd, &args);
	is(poll(&pfd, 1, FOREVER), 1, "poll wakes up for a record");
	is(take(client->fd, client->ctx, &record, 1, 0), 1, "and there it is");
	is(poll(&pfd, 1, 0), 0, "once");
}

static void test_cancel(struct client *client)
{
	struct drm_ingot_submit spin = job_args(client->ctx, ROUTINE_SPIN, 0);
	struct drm_ingot_submit behind = job_args(client->ctx, ROUTINE_END, 0);
	struct drm_ingot_submit third = behind;
	struct drm_ingot_record record = { 0 };

	submit(client->fd, &spin);
	submit(client->fd, &behind);
	submit(client->fd, &third);
	is(take(client->fd, client->ctx, &record, 1, 50), -ETIME, "a spinning job spins");
	is(cancel(client->fd, client->ctx, behind.job), 0, "a queued job is cancelled");
	is(take(client->fd, client->ctx, &record, 1, 0), -ETIME,
		    "but ends after the one before it");
	is(cancel(client->fd, client->ctx, spin.job), 0, "the running one is, too");
	is(take_done(client->fd, client->ctx, spin.job, &record, FOREVER), 0, "it ends");
	is(record.status, -ECANCELED, "with -ECANCELED");
	is(take_done(client->fd, client->ctx, behind.job, &record, FOREVER), 0,
		    "the queued one ends");
	is(record.status, -ECANCELED, "with -ECANCELED");
	is(take_done(client->fd, client->ctx, third.job, &record, FOREVER), 0,
		    "the one behind them runs");
	is(record.status, 0, "to its end");
	is(cancel(client->fd, client->ctx, spin.job), 0, "cancelling it again is no error");
}

/* Cancels aim at one client's spinning job; those of the other must not be hit */
static void test_cancel_aim(struct client *client)
{
	enum { ROUNDS = 50 };
	uint32_t other = client_ctx(client, DRM_INGOT_PRIORITY_NORMAL);
	int bad = 0, hit = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct drm_ingot_submit aim = job_args(client->ctx, ROUTINE_COUNT, 20000);
		struct drm_ingot_submit innocent = job_args(other, ROUTINE_COUNT, 20000);
		struct drm_ingot_record record;

		submit(client->fd, &aim);
		submit(client->fd, &innocent);
		usleep((unsigned int)(rand() % 2000));
		cancel(client->fd, client->ctx, aim.job);
		if (take_done(client->fd, client->ctx, aim.job, &record, FOREVER))
			bad++;
		hit += record.status == -ECANCELED;
		bad += record.status && record.status != -ECANCELED;
		if (take_done(client->fd, other, innocent.job, &record, FOREVER))
			bad++;
		bad += record.status != 0;
	}
	is(bad, 0, "cancels that race with the end hit nobody else");
	printf("# %d of %d were hit\n", hit, ROUNDS);
	ctx_destroy(client->fd, other);
}

/* A job of high priority passes jobs that were there first: all but those in the ring already */
static void test_priority(struct client *client)
{
	enum { JOBS = 200 };
	uint32_t low = client_ctx(client, DRM_INGOT_PRIORITY_LOW);
	uint32_t high = client_ctx(client, DRM_INGOT_PRIORITY_HIGH);
	struct drm_ingot_submit urgent = job_args(high, ROUTINE_END, 0);
	struct drm_ingot_record record, records[JOBS];
	int bad = 0, done = 0, n;

	for (int i = 0; i < JOBS; i++) {
		struct drm_ingot_submit args = job_args(low, ROUTINE_COUNT, 20000);

		bad += submit(client->fd, &args) != 0;
	}
	/* one is over: now it is known how long they take */
	bad += take(client->fd, low, &record, 1, FOREVER) != 1;
	bad += submit(client->fd, &urgent) != 0;
	bad += take_done(client->fd, high, urgent.job, &record, FOREVER) != 0;
	n = take(client->fd, low, records, JOBS, 0);
	is(bad, 0, "jobs of two priorities are accepted");
	ok(n < JOBS - 1, "the urgent one comes before the last of the others (after %d)", n);
	for (done = 1 + (n > 0 ? n : 0); done < JOBS; done += n) {
		n = take(client->fd, low, records, JOBS, FOREVER);
		if (n <= 0)
			break;
	}
	is(done, JOBS, "which all end");
	ctx_destroy(client->fd, low);
	ctx_destroy(client->fd, high);
}

static void test_destroy(struct client *client)
{
	uint32_t ctx = client_ctx(client, DRM_INGOT_PRIORITY_LOW);
	struct drm_ingot_submit args = job_args(ctx, ROUTINE_SPIN, 0);
	struct drm_ingot_record record;

	submit(client->fd, &args);
	is(ctx_destroy(client->fd, ctx), 0, "a context with a running job is destroyed");
	is(take(client->fd, ctx, &record, 1, 0), -ENOENT, "and is no more");
	is(run_job(client, ROUTINE_END, 0, &record), 0, "others go on");
	for (int i = 0; i < 20; i++)
		ctx_destroy(client->fd, client_ctx(client, DRM_INGOT_PRIORITY_NORMAL));
	ok(true, "numbers of contexts come back");
}

static void test_limits(struct client *client)
{
	struct drm_ingot_submit args = job_args(client->ctx, ROUTINE_END, 0);
	int ctxs[16], n = 0;

	args.commands = 0;
	is(submit(client->fd, &args), -EINVAL, "an empty program is refused");
	args = job_args(client->ctx, ROUTINE_END, 0);
	args.slot = 32;
	is(submit(client->fd, &args), -EINVAL, "a slot past the table is refused");
	args = job_args(client->ctx + 100, ROUTINE_END, 0);
	is(submit(client->fd, &args), -ENOENT, "an unknown context is refused");
	args = job_args(client->ctx, ROUTINE_END, 0);
	args.flags = 4;
	is(submit(client->fd, &args), -EINVAL, "unknown flags are refused");
	args.flags = 0;
	args.max_events = DRM_INGOT_MAX_EVENTS + 1;
	is(submit(client->fd, &args), -EINVAL, "too many events are refused");
	while (n < 16 && (ctxs[n] = ctx_create(client->fd, 1)) > 0)
		n++;
	is(n < 16 ? ctxs[n] : 0, -ENOSPC, "contexts run out");
	is(n, 6, "when the file holds all but one");
	while (n--)
		ctx_destroy(client->fd, (uint32_t)ctxs[n]);
}

int main(void)
{
	struct client client;

	client_open(&client);
	test_end(&client);
	test_events(&client);
	test_dropped(&client);
	test_fault(&client);
	test_order(&client);
	test_poll(&client);
	test_cancel(&client);
	test_cancel_aim(&client);
	test_priority(&client);
	test_destroy(&client);
	test_limits(&client);
	client_close(&client);
	return tap_done();
}
