// SPDX-License-Identifier: MIT
/* UTF-8 that arrives in pieces. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

/* Bytes of the sequence that this byte begins, 0 if it begins none. */
static size_t announced(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if ((lead & 0xf0) == 0xe0)
		return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* The second byte excludes overlong forms, surrogates and what lies past U+10FFFF. */
static bool second_is_valid(unsigned char lead, unsigned char c)
{
	if (lead == 0xe0)
		return c >= 0xa0;
	if (lead == 0xed)
		return c < 0xa0;
	if (lead == 0xf0)
		return c >= 0x90;
	return lead != 0xf4 || c < 0x90;
}

/* How many of the bytes belong to the sequence at their start; *whole: it is all there. */
static size_t scan(const char *text, size_t len, bool *whole)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t want = announced(*bytes), have = 1;

	while (have < want && have < len && (bytes[have] & 0xc0) == 0x80 &&
	       (have > 1 || second_is_valid(*bytes, bytes[1])))
		have++;
	*whole = have == want;
	return have;
}

size_t utf8_sequence(const char *text, size_t len)
{
	bool whole;
	size_t have = scan(text, len, &whole);

	return whole ? have : 0;
}

/* Could more bytes complete what is held? */
static bool is_open(const struct text_stream *s)
{
	bool whole;

	return scan(s->held, s->count, &whole) == s->count && !whole &&
	       announced((unsigned char)*s->held);
}

void text_stream_put(struct text_stream *s, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		s->held[s->count++] = text[i];
		if (is_open(s))
			continue;
		/* Either whole, or broken by its last byte, which may begin a sequence itself. */
		size_t rest = s->count > 1 && !utf8_sequence(s->held, s->count);

		fwrite(s->held, 1, s->count - rest, s->out);
		s->held[0] = text[i];
		s->count = rest;
		if (rest && !is_open(s))
			text_stream_end(s);
	}
	fflush(s->out);
}

void text_stream_end(struct text_stream *s)
{
	fwrite(s->held, 1, s->count, s->out);
	s->count = 0;
	fflush(s->out);
}
