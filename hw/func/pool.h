/* SPDX-License-Identifier: MIT */
/*
 * Threads that share the items of one command.
 *
 * The calling thread is worker 0 and takes its part. A worker joins if it comes in time: nobody
 * waits for one that is still asleep, so a busy machine costs speed, never correctness. Workers spin
 * after a run, since commands follow one another within microseconds, then sleep.
 */
#ifndef INGOT_FUNC_POOL_H
#define INGOT_FUNC_POOL_H

struct ing_func_pool;
struct ing_kernels;
struct ingot_error;

/**
 * typedef ing_func_task - computes items @first .. @first + @count - 1
 * @arg: of the run
 * @worker: number of the thread, 0 .. threads - 1: its work space
 */
typedef void (*ing_func_task)(void *arg, unsigned int worker, unsigned int first,
			      unsigned int count);

/**
 * ing_func_pool_create() - start workers
 * @threads: how many, the caller included; 0 is one per processor
 * @kernels: sets the workers' floating-point mode
 * @err: filled on failure
 *
 * Return: the pool, or NULL.
 */
struct ing_func_pool *ing_func_pool_create(unsigned int threads, const struct ing_kernels *kernels,
					   struct ingot_error *err);

/**
 * ing_func_pool_destroy() - end the workers and free the pool
 * @pool: idle, or NULL
 */
void ing_func_pool_destroy(struct ing_func_pool *pool);

/** ing_func_pool_threads() - threads of a pool, the caller included */
unsigned int ing_func_pool_threads(const struct ing_func_pool *pool);

/**
 * ing_func_pool_run() - compute items 0 .. @items - 1, in any order, on all threads
 * @pool: the pool
 * @task: computes some of them
 * @arg: for @task
 * @items: how many
 * @chunk: items that a thread takes at a time, at least 1
 *
 * Returns when all are done and their results are visible to the caller.
 */
void ing_func_pool_run(struct ing_func_pool *pool, ing_func_task task, void *arg,
		       unsigned int items, unsigned int chunk);

#endif
