// SPDX-License-Identifier: MIT
/* The table of architectures: to add one, add a row (docs/adding-an-architecture.md). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch.h"

const struct arch_vector_info arch_vectors[ARCH_VECTORS] = {
	[ARCH_ATTN_NORM] = { "attn_norm.weight", ARCH_LEN_DIM, false },
	[ARCH_ATTN_NORM_BIAS] = { "attn_norm.bias", ARCH_LEN_DIM, false },
	[ARCH_Q_BIAS] = { "attn_q.bias", ARCH_LEN_Q, true },
	[ARCH_K_BIAS] = { "attn_k.bias", ARCH_LEN_KV, true },
	[ARCH_V_BIAS] = { "attn_v.bias", ARCH_LEN_KV, false },
	[ARCH_Q_NORM] = { "attn_q_norm.weight", ARCH_LEN_HEAD, true },
	[ARCH_K_NORM] = { "attn_k_norm.weight", ARCH_LEN_HEAD, true },
	[ARCH_O_BIAS] = { "attn_output.bias", ARCH_LEN_DIM, false },
	[ARCH_ATTN_POST_NORM] = { "post_attention_norm.weight", ARCH_LEN_DIM, false },
	[ARCH_FFN_NORM] = { "ffn_norm.weight", ARCH_LEN_DIM, false },
	[ARCH_FFN_NORM_BIAS] = { "ffn_norm.bias", ARCH_LEN_DIM, false },
	[ARCH_GATE_BIAS] = { "ffn_gate.bias", ARCH_LEN_FFN, false },
	[ARCH_UP_BIAS] = { "ffn_up.bias", ARCH_LEN_FFN, false },
	[ARCH_DOWN_BIAS] = { "ffn_down.bias", ARCH_LEN_DIM, false },
	[ARCH_FFN_POST_NORM] = { "post_ffw_norm.weight", ARCH_LEN_DIM, false },
};

#define QKV_BIASES (ARCH_BIT(ARCH_Q_BIAS) | ARCH_BIT(ARCH_K_BIAS) | ARCH_BIT(ARCH_V_BIAS))
#define FFN_BIASES (ARCH_BIT(ARCH_UP_BIAS) | ARCH_BIT(ARCH_DOWN_BIAS))
#define QK_NORMS (ARCH_BIT(ARCH_Q_NORM) | ARCH_BIT(ARCH_K_NORM))

/* Most of them: a norm before each half of the layer. */
static const struct arch_op pre_norm[] = {
	{ ARCH_OP_NORM, ARCH_ATTN_NORM, ARCH_NONE, "attn_norm" },
	{ .kind = ARCH_OP_ATTEND },
	{ .kind = ARCH_OP_ADD, .part = "attn_residual" },
	{ ARCH_OP_NORM, ARCH_FFN_NORM, ARCH_NONE, "ffn_norm" },
	{ .kind = ARCH_OP_FFN },
	{ .kind = ARCH_OP_ADD, .part = "ffn_residual" },
	{ .kind = ARCH_END },
};

/* A norm behind each half as well. */
static const struct arch_op pre_and_post_norm[] = {
	{ ARCH_OP_NORM, ARCH_ATTN_NORM, ARCH_NONE, "attn_norm" },
	{ .kind = ARCH_OP_ATTEND },
	{ ARCH_OP_POST_NORM, ARCH_ATTN_POST_NORM, ARCH_NONE, "attn_post_norm" },
	{ .kind = ARCH_OP_ADD, .part = "attn_residual" },
	{ ARCH_OP_NORM, ARCH_FFN_NORM, ARCH_NONE, "ffn_norm" },
	{ .kind = ARCH_OP_FFN },
	{ ARCH_OP_POST_NORM, ARCH_FFN_POST_NORM, ARCH_NONE, "ffn_post_norm" },
	{ .kind = ARCH_OP_ADD, .part = "ffn_residual" },
	{ .kind = ARCH_END },
};

static const struct arch_op biased_pre_norm[] = {
	{ ARCH_OP_NORM, ARCH_ATTN_NORM, ARCH_ATTN_NORM_BIAS, "attn_norm" },
	{ .kind = ARCH_OP_ATTEND },
	{ .kind = ARCH_OP_ADD, .part = "attn_residual" },
	{ ARCH_OP_NORM, ARCH_FFN_NORM, ARCH_FFN_NORM_BIAS, "ffn_norm" },
	{ .kind = ARCH_OP_FFN },
	{ .kind = ARCH_OP_ADD, .part = "ffn_residual" },
	{ .kind = ARCH_END },
};

