// SPDX-License-Identifier: MIT
/* QUERY, buffer objects, their mappings, and COPY: wild sizes, offsets, handles and addresses. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

#include "raw.h"
#include "tap.h"

#define PAGE 4096u
#define DEVICE DRM_INGOT_BO_DEVICE
#define TOP (1ull << 63)

/* ---- QUERY ---- */

static int query(int fd, struct drm_ingot_query q, struct drm_ingot_query *answer)
{
	int ret = raw_ioctl(fd, DRM_IOCTL_INGOT_QUERY, &q);

	*answer = q;
	return ret;
}

static void test_query_sizes(void)
{
	uint8_t room[512];
	struct bench b;

	bench_open(&b);
	CHECK_IS(bench_end(&b, bench_start(&b, PROG_END, 0, 0)).status, 0);
	for (uint32_t type = 0; type <= DRM_INGOT_QUERY_COUNTERS; type++) {
		struct drm_ingot_query q = { .type = type }, whole, less;

		CHECK_OK(query(b.fd, q, &whole));
		CHECK(whole.size > 8 && whole.size < 16384);
		q.ptr = (uintptr_t)room;
		memset(room, 0x5a, sizeof(room));
		for (q.size = 0; q.size < whole.size; q.size += 4) {
			CHECK_OK(query(b.fd, q, &less));
			CHECK_IS(less.size, whole.size);
		}
		for (size_t i = 0; i < sizeof(room); i++)
			CHECK_IS(room[i], 0x5a);
		q.size = UINT32_MAX;
		q.ptr = (uintptr_t)raw_before_hole(whole.size);
		CHECK_OK(query(b.fd, q, &less));
		CHECK_IS(less.size, whole.size);
	}
}

static void test_query_errors(void)
{
	struct drm_ingot_query q = { .size = UINT32_MAX }, answer;
	struct bench b;

	bench_open(&b);
	CHECK_IS(bench_end(&b, bench_start(&b, PROG_END, 0, 0)).status, 0);
	for (q.type = 0; q.type <= DRM_INGOT_QUERY_COUNTERS; q.type++) {
		q.ptr = BAD_ADDRESS;
		CHECK_IS(query(b.fd, q, &answer), -EFAULT);
		q.ptr = WILD_ADDRESS;
		CHECK_IS(query(b.fd, q, &answer), -EFAULT);
		q.ptr = (uintptr_t)raw_read_only();
		CHECK_IS(query(b.fd, q, &answer), -EFAULT);
		q.ptr = (uintptr_t)raw_before_hole(4);
		CHECK_IS(query(b.fd, q, &answer), -EFAULT);
	}
	q.ptr = 0;
	for (uint32_t bit = 4; bit; bit <<= 1) {
		q.type = bit;
		CHECK_IS(query(b.fd, q, &answer), -EINVAL);
	}
}

static void test_counters(void)
{
	uint64_t counters[ING_COUNTERS];
	struct drm_ingot_query q = {
		.type = DRM_INGOT_QUERY_COUNTERS, .size = sizeof(counters),
		.ptr = (uintptr_t)counters,
	};
	struct drm_ingot_query answer;
	struct bench b, other;
	uint64_t job;

	bench_open(&b);
	bench_open(&other);
	CHECK_IS(query(b.fd, q, &answer), -EBUSY);
	CHECK_IS(bench_end(&b, bench_start(&b, PROG_COUNT, 3, 0)).status, 0);
	CHECK_OK(query(b.fd, q, &answer));
	CHECK_IS(counters[ING_CNT_COMMANDS], 8);
	CHECK_IS(query(other.fd, q, &answer), -EBUSY);
	CHECK_IS(bench_end(&other, bench_start(&other, PROG_END, 0, 0)).status, 0);
	CHECK_IS(query(b.fd, q, &answer), -EBUSY);
	job = bench_start(&other, PROG_SPIN_TOLD, 1, 2);
	CHECK_IS(bench_next(&other).type, DRM_INGOT_RECORD_EVENT);
	CHECK_IS(query(other.fd, q, &answer), -EBUSY);
	CHECK_OK(raw_cancel(other.fd, other.ctx, job));
	CHECK_IS(bench_end(&other, job).status, -ECANCELED);
}

