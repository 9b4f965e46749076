/* SPDX-License-Identifier: MIT */
/* Jobs through io_uring: one entry a job, one system call a batch. */
#ifndef INGOT_DRM_URING_H
#define INGOT_DRM_URING_H

#include "drm_transport.h"

/**
 * drm_uring_open() - a ring for a device
 * @dev: the device
 * @err: filled in on failure: the kernel, or who set this container up, does not allow it
 *
 * Return: the ring, or NULL.
 */
struct drm_uring *drm_uring_open(struct drm_device *dev, struct ingot_error *err);

/**
 * drm_uring_close() - end a ring; jobs under way are cancelled
 * @ring: the ring, or NULL
 */
void drm_uring_close(struct drm_uring *ring);

/**
 * drm_uring_submit() - queue jobs
 * @ring: the ring
 * @ctx: the context
 * @jobs: the jobs
 * @count: how many
 * @err: filled in on failure
 *
 * Return: how many, at least 1; or negative errno: -EBUSY if too many are under way, -EOPNOTSUPP
 * if the driver or a rule of this system does not take jobs by this way.
 */
int drm_uring_submit(struct drm_uring *ring, struct drm_context *ctx, const struct ingot_job *jobs,
		     unsigned int count, struct ingot_error *err);

/**
 * drm_uring_take() - take what has completed, without waiting
 * @ring: the ring
 * @completions: ends of quiet jobs
 * @capacity: room in @completions, at least 1
 * @err: filled in on failure
 *
 * Return: how many, or negative errno if the next one is an error.
 */
int drm_uring_take(struct drm_uring *ring, struct ingot_completion *completions,
		   unsigned int capacity, struct ingot_error *err);

/**
 * drm_uring_owed() - quiet jobs that are not over
 * @ring: the ring, or NULL
 *
 * Return: how many.
 */
unsigned int drm_uring_owed(const struct drm_uring *ring);

/**
 * drm_uring_wait() - wait until entries have completed
 * @ring: the ring
 * @least: how many; no more than are under way
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int drm_uring_wait(struct drm_uring *ring, unsigned int least, struct ingot_error *err);

/**
 * drm_uring_fd() - for poll(2)
 * @ring: the ring
 *
 * Return: its file descriptor.
 */
int drm_uring_fd(const struct drm_uring *ring);

#endif
