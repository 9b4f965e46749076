/* SPDX-License-Identifier: MIT */
/* What the parts that render share. */
#ifndef TEMPLATE_RENDER_H
#define TEMPLATE_RENDER_H

#include "builtins.h"
#include "template.h"
#include "tpl.h"

/**
 * struct scope - variables
 * @parent: scope around it, or NULL
 * @vars: the newest first
 * @count: of @vars
 */
struct scope {
	struct scope *parent;
	struct variable *vars;
	size_t count;
};

/**
 * struct buffer - text that grows
 * @data: bytes
 * @len: of which there are
 * @room: and would fit
 */
struct buffer {
	char *data;
	size_t len, room;
};

/**
 * struct render - a rendering under way
 * @t: memory and failures
 * @steps: that may still be taken
 * @depth: of the C stack, counted in expressions, statements and values inside of values
 * @scope: what is visible
 * @out: where text goes
 * @now: time
 */
struct render {
	struct tpl t;
	size_t steps;
	unsigned int depth;
	struct scope *scope;
	struct buffer *out;
	time_t now;
};

/* render.c */

/**
 * render_charge() - take steps, or give up
 * @r: the rendering
 * @at: where in the source
 * @steps: how many
 */
void render_charge(struct render *r, size_t at, size_t steps);

/**
 * render_enter() - one level deeper, or give up; undone by @r->depth--
 * @r: the rendering
 * @at: where in the source
 */
void render_enter(struct render *r, size_t at);

/**
 * render_body() - render statements
 * @r: the rendering
 * @body: the statements, chained
 *
 * Return: NODE_BREAK or NODE_CONTINUE if such a one ended them, else NODE_GROUP.
 */
enum node_type render_body(struct render *r, const struct node *body);

/**
 * render_capture() - render statements into a string
 * @r: the rendering
 * @body: the statements
 * @scope: their scope
 *
 * Return: the text.
 */
struct tv render_capture(struct render *r, const struct node *body, struct scope *scope);

/**
 * render_macro() - call a macro
 * @r: the rendering
 * @macro: the macro
 * @c: the call, with any arguments
 *
 * Return: its text.
 */
struct tv render_macro(struct render *r, const struct tv_macro *macro, struct call *c);

/* scope.c */

/**
 * scope_new() - a scope inside another
 * @r: the rendering
 * @parent: the other
 *
 * Return: the scope.
 */
struct scope *scope_new(struct render *r, struct scope *parent);

/**
 * scope_set() - set a variable of a scope itself
 * @r: the rendering
 * @s: the scope
 * @name: the variable
 * @value: its value
 */
void scope_set(struct render *r, struct scope *s, struct str name, struct tv value);

/**
 * scope_get() - find a variable in a scope or around it
 * @r: the rendering
 * @s: the scope
 * @name: the variable
 *
 * Return: its value, or NULL.
 */
const struct tv *scope_get(struct render *r, const struct scope *s, struct str name);

/* evaluate.c */

/**
 * evaluate() - compute an expression
 * @r: the rendering
 * @n: the expression
 *
 * Return: its value.
 */
struct tv evaluate(struct render *r, const struct node *n);

/**
 * evaluate_filters() - pass a value through the filters of a block
 * @r: the rendering
 * @n: the outermost filter; the innermost has no operand
 * @value: the value
 *
 * Return: what comes out.
 */
struct tv evaluate_filters(struct render *r, const struct node *n, struct tv value);

/**
 * evaluate_attribute() - object.name
 * @r: the rendering
 * @at: where in the source
 * @object: the object
 * @name: the attribute
 *
 * Return: its value, maybe an undefined one.
 */
struct tv evaluate_attribute(struct render *r, size_t at, struct tv object, struct str name);

/**
 * evaluate_item() - object[key]
 * @r: the rendering
 * @at: where in the source
 * @object: the object
 * @key: the key
 *
 * Return: its value, maybe an undefined one.
 */
struct tv evaluate_item(struct render *r, size_t at, struct tv object, struct tv key);

/* operators.c */

/**
 * operate() - a op b
 * @r: the rendering
 * @at: where in the source
 * @op: + - * / // % **
 * @a: left-hand side
 * @b: right-hand side
 *
 * Return: the result.
 */
struct tv operate(struct render *r, size_t at, int op, struct tv a, struct tv b);

/**
 * compare() - a op b
 * @r: the rendering
 * @at: where in the source
 * @op: == != < <= > >= in, not in
 * @a: left-hand side
 * @b: right-hand side
 *
 * Return: whether it holds.
 */
