// SPDX-License-Identifier: MIT
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_BYTES 600

static unsigned int count, failed;

/* A line leaves in one piece: several processes print. */
static void print_line(const char *head, const char *format, va_list args)
{
	char line[LINE_BYTES];
	int len = snprintf(line, sizeof(line), "%s", head);

	len += vsnprintf(line + len, sizeof(line) - 1 - (size_t)len, format, args);
	if (len > LINE_BYTES - 2)
		len = LINE_BYTES - 2;
	line[len++] = '\n';
	if (write(STDOUT_FILENO, line, (size_t)len) < 0)
		_exit(1);
}

static void point(bool good, const char *format, va_list args)
{
	char head[32];

	snprintf(head, sizeof(head), "%sok %u - ", good ? "" : "not ", ++count);
	failed += !good;
	print_line(head, format, args);
}

bool ok(bool good, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	point(good, format, args);
	va_end(args);
	return good;
}

bool is(long long got, long long wanted, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	point(got == wanted, format, args);
	va_end(args);
	if (got != wanted)
		note("got %lld, not %lld", got, wanted);
	return got == wanted;
}

void skip(const char *format, ...)
{
	char head[32];
	va_list args;

	snprintf(head, sizeof(head), "ok %u # SKIP ", ++count);
	va_start(args, format);
	print_line(head, format, args);
	va_end(args);
}

void note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line("# ", format, args);
	va_end(args);
}

void bail_out(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line("Bail out! ", format, args);
	va_end(args);
	exit(1);
}

int tap_done(void)
{
	printf("1..%u\n", count);
	fflush(stdout);
	return failed ? 1 : 0;
}

int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

void nap(unsigned int us)
{
	const struct timespec time = { us / 1000000, us % 1000000 * 1000l };

	nanosleep(&time, NULL);
}

bool await(unsigned int seconds, bool (*happened)(void *arg), void *arg)
{
	const int64_t end = now_ns() + seconds * 1000000000ll;
	bool good;

	while (!(good = happened(arg)) && now_ns() < end)
		nap(500);
	return good;
}

char *read_text(const char *path)
{
	size_t len = 0, room = 4096;
	char *text = malloc(room + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	while (text && fd >= 0 && (n = read(fd, text + len, room - len)) > 0) {
		len += (size_t)n;
		if (len == room)
			text = realloc(text, (room *= 2) + 1);
	}
	if (fd >= 0)
		close(fd);
	if (!text)
		bail_out("out of memory");
	text[len] = '\0';
	return text;
}

int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}