/* ---- objects ---- */

static int create(int fd, uint64_t size, uint32_t flags)
{
	struct drm_ingot_bo_create c = { .size = size, .flags = flags };

	return raw_ioctl(fd, DRM_IOCTL_INGOT_BO_CREATE, &c);
}

static void test_wild_sizes(void)
{
	int fd = raw_open_alone();
	const struct drm_ingot_memory m = raw_memory(fd);
	const uint64_t sizes[] = {
		0, m.total + 1, m.total + PAGE, UINT32_MAX * 4096ull, TOP, TOP - 1, UINT64_MAX,
		UINT64_MAX - PAGE + 1, UINT64_MAX - PAGE + 2, UINT64_MAX - 4 * PAGE,
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		CHECK_IS(create(fd, sizes[i], 0), -EINVAL);
		CHECK_IS(create(fd, sizes[i], DEVICE), -EINVAL);
		CHECK_IS(create(fd, sizes[i], DEVICE | DRM_INGOT_BO_MAPPABLE), -EINVAL);
	}
	CHECK_IS(raw_memory(fd).used, m.used);
}

static void test_flags(void)
{
	int fd = raw_open();

	CHECK_IS(create(fd, PAGE, DRM_INGOT_BO_PROGRAM), -EINVAL);
	CHECK_IS(create(fd, PAGE, DRM_INGOT_BO_MAPPABLE), -EINVAL);
	CHECK_IS(create(fd, PAGE, DRM_INGOT_BO_PROGRAM | DRM_INGOT_BO_MAPPABLE), -EINVAL);
	CHECK_OK(create(fd, PAGE, DEVICE | DRM_INGOT_BO_PROGRAM | DRM_INGOT_BO_MAPPABLE));
}

static void test_full_memory(void)
{
	int fd = raw_open_alone(), count = 0;
	struct drm_ingot_memory m = raw_memory(fd);
	uint64_t size = (m.total / 8 + PAGE - 1) & ~(PAGE - 1ull);

	while (!create(fd, size, DEVICE))
		CHECK(++count <= 8);
	CHECK(count >= 6);
	CHECK_IS(create(fd, m.total, DEVICE), -ENOSPC);
	CHECK_IS(create(fd, size, DEVICE), -ENOSPC);
	CHECK_IS(raw_memory(fd).used, m.used + count * size);
	close(fd);
	fd = raw_open();
	raw_wait_used(fd, m.used);
	CHECK_OK(create(fd, size, DEVICE));
}

static void test_handles(void)
{
	int fd = raw_open(), other = raw_open();
	uint32_t foreign = raw_bo(other, PAGE, DEVICE), closed = raw_bo(fd, PAGE, DEVICE);
	const uint32_t bad[] = { 0, closed, foreign + 7, NO_HANDLE, UINT32_MAX, 1u << 31 };

	CHECK_OK(raw_bo_close(fd, closed));
	CHECK_IS(raw_bo_close(fd, closed), -EINVAL);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct drm_ingot_bo_info info = { .handle = bad[i] };

		CHECK_IS(raw_ioctl(fd, DRM_IOCTL_INGOT_BO_INFO, &info), -ENOENT);
		CHECK_IS(raw_copy(fd, DRM_INGOT_COPY_TO_HOST, bad[i], 0, raw_before_hole(UNIT),
				  UNIT),
			 -ENOENT);
	}
}

/* Filled with a pattern and given back: who gets the memory next must not see it */
static void test_zero_on_reuse(void)
{
	int fd = raw_open_alone();
	const uint64_t used = raw_memory(fd).used, size = 4 << 20;
	uint8_t *memory = aligned_alloc(PAGE, size);

	CHECK(memory);
	for (int round = 0; round < 3; round++) {
		uint32_t flags = round == 1 ? DEVICE | DRM_INGOT_BO_MAPPABLE : DEVICE;
		uint32_t handle = raw_bo(fd, size, flags);

		raw_get(fd, handle, 0, memory, size);
		for (uint64_t i = 0; i < size; i += 8)
			CHECK(!*(uint64_t *)(memory + i));
		memset(memory, 0xc3, size);
		raw_put(fd, handle, 0, memory, size);
		CHECK_OK(raw_bo_close(fd, handle));
		CHECK_IS(raw_memory(fd).used, used);
	}
}

