// SPDX-License-Identifier: MIT
/* Expressions. */
#include <errno.h>

#include "chars.h"
#include "render.h"

static noreturn void undefined(struct render *r, size_t at, struct tv v)
{
	tpl_fail(&r->t, at, -EINVAL, "'%.*s' is undefined", STR_ARGS(v.s));
}

static struct tv variable(struct render *r, const struct node *n)
{
	const struct tv *v = scope_get(r, r->scope, n->name);
	const struct builtin *b = v ? NULL : builtin_function(n->name);

	if (v)
		return *v;
	if (!b)
		return tv_undefined(n->name);
	if (!b->run)
		tpl_unsupported(&r->t, n->at, "the function '%.*s'", STR_ARGS(n->name));
	return (struct tv){ .type = TV_BUILTIN, .builtin = b };
}

static struct tv list(struct render *r, const struct node *n, enum tv_type type)
{
	struct tv v = make_list(r, type);

	for (const struct node *item = n->items; item; item = item->next)
		list_add(r, v, evaluate(r, item->a));
	return v;
}

static struct tv dict(struct render *r, const struct node *n)
{
	struct tv v = tv_dict_new(r->t.arena, TV_DICT);

	if (v.type != TV_DICT)
		tpl_alloc(&r->t, SIZE_MAX);
	for (const struct node *item = n->items; item; item = item->next->next) {
		struct tv key = evaluate(r, item->a), value = evaluate(r, item->next->a);

		if (key.type != TV_STRING && !tv_number(key) && key.type != TV_NONE)
			tpl_unsupported(&r->t, item->at, "%s as a key", tv_type_name(key));
		render_charge(r, n->at, v.dict->keys.count);
		if (!tv_dict_set(r->t.arena, v.dict, key, value))
			tpl_alloc(&r->t, SIZE_MAX);
	}
	return v;
}

/* The depth is that of recursive loops, which are not supported. */
static struct tv loop_attribute(struct render *r, size_t at, const struct tv_loop *l,
				struct str name)
{
	const int64_t i = (int64_t)l->index, n = (int64_t)l->items->count;
	const struct { struct str name; struct tv value; } all[] = {
		{ STR("index"), tv_int(i + 1) },   { STR("index0"), tv_int(i) },
		{ STR("revindex"), tv_int(n - i) }, { STR("revindex0"), tv_int(n - i - 1) },
		{ STR("first"), tv_bool(!i) },     { STR("last"), tv_bool(i == n - 1) },
		{ STR("length"), tv_int(n) },      { STR("depth"), tv_int(1) },
		{ STR("depth0"), tv_int(0) },
		{ STR("previtem"), i ? l->items->items[i - 1] : tv_undefined(name) },
		{ STR("nextitem"), i + 1 < n ? l->items->items[i + 1] : tv_undefined(name) },
	};

	for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++)
		if (str_equal(name, all[k].name))
			return all[k].value;
	tpl_unsupported(&r->t, at, "loop.%.*s", STR_ARGS(name));
}

static struct tv method(struct render *r, struct tv object, struct str name)
{
	struct tv v = { .type = TV_METHOD };

	v.method = tpl_alloc(&r->t, sizeof(*v.method));
	*v.method = (struct tv_method){ .object = object, .name = name };
	return v;
}

static bool has_method(struct tv object, struct str name)
{
	return builtin_method(object.type, name);
}

static const struct tv *get_key(struct render *r, size_t at, struct tv dict, struct tv key)
{
	if (dict.type != TV_DICT && dict.type != TV_NAMESPACE)
		return NULL;
	render_charge(r, at, dict.dict->keys.count / 8 + 1);
	return tv_dict_get(dict.dict, key);
}

struct tv evaluate_attribute(struct render *r, size_t at, struct tv object, struct str name)
{
	const struct tv *found;

	if (object.type == TV_UNDEFINED)
		undefined(r, at, object);
	if (object.type == TV_LOOP && !has_method(object, name))
		return loop_attribute(r, at, object.loop, name);
	if (name.len && name.data[0] == '_')
		tpl_unsupported(&r->t, at, "the attribute '%.*s'", STR_ARGS(name));
	if (has_method(object, name))
		return method(r, object, name);
	found = get_key(r, at, object, tv_str(name));
	return found ? *found : tv_undefined(name);
}

static struct tv character(struct render *r, size_t at, struct str s, int64_t index)
{
	size_t i = 0;

	render_charge(r, at, s.len / STEP_BYTES);
	for (; index; index--)
		i += utf8_len(s.data[i]);
	return tv_str((struct str){ s.data + i, utf8_len(s.data[i]) });
}

static struct tv nth(struct render *r, size_t at, struct tv object, int64_t index)
{
	int64_t count = object.type == TV_STRING ? (int64_t)utf8_count(object.s) :
						   (int64_t)object.list->count;

	if (index < 0)
		index += count;
	if (index < 0 || index >= count)
		return tv_undefined(STR("item out of range"));
	return object.type == TV_STRING ? character(r, at, object.s, index) :
					  object.list->items[index];
}

struct tv evaluate_item(struct render *r, size_t at, struct tv object, struct tv key)
{
	const struct tv *found = NULL;

	if (object.type == TV_UNDEFINED)
		undefined(r, at, object);
	if (object.type == TV_VIEW || object.type == TV_ITER || key.type == TV_FLOAT)
		tpl_unsupported(&r->t, at, "%s with an index", tv_type_name(object));
	if ((object.type == TV_STRING || object.type == TV_LIST || object.type == TV_TUPLE) &&
	    (key.type == TV_INT || key.type == TV_BOOL))
		return nth(r, at, object, tv_as_int(key));
	if (object.type == TV_DICT &&
	    (key.type == TV_STRING || tv_number(key) || key.type == TV_NONE))
		found = get_key(r, at, object, key);
	if (found)
		return *found;
	/* jinja2 tries the attribute of that name then */
	if (key.type == TV_STRING && object.type != TV_DICT)
		return evaluate_attribute(r, at, object, key.s);
	if (key.type == TV_STRING && has_method(object, key.s))
		return method(r, object, key.s);
	return tv_undefined(key.type == TV_STRING ? key.s : STR("item"));
}

