// SPDX-License-Identifier: MIT
/* Lowering the appending of keys and values to their caches. */
#include "lower_internal.h"

struct cmd *lower_turned(struct lower *l, uint32_t layer, uint32_t sink, uint32_t first,
			 uint32_t tokens, uint32_t heads)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t lines = hp->head_dim / 16;
	const struct span rope = l->rope[hparams_rope(hp, layer)];
	struct cmd *c = lower_vec(l, hp->n_ropes ? ING_FN_ROPE : ING_FN_COPY, sink, tokens, heads,
				  hp->head_dim);

	if (hp->n_ropes)
		lower_b(l, c, rope, rope.first + first * lines, lines, 0);
	return c;
}

/* Rows of some columns of one sequence, from the scratchpad to the cache. */
static void append_rows(struct lower *l, struct cmd *c, struct span rows, uint32_t column)
{
	const uint32_t heads = l->a->hp->kv_heads, lines = l->a->hp->head_dim / 16;

	lower_a(l, c, rows, rows.first + column * heads * lines, heads * lines, lines);
	cmd_set(l->p, c, ING_V_SLOT, SLOT_KV + lower_sequence_of(l, column));
	lower_position(l, c, ING_V_LEN_W, column, 1);
}

static void append_v(struct lower *l, uint32_t layer, uint32_t column, uint32_t columns)
{
	const struct hparams *hp = l->a->hp;
	const struct kv_layout *kv = l->a->kv;
	struct cmd *c = lower_vec(l, ING_FN_COPY, ING_SINK_KVV, columns, hp->kv_heads, hp->head_dim);

	append_rows(l, c, l->v, column);
	cmd_set(l->p, c, ING_V_MSTRIDE, kv->context);
	cmd_set(l->p, c, ING_V_OFFSET, kv->v + layer * kv->v_layer);
	cmd_set(l->p, c, ING_V_EXPOFF, kv->exp + layer * kv->exp_layer);
	program_writes(l->p, SPACE_MEMORY, lower_v_number(l, layer, lower_sequence_of(l, column)), hp->kv_heads);
	program_end(l->p);
}

static void append_k(struct lower *l, uint32_t layer, uint32_t column, uint32_t columns)
{
	const struct hparams *hp = l->a->hp;
	const struct kv_layout *kv = l->a->kv;
	struct cmd *c = lower_turned(l, layer, ING_SINK_KVK, column, columns, hp->kv_heads);

	append_rows(l, c, l->k, column);
	cmd_set(l->p, c, ING_V_MSTRIDE, kv->k_head);
	cmd_set(l->p, c, ING_V_OFFSET, kv->k + layer * kv->k_layer);
	program_writes(l->p, SPACE_MEMORY, lower_k_number(l, layer, lower_sequence_of(l, column)), hp->kv_heads);
	program_end(l->p);
}

/* One command for all columns of a sequence. */
static void append(struct lower *l, uint32_t layer, const char *part,
		   void (*one)(struct lower *l, uint32_t layer, uint32_t column, uint32_t columns))
{
	const uint32_t columns = lower_is_batch(l) ? 1 : l->a->columns;

	program_part(l->p, part);
	for (uint32_t column = 0; column < l->a->columns; column += columns) {
		lower_sequence(l, column);
		one(l, layer, column, columns);
	}
	lower_sequence(l, -1);
}

void lower_append_k(struct lower *l, uint32_t layer)
{
	append(l, layer, "append_k", append_k);
}

void lower_append_v(struct lower *l, uint32_t layer)
{
	const struct layer_weights *w = &l->a->w->layers[layer];

	lower_bias(l, &w->vectors[ARCH_V_BIAS], 0, w->v.rows, l->v);
	append(l, layer, "append_v", append_v);
}
