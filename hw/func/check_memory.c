// SPDX-License-Identifier: MIT
#include <stdbool.h>

#include "check.h"
#include "fields.h"
#include "layout.h"

/**
 * struct walk - units accessed so far
 * @len: units of the slot
 * @fault: where to report
 */
struct walk {
	uint32_t len;
	struct ing_fault *fault;
};

/* The command accesses @n units from @first on. Returns true when some are past the slot's end. */
static bool outside(struct walk *walk, uint64_t first, uint64_t n)
{
	if (first + n <= walk->len)
		return false;
	walk->fault->code = ING_FAULT_SLOT;
	walk->fault->offset = (uint32_t)(first > walk->len ? first : walk->len);
	return true;
}

/* Short blocks: the sections, then of each group its first chunks */
static bool walk_short(struct walk *walk, const uint32_t *w, uint32_t chunks)
{
	struct ing_format f = ing_command_format(w);
	uint32_t tgroups = ING_GET(w, ING_S_TGROUPS), here;
	uint32_t groups = ing_lines(ING_GET(w, ING_S_ROWS), ING_GROUP_ROWS);
	uint32_t head = ing_section_units(f, tgroups) * (f.min ? 2 : 1);
	uint64_t at = ING_GET(w, ING_S_OFFSET);

	for (; groups; groups -= here) {
		here = groups < tgroups ? groups : tgroups;
		for (uint32_t b = 0; b < ING_GET(w, ING_S_BLOCKS); b++) {
			if (head && outside(walk, at, head))
				return true;
			for (uint32_t g = 0; g < here; g++)
				if (outside(walk, at + head + g * ing_chunks(f.width), chunks))
					return true;
			at += ing_block_units(f, tgroups);
		}
	}
	return false;
}

static bool walk_matmul(struct walk *walk, const uint32_t *w)
{
	struct ing_format f = ing_command_format(w);
	uint32_t tgroups = ING_GET(w, ING_S_TGROUPS), blocks = ING_GET(w, ING_S_BLOCKS);
	uint32_t groups = ing_lines(ING_GET(w, ING_S_ROWS), ING_GROUP_ROWS);
	uint32_t head = ing_section_units(f, tgroups) * (f.min ? 2 : 1);
	uint32_t block_units = ing_block_units(f, tgroups);
	uint64_t at = ING_GET(w, ING_S_OFFSET), whole = groups / tgroups;

	if (ING_GET(w, ING_S_CHUNKS))
		return walk_short(walk, w, ING_GET(w, ING_S_CHUNKS));
	if (outside(walk, at, whole * blocks * block_units))
		return true;
	at += whole * blocks * block_units;
	/* of a last tile of fewer rows, only the groups that are there */
	groups %= tgroups;
	for (uint32_t b = 0; groups && b < blocks; b++, at += block_units)
		if (outside(walk, at, head + groups * ing_chunks(f.width)))
			return true;
	return false;
}

static bool walk_gather(struct walk *walk, const uint32_t *w)
{
	struct ing_format f = ing_command_format(w);
	uint32_t tgroups = ING_GET(w, ING_S_TGROUPS), blocks = ING_GET(w, ING_S_BLOCKS);
	struct ing_gather g = ing_gather_of(w);

	for (uint32_t b = 0; b < blocks; b++)
		if (outside(walk, ING_GET(w, ING_S_OFFSET) +
				  (uint64_t)b * ing_block_units(f, tgroups) + g.unit, g.units))
			return true;
	return false;
}

static bool walk_k(struct walk *walk, const struct ing_kv *kv, uint32_t head, uint64_t position)
{
	for (uint32_t j = 0; j < kv->blocks; j++) {
		uint64_t exponent = ing_k_exponent_unit(kv, head, j, position);

		if (outside(walk, exponent, 1) ||
		    outside(walk, exponent + ing_k_data_unit(position), ING_KV_CHUNKS))
			return true;
	}
	return false;
}

static bool walk_v(struct walk *walk, const struct ing_kv *kv, uint32_t head, uint64_t position)
{
	for (uint32_t j = 0; j < kv->blocks; j++) {
		uint64_t data = ing_v_data_unit(kv, head, j, position);

		if (outside(walk, ing_v_exponent_unit(kv, head, j, position), 1) ||
		    outside(walk, data, 1) || outside(walk, data + ING_KV_CHUNKS, 1))
			return true;
	}
	return false;
}

