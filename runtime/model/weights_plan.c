// SPDX-License-Identifier: MIT
/* Planning a model's weights: which tensors there must be, and where each goes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weights.h"

/* Every part starts on a 4 KiB boundary, so that bursts stay long. */
#define PART_UNITS (4096 / ING_UNIT_BYTES)

/**
 * struct axis - rows or columns of a matrix
 * @count: heads; 1 where there are none
 * @heads: each of them
 */
struct axis {
	uint32_t count;
	struct repack_heads heads;
};

struct axes {
	struct axis dim, q, k, v, ffn, vocab;
};

/**
 * struct plan - a plan in the making
 * @used: which tensors of the file have been taken, by their number
 * @axes: rows and columns that matrices have
 * @heads_in: columns of the attention's output projection
 * @digits8: floats of matrices are 8-bit digits (repack.h)
 */
struct plan {
	struct weights *w;
	const struct gguf *gguf;
	const struct arch *arch;
	bool *used;
	struct axes axes;
	struct axis heads_in;
	bool digits8;
	struct ingot_error *err;
};

/* A file of floats may say that they are whole multiples, so that 8 bits hold them exactly. */
static int read_digits(struct plan *p)
{
	static const char key[] = "ingot.matrix_bits";
	uint32_t bits;
	int ret;

	if (!gguf_find_kv(p->gguf, key))
		return 0;
	ret = gguf_get_u32(p->gguf, key, &bits, p->err);
	if (!ret && bits != 8 && bits != 16)
		ret = ingot_error_set(p->err, -EINVAL, "%s: %s is %u: it must be 8 or 16",
				      gguf_name(p->gguf), key, bits);
	p->digits8 = !ret && bits == 8;
	return ret;
}

static uint32_t place(struct weights *w, uint64_t units)
{
	uint64_t offset = w->units;

	w->units = (offset + units + PART_UNITS - 1) / PART_UNITS * PART_UNITS;
	return offset;
}

/* A tensor by its name; whoever asks for it uses it. */
static const struct gguf_tensor *take(struct plan *p, const char *name)
{
	const struct gguf_tensor *t = gguf_find_tensor(p->gguf, name);

	if (t)
		p->used[t - gguf_tensor_at(p->gguf, 0)] = true;
	return t;
}

static uint64_t matrix_bytes(const struct matrix *m)
{
	const uint64_t tiles = (m->rows + TILE_ROWS - 1) / TILE_ROWS;

	return tiles * matrix_tile_units(m) * ING_UNIT_BYTES;
}

/* Without padding, of which the port reads some and some not */
static uint64_t used_bytes(const struct matrix *m, uint32_t rows, uint32_t columns)
{
	const uint64_t tiles = (m->rows + TILE_ROWS - 1) / TILE_ROWS;
	const uint64_t places = tiles * TILE_ROWS * m->blocks * ING_BLOCK;

	return (uint64_t)((double)matrix_bytes(m) * rows * columns / (double)places);
}

static struct axes axes_of(const struct hparams *hp)
{
	const uint32_t neox = hp->arch->rope == ARCH_ROPE_HALVES ? hp->rope_dim : 0;
	const uint32_t head = hp->head_dim, used = hp->head_used;

	return (struct axes){
		.dim = { 1, { hp->dim, hp->dim_used, 0, 0 } },
		.q = { hp->pack > 1 ? hp->kv_heads : hp->heads, { head, used, neox, 0 } },
		.k = { hp->kv_heads, { head, used, neox, 0 } },
		.v = { hp->kv_heads, { head, used, 0, 0 } },
		.ffn = { 1, { hp->ffn, hp->ffn_used, 0, 0 } },
		.vocab = { 1, { hp->vocab, hp->vocab, 0, 0 } },
	};
}

static uint32_t in_tensor(const struct axis *a)
{
	return a->count / (a->heads.repeat ? a->heads.repeat : 1) * a->heads.tensor_size;
}

static uint32_t in_matrix(const struct axis *a)
{
	return a->count * a->heads.size;
}

/* Nothing to be moved or padded: no heads, as far as repacking goes. */
static struct repack_heads heads_of(const struct axis *a)
{
	const struct repack_heads none = { 0 };

	const bool plain = a->heads.size == a->heads.tensor_size && !a->heads.neox && !a->heads.repeat;

	return plain ? none : a->heads;
}

