/* SPDX-License-Identifier: MIT */
/* From tokens to a syntax tree. */
#ifndef TEMPLATE_PARSER_H
#define TEMPLATE_PARSER_H

#include "lexer.h"

/**
 * struct parser - the state
 * @t: what is under way
 * @token: the next one
 * @depth: expressions and statements around it
 * @loops: loops around it
 * @macros: macros around it
 */
struct parser {
	struct tpl *t;
	struct token *token;
	unsigned int depth, loops, macros;
};

/**
 * parser_read() - read a template
 * @t: what is under way, whose source is the text
 *
 * Return: its statements, chained.
 */
struct node *parser_read(struct tpl *t);

/**
 * parser_expression() - read an expression
 * @p: the parser
 *
 * Return: the expression.
 */
struct node *parser_expression(struct parser *p);

/**
 * parser_or() - read an expression without a condition: what may stand in front of "if"
 * @p: the parser
 *
 * Return: the expression.
 */
struct node *parser_or(struct parser *p);

/**
 * parser_tuple() - read an expression, or several with commas between, which are a tuple
 * @p: the parser
 *
 * Return: the expression.
 */
struct node *parser_tuple(struct parser *p);

/**
 * parser_filters() - read filters behind an expression or without one
 * @p: the parser, at "|" or, if there is no expression, at a name
 * @a: the expression, or NULL
 *
 * Return: the expression with its filters.
 */
struct node *parser_filters(struct parser *p, struct node *a);

/**
 * parser_node() - a new node
 * @p: the parser, whose next token says where it is
 * @type: its type
 *
 * Return: the node.
 */
struct node *parser_node(struct parser *p, enum node_type type);

/**
 * parser_next() - go on to the next token
 * @p: the parser
 *
 * Return: the token that was next until now.
 */
struct token *parser_next(struct parser *p);

/**
 * parser_is_op() - is this operator next?
 * @p: the parser
 * @op: the operator
 *
 * Return: whether it is.
 */
bool parser_is_op(const struct parser *p, int op);

/**
 * parser_is_name() - is this name next?
 * @p: the parser
 * @name: the name
 *
 * Return: whether it is.
 */
bool parser_is_name(const struct parser *p, const char *name);

/**
 * parser_skip_op() - go on behind an operator if it is next
 * @p: the parser
 * @op: the operator
 *
 * Return: whether it was.
 */
bool parser_skip_op(struct parser *p, int op);

/**
 * parser_skip_name() - go on behind a name if it is next
 * @p: the parser
 * @name: the name
 *
 * Return: whether it was.
 */
bool parser_skip_name(struct parser *p, const char *name);

/**
 * parser_need_op() - go on behind an operator, which must be next
 * @p: the parser
 * @op: the operator, one character
 */
void parser_need_op(struct parser *p, int op);

/**
 * parser_need_name() - go on behind a name, which must be next
 * @p: the parser
 *
 * Return: the name.
 */
struct str parser_need_name(struct parser *p);

/**
 * parser_unexpected() - give up because of the next token
 * @p: the parser
 * @wanted: what should be there instead
 */
noreturn void parser_unexpected(struct parser *p, const char *wanted);

/**
 * parser_enter() - one level deeper, or give up; undone by @p->depth--
 * @p: the parser
 */
void parser_enter(struct parser *p);

#endif
