// SPDX-License-Identifier: MIT
/*
 * Two processes that know nothing of each other: the victim keeps secrets in device memory, in the
 * scratchpad and in records; the other one tries everything to get at them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

#include "raw.h"
#include "tap.h"

#define SECRET 0x5ec3e75ec3e75ec3ull
#define SECRET_BYTES (1u << 20)
#define SLOTS 32
#define RESULT_UNIT 40

/**
 * struct victim - the other process
 * @child: its process
 * @to: closed by us: it may check its memory and end
 * @from: it writes a byte when it is ready
 */
struct victim {
	pid_t child;
	int to, from;
};

static void fill(uint64_t *words, size_t bytes)
{
	for (size_t i = 0; i < bytes / 8; i++)
		words[i] = SECRET ^ i << 32;
}

static void keep_secrets(int ready, int over)
{
	uint64_t *words = aligned_alloc(4096, SECRET_BYTES);
	uint64_t *again = aligned_alloc(4096, SECRET_BYTES);
	struct bench b;
	uint32_t handle;
	char byte = 0;

	CHECK(words && again);
	fill(words, SECRET_BYTES);
	bench_open(&b);
	handle = raw_bo(b.fd, SECRET_BYTES, DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_MAPPABLE);
	raw_put(b.fd, handle, 0, words, SECRET_BYTES);
	raw_put(b.fd, b.data, 0, words, DATA_BYTES);
	for (uint32_t slot = 2; slot < SLOTS; slot++)
		CHECK_OK(raw_bind(b.fd, b.ctx, slot, handle, ING_PERM_READ | ING_PERM_WRITE));
	CHECK_IS(write(ready, &byte, 1), 1);
	CHECK_IS(read(over, &byte, 1), 0);
	raw_get(b.fd, handle, 0, again, SECRET_BYTES);
	CHECK(!memcmp(words, again, SECRET_BYTES));
	raw_get(b.fd, b.data, 0, again, DATA_BYTES);
	CHECK(!memcmp(words, again, DATA_BYTES));
	bench_prove(&b);
}

static struct victim victim_start(void)
{
	struct victim v;
	int to[2], from[2];
	char byte;

	CHECK_OK(pipe2(to, O_CLOEXEC));
	CHECK_OK(pipe2(from, O_CLOEXEC));
	v.child = tap_fork();
	if (!v.child) {
		close(to[1]);
		keep_secrets(from[1], to[0]);
		_exit(0);
	}
	close(to[0]);
	close(from[1]);
	v.to = to[1];
	v.from = from[0];
	/* nothing comes if it has failed: then tap_join() says so */
	if (read(v.from, &byte, 1) != 1)
		tap_join(v.child);
	return v;
}

static void victim_end(struct victim *v)
{
	close(v->to);
	tap_join(v->child);
	close(v->from);
}

static void check_clean(const uint64_t *words, size_t bytes)
{
	for (size_t i = 0; i < bytes / 8; i++)
		if ((uint32_t)words[i] == (uint32_t)SECRET)
			tap_fail(__FILE__, __LINE__, "a secret at %zu: 0x%llx", i * 8,
				 (unsigned long long)words[i]);
}

/* ---- programs ---- */

static uint32_t fault_of_move(const struct bench *b, uint32_t from_slot, uint32_t from,
			      uint32_t to_slot, uint32_t to)
{
	struct drm_ingot_submit s = bench_job(b, PROG_MOVE, from, to);

	s.args[2] = from_slot;
	s.args[3] = to_slot;
	s.max_events = 0;
	CHECK_OK(raw_submit(b->fd, &s));
	return bench_end(b, s.job).fault;
}

static const uint32_t offsets[] = {
	0, 1, 63, 64, 65, 4095, 4096, 1u << 14, 1u << 18, (1u << 18) - 1, 1u << 20, 1u << 24,
	1u << 26, 0x7fffffff, 0x80000000, 0x80000001, 0xffffff00, 0xfffffffe, 0xffffffff,
};

#define OFFSETS (sizeof(offsets) / sizeof(*offsets))

