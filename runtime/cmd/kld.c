// SPDX-License-Identifier: MIT
/* How far a computation is from the one in a base file: the sums. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "kld.h"
#include "softmax.h"

/* Tokens less likely than e^-16 add nothing: the base file cannot tell how unlikely they are. */
#define LEAST_LOG_PROB (-16.0f)

int kld_init(struct kld *k, size_t positions)
{
	*k = (struct kld){ .room = positions };
	k->klds = calloc(positions + 1, sizeof(*k->klds));
	k->deltas = calloc(positions + 1, sizeof(*k->deltas));
	return k->klds && k->deltas ? 0 : -ENOMEM;
}

void kld_free(struct kld *k)
{
	free(k->klds);
	free(k->deltas);
}

static void add(struct kld_sum *s, double value)
{
	s->sum += value;
	s->squares += value * value;
}

/* The divergence, and the base's likeliest token. */
static double divergence(const struct kld_base *base, const float *logits, const struct softmax *s,
			 int32_t *top)
{
	const double log_total = (double)s->most + s->log_sum;
	float most = kld_base_log_prob(base, 0);
	double sum = 0;

	*top = 0;
	for (int32_t i = 0; i < base->n_vocab; i++) {
		float log_prob = kld_base_log_prob(base, i);

		if (log_prob > most) {
			most = log_prob;
			*top = i;
		}
		if (log_prob > LEAST_LOG_PROB)
			sum += (double)expf(log_prob) *
			       ((double)log_prob - (double)logits[i] + log_total);
	}
	return sum;
}

void kld_add(struct kld *k, const struct kld_base *base, const float *logits, int32_t token)
{
	const struct softmax s = softmax_of(logits, base->n_vocab);
	const double nll = softmax_nll(&s, logits[token]);
	const double nll_base = -(double)kld_base_log_prob(base, token);
	const double delta = exp(-nll) - exp(-nll_base);
	int32_t top;
	double value = divergence(base, logits, &s, &top);

	if (k->count == k->room)
		return;
	add(&k->nll, nll);
	add(&k->nll_base, nll_base);
	k->nll_product += nll * nll_base;
	add(&k->kld, value);
	add(&k->delta_p, delta);
	add(&k->delta_p2, delta * delta);
	k->same_top += top == s.top;
	k->klds[k->count] = (float)value;
	k->deltas[k->count++] = (float)delta;
}
