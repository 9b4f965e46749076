/* SPDX-License-Identifier: MIT */
/* From a template's text to tokens. */
#ifndef TEMPLATE_LEXER_H
#define TEMPLATE_LEXER_H

#include "tpl.h"

/**
 * enum token_type - kinds of tokens
 * @TOKEN_END: end of the template
 * @TOKEN_TEXT: text between tags, white space already taken away as the tags want
 * @TOKEN_PRINT: {{
 * @TOKEN_PRINT_END: its end
 * @TOKEN_BLOCK: {%
 * @TOKEN_BLOCK_END: its end
 * @TOKEN_NAME: name or keyword
 * @TOKEN_VALUE: string or number
 * @TOKEN_OP: operator or bracket, enum operator or one character
 */
enum token_type {
	TOKEN_END,
	TOKEN_TEXT,
	TOKEN_PRINT,
	TOKEN_PRINT_END,
	TOKEN_BLOCK,
	TOKEN_BLOCK_END,
	TOKEN_NAME,
	TOKEN_VALUE,
	TOKEN_OP,
};

/**
 * struct token - a token
 * @type: kind
 * @at: byte in the source
 * @op: TOKEN_OP
 * @text: TOKEN_TEXT, TOKEN_NAME
 * @value: TOKEN_VALUE
 * @next: the one behind; a TOKEN_END is behind itself
 */
struct token {
	enum token_type type;
	size_t at;
	int op;
	struct str text;
	struct tv value;
	struct token *next;
};

/**
 * lexer_read() - read all tokens
 * @t: what is under way, whose source is the text
 *
 * Return: the first.
 */
struct token *lexer_read(struct tpl *t);

/**
 * lexer_value() - read a string or number
 * @t: what is under way
 * @at: where it begins; moved behind it
 * @value: filled in
 *
 * Return: whether one begins there.
 */
bool lexer_value(struct tpl *t, size_t *at, struct tv *value);

#endif
