/* SPDX-License-Identifier: MIT */
/* Copies from and to files that somebody else may cut short meanwhile. */
#ifndef INGOT_GUARDED_COPY_H
#define INGOT_GUARDED_COPY_H

#include <stddef.h>

/**
 * guarded_copy_init() - take SIGBUS over
 *
 * To be called before the first copy, and again if somebody else has taken the signal.
 */
void guarded_copy_init(void);

/**
 * guarded_copy() - memcpy() that survives SIGBUS
 * @to: where to
 * @from: where from
 * @len: bytes
 *
 * Return: 0, or -EFAULT if a page of one side has no file behind it any more.
 */
int guarded_copy(void *to, const void *from, size_t len);

/**
 * guarded_copy_last_word() - the same, and the last 32-bit word, if it is aligned, is stored last
 * @to: where to
 * @from: where from
 * @len: bytes
 *
 * Return: 0 or -EFAULT.
 */
int guarded_copy_last_word(void *to, const void *from, size_t len);

#endif
