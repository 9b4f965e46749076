// SPDX-License-Identifier: MIT
/* ingot bench: a Markdown table with llama-bench's columns, and what cycles say. */
#include <stdio.h>

#include "bench.h"

static void print_cell(int width, const char *text, bool is_number)
{
	printf(" %*s |", is_number ? width : -width, text);
}

static void print_rule(int width, bool is_number)
{
	putchar(' ');
	for (int i = 0; i < width - is_number; i++)
		putchar('-');
	fputs(is_number ? ": |" : " |", stdout);
}

static const struct column {
	const char *title;
	int width;
	bool is_number, timed_only, batched_only;
} columns[] = {
	{ "model", 30, false, false, false },
	{ "size", 10, true, false, false },
	{ "params", 10, true, false, false },
	{ "backend", 10, false, false, false },
	{ "device", 14, false, false, false },
	{ "threads", 7, true, false, false },
	{ "test", 15, true, false, false },
	{ "t/s", 20, true, false, false },
	{ "t/s each", 10, true, false, true },
	{ "cycles/token", 13, true, true, false },
	{ "port used", 9, true, true, false },
	{ "kHz", 8, true, true, false },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Some test has several sequences. */
static bool some_batched;

static bool is_shown(const struct engine *e, size_t column)
{
	return (!columns[column].timed_only || engine_is_timed(e)) &&
	       (!columns[column].batched_only || some_batched);
}

static void begin(const struct engine *e, const struct engine_options *o, bool batched)
{
	(void)o;
	some_batched = batched;
	putchar('|');
	for (size_t i = 0; i < COLUMNS; i++)
		if (is_shown(e, i))
			print_cell(columns[i].width, columns[i].title, columns[i].is_number);
	fputs("\n|", stdout);
	for (size_t i = 0; i < COLUMNS; i++)
		if (is_shown(e, i))
			print_rule(columns[i].width, columns[i].is_number);
	putchar('\n');
	fflush(stdout);
}

static void format_size(uint64_t bytes, char *text, size_t size)
{
	double mib = (double)bytes / (1 << 20);

	if (mib < 1024)
		snprintf(text, size, "%.2f MiB", mib);
	else
		snprintf(text, size, "%.2f GiB", mib / 1024);
}

static void format_params(uint64_t n, char *text, size_t size)
{
	if (n < 1000000000)
		snprintf(text, size, "%.2f M", (double)n / 1e6);
	else
		snprintf(text, size, "%.2f B", (double)n / 1e9);
}

static void format_test(const struct bench_test *t, char *text, size_t size)
{
	int len = snprintf(text, size, "%s%u", t->gen ? "tg" : "pp", t->gen ? t->gen : t->prompt);

	if (t->depth)
		len += snprintf(text + len, size - (size_t)len, " @ d%u", t->depth);
	if (t->batch > 1)
		snprintf(text + len, size - (size_t)len, " x %u", t->batch);
}

static void format_measure(const struct bench_test *t, char cells[3][32])
{
	snprintf(cells[0], 32, "%.0f", measure_cycles_per_token(&t->measure));
	if (t->gen)
		snprintf(cells[1], 32, "%.2f %%", 100 * measure_utilisation(&t->measure));
	snprintf(cells[2], 32, "%.0f", t->measure.khz);
}

static void print_test(const struct engine *e, const struct engine_options *o,
		       const struct bench_test *t)
{
	const struct bench_rates rates = bench_rates(t);
	const char *backend = engine_backend(e);
	char size[32], params[32], threads[32], test[40], ts[64], each[32];
	char timed[3][32] = { 0 };
	const char *cells[COLUMNS] = {
		e->info->type, size, params, backend, e->name, threads, test, ts, each,
		timed[0], timed[1], timed[2],
	};

	format_size(e->info->size_bytes, size, sizeof(size));
	format_params(e->info->n_params, params, sizeof(params));
	snprintf(threads, sizeof(threads), "%u", engine_is_timed(e) ? 1 : engine_threads(o));
	format_test(t, test, sizeof(test));
	/* One column more: printf pads by bytes, and the sign has two. */
	snprintf(ts, sizeof(ts), "%.2f ± %.2f", rates.ts, rates.ts_deviation);
	snprintf(each, sizeof(each), "%.2f", rates.ts / t->batch);
	if (t->timed)
		format_measure(t, timed);
	putchar('|');
	for (size_t i = 0; i < COLUMNS; i++)
		if (is_shown(e, i))
			print_cell(columns[i].width + (cells[i] == ts), cells[i],
				   columns[i].is_number);
	putchar('\n');
	fflush(stdout);
}

static void end(void)
{
}

const struct bench_printer bench_markdown = { begin, print_test, end };
