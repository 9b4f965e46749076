/* SPDX-License-Identifier: MIT */
/* Memory that is freed all at once, up to a limit. */
#ifndef TEMPLATE_ARENA_H
#define TEMPLATE_ARENA_H

#include <stddef.h>

struct arena_chunk;

/**
 * struct arena - memory with one life
 * @chunks: the newest first
 * @used: bytes taken from the system
 * @limit: most of them
 */
struct arena {
	struct arena_chunk *chunks;
	size_t used, limit;
};

/**
 * arena_alloc() - take memory
 * @a: the arena
 * @size: bytes
 *
 * Return: zeroed bytes aligned for any type, or NULL: out of memory, or @size is over the limit.
 */
void *arena_alloc(struct arena *a, size_t size);

/**
 * arena_free() - free everything
 * @a: the arena, empty afterwards
 */
void arena_free(struct arena *a);

#endif
