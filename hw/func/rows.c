// SPDX-License-Identifier: MIT
#include "rows.h"

#include "fields.h"

void func_rows_init(struct func_rows *run, struct func_core *core, const uint32_t *w,
		    uint8_t *memory)
{
	run->core = core;
	run->w = w;
	run->memory = memory;
	run->fn = ING_GET(w, ING_V_FN);
	run->atype = ING_GET(w, ING_V_ATYPE);
	run->btype = ING_GET(w, ING_V_BTYPE);
	run->sink = ING_GET(w, ING_V_SINK);
	run->red = ING_GET(w, ING_V_RED);
	run->outer = ING_GET(w, ING_V_OUTER);
	run->inner = ING_GET(w, ING_V_INNER);
	run->count = ING_GET(w, ING_V_COUNT);
	run->a = (struct func_span){ ING_GET(w, ING_V_A), ING_GET(w, ING_V_AOUT),
				     ING_GET(w, ING_V_AIN) };
	run->b = (struct func_span){ ING_GET(w, ING_V_B), ING_GET(w, ING_V_BOUT),
				     ING_GET(w, ING_V_BIN) };
	run->dst = (struct func_span){ ING_GET(w, ING_V_DST), ING_GET(w, ING_V_DSTOUT),
				       ING_GET(w, ING_V_DSTIN) };
	run->uses_b = ing_fn_uses_b(run->fn);
}

/* Whether rows of @size, @n1 of them @step1 apart, @n2 such sets @step2 apart, do not meet */
static bool nested(uint64_t size, uint32_t n1, uint64_t step1, uint32_t n2, uint64_t step2)
{
	if (n1 > 1 && step1 < size)
		return false;
	return n2 == 1 || step2 >= (n1 - 1) * step1 + size;
}

static bool disjoint(const struct func_rows *run, uint64_t size, uint64_t out, uint64_t in)
{
	return nested(size, run->inner, in, run->outer, out) ||
	       nested(size, run->outer, out, run->inner, in);
}

static uint32_t span_end(const struct func_rows *run, const struct func_span *s, uint32_t lines)
{
	return s->first + (run->outer - 1) * s->out + (run->inner - 1) * s->in + lines;
}

/* Whether no row reads, as @operand, what another row writes */
static bool reads_apart(const struct func_rows *run, const struct func_span *operand,
			uint32_t per_line)
{
	uint32_t lines = ing_lines(run->count, per_line), out = ing_lines(run->count, ING_LINE);

	if (span_end(run, operand, lines) <= run->dst.first ||
	    span_end(run, &run->dst, out) <= operand->first)
		return true;
	return per_line == ING_LINE && operand->first == run->dst.first &&
	       (run->outer == 1 || operand->out == run->dst.out) &&
	       (run->inner == 1 || operand->in == run->dst.in);
}

static bool scalars_apart(const struct func_rows *run)
{
	uint32_t in = ING_GET(run->w, ING_V_SIN), out = ING_GET(run->w, ING_V_SOUT);
	uint32_t rows = run->outer * run->inner;

	return run->red == ING_RED_NONE || !ING_GET(run->w, ING_V_USES) || in == out ||
	       in + rows <= out || out + rows <= in;
}

/* Columns follow one another in memory, so a block is known by one number */
static bool act_apart(const struct func_rows *run)
{
	uint64_t column = run->core->config.act_blocks;

	return disjoint(run, run->count / ING_BLOCK,
			run->dst.out + ING_GET(run->w, ING_V_COLOUT) * column,
			run->dst.in + ING_GET(run->w, ING_V_COLIN) * column);
}

bool func_rows_independent(const struct func_rows *run)
{
	const uint32_t lines = ing_lines(run->count, ING_LINE);

	if (!scalars_apart(run))
		return false;
	switch (run->sink) {
	case ING_SINK_NONE:
		return true;
	case ING_SINK_SCRATCH:
		return disjoint(run, lines, run->dst.out, run->dst.in) &&
		       reads_apart(run, &run->a, ing_atype_per_line(run->atype)) &&
		       (!run->uses_b ||
			reads_apart(run, &run->b, ing_btype_per_line(run->btype)));
	case ING_SINK_ACT:
		return act_apart(run);
	case ING_SINK_MEM:
		return disjoint(run, lines, ING_GET(run->w, ING_V_MSTRIDE), lines);
	default:
		return false; /* appends are short */
	}
}
