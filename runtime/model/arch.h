/* SPDX-License-Identifier: MIT */
/*
 * Architectures, as tables of operations.
 *
 * A row of the table in arch.c says everything that tells one architecture from another: its name
 * in GGUF files, the operations of a layer in their order, the vectors that it has beside its
 * matrices, and what its metadata means. Metadata (hparams.c), weights (weights.c) and lowering
 * (lower*.c) walk the row; none of them asks for an architecture by its name.
 */
#ifndef INGOT_MODEL_ARCH_H
#define INGOT_MODEL_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "gguf.h"

/**
 * enum arch_vector - vectors of a layer: norms and biases
 * @ARCH_ATTN_NORM: before attention; likewise @ARCH_FFN_NORM before the feed-forward part
 * @ARCH_ATTN_NORM_BIAS: added after that norm
 * @ARCH_Q_BIAS: added to the queries; the other biases likewise by name
 * @ARCH_Q_NORM: of every query head; @ARCH_K_NORM of every key head
 * @ARCH_ATTN_POST_NORM: of what attention adds to the stream; likewise @ARCH_FFN_POST_NORM
 * @ARCH_VECTORS: their number
 * @ARCH_NONE: no vector
 */
enum arch_vector {
	ARCH_ATTN_NORM,
	ARCH_ATTN_NORM_BIAS,
	ARCH_Q_BIAS,
	ARCH_K_BIAS,
	ARCH_V_BIAS,
	ARCH_Q_NORM,
	ARCH_K_NORM,
	ARCH_O_BIAS,
	ARCH_ATTN_POST_NORM,
	ARCH_FFN_NORM,
	ARCH_FFN_NORM_BIAS,
	ARCH_GATE_BIAS,
	ARCH_UP_BIAS,
	ARCH_DOWN_BIAS,
	ARCH_FFN_POST_NORM,
	ARCH_VECTORS,
	ARCH_NONE = ARCH_VECTORS,
};

/** ARCH_BIT() - a vector in a set of vectors */
#define ARCH_BIT(vector) (1u << (vector))

/**
 * enum arch_length - how long a vector is
 * @ARCH_LEN_DIM: as the residual stream is wide
 * @ARCH_LEN_Q: all query heads
 * @ARCH_LEN_KV: all key or value heads
 * @ARCH_LEN_HEAD: one head
 * @ARCH_LEN_FFN: as the feed-forward layer is wide
 */
enum arch_length { ARCH_LEN_DIM, ARCH_LEN_Q, ARCH_LEN_KV, ARCH_LEN_HEAD, ARCH_LEN_FFN };

/**
 * struct arch_vector_info - a vector in GGUF files
 * @name: of its tensor, behind "blk.N."
 * @length: how long it is
 * @turned: its elements belong to those of a head that RoPE turns, and are ordered like them
 */
struct arch_vector_info {
	const char *name;
	enum arch_length length;
	bool turned;
};

/** arch_vectors - by enum arch_vector */
extern const struct arch_vector_info arch_vectors[ARCH_VECTORS];

/**
 * enum arch_op_kind - operations of a layer
 * @ARCH_END: no more
 * @ARCH_OP_NORM: activations = norm(stream) with a weight and perhaps a bias
 * @ARCH_OP_ATTEND: y = attention of the activations
 * @ARCH_OP_FFN: y = feed-forward part of the activations
 * @ARCH_OP_POST_NORM: y = RMS norm of y
 * @ARCH_OP_ADD: stream += y
 */
enum arch_op_kind {
	ARCH_END,
	ARCH_OP_NORM,
	ARCH_OP_ATTEND,
	ARCH_OP_FFN,
	ARCH_OP_POST_NORM,
	ARCH_OP_ADD,
};

/**
 * struct arch_op - an operation of a layer
 * @kind: which one
 * @weight: vector of a norm; ARCH_NONE: an RMS norm without weights
 * @bias: bias of a norm, or ARCH_NONE
 * @part: name of its commands in traces; NULL where the operation names them itself
 */
