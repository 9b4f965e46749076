// SPDX-License-Identifier: MIT
/* Generating: jobs that make many tokens, for one sequence or for several side by side. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

/* A sequence in a column of the job under way. */
struct column {
	struct ingot_sequence *sequence;
	uint32_t before;	/* tokens that it had made before the job */
};

struct generation {
	struct ingot_model *model;
	struct ingot_sequence *sequences;
	size_t count;
	struct ingot_generate_result *result;
	struct ingot_error *err;
	uint32_t limit;		/* columns of a job */
	struct column column[MAX_SEQUENCES];
	size_t number[MAX_SEQUENCES];	/* of the sequence in each column */
	uint32_t columns, events;
	bool stopping;		/* a callback ended its sequence, so the job is being stopped */
	bool aborted;		/* somebody else stopped the job */
};

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint32_t ingot_model_batch(const struct ingot_model *m)
{
	return least(m->batch, least(ingot_device_config(m->dev)->tile_m, MAX_SEQUENCES));
}

/* Whose fault something is, where there are several. */
static const char *whose(const struct generation *g, size_t number, char text[32])
{
	*text = 0;
	if (g->count > 1)
		snprintf(text, 32, "sequence %zu: ", number);
	return text;
}

static int check_params(const struct generation *g, size_t number)
{
	const struct ingot_sequence *q = &g->sequences[number];
	const uint32_t limit = ingot_device_config(g->model->dev)->topk;
	char text[32];

	if (q->token < 0 || (uint32_t)q->token >= g->model->hp.vocab)
		return ingot_error_set(g->err, -EINVAL, "%stoken %d is not one of the model's %u",
				       whose(g, number, text), q->token, g->model->hp.vocab);
	if (q->params.temperature > 0 && (q->params.top_k < 1 || q->params.top_k > limit))
		return ingot_error_set(g->err, -EINVAL, "%s--top-k %u: this device takes 1 to %u",
				       whose(g, number, text), q->params.top_k, limit);
	return 0;
}

static int check_sequence(const struct generation *g, size_t number)
{
	const struct ingot_sequence *q = &g->sequences[number];

	if (q->session->model != g->model)
		return ingot_error_set(g->err, -EINVAL,
				       "sequences 0 and %zu are of different models", number);
	for (size_t i = 0; i < number; i++)
		if (g->sequences[i].session == q->session)
			return ingot_error_set(g->err, -EINVAL,
					       "sequences %zu and %zu have the same session", i,
					       number);
	return check_params(g, number);
}

static uint32_t positions_left(const struct ingot_sequence *q)
{
	return q->session->model->context - q->session->position;
}

static uint32_t tokens_left(const struct ingot_sequence *q)
{
	return least(q->params.count - q->made, positions_left(q));
}

/* A sequence that has come to the end of what it may do. */
static void settle(struct ingot_sequence *q)
{
	if (q->end == INGOT_END_NONE && q->made == q->params.count)
		q->end = INGOT_END_COUNT;
	if (q->end == INGOT_END_NONE && !positions_left(q))
		q->end = INGOT_END_CONTEXT;
}

/* The first sequences that are not over take the columns, whoever had them before. */
static void fill_columns(struct generation *g)
{
	g->columns = 0;
	for (size_t i = 0; i < g->count && g->columns < g->limit; i++) {
		struct ingot_sequence *q = &g->sequences[i];

		settle(q);
		if (q->end != INGOT_END_NONE)
			continue;
		g->number[g->columns] = i;
		g->column[g->columns++] = (struct column){ q, q->made };
	}
}

static struct sampling sampling_of(const struct ingot_model *m,
				   const struct ingot_generate_params *p)
{
	struct sampling s = { .top_k = 1 };
	const int32_t *ends;
	size_t n = 0;

	if (p->temperature > 0) {
		s.temperature = p->temperature;
		s.top_k = p->top_k < m->hp.vocab ? p->top_k : m->hp.vocab;
	}
	ends = tokenizer_eog(m->tokenizer, &n);
	for (size_t i = 0; i < n && i < MAX_STOPS && !p->ignore_end; i++)
		s.stops[s.n_stops++] = ends[i];
	return s;
}

