// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Jobs in the ring: what the device says of them, how one is stopped, and what becomes of them
 * when the device is reset.
 *
 * The device stops whatever runs when it is told to, so before it is told, it must be certain what
 * runs. The descriptors behind the job in question are made invalid; the device gives those jobs
 * back unstarted (they are bounced), and they are queued again. Then, if a job runs and the
 * descriptor of the one in question is the last one taken, it is this one: no other can start any
 * more.
 */
#include <drm/drm_print.h>
#include <linux/jiffies.h>

#include "ingot_drv.h"
#include "ingot_sched.h"
#include "ingot_trace.h"

/* A job that was at work at so many resets is not started again. */
#define MAX_RESTARTS 3

/*
 * Most completions that are let through in a tick of the clock, and then as many as the ring
 * holds.
 */
#define RATE_MAX BIT(INGOT_CQ_LOG2)

/* ---- completions; sched_lock is held ---- */

/**
 * ingot_sched_oldest() - the job in the ring that runs, or runs next
 * @sched: jobs
 *
 * Return: the job, or NULL.
 */
struct ingot_job *ingot_sched_oldest(struct ingot_sched *sched)
{
	return list_first_entry_or_null(&sched->running, struct ingot_job, link);
}

static u32 fault_of(const struct ingot_completion *completion)
{
	return completion->w[ING_COMP_TYPE_W] >> 8 & 0xff;
}

static int final_status(const struct ingot_job *job, u32 fault)
{
	if (fault == ING_FAULT_NONE)
		return 0;
	if (fault == ING_FAULT_ABORT)
		return job->status ?: -EIO;
	return -EFAULT;
}

static void put_back_bounced(struct ingot_sched *sched)
{
	struct ingot_job *job, *before;

	list_for_each_entry_safe_reverse(job, before, &sched->bounced, link)
		ingot_sched_put_back(job);
}

static void charge(struct ingot_sched *sched, struct ingot_job *job)
{
	s64 ns = ktime_to_ns(ktime_sub(ktime_get(), sched->began));

	job->busy_ns += max(ns, 0ll);
	ewma_job_us_add(&sched->duration, clamp(div_s64(ns, NSEC_PER_USEC), 1ll, (s64)U32_MAX));
}

static void job_ended(struct ingot_device *idev, struct ingot_job *job,
		      const struct ingot_completion *completion)
{
	struct ingot_ctx *ctx = job->ctx;

	charge(&idev->sched, job);
	idev->counters_owner = ctx->ifile->client;
	job->done = *completion;
	job->status = final_status(job, fault_of(completion));
	ctx->running--;
	ingot_sched_retire(job);
	ingot_sched_line_up(ctx);
}

static void handle_done(struct ingot_device *idev, struct ingot_job *job,
			const struct ingot_completion *completion)
{
	struct ingot_sched *sched = &idev->sched;

	sched->running_count--;
	if (job->bounce && fault_of(completion) == ING_FAULT_DESC)
		list_move_tail(&job->link, &sched->bounced);
	else
		job_ended(idev, job, completion);
	if (!list_empty(&sched->running)) {
		ingot_sched_begin_job(sched);
		return;
	}
	sched->draining = false;
	put_back_bounced(sched);
}

/* Jobs complete in order, so only the oldest one can say anything */
static void handle(struct ingot_device *idev, const struct ingot_completion *completion)
{
	struct ingot_job *job = ingot_sched_oldest(&idev->sched);
	u32 type = completion->w[ING_COMP_TYPE_W] & 0xff;

	/* it may have been an event of this job: what comes after it is no better */
	if (idev->sched.suspect || !job || completion->w[ING_COMP_TAG_W] != job->tag ||
	    (type != ING_COMP_DONE && type != ING_COMP_EVENT)) {
		idev->stats.strays++;
		idev->sched.suspect = true;
		drm_err_ratelimited(&idev->drm,
				    "completion of type %u with tag 0x%08x fits no job\n",
				    type, completion->w[ING_COMP_TAG_W]);
		ingot_reset_trigger(idev, "a completion fits no job");
		return;
	}
	idev->sched.progress = jiffies;
	idev->sched.idle_seen = false;
	if (type == ING_COMP_DONE) {
		handle_done(idev, job, completion);
		return;
	}
	idev->stats.events++;
	ingot_job_record_event(job, completion);
	wake_up_all(&job->ctx->idle);
	wake_up_all(&job->ctx->ifile->wait);
}

