/* SPDX-License-Identifier: MIT */
/* Text from and for people: files, escape sequences, UTF-8 that arrives in pieces. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdio.h>

struct ingot_error;

/**
 * text_read() - read a whole file, as llama.cpp does for -f: a newline at its end is left out
 * @path: the file
 * @text: set to its bytes and a NUL, to be freed with free(); to NULL on failure
 * @len: set to their number, without the NUL
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int text_read(const char *path, char **text, size_t *len, struct ingot_error *err);

/**
 * text_unescape() - process \n \r \t \' \" \\ and \xHH in place, as llama.cpp does for -e
 * @text: the text; anything else after a backslash stays as it is
 * @len: its bytes
 *
 * Return: its bytes afterwards.
 */
size_t text_unescape(char *text, size_t len);

/**
 * utf8_sequence() - length of the sequence at the start of some bytes
 * @text: the bytes
 * @len: how many, at least 1
 *
 * Return: 1 to 4, or 0 if no whole valid sequence is there.
 */
size_t utf8_sequence(const char *text, size_t len);

/**
 * struct text_stream - prints text that comes in pieces, whole UTF-8 sequences at a time
 * @out: where to
 * @held: bytes of a sequence that is not whole yet
 * @count: how many
 */
struct text_stream {
	FILE *out;
	char held[4];
	size_t count;
};

/**
 * text_stream_put() - print a piece
 * @s: the stream
 * @text: bytes
 * @len: how many
 *
 * Bytes that are not UTF-8 go through as they are.
 */
void text_stream_put(struct text_stream *s, const char *text, size_t len);

/**
 * text_stream_end() - print what is still held
 * @s: the stream
 */
void text_stream_end(struct text_stream *s);

#endif