static struct tv evaluate_slice(struct render *r, const struct node *n)
{
	struct tv object = evaluate(r, n->a), part[3];
	const struct node *const nodes[] = { n->b, n->c, n->d };

	for (int i = 0; i < 3; i++)
		part[i] = nodes[i] ? evaluate(r, nodes[i]) : tv_none();
	if (object.type == TV_UNDEFINED)
		undefined(r, n->at, object);
	return slice(r, n->at, object, part);
}

static struct tv call(struct render *r, const struct node *n)
{
	struct tv callee = evaluate(r, n->a);
	const struct builtin *b;
	struct call c;

	call_read(r, n, &c);
	switch (callee.type) {
	case TV_MACRO:
		return render_macro(r, callee.macro, &c);
	case TV_BUILTIN:
		c.name = callee.builtin->name;
		return call_builtin(r, callee.builtin, &c);
	case TV_METHOD:
		c.name = callee.method->name;
		c.self = callee.method->object;
		b = builtin_method(c.self.type, c.name);
		if (!b->run)
			tpl_unsupported(&r->t, n->at, "the method '%.*s' of %s", STR_ARGS(c.name),
					tv_type_name(c.self));
		return call_builtin(r, b, &c);
	case TV_UNDEFINED:
		undefined(r, n->at, callee);
	default:
		tpl_fail(&r->t, n->at, -EINVAL, "%s cannot be called", tv_type_name(callee));
	}
}

static struct tv filter(struct render *r, const struct node *n, struct tv self)
{
	struct call c;

	call_read(r, n, &c);
	c.name = n->name;
	c.self = self;
	return call_builtin(r, n->builtin, &c);
}

struct tv evaluate_filters(struct render *r, const struct node *n, struct tv value)
{
	render_charge(r, n->at, 1);
	if (n->a)
		value = evaluate_filters(r, n->a, value);
	return filter(r, n, value);
}

static struct tv sign(struct render *r, const struct node *n)
{
	struct tv v = evaluate(r, n->a);

	if (!tv_number(v))
		tpl_fail(&r->t, n->at, -EINVAL, "a sign in front of %s", tv_type_name(v));
	if (n->op == '+')
		return v.type == TV_FLOAT ? v : tv_int(tv_as_int(v));
	return v.type == TV_FLOAT ? tv_float(-v.f) : operate(r, n->at, '-', tv_int(0), v);
}

static struct tv concatenation(struct render *r, const struct node *n)
{
	struct buffer text = { .data = NULL };

	for (const struct node *item = n->items; item; item = item->next)
		write_value(r, item->at, &text, evaluate(r, item->a));
	return tv_str((struct str){ text.data, text.len });
}

static struct tv comparison(struct render *r, const struct node *n)
{
	struct tv a = evaluate(r, n->a);

	for (const struct node *step = n->items; step; step = step->next) {
		struct tv b = evaluate(r, step->a);

		if (!compare(r, step->at, step->op, a, b))
			return tv_bool(false);
		a = b;
	}
	return tv_bool(true);
}

static struct tv choice(struct render *r, const struct node *n)
{
	if (tv_true(evaluate(r, n->a)))
		return evaluate(r, n->b);
	return n->c ? evaluate(r, n->c) : tv_undefined(STR("the value of an if without else"));
}

static struct tv logic(struct render *r, const struct node *n)
{
	struct tv a = evaluate(r, n->a);

	return tv_true(a) == (n->type == NODE_OR) ? a : evaluate(r, n->b);
}

/* A statement per kind, in the order of evaluation that Python has. */
static struct tv evaluate_node(struct render *r, const struct node *n)
{
	struct tv a;

	switch (n->type) {
	case NODE_CONST:
		return n->value;
	case NODE_NAME:
		return variable(r, n);
	case NODE_LIST:
		return list(r, n, TV_LIST);
	case NODE_TUPLE:
		return list(r, n, TV_TUPLE);
	case NODE_DICT:
		return dict(r, n);
	case NODE_ATTR:
		return evaluate_attribute(r, n->at, evaluate(r, n->a), n->name);
	case NODE_ITEM:
		a = evaluate(r, n->a);
		return evaluate_item(r, n->at, a, evaluate(r, n->b));
	case NODE_SLICE:
		return evaluate_slice(r, n);
	case NODE_CALL:
		return call(r, n);
	case NODE_FILTER:
	case NODE_TEST:
		return filter(r, n, evaluate(r, n->a));
	case NODE_NOT:
		return tv_bool(!tv_true(evaluate(r, n->a)));
	case NODE_SIGN:
		return sign(r, n);
	case NODE_AND:
	case NODE_OR:
		return logic(r, n);
	case NODE_MATH:
		a = evaluate(r, n->a);
		return operate(r, n->at, n->op, a, evaluate(r, n->b));
	case NODE_CONCAT:
		return concatenation(r, n);
	case NODE_COMPARE:
		return comparison(r, n);
	default:
		return choice(r, n);
	}
}

struct tv evaluate(struct render *r, const struct node *n)
{
	struct tv v;

	render_charge(r, n->at, 1);
	render_enter(r, n->at);
	v = evaluate_node(r, n);
	r->depth--;
	return v;
}
