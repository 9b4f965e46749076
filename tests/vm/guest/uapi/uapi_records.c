// SPDX-License-Identifier: MIT
/* WAIT, poll, CANCEL, and closing a file. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"
#include "tap.h"

#define MS 1000000ll

static int wait_with(const struct bench *b, struct drm_ingot_wait w)
{
	w.ctx = b->ctx;
	return raw_ioctl(b->fd, DRM_IOCTL_INGOT_WAIT, &w);
}

/* ---- WAIT ---- */

static void test_wait_arguments(void)
{
	struct drm_ingot_record r[4];
	const struct drm_ingot_wait good = {
		.record_size = sizeof(*r), .timeout_ns = FOREVER, .records = (uintptr_t)r,
		.capacity = 4,
	};
	struct drm_ingot_wait w;
	struct bench b;

	bench_open(&b);
	bench_start(&b, PROG_END, 0, 0);
	w = good;
	w.capacity = 0;
	CHECK_IS(wait_with(&b, w), -EINVAL);
	for (uint32_t size = 0; size < 200; size++) {
		w = good;
		w.record_size = size;
		if (size != sizeof(*r))
			CHECK_IS(wait_with(&b, w), -EINVAL);
	}
	w = good;
	w.record_size = UINT32_MAX;
	CHECK_IS(wait_with(&b, w), -EINVAL);
	w = good;
	w.capacity = UINT32_MAX;
	CHECK_OK(wait_with(&b, w));
	CHECK_IS(wait_with(&b, good), -ENODATA);
}

/* What could not be copied is given the next time */
static void test_wait_efault(void)
{
	struct drm_ingot_record *edge = raw_before_hole(sizeof(*edge));
	struct bench b;

	bench_open(&b);
	bench_start(&b, PROG_COUNT, 5, 0);
	CHECK_IS(raw_wait(b.fd, b.ctx, FOREVER, (void *)BAD_ADDRESS, 1), -EFAULT);
	CHECK_IS(raw_wait(b.fd, b.ctx, FOREVER, (void *)WILD_ADDRESS, 8), -EFAULT);
	CHECK_IS(raw_wait(b.fd, b.ctx, FOREVER, raw_read_only(), 1), -EFAULT);
	CHECK_IS(raw_wait(b.fd, b.ctx, FOREVER, NULL, 1), -EFAULT);
	for (uint32_t i = 5; i; i--) {
		CHECK_IS(raw_wait(b.fd, b.ctx, FOREVER, edge, 1), 1);
		CHECK_IS(edge->value, i);
		CHECK_IS(raw_wait(b.fd, b.ctx, FOREVER, edge + 1, 1), -EFAULT);
	}
	CHECK_IS(bench_next(&b).type, DRM_INGOT_RECORD_DONE);
}

static void test_wait_times(void)
{
	struct drm_ingot_record r;
	struct bench b;
	uint64_t job;

	bench_open(&b);
	CHECK_IS(raw_wait(b.fd, b.ctx, FOREVER, &r, 1), -ENODATA);
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ENODATA);
	job = bench_start(&b, PROG_SPIN_TOLD, 1, 2);
	CHECK_IS(bench_next(&b).value, 1);
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ETIME);
	CHECK_IS(raw_wait(b.fd, b.ctx, 1, &r, 1), -ETIME);
	CHECK_IS(raw_wait(b.fd, b.ctx, raw_in_ns(-MS), &r, 1), -ETIME);
	CHECK_IS(raw_wait(b.fd, b.ctx, raw_in_ns(20 * MS), &r, 1), -ETIME);
	CHECK_OK(raw_cancel(b.fd, b.ctx, job));
	CHECK_IS(raw_wait(b.fd, b.ctx, INT64_MAX, &r, 1), 1);
	CHECK_IS(r.status, -ECANCELED);
	CHECK_IS(raw_wait(b.fd, b.ctx, INT64_MIN, &r, 1), -ENODATA);
	bench_start(&b, PROG_END, 0, 0);
	CHECK_IS(raw_wait(b.fd, b.ctx, INT64_MIN, &r, 1), 1);
}

static void test_capacity(void)
{
	struct drm_ingot_record r[64];
	struct bench b;
	uint32_t seen = 0, jobs = 12, per_job = 6;

	bench_open(&b);
	for (uint32_t i = 0; i < jobs; i++)
		bench_start(&b, PROG_COUNT, per_job - 1, i);
	for (uint32_t capacity = 1; seen < jobs * per_job; capacity = capacity % 17 + 1) {
		int count = raw_wait(b.fd, b.ctx, FOREVER, r, capacity);

		CHECK(count > 0 && count <= (int)capacity);
		for (int i = 0; i < count; i++, seen++) {
			uint32_t left = per_job - 1 - seen % per_job;

			CHECK_IS(r[i].type, left ? DRM_INGOT_RECORD_EVENT : DRM_INGOT_RECORD_DONE);
			CHECK(r[i].value == left && (!left || r[i].value2 == seen / per_job));
		}
	}
	CHECK_IS(raw_wait(b.fd, b.ctx, FOREVER, r, 64), -ENODATA);
}

