// SPDX-License-Identifier: MIT
/* Methods of strings and dicts. Those without a function are known, so that they can be refused. */
#include <errno.h>

#include "chars.h"
#include "strings.h"

static struct tv strip(struct render *r, struct call *c)
{
	return tv_str(string_strip(r, c, c->self.s, c->args[0], true, true));
}

static struct tv lstrip(struct render *r, struct call *c)
{
	return tv_str(string_strip(r, c, c->self.s, c->args[0], true, false));
}

static struct tv rstrip(struct render *r, struct call *c)
{
	return tv_str(string_strip(r, c, c->self.s, c->args[0], false, true));
}

static struct tv upper(struct render *r, struct call *c)
{
	return tv_str(string_case(r, c, c->self.s, CASE_UPPER));
}

static struct tv lower(struct render *r, struct call *c)
{
	return tv_str(string_case(r, c, c->self.s, CASE_LOWER));
}

static struct tv capitalize(struct render *r, struct call *c)
{
	return tv_str(string_case(r, c, c->self.s, CASE_CAPITAL));
}

static struct tv title(struct render *r, struct call *c)
{
	return tv_str(string_case(r, c, c->self.s, CASE_TITLE));
}

/* At white space, runs of which count once. */
static struct tv split_space(struct render *r, struct call *c, int64_t most)
{
	struct tv list = make_list(r, TV_LIST);
	struct str rest = utf8_strip(c->self.s, true, false);

	render_charge(r, c->at, c->self.s.len / 8);
	while (rest.len) {
		size_t end = 0;

		while (most && end < rest.len && !utf8_space(rest, end))
			end += utf8_len(rest.data[end]);
		if (!most) {
			list_add(r, list, tv_str(rest));
			break;
		}
		most--;
		list_add(r, list, tv_str((struct str){ rest.data, end }));
		rest.data += end;
		rest.len -= end;
		rest = utf8_strip(rest, true, false);
	}
	return list;
}

static struct str separator(struct render *r, struct call *c)
{
	struct str s = call_string(r, c, c->args[0]);

	if (!s.len)
		tpl_fail(&r->t, c->at, -EINVAL, "'%.*s' at an empty string", STR_ARGS(c->name));
	return s;
}

static struct tv split(struct render *r, struct call *c)
{
	int64_t most = call_given(c, 1) ? call_int(r, c, c->args[1]) : -1;
	struct str rest = c->self.s, at;
	struct tv list;

	if (!call_given(c, 0) || c->args[0].type == TV_NONE)
		return split_space(r, c, most);
	at = separator(r, c);
	list = make_list(r, TV_LIST);
	for (; most; most--) {
		size_t i = find(r, c->at, rest, at);

		if (i > rest.len)
			break;
		list_add(r, list, tv_str((struct str){ rest.data, i }));
		rest.data += i + at.len;
		rest.len -= i + at.len;
	}
	list_add(r, list, tv_str(rest));
	return list;
}

static bool ends_with(struct str s, struct str end)
{
	return s.len >= end.len && str_equal((struct str){ s.data + s.len - end.len, end.len }, end);
}

/* The last place of a string in another, or its length + 1. */
static size_t find_last(struct render *r, struct call *c, struct str s, struct str what)
{
	for (size_t i = s.len + 1; i-- > 0;) {
		if ((s.len - i) % STEP_BYTES == 0)
			render_charge(r, c->at, 1 + what.len / STEP_BYTES);
		if (ends_with((struct str){ s.data, i }, what))
			return i - what.len;
	}
	return s.len + 1;
}

static struct tv rsplit(struct render *r, struct call *c)
{
	int64_t most = call_given(c, 1) ? call_int(r, c, c->args[1]) : -1;
	struct tv parts = make_list(r, TV_LIST), list = make_list(r, TV_LIST);
	struct str rest = c->self.s, at;

