// SPDX-License-Identifier: MIT
/* Text to tokens. */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tokenizer_internal.h"
#include "unicode.h"

#define NO_FRAGMENT UINT32_MAX

/**
 * struct fragment - a stretch of the text, or a special token that was found in it
 * @start: where it starts
 * @len: its bytes
 * @token: the token, or TOKENIZER_NONE for text
 * @next: index of the fragment behind it, or NO_FRAGMENT
 */
struct fragment {
	size_t start, len;
	int32_t token;
	uint32_t next;
};

/**
 * struct encoder - the state of one call
 * @tok: the tokeniser
 * @text: the text
 * @fragments: its fragments, linked in their order, the first at index 0
 * @n_fragments: number of them
 * @room: number of fragments that fit
 * @clean: memory for text without invalid bytes
 * @work: memory for words
 * @out: the tokens so far
 */
struct encoder {
	const struct tokenizer *tok;
	const char *text;
	struct fragment *fragments;
	uint32_t n_fragments, room;
	char *clean;
	struct bpe_work work;
	struct bpe_ids out;
};

static int insert_fragment(struct encoder *e, uint32_t behind, struct fragment f)
{
	if (e->n_fragments == e->room) {
		uint32_t room = e->room ? 2 * e->room : 16;
		struct fragment *bigger = realloc(e->fragments, room * sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		e->fragments = bigger;
		e->room = room;
	}
	f.next = NO_FRAGMENT;
	if (e->n_fragments) {
		f.next = e->fragments[behind].next;
		e->fragments[behind].next = e->n_fragments;
	}
	e->fragments[e->n_fragments++] = f;
	return 0;
}

/* Cuts a fragment of text around a token at @at; returns what is behind it in *rest. */
static int cut_out(struct encoder *e, uint32_t i, int32_t token, size_t at, uint32_t *rest)
{
	struct fragment whole = e->fragments[i];
	struct fragment match = { at, bpe_text(e->tok->bpe, token).len, token, NO_FRAGMENT };
	struct fragment behind = { at + match.len, whole.start + whole.len - at - match.len,
				   TOKENIZER_NONE, NO_FRAGMENT };

	*rest = NO_FRAGMENT;
	if (at > whole.start) {
		e->fragments[i].len = at - whole.start;
		if (insert_fragment(e, i, match))
			return -ENOMEM;
		i = e->n_fragments - 1;
	} else {
		match.next = whole.next;
		e->fragments[i] = match;
	}
	if (!behind.len)
		return 0;
	*rest = e->n_fragments;
	return insert_fragment(e, i, behind);
}

static int find_token_in(struct encoder *e, uint32_t i, int32_t token)
{
	struct gguf_str needle = bpe_text(e->tok->bpe, token);

	while (i != NO_FRAGMENT) {
		struct fragment *f = &e->fragments[i];
		const char *found = memmem(e->text + f->start, f->len, needle.data, needle.len);

		if (!found)
			return 0;
		if (cut_out(e, i, token, found - e->text, &i))
			return -ENOMEM;
	}
	return 0;
}

/* Longer tokens first: what one has taken is text no longer for those behind it. */
static int find_special(struct encoder *e, unsigned int flags)
{
	const struct tokenizer *tok = e->tok;

	for (size_t s = 0; s < tok->n_special; s++) {
		int32_t token = tok->special[s];
		uint32_t i = 0, next;

		if (!(flags & TOKENIZER_PARSE_SPECIAL) && tokenizer_is_control(tok, token))
			continue;
		for (; i != NO_FRAGMENT; i = next) {
			next = e->fragments[i].next;
			if (e->fragments[i].token == TOKENIZER_NONE && find_token_in(e, i, token))
				return -ENOMEM;
		}
	}
	return 0;
}

static bool is_clean(const char *text, size_t len)
{
	uint32_t c;

	for (size_t i = 0; i < len;) {
		size_t used = utf8_decode(text + i, len - i, &c);

		if (used == 1 && c == UNICODE_REPLACEMENT)
			return false;
		i += used;
	}
	return true;
}

/* Puts U+FFFD for each byte that is not UTF-8. */
static int clean(struct encoder *e, const char **text, size_t *len)
{
	size_t n = 0;
	uint32_t c;

	if (is_clean(*text, *len))
		return 0;
	free(e->clean);
	e->clean = malloc(3 * *len);
	if (!e->clean)
		return -ENOMEM;
	for (size_t i = 0; i < *len; n += utf8_encode(c, e->clean + n))
		i += utf8_decode(*text + i, *len - i, &c);
	*text = e->clean;
	*len = n;
	return 0;
}

/* A text with its spaces as SentencePiece writes them; any bytes, UTF-8 or not. */
static int encode_pieces(struct encoder *e, const char *text, size_t len, bool space)
{
	size_t n = 0;

	free(e->clean);
	e->clean = malloc(3 * (len + 1));
	if (!e->clean)
		return -ENOMEM;
	for (size_t i = 0; i < len + space; i++) {
		const char c = i < space ? ' ' : text[i - space];

		if (c != ' ') {
			e->clean[n++] = c;
			continue;
		}
		memcpy(e->clean + n, SPM_SPACE, 3);
		n += 3;
	}
	return spm_encode(e->tok->spm, &e->work, e->clean, n, &e->out);
}

static int encode_word(struct encoder *e, const char *word, size_t len)
{
	const struct tokenizer *tok = e->tok;
	const int32_t id = tok->pre->whole ? bpe_find_word(tok->bpe, word, len) : -1;

	return id >= 0 ? bpe_ids_push(&e->out, id) : bpe_encode(tok->bpe, &e->work, word, len, &e->out);
}

static int encode_text(struct encoder *e, const char *text, size_t len)
{
	struct splitter s = { .limit = 0 };
	int ret = clean(e, &text, &len);

	s.text = text;
	s.len = len;
	for (size_t pos = 0, end; pos < len && !ret; pos = end) {
		end = e->tok->pre->next(&s, pos);
		ret = encode_word(e, text + pos, end - pos);
	}
	return ret;
}

static int encode_fragments(struct encoder *e)
{
	bool space = e->tok->space_prefix;
	int ret = 0;

	for (uint32_t i = 0; i != NO_FRAGMENT && !ret; i = e->fragments[i].next) {
		struct fragment *f = &e->fragments[i];

		if (f->token != TOKENIZER_NONE)
			ret = bpe_ids_push(&e->out, f->token);
		else if (e->tok->spm)
			ret = encode_pieces(e, e->text + f->start, f->len, space);
		else
			ret = encode_text(e, e->text + f->start, f->len);
		space = e->tok->space_prefix && f->token != TOKENIZER_NONE;
	}
	return ret;
}

static int encode(struct encoder *e, size_t len, unsigned int flags)
{
	const struct tokenizer *tok = e->tok;
	struct fragment all = { 0, len, TOKENIZER_NONE, NO_FRAGMENT };
	int ret = 0;

	if ((flags & TOKENIZER_ADD_SPECIAL) && tok->add_bos)
		ret = bpe_ids_push(&e->out, tok->bos);
	if (!ret && len) {
		ret = insert_fragment(e, 0, all);
		if (!ret)
			ret = find_special(e, flags);
		if (!ret)
			ret = encode_fragments(e);
	}
	if (!ret && (flags & TOKENIZER_ADD_SPECIAL) && tok->add_eos)
		ret = bpe_ids_push(&e->out, tok->eos);
	return ret;
}

int tokenizer_encode(const struct tokenizer *tok, const char *text, size_t len, unsigned int flags,
		     int32_t **ids, size_t *n, struct ingot_error *err)
{
	struct encoder e = { .tok = tok, .text = text };
	int ret;

	if (len > TOKENIZER_MAX_TEXT)
		return ingot_error_set(err, -E2BIG,
				       "text of %zu bytes: at most %u can be encoded at once; "
				       "shorten it", len, TOKENIZER_MAX_TEXT);
	ret = encode(&e, len, flags);
	free(e.fragments);
	free(e.clean);
	bpe_work_free(&e.work);
	if (ret) {
		free(e.out.ids);
		return ingot_error_set(err, ret, "out of memory for the tokens of %zu bytes of "
				       "text; shorten it", len);
	}
	*ids = e.out.ids;
	*n = e.out.n;
	return 0;
}
