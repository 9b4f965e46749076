/* SPDX-License-Identifier: MIT */
/*
 * A valid call of each kind, for tests that break calls: what it takes, how to make it, how to undo
 * it.
 */
#ifndef GUEST_CALLS_H
#define GUEST_CALLS_H

#include <drm.h>

#include "raw.h"

/* Undefined flags and padding of a structure, at most. */
#define CALL_ZEROS 3

/** union call_arg - the structure of any call, and room for a longer one */
union call_arg {
	struct drm_ingot_query query;
	struct drm_ingot_bo_create bo_create;
	struct drm_ingot_bo_info bo_info;
	struct drm_ingot_copy copy;
	struct drm_ingot_ctx_create ctx_create;
	struct drm_ingot_ctx_destroy ctx_destroy;
	struct drm_ingot_ctx_bind ctx_bind;
	struct drm_ingot_submit submit;
	struct drm_ingot_wait wait;
	struct drm_ingot_cancel cancel;
	uint8_t bytes[256];
};

/**
 * struct call_rig - what calls are made with
 * @b: device
 * @host: a host object of a page
 * @timeline: a syncobj
 * @binary: another
 * @ins: what a job waits for: signalled
 * @outs: what it signals
 * @answer: where records, answers and copied bytes go, a page
 */
struct call_rig {
	struct bench b;
	uint32_t host, timeline, binary;
	struct drm_ingot_sync ins[1], outs[2];
	void *answer;
};

/**
 * struct call - a kind of call
 * @name: for messages
 * @request: number of its ioctl
 * @fill: makes a valid structure, and what it needs
 * @undo: undoes what the call did, or what @fill did for it; @result: of the call
 * @zeros: offsets of 32-bit members that must be zero, or of which some bits must be
 * @bits: for each, these bits; 0 ends the list
 */
struct call {
	const char *name;
	unsigned long request;
	void (*fill)(struct call_rig *rig, union call_arg *arg);
	void (*undo)(struct call_rig *rig, const union call_arg *arg, int result);
	size_t zeros[CALL_ZEROS];
	uint32_t bits[CALL_ZEROS];
};

/** calls - all of them, up to one without a name */
extern const struct call calls[];

/** calls_open() - open a device and make the rig; fails the test */
void calls_open(struct call_rig *rig);

/** call_size() - bytes of a call's structure */
size_t call_size(const struct call *c);

/** calls_drain() - take all records of the rig's context, and wait for its jobs */
void calls_drain(struct call_rig *rig);

#endif
