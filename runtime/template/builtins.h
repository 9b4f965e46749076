/* SPDX-License-Identifier: MIT */
/* Filters, tests, functions and methods. */
#ifndef TEMPLATE_BUILTINS_H
#define TEMPLATE_BUILTINS_H

#include "value.h"

struct render;

#define MAX_PARAMS 4

/**
 * struct keyword - an argument with a name
 * @name: name
 * @value: value
 */
struct keyword {
	struct str name;
	struct tv value;
};

/**
 * struct call - a call under way
 * @at: where in the source
 * @name: what is called
 * @self: what is filtered, tested, or the method's object
 * @args: arguments; in the order of the builtin's parameters, undefined where @given says so,
 *	unless the builtin takes any
 * @count: of them
 * @given: bit i: args[i] was given
 * @keywords: arguments with names, for builtins that take any
 * @n_keywords: of them
 */
struct call {
	size_t at;
	struct str name;
	struct tv self, *args;
	size_t count;
	unsigned int given;
	struct keyword *keywords;
	size_t n_keywords;
};

/**
 * struct builtin - something that can be called
 * @name: its name in templates
 * @run: what it does; NULL: Python has it, this engine does not
 * @params: names of its parameters; ended by an empty one unless all are used
 * @required: how many must be given
 * @any: takes any arguments, and looks at them itself
 * @types: methods: of which types, one bit each by enum tv_type
 */
struct builtin {
	struct str name;
	struct tv (*run)(struct render *r, struct call *c);
	struct str params[MAX_PARAMS];
	unsigned int required;
	bool any;
	unsigned int types;
};

/**
 * builtin_filter() - find a filter
 * @name: its name
 *
 * Return: the filter, or NULL.
 */
const struct builtin *builtin_filter(struct str name);

/**
 * builtin_test() - find a test
 * @name: its name
 *
 * Return: the test, or NULL.
 */
const struct builtin *builtin_test(struct str name);

/**
 * builtin_function() - find a function
 * @name: its name
 *
 * Return: the function, or NULL; one without run is Jinja's, but not supported.
 */
const struct builtin *builtin_function(struct str name);

/**
 * builtin_method() - find a method
 * @type: of the object
 * @name: of the method
 *
 * Return: the method, or NULL; one without run is Python's, but not supported.
 */
const struct builtin *builtin_method(enum tv_type type, struct str name);

#endif
