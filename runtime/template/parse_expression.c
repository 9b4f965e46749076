// SPDX-License-Identifier: MIT
/*
 * Expressions. The levels of precedence are jinja2's, which are not quite Python's: filters and tests
 * bind tighter than any operator, "~" tighter than "+", and "**" goes from left to right.
 */
#include <errno.h>
#include <string.h>

#include "builtins.h"
#include "parser.h"

static struct node *unary(struct parser *p, bool with_filters);

static struct node *pair(struct parser *p, enum node_type type, struct node *a)
{
	struct node *n = parser_node(p, type);

	n->a = a;
	return n;
}

static void add_item(struct node ***end, struct node *item)
{
	**end = item;
	*end = &item->next;
}

static struct node *list_item(struct parser *p)
{
	struct node *wrapped = parser_node(p, NODE_GROUP);

	/* wrapped, because an expression may be an item of one list only */
	wrapped->a = parser_expression(p);
	return wrapped;
}

static void read_items(struct parser *p, struct node *n, int close)
{
	struct node **end = &n->items;

	while (!parser_skip_op(p, close)) {
		if (n->items)
			parser_need_op(p, ',');
		if (n->items && parser_skip_op(p, close))
			return;
		add_item(&end, list_item(p));
	}
}

static struct node *dict(struct parser *p)
{
	struct node *n = parser_node(p, NODE_DICT), **end = &n->items;

	parser_need_op(p, '{');
	while (!parser_skip_op(p, '}')) {
		if (n->items)
			parser_need_op(p, ',');
		if (n->items && parser_skip_op(p, '}'))
			return n;
		add_item(&end, list_item(p));
		parser_need_op(p, ':');
		add_item(&end, list_item(p));
	}
	return n;
}

static struct node *parenthesis(struct parser *p)
{
	struct node *n;

	parser_need_op(p, '(');
	if (parser_is_op(p, ')')) {
		n = parser_node(p, NODE_TUPLE);
		parser_next(p);
		return n;
	}
	n = parser_tuple(p);
	parser_need_op(p, ')');
	return n;
}

static struct node *string_or_number(struct parser *p)
{
	struct node *n = parser_node(p, NODE_CONST);

	n->value = parser_next(p)->value;
	/* strings that stand side by side are one */
	while (n->value.type == TV_STRING && p->token->type == TOKEN_VALUE &&
	       p->token->value.type == TV_STRING) {
		struct str a = n->value.s, b = parser_next(p)->value.s;
		char *joined = tpl_alloc(p->t, a.len + b.len + 1);

		memcpy(joined, a.data, a.len);
		memcpy(joined + a.len, b.data, b.len);
		n->value.s = (struct str){ joined, a.len + b.len };
	}
	return n;
}

/* A word that is a constant, or a variable. */
static struct node *name(struct parser *p)
{
	static const struct { const char *word; struct tv value; } constants[] = {
		{ "true", { .type = TV_BOOL, .b = true } }, { "True", { .type = TV_BOOL, .b = true } },
		{ "false", { .type = TV_BOOL } },	    { "False", { .type = TV_BOOL } },
		{ "none", { .type = TV_NONE } },	    { "None", { .type = TV_NONE } },
	};
	static const struct str of_macros[] = { STR("caller"), STR("varargs"), STR("kwargs") };
	struct node *n = parser_node(p, NODE_NAME);

	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		if (parser_skip_name(p, constants[i].word)) {
			n->type = NODE_CONST;
			n->value = constants[i].value;
			return n;
		}
	}
	n->name = parser_next(p)->text;
	for (size_t i = 0; p->macros && i < sizeof(of_macros) / sizeof(of_macros[0]); i++)
		if (str_equal(n->name, of_macros[i]))
			tpl_unsupported(p->t, n->at, "%.*s in a macro", STR_ARGS(n->name));
	return n;
}

static struct node *primary(struct parser *p)
{
	struct node *n;

	if (p->token->type == TOKEN_NAME)
		return name(p);
	if (p->token->type == TOKEN_VALUE)
		return string_or_number(p);
	if (parser_is_op(p, '('))
		return parenthesis(p);
	if (parser_is_op(p, '{'))
		return dict(p);
	if (!parser_is_op(p, '['))
		parser_unexpected(p, "an expression");
	n = parser_node(p, NODE_LIST);
	parser_next(p);
	read_items(p, n, ']');
	return n;
}

/* a.name or a.0 */
static struct node *attribute(struct parser *p, struct node *a)
{
	struct node *n = pair(p, NODE_ATTR, a);

	parser_next(p);
	if (p->token->type == TOKEN_VALUE && p->token->value.type == TV_INT) {
		n->type = NODE_ITEM;
		n->b = string_or_number(p);
		return n;
	}
	n->name = parser_need_name(p);
	return n;
}

static bool slice_part_ends(const struct parser *p)
{
	return parser_is_op(p, ':') || parser_is_op(p, ']');
}

static struct node *subscript(struct parser *p, struct node *a)
{
	struct node *n = pair(p, NODE_ITEM, a);

