// SPDX-License-Identifier: MIT
#include "closing.h"

#include <inttypes.h>
#include <stdio.h>

#include "interrupt.h"

static double rate(size_t tokens, uint64_t ns)
{
	return ns ? (double)tokens * 1e9 / (double)ns : 0;
}

static const char *reason(const struct generation *g)
{
	if (interrupted())
		return ", interrupted";
	if (g->ended)
		return ", ended by the model";
	return g->count == g->room ? "" : ", stopped";
}

void closing_print(const struct engine *e, const struct request *r, const struct generation *g)
{
	fprintf(stderr, "%s: prompt %zu tokens", e->name, g->prompt_tokens);
	if (g->reused)
		fprintf(stderr, " (%zu known)", g->reused);
	if (g->fed)
		fprintf(stderr, ", %.1f tokens/s", rate(g->fed, g->prompt_ns));
	fprintf(stderr, "; generation %zu tokens", g->count);
	if (g->count > 1)
		fprintf(stderr, ", %.1f tokens/s", rate(g->count, g->generate_ns));
	fputs(reason(g), stderr);
	if (g->count == g->room && r->count != (int64_t)g->room && !g->ended)
		fprintf(stderr, ", context of %u full", e->info->context);
	if (r->temperature > 0)
		fprintf(stderr, "; seed %" PRIu64, r->seed);
	fputc('\n', stderr);
	if (g->measured)
		measure_print(&g->measure, stderr);
}
