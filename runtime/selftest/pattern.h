/* SPDX-License-Identifier: MIT */
/*
 * Patterns that know where they belong: what is read in a wrong place tells which place that was,
 * and so which address line is at fault; what belongs nowhere tells which data lines are.
 */
#ifndef SELFTEST_PATTERN_H
#define SELFTEST_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Widest memory port, bits. */
#define PATTERN_LINES 512

/**
 * struct damage - what was found wrong in memory
 * @lines: data lines, that is the width of the memory port, bits
 * @memory: bytes of device memory
 * @words: 64-bit words that were read wrong
 * @displaced: of these, how many belong to another address
 * @address: bits in which that address differs from the right one
 * @low: for each data line, how often it read 0 for 1
 * @high: the other way round
 * @spread: wrong words are at more than one address
 * @first: address of the first wrong word
 * @expected: what should have been there
 * @read: what was
 */
struct damage {
	uint32_t lines;
	uint64_t memory;
	uint64_t words, displaced, address;
	uint64_t low[PATTERN_LINES], high[PATTERN_LINES];
	bool spread;
	uint64_t first, expected, read;
};

/**
 * pattern_fill() - what belongs to a range of addresses
 * @p: filled with @bytes
 * @address: of its first byte, a multiple of 8
 * @bytes: a multiple of 8
 * @invert: 0, or UINT64_MAX for the complement
 */
void pattern_fill(void *p, uint64_t address, size_t bytes, uint64_t invert);

/**
 * pattern_check() - compare a range with what belongs there
 * @d: what is wrong is added
 * @p: what was read
 * @address: of its first byte
 * @bytes: a multiple of 8
 * @invert: as it was filled
 */
void pattern_check(struct damage *d, const void *p, uint64_t address, size_t bytes,
		   uint64_t invert);

/**
 * damage_note() - a word that is wrong, whatever pattern was meant to be there
 * @d: the damage
 * @address: of the word
 * @expected: what should have been there
 * @read: what was
 */
void damage_note(struct damage *d, uint64_t address, uint64_t expected, uint64_t read);

/**
 * damage_describe() - name the lines or bits at fault
 * @d: damage, not none
 * @text: filled in
 * @size: room
 */
void damage_describe(const struct damage *d, char *text, size_t size);

#endif
