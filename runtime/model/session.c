// SPDX-License-Identifier: MIT
/* Sessions: feeding tokens and generating. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* Rows of logits that lie in device memory at a time, at most. */
#define LOGITS_ROWS 64

struct ingot_session *ingot_session_create(struct ingot_model *m, struct ingot_error *err)
{
	struct ingot_session *s = calloc(1, sizeof(*s));

	if (!s) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	s->model = m;
	kv_plan(&s->kv, &m->hp, m->context);
	s->kv_buffer = ingot_buffer_create(m->dev, s->kv.units * ING_UNIT_BYTES, err);
	s->ctx = s->kv_buffer ? ingot_context_create(m->dev, err) : NULL;
	if (!s->ctx ||
	    ingot_context_bind(s->ctx, SLOT_WEIGHTS, m->buffer, ING_PERM_READ, err) ||
	    ingot_context_bind(s->ctx, SLOT_KV, s->kv_buffer, ING_PERM_READ | ING_PERM_WRITE, err)) {
		ingot_session_free(s);
		return NULL;
	}
	return s;
}

void ingot_session_free(struct ingot_session *s)
{
	if (!s)
		return;
	ingot_context_destroy(s->ctx);
	for (unsigned int i = 0; i < KEPT_PROGRAMS; i++)
		session_program_free(&s->kept[i]);
	ingot_buffer_destroy(s->logits);
	ingot_buffer_destroy(s->kv_buffer);
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

static size_t logits_row_bytes(const struct ingot_session *s)
{
	return ((size_t)s->model->hp.vocab + 15) / 16 * ING_UNIT_BYTES;
}

static int need_logits(struct ingot_session *s, uint32_t rows, struct ingot_error *err)
{
	if (rows <= s->logits_rows)
		return 0;
	ingot_buffer_destroy(s->logits);
	s->logits_rows = 0;
	s->logits = ingot_buffer_create(s->model->dev, rows * logits_row_bytes(s), err);
	if (!s->logits)
		return -ENOSPC;
	s->logits_rows = rows;
	return ingot_context_bind(s->ctx, SLOT_LOGITS, s->logits, ING_PERM_WRITE, err);
}

static int fetch_logits(struct ingot_session *s, float *logits, uint32_t rows,
			struct ingot_error *err)
{
	const size_t row_bytes = logits_row_bytes(s), vocab = s->model->hp.vocab;
	void *row = malloc(row_bytes);
	int ret = row ? 0 : ingot_error_set(err, -ENOMEM, "out of memory");

	for (uint32_t i = 0; !ret && i < rows; i++) {
		ret = ingot_buffer_download(s->logits, i * row_bytes, row, row_bytes, err);
		memcpy(logits + i * vocab, row, vocab * sizeof(*logits));
	}
	free(row);
	return ret;
}

static int fault_error(const struct ingot_session *s, const struct loaded *p,
		       const struct ingot_completion *c, struct ingot_error *err)
{
	unsigned int op = 0;

	if (c->value < program_size(p->program))
		op = program_at(p->program, c->value)->w[0] & 0xff;
	return ingot_error_set(err, -EIO,
			       "%s: the job faulted: %s (code %u), command %u, opcode 0x%02x, slot %u, offset %u units",
			       ingot_device_uri(s->model->dev), ingot_fault_name(c->fault), c->fault,
			       c->value, op, c->value2, c->offset);
}

/* Run again, a job appends the same rows to the cache and makes the same tokens. */
static int submit(struct ingot_session *s, const struct loaded *p, const uint32_t args[8],
		  uint32_t events, struct ingot_error *err)
{
	struct ingot_job job = {
		.slot = SLOT_PROGRAM,
		.commands = program_size(p->program),
		.tag = ++s->tag,
		.flags = INGOT_JOB_RESTARTABLE,
		.events = events,
	};
	int ret = ingot_context_bind(s->ctx, SLOT_PROGRAM, p->buffer, ING_PERM_EXEC, err);

	memcpy(job.args, args, sizeof(job.args));
	return ret ? ret : ingot_submit(s->ctx, &job, err);
}

static int check_tokens(const struct ingot_session *s, const int32_t *tokens, size_t count,
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

/* One pass of the model over up to M tokens. */
static int feed_some(struct ingot_session *s, const int32_t *tokens, uint32_t count, float *logits,
		     struct ingot_error *err)
{
	struct lower_args args = { .columns = count, .end = logits ? END_LOGITS : END_NOTHING };
	const uint32_t regs[8] = { [REG_POS - 1] = s->position };
	struct ingot_completion c;
	struct loaded *p = session_program(s, &args, err);
	uint32_t changed;
	int ret = logits ? need_logits(s, count, err) : 0;

	if (!p || ret)
		return p ? ret : -ENOSPC;
	changed = lower_set_tokens(program_at(p->program, 0), &p->args, tokens);
	ret = ingot_buffer_upload(p->buffer, 0, program_at(p->program, 0), changed * ING_CMD_BYTES,
				  err);
	ret = ret ? ret : submit(s, p, regs, 1, err);
	while (!ret) {
		ret = ingot_next(s->model->dev, &c, err);
		if (!ret && c.done)
			break;
	}
	if (ret)
		return ret;
	if (c.fault)
		return fault_error(s, p, &c, err);
	s->position += count;
	return logits ? fetch_logits(s, logits, count, err) : 0;
}

int ingot_session_feed(struct ingot_session *s, const int32_t *tokens, size_t count, float *logits,
		       struct ingot_error *err)
{
	uint32_t most = ingot_device_config(s->model->dev)->tile_m;
	int ret = check_tokens(s, tokens, count, err);

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

static void set_sampling(const struct ingot_session *s, const struct ingot_generate_params *params,
			 struct sampling *sampling)
{
	const int32_t *ends;
	size_t n = 0;

	sampling->temperature = params->temperature > 0 ? params->temperature : 0;
	sampling->top_k = params->temperature > 0 ? params->top_k : 1;
	ends = tokenizer_eog(s->model->tokenizer, &n);
	for (size_t i = 0; i < n && i < MAX_STOPS && !params->ignore_end; i++)
		sampling->stops[sampling->n_stops++] = ends[i];
}

struct generation {
	struct ingot_session *s;
	const struct ingot_generate_params *params;
	struct ingot_generate_result *result;
	struct ingot_error *err;
	int32_t token;
	bool stopped;
};

static void take_token(struct generation *g, const struct ingot_completion *c)
{
	g->token = c->value;
	g->result->cycles = c->cycles;
	g->result->count++;
	g->s->position++;
	if (g->params->token && !g->params->token(g->params->priv, g->token)) {
		g->stopped = true;
		ingot_abort(g->s->model->dev);
	}
}

/* One decode job of up to @count tokens. */
static int decode(struct generation *g, struct loaded *p, uint32_t count)
{
	const uint32_t regs[8] = {
		[REG_POS - 1] = g->s->position,
		[REG_TOKEN - 1] = g->token,
		[REG_COUNT - 1] = count,
		[REG_SEED_LO - 1] = g->params->seed,
		[REG_SEED_HI - 1] = g->params->seed >> 32,
	};
	struct ingot_completion c;
	int ret = submit(g->s, p, regs, count, g->err);

	while (!ret) {
		ret = ingot_next(g->s->model->dev, &c, g->err);
		if (ret || c.done)
			break;
		if (!g->stopped)
			take_token(g, &c);
	}
	if (!ret && c.fault && c.fault != ING_FAULT_ABORT)
		ret = fault_error(g->s, p, &c, g->err);
	if (!ret && c.fault)
		g->stopped = true;
	return ret;
}

/* The token to begin with ends nothing, whatever it is. */
static bool ended(const struct generation *g)
{
	if (g->stopped || !g->result->count || g->params->ignore_end)
		return g->stopped;
	return ingot_token_ends(g->s->model, g->token);
}

static int generate(struct generation *g, struct loaded *p, uint32_t count)
{
	const size_t vocab = g->s->model->hp.vocab;
	uint64_t cycles = 0;
	int ret = 0;

	while (!ret && g->result->count < count && !ended(g)) {
		uint32_t before = g->result->count, n = count - before;

		if (n > (g->params->logits ? LOGITS_ROWS : INGOT_EVENTS_MAX))
			n = g->params->logits ? LOGITS_ROWS : INGOT_EVENTS_MAX;
		g->result->cycles = 0;
		ret = decode(g, p, n);
		g->result->cycles = cycles += g->result->cycles;
		if (!ret && g->params->logits)
			ret = fetch_logits(g->s, g->params->logits + before * vocab,
					   g->result->count - before, g->err);
	}
	return ret;
}

static void subtract_stats(struct ingot_device_stats *now, const struct ingot_device_stats *then)
{
	now->cycles -= then->cycles;
	now->port_cycles -= then->port_cycles;
	now->sim_ns -= then->sim_ns;
}

int ingot_session_generate(struct ingot_session *s, int32_t token,
			   const struct ingot_generate_params *params,
			   struct ingot_generate_result *result, struct ingot_error *err)
{
	const uint32_t limit = ingot_device_config(s->model->dev)->topk;
	struct lower_args args = { .columns = 1, .end = END_DECODE,
				   .store_logits = params->logits };
	struct ingot_generate_result unused;
	struct ingot_device_stats before;
	struct generation g = { s, params, result ? result : &unused, err, token, false };
	uint32_t count = params->count;
	struct loaded *p;
	int ret = check_tokens(s, &token, 1, err);

	memset(g.result, 0, sizeof(*g.result));
	if (!ret && params->temperature > 0 && (params->top_k < 1 || params->top_k > limit))
		ret = ingot_error_set(err, -EINVAL, "--top-k %u: this device takes 1 to %u",
				      params->top_k, limit);
	if (ret)
		return ret;
	if (count > s->model->context - s->position)
		count = s->model->context - s->position;
	set_sampling(s, params, &args.sampling);
	p = session_program(s, &args, err);
	if (!p)
		return -ENOSPC;
	if (params->logits)
		ret = need_logits(s, count < LOGITS_ROWS ? count : LOGITS_ROWS, err);
	ingot_device_stats(s->model->dev, &before);
	ret = ret ? ret : generate(&g, p, count);
	ingot_device_stats(s->model->dev, &g.result->stats);
	subtract_stats(&g.result->stats, &before);
	ingot_device_counters(s->model->dev, g.result->counters);
	return ret;
}
