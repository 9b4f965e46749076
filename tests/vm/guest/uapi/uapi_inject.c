// SPDX-License-Identifier: MIT
/*
 * Failures injected into the kernel, the N-th one of a call for each N: allocations, and copies
 * from and to user memory. A call that fails says so, leaves nothing behind, and works the next
 * time.
 *
 * /proc/self/fail-nth makes the N-th thing fail that can, whatever it is. Debian's kernels have no
 * fault injection: there, everything here is skipped. The debug kernel has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

#include "calls.h"
#include "rings.h"
#include "tap.h"

/* Things that can fail in one call, at most: more would mean that it never ends. */
#define MOST 2000

/* ---- the kernel's side ---- */

static void set_knob(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	CHECK(write(fd, value, strlen(value)) > 0);
	close(fd);
}

/* Allocations that may sleep fail too, of any size, and nothing is printed of it */
static int open_injection(void)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	char path[96];
	int fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		SKIP("no /proc/self/fail-nth in this kernel: take the debug kernel");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/ignore-gfp-wait", kinds[i]);
		set_knob(path, "N");
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/min-order", kinds[i]);
		set_knob(path, "0");
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/verbose", kinds[i]);
		set_knob(path, "0");
	}
	return fd;
}

static void arm(int fd, int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", nth);

	CHECK_IS(pwrite(fd, text, len, 0), len);
}

/*
 * Whether there was an N-th thing; disarms. Reading and writing the file count too: if one of
 * them fails, then nothing has failed before it, and nothing will behind it.
 */
static bool has_failed(int fd)
{
	char text[16] = { 0 };
	ssize_t got = pread(fd, text, sizeof(text) - 1, 0);

	if (got > 0 && !atoi(text))
		return true;
	if (got > 0 && pwrite(fd, "0", 1, 0) != 1)
		CHECK_IS(errno, EFAULT);
	return false;
}

/* shmem, of which host objects are made, says ENOSPC when it finds no memory for an inode */
static bool is_injected(int result)
{
	return result == -ENOMEM || result == -EFAULT || result == -ENOSPC;
}

/* ---- ioctls ---- */

/* A call of a kind with each thing failing in turn, until it works without any; how many failed */
static int walk(struct call_rig *rig, const struct call *c, int fd)
{
	for (int nth = 1; nth < MOST; nth++) {
		union call_arg arg;
		bool failed;
		int ret;

		c->fill(rig, &arg);
		arm(fd, nth);
		ret = raw_ioctl(rig->b.fd, c->request, &arg);
		failed = has_failed(fd);
		if (ret && !(failed && is_injected(ret)))
			tap_fail(__FILE__, __LINE__, "%s: failure %d gives %d", c->name, nth, ret);
		c->undo(rig, &arg, ret);
		calls_drain(rig);
		if (!failed)
			return nth - 1;
	}
	tap_fail(__FILE__, __LINE__, "%s: no end of failures", c->name);
}

static void test_ioctls(void)
{
	const int inject = open_injection(), watch = raw_open_alone();
	const uint64_t used = raw_memory(watch).used;

	for (const struct call *c = calls; c->name; c++) {
		struct call_rig rig;

		calls_open(&rig);
		tap_note("%s: %d failures", c->name, walk(&rig, c, inject));
		bench_prove(&rig.b);
		close(rig.b.fd);
		raw_wait_used(watch, used);
	}
}

static void test_open(void)
{
	const int inject = open_injection();
	const char *path = raw_node();
	int fd, nth = 0;
	bool failed;
	struct bench b;

	do {
		CHECK(++nth < MOST);
		arm(inject, nth);
		fd = open(path, O_RDWR | O_CLOEXEC);
		failed = has_failed(inject);
		CHECK(fd >= 0 || failed);
		if (fd >= 0)
			close(fd);
	} while (failed);
	tap_note("open: %d failures", nth - 1);
	bench_open(&b);
	bench_prove(&b);
}

/* ---- what is allocated for more than one job ---- */

static void test_big_jobs(void)
{
	const int inject = open_injection();
	static struct drm_ingot_sync in[DRM_INGOT_MAX_SYNCS], out[DRM_INGOT_MAX_SYNCS];
	struct drm_ingot_submit s;
	struct call_rig rig;
	bool failed;
	int ret, nth = 0;

	calls_open(&rig);
	for (int i = 0; i < DRM_INGOT_MAX_SYNCS; i++) {
		CHECK_OK(drmSyncobjCreate(rig.b.fd, DRM_SYNCOBJ_CREATE_SIGNALED, &in[i].handle));
		CHECK_OK(drmSyncobjCreate(rig.b.fd, 0, &out[i].handle));
	}
	do {
		CHECK(++nth < MOST);
		for (int i = 0; i < DRM_INGOT_MAX_SYNCS; i++)
			out[i].point = nth;
		s = bench_job(&rig.b, PROG_EMIT, 1, 2);
		s.max_events = DRM_INGOT_MAX_EVENTS;
		s.in_count = s.out_count = DRM_INGOT_MAX_SYNCS;
		s.in_syncs = (uintptr_t)in;
		s.out_syncs = (uintptr_t)out;
		arm(inject, nth);
		ret = raw_submit(rig.b.fd, &s);
		failed = has_failed(inject);
		CHECK(!ret || (failed && is_injected(ret)));
		calls_drain(&rig);
	} while (failed);
	tap_note("%d failures", nth - 1);
	bench_prove(&rig.b);
}

