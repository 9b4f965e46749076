/* SPDX-License-Identifier: MIT */
/* Whole characters of text that comes in pieces. */
#ifndef INGOT_MODEL_UNICODE_STREAM_H
#define INGOT_MODEL_UNICODE_STREAM_H

#include "unicode.h"

/**
 * struct utf8_stream - makes whole characters of text that comes in pieces of any length
 * @held: bytes of a character that is not complete yet
 * @n_held: number of them
 *
 * Starts out zeroed. Tokens are bytes: a character of several bytes may come as several tokens.
 */
struct utf8_stream {
	char held[UTF8_MAX];
	size_t n_held;
};

/**
 * utf8_stream_room() - bytes that utf8_stream_push() may write
 * @len: bytes pushed
 *
 * Return: the number.
 */
static inline size_t utf8_stream_room(size_t len)
{
	/* each byte may turn into a replacement character of three */
	return 3 * (len + UTF8_MAX);
}

/**
 * utf8_stream_push() - add bytes, get whole characters
 * @stream: the stream
 * @text: the bytes
 * @len: number of bytes
 * @out: at least utf8_stream_room(@len) bytes
 *
 * What @out gets is UTF-8: bytes that can be no part of it come out as U+FFFD.
 *
 * Return: bytes written to @out.
 */
size_t utf8_stream_push(struct utf8_stream *stream, const char *text, size_t len, char *out);

/**
 * utf8_stream_flush() - get what is held back, at the end of a text
 * @stream: the stream; empty afterwards
 * @out: at least utf8_stream_room(0) bytes
 *
 * Return: bytes written to @out.
 */
size_t utf8_stream_flush(struct utf8_stream *stream, char *out);

#endif /* INGOT_MODEL_UNICODE_STREAM_H */
