// SPDX-License-Identifier: MIT
/*
 * DRM_INGOT_COPY: right bytes and no others, bad arguments, bad memory, signals, many at once.
 * With --speed it only measures.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "accel.h"
#include "sequence.h"
#include "tests/vm/guest/lib/report.h"

#define MIB (1 << 20)
#define UNIT 64
#define TO_DEVICE DRM_INGOT_COPY_TO_DEVICE
#define TO_HOST DRM_INGOT_COPY_TO_HOST

static void *pages(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		bail_out("no %zu bytes of memory", bytes);
	return memory;
}

static void fill(uint64_t *memory, size_t bytes)
{
	for (size_t i = 0; i < bytes / 8; i++)
		memory[i] = random_below(UINT64_MAX);
}

/* ---- against a reference ---- */

/* Most are short, some are long. */
static uint64_t random_length(uint64_t end)
{
	uint64_t most = 1ull << (6 + random_below(17));

	return (1 + random_below((most < end ? most : end) / UNIT)) * UNIT;
}

/**
 * struct bench - memory on both sides, and what should be in it
 * @fd: file
 * @bytes: of each
 * @device: object
 * @host: object, or 0: @memory is the caller's own
 * @memory: the host's side
 * @device_copy: what should be in @device
 * @memory_copy: what should be in @memory
 */
struct bench {
	int fd;
	size_t bytes;
	uint32_t device, host;
	uint8_t *memory, *device_copy, *memory_copy;
};

static void bench_init(struct bench *b, size_t bytes, bool object)
{
	b->fd = accel_open();
	b->bytes = bytes;
	b->device = bo_create(b->fd, bytes, DRM_INGOT_BO_DEVICE, NULL);
	b->host = object ? bo_create(b->fd, bytes, 0, NULL) : 0;
	b->memory = object ? bo_map(b->fd, b->host) : pages(bytes);
	b->device_copy = pages(bytes);
	b->memory_copy = pages(bytes);
	fill((uint64_t *)b->memory, bytes);
	memcpy(b->memory_copy, b->memory, bytes);
}

static void bench_end(struct bench *b)
{
	munmap(b->memory, b->bytes);
	munmap(b->device_copy, b->bytes);
	munmap(b->memory_copy, b->bytes);
	close(b->fd);
}

static int bench_copy(struct bench *b, unsigned int dir, uint64_t to, uint64_t from, uint64_t length)
{
	uint64_t device = dir == TO_DEVICE ? to : from, memory = dir == TO_DEVICE ? from : to;

	if (dir == TO_DEVICE)
		memcpy(b->device_copy + to, b->memory_copy + from, length);
	else
		memcpy(b->memory_copy + to, b->device_copy + from, length);
	if (b->host)
		return copy_bo(b->fd, dir, b->device, device, length, b->host, memory);
	return copy_user(b->fd, dir, b->device, device, length, b->memory + memory);
}

/* Everything, not just what was copied last: so a copy that reaches too far is seen. */
static bool bench_agrees(struct bench *b)
{
	uint8_t *device = pages(b->bytes);
	bool good = !copy_user(b->fd, TO_HOST, b->device, 0, b->bytes, device) &&
		    !memcmp(device, b->device_copy, b->bytes) &&
		    !memcmp(b->memory, b->memory_copy, b->bytes);

	munmap(device, b->bytes);
	return good;
}

static void test_random(bool object)
{
	struct bench b;
	int failed = 0, wrong = 0;

	bench_init(&b, 4 * MIB, object);
	for (int i = 0; i < 400; i++) {
		unsigned int dir = random_below(2);
		uint64_t length = random_length(b.bytes);
		uint64_t to = random_below((b.bytes - length) / UNIT + 1) * UNIT;
		uint64_t from = random_below((b.bytes - length) / UNIT + 1) * UNIT;

		failed += bench_copy(&b, dir, to, from, length) != 0;
		if (i % 20 == 19)
			wrong += !bench_agrees(&b);
	}
	is(failed, 0, "400 random copies, %s: all succeed", object ? "host object" : "user memory");
	is(wrong, 0, "... and both sides hold what they should");
	bench_end(&b);
}

