// SPDX-License-Identifier: MIT
/* Reading and checking the shape of a model. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hparams.h"
#include "ingot/tile.h"

/* Bounds that keep every product of two of them far inside 64 bits. */
#define MAX_LAYERS 1024
#define MAX_WIDTH (1u << 20)

struct field {
	const char *key;
	uint32_t *value;
	uint32_t max, multiple;
};

/**
 * struct reader - metadata being read
 * @g: the file
 * @arch: the architecture, which prefixes the keys
 * @err: where errors go
 * @ret: the first error; nothing is read any more then
 */
struct reader {
	const struct gguf *g;
	const struct arch *arch;
	struct ingot_error *err;
	int ret;
};

/* "ARCHITECTURE.KEY", in a buffer for the time being. */
static const char *full_key(const struct reader *r, const char *key, char full[96])
{
	snprintf(full, 96, "%s.%s", r->arch->name, key);
	return full;
}

static bool has(const struct reader *r, const char *key)
{
	char full[96];

	return gguf_find_kv(r->g, full_key(r, key, full));
}

static void read_u32(struct reader *r, const char *key, uint32_t *value)
{
	char full[96];

	if (!r->ret)
		r->ret = gguf_get_u32(r->g, full_key(r, key, full), value, r->err);
}

static void read_u32_or(struct reader *r, const char *key, uint32_t *value, uint32_t otherwise)
{
	*value = otherwise;
	if (has(r, key))
		read_u32(r, key, value);
}

static void read_f32(struct reader *r, const char *key, float *value)
{
	char full[96];

	if (r->ret)
		return;
	r->ret = gguf_get_f32(r->g, full_key(r, key, full), value, r->err);
	if (!r->ret && !(*value > 0 && *value < 1e30f))
		r->ret = ingot_error_set(r->err, -EINVAL, "%s: %s is %g: it must be positive and finite",
					 gguf_name(r->g), full, *value);
}

static void read_f32_or(struct reader *r, const char *key, float *value, float otherwise)
{
	*value = otherwise;
	if (has(r, key))
		read_f32(r, key, value);
}

static int check_field(const struct reader *r, const struct field *f)
{
	if (*f->value == 0 || *f->value > f->max || *f->value % f->multiple)
		return ingot_error_set(r->err, -EINVAL,
				       "%s: %s.%s is %u: it must be a multiple of %u, 1 to %u, for Ingot",
				       gguf_name(r->g), r->arch->name, f->key, *f->value, f->multiple,
				       f->max);
	return 0;
}

static void read_sizes(struct reader *r, struct hparams *hp)
{
	const struct gguf_tensor *embd = gguf_find_tensor(r->g, "token_embd.weight");

	read_u32(r, "block_count", &hp->layers);
	read_u32(r, "embedding_length", &hp->dim_used);
	read_u32(r, "feed_forward_length", &hp->ffn_used);
	read_u32(r, "context_length", &hp->context_train);
	read_u32(r, "attention.head_count", &hp->heads);
	read_u32_or(r, "attention.head_count_kv", &hp->kv_heads, hp->heads);
	read_u32_or(r, "attention.key_length", &hp->head_used,
		    hp->heads ? hp->dim_used / hp->heads : 0);
	read_u32_or(r, "rope.dimension_count", &hp->rope_dim, hp->head_used);
	if (r->ret)
		return;
	if (!embd || embd->n_dims != 2 || embd->ne[1] > MAX_WIDTH) {
		r->ret = ingot_error_set(r->err, -EINVAL,
					 "%s: no usable two-dimensional tensor token_embd.weight: not a complete model",
					 gguf_name(r->g));
		return;
	}
	hp->vocab = embd->ne[1];
}

static void check_sizes(struct reader *r, struct hparams *hp)
{
	const struct field fields[] = {
		{ "block_count", &hp->layers, MAX_LAYERS, 1 },
		{ "embedding_length", &hp->dim_used, MAX_WIDTH, 1 },
		{ "feed_forward_length", &hp->ffn_used, MAX_WIDTH, 1 },
		{ "attention.head_count", &hp->heads, 255, 1 },
		{ "attention.head_count_kv", &hp->kv_heads, 255, 1 },
		{ "attention.key_length", &hp->head_used, 1024, 2 },
		{ "rope.dimension_count", &hp->rope_dim, 1024, 2 },
		{ "context_length", &hp->context_train, 1u << 30, 1 },
	};

	for (size_t i = 0; !r->ret && i < sizeof(fields) / sizeof(fields[0]); i++)
		r->ret = check_field(r, &fields[i]);
	if (!r->ret && hp->heads % hp->kv_heads)
		r->ret = ingot_error_set(r->err, -EINVAL,
					 "%s: %s.attention.head_count %u is not a multiple of head_count_kv %u",
					 gguf_name(r->g), r->arch->name, hp->heads, hp->kv_heads);
	if (!r->ret && hp->rope_dim > hp->head_used)
		r->ret = ingot_error_set(r->err, -EINVAL,
					 "%s: %s.rope.dimension_count %u is more than the head's %u",
					 gguf_name(r->g), r->arch->name, hp->rope_dim, hp->head_used);
}

