// SPDX-License-Identifier: MIT
/* Tests of stream commands, and of the list that TOPK keeps, which shows what LOAD loads. */
#include "command.h"

/* What formats are called in tests: width, minima, scales. */
#define Q4 ING_WIDTH_4, 0, 0
#define Q4M ING_WIDTH_4, 1, 0
#define Q8 ING_WIDTH_8, 0, 0
#define Q8M ING_WIDTH_8, 1, 0
#define Q16 ING_WIDTH_16, 0, 0
#define Q16N ING_WIDTH_16, 0, 1

#define TEST_BLOCKS 4
#define MAX_COLS 4

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void set_format(struct builder *b, struct cmd *c, struct ing_format f, uint32_t groups)
{
	cmd_set(b->p, c, ING_S_WIDTH, f.width);
	cmd_set(b->p, c, ING_S_MIN, f.min);
	cmd_set(b->p, c, ING_S_NOSCALE, f.noscale);
	cmd_set(b->p, c, ING_S_TGROUPS, groups);
}

/* Where tiles of a format may begin: those of 16 bits need exponents that are not NaN. */
static uint32_t tiles_at(struct ing_format f)
{
	return f.width == ING_WIDTH_16 ? DATA_UNITS / 4 : 0;
}

static void put_topk(struct builder *b, uint32_t sub, uint32_t count, uint32_t line, uint32_t base)
{
	struct cmd *c = begin(b, ING_OP_TOPK);

	cmd_set(b->p, c, ING_T_SUB, sub);
	cmd_set(b->p, c, ING_T_COUNT, count);
	cmd_set(b->p, c, ING_T_LINE, line);
	cmd_set(b->p, c, ING_T_BASE, base);
	program_end(b->p);
}

static void put_pick(struct builder *b, uint32_t sub, uint32_t k, uint32_t line, uint32_t counter)
{
	struct cmd *c = begin(b, ING_OP_PICK);

	cmd_set(b->p, c, ING_T_SUB, sub);
	cmd_set(b->p, c, ING_T_RD, 9);
	cmd_set(b->p, c, ING_T_COUNT, k);
	cmd_set(b->p, c, ING_T_LINE, line);
	cmd_set(b->p, c, ING_T_BASE, counter);
	cmd_set(b->p, c, ING_T_SEEDLO, 12345);
	cmd_set(b->p, c, ING_T_SEEDHI, 6789);
	program_end(b->p);
}

/* The place of the largest float of each line: VEC has no part in finding it. */
static void show_lines(struct builder *b, uint32_t lines)
{
	for (uint32_t line = 0; line < lines; line++) {
		put_topk(b, ING_TOPK_RESET, 1, 0, 0);
		put_topk(b, ING_TOPK_UPDATE, 16, line, 16 * line);
		put_pick(b, ING_PICK_BEST, 1, 0, 0);
		emit(b, 9, 0);
	}
}

static void build_load(struct builder *b, const unsigned int *args)
{
	(void)args;
	load(b, 0, 12, 0);
	barrier(b);
	show_lines(b, 12);
}

static void build_load_store(struct builder *b, const unsigned int *args)
{
	(void)args;
	load(b, 0, 100, 0);
	load(b, 7, 3, 101);
	load(b, 300, 100, 128);
	store(b, 0, 228, 0);
}

static void build_topk(struct builder *b, const unsigned int *args)
{
	const uint32_t k = least(b->config->topk, 20);

	(void)args;
	load(b, 0, 40, 0);
	barrier(b);
	put_topk(b, ING_TOPK_RESET, k, 0, 0);
	put_topk(b, ING_TOPK_UPDATE, 333, 0, 100);
	put_topk(b, ING_TOPK_UPDATE, 250, 22, 5000);
	put_topk(b, ING_TOPK_READ, k, 48, 0);
	store(b, 48, (k + 15) / 16, 0);
}

/* PICK takes the floats as probabilities in the order of the list: of those above 1 all are alike. */
static void build_pick(struct builder *b, const unsigned int *args)
{
	const uint32_t k = least(b->config->topk, 20);

	load(b, 0, 40, 0);
	barrier(b);
	put_topk(b, ING_TOPK_RESET, k, 0, 0);
	put_topk(b, ING_TOPK_UPDATE, 333, 0, 100);
	put_topk(b, ING_TOPK_READ, k, 48, 0);
	for (unsigned int i = 0; i < 8; i++) {
		barrier(b);
		put_pick(b, args[0], k, 48, i);
		emit(b, 9, 0);
	}
}

