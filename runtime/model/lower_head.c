// SPDX-License-Identifier: MIT
/*
 * Lowering the model's head: logits, and the choice of a token.
 *
 * The device has one list of the largest logits. A token of one sequence offers its logits to it as
 * they come. In a batch the weights stream once for all sequences, so the list serves the first one
 * meanwhile, and the others' logits wait: on chip where they fit, else in device memory.
 */
#include "lower_internal.h"

#define LOG2E 1.44269504088896341f

/* Logits of a column in device memory, for the hazards of the fetch; no cache has such a number. */
#define LOGITS_NUMBER(column) ((1ull << 40) + (column))

static uint32_t row_lines(const struct lower *l)
{
	return (l->a->hp->vocab + 15) / 16;
}

/* Rows of @count elements, @lines from each other, in place. */
static void cap_logits(struct lower *l, uint32_t rows, uint32_t lines, uint32_t count,
		       struct span at)
{
	if (l->a->hp->logit_cap == 0)
		return;
	for (unsigned int i = 0; i < CAP_STEPS; i++) {
		struct cmd *c = lower_vec(l, lower_cap_fns[i], ING_SINK_SCRATCH, rows, 1, count);

		lower_a(l, c, at, at.first, lines, 0);
		lower_to(l, c, at, at.first, lines, 0);
		lower_cap_step(l, c, i, 1, l->a->hp->logit_cap);
		program_end(l->p);
	}
}

/* Of the rows from @first on, those of the columns from @column on, to rows @to and on. */
static struct cmd *store_rows(struct lower *l, uint32_t column, uint32_t first, uint32_t rows,
			      struct span from, uint32_t to)
{
	const uint32_t lines = (rows + 15) / 16;
	struct cmd *c = lower_vec(l, ING_FN_COPY, ING_SINK_MEM, l->a->columns - column, 1, lines * 16);

	lower_a(l, c, from, from.first + column * lines, lines, 0);
	cmd_set(l->p, c, ING_V_SLOT, SLOT_LOGITS);
	cmd_set(l->p, c, ING_V_MSTRIDE, row_lines(l));
	cmd_set(l->p, c, ING_V_OFFSET, to * row_lines(l) + first / 16);
	return c;
}

/* For the host, capped as the model wants them. */
static void store_logits(struct lower *l, uint32_t first, uint32_t rows, struct span from)
{
	const uint32_t lines = (rows + 15) / 16, columns = l->a->columns;
	struct cmd *c;

	cap_logits(l, columns, lines, lines * 16, from);
	c = store_rows(l, 0, first, rows, from, lower_is_batch(l) ? columns : 0);
	if (l->a->end == END_DECODE)
		program_patch(l->p, c, ING_V_OFFSET_W, lower_is_batch(l) ? REG_BATCH_STEP : REG_STEP,
			      columns * row_lines(l));
	program_end(l->p);
}

/* For the list, when their turn comes. */
static void put_aside(struct lower *l, uint32_t first, uint32_t rows, struct span from)
{
	store_rows(l, 1, first, rows, from, 1);
	program_writes(l->p, SPACE_MEMORY, LOGITS_NUMBER(1), l->a->columns - 1);
	program_end(l->p);
}

static struct cmd *list_op(struct lower *l, uint32_t sub, uint32_t count)
{
	struct cmd *c = program_begin(l->p, ING_OP_TOPK);

	cmd_set(l->p, c, ING_T_SUB, sub);
	cmd_set(l->p, c, ING_T_COUNT, count);
	program_writes(l->p, SPACE_LIST, 0, 1);
	return c;
}

/*
 * Whether a token is drawn from the whole vocabulary, which needs no list: of one tile of rows, so that
 * its logits are on the chip at once on every device, and a seed gives the same tokens on all.
 */
static bool draws_from_all(const struct lower *l, uint32_t column)
{
	const struct sampling *s = &l->a->sampling[column];
	const uint32_t vocab = l->a->hp->vocab;

	return s->temperature > 0 && s->top_k == vocab && vocab <= 64 && l->a->hp->logit_cap == 0;
}

