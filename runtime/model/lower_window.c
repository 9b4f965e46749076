// SPDX-License-Identifier: MIT
/*
 * Lowering sliding windows: position p attends to p - w + 1 and later.
 *
 * K and V stream from the tile of 64 positions in which the first token's window begins, so what is
 * before that costs nothing. What that tile has before the window is put out by adding a row of
 * minus infinities and zeros to the scores: exp2 makes an exact zero of it.
 */
#include "lower_internal.h"

#define TILE_POSITIONS 64

/*
 * R[rd] = (position + add) >> shift, the position that of the column; or zero where that sum is
 * negative: its sign clears the mask.
 */
static void set_unless_negative(struct lower *l, unsigned int rd, uint32_t column, uint32_t add,
				unsigned int shift)
{
	struct cmd *c;

	if (!lower_is_batch(l))
		add += column;
	lower_position_scalar(l, rd, column, add, 31);
	program_end(l->p);
	c = lower_position_scalar(l, rd, column, add, shift);
	program_patch(l->p, c, ING_C_MASK_W, rd, 1);
	program_end(l->p);
}

static void less_first_tile(struct lower *l, struct cmd *c)
{
	program_patch(l->p, c, ING_C_IMM_W, REG_FIRST, -TILE_POSITIONS);
	program_end(l->p);
}

/* Lines of a mask that a pass of @tokens can need: the last token's window begins that much later. */
static uint32_t mask_lines(const struct lower *l, uint32_t tokens)
{
	const uint32_t lines = (TILE_POSITIONS - 1 + tokens + 15) / 16;

	return lines < l->a->kv->context / 16 ? lines : l->a->kv->context / 16;
}

bool lower_has_windows(const struct lower *l)
{
	return l->a->hp->window && l->a->hp->window < l->a->kv->context;
}

uint32_t lower_window_lines(const struct lower *l)
{
	return l->pass_tokens * mask_lines(l, l->pass_tokens);
}

void lower_window(struct lower *l, uint32_t token)
{
	program_part(l->p, "window");
	set_unless_negative(l, REG_FIRST, token, 1 - l->a->hp->window, 6);
	/* Of a batch, the position of the token; else that of column 0: its registers' meaning. */
	less_first_tile(l, lower_position_scalar(l, REG_SPAN, token, 0, 0));
}

static void load_mask(struct lower *l, uint32_t column, struct span to)
{
	struct cmd *c;

	set_unless_negative(l, REG_MASK, column, 1 - l->a->hp->window, 0);
	c = program_begin(l->p, ING_OP_SCALAR);
	cmd_set(l->p, c, ING_C_RD, REG_MASK);
	cmd_set(l->p, c, ING_C_RA, REG_MASK);
	cmd_set(l->p, c, ING_C_MASK, UINT32_MAX);
	less_first_tile(l, c);
	c = program_begin(l->p, ING_OP_LOAD);
	cmd_set(l->p, c, ING_S_SLOT, SLOT_WEIGHTS);
	cmd_set(l->p, c, ING_S_OFFSET, l->a->w->masks);
	program_patch(l->p, c, ING_S_OFFSET_W, REG_MASK, MASK_POSITIONS / 16);
	cmd_set(l->p, c, ING_S_ROWS, to.count);
	cmd_set(l->p, c, ING_S_DST, to.first);
	program_writes(l->p, SPACE_SCRATCH, to.first, to.count);
	program_end(l->p);
}

void lower_window_masks(struct lower *l, uint32_t token, uint32_t tokens)
{
	const uint32_t lines = mask_lines(l, tokens);

	program_part(l->p, "window");
	for (uint32_t i = 0; i < tokens; i++)
		load_mask(l, token + i, (struct span){ l->masks.first + i * lines, lines });
}

void lower_window_mask(struct lower *l, struct span scores, uint32_t tokens, uint32_t heads)
{
	const uint32_t row = l->a->kv->context / 16, lines = mask_lines(l, tokens);
	struct cmd *c = lower_vec(l, ING_FN_ADD, ING_SINK_SCRATCH, tokens, heads, lines * 16);

	lower_a(l, c, scores, scores.first, heads * row, row);
	lower_b(l, c, l->masks, l->masks.first, lines, 0);
	lower_to(l, c, scores, scores.first, heads * row, row);
	program_end(l->p);
}
