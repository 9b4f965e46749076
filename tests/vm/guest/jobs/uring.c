// SPDX-License-Identifier: MIT
/* Jobs by io_uring: results, batches, cancellation with the ring, kinds of rings. */
#include <errno.h>
#include <liburing.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"

#define DEPTH 256

/* Fills in an entry; the uAPI structure must live until it is submitted */
static void prepare(struct io_uring *ring, int fd, struct drm_ingot_submit *args, uint64_t data)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
	struct ingot_uring_cmd cmd = { .submit = (uintptr_t)args, .size = sizeof(*args) };

	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, fd, NULL, 0, 0);
	sqe->off = INGOT_URING_SUBMIT;
	memcpy((char *)sqe + 48, &cmd, sizeof(cmd));
	io_uring_sqe_set_data64(sqe, data);
}

static int reap(struct io_uring *ring, uint64_t *data)
{
	struct io_uring_cqe *cqe;
	int ret = io_uring_wait_cqe(ring, &cqe);

	if (ret)
		return ret;
	ret = cqe->res;
	if (data)
		*data = io_uring_cqe_get_data64(cqe);
	io_uring_cqe_seen(ring, cqe);
	return ret;
}

static int one(struct io_uring *ring, int fd, struct drm_ingot_submit *args)
{
	prepare(ring, fd, args, 1);
	io_uring_submit(ring);
	return reap(ring, NULL);
}

static void test_results(struct client *client, struct io_uring *ring)
{
	struct drm_ingot_submit args = job_args(client->ctx, ROUTINE_END, 0);
	struct drm_ingot_record record;

	is(one(ring, client->fd, &args), 0, "a job completes its command");
	ok(args.job, "and its number is written");
	is(take_done(client->fd, client->ctx, args.job, &record, 1000), 0,
		    "it has a record, too");
	args.flags = DRM_INGOT_JOB_NO_RECORD;
	is(one(ring, client->fd, &args), 0, "it need not");
	is(take(client->fd, client->ctx, &record, 1, 0), -ENODATA, "then there is none");
	args = job_args(client->ctx, ROUTINE_FAULT, 0);
	args.flags = DRM_INGOT_JOB_NO_RECORD;
	is(one(ring, client->fd, &args), -EFAULT, "a fault is the result");
	args.ctx += 77;
	is(one(ring, client->fd, &args), -ENOENT, "so is a mistake");
	prepare(ring, client->fd, (struct drm_ingot_submit *)8, 1);
	io_uring_submit(ring);
	is(reap(ring, NULL), -EFAULT, "and a bad address");
}

static void test_batch(struct client *client, struct io_uring *ring, const char *kind)
{
	static struct drm_ingot_submit args[DEPTH];
	uint64_t data, start = now_ms();
	int bad = 0;

	for (unsigned int i = 0; i < DEPTH; i++) {
		args[i] = job_args(client->ctx, ROUTINE_END, 0);
		args[i].flags = DRM_INGOT_JOB_NO_RECORD;
		prepare(ring, client->fd, &args[i], i);
	}
	bad += io_uring_submit(ring) != DEPTH;
	for (unsigned int i = 0; i < DEPTH; i++) {
		bad += reap(ring, &data) != 0;
		bad += data != i;
	}
	is(bad, 0, "%s: %d jobs in a batch complete in order", kind, DEPTH);
	printf("# %d jobs in %llu ms\n", DEPTH, (unsigned long long)(now_ms() - start));
}

static void test_cancel_job(struct client *client, struct io_uring *ring)
{
	struct drm_ingot_submit args = job_args(client->ctx, ROUTINE_SPIN, 0);

	args.flags = DRM_INGOT_JOB_NO_RECORD;
	prepare(ring, client->fd, &args, 1);
	io_uring_submit(ring);
	is(cancel(client->fd, client->ctx, args.job), 0, "its job is cancelled by ioctl");
	is(reap(ring, NULL), -ECANCELED, "so is the command");
}

static void test_exit(struct client *client, struct io_uring_params *params)
{
	struct drm_ingot_submit args = job_args(client->ctx, ROUTINE_SPIN, 0);
	struct drm_ingot_record record;
	struct io_uring ring;
	uint64_t start;

	args.flags = DRM_INGOT_JOB_NO_RECORD;
	if (io_uring_queue_init_params(8, &ring, params)) {
		ok(false, "a second ring");
		return;
	}
	prepare(&ring, client->fd, &args, 1);
	prepare(&ring, client->fd, &args, 2);
	io_uring_submit(&ring);
	start = now_ms();
	io_uring_queue_exit(&ring);
	is(run_job(client, ROUTINE_END, 0, &record), 0,
		    "a ring goes, its jobs go, the next one runs");
	is(record.status, 0, "well");
	printf("# after %llu ms\n", (unsigned long long)(now_ms() - start));
}

/* A process that dies with jobs in flight */
static void die_busy(unsigned int ring_flags)
{
	static struct drm_ingot_submit args[64];
	struct client client;
	struct io_uring ring;

	client_open(&client);
	if (io_uring_queue_init(64, &ring, ring_flags))
		_exit(1);
	for (unsigned int i = 0; i < 64; i++) {
		args[i] = job_args(client.ctx, i == 20 ? ROUTINE_SPIN : ROUTINE_COUNT, 100);
		args[i].flags = DRM_INGOT_JOB_NO_RECORD;
		prepare(&ring, client.fd, &args[i], i);
	}
	io_uring_submit(&ring);
	pause();
}

static void test_kill(struct client *client)
{
	struct drm_ingot_record record;
	uint64_t start = now_ms();
	int bad = 0;

	for (int i = 0; i < 10; i++) {
		pid_t pid = fork();

		if (!pid)
			die_busy(i % 2 ? IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN :
					 0);
		usleep(20000 + (unsigned int)(rand() % 30000));
		kill(pid, SIGKILL);
		bad += waitpid(pid, NULL, 0) != pid;
		bad += run_job(client, ROUTINE_END, 0, &record) || record.status;
	}
	is(bad, 0, "10 processes killed with jobs in flight do no harm");
	printf("# in %llu ms\n", (unsigned long long)(now_ms() - start));
}

int main(void)
{
	static const struct {
		const char *name;
		unsigned int flags;
	} kinds[] = {
		{ "plain ring", 0 },
		{ "128-byte entries", IORING_SETUP_SQE128 },
		{ "deferred task work", IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN },
		{ "polled submission", IORING_SETUP_SQPOLL },
	};
	struct client client;

	client_open(&client);
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct io_uring_params params = { .flags = kinds[i].flags };
		struct io_uring ring;

		if (!is(io_uring_queue_init_params(DEPTH, &ring, &params), 0, "%s",
				 kinds[i].name))
			continue;
		if (!i)
			test_results(&client, &ring);
		test_batch(&client, &ring, kinds[i].name);
		test_batch(&client, &ring, kinds[i].name);
		if (!(kinds[i].flags & IORING_SETUP_SQPOLL))
			test_cancel_job(&client, &ring);
		io_uring_queue_exit(&ring);
		/*
		 * Not with deferred task work: Linux 6.12 with lockdep complains of io_uring itself
		 * when such a ring goes before its process does. test_kill() has it.
		 */
		params = (struct io_uring_params) { .flags = kinds[i].flags };
		if (!(kinds[i].flags & (IORING_SETUP_SQPOLL | IORING_SETUP_SQE128 |
					IORING_SETUP_DEFER_TASKRUN)))
			test_exit(&client, &params);
	}
	test_kill(&client);
	client_close(&client);
	return tap_done();
}
