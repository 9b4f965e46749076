// SPDX-License-Identifier: MIT
/* Statements. */
#include <errno.h>

#include "parser.h"

static struct node *body(struct parser *p, const char *const *ends);

static void end_block(struct parser *p)
{
	if (p->token->type != TOKEN_BLOCK_END)
		parser_unexpected(p, "the end of the tag");
	parser_next(p);
}

/* Statements up to {% end %}, whose tag is passed. */
static struct node *body_to(struct parser *p, const char *end)
{
	const char *const ends[] = { end, NULL };
	struct node *first = body(p, ends);

	parser_next(p);
	end_block(p);
	return first;
}

static struct node *print(struct parser *p)
{
	struct node *n = parser_node(p, NODE_PRINT);

	parser_next(p);
	n->a = parser_tuple(p);
	if (p->token->type != TOKEN_PRINT_END)
		parser_unexpected(p, "the end of the tag");
	parser_next(p);
	return n;
}

/* Behind "if" or "elif". */
static struct node *condition(struct parser *p)
{
	static const char *const ends[] = { "elif", "else", "endif", NULL };
	struct node *n = parser_node(p, NODE_IF);

	parser_enter(p);
	n->a = parser_tuple(p);
	end_block(p);
	n->body = body(p, ends);
	if (parser_skip_name(p, "elif")) {
		n->c = condition(p);
	} else if (parser_skip_name(p, "else")) {
		end_block(p);
		n->c = body_to(p, "endif");
	} else {
		parser_next(p);
		end_block(p);
	}
	p->depth--;
	return n;
}

/* A name, or names with commas between, as the left-hand side of "for" and "set". */
static struct node *target(struct parser *p, bool attributes)
{
	struct node *n = parser_node(p, NODE_NAME);

	n->name = parser_need_name(p);
	if (attributes && parser_skip_op(p, '.')) {
		n->type = NODE_ATTR;
		n->a = parser_node(p, NODE_NAME);
		n->a->name = n->name;
		n->name = parser_need_name(p);
	}
	return n;
}

static struct node *targets(struct parser *p, bool attributes)
{
	bool bracket = parser_skip_op(p, '(');
	struct node *first = target(p, attributes), *last = first;

	while (parser_skip_op(p, ',')) {
		if (p->token->type != TOKEN_NAME)
			break;
		last = last->next = target(p, attributes);
	}
	if (bracket)
		parser_need_op(p, ')');
	return first;
}

static struct node *loop(struct parser *p)
{
	static const char *const ends[] = { "else", "endfor", NULL };
	struct node *n = parser_node(p, NODE_FOR);

	n->items = targets(p, false);
	if (!parser_skip_name(p, "in"))
		parser_unexpected(p, "'in'");
	/* "if" behind it is the loop's, not the expression's */
	n->a = parser_or(p);
	if (parser_is_op(p, ','))
		tpl_unsupported(p->t, p->token->at, "a loop over a tuple without parentheses");
	if (parser_skip_name(p, "if"))
		n->b = parser_expression(p);
	if (parser_is_name(p, "recursive"))
		tpl_unsupported(p->t, p->token->at, "a recursive loop");
	end_block(p);
	p->loops++;
	n->body = body(p, ends);
	p->loops--;
	if (parser_skip_name(p, "else")) {
		end_block(p);
		n->c = body_to(p, "endfor");
		return n;
	}
	parser_next(p);
	end_block(p);
	return n;
}

static struct node *set(struct parser *p)
{
	struct node *n = parser_node(p, NODE_SET);

	n->items = targets(p, true);
	if (parser_skip_op(p, '=')) {
		n->a = parser_tuple(p);
		end_block(p);
		return n;
	}
	if (n->items->next)
		parser_unexpected(p, "'='");
	if (parser_skip_op(p, '|'))
		n->b = parser_filters(p, NULL);
	end_block(p);
	n->body = body_to(p, "endset");
	return n;
}

static struct node *parameter(struct parser *p, bool need_default)
{
	struct node *n = parser_node(p, NODE_NAME);

