// SPDX-License-Identifier: MIT
/* Lowering a model: storage, the commands that every part uses, embedding, and the token loop. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lower_internal.h"

void kv_plan(struct kv_layout *kv, const struct hparams *hp, uint32_t context)
{
	const struct ing_format k16 = { .width = ING_WIDTH_16 };
	const uint32_t halves = hp->head_dim / ING_BLOCK;

	memset(kv, 0, sizeof(*kv));
	kv->positions = context;
	context = (context + 63) / 64 * 64;
	kv->context = context;
	kv->k_head = context / 64 * halves * ing_block_units(k16, ING_TILE_GROUPS_MAX);
	kv->v_half = context;
	kv->exp_half = context / ING_UNIT_BYTES;
	kv->k_layer = (uint64_t)hp->kv_heads * kv->k_head;
	kv->v_layer = (uint64_t)hp->kv_heads * halves * kv->v_half;
	kv->exp_layer = (uint64_t)hp->kv_heads * halves * kv->exp_half;
	kv->v = kv->k + hp->layers * kv->k_layer;
	kv->exp = kv->v + hp->layers * kv->v_layer;
	kv->units = kv->exp + hp->layers * kv->exp_layer;
}

bool lower_is_batch(const struct lower *l)
{
	return l->a->end == END_DECODE && l->a->columns > 1;
}

void lower_position(struct lower *l, struct cmd *c, unsigned int word, uint32_t column, uint32_t mul)
{
	if (!lower_is_batch(l)) {
		program_patch(l->p, c, word, REG_POS, mul);
		return;
	}
	program_symbol(l->p, c, word, SYMBOL_POSITION + column, mul);
	program_patch(l->p, c, word, REG_BATCH_STEP, mul);
}

struct cmd *lower_position_scalar(struct lower *l, unsigned int rd, uint32_t column, uint32_t add,
				  unsigned int shift)
{
	struct cmd *c = program_begin(l->p, ING_OP_SCALAR);

	cmd_set(l->p, c, ING_C_RD, rd);
	cmd_set(l->p, c, ING_C_RA, lower_is_batch(l) ? REG_BATCH_STEP : REG_POS);
	cmd_set(l->p, c, ING_C_IMM, add);
	cmd_set(l->p, c, ING_C_SH, shift);
	cmd_set(l->p, c, ING_C_MASK, UINT32_MAX);
	if (lower_is_batch(l))
		program_symbol(l->p, c, ING_C_IMM_W, SYMBOL_POSITION + column, 1);
	return c;
}

void lower_sequence(struct lower *l, int32_t column)
{
	program_sequence(l->p, lower_is_batch(l) ? column : -1);
}

unsigned int lower_token_register(const struct lower *l, uint32_t column)
{
	return lower_is_batch(l) ? REG_BATCH_TOKEN + column : REG_TOKEN;
}

/* Begin a LOAD of lines of the weight buffer. */
static struct cmd *load_command(struct lower *l, uint32_t offset, struct span to)
{
	struct cmd *c = program_begin(l->p, ING_OP_LOAD);

	cmd_set(l->p, c, ING_S_SLOT, SLOT_WEIGHTS);
	cmd_set(l->p, c, ING_S_OFFSET, offset);
	cmd_set(l->p, c, ING_S_ROWS, to.count);
	cmd_set(l->p, c, ING_S_DST, to.first);
	program_writes(l->p, SPACE_SCRATCH, to.first, to.count);
	return c;
}

void lower_load(struct lower *l, uint32_t offset, struct span to)
{
	load_command(l, offset, to);
	program_end(l->p);
}

static void set_format(struct lower *l, struct cmd *c, struct ing_format f, uint32_t groups)
{
	cmd_set(l->p, c, ING_S_WIDTH, f.width);
	cmd_set(l->p, c, ING_S_MIN, f.min);
	cmd_set(l->p, c, ING_S_NOSCALE, f.noscale);
	cmd_set(l->p, c, ING_S_TGROUPS, groups);
}

