/* SPDX-License-Identifier: MIT */
/* Progress of steps that take more than two seconds, on standard error. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

/**
 * struct progress - a step under way
 * @what: what is being done, for example "loading model.gguf"
 * @unit: what is counted, for example "tokens"; NULL shows a percentage
 * @begin: when it began, nanoseconds
 * @shown: when it was last shown, 0 for never
 * @percent: what was last shown
 */
struct progress {
	const char *what, *unit;
	uint64_t begin, shown;
	int percent;
};

/**
 * progress_begin() - begin a step
 * @p: filled in
 * @what: lives as long as @p
 * @unit: likewise, or NULL
 */
void progress_begin(struct progress *p, const char *what, const char *unit);

/**
 * progress_update() - say how far it is
 * @p: the step
 * @done: units done
 * @total: units in all
 *
 * Shows nothing in the first two seconds; then on a terminal one line that is written over, and
 * elsewhere a line for each tenth.
 */
void progress_update(struct progress *p, uint64_t done, uint64_t total);

/**
 * progress_clear() - take the line off the terminal, if there is one
 *
 * To be called at the end of a step and before anything else is printed.
 */
void progress_clear(void);

/**
 * now_ns() - the time
 *
 * Return: nanoseconds of the monotonic clock.
 */
uint64_t now_ns(void);

#endif
