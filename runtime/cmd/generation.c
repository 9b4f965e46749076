// SPDX-License-Identifier: MIT
/* One prompt answered on one device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "generation.h"
#include "ingot/sampler.h"
#include "interrupt.h"

/* What the token callback needs. */
struct listener {
	struct engine *e;
	struct generation *g;
	struct text_stream *text;
	struct progress progress;
	uint64_t begin;
};

static void put_token(struct engine *e, struct text_stream *text, int32_t token)
{
	char piece[256];

	text_stream_put(text, piece, ingot_token_piece(e->model, token, piece, sizeof(piece)));
}

static bool on_token(void *priv, int32_t token)
{
	struct listener *l = priv;
	struct generation *g = l->g;

	/* from the first job's begin: what was made before anybody looked comes at once */
	g->generate_ns = now_ns() - l->begin;
	g->tokens[g->count++] = token;
	g->ended = ingot_token_ends(l->e->model, token);
	if (l->text)
		put_token(l->e, l->text, token);
	else
		progress_update(&l->progress, g->count, g->room);
	return !interrupted();
}

int generation_tokenize(struct engine *e, const char *prompt, size_t len, int32_t **tokens,
			size_t *count, struct ingot_error *err)
{
	int ret = ingot_tokenize(e->model, prompt, len, INGOT_TOKENIZE_SPECIAL | INGOT_TOKENIZE_BOS,
				 tokens, count, err);

	if (!ret && !*count)
		ret = ingot_error_set(err, -EINVAL, "the prompt is empty: use -p TEXT or -f FILE");
	return ret;
}

static int check_fit(struct engine *e, const struct request *r, struct ingot_error *err)
{
	if (r->n_tokens <= e->info->context)
		return 0;
	return ingot_error_set(err, -EOVERFLOW,
			       "the prompt has %zu tokens, the context %u positions: use -c %zu",
			       r->n_tokens, e->info->context, r->n_tokens);
}

/* Room for what will be made: the last token that fits into the context makes one more. */
static int make_room(struct engine *e, const struct request *r, struct generation *g,
		     struct ingot_error *err)
{
	size_t most = e->info->context - g->prompt_tokens + 1;

	g->room = r->count >= 0 && (uint64_t)r->count < most ? (size_t)r->count : most;
	g->vocab = e->info->vocab;
	g->tokens = calloc(g->room + 1, sizeof(*g->tokens));
	if (r->keep_logits)
		g->logits = calloc(g->room * g->vocab + 1, sizeof(*g->logits));
	if (!g->tokens || (r->keep_logits && !g->logits))
		return ingot_error_set(err, -ENOMEM, "out of memory for %zu tokens: use a smaller -n",
				       g->room);
	return 0;
}

static int run_job(struct engine *e, const struct request *r, struct listener *l, int32_t token,
		   struct ingot_error *err)
{
	struct generation *g = l->g;
	uint32_t position = ingot_session_position(e->session);
	struct ingot_generate_result result = { 0 };
	struct ingot_generate_params params = {
		.count = (uint32_t)g->room,
		.temperature = (float)r->temperature,
		.top_k = r->top_k,
		.seed = r->seed,
		.ignore_end = r->ignore_end,
		.logits = g->logits,
		.token = on_token,
		.priv = l,
	};
	int ret;

	progress_begin(&l->progress, e->name, "tokens");
	ret = ingot_session_generate(e->session, token, &params, &result, err);
	progress_clear();
	g->measured = !ret && result.count && engine_is_timed(e);
	if (g->measured)
		measure_generation(e, position, &result, &g->measure);
	return ret;
}

static struct ingot_sampler *make_sampler(struct engine *e, const struct request *r,
					  struct ingot_error *err)
{
	const struct ingot_sampler_params params = {
		.temperature = (float)r->temperature,
		.top_k = r->top_k,
		.top_p = (float)r->top_p,
		.min_p = (float)r->min_p,
		.repeat_penalty = (float)r->repeat_penalty,
		.repeat_last_n = r->repeat_last_n,
		.seed = r->seed,
	};
	struct ingot_sampler *s = ingot_sampler_create(&params, e->info->vocab, err);

	for (size_t i = 0; s && i < r->n_tokens; i++)
		ingot_sampler_see(s, r->tokens[i]);
	return s;
}

/* A job for each token, whose logits come to the host. */
static int run_sampler(struct engine *e, const struct request *r, struct listener *l,
		       struct ingot_sampler *s, struct ingot_error *err)
{
	struct generation *g = l->g;
	float *logits = calloc(g->vocab, sizeof(*logits));
	int32_t token = r->tokens[r->n_tokens - 1];
	bool more = true;

	if (!logits)
		return ingot_error_set(err, -ENOMEM, "out of memory for %zu logits", g->vocab);
	while (more && g->count < g->room) {
		int ret = ingot_session_feed(e->session, &token, 1, logits, err);

		if (ret) {
			free(logits);
			return interrupted() ? 0 : ret;
		}
		token = ingot_sampler_choose(s, logits);
		ingot_sampler_see(s, token);
		if (g->logits)
			memcpy(g->logits + g->count * g->vocab, logits, g->vocab * sizeof(*logits));
		more = on_token(l, token) && (!g->ended || r->ignore_end);
	}
	free(logits);
	return 0;
}

static int run_on_host(struct engine *e, const struct request *r, struct listener *l,
		       struct ingot_error *err)
{
	struct ingot_sampler *s = make_sampler(e, r, err);
	int ret;

	if (!s)
		return -EINVAL;
	progress_begin(&l->progress, e->name, "tokens");
	ret = run_sampler(e, r, l, s, err);
	progress_clear();
	ingot_sampler_free(s);
	return ret;
}

static int feed_and_run(struct engine *e, const struct request *r, struct listener *l,
			struct ingot_error *err)
{
	/* Nothing to make: the prompt is run for its time alone. */
	size_t fed = l->g->room ? r->n_tokens - 1 : r->n_tokens;
	size_t done = ingot_session_position(e->session);
	uint64_t begin = now_ns();
	int ret = 0;

	l->g->reused = done;
	l->g->fed = fed > done ? fed - done : 0;
	if (l->g->fed)
		ret = engine_feed(e, r->tokens + done, l->g->fed, "running the prompt", NULL, err);
	l->begin = now_ns();
	l->g->prompt_ns = l->begin - begin;
	if (!ret && l->g->room)
		ret = r->on_host ? run_on_host(e, r, l, err) : run_job(e, r, l, r->tokens[fed], err);
	return ret;
}

int generate(struct engine *e, const struct request *r, struct text_stream *text, bool echo,
	     struct generation *g, struct ingot_error *err)
{
	struct listener l = { .e = e, .g = g, .text = text };
	int ret = check_fit(e, r, err);

	*g = (struct generation){ .prompt_tokens = r->n_tokens };
	if (!ret)
		ret = make_room(e, r, g, err);
	for (size_t i = 0; !ret && text && echo && i < g->prompt_tokens; i++)
		put_token(e, text, r->tokens[i]);
	if (!ret)
		ret = feed_and_run(e, r, &l, err);
	if (text)
		text_stream_end(text);
	return ret;
}

void generation_free(struct generation *g)
{
	free(g->tokens);
	free(g->logits);
	*g = (struct generation){ 0 };
}
