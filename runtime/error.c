// SPDX-License-Identifier: MIT
#include "ingot/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_control(const unsigned char *s)
{
	/* U+0080 to U+009F, two bytes in UTF-8, are control characters as well */
	return *s < 0x20 || *s == 0x7f || (s[0] == 0xc2 && s[1] >= 0x80 && s[1] <= 0x9f);
}

static void replace_controls(char *text)
{
	for (unsigned char *s = (unsigned char *)text; *s; s++) {
		if (!is_control(s))
			continue;
		if (*s >= 0x80)
			*s++ = '?';
		*s = '?';
	}
}

/* vsnprintf() cuts between bytes: take away what is left of a character cut in two */
static void drop_cut_character(char *text, size_t len)
{
	size_t start = len;

	while (start > 0 && len - start < 4 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start > 0 && (unsigned char)text[start - 1] >= 0xc0)
		text[start - 1] = '\0';
}

int ingot_error_set(struct ingot_error *err, int code, const char *fmt, ...)
{
	va_list ap;
	int len;

	if (!err)
		return code;
	err->code = code;
	va_start(ap, fmt);
	len = vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(err->text))
		drop_cut_character(err->text, sizeof(err->text) - 1);
	replace_controls(err->text);
	return code;
}
