// SPDX-License-Identifier: MIT
#include "spm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpe_heap.h"

#define SCORES_KEY "tokenizer.ggml.scores"

/**
 * struct spm - an encoder
 * @vocab: the tokens
 * @order: by token: the higher its score, the lower
 * @byte: token of each byte, -1 if there is none
 * @longest: bytes of the longest token
 */
struct spm {
	const struct bpe *vocab;
	uint32_t *order;
	int32_t byte[256];
	size_t longest;
};

/* Numbers in the opposite order of the floats. */
static uint32_t descending(float score)
{
	uint32_t bits;

	score += 0.0f; /* the two zeros are equal */
	memcpy(&bits, &score, sizeof(bits));
	return bits >> 31 ? bits : ~(bits | 1u << 31);
}

static int read_scores(struct spm *spm, const struct gguf *gguf, struct ingot_error *err)
{
	const size_t n = bpe_n_tokens(spm->vocab);
	struct gguf_array scores;
	int ret = gguf_get_floats(gguf, SCORES_KEY, &scores, err);

	if (ret)
		return ret;
	if (scores.count < n)
		return ingot_error_set(err, -EINVAL,
				       "%s: " SCORES_KEY " has %zu entries for %zu tokens; "
				       "convert the model again", gguf_name(gguf), scores.count, n);
	spm->order = malloc(n * sizeof(*spm->order));
	if (!spm->order)
		return ingot_error_set(err, -ENOMEM, "%s: out of memory for %zu tokens; free some",
				       gguf_name(gguf), n);
	for (size_t id = 0; id < n; id++) {
		spm->order[id] = descending(gguf_array_float(&scores, id));
		if (bpe_text(spm->vocab, id).len > spm->longest)
			spm->longest = bpe_text(spm->vocab, id).len;
	}
	return 0;
}

/* A byte's token is written <0xHH>, in some vocabularies as the byte itself. */
static void find_bytes(struct spm *spm)
{
	for (int byte = 0; byte < 256; byte++) {
		const char self = byte;
		char text[8];

		snprintf(text, sizeof(text), "<0x%02X>", byte);
		spm->byte[byte] = bpe_find(spm->vocab, text, 6);
		if (spm->byte[byte] < 0)
			spm->byte[byte] = bpe_find(spm->vocab, &self, 1);
	}
}

struct spm *spm_create(const struct gguf *gguf, const struct bpe *vocab, struct ingot_error *err)
{
	struct spm *spm = calloc(1, sizeof(*spm));

	if (!spm) {
		ingot_error_set(err, -ENOMEM, "%s: out of memory; free some", gguf_name(gguf));
		return NULL;
	}
	spm->vocab = vocab;
	if (read_scores(spm, gguf, err)) {
		spm_destroy(spm);
		return NULL;
	}
	find_bytes(spm);
	return spm;
}

void spm_destroy(struct spm *spm)
{
	if (!spm)
		return;
	free(spm->order);
	free(spm);
}

/**
 * struct symbols - the symbols of a text: a node is where its first byte is
 * @heap: merges that are possible, @n of them
 */
struct symbols {
	const struct spm *spm;
	const char *text;
	size_t len;
	struct bpe_node *nodes;
	struct bpe_candidate *heap;
	size_t n;
};

static int32_t end_of(const struct symbols *s, int32_t node)
{
	return s->nodes[node].next < 0 ? (int32_t)s->len : s->nodes[node].next;
}

/* A candidate remembers where its two symbols end: they are the same as long as these are. */
static void push_pair(struct symbols *s, int32_t left)
{
	int32_t right = left < 0 ? -1 : s->nodes[left].next, end, id;

	if (right < 0)
		return;
	end = end_of(s, right);
	if ((size_t)(end - left) > s->spm->longest)
		return;
	id = bpe_find(s->spm->vocab, s->text + left, end - left);
	if (id >= 0)
		bpe_heap_push(s->heap, &s->n, (struct bpe_candidate){
			.order = (uint64_t)s->spm->order[id] << 32 | (uint32_t)left,
			.left = right,
			.right = end,
			.merged = id,
		});
}

static void merge_all(struct symbols *s)
{
	while (s->n) {
		const struct bpe_candidate c = bpe_heap_pop(s->heap, &s->n);
		const int32_t left = (int32_t)(uint32_t)c.order;
		struct bpe_node *l = &s->nodes[left];

		if (l->symbol < 0 || l->next != c.left || end_of(s, c.left) != c.right)
			continue;
		s->nodes[c.left].symbol = -1;
		l->next = s->nodes[c.left].next;
		if (l->next >= 0)
			s->nodes[l->next].prev = left;
		push_pair(s, l->prev);
		push_pair(s, left);
	}
}

/* Bytes of the character that a byte begins, whether or not the others are there. */
static size_t character_length(unsigned char first)
{
	return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static void split(struct symbols *s)
{
	int32_t prev = -1;

	for (size_t i = 0, next; i < s->len; i = next) {
		next = i + character_length(s->text[i]);
		next = next < s->len ? next : s->len;
		s->nodes[i] = (struct bpe_node){ 0, prev, next < s->len ? (int32_t)next : -1 };
		prev = i;
	}
}

static int push_symbol(const struct symbols *s, int32_t node, struct bpe_ids *out)
{
	const int32_t end = end_of(s, node), id = bpe_find(s->spm->vocab, s->text + node, end - node);
	int ret = 0;

	if (id >= 0)
		return bpe_ids_push(out, id);
	for (int32_t i = node; i < end && !ret; i++) {
		const int32_t byte = s->spm->byte[(unsigned char)s->text[i]];

		if (byte >= 0)
			ret = bpe_ids_push(out, byte);
	}
	return ret;
}

int spm_encode(const struct spm *spm, struct bpe_work *work, const char *text, size_t len,
	       struct bpe_ids *out)
{
	struct symbols s = { .spm = spm, .text = text, .len = len };
	int ret = 0;

	if (!len)
		return 0;
	if (bpe_work_room(work, len))
		return -ENOMEM;
	s.nodes = work->nodes;
	s.heap = work->heap;
	split(&s);
	for (int32_t i = 0; i >= 0; i = s.nodes[i].next)
		push_pair(&s, i);
	merge_all(&s);
	for (int32_t i = 0; i >= 0 && !ret; i = s.nodes[i].next)
		ret = push_symbol(&s, i, out);
	return ret;
}
