// SPDX-License-Identifier: MIT
/* Jobs through the kernel's driver: submitting them, and what became of them. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "drm_transport.h"
#include "drm_uring.h"

/* Events of a job that does not say how many: the kernel takes memory for all of them. */
#define DEFAULT_EVENTS 1024

void drm_fill_submit(struct drm_ingot_submit *s, const struct drm_context *ctx,
		     const struct ingot_job *job, bool record)
{
	*s = (struct drm_ingot_submit){
		.ctx = ctx->id,
		.slot = job->slot,
		.offset = job->offset,
		.commands = job->commands,
		.budget = job->budget,
		.tag = job->tag,
	};
	if (job->flags & INGOT_JOB_RESTARTABLE)
		s->flags |= DRM_INGOT_JOB_RESTARTABLE;
	if (!record)
		s->flags |= DRM_INGOT_JOB_NO_RECORD;
	else if (!(job->flags & INGOT_JOB_QUIET))
		s->max_events = job->events ? job->events : DEFAULT_EVENTS;
	memcpy(s->args, job->args, sizeof(s->args));
}

static int submit_error(const struct drm_device *dev, int code, struct ingot_error *err)
{
	if (code == -EBUSY)
		return ingot_error_set(err, code,
				       "%s: %u jobs are under way or not yet asked for: wait for one",
				       dev->base.uri, dev->info.max_jobs);
	return drm_error(dev, code, "a job", err);
}

static int submit_ioctl(struct drm_device *dev, struct drm_context *ctx,
			const struct ingot_job *jobs, unsigned int count, struct ingot_error *err)
{
	struct drm_ingot_submit s;
	unsigned int done;
	int ret = 0;

	for (done = 0; done < count; done++) {
		drm_fill_submit(&s, ctx, &jobs[done], true);
		dev->system_calls++;
		ret = drm_call(dev, DRM_IOCTL_INGOT_SUBMIT, &s);
		if (ret)
			break;
		ctx->owed++;
	}
	return done ? (int)done : submit_error(dev, ret, err);
}

int drm_submit(struct ingot_context *base, const struct ingot_job *jobs, unsigned int count,
	       struct ingot_error *err)
{
	struct drm_context *ctx = (struct drm_context *)base;
	struct drm_device *dev = to_drm(base->dev);
	int ret;

	if (!dev->uring)
		return submit_ioctl(dev, ctx, jobs, count, err);
	ret = drm_uring_submit(dev->uring, ctx, jobs, count, err);
	if (ret != -EOPNOTSUPP || dev->uring_forced)
		return ret;
	drm_uring_close(dev->uring);
	dev->uring = NULL;
	return submit_ioctl(dev, ctx, jobs, count, err);
}

/* ---- what became of them ---- */

int drm_job_ended(const struct drm_device *dev, int status, struct ingot_completion *c,
		  struct ingot_error *err)
{
	switch (status) {
	case 0:
		return 0;
	case -EFAULT:
		if (!c->fault)
			c->fault = INGOT_FAULT_UNTOLD;
		return 0;
	case -ECANCELED:
		c->fault = ING_FAULT_ABORT;
		return 0;
	case -ETIMEDOUT:
		return ingot_error_set(err, status,
				       "%s: a job made no progress and was stopped; its context takes no more: see dmesg",
				       dev->base.uri);
	case -EIO:
		return ingot_error_set(err, status,
				       "%s: a reset that it did not cause destroyed a job: run it again",
				       dev->base.uri);
	default:
		return drm_error(dev, status, "a job", err);
	}
}

static int from_record(struct drm_device *dev, const struct drm_ingot_record *r,
		       struct ingot_completion *c, struct ingot_error *err)
{
	*c = (struct ingot_completion){
		.tag = r->tag, .done = r->type == DRM_INGOT_RECORD_DONE, .value = r->value,
		.value2 = r->value2, .cycles = r->cycles,
	};
	if (!c->done)
		return 0;
	c->fault = r->fault;
	c->offset = r->offset;
	if (r->dropped)
		return ingot_error_set(err, -EOVERFLOW,
				       "%s: a job made %u events more than it had room for",
				       dev->base.uri, r->dropped);
	return drm_job_ended(dev, r->status, c, err);
}

