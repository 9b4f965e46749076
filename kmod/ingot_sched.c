// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Who runs next. Each context has a queue, in the order of submission; contexts whose first job
 * can start stand in line, a line for each priority. The ring in front of the device is kept short
 * in time, not in jobs, so that an urgent job does not wait long behind others and short jobs
 * still stream.
 */
#include <linux/jiffies.h>

#include "ingot_drv.h"
#include "ingot_sched.h"
#include "ingot_trace.h"

/* The ring holds about this much work. */
#define WINDOW_US 10000
/* One that runs and one that follows it without a gap. */
#define WINDOW_MIN 2

/* ---- contexts in line; sched_lock is held ---- */

static struct ingot_job *first_job(struct ingot_ctx *ctx)
{
	return list_first_entry_or_null(&ctx->queue, struct ingot_job, link);
}

/* The line in which a context should stand; NULL: none */
static struct list_head *line_of(struct ingot_ctx *ctx)
{
	struct ingot_sched *sched = &ctx->idev->sched;
	struct ingot_job *job = first_job(ctx);

	if (!job)
		return NULL;
	/* jobs of a context end in order, also those that do not run */
	if (job->status)
		return ctx->running ? NULL : &sched->ending;
	return atomic_read(&job->waits) ? NULL : &sched->ready[ctx->priority];
}

/**
 * ingot_sched_line_up() - puts a context where it belongs, at the end of its line
 * @ctx: context of which a job or a count changed
 */
void ingot_sched_line_up(struct ingot_ctx *ctx)
{
	struct list_head *line = line_of(ctx);

	list_del_init(&ctx->ready);
	if (line)
		list_add_tail(&ctx->ready, line);
}

static void take_from_queue(struct ingot_job *job)
{
	list_del_init(&job->link);
	job->ctx->queued--;
}

/**
 * ingot_sched_put_back() - makes a job the first of its context's queue again
 * @job: job that was in the ring and did not run, or runs again
 */
void ingot_sched_put_back(struct ingot_job *job)
{
	struct ingot_ctx *ctx = job->ctx;

	list_move(&job->link, &ctx->queue);
	job->place = INGOT_JOB_QUEUED;
	job->bounce = false;
	job->stopping = false;
	job->events = 0;
	ctx->running--;
	ctx->queued++;
	ingot_sched_line_up(ctx);
}

/**
 * ingot_sched_mark() - jobs of a context are to end
 * @ctx: context
 * @id: number of the job; 0: all
 * @status: what they end with, unless they end by themselves first
 *
 * Return: whether any of them is in the ring.
 */
bool ingot_sched_mark(struct ingot_ctx *ctx, u64 id, int status)
{
	struct ingot_sched *sched = &ctx->idev->sched;
	struct ingot_job *job;
	bool in_ring = false;

	list_for_each_entry(job, &ctx->queue, link)
		if ((!id || job->id == id) && !job->status)
			job->status = status;
	list_for_each_entry(job, &sched->bounced, link)
		if (job->ctx == ctx && (!id || job->id == id) && !job->status)
			job->status = status;
	list_for_each_entry(job, &sched->running, link) {
		if (job->ctx != ctx || (id && job->id != id) || job->status)
			continue;
		job->status = status;
		in_ring = true;
	}
	return in_ring;
}

/* Nothing of a context runs after a job of it hung; its creator is told by -EBADFD */
static void ban(struct ingot_ctx *ctx)
{
	ctx->banned = true;
	ingot_sched_mark(ctx, 0, -ECANCELED);
}

/**
 * ingot_sched_retire() - a job is over
 * @job: job in no queue; its status is final
 */
void ingot_sched_retire(struct ingot_job *job)
{
	struct ingot_sched *sched = &job->ctx->idev->sched;

	WARN_ON_ONCE(job->place == INGOT_JOB_OVER);
	job->place = INGOT_JOB_OVER;
	list_move_tail(&job->link, &sched->over);
	job->ctx->idev->stats.jobs++;
	job->ctx->ifile->jobs_done++;
	job->ctx->ifile->busy_ns += job->busy_ns;
	if (job->guilty && job->status == -ETIMEDOUT)
		ban(job->ctx);
}

static void end_unstarted(struct ingot_sched *sched)
{
	struct ingot_ctx *ctx, *next;
	struct ingot_job *job;

	list_for_each_entry_safe(ctx, next, &sched->ending, ready) {
		while ((job = first_job(ctx)) && job->status) {
			take_from_queue(job);
			ingot_sched_retire(job);
		}
		ingot_sched_line_up(ctx);
	}
}

