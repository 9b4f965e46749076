// SPDX-License-Identifier: MIT
/* ingot trace: what each unit does in every cycle of some tokens. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "interrupt.h"
#include "out_file.h"
#include "trace_file.h"
#include "waves.h"

#define DEFAULT_DEVICE "rtl:sim512"
#define DEFAULT_CONTEXT 512
#define DEFAULT_PROMPT "Once upon a time"

struct trace_args {
	struct engine_options engine;
	const char *prompt, *out, *waves;
	int64_t count, window, seed;
	double temperature;
	int with_prompt;
};

/**
 * struct span - the work that is traced
 * @a: what was asked for
 * @e: the engine
 * @tokens: of the prompt
 * @count: how many
 * @labels: of the document
 * @trace: the document
 * @counters: of the hardware, after the last job
 * @out: its file
 * @waves: the waveform's file; its stream is not used
 */
struct span {
	const struct trace_args *a;
	struct engine e;
	int32_t *tokens;
	size_t count;
	struct trace_labels labels;
	struct trace_file trace;
	uint64_t counters[ING_COUNTERS];
	struct out_file out, waves;
};

static int parse(struct trace_args *a, int argc, char **argv)
{
	const struct option options[] = {
		ENGINE_OPTIONS(&a->engine),
		ENGINE_OPTION_CONTEXT(&a->engine, "positions (default: 512 at most; 0: all the model knows)"),
		{ "-o --output", OPTION_STRING, &a->out, 0, 0, "FILE",
		  "the trace, JSON that ui.perfetto.dev opens" },
		{ "-p --prompt", OPTION_STRING, &a->prompt, 0, 0, "TEXT",
		  "what comes before (default: " DEFAULT_PROMPT ")" },
		{ "-n --predict --n-predict", OPTION_INT, &a->count, 1, 1 << 16, "N",
		  "tokens to make (default: 1)" },
		{ "--with-prompt", OPTION_FLAG, &a->with_prompt, 0, 0, NULL,
		  "trace the prompt's passes too" },
		{ "--window", OPTION_INT, &a->window, 1, 1 << 20, "CYCLES",
		  "cycles of a value of the counter tracks (default: 256)" },
		{ "--waves", OPTION_STRING, &a->waves, 0, 0, "FILE",
		  "the waveform of the same span (FST), from a build with waveforms" },
		{ "--temp --temperature", OPTION_REAL, &a->temperature, 0, 1e6, "T",
		  "temperature (default: 0, the likeliest token)" },
		{ "-s --seed", OPTION_INT, &a->seed, 0, 1e15, "SEED", "seed (default: 0)" },
		{ 0 },
	};
	const struct command_line cl = {
		.usage = "trace -m MODEL.gguf -o FILE [options]",
		.about =
"Makes tokens on the Verilated RTL (default: " DEFAULT_DEVICE ") and writes what each unit did in every\n"
"cycle: a track per engine with a slice per command, and counters of the memory port's use and of what\n"
"the cycles were spent on. docs/tracing.md tells how to read it.",
		.options = options,
	};

	return options_parse(&cl, argc, argv);
}

/* Enough for a span that somebody looks at, and no more than the model knows. */
static int64_t default_context(const char *model)
{
	struct ingot_model_shape shape;

	if (!model || ingot_model_inspect(model, &shape, NULL) || shape.context_train > DEFAULT_CONTEXT)
		return DEFAULT_CONTEXT;
	return shape.context_train;
}

static int check_args(struct trace_args *a)
{
	if (!a->out)
		return cli_complain("no file given for the trace: use -o FILE");
	if (!a->engine.uri)
		a->engine.uri = DEFAULT_DEVICE;
	if (a->engine.context < 0)
		a->engine.context = default_context(a->engine.model);
	if (strncmp(a->engine.uri, "rtl:", 4))
		return cli_complain("--device %s: only the Verilated RTL has cycles to trace: use rtl:CONFIG, for example "
				    DEFAULT_DEVICE, a->engine.uri);
	if (a->waves && !strcmp(a->waves, a->out))
		return cli_complain("--waves %s: is the file of the trace", a->waves);
	return 0;
}

static int watch(struct span *s, struct ingot_error *err)
{
	int ret;

	s->labels = (struct trace_labels){
		.prompt = s->a->prompt,
		.tokens = (uint64_t)s->a->count,
		.seed = (uint64_t)s->a->seed,
		.window = (uint32_t)s->a->window,
	};
	ret = trace_file_begin(&s->trace, &s->e, s->out.f, &s->labels, err);

	return ret || !s->a->waves ? ret : ingot_device_trace(s->e.dev, s->waves.part, err);
}

