/* SPDX-License-Identifier: MIT */
/* The simulated board, which can be told to go wrong: lines of fault scripts, see ingot-sim(1). */
#ifndef INGOT_MEMORY_SIM_H
#define INGOT_MEMORY_SIM_H

#include <stdbool.h>

/** sim_is_there() - Return: whether the board is a simulated one that listens. */
bool sim_is_there(void);

/** sim_ask() - tell it a line; the test ends here if it does not understand */
void sim_ask(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