static const struct arch_op bare_pre_norm[] = {
	{ ARCH_OP_NORM, ARCH_NONE, ARCH_NONE, "attn_norm" },
	{ .kind = ARCH_OP_ATTEND },
	{ .kind = ARCH_OP_ADD, .part = "attn_residual" },
	{ ARCH_OP_NORM, ARCH_NONE, ARCH_NONE, "ffn_norm" },
	{ .kind = ARCH_OP_FFN },
	{ .kind = ARCH_OP_ADD, .part = "ffn_residual" },
	{ .kind = ARCH_END },
};

static const struct arch archs[] = {
	{
		.name = "llama",
		.layer = pre_norm,
		.rope = ARCH_ROPE_PAIRS,
		.gated = true,
		.optional = QKV_BIASES | ARCH_BIT(ARCH_O_BIAS) | ARCH_BIT(ARCH_GATE_BIAS) | FFN_BIASES,
	},
	{
		.name = "qwen2",
		.layer = pre_norm,
		.rope = ARCH_ROPE_HALVES,
		.gated = true,
		.required = QKV_BIASES,
	},
	{
		.name = "qwen3",
		.layer = pre_norm,
		.rope = ARCH_ROPE_HALVES,
		.gated = true,
		.required = QK_NORMS,
	},
	{
		.name = "gemma",
		.layer = pre_norm,
		.rope = ARCH_ROPE_HALVES,
		.act = ARCH_GELU,
		.gated = true,
		.scaled_embedding = true,
	},
	{
		.name = "gemma2",
		.layer = pre_and_post_norm,
		.rope = ARCH_ROPE_HALVES,
		.act = ARCH_GELU,
		.gated = true,
		.scaled_embedding = true,
		.attn_cap = 50,
		.logit_cap = 30,
		.wide_scale_layers = 46,
		.window = { .period = 2, .size = 4096 },
	},
	{
		.name = "gemma3",
		.layer = pre_and_post_norm,
		.rope = ARCH_ROPE_HALVES,
		.act = ARCH_GELU,
		.gated = true,
		.scaled_embedding = true,
		.required = QK_NORMS,
		.wide_scale_layers = 62,
		.window = { .period = 6, .rope_base = 10000, .rope_unscaled = true },
	},
	{
		.name = "gpt2",
		.layer = biased_pre_norm,
		.norm = ARCH_LAYER_NORM,
		.rope = ARCH_ROPE_NONE,
		.act = ARCH_GELU,
		.fused_qkv = true,
		.required = QKV_BIASES | ARCH_BIT(ARCH_O_BIAS) | FFN_BIASES,
	},
	{
		.name = "starcoder2",
		.layer = biased_pre_norm,
		.norm = ARCH_LAYER_NORM,
		.rope = ARCH_ROPE_HALVES,
		.act = ARCH_GELU,
		.required = QKV_BIASES | ARCH_BIT(ARCH_O_BIAS) | FFN_BIASES,
	},
	{
		.name = "microgpt",
		.layer = bare_pre_norm,
		.rope = ARCH_ROPE_NONE,
		.act = ARCH_RELU,
		.normed_embedding = true,
		.no_output_norm = true,
	},
};

#define N_ARCHS (sizeof(archs) / sizeof(archs[0]))

static void list_names(char *buf, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < N_ARCHS && used < size; i++)
		used += snprintf(buf + used, size - used, "%s%s", i ? ", " : "", archs[i].name);
}

const struct arch *arch_find(const struct gguf *g, struct ingot_error *err)
{
	struct gguf_str name;
	char known[256];

	if (gguf_get_str(g, "general.architecture", &name, err))
		return NULL;
	for (size_t i = 0; i < N_ARCHS; i++)
		if (name.len == strlen(archs[i].name) && !memcmp(name.data, archs[i].name, name.len))
			return &archs[i];
	list_names(known, sizeof(known));
	ingot_error_set(err, -ENOTSUP, "%s: general.architecture is '%.*s', supported: %s", gguf_name(g),
			(int)(name.len < 40 ? name.len : 40), name.data, known);
	return NULL;
}

bool arch_has_op(const struct arch *arch, enum arch_op_kind kind)
{
	for (const struct arch_op *op = arch->layer; op->kind != ARCH_END; op++)
		if (op->kind == kind)
			return true;
	return false;
}

uint32_t arch_required(const struct arch *arch)
{
	uint32_t set = arch->required;

	for (const struct arch_op *op = arch->layer; op->kind != ARCH_END; op++) {
		if (op->kind != ARCH_OP_NORM && op->kind != ARCH_OP_POST_NORM)
			continue;
		if (op->weight != ARCH_NONE)
			set |= ARCH_BIT(op->weight);
		if (op->bias != ARCH_NONE)
			set |= ARCH_BIT(op->bias);
	}
	return set;
}
