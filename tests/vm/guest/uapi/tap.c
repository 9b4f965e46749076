// SPDX-License-Identifier: MIT
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_FAILED 1
#define STATUS_SKIPPED 77
#define SECONDS_DEFAULT 120
#define LINE_BYTES 1024

/* Why the case was skipped: in memory that the processes of a case share. */
static char *reason;

/* A line leaves in one piece: several processes print. */
static void print_line(const char *prefix, const char *format, va_list args)
{
	char line[LINE_BYTES];
	int len = snprintf(line, sizeof(line), "%s", prefix);

	len += vsnprintf(line + len, sizeof(line) - 1 - len, format, args);
	if (len > LINE_BYTES - 2)
		len = LINE_BYTES - 2;
	line[len++] = '\n';
	if (write(STDOUT_FILENO, line, len) < 0)
		_exit(STATUS_FAILED);
}

void tap_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line("# ", format, args);
	va_end(args);
}

void tap_fail(const char *file, int line, const char *format, ...)
{
	char where[LINE_BYTES / 4];
	va_list args;

	snprintf(where, sizeof(where), "# %s:%d: ", file, line);
	va_start(args, format);
	print_line(where, format, args);
	va_end(args);
	_exit(STATUS_FAILED);
}

void tap_skip(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reason, LINE_BYTES, format, args);
	va_end(args);
	_exit(STATUS_SKIPPED);
}

pid_t tap_fork(void)
{
	pid_t child = fork();

	if (child < 0)
		tap_fail(__FILE__, __LINE__, "fork: %s", strerror(errno));
	if (!child)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return child;
}

void tap_join(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			tap_fail(__FILE__, __LINE__, "waitpid: %s", strerror(errno));
	if (WIFSIGNALED(status))
		tap_fail(__FILE__, __LINE__, "a child died of signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status))
		_exit(WEXITSTATUS(status));
}

/* ---- one case ---- */

static int seconds(void)
{
	const char *text = getenv("TAP_SECONDS");
	int value = text ? atoi(text) : 0;

	return value > 0 ? value : SECONDS_DEFAULT;
}

static void print_file(const char *path)
{
	char line[LINE_BYTES];
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f))
		tap_note("%s: %.*s", path, (int)strcspn(line, "\n"), line);
	if (f)
		fclose(f);
}

static void explain_hang(pid_t child)
{
	char path[64];

	tap_note("killed after %d s", seconds());
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", child, i ? "stack" : "syscall");
		print_file(path);
	}
}

/* The child closes its end of the pipe by ending, and only then. */
static int await(pid_t child, int pipe_end)
{
	struct pollfd fd = { .fd = pipe_end };
	int status = 0;

	if (!poll(&fd, 1, seconds() * 1000)) {
		explain_hang(child);
		kill(child, SIGKILL);
	}
	/* what is killed may still not come back: better to go on than to hang with it */
	if (!poll(&fd, 1, 20000)) {
		tap_note("process %d does not die", child);
		return STATUS_FAILED << 8;
	}
	waitpid(child, &status, 0);
	return status;
}

static int run(const struct tap_case *c)
{
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		tap_fail(__FILE__, __LINE__, "pipe: %s", strerror(errno));
	child = tap_fork();
	if (!child) {
		close(ends[0]);
		c->run();
		_exit(0);
	}
	close(ends[1]);
	status = await(child, ends[0]);
	close(ends[0]);
	if (WIFSIGNALED(status))
		tap_note("died of signal %d", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_FAILED;
}

/* ---- all of them ---- */

static bool is_wanted(const struct tap_case *c, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strstr(c->name, argv[i]))
			return false;
	return true;
}

static int list(const struct tap_case *cases)
{
	for (; cases->name; cases++)
		puts(cases->name);
	return 0;
}

static unsigned int count(const struct tap_case *cases, int argc, char **argv)
{
	unsigned int n = 0;

	for (; cases->name; cases++)
		n += is_wanted(cases, argc, argv);
	return n;
}

static bool report(const struct tap_case *c, unsigned int number, int status)
{
	bool skipped = status == STATUS_SKIPPED, good = skipped || !status;

	printf("%s %u - %s%s%s\n", good ? "ok" : "not ok", number, c->name,
	       skipped ? " # SKIP " : "", skipped ? reason : "");
	return good;
}

int tap_main(int argc, char **argv, const struct tap_case *cases)
{
	unsigned int n = 0, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1 && !strcmp(argv[1], "--list"))
		return list(cases);
	reason = mmap(NULL, LINE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (reason == MAP_FAILED)
		tap_fail(__FILE__, __LINE__, "mmap: %s", strerror(errno));
	printf("1..%u\n", count(cases, argc, argv));
	for (; cases->name; cases++)
		if (is_wanted(cases, argc, argv))
			failed += !report(cases, ++n, run(cases));
	return failed ? 1 : 0;
}
