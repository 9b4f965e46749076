// SPDX-License-Identifier: MIT
/* A client's round: jobs go in, everything that comes out is entered, and then the books must balance. */
#include "client.h"

#include <errno.h>
#include <linux/sync_file.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/vm/guest/lib/report.h"
#include "tests/vm/guest/uapi/raw.h"

/* A job that takes longer is lost. */
#define JOB_SECONDS 60
#define RECORDS 32
/* For submit.job of a command: not written yet. */
#define NO_JOB 0

static bool is_quiet(const struct client *c, unsigned int i)
{
	return c->plan->uring && i % 2;
}

/* ---- jobs go in ---- */

static void prepare(struct client *c, unsigned int i)
{
	struct entry *e = &c->entries[i];
	const uint32_t syncobj = e->syncobj;

	*e = (struct entry){ .syncobj = syncobj, .fence = -1, .quiet = is_quiet(c, i) };
	e->work.from = (uint32_t)random_below_of(&c->random, WORK_DATA_LINES - WORK_LINES);
	e->work.rounds = 1 + (uint32_t)random_below_of(&c->random, c->plan->rounds_max);
	e->work.to = i;
	e->work.delay = 1 + (uint32_t)random_below_of(&c->random, c->plan->delay_max + 1);
	e->submit = work_submit(c->ctx, &e->work);
	e->submit.tag = c->tag + i;
	e->submit.flags = c->plan->flags | (e->quiet ? DRM_INGOT_JOB_NO_RECORD : 0);
	e->submit.max_events = e->quiet ? 0 : 2;
}

static void note_refusal(struct client *c, int error)
{
	c->gone = true;
	if (error != -ENODEV || !(c->plan->may & MAY_VANISH))
		client_problem(c, "a job was refused: %s", strerror(-error));
}

/* The fence as a file can be asked when the device no longer can. */
static void export_fence(struct client *c, struct entry *e)
{
	struct drm_syncobj_handle args = {
		.handle = e->syncobj, .flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE,
	};
	int ret = raw_ioctl(c->fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &args);

	if (!ret)
		e->fence = args.fd;
	else if (ret != -ENODEV || !(c->plan->may & MAY_VANISH))
		client_problem(c, "no file of a fence: %s", strerror(-ret));
}

static void submit_by_ioctl(struct client *c, unsigned int i)
{
	struct entry *e = &c->entries[i];
	const struct drm_ingot_sync out = { .handle = e->syncobj };
	int ret;

	e->submit.out_syncs = (uintptr_t)&out;
	e->submit.out_count = 1;
	ret = raw_submit(c->fd, &e->submit);
	if (ret) {
		note_refusal(c, ret);
		return;
	}
	e->accepted = true;
	if (c->plan->may & MAY_VANISH)
		export_fence(c, e);
}

void client_put_command(struct client *c, struct drm_ingot_submit *submit, unsigned int number)
{
	const struct ingot_uring_cmd cmd = {
		.submit = (uintptr_t)submit, .size = sizeof(*submit),
	};
	struct io_uring_sqe *sqe = io_uring_get_sqe(&c->ring);

	if (!sqe)
		bail_out("the ring is full");
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = c->fd;
	sqe->cmd_op = INGOT_URING_SUBMIT;
	sqe->user_data = number;
	memcpy(sqe->cmd, &cmd, sizeof(cmd));
}

static void submit_by_uring(struct client *c)
{
	int left = (int)c->plan->depth, ret;

	for (unsigned int i = 0; i < c->plan->depth; i++) {
		client_put_command(c, &c->entries[i].submit, i);
		c->entries[i].accepted = true;
	}
	while (left > 0) {
		ret = io_uring_submit(&c->ring);
		if (ret > 0)
			left -= ret;
		else if (ret != -EINTR && ret != -EAGAIN && ret != -EBUSY)
			bail_out("io_uring_submit: %s", strerror(-ret));
	}
}

static void submit_all(struct client *c)
{
	c->tag += CLIENT_DEPTH_MAX;
	for (unsigned int i = 0; i < c->plan->depth; i++)
		prepare(c, i);
	if (c->plan->uring)
		submit_by_uring(c);
	for (unsigned int i = 0; !c->plan->uring && !c->gone && i < c->plan->depth; i++)
		submit_by_ioctl(c, i);
	atomic_store(&c->state->in_flight, true);
}

/* ---- what comes out ---- */

static struct entry *find_entry(struct client *c, const struct drm_ingot_record *record)
{
	const uint32_t i = record->tag - c->tag;
	struct entry *e = i < c->plan->depth ? &c->entries[i] : NULL;

