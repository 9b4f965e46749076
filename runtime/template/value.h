/* SPDX-License-Identifier: MIT */
/* Values of a template: what Python's would be. */
#ifndef TEMPLATE_VALUE_H
#define TEMPLATE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct node;
struct scope;

/**
 * struct str - bytes of a string
 * @data: UTF-8, not terminated
 * @len: bytes
 */
struct str {
	const char *data;
	size_t len;
};

/* So many bytes of a string cost as much as one step. */
#define STEP_BYTES 64

/* A string literal as struct str. */
#define STR(literal) ((struct str){ literal, sizeof(literal) - 1 })

/**
 * enum tv_type - kinds of values
 * @TV_UNDEFINED: no such variable, attribute or item
 * @TV_NONE: None
 * @TV_BOOL: True or False
 * @TV_INT: whole number of 64 bits; more is refused
 * @TV_FLOAT: number
 * @TV_STRING: string
 * @TV_LIST: list
 * @TV_TUPLE: tuple, a list that is written with parentheses
 * @TV_VIEW: what can be walked and counted, but is no list: a range, a dict's keys, values, items
 * @TV_ITER: what can be walked once: the result of map() and the like
 * @TV_DICT: dict in the order of insertion
 * @TV_NAMESPACE: namespace(), whose attributes can be set; also a dict
 * @TV_LOOP: the variable loop
 * @TV_MACRO: macro
 * @TV_BUILTIN: function that the environment has
 * @TV_METHOD: method of a value
 */
enum tv_type {
	TV_UNDEFINED,
	TV_NONE,
	TV_BOOL,
	TV_INT,
	TV_FLOAT,
	TV_STRING,
	TV_LIST,
	TV_TUPLE,
	TV_VIEW,
	TV_ITER,
	TV_DICT,
	TV_NAMESPACE,
	TV_LOOP,
	TV_MACRO,
	TV_BUILTIN,
	TV_METHOD,
};

/**
 * struct tv - a value; small, passed by value; what it points to lives in an arena
 * @type: kind
 * @b: TV_BOOL
 * @i: TV_INT
 * @f: TV_FLOAT
 * @s: TV_STRING; TV_UNDEFINED: what is undefined
 * @list: TV_LIST, TV_TUPLE, TV_VIEW, TV_ITER
 * @dict: TV_DICT, TV_NAMESPACE
 * @loop: TV_LOOP
 * @macro: TV_MACRO
 * @builtin: TV_BUILTIN
 * @method: TV_METHOD
 */
struct tv {
	enum tv_type type;
	union {
		bool b;
		int64_t i;
		double f;
		struct str s;
		struct tv_list *list;
		struct tv_dict *dict;
		struct tv_loop *loop;
		struct tv_macro *macro;
		const struct builtin *builtin;
		struct tv_method *method;
	};
};

/**
 * struct tv_list - items
 * @items: of which there are
 * @count: many
 * @room: places at @items
 * @walked: TV_ITER: it has been walked, nothing is left
 */
struct tv_list {
	struct tv *items;
	size_t count, room;
	bool walked;
};

/**
 * struct tv_dict - keys and values
 * @keys: of which there are as many as @values, in a list of the same length
 * @values: values
 */
struct tv_dict {
	struct tv_list keys, values;
};

/**
 * struct tv_loop - a loop's state
 * @items: what is walked
 * @index: from 0
 */
struct tv_loop {
	const struct tv_list *items;
	size_t index;
};

/**
 * struct tv_macro - a macro and the scope that it was defined in
 * @node: its statement
 * @scope: what it sees
 */
struct tv_macro {
	const struct node *node;
	struct scope *scope;
};

/**
 * struct tv_method - a method and its object
 * @object: the object
 * @name: of the method
 */
struct tv_method {
	struct tv object;
	struct str name;
};

static inline bool str_equal(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || !__builtin_memcmp(a.data, b.data, a.len));
}

static inline struct tv tv_none(void)
{
	return (struct tv){ .type = TV_NONE };
}

static inline struct tv tv_bool(bool b)
{
	return (struct tv){ .type = TV_BOOL, .b = b };
}

static inline struct tv tv_int(int64_t i)
{
	return (struct tv){ .type = TV_INT, .i = i };
}

static inline struct tv tv_float(double f)
{
	return (struct tv){ .type = TV_FLOAT, .f = f };
}

static inline struct tv tv_str(struct str s)
{
	return (struct tv){ .type = TV_STRING, .s = s };
}

/* A value for a name that has none. */
static inline struct tv tv_undefined(struct str what)
{
	return (struct tv){ .type = TV_UNDEFINED, .s = what };
}

/**
 * tv_list_new() - an empty list
 * @a: where it lives
 * @type: TV_LIST, TV_TUPLE, TV_VIEW or TV_ITER
 *
 * Return: the list, or a value of type TV_UNDEFINED: out of memory.
 */
struct tv tv_list_new(struct arena *a, enum tv_type type);

/**
 * tv_dict_new() - an empty dict
 * @a: where it lives
 * @type: TV_DICT or TV_NAMESPACE
 *
 * Return: the dict, or a value of type TV_UNDEFINED: out of memory.
 */
struct tv tv_dict_new(struct arena *a, enum tv_type type);

/**
 * tv_list_add() - append an item
 * @a: where the list lives
 * @list: the list
 * @item: the item
 *
 * Return: false: out of memory.
 */
bool tv_list_add(struct arena *a, struct tv_list *list, struct tv item);

/**
 * tv_dict_set() - set a key, the last one added if it is new
 * @a: where the dict lives
 * @dict: the dict
 * @key: a string, number, bool or None
 * @value: its value
 *
 * Return: false: out of memory.
 */
bool tv_dict_set(struct arena *a, struct tv_dict *dict, struct tv key, struct tv value);

/**
 * tv_dict_get() - find a key
 * @dict: the dict
 * @key: the key
 *
 * Return: its value, or NULL.
 */
const struct tv *tv_dict_get(const struct tv_dict *dict, struct tv key);

/**
 * tv_equal() - a == b
 * @a: a value
 * @b: another
 * @budget: steps that the comparison may take, reduced by those that it took: values may hold the
 *	same list many times over, and strings be long
 *
 * Return: whether they are equal; meaningless if @budget is 0 afterwards.
 */
bool tv_equal(struct tv a, struct tv b, size_t *budget);

/**
 * tv_true() - would "if" take it?
 * @v: the value
 *
 * Return: whether it is true.
 */
bool tv_true(struct tv v);

/**
 * tv_number() - is it a number? True and False are.
 * @v: the value
 *
 * Return: whether it is a number.
 */
bool tv_number(struct tv v);

/**
 * tv_as_float() - a number's value
 * @v: a value for which tv_number() is true
 *
 * Return: the value.
 */
double tv_as_float(struct tv v);

/**
 * tv_as_int() - the value of a whole number, of True or of False
 * @v: TV_INT or TV_BOOL
 *
 * Return: the value.
 */
int64_t tv_as_int(struct tv v);

/**
 * tv_is_sequence() - has it items in a struct tv_list?
 * @v: the value
 *
 * Return: whether it has.
 */
bool tv_is_sequence(struct tv v);

/**
 * tv_type_name() - what to call a value's kind
 * @v: the value
 *
 * Return: for example "string".
 */
const char *tv_type_name(struct tv v);

#endif