static void build_gather(struct builder *b, const unsigned int *args)
{
	const struct ing_format f = { args[0], args[1], args[2] };
	const uint32_t parts = f.noscale ? 1 : f.min ? 3 : 2;
	uint32_t line = 0;

	load(b, 0, 64, 0);
	barrier(b);
	for (uint32_t part = 0; part < parts; part++)
		for (uint32_t groups = 1; groups <= 4; groups *= 2) {
			struct cmd *c = begin(b, ING_OP_GATHER);

			set_format(b, c, f, groups);
			cmd_set(b->p, c, ING_S_SLOT, SLOT_DATA);
			cmd_set(b->p, c, ING_S_OFFSET, tiles_at(f) + 3 * groups);
			cmd_set(b->p, c, ING_S_COLS, part);
			cmd_set(b->p, c, ING_S_ROWS, 16 * groups - 3);
			cmd_set(b->p, c, ING_S_BLOCKS, TEST_BLOCKS);
			cmd_set(b->p, c, ING_S_DST, line);
			program_end(b->p);
			barrier(b);
			line += 4;
		}
	store(b, 0, 64, 0);
}

static void put_matmul(struct builder *b, struct ing_format f, uint32_t groups, uint32_t cols,
		       uint32_t rows, uint32_t line)
{
	const uint32_t lines = (rows + 15) / 16;
	struct cmd *c = begin(b, ING_OP_MATMUL);

	set_format(b, c, f, groups);
	cmd_set(b->p, c, ING_S_SLOT, SLOT_DATA);
	cmd_set(b->p, c, ING_S_OFFSET, tiles_at(f) + groups);
	cmd_set(b->p, c, ING_S_COLS, cols);
	cmd_set(b->p, c, ING_S_ROWS, rows);
	cmd_set(b->p, c, ING_S_BLOCKS, groups == 4 ? 2 : TEST_BLOCKS);
	cmd_set(b->p, c, ING_S_DST, line);
	cmd_set(b->p, c, ING_S_DSTCOL, lines);
	program_end(b->p);
	barrier(b);
}

static void build_matmul(struct builder *b, const unsigned int *args)
{
	const struct ing_format f = { args[0], args[1], args[2] };
	const uint32_t most = least(b->config->tile_m, MAX_COLS);
	uint32_t line = 0;

	activations(b, TEST_BLOCKS, most);
	for (uint32_t groups = 1; groups <= 4; groups *= 2) {
		put_matmul(b, f, groups, 1, 16 * groups, line);
		line += groups;
		put_matmul(b, f, groups, most, 16 * groups + 5, line);
		line += most * (groups + 1);
	}
	store(b, 0, line, 0);
}

const struct command_test stream_tests[] = {
	{ "LOAD", build_load, { 0 }, 0 },
	{ "LOAD, VEC to memory", build_load_store, { 0 }, 0 },
	{ "TOPK", build_topk, { 0 }, 0 },
	{ "PICK, the best", build_pick, { ING_PICK_BEST }, 0 },
	{ "PICK, by chance", build_pick, { ING_PICK_SAMPLE }, 0 },
	{ "PICK, by chance without the list", build_pick, { ING_PICK_INDEX }, 0 },
	{ "GATHER q4", build_gather, { Q4 }, INGOT_FORMAT_Q4 },
	{ "GATHER q4m", build_gather, { Q4M }, INGOT_FORMAT_Q4M },
	{ "GATHER q8", build_gather, { Q8 }, INGOT_FORMAT_Q8 },
	{ "GATHER q8m", build_gather, { Q8M }, INGOT_FORMAT_Q8M },
	{ "GATHER q16", build_gather, { Q16 }, INGOT_FORMAT_Q16 },
	{ "MATMUL q4", build_matmul, { Q4 }, INGOT_FORMAT_Q4 },
	{ "MATMUL q4m", build_matmul, { Q4M }, INGOT_FORMAT_Q4M },
	{ "MATMUL q8", build_matmul, { Q8 }, INGOT_FORMAT_Q8 },
	{ "MATMUL q8m", build_matmul, { Q8M }, INGOT_FORMAT_Q8M },
	{ "MATMUL q16", build_matmul, { Q16 }, INGOT_FORMAT_Q16 },
	{ "MATMUL q16 without scales", build_matmul, { Q16N }, INGOT_FORMAT_Q16 },
	{ 0 },
};
