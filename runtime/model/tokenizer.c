// SPDX-License-Identifier: MIT
#include "tokenizer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tokenizer_internal.h"

/* The file wants texts in Unicode's composed form. */
#define NFC_KEY "tokenizer.ggml.normalizer.nfc"

/* Token types of tokenizer.ggml.token_type, by number. */
static const uint8_t attr_of_type[] = {
	[1] = TOKEN_NORMAL,	  [2] = TOKEN_UNKNOWN,
	[3] = TOKEN_CONTROL,	  [4] = TOKEN_USER_DEFINED,
	[5] = 0 /* not in use */, [6] = TOKEN_BYTE,
};

static bool is(struct gguf_str s, const char *name)
{
	return s.len == strlen(name) && !memcmp(s.data, name, s.len);
}

/* Which kind it is: *spm for SentencePiece, else byte pairs. */
static int read_model(const struct gguf *gguf, bool *spm, struct ingot_error *err)
{
	struct gguf_str model;
	bool nfc = false;
	int ret = gguf_get_str(gguf, "tokenizer.ggml.model", &model, err);

	if (ret)
		return ret;
	*spm = is(model, "llama");
	if (!*spm && !is(model, "gpt2"))
		return ingot_error_set(err, -ENOTSUP,
				       "%s: tokenizer.ggml.model is '%.*s', supported: gpt2, llama; "
				       "use a model with such a vocabulary", gguf_name(gguf),
				       model.len < 80 ? (int)model.len : 80, model.data);
	if (gguf_find_kv(gguf, NFC_KEY))
		ret = gguf_get_bool(gguf, NFC_KEY, &nfc, err);
	if (ret)
		return ret;
	if (nfc)
		return ingot_error_set(err, -ENOTSUP,
				       "%s: " NFC_KEY " is true, which is not supported; "
				       "use another model", gguf_name(gguf));
	return 0;
}

static int read_pre(struct tokenizer *tok, const struct gguf *gguf, struct ingot_error *err)
{
	struct gguf_str name = { "default", 7 };
	bool given = gguf_find_kv(gguf, "tokenizer.ggml.pre");
	char known[256];
	int ret = given ? gguf_get_str(gguf, "tokenizer.ggml.pre", &name, err) : 0;

	if (ret)
		return ret;
	tok->pre = tokenizer_find_pre(name);
	if (tok->pre)
		return 0;
	tokenizer_pre_names(known, sizeof(known));
	return ingot_error_set(err, -ENOTSUP,
			       "%s: tokenizer.ggml.pre is '%.*s'%s, supported: %s; "
			       "use another model", gguf_name(gguf),
			       name.len < 80 ? (int)name.len : 80, name.data,
			       given ? "" : " (it is missing)", known);
}

static int read_byte_pairs(struct tokenizer *tok, const struct gguf *gguf, struct ingot_error *err)
{
	struct gguf_array tokens, merges;
	int ret = read_pre(tok, gguf, err);

	ret = ret ? ret : gguf_get_strings(gguf, "tokenizer.ggml.tokens", &tokens, err);
	ret = ret ? ret : gguf_get_strings(gguf, "tokenizer.ggml.merges", &merges, err);
	if (ret)
		return ret;
	tok->add_bos = tok->pre->add_bos;
	tok->bpe = bpe_create(gguf_name(gguf), &tokens, &merges, err);
	return tok->bpe ? 0 : -EINVAL;
}

static int read_sentence_pieces(struct tokenizer *tok, const struct gguf *gguf,
				struct ingot_error *err)
{
	static const char prefix_key[] = "tokenizer.ggml.add_space_prefix";
	struct gguf_array tokens, merges = { .count = 0 };
	int ret = gguf_get_strings(gguf, "tokenizer.ggml.tokens", &tokens, err);

	tok->add_bos = true;
	tok->space_prefix = true;
	if (!ret && gguf_find_kv(gguf, prefix_key))
		ret = gguf_get_bool(gguf, prefix_key, &tok->space_prefix, err);
	if (ret)
		return ret;
	tok->bpe = bpe_create(gguf_name(gguf), &tokens, &merges, err);
	tok->spm = tok->bpe ? spm_create(gguf, tok->bpe, err) : NULL;
	return tok->spm ? 0 : -EINVAL;
}

