// SPDX-License-Identifier: MIT
/* Syncobjs: what jobs wait for and signal, points of timelines, and how errors travel. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sync_file.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <xf86drm.h>

#include "raw.h"
#include "tap.h"

static uint32_t syncobj(const struct bench *b)
{
	uint32_t handle;

	CHECK_OK(drmSyncobjCreate(b->fd, 0, &handle));
	return handle;
}

struct sync_pair {
	const struct drm_ingot_sync *in, *out;
	uint32_t ins, outs;
};

/* Queues a job that waits for some and signals others */
static int start_with(const struct bench *b, struct drm_ingot_submit s, struct sync_pair pair,
		      uint64_t *job)
{
	int ret;

	s.in_count = pair.ins;
	s.in_syncs = (uintptr_t)pair.in;
	s.out_count = pair.outs;
	s.out_syncs = (uintptr_t)pair.out;
	ret = raw_submit(b->fd, &s);
	*job = s.job;
	return ret;
}

static int wait_binary(const struct bench *b, uint32_t handle)
{
	return drmSyncobjWait(b->fd, &handle, 1, INT64_MAX, 0, NULL);
}

static int wait_point(const struct bench *b, uint32_t handle, uint64_t point, int64_t until)
{
	return drmSyncobjTimelineWait(b->fd, &handle, &point, 1, until, 0, NULL);
}

/*
 * The status of the fence inside, as a sync file tells it: 1, or negative errno; 0: not signalled
 */
static int fence_status(const struct bench *b, uint32_t handle)
{
	struct sync_file_info info = { 0 };
	int fd;

	CHECK_OK(drmSyncobjExportSyncFile(b->fd, handle, &fd));
	CHECK_OK(ioctl(fd, SYNC_IOC_FILE_INFO, &info));
	close(fd);
	return info.status;
}

static int point_status(const struct bench *b, uint32_t timeline, uint64_t point)
{
	uint32_t handle = syncobj(b);

	CHECK_OK(drmSyncobjTransfer(b->fd, handle, 0, timeline, point, 0));
	return fence_status(b, handle);
}

/* ---- what works ---- */

static void test_binary(void)
{
	struct bench b;
	struct drm_ingot_sync sync;
	uint64_t first, second;

	bench_open(&b);
	sync = (struct drm_ingot_sync){ .handle = syncobj(&b) };
	CHECK_OK(start_with(&b, bench_job(&b, PROG_EMIT, 1, 0),
			    (struct sync_pair){ .out = &sync, .outs = 1 }, &first));
	CHECK_OK(start_with(&b, bench_job(&b, PROG_EMIT, 2, 0),
			    (struct sync_pair){ .in = &sync, .ins = 1, .out = &sync, .outs = 1 },
				    &second));
	CHECK_OK(wait_binary(&b, sync.handle));
	CHECK_IS(fence_status(&b, sync.handle), 1);
	CHECK_IS(bench_end(&b, second).status, 0);
}

/* A job of one context waits for a job of another one that has not ended, and not before */
static void test_waits(void)
{
	struct bench b;
	struct drm_ingot_sync sync;
	struct drm_ingot_submit s;
	struct drm_ingot_record r;
	uint64_t gate, job;

	bench_open(&b);
	sync = (struct drm_ingot_sync){ .handle = syncobj(&b) };
	bench_shut_gate(&b, 0);
	CHECK_OK(start_with(&b, bench_job(&b, PROG_GATE, 0, 7),
			    (struct sync_pair){ .out = &sync, .outs = 1 }, &gate));
	s = bench_job(&b, PROG_EMIT, 9, 0);
	s.ctx = bench_ctx(&b, DRM_INGOT_PRIORITY_NORMAL);
	CHECK_OK(start_with(&b, s, (struct sync_pair){ .in = &sync, .ins = 1 }, &job));
	CHECK_IS(raw_wait(b.fd, s.ctx, 0, &r, 1), -ETIME);
	CHECK_IS(fence_status(&b, sync.handle), 0);
	bench_open_gate(&b, 0);
	CHECK_IS(bench_end(&b, gate).status, 0);
	CHECK_IS(raw_wait(b.fd, s.ctx, FOREVER, &r, 1), 1);
	CHECK_IS(r.value, 9);
}

static void test_timeline(void)
{
	struct bench b;
	struct drm_ingot_sync out, in;
	uint64_t job, points[3] = { 10, 20, 30 };
	uint32_t timeline;

	bench_open(&b);
	timeline = syncobj(&b);
	bench_shut_gate(&b, 0);
	for (int i = 0; i < 3; i++) {
		out = (struct drm_ingot_sync){ .handle = timeline, .point = points[i] };
		in = (struct drm_ingot_sync){ .handle = timeline, .point = i ? points[i - 1] : 0 };
		CHECK_OK(start_with(&b, bench_job(&b, i ? PROG_EMIT : PROG_GATE, i ? i : 0, 0),
				    (struct sync_pair){ .in = &in, .ins = !!i, .out = &out, .outs =
					    1 },
				    &job));
	}
	CHECK(wait_point(&b, timeline, 10, 0) < 0);
	bench_open_gate(&b, 0);
	CHECK_OK(wait_point(&b, timeline, 30, INT64_MAX));
	for (int i = 0; i < 3; i++)
		CHECK_IS(point_status(&b, timeline, points[i]), 1);
	CHECK_IS(bench_end(&b, job).status, 0);
}