void lower_matmul(struct lower *l, const struct matrix *m, uint32_t row, uint32_t rows,
		  uint32_t columns, struct span act, struct span to)
{
	struct cmd *c = program_begin(l->p, ING_OP_MATMUL);
	const uint32_t lines = (rows + ING_GROUP_ROWS - 1) / ING_GROUP_ROWS;

	if (rows > m->rows_used - row)
		rows = m->rows_used - row;
	cmd_set(l->p, c, ING_S_SLOT, SLOT_WEIGHTS);
	set_format(l, c, m->format, ING_TILE_GROUPS_MAX);
	cmd_set(l->p, c, ING_S_COLS, columns);
	cmd_set(l->p, c, ING_S_CHUNKS, m->chunks);
	cmd_set(l->p, c, ING_S_OFFSET, m->offset + row / 64 * matrix_tile_units(m));
	cmd_set(l->p, c, ING_S_ROWS, rows);
	cmd_set(l->p, c, ING_S_BLOCKS, m->blocks);
	cmd_set(l->p, c, ING_S_ACT, act.first);
	cmd_set(l->p, c, ING_S_DST, to.first);
	cmd_set(l->p, c, ING_S_DSTCOL, lines);
	program_tensor(l->p, m->part.tensor->name.data, m->part.tensor->name.len);
	program_reads(l->p, SPACE_ACT, act.first, m->blocks);
	program_writes(l->p, SPACE_SCRATCH, to.first, columns * lines);
	program_end(l->p);
}

struct cmd *lower_vec(struct lower *l, uint32_t fn, uint32_t sink, uint32_t outer, uint32_t inner,
		      uint32_t count)
{
	struct cmd *c = program_begin(l->p, ING_OP_VEC);

	cmd_set(l->p, c, ING_V_FN, fn);
	cmd_set(l->p, c, ING_V_SINK, sink);
	cmd_set(l->p, c, ING_V_OUTER, outer);
	cmd_set(l->p, c, ING_V_INNER, inner);
	cmd_set(l->p, c, ING_V_COUNT, count);
	return c;
}

void lower_a(struct lower *l, struct cmd *c, struct span from, uint32_t line, uint32_t outer,
	     uint32_t inner)
{
	cmd_set(l->p, c, ING_V_A, line);
	cmd_set(l->p, c, ING_V_AOUT, outer);
	cmd_set(l->p, c, ING_V_AIN, inner);
	program_reads(l->p, SPACE_SCRATCH, from.first, from.count);
}

void lower_b(struct lower *l, struct cmd *c, struct span from, uint32_t line, uint32_t outer,
	     uint32_t inner)
{
	cmd_set(l->p, c, ING_V_B, line);
	cmd_set(l->p, c, ING_V_BOUT, outer);
	cmd_set(l->p, c, ING_V_BIN, inner);
	program_reads(l->p, SPACE_SCRATCH, from.first, from.count);
}

void lower_to(struct lower *l, struct cmd *c, struct span to, uint32_t line, uint32_t outer,
	      uint32_t inner)
{
	cmd_set(l->p, c, ING_V_DST, line);
	cmd_set(l->p, c, ING_V_DSTOUT, outer);
	cmd_set(l->p, c, ING_V_DSTIN, inner);
	program_writes(l->p, SPACE_SCRATCH, to.first, to.count);
}

void lower_residual(struct lower *l)
{
	const uint32_t lines = l->a->hp->dim / 16;
	struct cmd *c = lower_vec(l, ING_FN_ADD, ING_SINK_SCRATCH, l->a->columns, 1, l->a->hp->dim_used);

	lower_a(l, c, l->x, l->x.first, lines, 0);
	lower_b(l, c, l->y, l->y.first, lines, 0);
	lower_to(l, c, l->x, l->x.first, lines, 0);
	program_end(l->p);
}