/* ---- mmap ---- */

static void *map(int fd, uint64_t offset, size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
}

static uint64_t offset_of(int fd, uint32_t handle)
{
	struct drm_ingot_bo_info info = { .handle = handle };

	CHECK_OK(raw_ioctl(fd, DRM_IOCTL_INGOT_BO_INFO, &info));
	return info.mmap_offset;
}

static void test_mmap_wild(void)
{
	int fd = raw_open(), other = raw_open();
	uint32_t handle = raw_bo(fd, 4 * PAGE, DEVICE | DRM_INGOT_BO_MAPPABLE);
	uint64_t at = offset_of(fd, handle);

	CHECK(at);
	CHECK(map(other, at, PAGE) == MAP_FAILED);
	CHECK(map(fd, at + 4 * PAGE, PAGE) == MAP_FAILED);
	CHECK(map(fd, at + PAGE, 4 * PAGE) == MAP_FAILED);
	CHECK(map(fd, at, 5 * PAGE) == MAP_FAILED);
	CHECK(map(fd, 0, PAGE) == MAP_FAILED);
	CHECK(map(fd, TOP - PAGE, PAGE) == MAP_FAILED);
	CHECK_IS(offset_of(fd, raw_bo(fd, PAGE, DEVICE)), 0);
	CHECK_OK(raw_bo_close(fd, handle));
	CHECK(map(fd, at, PAGE) == MAP_FAILED);
}

/* A mapping keeps its memory, and only that: handle, file and process may go */
static void test_mmap_outlives(void)
{
	int fd = raw_open(), watch = raw_open_alone();
	const uint64_t used = raw_memory(watch).used;
	uint32_t handle = raw_bo(fd, 4 * PAGE, DEVICE | DRM_INGOT_BO_MAPPABLE);
	volatile uint64_t *memory = map(fd, offset_of(fd, handle), 4 * PAGE);
	pid_t child;

	CHECK(memory != MAP_FAILED);
	memory[0] = 0x1122334455667788;
	CHECK_OK(raw_bo_close(fd, handle));
	close(fd);
	CHECK_IS(raw_memory(watch).used, used + 4 * PAGE);
	child = tap_fork();
	if (!child) {
		CHECK_IS(memory[0], 0x1122334455667788);
		memory[3 * PAGE / 8] = 42;
		_exit(0);
	}
	tap_join(child);
	CHECK_IS(memory[3 * PAGE / 8], 42);
	CHECK_OK(munmap((void *)memory, 4 * PAGE));
	raw_wait_used(watch, used);
}

/* ---- COPY ---- */

static int copy(int fd, struct drm_ingot_copy c)
{
	return raw_ioctl(fd, DRM_IOCTL_INGOT_COPY, &c);
}

#define COPY(...) copy(fd, (struct drm_ingot_copy){ .handle = h, .dir = dir, __VA_ARGS__ })

