// SPDX-License-Identifier: MIT
/* Filters of lists and of other values with items. */
#include <errno.h>
#include <string.h>

#include "chars.h"
#include "render.h"
#include "strings.h"

static struct tv length(struct render *r, struct call *c)
{
	switch (c->self.type) {
	case TV_STRING:
		render_charge(r, c->at, c->self.s.len / STEP_BYTES);
		return tv_int((int64_t)utf8_count(c->self.s));
	case TV_LIST:
	case TV_TUPLE:
	case TV_VIEW:
		return tv_int((int64_t)c->self.list->count);
	case TV_DICT:
		return tv_int((int64_t)c->self.dict->keys.count);
	case TV_UNDEFINED:
		return tv_int(0);
	default:
		call_fail(r, c, c->self);
	}
}

static struct tv first(struct render *r, struct call *c)
{
	const struct tv_list *items;

	if (c->self.type == TV_STRING && c->self.s.len)
		return tv_str((struct str){ c->self.s.data, utf8_len(c->self.s.data[0]) });
	items = walk(r, c->at, c->self);
	return items->count ? items->items[0] : tv_undefined(STR("the first item"));
}

static struct tv last(struct render *r, struct call *c)
{
	const struct tv_list *items;

	if (c->self.type == TV_ITER)
		call_fail(r, c, c->self);
	items = walk(r, c->at, c->self);
	return items->count ? items->items[items->count - 1] : tv_undefined(STR("the last item"));
}

/* The attribute of an item by a path such as "function.name". */
static struct tv by_path(struct render *r, struct call *c, struct tv item, struct tv path)
{
	struct str rest;

	if (path.type == TV_INT)
		return evaluate_item(r, c->at, item, path);
	rest = call_string(r, c, path);
	for (;;) {
		const char *dot = rest.len ? memchr(rest.data, '.', rest.len) : NULL;
		struct str part = { rest.data, dot ? (size_t)(dot - rest.data) : rest.len };

		if (!part.len || (part.data[0] >= '0' && part.data[0] <= '9'))
			tpl_unsupported(&r->t, c->at, "an attribute with a number");
		item = evaluate_item(r, c->at, item, tv_str(part));
		render_charge(r, c->at, 1);
		if (!dot)
			return item;
		rest.len -= part.len + 1;
		rest.data = dot + 1;
	}
}

static struct tv join(struct render *r, struct call *c)
{
	const struct tv_list *items = walk(r, c->at, c->self);
	struct str between = call_given(c, 0) ? to_string(r, c->at, c->args[0]) : STR("");
	struct buffer text = { .data = NULL };

	for (size_t i = 0; i < items->count; i++) {
		struct tv item = items->items[i];

		render_charge(r, c->at, 1);
		if (i)
			buffer_put(r, &text, between);
		if (call_given(c, 1) && c->args[1].type != TV_NONE)
			item = by_path(r, c, item, c->args[1]);
		write_value(r, c->at, &text, item);
	}
	return tv_str((struct str){ text.data, text.len });
}

static struct tv list(struct render *r, struct call *c)
{
	const struct tv_list *items = walk(r, c->at, c->self);
	struct tv copy = make_list(r, TV_LIST);

	render_charge(r, c->at, items->count);
	for (size_t i = 0; i < items->count; i++)
		list_add(r, copy, items->items[i]);
	return copy;
}

static struct tv items(struct render *r, struct call *c)
{
	if (c->self.type == TV_UNDEFINED)
		return make_list(r, TV_ITER);
	if (c->self.type != TV_DICT)
		call_fail(r, c, c->self);
	render_charge(r, c->at, c->self.dict->keys.count);
	return dict_items(r, c->self.dict, TV_ITER);
}

static struct tv reverse_string(struct render *r, struct call *c, struct str s)
{
	char *out = tpl_alloc(&r->t, s.len + 1);

	render_charge(r, c->at, s.len / 8);
	for (size_t i = 0, n; i < s.len; i += n) {
		n = utf8_len(s.data[i]);
		memcpy(out + s.len - i - n, s.data + i, n);
	}
	return tv_str((struct str){ out, s.len });
}

static struct tv reverse(struct render *r, struct call *c)
{
	const struct tv_list *items;
	struct tv back;

