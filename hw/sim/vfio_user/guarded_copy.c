// SPDX-License-Identifier: MIT
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "guarded_copy.h"

/* Set while this thread copies. */
static __thread sigjmp_buf *volatile escape;

static void on_bus_error(int signal_number)
{
	if (escape)
		siglongjmp(*escape, 1);
	/* not ours: once more, without us */
	signal(signal_number, SIG_DFL);
}

void guarded_copy_init(void)
{
	/* the handler is left by a jump, so its signal must not stay blocked */
	struct sigaction action = { .sa_handler = on_bus_error, .sa_flags = SA_NODEFER };

	sigaction(SIGBUS, &action, NULL);
}

int guarded_copy(void *to, const void *from, size_t len)
{
	sigjmp_buf here;
	int ret = 0;

	if (sigsetjmp(here, 0)) {
		ret = -EFAULT;
	} else {
		escape = &here;
		memcpy(to, from, len);
	}
	escape = NULL;
	return ret;
}

int guarded_copy_last_word(void *to, const void *from, size_t len)
{
	uint8_t *last = (uint8_t *)to + len - 4;
	uint32_t word;
	int ret;

	if (len < 8 || (uintptr_t)last % 4)
		return guarded_copy(to, from, len);
	ret = guarded_copy(to, from, len - 4);
	if (ret)
		return ret;
	memcpy(&word, (const uint8_t *)from + len - 4, 4);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	return guarded_copy(last, &word, 4);
}
