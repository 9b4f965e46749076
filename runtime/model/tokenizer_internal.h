/* SPDX-License-Identifier: MIT */
/* What the parts of the tokeniser share. */
#ifndef INGOT_MODEL_TOKENIZER_INTERNAL_H
#define INGOT_MODEL_TOKENIZER_INTERNAL_H

#include "bpe.h"
#include "spm.h"
#include "tokenizer.h"

/**
 * enum token_attr - what a token is, bits
 * @TOKEN_NORMAL: part of words
 * @TOKEN_UNKNOWN: stands for what has no token
 * @TOKEN_CONTROL: steers the model
 * @TOKEN_USER_DEFINED: is matched as a whole in any text
 * @TOKEN_BYTE: a byte, written as <0xHH>
 * @TOKEN_EOG: ends a generation
 */
enum token_attr {
	TOKEN_NORMAL = 1 << 0,
	TOKEN_UNKNOWN = 1 << 1,
	TOKEN_CONTROL = 1 << 2,
	TOKEN_USER_DEFINED = 1 << 3,
	TOKEN_BYTE = 1 << 4,
	TOKEN_EOG = 1 << 5,
};

/**
 * struct splitter - the words of a text
 * @text: the text; UTF-8 as utf8_decode() takes it
 * @len: bytes of it
 * @limit: for the pre-tokeniser's own use: where a stretch ends that words do not cross
 */
struct splitter {
	const char *text;
	size_t len;
	size_t limit;
};

/**
 * struct pre_tokenizer - a way to cut text into words, none of which a token crosses
 * @name: value of tokenizer.ggml.pre
 * @next: returns the end of the word that starts at @pos, which is less than the text's length
 * @whole: a word that is a token is taken as it is, whatever merges would make of it
 * @add_bos: texts begin with a token for that unless the file says no
 */
struct pre_tokenizer {
	const char *name;
	size_t (*next)(struct splitter *s, size_t pos);
	bool whole, add_bos;
};

/**
 * struct tokenizer - a vocabulary and how to use it
 * @bpe: the tokens and their merges
 * @pre: how text is cut into words; NULL with @spm
 * @spm: how text is encoded instead of by @bpe's merges; NULL for byte pairs
 * @space_prefix: with @spm: text begins with a space, at the beginning and behind special tokens
 * @attr: enum token_attr of each token
 * @special: tokens to find in a text before it is cut into words, the longest first
 * @n_special: number of them
 * @eog: tokens that end a generation
 * @n_eog: number of them
 * @bos: begins a text, or TOKENIZER_NONE
 * @eos: ends a text, or TOKENIZER_NONE
 * @eot: ends a turn, or TOKENIZER_NONE
 * @add_bos: the model wants @bos before each text
 * @add_eos: the model wants @eos behind each text
 * @max_piece: bytes of the longest token
 */
struct tokenizer {
	struct bpe *bpe;
	const struct pre_tokenizer *pre;
	struct spm *spm;
	bool space_prefix;
	uint8_t *attr;
	int32_t *special;
	size_t n_special;
	int32_t *eog;
	size_t n_eog;
	int32_t bos, eos, eot;
	bool add_bos, add_eos;
	size_t max_piece;
};

/**
 * tokenizer_find_pre() - pre-tokeniser by its name
 * @name: value of tokenizer.ggml.pre
 *
 * Return: the pre-tokeniser, or NULL.
 */
const struct pre_tokenizer *tokenizer_find_pre(struct gguf_str name);

/**
 * tokenizer_pre_names() - the pre-tokenisers that there are, for an error
 * @buf: where to write them, separated by commas
 * @size: bytes that fit
 */
void tokenizer_pre_names(char *buf, size_t size);

/**
 * tokenizer_read_special() - find out which tokens are special, and how
 * @tok: the tokeniser with @bpe and @attr (by the file's token types) set; the rest is filled in
 * @gguf: the file
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int tokenizer_read_special(struct tokenizer *tok, const struct gguf *gguf, struct ingot_error *err);

#endif /* INGOT_MODEL_TOKENIZER_INTERNAL_H */
