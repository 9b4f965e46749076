// SPDX-License-Identifier: MIT
#include "bpe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpe_tables.h"
#include "unicode.h"

/* Symbols are numbered with 31 bits, a merge may bring three, and the tables grow in doubling. */
#define MAX_STRINGS (INT32_MAX / 64)

static int add_tokens(struct bpe *bpe, const char *name, struct gguf_array tokens,
		      struct ingot_error *err)
{
	struct gguf_str text;

	for (size_t id = 0; gguf_next_str(&tokens, &text); id++) {
		int ret;

		if (text.len > BPE_MAX_TOKEN_BYTES)
			return ingot_error_set(err, -EINVAL,
					       "%s: tokenizer.ggml.tokens: token %zu has %zu bytes,"
					       " more than %d; convert the model again",
					       name, id, text.len, BPE_MAX_TOKEN_BYTES);
		ret = bpe_symbols_add_token(&bpe->symbols, text);
		if (ret == -EEXIST)
			return ingot_error_set(err, -EINVAL,
					       "%s: tokenizer.ggml.tokens: token %zu '%.*s' occurs "
					       "twice; convert the model again", name, id,
					       text.len < 80 ? (int)text.len : 80, text.data);
		if (ret)
			return ret;
	}
	return 0;
}

static int add_bytes(struct bpe *bpe)
{
	const struct gguf_str none = { "", 0 };
	char text[UTF8_MAX];

	for (int byte = 0; byte < 256; byte++) {
		struct gguf_str str = { text, utf8_encode(bpe_byte_to_code_point(byte), text) };

		bpe->byte_symbol[byte] = bpe_symbols_intern(&bpe->symbols, str, none);
		if (bpe->byte_symbol[byte] < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Takes a merge apart. Symbols have no spaces in them, but perhaps one in front. */
static bool split_merge(struct gguf_str line, struct gguf_str *left, struct gguf_str *right)
{
	const char *space = line.len > 1 ? memchr(line.data + 1, ' ', line.len - 1) : NULL;

	if (!space)
		return false;
	left->data = line.data;
	left->len = space - line.data;
	right->data = space + 1;
	right->len = line.len - left->len - 1;
	return right->len;
}

static int add_merges(struct bpe *bpe, const char *name, struct gguf_array merges,
		      struct ingot_error *err)
{
	const struct gguf_str none = { "", 0 };
	struct gguf_str line, left, right;

	for (uint32_t rank = 0; gguf_next_str(&merges, &line); rank++) {
		int32_t l, r, merged;

		if (!split_merge(line, &left, &right))
			return ingot_error_set(err, -EINVAL,
					       "%s: tokenizer.ggml.merges: merge %u '%.*s' is not "
					       "two symbols and a space; convert the model again",
					       name, rank, line.len < 80 ? (int)line.len : 80,
					       line.data);
		l = bpe_symbols_intern(&bpe->symbols, left, none);
		r = bpe_symbols_intern(&bpe->symbols, right, none);
		merged = bpe_symbols_intern(&bpe->symbols, left, right);
		if (l < 0 || r < 0 || merged < 0)
			return -ENOMEM;
		bpe_merges_add(&bpe->merges, l, r, rank, merged);
	}
	return 0;
}

static int fill(struct bpe *bpe, const char *name, const struct gguf_array *tokens,
		const struct gguf_array *merges, struct ingot_error *err)
{
	int ret;

	if (!tokens->count || tokens->count > MAX_STRINGS || merges->count > MAX_STRINGS)
		return ingot_error_set(err, -EINVAL,
				       "%s: tokenizer.ggml has %zu tokens and %zu merges, 1 to %d "
				       "and up to %d are supported; convert the model again", name,
				       tokens->count, merges->count, MAX_STRINGS, MAX_STRINGS);
	ret = bpe_symbols_init(&bpe->symbols, tokens->count + 256);
	if (!ret)
		ret = bpe_merges_init(&bpe->merges, merges->count);
	if (!ret)
		ret = add_tokens(bpe, name, *tokens, err);
	if (!ret)
		ret = add_bytes(bpe);
	if (!ret)
		ret = add_merges(bpe, name, *merges, err);
	if (ret == -ENOMEM)
		ingot_error_set(err, ret, "%s: out of memory for %zu tokens; free some", name,
				tokens->count);
	return ret;
}

struct bpe *bpe_create(const char *name, const struct gguf_array *tokens,
		       const struct gguf_array *merges, struct ingot_error *err)
{
	struct bpe *bpe = calloc(1, sizeof(*bpe));

	if (!bpe) {
		ingot_error_set(err, -ENOMEM, "%s: out of memory; free some", name);
		return NULL;
	}
	if (fill(bpe, name, tokens, merges, err)) {
		bpe_destroy(bpe);
		return NULL;
	}
	return bpe;
}

void bpe_destroy(struct bpe *bpe)
{
	if (!bpe)
		return;
	bpe_symbols_free(&bpe->symbols);
	free(bpe->merges.slots);
	free(bpe);
}

size_t bpe_n_tokens(const struct bpe *bpe)
{
	return bpe->symbols.n_tokens;
}

struct gguf_str bpe_text(const struct bpe *bpe, int32_t id)
{
	return bpe->symbols.str[id];
}

int32_t bpe_find(const struct bpe *bpe, const char *text, size_t len)
{
	const struct gguf_str none = { "", 0 };
	int32_t id = bpe_symbols_find(&bpe->symbols, (struct gguf_str){ text, len }, none);

	return id < (int32_t)bpe->symbols.n_tokens ? id : -1;
}
