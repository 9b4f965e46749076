// SPDX-License-Identifier: MIT
/* How far a computation is from the one in a base file: the report, by llama-perplexity's rules. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "kld.h"

#define LEAST_POSITIONS 100	/* fewer give no statistics worth printing */

/* A mean and its standard error. */
struct estimate {
	double value, error;
};

/* Everything that the report says of perplexities. */
struct perplexities {
	struct estimate log_q, log_base, q, base, log_ratio, ratio, difference;
	double covariance;
};

static struct estimate estimate(const struct kld_sum *s, size_t count)
{
	struct estimate e = { 0 };
	double variance;

	if (!count)
		return e;
	e.value = s->sum / (double)count;
	variance = s->squares / (double)count - e.value * e.value;
	if (variance > 0 && count > 10)
		e.error = sqrt(variance / (double)(count - 1));
	return e;
}

static struct estimate exponential(struct estimate e)
{
	return (struct estimate){ exp(e.value), exp(e.value) * e.error };
}

static struct estimate percent(struct estimate e)
{
	return (struct estimate){ 100 * e.value, 100 * e.error };
}

/* Rounding may leave a tiny negative number. */
static double root(double x)
{
	return x > 0 ? sqrt(x) : 0;
}

static struct estimate difference(struct estimate a, struct estimate b, double covariance)
{
	return (struct estimate){
		a.value - b.value,
		root(a.error * a.error + b.error * b.error - 2 * covariance),
	};
}

static struct perplexities perplexities(const struct kld *k)
{
	const double n = (double)k->count;
	struct perplexities p = {
		.log_q = estimate(&k->nll, k->count),
		.log_base = estimate(&k->nll_base, k->count),
	};

	if (k->count >= 10)
		p.covariance = (k->nll_product / n - p.log_q.value * p.log_base.value) / (n - 1);
	p.q = exponential(p.log_q);
	p.base = exponential(p.log_base);
	p.log_ratio = difference(p.log_q, p.log_base, p.covariance);
	p.ratio = exponential(p.log_ratio);
	p.difference = difference(p.q, p.base, p.q.value * p.base.value * p.covariance);
	return p;
}

static struct estimate rms_delta(const struct kld *k)
{
	struct estimate e = estimate(&k->delta_p2, k->count);
	double value = sqrt(e.value);

	return (struct estimate){ value, value > 0 ? 0.5 / value * e.error : 0 };
}

static struct estimate same_top(const struct kld *k)
{
	double p = (double)k->same_top / (double)k->count;

	return (struct estimate){ p, sqrt(p * (1 - p) / (double)(k->count - 1)) };
}

void kld_print_chunk(const struct kld *k, int chunk, FILE *out)
{
	const struct perplexities p = perplexities(k);
	const struct estimate divergence = estimate(&k->kld, k->count);
	const struct estimate rms = percent(rms_delta(k)), top = percent(same_top(k));

	if (chunk == 1)
		fputs("\nchunk             PPL               ln(PPL(Q)/PPL(base))          KL Divergence"
		      "              Δp RMS            Same top p\n", out);
	fprintf(out, "%4d    %9.4lf ± %9.4lf    %10.5lf ± %10.5lf", chunk, p.q.value, p.q.error,
		p.log_ratio.value, p.log_ratio.error);
	fprintf(out, "    %10.5lf ± %10.5lf", divergence.value, divergence.error);
	fprintf(out, "    %6.3lf ± %6.3lf %%    %6.3lf ± %6.3lf %%\n", rms.value, rms.error,
		top.value, top.error);
}

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* Of sorted values, with linear interpolation between neighbours. */
static double quantile(const float *values, size_t count, double fraction)
{
	double at = fraction * (double)(count - 1);
	size_t i = (size_t)at;
	size_t next = i + 1 < count ? i + 1 : i;

	at -= (double)i;
	return (1 - at) * (double)values[i] + at * (double)values[next];
}

static void print_quantile(FILE *out, const char *name, const char *symbol, double value,
			   bool percents)
{
	if (percents)
		fprintf(out, "%s %s: %6.3lf%%\n", name, symbol, 100 * value);
	else
		fprintf(out, "%s %s: %10.6lf\n", name, symbol, value);
}

static void print_quantiles(FILE *out, const char *symbol, const float *values, size_t count,
			    bool percents)
{
	static const struct {
		const char *name;
		double fraction;
		bool of_percents_only;
	} rows[] = {
		{ "Maximum", 1, false },
		{ "99.9%  ", 0.999, false },
		{ "99.0%  ", 0.990, false },
		{ "95.0%  ", 0.950, false },
		{ "90.0%  ", 0.900, false },
		{ "75.0%  ", 0.750, true },
		{ "Median ", 0.500, false },
		{ "25.0%  ", 0.250, true },
		{ "10.0%  ", 0.100, false },
		{ " 5.0%  ", 0.050, false },
		{ " 1.0%  ", 0.010, false },
		{ " 0.1%  ", 0.001, false },
		{ "Minimum", 0, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (percents || !rows[i].of_percents_only)
			print_quantile(out, rows[i].name, symbol,
				       quantile(values, count, rows[i].fraction), percents);
	}
}

static void print_estimate(FILE *out, const char *name, struct estimate e)
{
	fprintf(out, "%s: %10.6lf ± %10.6lf\n", name, e.value, e.error);
}

static void print_perplexities(const struct kld *k, FILE *out)
{
	const struct perplexities p = perplexities(k);

	fputs("====== Perplexity statistics ======\n", out);
	print_estimate(out, "Mean PPL(Q)                   ", p.q);
	print_estimate(out, "Mean PPL(base)                ", p.base);
	fprintf(out, "Cor(ln(PPL(Q)), ln(PPL(base))): %6.2lf%%\n",
		100 * p.covariance / (p.log_q.error * p.log_base.error));
	print_estimate(out, "Mean ln(PPL(Q)/PPL(base))     ", p.log_ratio);
	print_estimate(out, "Mean PPL(Q)/PPL(base)         ", p.ratio);
	print_estimate(out, "Mean PPL(Q)-PPL(base)         ", p.difference);
}

void kld_print(struct kld *k, FILE *out)
{
	struct estimate delta = percent(estimate(&k->delta_p, k->count));
	struct estimate rms = percent(rms_delta(k)), top = percent(same_top(k));

	fputc('\n', out);
	if (k->count < LEAST_POSITIONS)
		return;
	qsort(k->klds, k->count, sizeof(*k->klds), ascending);
	qsort(k->deltas, k->count, sizeof(*k->deltas), ascending);
	print_perplexities(k, out);
	fputs("\n====== KL divergence statistics ======\n", out);
	print_estimate(out, "Mean    KLD", estimate(&k->kld, k->count));
	print_quantiles(out, "KLD", k->klds, k->count, false);
	fputs("\n====== Token probability statistics ======\n", out);
	fprintf(out, "Mean    Δp: %6.3lf ± %5.3lf %%\n", delta.value, delta.error);
	print_quantiles(out, "Δp", k->deltas, k->count, true);
	fprintf(out, "RMS Δp    : %6.3lf ± %5.3lf %%\n", rms.value, rms.error);
	fprintf(out, "Same top p: %6.3lf ± %5.3lf %%\n\n", top.value, top.error);
}