static void test_big_copies(void)
{
	const int inject = open_injection();
	const uint64_t size = 9 << 20;
	uint8_t *from = aligned_alloc(4096, size), *to = aligned_alloc(4096, size);
	struct bench b;
	bool failed;
	uint32_t handle;
	int nth = 0;

	CHECK(from && to);
	for (uint64_t i = 0; i < size; i++)
		from[i] = i ^ i >> 8 ^ i >> 16;
	memset(to, 0, size);
	bench_open(&b);
	handle = raw_bo(b.fd, size, DRM_INGOT_BO_DEVICE);
	do {
		int ret;

		CHECK(++nth < MOST);
		arm(inject, nth);
		ret = raw_copy(b.fd, nth & 1 ? DRM_INGOT_COPY_TO_DEVICE : DRM_INGOT_COPY_TO_HOST,
			       handle,
			       0, nth & 1 ? from : to, size);
		failed = has_failed(inject);
		CHECK(!ret || (failed && is_injected(ret)));
	} while (failed || !(nth & 1));
	tap_note("%d failures", nth - 1);
	raw_put(b.fd, handle, 0, from, size);
	raw_get(b.fd, handle, 0, to, size);
	CHECK(!memcmp(from, to, size));
}

/* ---- other ways in ---- */

static void test_uring(void)
{
	const int inject = open_injection();
	struct drm_ingot_submit s;
	struct io_uring ring;
	struct bench b;
	bool failed;
	int nth = 0;

	bench_open(&b);
	ring_open(&ring, 8, 0);
	do {
		int ret, taken;

		CHECK(++nth < MOST);
		s = bench_job(&b, PROG_END, 0, 0);
		s.max_events = 0;
		s.flags = DRM_INGOT_JOB_NO_RECORD;
		ring_put(&ring, b.fd, &s, nth);
		arm(inject, nth);
		taken = io_uring_submit(&ring);
		failed = has_failed(inject);
		/* io_uring itself may fail: then the entry is still there */
		if (taken < 1)
			CHECK_IS(io_uring_submit(&ring), 1);
		ret = ring_take(&ring, NULL);
		CHECK(!ret || (failed && (is_injected(ret) || ret == -EAGAIN)));
	} while (failed);
	tap_note("%d failures", nth - 1);
	io_uring_queue_exit(&ring);
	bench_prove(&b);
}

static int map_and_touch(struct bench *b, uint32_t handle)
{
	struct drm_ingot_bo_info info = { .handle = handle };
	int ret = raw_ioctl(b->fd, DRM_IOCTL_INGOT_BO_INFO, &info);
	void *memory;

	if (ret)
		return ret;
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, b->fd, info.mmap_offset);
	if (memory == MAP_FAILED)
		return -errno;
	/* by the kernel, for which a fault that cannot be dealt with is an error and no signal */
	ret = madvise(memory, 4096, MADV_POPULATE_WRITE) ? -errno : 0;
	munmap(memory, 4096);
	return ret;
}

static void test_mmap(void)
{
	const int inject = open_injection();
	struct bench b;
	uint32_t handles[2];

	bench_open(&b);
	handles[0] = raw_bo(b.fd, 4096, DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_MAPPABLE);
	handles[1] = raw_bo(b.fd, 4096, 0);
	for (int i = 0; i < 2; i++) {
		bool failed;
		int nth = 0;

		do {
			int ret;

			CHECK(++nth < MOST);
			arm(inject, nth);
			ret = map_and_touch(&b, handles[i]);
			failed = has_failed(inject);
			/* MADV_POPULATE does not know mappings of devices */
			CHECK(!ret || failed || ret == -EINVAL);
		} while (failed);
		tap_note("%s: %d failures", i ? "host" : "device", nth - 1);
	}
	bench_prove(&b);
}

static void test_prime(void)
{
	const int inject = open_injection(), watch = raw_open_alone();
	const uint64_t used = raw_memory(watch).used;
	bool failed;
	int nth = 0;

	do {
		int fd = raw_open(), other = raw_open(), dma_buf = -1;
		uint32_t handle = raw_bo(fd, 8192, nth & 1 ? DRM_INGOT_BO_DEVICE : 0), seen;

		CHECK(++nth < MOST);
		arm(inject, nth);
		if (!drmPrimeHandleToFD(fd, handle, DRM_CLOEXEC | DRM_RDWR, &dma_buf))
			drmPrimeFDToHandle(other, dma_buf, &seen);
		failed = has_failed(inject);
		/* where only the answer was lost, the descriptor is there and nobody knows it */
		close_range(other + 1, ~0U, 0);
		close(fd);
		close(other);
	} while (failed || nth & 1);
	tap_note("%d failures", nth - 1);
	raw_wait_used(watch, used);
}

static const struct tap_case cases[] = {
	{ "open survives each failure", test_open },
	{ "every ioctl survives each failure", test_ioctls },
	{ "the largest jobs survive each failure", test_big_jobs },
	{ "large copies survive each failure", test_big_copies },
	{ "submission by io_uring survives each failure", test_uring },
	{ "mappings survive each failure", test_mmap },
	{ "PRIME survives each failure", test_prime },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
