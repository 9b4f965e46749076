// SPDX-License-Identifier: MIT
/* CTX_CREATE, CTX_DESTROY, CTX_BIND. */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "raw.h"
#include "tap.h"

#define PAGE 4096u
#define SLOT 7
#define READ_WRITE (ING_PERM_READ | ING_PERM_WRITE)
#define TOP (1ull << 63)
#define NOBODY 65534

static int bind(int fd, struct drm_ingot_ctx_bind bind)
{
	return raw_ioctl(fd, DRM_IOCTL_INGOT_CTX_BIND, &bind);
}

#define BIND(...) bind(b.fd, (struct drm_ingot_ctx_bind){ .ctx = b.ctx, .slot = SLOT, __VA_ARGS__ })

static void test_limit(void)
{
	int fd = raw_open(), other = raw_open();
	const uint32_t most = raw_info(fd).contexts - 1;
	uint32_t ctx, first = 0;

	for (uint32_t i = 0; i < most; i++) {
		ctx = raw_ctx(fd);
		first = first ? first : ctx;
	}
	CHECK_IS(raw_ctx_create(fd, DRM_INGOT_PRIORITY_NORMAL, &ctx), -ENOSPC);
	ctx = raw_ctx(other);
	CHECK_IS(raw_ctx_create(other, DRM_INGOT_PRIORITY_NORMAL, &ctx), -ENOSPC);
	CHECK_OK(raw_ctx_destroy(fd, first));
	raw_ctx(fd);
	close(fd);
	for (uint32_t i = 1; i < most; i++)
		raw_ctx(other);
}

static void test_numbers(void)
{
	struct bench b, other;
	uint32_t mine;

	bench_open(&b);
	bench_open(&other);
	/* one that only this file has */
	mine = raw_ctx(b.fd);
	CHECK(mine != other.ctx);
	CHECK_IS(raw_ctx_destroy(other.fd, mine), -ENOENT);
	CHECK_OK(raw_ctx_destroy(b.fd, mine));
	const uint32_t bad[] = { 0, mine, NO_HANDLE, UINT32_MAX, 1u << 31 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct drm_ingot_submit s = bench_job(&b, PROG_END, 0, 0);
		struct drm_ingot_record record;

		s.ctx = bad[i];
		CHECK_IS(raw_ctx_destroy(b.fd, bad[i]), -ENOENT);
		CHECK_IS(raw_bind(b.fd, bad[i], SLOT, b.data, ING_PERM_READ), -ENOENT);
		CHECK_IS(raw_submit(b.fd, &s), -ENOENT);
		CHECK_IS(raw_wait(b.fd, bad[i], 0, &record, 1), -ENOENT);
		CHECK_IS(raw_cancel(b.fd, bad[i], 0), -ENOENT);
	}
	bench_prove(&b);
	bench_prove(&other);
}

static void test_priorities(void)
{
	uint32_t ctx;
	pid_t child;
	int fd = raw_open();

	CHECK_OK(raw_ctx_create(fd, DRM_INGOT_PRIORITY_LOW, &ctx));
	CHECK_OK(raw_ctx_create(fd, DRM_INGOT_PRIORITY_HIGH, &ctx));
	for (uint32_t priority = 3; priority; priority <<= 1)
		CHECK_IS(raw_ctx_create(fd, priority, &ctx), -EINVAL);
	child = tap_fork();
	if (!child) {
		CHECK_OK(setgid(NOBODY));
		CHECK_OK(setuid(NOBODY));
		CHECK_IS(raw_ctx_create(fd, DRM_INGOT_PRIORITY_HIGH, &ctx), -EACCES);
		CHECK_OK(raw_ctx_create(fd, DRM_INGOT_PRIORITY_NORMAL, &ctx));
		_exit(0);
	}
	tap_join(child);
}