	if (!call_given(c, 0) || c->args[0].type == TV_NONE)
		tpl_unsupported(&r->t, c->at, "rsplit at white space");
	at = separator(r, c);
	for (; most; most--) {
		size_t i = find_last(r, c, rest, at);

		if (i > rest.len)
			break;
		list_add(r, parts,
			 tv_str((struct str){ rest.data + i + at.len, rest.len - i - at.len }));
		rest.len = i;
	}
	list_add(r, list, tv_str(rest));
	for (size_t i = parts.list->count; i-- > 0;)
		list_add(r, list, parts.list->items[i]);
	return list;
}

static struct tv splitlines(struct render *r, struct call *c)
{
	return string_lines(r, c->at, c->self.s, call_given(c, 0) && tv_true(c->args[0]));
}

/* The string itself or one of a tuple of strings. */
static struct tv at_edge(struct render *r, struct call *c, bool end)
{
	struct tv one = { .type = TV_TUPLE };
	struct tv_list list = { .items = c->args, .count = 1 };
	bool found = false;

	one.list = c->args[0].type == TV_TUPLE ? c->args[0].list : &list;
	for (size_t i = 0; i < one.list->count; i++) {
		struct str s = c->self.s, what = call_string(r, c, one.list->items[i]);

		render_charge(r, c->at, what.len / STEP_BYTES + 1);
		if (!end && s.len > what.len)
			s.len = what.len;
		found = found || ends_with(s, what);
	}
	return tv_bool(found);
}

static struct tv startswith(struct render *r, struct call *c)
{
	return at_edge(r, c, false);
}

static struct tv endswith(struct render *r, struct call *c)
{
	return at_edge(r, c, true);
}

static struct tv replace(struct render *r, struct call *c)
{
	return tv_str(string_replace(r, c->at, c->self.s, call_string(r, c, c->args[0]),
				     call_string(r, c, c->args[1]),
				     call_given(c, 2) ? call_int(r, c, c->args[2]) : -1));
}

static struct tv position(struct str s, size_t i)
{
	return tv_int(i > s.len ? -1 : (int64_t)utf8_count((struct str){ s.data, i }));
}

static struct tv find_first(struct render *r, struct call *c)
{
	return position(c->self.s, find(r, c->at, c->self.s, call_string(r, c, c->args[0])));
}

static struct tv rfind(struct render *r, struct call *c)
{
	return position(c->self.s, find_last(r, c, c->self.s, call_string(r, c, c->args[0])));
}

static struct tv count(struct render *r, struct call *c)
{
	struct str rest = c->self.s, what = call_string(r, c, c->args[0]);
	int64_t n = 0;

	if (!what.len)
		return tv_int((int64_t)utf8_count(rest) + 1);
	for (size_t i; (i = find(r, c->at, rest, what)) <= rest.len; n++) {
		render_charge(r, c->at, 1);
		rest.data += i + what.len;
		rest.len -= i + what.len;
	}
	return tv_int(n);
}

static struct tv join(struct render *r, struct call *c)
{
	const struct tv_list *items = walk(r, c->at, c->args[0]);
	struct buffer text = { .data = NULL };

	for (size_t i = 0; i < items->count; i++) {
		render_charge(r, c->at, 1);
		if (i)
			buffer_put(r, &text, c->self.s);
		buffer_put(r, &text, call_string(r, c, items->items[i]));
	}
	return tv_str((struct str){ text.data, text.len });
}

static struct tv removeprefix(struct render *r, struct call *c)
{
	struct str s = c->self.s, what = call_string(r, c, c->args[0]);

	if (s.len >= what.len && str_equal((struct str){ s.data, what.len }, what))
		s = (struct str){ s.data + what.len, s.len - what.len };
	return tv_str(s);
}

static struct tv removesuffix(struct render *r, struct call *c)
{
	struct str s = c->self.s, what = call_string(r, c, c->args[0]);

