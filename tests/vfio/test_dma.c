// SPDX-License-Identifier: MIT
/* The map table: maps, merged and empty unmaps, accesses, and files that change behind its back. */
/* memfd_create() */
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "hw/sim/vfio_user/guarded_copy.h"

#define PAGE 4096u
#define READ VFIO_DMA_MAP_FLAG_READ
#define BOTH (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

static int make_file(uint64_t bytes)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)bytes), 0);
	return fd;
}

static int map(struct vu_dma *dma, uint64_t address, uint64_t size, int fd, uint64_t offset,
	       uint32_t flags)
{
	const struct vu_dma_map m = { sizeof(m), flags, offset, address, size };
	struct ingot_error err;

	return vu_dma_map(dma, &m, fd, &err);
}

static int unmap(struct vu_dma *dma, uint64_t address, uint64_t size, uint32_t flags)
{
	const struct vu_dma_unmap u = { sizeof(u), flags, address, size };
	struct ingot_error err;

	return vu_dma_unmap(dma, &u, &err);
}

static int probe(struct vu_dma *dma, uint64_t address)
{
	uint8_t byte;

	return vu_dma_read(dma, address, &byte, 1);
}

static void test_access(void **state)
{
	struct vu_dma dma = { 0 };
	int fd = make_file(4 * PAGE);
	uint8_t in[3000], out[3000];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7);
	/* two ranges side by side, their pages the other way round in the file */
	assert_int_equal(map(&dma, 0x10000, PAGE, fd, 2 * PAGE, BOTH), 0);
	assert_int_equal(map(&dma, 0x10000 + PAGE, PAGE, fd, PAGE, BOTH), 0);
	assert_int_equal(vu_dma_write(&dma, 0x10000 + 2000, in, sizeof(in)), 0);
	assert_int_equal(vu_dma_read(&dma, 0x10000 + 2000, out, sizeof(out)), 0);
	assert_memory_equal(in, out, sizeof(in));
	assert_int_equal(pread(fd, out, 1000, PAGE), 1000);
	assert_memory_equal(out, in + PAGE - 2000, 904);
	/* past the end: what is mapped may have been moved, the whole fails */
	assert_int_equal(vu_dma_read(&dma, 0x10000 + 2 * PAGE - 1, out, 2), -EFAULT);
	assert_int_equal(vu_dma_read(&dma, 0xffff, out, 2), -EFAULT);
	assert_int_equal(vu_dma_read(&dma, UINT64_MAX, out, 2), -EFAULT);
	close(fd);
	assert_int_equal(probe(&dma, 0x10000), 0);
	vu_dma_clear(&dma);
}

static void test_permissions(void **state)
{
	struct vu_dma dma = { 0 };
	int fd = make_file(PAGE);
	uint8_t byte = 1;

	(void)state;
	assert_int_equal(map(&dma, 0, PAGE, fd, 0, READ), 0);
	assert_int_equal(vu_dma_write(&dma, 0, &byte, 1), -EFAULT);
	assert_int_equal(probe(&dma, 0), 0);
	/* the same file, to be written */
	assert_int_equal(map(&dma, PAGE, PAGE, fd, 0, BOTH), 0);
	assert_int_equal(vu_dma_write(&dma, PAGE, &byte, 1), 0);
	assert_int_equal(vu_dma_read(&dma, 0, &byte, 1), 0);
	assert_int_equal(byte, 1);
	/* known, but out of reach */
	assert_int_equal(map(&dma, 2 * PAGE, PAGE, -1, 0, BOTH), 0);
	assert_int_equal(probe(&dma, 2 * PAGE), -ENXIO);
	vu_dma_clear(&dma);
	close(fd);
}

