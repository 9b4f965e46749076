// SPDX-License-Identifier: MIT
/* What values look like as text: Python's str() and repr(). */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render.h"
#include "runtime/model/unicode.h"

void buffer_put(struct render *r, struct buffer *b, struct str s)
{
	if (!s.len)
		return;
	render_charge(r, 0, s.len / STEP_BYTES);
	if (b->room - b->len < s.len) {
		size_t room = b->room ? b->room * 2 : 64;
		char *data;

		while (room - b->len < s.len)
			room *= 2;
		data = tpl_alloc(&r->t, room);
		if (b->len)
			memcpy(data, b->data, b->len);
		b->data = data;
		b->room = room;
	}
	memcpy(b->data + b->len, s.data, s.len);
	b->len += s.len;
}

static void put_text(struct render *r, struct buffer *b, const char *text)
{
	buffer_put(r, b, (struct str){ text, strlen(text) });
}

static void write_int(struct render *r, struct buffer *b, int64_t i)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, i);
	put_text(r, b, text);
}

/* "d.ddde+xx" to its digits and the exponent of the first one. */
static int split_float(double f, char digits[24])
{
	char text[40];
	int precision = 0, n = 0;

	do
		snprintf(text, sizeof(text), "%.*e", precision, f);
	while (strtod(text, NULL) != f && ++precision < 17);
	for (const char *c = text; *c != 'e'; c++)
		if (*c != '.')
			digits[n++] = *c;
	digits[n] = '\0';
	return atoi(strchr(text, 'e') + 1);
}

/* Python writes small and large numbers with an exponent, others with a point and a digit behind. */
void write_float(struct render *r, struct buffer *b, double f)
{
	char digits[24], text[64] = "";
	int exponent, n, at = 0;

	if (!isfinite(f)) {
		put_text(r, b, isnan(f) ? "nan" : f > 0 ? "inf" : "-inf");
		return;
	}
	if (signbit(f))
		put_text(r, b, "-");
	exponent = split_float(fabs(f), digits);
	n = (int)strlen(digits);
	if (exponent < -4 || exponent >= 16) {
		snprintf(text, sizeof(text), "%c%s%se%+03d", digits[0], n > 1 ? "." : "", digits + 1,
			 exponent);
		put_text(r, b, text);
		return;
	}
	for (int i = exponent < 0 ? exponent : 0; i < n || i <= exponent + 1; i++) {
		text[at++] = i < 0 || i >= n ? '0' : digits[i];
		if (i == exponent)
			text[at++] = '.';
	}
	text[at] = '\0';
	put_text(r, b, text);
}

static void write_character(struct render *r, size_t at, struct buffer *b, struct str s, char quote)
{
	char text[8];
	unsigned char c = (unsigned char)s.data[0];
	uint32_t code;

	if (c >= 0x80) {
		utf8_decode(s.data, s.len, &code);
		if (unicode_class(code) != UNICODE_LETTER && unicode_class(code) != UNICODE_NUMBER)
			tpl_unsupported(&r->t, at, "U+%04X in a list that is printed", (unsigned int)code);
		buffer_put(r, b, s);
		return;
	}
	if (c == '\\' || c == quote)
		snprintf(text, sizeof(text), "\\%c", c);
	else if (c == '\n' || c == '\r' || c == '\t')
		snprintf(text, sizeof(text), "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
	else
		snprintf(text, sizeof(text), c < 0x20 || c == 0x7f ? "\\x%02x" : "%c", c);
	put_text(r, b, text);
}

static void write_quoted(struct render *r, size_t at, struct buffer *b, struct str s)
{
	bool has_single = s.len && memchr(s.data, '\'', s.len);
	bool has_double = s.len && memchr(s.data, '"', s.len);
	char quote[2] = { has_single && !has_double ? '"' : '\'', '\0' };
	uint32_t code;

	render_charge(r, at, s.len);
	put_text(r, b, quote);
	for (size_t i = 0, n; i < s.len; i += n) {
		n = utf8_decode(s.data + i, s.len - i, &code);
		write_character(r, at, b, (struct str){ s.data + i, n }, quote[0]);
	}
	put_text(r, b, quote);
}

static void write_repr(struct render *r, size_t at, struct buffer *b, struct tv v);

static void write_list(struct render *r, size_t at, struct buffer *b, struct tv v)
{
	const bool tuple = v.type == TV_TUPLE;

	put_text(r, b, tuple ? "(" : "[");
	for (size_t i = 0; i < v.list->count; i++) {
		if (i)
			put_text(r, b, ", ");
		write_repr(r, at, b, v.list->items[i]);
	}
	put_text(r, b, tuple ? v.list->count == 1 ? ",)" : ")" : "]");
}

static void write_dict(struct render *r, size_t at, struct buffer *b, const struct tv_dict *d)
{
	put_text(r, b, "{");
	for (size_t i = 0; i < d->keys.count; i++) {
		if (i)
			put_text(r, b, ", ");
		write_repr(r, at, b, d->keys.items[i]);
		put_text(r, b, ": ");
		write_repr(r, at, b, d->values.items[i]);
	}
	put_text(r, b, "}");
}

static void write_repr(struct render *r, size_t at, struct buffer *b, struct tv v)
{
	render_charge(r, at, 1);
	render_enter(r, at);
	if (v.type == TV_STRING)
		write_quoted(r, at, b, v.s);
	else if (v.type == TV_UNDEFINED)
		put_text(r, b, "Undefined");
	else
		write_value(r, at, b, v);
	r->depth--;
}

void write_value(struct render *r, size_t at, struct buffer *b, struct tv v)
{
	switch (v.type) {
	case TV_UNDEFINED:
		break;
	case TV_NONE:
		put_text(r, b, "None");
		break;
	case TV_BOOL:
		put_text(r, b, v.b ? "True" : "False");
		break;
	case TV_INT:
		write_int(r, b, v.i);
		break;
	case TV_FLOAT:
		write_float(r, b, v.f);
		break;
	case TV_STRING:
		buffer_put(r, b, v.s);
		break;
	case TV_LIST:
	case TV_TUPLE:
		write_list(r, at, b, v);
		break;
	case TV_DICT:
		write_dict(r, at, b, v.dict);
		break;
	default:
		tpl_unsupported(&r->t, at, "printing %s", tv_type_name(v));
	}
}

struct str to_string(struct render *r, size_t at, struct tv v)
{
	struct buffer text = { .data = NULL };

	if (v.type == TV_STRING)
		return v.s;
	write_value(r, at, &text, v);
	return (struct str){ text.data, text.len };
}
