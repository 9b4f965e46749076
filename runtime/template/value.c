// SPDX-License-Identifier: MIT
#include "value.h"

#include <string.h>

#include "arena.h"

#define MAX_EQUAL_DEPTH 1000

struct tv tv_list_new(struct arena *a, enum tv_type type)
{
	struct tv v = { .type = type };

	v.list = arena_alloc(a, sizeof(*v.list));
	return v.list ? v : tv_undefined((struct str){ 0 });
}

struct tv tv_dict_new(struct arena *a, enum tv_type type)
{
	struct tv v = { .type = type };

	v.dict = arena_alloc(a, sizeof(*v.dict));
	return v.dict ? v : tv_undefined((struct str){ 0 });
}

bool tv_list_add(struct arena *a, struct tv_list *list, struct tv item)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 4;
		struct tv *items = arena_alloc(a, room * sizeof(*items));

		if (!items)
			return false;
		if (list->count)
			memcpy(items, list->items, list->count * sizeof(*items));
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = item;
	return true;
}

bool tv_number(struct tv v)
{
	return v.type == TV_INT || v.type == TV_FLOAT || v.type == TV_BOOL;
}

int64_t tv_as_int(struct tv v)
{
	return v.type == TV_BOOL ? v.b : v.i;
}

double tv_as_float(struct tv v)
{
	return v.type == TV_FLOAT ? v.f : (double)tv_as_int(v);
}

static bool equal_numbers(struct tv a, struct tv b)
{
	if (a.type == TV_FLOAT || b.type == TV_FLOAT)
		return tv_as_float(a) == tv_as_float(b);
	return tv_as_int(a) == tv_as_int(b);
}

/* Keys are scalars: 1, 1.0 and True are one key, as in Python. */
static bool same_key(struct tv a, struct tv b)
{
	if (tv_number(a) && tv_number(b))
		return equal_numbers(a, b);
	if (a.type != b.type)
		return false;
	return a.type != TV_STRING || str_equal(a.s, b.s);
}

bool tv_dict_set(struct arena *a, struct tv_dict *dict, struct tv key, struct tv value)
{
	struct tv *place = (struct tv *)tv_dict_get(dict, key);

	if (place) {
		*place = value;
		return true;
	}
	return tv_list_add(a, &dict->keys, key) && tv_list_add(a, &dict->values, value);
}

const struct tv *tv_dict_get(const struct tv_dict *dict, struct tv key)
{
	for (size_t i = 0; i < dict->keys.count; i++)
		if (same_key(dict->keys.items[i], key))
			return &dict->values.items[i];
	return NULL;
}

bool tv_is_sequence(struct tv v)
{
	return v.type == TV_LIST || v.type == TV_TUPLE || v.type == TV_VIEW || v.type == TV_ITER;
}

static bool equal(struct tv a, struct tv b, unsigned int depth, size_t *budget);

static bool spend(size_t *budget, size_t steps)
{
	if (*budget <= steps) {
		*budget = 0;
		return false;
	}
	*budget -= steps;
	return true;
}

static bool equal_lists(const struct tv_list *a, const struct tv_list *b, unsigned int depth,
			size_t *budget)
{
	bool same = a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++)
		same = equal(a->items[i], b->items[i], depth, budget);
	return same;
}

static bool equal_dicts(const struct tv_dict *a, const struct tv_dict *b, unsigned int depth,
			size_t *budget)
{
	if (a->keys.count != b->keys.count || !spend(budget, a->keys.count * a->keys.count))
		return false;
	for (size_t i = 0; i < a->keys.count; i++) {
		const struct tv *other = tv_dict_get(b, a->keys.items[i]);

		if (!other || !equal(a->values.items[i], *other, depth, budget))
			return false;
	}
	return true;
}

static bool equal(struct tv a, struct tv b, unsigned int depth, size_t *budget)
{
	if (!spend(budget, 1) || (depth > MAX_EQUAL_DEPTH && !spend(budget, *budget)))
		return false;
	if (tv_number(a) && tv_number(b))
		return equal_numbers(a, b);
	if (a.type != b.type)
		return false;
	switch (a.type) {
	case TV_UNDEFINED:
	case TV_NONE:
		return true;
	case TV_STRING:
		return spend(budget, a.s.len / STEP_BYTES) && str_equal(a.s, b.s);
	case TV_LIST:
	case TV_TUPLE:
		return equal_lists(a.list, b.list, depth + 1, budget);
	case TV_DICT:
		return equal_dicts(a.dict, b.dict, depth + 1, budget);
	default:
		return a.dict == b.dict;
	}
}

bool tv_equal(struct tv a, struct tv b, size_t *budget)
{
	return equal(a, b, 0, budget);
}

bool tv_true(struct tv v)
{
	switch (v.type) {
	case TV_UNDEFINED:
	case TV_NONE:
		return false;
	case TV_BOOL:
		return v.b;
	case TV_INT:
		return v.i;
	case TV_FLOAT:
		return v.f != 0;
	case TV_STRING:
		return v.s.len;
	case TV_LIST:
	case TV_TUPLE:
	case TV_VIEW:
		return v.list->count;
	case TV_DICT:
		return v.dict->keys.count;
	default:
		return true;
	}
}

const char *tv_type_name(struct tv v)
{
	static const char *const names[] = {
		[TV_UNDEFINED] = "an undefined value", [TV_NONE] = "none",	[TV_BOOL] = "a boolean",
		[TV_INT] = "a whole number",	       [TV_FLOAT] = "a float",	[TV_STRING] = "a string",
		[TV_LIST] = "a list",		       [TV_TUPLE] = "a tuple",	[TV_VIEW] = "a view",
		[TV_ITER] = "an iterator",	       [TV_DICT] = "a dict",	[TV_NAMESPACE] = "a namespace",
		[TV_LOOP] = "the loop variable",       [TV_MACRO] = "a macro",	[TV_BUILTIN] = "a function",
		[TV_METHOD] = "a method",
	};

	return names[v.type];
}
