// SPDX-License-Identifier: MIT
/* Statements. */
#include "render.h"

#include <errno.h>

void render_charge(struct render *r, size_t at, size_t steps)
{
	if (r->steps <= steps)
		tpl_fail(&r->t, at, -E2BIG, "the template works on and on: stopped");
	r->steps -= steps;
}

void render_enter(struct render *r, size_t at)
{
	if (++r->depth > MAX_DEPTH)
		tpl_fail(&r->t, at, -E2BIG, "nested more than %d levels deep", MAX_DEPTH);
}

struct tv render_capture(struct render *r, const struct node *body, struct scope *scope)
{
	struct scope *outer = r->scope;
	struct buffer *out = r->out, text = { .data = NULL };

	r->scope = scope;
	r->out = &text;
	render_body(r, body);
	r->scope = outer;
	r->out = out;
	return tv_str((struct str){ text.data, text.len });
}

static const struct keyword *find_keyword(const struct call *c, struct str name)
{
	for (size_t i = 0; i < c->n_keywords; i++)
		if (str_equal(c->keywords[i].name, name))
			return &c->keywords[i];
	return NULL;
}

struct tv render_macro(struct render *r, const struct tv_macro *macro, struct call *c)
{
	const struct node *n = macro->node;
	struct scope *s = scope_new(r, macro->scope), *outer = r->scope;
	size_t i = 0, used = 0;
	struct tv text;

	render_enter(r, c->at);
	r->scope = s;
	for (const struct node *p = n->items; p; p = p->next, i++) {
		const struct keyword *k = find_keyword(c, p->name);

		if (k && i < c->count)
			tpl_fail(&r->t, c->at, -EINVAL, "'%.*s' is given twice", STR_ARGS(p->name));
		used += k || i < c->count;
		if (i < c->count || k)
			scope_set(r, s, p->name, k ? k->value : c->args[i]);
		else
			scope_set(r, s, p->name, p->a ? evaluate(r, p->a) : tv_undefined(p->name));
	}
	r->scope = outer;
	if (used != c->count + c->n_keywords)
		tpl_fail(&r->t, c->at, -EINVAL, "the macro '%.*s' has no such argument", STR_ARGS(n->name));
	text = render_capture(r, n->body, s);
	r->depth--;
	return text;
}

static void assign(struct render *r, const struct node *target, struct tv value)
{
	struct tv space;

	if (target->type == NODE_NAME) {
		scope_set(r, r->scope, target->name, value);
		return;
	}
	space = evaluate(r, target->a);
	if (space.type != TV_NAMESPACE)
		tpl_fail(&r->t, target->at, -EINVAL, "attributes can be set of a namespace only");
	if (!tv_dict_set(r->t.arena, space.dict, tv_str(target->name), value))
		tpl_alloc(&r->t, SIZE_MAX);
}

/* One value for one target, or as many items as there are targets. */
static void assign_all(struct render *r, const struct node *targets, struct tv value)
{
	const struct tv_list *items;
	size_t i = 0;

	if (!targets->next) {
		assign(r, targets, value);
		return;
	}
	items = walk(r, targets->at, value);
	for (const struct node *n = targets; n; n = n->next, i++) {
		if (i == items->count)
			break;
		assign(r, n, items->items[i]);
		if (!n->next && i + 1 == items->count)
			return;
	}
	tpl_fail(&r->t, targets->at, -EINVAL, "%zu items for another number of variables", items->count);
}

static void set(struct render *r, const struct node *n)
{
	struct tv value;

	if (n->a) {
		assign_all(r, n->items, evaluate(r, n->a));
		return;
	}
	value = render_capture(r, n->body, scope_new(r, r->scope));
	assign(r, n->items, n->b ? evaluate_filters(r, n->b, value) : value);
}

/* Is item @i of the loop to be passed? Leaves a scope in which the targets are set. */
static bool passes(struct render *r, const struct node *n, struct scope *outer, struct tv item)
{
	r->scope = scope_new(r, outer);
	assign_all(r, n->items, item);
	return !n->b || tv_true(evaluate(r, n->b));
}

static const struct tv_list *choose(struct render *r, const struct node *n, struct scope *outer,
				    const struct tv_list *all)
{
	struct tv chosen;

	if (!n->b)
		return all;
	chosen = make_list(r, TV_LIST);
	for (size_t i = 0; i < all->count; i++)
		if (passes(r, n, outer, all->items[i]))
			list_add(r, chosen, all->items[i]);
	return chosen.list;
}

/*
 * jinja2 asks the condition between the passes, this engine before the first one, so that it knows the
 * loop's length. A condition that the passes change is refused: it is asked at its turn once more.
 */
static enum node_type loop(struct render *r, const struct node *n)
{
	struct scope *outer = r->scope;
	const struct tv_list *all = walk(r, n->at, evaluate(r, n->a)), *items;
	struct tv loop = { .type = TV_LOOP };

	items = choose(r, n, outer, all);
	loop.loop = tpl_alloc(&r->t, sizeof(*loop.loop));
	*loop.loop = (struct tv_loop){ .items = items };
	for (size_t i = 0; i < all->count; i++) {
		enum node_type how;

		render_charge(r, n->at, 1);
		if (!passes(r, n, outer, all->items[i]))
			continue;
		if (loop.loop->index >= items->count)
			tpl_unsupported(&r->t, n->at, "a loop that changes its own condition");
		scope_set(r, r->scope, STR("loop"), loop);
		how = render_body(r, n->body);
		if (how == NODE_BREAK)
			break;
		loop.loop->index++;
	}
	r->scope = outer;
	if (n->b && loop.loop->index > items->count)
		tpl_unsupported(&r->t, n->at, "a loop that changes its own condition");
	return items->count || !n->c ? NODE_GROUP : render_body(r, n->c);
}

static void define(struct render *r, const struct node *n)
{
	struct tv macro = { .type = TV_MACRO };

	macro.macro = tpl_alloc(&r->t, sizeof(*macro.macro));
	*macro.macro = (struct tv_macro){ .node = n, .scope = r->scope };
	scope_set(r, r->scope, n->name, macro);
}

static void filter_block(struct render *r, const struct node *n)
{
	struct tv text = render_capture(r, n->body, scope_new(r, r->scope));

	write_value(r, n->at, r->out, evaluate_filters(r, n->b, text));
}

static enum node_type statement(struct render *r, const struct node *n)
{
	switch (n->type) {
	case NODE_TEXT:
		buffer_put(r, r->out, n->value.s);
		break;
	case NODE_PRINT:
		write_value(r, n->at, r->out, evaluate(r, n->a));
		break;
	case NODE_IF:
		return render_body(r, tv_true(evaluate(r, n->a)) ? n->body : n->c);
	case NODE_FOR:
		return loop(r, n);
	case NODE_SET:
		set(r, n);
		break;
	case NODE_MACRO:
		define(r, n);
		break;
	case NODE_FILTER_BLOCK:
		filter_block(r, n);
		break;
	case NODE_GROUP:
		return render_body(r, n->body);
	default:
		return n->type;
	}
	return NODE_GROUP;
}

enum node_type render_body(struct render *r, const struct node *body)
{
	enum node_type how = NODE_GROUP;

	for (; body && how == NODE_GROUP; body = body->next) {
		render_charge(r, body->at, 1);
		render_enter(r, body->at);
		how = statement(r, body);
		r->depth--;
	}
	return how;
}