/* A tensor of so many columns, of which @m takes the rows from @first. */
static int plan_matrix(struct plan *p, const char *name, const struct axis *in,
		       const struct axis *out, uint32_t first, uint32_t all_rows, struct matrix *m)
{
	const struct gguf_tensor *t = take(p, name);
	int ret;

	if (!t)
		return ingot_error_set(p->err, -ENOENT, "%s: tensor %s is missing: not a complete %s model",
				       gguf_name(p->gguf), name, p->arch->name);
	if (t->n_dims != 2 || t->ne[0] != in_tensor(in) || t->ne[1] != all_rows)
		return ingot_error_set(p->err, -EINVAL,
				       "%s: tensor %s is %llu x %llu, expected %u x %u from the metadata",
				       gguf_name(p->gguf), name, (unsigned long long)t->ne[0],
				       (unsigned long long)t->ne[1], in_tensor(in), all_rows);
	*m = (struct matrix){ .rows = in_matrix(out), .blocks = in_matrix(in) / ING_BLOCK };
	m->part = (struct repack_part){
		.tensor = t, .first = first, .rows = in_matrix(out), .columns = in_matrix(in),
		.row_heads = heads_of(out), .column_heads = heads_of(in), .digits8 = p->digits8,
	};
	ret = repack_format(&m->part, p->gguf, &m->format, p->err);
	if (ret)
		return ret;
	/* Of the feed-forward layer whole blocks become activations, so its padding must be zeros. */
	if (out->count == 1 && out != &p->axes.ffn)
		m->rows_used = (out->heads.tensor_size + 15) / 16 * 16;
	else
		m->rows_used = m->rows;
	if (in->heads.size == ING_BLOCK && in->heads.tensor_size < ING_BLOCK)
		m->chunks = ing_short_chunks(m->format.width, in->heads.tensor_size);
	m->offset = place(p->w, matrix_bytes(m) / ING_UNIT_BYTES);
	p->w->token_bytes += t->size_bytes / all_rows * in_tensor(out);
	p->w->tile_bytes += used_bytes(m, in_tensor(out), in_tensor(in));
	return 0;
}

/* A vector of the length of @axis, taken from element @first of a tensor of @all elements. */
static int plan_vector(struct plan *p, const char *name, const struct axis *axis, uint32_t first,
		       uint32_t all, struct vector *v)
{
	const struct gguf_tensor *t = take(p, name);

	if (!t || t->n_dims != 1 || t->ne[0] != all)
		return ingot_error_set(p->err, -EINVAL, "%s: tensor %s is missing or not of %u elements",
				       gguf_name(p->gguf), name, all);
	*v = (struct vector){ .tensor = t, .first = first, .heads = heads_of(axis), .length = in_matrix(axis) };
	v->offset = place(p->w, v->length / 16);
	p->w->token_bytes += t->size_bytes / all * in_tensor(axis);
	p->w->tile_bytes += in_tensor(axis) * sizeof(float);
	return 0;
}

static struct axis vector_axis(const struct axes *x, enum arch_vector i)
{
	const struct arch_vector_info *info = &arch_vectors[i];
	struct axis axis = info->length == ARCH_LEN_DIM ? x->dim :
			   info->length == ARCH_LEN_FFN ? x->ffn :
			   info->length == ARCH_LEN_Q ? x->q : info->turned ? x->k : x->v;

	if (info->length == ARCH_LEN_HEAD)
		axis.count = 1;
	return axis;
}

/* The biases of a fused tensor follow one another as its rows do. */
static int plan_fused_bias(struct plan *p, uint32_t layer, enum arch_vector i)
{
	const struct axes x = p->axes;
	const uint32_t q = in_tensor(&x.q), kv = in_tensor(&x.k);
	const uint32_t first = i == ARCH_Q_BIAS ? 0 : i == ARCH_K_BIAS ? q : q + kv;
	const struct axis axis = vector_axis(&x, i);
	char name[64];

	snprintf(name, sizeof(name), "blk.%u.attn_qkv.bias", layer);
	return plan_vector(p, name, &axis, first, q + 2 * kv, &p->w->layers[layer].vectors[i]);
}

