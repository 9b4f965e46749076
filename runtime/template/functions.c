// SPDX-License-Identifier: MIT
/* Functions of the environment. Those without one here are Jinja's, but not supported. */
#include <errno.h>

#include "render.h"

/* As jinja2's sandbox has it. */
#define MAX_RANGE 100000

static struct tv keywords_dict(struct render *r, struct call *c, enum tv_type type)
{
	struct tv v = tv_dict_new(r->t.arena, type);

	if (v.type != type)
		tpl_alloc(&r->t, SIZE_MAX);
	if (c->count > 1 || (c->count && c->args[0].type != TV_DICT))
		tpl_unsupported(&r->t, c->at, "'%.*s' with these arguments", STR_ARGS(c->name));
	for (size_t i = 0; c->count && i < c->args[0].dict->keys.count; i++)
		if (!tv_dict_set(r->t.arena, v.dict, c->args[0].dict->keys.items[i],
				 c->args[0].dict->values.items[i]))
			tpl_alloc(&r->t, SIZE_MAX);
	for (size_t i = 0; i < c->n_keywords; i++) {
		const struct keyword *k = &c->keywords[i];

		if (!tv_dict_set(r->t.arena, v.dict, tv_str(k->name), k->value))
			tpl_alloc(&r->t, SIZE_MAX);
	}
	render_charge(r, c->at, v.dict->keys.count * v.dict->keys.count);
	return v;
}

static struct tv make_namespace(struct render *r, struct call *c)
{
	return keywords_dict(r, c, TV_NAMESPACE);
}

static struct tv make_dict(struct render *r, struct call *c)
{
	return keywords_dict(r, c, TV_DICT);
}

static struct tv range(struct render *r, struct call *c)
{
	int64_t first = call_int(r, c, c->args[0]), stop = first, step = 1;
	struct tv list = make_list(r, TV_VIEW);

	if (call_given(c, 1))
		stop = call_int(r, c, c->args[1]);
	else
		first = 0;
	if (call_given(c, 2))
		step = call_int(r, c, c->args[2]);
	if (!step)
		tpl_fail(&r->t, c->at, -EINVAL, "a range with step 0");
	for (int64_t i = first; step > 0 ? i < stop : i > stop;) {
		if (list.list->count == MAX_RANGE)
			tpl_fail(&r->t, c->at, -E2BIG, "a range of more than %d numbers",
				 MAX_RANGE);
		list_add(r, list, tv_int(i));
		if (__builtin_add_overflow(i, step, &i))
			break;
	}
	render_charge(r, c->at, list.list->count);
	return list;
}

static struct tv raise_exception(struct render *r, struct call *c)
{
	struct str why = to_string(r, c->at, c->args[0]);
	int len = (int)(why.len < 200 ? why.len : 200);

	tpl_fail(&r->t, c->at, -EINVAL, "the template refuses this conversation: %.*s", len,
		 why.data);
}

static struct tv strftime_now(struct render *r, struct call *c)
{
	struct str format = call_string(r, c, c->args[0]);
	char copy[128], text[256];
	struct tm now;
	size_t len;

	if (format.len >= sizeof(copy))
		tpl_unsupported(&r->t, c->at, "so long a format of a time");
	if (!format.len)
		return tv_str(format);
	__builtin_memcpy(copy, format.data, format.len);
	copy[format.len] = '\0';
	if (!localtime_r(&r->now, &now))
		tpl_fail(&r->t, c->at, -EINVAL, "this machine's time is no date");
	len = strftime(text, sizeof(text), copy, &now);
	if (!len)
		tpl_unsupported(&r->t, c->at, "this format of a time");
	char *kept = tpl_alloc(&r->t, len);

	__builtin_memcpy(kept, text, len);
	return tv_str((struct str){ kept, len });
}

const struct builtin functions[] = {
	{ .name = STR("namespace"), .run = make_namespace, .any = true },
	{ .name = STR("dict"), .run = make_dict, .any = true },
	{ .name = STR("range"), .run = range,
	  .params = { STR("start"), STR("stop"), STR("step") }, .required = 1 },
	{ .name = STR("raise_exception"), .run = raise_exception,
	  .params = { STR("message") }, .required = 1 },
	{ .name = STR("strftime_now"), .run = strftime_now,
	  .params = { STR("format") }, .required = 1 },
	{ .name = STR("lipsum"), .run = NULL },
	{ .name = STR("cycler"), .run = NULL },
	{ .name = STR("joiner"), .run = NULL },
	{ .name = STR("self"), .run = NULL },
	{ .name = { 0 } },
};
