/* SPDX-License-Identifier: MIT */
/*
 * Samplers: choosing a token from logits on the host.
 *
 * The device chooses by temperature and top-k inside of its loop (ingot_session_generate()). What it
 * does not know is done here, a token at a time, with the logits of ingot_session_feed(). Steps, in this order:
 *
 *  1. repeat penalty: logits of tokens that were seen lately are divided by it if positive, else multiplied
 *  2. top-k: the k likeliest stay
 *  3. top-p: of these the likeliest stay, as many as it takes to reach the probability p, at least one
 *  4. min-p: of these, those stay whose probability is at least p times that of the likeliest
 *  5. temperature: logits are divided by it; then one is drawn. 0 takes the likeliest
 *
 * Equal logits are ordered by id. The same seed and logits give the same tokens on every machine.
 */
#ifndef INGOT_SAMPLER_H
#define INGOT_SAMPLER_H

#include <stddef.h>
#include <stdint.h>

#include "ingot/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ingot_sampler;

/**
 * struct ingot_sampler_params - how to choose
 * @temperature: at least 0; 0 takes the likeliest
 * @top_k: candidates; 0: all
 * @top_p: above 0 to 1; 1: no effect
 * @min_p: 0 to 1; 0: no effect
 * @repeat_penalty: above 0; 1: no effect
 * @repeat_last_n: how many of the last tokens are looked at for it
 * @seed: of the choice
 */
struct ingot_sampler_params {
	float temperature;
	uint32_t top_k;
	float top_p, min_p, repeat_penalty;
	uint32_t repeat_last_n;
	uint64_t seed;
};

/**
 * ingot_sampler_create() - make a sampler
 * @params: how it chooses; copied
 * @vocab: logits of a choice
 * @err: filled in on failure (-EINVAL: a parameter is out of its range)
 *
 * Return: the sampler, to be freed with ingot_sampler_free(), or NULL.
 */
struct ingot_sampler *ingot_sampler_create(const struct ingot_sampler_params *params, uint32_t vocab,
					   struct ingot_error *err);

/**
 * ingot_sampler_free() - free a sampler
 * @s: the sampler, or NULL
 */
void ingot_sampler_free(struct ingot_sampler *s);

/**
 * ingot_sampler_see() - remember a token, for the repeat penalty
 * @s: the sampler
 * @token: its id, one of the prompt or one that was chosen
 */
void ingot_sampler_see(struct ingot_sampler *s, int32_t token);

/**
 * ingot_sampler_choose() - choose a token
 * @s: the sampler; it does not remember the token by itself
 * @logits: a row of vocabulary floats; NaN counts as impossible
 *
 * Return: its id.
 */
int32_t ingot_sampler_choose(struct ingot_sampler *s, const float *logits);

#ifdef __cplusplus
}
#endif
#endif
