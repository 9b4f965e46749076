// SPDX-License-Identifier: MIT
/* Calls of builtins: finding them, and binding arguments to parameters. */
#include <errno.h>

#include "render.h"

static const struct builtin *find_builtin(const struct builtin *table, struct str name)
{
	for (; table->name.len; table++)
		if (str_equal(table->name, name))
			return table;
	return NULL;
}

const struct builtin *builtin_filter(struct str name)
{
	const struct builtin *b = find_builtin(string_filters, name);

	return b ? b : find_builtin(list_filters, name);
}

const struct builtin *builtin_test(struct str name)
{
	return find_builtin(tests, name);
}

const struct builtin *builtin_function(struct str name)
{
	return find_builtin(functions, name);
}

const struct builtin *builtin_method(enum tv_type type, struct str name)
{
	for (const struct builtin *b = methods; b->name.len; b++)
		if ((b->types >> type & 1) && str_equal(b->name, name))
			return b;
	return NULL;
}

static size_t count(const struct node *n)
{
	size_t total = 0;

	for (; n; n = n->next)
		total++;
	return total;
}

void call_read(struct render *r, const struct node *n, struct call *c)
{
	size_t i = 0;

	*c = (struct call){ .at = n->at };
	c->count = count(n->items);
	c->n_keywords = count(n->keywords);
	if (c->count)
		c->args = tpl_alloc(&r->t, c->count * sizeof(*c->args));
	if (c->n_keywords)
		c->keywords = tpl_alloc(&r->t, c->n_keywords * sizeof(*c->keywords));
	for (const struct node *item = n->items; item; item = item->next)
		c->args[i++] = evaluate(r, item->a);
	i = 0;
	for (const struct node *item = n->keywords; item; item = item->next)
		c->keywords[i++] = (struct keyword){ item->name, evaluate(r, item->a) };
}

static unsigned int find_param(const struct builtin *b, struct str name)
{
	unsigned int i = 0;

	while (i < MAX_PARAMS && b->params[i].len && !str_equal(b->params[i], name))
		i++;
	return i < MAX_PARAMS && b->params[i].len ? i : MAX_PARAMS;
}

static noreturn void refuse(struct render *r, const struct builtin *b, size_t at)
{
	tpl_unsupported(&r->t, at, "'%.*s' with these arguments", STR_ARGS(b->name));
}

static void bind(struct render *r, const struct builtin *b, struct call *c, struct tv *args)
{
	for (unsigned int i = 0; i < MAX_PARAMS; i++)
		args[i] = tv_undefined(b->params[i]);
	for (size_t i = 0; i < c->count; i++) {
		if (i >= MAX_PARAMS || !b->params[i].len)
			refuse(r, b, c->at);
		args[i] = c->args[i];
		c->given |= 1u << i;
	}
	for (size_t i = 0; i < c->n_keywords; i++) {
		unsigned int param = find_param(b, c->keywords[i].name);

		if (param == MAX_PARAMS || call_given(c, param))
			refuse(r, b, c->at);
		args[param] = c->keywords[i].value;
		c->given |= 1u << param;
	}
	for (unsigned int i = 0; i < b->required; i++)
		if (!call_given(c, i))
			refuse(r, b, c->at);
	c->args = args;
	c->count = MAX_PARAMS;
}

struct tv call_builtin(struct render *r, const struct builtin *b, struct call *c)
{
	struct tv args[MAX_PARAMS], v;

	render_charge(r, c->at, 1);
	if (!b->any)
		bind(r, b, c, args);
	render_enter(r, c->at);
	v = b->run(r, c);
	r->depth--;
	return v;
}

noreturn void call_fail(struct render *r, const struct call *c, struct tv v)
{
	tpl_fail(&r->t, c->at, -EINVAL, "'%.*s' of %s%s%.*s", STR_ARGS(c->name), tv_type_name(v),
		 v.type == TV_UNDEFINED ? ": " : "",
		 v.type == TV_UNDEFINED && v.s.len < 60 ? (int)v.s.len : 0,
		 v.type == TV_UNDEFINED ? v.s.data : "");
}

struct str call_string(struct render *r, const struct call *c, struct tv v)
{
	if (v.type != TV_STRING)
		call_fail(r, c, v);
	return v.s;
}

int64_t call_int(struct render *r, const struct call *c, struct tv v)
{
	if (v.type != TV_INT && v.type != TV_BOOL)
		call_fail(r, c, v);
	return tv_as_int(v);
}
