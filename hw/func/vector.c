// SPDX-License-Identifier: MIT
#include <string.h>

#include "fields.h"
#include "func.h"
#include "layout.h"
#include "rows.h"

/* Elements of all rows below which handing work over costs more than it saves. */
#define SPLIT_ELEMENTS 8192

static const float *row_a(const struct func_rows *run, struct func_work *work, uint32_t o,
			  uint32_t i)
{
	const float *line = run->core->scratch +
			    (size_t)ING_LINE * (run->a.first + o * run->a.out + i * run->a.in);

	if (run->atype == ING_ATYPE_F32)
		return line;
	ing_widen_a(work->a, line, run->atype, run->count);
	return work->a;
}

static const void *row_b(const struct func_rows *run, struct func_work *work, uint32_t o,
			 uint32_t i)
{
	const float *line = run->core->scratch +
			    (size_t)ING_LINE * (run->b.first + o * run->b.out + i * run->b.in);

	if (!run->uses_b || run->btype == ING_BTYPE_F32 || run->btype == ING_BTYPE_E8)
		return line;
	ing_widen_b(work->b, line, run->btype, run->count);
	return work->b;
}

/* Where the function puts a row: at its destination, if that takes whole lines of floats */
static float *row_y(const struct func_rows *run, struct func_work *work, uint32_t o, uint32_t i)
{
	if (run->sink == ING_SINK_SCRATCH)
		return run->core->scratch +
		       (size_t)ING_LINE * (run->dst.first + o * run->dst.out + i * run->dst.in);
	if (run->sink == ING_SINK_MEM)
		return (float *)(run->memory + ing_mem_unit(run->w, o, i) * ING_UNIT_BYTES);
	return work->y;
}

static void sink_act(const struct func_rows *run, uint32_t o, uint32_t i, const float *y)
{
	const uint32_t *w = run->w;
	uint32_t col = ING_GET(w, ING_V_COL) + o * ING_GET(w, ING_V_COLOUT) +
		       i * ING_GET(w, ING_V_COLIN);
	uint32_t block = run->dst.first + o * run->dst.out + i * run->dst.in;

	run->core->kernels->quant_act(run->core->act + (size_t)col * run->core->config.act_blocks +
				      block, y, run->count);
}

static void reduce(const struct func_rows *run, uint32_t row, const float *y, uint32_t len)
{
	const struct ing_kernels *kernels = run->core->kernels;
	float *out = run->core->scalars + ING_GET(run->w, ING_V_SOUT) + row;

	if (run->red == ING_RED_SUM)
		*out = kernels->sum(y, run->count);
	else if (run->red == ING_RED_MAX)
		*out = kernels->max(y, len < run->count ? len : run->count);
}

static void compute_row(const struct func_rows *run, struct func_work *work, uint32_t row)
{
	const uint32_t o = row / run->inner, i = row % run->inner;
	const uint32_t *w = run->w;
	uint32_t len = run->count;
	struct ing_vec v;

	if (ING_GET(w, ING_V_MASK))
		len = ING_GET(w, ING_V_LEN) + o * ING_GET(w, ING_V_LENSTEP);
	v.fn = run->fn;
	v.btype = run->btype == ING_BTYPE_E8 ? ING_BTYPE_E8 : ING_BTYPE_F32;
	v.n = run->count;
	v.len = len;
	v.a = row_a(run, work, o, i);
	v.b = run->uses_b ? row_b(run, work, o, i) : NULL;
	v.s = ING_GET(w, ING_V_USES) ? run->core->scalars[ING_GET(w, ING_V_SIN) + row] : 0.0f;
	memcpy(&v.c, &w[ING_V_C_W], sizeof(v.c));
	memcpy(&v.d, &w[ING_V_D_W], sizeof(v.d));
	v.y = row_y(run, work, o, i);
	run->core->kernels->vec(&v);
	reduce(run, row, v.y, len);
	if (run->sink == ING_SINK_ACT)
		sink_act(run, o, i, v.y);
	else if (run->sink == ING_SINK_KVK || run->sink == ING_SINK_KVV)
		func_append(run->core, w, run->memory, o, i, v.y);
}

static void compute_rows(void *arg, unsigned int worker, unsigned int first, unsigned int count)
{
	const struct func_rows *run = arg;
	struct func_work *work = func_work_of(run->core, worker);

	for (unsigned int r = first; r < first + count; r++)
		compute_row(run, work, r);
}

/* Some entries of the scalar file, which are no whole lines: through the work space */
static void scalar_entries(struct func_core *core, const uint32_t *w, uint32_t first, uint32_t n)
{
	struct func_work *work = func_work_of(core, 0);
	struct ing_vec v = { .fn = ING_GET(w, ING_V_FN), .n = n, .len = n, .a = work->a,
			     .y = work->y };

	memcpy(work->a, core->scalars + ING_GET(w, ING_V_SIN) + first, n * sizeof(float));
	memcpy(&v.c, &w[ING_V_C_W], sizeof(v.c));
	memcpy(&v.d, &w[ING_V_D_W], sizeof(v.d));
	core->kernels->vec(&v);
	memcpy(core->scalars + ING_GET(w, ING_V_SOUT) + first, work->y, n * sizeof(float));
}

/* In ascending order: an entry may be read that was written just before */
static void scalar_mode(struct func_core *core, const uint32_t *w)
{
	const uint32_t count = ING_GET(w, ING_V_COUNT), in = ING_GET(w, ING_V_SIN);
	const uint32_t out = ING_GET(w, ING_V_SOUT);
	const uint32_t step = out > in && out - in < count ? out - in : count;

	for (uint32_t first = 0; first < count; first += step)
		scalar_entries(core, w, first, count - first < step ? count - first : step);
}

void func_vector(struct func_core *core, const uint32_t *w, uint8_t *memory)
{
	struct func_rows run;
	unsigned int rows, chunk;

	if (ING_GET(w, ING_V_SCALAR)) {
		scalar_mode(core, w);
		return;
	}
	func_rows_init(&run, core, w, memory);
	rows = run.outer * run.inner;
	chunk = rows / (4 * ing_func_pool_threads(core->pool));
	if ((uint64_t)rows * run.count < SPLIT_ELEMENTS || !func_rows_independent(&run))
		chunk = rows;
	ing_func_pool_run(core->pool, compute_rows, &run, rows, chunk ? chunk : 1);
}
