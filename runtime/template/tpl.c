// SPDX-License-Identifier: MIT
#include "tpl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* Line and column as editors count them: from 1, columns in characters. */
static void locate(struct str source, size_t at, unsigned int *line, unsigned int *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at && i < source.len; i++) {
		if (source.data[i] == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)source.data[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}

noreturn void tpl_fail(struct tpl *t, size_t at, int code, const char *fmt, ...)
{
	unsigned int line, column;
	char text[320];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	locate(t->source, at, &line, &column);
	ingot_error_set(t->err, code, "%s: chat template, line %u, column %u: %s", t->name, line,
			column, text);
	longjmp(t->out, code);
}

noreturn void tpl_unsupported(struct tpl *t, size_t at, const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	tpl_fail(t, at, -ENOTSUP, "this template is not supported: %s", text);
}

void *tpl_alloc(struct tpl *t, size_t size)
{
	void *p = arena_alloc(t->arena, size);

	if (!p)
		tpl_fail(t, 0, -E2BIG, "needs more memory than there is, or than %zu MiB",
			 t->arena->limit >> 20);
	return p;
}
