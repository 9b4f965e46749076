// SPDX-License-Identifier: MIT
/* Dividing the scratchpad, the activation memory and the scalar file among a program's parts. */
#include <errno.h>

#include "lower_internal.h"

static struct span take(uint32_t *used, uint64_t count)
{
	struct span s = { *used, count };

	*used = *used + count > UINT32_MAX / 2 ? UINT32_MAX / 2 : *used + count;
	return s;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t in_parts(uint32_t count, uint32_t part)
{
	return (count + part - 1) / part;
}

/*
 * How many tokens and query heads of a group attend together, so that K and V stream as seldom as
 * possible. Tokens of other sequences have caches of their own.
 */
static void plan_passes(struct lower *l)
{
	const uint32_t group = l->a->hp->heads / l->a->hp->kv_heads;
	const uint32_t tokens = lower_is_batch(l) ? 1 : l->a->columns;
	const uint32_t most = least(group, least(l->a->config->tile_m, 15));
	uint32_t fewest = UINT32_MAX;

	for (uint32_t heads = most; heads; heads--) {
		uint32_t together = least(least(l->a->config->tile_m / heads, tokens),
					  MASK_POSITIONS / 2);
		uint32_t passes = in_parts(group, heads) * in_parts(tokens, together);

		if (passes >= fewest)
			continue;
		fewest = passes;
		l->pass_heads = heads;
		l->pass_tokens = in_parts(tokens, in_parts(tokens, together));
	}
}

/* Tiles of logits that pass together at first: all where commands do not overlap. */
static uint32_t logit_tiles(const struct lower *l)
{
	const uint32_t all = l->a->config->scratch_lines / 64 / l->a->columns;

	return l->a->config->fifo_beats ? LOGIT_TILES : all ? all : 1;
}

/*
 * Parts let the vector engine work on one while the next one streams. Where commands do not overlap
 * they only cost hand-overs: fewer and larger ones then, as far as the scratchpad holds them.
 */
static void plan_parts(struct lower *l, uint32_t tiles_of_logits)
{
	const uint32_t tiles = (l->a->hp->ffn + 63) / 64;
	const uint32_t parts = l->a->config->fifo_beats ? FFN_PARTS : 1;
	const uint32_t vocab = (l->a->hp->vocab + 63) / 64 * 64;

	l->ffn_part = (tiles + parts - 1) / parts * 64;
	l->logit_part = l->resident ? vocab : least(tiles_of_logits * 64, vocab);
}

/* The longest vector that is loaded beside the norms of the stream. */
static uint32_t longest_vector(const struct lower *l)
{
	const uint32_t norms = ARCH_BIT(ARCH_ATTN_NORM) | ARCH_BIT(ARCH_FFN_NORM) |
			       ARCH_BIT(ARCH_ATTN_POST_NORM) | ARCH_BIT(ARCH_FFN_POST_NORM);
	const struct hparams *hp = l->a->hp;
	uint32_t longest = 0;

	for (uint32_t layer = 0; layer < hp->layers; layer++) {
		for (enum arch_vector i = 0; i < ARCH_VECTORS; i++) {
			const struct vector *v = &l->a->w->layers[layer].vectors[i];
			uint32_t length = v->length;

			if (!v->tensor || norms & ARCH_BIT(i))
				continue;
			if (arch_vectors[i].length == ARCH_LEN_FFN)
				length = least(length, l->ffn_part);
			longest = length > longest ? length : longest;
		}
	}
	return longest;
}

/* What only some architectures need. */
static void plan_vectors(struct lower *l)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t longest = longest_vector(l);

	for (unsigned int i = 0; i < 2; i++)
		l->vectors[i] = take(&l->lines, longest / 16);
	if (hp->arch->norm == ARCH_LAYER_NORM)
		l->ones = take(&l->lines, hp->dim / 16);
	if (hp->arch->act != ARCH_SILU || !hp->arch->gated)
		l->divisor = take(&l->lines, (uint64_t)l->a->columns * l->ffn_part / 16);
	if (hp->pack > 1)
		l->head_masks = take(&l->lines, hp->pack * hp->head_dim / 16);
	if (lower_has_windows(l))
		l->masks = take(&l->lines, lower_window_lines(l));
}

/* A scalar for each column, and enough for norms of heads to take several at a time. */
static uint32_t sums_of(const struct lower *l)
{
	const uint32_t some = least(l->a->config->scalars / 4, 255), m = l->a->columns;
	const uint32_t norms = ARCH_BIT(ARCH_Q_NORM) | ARCH_BIT(ARCH_K_NORM);

	return arch_required(l->a->hp->arch) & norms && some > m ? some : m;
}