static int read_attributes(struct tokenizer *tok, const struct gguf *gguf, struct ingot_error *err)
{
	size_t n = bpe_n_tokens(tok->bpe);
	bool given = gguf_find_kv(gguf, "tokenizer.ggml.token_type");
	struct gguf_array types;
	int ret = given ? gguf_get_ints(gguf, "tokenizer.ggml.token_type", &types, err) : 0;

	if (ret)
		return ret;
	if (given && types.count < n)
		return ingot_error_set(err, -EINVAL,
				       "%s: tokenizer.ggml.token_type has %zu entries for %zu "
				       "tokens; convert the model again", gguf_name(gguf),
				       types.count, n);
	tok->attr = malloc(n);
	if (!tok->attr)
		return ingot_error_set(err, -ENOMEM, "%s: out of memory for %zu tokens; free some",
				       gguf_name(gguf), n);
	memset(tok->attr, TOKEN_NORMAL, n);
	for (size_t id = 0; given && id < n; id++) {
		int64_t type = gguf_array_int(&types, id);
		bool known = type >= 0 && type < (int64_t)sizeof(attr_of_type);

		tok->attr[id] = known ? attr_of_type[type] : 0;
	}
	return 0;
}

static void measure_pieces(struct tokenizer *tok)
{
	for (size_t id = 0; id < bpe_n_tokens(tok->bpe); id++) {
		size_t len = tokenizer_piece(tok, id, NULL, 0, TOKENIZER_RENDER_SPECIAL);

		if (len > tok->max_piece)
			tok->max_piece = len;
	}
}

struct tokenizer *tokenizer_create(const struct gguf *gguf, struct ingot_error *err)
{
	struct tokenizer *tok = calloc(1, sizeof(*tok));
	bool spm = false;
	int ret;

	if (!tok) {
		ingot_error_set(err, -ENOMEM, "%s: out of memory; free some", gguf_name(gguf));
		return NULL;
	}
	ret = read_model(gguf, &spm, err);
	if (!ret)
		ret = spm ? read_sentence_pieces(tok, gguf, err) : read_byte_pairs(tok, gguf, err);
	if (!ret)
		ret = read_attributes(tok, gguf, err);
	if (!ret)
		ret = tokenizer_read_special(tok, gguf, err);
	if (ret) {
		tokenizer_destroy(tok);
		return NULL;
	}
	measure_pieces(tok);
	return tok;
}

void tokenizer_destroy(struct tokenizer *tok)
{
	if (!tok)
		return;
	spm_destroy(tok->spm);
	bpe_destroy(tok->bpe);
	free(tok->attr);
	free(tok->special);
	free(tok->eog);
	free(tok);
}

size_t tokenizer_vocab_size(const struct tokenizer *tok)
{
	return bpe_n_tokens(tok->bpe);
}

size_t tokenizer_max_piece(const struct tokenizer *tok)
{
	return tok->max_piece;
}

int32_t tokenizer_find(const struct tokenizer *tok, const char *text)
{
	return bpe_find(tok->bpe, text, strlen(text));
}

static bool has_attr(const struct tokenizer *tok, int32_t id, uint8_t attr)
{
	return id >= 0 && (size_t)id < bpe_n_tokens(tok->bpe) && (tok->attr[id] & attr);
}

bool tokenizer_is_eog(const struct tokenizer *tok, int32_t id)
{
	return has_attr(tok, id, TOKEN_EOG);
}

bool tokenizer_is_control(const struct tokenizer *tok, int32_t id)
{
	return has_attr(tok, id, TOKEN_CONTROL | TOKEN_UNKNOWN);
}

const int32_t *tokenizer_eog(const struct tokenizer *tok, size_t *n)
{
	*n = tok->n_eog;
	return tok->eog;
}

int32_t tokenizer_bos(const struct tokenizer *tok)
{
	return tok->bos;
}

int32_t tokenizer_eos(const struct tokenizer *tok)
{
	return tok->eos;
}

int32_t tokenizer_eot(const struct tokenizer *tok)
{
	return tok->eot;
}

bool tokenizer_adds_bos(const struct tokenizer *tok)
{
	return tok->add_bos;
}
