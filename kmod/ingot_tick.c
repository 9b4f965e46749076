// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Looks after jobs that take long, while there are any: finds interrupts that were lost, stops
 * jobs that hang or that nobody wants any more, and notices a device that has lost a job.
 * Registers are read only when a job has shown no sign of life for a while.
 */
#include <drm/drm_print.h>
#include <linux/jiffies.h>

#include "ingot_drv.h"
#include "ingot_sched.h"

/* How often to look, ms: at most, and while a job is to be stopped. */
#define PERIOD_MAX_MS 1000
#define PERIOD_STOP_MS 10
/* Looks during the timeout. */
#define LOOKS 8
/* How long a job that hangs may take to stop, and how long a device with work may be idle. */
#define STOP_MS 1000
#define IDLE_MS 1000

static unsigned int period_ms(void)
{
	unsigned int timeout = READ_ONCE(ingot_timeout_ms);

	if (!timeout)
		return PERIOD_MAX_MS;
	return clamp(timeout / LOOKS, PERIOD_STOP_MS, PERIOD_MAX_MS);
}

static bool is_over(unsigned long since, unsigned int ms)
{
	return time_after(jiffies, since + msecs_to_jiffies(ms));
}

/* ---- with sched_lock held, a job in the ring, and the device running ---- */

static void set_stop_time(struct ingot_job *job)
{
	unsigned int ms = STOP_MS;

	/* one that is only cancelled gets the time that any command may take */
	if (!job->guilty)
		ms = max(ms, READ_ONCE(ingot_timeout_ms));
	job->stop_by = jiffies + msecs_to_jiffies(ms);
}

/* Tells the device to stop if it is certain that it would stop this job: see ingot_running.c */
static void try_to_stop(struct ingot_device *idev, struct ingot_job *job)
{
	u32 status, head;

	ingot_sched_begin_drain(idev);
	ingot_sched_bounce(idev, job);
	status = ingot_hw_read(idev, ING_REG_STATUS);
	head = ingot_hw_read(idev, ING_REG_QUEUE + ING_Q_SQ_HEAD);
	if (!(status & 1) || (u16)(head - job->index) != 1)
		return;
	ingot_hw_write(idev, ING_REG_ABORT, 1);
	idev->stats.aborts++;
	job->stopping = true;
	set_stop_time(job);
}

static void convict(struct ingot_device *idev, struct ingot_job *job, const char *why)
{
	/* once: each time would give it more time to stop */
	if (job->guilty)
		return;
	drm_err_ratelimited(&idev->drm, "job %llu of client %llu %s: it is stopped\n", job->id,
			    job->ctx->ifile->client, why);
	job->guilty = true;
	job->status = -ETIMEDOUT;
	if (job->stopping)
		set_stop_time(job);
}

static void look_at_stopping(struct ingot_device *idev, struct ingot_job *job)
{
	if (!job->stopping) {
		try_to_stop(idev, job);
		return;
	}
	if (time_before(jiffies, job->stop_by))
		return;
	if (!job->guilty)
		convict(idev, job, "does not stop");
	ingot_reset_trigger(idev, "a job does not stop");
}

/* A number that changes while the device works */
static u32 sample(struct ingot_device *idev)
{
	return (u32)ingot_hw_counter(idev, ING_CNT_COMMANDS) +
	       (u32)ingot_hw_counter(idev, ING_CNT_READ_BEATS) +
	       (u32)ingot_hw_counter(idev, ING_CNT_WRITE_BEATS);
}

static void note_progress(struct ingot_device *idev)
{
	struct ingot_sched *sched = &idev->sched;
	u32 now = sample(idev);

	if (sched->sampled && sched->sample != now)
		sched->progress = jiffies;
	sched->sample = now;
	sched->sampled = true;
}

/* There is a job in the ring: has the device forgotten it? */
static void note_idle(struct ingot_device *idev, u32 status)
{
	struct ingot_sched *sched = &idev->sched;

	if (status & 1) {
		sched->idle_seen = false;
		return;
	}
	if (!sched->idle_seen) {
		sched->idle_seen = true;
		sched->idle_since = jiffies;
	} else if (is_over(sched->idle_since, IDLE_MS)) {
		ingot_reset_trigger(idev, "the device lost a job");
	}
}

static void look_closely(struct ingot_device *idev, struct ingot_job *job)
{
	unsigned int timeout = READ_ONCE(ingot_timeout_ms);
	u32 status = ingot_hw_read(idev, ING_REG_STATUS);

	if (status == 0xffffffff) {
		ingot_reset_trigger(idev, "the device does not answer");
		return;
	}
	note_idle(idev, status);
	note_progress(idev);
	if (timeout && !idev->sched.idle_seen && is_over(idev->sched.progress, timeout))
		convict(idev, job, "makes no progress");
}

/* Returns in how many ms to look again, 0: not until a job starts */
static unsigned int look(struct ingot_device *idev)
{
	struct ingot_sched *sched = &idev->sched;
	struct ingot_job *job = ingot_sched_oldest(sched);
	unsigned int limit = READ_ONCE(ingot_limit_ms);

	if (!job || idev->state != INGOT_RUNNING)
		return 0;
	if (!job->status && limit && ktime_ms_delta(ktime_get(), sched->began) > limit)
		convict(idev, job, "runs for too long");
	if (sched->suspect || is_over(sched->progress, 2 * period_ms()))
		look_closely(idev, job);
	if (job->status)
		look_at_stopping(idev, job);
	return sched->draining || sched->suspect ? PERIOD_STOP_MS : period_ms();
}

static void tick_work(struct work_struct *work)
{
	struct ingot_device *idev = container_of(work, struct ingot_device, tick.work);
	unsigned int late = ingot_sched_drain(idev);
	struct ingot_sched_hold hold;
	unsigned int ms;

	ingot_sched_lock(idev, &hold);
	idev->stats.late += late;
	ms = look(idev);
	ingot_sched_unlock(idev, &hold);
	if (ms)
		queue_delayed_work(ingot_wq, &idev->tick, msecs_to_jiffies(ms));
}

/**
 * ingot_tick_start() - a job starts and there was none
 * @idev: device; sched_lock is held
 */
void ingot_tick_start(struct ingot_device *idev)
{
	queue_delayed_work(ingot_wq, &idev->tick, msecs_to_jiffies(period_ms()));
}

/**
 * ingot_tick_after() - something is to be done soon: a job to be stopped, completions to be read
 * @idev: device; sched_lock is held
 * @delay: jiffies
 */
void ingot_tick_after(struct ingot_device *idev, unsigned long delay)
{
	mod_delayed_work(ingot_wq, &idev->tick, delay);
}

/**
 * ingot_tick_init() - sets up the look-out
 * @idev: device
 */
void ingot_tick_init(struct ingot_device *idev)
{
	INIT_DELAYED_WORK(&idev->tick, tick_work);
}
