/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share: an input that is taken apart piece by piece, and verdicts. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingot/error.h"

/**
 * LLVMFuzzerTestOneInput() - libFuzzer's entry
 * @data: the input
 * @size: its bytes
 *
 * Return: 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * struct fuzz_input - what is left of an input
 * @data: its next byte
 * @size: bytes left
 */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

/**
 * fuzz_take() - take bytes from an input
 * @in: the input; where it has fewer, zeros follow
 * @to: where to
 * @bytes: how many
 */
static inline void fuzz_take(struct fuzz_input *in, void *to, size_t bytes)
{
	size_t there = bytes < in->size ? bytes : in->size;

	memset(to, 0, bytes);
	if (there)
		memcpy(to, in->data, there);
	in->data += there;
	in->size -= there;
}

/**
 * fuzz_u32() - take an integer of some bytes
 * @in: the input
 * @bytes: 1 to 4
 *
 * Return: the integer.
 */
static inline uint32_t fuzz_u32(struct fuzz_input *in, size_t bytes)
{
	uint8_t b[4] = { 0 };

	fuzz_take(in, b, bytes);
	return b[0] | b[1] << 8 | b[2] << 16 | (uint32_t)b[3] << 24;
}

/**
 * fuzz_check() - a property that holds for every input
 * @good: whether it does
 * @what: what is wrong if not; the program ends then
 */
static inline void fuzz_check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

/**
 * fuzz_check_error() - an error is one whole line with a code
 * @err: the error
 */
static inline void fuzz_check_error(const struct ingot_error *err)
{
	fuzz_check(err->code < 0, "failed without a code");
	fuzz_check(err->text[0], "failed without a word");
	fuzz_check(!strchr(err->text, '\n'), "an error has two lines");
	fuzz_check(strlen(err->text) < sizeof(err->text) - 1, "an error was cut");
}

#endif