/* Whatever is there already, up to an error, which goes to @held. */
static unsigned int take(struct drm_device *dev, struct ingot_completion *completions,
			 unsigned int capacity)
{
	unsigned int count = 0;
	int ret = 0;

	while (count < capacity && dev->record_next < dev->record_end && !ret) {
		ret = from_record(dev, &dev->records[dev->record_next++], &completions[count],
				  &dev->held);
		count += !ret;
	}
	if (!ret && count < capacity && dev->uring) {
		ret = drm_uring_take(dev->uring, completions + count, capacity - count, &dev->held);
		count += ret > 0 ? ret : 0;
	}
	return count;
}

/* Takes records of a context from the kernel; 0 also if there were none within @timeout. */
static int fetch_records(struct drm_device *dev, struct drm_context *ctx, int64_t timeout,
			 struct ingot_error *err)
{
	struct drm_ingot_wait wait = {
		.ctx = ctx->id,
		.record_size = sizeof(dev->records[0]),
		.timeout_ns = timeout,
		.records = (uintptr_t)dev->records,
		.capacity = DRM_RECORDS,
	};
	int ret;

	dev->system_calls++;
	ret = drm_call(dev, DRM_IOCTL_INGOT_WAIT, &wait);
	if (ret == -ETIME || ret == -ENODATA)
		return timeout < 0 ? ret : 0;
	if (ret)
		return drm_error(dev, ret, "waiting for a job", err);
	dev->record_next = 0;
	dev->record_end = wait.count;
	for (unsigned int i = 0; i < wait.count; i++)
		ctx->owed -= dev->records[i].type == DRM_INGOT_RECORD_DONE;
	return 0;
}

/* Waits until any context has records or an entry of the ring has completed. */
static int poll_all(struct drm_device *dev, struct ingot_error *err)
{
	struct pollfd fds[2] = {
		{ .fd = dev->fd, .events = POLLIN },
		{ .fd = dev->uring ? drm_uring_fd(dev->uring) : -1, .events = POLLIN },
	};
	int ret;

	do {
		dev->system_calls++;
		ret = poll(fds, 2, -1);
	} while (ret < 0 && errno == EINTR);
	if (ret < 0)
		return drm_error(dev, -errno, "waiting for jobs", err);
	for (unsigned int i = 0; i < DRM_CONTEXTS && dev->record_next == dev->record_end; i++) {
		ret = dev->contexts[i] && dev->contexts[i]->owed ?
			      fetch_records(dev, dev->contexts[i], 0, err) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

static int nothing_owed(const struct drm_device *dev, struct ingot_error *err)
{
	return ingot_error_set(err, -EIO, "%s: no job is under way: nothing will come", dev->base.uri);
}

static int wait_more(struct drm_device *dev, unsigned int want, struct ingot_error *err)
{
	unsigned int quiet = drm_uring_owed(dev->uring), contexts = 0;
	struct drm_context *ctx = NULL;
	int ret;

	for (unsigned int i = 0; i < DRM_CONTEXTS; i++) {
		if (!dev->contexts[i] || !dev->contexts[i]->owed)
			continue;
		ctx = dev->contexts[i];
		contexts++;
	}
	if (!contexts && !quiet)
		return nothing_owed(dev, err);
	if (!contexts)
		return drm_uring_wait(dev->uring, want < quiet ? want : quiet, err);
	if (quiet || contexts > 1)
		return poll_all(dev, err);
	ret = fetch_records(dev, ctx, -1, err);
	if (ret != -ENODATA)
		return ret;
	/* The kernel knows of no job: the submission failed late, and the ring tells. */
	ctx->owed = 0;
	return dev->uring ? 0 : nothing_owed(dev, err);
}

static int give_held(struct drm_device *dev, struct ingot_error *err)
{
	const int code = dev->held.code;

	if (err)
		*err = dev->held;
	dev->held.code = 0;
	return code;
}

int drm_next(struct ingot_device *base, struct ingot_completion *completions, unsigned int capacity,
	     unsigned int least, struct ingot_error *err)
{
	struct drm_device *dev = to_drm(base);
	unsigned int count = 0;

	while (!dev->held.code) {
		count += take(dev, completions + count, capacity - count);
		if (count >= least || dev->held.code)
			break;
		wait_more(dev, least - count, &dev->held);
	}
	return count ? (int)count : give_held(dev, err);
}