	if (e && e->accepted && !e->quiet && (c->plan->uring || e->submit.job == record->job))
		return e;
	client_problem(c, "a record of no job: job %llu, tag %u, type %u, status %d",
		       (unsigned long long)record->job, record->tag, record->type, record->status);
	return NULL;
}

static void enter_record(struct client *c, const struct drm_ingot_record *record)
{
	struct entry *e = find_entry(c, record);

	if (!e)
		return;
	if (record->type == DRM_INGOT_RECORD_EVENT) {
		e->events++;
		if (e->ends || record->value != e->work.rounds || record->value2 != e->work.to)
			client_problem(c, "job %llu: an event is wrong or late",
				       (unsigned long long)record->job);
		return;
	}
	e->ends++;
	e->status = record->status;
	if (record->dropped)
		client_problem(c, "job %llu dropped %u events", (unsigned long long)record->job,
			       record->dropped);
}

static unsigned int ends_missing(const struct client *c)
{
	unsigned int missing = 0;

	for (unsigned int i = 0; i < c->plan->depth; i++) {
		const struct entry *e = &c->entries[i];

		missing += e->accepted && !e->quiet && !e->ends;
	}
	return missing;
}

static void take_records(struct client *c)
{
	struct drm_ingot_record records[RECORDS];
	int n;

	while (!c->gone && ends_missing(c)) {
		n = raw_wait(c->fd, c->ctx, now_ns() + JOB_SECONDS * 1000000000ll, records,
			     RECORDS);
		for (int i = 0; i < n; i++)
			enter_record(c, &records[i]);
		if (n >= 0 || n == -EINTR)
			continue;
		c->gone = true;
		if (n != -ENODEV || !(c->plan->may & MAY_VANISH))
			client_problem(c, "%u jobs do not end: %s", ends_missing(c), strerror(-n));
	}
}

static void enter_completion(struct client *c, const struct io_uring_cqe *cqe)
{
	struct entry *e = cqe->user_data < c->plan->depth ? &c->entries[cqe->user_data] : NULL;

	if (!e) {
		client_problem(c, "a completion of no job: %llu",
			       (unsigned long long)cqe->user_data);
		return;
	}
	e->completions++;
	e->result = cqe->res;
	if (e->quiet)
		e->status = cqe->res;
	if (cqe->res < 0 && e->submit.job == NO_JOB) {
		e->accepted = false;
		note_refusal(c, cqe->res);
	} else if (cqe->res == -ENODEV && c->plan->may & MAY_VANISH) {
		/* refused or ended: its record, if there is one, can no longer be read */
		c->gone = true;
	}
}

static void take_completions(struct client *c)
{
	struct __kernel_timespec limit = { .tv_sec = JOB_SECONDS };
	struct io_uring_cqe *cqe;

	for (unsigned int left = c->plan->depth; c->plan->uring && left; left--) {
		int ret;

		do {
			ret = io_uring_wait_cqe_timeout(&c->ring, &cqe, &limit);
		} while (ret == -EINTR || ret == -EAGAIN);
		if (ret) {
			client_problem(c, "%u commands do not complete: %s", left, strerror(-ret));
			c->gone = true;
			return;
		}
		enter_completion(c, cqe);
		io_uring_cqe_seen(&c->ring, cqe);
	}
}

/* ---- the books ---- */

static bool is_allowed(const struct client *c, int status)
{
	switch (status) {
	case 0:
		return true;
	case -EIO:
		return c->plan->may & MAY_LOSE_JOBS;
	case -ENODEV:
		return c->plan->may & MAY_VANISH;
	case -EFAULT:
		return c->plan->may & MAY_FAULT;
	default:
		return false;
	}
}

/* Signalled, at once: a job's record comes after its fence. */
static void check_syncobj(struct client *c, const struct entry *e)
{
	struct drm_syncobj_wait args = {
		.handles = (uintptr_t)&e->syncobj, .count_handles = 1,
	};
	int ret = e->ends ? raw_ioctl(c->fd, DRM_IOCTL_SYNCOBJ_WAIT, &args) : 0;

	if (ret && ret != -ENODEV)
		client_problem(c, "job %llu is over, its fence is not: %s",
			       (unsigned long long)e->submit.job, strerror(-ret));
}

