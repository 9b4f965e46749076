// SPDX-License-Identifier: MIT
/* INGOT_URING_SUBMIT: what is refused, what completes, what a ring that goes leaves behind. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"
#include "rings.h"
#include "tap.h"

#define ENTRIES 256

static void open_both(struct bench *b, struct io_uring *ring, unsigned int flags)
{
	bench_open(b);
	ring_open(ring, ENTRIES, flags);
}

/* ---- flavours of rings ---- */

static void work(unsigned int flags)
{
	struct drm_ingot_submit s[64];
	uint64_t seen = 0, number;
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, flags);
	for (int i = 0; i < 64; i++) {
		s[i] = bench_job(&b, i & 1 ? PROG_EMIT : PROG_WRONG, i, 0);
		ring_put(&ring, b.fd, &s[i], i);
	}
	ring_enter(&ring, 64);
	for (int i = 0; i < 64; i++) {
		CHECK_IS(ring_take(&ring, &number), number & 1 ? 0 : -EFAULT);
		CHECK(number < 64 && !(seen >> number & 1));
		seen |= 1ull << number;
	}
	for (uint32_t i = 0; i < 64; i++) {
		CHECK_IS(bench_next(&b).value, i);
		CHECK_IS(bench_end(&b, s[i].job).status, i & 1 ? 0 : -EFAULT);
	}
	io_uring_queue_exit(&ring);
	bench_prove(&b);
}

static void test_small_entries(void)
{
	work(0);
}

static void test_big_entries(void)
{
	work(IORING_SETUP_SQE128);
}

static void test_big_completions(void)
{
	work(IORING_SETUP_SQE128 | IORING_SETUP_CQE32);
}

static void test_sqpoll(void)
{
	work(IORING_SETUP_SQPOLL);
}

static void test_defer_taskrun(void)
{
	work(IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
}

/* Kernels of 2026 take such commands and complete them without polling; older ones refuse them */
static void test_iopoll(void)
{
	struct drm_ingot_submit s;
	struct drm_ingot_record r;
	struct io_uring ring;
	struct bench b;
	int result;

	open_both(&b, &ring, IORING_SETUP_IOPOLL);
	s = bench_job(&b, PROG_END, 0, 0);
	result = ring_do(&ring, b.fd, &s);
	CHECK(!result || result == -EOPNOTSUPP);
	if (!result)
		CHECK_IS(bench_end(&b, s.job).status, 0);
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ENODATA);
	io_uring_queue_exit(&ring);
	bench_prove(&b);
}

static void test_fixed_file(void)
{
	struct drm_ingot_submit s;
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, 0);
	CHECK_OK(io_uring_register_files(&ring, &b.fd, 1));
	s = bench_job(&b, PROG_END, 0, 0);
	ring_put(&ring, 0, &s, 0)->flags = IOSQE_FIXED_FILE;
	ring_enter(&ring, 1);
	CHECK_OK(ring_take(&ring, NULL));
}

/* ---- what is refused ---- */

static int do_op(struct io_uring *ring, const struct bench *b, uint32_t op)
{
	struct drm_ingot_submit s = bench_job(b, PROG_END, 0, 0);

	ring_put(ring, b->fd, &s, 0)->cmd_op = op;
	ring_enter(ring, 1);
	return ring_take(ring, NULL);
}

static void test_operations(void)
{
	struct drm_ingot_record r;
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, 0);
	CHECK_IS(do_op(&ring, &b, 0), -ENOTTY);
	CHECK_IS(do_op(&ring, &b, UINT32_MAX), -ENOTTY);
	CHECK_IS(do_op(&ring, &b, DRM_IOCTL_INGOT_WAIT), -ENOTTY);
	CHECK_IS(do_op(&ring, &b, DRM_IOCTL_GEM_CLOSE), -ENOTTY);
	CHECK_IS(do_op(&ring, &b, raw_sized(INGOT_URING_SUBMIT, 8)), -ENOTTY);
	for (uint32_t bit = 1; bit; bit <<= 1)
		CHECK_IS(do_op(&ring, &b, INGOT_URING_SUBMIT ^ bit), -ENOTTY);
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ENODATA);
	bench_prove(&b);
}