/* ---- the ring; sched_lock is held ---- */

/**
 * ingot_sched_window() - how many jobs the ring takes now
 * @sched: jobs; its lock is held
 *
 * Return: as many as are over in about WINDOW_US, going by the last ones: 2 to INGOT_SQ_ENTRIES.
 */
unsigned int ingot_sched_window(struct ingot_sched *sched)
{
	unsigned long us = ewma_job_us_read(&sched->duration);

	if (!us)
		return WINDOW_MIN;
	return clamp(WINDOW_US / us, (unsigned long)WINDOW_MIN, (unsigned long)INGOT_SQ_ENTRIES);
}

static struct ingot_ctx *next_ctx(struct ingot_sched *sched)
{
	for (int i = INGOT_PRIORITIES - 1; i >= 0; i--)
		if (!list_empty(&sched->ready[i]))
			return list_first_entry(&sched->ready[i], struct ingot_ctx, ready);
	return NULL;
}

/* Tags name the entry and which lap it is; none is 0, which the device uses when it has no tag */
static u32 next_tag(struct ingot_sched *sched, unsigned int entry)
{
	if (!++sched->tag)
		sched->tag++;
	return (u32)sched->tag << 16 | entry;
}

/**
 * ingot_sched_begin_job() - the job that is now the oldest in the ring begins, as far as we can
 * tell
 * @sched: jobs
 */
void ingot_sched_begin_job(struct ingot_sched *sched)
{
	sched->began = ktime_get();
	sched->progress = jiffies;
	sched->sampled = false;
	sched->idle_seen = false;
	sched->suspect = false;
}

static void start_job(struct ingot_device *idev, struct ingot_job *job)
{
	struct ingot_ring *ring = &idev->rings[ING_QUEUE_JOB];
	struct ingot_sched *sched = &idev->sched;
	unsigned int entry = ring->sq_tail & (INGOT_SQ_ENTRIES - 1);

	take_from_queue(job);
	job->index = ring->sq_tail;
	job->tag = next_tag(sched, entry);
	job->place = INGOT_JOB_RUNNING;
	ingot_job_write_descriptor(job, ingot_ring_next(ring));
	ingot_ring_push(ring);
	if (list_empty(&sched->running)) {
		ingot_sched_begin_job(sched);
		ingot_tick_start(idev);
	}
	list_add_tail(&job->link, &sched->running);
	sched->running_count++;
	job->ctx->running++;
	trace_ingot_job_started(idev->drm.dev, job->ctx->ifile->client, job->ctx->id, job->id,
				job->args.tag);
}

static bool may_start(struct ingot_device *idev)
{
	struct ingot_sched *sched = &idev->sched;

	return idev->state == INGOT_RUNNING && !sched->draining && !sched->paused &&
	       sched->running_count < ingot_sched_window(sched);
}

static void fill(struct ingot_device *idev)
{
	struct ingot_sched *sched = &idev->sched;
	struct ingot_ctx *ctx;

	end_unstarted(sched);
	while (may_start(idev) && (ctx = next_ctx(sched))) {
		start_job(idev, first_job(ctx));
		ingot_sched_line_up(ctx);
	}
	if (idev->state == INGOT_RUNNING && ingot_ring_doorbell(&idev->rings[ING_QUEUE_JOB]))
		idev->stats.doorbells++;
}

/* ---- telling the world ---- */

/*
 * Reports jobs that are over. Whoever gets here first does it for all, until there are none: two
 * that reported side by side could signal the fences of one context out of order. Drops sched_lock
 * meanwhile.
 */
static void report(struct ingot_device *idev, struct ingot_sched_hold *hold)
{
	struct ingot_sched *sched = &idev->sched;
	struct ingot_job *job;

	if (sched->reporting)
		return;
	sched->reporting = true;
	while ((job = list_first_entry_or_null(&sched->over, struct ingot_job, link))) {
		list_del_init(&job->link);
		spin_unlock_irqrestore(&idev->sched_lock, hold->flags);
		ingot_job_signal(job);
		spin_lock_irqsave(&idev->sched_lock, hold->flags);
		ingot_job_record_done(job);
		spin_unlock_irqrestore(&idev->sched_lock, hold->flags);
		ingot_job_finish(job);
		spin_lock_irqsave(&idev->sched_lock, hold->flags);
	}
	sched->reporting = false;
	if (!sched->running_count)
		wake_up_all(&sched->idle);
}