static void scale_stream(struct lower *l, float scale)
{
	const uint32_t lines = l->a->hp->dim / 16;
	struct cmd *c = lower_vec(l, ING_FN_AFFINE, ING_SINK_SCRATCH, l->a->columns, 1, l->a->hp->dim);

	lower_a(l, c, l->x, l->x.first, lines, 0);
	lower_to(l, c, l->x, l->x.first, lines, 0);
	cmd_set_f32(l->p, c, ING_V_C, scale);
	program_end(l->p);
}

static void scalar(struct lower *l, unsigned int rd, unsigned int ra, uint32_t add, unsigned int shift,
		   uint32_t mask)
{
	struct cmd *c = program_begin(l->p, ING_OP_SCALAR);

	cmd_set(l->p, c, ING_C_RD, rd);
	cmd_set(l->p, c, ING_C_RA, ra);
	cmd_set(l->p, c, ING_C_IMM, add);
	cmd_set(l->p, c, ING_C_SH, shift);
	cmd_set(l->p, c, ING_C_MASK, mask);
	program_end(l->p);
}

static struct span stream_row(const struct lower *l, uint32_t column)
{
	const uint32_t lines = l->a->hp->dim / 16;

	return (struct span){ l->x.first + column * lines, lines };
}

static uint32_t gather_parts(const struct lower *l)
{
	return l->a->w->embd.format.min ? 3 : 2;
}

/* Lines that a part of an embedding row packs into. */
static uint32_t gather_lines(const struct lower_args *a, uint32_t part)
{
	static const uint32_t bits[] = { 4, 8, 16 };
	const uint32_t width = a->w->embd.format.width, blocks = a->w->embd.blocks;
	uint32_t bytes = part == ING_PART_DATA ? blocks * ING_BLOCK * bits[width] / 8 :
			 width == ING_WIDTH_16 ? blocks : 2 * blocks;

	return (bytes + ING_UNIT_BYTES - 1) / ING_UNIT_BYTES;
}

/* A column's own, so that one row is gathered while the one before is being decoded. */
static struct span gather_span(const struct lower *l, uint32_t column, uint32_t part)
{
	const uint32_t row = l->raw.count / l->a->columns;
	struct span s = { l->raw.first + column * row, gather_lines(l->a, part) };

	for (uint32_t i = 0; i < part; i++)
		s.first += gather_lines(l->a, i);
	return s;
}

static void embed_gather(struct lower *l, uint32_t column, uint32_t part)
{
	const struct matrix *m = &l->a->w->embd;
	struct cmd *c = program_begin(l->p, ING_OP_GATHER);
	struct span to = gather_span(l, column, part);

	cmd_set(l->p, c, ING_S_SLOT, SLOT_WEIGHTS);
	set_format(l, c, m->format, ING_TILE_GROUPS_MAX);
	cmd_set(l->p, c, ING_S_COLS, part);
	cmd_set(l->p, c, ING_S_OFFSET, m->offset);
	cmd_set(l->p, c, ING_S_BLOCKS, m->blocks);
	cmd_set(l->p, c, ING_S_DST, to.first);
	program_tensor(l->p, m->part.tensor->name.data, m->part.tensor->name.len);
	if (l->a->end == END_DECODE) {
		program_patch(l->p, c, ING_S_OFFSET_W, REG_TILE, matrix_tile_units(m));
		program_patch(l->p, c, ING_S_ROWS_W, REG_ROW, 1);
	}
	program_writes(l->p, SPACE_SCRATCH, to.first, to.count);
	program_end(l->p);
}

