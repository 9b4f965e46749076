// SPDX-License-Identifier: MIT
/*
 * A library to preload: of all allocations of the program, the one with the number FAIL_AT fails. How many
 * there were goes to the file COUNT_TO.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *(*real_malloc)(size_t size);
static void *(*real_calloc)(size_t count, size_t size);
static void *(*real_realloc)(void *p, size_t size);
static long fail_at, made;

/* dlsym() may allocate before it has said where from. */
static _Alignas(16) char early[16384];
static size_t early_used;

static void *take_early(size_t size)
{
	void *p = early + early_used;

	early_used += (size + 15) / 16 * 16;
	if (early_used > sizeof(early))
		abort();
	return p;
}

static bool is_early(const void *p)
{
	return (const char *)p >= early && (const char *)p < early + sizeof(early);
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAIL_AT");

	real_malloc = dlsym(RTLD_NEXT, "malloc");
	real_calloc = dlsym(RTLD_NEXT, "calloc");
	real_realloc = dlsym(RTLD_NEXT, "realloc");
	fail_at = at ? atol(at) : 0;
	made = 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("COUNT_TO");
	FILE *f = path ? fopen(path, "w") : NULL;

	if (!f)
		return;
	fprintf(f, "%ld\n", made);
	fclose(f);
}

static bool fails(void)
{
	if (__atomic_add_fetch(&made, 1, __ATOMIC_RELAXED) != fail_at)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	if (!real_malloc)
		return take_early(size);
	return fails() ? NULL : real_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	if (!real_calloc)
		return take_early(count * size);
	return fails() ? NULL : real_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
	void *copy;

	if (real_realloc && !is_early(p))
		return fails() ? NULL : real_realloc(p, size);
	copy = malloc(size);
	if (copy && p)
		memcpy(copy, p, size < (size_t)(early + sizeof(early) - (char *)p) ?
			size : (size_t)(early + sizeof(early) - (char *)p));
	return copy;
}

void free(void *p)
{
	static void (*real_free)(void *p);

	if (is_early(p))
		return;
	if (!real_free)
		real_free = dlsym(RTLD_NEXT, "free");
	real_free(p);
}
