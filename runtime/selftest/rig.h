/* SPDX-License-Identifier: MIT */
/* A program run on the device and on the functional model of its configuration, side by side. */
#ifndef SELFTEST_RIG_H
#define SELFTEST_RIG_H

#include "run.h"
#include "runtime/program/program.h"

/* Slots of the programs. */
#define SLOT_CODE 0
#define SLOT_DATA 1	/* read: a quarter digits and fp16, a quarter 16-bit tiles, a half fp32 */
#define SLOT_OUT 2	/* read and written */
#define SLOT_SINK 3	/* written only */
#define SLOT_SECRET 4	/* read, in another context only */
#define SLOT_EMPTY 5

/* Units of these slots. */
#define CODE_UNITS 1024u
#define DATA_UNITS 2048u
#define OUT_UNITS 1024u
#define SINK_UNITS 64u

/* Most completions of a program. */
#define RIG_EVENTS 64

/**
 * struct side - one of the two devices
 * @dev: the device
 * @ctx: contexts that programs run in by turns: each begins with storage that has been wiped
 * @other: another one, in which none runs, and which holds the secret
 * @turn: whose turn it is
 * @code: buffer of SLOT_CODE
 * @data: of SLOT_DATA
 * @out: of SLOT_OUT
 * @sink: of SLOT_SINK
 * @secret: of SLOT_SECRET
 * @events: of the last program, its end included
 * @n_events: how many
 * @image: what @out holds after it
 */
struct side {
	struct ingot_device *dev;
	struct ingot_context *ctx[2], *other;
	unsigned int turn;
	struct ingot_buffer *code, *data, *out, *sink, *secret;
	struct ingot_completion events[RIG_EVENTS];
	unsigned int n_events;
	uint8_t image[OUT_UNITS * ING_UNIT_BYTES];
};

/**
 * struct rig - both
 * @run: the run
 * @here: the device
 * @there: the reference
 */
struct rig {
	struct run *run;
	struct side here, there;
};

/**
 * rig_open() - make the reference, buffers and contexts
 * @rig: filled in, to be closed with rig_close() in any case
 * @run: the run
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int rig_open(struct rig *rig, struct run *run, struct ingot_error *err);

/**
 * rig_close() - free all of it
 * @rig: the rig
 */
void rig_close(struct rig *rig);

/**
 * rig_run() - run a program on both sides
 * @rig: the rig
 * @p: the program
 * @job: slot, offset, budget and arguments; commands 0 means all of @p
 * @err: filled in on failure: a device did not run it to any end
 *
 * Return: 0 or negative errno.
 */
int rig_run(struct rig *rig, struct program *p, const struct ingot_job *job,
	    struct ingot_error *err);

/** rig_end() - the completion that a side's last program ended with */
const struct ingot_completion *rig_end(const struct side *side);

/**
 * rig_compare() - events, end and output of the last program must be equal
 * @rig: the rig
 * @result: fails if they are not
 */
void rig_compare(const struct rig *rig, struct selftest_result *result);

#endif
