/* SPDX-License-Identifier: MIT */
/* What a model's metadata says about its shape. */
#ifndef INGOT_MODEL_HPARAMS_H
#define INGOT_MODEL_HPARAMS_H

#include "arch.h"
#include "gguf.h"
#include "rope.h"

/* RoPE tables: of layers that see everything, and of those with a window. */
#define ROPES 2

/**
 * struct hparams - the shape of a model
 * @arch: its architecture
 * @layers: number of layers
 * @dim: width of the residual stream, rounded up to a multiple of 32
 * @heads: query heads
 * @kv_heads: key and value heads; divides @heads
 * @head_dim: width of a head, rounded up likewise
 * @rope_dim: leading elements of a head that RoPE turns
 * @ffn: width of the feed-forward layer, rounded up likewise
 * @dim_used: elements of @dim that are not padding, which is zero; likewise @head_used, @ffn_used
 * @pack: heads that share a row of @head_dim, 1 to 32: then @kv_heads counts such rows, for keys, values
 *	and queries alike, and @head_used is what all these heads use of it
 * @vocab: tokens
 * @context_train: positions that the model was trained for
 * @window: positions that a layer with a window sees, itself included; 0: there is none
 * @window_period: of so many layers the last has no window
 * @n_ropes: RoPE tables in use: 0 to ROPES
 * @rope: angles, by hparams_rope()
 * @norm_eps: added to the mean square in norms
 * @attn_scale: of the scores
 * @attn_cap: soft cap of the scaled scores, 0: none
 * @logit_cap: soft cap of the logits, 0: none
 * @embd_scale: of the embedding
 */
struct hparams {
	const struct arch *arch;
	uint32_t layers, dim, heads, kv_heads, head_dim, rope_dim, ffn, vocab, context_train;
	uint32_t dim_used, head_used, ffn_used, pack;
	uint32_t window, window_period, n_ropes;
	struct rope rope[ROPES];
	float norm_eps, attn_scale, attn_cap, logit_cap, embd_scale;
};

/**
 * hparams_read() - read and check the shape of a model
 * @gguf: the file
 * @hp: filled in
 * @err: filled in on failure: architecture or shape not supported
 *
 * Return: 0 or negative errno.
 */
int hparams_read(const struct gguf *gguf, struct hparams *hp, struct ingot_error *err);

/**
 * hparams_windowed() - does a layer see the latest positions only?
 * @hp: the model
 * @layer: the layer
 *
 * Return: whether it does.
 */
static inline bool hparams_windowed(const struct hparams *hp, uint32_t layer)
{
	return hp->window && layer % hp->window_period < hp->window_period - 1;
}

/**
 * hparams_rope() - the RoPE table of a layer
 * @hp: the model
 * @layer: the layer
 *
 * Return: index in @hp->rope.
 */
static inline uint32_t hparams_rope(const struct hparams *hp, uint32_t layer)
{
	return hp->n_ropes > 1 && hparams_windowed(hp, layer);
}

#endif
