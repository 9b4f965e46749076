// SPDX-License-Identifier: MIT
/* ingot run: generate text from a prompt. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli.h"
#include "compare.h"
#include "interrupt.h"

#define DEFAULT_TOP_K 40

struct run_args {
	struct engine_options engine;
	const char *prompt, *file, *compare, *trace;
	int64_t count, top_k, seed;
	double temperature;
	int ignore_end, echo, escape;
};

static int parse(struct run_args *a, int argc, char **argv)
{
	const struct option options[] = {
		ENGINE_OPTIONS(&a->engine),
		ENGINE_OPTION_CONTEXT(&a->engine, "positions (default: 0, all the model knows)"),
		{ "-p --prompt", OPTION_STRING, &a->prompt, 0, 0, "TEXT", "the prompt" },
		{ "-f --file", OPTION_STRING, &a->file, 0, 0, "FILE", "a file with the prompt" },
		{ "-n --predict --n-predict", OPTION_INT, &a->count, -2, 1 << 24, "N",
		  "tokens to make (default: -1, until the end or the context is full)" },
		{ "--temp --temperature", OPTION_REAL, &a->temperature, 0, 1e6, "T",
		  "temperature (default: 0.8); 0 takes the likeliest token" },
		{ "--top-k", OPTION_INT, &a->top_k, 1, 1 << 24, "K", "candidates (default: 40)" },
		{ "-s --seed", OPTION_INT, &a->seed, -1, 1e15, "SEED",
		  "seed (default: -1, a random one)" },
		{ "--ignore-eos", OPTION_FLAG, &a->ignore_end, 0, 0, NULL,
		  "go on after the end token" },
		{ "--no-display-prompt", OPTION_CLEAR, &a->echo, 0, 0, NULL,
		  "do not print the prompt" },
		{ "--display-prompt", OPTION_FLAG, &a->echo, 0, 0, NULL, "print it (default)" },
		{ "--no-escape", OPTION_CLEAR, &a->escape, 0, 0, NULL,
		  "take \\n and the like in the prompt as they are" },
		{ "-e --escape", OPTION_FLAG, &a->escape, 0, 0, NULL,
		  "as line ends and the like (default)" },
		{ "--compare", OPTION_STRING, &a->compare, 0, 0, "URI",
		  "make the same tokens there too: status 2 unless all bits are equal" },
		{ "--trace", OPTION_STRING, &a->trace, 0, 0, "FILE",
		  "check builds of the RTL: write a waveform (FST)" },
		{ 0 },
	};
	const struct command_line cl = {
		.usage = "run -m MODEL.gguf -p TEXT [options]",
		.about =
"Generates text: the prompt and what follows go to standard output as they come, the rates to standard\n"
"error. Options have llama.cpp's names and meanings; control tokens such as <|im_start|> are parsed in\n"
"prompts.",
		.options = options,
	};

	return options_parse(&cl, argc, argv);
}

/* The text to continue, to be freed, or NULL after a complaint whose status goes to *status. */
static char *read_prompt(const struct run_args *a, size_t *len, int *status)
{
	struct ingot_error err = { 0 };
	char *text = NULL;

	if (a->file) {
		if (text_read(a->file, &text, len, &err)) {
			*status = cli_fail(&err);
			return NULL;
		}
	} else if (a->prompt) {
		text = strdup(a->prompt);
		*len = strlen(a->prompt);
	}
	if (!text)
		*status = cli_complain("no prompt given: use -p TEXT or -f FILE");
	else if (a->escape)
		*len = text_unescape(text, *len);
	return text;
}

static uint64_t random_seed(void)
{
	uint32_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint32_t)now_ns();
	return seed;
}

/* The default is what the device has if that is less; what the user asks for must be there. */
static int choose_top_k(const struct run_args *a, const struct engine *e, struct request *r)
{
	uint32_t limit = e->config->topk;

	if (a->top_k > limit)
		return cli_complain("--top-k %" PRId64 ": %s keeps %u candidates at most", a->top_k,
				    e->name, limit);
	r->top_k = a->top_k ? (uint32_t)a->top_k : limit < DEFAULT_TOP_K ? limit : DEFAULT_TOP_K;
	return 0;
}

