/* SPDX-License-Identifier: MIT */
/* Programs that are meant to harm, and a device with something around every slot that they could harm. */
#ifndef TESTS_DIFF_HOSTILE_H
#define TESTS_DIFF_HOSTILE_H

#include "generate.h"
#include "ingot/device.h"

/* Commands of a program, at most. */
#define HOSTILE_COMMANDS 4096
/* Commands that a job may execute. */
#define HOSTILE_BUDGET 3000
/* Completions of a job, at most: every command of the budget may be an EMIT. */
#define HOSTILE_EVENTS (HOSTILE_BUDGET + 1)

/* Slots of a machine; all others are empty. */
enum { PART_CODE, PART_DATA, PART_KV, PART_DUMP, PARTS };

/** @machine_units: their sizes, units */
extern const uint32_t machine_units[PARTS];

/**
 * struct commands - a program as it lies in memory
 * @cmds: its commands
 * @count: how many
 */
struct commands {
	struct cmd cmds[HOSTILE_COMMANDS];
	uint32_t count;
};

/**
 * hostile_mutate() - break a good program in a few places
 * @r: random numbers
 * @p: the program
 *
 * Every command then waits for all earlier ones: what it touches is not what its wait fields were made for.
 */
void hostile_mutate(struct rng *r, struct commands *p);

/**
 * hostile_random() - commands of random words
 * @r: random numbers
 * @p: set
 */
void hostile_random(struct rng *r, struct commands *p);

/* Programs that real_programs() makes. */
#define REAL_PROGRAMS 3

/**
 * real_programs() - the programs of a model: logits of two tokens, greedy and sampled decode
 * @uri: a device to lower them for
 * @path: the model
 * @programs: set
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int real_programs(const char *uri, const char *path, struct commands programs[REAL_PROGRAMS],
		  struct ingot_error *err);

/**
 * struct machine - a device, its slots, and guards before, between and behind them
 * @dev: the device
 * @ctx: contexts: one for hostile programs, one for good ones
 * @parts: what the slots show
 * @guards: memory that no program may touch, filled with @poison
 * @poison: differs from machine to machine: what a program reads there shows in its results
 * @events: of the last job; @n_events: how many
 * @bytes: contents of the parts after the last job
 * @watched: of @parts, which may not change, as they should be
 */
struct machine {
	struct ingot_device *dev;
	struct ingot_context *ctx[2];
	struct ingot_buffer *parts[PARTS], *guards[PARTS + 1];
	uint8_t poison;
	struct ingot_completion events[HOSTILE_EVENTS];
	unsigned int n_events;
	uint8_t *bytes[PARTS], *watched[PARTS];
};

/**
 * machine_open() - a device with slots and guards
 * @m: set
 * @uri: the device
 * @poison: of its guards
 *
 * Ends the program if it cannot.
 */
void machine_open(struct machine *m, const char *uri, uint8_t poison);

/**
 * machine_run() - run a job to its end, and read what it has left
 * @m: the machine
 * @ctx: 0 or 1
 * @p: the program
 * @data: contents of the data slot and of both halves of the KV slot
 * @args: small ones: 0, 1, 2 in turn, beginning with this
 */
void machine_run(struct machine *m, unsigned int ctx, const struct commands *p, const uint8_t *data,
		 unsigned int args);

/**
 * machine_intact() - has a program written where it may not?
 * @m: the machine
 *
 * Return: whether code, data and guards are as they were; says so if not.
 */
bool machine_intact(struct machine *m);

/** machine_part_bytes() - size of a part */
size_t machine_part_bytes(const struct machine *m, unsigned int part);

#endif
