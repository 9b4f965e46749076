/* SPDX-License-Identifier: MIT */
/* Symbols of a text that is being encoded, and the merges that are possible, the next one first. */
#ifndef INGOT_MODEL_BPE_HEAP_H
#define INGOT_MODEL_BPE_HEAP_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct bpe_node - a symbol of the word that is encoded
 * @symbol: its number, -1 once it is part of another
 * @prev: the node on its left, -1 if none
 * @next: the node on its right, -1 if none
 */
struct bpe_node {
	int32_t symbol, prev, next;
};

/**
 * struct bpe_candidate - a merge that was possible when it was found
 * @order: its rank in the upper half, its left node in the lower: lowest goes first
 * @left: symbol of the left node at that time
 * @right: symbol of the right node at that time
 * @merged: what they become
 */
struct bpe_candidate {
	uint64_t order;
	int32_t left, right, merged;
};

/**
 * bpe_heap_push() - add a candidate
 * @heap: the heap, with room for one more
 * @n: candidates in it
 * @c: the candidate
 */
static inline void bpe_heap_push(struct bpe_candidate *heap, size_t *n,
				 struct bpe_candidate c)
{
	size_t i = (*n)++;

	while (i && heap[(i - 1) / 2].order > c.order) {
		heap[i] = heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap[i] = c;
}

/**
 * bpe_heap_pop() - take the candidate that goes first
 * @heap: the heap
 * @n: candidates in it, at least one
 *
 * Return: the candidate.
 */
static inline struct bpe_candidate bpe_heap_pop(struct bpe_candidate *heap, size_t *n)
{
	struct bpe_candidate top = heap[0], last = heap[--*n];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < *n) {
		if (child + 1 < *n && heap[child + 1].order < heap[child].order)
			child++;
		if (heap[child].order >= last.order)
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = last;
	return top;
}

#endif /* INGOT_MODEL_BPE_HEAP_H */
