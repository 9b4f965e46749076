// SPDX-License-Identifier: MIT
/* ingot perplexity: perplexity of a text, KL divergence from another computation of the model. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "engine.h"
#include "interrupt.h"
#include "kld.h"
#include "softmax.h"
#include "text.h"

struct perplexity_args {
	struct engine_options engine;
	const char *file, *base;
	int64_t chunks;
	int divergence;
};

/**
 * struct evaluation - a text being evaluated, chunk by chunk
 * @e: the engine
 * @base: file that is compared with, or written, or all zero
 * @kld: sums, if @base is compared with
 * @comparing: it is
 * @tokens: the text
 * @n_ctx: tokens of a chunk
 * @n_chunk: chunks
 * @bos: put in place of the first token of a chunk if the model wants that, else negative
 * @logits: of the second half of a chunk
 * @nll: of all positions so far
 * @count: of them
 */
struct evaluation {
	struct engine e;
	struct kld_base base;
	struct kld kld;
	bool comparing;
	int32_t *tokens;
	int n_ctx, n_chunk;
	int32_t bos;
	float *logits;
	struct kld_sum nll;
	size_t count;
};

static int parse(struct perplexity_args *a, int argc, char **argv)
{
	const struct option options[] = {
		ENGINE_OPTIONS(&a->engine),
		ENGINE_OPTION_CONTEXT(&a->engine, "tokens of a chunk (default: 512)"),
		{ "-f --file", OPTION_STRING, &a->file, 0, 0, "FILE", "the text" },
		{ "--chunks", OPTION_INT, &a->chunks, -1, 1 << 16, "N",
		  "chunks (default: -1, all)" },
		{ "--kl-divergence-base --save-all-logits", OPTION_STRING, &a->base, 0, 0, "FILE",
		  "write what the model says to FILE" },
		{ "--kl-divergence", OPTION_FLAG, &a->divergence, 0, 0, NULL,
		  "compare with that file instead; the text is in it" },
		{ 0 },
	};
	const struct command_line cl = {
		.usage = "perplexity -m MODEL.gguf -f TEXT [options]",
		.about =
"Perplexity of a text, and KL divergence from another computation of the same model: the rule, the\n"
"lines and the file are llama-perplexity's, which can read what this command writes, and the other\n"
"way round.",
		.options = options,
	};

	return options_parse(&cl, argc, argv);
}

static int rows_of_chunk(const struct evaluation *v)
{
	return v->n_ctx - 1 - v->n_ctx / 2;
}

/* A model that wants a beginning-of-text token turns no text at all into just that. */
static int find_bos(struct evaluation *v, struct ingot_error *err)
{
	int32_t *tokens = NULL;
	size_t count = 0;
	int ret = ingot_tokenize(v->e.model, "", 0, INGOT_TOKENIZE_BOS, &tokens, &count, err);

	v->bos = !ret && count ? tokens[0] : -1;
	free(tokens);
	return ret;
}

static int read_text(struct evaluation *v, const struct perplexity_args *a, struct ingot_error *err)
{
	size_t len = 0, count = 0;
	char *text = NULL;
	int ret = text_read(a->file, &text, &len, err);

	if (ret)
		return ret;
	ret = ingot_tokenize(v->e.model, text, len, INGOT_TOKENIZE_BOS, &v->tokens, &count, err);
	free(text);
	if (ret)
		return ret;
	if (count < 2 * (size_t)v->n_ctx)
		return ingot_error_set(err, -EINVAL,
				       "%s: %zu tokens, at least %d are needed with a context of %d: use a smaller -c or a longer text",
				       a->file, count, 2 * v->n_ctx, v->n_ctx);
	count /= (size_t)v->n_ctx;
	v->n_chunk = a->chunks >= 0 && (size_t)a->chunks < count ? (int)a->chunks : (int)count;
	return 0;
}

static int check_base(const struct evaluation *v, struct ingot_error *err)
{
	if ((uint32_t)v->base.n_vocab == v->e.info->vocab)
		return 0;
	return ingot_error_set(err, -EINVAL, "%s: n_vocab is %d, the model has %u tokens: not its base",
			       v->base.path, v->base.n_vocab, v->e.info->vocab);
}

static int make_base(struct evaluation *v, const struct perplexity_args *a, struct ingot_error *err)
{
	v->base.n_ctx = v->n_ctx;
	v->base.n_vocab = (int32_t)v->e.info->vocab;
	v->base.n_chunk = v->n_chunk;
	return kld_base_create(&v->base, a->base, v->tokens, err);
}

static int make_room(struct evaluation *v, struct ingot_error *err)
{
	size_t rows = (size_t)rows_of_chunk(v);

	v->logits = malloc(rows * v->e.info->vocab * sizeof(*v->logits));
	if (!v->logits || (v->comparing && kld_init(&v->kld, rows * (size_t)v->n_chunk)))
		return ingot_error_set(err, -ENOMEM, "out of memory: use a smaller -c");
	return 0;
}

static int prepare(struct evaluation *v, const struct perplexity_args *a, struct ingot_error *err)
{
	int ret = find_bos(v, err);

	if (ret)
		return ret;
	if (v->comparing)
		ret = check_base(v, err);
	else
		ret = read_text(v, a, err);
	if (!ret && a->base && !v->comparing)
		ret = make_base(v, a, err);
	return ret ? ret : make_room(v, err);
}