#define READERS 4
#define RACE_JOBS 400

struct race {
	struct bench b;
	uint32_t taken[RACE_JOBS][2];
	uint64_t first;
};

static void *read_records(void *arg)
{
	struct race *race = arg;
	struct drm_ingot_record r[3];
	int count;

	while ((count = raw_wait(race->b.fd, race->b.ctx, FOREVER, r, 3)) > 0)
		for (int i = 0; i < count; i++)
			__atomic_add_fetch(&race->taken[r[i].job - race->first][r[i].type - 1], 1,
					   __ATOMIC_RELAXED);
	CHECK_IS(count, -ENODATA);
	return NULL;
}

static void test_readers(void)
{
	static struct race race;
	pthread_t threads[READERS];

	bench_open(&race.b);
	race.first = bench_start(&race.b, PROG_EMIT, 0, 0);
	for (int i = 1; i < RACE_JOBS; i++)
		bench_start(&race.b, PROG_EMIT, i, 0);
	for (int i = 0; i < READERS; i++)
		CHECK_OK(pthread_create(&threads[i], NULL, read_records, &race));
	for (int i = 0; i < READERS; i++)
		CHECK_OK(pthread_join(threads[i], NULL));
	for (int i = 0; i < RACE_JOBS; i++)
		CHECK(race.taken[i][0] == 1 && race.taken[i][1] == 1);
}

static void *wait_for_ever(void *arg)
{
	const struct bench *b = arg;
	static struct drm_ingot_record r;

	return (void *)(intptr_t)raw_wait(b->fd, b->ctx, FOREVER, &r, 1);
}

static void test_destroy_wakes(void)
{
	struct bench b;
	pthread_t thread;
	uint32_t mine;
	void *ret;

	bench_open(&b);
	mine = b.ctx;
	bench_start(&b, PROG_SPIN, 0, 0);
	CHECK_OK(pthread_create(&thread, NULL, wait_for_ever, &b));
	CHECK_OK(raw_ctx_destroy(b.fd, mine));
	CHECK_OK(pthread_join(thread, &ret));
	CHECK_IS((intptr_t)ret, -ENOENT);
}

/* ---- poll ---- */

static int events_of(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	CHECK(poll(&p, 1, 0) >= 0);
	return p.revents;
}

static void test_poll(void)
{
	struct bench b;
	struct pollfd p;
	uint32_t other;
	struct drm_ingot_submit s;
	uint64_t job;

	bench_open(&b);
	p = (struct pollfd){ .fd = b.fd, .events = POLLIN };
	other = bench_ctx(&b, DRM_INGOT_PRIORITY_NORMAL);
	CHECK_IS(events_of(b.fd), 0);
	job = bench_start(&b, PROG_SPIN_TOLD, 1, 2);
	CHECK_IS(poll(&p, 1, -1), 1);
	CHECK_IS(p.revents, POLLIN);
	CHECK_IS(bench_next(&b).value, 1);
	CHECK_IS(events_of(b.fd), 0);
	CHECK_OK(raw_cancel(b.fd, b.ctx, job));
	CHECK_IS(poll(&p, 1, -1), 1);
	CHECK_IS(bench_end(&b, job).status, -ECANCELED);
	CHECK_IS(events_of(b.fd), 0);
	s = bench_job(&b, PROG_EMIT, 1, 2);
	s.ctx = other;
	CHECK_OK(raw_submit(b.fd, &s));
	CHECK_IS(poll(&p, 1, -1), 1);
	/* its records go with their context */
	CHECK_OK(raw_ctx_destroy(b.fd, other));
	CHECK_IS(events_of(b.fd), 0);
}

/* ---- CANCEL ---- */

static void test_cancel_states(void)
{
	struct bench b;
	uint64_t running, behind, last;

	bench_open(&b);
	running = bench_start(&b, PROG_SPIN_TOLD, 1, 2);
	behind = bench_start(&b, PROG_EMIT, 5, 0);
	last = bench_start(&b, PROG_EMIT, 6, 0);
	CHECK_IS(bench_next(&b).value, 1);
	CHECK_OK(raw_cancel(b.fd, b.ctx, behind));
	CHECK_OK(raw_cancel(b.fd, b.ctx, behind));
	CHECK_OK(raw_cancel(b.fd, b.ctx, running));
	CHECK_IS(bench_next(&b).status, -ECANCELED);
	/* the queued one has not run: there is no event of it */
	CHECK_IS(bench_next(&b).job, behind);
	CHECK_IS(bench_next(&b).value, 6);
	CHECK_IS(bench_end(&b, last).status, 0);
	CHECK_OK(raw_cancel(b.fd, b.ctx, running));
	CHECK_OK(raw_cancel(b.fd, b.ctx, last));
	CHECK_OK(raw_cancel(b.fd, b.ctx, UINT64_MAX));
	CHECK_OK(raw_cancel(b.fd, b.ctx, 0));
	bench_prove(&b);
}

