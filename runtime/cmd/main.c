// SPDX-License-Identifier: MIT
/* The ingot program: finds the command and runs it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "ingot/regs.h"
#include "interrupt.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *about;
};

static const struct command commands[] = {
	{ "run", cmd_run, "generate text from a prompt" },
	{ "bench", cmd_bench, "measure prompt processing and generation" },
	{ "perplexity", cmd_perplexity, "perplexity of a text, KL divergence of two computations" },
	{ "trace", cmd_trace, "what each unit does in every cycle of some tokens" },
	{ "devices", cmd_devices, "what devices there are" },
	{ "info", cmd_info, "what a device says about itself" },
	{ "selftest", cmd_selftest, "is a device whole?" },
	{ NULL, NULL, NULL },
};

static int help(void)
{
	puts("usage: ingot COMMAND [options]\n\n"
	     "Ingot runs transformer models on the Ingot accelerator.\n");
	for (const struct command *c = commands; c->name; c++)
		printf("  %-12s %s\n", c->name, c->about);
	puts("\n  ingot COMMAND --help   options of a command\n"
	     "  ingot --version        version of the program and of the device interface\n\n"
	     "Devices are named by URI: drm:/dev/accel/accel0 is a board, func:CONFIG the\n"
	     "functional model, rtl:CONFIG the Verilated RTL; CONFIG is the name of a hardware\n"
	     "configuration, for example sim512, or a .dtb file. ingot devices lists them.\n\n"
	     "Exit status: 0 success, 1 wrong input, 2 a device went wrong, 130 Ctrl-C,\n"
	     "143 SIGTERM.");
	return 0;
}

static int version(void)
{
	printf("ingot %s (device interface %d.%d)\n", INGOT_VERSION, ING_VERSION >> 16,
	       ING_VERSION & 0xffff);
	return 0;
}

static const struct command *find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
	}
	return NULL;
}

static int dispatch(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct command *command;

	if (!name)
		return cli_complain("no command given: see ingot --help");
	if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help"))
		return help();
	if (!strcmp(name, "--version"))
		return version();
	command = find_command(name);
	if (!command)
		return cli_complain("unknown command '%s': see ingot --help", name);
	interrupt_catch();
	return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	/* A reader that has seen enough ends the program, even if its parent ignores the signal. */
	signal(SIGPIPE, SIG_DFL);
	return cli_finish(dispatch(argc, argv));
}
