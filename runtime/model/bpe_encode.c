// SPDX-License-Identifier: MIT
/* Byte pair encoding: merging the bytes of a word. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpe_heap.h"
#include "bpe_tables.h"

int bpe_ids_push(struct bpe_ids *list, int32_t id)
{
	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		int32_t *ids = realloc(list->ids, room * sizeof(*ids));

		if (!ids)
			return -ENOMEM;
		list->ids = ids;
		list->room = room;
	}
	list->ids[list->n++] = id;
	return 0;
}

void bpe_work_free(struct bpe_work *work)
{
	free(work->nodes);
	free(work->heap);
	memset(work, 0, sizeof(*work));
}

int bpe_work_room(struct bpe_work *work, size_t len)
{
	size_t room = 64;

	if (len <= work->room)
		return 0;
	while (room < len)
		room *= 2;
	bpe_work_free(work);
	work->nodes = malloc(room * sizeof(*work->nodes));
	/* n bytes have n - 1 pairs, and each of n - 1 merges takes one candidate and adds two */
	work->heap = malloc(2 * room * sizeof(*work->heap));
	if (!work->nodes || !work->heap)
		return -ENOMEM;
	work->room = room;
	return 0;
}

static void push_pair(const struct bpe *bpe, struct bpe_work *work, size_t *n_heap, int32_t left)
{
	const struct bpe_node *l, *r;
	const struct bpe_merge *merge;

	if (left < 0 || work->nodes[left].next < 0)
		return;
	l = &work->nodes[left];
	r = &work->nodes[l->next];
	merge = bpe_merges_find(&bpe->merges, l->symbol, r->symbol);
	if (merge)
		bpe_heap_push(work->heap, n_heap, (struct bpe_candidate){
			.order = (uint64_t)merge->rank << 32 | (uint32_t)left,
			.left = l->symbol,
			.right = r->symbol,
			.merged = merge->symbol,
		});
}

static void merge_all(const struct bpe *bpe, struct bpe_work *work, size_t n_heap)
{
	struct bpe_node *nodes = work->nodes;

	while (n_heap) {
		struct bpe_candidate c = bpe_heap_pop(work->heap, &n_heap);
		int32_t left = (int32_t)(uint32_t)c.order;
		int32_t right = nodes[left].next;

		/* other merges may have taken either side since this one was found */
		if (nodes[left].symbol != c.left || right < 0 || nodes[right].symbol != c.right)
			continue;
		nodes[left].symbol = c.merged;
		nodes[left].next = nodes[right].next;
		nodes[right].symbol = -1;
		if (nodes[left].next >= 0)
			nodes[nodes[left].next].prev = left;
		push_pair(bpe, work, &n_heap, nodes[left].prev);
		push_pair(bpe, work, &n_heap, left);
	}
}

/* A symbol that is no token comes out as the tokens that are called like its single bytes. */
static int push_symbol(const struct bpe *bpe, int32_t symbol, struct bpe_ids *out)
{
	struct gguf_str text = bpe->symbols.str[symbol];
	int ret = 0;

	if (symbol < (int32_t)bpe->symbols.n_tokens)
		return bpe_ids_push(out, symbol);
	for (size_t i = 0; i < text.len && !ret; i++) {
		int32_t id = bpe_find(bpe, text.data + i, 1);

		if (id >= 0)
			ret = bpe_ids_push(out, id);
	}
	return ret;
}

int bpe_encode(const struct bpe *bpe, struct bpe_work *work, const char *word, size_t len,
	       struct bpe_ids *out)
{
	size_t n_heap = 0;
	int ret = 0;

	if (!len)
		return 0;
	if (bpe_work_room(work, len))
		return -ENOMEM;
	for (size_t i = 0; i < len; i++)
		work->nodes[i] = (struct bpe_node){
			.symbol = bpe->byte_symbol[(unsigned char)word[i]],
			.prev = (int32_t)i - 1,
			.next = (int32_t)i + 1,
		};
	work->nodes[len - 1].next = -1;
	for (size_t i = 0; i + 1 < len; i++)
		push_pair(bpe, work, &n_heap, i);
	merge_all(bpe, work, n_heap);
	for (int32_t i = 0; i >= 0 && !ret; i = work->nodes[i].next)
		ret = push_symbol(bpe, work->nodes[i].symbol, out);
	return ret;
}
