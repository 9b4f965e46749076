// SPDX-License-Identifier: MIT
/* ingot bench: measure prompt processing and generation. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "cli.h"
#include "interrupt.h"

#define TOKENS_MAX (1 << 19)
#define BATCH_MAX 256

struct bench_args {
	struct engine_options engine;
	struct option_list prompts, gens, batches, depths, job_depths;
	int64_t repeats, count;
	const char *form;
	int warmup, jobs;
};

static int parse(struct bench_args *a, int argc, char **argv)
{
	const struct option options[] = {
		ENGINE_OPTIONS(&a->engine),
		{ "-p --n-prompt", OPTION_LIST, &a->prompts, 0, TOKENS_MAX, "N,...",
		  "tokens of a prompt (default: 512); 0 for none" },
		{ "-n --n-gen", OPTION_LIST, &a->gens, 0, TOKENS_MAX, "N,...",
		  "tokens to generate (default: 128); 0 for none" },
		{ "--batch", OPTION_LIST, &a->batches, 1, BATCH_MAX, "N,...",
		  "sequences that generate side by side (default: 1)" },
		{ "-d --n-depth", OPTION_LIST, &a->depths, 0, TOKENS_MAX, "N,...",
		  "tokens that are in the cache before (default: 0)" },
		{ "-r --repetitions", OPTION_INT, &a->repeats, 1, BENCH_REPEATS_MAX, "N",
		  "times to run each (default: 5; 1 on rtl)" },
		{ "--no-warmup", OPTION_CLEAR, &a->warmup, 0, 0, NULL,
		  "func: do not run each test once before (rtl never does)" },
		{ "--jobs", OPTION_FLAG, &a->jobs, 0, 0, NULL,
		  "measure empty jobs instead, by io_uring and by ioctl" },
		{ "--depth", OPTION_LIST, &a->job_depths, 1, 256, "N,...",
		  "--jobs: jobs that are queued at once (default: 1,32,256)" },
		{ "--count", OPTION_INT, &a->count, 1, 1e9, "N",
		  "--jobs: jobs of each measurement (default: 4096)" },
		{ "-o --output", OPTION_STRING, &a->form, 0, 0, "FORM",
		  "md or json (default: md)" },
		{ 0 },
	};
	const struct command_line cl = {
		.usage = "bench -m MODEL.gguf [options], or bench --jobs [options]",
		.about =
"Measures prompt processing (pp) and generation (tg), with llama-bench's options, columns and JSON\n"
"fields. On rtl also cycles, the port's use, and in JSON the cycles of the last run by cause. With\n"
"--batch several sequences share each pass over the weights, as far as the device has columns: rates and\n"
"cycles are of all their tokens, beside them the rate of each sequence. With\n"
"--jobs what submitting costs: jobs per second, system calls, doorbells and interrupts; no model.",
		.options = options,
	};

	return options_parse(&cl, argc, argv);
}

uint32_t bench_tokens(const struct bench_test *t)
{
	return t->gen ? t->gen * t->batch : t->prompt;
}

static void summarise(const double *values, int count, double *mean, double *deviation)
{
	double sum = 0, squares = 0;

	for (int i = 0; i < count; i++)
		sum += values[i];
	*mean = sum / count;
	for (int i = 0; i < count; i++)
		squares += (values[i] - *mean) * (values[i] - *mean);
	*deviation = count > 1 ? sqrt(squares / (count - 1)) : 0;
}

struct bench_rates bench_rates(const struct bench_test *t)
{
	double ns[BENCH_REPEATS_MAX], ts[BENCH_REPEATS_MAX];
	struct bench_rates rates;

	for (int i = 0; i < t->repeats; i++) {
		ns[i] = (double)t->ns[i];
		ts[i] = bench_tokens(t) * 1e9 / ns[i];
	}
	summarise(ns, t->repeats, &rates.ns, &rates.ns_deviation);
	summarise(ts, t->repeats, &rates.ts, &rates.ts_deviation);
	return rates;
}

/* Any text does: what it says costs nothing. The same one each time, so that cycles repeat. */
static int feed_noise(struct engine *e, uint32_t count, const char *what,
		      uint64_t counters[ING_COUNTERS], struct ingot_error *err)
{
	int32_t *tokens = calloc(count + 1, sizeof(*tokens));
	uint32_t state = 1;
	int ret;

	if (!tokens)
		return ingot_error_set(err, -1, "out of memory");
	for (uint32_t i = 0; i < count; i++) {
		state = state * 1664525 + 1013904223;
		tokens[i] = (int32_t)((state >> 8) % e->info->vocab);
	}
	ret = engine_feed(e, tokens, count, what, counters, err);
	free(tokens);
	return ret;
}