	if (c->self.type == TV_STRING)
		return reverse_string(r, c, c->self.s);
	items = walk(r, c->at, c->self);
	back = make_list(r, TV_ITER);
	render_charge(r, c->at, items->count);
	for (size_t i = items->count; i-- > 0;)
		list_add(r, back, items->items[i]);
	return back;
}

static struct tv keyword(const struct call *c, struct str name)
{
	for (size_t i = 0; i < c->n_keywords; i++)
		if (str_equal(c->keywords[i].name, name))
			return c->keywords[i].value;
	return tv_undefined(name);
}

/* The filter or test that the argument at @index names, with those behind it, on an item. */
static struct tv apply(struct render *r, struct call *c, size_t index, bool is_test, struct tv item)
{
	struct str name = call_string(r, c, c->args[index]);
	const struct builtin *b = is_test ? builtin_test(name) : builtin_filter(name);
	struct call inner = {
		.at = c->at, .name = name, .self = item,
		.args = c->args + index + 1, .count = c->count - index - 1,
		.keywords = c->keywords, .n_keywords = c->n_keywords,
	};

	if (!b)
		tpl_unsupported(&r->t, c->at, "the %s '%.*s'", is_test ? "test" : "filter",
				STR_ARGS(name));
	return call_builtin(r, b, &inner);
}

static struct tv map(struct render *r, struct call *c)
{
	const struct tv_list *items = walk(r, c->at, c->self);
	struct tv path = keyword(c, STR("attribute")), otherwise = keyword(c, STR("default"));
	bool has_default = otherwise.type != TV_UNDEFINED;
	struct tv out = make_list(r, TV_ITER);

	if (c->count ? path.type != TV_UNDEFINED :
		       path.type == TV_UNDEFINED || c->n_keywords != 1u + has_default)
		tpl_unsupported(&r->t, c->at, "'map' with these arguments");
	for (size_t i = 0; i < items->count; i++) {
		struct tv v;

		render_charge(r, c->at, 1);
		if (c->count) {
			v = apply(r, c, 0, false, items->items[i]);
		} else {
			v = by_path(r, c, items->items[i], path);
			v = has_default && v.type == TV_UNDEFINED ? otherwise : v;
		}
		list_add(r, out, v);
	}
	return out;
}

/* select, reject, selectattr, rejectattr. */
static struct tv choose(struct render *r, struct call *c, bool attribute, bool wanted)
{
	const struct tv_list *items = walk(r, c->at, c->self);
	struct tv out = make_list(r, TV_ITER);

	if (c->n_keywords || (attribute && !c->count))
		tpl_unsupported(&r->t, c->at, "'%.*s' with these arguments", STR_ARGS(c->name));
	for (size_t i = 0; i < items->count; i++) {
		struct tv v = items->items[i];

		render_charge(r, c->at, 1);
		if (attribute)
			v = by_path(r, c, v, c->args[0]);
		if (c->count > attribute)
			v = apply(r, c, attribute, true, v);
		if (tv_true(v) == wanted)
			list_add(r, out, items->items[i]);
	}
	return out;
}

static struct tv select_(struct render *r, struct call *c)
{
	return choose(r, c, false, true);
}

static struct tv reject(struct render *r, struct call *c)
{
	return choose(r, c, false, false);
}

static struct tv selectattr(struct render *r, struct call *c)
{
	return choose(r, c, true, true);
}

static struct tv rejectattr(struct render *r, struct call *c)
{
	return choose(r, c, true, false);
}

/* What sort, unique, min and max compare: maybe an attribute, letters regardless of their case. */
static struct tv sort_key(struct render *r, struct call *c, struct tv item, unsigned int attribute,
			  bool case_sensitive)
{
	if (call_given(c, attribute) && c->args[attribute].type != TV_NONE)
		item = by_path(r, c, item, c->args[attribute]);
	if (item.type == TV_STRING && !case_sensitive)
		item = tv_str(string_case(r, c, item.s, CASE_LOWER));
	return item;
}

static struct tv keys_of(struct render *r, struct call *c, const struct tv_list *items,
			 unsigned int attribute, bool case_sensitive)
{
	struct tv keys = make_list(r, TV_LIST);

	for (size_t i = 0; i < items->count; i++)
		list_add(r, keys, sort_key(r, c, items->items[i], attribute, case_sensitive));
	return keys;
}

