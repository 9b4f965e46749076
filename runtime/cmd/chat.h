/* SPDX-License-Identifier: MIT */
/* ingot run --chat. */
#ifndef CHAT_H
#define CHAT_H

#include "run_options.h"

/**
 * chat_run() - have a conversation
 * @args: the options
 * @first: what is said first, or NULL
 *
 * Return: exit status.
 */
int chat_run(const struct run_args *args, const char *first);

#endif
