// SPDX-License-Identifier: MIT
#include "unicode_stream.h"

#include <stdbool.h>
#include <string.h>

static bool is_surrogate(uint32_t c)
{
	return c >= 0xd800 && c <= 0xdfff;
}

/* Could more bytes make a character of these, which are too few for one? */
static bool may_become_character(const char *text, size_t len)
{
	char whole[UTF8_MAX];
	uint32_t c;

	for (size_t want = len + 1; want <= UTF8_MAX; want++) {
		/* any range of characters has the lowest or the highest continuation in it */
		for (int fill = 0x80; fill <= 0xbf; fill += 0x3f) {
			memcpy(whole, text, len);
			memset(whole + len, fill, want - len);
			if (utf8_decode(whole, want, &c) == want)
				return true;
		}
	}
	return false;
}

size_t utf8_stream_push(struct utf8_stream *stream, const char *text, size_t len, char *out)
{
	char *start = out;
	char buf[UTF8_MAX];
	uint32_t c;

	while (stream->n_held + len) {
		size_t n_new = UTF8_MAX - stream->n_held < len ? UTF8_MAX - stream->n_held : len;
		size_t n = stream->n_held + n_new;
		size_t used;

		memcpy(buf, stream->held, stream->n_held);
		memcpy(buf + stream->n_held, text, n_new);
		if (may_become_character(buf, n)) {
			memcpy(stream->held, buf, n);
			stream->n_held = n;
			break;
		}
		used = utf8_decode(buf, n, &c);
		out += utf8_encode(is_surrogate(c) ? UNICODE_REPLACEMENT : c, out);
		if (used >= stream->n_held) {
			text += used - stream->n_held;
			len -= used - stream->n_held;
			stream->n_held = 0;
		} else {
			stream->n_held -= used;
			memmove(stream->held, stream->held + used, stream->n_held);
		}
	}
	return out - start;
}

size_t utf8_stream_flush(struct utf8_stream *stream, char *out)
{
	char *start = out;

	for (size_t i = 0; i < stream->n_held; i++)
		out += utf8_encode(UNICODE_REPLACEMENT, out);
	stream->n_held = 0;
	return out - start;
}
