// SPDX-License-Identifier: MIT
/*
 * The rules of white space are jinja2's with trim_blocks and lstrip_blocks: a block or comment that
 * stands alone on its line leaves no trace of it.
 */
#include "lexer.h"

#include <errno.h>
#include <string.h>

#include "chars.h"

#define MAX_BRACKETS 200

/**
 * struct lexer - the state
 * @t: what is under way
 * @s: the text
 * @at: byte where the next token begins
 * @line_start: the last tag took the rest of its line
 * @last: last token
 */
struct lexer {
	struct tpl *t;
	struct str s;
	size_t at;
	bool line_start;
	struct token *last;
};

static bool looking_at(const struct lexer *l, size_t at, const char *what)
{
	size_t len = strlen(what);

	return at <= l->s.len && l->s.len - at >= len && !memcmp(l->s.data + at, what, len);
}

static char char_at(const struct lexer *l, size_t at)
{
	return at < l->s.len ? l->s.data[at] : '\0';
}

static size_t skip_space(const struct lexer *l, size_t at)
{
	size_t n;

	while (at < l->s.len && (n = utf8_space(l->s, at)))
		at += n;
	return at;
}

static struct token *add(struct lexer *l, enum token_type type, size_t at)
{
	struct token *token = tpl_alloc(l->t, sizeof(*token));

	token->type = type;
	token->at = at;
	token->next = token;
	if (l->last)
		l->last->next = token;
	l->last = token;
	return token;
}

static bool blank(const struct lexer *l, size_t from, size_t to)
{
	while (from < to) {
		size_t n = utf8_space(l->s, from);

		if (!n)
			return false;
		from += n;
	}
	return true;
}

/* The text from @begin to a tag at @end, whose second character and sign are given. */
static void add_text(struct lexer *l, size_t begin, size_t end, char kind, char sign)
{
	struct str text = { l->s.data + begin, end - begin };
	size_t line = end;

	if (sign == '-') {
		text = utf8_strip(text, false, true);
	} else if (sign != '+' && kind != '{') {
		while (line > begin && l->s.data[line - 1] != '\n')
			line--;
		if ((line > begin || l->line_start) && blank(l, line, end))
			text.len = line - begin;
	}
	if (text.len)
		add(l, TOKEN_TEXT, begin)->text = text;
}

/*
 * The end of a tag at a byte: its length with the white space that goes with it, or 0. A sign is
 * not for every kind: print tags and the beginning of raw text have no plus.
 */
static size_t tag_end(struct lexer *l, size_t at, const char *close, bool plus, bool trim)
{
	size_t end = at + 2;

	if (looking_at(l, at, close))
		return trim && char_at(l, end) == '\n' ? 3 : 2;
	if (!looking_at(l, at + 1, close))
		return 0;
	if (char_at(l, at) == '-')
		return skip_space(l, at + 3) - at;
	return plus && char_at(l, at) == '+' ? 3 : 0;
}

static void pass_end(struct lexer *l, size_t at, size_t len)
{
	l->at = at + len;
	l->line_start = l->s.data[l->at - 1] == '\n';
}

static void read_comment(struct lexer *l, size_t begin)
{
	for (size_t at = l->at, len; at < l->s.len; at++) {
		len = tag_end(l, at, "#}", true, true);
		if (len) {
			pass_end(l, at, len);
			return;
		}
	}
	tpl_fail(l->t, begin, -EINVAL, "this comment has no end");
}

/* Bytes of "{%- NAME" with any sign and space at @at, or 0. */
static size_t block_head(const struct lexer *l, size_t at, const char *name)
{
	size_t end = at + 2;

	if (!looking_at(l, at, "{%"))
		return 0;
	end += char_at(l, end) == '-' || char_at(l, end) == '+';
	end = skip_space(l, end);
	return looking_at(l, end, name) ? skip_space(l, end + strlen(name)) - at : 0;
}

static bool read_raw(struct lexer *l, size_t begin)
{
	size_t at = begin + block_head(l, begin, "raw"), end;

	end = at > begin ? tag_end(l, at, "%}", false, false) : 0;
	if (!end)
		return false;
	l->line_start = l->s.data[at + end - 1] == '\n';
	l->at = at + end;
	for (at = l->at; at < l->s.len; at++) {
		size_t head = block_head(l, at, "endraw");

		end = head ? tag_end(l, at + head, "%}", true, true) : 0;
		if (end) {
			add_text(l, l->at, at, '%', char_at(l, at + 2));
			pass_end(l, at + head, end);
			return true;
		}
	}
	tpl_fail(l->t, begin, -EINVAL, "{%% raw %%} without {%% endraw %%}");
}

