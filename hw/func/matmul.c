// SPDX-License-Identifier: MIT
/*
 * MATMUL, shared between threads. An item is a tile, since the groups of a tile lie interleaved;
 * but of the tiles left over when each thread has taken the same number, every group is an item.
 */
#include "fields.h"
#include "func.h"
#include "layout.h"

/* Weights times columns, bytes, below which handing work over costs more than it saves. */
#define SPLIT_BYTES 32768
/* Tiles for each thread from which on an odd one does not matter. */
#define MANY_TILES 32

bool func_batch_add(struct func_batch *batch, const uint32_t *w, const uint8_t *memory)
{
	const struct func_core *core = batch->core;
	const uint32_t cols = ING_GET(w, ING_S_COLS), dst = ING_GET(w, ING_S_DST);
	const uint32_t groups = ing_lines(ING_GET(w, ING_S_ROWS), ING_GROUP_ROWS);
	const uint32_t end = dst + (cols - 1) * ING_GET(w, ING_S_DSTCOL) + groups;
	const unsigned int n = batch->n;

	if (n == FUNC_BATCH_MAX)
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (dst < batch->end[i] && batch->first[i] < end)
			return false;
	batch->m[n] = (struct ing_matmul){
		.tiles = memory + (size_t)ING_GET(w, ING_S_OFFSET) * ING_UNIT_BYTES,
		.format = ing_command_format(w),
		.tile_groups = ING_GET(w, ING_S_TGROUPS),
		.blocks = ING_GET(w, ING_S_BLOCKS),
		.chunks = ING_GET(w, ING_S_CHUNKS),
		.act = core->act + ING_GET(w, ING_S_ACT),
		.act_stride = core->config.act_blocks,
		.cols = cols,
		.out = core->scratch + (size_t)dst * ING_LINE,
		.out_stride = (size_t)ING_GET(w, ING_S_DSTCOL) * ING_LINE,
	};
	batch->groups[n] = groups;
	batch->first[n] = dst;
	batch->end[n] = end;
	batch->n++;
	return true;
}

static void compute_groups(const struct func_batch *batch, unsigned int i, unsigned int worker,
			   unsigned int group, unsigned int end)
{
	struct ing_matmul m = batch->m[i];

	m.group = group;
	m.groups = (end < batch->groups[i] ? end : batch->groups[i]) - group;
	m.ws = func_work_of(batch->core, worker)->matmul;
	batch->core->kernels->matmul(&m);
}

/* Items @first .. @end - 1 of matrix @i: tiles first, as many as there are, then single groups */
static void compute_items(const struct func_batch *batch, unsigned int i, unsigned int worker,
			  unsigned int first, unsigned int end)
{
	const unsigned int whole = batch->whole[i], tile_groups = batch->m[i].tile_groups;
	const unsigned int tiles_end = end < whole ? end : whole;

	if (first < tiles_end)
		compute_groups(batch, i, worker, first * tile_groups, tiles_end * tile_groups);
	if (end <= whole)
		return;
	first = first > whole ? first - whole : 0;
	compute_groups(batch, i, worker, whole * tile_groups + first,
		       whole * tile_groups + end - whole);
}

static void compute(void *arg, unsigned int worker, unsigned int first, unsigned int count)
{
	const struct func_batch *batch = arg;
	const unsigned int end = first + count;

	for (unsigned int i = 0; i < batch->n; i++) {
		unsigned int from = batch->first_item[i], to = batch->first_item[i + 1];

		if (first >= to || end <= from)
			continue;
		compute_items(batch, i, worker, first > from ? first - from : 0,
			      (end < to ? end : to) - from);
	}
}

/* Cuts the batch into items; returns the weights that it reads times columns, bytes */
static uint64_t cut(struct func_batch *batch, unsigned int threads)
{
	unsigned int tiles, total = 0, left;
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < batch->n; i++) {
		const struct ing_matmul *m = &batch->m[i];

		tiles = ing_lines(batch->groups[i], m->tile_groups);
		total += tiles;
		batch->whole[i] = tiles;
		bytes += (uint64_t)tiles * m->blocks * m->cols * ING_UNIT_BYTES *
			 ing_block_units(m->format, m->tile_groups);
	}
	left = total < threads * MANY_TILES ? total % threads : 0;
	for (unsigned int i = batch->n; i-- > 0;) {
		unsigned int split = left < batch->whole[i] ? left : batch->whole[i];

		batch->whole[i] -= split;
		left -= split;
	}
	return bytes;
}

static void number_items(struct func_batch *batch)
{
	unsigned int item = 0;

	for (unsigned int i = 0; i < batch->n; i++) {
		unsigned int in_tiles = batch->whole[i] * batch->m[i].tile_groups;

		batch->first_item[i] = item;
		item += batch->whole[i];
		if (batch->groups[i] > in_tiles)
			item += batch->groups[i] - in_tiles;
	}
	batch->first_item[batch->n] = item;
}

void func_batch_run(struct func_batch *batch)
{
	const unsigned int threads = ing_func_pool_threads(batch->core->pool);
	uint64_t bytes = cut(batch, threads);
	unsigned int items, chunk;

	number_items(batch);
	items = batch->first_item[batch->n];
	chunk = bytes < SPLIT_BYTES ? items : items / (4 * threads);
	ing_func_pool_run(batch->core->pool, compute, batch, items, chunk ? chunk : 1);
}
