// SPDX-License-Identifier: MIT
/* Planning and uploading a model's weights. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stager.h"
#include "weights.h"

/* Every part starts on a 4 KiB boundary, so that bursts stay long. */
#define PART_UNITS (4096 / ING_UNIT_BYTES)

struct plan {
	struct weights *w;
	const struct gguf *gguf;
	struct ingot_error *err;
};

static uint32_t place(struct weights *w, uint64_t units)
{
	uint64_t offset = w->units;

	w->units = (offset + units + PART_UNITS - 1) / PART_UNITS * PART_UNITS;
	return offset;
}

static int plan_matrix(struct plan *p, const char *name, uint32_t in, uint32_t out,
		       struct matrix *m)
{
	const struct gguf_tensor *t = gguf_find_tensor(p->gguf, name);

	if (!t)
		return ingot_error_set(p->err, -ENOENT, "%s: tensor %s is missing: not a complete llama model",
				       gguf_name(p->gguf), name);
	if (t->n_dims != 2 || t->ne[0] != in || t->ne[1] != out)
		return ingot_error_set(p->err, -EINVAL,
				       "%s: tensor %s is %llu x %llu, expected %u x %u from the metadata",
				       gguf_name(p->gguf), name, (unsigned long long)t->ne[0],
				       (unsigned long long)t->ne[1], in, out);
	*m = (struct matrix){ .part = repack_whole(t), .rows = out, .blocks = in / ING_BLOCK };
	if (!repack_format(&m->part, &m->format))
		return ingot_error_set(p->err, -ENOTSUP,
				       "%s: tensor %s has type %s, which is not supported: use a file of F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1 or Q8_0 (llama-quantize converts)",
				       gguf_name(p->gguf), name, ggml_type_name(t->type));
	m->offset = place(p->w, (uint64_t)(out + TILE_ROWS - 1) / TILE_ROWS * matrix_tile_units(m));
	p->w->token_bytes += t->size_bytes;
	return 0;
}

static int plan_norm(struct plan *p, const char *name, uint32_t dim, uint32_t *offset)
{
	const struct gguf_tensor *t = gguf_find_tensor(p->gguf, name);

	if (!t || t->n_dims != 1 || t->ne[0] != dim)
		return ingot_error_set(p->err, -EINVAL, "%s: tensor %s is missing or not of %u elements",
				       gguf_name(p->gguf), name, dim);
	*offset = place(p->w, dim / 16);
	p->w->token_bytes += t->size_bytes;
	return 0;
}

static int plan_layer(struct plan *p, const struct hparams *hp, uint32_t i)
{
	struct layer_weights *l = &p->w->layers[i];
	uint32_t q = hp->heads * hp->head_dim, kv = hp->kv_heads * hp->head_dim;
	const struct {
		const char *name;
		uint32_t in, out;
		struct matrix *m;
	} parts[] = {
		{ "attn_v", hp->dim, kv, &l->v },	{ "attn_k", hp->dim, kv, &l->k },
		{ "attn_q", hp->dim, q, &l->q },	{ "attn_output", q, hp->dim, &l->o },
		{ "ffn_gate", hp->dim, hp->ffn, &l->gate }, { "ffn_up", hp->dim, hp->ffn, &l->up },
		{ "ffn_down", hp->ffn, hp->dim, &l->down },
	};
	char name[64];
	int ret = 0;

	for (size_t k = 0; !ret && k < sizeof(parts) / sizeof(parts[0]); k++) {
		snprintf(name, sizeof(name), "blk.%u.%s.weight", i, parts[k].name);
		ret = plan_matrix(p, name, parts[k].in, parts[k].out, parts[k].m);
	}
	snprintf(name, sizeof(name), "blk.%u.attn_norm.weight", i);
	ret = ret ? ret : plan_norm(p, name, hp->dim, &l->attn_norm);
	snprintf(name, sizeof(name), "blk.%u.ffn_norm.weight", i);
	return ret ? ret : plan_norm(p, name, hp->dim, &l->ffn_norm);
}

