// SPDX-License-Identifier: MIT
#include "drm_uring.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <string.h>

/* Entries of the submission ring: the largest batch of one system call. */
#define ENTRIES 256
/* Jobs under way, at most; the completion ring has room for all of them. */
#define JOBS 1024

/**
 * struct uring_job - a job under way
 * @submit: what the kernel reads: it may do so late, from a worker
 * @ctx: identifier of its context
 * @tag: its tag
 * @quiet: it leaves no record
 */
struct uring_job {
	struct drm_ingot_submit submit;
	uint32_t ctx, tag;
	bool quiet;
};

/**
 * struct drm_uring - the ring
 * @dev: its device
 * @ring: liburing's
 * @quiet_owed: quiet jobs that are not over
 * @free_count: of @free
 * @free: numbers of @jobs that are free
 * @jobs: jobs, by the number that their entries carry
 * @early_next: first of @early that the user has not got
 * @early_end: one past the last
 * @early: ends of quiet jobs that had to be taken from the ring before the user asked for them
 */
struct drm_uring {
	struct drm_device *dev;
	struct io_uring ring;
	unsigned int quiet_owed, free_count;
	uint16_t free[JOBS];
	struct uring_job jobs[JOBS];
	unsigned int early_next, early_end;
	struct ingot_completion early[JOBS];
};

struct drm_uring *drm_uring_open(struct drm_device *dev, struct ingot_error *err)
{
	/* Without COOP_TASKRUN each completion would interrupt this thread. */
	struct io_uring_params params = {
		.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN,
		.cq_entries = JOBS,
	};
	struct drm_uring *ring = calloc(1, sizeof(*ring));
	int ret = ring ? io_uring_queue_init_params(ENTRIES, &ring->ring, &params) : -ENOMEM;

	if (ret) {
		ingot_error_set(err, ret,
				"%s: no io_uring here: %s (containers forbid it by default): use --submit ioctl",
				dev->base.uri, strerror(-ret));
		free(ring);
		return NULL;
	}
	ring->dev = dev;
	while (ring->free_count < JOBS) {
		ring->free[ring->free_count] = JOBS - 1 - ring->free_count;
		ring->free_count++;
	}
	return ring;
}

void drm_uring_close(struct drm_uring *ring)
{
	if (!ring)
		return;
	io_uring_queue_exit(&ring->ring);
	free(ring);
}

unsigned int drm_uring_owed(const struct drm_uring *ring)
{
	return ring ? ring->quiet_owed + ring->early_end - ring->early_next : 0;
}

int drm_uring_fd(const struct drm_uring *ring)
{
	return ring->ring.ring_fd;
}

static struct drm_context *find_context(const struct drm_uring *ring, uint32_t id)
{
	for (unsigned int i = 0; i < DRM_CONTEXTS; i++)
		if (ring->dev->ids[i] == id)
			return ring->dev->contexts[i];
	return NULL;
}

/* By hand: helpers for this opcode are newer than the liburing of Debian 12. */
static void fill_entry(struct drm_uring *ring, struct io_uring_sqe *sqe, uint16_t number)
{
	const struct ingot_uring_cmd cmd = {
		.submit = (uintptr_t)&ring->jobs[number].submit,
		.size = sizeof(ring->jobs[number].submit),
	};

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = ring->dev->fd;
	sqe->cmd_op = INGOT_URING_SUBMIT;
	sqe->user_data = number;
	memcpy(sqe->cmd, &cmd, sizeof(cmd));
}

static bool put_job(struct drm_uring *ring, struct drm_context *ctx, const struct ingot_job *job)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring->ring);
	struct uring_job *j;
	uint16_t number;

	if (!sqe)
		return false;
	number = ring->free[--ring->free_count];
	j = &ring->jobs[number];
	j->ctx = ctx->id;
	j->tag = job->tag;
	j->quiet = job->flags & INGOT_JOB_QUIET;
	drm_fill_submit(&j->submit, ctx, job, !j->quiet);
	fill_entry(ring, sqe, number);
	ring->quiet_owed += j->quiet;
	ctx->owed += !j->quiet;
	return true;
}

/* Forgets a job whose entry has completed. */
static void forget(struct drm_uring *ring, uint16_t number)
{
	ring->quiet_owed -= ring->jobs[number].quiet;
	ring->free[ring->free_count++] = number;
}

/* A job that the driver did not accept leaves no record either. */
static bool refused(const struct uring_job *job, int result)
{
	return result < 0 && !job->submit.job;
}

static int refusal(struct drm_uring *ring, const struct uring_job *job, int result,
		   struct ingot_error *err)
{
	struct drm_context *ctx = find_context(ring, job->ctx);

	if (!job->quiet && ctx && ctx->owed)
		ctx->owed--;
	if (result == -EBUSY)
		return ingot_error_set(err, result,
				       "%s: %u jobs are under way or not yet asked for: wait for one",
				       ring->dev->base.uri, ring->dev->info.max_jobs);
	return drm_error(ring->dev, result, "a job", err);
}

