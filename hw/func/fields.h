/* SPDX-License-Identifier: MIT */
/*
 * Fields of commands, by the names of isa.h.
 */
#ifndef INGOT_FUNC_FIELDS_H
#define INGOT_FUNC_FIELDS_H

#include <stdint.h>

#include "ingot/isa.h"
#include "ingot/tile.h"

/** ING_GET() - a field of command @w; @name is the common part of its three macros in isa.h */
#define ING_GET(w, name) ing_get_field(w, name##_W, name##_L, name##_N)

/** ing_get_field() - bits @low .. @low + @bits - 1 of word @word of a command */
static inline uint32_t ing_get_field(const uint32_t *w, unsigned int word, unsigned int low,
				     unsigned int bits)
{
	return w[word] >> low & (uint32_t)((1ull << bits) - 1);
}

/** ing_lines() - scratchpad lines of @n elements, @per_line to a line */
static inline uint32_t ing_lines(uint32_t n, uint32_t per_line)
{
	return (n + per_line - 1) / per_line;
}

/** ing_atype_per_line() - elements of type @atype (ING_ATYPE_*) in a line of 64 bytes */
static inline uint32_t ing_atype_per_line(unsigned int atype)
{
	switch (atype) {
	case ING_ATYPE_U4:
	case ING_ATYPE_S4:
		return 128;
	case ING_ATYPE_U8:
	case ING_ATYPE_S8:
		return 64;
	case ING_ATYPE_S16:
		return 32;
	default:
		return 16;
	}
}

/** ing_btype_per_line() - elements that a line of type @btype (ING_BTYPE_*) serves */
static inline uint32_t ing_btype_per_line(unsigned int btype)
{
	static const uint16_t per_line[] = { 16, 64, 32 * 32, 64 * 32 };

	return per_line[btype & 3];
}

/** ing_fn_uses_b() - whether a function (ING_FN_*) reads the vector b */
static inline int ing_fn_uses_b(unsigned int fn)
{
	return 1u << fn & (1u << ING_FN_ADD | 1u << ING_FN_MUL | 1u << ING_FN_NORM |
			   1u << ING_FN_ROPE | 1u << ING_FN_RECIPMUL | 1u << ING_FN_RMS |
			   1u << ING_FN_EXP2MUL);
}

/** ing_fn_uses_constants() - whether a function reads c or d, whose words memory sinks need */
static inline int ing_fn_uses_constants(unsigned int fn)
{
	return 1u << fn & (1u << ING_FN_EXP2 | 1u << ING_FN_EXP2ADD | 1u << ING_FN_AFFINE |
			   1u << ING_FN_MAX | 1u << ING_FN_RMS | 1u << ING_FN_EXP2MUL);
}

/** ing_sink_is_memory() - whether a sink (ING_SINK_*) writes device memory */
static inline int ing_sink_is_memory(unsigned int sink)
{
	return sink >= ING_SINK_KVK && sink <= ING_SINK_MEM;
}

/** ing_gather_bytes() - bytes that a GATHER packs: part of one row of a tile, all block columns */
static inline uint32_t ing_gather_bytes(unsigned int width, unsigned int part, uint32_t blocks)
{
	if (part == ING_PART_DATA)
		return blocks * (16u << width);
	return blocks * (width == ING_WIDTH_16 ? 1 : 2);
}

#endif
