/* SPDX-License-Identifier: MIT */
/* The line behind a generation: how long it took, and why it ended. */
#ifndef CLOSING_H
#define CLOSING_H

#include "generation.h"

/**
 * closing_print() - print it on standard error, with the device's figures if there are some
 * @e: what generated
 * @r: what was asked for
 * @g: what came of it
 */
void closing_print(const struct engine *e, const struct request *r, const struct generation *g);

#endif