	parser_next(p);
	if (!parser_is_op(p, ':'))
		n->b = parser_expression(p);
	if (parser_skip_op(p, ':')) {
		n->type = NODE_SLICE;
		if (!slice_part_ends(p))
			n->c = parser_expression(p);
		if (parser_skip_op(p, ':') && !slice_part_ends(p))
			n->d = parser_expression(p);
	}
	if (parser_is_op(p, ','))
		tpl_unsupported(p->t, p->token->at, "an index with commas");
	parser_need_op(p, ']');
	return n;
}

static bool keyword_follows(const struct parser *p)
{
	const struct token *after = p->token->next;

	return p->token->type == TOKEN_NAME && after->type == TOKEN_OP && after->op == '=';
}

static struct node *keyword(struct parser *p)
{
	struct node *n = parser_node(p, NODE_GROUP);

	n->name = parser_need_name(p);
	parser_need_op(p, '=');
	n->a = parser_expression(p);
	return n;
}

/* (a, b, name=c) */
static void arguments(struct parser *p, struct node *call)
{
	struct node **end = &call->items, **keywords_end = &call->keywords;
	bool first = true;

	parser_need_op(p, '(');
	for (; !parser_skip_op(p, ')'); first = false) {
		if (!first)
			parser_need_op(p, ',');
		if (!first && parser_skip_op(p, ')'))
			return;
		if (parser_is_op(p, '*') || parser_is_op(p, OP_POWER))
			tpl_unsupported(p->t, p->token->at, "* and ** in a call");
		if (keyword_follows(p)) {
			add_item(&keywords_end, keyword(p));
			continue;
		}
		if (call->keywords)
			parser_unexpected(p, "an argument with a name");
		add_item(&end, list_item(p));
	}
}

static struct node *call(struct parser *p, struct node *a)
{
	struct node *n = pair(p, NODE_CALL, a);

	arguments(p, n);
	return n;
}

/* What follows an operand as long as @next finds something; each is one level deeper in the tree */
static struct node *chain(struct parser *p, struct node *a,
			  struct node *(*next)(struct parser *p, struct node *a))
{
	const unsigned int depth = p->depth;

	for (struct node *n = a; n; n = next(p, a)) {
		a = n;
		parser_enter(p);
	}
	p->depth = depth;
	return a;
}

static struct node *next_postfix(struct parser *p, struct node *a)
{
	if (parser_is_op(p, '.'))
		return attribute(p, a);
	if (parser_is_op(p, '['))
		return subscript(p, a);
	return parser_is_op(p, '(') ? call(p, a) : NULL;
}

static struct node *postfix(struct parser *p, struct node *a)
{
	return chain(p, a, next_postfix);
}

static struct node *filter(struct parser *p, struct node *a)
{
	struct node *n = pair(p, NODE_FILTER, a);

	n->name = parser_need_name(p);
	if (parser_is_op(p, '.'))
		tpl_unsupported(p->t, n->at, "a filter's name with a dot");
	n->builtin = builtin_filter(n->name);
	if (!n->builtin)
		tpl_unsupported(p->t, n->at, "the filter '%.*s'", STR_ARGS(n->name));
	if (parser_is_op(p, '('))
		arguments(p, n);
	return n;
}

struct node *parser_filters(struct parser *p, struct node *a)
{
	bool first = !a;

	while (first || parser_skip_op(p, '|')) {
		a = filter(p, a);
		first = false;
	}
	return a;
}

/* An argument of a test may stand there without parentheses, unless it is one of these words. */
static bool bare_argument_follows(const struct parser *p)
{
	static const char *const words[] = { "else", "or", "and", "is", "if", "in", "not" };

	if (p->token->type == TOKEN_NAME) {
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (parser_is_name(p, words[i]))
				return false;
		return true;
	}
	return p->token->type == TOKEN_VALUE || parser_is_op(p, '[') || parser_is_op(p, '{');
}

static struct node *test(struct parser *p, struct node *a)
{
	struct node *n = pair(p, NODE_TEST, a), *not = NULL;

	parser_next(p);
	if (parser_is_name(p, "not")) {
		not = parser_node(p, NODE_NOT);
		parser_next(p);
	}
	n->at = p->token->at;
	n->name = parser_need_name(p);
	n->builtin = builtin_test(n->name);
	if (!n->builtin)
		tpl_unsupported(p->t, n->at, "the test '%.*s'", STR_ARGS(n->name));
	if (parser_is_op(p, '(')) {
		arguments(p, n);
	} else if (bare_argument_follows(p)) {
		n->items = parser_node(p, NODE_GROUP);
		n->items->a = postfix(p, primary(p));
	}
	if (not)
		not->a = n;
	return not ? not : n;
}

static struct node *next_filter_or_test(struct parser *p, struct node *a)
{
	if (parser_skip_op(p, '|'))
		return filter(p, a);
	if (parser_is_name(p, "is"))
		return test(p, a);
	return parser_is_op(p, '(') ? call(p, a) : NULL;
}

static struct node *filters_and_tests(struct parser *p, struct node *a)
{
	return chain(p, a, next_filter_or_test);
}