static void embed_column(struct lower *l, uint32_t column)
{
	const struct matrix *m = &l->a->w->embd;
	const uint32_t width = m->format.width, dim = l->a->hp->dim;
	const struct span x = stream_row(l, column);
	const struct span data = gather_span(l, column, ING_PART_DATA);
	const struct span scale = gather_span(l, column, ING_PART_SCALE);
	const struct span min = gather_span(l, column, ING_PART_MIN);
	static const uint32_t atype[2][3] = {
		{ ING_ATYPE_S4, ING_ATYPE_S8, ING_ATYPE_S16 },
		{ ING_ATYPE_U4, ING_ATYPE_U8, ING_ATYPE_S16 },
	};
	struct cmd *c = lower_vec(l, ING_FN_MUL, ING_SINK_SCRATCH, 1, 1, dim);

	cmd_set(l->p, c, ING_V_ATYPE, atype[m->format.min][width]);
	cmd_set(l->p, c, ING_V_BTYPE, width == ING_WIDTH_16 ? ING_BTYPE_E8B : ING_BTYPE_F16B);
	lower_a(l, c, data, data.first, 0, 0);
	lower_b(l, c, scale, scale.first, 0, 0);
	lower_to(l, c, x, x.first, 0, 0);
	program_end(l->p);
	if (!m->format.min)
		return;
	c = lower_vec(l, ING_FN_ADD, ING_SINK_SCRATCH, 1, 1, dim);
	cmd_set(l->p, c, ING_V_BTYPE, ING_BTYPE_F16B);
	lower_a(l, c, x, x.first, 0, 0);
	lower_b(l, c, min, min.first, 0, 0);
	lower_to(l, c, x, x.first, 0, 0);
	program_end(l->p);
}

/* A row of floats. */
static void embed_load(struct lower *l, uint32_t column)
{
	const uint32_t lines = l->a->hp->dim / 16;
	struct cmd *c = load_command(l, l->a->w->embd_rows, stream_row(l, column));

	if (l->a->end == END_DECODE)
		program_patch(l->p, c, ING_S_OFFSET_W, lower_token_register(l, column), lines);
	program_end(l->p);
}

/* A row of a tile. */
static void embed_tile(struct lower *l, uint32_t column)
{
	if (l->a->end == END_DECODE) {
		scalar(l, REG_TILE, lower_token_register(l, column), 0, 6, UINT32_MAX);
		scalar(l, REG_ROW, lower_token_register(l, column), 0, 0, 63);
	}
	for (uint32_t part = 0; part < gather_parts(l); part++)
		embed_gather(l, column, part);
	embed_column(l, column);
}

void lower_embed(struct lower *l)
{
	program_part(l->p, "embedding");
	for (uint32_t column = 0; column < l->a->columns; column++) {
		lower_sequence(l, column);
		if (l->a->w->embd_floats)
			embed_load(l, column);
		else
			embed_tile(l, column);
	}
	lower_sequence(l, -1);
}

/* The rows that LOAD reads: no other command reads there. */
static uint32_t set_row_tokens(struct cmd *cmds, const struct lower_args *a, const int32_t *tokens)
{
	const uint32_t lines = a->hp->dim / 16, first = a->w->embd_rows;
	uint32_t i = 0;

	for (uint32_t column = 0; column < a->columns; i++) {
		uint32_t *offset = &cmds[i].w[ING_S_OFFSET_W];

		if ((cmds[i].w[0] & 0xff) == ING_OP_LOAD && *offset >= first &&
		    *offset - first < a->hp->vocab * lines)
			*offset = first + tokens[column++] * lines;
	}
	return i;
}

uint32_t lower_set_tokens(struct cmd *cmds, const struct lower_args *a, const int32_t *tokens)
{
	const struct matrix *m = &a->w->embd;
	uint32_t i = 0;

	if (a->w->embd_floats)
		return set_row_tokens(cmds, a, tokens);
	for (uint32_t column = 0; column < a->columns; i++) {
		uint32_t token = tokens[column];

		if ((cmds[i].w[0] & 0xff) == ING_OP_GATHER) {
			cmds[i].w[ING_S_OFFSET_W] = m->offset + token / 64 * matrix_tile_units(m);
			cmds[i].w[ING_S_ROWS_W] = token % 64;
			continue;
		}
		column += (cmds[i].w[0] & 0xff) == ING_OP_VEC &&
			  (cmds[i + 1].w[0] & 0xff) != ING_OP_VEC;
	}
	return i;
}