static int do_cmd(struct io_uring *ring, const struct bench *b, const void *submit, uint32_t size,
		  uint32_t flags)
{
	const struct ingot_uring_cmd cmd = {
		.submit = (uintptr_t)submit, .size = size, .flags = flags,
	};

	memcpy(ring_put(ring, b->fd, NULL, 0)->cmd, &cmd, sizeof(cmd));
	ring_enter(ring, 1);
	return ring_take(ring, NULL);
}

static void test_payload(void)
{
	static union { struct drm_ingot_submit s; uint8_t bytes[8192]; } big;
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, 0);
	big.s = bench_job(&b, PROG_END, 0, 0);
	for (uint32_t bit = 1; bit; bit <<= 1)
		CHECK_IS(do_cmd(&ring, &b, &big, sizeof(big.s), bit), -EINVAL);
	for (uint32_t size = 0; size < sizeof(big.s); size += 4)
		CHECK_IS(do_cmd(&ring, &b, &big, size, 0), -EINVAL);
	CHECK_IS(do_cmd(&ring, &b, &big, UINT32_MAX, 0), -EINVAL);
	CHECK_IS(do_cmd(&ring, &b, &big, sizeof(big), 0), -EINVAL);
	CHECK_OK(do_cmd(&ring, &b, &big, sizeof(big.s) + 8, 0));
	CHECK_OK(do_cmd(&ring, &b, &big, 4096, 0));
	big.bytes[sizeof(big.s) + 5] = 1;
	CHECK_IS(do_cmd(&ring, &b, &big, sizeof(big.s) + 8, 0), -E2BIG);
	bench_prove(&b);
}

static void test_addresses(void)
{
	const size_t size = sizeof(struct drm_ingot_submit);
	char *edge = raw_before_hole(size);
	struct drm_ingot_submit s;
	struct drm_ingot_record r;
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, 0);
	s = bench_job(&b, PROG_END, 0, 0);
	memcpy(edge, &s, size);
	CHECK_IS(do_cmd(&ring, &b, NULL, size, 0), -EFAULT);
	CHECK_IS(do_cmd(&ring, &b, (void *)BAD_ADDRESS, size, 0), -EFAULT);
	CHECK_IS(do_cmd(&ring, &b, (void *)WILD_ADDRESS, size, 0), -EFAULT);
	CHECK_IS(do_cmd(&ring, &b, edge + 4, size, 0), -EFAULT);
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ENODATA);
	CHECK_OK(do_cmd(&ring, &b, edge, size, 0));
	CHECK(((struct drm_ingot_submit *)edge)->job);
	CHECK_IS(bench_next(&b).status, 0);
	/* where its number cannot be written nothing is accepted */
	CHECK(mprotect((void *)((uintptr_t)edge & -4096ul), 4096, PROT_READ) == 0);
	CHECK_IS(do_cmd(&ring, &b, edge, size, 0), -EFAULT);
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ENODATA);
	bench_prove(&b);
}

static void test_errors_are_results(void)
{
	struct drm_ingot_submit s;
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, 0);
	s = bench_job(&b, PROG_END, 0, 0);
	s.ctx = NO_HANDLE;
	CHECK_IS(ring_do(&ring, b.fd, &s), -ENOENT);
	s = bench_job(&b, PROG_END, 0, 0);
	s.commands = 0;
	CHECK_IS(ring_do(&ring, b.fd, &s), -EINVAL);
	s = bench_job(&b, PROG_END, 0, 0);
	s.flags = 4;
	CHECK_IS(ring_do(&ring, b.fd, &s), -EINVAL);
	s.flags = 0;
	s.in_count = 1;
	s.in_syncs = BAD_ADDRESS;
	CHECK_IS(ring_do(&ring, b.fd, &s), -EFAULT);
	s = bench_job(&b, PROG_WRONG, 0, 0);
	s.max_events = 0;
	s.flags = DRM_INGOT_JOB_NO_RECORD;
	CHECK_IS(ring_do(&ring, b.fd, &s), -EFAULT);
	CHECK_IS(ring_do(&ring, 2, &s), -EOPNOTSUPP);
	bench_prove(&b);
}

