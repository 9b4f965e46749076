/* SPDX-License-Identifier: MIT */
/*
 * Work whose result is known: a job reads a page of floats, sends each through a recurrence as often as it
 * is told, stores them, and emits two numbers. The CPU does the same, bit for bit: the device's arithmetic
 * is IEEE's, and nothing here is small enough to be flushed.
 */
#ifndef SURVIVE_WORK_H
#define SURVIVE_WORK_H

#include <stddef.h>
#include <stdint.h>

#include "uapi/drm/ingot_accel.h"

/* Slots of the context. */
#define WORK_SLOT_CODE 0
#define WORK_SLOT_DATA 1
#define WORK_SLOT_OUT 2

/* A job's page: lines of 16 floats. */
#define WORK_LINES 64u
#define WORK_FLOATS (WORK_LINES * 16)
#define WORK_BYTES (WORK_LINES * 64)
/* Bytes of all input, from which a job takes a page at any line. */
#define WORK_DATA_LINES 256u
#define WORK_DATA_BYTES (WORK_DATA_LINES * 64)
/* Bytes of the program object. */
#define WORK_CODE_BYTES 4096u

/**
 * struct work - what a job is to do
 * @from: line of the input where its page begins, below WORK_DATA_LINES - WORK_LINES
 * @rounds: how often each number goes through the recurrence, at least 1
 * @to: page of the output
 * @delay: turns of a loop that does nothing, at least 1: makes the job longer
 */
struct work {
	uint32_t from, rounds, to, delay;
};

/** work_code() - the programs, WORK_CODE_BYTES; NULL: they could not be built */
const void *work_code(void);

/** work_data() - fill in the input, WORK_DATA_BYTES, which depends on @seed alone */
void work_data(uint64_t seed, float *data);

/** work_expect() - what the device must have stored: WORK_FLOATS numbers */
void work_expect(const float *data, const struct work *work, float *expected);

/** work_submit() - the job that does @work in context @ctx; it emits @work's rounds and page */
struct drm_ingot_submit work_submit(uint32_t ctx, const struct work *work);

/** work_spin() - a job that never ends by itself */
struct drm_ingot_submit work_spin(uint32_t ctx);

/** work_nothing() - a job that ends at once */
struct drm_ingot_submit work_nothing(uint32_t ctx);

#endif