static void test_cancel_all(void)
{
	struct bench b, other;
	uint64_t last = 0;

	bench_open(&b);
	bench_open(&other);
	for (int i = 0; i < 100; i++)
		last = bench_start(&b, PROG_SPIN, 0, 0);
	CHECK_OK(raw_cancel(b.fd, b.ctx, 0));
	for (int i = 0; i < 100; i++)
		CHECK_IS(bench_next(&b).status, -ECANCELED);
	CHECK(last);
	bench_prove(&b);
	bench_prove(&other);
}

/* A number of another context's job, or of another file's, cancels nothing */
static void test_cancel_foreign(void)
{
	struct bench b, other;
	uint64_t job;
	uint32_t ctx;
	struct drm_ingot_record r;

	bench_open(&b);
	bench_open(&other);
	ctx = bench_ctx(&b, DRM_INGOT_PRIORITY_NORMAL);
	bench_shut_gate(&b, 0);
	job = bench_start(&b, PROG_GATE, 0, 4);
	CHECK_IS(bench_next(&b).type, DRM_INGOT_RECORD_EVENT);
	CHECK_OK(raw_cancel(b.fd, ctx, job));
	CHECK_OK(raw_cancel(other.fd, other.ctx, job));
	CHECK_OK(raw_cancel(other.fd, other.ctx, 0));
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ETIME);
	bench_open_gate(&b, 0);
	CHECK_IS(bench_end(&b, job).status, 0);
}

/* Cancelling while jobs start and end: each ends once, and nobody else's does */
static void test_cancel_race(void)
{
	struct bench b, other;
	uint64_t job;

	bench_open(&b);
	bench_open(&other);
	for (int i = 0; i < 300; i++) {
		uint64_t innocent = bench_start(&other, PROG_COUNT, 20, 0);
		struct drm_ingot_record r;

		job = bench_start(&b, PROG_COUNT, i % 40 + 1, 0);
		CHECK_OK(raw_cancel(b.fd, b.ctx, i % 3 ? job : 0));
		r = bench_end(&b, job);
		CHECK(!r.status || r.status == -ECANCELED);
		CHECK_IS(bench_end(&other, innocent).status, 0);
	}
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &(struct drm_ingot_record){ 0 }, 1), -ENODATA);
}

/* ---- close ---- */

static void test_close_busy(void)
{
	const int watch = raw_open_alone();
	const uint64_t used = raw_memory(watch).used;
	struct bench other;

	bench_open(&other);
	for (int i = 0; i < 30; i++) {
		struct bench b;

		bench_open(&b);
		for (int k = 0; k < 20; k++)
			bench_start(&b, (i + k) % 3 ? PROG_COUNT : PROG_SPIN, 500, 0);
		/* where the first job is one that ends */
		if (i % 3 == 1)
			CHECK_IS(bench_next(&b).job, 1);
		close(b.fd);
	}
	bench_prove(&other);
	close(other.fd);
	raw_wait_used(watch, used);
}

static void test_exit_busy(void)
{
	const int watch = raw_open_alone();
	const uint64_t used = raw_memory(watch).used;

	for (int i = 0; i < 20; i++) {
		pid_t child = tap_fork();

		if (!child) {
			struct bench b;

			bench_open(&b);
			for (int k = 0; k < 10; k++)
				bench_start(&b, PROG_SPIN, 0, 0);
			_exit(0);
		}
		tap_join(child);
	}
	raw_wait_used(watch, used);
}

static const struct tap_case cases[] = {
	{ "WAIT checks capacity and record size", test_wait_arguments },
	{ "WAIT keeps records that cannot be copied", test_wait_efault },
	{ "WAIT gives ETIME while something may come, ENODATA when nothing will", test_wait_times },
	{ "WAIT gives each record once, in order, whatever the capacity", test_capacity },
	{ "several readers get each record once", test_readers },
	{ "WAIT ends with ENOENT when its context is destroyed", test_destroy_wakes },
	{ "poll says whether there are records", test_poll },
	{ "queued, running and finished jobs can be cancelled", test_cancel_states },
	{ "all jobs of a context can be cancelled at once", test_cancel_all },
	{ "jobs of other contexts and files are not cancelled", test_cancel_foreign },
	{ "cancels that race with starts and ends hit nobody else", test_cancel_race },
	{ "a file can be closed with jobs under way", test_close_busy },
	{ "a process can end with jobs under way", test_exit_busy },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
