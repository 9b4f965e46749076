/* SPDX-License-Identifier: MIT */
/* Characters of strings that are known to be UTF-8. */
#ifndef TEMPLATE_CHARS_H
#define TEMPLATE_CHARS_H

#include "value.h"

/**
 * utf8_valid() - is it UTF-8?
 * @s: any bytes
 *
 * Return: whether every byte belongs to a character.
 */
bool utf8_valid(struct str s);

/**
 * utf8_len() - bytes of a character
 * @first: its first byte
 *
 * Return: 1 to 4.
 */
static inline size_t utf8_len(char first)
{
	unsigned char c = (unsigned char)first;

	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/**
 * utf8_space() - is there white space?
 * @s: a string
 * @at: byte where a character begins, below its length
 *
 * Return: bytes of that character if Python's str.isspace() is true for it, else 0.
 */
size_t utf8_space(struct str s, size_t at);

/**
 * utf8_strip() - white space off the ends
 * @s: a string
 * @left: of the left end
 * @right: of the right end
 *
 * Return: the rest.
 */
struct str utf8_strip(struct str s, bool left, bool right);

/**
 * utf8_count() - number of characters
 * @s: a string
 *
 * Return: the number.
 */
size_t utf8_count(struct str s);

/**
 * utf8_ascii() - is it all ASCII?
 * @s: a string
 *
 * Return: whether it is.
 */
bool utf8_ascii(struct str s);

#endif
