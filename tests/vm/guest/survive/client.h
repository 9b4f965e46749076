/* SPDX-License-Identifier: MIT */
/*
 * A client of the device that keeps books: of every job that was accepted it knows how often it ended, and
 * how, and compares what the good ones stored with what the CPU computes.
 */
#ifndef SURVIVE_CLIENT_H
#define SURVIVE_CLIENT_H

#include <liburing.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/vm/guest/lib/random.h"
#include "work.h"

/* Most jobs of a round. */
#define CLIENT_DEPTH_MAX 64

/* What may befall a client without its being a defect. */
#define MAY_LOSE_JOBS (1u << 0)		/* -EIO: a reset met a job half done */
#define MAY_VANISH (1u << 1)		/* -ENODEV; it opens the device again */
#define MAY_FAIL_COPIES (1u << 2)	/* -EIO or -ETIMEDOUT of a copy */
#define MAY_FAULT (1u << 3)		/* -EFAULT: its program was damaged */
#define MAY_BE_DAMAGED (1u << 4)	/* wrong results: memory was damaged */

/**
 * struct client_plan - what a client is like
 * @name: for messages
 * @uring: submits through io_uring; else by ioctl
 * @spins: instead of working, submits jobs that never end, and waits until somebody ends them
 * @depth: jobs of a round
 * @rounds_max: most work of a job; @delay_max: most delay of it
 * @flags: DRM_INGOT_JOB_RESTARTABLE or 0
 * @may: MAY_*
 * @seed: of its random numbers
 */
struct client_plan {
	const char *name;
	bool uring, spins;
	unsigned int depth, rounds_max, delay_max;
	uint32_t flags, may;
	uint64_t seed;
};

/**
 * struct client_state - how a client is doing, in memory shared with others
 * @rounds: rounds that are over; @jobs: accepted jobs; @good: of these, those that ended with 0
 * @lost: those that ended otherwise, as they may; @opened: how often it opened the device
 * @problems: defects that it found
 * @in_flight: it has jobs under way; @resting: it does nothing, as it was told
 * @away: it has not got the device open
 */
struct client_state {
	_Atomic uint64_t rounds, jobs, good, lost, opened, problems;
	_Atomic bool in_flight, resting, away;
};

/**
 * struct orders - what clients are told
 * @stop: end; @rest: do nothing for now
 */
struct orders {
	_Atomic bool stop, rest;
};

/**
 * struct entry - a job of the round
 * @submit: what the kernel reads
 * @work: what it is to do
 * @syncobj: signalled at its end, 0: none
 * @fence: file of that fence, -1: none
 * @accepted: by the driver
 * @quiet: without records
 * @ends: DONE records seen; @events: EVENT records; @completions: of io_uring
 * @status: of the record; @result: of the completion
 */
struct entry {
	struct drm_ingot_submit submit;
	struct work work;
	uint32_t syncobj;
	int fence;
	bool accepted, quiet;
	unsigned int ends, events, completions;
	int status, result;
};

/**
 * struct client - a client
 * @plan: what it is like; @state: how it does; @orders: what it is told
 * @random: its random numbers
 * @fd: its file, -1: none
 * @ctx: context; @code, @data, @out: objects of its slots
 * @ring: of io_uring; @has_ring: it is there
 * @input: what @data holds; @output: what @out holds; @expected: room for a page
 * @entries: the round's jobs; @tag: of the first one
 * @gone: the device has gone
 */
struct client {
	const struct client_plan *plan;
	struct client_state *state;
	const struct orders *orders;
	struct random random;
	int fd;
	uint32_t ctx, code, data, out;
	struct io_uring ring;
	bool has_ring;
	float *input, *output, *expected;
	struct entry entries[CLIENT_DEPTH_MAX];
	uint32_t tag;
	bool gone;
};

/** client_live() - be that client until told to stop. Return: exit status of the process. */
int client_live(const struct client_plan *plan, struct client_state *state,
		const struct orders *orders);

/** client_problem() - count and tell a defect */
void client_problem(struct client *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** client_open() - open the device and make everything of it. Return: 0 or negative errno. */
int client_open(struct client *c);

/** client_close() - free all of it */
void client_close(struct client *c);

/** client_init() - a client without a device. Return: whether there was memory for it. */
bool client_init(struct client *c, const struct client_plan *plan, struct client_state *state,
		 const struct orders *orders);

/* ---- round.c ---- */

/** client_round() - submit jobs, wait until they are over, check everything */
void client_round(struct client *c);

/** client_put_command() - an entry of the ring for a job; @number comes back in its completion */
void client_put_command(struct client *c, struct drm_ingot_submit *submit, unsigned int number);

/* ---- spin.c ---- */

/** client_spin() - submit a job that never ends and some behind it, and wait until they are over */
void client_spin(struct client *c);

#endif
