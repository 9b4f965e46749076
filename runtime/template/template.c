// SPDX-License-Identifier: MIT
#include "template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chars.h"
#include "parser.h"
#include "render.h"

/* The longest template known has some ten thousand bytes. */
#define MAX_SOURCE ((size_t)1 << 20)
#define PARSE_MEMORY ((size_t)256 << 20)

/**
 * struct template - a syntax tree
 * @arena: all of it
 * @name: for errors
 * @source: likewise
 * @body: statements
 */
struct template {
	struct arena arena;
	char *name;
	struct str source;
	const struct node *body;
};

/* Line ends become "\n", and one at the end is left out, as jinja2 does. */
static bool copy_source(struct template *t, const char *source, size_t len)
{
	char *copy = arena_alloc(&t->arena, len + 1);
	size_t n = 0;

	if (!copy)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (source[i] == '\r' && i + 1 < len && source[i + 1] == '\n')
			continue;
		copy[n++] = source[i] == '\r' ? '\n' : source[i];
	}
	if (n && copy[n - 1] == '\n')
		n--;
	t->source = (struct str){ copy, n };
	return true;
}

static int parse(struct template *t, struct ingot_error *err)
{
	struct tpl tpl = { .arena = &t->arena, .err = err, .name = t->name, .source = t->source };
	int ret = setjmp(tpl.out);

	if (!ret)
		t->body = parser_read(&tpl);
	return ret;
}

static int check_source(const char *name, const char *source, size_t len, struct ingot_error *err)
{
	if (len > MAX_SOURCE)
		return ingot_error_set(err, -E2BIG, "%s: a chat template of %zu bytes: at most %zu are read",
				       name, len, MAX_SOURCE);
	if (!utf8_valid((struct str){ source, len }))
		return ingot_error_set(err, -EINVAL, "%s: the chat template is not UTF-8", name);
	return 0;
}

struct template *template_parse(const char *name, const char *source, size_t len,
				struct ingot_error *err)
{
	struct template *t;

	if (check_source(name, source, len, err))
		return NULL;
	t = calloc(1, sizeof(*t));
	if (t) {
		t->arena.limit = PARSE_MEMORY;
		t->name = strdup(name);
	}
	if (!t || !t->name || !copy_source(t, source, len)) {
		ingot_error_set(err, -ENOMEM, "%s: out of memory for its chat template", name);
		template_free(t);
		return NULL;
	}
	if (parse(t, err)) {
		template_free(t);
		return NULL;
	}
	return t;
}

void template_free(struct template *t)
{
	if (!t)
		return;
	arena_free(&t->arena);
	free(t->name);
	free(t);
}

static void set_variables(struct render *r, struct tv vars)
{
	for (size_t i = 0; i < vars.dict->keys.count; i++)
		scope_set(r, r->scope, vars.dict->keys.items[i].s, vars.dict->values.items[i]);
	/* what the template sets hides them */
	r->scope = scope_new(r, r->scope);
}

static int render(struct render *r, const struct template *t, struct tv vars)
{
	int ret = setjmp(r->t.out);

	if (ret)
		return ret;
	r->scope = scope_new(r, NULL);
	set_variables(r, vars);
	render_body(r, t->body);
	return 0;
}

int template_render(const struct template *t, struct tv vars, time_t now,
		    const struct template_limits *limits, char **out, size_t *len,
		    struct ingot_error *err)
{
	struct arena arena = { .limit = limits->memory };
	struct buffer text = { .data = NULL };
	struct render r = {
		.t = { .arena = &arena, .err = err, .name = t->name, .source = t->source },
		.steps = limits->steps,
		.out = &text,
		.now = now,
	};
	int ret = render(&r, t, vars);

	if (!ret) {
		*len = text.len;
		*out = malloc(text.len + 1);
		if (!*out)
			ret = ingot_error_set(err, -ENOMEM, "%s: out of memory for a conversation of %zu bytes",
					      t->name, text.len);
	}
	if (!ret) {
		if (text.len)
			memcpy(*out, text.data, text.len);
		(*out)[text.len] = '\0';
	}
	arena_free(&arena);
	return ret;
}