/* Runs a chunk; the logits of its second half are kept, the last position's is of no use. */
static int run_chunk(struct evaluation *v, int32_t *tokens, struct ingot_error *err)
{
	const size_t first = (size_t)v->n_ctx / 2;
	const int32_t original = tokens[0];
	int ret;

	if (v->bos >= 0)
		tokens[0] = v->bos;
	ingot_session_rewind(v->e.session, 0);
	ret = engine_feed(&v->e, tokens, first, "chunk, first half", NULL, err);
	if (!ret)
		ret = ingot_session_feed(v->e.session, tokens + first, (size_t)rows_of_chunk(v),
					 v->logits, err);
	tokens[0] = original;
	return ret;
}

static int take_row(struct evaluation *v, const float *logits, int32_t token,
		    struct ingot_error *err)
{
	struct softmax s;
	double nll;
	int ret;

	if (v->comparing) {
		ret = kld_base_read(&v->base, err);
		if (!ret)
			kld_add(&v->kld, &v->base, logits, token);
		return ret;
	}
	s = softmax_of(logits, (int32_t)v->e.info->vocab);
	nll = softmax_nll(&s, logits[token]);
	v->nll.sum += nll;
	v->nll.squares += nll * nll;
	v->count++;
	return v->base.file ? kld_base_write(&v->base, logits, err) : 0;
}

static int evaluate_chunk(struct evaluation *v, int chunk, struct ingot_error *err)
{
	int32_t *tokens = v->tokens + (size_t)chunk * (size_t)v->n_ctx;
	int ret = run_chunk(v, tokens, err);

	for (int i = 0; !ret && i < rows_of_chunk(v); i++)
		ret = take_row(v, v->logits + (size_t)i * v->e.info->vocab,
			       tokens[v->n_ctx / 2 + i + 1], err);
	if (ret)
		return ret;
	if (v->comparing)
		kld_print_chunk(&v->kld, chunk + 1, stdout);
	else
		printf("[%d]%.4f,", chunk + 1, exp(v->nll.sum / (double)v->count));
	fflush(stdout);
	return 0;
}

/* From the time of the first chunk, which is what llama-perplexity says too. */
static void announce(const struct evaluation *v, uint64_t ns)
{
	double seconds = (double)ns / 1e9;

	fprintf(stderr, "perplexity: %.2f seconds per pass - ETA %.2f minutes\n", seconds,
		seconds * v->n_chunk / 60);
}

static void print_result(struct evaluation *v)
{
	const double n = (double)v->count, mean = v->nll.sum / n;
	const double variance = v->nll.squares / n - mean * mean;

	if (v->comparing)
		kld_print(&v->kld, stdout);
	else
		printf("\n\nFinal estimate: PPL = %.4f +/- %.5f\n", exp(mean),
		       variance > 0 ? exp(mean) * sqrt(variance / (n - 1)) : 0);
}

static int evaluate(struct evaluation *v, const struct perplexity_args *a)
{
	struct ingot_error err = { 0 };
	int ret = prepare(v, a, &err);

	for (int i = 0; !ret && i < v->n_chunk; i++) {
		uint64_t begin = now_ns();

		ret = evaluate_chunk(v, i, &err);
		if (!ret && !i)
			announce(v, now_ns() - begin);
	}
	if (!ret && v->n_chunk)
		print_result(v);
	if (!ret)
		ret = kld_base_close(&v->base, &err);
	return ret ? cli_fail(&err) : 0;
}

static void free_evaluation(struct evaluation *v)
{
	/* The text of a base file that is compared with belongs to that. */
	if (!v->comparing)
		free(v->tokens);
	kld_base_close(&v->base, NULL);
	kld_free(&v->kld);
	free(v->logits);
	engine_close(&v->e);
}

/* The base file says how the text is cut, so it is opened before there is a session. */
static int open_base(struct evaluation *v, struct perplexity_args *a)
{
	struct ingot_error err = { 0 };

	if (!a->base)
		return cli_complain("--kl-divergence: compare with what? use --kl-divergence-base");
	v->comparing = true;
	if (kld_base_open(&v->base, a->base, &err))
		return cli_fail(&err);
	v->tokens = v->base.tokens;
	v->n_chunk = v->base.n_chunk;
	if (a->chunks >= 0 && a->chunks < v->n_chunk)
		v->n_chunk = (int)a->chunks;
	a->engine.context = v->base.n_ctx;
	return 0;
}

int cmd_perplexity(int argc, char **argv)
{
	struct perplexity_args a = { .engine = { .context = 512 }, .chunks = -1 };
	struct evaluation v = { 0 };
	int status = parse(&a, argc, argv);

	if (status != OPTIONS_GO_ON)
		return status;
	if (a.engine.context < 4)
		return cli_complain("-c %" PRId64 ": a chunk needs 4 or more tokens",
				    a.engine.context);
	if (!a.file && !a.divergence)
		return cli_complain("no text given: use -f FILE");
	status = a.divergence ? open_base(&v, &a) : 0;
	v.n_ctx = (int)a.engine.context;
	if (!status)
		status = engine_open(&v.e, &a.engine);
	if (!status)
		status = evaluate(&v, &a);
	free_evaluation(&v);
	return status;
}
