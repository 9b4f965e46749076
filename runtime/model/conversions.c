// SPDX-License-Identifier: MIT
/* Which matrices of a loaded model are not exactly those of its file, and by how much. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model.h"

static const char *format_name(struct ing_format f)
{
	if (f.width == ING_WIDTH_16)
		return ingot_format_name(INGOT_FORMAT_Q16);
	if (f.width == ING_WIDTH_8)
		return ingot_format_name(f.min ? INGOT_FORMAT_Q8M : INGOT_FORMAT_Q8);
	return ingot_format_name(f.min ? INGOT_FORMAT_Q4M : INGOT_FORMAT_Q4);
}

static void add(struct ingot_model *m, const struct matrix *x)
{
	const struct gguf_tensor *t = x->part.tensor;
	const struct repack_loss *loss = &x->loss;
	struct ingot_conversion *c;
	double rms;

	if (!t || !loss->worst)
		return;
	c = &m->conversions[m->n_conversions++];
	rms = sqrt(loss->squares / (double)loss->count);
	*c = (struct ingot_conversion){
		.from = ggml_type_name(t->type),
		.to = format_name(x->format),
		.elements = loss->count,
		.worst = rms > 0 ? loss->worst / rms : 0,
		.mean = rms > 0 ? loss->sum / (double)loss->count / rms : 0,
	};
	snprintf(c->tensor, sizeof(c->tensor), "%.*s", (int)t->name.len, t->name.data);
}

int conversions_list(struct ingot_model *m, struct ingot_error *err)
{
	const struct weights *w = &m->weights;

	m->conversions = calloc(7 * (size_t)m->hp.layers + 2, sizeof(*m->conversions));
	if (!m->conversions)
		return ingot_error_set(err, -ENOMEM, "out of memory");
	for (uint32_t i = 0; i < m->hp.layers; i++) {
		const struct layer_weights *l = &w->layers[i];
		const struct matrix *all[] = { &l->q, &l->k, &l->v, &l->o, &l->gate, &l->up, &l->down };

		for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++)
			add(m, all[k]);
	}
	if (w->embd.part.tensor)
		add(m, &w->embd);
	if (w->head.offset != w->embd.offset)
		add(m, &w->head);
	return 0;
}

size_t ingot_model_conversions(const struct ingot_model *m, const struct ingot_conversion **list)
{
	*list = m->conversions;
	return m->n_conversions;
}
