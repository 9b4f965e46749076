// SPDX-License-Identifier: MIT
/* Random stream commands. */
#include "generate_internal.h"

void gen_stream_writes(struct gen *g, uint32_t first, uint32_t count)
{
	bool clash = g->n_streams == MAX_STREAMS;

	for (unsigned int i = 0; i < g->n_streams; i++)
		clash |= first < g->streams[i].end && g->streams[i].first < first + count;
	if (clash)
		gen_barrier(g);
	g->streams[g->n_streams].first = first;
	g->streams[g->n_streams++].end = first + count;
}

static struct ing_format random_format(struct gen *g)
{
	struct ing_format f = { .width = rng_below(g->r, 3) };

	if (f.width == ING_WIDTH_16)
		f.noscale = rng_below(g->r, 3) == 0;
	else
		f.min = rng_below(g->r, 2);
	return f;
}

static void set_format(struct gen *g, struct cmd *c, struct ing_format f, uint32_t groups)
{
	cmd_set(g->p, c, ING_S_WIDTH, f.width);
	cmd_set(g->p, c, ING_S_MIN, f.min);
	cmd_set(g->p, c, ING_S_NOSCALE, f.noscale);
	cmd_set(g->p, c, ING_S_TGROUPS, groups);
}

/* From the data slot, or now and then from the KV slot, which vector commands write. */
static void set_source(struct gen *g, struct cmd *c, uint32_t units)
{
	bool kv = rng_below(g->r, 4) == 0;
	uint32_t size = kv ? g->kv_units : g->data_units / 2;

	cmd_set(g->p, c, ING_S_SLOT, kv ? SLOT_KV : SLOT_DATA);
	cmd_set(g->p, c, ING_S_OFFSET, units < size ? rng_below(g->r, size - units) : 0);
	if (kv)
		program_reads(g->p, SPACE_MEMORY, 0, 1);
}

void gen_matmul(struct gen *g)
{
	const struct ingot_config *cfg = g->config;
	const struct ing_format f = random_format(g);
	const uint32_t tgroups = 1u << rng_below(g->r, 3), cols = 1 + rng_below(g->r, cfg->tile_m);
	const uint32_t blocks = 1 + rng_below(g->r, 6), rows = 1 + rng_below(g->r, 150);
	const uint32_t lines = (rows + 15) / 16, tiles = (lines + tgroups - 1) / tgroups;
	const uint32_t dstcol = lines + rng_below(g->r, 3), span = (cols - 1) * dstcol + lines;
	const uint32_t act = rng_below(g->r, cfg->act_blocks - blocks + 1);
	const uint32_t dst = rng_below(g->r, cfg->scratch_lines - span + 1);
	struct cmd *c;

	gen_stream_writes(g, dst, span);
	c = program_begin(g->p, ING_OP_MATMUL);
	set_format(g, c, f, tgroups);
	set_source(g, c, tiles * blocks * ing_block_units(f, tgroups));
	cmd_set(g->p, c, ING_S_COLS, cols);
	cmd_set(g->p, c, ING_S_ROWS, rows);
	cmd_set(g->p, c, ING_S_BLOCKS, blocks);
	cmd_set(g->p, c, ING_S_ACT, act);
	cmd_set(g->p, c, ING_S_DST, dst);
	cmd_set(g->p, c, ING_S_DSTCOL, dstcol);
	if (rng_below(g->r, 3) == 0)
		cmd_set(g->p, c, ING_S_CHUNKS, 1 + rng_below(g->r, ing_chunks(f.width) - 1));
	program_reads(g->p, SPACE_ACT, act, blocks);
	program_writes(g->p, SPACE_SCRATCH, dst, span);
	program_end(g->p);
}

void gen_load(struct gen *g)
{
	const uint32_t lines = 1 + rng_below(g->r, 40);
	const uint32_t dst = rng_below(g->r, g->config->scratch_lines - lines + 1);
	const bool kv = rng_below(g->r, 4) == 0;
	struct cmd *c;

	gen_stream_writes(g, dst, lines);
	c = program_begin(g->p, ING_OP_LOAD);
	cmd_set(g->p, c, ING_S_SLOT, kv ? SLOT_KV : SLOT_DATA);
	cmd_set(g->p, c, ING_S_OFFSET, rng_below(g->r, g->data_units - lines));
	cmd_set(g->p, c, ING_S_ROWS, lines);
	cmd_set(g->p, c, ING_S_DST, dst);
	if (kv)
		program_reads(g->p, SPACE_MEMORY, 0, 1);
	program_writes(g->p, SPACE_SCRATCH, dst, lines);
	program_end(g->p);
}

void gen_gather(struct gen *g)
{
	const struct ing_format f = random_format(g);
	const uint32_t tgroups = 1u << rng_below(g->r, 3), blocks = 1 + rng_below(g->r, 20);
	const uint32_t part = rng_below(g->r, f.noscale ? 1 : f.min ? 3 : 2);
	const uint32_t bytes = part == ING_PART_DATA ? blocks * ing_chunks(f.width) * 4 :
			       f.width == ING_WIDTH_16 ? blocks : 2 * blocks;
	const uint32_t lines = (bytes + 63) / 64;
	const uint32_t dst = rng_below(g->r, g->config->scratch_lines - lines + 1);
	struct cmd *c;

	gen_stream_writes(g, dst, lines);
	c = program_begin(g->p, ING_OP_GATHER);
	set_format(g, c, f, tgroups);
	set_source(g, c, blocks * ing_block_units(f, tgroups));
	cmd_set(g->p, c, ING_S_COLS, part);
	cmd_set(g->p, c, ING_S_ROWS, rng_below(g->r, 16 * tgroups));
	cmd_set(g->p, c, ING_S_BLOCKS, blocks);
	cmd_set(g->p, c, ING_S_DST, dst);
	program_writes(g->p, SPACE_SCRATCH, dst, lines);
	program_end(g->p);
}