	if (ends_with(s, what))
		s.len -= what.len;
	return tv_str(s);
}

/* isdigit, isalpha and so on: of what is not ASCII, Python knows more than this engine. */
static struct tv all_are(struct render *r, struct call *c, bool (*is)(char c))
{
	bool all = c->self.s.len;

	render_charge(r, c->at, c->self.s.len / 8);
	if (!utf8_ascii(c->self.s))
		tpl_unsupported(&r->t, c->at, "'%.*s' of text beyond ASCII", STR_ARGS(c->name));
	for (size_t i = 0; i < c->self.s.len; i++)
		all = all && is(c->self.s.data[i]);
	return tv_bool(all);
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool letter_or_digit(char c)
{
	return digit(c) || letter(c);
}

static struct tv isdigit_(struct render *r, struct call *c)
{
	return all_are(r, c, digit);
}

static struct tv isalpha_(struct render *r, struct call *c)
{
	return all_are(r, c, letter);
}

static struct tv isalnum_(struct render *r, struct call *c)
{
	return all_are(r, c, letter_or_digit);
}

static struct tv isspace_(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.s.len && !utf8_strip(c->self.s, true, false).len);
}

static struct tv get(struct render *r, struct call *c)
{
	const struct tv key = c->args[0], *found = NULL;

	if (key.type != TV_STRING && !tv_number(key) && key.type != TV_NONE)
		tpl_unsupported(&r->t, c->at, "get with %s", tv_type_name(key));
	render_charge(r, c->at, c->self.dict->keys.count / 8);
	found = tv_dict_get(c->self.dict, key);
	if (found)
		return *found;
	return call_given(c, 1) ? c->args[1] : tv_none();
}

static struct tv items(struct render *r, struct call *c)
{
	render_charge(r, c->at, c->self.dict->keys.count);
	return dict_items(r, c->self.dict, TV_VIEW);
}

static struct tv view(struct tv_list *list)
{
	return (struct tv){ .type = TV_VIEW, .list = list };
}

static struct tv keys(struct render *r, struct call *c)
{
	(void)r;
	return view(&c->self.dict->keys);
}

static struct tv values(struct render *r, struct call *c)
{
	(void)r;
	return view(&c->self.dict->values);
}

static struct tv cycle(struct render *r, struct call *c)
{
	if (!c->count || c->n_keywords)
		tpl_fail(&r->t, c->at, -EINVAL, "loop.cycle without values");
	return c->args[c->self.loop->index % c->count];
}

#define STRING .types = 1u << TV_STRING
#define DICT .types = 1u << TV_DICT
#define LIST .types = 1u << TV_LIST
#define TUPLE .types = 1u << TV_TUPLE
#define LOOP .types = 1u << TV_LOOP
#define NUMBER .types = 1u << TV_INT | 1u << TV_FLOAT | 1u << TV_BOOL

#define KNOWN(method, kind) { .name = STR(method), kind }