/**
 * ingot_sched_lock() - takes sched_lock where jobs may end: see ingot_sched_unlock()
 * @idev: device
 * @hold: for ingot_sched_unlock()
 */
void ingot_sched_lock(struct ingot_device *idev, struct ingot_sched_hold *hold)
	__acquires(&idev->sched_lock)
{
	/* before the spinlock, for inside it nothing would be checked */
	hold->cookie = dma_fence_begin_signalling();
	spin_lock_irqsave(&idev->sched_lock, hold->flags);
}

/**
 * ingot_sched_unlock() - starts what can start, reports what is over, and drops sched_lock
 * @idev: device
 * @hold: of ingot_sched_lock()
 */
void ingot_sched_unlock(struct ingot_device *idev, struct ingot_sched_hold *hold)
	__releases(&idev->sched_lock)
{
	fill(idev);
	report(idev, hold);
	spin_unlock_irqrestore(&idev->sched_lock, hold->flags);
	dma_fence_end_signalling(hold->cookie);
}

/**
 * ingot_sched_run() - starts what can start, reports what is over
 * @idev: device
 *
 * Not where a fence's lock is held, for fences are signalled: there, ingot_sched_kick().
 */
void ingot_sched_run(struct ingot_device *idev)
{
	struct ingot_sched_hold hold;

	ingot_sched_lock(idev, &hold);
	ingot_sched_unlock(idev, &hold);
}

static void kick_work(struct work_struct *work)
{
	ingot_sched_run(container_of(work, struct ingot_device, kick));
}

/**
 * ingot_sched_kick() - has ingot_sched_run() done soon; from anywhere
 * @idev: device
 */
void ingot_sched_kick(struct ingot_device *idev)
{
	queue_work(ingot_wq, &idev->kick);
}

/**
 * ingot_sched_init() - sets up the queues of a device
 * @idev: device
 */
void ingot_sched_init(struct ingot_device *idev)
{
	struct ingot_sched *sched = &idev->sched;

	spin_lock_init(&idev->sched_lock);
	for (int i = 0; i < INGOT_PRIORITIES; i++)
		INIT_LIST_HEAD(&sched->ready[i]);
	INIT_LIST_HEAD(&sched->ending);
	INIT_LIST_HEAD(&sched->running);
	INIT_LIST_HEAD(&sched->bounced);
	INIT_LIST_HEAD(&sched->over);
	ewma_job_us_init(&sched->duration);
	init_waitqueue_head(&sched->idle);
	INIT_WORK(&idev->kick, kick_work);
}

/* ---- jobs come ---- */

/**
 * ingot_sched_queue() - puts a job into its context's queue; somebody runs the scheduler afterwards
 * @job: armed job; the reference goes to the queue. Its context's lock is held
 */
void ingot_sched_queue(struct ingot_job *job)
{
	struct ingot_ctx *ctx = job->ctx;
	struct ingot_device *idev = ctx->idev;

	trace_ingot_job_queued(idev->drm.dev, ctx->ifile->client, ctx->id, job->id, job->args.tag);
	guard(spinlock_irqsave)(&idev->sched_lock);
	if (idev->state == INGOT_GONE)
		job->status = -ENODEV;
	else if (ctx->dead || ctx->banned)
		job->status = -ECANCELED;
	if (job->records && !ctx->dead) {
		dma_fence_get(&job->fence);
		job->reader = ctx->ifile;
		list_add_tail(&job->read_link, &ctx->readable);
	}
	job->place = INGOT_JOB_QUEUED;
	list_add_tail(&job->link, &ctx->queue);
	ctx->queued++;
	atomic_dec(&job->waits);
	/* a job behind others changes nothing, and must not make its context lose its turn */
	if (first_job(ctx) == job)
		ingot_sched_line_up(ctx);
}

/**
 * ingot_sched_dep_signalled() - a fence that a job waits for has signalled
 * @job: job, queued or about to be
 * @error: error of the fence: the job ends with it; or 0
 *
 * Called under the fence's lock.
 */
void ingot_sched_dep_signalled(struct ingot_job *job, int error)
{
	struct ingot_ctx *ctx = job->ctx;
	struct ingot_device *idev = ctx->idev;

	guard(spinlock_irqsave)(&idev->sched_lock);
	if (error && !job->status)
		job->status = error;
	if (!atomic_dec_and_test(&job->waits) && !error)
		return;
	if (job->place != INGOT_JOB_QUEUED || first_job(ctx) != job)
		return;
	ingot_sched_line_up(ctx);
	ingot_sched_kick(idev);
}