/* What a fence says of a job whose record could not be read any more. */
static void check_fence(struct client *c, struct entry *e)
{
	struct pollfd fd = { .fd = e->fence, .events = POLLIN };
	struct sync_file_info info = { 0 };

	if (poll(&fd, 1, JOB_SECONDS * 1000) != 1 || ioctl(e->fence, SYNC_IOC_FILE_INFO, &info))
		client_problem(c, "job %llu does not end: its fence is never signalled",
			       (unsigned long long)e->submit.job);
	else if (e->ends ? info.status != (e->status ? e->status : 1) :
			   info.status < 0 && !is_allowed(c, info.status))
		client_problem(c, "job %llu: status %d, its fence says %d",
			       (unsigned long long)e->submit.job, e->status, info.status);
	close(e->fence);
	e->fence = -1;
}

static void check_counts(struct client *c, const struct entry *e)
{
	const unsigned long long job = e->submit.job;
	const bool told = !e->quiet && !c->gone;

	if (e->ends > 1 || (told && !e->ends))
		client_problem(c, "job %llu ended %u times", job, e->ends);
	if (c->plan->uring && e->completions != 1 && !c->gone)
		client_problem(c, "job %llu: %u completions", job, e->completions);
	if (c->plan->uring && e->ends && e->completions && e->status != e->result)
		client_problem(c, "job %llu: status %d, but completed with %d", job, e->status,
			       e->result);
	if (e->events > 1 || (told && !e->status && e->events != 1))
		client_problem(c, "job %llu: status %d, %u events", job, e->status, e->events);
	if (!is_allowed(c, e->status))
		client_problem(c, "job %llu ended with %d (%s)", job, e->status,
			       strerror(-e->status));
}

static void balance(struct client *c)
{
	for (unsigned int i = 0; i < c->plan->depth; i++) {
		struct entry *e = &c->entries[i];

		if (e->fence >= 0)
			check_fence(c, e);
		else if (e->syncobj && !c->gone)
			check_syncobj(c, e);
		if (!e->accepted)
			continue;
		check_counts(c, e);
		atomic_fetch_add(&c->state->jobs, 1);
		if (e->status || (!e->ends && !e->quiet))
			atomic_fetch_add(&c->state->lost, 1);
		else
			atomic_fetch_add(&c->state->good, 1);
		if (e->status == -ENODEV)
			c->gone = true;
	}
}

/* Nothing may come after everything has come. */
static void check_silence(struct client *c)
{
	struct drm_ingot_record record;
	struct io_uring_cqe *cqe;
	int n = raw_wait(c->fd, c->ctx, 0, &record, 1);

	if (n == 1)
		client_problem(c, "a record too many: job %llu, type %u, status %d",
			       (unsigned long long)record.job, record.type, record.status);
	else if (n != -ENODATA && n != -ENODEV)
		client_problem(c, "all jobs are over, waiting says %d", n);
	if (c->has_ring && !io_uring_peek_cqe(&c->ring, &cqe))
		client_problem(c, "a completion too many: %d", cqe->res);
}

/* ---- results ---- */

static bool download(struct client *c)
{
	int ret = raw_copy(c->fd, DRM_INGOT_COPY_TO_HOST, c->out, 0, c->output,
			   (uint64_t)c->plan->depth * WORK_BYTES);
	const bool failed = ret == -EIO || ret == -ETIMEDOUT;

	if ((ret == -ENODEV || ret == -ETIMEDOUT) && c->plan->may & MAY_VANISH)
		c->gone = true;
	else if (ret && !(failed && c->plan->may & MAY_FAIL_COPIES))
		client_problem(c, "results cannot be copied: %s", strerror(-ret));
	return !ret;
}

static void compare(struct client *c, const struct entry *e)
{
	const float *page = c->output + (size_t)e->work.to * WORK_FLOATS;

	work_expect(c->input, &e->work, c->expected);
	for (unsigned int i = 0; i < WORK_FLOATS; i++)
		if (memcmp(&page[i], &c->expected[i], sizeof(*page))) {
			client_problem(c, "job %llu, number %u: %a, not %a",
				       (unsigned long long)e->submit.job, i, page[i],
				       c->expected[i]);
			return;
		}
}

static void compare_all(struct client *c)
{
	if (c->plan->may & MAY_BE_DAMAGED || !download(c))
		return;
	for (unsigned int i = 0; i < c->plan->depth; i++)
		if (c->entries[i].accepted && !c->entries[i].status)
			compare(c, &c->entries[i]);
}

void client_round(struct client *c)
{
	submit_all(c);
	/* a command completes after its record is there */
	take_completions(c);
	take_records(c);
	balance(c);
	if (!c->gone)
		check_silence(c);
	if (!c->gone)
		compare_all(c);
	atomic_store(&c->state->in_flight, false);
}