static double rate(size_t tokens, uint64_t ns)
{
	return ns ? (double)tokens * 1e9 / (double)ns : 0;
}

static const char *reason(const struct generation *g)
{
	if (interrupted())
		return ", interrupted";
	if (g->ended)
		return ", ended by the model";
	return g->count == g->room ? "" : ", stopped";
}

static void print_closing(const struct engine *e, const struct request *r,
			  const struct generation *g)
{
	fprintf(stderr, "%s: prompt %zu tokens, %.1f tokens/s; generation %zu tokens",
		e->name, g->prompt_tokens, rate(g->prompt_tokens, g->prompt_ns), g->count);
	if (g->count > 1)
		fprintf(stderr, ", %.1f tokens/s", rate(g->count - 1, g->generate_ns));
	fputs(reason(g), stderr);
	if (g->count == g->room && r->count != (int64_t)g->room && !g->ended)
		fprintf(stderr, ", context of %u full", e->info->context);
	if (r->temperature > 0)
		fprintf(stderr, "; seed %" PRIu64, r->seed);
	fputc('\n', stderr);
	if (g->measured)
		measure_print(&g->measure, stderr);
}

static int run_first(struct engine *e, const struct run_args *a, struct request *r,
		     struct generation *g)
{
	struct text_stream text = { .out = stdout };
	struct ingot_error err = { 0 };
	int status = choose_top_k(a, e, r), ret;

	if (status)
		return status;
	if (a->trace && ingot_device_trace(e->dev, a->trace, &err))
		return cli_fail(&err);
	ret = generate(e, r, &text, a->echo, g, &err);
	if (g->prompt_ns) {
		putchar('\n');
		fflush(stdout);
		print_closing(e, r, g);
	}
	if (ret)
		return cli_fail(&err);
	return interrupted() ? EXIT_INTERRUPTED : 0;
}

/* The same tokens on the other device, without text. */
static int run_second(const struct run_args *a, const struct request *r, const struct generation *g,
		      const char *name)
{
	struct engine_options options = a->engine;
	struct ingot_error err = { 0 };
	struct generation other = { 0 };
	struct engine e;
	int status;

	options.uri = a->compare;
	status = engine_open(&e, &options);
	if (!status && generate(&e, r, NULL, false, &other, &err))
		status = cli_fail(&err);
	if (!status && interrupted())
		status = EXIT_INTERRUPTED;
	if (!status) {
		print_closing(&e, r, &other);
		status = compare_generations(g, name, &other, e.name);
	}
	generation_free(&other);
	engine_close(&e);
	return status;
}

static int run(const struct run_args *a, struct request *r)
{
	struct generation g = { 0 };
	struct engine e;
	char name[sizeof(e.name)] = "";
	int status = engine_open(&e, &a->engine);

	if (!status) {
		snprintf(name, sizeof(name), "%s", e.name);
		status = run_first(&e, a, r, &g);
	}
	/* Closed first: two models at once may be more than this machine's memory. */
	engine_close(&e);
	if (!status && a->compare)
		status = run_second(a, r, &g, name);
	generation_free(&g);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run_args a = {
		.count = -1, .seed = -1, .temperature = 0.8, .echo = 1, .escape = 1,
	};
	struct request r = { 0 };
	int status = parse(&a, argc, argv);
	char *prompt;

	if (status != OPTIONS_GO_ON)
		return status;
	prompt = read_prompt(&a, &r.prompt_len, &status);
	if (!prompt)
		return status;
	r.prompt = prompt;
	r.count = a.count;
	r.temperature = a.temperature;
	r.seed = a.seed < 0 ? random_seed() : (uint64_t)a.seed;
	r.ignore_end = a.ignore_end;
	r.keep_logits = a.compare;
	status = run(&a, &r);
	free(prompt);
	return status;
}
