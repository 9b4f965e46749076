// SPDX-License-Identifier: MIT
/*
 * Which tokens are special, and how: by the metadata, and by their text where the metadata says
 * nothing. Files say little and not always the truth, so the rules are llama.cpp's.
 */
#define _GNU_SOURCE /* qsort_r */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tokenizer_internal.h"

#define MAX_NAMES 12

/**
 * struct role - what a token can be for
 * @key: where the metadata names the token, behind "tokenizer.ggml."
 * @old_key: where older files do, or NULL
 * @ends: the token ends a generation
 * @names: tokens that have this role if the metadata names none; the first that exists is taken
 */
struct role {
	const char *key, *old_key;
	bool ends;
	const char *names[MAX_NAMES];
};

enum { ROLE_BOS, ROLE_EOS, ROLE_EOT };

static const struct role roles[] = {
	[ROLE_BOS] = { "bos_token_id", NULL, false, { NULL } },
	[ROLE_EOS] = { "eos_token_id", NULL, true, { NULL } },
	[ROLE_EOT] = { "eot_token_id", NULL, true,
		       { "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>",
			 "<|end_of_text|>", "<EOT>", "_<EOT>", "[EOT]", "<｜end▁of▁sentence｜>",
			 "<end_of_utterance>" } },
	{ "eom_token_id", NULL, true, { "<|eom_id|>" } },
	{ "fim_pre_token_id", "prefix_token_id", false,
	  { "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>",
	    "<|code_prefix|>", "<|prefix|>" } },
	{ "fim_suf_token_id", "suffix_token_id", false,
	  { "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>",
	    "<|code_suffix|>", "<|suffix|>" } },
	{ "fim_mid_token_id", "middle_token_id", false,
	  { "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>",
	    "<|code_middle|>", "<|middle|>" } },
	{ "fim_pad_token_id", NULL, true,
	  { "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]" } },
	{ "fim_rep_token_id", NULL, true,
	  { "<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>" } },
	{ "fim_sep_token_id", NULL, true, { "<|file_sep|>" } },
};

#define N_ROLES (sizeof(roles) / sizeof(roles[0]))

/* Tokens that end a generation whatever the metadata says. */
static const char *const enders[] = {
	"<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>",
	"<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]",
	"<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>",
	"<｜end▁of▁sentence｜>", "[e~[",
};