	n->name = parser_need_name(p);
	if (parser_skip_op(p, '='))
		n->a = parser_expression(p);
	else if (need_default)
		parser_unexpected(p, "'=': a parameter behind one with a default needs one");
	return n;
}

static struct node *macro(struct parser *p)
{
	struct node *n = parser_node(p, NODE_MACRO), **end = &n->items;
	unsigned int loops = p->loops;
	bool defaults = false;

	n->name = parser_need_name(p);
	parser_need_op(p, '(');
	while (!parser_skip_op(p, ')')) {
		if (n->items)
			parser_need_op(p, ',');
		*end = parameter(p, defaults);
		defaults = (*end)->a;
		end = &(*end)->next;
	}
	end_block(p);
	p->macros++;
	p->loops = 0;
	n->body = body_to(p, "endmacro");
	p->loops = loops;
	p->macros--;
	return n;
}

static struct node *filter_block(struct parser *p)
{
	struct node *n = parser_node(p, NODE_FILTER_BLOCK);

	n->b = parser_filters(p, NULL);
	end_block(p);
	n->body = body_to(p, "endfilter");
	return n;
}

/* transformers has this tag to mark what a model is trained on: it leaves no trace in the text. */
static struct node *generation(struct parser *p)
{
	struct node *n = parser_node(p, NODE_GROUP);

	end_block(p);
	n->body = body_to(p, "endgeneration");
	return n;
}

static struct node *leave_loop(struct parser *p, enum node_type type)
{
	struct node *n = parser_node(p, type);

	if (!p->loops)
		tpl_fail(p->t, n->at, -EINVAL, "not in a loop");
	end_block(p);
	return n;
}

static struct node *do_break(struct parser *p)
{
	return leave_loop(p, NODE_BREAK);
}

static struct node *do_continue(struct parser *p)
{
	return leave_loop(p, NODE_CONTINUE);
}

static struct node *statement(struct parser *p)
{
	static const struct {
		struct str name;
		struct node *(*read)(struct parser *p);
	} kinds[] = {
		{ STR("if"), condition },	{ STR("for"), loop },
		{ STR("set"), set },		{ STR("macro"), macro },
		{ STR("filter"), filter_block },	{ STR("generation"), generation },
		{ STR("break"), do_break },	{ STR("continue"), do_continue },
	};
	size_t at = p->token->at;
	struct str name = parser_need_name(p);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (str_equal(name, kinds[i].name)) {
			struct node *n = kinds[i].read(p);

			n->at = at;
			return n;
		}
	}
	if (name.len > 3 && !__builtin_memcmp(name.data, "end", 3))
		tpl_fail(p->t, at, -EINVAL, "'%.*s' without a beginning", STR_ARGS(name));
	tpl_unsupported(p->t, at, "the tag '%.*s'", STR_ARGS(name));
}

static bool at_end(const struct parser *p, const char *const *ends)
{
	for (; *ends; ends++)
		if (parser_is_name(p, *ends))
			return true;
	return false;
}

static struct node *text(struct parser *p)
{
	struct node *n = parser_node(p, NODE_TEXT);

	n->value = tv_str(parser_next(p)->text);
	return n;
}

/* Statements up to a tag of one of these names, which is the next token then, or to the end. */
static struct node *body(struct parser *p, const char *const *ends)
{
	struct node *first = NULL, **end = &first;

	parser_enter(p);
	while (p->token->type != TOKEN_END) {
		if (p->token->type == TOKEN_TEXT) {
			*end = text(p);
		} else if (p->token->type == TOKEN_PRINT) {
			*end = print(p);
		} else {
			parser_next(p);
			if (at_end(p, ends))
				break;
			*end = statement(p);
		}
		end = &(*end)->next;
	}
	if (*ends && p->token->type == TOKEN_END)
		parser_unexpected(p, *ends);
	p->depth--;
	return first;
}

struct node *parser_read(struct tpl *t)
{
	static const char *const none[] = { NULL };
	struct parser p = { .t = t, .token = lexer_read(t) };

	return body(&p, none);
}
