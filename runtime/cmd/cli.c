// SPDX-License-Identifier: MIT
/* Messages and exit statuses of the ingot program. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "interrupt.h"
#include "progress.h"

int cli_complain(const char *fmt, ...)
{
	struct ingot_error clean;
	char text[sizeof(clean.text)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* What a user typed goes through the library's filter, so that it cannot steer a terminal. */
	ingot_error_set(&clean, -EINVAL, "%s", text);
	progress_clear();
	fprintf(stderr, "ingot: %s\n", clean.text);
	return EXIT_USER;
}

/* Codes that the library gives only when the device went wrong. */
static int device_is_at_fault(int code)
{
	return code == -EIO || code == -EFAULT || code == -ETIMEDOUT || code == -ECANCELED ||
	       code == -ENODEV || code == -EBADFD;
}

int cli_fail(const struct ingot_error *err)
{
	if (interrupted())
		return interrupt_status();
	cli_complain("%s", err->text);
	return device_is_at_fault(err->code) ? EXIT_DEVICE : EXIT_USER;
}

int cli_finish(int status)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	/* Who closed the pipe knows that it is closed. */
	if (errno == EPIPE)
		return EXIT_USER;
	return cli_complain("standard output: %s: what was printed is incomplete",
			    errno ? strerror(errno) : "write error");
}
