// SPDX-License-Identifier: MIT
/* Models without a device: what their metadata says. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hparams.h"
#include "ingot/model.h"

static const char *scaling_name(const struct hparams *hp)
{
	if (!hp->n_ropes)
		return NULL;
	if (hp->rope[0].ext > 0)
		return "yarn";
	return hp->rope[0].scale == 1 ? "none" : "linear";
}

static void fill(struct ingot_model_shape *s, const struct hparams *hp)
{
	const struct rope *rope = &hp->rope[0];

	*s = (struct ingot_model_shape){
		.rope_scaling = scaling_name(hp),
		.layers = hp->layers, .dim = hp->dim_used, .heads = hp->heads,
		.kv_heads = hp->kv_heads, .head_dim = hp->head_used, .ffn = hp->ffn_used,
		.vocab = hp->vocab, .context_train = hp->context_train,
		.window = hp->window,
		.rope_base = hp->n_ropes ? rope->base : 0,
		.rope_window_base = hp->n_ropes > 1 ? hp->rope[1].base : hp->n_ropes ? rope->base : 0,
		.rope_factor = hp->n_ropes ? 1 / rope->scale : 1,
		.attn_cap = hp->attn_cap, .logit_cap = hp->logit_cap,
	};
	for (uint32_t i = 0; i < hp->layers; i++)
		s->window_layers += hparams_windowed(hp, i);
	snprintf(s->arch, sizeof(s->arch), "%s", hp->arch->name);
}

int ingot_model_inspect(const char *path, struct ingot_model_shape *shape, struct ingot_error *err)
{
	struct gguf *g = gguf_open(path, err);
	struct hparams hp;
	int ret;

	if (!g)
		return -EINVAL;
	ret = hparams_read(g, &hp, err);
	if (!ret)
		fill(shape, &hp);
	gguf_close(g);
	return ret;
}
