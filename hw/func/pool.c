// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "pool.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "hw/thread.h"
#include "ingot/error.h"
#include "kernels.h"

/* More threads than this have nothing left to share. */
#define MAX_THREADS 64
/* How long a worker spins for the next run: longer than the commands between two matrices take. */
#define SPIN_NS 50000

/*
 * The state word: a generation, whether the run may still be joined, and the workers in it. All
 * three change in one atomic step, so nobody joins a run that is over.
 */
#define STATE_ACTIVE 0x7fffu
#define STATE_OPEN 0x8000u
#define STATE_GENERATION 0x10000u

struct worker {
	struct ing_func_pool *pool;
	pthread_t thread;
	unsigned int number;
};

struct ing_func_pool {
	_Atomic uint32_t state __attribute__((aligned(64)));
	_Atomic uint32_t sleepers;
	_Atomic bool quit;
	/* the run: written while it is closed */
	ing_func_task task __attribute__((aligned(64)));
	void *arg;
	unsigned int items, chunk;
	_Atomic unsigned int next __attribute__((aligned(64)));

	unsigned int threads __attribute__((aligned(64)));
	const struct ing_kernels *kernels;
	struct worker workers[MAX_THREADS];
};

static void pause_cpu(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void take_items(struct ing_func_pool *pool, unsigned int worker)
{
	const unsigned int items = pool->items, chunk = pool->chunk;

	for (;;) {
		unsigned int first = atomic_fetch_add_explicit(&pool->next, chunk,
							       memory_order_relaxed);

		if (first >= items)
			return;
		pool->task(pool->arg, worker, first, items - first < chunk ? items - first : chunk);
	}
}

/* Waits until a run other than the one of @seen is open, or it is time to quit */
static uint32_t wait_for_run(struct ing_func_pool *pool, uint32_t seen)
{
	uint64_t until = now_ns() + SPIN_NS;
	uint32_t state;

	for (unsigned int i = 1;; i++) {
		state = atomic_load(&pool->state);
		if (((state ^ seen) & ~STATE_ACTIVE && state & STATE_OPEN) ||
		    atomic_load_explicit(&pool->quit, memory_order_relaxed))
			return state;
		pause_cpu();
		if (i % 64 || now_ns() < until)
			continue;
		atomic_fetch_add(&pool->sleepers, 1);
		state = atomic_load(&pool->state);
		if (!((state ^ seen) & ~STATE_ACTIVE && state & STATE_OPEN) && !pool->quit)
			syscall(SYS_futex, &pool->state, FUTEX_WAIT_PRIVATE, state, NULL, NULL, 0);
		atomic_fetch_sub(&pool->sleepers, 1);
		until = now_ns() + SPIN_NS;
	}
}

static void *worker_main(void *arg)
{
	struct worker *worker = arg;
	struct ing_func_pool *pool = worker->pool;
	uint32_t state = 0;

	ing_kernels_enter(pool->kernels);
	for (;;) {
		state = wait_for_run(pool, state);
		if (atomic_load(&pool->quit))
			return NULL;
		if (!atomic_compare_exchange_strong(&pool->state, &state, state + 1)) {
			state = 0;
			continue;
		}
		take_items(pool, worker->number);
		atomic_fetch_sub_explicit(&pool->state, 1, memory_order_release);
	}
}

static void wake_sleepers(struct ing_func_pool *pool)
{
	if (atomic_load(&pool->sleepers))
		syscall(SYS_futex, &pool->state, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void wait_for_workers(struct ing_func_pool *pool)
{
	unsigned int spins = 0;

	while (atomic_load_explicit(&pool->state, memory_order_acquire) & STATE_ACTIVE) {
		pause_cpu();
		/* the last worker may need this very processor */
		if (++spins > 2000)
			sched_yield();
	}
}

void ing_func_pool_run(struct ing_func_pool *pool, ing_func_task task, void *arg,
		       unsigned int items, unsigned int chunk)
{
	uint32_t state = atomic_load_explicit(&pool->state, memory_order_relaxed);

	if (pool->threads == 1 || items <= chunk) {
		task(arg, 0, 0, items);
		return;
	}
	pool->task = task;
	pool->arg = arg;
	pool->items = items;
	pool->chunk = chunk;
	atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
	atomic_store(&pool->state, (state + STATE_GENERATION) | STATE_OPEN);
	wake_sleepers(pool);
	take_items(pool, 0);
	atomic_fetch_and(&pool->state, ~STATE_OPEN);
	wait_for_workers(pool);
}

static unsigned int processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (unsigned int)CPU_COUNT(&set);
}

struct ing_func_pool *ing_func_pool_create(unsigned int threads, const struct ing_kernels *kernels,
					   struct ingot_error *err)
{
	struct ing_func_pool *pool = aligned_alloc(64, sizeof(*pool));
	int ret;

	if (!pool) {
		ingot_error_set(err, -ENOMEM, "func: no memory for threads");
		return NULL;
	}
	memset(pool, 0, sizeof(*pool));
	threads = threads ? threads : processors();
	pool->threads = 1;
	pool->kernels = kernels;
	for (unsigned int i = 1; i < threads && i < MAX_THREADS; i++) {
		struct worker *worker = &pool->workers[i];

		worker->pool = pool;
		worker->number = i;
		ret = ing_thread_create(&worker->thread, worker_main, worker);
		if (ret) {
			ing_func_pool_destroy(pool);
			ingot_error_set(err, -ret, "func: cannot start thread %u of %u: %s", i + 1,
					threads, strerror(ret));
			return NULL;
		}
		pool->threads = i + 1;
	}
	return pool;
}

void ing_func_pool_destroy(struct ing_func_pool *pool)
{
	if (!pool)
		return;
	atomic_store(&pool->quit, true);
	atomic_fetch_add(&pool->state, STATE_GENERATION);
	syscall(SYS_futex, &pool->state, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
	for (unsigned int i = 1; i < pool->threads; i++)
		pthread_join(pool->workers[i].thread, NULL);
	free(pool);
}

unsigned int ing_func_pool_threads(const struct ing_func_pool *pool)
{
	return pool->threads;
}
