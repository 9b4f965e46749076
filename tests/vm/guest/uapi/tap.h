/* SPDX-License-Identifier: MIT */
/*
 * Test cases of guest programs, and what they say: TAP, a line for each case.
 *
 * Each case runs in a process of its own, so one that crashes or leaves something open spoils
 * nothing but itself. A process that a case forks does its own checks, and tap_join() brings what
 * it found.
 */
#ifndef GUEST_TAP_H
#define GUEST_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * struct tap_case - a case
 * @name: a sentence that is true if it passes
 * @run: returns if it passes; else CHECK() or SKIP() end it
 */
struct tap_case {
	const char *name;
	void (*run)(void);
};

/**
 * tap_main() - run cases and print TAP
 * @argc: of main()
 * @argv: of main(): words that a case's name must contain, "--list", or nothing for all
 * @cases: the cases, up to one without a name
 *
 * A case that takes longer than TAP_SECONDS of the environment (120) is killed and has failed:
 * what the kernel was doing for it is printed.
 *
 * Return: exit status: 0 if all passed, 1 if not.
 */
int tap_main(int argc, char **argv, const struct tap_case *cases);

/** tap_fail() - print why, as a TAP comment, and end this process: it has failed */
void tap_fail(const char *file, int line, const char *format, ...)
	__attribute__((noreturn, format(printf, 3, 4)));

/** tap_skip() - end this process: the case cannot be run here, and why */
void tap_skip(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/** tap_note() - print a TAP comment */
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * tap_fork() - fork; the child dies with its parent
 *
 * Return: as fork(2), but never an error.
 */
pid_t tap_fork(void);

/**
 * tap_join() - wait until a child ends, and fail or skip as it did
 * @child: of tap_fork()
 */
void tap_join(pid_t child);

/** CHECK() - @condition must be true */
#define CHECK(condition) \
	do { \
		if (!(condition)) \
			tap_fail(__FILE__, __LINE__, "not true: %s", #condition); \
	} while (0)

/** CHECK_IS() - @actual, an integer, must be @expected */
#define CHECK_IS(actual, expected) \
	do { \
		const long long actual_ = (actual), expected_ = (expected); \
		if (actual_ != expected_) \
			tap_fail(__FILE__, __LINE__, "%s is %lld, not %lld (%s)", #actual, \
				 actual_, expected_, #expected); \
	} while (0)

/** CHECK_OK() - @call must return 0 */
#define CHECK_OK(call) CHECK_IS(call, 0)

/** SKIP() - this case cannot be run here */
#define SKIP(...) tap_skip(__VA_ARGS__)

#endif