/* Many chunks, of single pages and of huge ones. */
static void test_long(int fd, int advice, const char *what)
{
	const size_t bytes = 37 * MIB + 5 * UNIT;
	uint32_t device = bo_create(fd, bytes, DRM_INGOT_BO_DEVICE, NULL);
	uint8_t *from = pages(bytes + 4096), *to = pages(bytes + 4096);

	madvise(from, bytes + 4096, advice);
	madvise(to, bytes + 4096, advice);
	fill((uint64_t *)from, bytes + 4096);
	is(copy_user(fd, TO_DEVICE, device, 0, bytes, from + 3 * UNIT), 0, "37 MiB of %s, there", what);
	is(copy_user(fd, TO_HOST, device, 0, bytes, to + 11 * UNIT), 0, "... and back");
	ok(!memcmp(from + 3 * UNIT, to + 11 * UNIT, bytes), "... are the same");
	ok(!to[11 * UNIT - 1] && !to[11 * UNIT + bytes], "... and nothing around them");
	bo_close(fd, device);
	munmap(from, bytes + 4096);
	munmap(to, bytes + 4096);
}

/* ---- refused ---- */

static void test_arguments(int fd)
{
	uint32_t device = bo_create(fd, 65536, DRM_INGOT_BO_DEVICE, NULL);
	uint32_t host = bo_create(fd, 65536, 0, NULL);
	uint8_t *memory = pages(65536);
	const struct drm_ingot_copy good = {
		.handle = device, .length = 4096, .ptr = (uintptr_t)memory };
	const struct drm_ingot_copy good_bo = { .handle = device, .length = 4096, .host_handle = host };
#define WITH(base, ...) ({ struct drm_ingot_copy c = base; __VA_ARGS__; c; })
	struct { struct drm_ingot_copy args; int ret; const char *what; } cases[] = {
		{ good, 0, "a good one" },
		{ good_bo, 0, "a good one of an object" },
		{ WITH(good, c.dir = 2), -EINVAL, "a direction that is none" },
		{ WITH(good, c.pad = 1), -EINVAL, "padding" },
		{ WITH(good, c.length = 0), -EINVAL, "no length" },
		{ WITH(good, c.length = 4097), -EINVAL, "an odd length" },
		{ WITH(good, c.offset = 32), -EINVAL, "an odd offset" },
		{ WITH(good, c.ptr += 8), -EINVAL, "an odd address" },
		{ WITH(good_bo, c.host_offset = 1), -EINVAL, "an odd offset in the host object" },
		{ WITH(good, c.offset = 65536), -EINVAL, "an offset at the end" },
		{ WITH(good, c.offset = 61440 + 64), -EINVAL, "a length past the end" },
		{ WITH(good, c.offset = -4096ull), -EINVAL, "an offset that wraps round" },
		{ WITH(good, c.length = -64ull), -EFAULT, "a length that wraps round" },
		{ WITH(good_bo, c.length = -64ull), -EINVAL, "a length that wraps round, of an object" },
		{ WITH(good_bo, c.host_offset = 61440 + 64), -EINVAL, "the host object's end" },
		{ WITH(good_bo, c.host_offset = -4096ull), -EINVAL, "a host offset that wraps round" },
		{ WITH(good_bo, c.ptr = (uintptr_t)memory), -EINVAL, "an object and an address" },
		{ WITH(good, c.host_offset = 64), -EINVAL, "a host offset without an object" },
		{ WITH(good, c.handle = host), -EINVAL, "a host object as device object" },
		{ WITH(good_bo, c.host_handle = device), -EINVAL, "a device object as host object" },
		{ WITH(good, c.handle = 0), -ENOENT, "no object" },
		{ WITH(good, c.handle = 4711), -ENOENT, "an object that is none" },
		{ WITH(good_bo, c.host_handle = 4711), -ENOENT, "a host object that is none" },
		{ WITH(good, c.ptr = 0), -EFAULT, "address 0" },
		{ WITH(good, c.ptr = 0x7ffffffff000), -EFAULT, "the last page of user space" },
		{ WITH(good, c.ptr = 0xffff888000000000), -EFAULT, "an address of the kernel" },
		{ WITH(good, c.ptr = -4096ull), -EFAULT, "the last page of all" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is(accel_ioctl(fd, DRM_IOCTL_INGOT_COPY, &cases[i].args), cases[i].ret, "%s",
		   cases[i].what);
	bo_close(fd, device);
	bo_close(fd, host);
	munmap(memory, 65536);
}

static void test_memory(int fd)
{
	uint32_t device = bo_create(fd, 8 * MIB, DRM_INGOT_BO_DEVICE, NULL);
	uint32_t shown = bo_create(fd, 4096, DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_MAPPABLE, NULL);
	uint8_t *memory = pages(8 * MIB), *window = bo_map(fd, shown);
	uint8_t *constant = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(memory, 1, 8 * MIB);
	munmap(memory + 5 * MIB, 4096);
	is(copy_user(fd, TO_DEVICE, device, 0, 8 * MIB, memory), -EFAULT, "a hole in the source");
	is(copy_user(fd, TO_HOST, device, 0, 8 * MIB, memory), -EFAULT, "a hole in the target");
	is(copy_user(fd, TO_DEVICE, device, 0, 5 * MIB, memory), 0, "... before which there is none");
	is(copy_user(fd, TO_DEVICE, device, 0, 4096, constant), 0, "a source that is read-only");
	is(copy_user(fd, TO_HOST, device, 0, 4096, constant), -EFAULT, "a target that is read-only");
	is(copy_user(fd, TO_DEVICE, device, 0, 4096, window), -EFAULT, "the device's own window");
	bo_close(fd, device);
	bo_close(fd, shown);
	munmap(window, 4096);
	munmap(constant, 4096);
	munmap(memory, 8 * MIB);
}

/* ---- signals ---- */

static atomic_int alarms;

static void on_alarm(int signal)
{
	(void)signal;
	alarms++;
}

static void storm(int flags, unsigned int us)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };
	struct itimerval timer = { { 0, us }, { 0, us } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* The structure is handed in again as it came back. */
static int copy_through(int fd, unsigned int dir, uint32_t handle, uint64_t length, void *memory,
			unsigned int *interrupted)
{
	struct drm_ingot_copy args = { .handle = handle, .dir = dir, .length = length,
				       .ptr = (uintptr_t)memory };
	int ret;

	while ((ret = accel_ioctl(fd, DRM_IOCTL_INGOT_COPY, &args)) == -EINTR)
		++*interrupted;
	return ret;
}

static void test_signals(int fd, int flags, const char *what)
{
	const size_t bytes = 24 * MIB;
	uint32_t device = bo_create(fd, bytes, DRM_INGOT_BO_DEVICE, NULL);
	uint8_t *from = pages(bytes), *to = pages(bytes);
	unsigned int interrupted = 0;
	int failed = 0, wrong = 0;

	alarms = 0;
	for (int i = 0; i < 5; i++) {
		fill((uint64_t *)from, bytes);
		storm(flags, 700);
		failed += copy_through(fd, TO_DEVICE, device, bytes, from, &interrupted) != 0;
		failed += copy_through(fd, TO_HOST, device, bytes, to, &interrupted) != 0;
		storm(flags, 0);
		wrong += memcmp(from, to, bytes) != 0;
	}
	note("%s: %d signals, %u calls interrupted", what, alarms, interrupted);
	is(failed, 0, "copies in a storm of signals, %s: all succeed", what);
	is(wrong, 0, "... and are right");
	ok(alarms > 0 && (flags & SA_RESTART ? !interrupted : interrupted > 0), "... and were interrupted");
	bo_close(fd, device);
	munmap(from, bytes);
	munmap(to, bytes);
}

/* Killed wherever it is: whatever it held comes back. */
static void test_kill(int fd)
{
	uint64_t used = memory_used(fd);
	int status, killed = 0;

	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();

		if (!pid) {
			int own = accel_open();
			void *memory = pages(16 * MIB);

			for (;;) {
				uint32_t device = bo_create(own, 16 * MIB, DRM_INGOT_BO_DEVICE, NULL);

				copy_user(own, TO_DEVICE, device, 0, 16 * MIB, memory);
				bo_close(own, device);
			}
		}
		usleep(random_below(60000));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		killed += WIFSIGNALED(status);
	}
	is(killed, 20, "20 processes are killed while they copy");
	is(memory_used(fd), used, "... and leave nothing behind");
}

/* ---- at once ---- */

static void *copy_back_and_forth(void *arg)
{
	struct bench *b = arg;
	uintptr_t wrong = 0;

	for (int i = 0; i < 12; i++) {
		uint64_t half = b->bytes / 2;

		wrong += bench_copy(b, TO_DEVICE, half * (i & 1), 0, half) != 0;
		wrong += bench_copy(b, TO_HOST, half, half * (i & 1), half) != 0;
		wrong += !bench_agrees(b);
	}
	return (void *)wrong;
}

static void test_many(void)
{
	struct bench b[6];
	pthread_t threads[6];
	uintptr_t wrong = 0;

	for (int i = 0; i < 6; i++) {
		bench_init(&b[i], 2 * MIB, i & 1);
		/* two threads of one file, and others */
		if (i == 1 || i == 3)
			pthread_create(&threads[i], NULL, copy_back_and_forth, &b[i]);
	}
	for (int i = 0; i < 6; i++)
		if (i != 1 && i != 3)
			pthread_create(&threads[i], NULL, copy_back_and_forth, &b[i]);
	for (int i = 0; i < 6; i++) {
		void *result;

		pthread_join(threads[i], &result);
		wrong += (uintptr_t)result;
	}
	is(wrong, 0, "6 threads with files of their own copy at once, and all is right");
	for (int i = 0; i < 6; i++)
		bench_end(&b[i]);
}

static void *copy_one_file(void *arg)
{
	struct bench *shared = arg;
	struct bench own;
	uintptr_t wrong;

	/* objects of its own in the shared file */
	bench_init(&own, 2 * MIB, false);
	close(own.fd);
	own.fd = shared->fd;
	own.device = bo_create(own.fd, own.bytes, DRM_INGOT_BO_DEVICE, NULL);
	wrong = (uintptr_t)copy_back_and_forth(&own);
	bo_close(own.fd, own.device);
	munmap(own.memory, own.bytes);
	munmap(own.device_copy, own.bytes);
	munmap(own.memory_copy, own.bytes);
	return (void *)wrong;
}

static void test_one_file(void)
{
	struct bench b;
	pthread_t threads[3];
	uintptr_t wrong = 0;

	bench_init(&b, 2 * MIB, false);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, copy_one_file, &b);
	for (int i = 0; i < 3; i++) {
		void *result;

		pthread_join(threads[i], &result);
		wrong += (uintptr_t)result;
	}
	is(wrong, 0, "3 threads copy with one file at once, and all is right");
	bench_end(&b);
}

