// SPDX-License-Identifier: MIT
#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>

/* An address sanitizer sees the ends of what the system gives, so it is asked for each piece. */
#if defined(__SANITIZE_ADDRESS__)
#define CHUNK_BYTES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHUNK_BYTES 1
#endif
#endif
#ifndef CHUNK_BYTES
#define CHUNK_BYTES 16384
#endif

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, room;
	alignas(max_align_t) char data[];
};

static struct arena_chunk *add_chunk(struct arena *a, size_t size)
{
	size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
	struct arena_chunk *c;

	if (room > a->limit || a->used > a->limit - room)
		return NULL;
	c = calloc(1, sizeof(*c) + room);
	if (!c)
		return NULL;
	c->room = room;
	a->used += room;
	c->next = a->chunks;
	a->chunks = c;
	return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_chunk *c = a->chunks;
	const size_t align = alignof(max_align_t);
	void *p;

	if (size > a->limit)
		return NULL;
	size = (size + align - 1) / align * align;
	if (!c || c->room - c->used < size)
		c = add_chunk(a, size);
	if (!c)
		return NULL;
	p = c->data + c->used;
	c->used += size;
	return p;
}

void arena_free(struct arena *a)
{
	while (a->chunks) {
		struct arena_chunk *c = a->chunks;

		a->chunks = c->next;
		free(c);
	}
	a->used = 0;
}
