/* SPDX-License-Identifier: MIT */
/* One prompt continued several times, side by side. */
#ifndef PARALLEL_H
#define PARALLEL_H

#include "generation.h"

/**
 * parallel_run() - continue a prompt several times, with seeds that follow one another
 * @e: the engine, whose session is empty
 * @r: the request; its seed is the first one's
 * @count: how often
 * @echo: print the prompt before each continuation
 *
 * Prints each when all are done, with its number before it, and the rates on standard error.
 *
 * Return: exit status.
 */
int parallel_run(struct engine *e, const struct request *r, uint32_t count, bool echo);

#endif