/* ---- ways to be submitted ---- */

/* What the entry names may be used again as soon as it is submitted */
static void test_reuse(void)
{
	struct drm_ingot_submit s;
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, 0);
	for (uint32_t i = 0; i < 100; i++) {
		s = bench_job(&b, PROG_EMIT, i, 0);
		ring_put(&ring, b.fd, &s, i);
		ring_enter(&ring, 1);
		memset(&s, 0xff, sizeof(s));
	}
	for (uint32_t i = 0; i < 100; i++) {
		CHECK_OK(ring_take(&ring, NULL));
		CHECK_IS(bench_next(&b).value, i);
		CHECK_IS(bench_next(&b).status, 0);
	}
}

static void test_async(void)
{
	struct drm_ingot_submit s[32];
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, 0);
	for (int i = 0; i < 32; i++) {
		s[i] = bench_job(&b, PROG_EMIT, i, 0);
		ring_put(&ring, b.fd, &s[i], i)->flags = IOSQE_ASYNC;
	}
	ring_enter(&ring, 32);
	for (int i = 0; i < 32; i++)
		CHECK_OK(ring_take(&ring, NULL));
	bench_prove(&b);
}

static void test_links(void)
{
	struct drm_ingot_submit s[4];
	int results[4];
	struct io_uring ring;
	struct bench b;
	uint64_t number;

	open_both(&b, &ring, 0);
	for (int i = 0; i < 4; i++) {
		s[i] = bench_job(&b, i == 1 ? PROG_WRONG : PROG_EMIT, i, 0);
		ring_put(&ring, b.fd, &s[i], i)->flags = i < 3 ? IOSQE_IO_LINK : 0;
	}
	ring_enter(&ring, 4);
	for (int i = 0; i < 4; i++) {
		int result = ring_take(&ring, &number);

		results[number & 3] = result;
	}
	CHECK_IS(results[0], 0);
	CHECK_IS(results[1], -EFAULT);
	CHECK_IS(results[2], -ECANCELED);
	CHECK_IS(results[3], -ECANCELED);
}

static void test_small_cq(void)
{
	struct drm_ingot_submit s[200];
	struct io_uring ring;
	struct bench b;

	bench_open(&b);
	ring_open(&ring, 8, IORING_SETUP_CQSIZE);
	for (int i = 0; i < 200; i++) {
		s[i] = bench_job(&b, PROG_END, 0, 0);
		ring_put(&ring, b.fd, &s[i], i);
		ring_enter(&ring, 1);
	}
	for (int i = 0; i < 200; i++)
		CHECK_OK(ring_take(&ring, NULL));
}

static void *bind_slot(void *arg)
{
	const struct bench *b = arg;

	CHECK_OK(raw_bind(b->fd, b->ctx, 9, b->data, ING_PERM_READ));
	return NULL;
}

