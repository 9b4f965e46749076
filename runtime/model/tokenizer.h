/* SPDX-License-Identifier: MIT */
/*
 * Text to tokens and back, as the vocabulary of a GGUF file says, equal to llama.cpp.
 *
 * Supported are vocabularies of byte pairs (tokenizer.ggml.model = gpt2) with the pre-tokenisers in
 * the table of tokenizer_split.c, and SentencePiece's (llama), which have scores.
 */
#ifndef INGOT_MODEL_TOKENIZER_H
#define INGOT_MODEL_TOKENIZER_H

#include "gguf.h"

/* Stands for a token that a model does not have. */
#define TOKENIZER_NONE (-1)

/* Longest text for one call of tokenizer_encode(). */
#define TOKENIZER_MAX_TEXT (512u << 20)

/**
 * enum tokenizer_flags - how to read and write text
 * @TOKENIZER_ADD_SPECIAL: put the tokens for beginning and end around a text, if the model wants it
 * @TOKENIZER_PARSE_SPECIAL: control tokens in a text, such as "<|im_start|>", are tokens; else they
 *	are taken as the characters that they are written with
 * @TOKENIZER_RENDER_SPECIAL: write control tokens, which are invisible else
 */
enum tokenizer_flags {
	TOKENIZER_ADD_SPECIAL = 1 << 0,
	TOKENIZER_PARSE_SPECIAL = 1 << 1,
	TOKENIZER_RENDER_SPECIAL = 1 << 2,
};

struct tokenizer;

/**
 * tokenizer_create() - read the vocabulary of a model
 * @gguf: the model's file, which must stay open until tokenizer_destroy()
 * @err: filled in on failure
 *
 * Return: the tokeniser, or NULL with @err filled in.
 */
struct tokenizer *tokenizer_create(const struct gguf *gguf, struct ingot_error *err);

/**
 * tokenizer_destroy() - free a tokeniser
 * @tok: the tokeniser, or NULL
 */
void tokenizer_destroy(struct tokenizer *tok);

/**
 * tokenizer_vocab_size() - number of tokens
 * @tok: the tokeniser
 *
 * Return: the number; ids are below it.
 */
size_t tokenizer_vocab_size(const struct tokenizer *tok);

/**
 * tokenizer_encode() - text to tokens
 * @tok: the tokeniser; any number of threads may use it at once
 * @text: any bytes; what is not UTF-8 is read as U+FFFD
 * @len: number of bytes, at most TOKENIZER_MAX_TEXT
 * @flags: TOKENIZER_ADD_SPECIAL, TOKENIZER_PARSE_SPECIAL
 * @ids: the tokens, to be freed with free(); NULL if there are none; left alone on failure
 * @n: number of tokens; left alone on failure
 * @err: filled in on failure
 *
 * Return: 0, -E2BIG or -ENOMEM.
 */
int tokenizer_encode(const struct tokenizer *tok, const char *text, size_t len, unsigned int flags,
		     int32_t **ids, size_t *n, struct ingot_error *err);

/**
 * tokenizer_piece() - token to text
 * @tok: the tokeniser
 * @id: the token
 * @buf: where the bytes go, without a terminator; maybe part of a character
 * @size: bytes that fit
 * @flags: TOKENIZER_RENDER_SPECIAL
 *
 * Return: bytes of the text, 0 for ids that do not exist; if more than @size, nothing is written.
 */
size_t tokenizer_piece(const struct tokenizer *tok, int32_t id, char *buf, size_t size,
		       unsigned int flags);

/**
 * tokenizer_max_piece() - length of the longest token
 * @tok: the tokeniser
 *
 * Return: bytes that are enough for tokenizer_piece().
 */
size_t tokenizer_max_piece(const struct tokenizer *tok);

/**
 * tokenizer_find() - token by its text in the vocabulary
 * @tok: the tokeniser
 * @text: the text, for example "<|im_end|>"
 *
 * Return: the token, or TOKENIZER_NONE.
 */
int32_t tokenizer_find(const struct tokenizer *tok, const char *text);

/**
 * tokenizer_is_eog() - does a token end a generation?
 * @tok: the tokeniser
 * @id: the token
 *
 * Return: true for the end of the text, of a turn, of a message and the like.
 */
bool tokenizer_is_eog(const struct tokenizer *tok, int32_t id);

/**
 * tokenizer_eog() - all tokens that end a generation
 * @tok: the tokeniser
 * @n: number of them
 *
 * Return: their ids in ascending order.
 */
const int32_t *tokenizer_eog(const struct tokenizer *tok, size_t *n);

/**
 * tokenizer_is_control() - is a token invisible?
 * @tok: the tokeniser
 * @id: the token
 *
 * Return: true for tokens that tokenizer_piece() renders only with TOKENIZER_RENDER_SPECIAL.
 */
bool tokenizer_is_control(const struct tokenizer *tok, int32_t id);

/**
 * tokenizer_bos() - token that begins a text
 * @tok: the tokeniser
 *
 * Return: the token, or TOKENIZER_NONE.
 */
int32_t tokenizer_bos(const struct tokenizer *tok);

/**
 * tokenizer_eos() - token that ends a text
 * @tok: the tokeniser
 *
 * Return: the token, or TOKENIZER_NONE.
 */
int32_t tokenizer_eos(const struct tokenizer *tok);

/**
 * tokenizer_eot() - token that ends a turn
 * @tok: the tokeniser
 *
 * Return: the token, or TOKENIZER_NONE.
 */
int32_t tokenizer_eot(const struct tokenizer *tok);

/**
 * tokenizer_adds_bos() - does the model want texts to begin with tokenizer_bos()?
 * @tok: the tokeniser
 *
 * Return: true if so.
 */
bool tokenizer_adds_bos(const struct tokenizer *tok);

#endif /* INGOT_MODEL_TOKENIZER_H */
