/* SPDX-License-Identifier: MIT */
/* What a campaign says: TAP on standard output, from one process; remarks from any. */
#ifndef SURVIVE_REPORT_H
#define SURVIVE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

/** verdict() - a test: passed if @good. Return: @good. */
bool verdict(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** remark() - a line for people, in one piece */
void remark(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** give_up() - the campaign cannot go on: says why, and ends the process */
void give_up(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/** verdicts_end() - print the plan. Return: exit status of the program. */
int verdicts_end(void);

/** now_ns() - CLOCK_MONOTONIC */
int64_t now_ns(void);

/**
 * await() - look again and again until something has happened
 * @seconds: at most
 * @happened: looks; gets @arg
 * @arg: its argument
 *
 * Return: whether it has.
 */
bool await(unsigned int seconds, bool (*happened)(void *arg), void *arg);

/** nap() - let others run for @us microseconds */
void nap(unsigned int us);

/** read_text() - a whole file, "" if it cannot be read; to be freed */
char *read_text(const char *path);

/** write_text() - write a line to a file of the kernel. Return: 0 or negative errno. */
int write_text(const char *path, const char *text);

#endif