/* The context's lock is held by CTX_BIND, which waits for a job: submission goes to a worker */
static void test_contended(void)
{
	struct drm_ingot_submit s[16];
	struct io_uring ring;
	struct bench b;
	pthread_t thread;

	open_both(&b, &ring, 0);
	for (int round = 0; round < 8; round++) {
		bench_shut_gate(&b, 0);
		bench_start(&b, PROG_GATE, 0, 0);
		CHECK_IS(bench_next(&b).type, DRM_INGOT_RECORD_EVENT);
		CHECK_OK(pthread_create(&thread, NULL, bind_slot, &b));
		for (int i = 0; i < 16; i++) {
			s[i] = bench_job(&b, PROG_END, 0, 0);
			s[i].max_events = 0;
			s[i].flags = DRM_INGOT_JOB_NO_RECORD;
			ring_put(&ring, b.fd, &s[i], i);
		}
		ring_enter(&ring, 16);
		bench_open_gate(&b, 0);
		CHECK_OK(pthread_join(thread, NULL));
		for (int i = 0; i < 16; i++)
			CHECK_OK(ring_take(&ring, NULL));
		CHECK_IS(bench_next(&b).type, DRM_INGOT_RECORD_EVENT);
		CHECK_IS(bench_next(&b).status, 0);
	}
}

/* ---- one batch, one doorbell ---- */

static void run_batch(struct io_uring *ring, const struct bench *b, unsigned int count)
{
	static struct drm_ingot_submit s[ENTRIES];

	for (unsigned int i = 0; i < count; i++) {
		s[i] = bench_job(b, PROG_END, 0, 0);
		s[i].max_events = 0;
		s[i].flags = DRM_INGOT_JOB_NO_RECORD;
		ring_put(ring, b->fd, &s[i], i);
	}
	ring_enter(ring, count);
	for (unsigned int i = 0; i < count; i++)
		CHECK_OK(ring_take(ring, NULL));
}

static void test_doorbells(void)
{
	struct doorbells before, after;
	unsigned int count;
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, 0);
	/* the driver learns how short these jobs are: the ring takes work, not a number of jobs */
	for (int i = 0; i < 8; i++)
		run_batch(&ring, &b, ENTRIES);
	before = doorbells_read();
	/* where a job takes more than 40 us, as on a kernel that checks itself, fewer fit */
	count = before.window < ENTRIES ? before.window : ENTRIES;
	tap_note("%u jobs", count);
	run_batch(&ring, &b, count);
	after = doorbells_read();
	CHECK_IS(after.driver - before.driver, 1);
	CHECK_IS(after.board - before.board, before.board ? 1 : 0);
}

/* ---- cancellation ---- */

static void test_cancel(void)
{
	struct drm_ingot_submit s;
	struct io_uring ring;
	struct bench b;

	open_both(&b, &ring, 0);
	s = bench_job(&b, PROG_SPIN, 0, 0);
	for (int i = 0; i < 20; i++)
		ring_put(&ring, b.fd, &s, i);
	ring_enter(&ring, 20);
	CHECK_OK(raw_cancel(b.fd, b.ctx, 0));
	for (int i = 0; i < 20; i++) {
		CHECK_IS(ring_take(&ring, NULL), -ECANCELED);
		CHECK_IS(bench_next(&b).status, -ECANCELED);
	}
	bench_prove(&b);
}

static void spin(struct io_uring *ring, const struct bench *b, unsigned int count)
{
	static struct drm_ingot_submit s;

	s = bench_job(b, PROG_SPIN, 0, 0);
	for (unsigned int i = 0; i < count; i++)
		ring_put(ring, b->fd, &s, i);
	ring_enter(ring, count);
}

static void tear_down(unsigned int flags)
{
	struct io_uring ring;
	struct bench b;

	bench_open(&b);
	for (int round = 0; round < 5; round++) {
		ring_open(&ring, ENTRIES, flags);
		spin(&ring, &b, 50);
		io_uring_queue_exit(&ring);
		for (int i = 0; i < 50; i++)
			CHECK_IS(bench_next(&b).status, -ECANCELED);
	}
	bench_prove(&b);
}

static void test_teardown(void)
{
	tear_down(0);
}