static bool walk_vector(struct walk *walk, const uint32_t *w)
{
	uint32_t sink = ING_GET(w, ING_V_SINK), lines = ing_lines(ING_GET(w, ING_V_COUNT), 16);
	struct ing_kv kv = ing_kv_of(w);

	for (uint32_t o = 0; o < ING_GET(w, ING_V_OUTER); o++) {
		for (uint32_t i = 0; i < ING_GET(w, ING_V_INNER); i++) {
			uint64_t position = (uint64_t)ING_GET(w, ING_V_LEN) + o;

			if (sink == ING_SINK_MEM ? outside(walk, ing_mem_unit(w, o, i), lines) :
			    sink == ING_SINK_KVK ? walk_k(walk, &kv, i, position)
						 : walk_v(walk, &kv, i, position))
				return true;
		}
	}
	return false;
}

/* The first unit that a command accesses, for the record of a missing permission */
static uint64_t first_unit(const uint32_t *w)
{
	struct ing_kv kv;

	switch (ING_GET(w, ING_F_OP)) {
	case ING_OP_GATHER:
		return (uint64_t)ING_GET(w, ING_S_OFFSET) + ing_gather_of(w).unit;
	case ING_OP_VEC:
		if (ING_GET(w, ING_V_SINK) == ING_SINK_MEM)
			return ING_GET(w, ING_V_OFFSET);
		kv = ing_kv_of(w);
		if (ING_GET(w, ING_V_SINK) == ING_SINK_KVK)
			return ing_k_exponent_unit(&kv, 0, 0, ING_GET(w, ING_V_LEN));
		return ing_v_exponent_unit(&kv, 0, 0, ING_GET(w, ING_V_LEN));
	default:
		return ING_GET(w, ING_S_OFFSET);
	}
}

/* The entry of a slot number; those past the table permit nothing */
static struct ing_slot entry_of(const struct ing_slot *slots, uint32_t slot)
{
	static const struct ing_slot none;

	return slot < ING_SLOTS ? slots[slot] : none;
}

static uint32_t refuse(struct ing_fault *fault, uint32_t code, uint32_t slot, uint64_t unit)
{
	fault->code = code;
	fault->slot = slot;
	fault->offset = (uint32_t)unit;
	return code;
}

uint32_t ing_check_memory(const uint32_t w[16], const struct ing_slot *slots,
			  struct ing_fault *fault)
{
	bool vector = ING_GET(w, ING_F_OP) == ING_OP_VEC;
	uint32_t slot = vector ? ING_GET(w, ING_V_SLOT) : ING_GET(w, ING_S_SLOT);
	uint32_t need = vector ? ING_PERM_WRITE : ING_PERM_READ;
	struct ing_slot entry = entry_of(slots, slot);
	struct walk walk = { entry.len, fault };
	bool past;

	if (!ing_touches_memory(w))
		return ING_FAULT_NONE;
	if (!(entry.perm & need) || entry.perm & ING_PERM_EXEC)
		return refuse(fault, ING_FAULT_PERM, slot, first_unit(w));
	switch (ING_GET(w, ING_F_OP)) {
	case ING_OP_MATMUL:
		past = walk_matmul(&walk, w);
		break;
	case ING_OP_LOAD:
		past = outside(&walk, ING_GET(w, ING_S_OFFSET), ING_GET(w, ING_S_ROWS));
		break;
	case ING_OP_GATHER:
		past = walk_gather(&walk, w);
		break;
	default:
		past = walk_vector(&walk, w);
	}
	if (past)
		fault->slot = slot;
	return past ? ING_FAULT_SLOT : ING_FAULT_NONE;
}

uint32_t ing_check_fetch(const struct ing_slot *slots, uint32_t slot, uint64_t unit,
			 struct ing_fault *fault)
{
	struct ing_slot entry = entry_of(slots, slot);

	if (!(entry.perm & ING_PERM_EXEC))
		return refuse(fault, ING_FAULT_PERM, slot, unit);
	if (unit >= entry.len)
		return refuse(fault, ING_FAULT_SLOT, slot, unit);
	return ING_FAULT_NONE;
}
