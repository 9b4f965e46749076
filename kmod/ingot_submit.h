/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef INGOT_SUBMIT_H
#define INGOT_SUBMIT_H

#include <uapi/drm/ingot_accel.h>

struct dma_fence_chain;
struct drm_file;
struct drm_syncobj;
struct ingot_file;
struct ingot_job;

/**
 * struct ingot_out - a syncobj that a job signals
 * @syncobj: a reference
 * @chain: link for a point of a timeline; NULL: binary
 * @point: of the timeline
 */
struct ingot_out {
	struct drm_syncobj *syncobj;
	struct dma_fence_chain *chain;
	u64 point;
};

/**
 * struct ingot_submission - a job on its way in
 * @job: the job; NULL once it is queued
 * @outs: what it is to signal
 * @out_count: how many
 */
struct ingot_submission {
	struct ingot_job *job;
	struct ingot_out *outs;
	unsigned int out_count;
};

int ingot_submit_prepare(struct drm_file *file, const struct drm_ingot_submit *args,
			 struct ingot_submission *submission);
int ingot_submit_check(struct ingot_submission *submission);
void ingot_submit_arm(struct ingot_submission *submission);
void ingot_submit_queue(struct ingot_submission *submission);
void ingot_submit_release(struct ingot_submission *submission);

#endif