static void plan_stream(struct lower *l)
{
	const struct hparams *hp = l->a->hp;
	const uint32_t m = l->a->columns, dim = hp->dim / 16, head = hp->head_dim / 16;
	const uint32_t width = l->a->w->embd.format.width;

	l->x = take(&l->lines, (uint64_t)m * dim);
	l->y = take(&l->lines, (uint64_t)m * dim);
	l->q = take(&l->lines, (uint64_t)m * (hp->pack > 1 ? hp->kv_heads : hp->heads) * head);
	l->k = take(&l->lines, (uint64_t)m * hp->kv_heads * head);
	l->v = take(&l->lines, (uint64_t)m * hp->kv_heads * head);
	for (uint32_t i = 0; i < hp->n_ropes; i++)
		l->rope[i] = take(&l->lines, (uint64_t)m * head);
	if (!l->a->w->embd_floats)
		l->raw = take(&l->lines, (uint64_t)m * ((hp->dim << width) / 128 + 2 * (hp->dim / 1024) + 4));
	for (unsigned int i = 0; i < 2; i++) {
		l->norm[i] = take(&l->lines, dim);
		l->gate[i] = take(&l->lines, (uint64_t)m * l->ffn_part / 16);
		l->up[i] = take(&l->lines, (uint64_t)m * l->ffn_part / 16);
	}
	l->act = take(&l->blocks, hp->dim / ING_BLOCK);
	l->act_o = take(&l->blocks, hp->heads * hp->head_dim / ING_BLOCK);
	l->act_ffn = take(&l->blocks, hp->ffn / ING_BLOCK);
	l->sums = take(&l->scalars, sums_of(l));
	plan_vectors(l);
}

static void plan_head(struct lower *l)
{
	uint32_t top_k = 0;

	if (l->a->end == END_NOTHING)
		return;
	for (unsigned int i = 0; i < (l->resident ? 1 : 2); i++)
		l->logits[i] = take(&l->lines, (uint64_t)l->a->columns * l->logit_part / 16);
	for (uint32_t i = 0; l->a->end == END_DECODE && i < l->a->columns; i++)
		if (l->a->sampling[i].top_k > top_k)
			top_k = l->a->sampling[i].top_k;
	l->list = take(&l->lines, (top_k + 15) / 16);
}

static void plan_set(struct lower *l, struct attention_set *s)
{
	const uint32_t columns = l->pass_tokens * l->pass_heads, context = l->a->kv->context;
	const uint32_t halves = l->a->hp->head_dim / ING_BLOCK;

	s->scores = take(&l->lines, (uint64_t)columns * context / 16);
	s->exps = take(&l->lines, (uint64_t)halves * l->a->kv->exp_half);
	s->out = take(&l->lines, (uint64_t)columns * l->a->hp->head_dim / 16);
	s->p = take(&l->blocks, (uint64_t)halves * context / ING_BLOCK);
	s->max = take(&l->scalars, columns);
	s->sum = take(&l->scalars, columns);
}

static void plan_queries(struct lower *l, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		l->queries[i] = take(&l->blocks, l->a->hp->head_dim / ING_BLOCK);
}

static bool fits(const struct lower *l)
{
	const struct ingot_config *c = l->a->config;

	return l->lines <= c->scratch_lines && l->blocks <= c->act_blocks && l->scalars <= c->scalars;
}

static int too_large(const struct lower *l)
{
	const struct ingot_config *c = l->a->config;

	return ingot_error_set(l->err, -ENOSPC,
			       "this model needs %u lines of scratchpad, %u activation blocks and %u scalars with a context of %u, configuration %s has %u, %u and %u: use a smaller context (-c) or a larger configuration",
			       l->lines, l->blocks, l->scalars, l->a->kv->context, c->model,
			       c->scratch_lines, c->act_blocks, c->scalars);
}

/* As many sets of attention buffers as fit, at least one. */
static struct lower plan_sets(const struct lower *l, unsigned int count)
{
	struct lower with = *l;

	for (with.n_sets = 0; with.n_sets < count; with.n_sets++)
		plan_set(&with, &with.sets[with.n_sets]);
	plan_queries(&with, count + 1);
	return with;
}

static bool plan_with(struct lower *l, uint32_t tiles_of_logits)
{
	struct lower with;

	plan_parts(l, tiles_of_logits);
	plan_stream(l);
	plan_head(l);
	for (unsigned int sets = MAX_SETS; sets; sets--) {
		with = plan_sets(l, sets);
		if (fits(&with))
			break;
	}
	*l = with;
	return fits(l);
}

/*
 * A batch chooses a token for one sequence after the other, for there is one list: all logits stay
 * on chip until then if they fit.
 */
int lower_plan(struct lower *l)
{
	struct lower begin;

	plan_passes(l);
	begin = *l;
	l->resident = lower_is_batch(l);
	if (l->resident && plan_with(l, 0))
		return 0;
	for (uint32_t tiles = logit_tiles(&begin); tiles; tiles /= 2) {
		*l = begin;
		if (plan_with(l, tiles))
			return 0;
	}
	return too_large(l);
}
