/* SPDX-License-Identifier: MIT */
/* What commands are called in a trace. */
#ifndef TRACE_NAME_H
#define TRACE_NAME_H

#include <stddef.h>
#include <stdint.h>

#include "ingot/trace.h"

/**
 * trace_op_name() - what a command does
 * @words: the command
 * @buf: where to
 * @size: room
 *
 * For example "matmul", or "exp2, sum" for a VEC.
 */
void trace_op_name(const uint32_t words[ING_CMD_BYTES / 4], char *buf, size_t size);

/**
 * trace_place_name() - what a command is for
 * @note: what the program says of it
 * @buf: where to
 * @size: room
 *
 * For example "blk.3.ffn_up" (the tensor's name less ".weight") or "blk.3.softmax".
 */
void trace_place_name(const struct ingot_command_note *note, char *buf, size_t size);

#endif
