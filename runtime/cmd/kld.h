/* SPDX-License-Identifier: MIT */
/* How far a computation of a model is from the one in a base file. */
#ifndef KLD_H
#define KLD_H

#include <stddef.h>

#include "kld_base.h"

/**
 * struct kld_sum - a quantity, summed over positions
 * @sum: of the values
 * @squares: of their squares
 */
struct kld_sum {
	double sum, squares;
};

/**
 * struct kld - sums over the positions so far
 * @nll: minus the logarithm of the right token's probability
 * @nll_base: the same in the base file
 * @nll_product: sum of their products
 * @kld: KL divergence
 * @delta_p: difference of the right token's probability
 * @delta_p2: square of that
 * @same_top: positions where both have the same likeliest token
 * @count: positions
 * @klds: KL divergence of each position
 * @deltas: difference of each position
 * @room: of both
 */
struct kld {
	struct kld_sum nll, nll_base, kld, delta_p, delta_p2;
	double nll_product;
	size_t same_top, count, room;
	float *klds, *deltas;
};

/**
 * kld_init() - begin
 * @k: filled in, to be freed with kld_free()
 * @positions: that will come at most
 *
 * Return: 0 or -ENOMEM.
 */
int kld_init(struct kld *k, size_t positions);

/**
 * kld_free() - free the values of each position
 * @k: the sums
 */
void kld_free(struct kld *k);

/**
 * kld_add() - add a position
 * @k: the sums
 * @base: of which the row of this position was just read
 * @logits: this computation's row
 * @token: the right token
 */
void kld_add(struct kld *k, const struct kld_base *base, const float *logits, int32_t token);

/**
 * kld_print_chunk() - a line on the positions so far, under a heading, by its rules
 * @k: the sums
 * @chunk: number of the chunk, from 1
 * @out: where to
 */
void kld_print_chunk(const struct kld *k, int chunk, FILE *out);

/**
 * kld_print() - the whole statistics, as llama-perplexity prints them; sorts the values
 * @k: the sums
 * @out: where to
 */
void kld_print(struct kld *k, FILE *out);

#endif
