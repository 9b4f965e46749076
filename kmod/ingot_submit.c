// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Submission, for the ioctl and io_uring alike: prepare (copy in, check, look up, allocate), check
 * again under the context's lock, arm and queue, which cannot fail.
 */
#include <drm/drm_syncobj.h>
#include <linux/dma-fence-chain.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "ingot_drv.h"
#include "ingot_submit.h"

/* ---- prepare ---- */

static int check_args(const struct drm_ingot_submit *args)
{
	if (args->flags & ~(DRM_INGOT_JOB_RESTARTABLE | DRM_INGOT_JOB_NO_RECORD))
		return -EINVAL;
	if (args->slot >= ING_SLOTS || !args->commands)
		return -EINVAL;
	if (args->max_events > DRM_INGOT_MAX_EVENTS)
		return -EINVAL;
	if (args->flags & DRM_INGOT_JOB_NO_RECORD && args->max_events)
		return -EINVAL;
	if (args->in_count > DRM_INGOT_MAX_SYNCS || args->out_count > DRM_INGOT_MAX_SYNCS)
		return -EINVAL;
	return 0;
}

static struct drm_ingot_sync *copy_syncs(u64 from, u32 count)
{
	struct drm_ingot_sync *syncs;

	syncs = memdup_array_user(u64_to_user_ptr(from), count, sizeof(*syncs));
	for (u32 i = 0; !IS_ERR(syncs) && i < count; i++) {
		if (!syncs[i].pad)
			continue;
		kfree(syncs);
		return ERR_PTR(-EINVAL);
	}
	return syncs;
}

static int look_up_deps(struct drm_file *file, struct ingot_job *job)
{
	struct drm_ingot_sync *syncs;
	int ret = 0;

	if (!job->args.in_count)
		return 0;
	syncs = copy_syncs(job->args.in_syncs, job->args.in_count);
	if (IS_ERR(syncs))
		return PTR_ERR(syncs);
	for (u32 i = 0; !ret && i < job->args.in_count; i++) {
		ret = drm_syncobj_find_fence(file, syncs[i].handle, syncs[i].point, 0,
					     &job->deps[i].fence);
		job->dep_count += !ret;
	}
	kfree(syncs);
	return ret;
}

static int look_up_out(struct drm_file *file, const struct drm_ingot_sync *sync,
		       struct ingot_out *out)
{
	out->syncobj = drm_syncobj_find(file, sync->handle);
	if (!out->syncobj)
		return -ENOENT;
	if (!sync->point)
		return 0;
	out->point = sync->point;
	out->chain = dma_fence_chain_alloc();
	return out->chain ? 0 : -ENOMEM;
}

static int look_up_outs(struct drm_file *file, const struct drm_ingot_submit *args,
			struct ingot_submission *submission)
{
	struct drm_ingot_sync *syncs;
	int ret = 0;

	if (!args->out_count)
		return 0;
	submission->outs = kcalloc(args->out_count, sizeof(*submission->outs), GFP_KERNEL);
	if (!submission->outs)
		return -ENOMEM;
	syncs = copy_syncs(args->out_syncs, args->out_count);
	if (IS_ERR(syncs))
		return PTR_ERR(syncs);
	for (u32 i = 0; !ret && i < args->out_count; i++) {
		submission->out_count = i + 1;
		ret = look_up_out(file, &syncs[i], &submission->outs[i]);
	}
	kfree(syncs);
	return ret;
}

/* The job counts from here on, until its last record is read, or it is over without records */
static int count_job(struct ingot_file *ifile)
{
	if (atomic_inc_return(&ifile->jobs) <= INGOT_MAX_JOBS)
		return 0;
	atomic_dec(&ifile->jobs);
	return -EBUSY;
}

static int create_job(struct ingot_file *ifile, const struct drm_ingot_submit *args,
		      struct ingot_submission *submission)
{
	struct ingot_ctx *ctx = ingot_ctx_get(ifile, args->ctx);
	struct ingot_job *job;
	int ret;

	if (!ctx)
		return -ENOENT;
	ret = count_job(ifile);
	if (!ret) {
		job = ingot_job_create(ctx, args);
		ret = PTR_ERR_OR_ZERO(job);
		if (ret)
			atomic_dec(&ifile->jobs);
		else
			submission->job = job;
	}
	ingot_ctx_put(ctx);
	return ret;
}

/**
 * ingot_submit_prepare() - does everything of a submission that can fail for the caller's fault
 * @file: caller
 * @args: what he wants, copied in
 * @submission: filled in; on failure too, ingot_submit_release() is called for it
 *
 * Return: 0 or a negative errno, see the uAPI.
 */
int ingot_submit_prepare(struct drm_file *file, const struct drm_ingot_submit *args,
			 struct ingot_submission *submission)
{
	struct ingot_file *ifile = file->driver_priv;
	int ret;

