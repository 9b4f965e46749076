// SPDX-License-Identifier: MIT
/* Filters of strings and numbers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chars.h"
#include "json_value.h"
#include "strings.h"

static struct tv trim(struct render *r, struct call *c)
{
	struct str s = to_string(r, c->at, c->self);

	return tv_str(string_strip(r, c, s, c->args[0], true, true));
}

static struct tv other_case(struct render *r, struct call *c, enum letter_case how)
{
	return tv_str(string_case(r, c, to_string(r, c->at, c->self), how));
}

static struct tv upper(struct render *r, struct call *c)
{
	return other_case(r, c, CASE_UPPER);
}

static struct tv lower(struct render *r, struct call *c)
{
	return other_case(r, c, CASE_LOWER);
}

static struct tv capitalize(struct render *r, struct call *c)
{
	return other_case(r, c, CASE_CAPITAL);
}

/* Other than Python's: words begin behind white space, hyphens and opening brackets only. */
static struct tv title(struct render *r, struct call *c)
{
	struct str s = string_case(r, c, to_string(r, c->at, c->self), CASE_LOWER);
	char *out = tpl_alloc(&r->t, s.len + 1);
	bool begins = true;

	for (size_t i = 0; i < s.len; i++) {
		bool small = s.data[i] >= 'a' && s.data[i] <= 'z';

		out[i] = begins && small ? (char)(s.data[i] - 32) : s.data[i];
		begins = strchr("-({[<", s.data[i]) || utf8_space(s, i);
	}
	return tv_str((struct str){ out, s.len });
}

static struct tv replace(struct render *r, struct call *c)
{
	struct str s = to_string(r, c->at, c->self), old = to_string(r, c->at, c->args[0]);
	struct str new = to_string(r, c->at, c->args[1]);
	bool counted = call_given(c, 2) && c->args[2].type != TV_NONE;

	return tv_str(string_replace(r, c->at, s, old, new,
				     counted ? call_int(r, c, c->args[2]) : -1));
}

static struct tv string(struct render *r, struct call *c)
{
	return tv_str(to_string(r, c->at, c->self));
}

static struct str indentation(struct render *r, struct call *c)
{
	struct buffer text = { .data = NULL };
	int64_t width = 4;

	if (call_given(c, 0) && c->args[0].type == TV_STRING)
		return c->args[0].s;
	if (call_given(c, 0))
		width = call_int(r, c, c->args[0]);
	for (int64_t i = 0; i < width; i++)
		buffer_put(r, &text, STR(" "));
	return (struct str){ text.data, text.len };
}

static struct tv indent(struct render *r, struct call *c)
{
	struct str by = indentation(r, c), s = call_string(r, c, c->self);
	bool first = call_given(c, 1) && tv_true(c->args[1]);
	bool blank = call_given(c, 2) && tv_true(c->args[2]);
	struct buffer text = { .data = NULL };
	const struct tv_list *lines;

	/* one more line end, so that one at the end counts */
	buffer_put(r, &text, s);
	buffer_put(r, &text, STR("\n"));
	lines = string_lines(r, c->at, (struct str){ text.data, text.len }, false).list;
	text = (struct buffer){ .data = NULL };
	for (size_t i = 0; i < lines->count; i++) {
		struct str line = lines->items[i].s;

		if (i)
			buffer_put(r, &text, STR("\n"));
		if (i ? blank || line.len : first)
			buffer_put(r, &text, by);
		buffer_put(r, &text, line);
	}
	return tv_str((struct str){ text.data, text.len });
}

/* Signs, digits, at most one point; anything else with a digit, or a word, is Python's business. */
static bool plain_number(struct str s, char *copy, size_t size, bool *digits)
{
	size_t points = 0, n = 0;
	bool plain = s.len && s.len < size;

	*digits = false;
	for (size_t i = 0; i < s.len; i++) {
		bool digit = s.data[i] >= '0' && s.data[i] <= '9';

		points += s.data[i] == '.';
		*digits |= digit;
		plain = plain && (digit || s.data[i] == '.' || (!i && strchr("+-", s.data[i])));
		if (plain)
			copy[n++] = s.data[i];
	}
	copy[plain ? n : 0] = '\0';
	return plain && points < 2 && *digits;
}

static struct tv string_to_int(struct render *r, struct call *c, struct str s)
{
	char copy[40];
	bool digits;

	s = utf8_strip(s, true, true);
	if (plain_number(s, copy, 18, &digits))
		return tv_int(strtoll(copy, NULL, 10));
	if (digits || !utf8_ascii(s) || (s.len && strchr("iInN+-", s.data[0])))
		tpl_unsupported(&r->t, c->at, "'int' of this string");
	return call_given(c, 0) ? c->args[0] : tv_int(0);
}

static struct tv to_int(struct render *r, struct call *c)
{
	if (call_given(c, 1))
		tpl_unsupported(&r->t, c->at, "'int' with a base");
	switch (c->self.type) {
	case TV_INT:
	case TV_BOOL:
		return tv_int(tv_as_int(c->self));
	case TV_FLOAT:
		if (!(c->self.f > -9e15 && c->self.f < 9e15))
			tpl_unsupported(&r->t, c->at, "'int' of so large a number");
		return tv_int((int64_t)c->self.f);
	case TV_STRING:
		return string_to_int(r, c, c->self.s);
	case TV_UNDEFINED:
		call_fail(r, c, c->self);
	default:
		return call_given(c, 0) ? c->args[0] : tv_int(0);
	}
}

static struct tv absolute(struct render *r, struct call *c)
{
	if (c->self.type == TV_FLOAT)
		return tv_float(c->self.f < 0 ? -c->self.f : c->self.f);
	if (call_int(r, c, c->self) < 0)
		return operate(r, c->at, '-', tv_int(0), c->self);
	return tv_int(tv_as_int(c->self));
}

static struct tv otherwise(struct render *r, struct call *c)
{
	bool falsy = call_given(c, 1) && tv_true(c->args[1]) && !tv_true(c->self);

	(void)r;
	if (c->self.type != TV_UNDEFINED && !falsy)
		return c->self;
	return call_given(c, 0) ? c->args[0] : tv_str(STR(""));
}

#define DEFAULT .run = otherwise, .params = { STR("default_value"), STR("boolean") }

const struct builtin string_filters[] = {
	{ .name = STR("trim"), .run = trim, .params = { STR("chars") } },
	{ .name = STR("upper"), .run = upper },
	{ .name = STR("lower"), .run = lower },
	{ .name = STR("capitalize"), .run = capitalize },
	{ .name = STR("title"), .run = title },
	{ .name = STR("replace"), .run = replace,
	  .params = { STR("old"), STR("new"), STR("count") }, .required = 2 },
	{ .name = STR("string"), .run = string },
	{ .name = STR("indent"), .run = indent,
	  .params = { STR("width"), STR("first"), STR("blank") } },
	{ .name = STR("int"), .run = to_int, .params = { STR("default"), STR("base") } },
	{ .name = STR("abs"), .run = absolute },
	{ .name = STR("default"), DEFAULT },
	{ .name = STR("d"), DEFAULT },
	{ .name = STR("tojson"), .run = filter_tojson,
	  .params = { STR("ensure_ascii"), STR("indent"), STR("separators"), STR("sort_keys") } },
	{ .name = { 0 } },
};