static void test_teardown_defer(void)
{
	tear_down(IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
}

/* Jobs of a ring end; those that came by ioctl go on */
static void test_teardown_spares(void)
{
	struct io_uring ring;
	struct bench b;
	uint64_t job;

	open_both(&b, &ring, 0);
	bench_shut_gate(&b, 0);
	job = bench_start(&b, PROG_GATE, 0, 0);
	CHECK_IS(bench_next(&b).type, DRM_INGOT_RECORD_EVENT);
	spin(&ring, &b, 10);
	io_uring_queue_exit(&ring);
	bench_open_gate(&b, 0);
	CHECK_IS(bench_end(&b, job).status, 0);
	for (int i = 0; i < 10; i++)
		CHECK_IS(bench_next(&b).status, -ECANCELED);
}

static void test_death(void)
{
	const int watch = raw_open_alone();
	const uint64_t used = raw_memory(watch).used;
	struct bench other;

	for (int i = 0; i < 20; i++) {
		pid_t child = tap_fork();

		if (!child) {
			struct io_uring ring;
			struct bench b;

			open_both(&b, &ring, 0);
			spin(&ring, &b, 30);
			if (i & 1)
				close(b.fd);
			_exit(0);
		}
		tap_join(child);
	}
	raw_wait_used(watch, used);
	bench_open(&other);
	bench_prove(&other);
}

static void test_destroy_ctx(void)
{
	struct io_uring ring;
	struct bench b, again;

	open_both(&b, &ring, 0);
	spin(&ring, &b, 30);
	CHECK_OK(raw_ctx_destroy(b.fd, b.ctx));
	for (int i = 0; i < 30; i++)
		CHECK_IS(ring_take(&ring, NULL), -ECANCELED);
	bench_open(&again);
	bench_prove(&again);
}

/* io_uring's own cancellation does not reach drivers; it must not harm either */
static void test_async_cancel(void)
{
	struct io_uring_sqe *sqe;
	struct io_uring ring;
	struct bench b;
	uint64_t number;
	int result;

	open_both(&b, &ring, 0);
	spin(&ring, &b, 1);
	sqe = io_uring_get_sqe(&ring);
	io_uring_prep_cancel64(sqe, 0, 0);
	sqe->user_data = 99;
	ring_enter(&ring, 1);
	result = ring_take(&ring, &number);
	CHECK_IS(number, 99);
	CHECK(result < 0);
	CHECK_OK(raw_cancel(b.fd, b.ctx, 0));
	CHECK_IS(ring_take(&ring, &number), -ECANCELED);
	CHECK_IS(number, 0);
}

static const struct tap_case cases[] = {
	{ "rings with 64-byte entries work", test_small_entries },
	{ "rings with 128-byte entries work", test_big_entries },
	{ "rings with 32-byte completions work", test_big_completions },
	{ "rings with SQPOLL work", test_sqpoll },
	{ "rings with DEFER_TASKRUN work", test_defer_taskrun },
	{ "rings with IOPOLL are refused, or work", test_iopoll },
	{ "registered files work", test_fixed_file },
	{ "other operations give ENOTTY", test_operations },
	{ "size and flags of the payload are checked", test_payload },
	{ "a structure that is not there gives EFAULT, and no job", test_addresses },
	{ "errors at submission and of jobs are results", test_errors_are_results },
	{ "the structure is read at submission", test_reuse },
	{ "entries can be submitted by a worker", test_async },
	{ "linked entries run one after the other until one fails", test_links },
	{ "completions that find no room come later", test_small_cq },
	{ "a context that is busy holds up its submissions, and nothing is lost", test_contended },
	{ "a batch of 256 jobs, or of as many as the ring takes, costs one doorbell", test_doorbells },
	{ "CANCEL ends commands", test_cancel },
	{ "a ring that is torn down ends its jobs", test_teardown },
	{ "a ring with DEFER_TASKRUN that is torn down ends its jobs", test_teardown_defer },
	{ "a ring that is torn down spares other jobs", test_teardown_spares },
	{ "a process that ends with commands under way leaves nothing", test_death },
	{ "CTX_DESTROY ends commands", test_destroy_ctx },
	{ "ASYNC_CANCEL does no harm", test_async_cancel },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
