// SPDX-License-Identifier: MIT
#include "unicode.h"

#include <stdbool.h>

#include "unicode_tables.h"

static enum unicode_class ascii_class(uint32_t c)
{
	uint32_t lower = c | 0x20;

	if (lower >= 'a' && lower <= 'z')
		return UNICODE_LETTER;
	if (c >= '0' && c <= '9')
		return UNICODE_NUMBER;
	if (c == ' ' || (c >= '\t' && c <= '\r'))
		return UNICODE_SPACE;
	return UNICODE_OTHER;
}

enum unicode_class unicode_class(uint32_t code_point)
{
	size_t low = 0, high = unicode_n_ranges;

	if (code_point < 0x80)
		return ascii_class(code_point);
	if (code_point > 0x10ffff)
		return UNICODE_OTHER;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (unicode_ranges[mid].start <= code_point)
			low = mid;
		else
			high = mid;
	}
	return unicode_ranges[low].class;
}

/* Length of the character that a byte starts by its looks, 0 if it starts none. */
static size_t length_from_lead(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2)
		return 0;
	if (lead < 0xe0)
		return 2;
	if (lead < 0xf0)
		return 3;
	return lead < 0xf5 ? 4 : 0;
}

static bool in_range_for_length(uint32_t c, size_t len)
{
	return len < 3 || (len == 3 && c >= 0x800) || (len == 4 && c >= 0x10000 && c <= 0x10ffff);
}

size_t utf8_decode(const char *text, size_t len, uint32_t *code_point)
{
	unsigned char lead = text[0];
	size_t want = length_from_lead(lead);
	uint32_t c;

	if (want == 1) {
		*code_point = lead;
		return 1;
	}
	*code_point = UNICODE_REPLACEMENT;
	if (!want || want > len)
		return 1;
	c = lead & (0x7f >> want);
	for (size_t i = 1; i < want; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (text[i] & 0x3f);
	}
	if (!in_range_for_length(c, want))
		return 1;
	*code_point = c;
	return want;
}

size_t utf8_encode(uint32_t c, char *out)
{
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (len == 1) {
		out[0] = c;
		return 1;
	}
	for (size_t i = len - 1; i; i--) {
		out[i] = 0x80 | (c & 0x3f);
		c >>= 6;
	}
	out[0] = (0xf00 >> len) | c;
	return len;
}