static int plan_vectors(struct plan *p, uint32_t layer)
{
	const uint32_t required = arch_required(p->arch);
	int ret = 0;

	for (enum arch_vector i = 0; !ret && i < ARCH_VECTORS; i++) {
		const struct axis axis = vector_axis(&p->axes, i);
		const bool must = required & ARCH_BIT(i), may = p->arch->optional & ARCH_BIT(i);
		char name[64];

		if (!must && !may)
			continue;
		snprintf(name, sizeof(name), "blk.%u.%s", layer, arch_vectors[i].name);
		if (p->arch->fused_qkv && i >= ARCH_Q_BIAS && i <= ARCH_V_BIAS)
			ret = plan_fused_bias(p, layer, i);
		else if (must || gguf_find_tensor(p->gguf, name))
			ret = plan_vector(p, name, &axis, 0, in_tensor(&axis),
					  &p->w->layers[layer].vectors[i]);
	}
	return ret;
}

static int plan_layer(struct plan *p, uint32_t i)
{
	struct layer_weights *l = &p->w->layers[i];
	const struct axes *x = &p->axes;
	const uint32_t q = in_tensor(&x->q), kv = in_tensor(&x->k);
	const bool fused = p->arch->fused_qkv;
	const uint32_t qkv = q + 2 * kv;
	const struct {
		const char *name;
		const struct axis *in, *out;
		uint32_t first, all_rows;
		struct matrix *m;
	} parts[] = {
		{ fused ? "attn_qkv" : "attn_v", &x->dim, &x->v, fused ? q + kv : 0, fused ? qkv : kv, &l->v },
		{ fused ? "attn_qkv" : "attn_k", &x->dim, &x->k, fused ? q : 0, fused ? qkv : kv, &l->k },
		{ fused ? "attn_qkv" : "attn_q", &x->dim, &x->q, 0, fused ? qkv : q, &l->q },
		{ "attn_output", &p->heads_in, &x->dim, 0, in_tensor(&x->dim), &l->o },
		{ p->arch->gated ? "ffn_gate" : NULL, &x->dim, &x->ffn, 0, in_tensor(&x->ffn), &l->gate },
		{ "ffn_up", &x->dim, &x->ffn, 0, in_tensor(&x->ffn), &l->up },
		{ "ffn_down", &x->ffn, &x->dim, 0, in_tensor(&x->dim), &l->down },
	};
	char name[64];
	int ret = 0;

	for (size_t k = 0; !ret && k < sizeof(parts) / sizeof(parts[0]); k++) {
		if (!parts[k].name)
			continue;
		snprintf(name, sizeof(name), "blk.%u.%s.weight", i, parts[k].name);
		ret = plan_matrix(p, name, parts[k].in, parts[k].out, parts[k].first,
				  parts[k].all_rows, parts[k].m);
	}
	return ret ? ret : plan_vectors(p, i);
}

/*
 * Token embeddings that are a matrix as well are gathered from its tiles. Floats that are not stay
 * rows of floats: a token reads one row, where a tile would have it read 16.
 */
static int plan_embedding(struct plan *p, const struct hparams *hp, bool tied)
{
	const char *name = "token_embd.weight";
	const struct gguf_tensor *t = gguf_find_tensor(p->gguf, name);
	struct weights *w = p->w;
	int ret;

	if (!tied && t && t->type == GGML_F32 && t->n_dims == 2 && t->ne[0] == hp->dim_used) {
		w->embd_floats = take(p, name);
		w->embd_rows = place(w, (uint64_t)hp->vocab * hp->dim / 16);
		return 0;
	}
	ret = plan_matrix(p, name, &p->axes.dim, &p->axes.vocab, 0, hp->vocab, &w->embd);
	if (!ret && !tied) {
		/* A token reads one row only. */
		w->token_bytes -= w->embd.part.tensor->size_bytes;
		w->tile_bytes -= used_bytes(&w->embd, hp->vocab, hp->dim_used);
	}
	return ret;
}

static int plan_ends(struct plan *p, const struct hparams *hp)
{
	const struct axis *dim = &p->axes.dim, *vocab = &p->axes.vocab;
	const bool tied = !gguf_find_tensor(p->gguf, "output.weight");
	const uint32_t n = in_tensor(dim);
	struct weights *w = p->w;
	int ret = 0;

	if (!p->arch->no_output_norm)
		ret = plan_vector(p, "output_norm.weight", dim, 0, n, &w->output_norm);
	if (!ret && p->arch->norm == ARCH_LAYER_NORM)
		ret = plan_vector(p, "output_norm.bias", dim, 0, n, &w->output_norm_bias);
	ret = ret ? ret : plan_embedding(p, hp, tied);
	if (tied)
		w->head = w->embd;
	else if (!ret)
		ret = plan_matrix(p, "output.weight", dim, vocab, 0, hp->vocab, &w->head);
	return ret;
}