static int run_prompt(struct engine *e, struct bench_test *t, uint64_t *ns, struct ingot_error *err)
{
	struct ingot_device_stats before, after;
	uint64_t begin = now_ns();
	int ret;

	t->measure = (struct measure){ .tokens = t->prompt };
	ingot_device_stats(e->dev, &before);
	ret = feed_noise(e, t->prompt, "prompt", t->measure.counters, err);
	*ns = now_ns() - begin;
	ingot_device_stats(e->dev, &after);
	t->measure.cycles = t->measure.counters[ING_CNT_CYCLES];
	if (after.sim_ns > before.sim_ns)
		t->measure.khz = (double)(after.cycles - before.cycles) * 1e6 /
				 (double)(after.sim_ns - before.sim_ns);
	return ret;
}

/* What the progress of a generation needs. */
struct listener {
	struct progress progress;
	uint64_t done, total;
};

static bool on_token(void *priv, int32_t token)
{
	struct listener *l = priv;

	(void)token;
	progress_update(&l->progress, ++l->done, l->total);
	return !interrupted();
}

/* What computes: the engine's own session, and more where a test wants several. */
struct bench_rig {
	struct engine e;
	struct ingot_session *sessions[BATCH_MAX];
	uint32_t n_sessions;
};

static int run_generation(struct bench_rig *rig, struct bench_test *t, uint32_t count, uint64_t *ns,
			  struct ingot_error *err)
{
	struct listener l = { .total = (uint64_t)count * t->batch };
	struct ingot_generate_result result = { 0 };
	struct ingot_sequence *sequences = calloc(t->batch, sizeof(*sequences));
	uint64_t begin = now_ns();
	int ret;

	if (!sequences)
		return ingot_error_set(err, -ENOMEM, "out of memory");
	for (uint32_t i = 0; i < t->batch; i++)
		sequences[i] = (struct ingot_sequence){
			.session = rig->sessions[i],
			.params = {
				.count = count, .top_k = 1, .ignore_end = true,
				.token = on_token, .priv = &l,
			},
		};
	progress_begin(&l.progress, "generation", "tokens");
	ret = ingot_generate(sequences, t->batch, &result, err);
	*ns = now_ns() - begin;
	progress_clear();
	measure_sequences(&rig->e, sequences, t->batch, &result, &t->measure);
	free(sequences);
	return ret;
}

/* All sessions of a test at its depth. */
static int prepare(struct bench_rig *rig, uint32_t depth, uint32_t count, struct ingot_error *err)
{
	struct ingot_session *own = rig->e.session;
	int ret = 0;

	for (uint32_t i = 0; !ret && i < count; i++) {
		rig->e.session = rig->sessions[i];
		ingot_session_rewind(rig->e.session, 0);
		ret = feed_noise(&rig->e, depth, "depth", NULL, err);
	}
	rig->e.session = own;
	return ret;
}

static int run_once(struct bench_rig *rig, struct bench_test *t, bool warmup, uint64_t *ns,
		    struct ingot_error *err)
{
	int ret = prepare(rig, warmup ? 0 : t->depth, t->batch, err);

	if (ret)
		return ret;
	if (t->gen)
		return run_generation(rig, t, warmup ? 1 : t->gen, ns, err);
	return run_prompt(&rig->e, t, ns, err);
}

static int run_test(struct bench_rig *rig, const struct bench_args *a, struct bench_test *t)
{
	struct ingot_error err = { 0 };
	uint64_t ns;
	int ret = 0;

	t->timed = engine_is_timed(&rig->e);
	t->repeats = a->repeats ? (int)a->repeats : t->timed ? 1 : 5;
	t->start = time(NULL);
	if (a->warmup && !t->timed)
		ret = run_once(rig, t, true, &ns, &err);
	for (int i = 0; !ret && i < t->repeats; i++) {
		ret = run_once(rig, t, false, &t->ns[i], &err);
		if (interrupted())
			return interrupt_status();
	}
	return ret ? cli_fail(&err) : 0;
}

