/* SPDX-License-Identifier: MIT */
/*
 * TAP for programs that run in the guest. A program states what it checks, one line a check, and ends
 * with tap_done(). Checks that are made many times are counted and stated once.
 */
#ifndef INGOT_MEMORY_TAP_H
#define INGOT_MEMORY_TAP_H

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

/** note() - a line for people */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** bail_out() - end all tests: nothing makes sense any more */
void bail_out(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/** tap_done() - print the plan. Return: exit status of the program. */
int tap_done(void);

/**
 * seed_random() - begin a sequence of random numbers, and print its seed
 * @argc: of main()
 * @argv: "--seed N" there, or SEED in the environment, gives the seed
 */
void seed_random(int argc, char **argv);

/** random_below() - Return: a number from 0 to @end - 1. */
uint64_t random_below(uint64_t end);

#endif
