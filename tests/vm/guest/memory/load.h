/* SPDX-License-Identifier: MIT */
/* Threads that copy all the time and look at what comes back. */
#ifndef INGOT_MEMORY_LOAD_H
#define INGOT_MEMORY_LOAD_H

#include <pthread.h>
#include <stdatomic.h>

/* Most threads. */
#define LOAD_MAX 4

/**
 * struct load - threads that copy
 * @stop: set to 1: come to an end
 * @rounds: rounds that went well, of all threads
 * @wrong: rounds that brought back something else
 * @error: first error but -ENODEV
 * @gone: threads that met -ENODEV
 * @threads: how many
 * @thread: they
 * @fd: their files
 */
struct load {
	atomic_int stop, rounds, wrong, error, gone;
	unsigned int threads;
	pthread_t thread[LOAD_MAX];
	int fd[LOAD_MAX];
};

/** load_start() - start @threads threads, each with a file and objects of its own */
void load_start(struct load *load, unsigned int threads);

/** load_round() - wait until another round has gone well in some thread, or all have met -ENODEV */
void load_round(struct load *load);

/** load_end() - stop the threads and close their files */
void load_end(struct load *load);

#endif