static void test_most(void)
{
	static struct drm_ingot_sync in[DRM_INGOT_MAX_SYNCS], out[DRM_INGOT_MAX_SYNCS];
	struct bench b;
	uint64_t job;

	bench_open(&b);
	for (int i = 0; i < DRM_INGOT_MAX_SYNCS; i++) {
		CHECK_OK(drmSyncobjCreate(b.fd, DRM_SYNCOBJ_CREATE_SIGNALED, &in[i].handle));
		out[i] = (struct drm_ingot_sync){ .handle = syncobj(&b), .point = i & 1 ? i : 0 };
	}
	CHECK_OK(start_with(&b, bench_job(&b, PROG_EMIT, 1, 0),
			    (struct sync_pair){ in, out, DRM_INGOT_MAX_SYNCS, DRM_INGOT_MAX_SYNCS },
			    &job));
	CHECK_IS(bench_end(&b, job).status, 0);
	for (int i = 0; i < DRM_INGOT_MAX_SYNCS; i++)
		CHECK_OK(wait_point(&b, out[i].handle, out[i].point, INT64_MAX));
}

/* ---- what is refused ---- */

static void test_refused(void)
{
	struct bench b, other;
	struct drm_ingot_sync good, bad[2];
	uint64_t job;
	uint32_t closed;
	struct drm_ingot_record r;

	bench_open(&b);
	bench_open(&other);
	CHECK_OK(drmSyncobjCreate(b.fd, DRM_SYNCOBJ_CREATE_SIGNALED, &good.handle));
	good.point = good.pad = 0;
	closed = syncobj(&b);
	CHECK_OK(drmSyncobjDestroy(b.fd, closed));
	const uint32_t handles[] = { 0, closed, NO_HANDLE, UINT32_MAX };

	for (size_t i = 0; i < sizeof(handles) / sizeof(*handles); i++) {
		bad[0] = good;
		bad[1] = (struct drm_ingot_sync){ .handle = handles[i] };
		CHECK_IS(start_with(&b, bench_job(&b, PROG_END, 0, 0),
				    (struct sync_pair){ .in = bad, .ins = 2 }, &job), -ENOENT);
		CHECK_IS(start_with(&b, bench_job(&b, PROG_END, 0, 0),
				    (struct sync_pair){ .out = bad, .outs = 2 }, &job), -ENOENT);
		bad[1].point = 5;
		CHECK_IS(start_with(&b, bench_job(&b, PROG_END, 0, 0),
				    (struct sync_pair){ .out = bad, .outs = 2 }, &job), -ENOENT);
	}
	for (uint32_t bit = 1; bit; bit <<= 1) {
		bad[1] = good;
		bad[1].pad = bit;
		CHECK_IS(start_with(&b, bench_job(&b, PROG_END, 0, 0),
				    (struct sync_pair){ .in = bad, .ins = 2 }, &job), -EINVAL);
		CHECK_IS(start_with(&b, bench_job(&b, PROG_END, 0, 0),
				    (struct sync_pair){ .out = bad, .outs = 2 }, &job), -EINVAL);
	}
	/* nothing has been signalled, for nothing was accepted */
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ENODATA);
	bench_prove(&b);
}

/* A syncobj without a fence, and a point that no job has promised */
static void test_nothing_to_wait_for(void)
{
	struct bench b;
	struct drm_ingot_sync sync;
	uint64_t job;
	int ret;

	bench_open(&b);
	sync = (struct drm_ingot_sync){ .handle = syncobj(&b) };
	ret = start_with(&b, bench_job(&b, PROG_END, 0, 0), (struct sync_pair){ .in = &sync, .ins =
		1 },
			 &job);
	CHECK(ret == -EINVAL || ret == -ENOENT);
	sync.point = 100;
	ret = start_with(&b, bench_job(&b, PROG_END, 0, 0), (struct sync_pair){ .in = &sync, .ins =
		1 },
			 &job);
	CHECK(ret == -EINVAL || ret == -ENOENT);
	bench_prove(&b);
}

/* ---- errors ---- */

static int end_with_out(struct bench *b, struct drm_ingot_submit s, uint32_t handle, bool cancel)
{
	struct drm_ingot_sync out = { .handle = handle };
	uint64_t job;

	CHECK_OK(start_with(b, s, (struct sync_pair){ .out = &out, .outs = 1 }, &job));
	if (cancel)
		CHECK_OK(raw_cancel(b->fd, b->ctx, job));
	wait_binary(b, handle);
	return bench_end(b, job).status;
}

