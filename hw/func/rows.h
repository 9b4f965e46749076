/* SPDX-License-Identifier: MIT */
/*
 * The rows of a VEC, and whether they may be computed in any order.
 */
#ifndef INGOT_FUNC_ROWS_H
#define INGOT_FUNC_ROWS_H

#include "func.h"

/**
 * struct func_span - lines (or blocks) of all rows of an operand
 * @first: of the first row
 * @out: from outer row to outer row
 * @in: from inner row to inner row
 */
struct func_span {
	uint32_t first, out, in;
};

/**
 * struct func_rows - a VEC, decoded as far as each row needs it
 * @core: the device
 * @w: the command
 * @memory: start of the slot of a memory sink, else NULL
 * @fn: ING_FN_*
 * @atype: ING_ATYPE_*
 * @btype: ING_BTYPE_*
 * @sink: ING_SINK_*
 * @red: ING_RED_*
 * @outer: outer rows
 * @inner: inner rows
 * @count: elements of a row
 * @a: lines of a
 * @b: lines of b
 * @dst: lines or activation blocks of the result
 * @uses_b: the function reads b
 */
struct func_rows {
	struct func_core *core;
	const uint32_t *w;
	uint8_t *memory;
	uint32_t fn, atype, btype, sink, red, outer, inner, count;
	struct func_span a, b, dst;
	bool uses_b;
};

/** func_rows_init() - decodes the VEC @w */
void func_rows_init(struct func_rows *run, struct func_core *core, const uint32_t *w,
		    uint8_t *memory);

/**
 * func_rows_independent() - whether the rows give the same in any order
 * @run: the command
 *
 * Return: true if no row writes what another one reads or writes; false if unsure.
 */
bool func_rows_independent(const struct func_rows *run);

#endif