bool compare(struct render *r, size_t at, int op, struct tv a, struct tv b);

/**
 * slice() - object[start:stop:step]
 * @r: the rendering
 * @at: where in the source
 * @object: string, list or tuple
 * @part: start, stop and step; undefined where they are missing
 *
 * Return: the slice.
 */
struct tv slice(struct render *r, size_t at, struct tv object, const struct tv part[3]);

/**
 * find() - look for a string in a string
 * @r: the rendering
 * @at: where in the source
 * @in: where to look
 * @what: for what
 *
 * Return: byte, or @in.len + 1: it is not there.
 */
size_t find(struct render *r, size_t at, struct str in, struct str what);

/* call.c */

/**
 * call_builtin() - call a builtin with the arguments of a call
 * @r: the rendering
 * @b: the builtin
 * @c: the call, as it is written
 *
 * Return: its result.
 */
struct tv call_builtin(struct render *r, const struct builtin *b, struct call *c);

/**
 * call_read() - compute the arguments of a call
 * @r: the rendering
 * @n: the call, filter or test
 * @c: filled in but for @c->self
 */
void call_read(struct render *r, const struct node *n, struct call *c);

/**
 * call_string() - an argument that must be a string
 * @r: the rendering
 * @c: the call
 * @v: the argument, or @c->self
 *
 * Return: the string.
 */
struct str call_string(struct render *r, const struct call *c, struct tv v);

/**
 * call_int() - an argument that must be a whole number
 * @r: the rendering
 * @c: the call
 * @v: the argument, or @c->self
 *
 * Return: the number.
 */
int64_t call_int(struct render *r, const struct call *c, struct tv v);

/**
 * call_given() - was an argument given?
 * @c: the call
 * @index: of the parameter
 *
 * Return: whether it was.
 */
static inline bool call_given(const struct call *c, unsigned int index)
{
	return c->given >> index & 1;
}

/**
 * call_fail() - give up: arguments that mean nothing to a builtin
 * @r: the rendering
 * @c: the call
 * @v: the argument
 */
noreturn void call_fail(struct render *r, const struct call *c, struct tv v);

/* walk.c */

/**
 * walk() - the items of a value that can be walked
 * @r: the rendering
 * @at: where in the source
 * @v: the value; an iterator is used up
 *
 * Return: the items, not to be changed.
 */
const struct tv_list *walk(struct render *r, size_t at, struct tv v);

/**
 * make_list() - an empty list, or give up
 * @r: the rendering
 * @type: TV_LIST, TV_TUPLE, TV_VIEW or TV_ITER
 *
 * Return: the list.
 */
struct tv make_list(struct render *r, enum tv_type type);

/**
 * list_add() - append an item, or give up
 * @r: the rendering
 * @list: the list
 * @item: the item
 */
void list_add(struct render *r, struct tv list, struct tv item);

/**
 * make_pair() - a tuple of two
 * @r: the rendering
 * @a: its first
 * @b: its second
 *
 * Return: the tuple.
 */
struct tv make_pair(struct render *r, struct tv a, struct tv b);

/**
 * dict_items() - a dict's pairs
 * @r: the rendering
 * @dict: the dict
 * @type: TV_VIEW or TV_ITER
 *
 * Return: tuples of key and value.
 */
struct tv dict_items(struct render *r, const struct tv_dict *dict, enum tv_type type);

/* write.c */

/**
 * buffer_put() - append to a text
 * @r: the rendering
 * @b: the text
 * @s: what to append
 */
void buffer_put(struct render *r, struct buffer *b, struct str s);

/**
 * write_value() - append what str() of a value is
 * @r: the rendering
 * @at: where in the source
 * @b: the text
 * @v: the value
 */
void write_value(struct render *r, size_t at, struct buffer *b, struct tv v);

/**
 * to_string() - str() of a value
 * @r: the rendering
 * @at: where in the source
 * @v: the value
 *
 * Return: the string.
 */
struct str to_string(struct render *r, size_t at, struct tv v);

/**
 * write_float() - append a number as Python writes it, with as few digits as tell it apart
 * @r: the rendering
 * @b: the text
 * @f: the number
 */
void write_float(struct render *r, struct buffer *b, double f);

/* Tables of builtins, each ended by an empty name. */
extern const struct builtin string_filters[], list_filters[], tests[], functions[], methods[];

#endif