	memset(submission, 0, sizeof(*submission));
	if (!ingot_device_usable(ifile->idev))
		return -ENODEV;
	ret = check_args(args);
	if (ret)
		return ret;
	ret = create_job(ifile, args, submission);
	if (ret)
		return ret;
	submission->job->id = atomic64_inc_return(&ifile->last_job);
	ret = look_up_deps(file, submission->job);
	if (ret)
		return ret;
	return look_up_outs(file, args, submission);
}

/* ---- accept; the context's lock is held ---- */

/**
 * ingot_submit_check() - does the context still take jobs
 * @submission: prepared; the context's lock is held
 *
 * Return: 0; -ENOENT, -EBADFD or -ENODEV.
 */
int ingot_submit_check(struct ingot_submission *submission)
{
	struct ingot_ctx *ctx = submission->job->ctx;

	guard(spinlock_irqsave)(&ctx->idev->sched_lock);
	if (ctx->idev->state == INGOT_GONE)
		return -ENODEV;
	if (ctx->dead)
		return -ENOENT;
	return ctx->banned ? -EBADFD : 0;
}

static void install_outs(struct ingot_submission *submission)
{
	struct dma_fence *fence = &submission->job->fence;

	for (unsigned int i = 0; i < submission->out_count; i++) {
		struct ingot_out *out = &submission->outs[i];

		if (out->chain)
			drm_syncobj_add_point(out->syncobj, out->chain, fence, out->point);
		else
			drm_syncobj_replace_fence(out->syncobj, fence);
		out->chain = NULL;
	}
}

static void run_unplugged(void *data)
{
	ingot_sched_run(data);
}

/**
 * ingot_submit_arm() - accepts a job: from now on it ends exactly once
 * @submission: prepared and checked; the context's lock is held until ingot_submit_queue()
 */
void ingot_submit_arm(struct ingot_submission *submission)
{
	ingot_job_arm(submission->job);
	install_outs(submission);
}

/**
 * ingot_submit_queue() - hands a job to the scheduler
 * @submission: armed. The job is gone from it afterwards
 *
 * In a batch of io_uring, the device is told at the end of the batch.
 */
void ingot_submit_queue(struct ingot_submission *submission)
{
	struct ingot_job *job = submission->job;
	struct ingot_device *idev = job->ctx->idev;

	submission->job = NULL;
	ingot_job_watch_deps(job);
	ingot_sched_queue(job);
	if (!ingot_compat_plug(run_unplugged, idev))
		ingot_sched_run(idev);
}

/**
 * ingot_submit_release() - frees what a submission still holds
 * @submission: queued or failed
 */
void ingot_submit_release(struct ingot_submission *submission)
{
	for (unsigned int i = 0; i < submission->out_count; i++) {
		struct ingot_out *out = &submission->outs[i];

		if (out->chain)
			dma_fence_chain_free(out->chain);
		if (out->syncobj)
			drm_syncobj_put(out->syncobj);
	}
	kfree(submission->outs);
	if (!submission->job)
		return;
	atomic_dec(&submission->job->ctx->ifile->jobs);
	ingot_job_put(submission->job);
}

/* ---- ioctls ---- */

static int commit_ioctl(struct ingot_submission *submission, struct drm_ingot_submit *args)
{
	struct ingot_ctx *ctx = submission->job->ctx;
	int ret;

	/* the job's reference goes away with the job, which may be over at any time */
	kref_get(&ctx->refs);
	ret = mutex_lock_interruptible(&ctx->lock) ? -ERESTARTSYS : 0;
	if (!ret) {
		ret = ingot_submit_check(submission);
		if (!ret) {
			args->job = submission->job->id;
			ingot_submit_arm(submission);
			ingot_submit_queue(submission);
		}
		mutex_unlock(&ctx->lock);
	}
	ingot_ctx_put(ctx);
	return ret;
}

/**
 * ingot_ioctl_submit() - DRM_INGOT_SUBMIT
 * @drm: device
 * @data: &struct drm_ingot_submit
 * @file: caller
 *
 * Return: 0 or a negative errno, see the uAPI.
 */
int ingot_ioctl_submit(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct ingot_submission submission;
	int ret = ingot_submit_prepare(file, data, &submission);

	if (!ret)
		ret = commit_ioctl(&submission, data);
	ingot_submit_release(&submission);
	return ret;
}

/**
 * ingot_ioctl_cancel() - DRM_INGOT_CANCEL
 * @drm: device
 * @data: &struct drm_ingot_cancel
 * @file: caller
 *
 * Return: 0 or a negative errno, see the uAPI.
 */
int ingot_ioctl_cancel(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_ingot_cancel *args = data;
	struct ingot_file *ifile = file->driver_priv;
	struct ingot_ctx *ctx;

	if (!ingot_device_usable(ifile->idev))
		return -ENODEV;
	if (args->pad)
		return -EINVAL;
	ctx = ingot_ctx_get(ifile, args->ctx);
	if (!ctx)
		return -ENOENT;
	ingot_sched_cancel(ctx, args->job);
	ingot_ctx_put(ctx);
	return 0;
}