static void test_copy_ranges(void)
{
	int fd = raw_open();
	uint32_t h = raw_bo(fd, 2 * PAGE, DEVICE), host = raw_bo(fd, 2 * PAGE, 0);
	uint64_t p = (uintptr_t)aligned_alloc(PAGE, 4 * PAGE);
	const uint64_t wild[] = { 2 * PAGE, TOP, UINT64_MAX - 63, UINT32_MAX + 1ull, -2ull * PAGE };

	for (uint32_t dir = 0; dir < 2; dir++) {
		CHECK_OK(COPY(.length = 2 * PAGE, .ptr = p));
		CHECK_IS(COPY(.length = 0, .ptr = p), -EINVAL);
		CHECK_IS(COPY(.length = 2 * PAGE + UNIT, .ptr = p), -EINVAL);
		CHECK_IS(COPY(.length = 2 * PAGE, .offset = UNIT, .ptr = p), -EINVAL);
		for (size_t i = 0; i < sizeof(wild) / sizeof(*wild); i++) {
			CHECK_IS(COPY(.length = UNIT, .offset = wild[i], .ptr = p), -EINVAL);
			CHECK_IS(COPY(.length = UNIT, .host_offset = wild[i], .host_handle = host),
				 -EINVAL);
			CHECK(COPY(.length = wild[i], .offset = UNIT, .ptr = p) < 0);
			CHECK(COPY(.length = -wild[i], .offset = wild[i], .ptr = p) < 0);
			CHECK_IS(COPY(.length = wild[i], .offset = UNIT, .host_handle = host),
				 -EINVAL);
		}
	}
}

static void test_copy_alignment(void)
{
	int fd = raw_open();
	uint32_t h = raw_bo(fd, PAGE, DEVICE), host = raw_bo(fd, PAGE, 0), dir = 1;
	uint64_t p = (uintptr_t)aligned_alloc(PAGE, 2 * PAGE);

	for (uint64_t off = 1; off < UNIT; off++) {
		CHECK_IS(COPY(.length = UNIT + off, .ptr = p), -EINVAL);
		CHECK_IS(COPY(.length = UNIT, .ptr = p + off), -EINVAL);
		CHECK_IS(COPY(.length = UNIT, .offset = off, .ptr = p), -EINVAL);
		CHECK_IS(COPY(.length = UNIT, .host_offset = off, .host_handle = host), -EINVAL);
	}
}

static void test_copy_kinds(void)
{
	int fd = raw_open(), other = raw_open();
	uint32_t h = raw_bo(fd, PAGE, DEVICE), host = raw_bo(fd, PAGE, 0), dir = 0;
	uint64_t p = (uintptr_t)aligned_alloc(PAGE, PAGE);

	raw_bo(other, PAGE, 0);
	CHECK_OK(COPY(.length = PAGE, .host_handle = host));
	CHECK_IS(COPY(.length = PAGE, .host_handle = host, .ptr = p), -EINVAL);
	CHECK_IS(COPY(.length = PAGE, .host_handle = h), -EINVAL);
	CHECK_IS(COPY(.length = PAGE, .host_offset = UNIT, .ptr = p), -EINVAL);
	CHECK_IS(COPY(.length = PAGE, .host_handle = NO_HANDLE), -ENOENT);
	CHECK_OK(raw_bo_close(fd, host));
	CHECK_IS(COPY(.length = PAGE, .host_handle = host), -ENOENT);
	h = raw_bo(fd, PAGE, 0);
	CHECK_IS(COPY(.length = PAGE, .ptr = p), -EINVAL);
}

static void test_copy_faults(void)
{
	int fd = raw_open();
	const uint64_t size = 8 << 20;
	uint32_t h = raw_bo(fd, size, DEVICE), dir;
	uint64_t end = (uintptr_t)raw_before_hole(64 * PAGE) + 64 * PAGE;

	for (dir = 0; dir < 2; dir++) {
		CHECK_IS(COPY(.length = PAGE, .ptr = BAD_ADDRESS), -EFAULT);
		CHECK_IS(COPY(.length = PAGE, .ptr = WILD_ADDRESS), -EFAULT);
		CHECK_IS(COPY(.length = PAGE, .ptr = -(uint64_t)PAGE), -EFAULT);
		CHECK_IS(COPY(.length = PAGE, .ptr = 0), -EFAULT);
		CHECK_IS(COPY(.length = 2 * UNIT, .ptr = end - UNIT), -EFAULT);
		CHECK_IS(COPY(.length = size, .ptr = end - 64 * PAGE), -EFAULT);
		CHECK_OK(COPY(.length = 64 * PAGE, .ptr = end - 64 * PAGE));
	}
	dir = DRM_INGOT_COPY_TO_HOST;
	CHECK_IS(COPY(.length = PAGE, .ptr = (uintptr_t)raw_read_only()), -EFAULT);
	dir = DRM_INGOT_COPY_TO_DEVICE;
	CHECK_OK(COPY(.length = PAGE, .ptr = (uintptr_t)raw_read_only()));
}

