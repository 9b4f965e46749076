// SPDX-License-Identifier: MIT
/* Lists of the values that expressions make. */
#include <errno.h>

#include "chars.h"
#include "render.h"

struct tv make_list(struct render *r, enum tv_type type)
{
	struct tv v = tv_list_new(r->t.arena, type);

	if (v.type != type)
		tpl_alloc(&r->t, SIZE_MAX);
	return v;
}

void list_add(struct render *r, struct tv list, struct tv item)
{
	if (!tv_list_add(r->t.arena, list.list, item))
		tpl_alloc(&r->t, SIZE_MAX);
}

struct tv make_pair(struct render *r, struct tv a, struct tv b)
{
	struct tv pair = make_list(r, TV_TUPLE);

	list_add(r, pair, a);
	list_add(r, pair, b);
	return pair;
}

struct tv dict_items(struct render *r, const struct tv_dict *dict, enum tv_type type)
{
	struct tv items = make_list(r, type);

	for (size_t i = 0; i < dict->keys.count; i++)
		list_add(r, items, make_pair(r, dict->keys.items[i], dict->values.items[i]));
	return items;
}

static const struct tv_list *characters(struct render *r, size_t at, struct str s)
{
	struct tv list = make_list(r, TV_LIST);

	render_charge(r, at, s.len);
	for (size_t i = 0; i < s.len; i += utf8_len(s.data[i]))
		list_add(r, list, tv_str((struct str){ s.data + i, utf8_len(s.data[i]) }));
	return list.list;
}

const struct tv_list *walk(struct render *r, size_t at, struct tv v)
{
	switch (v.type) {
	case TV_ITER:
		if (v.list->walked)
			tpl_unsupported(&r->t, at, "an iterator that is used twice");
		v.list->walked = true;
		return v.list;
	case TV_LIST:
	case TV_TUPLE:
	case TV_VIEW:
		return v.list;
	case TV_STRING:
		return characters(r, at, v.s);
	case TV_DICT:
		return &v.dict->keys;
	case TV_UNDEFINED:
		return make_list(r, TV_LIST).list;
	default:
		tpl_fail(&r->t, at, -EINVAL, "%s has no items", tv_type_name(v));
	}
}