/* Enters the kernel until it has taken all entries. */
static int enter(struct drm_uring *ring, unsigned int count, struct ingot_error *err)
{
	while (count) {
		int ret;

		ring->dev->system_calls++;
		ret = io_uring_submit(&ring->ring);
		if (ret == -EINTR || ret == -EAGAIN)
			continue;
		if (ret < 0)
			return drm_error(ring->dev, ret, "io_uring", err);
		count -= (unsigned int)ret < count ? (unsigned int)ret : count;
	}
	return 0;
}

static bool is_forbidden(int result)
{
	return result == -EOPNOTSUPP || result == -EPERM || result == -EACCES || result == -ENOTTY;
}

/*
 * Takes one completion off the ring; returns 1 if it is the end of a quiet job, 0 if it is of no
 * interest, negative errno if the job was refused or destroyed.
 */
static int take_one(struct drm_uring *ring, struct io_uring_cqe *cqe, struct ingot_completion *c,
		    struct ingot_error *err)
{
	const uint16_t number = cqe->user_data;
	const struct uring_job *job = &ring->jobs[number];
	const int result = cqe->res;
	int ret = 0;

	io_uring_cqe_seen(&ring->ring, cqe);
	*c = (struct ingot_completion){ .tag = job->tag, .done = 1 };
	if (refused(job, result))
		ret = refusal(ring, job, result, err);
	else if (job->quiet)
		ret = drm_job_ended(ring->dev, result, c, err);
	ret = ret ? ret : job->quiet;
	forget(ring, number);
	return ret;
}

/*
 * The kernel tells in completions which jobs it refused at once: how many of the last @count, and
 * in @first the result of the earliest one.
 */
static unsigned int count_refused(struct drm_uring *ring, unsigned int count, int *first)
{
	unsigned int head, refusals = 0;
	struct io_uring_cqe *cqe;

	if (!io_uring_cq_ready(&ring->ring))
		return 0;
	io_uring_for_each_cqe(&ring->ring, head, cqe) {
		if (!refused(&ring->jobs[cqe->user_data], cqe->res))
			continue;
		if (!refusals++)
			*first = cqe->res;
	}
	return refusals < count ? refusals : count;
}

/* Empties the ring of refusals; what else is in it goes to @early. */
static void drop_refusals(struct drm_uring *ring, struct ingot_error *err)
{
	struct ingot_completion c;
	struct io_uring_cqe *cqe;

	if (ring->early_next == ring->early_end)
		ring->early_next = ring->early_end = 0;
	while (ring->early_end < JOBS && !io_uring_peek_cqe(&ring->ring, &cqe))
		if (take_one(ring, cqe, &c, err) > 0)
			ring->early[ring->early_end++] = c;
}

/* How many of @count jobs the ring and the driver have room for. */
static unsigned int room(const struct drm_uring *ring, unsigned int count)
{
	unsigned int under_way = ring->quiet_owed, most = ring->dev->info.max_jobs;

	for (unsigned int i = 0; i < DRM_CONTEXTS; i++)
		under_way += ring->dev->contexts[i] ? ring->dev->contexts[i]->owed : 0;
	most = most > under_way ? most - under_way : 0;
	most = most < ring->free_count ? most : ring->free_count;
	most = most < ENTRIES ? most : ENTRIES;
	return count < most ? count : most;
}

int drm_uring_submit(struct drm_uring *ring, struct drm_context *ctx, const struct ingot_job *jobs,
		     unsigned int count, struct ingot_error *err)
{
	const unsigned int most = room(ring, count);
	unsigned int put = 0;
	int ret, result = 0;

	while (put < most && put_job(ring, ctx, &jobs[put]))
		put++;
	if (!put)
		return ingot_error_set(err, -EBUSY,
				       "%s: too many jobs are under way: wait for one to end",
				       ring->dev->base.uri);
	ret = enter(ring, put, err);
	if (ret)
		return ret;
	/* Where only some are refused, drm_uring_take() tells, in their turn. */
	if (count_refused(ring, put, &result) < put)
		return (int)put;
	drop_refusals(ring, err);
	return is_forbidden(result) ? -EOPNOTSUPP : result;
}

int drm_uring_take(struct drm_uring *ring, struct ingot_completion *completions,
		   unsigned int capacity, struct ingot_error *err)
{
	unsigned int count = 0;
	struct io_uring_cqe *cqe;
	int ret = 0;

	while (count < capacity && ring->early_next < ring->early_end)
		completions[count++] = ring->early[ring->early_next++];
	while (ret >= 0 && count < capacity && !io_uring_peek_cqe(&ring->ring, &cqe)) {
		ret = take_one(ring, cqe, &completions[count], err);
		count += ret > 0;
	}
	return count || ret >= 0 ? (int)count : ret;
}

int drm_uring_wait(struct drm_uring *ring, unsigned int least, struct ingot_error *err)
{
	struct io_uring_cqe *cqe;
	int ret;

	do {
		ring->dev->system_calls++;
		ret = io_uring_wait_cqe_nr(&ring->ring, &cqe, least);
	} while (ret == -EINTR || ret == -EAGAIN);
	return ret ? drm_error(ring->dev, ret, "waiting for jobs", err) : 0;
}
