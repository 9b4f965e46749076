// SPDX-License-Identifier: MIT
#include "arith.h"
#include "fields.h"
#include "func.h"

/* Where the list is not filled. */
#define NO_TOKEN 0xffffffffu

/* A probability in units of 2^-31, cut off; above 1 it counts as 1, below 0 and NaN as 0. */
static uint32_t integer_of(float p)
{
	if (!(p > 0))
		return 0;
	return p < 1 ? (uint32_t)(p * 0x1p31f) : 1u << 31;
}

/* The part of the total that a random word stands for: word * total / 2^32, cut off. */
static uint64_t part_of(uint64_t total, uint32_t word)
{
	return (total >> 32) * word + ((total & UINT32_MAX) * word >> 32);
}

static uint32_t sample(const uint32_t *w, const float *p, uint32_t count)
{
	const uint32_t word = ing_philox(ING_GET(w, ING_T_BASE), ING_GET(w, ING_T_SEEDHI),
					 ING_GET(w, ING_T_SEEDLO));
	uint64_t total = 0, threshold, sum = 0;

	for (uint32_t j = 0; j < count; j++)
		total += integer_of(p[j]);
	threshold = part_of(total, word);
	for (uint32_t j = 0; j < count; j++) {
		sum += integer_of(p[j]);
		if (sum > threshold)
			return j;
	}
	return 0;
}

void func_pick(struct func_core *core, const uint32_t *w)
{
	const uint32_t sub = ING_GET(w, ING_T_SUB), rd = ING_GET(w, ING_T_RD);
	uint32_t place = 0;

	if (sub != ING_PICK_BEST)
		place = sample(w, core->scratch + (size_t)ING_GET(w, ING_T_LINE) * ING_LINE,
			       ING_GET(w, ING_T_COUNT));
	if (rd && sub == ING_PICK_INDEX)
		core->job.r[rd] = place;
	else if (rd)
		core->job.r[rd] = place < core->filled ? core->places[place].token : NO_TOKEN;
}
