// SPDX-License-Identifier: MIT
#include "chars.h"

#include "runtime/model/unicode.h"

bool utf8_valid(struct str s)
{
	for (size_t at = 0, n; at < s.len; at += n) {
		uint32_t c;

		n = utf8_decode(s.data + at, s.len - at, &c);
		/* U+FFFD stands for what cannot be decoded, one byte, and for itself, three */
		if ((c == UNICODE_REPLACEMENT && n == 1) || (c >= 0xd800 && c <= 0xdfff))
			return false;
	}
	return true;
}

static bool is_space(uint32_t c)
{
	if (c < 0x80)
		return (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x20);
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

size_t utf8_space(struct str s, size_t at)
{
	uint32_t c;
	size_t n = utf8_decode(s.data + at, s.len - at, &c);

	return is_space(c) ? n : 0;
}

static size_t space_before(struct str s)
{
	size_t at = s.len - 1;

	while (at && ((unsigned char)s.data[at] & 0xc0) == 0x80)
		at--;
	return utf8_space(s, at);
}

struct str utf8_strip(struct str s, bool left, bool right)
{
	size_t n;

	while (left && s.len && (n = utf8_space(s, 0))) {
		s.data += n;
		s.len -= n;
	}
	while (right && s.len && (n = space_before(s)))
		s.len -= n;
	return s;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.data[i] & 0xc0) != 0x80;
	return count;
}

bool utf8_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] >= 0x80)
			return false;
	return true;
}
