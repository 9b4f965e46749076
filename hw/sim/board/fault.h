/* SPDX-License-Identifier: MIT */
/*
 * Scripted faults: what shall go wrong, and when.
 *
 * A line of a script is a fault, with or without a trigger in front of it. A fault whose trigger is
 * due changes struct faults; the board looks there whenever it does something that can go wrong.
 */
#ifndef INGOT_BOARD_FAULT_H
#define INGOT_BOARD_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingot/error.h"

/* Faults that can wait for their triggers at a time. */
#define FAULTS_ARMED_MAX 64
/* Widest memory port, bits. */
#define FAULT_DATA_LINES 512

enum fault_kind {
	FAULT_LOSE_IRQ,
	FAULT_SPURIOUS_IRQ,
	FAULT_STUCK_JOB,
	FAULT_SLOW_DMA,
	FAULT_FAIL_DMA,
	FAULT_WRONG_TAG,
	FAULT_FLIP_BIT,
	FAULT_ADDR_LINE,
	FAULT_DATA_LINE,
	FAULT_BAD_OP,
	FAULT_WIDE_SLOTS,
	FAULT_ALL_ONES,
	FAULT_RESET_HANGS,
	FAULT_TEMPERATURE,
	FAULT_STATS,
	FAULT_CLEAR,
};

/* What triggers count. */
enum fault_event {
	FAULT_ON_JOB,
	FAULT_ON_COPY,
	FAULT_ON_DOORBELL,
	FAULT_ON_IRQ,
	FAULT_ON_RESET,
	FAULT_EVENTS,
	FAULT_NOW = FAULT_EVENTS,
};

/* First argument of FAULT_FAIL_DMA: which transfers. */
#define FAULT_DMA_READ 1
#define FAULT_DMA_WRITE 2
/* With them: none of the rings. */
#define FAULT_DMA_DATA 4

/**
 * struct fault - a line of a script
 * @kind: what goes wrong
 * @args: its arguments
 * @event: what the trigger counts; FAULT_NOW: there is none
 * @count: how many of them
 * @again: it is armed once more when it has gone off
 */
struct fault {
	enum fault_kind kind;
	int64_t args[2];
	enum fault_event event;
	uint64_t count;
	bool again;
};

/**
 * struct faults - the faults of a board; fault_init() makes it none
 * @armed: wait for their triggers; @left: events until each goes off
 * @armed_count: of @armed
 * @lose_irqs: interrupts to lose
 * @wrong_tags: completions to write with a wrong tag; @wrong_tag_queues: of these queues, bits
 * @fail_reads: host reads to fail; @fail_writes: host writes; @fail_data: none of the rings
 * @stick_job: the next job shall not end
 * @slow_ms: milliseconds that every transfer takes longer
 * @addr_lines: address bits of device memory that are always 0
 * @data_low: data bits of device memory that are always 0; @data_high: always 1
 * @bad_ops: opcodes whose results are wrong; @bad_op: there is one
 * @wide_slots: slots that are written permit writes and reads; @wide_units: and are so much longer
 * @all_ones: registers are gone; @all_ones_config: configuration space too
 * @reset_hangs: a reset by register does not end; @flr_hangs: neither does one of the function
 * @temperature: as in ING_REG_BOARD_TEMP
 */
struct faults {
	struct fault armed[FAULTS_ARMED_MAX];
	uint64_t left[FAULTS_ARMED_MAX];
	unsigned int armed_count;
	uint64_t lose_irqs, wrong_tags, fail_reads, fail_writes;
	unsigned int wrong_tag_queues;
	bool stick_job, fail_data;
	unsigned int slow_ms;
	uint64_t addr_lines;
	uint64_t data_low[FAULT_DATA_LINES / 64], data_high[FAULT_DATA_LINES / 64];
	bool bad_op, bad_ops[256];
	bool wide_slots;
	uint32_t wide_units;
	bool all_ones, all_ones_config, reset_hangs, flr_hangs;
	int32_t temperature;
};

/** fault_init() - no faults, and a sensor that works */
void fault_init(struct faults *faults);

/**
 * fault_parse() - read a line of a script
 * @line: without its newline
 * @fault: filled in
 * @err: filled on failure
 *
 * Return: 1; 0: the line is empty or a comment; -EINVAL.
 */
int fault_parse(const char *line, struct fault *fault, struct ingot_error *err);

/**
 * fault_arm() - let a fault wait for its trigger
 * @faults: the faults
 * @fault: one with a trigger
 * @err: filled on failure
 *
 * Return: 0, or -ENOSPC.
 */
int fault_arm(struct faults *faults, const struct fault *fault, struct ingot_error *err);

/**
 * fault_due() - count an event
 * @faults: the faults
 * @event: what has happened
 * @due: faults that go off now, room for FAULTS_ARMED_MAX
 *
 * Return: how many of @due were filled in.
 */
unsigned int fault_due(struct faults *faults, enum fault_event event, struct fault *due);

/**
 * fault_set() - let a fault that is nothing but a state begin
 * @faults: the faults
 * @fault: what
 *
 * Return: false if it is none of these, but something to do.
 */
bool fault_set(struct faults *faults, const struct fault *fault);

#endif
