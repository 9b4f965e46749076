/* SPDX-License-Identifier: MIT */
/* UTF-8, and the classes of characters that pre-tokenisers tell apart. */
#ifndef INGOT_MODEL_UNICODE_H
#define INGOT_MODEL_UNICODE_H

#include <stddef.h>
#include <stdint.h>

/* Stands for a byte that is not part of UTF-8. */
#define UNICODE_REPLACEMENT 0xfffd

/* Bytes of the longest character in UTF-8. */
#define UTF8_MAX 4

/**
 * enum unicode_class - classes of characters
 * @UNICODE_OTHER: punctuation, symbols, marks, controls, and what is not assigned
 * @UNICODE_LETTER: \p{L} of a regular expression
 * @UNICODE_NUMBER: \p{N}
 * @UNICODE_SPACE: \s
 */
enum unicode_class {
	UNICODE_OTHER,
	UNICODE_LETTER,
	UNICODE_NUMBER,
	UNICODE_SPACE,
};

/**
 * unicode_class() - class of a code point
 * @code_point: the code point, any value
 *
 * Return: its class.
 */
enum unicode_class unicode_class(uint32_t code_point);

/**
 * utf8_decode() - take one character off a text
 * @text: the text
 * @len: bytes of it, at least 1
 * @code_point: the character
 *
 * Accepts what llama.cpp accepts: surrogates are characters; a byte that starts no whole character
 * (a stray continuation, an overlong form, beyond U+10FFFF, cut off) is one UNICODE_REPLACEMENT.
 *
 * Return: bytes taken, 1 to UTF8_MAX.
 */
size_t utf8_decode(const char *text, size_t len, uint32_t *code_point);

/**
 * utf8_encode() - write a character
 * @code_point: up to U+10FFFF
 * @out: at least UTF8_MAX bytes
 *
 * Return: bytes written, 1 to UTF8_MAX.
 */
size_t utf8_encode(uint32_t code_point, char *out);

#endif /* INGOT_MODEL_UNICODE_H */