static void test_bind_checks(void)
{
	struct bench b;
	uint32_t host, size = 3 * PAGE;

	bench_open(&b);
	host = raw_bo(b.fd, PAGE, 0);
	uint32_t h = raw_bo(b.fd, size, DRM_INGOT_BO_DEVICE);

	CHECK_OK(BIND(.handle = h, .perm = READ_WRITE));
	CHECK_OK(BIND(.handle = h, .perm = ING_PERM_WRITE, .offset = size - UNIT, .length = UNIT));
	CHECK_IS(raw_bind(b.fd, b.ctx, raw_info(b.fd).slots, h, ING_PERM_READ), -EINVAL);
	CHECK_IS(raw_bind(b.fd, b.ctx, UINT32_MAX, h, ING_PERM_READ), -EINVAL);
	CHECK_IS(BIND(.handle = h, .perm = 0), -EINVAL);
	CHECK_IS(BIND(.handle = h, .perm = ING_PERM_EXEC), -EINVAL);
	CHECK_IS(BIND(.handle = h, .perm = ING_PERM_EXEC | ING_PERM_READ), -EINVAL);
	CHECK_IS(BIND(.handle = b.code, .perm = ING_PERM_READ), -EINVAL);
	CHECK_IS(BIND(.handle = b.code, .perm = ING_PERM_WRITE), -EINVAL);
	CHECK_IS(BIND(.handle = b.code, .perm = ING_PERM_EXEC | ING_PERM_WRITE), -EINVAL);
	CHECK_IS(BIND(.handle = host, .perm = ING_PERM_READ), -EINVAL);
	CHECK_IS(BIND(.handle = NO_HANDLE, .perm = ING_PERM_READ), -ENOENT);
	CHECK_IS(BIND(.perm = ING_PERM_READ), -EINVAL);
	CHECK_IS(BIND(.offset = UNIT), -EINVAL);
	CHECK_IS(BIND(.length = UNIT), -EINVAL);
	CHECK_OK(BIND(.handle = 0));
	CHECK_OK(raw_bo_close(b.fd, h));
	CHECK_IS(BIND(.handle = h, .perm = READ_WRITE), -ENOENT);
	bench_prove(&b);
}

static void test_bind_ranges(void)
{
	struct bench b;
	const uint64_t wild[] = {
		3 * PAGE + UNIT, TOP, UINT64_MAX - 63, UINT32_MAX + 1ull, -2ull * PAGE, 64ull << 32,
	};

	bench_open(&b);
	uint32_t h = raw_bo(b.fd, 3 * PAGE, DRM_INGOT_BO_DEVICE);

	for (size_t i = 0; i < sizeof(wild) / sizeof(*wild); i++) {
		CHECK_IS(BIND(.handle = h, .perm = 1, .offset = wild[i]), -EINVAL);
		CHECK_IS(BIND(.handle = h, .perm = 1, .length = wild[i]), -EINVAL);
		CHECK_IS(BIND(.handle = h, .perm = 1, .offset = wild[i], .length = UNIT), -EINVAL);
		CHECK_IS(BIND(.handle = h, .perm = 1, .offset = UNIT, .length = wild[i]), -EINVAL);
		CHECK_IS(BIND(.handle = h, .perm = 1, .offset = wild[i], .length = -wild[i]),
			 -EINVAL);
	}
	CHECK_IS(BIND(.handle = h, .perm = 1, .offset = 3 * PAGE), -EINVAL);
	CHECK_IS(BIND(.handle = h, .perm = 1, .offset = UNIT, .length = 3 * PAGE), -EINVAL);
	for (uint64_t off = 1; off < UNIT; off += 7) {
		CHECK_IS(BIND(.handle = h, .perm = 1, .offset = off), -EINVAL);
		CHECK_IS(BIND(.handle = h, .perm = 1, .length = UNIT + off), -EINVAL);
	}
}