/* Rows of a table, of @lines each, for some columns at positions that follow one another. */
static void load_rows(struct lower *l, uint32_t table, uint32_t lines, struct span to,
		      uint32_t column)
{
	struct cmd *c = load_command(l, table, to);

	lower_position(l, c, ING_S_OFFSET_W, column, lines);
	program_end(l->p);
}

/* A row of @lines of a table for every column's position. */
static void load_positions(struct lower *l, uint32_t table, uint32_t lines, struct span to)
{
	if (!lower_is_batch(l)) {
		load_rows(l, table, lines, to, 0);
		return;
	}
	for (uint32_t column = 0; column < l->a->columns; column++)
		load_rows(l, table, lines, (struct span){ to.first + column * lines, lines }, column);
}

/* What the embedding still lacks, and what all layers share. */
static void lower_positions(struct lower *l)
{
	const struct hparams *hp = l->a->hp;

	if (hp->embd_scale != 1)
		scale_stream(l, hp->embd_scale);
	if (l->a->w->position_embd) {
		program_part(l->p, "positions");
		lower_residual(l);
	}
	if (hp->arch->normed_embedding) {
		program_part(l->p, "embedding norm");
		lower_stream_norm(l);
	}
	program_part(l->p, "rope table");
	for (uint32_t i = 0; i < hp->n_ropes; i++)
		load_positions(l, l->a->w->rope[i], hp->head_dim / 16, l->rope[i]);
	if (hp->arch->norm == ARCH_LAYER_NORM)
		lower_load(l, l->a->w->ones, l->ones);
}

static void load_position_embd(struct lower *l)
{
	if (!l->a->w->position_embd)
		return;
	program_part(l->p, "positions");
	load_positions(l, l->a->w->positions, l->a->hp->dim / 16, l->y);
}

/* Rows of the tables of positions and tokens. */
static void lower_rows(struct lower *l)
{
	load_position_embd(l);
	lower_embed(l);
}

/*
 * Whether a token's rows are fetched at the end of the round before: the position's while the token is
 * being chosen. After the last token that is in vain, but cheap where the rows are floats.
 */
static bool rows_ahead(const struct lower *l)
{
	return l->a->w->embd_floats;
}

/* What follows the rows. */
static void one_pass(struct lower *l)
{
	lower_positions(l);
	for (uint32_t i = 0; i < l->a->hp->layers; i++) {
		program_layer(l->p, i);
		lower_layer(l, i);
	}
	program_layer(l->p, -1);
	lower_head(l);
}

/*
 * What stays in the scratchpad: masks of packed heads, and zeros behind the used elements of keys and
 * values, since they are appended in whole blocks. The last mask ends in as many zeros.
 */
static void lower_packs(struct lower *l)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t lines = hp->head_dim / 16, used = (hp->head_used + 15) / 16;
	const uint32_t zeros = l->a->w->head_masks + (hp->pack - 1) * lines + used;

	if (hp->pack == 1)
		return;
	program_part(l->p, "head masks");
	lower_load(l, l->a->w->head_masks, l->head_masks);
	for (uint32_t i = 0; used < lines && i < l->a->columns * hp->kv_heads; i++) {
		lower_load(l, zeros, (struct span){ l->k.first + i * lines + used, lines - used });
		lower_load(l, zeros, (struct span){ l->v.first + i * lines + used, lines - used });
	}
}