/* Every slot but our own, and ours past its end, for reading and for writing */
static void test_programs(void)
{
	struct victim v = victim_start();
	uint64_t words[8];
	struct bench b;

	bench_open(&b);
	for (uint32_t slot = 0; slot < 256; slot++) {
		for (size_t i = 0; i < OFFSETS; i++) {
			if (slot == SLOT_DATA && offsets[i] < DATA_BYTES / UNIT)
				continue;
			/* all combinations for the slots that there are, samples of the others */
			if (slot >= SLOTS && (slot + i) % 7)
				continue;
			CHECK(fault_of_move(&b, slot, offsets[i], SLOT_DATA, RESULT_UNIT));
			CHECK(fault_of_move(&b, SLOT_DATA, 0, slot, offsets[i]));
		}
	}
	_Alignas(UNIT) uint64_t result[8];

	raw_get(b.fd, b.data, RESULT_UNIT * UNIT, result, UNIT);
	memcpy(words, result, sizeof(words));
	check_clean(words, sizeof(words));
	for (int i = 0; i < 8; i++)
		CHECK(!words[i]);
	bench_prove(&b);
	victim_end(&v);
}

/* Programs cannot be fetched from anywhere but program objects of one's own */
static void test_foreign_code(void)
{
	struct victim v = victim_start();
	struct bench b;

	bench_open(&b);
	for (uint32_t slot = 1; slot < SLOTS; slot++) {
		struct drm_ingot_submit s = bench_job(&b, PROG_EMIT, 1, 2);

		for (size_t i = 0; i < OFFSETS; i++) {
			s.slot = slot;
			s.offset = offsets[i];
			s.commands = i & 1 ? UINT32_MAX : 1;
			CHECK_OK(raw_submit(b.fd, &s));
			CHECK_IS(bench_end(&b, s.job).fault, ING_FAULT_PERM);
		}
	}
	bench_prove(&b);
	victim_end(&v);
}

/* A slot that shows a part of an object shows no more of it */
static void test_part(void)
{
	struct drm_ingot_ctx_bind bind = {
		.slot = 9, .perm = ING_PERM_READ | ING_PERM_WRITE,
		.offset = 10 * UNIT, .length = 2 * UNIT,
	};
	_Alignas(UNIT) uint64_t words[DATA_BYTES / 8], seen[DATA_BYTES / 8];
	struct bench b;

	bench_open(&b);
	fill(words, sizeof(words));
	bind.handle = raw_bo(b.fd, DATA_BYTES, DRM_INGOT_BO_DEVICE);
	bind.ctx = b.ctx;
	raw_put(b.fd, bind.handle, 0, words, DATA_BYTES);
	CHECK_OK(raw_ioctl(b.fd, DRM_IOCTL_INGOT_CTX_BIND, &bind));
	CHECK_IS(fault_of_move(&b, SLOT_DATA, 0, 9, 0), 0);
	CHECK_IS(fault_of_move(&b, SLOT_DATA, 0, 9, 1), 0);
	for (uint32_t unit = 2; unit < 100; unit++)
		CHECK_IS(fault_of_move(&b, SLOT_DATA, 0, 9, unit), ING_FAULT_SLOT);
	for (uint32_t back = 1; back < 20; back++)
		CHECK_IS(fault_of_move(&b, SLOT_DATA, 0, 9, -back), ING_FAULT_SLOT);
	raw_get(b.fd, bind.handle, 0, seen, DATA_BYTES);
	memset((char *)words + 10 * UNIT, 0, 2 * UNIT);
	CHECK(!memcmp(words, seen, DATA_BYTES));
}

/* ---- handles and offsets ---- */

static void test_handles(void)
{
	struct victim v = victim_start();
	_Alignas(UNIT) char line[UNIT];
	int fd = raw_open(), fds;
	uint32_t ctx = raw_ctx(fd);

	for (uint32_t handle = 1; handle < 5000; handle++) {
		struct drm_ingot_bo_info info = { .handle = handle };

		CHECK_IS(raw_ioctl(fd, DRM_IOCTL_INGOT_BO_INFO, &info), -ENOENT);
		CHECK_IS(raw_copy(fd, DRM_INGOT_COPY_TO_HOST, handle, 0, line, UNIT), -ENOENT);
		CHECK_IS(raw_bind(fd, ctx, 3, handle, ING_PERM_READ), -ENOENT);
		CHECK(drmPrimeHandleToFD(fd, handle, 0, &fds));
	}
	for (uint32_t name = 1; name < 100; name++) {
		struct drm_gem_open flink = { .name = name };

		CHECK(raw_ioctl(fd, DRM_IOCTL_GEM_OPEN, &flink) < 0);
	}
	victim_end(&v);
}

