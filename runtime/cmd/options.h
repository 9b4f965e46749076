/* SPDX-License-Identifier: MIT */
/* Command line options: one table gives the parser and the help text. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

#define OPTION_LIST_MAX 16

/**
 * enum option_kind - how an option's value is read
 * @OPTION_FLAG: int, set to 1; without a value
 * @OPTION_CLEAR: int, set to 0; without a value
 * @OPTION_STRING: const char *
 * @OPTION_INT: int64_t, within the table's bounds
 * @OPTION_REAL: double, within the table's bounds
 * @OPTION_LIST: struct option_list of integers with commas between, within the bounds
 */
enum option_kind {
	OPTION_FLAG,
	OPTION_CLEAR,
	OPTION_STRING,
	OPTION_INT,
	OPTION_REAL,
	OPTION_LIST,
};

/**
 * struct option_list - the values of a list option
 * @values: as given
 * @count: how many
 */
struct option_list {
	int64_t values[OPTION_LIST_MAX];
	int count;
};

/**
 * struct option - an option
 * @names: as typed, with spaces between, for example "-n --predict"; NULL ends a table
 * @kind: how the value is read
 * @value: where to: see enum option_kind
 * @min: least number
 * @max: greatest
 * @arg: the value's name in the help text, NULL for flags
 * @help: one line for the help text
 */
struct option {
	const char *names;
	enum option_kind kind;
	void *value;
	double min, max;
	const char *arg, *help;
};

/**
 * struct command_line - what a command understands
 * @usage: the synopsis, for example "run -m MODEL -p TEXT [options]"
 * @about: a sentence or more on what it does, lines of at most 100 columns
 * @options: ends with names NULL
 * @operand: set to the one argument that is no option; NULL if none is allowed
 */
struct command_line {
	const char *usage, *about;
	const struct option *options;
	const char **operand;
};

/* Returned by options_parse() when the command should go on. */
#define OPTIONS_GO_ON (-1)

/**
 * options_parse() - read a command's arguments into its variables
 * @cl: the command
 * @argc: number of arguments
 * @argv: of which the first is the command's name
 *
 * Prints the help text for -h and --help. Underscores in long names are dashes, as in llama.cpp.
 *
 * Return: OPTIONS_GO_ON, or the status to exit with: 0 after the help text, 1 after a complaint.
 */
int options_parse(const struct command_line *cl, int argc, char **argv);

#endif
