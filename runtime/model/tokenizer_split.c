// SPDX-License-Identifier: MIT
/* Pre-tokenisers: cutting text into words, as the regular expressions of llama.cpp do. */
#include <stdio.h>
#include <string.h>

#include "tokenizer_internal.h"
#include "unicode.h"

/**
 * struct character - a character of the text
 * @code_point: the character
 * @class: its class
 * @len: its bytes; 0 past the end
 */
struct character {
	uint32_t code_point;
	enum unicode_class class;
	size_t len;
};

static struct character char_at(const struct splitter *s, size_t pos, size_t end)
{
	struct character c = { .code_point = 0 };

	if (pos >= end)
		return c;
	c.len = utf8_decode(s->text + pos, end - pos, &c.code_point);
	c.class = unicode_class(c.code_point);
	return c;
}

/* Bytes of an English contraction at the position: 's 't 're 've 'm 'll 'd, 0 if there is none. */
static size_t contraction(const struct splitter *s, size_t pos, size_t end)
{
	static const char *const endings[] = { "s", "t", "re", "ve", "m", "ll", "d" };

	if (s->text[pos] != '\'')
		return 0;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t len = strlen(endings[i]);

		if (len < end - pos && !memcmp(s->text + pos + 1, endings[i], len))
			return 1 + len;
	}
	return 0;
}

static size_t end_of_class(const struct splitter *s, size_t pos, size_t end,
			   enum unicode_class class)
{
	struct character c = char_at(s, pos, end);

	while (c.len && c.class == class) {
		pos += c.len;
		c = char_at(s, pos, end);
	}
	return pos;
}

/* \s+(?!\S)|\s+ : of two or more white spaces, the last is left to the word behind them. */
static size_t end_of_space(const struct splitter *s, size_t pos, size_t end)
{
	size_t start = pos, last = pos;
	struct character c = char_at(s, pos, end);

	while (c.len && c.class == UNICODE_SPACE) {
		last = pos;
		pos += c.len;
		c = char_at(s, pos, end);
	}
	return pos < end && last > start ? last : pos;
}

/*
 * The word at a position of the text up to an end, by GPT-2's expression
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 */
static size_t gpt2_word(const struct splitter *s, size_t pos, size_t end)
{
	size_t start = pos, len = contraction(s, pos, end);
	struct character c;

	if (len)
		return pos + len;
	if (s->text[pos] == ' ' && pos + 1 < end)
		start = pos + 1;
	c = char_at(s, start, end);
	if (c.class == UNICODE_SPACE)
		return end_of_space(s, pos, end);
	return end_of_class(s, start, end, c.class);
}

static size_t end_of_segment(const struct splitter *s, size_t pos)
{
	struct character c = char_at(s, pos, s->len);

	while (c.len && c.class != UNICODE_NUMBER) {
		pos += c.len;
		c = char_at(s, pos, s->len);
	}
	return pos;
}

/* \p{N} first, then GPT-2's expression on what is between: numbers are words of one digit. */
static size_t smollm_word(struct splitter *s, size_t pos)
{
	struct character c;

	if (pos >= s->limit) {
		c = char_at(s, pos, s->len);
		if (c.class == UNICODE_NUMBER)
			return pos + c.len;
		s->limit = end_of_segment(s, pos);
	}
	return gpt2_word(s, pos, s->limit);
}

static size_t plain_gpt2_word(struct splitter *s, size_t pos)
{
	return gpt2_word(s, pos, s->len);
}

/* As contraction(), in capital letters as well. */
static size_t any_contraction(const struct splitter *s, size_t pos)
{
	char lower[4] = { 0 };
	const struct splitter small = { lower, 0, 0 };
	size_t n = 0;

	while (n < 3 && pos + n < s->len) {
		const char c = s->text[pos + n];

		lower[n++] = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
	}
	return contraction(&small, 0, n);
}

static bool is_newline(struct character c)
{
	return c.len && (c.code_point == '\r' || c.code_point == '\n');
}

/* [^\r\n\p{L}\p{N}]?\p{L}+ : the end of it, or the position. */
static size_t letters_word(const struct splitter *s, size_t pos)
{
	const struct character c = char_at(s, pos, s->len);
	size_t start = pos;

	if (is_newline(c) || c.class == UNICODE_NUMBER)
		return pos;
	if (c.class != UNICODE_LETTER)
		start += c.len;
	return char_at(s, start, s->len).class == UNICODE_LETTER ?
	       end_of_class(s, start, s->len, UNICODE_LETTER) : pos;
}

/* | ?[^\s\p{L}\p{N}]+[\r\n]*| : the end of it, or the position. */
static size_t signs_word(const struct splitter *s, size_t pos)
{
	const size_t start = pos + (s->text[pos] == ' ');
	struct character c = char_at(s, start, s->len);

	if (!c.len || c.class != UNICODE_OTHER)
		return pos;
	pos = end_of_class(s, start, s->len, UNICODE_OTHER);
	while (is_newline(char_at(s, pos, s->len)))
		pos++;
	return pos;
}

/* \s*[\r\n]+ : the end of it, or the position. */
static size_t lines_word(const struct splitter *s, size_t pos)
{
	size_t end = pos;

	for (struct character c = char_at(s, pos, s->len); c.len && c.class == UNICODE_SPACE;
	     c = char_at(s, pos, s->len)) {
		pos += c.len;
		end = is_newline(c) ? pos : end;
	}
	return end;
}

/*
 * (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|
 * \s*[\r\n]+|\s+(?!\S)|\s+
 */
static size_t llama3_word(struct splitter *s, size_t pos, unsigned int digits)
{
	struct character c = char_at(s, pos, s->len);
	size_t len = any_contraction(s, pos), end;

	if (len)
		return pos + len;
	end = letters_word(s, pos);
	if (end > pos)
		return end;
	for (; c.class == UNICODE_NUMBER && digits; digits--) {
		end += c.len;
		c = char_at(s, end, s->len);
	}
	end = end > pos ? end : signs_word(s, pos);
	end = end > pos ? end : lines_word(s, pos);
	return end > pos ? end : end_of_space(s, pos, s->len);
}

static size_t three_digits_word(struct splitter *s, size_t pos)
{
	return llama3_word(s, pos, 3);
}

static size_t one_digit_word(struct splitter *s, size_t pos)
{
	return llama3_word(s, pos, 1);
}

static const struct pre_tokenizer pre_tokenizers[] = {
	{ "smollm", smollm_word, false, false },
	{ "starcoder", smollm_word, false, false },
	{ "refact", smollm_word, false, false },
	{ "command-r", smollm_word, false, false },
	{ "gpt-2", plain_gpt2_word, false, false },
	{ "llama-bpe", three_digits_word, true, true },
	{ "llama3", three_digits_word, true, true },
	{ "qwen2", one_digit_word, false, false },
	{ "deepseek-r1-qwen", one_digit_word, false, false },
};

#define N_PRE_TOKENIZERS (sizeof(pre_tokenizers) / sizeof(pre_tokenizers[0]))

const struct pre_tokenizer *tokenizer_find_pre(struct gguf_str name)
{
	for (size_t i = 0; i < N_PRE_TOKENIZERS; i++) {
		const char *known = pre_tokenizers[i].name;

		if (strlen(known) == name.len && !memcmp(known, name.data, name.len))
			return &pre_tokenizers[i];
	}
	return NULL;
}

void tokenizer_pre_names(char *buf, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < N_PRE_TOKENIZERS && used < size; i++)
		used += snprintf(buf + used, size - used, "%s%s", i ? ", " : "",
				 pre_tokenizers[i].name);
}
