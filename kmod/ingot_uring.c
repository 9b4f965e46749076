// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Submission by io_uring: a command is a job, and completes when the job is over.
 *
 * A job may end while io_uring tears the ring down and cancels its commands. One atomic step says
 * who completes the command; the other one leaves it alone. The command holds a reference of the
 * job until it has been completed, for up to then a cancel may come and look at it. No lock of
 * ours but the context's is held when io_uring is called, and where io_uring's own lock is held
 * the context's is only tried.
 */
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <linux/fs.h>
#include <linux/io_uring/cmd.h>
#include <linux/uaccess.h>

#include "ingot_drv.h"
#include "ingot_submit.h"
#include "ingot_uring.h"

/** enum ingot_ucmd_state - who completes a command */
enum ingot_ucmd_state {
	/** @INGOT_UCMD_QUEUED: nobody yet. */
	INGOT_UCMD_QUEUED,
	/** @INGOT_UCMD_COMPLETING: the end of its job. */
	INGOT_UCMD_COMPLETING,
	/** @INGOT_UCMD_CANCELING: io_uring's cancellation. */
	INGOT_UCMD_CANCELING,
};

/**
 * struct ingot_pdu - what we keep in a command
 * @job: its job, with a reference
 */
struct ingot_pdu {
	struct ingot_job *job;
};

static struct ingot_pdu *to_pdu(struct io_uring_cmd *ucmd)
{
	return io_uring_cmd_to_pdu(ucmd, struct ingot_pdu);
}

static struct ingot_device *to_idev(struct io_uring_cmd *ucmd)
{
	struct drm_file *file = ucmd->file->private_data;

	return to_ingot_device(file->minor->dev);
}

static bool claim(struct ingot_job *job, enum ingot_ucmd_state state)
{
	return atomic_cmpxchg(&job->ucmd_state, INGOT_UCMD_QUEUED, state) == INGOT_UCMD_QUEUED;
}

/* ---- completion ---- */

static void complete_command(struct io_uring_cmd *ucmd, int result, unsigned int issue_flags)
{
	struct ingot_job *job = to_pdu(ucmd)->job;

	ingot_compat_uring_done(ucmd, result, issue_flags);
	ingot_job_put(job);
}

/**
 * ingot_uring_finish() - completes a command whose job is over; in the submitter's context
 * @ucmd: command
 * @issue_flags: io_uring's
 */
void ingot_uring_finish(struct io_uring_cmd *ucmd, unsigned int issue_flags)
{
	complete_command(ucmd, to_pdu(ucmd)->job->status, issue_flags);
}

/**
 * ingot_uring_complete() - a job is over: has its command completed, if it has one
 * @job: job; no lock is held
 */
void ingot_uring_complete(struct ingot_job *job)
{
	if (job->ucmd && claim(job, INGOT_UCMD_COMPLETING))
		ingot_compat_uring_defer(job->ucmd);
}

/* ---- cancellation ---- */

static void cancel_job(struct ingot_device *idev, struct ingot_job *job)
{
	struct ingot_ctx *ctx = NULL;

	scoped_guard(spinlock_irqsave, &idev->sched_lock) {
		/* a job that is over may be about to let go of its context */
		if (job->place != INGOT_JOB_OVER) {
			ctx = job->ctx;
			kref_get(&ctx->refs);
		}
	}
	if (!ctx)
		return;
	ingot_sched_cancel(ctx, job->id);
	ingot_ctx_put(ctx);
}

/* The ring is torn down: the command ends now, its job when the device lets go of it */
static int cancel(struct io_uring_cmd *ucmd, unsigned int issue_flags)
{
	struct ingot_job *job = to_pdu(ucmd)->job;

	if (!claim(job, INGOT_UCMD_CANCELING))
		return 0;
	cancel_job(to_idev(ucmd), job);
	complete_command(ucmd, -ECANCELED, issue_flags);
	return 0;
}

/* ---- submission ---- */

static int read_args(struct io_uring_cmd *ucmd, struct drm_ingot_submit *args,
		     struct drm_ingot_submit __user **from)
{
	struct ingot_uring_cmd payload;

	ingot_compat_uring_payload(ucmd, &payload);
	if (payload.flags || payload.size < offsetofend(struct drm_ingot_submit, job) ||
	    payload.size > PAGE_SIZE)
		return -EINVAL;
	*from = u64_to_user_ptr(payload.submit);
	return copy_struct_from_user(args, sizeof(*args), *from, payload.size);
}

static int lock_ctx(struct ingot_ctx *ctx, unsigned int issue_flags)
{
	if (issue_flags & IO_URING_F_NONBLOCK)
		return mutex_trylock(&ctx->lock) ? 0 : -EAGAIN;
	return mutex_lock_interruptible(&ctx->lock) ? -EINTR : 0;
}

/* Ties command and job together, and queues the job; the context's lock is held */
static void start(struct io_uring_cmd *ucmd, struct ingot_submission *submission,
		  unsigned int issue_flags)
{
	struct ingot_job *job = submission->job;
	struct ingot_device *idev = job->ctx->idev;

	ingot_submit_arm(submission);
	/* one for the command, one for here */
	dma_fence_get(&job->fence);
	dma_fence_get(&job->fence);
	atomic_set(&job->ucmd_state, INGOT_UCMD_QUEUED);
	to_pdu(ucmd)->job = job;
	job->ucmd = ucmd;
	io_uring_cmd_mark_cancelable(ucmd, issue_flags);
	ingot_submit_queue(submission);
	/* a cancel that came in between found no job to stop */
	if (atomic_read(&job->ucmd_state) == INGOT_UCMD_CANCELING)
		cancel_job(idev, job);
	ingot_job_put(job);
}

static int lock_and_start(struct io_uring_cmd *ucmd, struct ingot_submission *submission,
			  unsigned int issue_flags)
{
	struct ingot_ctx *ctx = submission->job->ctx;
	int ret;

	kref_get(&ctx->refs);
	ret = lock_ctx(ctx, issue_flags);
	if (!ret) {
		ret = ingot_submit_check(submission);
		if (!ret)
			start(ucmd, submission, issue_flags);
		mutex_unlock(&ctx->lock);
	}
	ingot_ctx_put(ctx);
	return ret;
}

static int submit(struct io_uring_cmd *ucmd, unsigned int issue_flags)
{
	struct drm_file *file = ucmd->file->private_data;
	struct drm_ingot_submit __user *from;
	struct ingot_submission submission;
	struct drm_ingot_submit args;
	int ret;

	ret = read_args(ucmd, &args, &from);
	if (ret)
		return ret;
	ret = ingot_submit_prepare(file, &args, &submission);
	if (!ret && put_user(submission.job->id, &from->job))
		ret = -EFAULT;
	if (!ret)
		ret = lock_and_start(ucmd, &submission, issue_flags);
	ingot_submit_release(&submission);
	return ret ?: -EIOCBQUEUED;
}

/**
 * ingot_uring_cmd() - a command of io_uring
 * @ucmd: command
 * @issue_flags: io_uring's
 *
 * Return: -EIOCBQUEUED: the command completes later; or its result.
 */
int ingot_uring_cmd(struct io_uring_cmd *ucmd, unsigned int issue_flags)
{
	struct drm_file *file = ucmd->file->private_data;

	if (issue_flags & IO_URING_F_CANCEL)
		return cancel(ucmd, issue_flags);
	if (ucmd->cmd_op != INGOT_URING_SUBMIT)
		return -ENOTTY;
	if (drm_dev_is_unplugged(file->minor->dev))
		return -ENODEV;
	return submit(ucmd, issue_flags);
}
