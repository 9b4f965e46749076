// SPDX-License-Identifier: MIT
/* Reading and checking the shape of a model. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hparams.h"

/* Bounds that keep every product of two of them far inside 64 bits. */
#define MAX_LAYERS 1024
#define MAX_WIDTH (1u << 20)

struct field {
	const char *key;
	uint32_t *value;
	uint32_t max, multiple;
};

static int get_u32(const struct gguf *g, const char *key, uint32_t *value, struct ingot_error *err)
{
	char full[64];

	snprintf(full, sizeof(full), "llama.%s", key);
	return gguf_get_u32(g, full, value, err);
}

static int get_optional(const struct gguf *g, const char *key, uint32_t *value, uint32_t otherwise,
			struct ingot_error *err)
{
	int ret = get_u32(g, key, value, err);

	if (ret != -ENOENT)
		return ret;
	*value = otherwise;
	return 0;
}

static int get_f32(const struct gguf *g, const char *key, float *value, float otherwise,
		   struct ingot_error *err)
{
	char full[64];
	int ret;

	snprintf(full, sizeof(full), "llama.%s", key);
	ret = gguf_get_f32(g, full, value, err);
	if (ret == -ENOENT && otherwise != 0) {
		*value = otherwise;
		return 0;
	}
	if (!ret && !(*value > 0 && *value < 1e30f))
		return ingot_error_set(err, -EINVAL, "%s: %s is %g: it must be positive and finite",
				       gguf_name(g), full, *value);
	return ret;
}

static int check_field(const struct gguf *g, const struct field *f, struct ingot_error *err)
{
	if (*f->value == 0 || *f->value > f->max || *f->value % f->multiple)
		return ingot_error_set(err, -EINVAL,
				       "%s: llama.%s is %u: it must be a multiple of %u, 1 to %u, for Ingot",
				       gguf_name(g), f->key, *f->value, f->multiple, f->max);
	return 0;
}

static int check_architecture(const struct gguf *g, struct ingot_error *err)
{
	struct gguf_str arch, scaling;
	int ret = gguf_get_str(g, "general.architecture", &arch, err);

	if (ret)
		return ret;
	if (arch.len != 5 || memcmp(arch.data, "llama", 5))
		return ingot_error_set(err, -ENOTSUP,
				       "%s: general.architecture is '%.*s': only 'llama' is supported",
				       gguf_name(g), (int)(arch.len < 40 ? arch.len : 40), arch.data);
	ret = gguf_get_str(g, "llama.rope.scaling.type", &scaling, NULL);
	if (!ret && !(scaling.len == 4 && !memcmp(scaling.data, "none", 4)))
		return ingot_error_set(err, -ENOTSUP,
				       "%s: llama.rope.scaling.type is '%.*s': only 'none' is supported",
				       gguf_name(g), (int)(scaling.len < 40 ? scaling.len : 40),
				       scaling.data);
	return 0;
}

static int read_sizes(const struct gguf *g, struct hparams *hp, struct ingot_error *err)
{
	const struct gguf_tensor *embd = gguf_find_tensor(g, "token_embd.weight");
	int ret = get_u32(g, "block_count", &hp->layers, err);

	ret = ret ? ret : get_u32(g, "embedding_length", &hp->dim, err);
	ret = ret ? ret : get_u32(g, "feed_forward_length", &hp->ffn, err);
	ret = ret ? ret : get_u32(g, "context_length", &hp->context_train, err);
	ret = ret ? ret : get_u32(g, "attention.head_count", &hp->heads, err);
	ret = ret ? ret : get_optional(g, "attention.head_count_kv", &hp->kv_heads, hp->heads, err);
	ret = ret ? ret : get_optional(g, "attention.key_length", &hp->head_dim,
				       hp->heads ? hp->dim / hp->heads : 0, err);
	ret = ret ? ret : get_optional(g, "rope.dimension_count", &hp->rope_dim, hp->head_dim, err);
	ret = ret ? ret : get_f32(g, "rope.freq_base", &hp->rope_theta, 10000.0f, err);
	ret = ret ? ret : get_f32(g, "attention.layer_norm_rms_epsilon", &hp->norm_eps, 0, err);
	if (ret)
		return ret;
	if (!embd || embd->n_dims != 2 || embd->ne[1] > MAX_WIDTH)
		return ingot_error_set(err, -EINVAL,
				       "%s: no usable two-dimensional tensor token_embd.weight: not a complete model",
				       gguf_name(g));
	hp->vocab = embd->ne[1];
	return 0;
}

int hparams_read(const struct gguf *g, struct hparams *hp, struct ingot_error *err)
{
	const struct field fields[] = {
		{ "block_count", &hp->layers, MAX_LAYERS, 1 },
		{ "embedding_length", &hp->dim, MAX_WIDTH, 32 },
		{ "feed_forward_length", &hp->ffn, MAX_WIDTH, 32 },
		{ "attention.head_count", &hp->heads, 255, 1 },
		{ "attention.head_count_kv", &hp->kv_heads, 255, 1 },
		{ "attention.key_length", &hp->head_dim, 1024, 32 },
		{ "rope.dimension_count", &hp->rope_dim, 1024, 2 },
		{ "context_length", &hp->context_train, 1u << 30, 1 },
	};
	int ret = check_architecture(g, err);

	memset(hp, 0, sizeof(*hp));
	ret = ret ? ret : read_sizes(g, hp, err);
	for (size_t i = 0; !ret && i < sizeof(fields) / sizeof(fields[0]); i++)
		ret = check_field(g, &fields[i], err);
	if (!ret && hp->heads % hp->kv_heads)
		return ingot_error_set(err, -EINVAL,
				       "%s: llama.attention.head_count %u is not a multiple of head_count_kv %u",
				       gguf_name(g), hp->heads, hp->kv_heads);
	if (!ret && hp->rope_dim > hp->head_dim)
		return ingot_error_set(err, -EINVAL,
				       "%s: llama.rope.dimension_count %u is more than the head's %u",
				       gguf_name(g), hp->rope_dim, hp->head_dim);
	return ret;
}
