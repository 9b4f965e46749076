/* SPDX-License-Identifier: MIT */
/*
 * What a program in the guest says: TAP on standard output, a line a check, from one process; notes from
 * any. Checks that are made many times are counted and stated once. And small things that all need.
 */
#ifndef GUEST_REPORT_H
#define GUEST_REPORT_H

#include <stdbool.h>
#include <stdint.h>

/**
 * ok() - state a check
 * @good: whether it holds
 * @format: what was checked
 *
 * Return: @good.
 */
bool ok(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * is() - state that a number is what it should be
 * @got: number; another than @wanted is shown
 * @wanted: number
 * @format: what was checked
 *
 * Return: whether it is.
 */
bool is(long long got, long long wanted, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** skip() - state that a check cannot be made here; @format says why */
void skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** note() - a line for people, in one piece */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** bail_out() - nothing makes sense any more: says why, and ends the process */
void bail_out(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/** tap_done() - print the plan. Return: exit status of the program. */
int tap_done(void);

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
