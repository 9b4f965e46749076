// SPDX-License-Identifier: MIT
/* Files and escape sequences. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ingot/error.h"
#include "text.h"

/* Prompts are typed or fit a context: what is longer is a mistake, such as the model itself. */
#define TEXT_MAX ((size_t)256 << 20)

static int read_all(FILE *f, const char *path, char **text, size_t *len, struct ingot_error *err)
{
	size_t room = 0;

	for (;;) {
		size_t got;

		if (room - *len < 2) {
			char *grown = realloc(*text, room = room ? room * 2 : 65536);

			if (!grown)
				return ingot_error_set(err, -ENOMEM, "%s: out of memory", path);
			*text = grown;
		}
		got = fread(*text + *len, 1, room - *len - 1, f);
		*len += got;
		if (ferror(f))
			return ingot_error_set(err, -errno, "%s: cannot read: %s", path,
					       strerror(errno));
		if (!got)
			return 0;
		if (*len > TEXT_MAX)
			return ingot_error_set(err, -EFBIG, "%s: longer than %zu MiB: not a text?",
					       path, TEXT_MAX >> 20);
	}
}

int text_read(const char *path, char **text, size_t *len, struct ingot_error *err)
{
	FILE *f = fopen(path, "rb");
	int ret;

	if (!f)
		return ingot_error_set(err, -errno, "%s: cannot open: %s", path, strerror(errno));
	*text = NULL;
	*len = 0;
	ret = read_all(f, path, text, len, err);
	fclose(f);
	if (ret) {
		free(*text);
		*text = NULL;
		return ret;
	}
	if (*len && (*text)[*len - 1] == '\n')
		--*len;
	(*text)[*len] = '\0';
	return 0;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Reads the escape sequence after a backslash: returns its bytes, 0 if it is none. */
static size_t read_escape(const char *text, size_t len, char *c)
{
	static const char letters[] = "nrt'\"\\", meant[] = "\n\r\t'\"\\";
	const char *at = len && *text ? strchr(letters, *text) : NULL;

	if (at) {
		*c = meant[at - letters];
		return 1;
	}
	if (len < 3 || *text != 'x' || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0)
		return 0;
	*c = (char)(hex_digit(text[1]) * 16 + hex_digit(text[2]));
	return 3;
}

size_t text_unescape(char *text, size_t len)
{
	size_t out = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '\\')
			i += read_escape(text + i + 1, len - i - 1, &c);
		text[out++] = c;
	}
	text[out] = '\0';
	return out;
}