static uint32_t blocks_up(uint32_t n)
{
	return (n + ING_BLOCK - 1) / ING_BLOCK * ING_BLOCK;
}

/*
 * Narrow heads side by side in one row: it is quantised and streamed once for all of them, and each
 * query is masked to its head's elements. RoPE's tables and norms of heads know whole rows only.
 */
static void pack_heads(struct hparams *hp)
{
	const uint32_t norms = ARCH_BIT(ARCH_Q_NORM) | ARCH_BIT(ARCH_K_NORM);

	hp->pack = 1;
	if (hp->arch->rope != ARCH_ROPE_NONE || hp->arch->required & norms ||
	    hp->heads != hp->kv_heads || hp->head_used > ING_BLOCK / 2)
		return;
	for (uint32_t n = ING_BLOCK / hp->head_used; n > hp->pack; n--)
		if (hp->heads % n == 0)
			hp->pack = n;
	hp->kv_heads /= hp->pack;
	hp->head_used *= hp->pack;
}

static void pad_sizes(struct hparams *hp)
{
	hp->dim = blocks_up(hp->dim_used);
	hp->head_dim = blocks_up(hp->head_used);
	hp->ffn = blocks_up(hp->ffn_used);
}

/* What a file may say that no row of the table can express. */
static void check_extras(struct reader *r, const struct hparams *hp)
{
	uint32_t value_length, experts;

	read_u32_or(r, "attention.value_length", &value_length, hp->head_used);
	read_u32_or(r, "expert_count", &experts, 0);
	if (!r->ret && value_length != hp->head_used)
		r->ret = ingot_error_set(r->err, -ENOTSUP,
					 "%s: %s.attention.value_length is %u: it must equal the key's %u for Ingot",
					 gguf_name(r->g), r->arch->name, value_length, hp->head_used);
	if (!r->ret && experts)
		r->ret = ingot_error_set(r->err, -ENOTSUP,
					 "%s: %s.expert_count is %u: mixtures of experts are not supported",
					 gguf_name(r->g), r->arch->name, experts);
}

static void read_window(struct reader *r, struct hparams *hp)
{
	const struct arch_window *w = &hp->arch->window;

	if (!w->period)
		return;
	read_u32_or(r, "attention.sliding_window", &hp->window, w->size);
	read_u32_or(r, "attention.sliding_window_pattern", &hp->window_period, w->period);
	if (!r->ret && (!hp->window_period || hp->window > 1u << 20))
		r->ret = ingot_error_set(r->err, -EINVAL,
					 "%s: a sliding window of %u positions in all but one of %u layers is not possible",
					 gguf_name(r->g), hp->window, hp->window_period);
}

static void read_ropes(struct reader *r, struct hparams *hp)
{
	struct rope *all = &hp->rope[0], *windowed = &hp->rope[1];
	const struct arch_window *w = &hp->arch->window;

	if (hp->arch->rope == ARCH_ROPE_NONE)
		return;
	read_f32_or(r, "rope.freq_base", &all->base, 10000.0f);
	all->context = hp->context_train;
	if (!r->ret)
		r->ret = rope_read(all, r->g, r->arch->name, r->err);
	hp->n_ropes = 1;
	if (!hp->window)
		return;
	*windowed = *all;
	read_f32_or(r, "rope.freq_base_swa", &windowed->base, w->rope_base > 0 ? w->rope_base : all->base);
	if (w->rope_unscaled)
		windowed->scale = 1;
	hp->n_ropes = memcmp(all, windowed, sizeof(*all)) ? 2 : 1;
}

static void read_scales(struct reader *r, struct hparams *hp)
{
	const struct arch *a = hp->arch;
	const bool wide = a->wide_scale_layers && a->wide_scale_layers == hp->layers;

	read_f32(r, a->norm == ARCH_LAYER_NORM ? "attention.layer_norm_epsilon" :
						 "attention.layer_norm_rms_epsilon", &hp->norm_eps);
	read_f32_or(r, "attn_logit_softcapping", &hp->attn_cap, a->attn_cap);
	read_f32_or(r, "final_logit_softcapping", &hp->logit_cap, a->logit_cap);
	hp->attn_scale = 1 / sqrtf(wide ? hp->dim_used / hp->heads : hp->head_used);
	hp->embd_scale = a->scaled_embedding ? sqrtf(hp->dim_used) : 1;
}

int hparams_read(const struct gguf *g, struct hparams *hp, struct ingot_error *err)
{
	struct reader r = { .g = g, .err = err };

	memset(hp, 0, sizeof(*hp));
	r.arch = hp->arch = arch_find(g, err);
	if (!r.arch)
		return err ? err->code : -ENOTSUP;
	read_sizes(&r, hp);
	check_sizes(&r, hp);
	check_extras(&r, hp);
	read_window(&r, hp);
	read_ropes(&r, hp);
	if (r.ret)
		return r.ret;
	read_scales(&r, hp);
	pack_heads(hp);
	pad_sizes(hp);
	return r.ret;
}