/* The address of the accel node's own mapping: pages that cannot be pinned */
static void test_copy_from_mapping(void)
{
	int fd = raw_open();
	uint32_t h = raw_bo(fd, PAGE, DEVICE), dir;
	uint32_t mapped = raw_bo(fd, PAGE, DEVICE | DRM_INGOT_BO_MAPPABLE);
	void *memory = map(fd, offset_of(fd, mapped), PAGE);

	CHECK(memory != MAP_FAILED);
	for (dir = 0; dir < 2; dir++)
		CHECK_IS(COPY(.length = PAGE, .ptr = (uintptr_t)memory), -EFAULT);
}

/* ---- PRIME ---- */

static void test_prime(void)
{
	int fd = raw_open(), other = raw_open(), dma_buf;
	uint32_t device = raw_bo(fd, PAGE, DEVICE), host = raw_bo(fd, PAGE, 0), seen, dir, h;
	_Alignas(UNIT) char mine[UNIT] = "for those to whom it was given", theirs[UNIT];

	raw_put(fd, device, 0, mine, UNIT);
	CHECK_IS(raw_copy(other, DRM_INGOT_COPY_TO_HOST, device, 0, theirs, UNIT), -ENOENT);
	CHECK_OK(drmPrimeHandleToFD(fd, device, DRM_CLOEXEC | DRM_RDWR, &dma_buf));
	CHECK_IS(raw_copy(other, DRM_INGOT_COPY_TO_HOST, device, 0, theirs, UNIT), -ENOENT);
	CHECK_OK(drmPrimeFDToHandle(other, dma_buf, &seen));
	CHECK_OK(raw_bo_close(fd, device));
	raw_get(other, seen, 0, theirs, UNIT);
	CHECK(!strcmp(mine, theirs));
	CHECK(drmPrimeHandleToFD(fd, NO_HANDLE, 0, &dma_buf));
	CHECK(drmPrimeFDToHandle(other, fd, &seen));
	CHECK(drmPrimeFDToHandle(other, -1, &seen));
	CHECK_OK(drmPrimeHandleToFD(fd, host, DRM_CLOEXEC | DRM_RDWR, &dma_buf));
	CHECK_OK(drmPrimeFDToHandle(other, dma_buf, &seen));
	h = raw_bo(other, PAGE, DEVICE);
	for (dir = 0; dir < 2; dir++)
		CHECK_OK(copy(other, (struct drm_ingot_copy){
			.handle = h, .dir = dir, .length = PAGE, .host_handle = seen }));
}

static const struct tap_case cases[] = {
	{ "QUERY tells the size and writes whole answers only", test_query_sizes },
	{ "QUERY checks type and address", test_query_errors },
	{ "counters are told to the file of the last job only", test_counters },
	{ "BO_CREATE refuses sizes that wrap or exceed the memory", test_wild_sizes },
	{ "BO_CREATE refuses flags that need others", test_flags },
	{ "device memory runs out with ENOSPC and comes back at close", test_full_memory },
	{ "closed, foreign and guessed handles give ENOENT", test_handles },
	{ "device memory is zero when it is used again", test_zero_on_reuse },
	{ "mmap refuses wild, foreign and closed offsets", test_mmap_wild },
	{ "a mapping outlives handle and file, and no longer", test_mmap_outlives },
	{ "COPY refuses ranges that wrap or exceed the object", test_copy_ranges },
	{ "COPY refuses whatever is not a multiple of 64", test_copy_alignment },
	{ "COPY refuses objects of the wrong kind", test_copy_kinds },
	{ "COPY gives EFAULT for memory that cannot be accessed", test_copy_faults },
	{ "COPY gives EFAULT for device memory that is mapped", test_copy_from_mapping },
	{ "PRIME passes objects to those who are given them", test_prime },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
