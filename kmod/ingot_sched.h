/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of the scheduler share; everything here is under sched_lock. */
#ifndef INGOT_SCHED_H
#define INGOT_SCHED_H

#include "ingot_drv.h"

/**
 * struct ingot_sched_hold - what ingot_sched_unlock() has to put back
 * @flags: interrupts
 * @cookie: lockdep's view of fences
 */
struct ingot_sched_hold {
	unsigned long flags;
	bool cookie;
};

/* ingot_sched.c */
void ingot_sched_lock(struct ingot_device *idev, struct ingot_sched_hold *hold);
void ingot_sched_unlock(struct ingot_device *idev, struct ingot_sched_hold *hold);
void ingot_sched_line_up(struct ingot_ctx *ctx);
void ingot_sched_put_back(struct ingot_job *job);
unsigned int ingot_sched_window(struct ingot_sched *sched);
bool ingot_sched_mark(struct ingot_ctx *ctx, u64 id, int status);
void ingot_sched_retire(struct ingot_job *job);
void ingot_sched_begin_job(struct ingot_sched *sched);

/* ingot_running.c */
void ingot_sched_bounce(struct ingot_device *idev, struct ingot_job *job);
void ingot_sched_begin_drain(struct ingot_device *idev);
struct ingot_job *ingot_sched_oldest(struct ingot_sched *sched);

/* ingot_tick.c */
void ingot_tick_start(struct ingot_device *idev);
void ingot_tick_after(struct ingot_device *idev, unsigned long delay);

#endif