/* Tokens that are shown although files call them control tokens. */
static const char *const shown[] = { "<|channel|>", "<|message|>", "<|start|>", "<|constrain|>" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The beginning and the end of a text where the metadata has none: old files never had them. */
static int32_t default_id(const struct tokenizer *tok, size_t role)
{
	int32_t id = tok->spm ? 1 + (role == ROLE_EOS) : 11;
	bool has_default = role == ROLE_BOS || role == ROLE_EOS;

	return has_default && id < (int32_t)bpe_n_tokens(tok->bpe) ? id : TOKENIZER_NONE;
}

static int read_id(const struct tokenizer *tok, const struct gguf *gguf, const char *name,
		   int32_t *id, struct ingot_error *err)
{
	char key[64];
	uint32_t value;
	int ret;

	if (!name)
		return 0;
	snprintf(key, sizeof(key), "tokenizer.ggml.%s", name);
	if (!gguf_find_kv(gguf, key))
		return 0;
	ret = gguf_get_u32(gguf, key, &value, err);
	if (ret)
		return ret;
	if (value >= bpe_n_tokens(tok->bpe))
		return ingot_error_set(err, -ERANGE,
				       "%s: %s is %u, but the vocabulary has %zu tokens; "
				       "convert the model again", gguf_name(gguf), key, value,
				       bpe_n_tokens(tok->bpe));
	*id = value;
	return 0;
}

static int32_t find_by_name(struct tokenizer *tok, const struct role *role)
{
	for (size_t i = 0; i < MAX_NAMES && role->names[i]; i++) {
		int32_t id = tokenizer_find(tok, role->names[i]);

		if (id >= 0) {
			tok->attr[id] |= TOKEN_CONTROL;
			return id;
		}
	}
	return TOKENIZER_NONE;
}

static int assign_roles(struct tokenizer *tok, const struct gguf *gguf, struct ingot_error *err)
{
	int32_t ids[N_ROLES];

	for (size_t i = 0; i < N_ROLES; i++) {
		int ret;

		ids[i] = default_id(tok, i);
		ret = read_id(tok, gguf, roles[i].key, &ids[i], err);
		if (!ret)
			ret = read_id(tok, gguf, roles[i].old_key, &ids[i], err);
		if (ret)
			return ret;
		if (ids[i] == TOKENIZER_NONE)
			ids[i] = find_by_name(tok, &roles[i]);
		if (ids[i] != TOKENIZER_NONE && roles[i].ends)
			tok->attr[ids[i]] |= TOKEN_EOG;
	}
	tok->bos = ids[ROLE_BOS];
	tok->eos = ids[ROLE_EOS];
	tok->eot = ids[ROLE_EOT];
	return 0;
}

static bool ends(const struct tokenizer *tok, const char *name)
{
	return tokenizer_is_eog(tok, tokenizer_find(tok, name));
}

/* Some formats close every message with <|end|> and the last one with another token. */
static bool end_closes_messages(const struct tokenizer *tok)
{
	bool call = ends(tok, "<|call|>") || ends(tok, "<|calls|>");

	return call && (ends(tok, "<|return|>") || ends(tok, "<|flush|>"));
}

static void mark_by_name(struct tokenizer *tok)
{
	int32_t id;

	for (size_t i = 0; i < COUNT(enders); i++) {
		id = tokenizer_find(tok, enders[i]);
		if (id >= 0)
			tok->attr[id] |= TOKEN_CONTROL | TOKEN_EOG;
	}
	for (size_t i = 0; i < COUNT(shown); i++) {
		id = tokenizer_find(tok, shown[i]);
		if (id >= 0)
			tok->attr[id] = TOKEN_USER_DEFINED | (tok->attr[id] & TOKEN_EOG);
	}
	id = tokenizer_find(tok, "<|end|>");
	if (id >= 0 && end_closes_messages(tok))
		tok->attr[id] = TOKEN_USER_DEFINED;
}

static int read_flag(const struct gguf *gguf, const char *key, int32_t id, bool *flag,
		     struct ingot_error *err)
{
	int ret = gguf_find_kv(gguf, key) ? gguf_get_bool(gguf, key, flag, err) : 0;

	if (ret)
		return ret;
	if (*flag && id == TOKENIZER_NONE)
		return ingot_error_set(err, -EINVAL,
				       "%s: %s is true, but the file names no such token; "
				       "convert the model again", gguf_name(gguf), key);
	return 0;
}

static int append(int32_t **list, size_t *n, int32_t id)
{
	int32_t *bigger;

	/* room doubles at each power of two */
	if (!(*n & (*n - 1))) {
		bigger = realloc(*list, (*n ? 2 * *n : 1) * sizeof(**list));
		if (!bigger)
			return -ENOMEM;
		*list = bigger;
	}
	(*list)[(*n)++] = id;
	return 0;
}

static int collect(struct tokenizer *tok)
{
	const uint8_t matched = TOKEN_CONTROL | TOKEN_USER_DEFINED | TOKEN_UNKNOWN;
	int ret = 0;

	for (int32_t id = 0; id < (int32_t)bpe_n_tokens(tok->bpe) && !ret; id++) {
		if (tok->attr[id] & TOKEN_EOG)
			ret = append(&tok->eog, &tok->n_eog, id);
		if (!ret && (tok->attr[id] & matched) && bpe_text(tok->bpe, id).len)
			ret = append(&tok->special, &tok->n_special, id);
	}
	return ret;
}

static int compare_length(const void *a, const void *b, void *tok)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
	size_t len_x = bpe_text(((struct tokenizer *)tok)->bpe, x).len;
	size_t len_y = bpe_text(((struct tokenizer *)tok)->bpe, y).len;

	if (len_x != len_y)
		return len_x < len_y ? 1 : -1;
	return x < y ? -1 : 1;
}

int tokenizer_read_special(struct tokenizer *tok, const struct gguf *gguf, struct ingot_error *err)
{
	int ret = assign_roles(tok, gguf, err);

	if (!ret)
		ret = read_flag(gguf, "tokenizer.ggml.add_bos_token", tok->bos, &tok->add_bos, err);
	if (!ret)
		ret = read_flag(gguf, "tokenizer.ggml.add_eos_token", tok->eos, &tok->add_eos, err);
	if (ret)
		return ret;
	mark_by_name(tok);
	if (collect(tok))
		return ingot_error_set(err, -ENOMEM, "%s: out of memory for %zu tokens; free some",
				       gguf_name(gguf), bpe_n_tokens(tok->bpe));
	if (tok->n_special)
		qsort_r(tok->special, tok->n_special, sizeof(*tok->special), compare_length, tok);
	return 0;
}