/* Every page of the range where offsets for mmap are given */
static void test_mmap(void)
{
	struct victim v = victim_start();
	int fd = raw_open();
	uint32_t h = raw_bo(fd, 4096, DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_MAPPABLE);
	struct drm_ingot_bo_info info = { .handle = h };

	CHECK_OK(raw_ioctl(fd, DRM_IOCTL_INGOT_BO_INFO, &info));
	for (int64_t page = -3000; page < 3000; page++) {
		void *memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd,
				    info.mmap_offset + page * 4096);

		CHECK((memory != MAP_FAILED) == !page);
	}
	victim_end(&v);
}

/* ---- what is left behind ---- */

static int is_clear(const uint64_t *words, size_t bytes)
{
	for (size_t i = 0; i < bytes / 8; i++)
		if (words[i])
			return 0;
	return 1;
}

/* All device memory that there is, after a process that filled it with secrets */
static void test_memory_left(void)
{
	const uint64_t piece = 4 << 20;
	uint64_t *words = aligned_alloc(4096, piece);
	struct drm_ingot_memory m;
	uint64_t pieces;
	pid_t child;
	int fd = raw_open_alone();

	CHECK(words);
	m = raw_memory(fd);
	/* as much as a small guest can look through in reasonable time */
	pieces = (m.total - m.used) / piece;
	pieces = pieces > 24 ? 24 : pieces;
	child = tap_fork();
	if (!child) {
		int mine = raw_open();

		fill(words, piece);
		for (uint64_t i = 0; i < pieces; i++)
			raw_put(mine, raw_bo(mine, piece, DRM_INGOT_BO_DEVICE), 0, words, piece);
		_exit(0);
	}
	tap_join(child);
	raw_wait_used(fd, m.used);
	for (uint64_t i = 0; i < pieces; i++) {
		raw_get(fd, raw_bo(fd, piece, DRM_INGOT_BO_DEVICE), 0, words, piece);
		CHECK(is_clear(words, piece));
	}
}

/*
 * A hardware context is used by one process after the other: slots of the one are not the other's
 */
static void test_context_left(void)
{
	for (int round = 0; round < 20; round++) {
		struct bench b;
		pid_t child = tap_fork();

		if (!child) {
			struct bench mine;

			bench_open(&mine);
			for (uint32_t slot = 2; slot < SLOTS; slot++)
				CHECK_OK(raw_bind(mine.fd, mine.ctx, slot, mine.data,
						  ING_PERM_READ));
			bench_start(&mine, PROG_SPIN, 0, 0);
			_exit(0);
		}
		tap_join(child);
		bench_open(&b);
		for (uint32_t slot = 2; slot < SLOTS; slot++)
			CHECK_IS(fault_of_move(&b, slot, 0, SLOT_DATA, 1), ING_FAULT_PERM);
		close(b.fd);
	}
}

/* ---- by intent ---- */

static void test_inherited(void)
{
	struct bench b;
	pid_t child;

	bench_open(&b);
	child = tap_fork();
	if (!child) {
		bench_prove(&b);
		_exit(0);
	}
	tap_join(child);
	bench_prove(&b);
}

static const struct tap_case cases[] = {
	{ "no program reaches past its slots, whatever slot and offset it names", test_programs },
	{ "no program is fetched from what is none of one's own", test_foreign_code },
	{ "a slot that shows a part shows no more", test_part },
	{ "no handle of another process can be guessed", test_handles },
	{ "no mapping of another process can be guessed", test_mmap },
	{ "memory that a process filled is zero for the next one", test_memory_left },
	{ "slots that a process bound are empty for the next one", test_context_left },
	{ "a file that is inherited works in both processes", test_inherited },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
