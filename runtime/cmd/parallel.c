// SPDX-License-Identifier: MIT
/* One prompt continued several times, side by side: the sequences share each pass. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "cli.h"
#include "interrupt.h"
#include "parallel.h"

struct sample {
	struct batch *batch;
	int32_t *tokens;
	size_t count;
};

struct batch {
	struct engine *e;
	const struct request *r;
	struct ingot_sequence *sequences;
	struct sample *samples;
	uint32_t count;
	size_t room, made;
	struct progress progress;
};

static bool on_token(void *priv, int32_t token)
{
	struct sample *s = priv;
	struct batch *b = s->batch;

	s->tokens[s->count++] = token;
	progress_update(&b->progress, ++b->made, b->room * b->count);
	return !interrupted();
}

static int make_sample(struct batch *b, uint32_t i, struct ingot_error *err)
{
	struct ingot_session *s = i ? ingot_session_create(b->e->model, err) : b->e->session;
	const struct request *r = b->r;

	b->samples[i] = (struct sample){ b, calloc(b->room + 1, sizeof(int32_t)), 0 };
	b->sequences[i] = (struct ingot_sequence){
		.session = s,
		.token = r->tokens[r->n_tokens - 1],
		.params = {
			.count = (uint32_t)b->room,
			.temperature = (float)r->temperature,
			.top_k = r->top_k,
			.seed = r->seed + i,
			.ignore_end = r->ignore_end,
			.token = on_token,
			.priv = &b->samples[i],
		},
	};
	if (s && !b->samples[i].tokens)
		return ingot_error_set(err, -ENOMEM, "out of memory for %zu tokens: use a smaller -n",
				       b->room);
	return s ? 0 : err->code;
}

/* The prompt but for its last token, in every session. */
static int feed(struct batch *b, struct ingot_error *err)
{
	struct ingot_session *own = b->e->session;
	int ret = 0;

	for (uint32_t i = 0; !ret && i < b->count; i++) {
		b->e->session = b->sequences[i].session;
		ret = engine_feed(b->e, b->r->tokens, b->r->n_tokens - 1, "running the prompt", NULL,
				  err);
	}
	b->e->session = own;
	return ret;
}

static void put_tokens(struct batch *b, struct text_stream *text, const int32_t *tokens, size_t count)
{
	char piece[256];

	for (size_t i = 0; i < count; i++)
		text_stream_put(text, piece,
				ingot_token_piece(b->e->model, tokens[i], piece, sizeof(piece)));
}

static void print_samples(struct batch *b, bool echo)
{
	for (uint32_t i = 0; i < b->count; i++) {
		struct text_stream text = { .out = stdout };

		printf("[%u] ", i + 1);
		put_tokens(b, &text, b->r->tokens, echo ? b->r->n_tokens : 0);
		put_tokens(b, &text, b->samples[i].tokens, b->samples[i].count);
		text_stream_end(&text);
		putchar('\n');
	}
	fflush(stdout);
}

static void print_closing(const struct batch *b, const struct ingot_generate_result *result,
			  uint64_t ns)
{
	struct measure measure;

	fprintf(stderr, "%s: %u sequences, %u at a time: generation %u tokens in %u passes, %.1f tokens/s",
		b->e->name, b->count, ingot_model_batch(b->e->model), result->count, result->passes,
		ns ? (double)result->count * 1e9 / (double)ns : 0);
	if (b->r->temperature > 0)
		fprintf(stderr, "; seeds %" PRIu64 " to %" PRIu64, b->r->seed,
			b->r->seed + b->count - 1);
	fputs(interrupted() ? ", interrupted\n" : "\n", stderr);
	if (!result->count || !engine_is_timed(b->e))
		return;
	measure_sequences(b->e, b->sequences, b->count, result, &measure);
	measure_print(&measure, stderr);
}

static int run(struct batch *b, bool echo, struct ingot_error *err)
{
	struct ingot_generate_result result = { 0 };
	const size_t most = b->e->info->context - b->r->n_tokens + 1;
	uint64_t begin;
	int ret = 0;

	if (b->r->n_tokens > b->e->info->context)
		return ingot_error_set(err, -EOVERFLOW,
				       "the prompt has %zu tokens, the context %u positions: use -c %zu",
				       b->r->n_tokens, b->e->info->context, b->r->n_tokens);
	b->room = b->r->count >= 0 && (uint64_t)b->r->count < most ? (size_t)b->r->count : most;
	for (uint32_t i = 0; !ret && i < b->count; i++)
		ret = make_sample(b, i, err);
	ret = ret ? ret : feed(b, err);
	if (ret)
		return ret;
	begin = now_ns();
	progress_begin(&b->progress, b->e->name, "tokens");
	ret = ingot_generate(b->sequences, b->count, &result, err);
	progress_clear();
	print_samples(b, echo);
	print_closing(b, &result, now_ns() - begin);
	return ret;
}

static void free_batch(struct batch *b)
{
	for (uint32_t i = 0; b->sequences && b->samples && i < b->count; i++) {
		if (i)
			ingot_session_free(b->sequences[i].session);
		free(b->samples[i].tokens);
	}
	free(b->sequences);
	free(b->samples);
}

int parallel_run(struct engine *e, const struct request *r, uint32_t count, bool echo)
{
	struct batch b = {
		.e = e, .r = r, .count = count,
		.sequences = calloc(count, sizeof(*b.sequences)),
		.samples = calloc(count, sizeof(*b.samples)),
	};
	struct ingot_error err = { 0 };
	int ret;

	if (r->on_host)
		ret = ingot_error_set(&err, -EINVAL,
				      "--parallel: the device chooses the tokens, so not with options that want the host to");
	else if (!b.sequences || !b.samples)
		ret = ingot_error_set(&err, -ENOMEM, "out of memory");
	else
		ret = run(&b, echo, &err);
	free_batch(&b);
	if (ret)
		return cli_fail(&err);
	return interrupted() ? interrupt_status() : 0;
}
