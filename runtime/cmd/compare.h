/* SPDX-License-Identifier: MIT */
/* Are two answers the same, bit for bit? */
#ifndef COMPARE_H
#define COMPARE_H

#include "generation.h"

/**
 * compare_generations() - compare tokens and every logit, and say the result on standard output
 * @a: an answer with logits
 * @a_name: the device that gave it
 * @b: another
 * @b_name: likewise
 *
 * Return: 0 if they are the same, else EXIT_DEVICE.
 */
int compare_generations(const struct generation *a, const char *a_name, const struct generation *b,
			const char *b_name);

#endif
