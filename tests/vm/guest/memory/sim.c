// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim.h"
#include "tap.h"

bool sim_is_there(void)
{
	return !access("/ingot/lib.sh", R_OK) && !access("/dev/ingot.control", W_OK);
}

void sim_ask(const char *format, ...)
{
	char line[128], command[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	snprintf(command, sizeof(command), ". /ingot/lib.sh; vm_ask %s > /dev/null", line);
	if (system(command))
		bail_out("the simulated board does not understand '%s'", line);
}
