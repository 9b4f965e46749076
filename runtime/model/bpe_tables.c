// SPDX-License-Identifier: MIT
#include "bpe_tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Smallest power of two that keeps a hash table of n entries at most half full. */
static uint32_t table_size(uint32_t n)
{
	uint32_t size = 16;

	while (size / 2 < n)
		size *= 2;
	return size;
}

static uint64_t mix(uint64_t x)
{
	x *= 0x9e3779b97f4a7c15;
	return x ^ x >> 32;
}

static uint32_t hash_strings(struct gguf_str a, struct gguf_str b)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < a.len; i++)
		h = (h ^ (unsigned char)a.data[i]) * 0x100000001b3;
	for (size_t i = 0; i < b.len; i++)
		h = (h ^ (unsigned char)b.data[i]) * 0x100000001b3;
	return mix(h);
}

static bool equals(struct gguf_str whole, struct gguf_str a, struct gguf_str b)
{
	return whole.len == a.len + b.len && !memcmp(whole.data, a.data, a.len) &&
	       !memcmp(whole.data + a.len, b.data, b.len);
}

int bpe_symbols_init(struct bpe_symbols *s, uint32_t room)
{
	uint32_t size = table_size(room);

	s->str = malloc(room * sizeof(*s->str));
	s->slots = calloc(size, sizeof(*s->slots));
	if (!s->str || !s->slots)
		return -ENOMEM;
	s->room = room;
	s->mask = size - 1;
	return 0;
}

void bpe_symbols_free(struct bpe_symbols *s)
{
	for (uint32_t i = s->n_tokens; i < s->n; i++)
		free((void *)s->str[i].data);
	free(s->str);
	free(s->slots);
	memset(s, 0, sizeof(*s));
}

/* The slot that holds the string, or the empty one where it belongs. */
static uint32_t *find_slot(const struct bpe_symbols *s, struct gguf_str a, struct gguf_str b)
{
	uint32_t i = hash_strings(a, b) & s->mask;

	while (s->slots[i] && !equals(s->str[s->slots[i] - 1], a, b))
		i = (i + 1) & s->mask;
	return &s->slots[i];
}

int32_t bpe_symbols_find(const struct bpe_symbols *s, struct gguf_str a, struct gguf_str b)
{
	return (int32_t)*find_slot(s, a, b) - 1;
}

static int grow(struct bpe_symbols *s)
{
	const struct gguf_str none = { "", 0 };
	struct bpe_symbols bigger = { .n = s->n, .n_tokens = s->n_tokens };

	if (bpe_symbols_init(&bigger, s->room * 2)) {
		free(bigger.str);
		free(bigger.slots);
		return -ENOMEM;
	}
	memcpy(bigger.str, s->str, s->n * sizeof(*s->str));
	for (uint32_t i = 0; i < s->n; i++)
		if (s->str[i].len)
			*find_slot(&bigger, s->str[i], none) = i + 1;
	free(s->str);
	free(s->slots);
	*s = bigger;
	return 0;
}

int bpe_symbols_add_token(struct bpe_symbols *s, struct gguf_str text)
{
	const struct gguf_str none = { "", 0 };
	uint32_t *slot;

	if (s->n == s->room && grow(s))
		return -ENOMEM;
	if (text.len) {
		slot = find_slot(s, text, none);
		if (*slot)
			return -EEXIST;
		*slot = s->n + 1;
	}
	s->str[s->n++] = text;
	s->n_tokens = s->n;
	return 0;
}

int32_t bpe_symbols_intern(struct bpe_symbols *s, struct gguf_str a, struct gguf_str b)
{
	int32_t found = bpe_symbols_find(s, a, b);
	char *text;

	if (found >= 0)
		return found;
	if (s->n == s->room && grow(s))
		return -ENOMEM;
	text = malloc(a.len + b.len);
	if (!text)
		return -ENOMEM;
	memcpy(text, a.data, a.len);
	memcpy(text + a.len, b.data, b.len);
	*find_slot(s, a, b) = s->n + 1;
	s->str[s->n] = (struct gguf_str){ text, a.len + b.len };
	return s->n++;
}

int bpe_merges_init(struct bpe_merges *m, uint32_t n)
{
	uint32_t size = table_size(n);

	m->slots = malloc(size * sizeof(*m->slots));
	if (!m->slots)
		return -ENOMEM;
	m->mask = size - 1;
	for (uint32_t i = 0; i < size; i++)
		m->slots[i].pair = BPE_NO_PAIR;
	return 0;
}

static struct bpe_merge *find_merge(const struct bpe_merges *m, int32_t left, int32_t right)
{
	uint64_t pair = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
	uint32_t i = mix(pair) & m->mask;

	while (m->slots[i].pair != pair && m->slots[i].pair != BPE_NO_PAIR)
		i = (i + 1) & m->mask;
	return &m->slots[i];
}

void bpe_merges_add(struct bpe_merges *m, int32_t left, int32_t right, uint32_t rank,
		    int32_t symbol)
{
	struct bpe_merge *merge = find_merge(m, left, right);

	if (merge->pair != BPE_NO_PAIR)
		return;
	merge->pair = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
	merge->rank = rank;
	merge->symbol = symbol;
}

const struct bpe_merge *bpe_merges_find(const struct bpe_merges *m, int32_t left, int32_t right)
{
	const struct bpe_merge *merge = find_merge(m, left, right);

	return merge->pair == BPE_NO_PAIR ? NULL : merge;
}
