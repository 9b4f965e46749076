// SPDX-License-Identifier: MIT
/* What clients see of a reset that none of them caused: forced through debugfs. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"
#include "rings.h"
#include "tap.h"

/* Returns when the device works again */
static void force_reset(void)
{
	int fd = raw_debugfs("force_reset", O_WRONLY);

	if (fd < 0)
		SKIP("cannot force a reset: mount debugfs, as root");
	CHECK_IS(write(fd, "test", 4), 4);
	close(fd);
}

static uint64_t start_gate(const struct bench *b, uint32_t flags)
{
	struct drm_ingot_submit s = bench_job(b, PROG_GATE, 0, 5);

	bench_shut_gate(b, 0);
	s.flags = flags;
	CHECK_OK(raw_submit(b->fd, &s));
	CHECK_IS(bench_next(b).value2, 5);
	return s.job;
}

static void test_told(void)
{
	int fd = raw_open();
	uint32_t resets = raw_info(fd).resets;

	force_reset();
	CHECK_IS(raw_info(fd).resets, resets + 1);
}

/* It had told an event before the reset; it tells the next one after it, and that one not again */
static void test_restartable(void)
{
	struct drm_ingot_record r;
	struct bench b;
	uint64_t job;

	bench_open(&b);
	for (int i = 0; i < 3; i++) {
		job = start_gate(&b, DRM_INGOT_JOB_RESTARTABLE);
		force_reset();
		bench_open_gate(&b, 0);
		r = bench_next(&b);
		CHECK(r.type == DRM_INGOT_RECORD_EVENT && r.value == 5);
		r = bench_next(&b);
		CHECK(r.type == DRM_INGOT_RECORD_DONE && r.job == job && !r.status && !r.dropped);
	}
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ENODATA);
	bench_prove(&b);
}

static void test_not_restartable(void)
{
	struct drm_ingot_record r;
	struct bench b;
	uint64_t job, behind;

	bench_open(&b);
	job = start_gate(&b, 0);
	behind = bench_start(&b, PROG_EMIT, 6, 0);
	force_reset();
	r = bench_next(&b);
	CHECK(r.type == DRM_INGOT_RECORD_DONE && r.job == job && r.status == -EIO);
	/* what had not begun runs */
	CHECK_IS(bench_next(&b).value, 6);
	CHECK_IS(bench_end(&b, behind).status, 0);
	bench_prove(&b);
}

static void test_queued(void)
{
	struct bench b;
	uint64_t gate, last = 0;

	bench_open(&b);
	gate = start_gate(&b, DRM_INGOT_JOB_RESTARTABLE);
	for (uint32_t i = 0; i < 700; i++)
		last = bench_start(&b, PROG_EMIT, i, 0);
	force_reset();
	bench_open_gate(&b, 0);
	CHECK_IS(bench_end(&b, gate).status, 0);
	for (uint32_t i = 0; i < 700; i++) {
		CHECK_IS(bench_next(&b).value, i);
		CHECK_IS(bench_next(&b).status, 0);
	}
	CHECK(last);
	bench_prove(&b);
}

static void test_memory_stays(void)
{
	const size_t bytes = 1 << 20;
	uint8_t *from = aligned_alloc(4096, bytes), *to = aligned_alloc(4096, bytes);
	struct bench b;
	uint32_t handle;

	CHECK(from && to);
	bench_open(&b);
	for (size_t i = 0; i < bytes; i++)
		from[i] = i ^ i >> 8;
	handle = raw_bo(b.fd, bytes, DRM_INGOT_BO_DEVICE);
	raw_put(b.fd, handle, 0, from, bytes);
	force_reset();
	raw_get(b.fd, handle, 0, to, bytes);
	CHECK(!memcmp(from, to, bytes));
	bench_prove(&b);
}

struct copier {
	struct bench *b;
	volatile bool over;
};

static void *copy_on(void *arg)
{
	const struct copier *copier = arg;
	const size_t bytes = 4 << 20;
	uint8_t *from = aligned_alloc(4096, bytes), *to = aligned_alloc(4096, bytes);
	uint32_t handle = raw_bo(copier->b->fd, bytes, DRM_INGOT_BO_DEVICE);

	CHECK(from && to);
	for (uint8_t round = 1; !copier->over; round++) {
		memset(from, round, bytes);
		raw_put(copier->b->fd, handle, 0, from, bytes);
		raw_get(copier->b->fd, handle, 0, to, bytes);
		CHECK(!memcmp(from, to, bytes));
	}
	return NULL;
}

/*
 * Copies and jobs that may run twice go on as if nothing had happened, and rings complete each
 * entry
 */
static void test_under_load(void)
{
	struct drm_ingot_submit s[32];
	struct copier copier;
	struct io_uring ring;
	struct bench b, other;
	pthread_t thread;

	bench_open(&b);
	bench_open(&other);
	ring_open(&ring, 32, 0);
	copier = (struct copier){ .b = &other };
	CHECK_OK(pthread_create(&thread, NULL, copy_on, &copier));
	for (int i = 0; i < 10; i++) {
		for (int k = 0; k < 32; k++) {
			s[k] = bench_job(&b, PROG_COUNT, 100, 0);
			s[k].flags = DRM_INGOT_JOB_RESTARTABLE | DRM_INGOT_JOB_NO_RECORD;
			s[k].max_events = 0;
			ring_put(&ring, b.fd, &s[k], k);
		}
		ring_enter(&ring, 32);
		force_reset();
		for (int k = 0; k < 32; k++)
			CHECK_OK(ring_take(&ring, NULL));
		bench_prove(&b);
	}
	copier.over = true;
	CHECK_OK(pthread_join(thread, NULL));
	bench_prove(&other);
}

static const struct tap_case cases[] = {
	{ "QUERY counts resets", test_told },
	{ "a restartable job survives a reset and repeats no event", test_restartable },
	{ "any other job ends with EIO, and those behind it run", test_not_restartable },
	{ "queued jobs survive a reset, in order", test_queued },
	{ "device memory survives a reset", test_memory_stays },
	{ "copies and rings go on over resets", test_under_load },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