const struct builtin methods[] = {
	{ .name = STR("strip"), .run = strip, .params = { STR("chars") }, STRING },
	{ .name = STR("lstrip"), .run = lstrip, .params = { STR("chars") }, STRING },
	{ .name = STR("rstrip"), .run = rstrip, .params = { STR("chars") }, STRING },
	{ .name = STR("upper"), .run = upper, STRING },
	{ .name = STR("lower"), .run = lower, STRING },
	{ .name = STR("capitalize"), .run = capitalize, STRING },
	{ .name = STR("title"), .run = title, STRING },
	{ .name = STR("split"), .run = split, .params = { STR("sep"), STR("maxsplit") }, STRING },
	{ .name = STR("rsplit"), .run = rsplit, .params = { STR("sep"), STR("maxsplit") }, STRING },
	{ .name = STR("splitlines"), .run = splitlines, .params = { STR("keepends") }, STRING },
	{ .name = STR("startswith"), .run = startswith,
	  .params = { STR("prefix") }, .required = 1, STRING },
	{ .name = STR("endswith"), .run = endswith,
	  .params = { STR("suffix") }, .required = 1, STRING },
	{ .name = STR("replace"), .run = replace,
	  .params = { STR("old"), STR("new"), STR("count") }, .required = 2, STRING },
	{ .name = STR("find"), .run = find_first, .params = { STR("sub") }, .required = 1, STRING },
	{ .name = STR("rfind"), .run = rfind, .params = { STR("sub") }, .required = 1, STRING },
	{ .name = STR("count"), .run = count, .params = { STR("sub") }, .required = 1, STRING },
	{ .name = STR("join"), .run = join, .params = { STR("iterable") }, .required = 1, STRING },
	{ .name = STR("removeprefix"), .run = removeprefix,
	  .params = { STR("prefix") }, .required = 1, STRING },
	{ .name = STR("removesuffix"), .run = removesuffix,
	  .params = { STR("suffix") }, .required = 1, STRING },
	{ .name = STR("isdigit"), .run = isdigit_, STRING },
	{ .name = STR("isalpha"), .run = isalpha_, STRING },
	{ .name = STR("isalnum"), .run = isalnum_, STRING },
	{ .name = STR("isspace"), .run = isspace_, STRING },
	KNOWN("casefold", STRING), KNOWN("center", STRING), KNOWN("encode", STRING),
	KNOWN("expandtabs", STRING), KNOWN("format", STRING), KNOWN("format_map", STRING),
	KNOWN("index", STRING), KNOWN("isascii", STRING), KNOWN("isdecimal", STRING),
	KNOWN("isidentifier", STRING), KNOWN("islower", STRING), KNOWN("isnumeric", STRING),
	KNOWN("isprintable", STRING), KNOWN("istitle", STRING), KNOWN("isupper", STRING),
	KNOWN("ljust", STRING), KNOWN("maketrans", STRING), KNOWN("partition", STRING),
	KNOWN("rindex", STRING), KNOWN("rjust", STRING), KNOWN("rpartition", STRING),
	KNOWN("swapcase", STRING), KNOWN("translate", STRING), KNOWN("zfill", STRING),

	{ .name = STR("get"), .run = get,
	  .params = { STR("key"), STR("default") }, .required = 1, DICT },
	{ .name = STR("items"), .run = items, DICT },
	{ .name = STR("keys"), .run = keys, DICT },
	{ .name = STR("values"), .run = values, DICT },
	KNOWN("clear", DICT), KNOWN("copy", DICT), KNOWN("fromkeys", DICT), KNOWN("pop", DICT),
	KNOWN("popitem", DICT), KNOWN("setdefault", DICT), KNOWN("update", DICT),

	KNOWN("append", LIST), KNOWN("clear", LIST), KNOWN("copy", LIST), KNOWN("count", LIST),
	KNOWN("extend", LIST), KNOWN("index", LIST), KNOWN("insert", LIST), KNOWN("pop", LIST),
	KNOWN("remove", LIST), KNOWN("reverse", LIST), KNOWN("sort", LIST), KNOWN("count", TUPLE),
	KNOWN("index", TUPLE),

	KNOWN("real", NUMBER), KNOWN("imag", NUMBER), KNOWN("numerator", NUMBER),
	KNOWN("denominator", NUMBER), KNOWN("conjugate", NUMBER), KNOWN("bit_length", NUMBER),
	KNOWN("bit_count", NUMBER), KNOWN("to_bytes", NUMBER), KNOWN("from_bytes", NUMBER),
	KNOWN("is_integer", NUMBER), KNOWN("as_integer_ratio", NUMBER), KNOWN("hex", NUMBER),
	KNOWN("fromhex", NUMBER),

	{ .name = STR("cycle"), .run = cycle, .any = true, LOOP },
	{ .name = { 0 } },
};
