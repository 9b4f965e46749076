// SPDX-License-Identifier: MIT
/* Uploading a model's weights. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stager.h"
#include "weights.h"

/**
 * struct upload - an upload under way
 * @s: puts parts together and copies them
 */
struct upload {
	struct weights *w;
	const struct gguf *gguf;
	struct stager *s;
	struct repack_scratch scratch;
	struct ingot_error *err;
};

/* Room for @floats floats at @unit; NULL after an error. Parts come in ascending order. */
static float *floats(struct upload *u, uint64_t unit, size_t floats)
{
	return stager_room(u->s, unit, floats * sizeof(float), u->err);
}

static int failed(const struct upload *u)
{
	return u->err ? u->err->code : -EIO;
}

/* Elements in their order on the device; padding is zero. */
static int upload_vector(struct upload *u, const struct vector *v)
{
	const struct repack_heads *h = &v->heads;
	const uint32_t n = h->size ? v->length / h->size * h->tensor_size : v->length;
	float *to, *from;
	int ret;

	if (!v->tensor)
		return 0;
	to = floats(u, v->offset, v->length);
	if (!to)
		return failed(u);
	from = malloc(n * sizeof(*from));
	if (!from)
		return ingot_error_set(u->err, -ENOMEM, "out of memory");
	ret = repack_vector(v->tensor, u->gguf, v->first, n, &u->scratch, from, u->err);
	for (uint32_t i = 0; !ret && i < v->length; i++) {
		const uint32_t at = repack_place(h, i);

		to[i] = at == REPACK_NONE ? 0 : from[at];
	}
	free(from);
	return ret;
}

static int upload_layer(struct upload *u, uint32_t i)
{
	struct layer_weights *l = &u->w->layers[i];
	struct matrix *all[] = { &l->v, &l->k, &l->q, &l->o, &l->gate, &l->up, &l->down };
	int ret = 0;

	for (size_t k = 0; !ret && k < sizeof(all) / sizeof(all[0]); k++)
		ret = all[k]->part.tensor ? stager_matrix(u->s, all[k], u->err) : 0;
	for (unsigned int k = 0; !ret && k < ARCH_VECTORS; k++)
		ret = upload_vector(u, &l->vectors[k]);
	return ret;
}

/* Factors of llama 3's long-context RoPE, where the file has them; else 1. */
static int rope_factors(struct upload *u, const struct hparams *hp, float *factors)
{
	const struct gguf_tensor *t = u->w->rope_factors;

	for (uint32_t i = 0; i < hp->rope_dim / 2; i++)
		factors[i] = 1;
	if (!t)
		return 0;
	return repack_vector(t, u->gguf, 0, t->n_elems, &u->scratch, factors, u->err);
}

static int upload_rope(struct upload *u, const struct hparams *hp, uint32_t table, uint32_t context)
{
	float *factors = malloc(hp->head_dim / 2 * sizeof(*factors));
	int ret;

	if (!factors)
		return ingot_error_set(u->err, -ENOMEM, "out of memory");
	ret = rope_factors(u, hp, factors);
	for (uint32_t pos = 0; !ret && pos < context; pos++) {
		float *to = floats(u, u->w->rope[table] + (uint64_t)pos * hp->head_dim / 16,
				   hp->head_dim);

		if (to)
			rope_row(&hp->rope[table], factors, hp->rope_dim, hp->head_dim, pos, to);
		else
			ret = failed(u);
	}
	free(factors);
	return ret;
}

/* Rows of a tensor, padded, as floats. */
static int upload_rows(struct upload *u, const struct gguf_tensor *t, uint32_t unit, uint32_t rows,
		       const struct hparams *hp)
{
	int ret = 0;

	for (uint32_t row = 0; !ret && row < rows; row++) {
		float *to = floats(u, unit + (uint64_t)row * hp->dim / 16, hp->dim);

		if (!to)
			return failed(u);
		memset(to, 0, hp->dim * sizeof(*to));
		ret = repack_vector(t, u->gguf, (uint64_t)row * hp->dim_used, hp->dim_used,
				    &u->scratch, to, u->err);
	}
	return ret;
}

static int upload_positions(struct upload *u, const struct hparams *hp, uint32_t context)
{
	const struct gguf_tensor *t = u->w->position_embd;

	if (context > hp->context_train)
		context = hp->context_train;
	return t ? upload_rows(u, t, u->w->positions, context, hp) : 0;
}

static int upload_embedding(struct upload *u, const struct hparams *hp)
{
	struct weights *w = u->w;

	if (w->embd_floats)
		return upload_rows(u, w->embd_floats, w->embd_rows, hp->vocab, hp);
	return stager_matrix(u->s, &w->embd, u->err);
}

static int upload_ones(struct upload *u, const struct hparams *hp)
{
	float *to = floats(u, u->w->ones, hp->dim);

	for (uint32_t i = 0; to && i < hp->dim; i++)
		to[i] = i < hp->dim_used;
	return to ? 0 : failed(u);
}

static int upload_masks(struct upload *u)
{
	float *to = floats(u, u->w->masks, MASK_POSITIONS * MASK_POSITIONS);

	for (uint32_t i = 0; to && i < MASK_POSITIONS * MASK_POSITIONS; i++)
		to[i] = i % MASK_POSITIONS < i / MASK_POSITIONS ? -INFINITY : 0;
	return to ? 0 : failed(u);
}

static int upload_head_masks(struct upload *u, const struct hparams *hp)
{
	const uint32_t row = hp->head_dim, head = hp->head_used / hp->pack;
	float *to = floats(u, u->w->head_masks, hp->pack * row);

	for (uint32_t i = 0; to && i < hp->pack * row; i++)
		to[i] = i % row / head == i / row;
	return to ? 0 : failed(u);
}

static int upload_tables(struct upload *u, const struct hparams *hp, uint32_t context)
{
	int ret = 0;

	for (uint32_t i = 0; !ret && i < hp->n_ropes; i++)
		ret = upload_rope(u, hp, i, context);
	ret = ret ? ret : upload_positions(u, hp, context);
	if (!ret && hp->arch->norm == ARCH_LAYER_NORM)
		ret = upload_ones(u, hp);
	if (!ret && hp->window)
		ret = upload_masks(u);
	if (!ret && hp->pack > 1)
		ret = upload_head_masks(u, hp);
	return ret;
}

int weights_upload(struct weights *w, const struct gguf *gguf, const struct hparams *hp,
		   uint32_t context, struct ingot_device *dev, struct ingot_buffer *buf,
		   void (*progress)(void *priv, uint64_t done, uint64_t total), void *priv,
		   struct ingot_error *err)
{
	const struct stager_params params = { gguf, dev, buf, w->units, progress, priv };
	struct upload u = { .w = w, .gguf = gguf, .s = stager_create(&params, err), .err = err };
	struct stager_result result;
	int ret = 0;

	if (!u.s)
		return -ENOMEM;
	for (uint32_t i = 0; !ret && i < hp->layers; i++)
		ret = upload_layer(&u, i);
	ret = ret ? ret : upload_vector(&u, &w->output_norm);
	ret = ret ? ret : upload_vector(&u, &w->output_norm_bias);
	ret = ret ? ret : upload_embedding(&u, hp);
	if (!ret && w->head.offset != w->embd.offset)
		ret = stager_matrix(u.s, &w->head, err);
	ret = ret ? ret : upload_tables(&u, hp, context);
	ret = stager_end(u.s, &result, ret, err);
	w->copied_bytes = result.copied_bytes;
	w->copy_ns = result.copy_ns;
	repack_scratch_free(&u.scratch);
	return ret;
}
