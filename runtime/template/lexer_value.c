// SPDX-License-Identifier: MIT
/* Strings and numbers in a template's text. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lexer.h"
#include "runtime/model/unicode.h"

/* Longest number that is read; what does not fit 64 bits is refused in any case. */
#define MAX_DIGITS 400

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* The number of exactly @digits hexadecimal digits, or -1. */
static int32_t read_hex(struct str s, size_t at, unsigned int digits)
{
	int64_t value = 0;

	for (unsigned int i = 0; i < digits; i++) {
		int digit = at + i < s.len ? digit_value(s.data[at + i]) : 99;

		if (digit > 15)
			return -1;
		value = value * 16 + digit;
	}
	return value > 0x10ffff ? -1 : (int32_t)value;
}

static size_t read_code_point(struct tpl *t, size_t at, unsigned int digits, char *out, size_t *len)
{
	int32_t c = read_hex(t->source, at + 2, digits);

	if (c < 0)
		tpl_fail(t, at, -EINVAL, "this escape sequence is cut or no character");
	if (c >= 0xd800 && c <= 0xdfff)
		tpl_unsupported(t, at, "half a surrogate pair");
	*len += utf8_encode((uint32_t)c, out + *len);
	return 2 + digits;
}

static size_t read_octal(struct tpl *t, size_t at, char *out, size_t *len)
{
	uint32_t c = 0;
	size_t n = 1;

	for (; n < 4 && at + n < t->source.len && t->source.data[at + n] >= '0' &&
	       t->source.data[at + n] <= '7'; n++)
		c = c * 8 + (uint32_t)(t->source.data[at + n] - '0');
	*len += utf8_encode(c, out + *len);
	return n;
}

/* The escape sequence at @at: its meaning is appended, its bytes are returned. */
static size_t read_escape(struct tpl *t, size_t at, char *out, size_t *len)
{
	static const char letters[] = "nrtabfv\\'\"", meant[] = "\n\r\t\a\b\f\v\\'\"";
	const char c = at + 1 < t->source.len ? t->source.data[at + 1] : '\0';
	const char *found = c ? strchr(letters, c) : NULL;

	if (found) {
		out[(*len)++] = meant[found - letters];
		return 2;
	}
	switch (c) {
	case 'x':
		return read_code_point(t, at, 2, out, len);
	case 'u':
		return read_code_point(t, at, 4, out, len);
	case 'U':
		return read_code_point(t, at, 8, out, len);
	case 'N':
		tpl_unsupported(t, at, "\\N in a string");
	case '\n':
		return 2;
	}
	if (c >= '0' && c <= '7')
		return read_octal(t, at, out, len);
	out[(*len)++] = '\\';
	return 1;
}

/* Up to its closing quote, or gives up. */
static size_t string_end(struct tpl *t, size_t begin)
{
	const char quote = t->source.data[begin];

	for (size_t at = begin + 1; at < t->source.len; at++) {
		if (t->source.data[at] == '\\')
			at++;
		else if (t->source.data[at] == quote)
			return at;
	}
	tpl_fail(t, begin, -EINVAL, "this string has no end");
}

static struct tv read_string(struct tpl *t, size_t *at)
{
	size_t end = string_end(t, *at), len = 0;
	/* no escape sequence is shorter than what it means */
	char *out = tpl_alloc(t, end - *at);

	for (++*at; *at < end;) {
		if (t->source.data[*at] == '\\')
			*at += read_escape(t, *at, out, &len);
		else
			out[len++] = t->source.data[(*at)++];
	}
	++*at;
	return tv_str((struct str){ out, len });
}

/* Digits of a base with single underscores between; copied without them. */
static void read_digits(struct tpl *t, size_t *at, int base, char *out, size_t *len)
{
	const struct str s = t->source;
	const size_t begin = *at;

	while (*at < s.len) {
		bool gap = s.data[*at] == '_' && *at > begin && *at + 1 < s.len;

		if (digit_value(s.data[*at + gap]) >= base)
			return;
		*at += gap;
		if (*len == MAX_DIGITS)
			tpl_unsupported(t, *at, "a number of more than %d digits", MAX_DIGITS);
		out[(*len)++] = s.data[(*at)++];
	}
}

static struct tv make_int(struct tpl *t, size_t at, const char *digits, int base)
{
	long long value;

	errno = 0;
	value = strtoll(digits, NULL, base);
	if (errno)
		tpl_unsupported(t, at, "a whole number of more than 64 bits");
	return tv_int(value);
}

static bool read_based(struct tpl *t, size_t *at, struct tv *value)
{
	static const struct { char letter; int base; } bases[] = {
		{ 'x', 16 }, { 'X', 16 }, { 'o', 8 }, { 'O', 8 }, { 'b', 2 }, { 'B', 2 },
	};
	const struct str s = t->source;
	char digits[MAX_DIGITS + 1] = "";
	size_t begin = *at, end = *at + 2, len = 0;

	if (s.data[begin] != '0' || begin + 2 >= s.len)
		return false;
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (s.data[begin + 1] != bases[i].letter)
			continue;
		read_digits(t, &end, bases[i].base, digits, &len);
		if (!len)
			return false;
		*at = end;
		*value = make_int(t, begin, digits, bases[i].base);
		return true;
	}
	return false;
}

static bool is_digit(struct str s, size_t at)
{
	return at < s.len && s.data[at] >= '0' && s.data[at] <= '9';
}

/* The part of a float behind its first digits, if it is there: .5 or e-3 or both. */
static bool read_fraction(struct tpl *t, size_t *at, char *out, size_t *len)
{
	const struct str s = t->source;
	bool found = false;
	size_t sign;

	if (*at < s.len && s.data[*at] == '.' && is_digit(s, *at + 1)) {
		out[(*len)++] = '.';
		++*at;
		read_digits(t, at, 10, out, len);
		found = true;
	}
	sign = *at + 1 < s.len && (s.data[*at + 1] == '+' || s.data[*at + 1] == '-');
	if (*at < s.len && (s.data[*at] == 'e' || s.data[*at] == 'E') &&
	    is_digit(s, *at + 1 + sign)) {
		for (size_t i = 0; i <= sign; i++)
			out[(*len)++] = s.data[(*at)++];
		read_digits(t, at, 10, out, len);
		found = true;
	}
	return found;
}

static struct tv read_number(struct tpl *t, size_t *at)
{
	char digits[MAX_DIGITS + 16] = "";
	size_t begin = *at, len = 0;
	struct tv value;

	if (read_based(t, at, &value))
		return value;
	read_digits(t, at, 10, digits, &len);
	/* behind a dot it is an index, as in a.0.5 */
	if ((!begin || t->source.data[begin - 1] != '.') && read_fraction(t, at, digits, &len))
		return tv_float(strtod(digits, NULL));
	if (digits[0] == '0' && strspn(digits, "0") != len)
		tpl_fail(t, begin, -EINVAL, "a number that begins with 0");
	return make_int(t, begin, digits, 10);
}

bool lexer_value(struct tpl *t, size_t *at, struct tv *value)
{
	const char c = t->source.data[*at];

	if (c == '\'' || c == '"')
		*value = read_string(t, at);
	else if (c >= '0' && c <= '9')
		*value = read_number(t, at);
	else
		return false;
	return true;
}
