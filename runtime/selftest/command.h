/* SPDX-License-Identifier: MIT */
/* Tests of commands: a program each, and what it is about. */
#ifndef SELFTEST_COMMAND_H
#define SELFTEST_COMMAND_H

#include "rig.h"

/* Bit of an opcode in a set of opcodes. */
#define OP_BIT(op) (1ull << (op))

/**
 * struct builder - a test program under construction
 * @p: the program
 * @config: the device
 * @ops: opcodes that it uses
 */
struct builder {
	struct program *p;
	const struct ingot_config *config;
	uint64_t ops;
};

/**
 * struct command_test - a test
 * @name: its name
 * @build: makes the part of the program that differs
 * @args: for @build
 * @formats: INGOT_FORMAT_* that the device must have, 0 for none
 */
struct command_test {
	const char *name;
	void (*build)(struct builder *b, const unsigned int *args);
	unsigned int args[3];
	uint32_t formats;
};

/** Tables, each ending with a test without a name. */
extern const struct command_test control_tests[], stream_tests[], vector_tests[];

/** begin() - begin a command, as program_begin() does */
struct cmd *begin(struct builder *b, uint32_t op);

/** set_register() - SCALAR: a register gets a value */
void set_register(struct builder *b, unsigned int reg, uint32_t value);

/** emit() - EMIT two registers, all commands before being over */
void emit(struct builder *b, unsigned int ra, unsigned int rb);

/** barrier() - BARRIER */
void barrier(struct builder *b);

/** load() - LOAD @lines floats from the @from-th unit of the data slot's second half to line @to */
void load(struct builder *b, uint32_t from, uint32_t lines, uint32_t to);

/** store() - VEC: copy scratchpad lines to the output slot, after all else */
void store(struct builder *b, uint32_t line, uint32_t lines, uint32_t unit);

/** activations() - LOAD floats, VEC: quantise them to blocks 0 .. @blocks-1 of @cols columns */
void activations(struct builder *b, uint32_t blocks, uint32_t cols);

#endif
