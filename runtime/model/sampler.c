// SPDX-License-Identifier: MIT
#include "ingot/sampler.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/**
 * struct candidate - a token that may be chosen
 * @id: token
 * @logit: its logit, penalty included
 * @weight: its probability up to a common factor
 */
struct candidate {
	int32_t id;
	float logit;
	double weight;
};

/**
 * struct ingot_sampler - see ingot/sampler.h
 * @params: how to choose
 * @vocab: logits of a choice
 * @list: room for as many candidates
 * @seen: ring of the last @params.repeat_last_n tokens
 * @n_seen: how many were seen in all
 * @random: state of the generator
 */
struct ingot_sampler {
	struct ingot_sampler_params params;
	uint32_t vocab;
	struct candidate *list;
	int32_t *seen;
	uint64_t n_seen;
	uint64_t random;
};

static int check(const struct ingot_sampler_params *p, struct ingot_error *err)
{
	if (!(p->temperature >= 0) || isinf(p->temperature))
		return ingot_error_set(err, -EINVAL, "temperature %g: 0 or more", p->temperature);
	if (!(p->top_p > 0 && p->top_p <= 1))
		return ingot_error_set(err, -EINVAL, "top-p %g: above 0 to 1", p->top_p);
	if (!(p->min_p >= 0 && p->min_p <= 1))
		return ingot_error_set(err, -EINVAL, "min-p %g: 0 to 1", p->min_p);
	if (!(p->repeat_penalty > 0) || isinf(p->repeat_penalty))
		return ingot_error_set(err, -EINVAL, "repeat penalty %g: above 0", p->repeat_penalty);
	return 0;
}

struct ingot_sampler *ingot_sampler_create(const struct ingot_sampler_params *params, uint32_t vocab,
					   struct ingot_error *err)
{
	struct ingot_sampler *s;

	if (check(params, err))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (s) {
		s->params = *params;
		s->vocab = vocab;
		s->random = params->seed;
		s->list = calloc(vocab ? vocab : 1, sizeof(*s->list));
		s->seen = calloc(params->repeat_last_n + (size_t)1, sizeof(*s->seen));
	}
	if (!s || !s->list || !s->seen) {
		ingot_sampler_free(s);
		ingot_error_set(err, -ENOMEM, "out of memory for a choice of %u tokens", vocab);
		return NULL;
	}
	return s;
}

void ingot_sampler_free(struct ingot_sampler *s)
{
	if (!s)
		return;
	free(s->list);
	free(s->seen);
	free(s);
}

void ingot_sampler_see(struct ingot_sampler *s, int32_t token)
{
	if (s->params.repeat_last_n)
		s->seen[s->n_seen++ % s->params.repeat_last_n] = token;
}

static void fill(struct ingot_sampler *s, const float *logits)
{
	for (uint32_t i = 0; i < s->vocab; i++)
		s->list[i] = (struct candidate){
			.id = (int32_t)i,
			.logit = isnan(logits[i]) ? -INFINITY : logits[i],
		};
}

/* The list is still in the order of the ids. A token that was seen twice is punished once. */
static void punish(struct ingot_sampler *s, const float *logits)
{
	const uint64_t room = s->params.repeat_last_n;
	const uint64_t count = s->n_seen < room ? s->n_seen : room;

	if (s->params.repeat_penalty == 1)
		return;
	for (uint64_t i = 0; i < count; i++) {
		const int32_t id = s->seen[i];

		if (id < 0 || (uint32_t)id >= s->vocab || isnan(logits[id]))
			continue;
		s->list[id].logit = logits[id] > 0 ? logits[id] / s->params.repeat_penalty :
						     logits[id] * s->params.repeat_penalty;
	}
}

/* The likeliest first; of equals the one with the lower id. */
static int likelier(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->logit != y->logit)
		return x->logit > y->logit ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static void swap(struct candidate *a, struct candidate *b)
{
	struct candidate c = *a;

	*a = *b;
	*b = c;
}

/* Partial order: the @k likeliest come first, in any order. */
static void select_likeliest(struct candidate *list, uint32_t count, uint32_t k)
{
	uint32_t first = 0, end = count;

	while (end - first > 1) {
		uint32_t place = first;

		swap(&list[first + (end - first) / 2], &list[end - 1]);
		for (uint32_t i = first; i < end - 1; i++)
			if (likelier(&list[i], &list[end - 1]) < 0)
				swap(&list[i], &list[place++]);
		swap(&list[place], &list[end - 1]);
		if (place == k)
			return;
		if (place < k)
			first = place + 1;
		else
			end = place;
	}
}

static uint32_t keep_top_k(struct ingot_sampler *s)
{
	uint32_t k = s->params.top_k && s->params.top_k < s->vocab ? s->params.top_k : s->vocab;

	if (s->params.temperature == 0)
		k = 1;
	if (k < s->vocab)
		select_likeliest(s->list, s->vocab, k);
	qsort(s->list, k, sizeof(*s->list), likelier);
	return k;
}

/* Weights relative to the likeliest, which has 1; all are 1 if nothing is possible. */
static double weigh(struct candidate *list, uint32_t count, double temperature)
{
	double sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		double distance = (double)list[i].logit - list[0].logit;

		/* infinity less itself */
		list[i].weight = isnan(distance) ? 1 : exp(distance / temperature);
		sum += list[i].weight;
	}
	return sum;
}

static uint32_t keep_top_p(const struct ingot_sampler *s, uint32_t count)
{
	double sum, reached = 0;

	if (s->params.top_p == 1)
		return count;
	sum = weigh(s->list, count, 1);
	for (uint32_t i = 0; i < count; i++) {
		reached += s->list[i].weight;
		if (reached >= s->params.top_p * sum)
			return i + 1;
	}
	return count;
}

static uint32_t keep_min_p(const struct ingot_sampler *s, uint32_t count)
{
	uint32_t kept = 1;

	if (s->params.min_p == 0)
		return count;
	weigh(s->list, count, 1);
	while (kept < count && s->list[kept].weight >= s->params.min_p)
		kept++;
	return kept;
}

/* splitmix64: 53 bits of it are a number from 0 to below 1. */
static double draw(struct ingot_sampler *s)
{
	uint64_t x = s->random += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	x ^= x >> 31;
	return (double)(x >> 11) / 9007199254740992.0;
}

int32_t ingot_sampler_choose(struct ingot_sampler *s, const float *logits)
{
	uint32_t count, i = 0;
	double left;

	fill(s, logits);
	punish(s, logits);
	count = keep_top_k(s);
	if (count <= 1)
		return s->list[0].id;
	count = keep_min_p(s, keep_top_p(s, count));
	left = draw(s) * weigh(s->list, count, s->params.temperature);
	while (i + 1 < count && left >= s->list[i].weight)
		left -= s->list[i++].weight;
	return s->list[i].id;
}