/*
 * Lets the device go on writing. A program that only emits could keep a processor in the interrupt
 * handler for ever: past so many completions in a tick of the clock, the device has to wait for the
 * next tick when its ring is full.
 */
static void show_progress(struct ingot_device *idev, unsigned int count)
{
	struct ingot_sched *sched = &idev->sched;
	struct ingot_ring *ring = &idev->rings[ING_QUEUE_JOB];

	if (time_after(jiffies, sched->rate_jiffy)) {
		sched->rate_jiffy = jiffies;
		sched->rate = 0;
	}
	sched->rate += count;
	if (sched->rate <= RATE_MAX)
		ingot_ring_publish(ring);
	else if (count)
		ingot_tick_after(idev, 1);
}

/**
 * ingot_sched_drain() - handles the completions of the job queue, and starts what can start
 * @idev: device
 *
 * Return: number of completions.
 */
unsigned int ingot_sched_drain(struct ingot_device *idev)
{
	struct ingot_ring *ring = &idev->rings[ING_QUEUE_JOB];
	struct ingot_completion completion;
	unsigned int count = 0;
	struct ingot_sched_hold hold;

	ingot_sched_lock(idev, &hold);
	while (ingot_ring_pop(ring, &completion)) {
		handle(idev, &completion);
		count++;
	}
	show_progress(idev, count);
	ingot_sched_unlock(idev, &hold);
	return count;
}

/* ---- stopping ---- */

/**
 * ingot_sched_bounce() - makes the descriptor of a job invalid
 * @idev: device
 * @job: job in the ring; if the device has it already, nothing comes of it
 */
void ingot_sched_bounce(struct ingot_device *idev, struct ingot_job *job)
{
	__le32 *desc = ingot_ring_entry(&idev->rings[ING_QUEUE_JOB], job->index);

	job->bounce = true;
	WRITE_ONCE(desc[ING_DESC_TYPE_W], cpu_to_le32(ING_DESC_IRQ));
}

/**
 * ingot_sched_begin_drain() - starts nothing more, and takes back what has not started
 * @idev: device
 */
void ingot_sched_begin_drain(struct ingot_device *idev)
{
	struct ingot_sched *sched = &idev->sched;
	struct ingot_job *job, *oldest = ingot_sched_oldest(sched);

	if (!oldest)
		return;
	sched->draining = true;
	list_for_each_entry(job, &sched->running, link)
		if (job != oldest)
			ingot_sched_bounce(idev, job);
}

/**
 * ingot_sched_cancel() - stops jobs of a context
 * @ctx: context
 * @id: number of the job; 0: all of them
 */
void ingot_sched_cancel(struct ingot_ctx *ctx, u64 id)
{
	struct ingot_device *idev = ctx->idev;
	struct ingot_sched_hold hold;

	ingot_sched_lock(idev, &hold);
	if (ingot_sched_mark(ctx, id, -ECANCELED)) {
		ingot_sched_begin_drain(idev);
		ingot_tick_after(idev, 0);
	}
	ingot_sched_line_up(ctx);
	ingot_sched_unlock(idev, &hold);
}

static bool ring_is_empty(struct ingot_device *idev)
{
	guard(spinlock_irqsave)(&idev->sched_lock);
	return !idev->sched.running_count;
}

/**
 * ingot_device_quiesce() - starts nothing more and waits until the running job has ended
 * @idev: device; ingot_device_go_on() lets jobs start again, whatever happens in between
 * @timeout_ms: how long to wait
 *
 * Return: 0, or -ETIMEDOUT.
 */
