// SPDX-License-Identifier: MIT
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

#define PORT "/dev/ingot.control"
/* The port lets one in at a time: the others look again so often. */
#define AGAIN_US 20000
#define ANSWER_BYTES 4096

static bool is_last_line(const char *text, const char **last)
{
	size_t len = strlen(text);
	const char *begin;

	if (!len || text[len - 1] != '\n')
		return false;
	for (begin = text + len - 1; begin > text && begin[-1] != '\n';)
		begin--;
	*last = begin;
	return !strcmp(begin, "ok\n") || !strncmp(begin, "error:", 6);
}

static int converse(int port, const char *line, char *answer, size_t size)
{
	const char *last = answer;
	size_t len = 0;
	ssize_t n;

	if (dprintf(port, "%s\n", line) < 0)
		return -errno;
	*answer = '\0';
	while (!is_last_line(answer, &last)) {
		n = len < size - 1 ? read(port, answer + len, size - 1 - len) : -1;
		if (n <= 0)
			return n ? -errno : -EPIPE;
		len += (size_t)n;
		answer[len] = '\0';
	}
	if (*last == 'o')
		return 0;
	note("the host to '%s': %.*s", line, (int)strcspn(last, "\n"), last);
	return -EINVAL;
}

static int open_port(void)
{
	int port;

	while ((port = open(PORT, O_RDWR | O_CLOEXEC)) < 0 && errno == EBUSY)
		nap(AGAIN_US);
	return port < 0 ? -errno : port;
}

int host_ask(const char *line, char *answer, size_t size)
{
	char own[ANSWER_BYTES];
	int port = open_port(), ret;

	if (port < 0)
		return port;
	ret = converse(port, line, answer ? answer : own, answer ? size : sizeof(own));
	close(port);
	return ret;
}

bool host_is_there(void)
{
	return !access(PORT, R_OK | W_OK) && !host_ask("stats", NULL, 0);
}

void host_tell(const char *format, ...)
{
	char line[256];
	va_list args;
	int ret;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	ret = host_ask(line, NULL, 0);
	if (ret)
		bail_out("the host does not do '%s': %s", line, strerror(-ret));
}

uint64_t host_counter(const char *name, unsigned int index)
{
	char answer[ANSWER_BYTES], key[64];
	const char *at;
	int ret = host_ask("stats", answer, sizeof(answer));

	snprintf(key, sizeof(key), "\"%s\":", name);
	at = ret ? NULL : strstr(answer, key);
	if (!at)
		bail_out("the board's counters say nothing of %s", name);
	at += strlen(key);
	for (unsigned int i = 0; i < index && at; i++) {
		at = strchr(at, ',');
		at += !!at;
	}
	return at ? strtoull(at + strspn(at, " [\n"), NULL, 10) : 0;
}
