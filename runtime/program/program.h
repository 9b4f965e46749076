/* SPDX-License-Identifier: MIT */
/*
 * A program under construction: commands, and what each of them touches, from which the wait
 * fields follow. Between begin and end a command's fields, patches, reads and writes are stated:
 *
 *	struct cmd *c = program_begin(p, ING_OP_LOAD);
 *	cmd_set(p, c, ING_S_SLOT, slot);
 *	program_writes(p, SPACE_SCRATCH, line, lines);
 *	program_end(p);
 *
 * Errors (a value too large for its field, no memory) are kept and reported by program_finish().
 */
#ifndef INGOT_PROGRAM_H
#define INGOT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingot/error.h"
#include "ingot/isa.h"
#include "ingot/tile.h"

/**
 * enum space - storage that commands share
 * @SPACE_SCRATCH: scratchpad lines
 * @SPACE_ACT: activation blocks, whatever their column
 * @SPACE_SCALAR: entries of the scalar file
 * @SPACE_LIST: the top-k list
 * @SPACE_MEMORY: writable device memory, in numbers of the program's own choice
 */
enum space { SPACE_SCRATCH, SPACE_ACT, SPACE_SCALAR, SPACE_LIST, SPACE_MEMORY };

/**
 * struct cmd - one command
 * @w: its words
 */
struct cmd {
	uint32_t w[ING_CMD_BYTES / 4];
};

struct program;

/**
 * program_create() - an empty program
 *
 * Return: the program, or NULL without memory.
 */
struct program *program_create(void);

/**
 * program_destroy() - free a program
 * @p: the program, or NULL
 */
void program_destroy(struct program *p);

/**
 * program_begin() - start a command
 * @p: the program
 * @op: ING_OP_*
 *
 * Return: the command, valid until program_end(); never NULL.
 */
struct cmd *program_begin(struct program *p, uint32_t op);

/**
 * program_field() - set a field of a command; use cmd_set()
 * @p: the program
 * @c: the command
 * @word: word of the field
 * @low: its lowest bit
 * @bits: its width
 * @value: must fit
 */
void program_field(struct program *p, struct cmd *c, unsigned int word, unsigned int low,
		   unsigned int bits, uint64_t value);

#define cmd_set(p, c, field, value) \
	program_field(p, c, field##_W, field##_L, field##_N, value)

/** cmd_set_f32() - set a 32-bit field to a float's bits */
#define cmd_set_f32(p, c, field, value) \
	program_field(p, c, field##_W, 0, 32, ((union { float f; uint32_t u; }){ value }).u)

/**
 * program_patch() - add a register to a word when the command is issued
 * @p: the program
 * @c: the command
 * @word: the word
 * @reg: register
 * @mul: multiplier; only one patch of a command may have one other than 1
 */
void program_patch(struct program *p, struct cmd *c, unsigned int word, unsigned int reg,
		   uint32_t mul);

/* Symbols of a program. */
#define PROGRAM_SYMBOLS 32

/**
 * program_symbol() - a word that depends on a value which is only known when the program is run
 * @p: the program
 * @c: the command
 * @word: the word; @mul times the symbol's value is added to it, modulo 2^32
 * @symbol: its number, below PROGRAM_SYMBOLS; its value is 0 at first
 * @mul: multiplier
 *
 * A value that does not fit into the word's field is not noticed.
 */
void program_symbol(struct program *p, struct cmd *c, unsigned int word, unsigned int symbol,
		    uint32_t mul);

/**
 * program_set_symbol() - give a symbol a value, in every command that depends on it
 * @p: the program, finished
 * @symbol: its number
 * @value: the value
 */
void program_set_symbol(struct program *p, unsigned int symbol, uint32_t value);

/**
 * program_reads() - state what the command reads
 * @p: the program
 * @space: storage
 * @first: first entry
 * @count: entries
 */
void program_reads(struct program *p, enum space space, uint64_t first, uint64_t count);

/**
 * program_writes() - state what the command writes
 * @p: the program
 * @space: storage
 * @first: first entry
 * @count: entries
 */
void program_writes(struct program *p, enum space space, uint64_t first, uint64_t count);

/**
 * program_end() - finish the command: its wait fields follow from what it touches
 * @p: the program
 */
void program_end(struct program *p);

/**
 * struct note - what a command is for, for people who look at a trace
 * @part: of the model's computation, for example "softmax"; NULL if nothing was said
 * @layer: number, or -1 outside of the layers
 * @sequence: of a batch, the one that it serves alone, or -1
 * @tensor: that a stream command reads, as the model's file names it, or ""
 */
struct note {
	const char *part;
	int32_t layer, sequence;
	char tensor[64];
};

/**
 * program_layer() - say which layer the commands that follow belong to
 * @p: the program
 * @layer: its number, or -1 for none
 */
void program_layer(struct program *p, int32_t layer);

/**
 * program_part() - say what the commands that follow are for
 * @p: the program
 * @part: lives as long as @p
 */
void program_part(struct program *p, const char *part);

/**
 * program_sequence() - say which sequence of a batch the commands that follow serve
 * @p: the program
 * @sequence: its number, or -1 for all of them
 */
void program_sequence(struct program *p, int32_t sequence);

/**
 * program_tensor() - say which tensor the current command reads
 * @p: the program
 * @name: of the tensor, not terminated; what does not fit into a note is cut
 * @len: bytes
 */
void program_tensor(struct program *p, const char *name, size_t len);

/**
 * program_note() - what was said about a command
 * @p: the program
 * @index: its number
 *
 * Return: the note, valid until the program grows.
 */
const struct note *program_note(const struct program *p, uint32_t index);

/**
 * program_barrier() - wait for everything before; nothing behind it need look further back
 * @p: the program
 */
void program_barrier(struct program *p);

/**
 * program_size() - commands so far
 * @p: the program
 *
 * Return: the number, which is also the index of the next command.
 */
uint32_t program_size(const struct program *p);

/**
 * program_at() - a finished command, to fill in a target known later
 * @p: the program
 * @index: its number
 *
 * Return: the command.
 */
struct cmd *program_at(struct program *p, uint32_t index);

/**
 * program_finish() - the commands
 * @p: the program
 * @err: filled if building it failed
 *
 * Return: program_size() commands, owned by @p, or NULL.
 */
const struct cmd *program_finish(struct program *p, struct ingot_error *err);

#endif