/* What a slot shows stays, whatever becomes of the handle; and goes when the slot is emptied */
static void test_slot_keeps_object(void)
{
	struct bench b;
	uint64_t used;
	uint32_t h;

	close(raw_open_alone());
	bench_open(&b);
	used = raw_memory(b.fd).used;
	h = raw_bo(b.fd, 5 * PAGE, DRM_INGOT_BO_DEVICE);
	CHECK_OK(BIND(.handle = h, .perm = READ_WRITE));
	CHECK_OK(raw_bo_close(b.fd, h));
	CHECK_IS(raw_memory(b.fd).used, used + 5 * PAGE);
	struct drm_ingot_submit s = bench_job(&b, PROG_MOVE, 0, 1);

	s.args[2] = SLOT;
	s.args[3] = SLOT;
	CHECK_OK(raw_submit(b.fd, &s));
	CHECK_IS(bench_end(&b, s.job).status, 0);
	CHECK_OK(BIND(.handle = 0));
	CHECK_IS(raw_memory(b.fd).used, used);
	CHECK_OK(raw_submit(b.fd, &s));
	CHECK_IS(bench_end(&b, s.job).fault, ING_FAULT_PERM);
}

struct late_bind {
	struct bench *b;
	int result;
};

static void *bind_late(void *arg)
{
	struct late_bind *late = arg;

	late->result = raw_bind(late->b->fd, late->b->ctx, SLOT_DATA, late->b->data, ING_PERM_READ);
	return NULL;
}

/* BIND of a context with a running job: the job sees the old slots to its end */
static void test_bind_waits(void)
{
	struct late_bind late;
	struct bench b, other;
	pthread_t thread;
	uint64_t job;

	bench_open(&b);
	bench_open(&other);
	bench_shut_gate(&b, 0);
	job = bench_start(&b, PROG_GATE, 0, 9);
	CHECK_IS(bench_next(&b).type, DRM_INGOT_RECORD_EVENT);
	late = (struct late_bind){ .b = &b, .result = 1 };
	CHECK_OK(pthread_create(&thread, NULL, bind_late, &late));
	/* others are not held up */
	CHECK_OK(raw_bind(other.fd, other.ctx, SLOT, other.data, ING_PERM_READ));
	bench_open_gate(&b, 0);
	CHECK_OK(pthread_join(thread, NULL));
	CHECK_IS(late.result, 0);
	CHECK_IS(bench_end(&b, job).status, 0);
	bench_prove(&other);
}

static void test_destroy_busy(void)
{
	struct bench b;
	uint32_t ctx;
	struct drm_ingot_submit s;
	uint64_t used;

	close(raw_open_alone());
	bench_open(&b);
	used = raw_memory(b.fd).used;
	for (int i = 0; i < 20; i++) {
		ctx = bench_ctx(&b, DRM_INGOT_PRIORITY_NORMAL);
		s = bench_job(&b, i & 1 ? PROG_SPIN : PROG_COUNT, 1000, 0);
		s.ctx = ctx;
		for (int k = 0; k < 5; k++)
			CHECK_OK(raw_submit(b.fd, &s));
		CHECK_OK(raw_ctx_destroy(b.fd, ctx));
		CHECK_IS(raw_ctx_destroy(b.fd, ctx), -ENOENT);
	}
	bench_prove(&b);
	CHECK_IS(raw_memory(b.fd).used, used);
}

static const struct tap_case cases[] = {
	{ "a file may have all contexts but one, and they come back", test_limit },
	{ "destroyed, foreign and guessed contexts give ENOENT in every call", test_numbers },
	{ "high priority needs CAP_SYS_NICE, unknown priorities are refused", test_priorities },
	{ "CTX_BIND checks slot, object and permissions", test_bind_checks },
	{ "CTX_BIND refuses ranges that wrap, exceed the object or are not aligned",
	  test_bind_ranges },
	{ "a slot keeps its object until it is emptied", test_slot_keeps_object },
	{ "CTX_BIND waits for jobs of its context and for no others", test_bind_waits },
	{ "contexts with running jobs can be destroyed", test_destroy_busy },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