static int plan_positions(struct plan *p, const struct hparams *hp, uint32_t context)
{
	const struct gguf_tensor *t = take(p, "position_embd.weight");

	if (!t || t->n_dims != 2 || t->ne[0] != hp->dim_used || t->ne[1] != hp->context_train)
		return ingot_error_set(p->err, -EINVAL,
				       "%s: tensor position_embd.weight is missing or not %u x %u",
				       gguf_name(p->gguf), hp->dim_used, hp->context_train);
	p->w->position_embd = t;
	/* One more: a program reads the next token's row before it knows that there is no room for it. */
	p->w->positions = place(p->w, (context + 1ull) * hp->dim / 16);
	return 0;
}

/* Divisors of RoPE's frequencies: llama 3's long contexts. */
static int plan_factors(struct plan *p, const struct hparams *hp)
{
	const struct gguf_tensor *t = take(p, "rope_freqs.weight");

	if (t && t->n_elems != hp->rope_dim / 2)
		return ingot_error_set(p->err, -EINVAL, "%s: tensor rope_freqs.weight is not of %u elements",
				       gguf_name(p->gguf), hp->rope_dim / 2);
	p->w->rope_factors = t;
	return 0;
}

/* What is computed rather than stored in the file. */
static int plan_tables(struct plan *p, const struct hparams *hp, uint32_t context)
{
	struct weights *w = p->w;
	int ret;

	for (uint32_t i = 0; i < hp->n_ropes; i++)
		w->rope[i] = place(w, (uint64_t)context * hp->head_dim / 16);
	ret = hp->n_ropes ? plan_factors(p, hp) : plan_positions(p, hp, context);
	if (hp->arch->norm == ARCH_LAYER_NORM)
		w->ones = place(w, hp->dim / 16);
	if (hp->window)
		w->masks = place(w, MASK_POSITIONS * MASK_POSITIONS / 16);
	if (hp->pack > 1)
		w->head_masks = place(w, hp->pack * hp->head_dim / 16);
	return ret;
}

/* A tensor that nobody asked for means that the model computes something else than we would. */
static int check_all_used(const struct plan *p)
{
	for (size_t i = 0; i < gguf_tensor_count(p->gguf); i++) {
		const struct gguf_tensor *t = gguf_tensor_at(p->gguf, i);

		if (!p->used[i])
			return ingot_error_set(p->err, -ENOTSUP,
					       "%s: tensor %.*s is not one that Ingot knows of architecture %s: it cannot compute this model",
					       gguf_name(p->gguf), (int)t->name.len, t->name.data,
					       p->arch->name);
	}
	return 0;
}

static int plan_all(struct plan *p, const struct hparams *hp, uint32_t context)
{
	int ret = read_digits(p);

	for (uint32_t i = 0; !ret && i < hp->layers; i++)
		ret = plan_layer(p, i);
	ret = ret ? ret : plan_ends(p, hp);
	ret = ret ? ret : plan_tables(p, hp, context);
	return ret ? ret : check_all_used(p);
}

int weights_plan(struct weights *w, const struct gguf *gguf, const struct hparams *hp,
		 uint32_t context, struct ingot_error *err)
{
	struct plan p = {
		.w = w, .gguf = gguf, .arch = hp->arch, .err = err, .axes = axes_of(hp),
		.heads_in = { hp->heads, { hp->head_dim, hp->head_used, 0, hp->pack > 1 ? hp->pack : 0 } },
	};
	int ret;

	memset(w, 0, sizeof(*w));
	w->layers = calloc(hp->layers, sizeof(*w->layers));
	p.used = calloc(gguf_tensor_count(gguf), sizeof(*p.used));
	ret = w->layers && p.used ? plan_all(&p, hp, context) :
				    ingot_error_set(err, -ENOMEM, "out of memory");
	free(p.used);
	if (!ret && w->units > UINT32_MAX)
		ret = ingot_error_set(err, -EFBIG, "%s: %llu GiB of tiles: at most 256 GiB can be addressed",
				      gguf_name(gguf), (unsigned long long)(w->units >> 24));
	return ret;
}

void weights_free(struct weights *w)
{
	free(w->layers);
	w->layers = NULL;
}