int ingot_device_quiesce(struct ingot_device *idev, unsigned int timeout_ms)
{
	struct ingot_sched_hold hold;

	ingot_sched_lock(idev, &hold);
	idev->sched.paused = true;
	ingot_sched_begin_drain(idev);
	ingot_sched_unlock(idev, &hold);
	if (!wait_event_timeout(idev->sched.idle, ring_is_empty(idev),
				msecs_to_jiffies(timeout_ms)))
		return -ETIMEDOUT;
	return 0;
}

/**
 * ingot_device_go_on() - lets jobs start again after ingot_device_quiesce()
 * @idev: device
 */
void ingot_device_go_on(struct ingot_device *idev)
{
	struct ingot_sched_hold hold;

	ingot_sched_lock(idev, &hold);
	idev->sched.paused = false;
	ingot_sched_unlock(idev, &hold);
}

/* ---- reset ---- */

/**
 * ingot_sched_set_state() - says whether the device may be used
 * @idev: device
 * @state: new state; nobody comes back from INGOT_GONE
 */
void ingot_sched_set_state(struct ingot_device *idev, enum ingot_state state)
{
	struct ingot_sched_hold hold;

	ingot_sched_lock(idev, &hold);
	if (idev->state != INGOT_GONE)
		idev->state = state;
	ingot_sched_unlock(idev, &hold);
}

/* What becomes of a job that the device had begun */
static int status_after_reset(struct ingot_device *idev, struct ingot_job *job)
{
	if (job->status)
		return job->status;
	if (idev->state == INGOT_GONE)
		return -ENODEV;
	if (!(job->args.flags & DRM_INGOT_JOB_RESTARTABLE))
		return -EIO;
	/* those behind the oldest one had no part in it */
	if (job == ingot_sched_oldest(&idev->sched) && job->resets++ >= MAX_RESTARTS)
		return -EIO;
	return 0;
}

static bool was_taken(const struct ingot_job *job, u32 taken)
{
	return taken == INGOT_TAKEN_UNKNOWN || (s16)(u16)(taken - job->index) > 0;
}

/**
 * ingot_sched_requeue() - puts the jobs in the ring of a device that was reset back into their
 * queues
 * @idev: device that starts nothing; its completions have been drained
 * @taken: descriptors that it had taken, or INGOT_TAKEN_UNKNOWN
 *
 * Jobs that had begun end if they cannot be run again: as the first of their contexts' queues, in
 * order.
 */
void ingot_sched_requeue(struct ingot_device *idev, u32 taken)
{
	struct ingot_sched *sched = &idev->sched;
	struct ingot_job *job, *before;
	struct ingot_sched_hold hold;

	ingot_sched_lock(idev, &hold);
	list_for_each_entry_safe_reverse(job, before, &sched->running, link) {
		if (was_taken(job, taken))
			job->status = status_after_reset(idev, job);
		ingot_sched_put_back(job);
	}
	/* these were in front of those */
	put_back_bounced(sched);
	sched->running_count = 0;
	sched->draining = false;
	sched->suspect = false;
	idev->counters_owner = 0;
	ingot_sched_unlock(idev, &hold);
}

static bool all_reported(struct ingot_device *idev)
{
	guard(spinlock_irqsave)(&idev->sched_lock);
	return !idev->sched.reporting && list_empty(&idev->sched.over);
}

/**
 * ingot_sched_fail_all() - ends all jobs with -ENODEV, and waits until that is reported
 * @idev: device that is gone, with nothing in its ring; hw_lock is held
 */
void ingot_sched_fail_all(struct ingot_device *idev)
{
	struct ingot_sched_hold hold;

	lockdep_assert_held(&idev->hw_lock);
	ingot_sched_lock(idev, &hold);
	for (int i = 0; i < ING_CONTEXTS; i++) {
		if (!idev->hw_ctx[i])
			continue;
		ingot_sched_mark(idev->hw_ctx[i], 0, -ENODEV);
		ingot_sched_line_up(idev->hw_ctx[i]);
	}
	ingot_sched_unlock(idev, &hold);
	wait_event(idev->sched.idle, all_reported(idev));
}
