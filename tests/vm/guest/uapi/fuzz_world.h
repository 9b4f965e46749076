/* SPDX-License-Identifier: MIT */
/*
 * What a fuzzing process has: files, objects, contexts, rings; and random numbers.
 *
 * Its threads share files, handles and contexts without a lock: that one of them closes what
 * another one is using is what is to be tried. Nothing here allocates memory, so that a thread may
 * fork at any time.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include <liburing.h>
#include <stdbool.h>
#include <stdint.h>

#include "raw.h"
#include "tests/vm/guest/lib/random.h"

#define WORLD_FILES 4
#define WORLD_THINGS 12
/* Memory for calls to read and write; behind it is a hole. */
#define ARENA_BYTES (1u << 20)
#define ARENA_BLOCK 4096u
#define RING_ENTRIES 32

/**
 * struct file_world - an open file and what it has; 0, for the file -1: none
 * @fd: file
 * @objects: handles
 * @contexts: identifiers
 * @syncobjs: handles
 * @last_job: a number that a job had
 */
struct file_world {
	int fd;
	uint32_t objects[WORLD_THINGS], contexts[WORLD_THINGS], syncobjs[WORLD_THINGS];
	uint64_t last_job;
};

/**
 * struct world - what the threads of a process share
 * @files: files
 * @arena: ARENA_BYTES, and then a hole
 * @maps: mappings of device memory, NULL: none
 */
struct world {
	struct file_world files[WORLD_FILES];
	char *arena;
	void *maps[WORLD_THINGS];
};

/**
 * struct fuzzer - a thread
 * @random: its numbers
 * @world: its process's
 * @ring: its ring, if @has_ring
 * @has_ring: there is one
 * @steps: that it has made
 */
struct fuzzer {
	struct random random;
	struct world *world;
	struct io_uring ring;
	bool has_ring;
	uint64_t steps;
};

/** below() - a number from 0 to @end - 1 */
static inline uint32_t below(struct fuzzer *f, uint32_t end)
{
	return random_below_of(&f->random, end);
}

/** one_in() - true once in @n times */
static inline bool one_in(struct fuzzer *f, uint32_t n)
{
	return !below(f, n);
}

/** any_word() - 32 bits, of which the interesting ones come often */
uint32_t any_word(struct fuzzer *f);

/** any_size() - 64 bits, likewise */
uint64_t any_size(struct fuzzer *f);

/**
 * any_address() - mostly memory of the arena, else the border of a hole, nothing, or the kernel's
 */
uint64_t any_address(struct fuzzer *f);

/** any_thing() - one of a table, or a wrong one */
uint32_t any_thing(struct fuzzer *f, const uint32_t *table);

/** keep_thing() - put one into a table. Return: what had to make room for it, or 0. */
uint32_t keep_thing(struct fuzzer *f, uint32_t *table, uint32_t thing);

/** any_file() - one of the files, opened if there is none */
struct file_world *any_file(struct fuzzer *f);

/** world_init() - make an empty world; fails the test */
void world_init(struct world *world);

/** fuzz_call() - a random ioctl */
void fuzz_call(struct fuzzer *f);

/** fuzz_submit() - a random job; @file: whose */
struct drm_ingot_submit fuzz_submit(struct fuzzer *f, struct file_world *file);

/** fuzz_program() - fill a block of the arena with random commands; its address */
void *fuzz_program(struct fuzzer *f);

/** fuzz_ring() - something with io_uring */
void fuzz_ring(struct fuzzer *f);

/** fuzz_ring_end() - tear the ring down, if there is one */
void fuzz_ring_end(struct fuzzer *f);

/** fuzz_step() - a random step of any kind */
void fuzz_step(struct fuzzer *f);

#endif