struct arch_op {
	enum arch_op_kind kind;
	enum arch_vector weight, bias;
	const char *part;
};

/**
 * enum arch_norm - kinds of norms
 * @ARCH_RMS_NORM: x / sqrt(mean(x^2) + eps) * weight
 * @ARCH_LAYER_NORM: the same of x less its mean, and a bias added
 */
enum arch_norm { ARCH_RMS_NORM, ARCH_LAYER_NORM };

/**
 * enum arch_rope - how positions reach queries and keys
 * @ARCH_ROPE_NONE: not at all: they are learned vectors (position_embd.weight) added to the embedding
 * @ARCH_ROPE_PAIRS: RoPE turns elements 2i and 2i + 1 of a head
 * @ARCH_ROPE_HALVES: RoPE turns elements i and i + n / 2
 */
enum arch_rope { ARCH_ROPE_NONE, ARCH_ROPE_PAIRS, ARCH_ROPE_HALVES };

/**
 * enum arch_act - functions of the feed-forward layer
 * @ARCH_SILU: x / (1 + exp(-x))
 * @ARCH_GELU: x / (1 + exp(-2 u)), u = sqrt(2 / pi) (x + 0.044715 x^3)
 * @ARCH_RELU: max(x, 0), without a gate only
 * @ARCH_ACTS: their number
 */
enum arch_act { ARCH_SILU, ARCH_GELU, ARCH_RELU, ARCH_ACTS };

/**
 * struct arch_window - sliding windows: some layers see only the latest positions
 * @period: of so many layers the last sees everything; 0: all of them do
 * @size: positions where the file says nothing, 0: no window then
 * @rope_base: RoPE base of the layers with a window where the file says nothing; 0: as the others
 * @rope_unscaled: RoPE scaling is for the layers without a window only
 */
struct arch_window {
	uint32_t period, size;
	float rope_base;
	bool rope_unscaled;
};

/**
 * struct arch - an architecture
 * @name: general.architecture, and prefix of its keys
 * @layer: operations of a layer, up to ARCH_END
 * @norm: kind of its norms
 * @rope: kind of its positions
 * @act: function of the feed-forward layer
 * @gated: the feed-forward layer has a gate, and @act is applied to that
 * @fused_qkv: queries, keys and values are one tensor, attn_qkv
 * @scaled_embedding: the embedding is multiplied by the root of its width
 * @normed_embedding: what enters the first layer is its RMS norm, without weights
 * @no_output_norm: the logits are made of the stream as it is
 * @required: set of vectors that attention and feed-forward part must have
 * @optional: set of those that they may have
 * @attn_cap: soft cap of the attention scores where the file says nothing, 0: none
 * @logit_cap: the same for the logits
 * @wide_scale_layers: a model of so many layers scales queries by sqrt(width / heads) instead of
 *	sqrt(width of a head); 0: none does
 * @window: sliding windows
 */
struct arch {
	const char *name;
	const struct arch_op *layer;
	enum arch_norm norm;
	enum arch_rope rope;
	enum arch_act act;
	bool gated, fused_qkv, scaled_embedding, normed_embedding, no_output_norm;
	uint32_t required, optional;
	float attn_cap, logit_cap;
	uint32_t wide_scale_layers;
	struct arch_window window;
};

/**
 * arch_find() - the architecture of a model
 * @gguf: the file
 * @err: filled in on failure: none is named, or one that is not in the table
 *
 * Return: its row, or NULL.
 */
const struct arch *arch_find(const struct gguf *gguf, struct ingot_error *err);

/**
 * arch_has_op() - does a layer have an operation?
 * @arch: the architecture
 * @kind: the operation
 *
 * Return: whether it does.
 */
bool arch_has_op(const struct arch *arch, enum arch_op_kind kind);

/**
 * arch_required() - all vectors that a layer must have
 * @arch: the architecture
 *
 * Return: a set of ARCH_BIT().
 */
uint32_t arch_required(const struct arch *arch);

#endif
