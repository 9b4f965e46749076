// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Records: waiting for them, taking them, polling for them. */
#include <linux/hrtimer.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "ingot_drv.h"

static struct ingot_job *first_readable(struct ingot_ctx *ctx)
{
	return list_first_entry_or_null(&ctx->readable, struct ingot_job, read_link);
}

/* 0: there is a record; -EAGAIN: one may come; another error: none will */
static int readiness(struct ingot_ctx *ctx)
{
	struct ingot_job *job;

	guard(spinlock_irqsave)(&ctx->idev->sched_lock);
	if (ctx->dead)
		return -ENOENT;
	job = first_readable(ctx);
	if (!job)
		return ctx->idev->state == INGOT_GONE ? -ENODEV : -ENODATA;
	return job->recorded > job->taken ? 0 : -EAGAIN;
}

static int sleep_once(s64 timeout_ns)
{
	ktime_t until = ns_to_ktime(timeout_ns);

	if (!timeout_ns)
		return -ETIME;
	if (signal_pending(current))
		return -ERESTARTSYS;
	if (timeout_ns < 0) {
		schedule();
		return 0;
	}
	return schedule_hrtimeout(&until, HRTIMER_MODE_ABS) ? 0 : -ETIME;
}

static int wait_for_record(struct ingot_ctx *ctx, s64 timeout_ns)
{
	DEFINE_WAIT(wait);
	int ret, slept = 0;

	for (;;) {
		prepare_to_wait(&ctx->idle, &wait, TASK_INTERRUPTIBLE);
		ret = readiness(ctx);
		if (ret != -EAGAIN)
			break;
		/* what came at the last moment was worth a look */
		ret = slept ?: sleep_once(timeout_ns);
		if (ret == -ETIME && !slept && timeout_ns) {
			slept = ret;
			continue;
		}
		if (ret)
			break;
	}
	finish_wait(&ctx->idle, &wait);
	return ret;
}

/* The oldest job with records, with a reference, and how many of them can be taken */
static struct ingot_job *get_readable(struct ingot_ctx *ctx, u32 *count)
{
	struct ingot_job *job;

	guard(spinlock_irqsave)(&ctx->idev->sched_lock);
	job = first_readable(ctx);
	if (!job || job->recorded == job->taken)
		return NULL;
	*count = job->recorded - job->taken;
	dma_fence_get(&job->fence);
	return job;
}

static void note_taken(struct ingot_ctx *ctx, struct ingot_job *job, u32 count)
{
	guard(spinlock_irqsave)(&ctx->idev->sched_lock);
	/* the context may have been destroyed meanwhile */
	if (list_empty(&job->read_link))
		return;
	job->taken += count;
	ctx->ifile->unread -= count;
	if (job->reported && job->taken == job->recorded)
		ingot_job_drop_records(job);
}

/* Copies records of one job; returns how many, 0: there are none, or -EFAULT */
static int take_of_job(struct ingot_ctx *ctx, struct drm_ingot_record __user *to, u32 capacity)
{
	u32 count;
	struct ingot_job *job = get_readable(ctx, &count);
	int ret;

	if (!job)
		return 0;
	count = min(count, capacity);
	ret = copy_to_user(to, job->records + job->taken, array_size(count, sizeof(*to))) ?
	      -EFAULT : (int)count;
	if (ret > 0)
		note_taken(ctx, job, count);
	ingot_job_put(job);
	return ret;
}

/* Readers take turns: a record is given once, and only after it has been copied */
static int take(struct ingot_ctx *ctx, struct drm_ingot_wait *args)
{
	struct drm_ingot_record __user *to = u64_to_user_ptr(args->records);
	int ret = mutex_lock_interruptible(&ctx->read_lock);

	if (ret)
		return -ERESTARTSYS;
	do {
		ret = take_of_job(ctx, to + args->count, args->capacity - args->count);
		if (ret > 0)
			args->count += ret;
	} while (ret > 0 && args->count < args->capacity);
	mutex_unlock(&ctx->read_lock);
	return args->count ? 0 : ret;
}

/**
 * ingot_ioctl_wait() - DRM_INGOT_WAIT
 * @drm: device
 * @data: &struct drm_ingot_wait
 * @file: caller
 *
 * Return: 0 or a negative errno, see the uAPI.
 */
int ingot_ioctl_wait(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_ingot_wait *args = data;
	struct ingot_ctx *ctx;
	int ret;

	if (!args->capacity || args->record_size != sizeof(struct drm_ingot_record))
		return -EINVAL;
	ctx = ingot_ctx_get(file->driver_priv, args->ctx);
	if (!ctx)
		return -ENOENT;
	args->count = 0;
	do {
		ret = wait_for_record(ctx, args->timeout_ns);
		if (!ret)
			ret = take(ctx, args);
		/* another reader may have been faster */
	} while (!ret && !args->count);
	ingot_ctx_put(ctx);
	return ret;
}

static bool has_records(struct ingot_file *ifile)
{
	guard(spinlock_irqsave)(&ifile->idev->sched_lock);
	return ifile->unread;
}

/**
 * ingot_poll() - poll(2): can records be taken
 * @filp: file
 * @table: of the caller
 *
 * Return: EPOLLIN if any context has records; EPOLLERR and EPOLLHUP if the device is gone.
 */
__poll_t ingot_poll(struct file *filp, struct poll_table_struct *table)
{
	struct drm_file *file = filp->private_data;
	struct ingot_file *ifile = file->driver_priv;
	__poll_t events = 0;

	poll_wait(filp, &ifile->wait, table);
	if (has_records(ifile))
		events |= EPOLLIN | EPOLLRDNORM;
	if (!ingot_device_usable(ifile->idev))
		events |= EPOLLERR | EPOLLHUP;
	return events;
}
