/* SPDX-License-Identifier: MIT */
/* What a model's metadata says about its shape. */
#ifndef INGOT_MODEL_HPARAMS_H
#define INGOT_MODEL_HPARAMS_H

#include "gguf.h"

/**
 * struct hparams - the shape of a llama model
 * @layers: number of layers
 * @dim: width of the residual stream, a multiple of 32
 * @heads: query heads
 * @kv_heads: key and value heads; divides @heads
 * @head_dim: width of a head, a multiple of 32
 * @rope_dim: leading elements of a head that RoPE turns
 * @ffn: width of the feed-forward layer, a multiple of 32
 * @vocab: tokens
 * @context_train: positions that the model was trained for
 * @rope_theta: base of RoPE
 * @norm_eps: added to the mean square in RMSNorm
 */
struct hparams {
	uint32_t layers, dim, heads, kv_heads, head_dim, rope_dim, ffn, vocab, context_train;
	float rope_theta, norm_eps;
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

#endif
