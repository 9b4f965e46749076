// SPDX-License-Identifier: MIT
#include "arith.h"
#include "fields.h"
#include "func.h"

/* Where the list is not filled. */
#define NO_TOKEN 0xffffffffu

static uint32_t sample(const uint32_t *w, const float *p, uint32_t count)
{
	float u = ing_uniform(ing_philox(ING_GET(w, ING_T_BASE), ING_GET(w, ING_T_SEEDHI),
					 ING_GET(w, ING_T_SEEDLO)));
	float total = 0, threshold, sum = 0;
	uint32_t last = 0;

	for (uint32_t j = 0; j < count; j++)
		total = ing_fadd(total, p[j]);
	threshold = ing_fmul(u, total);
	for (uint32_t j = 0; j < count; j++) {
		sum = ing_fadd(sum, p[j]);
		if (sum > threshold)
			return j;
		if (ing_float(ing_flush(ing_bits(p[j]))) > 0)
			last = j;
	}
	return last;
}

void func_pick(struct func_core *core, const uint32_t *w)
{
	uint32_t place = 0, rd = ING_GET(w, ING_T_RD);

	if (ING_GET(w, ING_T_SUB) == ING_PICK_SAMPLE)
		place = sample(w, core->scratch + (size_t)ING_GET(w, ING_T_LINE) * ING_LINE,
			       ING_GET(w, ING_T_COUNT));
	if (rd)
		core->job.r[rd] = place < core->filled ? core->places[place].token : NO_TOKEN;
}
