/* SPDX-License-Identifier: MIT */
/* What must be as it was when all is over, and what the kernel must not have said meanwhile. */
#ifndef SURVIVE_LEAK_H
#define SURVIVE_LEAK_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct leak_mark - how things stood
 * @device_bytes: device memory in use
 * @module_refs: references to the module: each open file and each job has one
 * @contexts: of all clients; @objects: buffer objects
 * @slab_kb: kernel memory that cannot be reclaimed
 * @files: of this process
 */
struct leak_mark {
	uint64_t device_bytes;
	long module_refs, contexts, objects, slab_kb, files;
};

/** leak_begin() - remember how things stand, with no client there, and begin to listen to the kernel's log */
void leak_begin(struct leak_mark *mark);

/** leak_warm() - remember the kernel's memory again: caches have filled by now */
void leak_warm(struct leak_mark *mark);

/** leak_listen() - read what the kernel has said since; often enough that nothing is overwritten */
void leak_listen(void);

/**
 * leak_check() - state that nothing is left, and that the kernel has not complained
 * @mark: of leak_begin()
 * @slab_kb: how much its memory may have grown
 */
void leak_check(const struct leak_mark *mark, long slab_kb);

#endif
