// SPDX-License-Identifier: MIT
/* Ctrl-C and SIGTERM. */
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "cli.h"
#include "ingot/device.h"
#include "interrupt.h"

static volatile sig_atomic_t presses, terminated;
static volatile sig_atomic_t patience = 1;
static struct ingot_device *volatile running;

static void on_interrupt(int signal_number)
{
	struct ingot_device *dev = running;

	terminated |= signal_number == SIGTERM;
	if (presses++ >= patience)
		_exit(interrupt_status());
	if (dev)
		ingot_abort(dev);
}

void interrupt_catch(void)
{
	struct sigaction action = { .sa_handler = on_interrupt };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

void interrupt_patience(int most)
{
	patience = most;
}

void interrupt_device(struct ingot_device *dev)
{
	running = dev;
}

bool interrupted(void)
{
	return presses;
}

bool interrupt_forgive(void)
{
	if (terminated)
		return false;
	presses = 0;
	/* one that came in between */
	return !terminated;
}

int interrupt_status(void)
{
	return terminated ? EXIT_TERMINATED : EXIT_INTERRUPTED;
}
