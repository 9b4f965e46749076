/* SPDX-License-Identifier: MIT */
/* One sequence of random numbers for a whole program. */
#ifndef INGOT_MEMORY_SEQUENCE_H
#define INGOT_MEMORY_SEQUENCE_H

#include <stdint.h>

/**
 * seed_random() - begin the sequence, and print its seed
 * @argc: of main()
 * @argv: "--seed N" there, or SEED in the environment, gives the seed
 */
void seed_random(int argc, char **argv);

/** random_below() - Return: a number from 0 to @end - 1. */
uint64_t random_below(uint64_t end);

#endif
