// SPDX-License-Identifier: MIT
/* Ctrl-C. */
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "cli.h"
#include "ingot/device.h"
#include "interrupt.h"

static volatile sig_atomic_t pressed;
static struct ingot_device *volatile running;

static void on_interrupt(int signal_number)
{
	struct ingot_device *dev = running;

	(void)signal_number;
	if (pressed)
		_exit(EXIT_INTERRUPTED);
	pressed = 1;
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

void interrupt_device(struct ingot_device *dev)
{
	running = dev;
}

bool interrupted(void)
{
	return pressed;
}
