/* SPDX-License-Identifier: MIT */
/* The table behind unicode_class(); unicode_tables.c is generated. */
#ifndef INGOT_MODEL_UNICODE_TABLES_H
#define INGOT_MODEL_UNICODE_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "unicode.h"

/**
 * struct unicode_range - code points of one class, up to the start of the next range
 * @start: the first of them
 * @class: enum unicode_class
 */
struct unicode_range {
	uint32_t start : 24;
	uint32_t class : 8;
};

/** @unicode_ranges: all code points in ascending order; the first range starts at 0 */
extern const struct unicode_range unicode_ranges[];

/** @unicode_n_ranges: number of ranges */
extern const size_t unicode_n_ranges;

#endif /* INGOT_MODEL_UNICODE_TABLES_H */