int weights_plan(struct weights *w, const struct gguf *gguf, const struct hparams *hp,
		 uint32_t context, struct ingot_error *err)
{
	struct plan p = { w, gguf, err };
	int ret = 0;

	memset(w, 0, sizeof(*w));
	w->layers = calloc(hp->layers, sizeof(*w->layers));
	if (!w->layers)
		return ingot_error_set(err, -ENOMEM, "out of memory");
	for (uint32_t i = 0; !ret && i < hp->layers; i++)
		ret = plan_layer(&p, hp, i);
	ret = ret ? ret : plan_norm(&p, "output_norm.weight", hp->dim, &w->output_norm);
	ret = ret ? ret : plan_matrix(&p, "token_embd.weight", hp->dim, hp->vocab, &w->embd);
	w->head = w->embd;
	if (!ret && gguf_find_tensor(gguf, "output.weight")) {
		/* Untied: a token reads one row of the embedding only. */
		w->token_bytes -= w->embd.part.tensor->size_bytes;
		ret = plan_matrix(&p, "output.weight", hp->dim, hp->vocab, &w->head);
	}
	w->rope = place(w, (uint64_t)context * hp->head_dim / 16);
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

/* Where to write the part at @unit; NULL after an error. Parts come in ascending order. */
static void *part(struct upload *u, uint64_t unit, size_t bytes)
{
	return stager_room(u->s, unit, bytes, u->err);
}

static int upload_matrix(struct upload *u, struct matrix *m)
{
	return stager_matrix(u->s, m, u->err);
}

static int upload_norm(struct upload *u, const char *name, uint32_t offset)
{
	const struct gguf_tensor *t = gguf_find_tensor(u->gguf, name);
	float *to = part(u, offset, t->n_elems * sizeof(float));

	if (!to)
		return u->err ? u->err->code : -EIO;
	return repack_vector(t, u->gguf, 0, t->n_elems, &u->scratch, to, u->err);
}

static int upload_layer(struct upload *u, uint32_t i)
{
	struct layer_weights *l = &u->w->layers[i];
	struct matrix *all[] = { &l->v, &l->k, &l->q, &l->o, &l->gate, &l->up, &l->down };
	char name[64];
	int ret = 0;

	for (size_t k = 0; !ret && k < sizeof(all) / sizeof(all[0]); k++)
		ret = upload_matrix(u, all[k]);
	snprintf(name, sizeof(name), "blk.%u.attn_norm.weight", i);
	ret = ret ? ret : upload_norm(u, name, l->attn_norm);
	snprintf(name, sizeof(name), "blk.%u.ffn_norm.weight", i);
	return ret ? ret : upload_norm(u, name, l->ffn_norm);
}

/* Factors of llama 3's long-context RoPE, where the file has them; else 1. */
static int rope_factors(struct upload *u, const struct hparams *hp, float *factors)
{
	const struct gguf_tensor *t = gguf_find_tensor(u->gguf, "rope_freqs.weight");

	for (uint32_t i = 0; i < hp->rope_dim / 2; i++)
		factors[i] = 1;
	if (!t || t->n_elems != hp->rope_dim / 2)
		return 0;
	return repack_vector(t, u->gguf, 0, t->n_elems, &u->scratch, factors, u->err);
}

static void rope_row(float *row, const struct hparams *hp, const float *factors, uint32_t pos)
{
	for (uint32_t i = 0; i < hp->head_dim / 2; i++) {
		double angle = pos * pow(hp->rope_theta, -2.0 * i / hp->rope_dim);

		angle = i < hp->rope_dim / 2 ? angle / factors[i] : 0;
		row[2 * i] = cos(angle);
		row[2 * i + 1] = sin(angle);
	}
}

static int upload_rope(struct upload *u, const struct hparams *hp, uint32_t context)
{
	const size_t row_bytes = hp->head_dim * sizeof(float);
	float *factors = malloc(hp->head_dim / 2 * sizeof(*factors));
	int ret;

	if (!factors)
		return ingot_error_set(u->err, -ENOMEM, "out of memory");
	ret = rope_factors(u, hp, factors);
	for (uint32_t pos = 0; !ret && pos < context; pos++) {
		float *to = part(u, u->w->rope + (uint64_t)pos * row_bytes / ING_UNIT_BYTES,
				   row_bytes);

		if (to)
			rope_row(to, hp, factors, pos);
		else
			ret = u->err ? u->err->code : -EIO;
	}
	free(factors);
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
	ret = ret ? ret : upload_norm(&u, "output_norm.weight", w->output_norm);
	ret = ret ? ret : upload_matrix(&u, &w->embd);
	if (!ret && w->head.offset != w->embd.offset)
		ret = upload_matrix(&u, &w->head);
	ret = ret ? ret : upload_rope(&u, hp, context);
	ret = stager_end(u.s, &result, ret, err);
	w->copied_bytes = result.copied_bytes;
	w->copy_ns = result.copy_ns;
	repack_scratch_free(&u.scratch);
	return ret;
}