static void test_bad_maps(void **state)
{
	struct vu_dma dma = { 0 };
	int fd = make_file(2 * PAGE), pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(map(&dma, PAGE, 2 * PAGE, fd, 0, BOTH), 0);
	assert_int_equal(map(&dma, PAGE, PAGE, fd, 0, BOTH), -EEXIST);
	assert_int_equal(map(&dma, 0, PAGE + 1, fd, 0, BOTH), -EEXIST);
	assert_int_equal(map(&dma, 2 * PAGE, 8 * PAGE, fd, 0, BOTH), -EEXIST);
	assert_int_equal(map(&dma, 0, UINT64_MAX, fd, 0, BOTH), -EEXIST);
	assert_int_equal(map(&dma, 0, 0, fd, 0, BOTH), -EINVAL);
	assert_int_equal(map(&dma, UINT64_MAX, 2, fd, 0, BOTH), -EINVAL);
	assert_int_equal(map(&dma, 8 * PAGE, 2 * PAGE, fd, 1, BOTH), -EINVAL);
	assert_int_equal(map(&dma, 8 * PAGE, PAGE, fd, UINT64_MAX, BOTH), -EINVAL);
	assert_int_equal(map(&dma, 8 * PAGE, PAGE, fd, 0, 8), -EINVAL);
	assert_int_equal(map(&dma, 8 * PAGE, PAGE, pipes[0], 0, BOTH), -EINVAL);
	assert_int_equal(map(&dma, 8 * PAGE, PAGE, 999, 0, BOTH), -EBADF);
	assert_int_equal(unmap(&dma, 0, 0, 0), -EINVAL);
	assert_int_equal(unmap(&dma, UINT64_MAX, 2, 0), -EINVAL);
	assert_int_equal(unmap(&dma, 0, PAGE, VFIO_DMA_UNMAP_FLAG_ALL), -EINVAL);
	assert_int_equal(unmap(&dma, 0, PAGE, 0x80), -EINVAL);
	assert_int_equal(dma.count, 1);
	/* the last byte there is */
	assert_int_equal(map(&dma, UINT64_MAX - PAGE + 1, PAGE, fd, 0, BOTH), 0);
	assert_int_equal(probe(&dma, UINT64_MAX), 0);
	assert_int_equal(unmap(&dma, UINT64_MAX - PAGE + 1, PAGE, 0), 0);
	vu_dma_clear(&dma);
	close(pipes[0]);
	close(pipes[1]);
	close(fd);
}

/* As behind an IOMMU: pages one by one, taken away by the dozen, and once more */
static void test_merged_unmaps(void **state)
{
	const uint64_t pages = 2048;
	struct vu_dma dma = { 0 };
	int fd = make_file(pages * PAGE);

	(void)state;
	for (int cycle = 0; cycle < 3; cycle++) {
		for (uint64_t i = 0; i < pages; i++)
			assert_int_equal(map(&dma, i * PAGE, PAGE, fd, (pages - 1 - i) * PAGE,
					     BOTH), 0);
		assert_non_null(dma.files);
		assert_null(dma.files->next);
		assert_int_equal(unmap(&dma, 0, pages / 2 * PAGE, 0), 0);
		assert_int_equal(dma.count, pages / 2);
		assert_int_equal(probe(&dma, pages / 2 * PAGE - 1), -EFAULT);
		assert_int_equal(probe(&dma, pages / 2 * PAGE), 0);
		/* nothing there any more */
		assert_int_equal(unmap(&dma, 0, pages / 2 * PAGE, 0), 0);
		assert_int_equal(unmap(&dma, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL), 0);
		assert_int_equal(dma.count, 0);
		assert_null(dma.files);
	}
	assert_int_equal(dma.maps, 3 * pages);
	assert_int_equal(dma.unmaps, 9);
	vu_dma_clear(&dma);
	close(fd);
}