static void reset_list(struct lower *l, uint32_t column)
{
	list_op(l, ING_TOPK_RESET, l->a->sampling[column].top_k);
	program_end(l->p);
}

static void offer_logits(struct lower *l, uint32_t first, uint32_t rows, struct span from)
{
	struct cmd *c = list_op(l, ING_TOPK_UPDATE, rows);

	cmd_set(l->p, c, ING_T_LINE, from.first);
	cmd_set(l->p, c, ING_T_BASE, first);
	program_reads(l->p, SPACE_SCRATCH, from.first, from.count);
	program_end(l->p);
}

static void read_list(struct lower *l, const struct sampling *s)
{
	struct cmd *c = list_op(l, ING_TOPK_READ, s->top_k);

	cmd_set(l->p, c, ING_T_LINE, l->list.first);
	program_writes(l->p, SPACE_SCRATCH, l->list.first, l->list.count);
	program_end(l->p);
	cap_logits(l, 1, 0, s->top_k, l->list);
}

/* Probabilities of the tokens with logits @from, up to a common factor, in the list's lines. */
static void probabilities(struct lower *l, const struct sampling *s, struct span from)
{
	struct cmd *c = lower_vec(l, ING_FN_COPY, ING_SINK_NONE, 1, 1, s->top_k);

	lower_a(l, c, from, from.first, 0, 0);
	cmd_set(l->p, c, ING_V_RED, ING_RED_MAX);
	cmd_set(l->p, c, ING_V_SOUT, l->sums.first);
	program_end(l->p);
	c = lower_vec(l, ING_FN_EXP2, ING_SINK_SCRATCH, 1, 1, s->top_k);
	lower_a(l, c, from, from.first, 0, 0);
	lower_to(l, c, l->list, l->list.first, 0, 0);
	cmd_set(l->p, c, ING_V_USES, 1);
	cmd_set(l->p, c, ING_V_SIN, l->sums.first);
	cmd_set_f32(l->p, c, ING_V_C, LOG2E / s->temperature);
	program_end(l->p);
}

static void seed_choice(struct lower *l, struct cmd *c, uint32_t column)
{
	lower_position(l, c, ING_T_BASE_W, column, 1);
	if (lower_is_batch(l)) {
		program_symbol(l->p, c, ING_T_SEEDLO_W, SYMBOL_SEED_LO + column, 1);
		program_symbol(l->p, c, ING_T_SEEDHI_W, SYMBOL_SEED_HI + column, 1);
		return;
	}
	program_patch(l->p, c, ING_T_SEEDLO_W, REG_SEED_LO, 1);
	program_patch(l->p, c, ING_T_SEEDHI_W, REG_SEED_HI, 1);
}

/* @logits: of the whole vocabulary, if the token is drawn from all of it */
static void pick(struct lower *l, uint32_t column, struct span logits)
{
	const struct sampling *s = &l->a->sampling[column];
	const bool all = draws_from_all(l, column);
	struct cmd *c;

	program_part(l->p, "choice");
	if (s->temperature > 0 && !all)
		read_list(l, s);
	if (s->temperature > 0)
		probabilities(l, s, all ? logits : l->list);
	c = program_begin(l->p, ING_OP_PICK);
	cmd_set(l->p, c, ING_T_SUB, all ? ING_PICK_INDEX :
				    s->temperature > 0 ? ING_PICK_SAMPLE : ING_PICK_BEST);
	cmd_set(l->p, c, ING_T_RD, lower_token_register(l, column));
	cmd_set(l->p, c, ING_T_COUNT, s->top_k);
	cmd_set(l->p, c, ING_T_LINE, l->list.first);
	seed_choice(l, c, column);
	program_reads(l->p, SPACE_SCRATCH, l->list.first, l->list.count);
	program_end(l->p);
}

