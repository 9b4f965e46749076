/* SPDX-License-Identifier: MIT */
/* What the parts of the lowering share. */
#ifndef INGOT_MODEL_LOWER_INTERNAL_H
#define INGOT_MODEL_LOWER_INTERNAL_H

#include "lower.h"

/* Sets of attention buffers that alternate, so that heads overlap. */
#define MAX_SETS 3
/* Rows of the feed-forward layer that pass together, at most: a quarter of the layer or so. */
#define FFN_PARTS 4
/* Tiles of logits that pass together. */
#define LOGIT_TILES 32

/**
 * struct span - a run of scratchpad lines, activation blocks or scalars
 * @first: the first one
 * @count: how many
 */
struct span {
	uint32_t first, count;
};

/**
 * struct attention_set - buffers of one head group under way
 * @scores: of all columns, a line per 16 positions
 * @exps: exponent bytes of V
 * @out: result of all columns
 * @q: activations of the queries
 * @p: activations of the probabilities, a part per 32 channels
 * @max: scalars
 * @sum: scalars
 */
struct attention_set {
	struct span scores, exps, out, q, p, max, sum;
};

/**
 * struct lower - a lowering under way
 * @a: the arguments
 * @p: the program
 * @err: where errors go
 * @lines: scratchpad lines given out; likewise @blocks (activations), @scalars
 * @x: residual stream; @y: what is added to it
 * @norm: norm weights, two in turn; @norm_turn: which one is next
 * @q: queries; likewise @k, @v
 * @rope: (cos, sin) of every column
 * @raw: embedding rows as packed
 * @gate: gate rows of a part, two in turn; likewise @up
 * @logits: of a part, two in turn
 * @list: values of the top-k list
 * @act: activations of the norm; @act_o: of the attention result; @act_ffn: of the gated rows
 * @sums: scalars of the norm
 * @sets: attention buffers
 * @n_sets: how many there are
 * @pass_tokens: tokens that attend together; @pass_heads: query heads of a group that do
 */
struct lower {
	const struct lower_args *a;
	struct program *p;
	struct ingot_error *err;
	uint32_t lines, blocks, scalars;
	struct span x, y, norm[2], q, k, v, rope, raw, gate[2], up[2], logits[2], list;
	struct span act, act_o, act_ffn, sums;
	struct attention_set sets[MAX_SETS];
	unsigned int n_sets, norm_turn;
	uint32_t pass_tokens, pass_heads, ffn_part, logit_part;
};

/**
 * lower_plan() - divide the device's storage
 * @l: with @a and @err set
 *
 * Return: 0, or -ENOSPC.
 */
int lower_plan(struct lower *l);

/**
 * lower_load() - LOAD lines of the weight buffer to the scratchpad
 * @l: the lowering
 * @offset: first unit
 * @to: where to
 */
void lower_load(struct lower *l, uint32_t offset, struct span to);

/**
 * lower_matmul() - rows of a weight matrix times the activation columns
 * @l: the lowering
 * @m: the matrix
 * @row: first row, a multiple of 64
 * @rows: how many
 * @columns: activation columns
 * @act: activations
 * @to: results, column after column
 */
void lower_matmul(struct lower *l, const struct matrix *m, uint32_t row, uint32_t rows,
		  uint32_t columns, struct span act, struct span to);

/**
 * struct vec - a VEC command in the making
 * @c: the command
 * @rows: outer x inner rows
 * @count: elements of a row
 */
struct vec {
	struct cmd *c;
	uint32_t rows, count;
};

/**
 * lower_vec() - begin a VEC command
 * @l: the lowering
 * @fn: ING_FN_*
 * @sink: ING_SINK_*
 * @outer: rows
 * @inner: rows within each
 * @count: elements of a row
 *
 * Return: the command; strides and operands are to be set.
 */
struct cmd *lower_vec(struct lower *l, uint32_t fn, uint32_t sink, uint32_t outer, uint32_t inner,
		      uint32_t count);

/**
 * lower_a() - operand a of a VEC command, and that it is read
 * @l: the lowering
 * @c: the command
 * @from: all its rows
 * @line: first line of row 0
 * @outer: lines from outer row to outer row
 * @inner: lines from inner row to inner row
 */
void lower_a(struct lower *l, struct cmd *c, struct span from, uint32_t line, uint32_t outer,
	     uint32_t inner);

/** lower_b() - operand b, likewise */
void lower_b(struct lower *l, struct cmd *c, struct span from, uint32_t line, uint32_t outer,
	     uint32_t inner);

/** lower_to() - scratchpad destination, likewise */
void lower_to(struct lower *l, struct cmd *c, struct span to, uint32_t line, uint32_t outer,
	      uint32_t inner);

/**
 * lower_norm() - RMSNorm of the residual stream into activations
 * @l: the lowering
 * @weights: first unit of the norm weights
 * @first: first column of the stream
 * @columns: how many, to activation columns 0 and up
 */
void lower_norm(struct lower *l, uint32_t weights, uint32_t first, uint32_t columns);

/** lower_residual() - x += y */
void lower_residual(struct lower *l);

/**
 * lower_attention() - attention of one layer, from norm to residual
 * @l: the lowering
 * @layer: its number
 */
void lower_attention(struct lower *l, uint32_t layer);

/**
 * lower_ffn() - feed-forward part of one layer, from norm to residual
 * @l: the lowering
 * @layer: its number
 */
void lower_ffn(struct lower *l, uint32_t layer);

/** lower_embed() - the embedding of every column */
void lower_embed(struct lower *l);

/** lower_head() - logits, and in decode the choice of a token */
void lower_head(struct lower *l);

#endif