static bool on_token(void *priv, int32_t token)
{
	(void)priv;
	(void)token;
	return !interrupted();
}

static int make_tokens(struct span *s, struct ingot_error *err)
{
	const uint32_t topk = s->e.config->topk;
	const struct ingot_generate_params params = {
		.count = (uint32_t)s->a->count,
		.temperature = (float)s->a->temperature,
		.top_k = topk < 40 ? topk : 40,
		.seed = (uint64_t)s->a->seed,
		.ignore_end = true,
		.token = on_token,
	};
	struct ingot_generate_result result;
	int ret = ingot_session_generate(s->e.session, s->tokens[s->count - 1], &params, &result, err);

	memcpy(s->counters, result.counters, sizeof(s->counters));
	if (!ret && interrupted())
		return ingot_error_set(err, -EINTR, "interrupted");
	return ret;
}

static int run_span(struct span *s, struct ingot_error *err)
{
	const struct trace_args *a = s->a;
	int ret = ingot_tokenize(s->e.model, a->prompt, strlen(a->prompt),
				 INGOT_TOKENIZE_SPECIAL | INGOT_TOKENIZE_BOS, &s->tokens, &s->count,
				 err);

	if (!ret && !s->count)
		ret = ingot_error_set(err, -EINVAL, "the prompt is empty: use -p TEXT");
	if (!ret && a->with_prompt)
		ret = watch(s, err);
	ret = ret ? ret : engine_feed(&s->e, s->tokens, s->count - 1, "running the prompt", NULL, err);
	if (!ret && !a->with_prompt)
		ret = watch(s, err);
	return ret ? ret : make_tokens(s, err);
}

/* The waveform is written by the model itself: its own file beside it is only a name. */
static int open_files(struct span *s, struct ingot_error *err)
{
	int ret = out_file_open(&s->out, s->a->out, err);

	if (!ret && s->a->waves)
		ret = out_file_open(&s->waves, s->a->waves, err);
	return ret;
}

static int finish_files(struct span *s, struct ingot_error *err)
{
	int ret = 0;

	trace_file_end(&s->trace, s->counters);
	if (s->a->waves) {
		ret = ingot_device_trace(s->e.dev, NULL, err);
		ret = ret ? ret : waves_check(s->waves.part, s->a->waves, err);
	}
	ret = ret ? ret : out_file_commit(&s->out, err);
	if (!ret && s->a->waves)
		ret = out_file_commit(&s->waves, err);
	return ret;
}

static void print_closing(const struct span *s)
{
	const struct trace_file *t = &s->trace;

	fprintf(stderr, "%s: %" PRIu64 " commands in %" PRIu64 " cycles at %.6g MHz: %s, to be opened in https://ui.perfetto.dev\n",
		s->e.name, t->commands, t->cycles, (double)s->e.config->clock_hz / 1e6, s->a->out);
	if (s->a->waves)
		fprintf(stderr, "%s: the same cycles as waveforms, to be opened with GTKWave or Surfer\n",
			s->a->waves);
}

static int trace(struct span *s)
{
	struct ingot_error err = { 0 };
	int status, ret = open_files(s, &err);

	if (ret)
		return cli_fail(&err);
	status = engine_open(&s->e, &s->a->engine);
	if (status)
		return status;
	ret = run_span(s, &err);
	ret = ret ? ret : finish_files(s, &err);
	if (ret)
		return cli_fail(&err);
	print_closing(s);
	return 0;
}

int cmd_trace(int argc, char **argv)
{
	struct trace_args a = {
		.engine.context = -1, .prompt = DEFAULT_PROMPT, .count = 1, .window = 256,
	};
	struct span s = { .a = &a };
	struct ingot_error err = { 0 };
	char uri[160];
	int status = parse(&a, argc, argv);

	if (status == OPTIONS_GO_ON)
		status = check_args(&a);
	else
		return status;
	if (!status && a.waves) {
		status = waves_device(a.engine.uri, uri, sizeof(uri), &err) ? cli_fail(&err) : 0;
		a.engine.uri = uri;
	}
	status = status ? status : trace(&s);
	free(s.tokens);
	engine_close(&s.e);
	out_file_drop(&s.out);
	out_file_drop(&s.waves);
	return status;
}
