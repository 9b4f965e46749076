// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tap.h"

static unsigned int count, failed;
static uint64_t state;

static void line(const char *head, const char *format, va_list args, const char *tail)
{
	fputs(head, stdout);
	vprintf(format, args);
	puts(tail);
	fflush(stdout);
}

bool ok(bool good, const char *format, ...)
{
	char head[32];
	va_list args;

	snprintf(head, sizeof(head), "%sok %u - ", good ? "" : "not ", ++count);
	failed += !good;
	va_start(args, format);
	line(head, format, args, "");
	va_end(args);
	return good;
}

bool is(long long got, long long wanted, const char *format, ...)
{
	char head[32], tail[80] = "";
	va_list args;

	snprintf(head, sizeof(head), "%sok %u - ", got == wanted ? "" : "not ", ++count);
	if (got != wanted)
		snprintf(tail, sizeof(tail), ": got %lld, not %lld", got, wanted);
	failed += got != wanted;
	va_start(args, format);
	line(head, format, args, tail);
	va_end(args);
	return got == wanted;
}

void skip(const char *format, ...)
{
	char head[32];
	va_list args;

	snprintf(head, sizeof(head), "ok %u # SKIP ", ++count);
	va_start(args, format);
	line(head, format, args, "");
	va_end(args);
}

void note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line("# ", format, args, "");
	va_end(args);
}

void bail_out(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line("Bail out! ", format, args, "");
	va_end(args);
	exit(1);
}

int tap_done(void)
{
	printf("1..%u\n", count);
	fflush(stdout);
	return failed ? 1 : 0;
}

void seed_random(int argc, char **argv)
{
	const char *seed = getenv("SEED");

	if (argc > 2 && !strcmp(argv[1], "--seed"))
		seed = argv[2];
	state = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	note("seed %llu", (unsigned long long)state);
}

/* splitmix64 */
uint64_t random_below(uint64_t end)
{
	uint64_t z = state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (z ^ z >> 31) % end;
}