/* Logits of a column, back from memory. */
static struct span load_stored(struct lower *l, uint32_t column, uint32_t first, uint32_t rows,
			       unsigned int turn)
{
	const struct span to = { l->logits[turn].first, (rows + 15) / 16 };
	struct cmd *c = program_begin(l->p, ING_OP_LOAD);

	cmd_set(l->p, c, ING_S_SLOT, SLOT_LOGITS);
	cmd_set(l->p, c, ING_S_OFFSET, column * row_lines(l) + first / 16);
	cmd_set(l->p, c, ING_S_ROWS, to.count);
	cmd_set(l->p, c, ING_S_DST, to.first);
	program_reads(l->p, SPACE_MEMORY, LOGITS_NUMBER(column), 1);
	program_writes(l->p, SPACE_SCRATCH, to.first, to.count);
	program_end(l->p);
	return to;
}

/* In pieces as large as the scratchpad's room for logits. */
static void offer_stored(struct lower *l, uint32_t column, unsigned int turn)
{
	const uint32_t vocab = l->a->hp->vocab, most = l->logits[0].count * 16;

	for (uint32_t first = 0; first < vocab; first += most, turn ^= 1) {
		uint32_t rows = vocab - first < most ? vocab - first : most;

		offer_logits(l, first, rows, load_stored(l, column, first, rows, turn));
	}
}

/* Logits of a column, where those of the whole vocabulary are on the chip. */
static struct span column_logits(const struct lower *l, uint32_t column)
{
	const uint32_t lines = row_lines(l);

	return (struct span){ l->logits[0].first + column * lines, lines };
}

static void offer_column(struct lower *l, uint32_t column, unsigned int turn)
{
	program_part(l->p, "logits");
	reset_list(l, column);
	if (l->resident)
		offer_logits(l, 0, l->a->hp->vocab, column_logits(l, column));
	else
		offer_stored(l, column, turn);
}

/* The first sequence's choice is already on the list. */
static void choose(struct lower *l, unsigned int turn)
{
	struct span logits = column_logits(l, 0);

	pick(l, 0, logits);
	for (uint32_t column = 1; column < l->a->columns; column++) {
		lower_sequence(l, column);
		logits = column_logits(l, column);
		if (!draws_from_all(l, column))
			offer_column(l, column, turn);
		else if (!l->resident)
			logits = load_stored(l, column, 0, l->a->hp->vocab, turn);
		pick(l, column, logits);
	}
	lower_sequence(l, -1);
}

/*
 * The list is fed with logits before they are capped, which does not change their order: so only
 * the values that it keeps need the cap, unless all are stored.
 */
static void logits_part(struct lower *l, uint32_t first, uint32_t rows, struct span at)
{
	const bool decode = l->a->end == END_DECODE, capped = l->a->hp->logit_cap > 0;
	const struct span column = { at.first, (rows + 15) / 16 };

	if (decode && capped)
		offer_logits(l, first, rows, column);
	if (lower_is_batch(l) && !l->resident)
		put_aside(l, first, rows, at);
	if (!l->resident && (!decode || l->a->store_logits))
		store_logits(l, first, rows, at);
	if (decode && !capped && !draws_from_all(l, 0))
		offer_logits(l, first, rows, column);
}

void lower_head(struct lower *l)
{
	const struct weights *w = l->a->w;
	const uint32_t vocab = l->a->hp->vocab;
	unsigned int turn = 0;

	if (l->a->end == END_NOTHING)
		return;
	program_part(l->p, "output_norm");
	if (l->a->hp->arch->no_output_norm)
		lower_stream_act(l, 0, l->a->columns);
	else
		lower_norm(l, &w->output_norm, &w->output_norm_bias, 0, l->a->columns);
	program_part(l->p, "logits");
	if (l->a->end == END_DECODE && !draws_from_all(l, 0))
		reset_list(l, 0);
	for (uint32_t first = 0; first < vocab; first += l->logit_part, turn ^= 1) {
		uint32_t rows = vocab - first < l->logit_part ? vocab - first : l->logit_part;

		lower_matmul(l, &w->head, first, rows, l->a->columns, l->act, l->logits[turn]);
		logits_part(l, first, rows, l->logits[turn]);
	}
	if (l->a->end == END_DECODE)
		choose(l, turn);
	if (l->resident && l->a->store_logits)
		store_logits(l, 0, vocab, l->logits[0]);
}