static void test_cut(void **state)
{
	struct vu_dma dma = { 0 };
	int fd = make_file(16 * PAGE);
	uint32_t mark = 0x600d, seen;

	(void)state;
	assert_int_equal(pwrite(fd, &mark, 4, 12 * PAGE), 4);
	assert_int_equal(map(&dma, 0, 16 * PAGE, fd, 0, BOTH), 0);
	assert_int_equal(unmap(&dma, 4 * PAGE, 4 * PAGE, 0), 0);
	assert_int_equal(dma.count, 2);
	assert_int_equal(probe(&dma, 4 * PAGE - 1), 0);
	assert_int_equal(probe(&dma, 4 * PAGE), -EFAULT);
	assert_int_equal(probe(&dma, 8 * PAGE - 1), -EFAULT);
	assert_int_equal(vu_dma_read(&dma, 12 * PAGE, &seen, 4), 0);
	assert_int_equal(seen, mark);
	assert_int_equal(unmap(&dma, 2 * PAGE, 8 * PAGE, 0), 0);
	assert_int_equal(dma.count, 2);
	assert_int_equal(unmap(&dma, 0, 2 * PAGE, 0), 0);
	assert_non_null(dma.files);
	assert_int_equal(unmap(&dma, 0, 16 * PAGE, 0), 0);
	assert_null(dma.files);
	vu_dma_clear(&dma);
	close(fd);
}

/* A client that shrinks its file hurts nobody but itself */
static void test_truncated_file(void **state)
{
	struct vu_dma dma = { 0 };
	int fd = make_file(4 * PAGE);
	uint8_t bytes[64] = { 0 };

	(void)state;
	/* cmocka takes the signal before each test */
	guarded_copy_init();
	assert_int_equal(map(&dma, 0, 4 * PAGE, fd, 0, BOTH), 0);
	assert_int_equal(ftruncate(fd, PAGE), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(vu_dma_read(&dma, 2 * PAGE, bytes, 64), -EFAULT);
		assert_int_equal(vu_dma_write(&dma, 2 * PAGE, bytes, 64), -EFAULT);
		assert_int_equal(vu_dma_write(&dma, PAGE - 32, bytes, 64), -EFAULT);
		assert_int_equal(vu_dma_read(&dma, 0, bytes, 64), 0);
	}
	vu_dma_clear(&dma);
	close(fd);
}

/* ---- against a table of bytes ---- */

#define SPACE 256u

static uint32_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*state >> 33);
}

static void check_space(struct vu_dma *dma, const int *where)
{
	for (uint32_t i = 0; i < SPACE; i++) {
		uint8_t byte = 0;
		int ret = vu_dma_read(dma, i, &byte, 1);

		assert_int_equal(ret, where[i] < 0 ? -EFAULT : 0);
		if (!ret)
			assert_int_equal(byte, (uint8_t)where[i]);
	}
	for (size_t i = 1; i < dma->count; i++)
		assert_true(dma->ranges[i - 1].address + dma->ranges[i - 1].size <=
			    dma->ranges[i].address);
}

static void test_random(void **state)
{
	const char *given = getenv("SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL), random = seed;
	struct vu_dma dma = { 0 };
	int where[SPACE], fd = make_file(SPACE);

	(void)state;
	printf("# SEED=%llu\n", (unsigned long long)seed);
	for (uint32_t i = 0; i < SPACE; i++) {
		uint8_t byte = (uint8_t)i;

		where[i] = -1;
		assert_int_equal(pwrite(fd, &byte, 1, i), 1);
	}
	for (int step = 0; step < 2000; step++) {
		uint32_t at = next(&random) % SPACE, size = next(&random) % 40 + 1;
		uint32_t offset = next(&random) % SPACE;
		bool taken = false, add = next(&random) % 3;

		if (at + size > SPACE || offset + size > SPACE)
			continue;
		for (uint32_t i = at; i < at + size; i++)
			taken |= where[i] >= 0;
		if (add)
			assert_int_equal(map(&dma, at, size, fd, offset, BOTH),
					 taken ? -EEXIST : 0);
		else
			assert_int_equal(unmap(&dma, at, size, 0), 0);
		for (uint32_t i = 0; i < size && !(add && taken); i++)
			where[at + i] = add ? (int)(offset + i) : -1;
		check_space(&dma, where);
	}
	vu_dma_clear(&dma);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_bad_maps),
		cmocka_unit_test(test_merged_unmaps),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_truncated_file),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("vfio-user: DMA maps", tests, NULL, NULL);
}
