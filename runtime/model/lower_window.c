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

/* R[rd] = (position + add) >> shift, or zero where that sum is negative: its sign clears the mask. */
static void set_unless_negative(struct lower *l, unsigned int rd, uint32_t add, unsigned int shift)
{
	struct cmd *c = program_begin(l->p, ING_OP_SCALAR);

	cmd_set(l->p, c, ING_C_RD, rd);
	cmd_set(l->p, c, ING_C_RA, REG_POS);
	cmd_set(l->p, c, ING_C_IMM, add);
	cmd_set(l->p, c, ING_C_SH, 31);
	cmd_set(l->p, c, ING_C_MASK, UINT32_MAX);
	program_end(l->p);

	c = program_begin(l->p, ING_OP_SCALAR);
	cmd_set(l->p, c, ING_C_RD, rd);
	cmd_set(l->p, c, ING_C_RA, REG_POS);
	cmd_set(l->p, c, ING_C_IMM, add);
	cmd_set(l->p, c, ING_C_SH, shift);
	cmd_set(l->p, c, ING_C_MASK, UINT32_MAX);
	program_patch(l->p, c, ING_C_MASK_W, rd, 1);
	program_end(l->p);
}

/* R[rd] = R[ra] less the positions before the first tile that streams. */
static void set_from_tile(struct lower *l, unsigned int rd, unsigned int ra)
{
	struct cmd *c = program_begin(l->p, ING_OP_SCALAR);

	cmd_set(l->p, c, ING_C_RD, rd);
	cmd_set(l->p, c, ING_C_RA, ra);
	cmd_set(l->p, c, ING_C_MASK, UINT32_MAX);
	program_patch(l->p, c, ING_C_IMM_W, REG_FIRST, -TILE_POSITIONS);
	program_end(l->p);
}

/* Lines of a mask that a pass of @tokens can need: the last token's window begins that much later. */
static uint32_t mask_lines(const struct lower *l, uint32_t tokens)
{
	const uint32_t lines = (TILE_POSITIONS - 1 + tokens + 15) / 16;

	return lines < l->a->kv->context / 16 ? lines : l->a->kv->context / 16;
}

uint32_t lower_window_lines(const struct lower *l)
{
	return l->pass_tokens * mask_lines(l, l->pass_tokens);
}

void lower_window(struct lower *l, uint32_t token, uint32_t tokens)
{
	const uint32_t lines = mask_lines(l, tokens), window = l->a->hp->window;

	program_part(l->p, "window");
	set_unless_negative(l, REG_FIRST, token + 1 - window, 6);
	set_from_tile(l, REG_SPAN, REG_POS);
	for (uint32_t i = 0; i < tokens; i++) {
		struct cmd *c;

		set_unless_negative(l, REG_MASK, token + i + 1 - window, 0);
		set_from_tile(l, REG_MASK, REG_MASK);
		c = program_begin(l->p, ING_OP_LOAD);
		cmd_set(l->p, c, ING_S_SLOT, SLOT_WEIGHTS);
		cmd_set(l->p, c, ING_S_OFFSET, l->a->w->masks);
		program_patch(l->p, c, ING_S_OFFSET_W, REG_MASK, MASK_POSITIONS / 16);
		cmd_set(l->p, c, ING_S_ROWS, lines);
		cmd_set(l->p, c, ING_S_DST, l->masks.first + i * lines);
		program_writes(l->p, SPACE_SCRATCH, l->masks.first + i * lines, lines);
		program_end(l->p);
	}
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
