// SPDX-License-Identifier: MIT
/* What the parsers of statements and of expressions share. */
#include "parser.h"

#include <errno.h>
#include <string.h>

struct node *parser_node(struct parser *p, enum node_type type)
{
	struct node *n = tpl_alloc(p->t, sizeof(*n));

	n->type = type;
	n->at = p->token->at;
	return n;
}

struct token *parser_next(struct parser *p)
{
	struct token *token = p->token;

	p->token = token->next;
	return token;
}

bool parser_is_op(const struct parser *p, int op)
{
	return p->token->type == TOKEN_OP && p->token->op == op;
}

bool parser_is_name(const struct parser *p, const char *name)
{
	struct str want = { name, strlen(name) };

	return p->token->type == TOKEN_NAME && str_equal(p->token->text, want);
}

bool parser_skip_op(struct parser *p, int op)
{
	if (!parser_is_op(p, op))
		return false;
	parser_next(p);
	return true;
}

bool parser_skip_name(struct parser *p, const char *name)
{
	if (!parser_is_name(p, name))
		return false;
	parser_next(p);
	return true;
}

void parser_need_op(struct parser *p, int op)
{
	char wanted[4] = { '\'', (char)op, '\'', '\0' };

	if (!parser_skip_op(p, op))
		parser_unexpected(p, wanted);
}

struct str parser_need_name(struct parser *p)
{
	if (p->token->type != TOKEN_NAME)
		parser_unexpected(p, "a name");
	return parser_next(p)->text;
}

noreturn void parser_unexpected(struct parser *p, const char *wanted)
{
	const struct token *token = p->token;

	if (token->type == TOKEN_NAME)
		tpl_fail(p->t, token->at, -EINVAL, "'%.*s' instead of %s", STR_ARGS(token->text), wanted);
	if (token->type == TOKEN_END)
		tpl_fail(p->t, token->at, -EINVAL, "the end of the template instead of %s", wanted);
	tpl_fail(p->t, token->at, -EINVAL, "expected %s", wanted);
}

void parser_enter(struct parser *p)
{
	if (++p->depth > MAX_NESTING)
		tpl_fail(p->t, p->token->at, -E2BIG, "nested more than %d levels deep", MAX_NESTING);
}
