/* SPDX-License-Identifier: MIT */
/* What the parts of the lowering share. */
#ifndef INGOT_MODEL_LOWER_INTERNAL_H
#define INGOT_MODEL_LOWER_INTERNAL_H

#include "lower.h"

/* Sets of attention buffers that alternate, so that heads overlap. */
#define MAX_SETS 3
/* Sequences of a batch that have registers of their own for the positions in use. */
#define MAX_USES 4
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
 * @p: activations of the probabilities, a part per 32 channels
 * @max: scalars
 * @sum: scalars
 */
struct attention_set {
	struct span scores, exps, out, p, max, sum;
};

/**
 * struct position_use - which positions in use a pair of registers holds
 * @reach: beyond what lower_position() adds; 0: none
 * @sequence: of which sequence
 * @windowed: of its window only
 */
struct position_use {
	uint32_t reach, sequence;
	bool windowed;
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
 * @rope: (cos, sin) of every column, by hparams_rope()
 * @raw: embedding rows as packed
 * @gate: gate rows of a part, two in turn; likewise @up
 * @logits: of a part, two in turn; @resident: of all the vocabulary, in the first of them
 * @list: values of the top-k list
 * @vectors: biases and norms of heads, two in turn; @vector_turn: which one is next
 * @ones: ones, for LayerNorm
 * @divisor: of a part of the feed-forward layer, where it cannot take the place of the gate
 * @masks: of the tokens that attend together, with sliding windows
 * @head_masks: a row for each head of a pack (hparams.h)
 * @act: activations of the norm; @act_o: of the attention result; @act_ffn: of the gated rows
 * @sums: scalars of the norm
 * @sets: attention buffers
 * @n_sets: how many there are
 * @queries: activations of the queries, one more than there are sets, in turn
 * @uses: of the registers that hold positions in use
 * @pass_tokens: tokens that attend together; @pass_heads: query heads of a group that do
 */
struct lower {
	const struct lower_args *a;
	struct program *p;
	struct ingot_error *err;
	uint32_t lines, blocks, scalars;
	struct span x, y, norm[2], q, k, v, rope[ROPES], raw, gate[2], up[2], logits[2], list;
	struct span vectors[2], ones, divisor, masks, head_masks;
	struct span act, act_o, act_ffn, sums;
	struct attention_set sets[MAX_SETS];
	struct span queries[MAX_SETS + 1];
	struct position_use uses[MAX_USES];
	unsigned int n_sets, norm_turn, vector_turn;
	bool resident;
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
 * lower_is_batch() - are the columns sequences of their own?
 * @l: the lowering
 *
 * Otherwise they are tokens of one sequence at positions that follow one another.
 *
 * Return: whether they are.
 */
bool lower_is_batch(const struct lower *l);

/**
 * lower_position() - a word of a command that depends on a position
 * @l: the lowering
 * @c: the command
 * @word: the word; @mul times the position is added to it
 * @column: of a batch: whose position; else it is that of column 0, whatever @column is
 * @mul: multiplier; only one patch of a command may have one other than 1
 */
void lower_position(struct lower *l, struct cmd *c, unsigned int word, uint32_t column,
		    uint32_t mul);

/**
 * lower_position_scalar() - begin a SCALAR command that adds to a position
 * @l: the lowering
 * @rd: register that receives the result
 * @column: as of lower_position()
 * @add: what is added, modulo 2^32
 * @shift: by which the sum is shifted right
 *
 * Return: the command, whose mask is all ones.
 */
struct cmd *lower_position_scalar(struct lower *l, unsigned int rd, uint32_t column, uint32_t add,
				  unsigned int shift);

/**
 * lower_sequence() - of a batch, say which sequence the commands that follow serve
 * @l: the lowering
 * @column: its column, or -1 for all of them
 */
void lower_sequence(struct lower *l, int32_t column);

/**
 * lower_token_register() - decode: where a sequence's token is
 * @l: the lowering
 * @column: its column
 *
 * Return: the register.
 */
unsigned int lower_token_register(const struct lower *l, uint32_t column);

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
 * lower_norm() - norm of the residual stream into activations
 * @l: the lowering
 * @weights: of the norm, or NULL: an RMS norm without
 * @bias: of the norm; used by LayerNorm only
 * @first: first column of the stream
 * @columns: how many, to activation columns 0 and up
 */
void lower_norm(struct lower *l, const struct vector *weights, const struct vector *bias,
		uint32_t first, uint32_t columns);

/**
 * lower_stream_norm() - RMS norm of the residual stream in place, without weights
 * @l: the lowering
 */
void lower_stream_norm(struct lower *l);

/**
 * lower_stream_act() - the residual stream as it is into activations
 * @l: the lowering
 * @first: first column of the stream
 * @columns: how many, to activation columns 0 and up
 */
void lower_stream_act(struct lower *l, uint32_t first, uint32_t columns);

/**
 * lower_post_norm() - RMS norm of y in place
 * @l: the lowering
 * @weights: of the norm
 */
void lower_post_norm(struct lower *l, const struct vector *weights);

/**
 * lower_head_norm() - RMS norm of each head in place
 * @l: the lowering
 * @weights: of the norm, one for all heads; empty: nothing happens
 * @heads: heads one after another
 */
void lower_head_norm(struct lower *l, const struct vector *weights, struct span heads);

/**
 * lower_vector() - LOAD some of a vector
 * @l: the lowering
 * @v: the vector
 * @first: first element, a multiple of 16
 * @count: elements, a multiple of 16
 *
 * Return: where it is, until the one after the next is loaded.
 */
struct span lower_vector(struct lower *l, const struct vector *v, uint32_t first, uint32_t count);

/**
 * lower_bias() - rows of all columns += bias
 * @l: the lowering
 * @v: the bias; empty: nothing happens
 * @first: its first element, a multiple of 16
 * @count: elements, a multiple of 16
 * @rows: @count elements of each column, one after another
 */
void lower_bias(struct lower *l, const struct vector *v, uint32_t first, uint32_t count,
		struct span rows);

/* Functions of a soft cap, one VEC after another; lower_cap_step() sets their constants. */
#define CAP_STEPS 3
extern const uint32_t lower_cap_fns[CAP_STEPS];

/**
 * lower_cap_step() - constants of a VEC of a soft cap: cap * tanh(scale * x / cap)
 * @l: the lowering
 * @c: a command of function lower_cap_fns[@step] from and to the same rows
 * @step: 0 to CAP_STEPS - 1
 * @scale: of the rows
 * @cap: the cap
 */
void lower_cap_step(struct lower *l, struct cmd *c, unsigned int step, float scale, float cap);

/**
 * lower_has_windows() - are there layers whose window ends before the context does?
 * @l: the lowering
 *
 * Return: whether there are.
 */
bool lower_has_windows(const struct lower *l);

/**
 * lower_window_lines() - scratchpad lines that masks of a pass need
 * @l: the lowering, with its passes planned
 *
 * Return: lines.
 */
uint32_t lower_window_lines(const struct lower *l);

/**
 * lower_window() - registers of the windows of some tokens: REG_FIRST, REG_SPAN
 * @l: the lowering
 * @token: first column
 */
void lower_window(struct lower *l, uint32_t token);

/**
 * lower_window_masks() - have the masks of the windows of some tokens
 * @l: the lowering, after lower_window() for them
 * @token: first column
 * @tokens: how many, at most @l->pass_tokens
 */
void lower_window_masks(struct lower *l, uint32_t token, uint32_t tokens);

/**
 * lower_window_mask() - put out scores before the window
 * @l: the lowering
 * @scores: a row of context positions for each head of each token
 * @tokens: those of lower_window_masks()
 * @heads: of each token
 */
void lower_window_mask(struct lower *l, struct span scores, uint32_t tokens, uint32_t heads);

/** lower_residual() - x += y */
void lower_residual(struct lower *l);

/**
 * lower_sequence_of() - the sequence that a column belongs to
 * @l: the lowering
 * @column: the column
 *
 * Return: its number.
 */
static inline uint32_t lower_sequence_of(const struct lower *l, uint32_t column)
{
	return lower_is_batch(l) ? column : 0;
}

/**
 * lower_k_number() - storage number of a layer's K caches, for the hazards of the fetch
 * @l: the lowering
 * @layer: the layer
 * @sequence: the sequence
 *
 * Return: that of KV head 0; the others follow.
 */
static inline uint64_t lower_k_number(const struct lower *l, uint32_t layer, uint32_t sequence)
{
	return ((uint64_t)sequence * l->a->hp->layers + layer) * 2 * l->a->hp->kv_heads;
}

/** lower_v_number() - likewise of its V caches */
static inline uint64_t lower_v_number(const struct lower *l, uint32_t layer, uint32_t sequence)
{
	return lower_k_number(l, layer, sequence) + l->a->hp->kv_heads;
}

/**
 * lower_turned() - begin a VEC of queries or keys, which turns them where there are angles
 * @l: the lowering
 * @layer: its number
 * @sink: ING_SINK_*
 * @first: first column
 * @tokens: columns
 * @heads: of each
 *
 * Return: the command; operand a is to be set.
 */
struct cmd *lower_turned(struct lower *l, uint32_t layer, uint32_t sink, uint32_t first,
			 uint32_t tokens, uint32_t heads);

/**
 * lower_append_k() - append the keys of all columns to the caches, turned
 * @l: the lowering
 * @layer: its number
 */
void lower_append_k(struct lower *l, uint32_t layer);

/** lower_append_v() - likewise the values, with their bias */
void lower_append_v(struct lower *l, uint32_t layer);

/**
 * lower_attention() - y = attention of the activations
 * @l: the lowering
 * @layer: its number
 */
void lower_attention(struct lower *l, uint32_t layer);

/**
 * lower_ffn() - y = feed-forward part of the activations
 * @l: the lowering
 * @layer: its number
 */
void lower_ffn(struct lower *l, uint32_t layer);

/**
 * lower_layer() - all operations of a layer, as the architecture's row lists them
 * @l: the lowering
 * @layer: its number
 */
void lower_layer(struct lower *l, uint32_t layer);

/** lower_embed() - the embedding of every column */
void lower_embed(struct lower *l);

/** lower_head() - logits, and in decode the choice of a token */
void lower_head(struct lower *l);

#endif
