// SPDX-License-Identifier: MIT
/* Sessions: a sequence's KV cache, and feeding tokens into it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

struct ingot_session *ingot_session_create(struct ingot_model *m, struct ingot_error *err)
{
	struct ingot_session *s = calloc(1, sizeof(*s));

	if (!s) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	s->model = m;
	s->cache = ingot_buffer_create(m->dev, m->runner.kv.units * ING_UNIT_BYTES, err);
	if (!s->cache) {
		free(s);
		return NULL;
	}
	return s;
}

void ingot_session_free(struct ingot_session *s)
{
	struct ingot_error ignored;

	if (!s)
		return;
	for (unsigned int i = 0; i < MAX_SEQUENCES; i++)
		runner_bind_cache(&s->model->runner, i, NULL, &ignored);
	ingot_buffer_destroy(s->cache);
	free(s);
}

void ingot_session_rewind(struct ingot_session *s, uint32_t position)
{
	if (position < s->position)
		s->position = position;
}

uint32_t ingot_session_position(const struct ingot_session *s)
{
	return s->position;
}

int session_check_tokens(const struct ingot_session *s, const int32_t *tokens, size_t count,
			 struct ingot_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (tokens[i] < 0 || (uint32_t)tokens[i] >= s->model->hp.vocab)
			return ingot_error_set(err, -EINVAL, "token %d is not one of the model's %u",
					       tokens[i], s->model->hp.vocab);
	if (count > s->model->context - s->position)
		return ingot_error_set(err, -EOVERFLOW,
				       "%zu tokens at position %u do not fit into the context of %u: use a larger one (-c) or a shorter prompt",
				       count, s->position, s->model->context);
	return 0;
}

static int run_pass(struct ingot_session *s, const struct loaded *p, struct ingot_error *err)
{
	const uint32_t args[ING_ARGS] = { [REG_POS - 1] = s->position };
	struct runner *r = &s->model->runner;
	struct ingot_completion c = { 0 };
	int ret = runner_bind_cache(r, 0, s->cache, err);

	ret = ret ? ret : runner_submit(r, p, args, 1, err);
	while (!ret && !c.done)
		ret = ingot_next(r->dev, &c, err);
	return ret ? ret : c.fault ? runner_fault(r, p, &c, NULL, err) : 0;
}

/* One pass of the model over up to M tokens. */
static int feed_some(struct ingot_session *s, const int32_t *tokens, uint32_t count, float *logits,
		     struct ingot_error *err)
{
	const size_t vocab = s->model->hp.vocab;
	struct lower_args args = {
		.hp = &s->model->hp, .w = &s->model->weights, .columns = count,
		.end = logits ? END_LOGITS : END_NOTHING,
	};
	struct runner *r = &s->model->runner;
	struct loaded *p = runner_program(r, &args, err);
	int ret = logits ? runner_need_logits(r, count, err) : 0;

	if (!p || ret)
		return p ? ret : -ENOSPC;
	ret = runner_upload(p, lower_set_tokens(program_at(p->program, 0), &p->args, tokens), err);
	ret = ret ? ret : run_pass(s, p, err);
	if (ret)
		return ret;
	s->position += count;
	for (uint32_t i = 0; !ret && logits && i < count; i++)
		ret = runner_fetch_logits(r, i, logits + i * vocab, vocab, err);
	return ret;
}

int ingot_session_feed(struct ingot_session *s, const int32_t *tokens, size_t count, float *logits,
		       struct ingot_error *err)
{
	uint32_t most = ingot_device_config(s->model->dev)->tile_m;
	int ret = session_check_tokens(s, tokens, count, err);

	if (logits && most > LOGITS_ROWS)
		most = LOGITS_ROWS;
	while (!ret && count) {
		uint32_t n = count < most ? count : most;

		ret = feed_some(s, tokens, n, logits, err);
		tokens += n;
		count -= n;
		logits = logits ? logits + (size_t)n * s->model->hp.vocab : NULL;
	}
	return ret;
}