/* ---- speed: told, not judged ---- */

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

/* What a program does without instructions that an emulated processor is slow at. */
static void copy_words(uint64_t *to, const uint64_t *from, size_t words)
{
	for (size_t i = 0; i < words; i += 4) {
		uint64_t a = from[i], b = from[i + 1], c = from[i + 2], d = from[i + 3];

		to[i] = a;
		to[i + 1] = b;
		to[i + 2] = c;
		to[i + 3] = d;
		__asm__ volatile("" ::: "memory");
	}
}

static void tell_speed(int fd, int advice, const char *what)
{
	const size_t bytes = 64 * MIB;
	uint32_t device = bo_create(fd, bytes, DRM_INGOT_BO_DEVICE, NULL);
	uint8_t *from = pages(bytes), *to = pages(bytes);
	double best[4] = { 1e9, 1e9, 1e9, 1e9 }, memory;

	madvise(from, bytes, advice);
	madvise(to, bytes, advice);
	memset(from, 1, bytes);
	memset(to, 2, bytes);
	for (int i = 0; i < 5; i++) {
		double t[5];

		t[0] = seconds();
		memcpy(to, from, bytes);
		t[1] = seconds();
		copy_words((uint64_t *)to, (uint64_t *)from, bytes / 8);
		t[2] = seconds();
		copy_user(fd, TO_DEVICE, device, 0, bytes, from);
		t[3] = seconds();
		copy_user(fd, TO_HOST, device, 0, bytes, to);
		t[4] = seconds();
		for (int k = 0; k < 4; k++)
			best[k] = t[k + 1] - t[k] < best[k] ? t[k + 1] - t[k] : best[k];
	}
	memory = best[0] < best[1] ? best[0] : best[1];
	note("%s, MB/s: memory to memory %.0f, to the device %.0f (%.0f %%), to the host %.0f (%.0f %%)",
	     what, bytes / memory / 1e6, bytes / best[2] / 1e6, 100 * memory / best[2],
	     bytes / best[3] / 1e6, 100 * memory / best[3]);
	bo_close(fd, device);
	munmap(from, bytes);
	munmap(to, bytes);
}

int main(int argc, char **argv)
{
	int fd = accel_open();

	if (argc > 1 && !strcmp(argv[1], "--speed")) {
		tell_speed(fd, MADV_NOHUGEPAGE, "single pages");
		tell_speed(fd, MADV_HUGEPAGE, "huge pages");
		return 0;
	}
	seed_random(argc, argv);
	test_random(false);
	test_random(true);
	test_long(fd, MADV_NOHUGEPAGE, "single pages");
	test_long(fd, MADV_HUGEPAGE, "huge pages");
	test_arguments(fd);
	test_memory(fd);
	test_signals(fd, 0, "calls end in EINTR");
	test_signals(fd, SA_RESTART, "calls are restarted");
	test_kill(fd);
	test_many();
	test_one_file();
	is(memory_used(fd), 0, "no device memory is lost");
	return tap_done();
}