static struct loaded *program_for(const struct generation *g)
{
	struct lower_args args = {
		.hp = &g->model->hp, .w = &g->model->weights, .columns = g->columns,
		.end = END_DECODE,
	};

	for (uint32_t i = 0; i < g->columns; i++) {
		const struct ingot_generate_params *p = &g->column[i].sequence->params;

		args.sampling[i] = sampling_of(g->model, p);
		args.store_logits |= p->logits != NULL;
	}
	return runner_program(&g->model->runner, &args, g->err);
}

/* Fewer sequences at a time where the device has no room for so many. */
static struct loaded *choose_program(struct generation *g)
{
	struct loaded *p = program_for(g);

	while (!p && g->columns > 1) {
		g->model->batch = g->limit = --g->columns;
		p = program_for(g);
	}
	return p;
}

/* Steps of the next job: it ends with the first sequence that may not go on. */
static uint32_t steps(const struct generation *g, bool store_logits)
{
	uint32_t n = (store_logits ? LOGITS_ROWS : INGOT_EVENTS_MAX) / g->columns;

	for (uint32_t i = 0; i < g->columns; i++)
		n = least(n, tokens_left(g->column[i].sequence));
	return n;
}

/* Several sequences: their tokens are arguments, all else is in the commands. */
static int set_batch(const struct generation *g, struct loaded *p, uint32_t count,
		     uint32_t args[ING_ARGS])
{
	for (uint32_t i = 0; i < g->columns; i++) {
		const struct ingot_sequence *q = g->column[i].sequence;

		args[REG_BATCH_TOKEN - 1 + i] = q->token;
		program_set_symbol(p->program, SYMBOL_POSITION + i, q->session->position);
		program_set_symbol(p->program, SYMBOL_SEED_LO + i, q->params.seed);
		program_set_symbol(p->program, SYMBOL_SEED_HI + i, q->params.seed >> 32);
	}
	program_set_symbol(p->program, SYMBOL_COUNT, count);
	return runner_upload(p, program_size(p->program), g->err);
}

static int set_single(const struct generation *g, uint32_t count, uint32_t args[ING_ARGS])
{
	const struct ingot_sequence *q = g->column[0].sequence;

	args[REG_POS - 1] = q->session->position;
	args[REG_TOKEN - 1] = q->token;
	args[REG_COUNT - 1] = count;
	args[REG_SEED_LO - 1] = q->params.seed;
	args[REG_SEED_HI - 1] = q->params.seed >> 32;
	return 0;
}

/* Rows of logits that the program of several sequences needs for itself. */
static uint32_t own_rows(const struct generation *g)
{
	return g->columns > 1 ? g->columns : 0;
}

static int start_job(struct generation *g, struct loaded *p)
{
	struct runner *r = &g->model->runner;
	const uint32_t n = steps(g, p->args.store_logits);
	const uint32_t rows = own_rows(g) + (p->args.store_logits ? n * g->columns : 0);
	uint32_t args[ING_ARGS] = { 0 };
	int ret = runner_need_logits(r, rows, g->err);

	for (uint32_t i = 0; !ret && i < g->columns; i++)
		ret = runner_bind_cache(r, i, g->column[i].sequence->session->cache, g->err);
	if (!ret)
		ret = g->columns > 1 ? set_batch(g, p, n, args) : set_single(g, n, args);
	g->events = 0;
	return ret ? ret : runner_submit(r, p, args, n * g->columns, g->err);
}

/* Events come column by column, and again for each token. */
static void take_token(struct generation *g, const struct ingot_completion *c)
{
	struct ingot_sequence *q = g->column[g->events % g->columns].sequence;
	const struct ingot_generate_params *p = &q->params;

	if (g->events++ % g->columns == 0)
		g->result->passes++;
	if (q->end != INGOT_END_NONE)
		return;
	q->token = c->value;
	q->made++;
	q->session->position++;
	g->result->count++;
	if (!p->ignore_end && ingot_token_ends(g->model, q->token))
		q->end = INGOT_END_MODEL;
	if (p->token && !p->token(p->priv, q->token)) {
		q->end = INGOT_END_CALLER;
		g->stopping = true;
		ingot_abort(g->model->dev);
	}
}

