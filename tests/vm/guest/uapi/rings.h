/* SPDX-License-Identifier: MIT */
/* io_uring with commands of the driver. */
#ifndef GUEST_RINGS_H
#define GUEST_RINGS_H

#include <liburing.h>

#include "raw.h"

/**
 * ring_open() - make a ring; fails the test, or skips it if this kernel knows not all of the flags
 */
void ring_open(struct io_uring *ring, unsigned int entries, unsigned int flags);

/**
 * ring_put() - an entry that submits a job; @s must stay until it is submitted. Return: the entry.
 */
struct io_uring_sqe *ring_put(struct io_uring *ring, int fd, struct drm_ingot_submit *s,
			      uint64_t user_data);

/** ring_enter() - hand over all entries; fails the test unless the kernel takes them */
void ring_enter(struct io_uring *ring, unsigned int count);

/** ring_take() - wait for a completion; its result. @user_data: of its entry, may be NULL */
int ring_take(struct io_uring *ring, uint64_t *user_data);

/** ring_do() - submit a job by a ring and wait for its completion; the result */
int ring_do(struct io_uring *ring, int fd, struct drm_ingot_submit *s);

#endif