static void test_errors_signalled(void)
{
	struct bench b;
	uint32_t handle;

	bench_open(&b);
	handle = syncobj(&b);
	CHECK_IS(end_with_out(&b, bench_job(&b, PROG_WRONG, 0, 0), handle, false), -EFAULT);
	CHECK_IS(fence_status(&b, handle), -EFAULT);
	CHECK_IS(end_with_out(&b, bench_job(&b, PROG_SPIN, 0, 0), handle, true), -ECANCELED);
	CHECK_IS(fence_status(&b, handle), -ECANCELED);
	CHECK_IS(end_with_out(&b, bench_job(&b, PROG_END, 0, 0), handle, false), 0);
	CHECK_IS(fence_status(&b, handle), 1);
}

/*
 * Those who wait for a job that failed end with its error, without having run, through any number
 */
static void test_errors_travel(void)
{
	struct bench b;
	struct drm_ingot_sync in, out = { 0 };
	uint64_t job, wrong;

	bench_open(&b);
	out.handle = syncobj(&b);
	out.point = 1;
	CHECK_OK(start_with(&b, bench_job(&b, PROG_WRONG, 0, 0),
			    (struct sync_pair){ .out = &out, .outs = 1 }, &wrong));
	CHECK_IS(bench_end(&b, wrong).status, -EFAULT);
	for (int i = 0; i < 3; i++) {
		struct drm_ingot_record r;

		in = out;
		out.point++;
		CHECK_OK(start_with(&b, bench_job(&b, PROG_EMIT, 1, 2),
				    (struct sync_pair){ &in, &out, 1, 1 }, &job));
		/* no event before it: it did not run */
		r = bench_next(&b);
		CHECK_IS(r.job, job);
		CHECK_IS(r.status, -EFAULT);
		CHECK_IS(r.fault, 0);
		/* of a point the kernel tells user space only that it is signalled */
		CHECK_IS(point_status(&b, out.handle, out.point), 1);
	}
	bench_prove(&b);
}

/* A file that is closed leaves its fences behind, signalled */
static void test_close_signals(void)
{
	struct bench b, other;
	struct drm_ingot_sync out = { 0 };
	uint64_t job;
	uint32_t handle;
	int fd;

	bench_open(&other);
	bench_open(&b);
	out.handle = syncobj(&b);
	CHECK_OK(start_with(&b, bench_job(&b, PROG_SPIN, 0, 0),
			    (struct sync_pair){ .out = &out, .outs = 1 }, &job));
	CHECK_OK(drmSyncobjHandleToFD(b.fd, out.handle, &fd));
	CHECK_OK(drmSyncobjFDToHandle(other.fd, fd, &handle));
	close(b.fd);
	CHECK_OK(wait_binary(&other, handle));
	CHECK_IS(fence_status(&other, handle), -ECANCELED);
	bench_prove(&other);
}

/* Cancelling a job that waits does not wait for what it waits for */
static void test_cancel_waiting(void)
{
	struct bench b, other;
	struct drm_ingot_sync sync = { 0 };
	struct drm_ingot_submit s;
	struct drm_ingot_record r;
	uint64_t gate, job;

	bench_open(&b);
	sync.handle = syncobj(&b);
	bench_shut_gate(&b, 0);
	CHECK_OK(start_with(&b, bench_job(&b, PROG_GATE, 0, 0),
			    (struct sync_pair){ .out = &sync, .outs = 1 }, &gate));
	s = bench_job(&b, PROG_END, 0, 0);
	s.ctx = bench_ctx(&b, DRM_INGOT_PRIORITY_NORMAL);
	CHECK_OK(start_with(&b, s, (struct sync_pair){ .in = &sync, .ins = 1 }, &job));
	CHECK_OK(raw_cancel(b.fd, s.ctx, job));
	CHECK_IS(raw_wait(b.fd, s.ctx, FOREVER, &r, 1), 1);
	CHECK_IS(r.status, -ECANCELED);
	bench_open_gate(&b, 0);
	CHECK_IS(bench_end(&b, gate).status, 0);
	bench_open(&other);
	bench_prove(&other);
}

static const struct tap_case cases[] = {
	{ "a job waits for a binary syncobj and signals it anew", test_binary },
	{ "a job starts when the fence that it waits for signals", test_waits },
	{ "jobs wait for points of a timeline and signal points", test_timeline },
	{ "a job may name DRM_INGOT_MAX_SYNCS syncobjs of each kind", test_most },
	{ "closed and guessed syncobjs give ENOENT, padding EINVAL", test_refused },
	{ "a syncobj without a fence cannot be waited for", test_nothing_to_wait_for },
	{ "fences tell how their jobs ended", test_errors_signalled },
	{ "jobs that wait for one that failed end with its error", test_errors_travel },
	{ "fences of a closed file are signalled", test_close_signals },
	{ "a job that waits for a fence can be cancelled", test_cancel_waiting },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
