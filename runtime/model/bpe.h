/* SPDX-License-Identifier: MIT */
/*
 * Byte-level byte pair encoding, as GPT-2 does it.
 *
 * A word is a sequence of bytes. Each byte starts out as a symbol of its own; then, as long as
 * there are any, the neighbours with the lowest rank in the list of merges become one symbol, the
 * leftmost first. Symbols are strings in which a printable character stands for each byte, so that
 * vocabulary and merges are text.
 */
#ifndef INGOT_MODEL_BPE_H
#define INGOT_MODEL_BPE_H

#include "gguf.h"

/* Longest token that is accepted: longer ones are damage, not vocabulary. */
#define BPE_MAX_TOKEN_BYTES 65535

struct bpe;

/**
 * struct bpe_ids - a growing list of token ids
 * @ids: the ids, from malloc()
 * @n: number of ids
 * @room: number of ids that fit
 *
 * Starts out zeroed; its owner frees @ids.
 */
struct bpe_ids {
	int32_t *ids;
	size_t n, room;
};

/**
 * bpe_ids_push() - append an id
 * @list: the list
 * @id: the id
 *
 * Return: 0 or -ENOMEM.
 */
int bpe_ids_push(struct bpe_ids *list, int32_t id);

/**
 * bpe_create() - build the tables for encoding
 * @name: what errors call the file
 * @tokens: array of strings, the vocabulary by id; the strings must stay until bpe_destroy()
 * @merges: array of strings, two symbols and a space between them, by rank
 * @err: filled in on failure
 *
 * Return: the tables, or NULL with @err filled in.
 */
struct bpe *bpe_create(const char *name, const struct gguf_array *tokens,
		       const struct gguf_array *merges, struct ingot_error *err);

/**
 * bpe_destroy() - free the tables
 * @bpe: the tables, or NULL
 */
void bpe_destroy(struct bpe *bpe);

/**
 * bpe_n_tokens() - size of the vocabulary
 * @bpe: the tables
 *
 * Return: the number of tokens.
 */
size_t bpe_n_tokens(const struct bpe *bpe);

/**
 * bpe_text() - a token as the vocabulary writes it
 * @bpe: the tables
 * @id: 0 to bpe_n_tokens() - 1
 *
 * Return: its text.
 */
struct gguf_str bpe_text(const struct bpe *bpe, int32_t id);

/**
 * bpe_find() - token by its text
 * @bpe: the tables
 * @text: the text, as the vocabulary writes it
 * @len: bytes of it
 *
 * Return: the id, or -1 if there is no such token.
 */
int32_t bpe_find(const struct bpe *bpe, const char *text, size_t len);

/**
 * struct bpe_work - memory that bpe_encode() uses again from word to word
 * @nodes: symbols of the word
 * @heap: merges that are possible
 * @room: bytes of the longest word that fits
 *
 * Starts out zeroed; freed by bpe_work_free().
 */
struct bpe_work {
	struct bpe_node *nodes;
	struct bpe_candidate *heap;
	size_t room;
};

/**
 * bpe_work_free() - free the memory
 * @work: the memory; zeroed afterwards
 */
void bpe_work_free(struct bpe_work *work);

/**
 * bpe_work_room() - make the memory large enough
 * @work: the memory
 * @len: bytes of a word
 *
 * Return: 0 or -ENOMEM.
 */
int bpe_work_room(struct bpe_work *work, size_t len);

/**
 * bpe_encode() - encode a word, in O(n log n)
 * @bpe: the tables
 * @work: memory
 * @word: the bytes
 * @len: number of bytes, at most INT32_MAX
 * @out: where the ids are appended
 *
 * Bytes without a token are left out, as llama.cpp does.
 *
 * Return: 0 or -ENOMEM.
 */
int bpe_encode(const struct bpe *bpe, struct bpe_work *work, const char *word, size_t len,
	       struct bpe_ids *out);

/**
 * bpe_find_word() - the token that is a whole word
 * @bpe: the tables
 * @word: the bytes
 * @len: number of bytes
 *
 * Return: the id, or -1 if there is no such token.
 */
int32_t bpe_find_word(const struct bpe *bpe, const char *word, size_t len);

/**
 * bpe_byte_to_code_point() - the printable character that stands for a byte
 * @byte: the byte
 *
 * Return: its code point, below 0x144.
 */
uint32_t bpe_byte_to_code_point(uint8_t byte);

/**
 * bpe_code_point_to_byte() - the byte that a character stands for
 * @code_point: the character
 *
 * Return: the byte, or -1 if it stands for none.
 */
int bpe_code_point_to_byte(uint32_t code_point);

#endif /* INGOT_MODEL_BPE_H */
