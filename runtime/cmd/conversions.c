// SPDX-License-Identifier: MIT
#include "conversions.h"

#include <stdio.h>
#include <string.h>

/* Pairs of formats are few: as many as a file has types. */
#define KINDS 16

/**
 * struct summary - all conversions of a file
 * @kinds: one of each pair of formats, @n_kinds of them
 */
struct summary {
	const struct ingot_conversion *kinds[KINDS];
	size_t n_kinds;
	double worst, sum, elements;
};

static void add_kind(struct summary *s, const struct ingot_conversion *c)
{
	for (size_t i = 0; i < s->n_kinds; i++)
		if (!strcmp(s->kinds[i]->from, c->from) && !strcmp(s->kinds[i]->to, c->to))
			return;
	if (s->n_kinds < KINDS)
		s->kinds[s->n_kinds++] = c;
}

static void add(struct summary *s, const struct ingot_conversion *c)
{
	s->worst = c->worst > s->worst ? c->worst : s->worst;
	s->sum += c->mean * (double)c->elements;
	s->elements += (double)c->elements;
	add_kind(s, c);
}

static void print_summary(const struct ingot_model *model, const struct summary *s, size_t count,
			  bool each)
{
	fprintf(stderr, "%s: %zu matrices are not kept exactly (", ingot_model_info(model)->path, count);
	for (size_t i = 0; i < s->n_kinds; i++)
		fprintf(stderr, "%s%s as %s", i ? ", " : "", s->kinds[i]->from, s->kinds[i]->to);
	fprintf(stderr, "): error of an element at most %.2g, on average %.2g of the matrix's RMS%s\n",
		s->worst, s->sum / s->elements, each ? "" : " (-v: each)");
}

static void print_times(const struct ingot_model_info *info)
{
	fprintf(stderr, "%s: loaded in %.3f s: metadata and tokeniser %.3f s, then %.1f MB for the device, copies %.3f s\n",
		info->path, (double)info->load_ns / 1e9, (double)info->check_ns / 1e9,
		(double)info->copied_bytes / 1e6, (double)info->copy_ns / 1e9);
	fprintf(stderr, "%s: a token reads %.1f MB of weights, %.1f MB in the file\n", info->path,
		(double)info->tile_bytes / 1e6, (double)info->token_bytes / 1e6);
}

void conversions_print(const struct ingot_model *model, bool each)
{
	const struct ingot_conversion *list;
	const size_t count = ingot_model_conversions(model, &list);
	struct summary s = { 0 };

	for (size_t i = 0; i < count; i++)
		add(&s, &list[i]);
	if (count)
		print_summary(model, &s, count, each);
	for (size_t i = 0; each && i < count; i++)
		fprintf(stderr, "%-28s %s as %s: error at most %.2g, on average %.2g of its RMS\n",
			list[i].tensor, list[i].from, list[i].to, list[i].worst, list[i].mean);
	if (each)
		print_times(ingot_model_info(model));
}