static void emit(struct lower *l, uint32_t column)
{
	const bool batch = lower_is_batch(l);
	struct cmd *c = program_begin(l->p, ING_OP_EMIT);

	cmd_set(l->p, c, ING_C_RA, lower_token_register(l, column));
	cmd_set(l->p, c, ING_C_RB, batch ? REG_BATCH_STEP : REG_POS);
	cmd_set(l->p, c, ING_F_WAIT_VEC, 1);
	cmd_set(l->p, c, ING_F_WAIT_STR, 1);
	cmd_set(l->p, c, ING_C_IRQ, column + 1 == l->a->columns);
	program_end(l->p);
}

static void stop_at(struct lower *l, uint32_t column, const struct sampling *s)
{
	struct cmd *c = program_begin(l->p, ING_OP_BREAK);

	cmd_set(l->p, c, ING_C_RA, lower_token_register(l, column));
	cmd_set(l->p, c, ING_C_COUNT, s->n_stops);
	for (unsigned int i = 0; i < s->n_stops; i++)
		c->w[ING_C_ID0_W + i] = s->stops[i];
	program_end(l->p);
}

/*
 * After a token: advance while it is being chosen, say what it is, stop when a sequence has reached
 * its end or after the last token asked for. A job ends with the first sequence that does: the host goes
 * on with the others.
 */
static void loop_end(struct lower *l, uint32_t top)
{
	const bool batch = lower_is_batch(l);
	const unsigned int step = batch ? REG_BATCH_STEP : REG_STEP;
	uint32_t stop;
	struct cmd *c;

	program_part(l->p, "next token");
	if (!batch)
		scalar(l, REG_POS, REG_POS, 1, 0, UINT32_MAX);
	scalar(l, step, step, 1, 0, UINT32_MAX);
	if (rows_ahead(l))
		load_position_embd(l);
	program_part(l->p, "next token");
	for (uint32_t column = 0; column < l->a->columns; column++)
		emit(l, column);
	if (rows_ahead(l))
		lower_embed(l);
	program_part(l->p, "next token");
	stop = program_size(l->p);
	for (uint32_t column = 0; column < l->a->columns; column++)
		if (!batch || l->a->sampling[column].n_stops)
			stop_at(l, column, &l->a->sampling[column]);
	c = program_begin(l->p, ING_OP_LOOP);
	cmd_set(l->p, c, ING_C_RA, batch ? REG_BATCH_COUNT : REG_COUNT);
	cmd_set(l->p, c, ING_C_IMM, top);
	program_end(l->p);
	for (uint32_t i = stop; i + 1 < program_size(l->p); i++)
		cmd_set(l->p, program_at(l->p, i), ING_C_IMM, program_size(l->p));
}

static void set_count(struct lower *l)
{
	struct cmd *c = program_begin(l->p, ING_OP_SCALAR);

	cmd_set(l->p, c, ING_C_RD, REG_BATCH_COUNT);
	cmd_set(l->p, c, ING_C_MASK, UINT32_MAX);
	program_symbol(l->p, c, ING_C_IMM_W, SYMBOL_COUNT, 1);
	program_end(l->p);
}

static void decode_loop(struct lower *l)
{
	uint32_t top;

	program_part(l->p, "embedding");
	if (lower_is_batch(l))
		set_count(l);
	if (rows_ahead(l))
		lower_rows(l);
	top = program_size(l->p);
	if (!rows_ahead(l))
		lower_rows(l);
	one_pass(l);
	loop_end(l, top);
}

struct program *lower_model(const struct lower_args *a, struct ingot_error *err)
{
	struct lower l = { .a = a, .err = err, .p = program_create() };

	if (!l.p) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	if (lower_plan(&l))
		goto fail;
	lower_packs(&l);
	if (a->end == END_DECODE) {
		decode_loop(&l);
	} else {
		lower_rows(&l);
		one_pass(&l);
	}
	program_part(l.p, "program");
	program_begin(l.p, ING_OP_END);
	program_end(l.p);
	if (program_finish(l.p, err))
		return l.p;
fail:
	program_destroy(l.p);
	return NULL;
}
