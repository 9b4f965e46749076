/* SPDX-License-Identifier: MIT */
/*
 * Where the things that a command names lie in its slot, in units (tile.h). Addresses are 64 bits
 * wide, so that nothing wraps.
 */
#ifndef INGOT_FUNC_LAYOUT_H
#define INGOT_FUNC_LAYOUT_H

#include <stdint.h>

#include "fields.h"
#include "ingot/isa.h"
#include "ingot/tile.h"

/* Data units of a group and block of a 16-bit tile. */
#define ING_KV_CHUNKS 16

/** ing_command_format() - the format of a MATMUL or GATHER */
static inline struct ing_format ing_command_format(const uint32_t *w)
{
	struct ing_format f = {
		.width = (unsigned char)ING_GET(w, ING_S_WIDTH),
		.min = (unsigned char)ING_GET(w, ING_S_MIN),
		.noscale = (unsigned char)ING_GET(w, ING_S_NOSCALE),
	};

	return f;
}

/** ing_touches_memory() - whether a command accesses a data slot */
static inline int ing_touches_memory(const uint32_t *w)
{
	switch (ING_GET(w, ING_F_OP)) {
	case ING_OP_MATMUL:
	case ING_OP_LOAD:
	case ING_OP_GATHER:
		return 1;
	case ING_OP_VEC:
		return !ING_GET(w, ING_V_SCALAR) && ing_sink_is_memory(ING_GET(w, ING_V_SINK));
	default:
		return 0;
	}
}

/**
 * struct ing_gather - what a GATHER reads of each block column
 * @unit: first unit, from the start of the block column
 * @units: units read
 * @byte: first byte of the row in the first unit
 * @bytes: bytes of the row taken from each unit
 */
struct ing_gather {
	uint32_t unit, units, byte, bytes;
};

/** ing_gather_of() - what a GATHER reads of each block column */
static inline struct ing_gather ing_gather_of(const uint32_t *w)
{
	struct ing_format f = ing_command_format(w);
	uint32_t tgroups = ING_GET(w, ING_S_TGROUPS), row = ING_GET(w, ING_S_ROWS);
	uint32_t section = ing_section_units(f, tgroups), bytes = f.width == ING_WIDTH_16 ? 1 : 2;
	struct ing_gather g;

	if (ING_GET(w, ING_S_COLS) == ING_PART_DATA) {
		g.units = ing_chunks(f.width);
		g.unit = section * (f.min ? 2 : 1) + row / ING_GROUP_ROWS * g.units;
		g.bytes = 4;
		g.byte = row % ING_GROUP_ROWS * 4;
		return g;
	}
	g.units = 1;
	g.unit = row * bytes / ING_UNIT_BYTES;
	if (ING_GET(w, ING_S_COLS) == ING_PART_MIN)
		g.unit += section;
	g.bytes = bytes;
	g.byte = row * bytes % ING_UNIT_BYTES;
	return g;
}

/**
 * struct ing_kv - a KV cache as an append sees it
 * @offset: first unit of the data
 * @expoff: first unit of the exponent bytes (V)
 * @stride: units from one head (K), or 32 channels (V), to the next
 * @blocks: blocks of 32 channels in a head
 */
struct ing_kv {
	uint64_t offset, expoff, stride;
	uint32_t blocks;
};

/** ing_kv_of() - the cache that a VEC with a KV sink appends to */
static inline struct ing_kv ing_kv_of(const uint32_t *w)
{
	struct ing_kv kv = {
		.offset = ING_GET(w, ING_V_OFFSET),
		.expoff = ING_GET(w, ING_V_EXPOFF),
		.stride = ING_GET(w, ING_V_MSTRIDE),
		.blocks = ING_GET(w, ING_V_COUNT) / ING_BLOCK,
	};

	return kv;
}

/** ing_k_exponent_unit() - unit of K's exponent bytes; byte: position % 64 */
static inline uint64_t ing_k_exponent_unit(const struct ing_kv *kv, uint32_t head, uint32_t block,
					   uint64_t position)
{
	uint32_t rows = ING_K_GROUPS * ING_GROUP_ROWS, units = 1 + ING_K_GROUPS * ING_KV_CHUNKS;

	return kv->offset + head * kv->stride +
	       (position / rows * kv->blocks + block) * units;
}

/** ing_k_data_unit() - first data unit, from the exponent unit on; word: position % 16 */
static inline uint64_t ing_k_data_unit(uint64_t position)
{
	return 1 + position / ING_GROUP_ROWS % ING_K_GROUPS * ING_KV_CHUNKS;
}

/** ing_v_exponent_unit() - unit of V's exponent bytes; byte: position % 64 */
static inline uint64_t ing_v_exponent_unit(const struct ing_kv *kv, uint32_t head, uint32_t block,
					   uint64_t position)
{
	return kv->expoff + ((uint64_t)head * kv->blocks + block) * (kv->stride / ING_UNIT_BYTES) +
	       position / ING_UNIT_BYTES;
}

/**
 * ing_v_data_unit() - unit of channels 0 .. 15 of a block; channels 16 .. 31: ING_KV_CHUNKS further
 *
 * Channel c is in word c % 16, in the lower half for an even position.
 */
static inline uint64_t ing_v_data_unit(const struct ing_kv *kv, uint32_t head, uint32_t block,
				       uint64_t position)
{
	return kv->offset + ((uint64_t)head * kv->blocks + block) * kv->stride +
	       position / ING_BLOCK * ING_V_GROUPS * ING_KV_CHUNKS + position % ING_BLOCK / 2;
}

/** ing_mem_unit() - first unit of a row of a VEC with the MEM sink */
static inline uint64_t ing_mem_unit(const uint32_t *w, uint32_t outer, uint32_t inner)
{
	return ING_GET(w, ING_V_OFFSET) + (uint64_t)outer * ING_GET(w, ING_V_MSTRIDE) +
	       (uint64_t)inner * ing_lines(ING_GET(w, ING_V_COUNT), 16);
}

#endif