static bool is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

static void read_name(struct lexer *l)
{
	size_t begin = l->at;

	while (is_name(char_at(l, l->at), false))
		l->at++;
	add(l, TOKEN_NAME, begin)->text = (struct str){ l->s.data + begin, l->at - begin };
}

static int two_char_operator(const struct lexer *l)
{
	static const struct { const char *text; int op; } pairs[] = {
		{ "==", OP_EQ }, { "!=", OP_NE }, { "<=", OP_LE }, { ">=", OP_GE },
		{ "**", OP_POWER }, { "//", OP_FLOOR },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (looking_at(l, l->at, pairs[i].text))
			return pairs[i].op;
	return 0;
}

/* Brackets that are open; inside of them "}}" closes two of them and ends no tag. */
struct brackets {
	char closing[MAX_BRACKETS];
	unsigned int count;
};

static void match_bracket(struct lexer *l, struct brackets *b, char c)
{
	static const char open[] = "([{", close[] = ")]}";
	const char *opening = strchr(open, c), *closing = strchr(close, c);

	if (opening) {
		if (b->count == MAX_BRACKETS)
			tpl_fail(l->t, l->at, -E2BIG, "more than %d brackets are open",
				 MAX_BRACKETS);
		b->closing[b->count++] = close[opening - open];
	} else if (closing && (!b->count || b->closing[--b->count] != c)) {
		tpl_fail(l->t, l->at, -EINVAL, "unexpected '%c'", c);
	}
}

static void read_operator(struct lexer *l, struct brackets *b)
{
	char c = char_at(l, l->at);
	int op = two_char_operator(l);
	struct token *token;

	if (!op && (!c || !strchr("+-/*%~[](){}><=.:|,;", c))) {
		if ((unsigned char)c >= 0x80)
			tpl_unsupported(l->t, l->at, "a name that is not ASCII");
		tpl_fail(l->t, l->at, -EINVAL, "unexpected character");
	}
	if (!op)
		match_bracket(l, b, c);
	token = add(l, TOKEN_OP, l->at);
	token->op = op ? op : c;
	l->at += op ? 2 : 1;
}

static void read_tag(struct lexer *l, size_t begin, bool block)
{
	struct brackets b = { .count = 0 };
	struct tv value;

	for (;;) {
		size_t end = 0, at;

		l->at = at = skip_space(l, l->at);
		if (at >= l->s.len)
			tpl_fail(l->t, begin, -EINVAL, "this tag has no end");
		if (!b.count)
			end = tag_end(l, at, block ? "%}" : "}}", block, block);
		if (end) {
			add(l, block ? TOKEN_BLOCK_END : TOKEN_PRINT_END, at);
			pass_end(l, at, end);
			return;
		}
		if (is_name(char_at(l, at), true))
			read_name(l);
		else if (lexer_value(l->t, &l->at, &value))
			add(l, TOKEN_VALUE, at)->value = value;
		else
			read_operator(l, &b);
	}
}

static size_t find_tag(const struct lexer *l)
{
	for (size_t at = l->at; at + 1 < l->s.len; at++)
		if (l->s.data[at] == '{' && strchr("{%#", l->s.data[at + 1]) && l->s.data[at + 1])
			return at;
	return l->s.len;
}

static void read_part(struct lexer *l)
{
	size_t tag = find_tag(l);
	char kind = char_at(l, tag + 1), sign = char_at(l, tag + 2);

	if (tag == l->s.len) {
		add_text(l, l->at, tag, '{', '+');
		l->at = tag;
		return;
	}
	add_text(l, l->at, tag, kind, sign);
	if (kind == '%' && read_raw(l, tag))
		return;
	l->at = tag + 2 + (sign == '-' || sign == '+');
	if (kind == '#') {
		read_comment(l, tag);
		return;
	}
	add(l, kind == '%' ? TOKEN_BLOCK : TOKEN_PRINT, tag);
	read_tag(l, tag, kind == '%');
}

struct token *lexer_read(struct tpl *t)
{
	struct lexer l = { .t = t, .s = t->source, .line_start = true };
	struct token first = { .next = NULL };

	l.last = &first;
	while (l.at < l.s.len)
		read_part(&l);
	add(&l, TOKEN_END, l.s.len);
	return first.next;
}
