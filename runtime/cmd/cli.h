/* SPDX-License-Identifier: MIT */
/* What every command of the ingot program shares: exit statuses, messages, entry points. */
#ifndef CLI_H
#define CLI_H

#include "ingot/error.h"

#define INGOT_VERSION "0.1.0"

/* Exit statuses. */
#define EXIT_USER 1		/* the user's input is at fault */
#define EXIT_DEVICE 2		/* the device is: a fault, or bits that differ */
#define EXIT_INTERRUPTED 130	/* Ctrl-C */
#define EXIT_TERMINATED 143	/* SIGTERM */

/**
 * cli_complain() - one line on standard error
 * @fmt: printf format, without the program's name and the newline
 *
 * Return: EXIT_USER, so that a caller can write "return cli_complain(...)".
 */
int cli_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * cli_fail() - report an error of the library
 * @err: the error
 *
 * Says nothing after Ctrl-C, which is what the error then comes from.
 *
 * Return: the exit status that befits it.
 */
int cli_fail(const struct ingot_error *err);

/**
 * cli_finish() - end standard output
 * @status: exit status of the command so far
 *
 * Return: @status, or EXIT_USER with a line on standard error if output was lost.
 */
int cli_finish(int status);

/**
 * cmd_run() - ingot run: generate text from a prompt
 * @argc: number of arguments
 * @argv: of which the first is the command's name
 *
 * Return: exit status.
 */
int cmd_run(int argc, char **argv);

/**
 * cmd_bench() - ingot bench: measure prompt processing and generation
 * @argc: number of arguments
 * @argv: of which the first is the command's name
 *
 * Return: exit status.
 */
int cmd_bench(int argc, char **argv);

/**
 * cmd_info() - ingot info: what a device says about itself
 * @argc: number of arguments
 * @argv: of which the first is the command's name
 *
 * Return: exit status.
 */
int cmd_info(int argc, char **argv);

/**
 * cmd_devices() - ingot devices: what devices there are
 * @argc: number of arguments
 * @argv: of which the first is the command's name
 *
 * Return: exit status.
 */
int cmd_devices(int argc, char **argv);

/**
 * cmd_selftest() - ingot selftest: is a device whole?
 * @argc: number of arguments
 * @argv: of which the first is the command's name
 *
 * Return: exit status.
 */
int cmd_selftest(int argc, char **argv);

/**
 * cmd_perplexity() - ingot perplexity: perplexity of a text, KL divergence of two computations
 * @argc: number of arguments
 * @argv: of which the first is the command's name
 *
 * Return: exit status.
 */
int cmd_perplexity(int argc, char **argv);

/**
 * cmd_trace() - ingot trace: what each unit does in every cycle of some tokens
 * @argc: number of arguments
 * @argv: of which the first is the command's name
 *
 * Return: exit status.
 */
int cmd_trace(int argc, char **argv);

#endif