static int finish_job(struct generation *g, const struct loaded *p)
{
	struct ingot_completion c = { 0 };
	uint64_t cycles = 0, counters[ING_COUNTERS];
	int ret;

	for (;;) {
		ret = ingot_next(g->model->dev, &c, g->err);
		if (ret || c.done)
			break;
		cycles = c.cycles;
		take_token(g, &c);
	}
	g->result->jobs++;
	g->result->cycles += cycles;
	ingot_device_counters(g->model->dev, counters);
	for (int i = 0; i < ING_COUNTERS; i++)
		g->result->counters[i] += counters[i];
	if (!ret && c.fault && c.fault != ING_FAULT_ABORT)
		ret = runner_fault(&g->model->runner, p, &c, g->count > 1 ? g->number : NULL,
				   g->err);
	g->aborted = !ret && c.fault && !g->stopping;
	return ret;
}

static int fetch_logits(const struct generation *g, const struct loaded *p)
{
	const size_t vocab = g->model->hp.vocab;
	int ret = 0;

	for (uint32_t i = 0; p->args.store_logits && i < g->columns; i++) {
		const struct column *c = &g->column[i];
		float *logits = c->sequence->params.logits;

		for (uint32_t n = c->before; !ret && logits && n < c->sequence->made; n++)
			ret = runner_fetch_logits(&g->model->runner,
						  own_rows(g) + (n - c->before) * g->columns + i,
						  logits + n * vocab, vocab, g->err);
	}
	return ret;
}

static void stop_all(struct generation *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->sequences[i].end == INGOT_END_NONE)
			g->sequences[i].end = INGOT_END_CALLER;
}

static int run_job(struct generation *g)
{
	struct loaded *p = choose_program(g);
	int ret;

	if (!p)
		return -ENOSPC;
	g->stopping = g->aborted = false;
	ret = start_job(g, p);
	ret = ret ? ret : finish_job(g, p);
	ret = ret ? ret : fetch_logits(g, p);
	if (g->aborted)
		stop_all(g);
	return ret;
}

static void subtract_stats(struct ingot_device_stats *now, const struct ingot_device_stats *then)
{
	now->cycles -= then->cycles;
	now->port_cycles -= then->port_cycles;
	now->sim_ns -= then->sim_ns;
}

static int begin(struct generation *g)
{
	memset(g->result, 0, sizeof(*g->result));
	if (!g->count)
		return ingot_error_set(g->err, -EINVAL, "no sequences to generate");
	g->model = g->sequences[0].session->model;
	g->limit = ingot_model_batch(g->model);
	for (size_t i = 0; i < g->count; i++) {
		int ret = check_sequence(g, i);

		if (ret)
			return ret;
		g->sequences[i].made = 0;
		g->sequences[i].end = INGOT_END_NONE;
	}
	return 0;
}

int ingot_generate(struct ingot_sequence *sequences, size_t count,
		   struct ingot_generate_result *result, struct ingot_error *err)
{
	struct ingot_generate_result unused;
	struct generation g = {
		.sequences = sequences, .count = count, .err = err,
		.result = result ? result : &unused,
	};
	struct ingot_device_stats before;
	int ret = begin(&g);

	if (ret)
		return ret;
	ingot_device_stats(g.model->dev, &before);
	for (fill_columns(&g); !ret && g.columns; fill_columns(&g))
		ret = run_job(&g);
	ingot_device_stats(g.model->dev, &g.result->stats);
	subtract_stats(&g.result->stats, &before);
	return ret;
}

int ingot_session_generate(struct ingot_session *s, int32_t token,
			   const struct ingot_generate_params *params,
			   struct ingot_generate_result *result, struct ingot_error *err)
{
	struct ingot_sequence q = { .session = s, .token = token, .params = *params };
	int ret = session_check_tokens(s, &token, 1, err);

	return ret ? ret : ingot_generate(&q, 1, result, err);
}
