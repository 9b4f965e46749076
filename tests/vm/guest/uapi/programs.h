/* SPDX-License-Identifier: MIT */
/* Programs that tests of the driver run. Their arguments are R1, R2 and so on. */
#ifndef GUEST_PROGRAMS_H
#define GUEST_PROGRAMS_H

#include <stddef.h>
#include <stdint.h>

/* Commands from the begin of a program to the next one's. */
#define PROGRAM_COMMANDS 16

/** enum program_id - which */
enum program_id {
	/** @PROG_END: nothing. */
	PROG_END,
	/** @PROG_EMIT: EMIT R1, R2. */
	PROG_EMIT,
	/** @PROG_COUNT: EMIT R1, R2; with R1, R1 - 1, ... 1. */
	PROG_COUNT,
	/** @PROG_SPIN: goes round and round until it is stopped. */
	PROG_SPIN,
	/** @PROG_SPIN_TOLD: EMIT R1, R2, then PROG_SPIN: who sees the event knows that it runs. */
	PROG_SPIN_TOLD,
	/**
	 * @PROG_GATE: EMIT R1, R2, then looks again and again at the first two floats of unit R1 of
	 * SLOT_DATA, until the second is the larger one; then EMIT R2, R1.
	 */
	PROG_GATE,
	/** @PROG_MOVE: a line from slot R3, unit R1, added to itself, to slot R4, unit R2. */
	PROG_MOVE,
	/** @PROG_FALL: runs past its own end. */
	PROG_FALL,
	/** @PROG_WRONG: a command with an opcode that is none. */
	PROG_WRONG,
	PROG_COUNT_OF_ALL,
};

/** programs_image() - all of them, each at its number times PROGRAM_COMMANDS; fails the test */
const void *programs_image(size_t *bytes);

/** program_commands() - commands of a program */
uint32_t program_commands(enum program_id id);

#endif
