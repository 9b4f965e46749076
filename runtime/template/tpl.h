/* SPDX-License-Identifier: MIT */
/* What the parts of the template engine share: failing, memory, syntax tree. */
#ifndef TEMPLATE_TPL_H
#define TEMPLATE_TPL_H

#include <setjmp.h>
#include <stdnoreturn.h>

#include "arena.h"
#include "ingot/error.h"
#include "value.h"

/* Nesting of expressions, statements and calls, in the template and while it is rendered. */
#define MAX_NESTING 100
#define MAX_DEPTH 600

/**
 * struct tpl - a parse or a rendering under way
 * @out: where a failure jumps to; all memory is in the arena, so nothing else is to be undone
 * @arena: memory
 * @err: for the failure
 * @name: of the template, for errors
 * @source: its text
 */
struct tpl {
	jmp_buf out;
	struct arena *arena;
	struct ingot_error *err;
	const char *name;
	struct str source;
};

/**
 * tpl_fail() - give up
 * @t: what is under way
 * @at: where in the source, byte
 * @code: negative errno
 * @fmt: printf format of what is wrong there
 */
noreturn void tpl_fail(struct tpl *t, size_t at, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * tpl_unsupported() - give up: this is Jinja, but not the part that is supported
 * @t: what is under way
 * @at: where in the source, byte
 * @fmt: printf format of the construct's name
 */
noreturn void tpl_unsupported(struct tpl *t, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * tpl_alloc() - take memory or give up
 * @t: what is under way
 * @size: bytes
 *
 * Return: zeroed memory.
 */
void *tpl_alloc(struct tpl *t, size_t size);

/* How a string goes into a printf format "%.*s", cut to what an error can show. */
#define STR_ARGS(s) (int)((s).len < 60 ? (s).len : 60), (s).data

/**
 * enum node_type - expressions and statements
 *
 * What the members of struct node mean is said there.
 */
enum node_type {
	/* expressions */
	NODE_CONST,	/* value */
	NODE_NAME,	/* name */
	NODE_LIST,	/* items */
	NODE_TUPLE,	/* items */
	NODE_DICT,	/* items: key, value, key, value ... */
	NODE_ATTR,	/* a.name */
	NODE_ITEM,	/* a[b] */
	NODE_SLICE,	/* a[b:c:d] */
	NODE_CALL,	/* a(items, keywords) */
	NODE_FILTER,	/* a|name(items, keywords); a is NULL in a filter block */
	NODE_TEST,	/* a is name(items) */
	NODE_NOT,	/* a */
	NODE_SIGN,	/* op a */
	NODE_AND,	/* a and b */
	NODE_OR,	/* a or b */
	NODE_MATH,	/* a op b */
	NODE_CONCAT,	/* items joined by ~ */
	NODE_COMPARE,	/* a, then items: each with op and a, the right-hand side */
	NODE_IF_ELSE,	/* b if a else c */
	/* statements, chained by next */
	NODE_TEXT,	/* value */
	NODE_PRINT,	/* a */
	NODE_IF,	/* a: body, else c (a chain of statements) */
	NODE_FOR,	/* for items in a if b: body, else c */
	NODE_SET,	/* items = a; without a: body, through the filters b */
	NODE_MACRO,	/* name(items with defaults in a): body */
	NODE_FILTER_BLOCK, /* body through the filters b */
	NODE_GROUP,	/* body */
	NODE_WITH,	/* items (NODE_SET): body */
	NODE_BREAK,
	NODE_CONTINUE,
};

/* Operators of two characters; those of one are that character. */
enum operator {
	OP_EQ = 256,
	OP_NE,
	OP_LE,
	OP_GE,
	OP_POWER,
	OP_FLOOR,
	OP_IN,
	OP_NOT_IN,
};

/**
 * struct node - a part of the syntax tree
 * @type: kind, which says what the rest means
 * @at: byte in the source
 * @op: operator
 * @name: name
 * @value: value
 * @a: see enum node_type; likewise @b, @c, @d
 * @items: first of several, chained by @next
 * @keywords: arguments with a name, chained by @next: name = a
 * @body: statements
 * @next: the one behind
 * @builtin: filter or test that @name means
 */
struct node {
	enum node_type type;
	size_t at;
	int op;
	struct str name;
	struct tv value;
	struct node *a, *b, *c, *d, *items, *keywords, *body, *next;
	const struct builtin *builtin;
};

#endif
