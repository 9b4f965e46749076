/* SPDX-License-Identifier: MIT */
/* Logits as probabilities. */
#ifndef SOFTMAX_H
#define SOFTMAX_H

#include <stdint.h>

/**
 * struct softmax - what turns a row of logits into probabilities
 * @most: greatest logit
 * @least: smallest
 * @top: the token of @most, the first of equals
 * @log_sum: logarithm of the sum of exp(logit - @most)
 */
struct softmax {
	float most, least;
	int32_t top;
	double log_sum;
};

/**
 * softmax_of() - look at a row
 * @logits: the row
 * @count: tokens, at least 1
 *
 * Return: what there is to know.
 */
struct softmax softmax_of(const float *logits, int32_t count);

/**
 * softmax_nll() - minus the logarithm of a token's probability
 * @s: of the row
 * @logit: the token's
 *
 * Return: the number, not negative but for rounding.
 */
static inline double softmax_nll(const struct softmax *s, float logit)
{
	return (double)s->most + s->log_sum - (double)logit;
}

#endif
