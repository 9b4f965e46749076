// SPDX-License-Identifier: MIT
/* Nobody sees what another one left behind, or names what is another one's. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "accel.h"
#include "tests/vm/guest/lib/report.h"

#define MIB (1u << 20)
#define BYTES (8 * MIB)
#define COUNT 6

static uint8_t memory[BYTES] __attribute__((aligned(4096)));

/* Half of them where mmap() reaches. */
static uint32_t flags_of(int i)
{
	return DRM_INGOT_BO_DEVICE | (i & 1 ? DRM_INGOT_BO_MAPPABLE : 0);
}

static void write_everywhere(int fd)
{
	memset(memory, 0x5a, BYTES);
	for (int i = 0; i < COUNT; i++) {
		uint32_t handle = bo_create(fd, BYTES, flags_of(i), NULL);

		if (!handle || copy_user(fd, DRM_INGOT_COPY_TO_DEVICE, handle, 0, BYTES, memory))
			bail_out("cannot write what should be seen");
	}
}

static bool is_zero(const uint8_t *bytes, size_t count)
{
	return !bytes[0] && !memcmp(bytes, bytes + 1, count - 1);
}

static bool all_zero(void)
{
	int fd = accel_open();
	bool zero = true;

	for (int i = 0; i < COUNT; i++) {
		uint32_t handle = bo_create(fd, BYTES, flags_of(i), NULL);

		memset(memory, 0xff, BYTES);
		zero &= !copy_user(fd, DRM_INGOT_COPY_TO_HOST, handle, 0, BYTES, memory) &&
			is_zero(memory, BYTES);
		if (i & 1) {
			uint8_t *window = bo_map(fd, handle);

			zero &= window && is_zero(window, MIB);
			munmap(window, BYTES);
		}
	}
	close(fd);
	return zero;
}

static void test_closed(void)
{
	int fd = accel_open();

	write_everywhere(fd);
	close(fd);
	ok(all_zero(), "what a closed file wrote is not seen");
}

static void test_killed(void)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		write_everywhere(accel_open());
		raise(SIGKILL);
	}
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && all_zero(), "what a killed process wrote is not seen");
}

static void test_handles(void)
{
	int mine = accel_open(), yours = accel_open();
	uint32_t handle = bo_create(mine, 65536, DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_MAPPABLE, NULL);
	uint32_t host = bo_create(mine, 65536, 0, NULL);
	uint32_t own = bo_create(yours, 65536, DRM_INGOT_BO_DEVICE, NULL);
	struct drm_ingot_bo_info info, host_info;
	int refused = 0, known = 0;

	bo_close(yours, own);
	bo_info(mine, handle, &info);
	bo_info(mine, host, &host_info);
	for (uint32_t i = 1; i <= 64; i++) {
		struct drm_ingot_bo_info other;

		known += !bo_info(yours, i, &other);
		refused += copy_user(yours, DRM_INGOT_COPY_TO_HOST, i, 0, 4096, memory) == -ENOENT;
	}
	ok(!known && refused == 64, "handles of another file are none");
	ok(mmap(NULL, 65536, PROT_READ, MAP_SHARED, yours, info.mmap_offset) == MAP_FAILED &&
	   mmap(NULL, 65536, PROT_READ, MAP_SHARED, yours, host_info.mmap_offset) == MAP_FAILED,
	   "its offsets cannot be mapped");
	close(mine);
	close(yours);
}

/* Neighbours in memory: a copy to the end of one does not touch the next. */
static void test_neighbours(void)
{
	int fd = accel_open(), wrong = 0;
	uint32_t handles[8];

	for (int i = 0; i < 8; i++)
		handles[i] = bo_create(fd, 4096, DRM_INGOT_BO_DEVICE, NULL);
	for (int i = 0; i < 8; i += 2) {
		memset(memory, 0xee, 4096);
		wrong += copy_user(fd, DRM_INGOT_COPY_TO_DEVICE, handles[i], 0, 4096, memory) != 0;
	}
	for (int i = 1; i < 8; i += 2) {
		wrong += copy_user(fd, DRM_INGOT_COPY_TO_HOST, handles[i], 0, 4096, memory) != 0;
		wrong += !is_zero(memory, 4096);
	}
	is(wrong, 0, "neighbours are not touched");
	close(fd);
}

int main(void)
{
	test_closed();
	test_killed();
	test_handles();
	test_neighbours();
	return tap_done();
}
