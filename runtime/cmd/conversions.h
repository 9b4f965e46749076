/* SPDX-License-Identifier: MIT */
/* What is said about matrices that a device cannot keep exactly. */
#ifndef CONVERSIONS_H
#define CONVERSIONS_H

#include <stdbool.h>

#include "ingot/model.h"

/**
 * conversions_print() - report them on standard error: nothing, or a line
 * @model: the model
 * @each: a line for each matrix as well, and how long loading took
 */
void conversions_print(const struct ingot_model *model, bool each);

#endif
