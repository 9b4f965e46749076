// SPDX-License-Identifier: MIT
/* Lowering a layer, operation by operation. */
#include "lower_internal.h"

static void one_op(struct lower *l, uint32_t layer, const struct arch_op *op)
{
	const struct vector *v = l->a->w->layers[layer].vectors;

	if (op->part)
		program_part(l->p, op->part);
	switch (op->kind) {
	case ARCH_OP_NORM:
		lower_norm(l, op->weight == ARCH_NONE ? NULL : &v[op->weight],
			   op->bias == ARCH_NONE ? NULL : &v[op->bias], 0,
			   l->a->columns);
		break;
	case ARCH_OP_ATTEND:
		lower_attention(l, layer);
		break;
	case ARCH_OP_FFN:
		lower_ffn(l, layer);
		break;
	case ARCH_OP_POST_NORM:
		lower_post_norm(l, &v[op->weight]);
		break;
	case ARCH_OP_ADD:
		lower_residual(l);
		break;
	case ARCH_END:
		break;
	}
}

void lower_layer(struct lower *l, uint32_t layer)
{
	for (const struct arch_op *op = l->a->hp->arch->layer; op->kind != ARCH_END; op++)
		one_op(l, layer, op);
}
