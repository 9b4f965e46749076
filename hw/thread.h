/* SPDX-License-Identifier: MIT */
/* Threads of a library that compute for the program's own. */
#ifndef INGOT_HW_THREAD_H
#define INGOT_HW_THREAD_H

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

/**
 * ing_thread_create() - like pthread_create(), for a thread that takes no signals
 * @thread: set to the thread
 * @main: what it does
 * @arg: handed to @main
 *
 * Signals to the process are for the threads of the program: one that it blocks, to wait for it in
 * ppoll(), would else be taken here at once, and the waiting would go on. What a thread does to itself
 * stays: a blocked SIGSEGV has no handler.
 *
 * Return: 0, or an errno.
 */
static inline int ing_thread_create(pthread_t *thread, void *(*main)(void *), void *arg)
{
	static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS };
	sigset_t all, before;
	int ret;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&all, own[i]);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	ret = pthread_create(thread, NULL, main, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ret;
}

#endif