/* Insertion keeps the order of equals, as Python's sort does; lists here are short. */
static struct tv sort(struct render *r, struct call *c)
{
	bool down = call_given(c, 0) && tv_true(c->args[0]);
	bool exact = call_given(c, 1) && tv_true(c->args[1]);
	const struct tv_list *from = walk(r, c->at, c->self);
	struct tv same = { .type = TV_LIST, .list = (struct tv_list *)from };
	struct tv out = list(r, &(struct call){ .at = c->at, .self = same });
	struct tv keys = keys_of(r, c, from, 2, exact);
	struct tv *k = keys.list->items, *v = out.list->items;

	for (size_t i = 1; i < out.list->count; i++) {
		struct tv key = k[i], value = v[i];
		size_t j = i;

		for (; j && compare(r, c->at, down ? '>' : '<', key, k[j - 1]); j--) {
			render_charge(r, c->at, 1);
			k[j] = k[j - 1];
			v[j] = v[j - 1];
		}
		k[j] = key;
		v[j] = value;
	}
	return out;
}

static struct tv unique(struct render *r, struct call *c)
{
	const struct tv_list *from = walk(r, c->at, c->self);
	struct tv keys = keys_of(r, c, from, 1, call_given(c, 0) && tv_true(c->args[0]));
	struct tv out = make_list(r, TV_ITER), seen = make_list(r, TV_LIST);

	for (size_t i = 0; i < from->count; i++) {
		struct tv key = keys.list->items[i];

		if (key.type == TV_LIST || key.type == TV_DICT)
			call_fail(r, c, key);
		if (compare(r, c->at, OP_IN, key, seen))
			continue;
		list_add(r, seen, key);
		list_add(r, out, from->items[i]);
	}
	return out;
}

static struct tv extreme(struct render *r, struct call *c, int op)
{
	const struct tv_list *from = walk(r, c->at, c->self);
	struct tv keys = keys_of(r, c, from, 1, call_given(c, 0) && tv_true(c->args[0]));
	size_t best = 0;

	if (!from->count)
		return tv_undefined(STR("the extreme of no items"));
	for (size_t i = 1; i < from->count; i++)
		if (compare(r, c->at, op, keys.list->items[i], keys.list->items[best]))
			best = i;
	return from->items[best];
}

static struct tv min(struct render *r, struct call *c)
{
	return extreme(r, c, '<');
}

static struct tv max(struct render *r, struct call *c)
{
	return extreme(r, c, '>');
}

static struct tv sum(struct render *r, struct call *c)
{
	const struct tv_list *from = walk(r, c->at, c->self);
	struct tv total = call_given(c, 1) ? c->args[1] : tv_int(0);

	for (size_t i = 0; i < from->count; i++) {
		struct tv item = from->items[i];

		if (call_given(c, 0) && c->args[0].type != TV_NONE)
			item = by_path(r, c, item, c->args[0]);
		if (!tv_number(item) || !tv_number(total))
			call_fail(r, c, item);
		total = operate(r, c->at, '+', total, item);
	}
	return total;
}

#define CHOICE .params = { STR("case_sensitive"), STR("attribute") }

const struct builtin list_filters[] = {
	{ .name = STR("length"), .run = length },
	{ .name = STR("count"), .run = length },
	{ .name = STR("first"), .run = first },
	{ .name = STR("last"), .run = last },
	{ .name = STR("join"), .run = join, .params = { STR("d"), STR("attribute") } },
	{ .name = STR("list"), .run = list },
	{ .name = STR("items"), .run = items },
	{ .name = STR("reverse"), .run = reverse },
	{ .name = STR("map"), .run = map, .any = true },
	{ .name = STR("select"), .run = select_, .any = true },
	{ .name = STR("reject"), .run = reject, .any = true },
	{ .name = STR("selectattr"), .run = selectattr, .any = true },
	{ .name = STR("rejectattr"), .run = rejectattr, .any = true },
	{ .name = STR("sort"), .run = sort,
	  .params = { STR("reverse"), STR("case_sensitive"), STR("attribute") } },
	{ .name = STR("unique"), .run = unique, CHOICE },
	{ .name = STR("min"), .run = min, CHOICE },
	{ .name = STR("max"), .run = max, CHOICE },
	{ .name = STR("sum"), .run = sum, .params = { STR("attribute"), STR("start") } },
	{ .name = { 0 } },
};