static struct node *sign(struct parser *p)
{
	struct node *n = parser_node(p, NODE_SIGN);

	n->op = parser_next(p)->op;
	parser_enter(p);
	n->a = unary(p, false);
	p->depth--;
	return n;
}

static struct node *unary(struct parser *p, bool with_filters)
{
	struct node *a = parser_is_op(p, '-') || parser_is_op(p, '+') ? sign(p) : primary(p);

	a = postfix(p, a);
	return with_filters ? filters_and_tests(p, a) : a;
}

/* Operators of one level, from left to right. */
static struct node *operators(struct parser *p, struct node *(*operand)(struct parser *p),
			      const int *ops)
{
	struct node *a = operand(p);
	unsigned int levels = 0;

	for (;; levels++) {
		const int *op = ops;
		struct node *n;

		parser_enter(p);
		while (*op && !parser_is_op(p, *op))
			op++;
		if (!*op)
			break;
		n = pair(p, NODE_MATH, a);
		n->op = parser_next(p)->op;
		n->b = operand(p);
		a = n;
	}
	p->depth -= levels + 1;
	return a;
}

static struct node *signed_operand(struct parser *p)
{
	return unary(p, true);
}

static struct node *power(struct parser *p)
{
	static const int ops[] = { OP_POWER, 0 };

	return operators(p, signed_operand, ops);
}

static struct node *product(struct parser *p)
{
	static const int ops[] = { '*', '/', OP_FLOOR, '%', 0 };

	return operators(p, power, ops);
}

static struct node *concatenation(struct parser *p)
{
	struct node *a = product(p), *n, **end;

	if (!parser_is_op(p, '~'))
		return a;
	n = parser_node(p, NODE_CONCAT);
	n->items = parser_node(p, NODE_GROUP);
	n->items->a = a;
	end = &n->items->next;
	while (parser_skip_op(p, '~')) {
		struct node *item = parser_node(p, NODE_GROUP);

		item->a = product(p);
		add_item(&end, item);
	}
	return n;
}

static struct node *sum(struct parser *p)
{
	static const int ops[] = { '+', '-', 0 };

	return operators(p, concatenation, ops);
}

static int comparison_op(struct parser *p)
{
	static const int ops[] = { OP_EQ, OP_NE, OP_LE, OP_GE, '<', '>' };

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (parser_skip_op(p, ops[i]))
			return ops[i];
	if (parser_skip_name(p, "in"))
		return OP_IN;
	if (parser_is_name(p, "not") && p->token->next->type == TOKEN_NAME &&
	    str_equal(p->token->next->text, STR("in"))) {
		parser_next(p);
		parser_next(p);
		return OP_NOT_IN;
	}
	return 0;
}

static struct node *comparison(struct parser *p)
{
	struct node *a = sum(p), *n = pair(p, NODE_COMPARE, a), **end = &n->items;

	for (;;) {
		struct node *step = parser_node(p, NODE_GROUP);

		step->op = comparison_op(p);
		if (!step->op)
			return n->items ? n : a;
		step->a = sum(p);
		add_item(&end, step);
	}
}

static struct node *negation(struct parser *p)
{
	struct node *n = parser_node(p, NODE_NOT);

	if (!parser_skip_name(p, "not"))
		return comparison(p);
	parser_enter(p);
	n->a = negation(p);
	p->depth--;
	return n;
}

static struct node *logic(struct parser *p, struct node *(*operand)(struct parser *p),
			  const char *word, enum node_type type)
{
	struct node *a = operand(p);
	unsigned int levels = 0;

	while (parser_is_name(p, word)) {
		struct node *n = pair(p, type, a);

		parser_enter(p);
		levels++;
		parser_next(p);
		n->b = operand(p);
		a = n;
	}
	p->depth -= levels;
	return a;
}

static struct node *conjunction(struct parser *p)
{
	return logic(p, negation, "and", NODE_AND);
}

struct node *parser_or(struct parser *p)
{
	struct node *n;

	parser_enter(p);
	n = logic(p, conjunction, "or", NODE_OR);
	p->depth--;
	return n;
}

struct node *parser_expression(struct parser *p)
{
	struct node *a = parser_or(p);
	unsigned int levels = 0;

	while (parser_is_name(p, "if")) {
		struct node *n = parser_node(p, NODE_IF_ELSE);

		parser_enter(p);
		levels++;
		parser_next(p);
		n->b = a;
		n->a = parser_or(p);
		if (parser_skip_name(p, "else"))
			n->c = parser_expression(p);
		a = n;
	}
	p->depth -= levels;
	return a;
}

struct node *parser_tuple(struct parser *p)
{
	struct node *n = parser_node(p, NODE_TUPLE), **end = &n->items;
	struct node *first = list_item(p);

	if (!parser_is_op(p, ','))
		return first->a;
	add_item(&end, first);
	while (parser_skip_op(p, ',')) {
		if (p->token->type == TOKEN_BLOCK_END || p->token->type == TOKEN_PRINT_END ||
		    parser_is_op(p, ')') || parser_is_op(p, '='))
			break;
		add_item(&end, list_item(p));
	}
	return n;
}
