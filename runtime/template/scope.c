// SPDX-License-Identifier: MIT
/* Variables. */
#include "render.h"

/**
 * struct variable - a variable
 * @next: another of the same scope
 * @name: name
 * @value: value
 */
struct variable {
	struct variable *next;
	struct str name;
	struct tv value;
};

static struct variable *find_here(const struct scope *s, struct str name)
{
	for (struct variable *v = s->vars; v; v = v->next)
		if (str_equal(v->name, name))
			return v;
	return NULL;
}

struct scope *scope_new(struct render *r, struct scope *parent)
{
	struct scope *s = tpl_alloc(&r->t, sizeof(*s));

	s->parent = parent;
	return s;
}

void scope_set(struct render *r, struct scope *s, struct str name, struct tv value)
{
	struct variable *v = find_here(s, name);

	if (!v) {
		v = tpl_alloc(&r->t, sizeof(*v));
		v->name = name;
		v->next = s->vars;
		s->vars = v;
		s->count++;
	}
	v->value = value;
}

const struct tv *scope_get(struct render *r, const struct scope *s, struct str name)
{
	for (; s; s = s->parent) {
		const struct variable *v = find_here(s, name);

		render_charge(r, 0, s->count / 8);
		if (v)
			return &v->value;
	}
	return NULL;
}
