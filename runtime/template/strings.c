// SPDX-License-Identifier: MIT
#include "strings.h"

#include <string.h>

#include "chars.h"

static bool in_set(struct str set, struct str c)
{
	for (size_t i = 0; i < set.len; i += utf8_len(set.data[i]))
		if (str_equal((struct str){ set.data + i, utf8_len(set.data[i]) }, c))
			return true;
	return false;
}

static struct str last_character(struct str s)
{
	size_t at = s.len - 1;

	while (((unsigned char)s.data[at] & 0xc0) == 0x80)
		at--;
	return (struct str){ s.data + at, s.len - at };
}

struct str string_strip(struct render *r, const struct call *c, struct str s, struct tv chars,
			bool left, bool right)
{
	struct str set;

	render_charge(r, c->at, s.len / STEP_BYTES);
	if (chars.type == TV_UNDEFINED || chars.type == TV_NONE)
		return utf8_strip(s, left, right);
	set = call_string(r, c, chars);
	for (; left && s.len; s.data += utf8_len(s.data[0])) {
		render_charge(r, c->at, set.len / STEP_BYTES);
		if (!in_set(set, (struct str){ s.data, utf8_len(s.data[0]) }))
			break;
		s.len -= utf8_len(s.data[0]);
	}
	while (right && s.len && in_set(set, last_character(s))) {
		render_charge(r, c->at, set.len / STEP_BYTES);
		s.len -= last_character(s).len;
	}
	return s;
}

/* Between every two characters, and at both ends. */
static struct str insert_everywhere(struct render *r, struct str s, struct str new, int64_t count)
{
	struct buffer out = { .data = NULL };

	for (size_t i = 0; i < s.len; i += utf8_len(s.data[i])) {
		if (count-- > 0)
			buffer_put(r, &out, new);
		buffer_put(r, &out, (struct str){ s.data + i, utf8_len(s.data[i]) });
		render_charge(r, 0, 1);
	}
	if (count > 0)
		buffer_put(r, &out, new);
	return (struct str){ out.data, out.len };
}

struct str string_replace(struct render *r, size_t at, struct str s, struct str old, struct str new,
			  int64_t count)
{
	struct buffer out = { .data = NULL };

	if (count < 0)
		count = INT64_MAX;
	if (!old.len)
		return insert_everywhere(r, s, new, count);
	for (; count; count--) {
		size_t i = find(r, at, s, old);

		if (i > s.len)
			break;
		render_charge(r, at, 1);
		buffer_put(r, &out, (struct str){ s.data, i });
		buffer_put(r, &out, new);
		s.data += i + old.len;
		s.len -= i + old.len;
	}
	buffer_put(r, &out, s);
	return (struct str){ out.data, out.len };
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

struct str string_case(struct render *r, const struct call *c, struct str s, enum letter_case how)
{
	char *out = tpl_alloc(&r->t, s.len + 1);
	bool begins = true;

	render_charge(r, c->at, s.len / 8);
	if (!utf8_ascii(s))
		tpl_unsupported(&r->t, c->at, "'%.*s' of text beyond ASCII", STR_ARGS(c->name));
	for (size_t i = 0; i < s.len; i++) {
		bool up = how == CASE_UPPER || (how == CASE_CAPITAL && !i) ||
			  (how == CASE_TITLE && begins);

		out[i] = up ? upper(s.data[i]) : lower(s.data[i]);
		begins = lower(s.data[i]) == upper(s.data[i]);
	}
	return (struct str){ out, s.len };
}

/* Bytes of the line end at @at, or 0. */
static size_t line_end(struct str s, size_t at)
{
	const unsigned char c = (unsigned char)s.data[at];

	if (c == '\r' && at + 1 < s.len && s.data[at + 1] == '\n')
		return 2;
	if ((c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e))
		return 1;
	if (c == 0xc2 && s.len - at >= 2 && (unsigned char)s.data[at + 1] == 0x85)
		return 2;
	if (c == 0xe2 && s.len - at >= 3 &&
	    (!memcmp(s.data + at, "\xe2\x80\xa8", 3) || !memcmp(s.data + at, "\xe2\x80\xa9", 3)))
		return 3;
	return 0;
}

struct tv string_lines(struct render *r, size_t at, struct str s, bool keep)
{
	struct tv list = make_list(r, TV_LIST);
	size_t begin = 0;

	render_charge(r, at, s.len / 8);
	for (size_t i = 0, n; i < s.len; i += n) {
		size_t end = line_end(s, i);

		n = end ? end : 1;
		if (!end)
			continue;
		list_add(r, list, tv_str((struct str){ s.data + begin, i - begin + (keep ? end : 0) }));
		begin = i + end;
	}
	if (begin < s.len)
		list_add(r, list, tv_str((struct str){ s.data + begin, s.len - begin }));
	return list;
}
