/* SPDX-License-Identifier: MIT */
/* Hash tables of the byte pair encoding: strings to symbols, pairs of symbols to merges. */
#ifndef INGOT_MODEL_BPE_TABLES_H
#define INGOT_MODEL_BPE_TABLES_H

#include "bpe.h"

/**
 * struct bpe_symbols - strings, numbered
 * @str: string by number; the vocabulary first, then what only merges name
 * @n: number of strings
 * @n_tokens: how many of them are tokens; the others' text belongs to the table
 * @room: number of strings that fit in @str
 * @slots: hash table of numbers + 1, 0 where empty
 * @mask: number of slots - 1
 */
struct bpe_symbols {
	struct gguf_str *str;
	uint32_t n, n_tokens, room;
	uint32_t *slots;
	uint32_t mask;
};

/**
 * bpe_symbols_init() - make room
 * @s: the table, zeroed
 * @room: number of strings expected; more are fine
 *
 * Return: 0 or -ENOMEM.
 */
int bpe_symbols_init(struct bpe_symbols *s, uint32_t room);

/**
 * bpe_symbols_free() - free what the table holds
 * @s: the table
 */
void bpe_symbols_free(struct bpe_symbols *s);

/**
 * bpe_symbols_find() - number of the string @a followed by @b
 * @s: the table
 * @a: first part
 * @b: second part, may be empty
 *
 * Return: the number, or -1.
 */
int32_t bpe_symbols_find(const struct bpe_symbols *s, struct gguf_str a, struct gguf_str b);

/**
 * bpe_symbols_add_token() - add a token, whose text stays the caller's
 * @s: the table, so far with nothing but tokens in it
 * @text: its text
 *
 * Empty tokens take a number, but cannot be found: vocabularies fill gaps with them.
 *
 * Return: 0, -EEXIST if the table has that string, or -ENOMEM.
 */
int bpe_symbols_add_token(struct bpe_symbols *s, struct gguf_str text);

/**
 * bpe_symbols_intern() - number of the string @a followed by @b, which is added if it is new
 * @s: the table
 * @a: first part
 * @b: second part, may be empty
 *
 * Return: the number, or -ENOMEM.
 */
int32_t bpe_symbols_intern(struct bpe_symbols *s, struct gguf_str a, struct gguf_str b);

/**
 * struct bpe_merge - two symbols that may become one
 * @pair: the left symbol in the upper half, the right one in the lower; BPE_NO_PAIR if empty
 * @rank: lower goes first
 * @symbol: what they become
 */
struct bpe_merge {
	uint64_t pair;
	uint32_t rank;
	int32_t symbol;
};

#define BPE_NO_PAIR UINT64_MAX

/**
 * struct bpe_merges - hash table of merges
 * @slots: the merges
 * @mask: number of slots - 1
 */
struct bpe_merges {
	struct bpe_merge *slots;
	uint32_t mask;
};

/**
 * bpe_merges_init() - make an empty table
 * @m: the table
 * @n: number of merges that will be added
 *
 * Return: 0 or -ENOMEM.
 */
int bpe_merges_init(struct bpe_merges *m, uint32_t n);

/**
 * bpe_merges_add() - add a merge, unless the pair has one
 * @m: the table
 * @left: symbol on the left
 * @right: symbol on the right
 * @rank: lower goes first
 * @symbol: what they become
 */
void bpe_merges_add(struct bpe_merges *m, int32_t left, int32_t right, uint32_t rank,
		    int32_t symbol);

/**
 * bpe_merges_find() - the merge of two symbols
 * @m: the table
 * @left: symbol on the left
 * @right: symbol on the right
 *
 * Return: the merge, or NULL if they do not merge.
 */
const struct bpe_merge *bpe_merges_find(const struct bpe_merges *m, int32_t left, int32_t right);

/**
 * struct bpe - a byte pair encoding
 * @symbols: the vocabulary and all symbols that merges make
 * @merges: what merges
 * @byte_symbol: the symbol that each byte starts out as
 */
struct bpe {
	struct bpe_symbols symbols;
	struct bpe_merges merges;
	int32_t byte_symbol[256];
};

#endif /* INGOT_MODEL_BPE_TABLES_H */