static int run_and_print(struct bench_rig *rig, const struct bench_args *a,
			 const struct bench_printer *printer, struct bench_test *t)
{
	int status = bench_tokens(t) ? run_test(rig, a, t) : 0;

	if (!status && bench_tokens(t))
		printer->test(&rig->e, &a->engine, t);
	return status;
}

static int run_tests_at(struct bench_rig *rig, const struct bench_args *a, uint32_t depth,
			const struct bench_printer *printer, struct bench_test *t)
{
	int status = 0;

	for (int i = 0; !status && i < a->prompts.count; i++) {
		*t = (struct bench_test){
			.prompt = (uint32_t)a->prompts.values[i], .batch = 1, .depth = depth,
		};
		status = run_and_print(rig, a, printer, t);
	}
	for (int i = 0; !status && i < a->gens.count * a->batches.count; i++) {
		*t = (struct bench_test){
			.gen = (uint32_t)a->gens.values[i / a->batches.count],
			.batch = (uint32_t)a->batches.values[i % a->batches.count],
			.depth = depth,
		};
		status = run_and_print(rig, a, printer, t);
	}
	return status;
}

static int64_t greatest(const struct option_list *list)
{
	int64_t most = 0;

	for (int i = 0; i < list->count; i++)
		most = list->values[i] > most ? list->values[i] : most;
	return most;
}

/* The cache needs to hold the longest test, and no more: it is device memory. */
static void choose_context(struct bench_args *a)
{
	int64_t prompt = greatest(&a->prompts), gen = greatest(&a->gens);

	a->engine.context = greatest(&a->depths) + (prompt > gen ? prompt : gen);
}

static int open_rig(struct bench_rig *rig, const struct bench_args *a)
{
	struct ingot_error err = { 0 };
	int status = engine_open(&rig->e, &a->engine);

	if (status)
		return status;
	rig->sessions[rig->n_sessions++] = rig->e.session;
	while (rig->n_sessions < greatest(&a->batches)) {
		struct ingot_session *s = ingot_session_create(rig->e.model, &err);

		if (!s)
			return cli_fail(&err);
		rig->sessions[rig->n_sessions++] = s;
	}
	return 0;
}

static void close_rig(struct bench_rig *rig)
{
	while (rig->n_sessions > 1)
		ingot_session_free(rig->sessions[--rig->n_sessions]);
	engine_close(&rig->e);
}

static int run_all(struct bench_args *a, const struct bench_printer *printer)
{
	struct bench_test *t = malloc(sizeof(*t));
	struct bench_rig rig = { .n_sessions = 0 };
	int status;

	if (!t)
		return cli_complain("out of memory");
	choose_context(a);
	status = open_rig(&rig, a);
	if (!status) {
		printer->begin(&rig.e, &a->engine, greatest(&a->batches) > 1);
		for (int i = 0; !status && i < a->depths.count; i++)
			status = run_tests_at(&rig, a, (uint32_t)a->depths.values[i], printer, t);
		printer->end();
	}
	close_rig(&rig);
	free(t);
	return status;
}

int cmd_bench(int argc, char **argv)
{
	struct bench_args a = {
		.prompts = { { 512 }, 1 }, .gens = { { 128 }, 1 }, .depths = { { 0 }, 1 },
		.batches = { { 1 }, 1 },
		.job_depths = { { 1, 32, 256 }, 3 }, .count = 4096, .form = "md", .warmup = 1,
	};
	int status = parse(&a, argc, argv);

	if (status != OPTIONS_GO_ON)
		return status;
	if (a.jobs && (!strcmp(a.form, "md") || !strcmp(a.form, "json")))
		return bench_jobs(&a.engine, &a.job_depths, (uint64_t)a.count, *a.form == 'j');
	if (!greatest(&a.prompts) && !greatest(&a.gens))
		return cli_complain("nothing to measure: -p and -n are both 0");
	if (!strcmp(a.form, "md"))
		return run_all(&a, &bench_markdown);
	if (!strcmp(a.form, "json"))
		return run_all(&a, &bench_json);
	return cli_complain("-o: '%s' is neither md nor json", a.form);
}
