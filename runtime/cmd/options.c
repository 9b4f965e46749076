// SPDX-License-Identifier: MIT
/* Command line options. */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "options.h"

/*
 * As compared: without "=value", underscores of long names made dashes. False if it is too long
 * for a name.
 */
static bool normalise(const char *arg, char *name, size_t size)
{
	size_t len = strcspn(arg, "=");
	bool is_long = !strncmp(arg, "--", 2);

	if (!is_long)
		len = strlen(arg);
	if (len >= size)
		return false;
	for (size_t i = 0; i < len; i++)
		name[i] = is_long && arg[i] == '_' ? '-' : arg[i];
	name[len] = '\0';
	return true;
}

static bool has_name(const struct option *option, const char *name)
{
	size_t len = strlen(name);
	const char *at = option->names;

	for (; (at = strstr(at, name)); at += len) {
		bool begins = at == option->names || at[-1] == ' ';

		if (begins && (at[len] == ' ' || !at[len]))
			return true;
	}
	return false;
}

static const struct option *find_option(const struct command_line *cl, const char *arg)
{
	char name[64];

	if (!normalise(arg, name, sizeof(name)))
		return NULL;
	for (const struct option *option = cl->options; option->names; option++) {
		if (has_name(option, name))
			return option;
	}
	return NULL;
}

/* Largest whole numbers that options take are far below 2^53, so a double holds the bounds. */
static bool read_int(const struct option *option, const char *text, char stop, const char **end,
		     int64_t *value)
{
	char *after;

	errno = 0;
	*value = strtoll(text, &after, 10);
	*end = after;
	return after != text && !errno && (*after == '\0' || *after == stop) &&
	       (double)*value >= option->min && (double)*value <= option->max;
}

static bool read_list(const struct option *option, const char *text, struct option_list *list)
{
	list->count = 0;
	for (;; text++) {
		if (list->count == OPTION_LIST_MAX ||
		    !read_int(option, text, ',', &text, &list->values[list->count]))
			return false;
		list->count++;
		if (!*text)
			return true;
	}
}

static bool read_real(const struct option *option, const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	return end != text && !*end && isfinite(*value) && *value >= option->min &&
	       *value <= option->max;
}

static bool read_value(const struct option *option, const char *text)
{
	const char *end;

	switch (option->kind) {
	case OPTION_STRING:
		*(const char **)option->value = text;
		return true;
	case OPTION_INT:
		return read_int(option, text, '\0', &end, option->value);
	case OPTION_REAL:
		return read_real(option, text, option->value);
	case OPTION_LIST:
		return read_list(option, text, option->value);
	default:
		return false;
	}
}

static bool takes_value(const struct option *option)
{
	return option->kind != OPTION_FLAG && option->kind != OPTION_CLEAR;
}

static int complain_value(const struct option *option, const char *arg, const char *text)
{
	return cli_complain("%s: '%s' is not %s%s from %.16g to %.16g", arg, text,
			    option->kind == OPTION_REAL ? "a number" : "a whole number",
			    option->kind == OPTION_LIST ? " or a list of them," : "", option->min,
			    option->max);
}

static void print_help(const struct command_line *cl)
{
	printf("usage: ingot %s\n\n%s\n\n", cl->usage, cl->about);
	for (const struct option *option = cl->options; option->names; option++) {
		char left[80];
		int len = 0;

		for (const char *c = option->names; *c && len < 70; c++)
			len += snprintf(left + len, sizeof(left) - (size_t)len, "%s%c",
					*c == ' ' ? "," : "", *c);
		if (option->arg)
			snprintf(left + len, sizeof(left) - (size_t)len, " %s", option->arg);
		printf("  %-30s %s\n", left, option->help);
	}
	printf("  %-30s %s\n", "-h, --help", "this text");
}

/* Reads the option at argv[*at] and its value, and moves *at to the last of them. */
static int parse_one(const struct command_line *cl, int argc, char **argv, int *at)
{
	const char *arg = argv[*at];
	const struct option *option = find_option(cl, arg);
	const char *equals = strncmp(arg, "--", 2) ? NULL : strchr(arg, '=');

	if (!option)
		return cli_complain("%s: unknown option '%s': see ingot %s --help", argv[0], arg,
				    argv[0]);
	if (!takes_value(option)) {
		if (equals)
			return cli_complain("%s: takes no value", arg);
		*(int *)option->value = option->kind == OPTION_FLAG;
		return OPTIONS_GO_ON;
	}
	if (!equals && *at + 1 == argc)
		return cli_complain("%s: %s is missing", arg, option->arg);
	const char *text = equals ? equals + 1 : argv[++*at];

	return read_value(option, text) ? OPTIONS_GO_ON : complain_value(option, arg, text);
}

int options_parse(const struct command_line *cl, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help")) {
			print_help(cl);
			return 0;
		}
		if (argv[i][0] == '-') {
			int status = parse_one(cl, argc, argv, &i);

			if (status != OPTIONS_GO_ON)
				return status;
		} else if (cl->operand && !*cl->operand) {
			*cl->operand = argv[i];
		} else {
			return cli_complain("%s: unexpected argument '%s': see ingot %s --help",
					    argv[0], argv[i], argv[0]);
		}
	}
	return OPTIONS_GO_ON;
}
