// SPDX-License-Identifier: MIT
/* Programs of a session: built when first needed, kept in device memory. */
#include <errno.h>
#include <string.h>

#include "model.h"

void session_program_free(struct loaded *p)
{
	program_destroy(p->program);
	ingot_buffer_destroy(p->buffer);
	memset(p, 0, sizeof(*p));
}

static bool same_args(const struct lower_args *a, const struct lower_args *b)
{
	if (a->columns != b->columns || a->end != b->end || a->store_logits != b->store_logits)
		return false;
	if (a->end != END_DECODE)
		return true;
	return a->sampling.temperature == b->sampling.temperature &&
	       a->sampling.top_k == b->sampling.top_k && a->sampling.n_stops == b->sampling.n_stops;
}

static int upload(struct ingot_session *s, struct loaded *p, struct ingot_error *err)
{
	const struct cmd *cmds = program_finish(p->program, err);
	uint64_t bytes = (uint64_t)program_size(p->program) * ING_CMD_BYTES;

	p->buffer = ingot_buffer_create_program(s->model->dev, bytes, err);
	if (!p->buffer)
		return -ENOSPC;
	return ingot_buffer_upload(p->buffer, 0, cmds, bytes, err);
}

struct loaded *session_program(struct ingot_session *s, struct lower_args *args,
			       struct ingot_error *err)
{
	struct loaded *p;

	args->hp = &s->model->hp;
	args->w = &s->model->weights;
	args->kv = &s->kv;
	args->config = ingot_device_config(s->model->dev);
	for (unsigned int i = 0; i < KEPT_PROGRAMS; i++)
		if (s->kept[i].program && same_args(&s->kept[i].args, args))
			return &s->kept[i];
	p = &s->kept[s->oldest++ % KEPT_PROGRAMS];
	session_program_free(p);
	p->args = *args;
	p->program = lower_model(args, err);
	if (p->program && !upload(s, p, err))
		return p;
	session_program_free(p);
	return NULL;
}
