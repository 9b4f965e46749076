// SPDX-License-Identifier: MIT
#include <string.h>

#include "fields.h"
#include "func.h"
#include "layout.h"

/* Weights times columns, bytes, below which handing work over costs more than it saves. */
#define SPLIT_BYTES 32768

struct matmul_run {
	const struct func_core *core;
	struct ing_matmul m;
	unsigned int groups;
};

/* Items are tiles: the groups of a tile lie interleaved */
static void matmul_tiles(void *arg, unsigned int worker, unsigned int first, unsigned int count)
{
	const struct matmul_run *run = arg;
	struct ing_matmul m = run->m;
	unsigned int end = (first + count) * m.tile_groups;

	m.group = first * m.tile_groups;
	m.groups = (end < run->groups ? end : run->groups) - m.group;
	m.ws = func_work_of(run->core, worker)->matmul;
	run->core->kernels->matmul(&m);
}

void func_matmul(struct func_core *core, const uint32_t *w, const uint8_t *memory)
{
	struct matmul_run run = {
		.core = core,
		.m = {
			.tiles = memory + (size_t)ING_GET(w, ING_S_OFFSET) * ING_UNIT_BYTES,
			.format = ing_command_format(w),
			.tile_groups = ING_GET(w, ING_S_TGROUPS),
			.blocks = ING_GET(w, ING_S_BLOCKS),
			.act = core->act + ING_GET(w, ING_S_ACT),
			.act_stride = core->config.act_blocks,
			.cols = ING_GET(w, ING_S_COLS),
			.out = core->scratch + (size_t)ING_GET(w, ING_S_DST) * ING_LINE,
			.out_stride = (size_t)ING_GET(w, ING_S_DSTCOL) * ING_LINE,
		},
		.groups = ing_lines(ING_GET(w, ING_S_ROWS), ING_GROUP_ROWS),
	};
	unsigned int tiles = ing_lines(run.groups, run.m.tile_groups), chunk;
	uint64_t bytes = (uint64_t)tiles * run.m.blocks * ING_UNIT_BYTES *
			 ing_block_units(run.m.format, run.m.tile_groups);

	chunk = tiles / (4 * ing_func_pool_threads(core->pool));
	if (bytes * run.m.cols < SPLIT_BYTES)
		chunk = tiles;
	ing_func_pool_run(core->pool, matmul_tiles, &run, tiles, chunk ? chunk : 1);
}

void func_load(struct func_core *core, const uint32_t *w, const uint8_t *memory)
{
	memcpy(core->scratch + (size_t)ING_GET(w, ING_S_DST) * ING_LINE,
	       memory + (size_t)ING_GET(w, ING_S_OFFSET) * ING_UNIT_BYTES,
	       (size_t)ING_GET(w, ING_S_ROWS) * ING_UNIT_BYTES);
}

void func_gather(struct func_core *core, const uint32_t *w, const uint8_t *memory)
{
	const struct ing_gather g = ing_gather_of(w);
	const size_t stride = (size_t)ing_block_units(ing_command_format(w),
						      ING_GET(w, ING_S_TGROUPS)) * ING_UNIT_BYTES;
	const uint8_t *block = memory + g.byte +
			       ((size_t)ING_GET(w, ING_S_OFFSET) + g.unit) * ING_UNIT_BYTES;
	uint8_t *line = (uint8_t *)(core->scratch + (size_t)ING_GET(w, ING_S_DST) * ING_LINE);
	uint8_t *out = line;

	for (uint32_t b = 0; b < ING_GET(w, ING_S_BLOCKS); b++, block += stride)
		for (uint32_t u = 0; u < g.units; u++, out += g.bytes)
			memcpy(out, block + u * ING_UNIT_BYTES, g.bytes);
	/* the last line's end reads as zero */
	memset(out, 0, (size_t)(line - out) % ING_UNIT_BYTES);
}
