// SPDX-License-Identifier: MIT
#include <string.h>

#include "arith.h"
#include "fields.h"
#include "func.h"

#define MINUS_INFINITY 0xff800000u

static void reset(struct func_core *core, uint32_t k)
{
	core->k = k;
	core->filled = 0;
}

/* Puts a value behind all that are not smaller; the list has room, or its last place is smaller */
static void insert(struct func_core *core, struct func_place place)
{
	uint32_t at = core->filled;

	if (core->filled == core->k)
		at--;
	else
		core->filled++;
	for (; at && core->places[at - 1].key < place.key; at--)
		core->places[at] = core->places[at - 1];
	core->places[at] = place;
}

static void update(struct func_core *core, const float *values, uint32_t count, uint32_t base)
{
	uint32_t at = 0;

	while (core->k) {
		struct func_place place;

		if (core->filled == core->k)
			at = (uint32_t)core->kernels->find_above(values, at, count,
								 core->places[core->k - 1].key);
		if (at >= count)
			return;
		memcpy(&place.bits, values + at, sizeof(place.bits));
		place.key = ing_topk_key(values[at]);
		place.token = base + at++;
		insert(core, place);
	}
}

static void read_places(const struct func_core *core, float *out, uint32_t count)
{
	uint32_t bits;

	for (uint32_t i = 0; i < count; i++) {
		bits = i < core->filled ? ing_canon(core->places[i].bits) : MINUS_INFINITY;
		memcpy(out + i, &bits, sizeof(bits));
	}
	memset(out + count, 0, (-count % ING_LINE) * sizeof(*out));
}

void func_topk(struct func_core *core, const uint32_t *w)
{
	uint32_t count = ING_GET(w, ING_T_COUNT);
	float *line = core->scratch + (size_t)ING_GET(w, ING_T_LINE) * ING_LINE;

	switch (ING_GET(w, ING_T_SUB)) {
	case ING_TOPK_RESET:
		reset(core, count);
		break;
	case ING_TOPK_UPDATE:
		update(core, line, count, ING_GET(w, ING_T_BASE));
		break;
	default:
		read_places(core, line, count);
	}
}
