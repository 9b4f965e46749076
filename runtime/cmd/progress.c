// SPDX-License-Identifier: MIT
/* Progress on standard error. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define SECOND UINT64_C(1000000000)
#define PATIENCE (2 * SECOND)		/* shorter steps need no progress */
#define REFRESH (SECOND / 5)
#define LINE_PERCENT 10

static bool on_screen;

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

void progress_begin(struct progress *p, const char *what, const char *unit)
{
	*p = (struct progress){ .what = what, .unit = unit, .begin = now_ns() };
}

static bool is_due(const struct progress *p, uint64_t now, int percent)
{
	if (now - p->begin < PATIENCE)
		return false;
	if (isatty(STDERR_FILENO))
		return now - p->shown >= REFRESH;
	return !p->shown || percent / LINE_PERCENT > p->percent / LINE_PERCENT;
}

void progress_update(struct progress *p, uint64_t done, uint64_t total)
{
	int percent = total ? (int)(done * 100 / total) : 100;
	bool terminal = isatty(STDERR_FILENO);
	uint64_t now = now_ns();

	if (!is_due(p, now, percent))
		return;
	p->shown = now;
	p->percent = percent;
	on_screen = terminal;
	fprintf(stderr, "%s%s: ", terminal ? "\r\033[K" : "", p->what);
	if (p->unit)
		fprintf(stderr, "%" PRIu64 " of %" PRIu64 " %s", done, total, p->unit);
	else
		fprintf(stderr, "%d %%", percent);
	fprintf(stderr, ", %" PRIu64 " s%s", (now - p->begin) / SECOND, terminal ? "" : "\n");
	fflush(stderr);
}

void progress_clear(void)
{
	if (!on_screen)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	on_screen = false;
}
