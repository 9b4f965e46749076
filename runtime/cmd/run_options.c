// SPDX-License-Identifier: MIT
#include "run_options.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "cli.h"
#include "text.h"

#define DEFAULT_TOP_K 40

static const char about[] =
"Generates text: the prompt and what follows go to standard output as they come, the rates to standard\n"
"error. Options have llama.cpp's names and meanings; control tokens such as <|im_start|> are parsed in\n"
"prompts. With --chat it is a conversation, in the form that the model's chat template gives it; /help\n"
"there says more.\n\n"
"The device chooses tokens by temperature and top-k by itself, many in one job. Options marked (host)\n"
"choose on the host instead, with a job for each token. The order of steps is: repeat penalty, top-k,\n"
"top-p, min-p, temperature.";

static int read_options(struct run_args *a, int argc, char **argv)
{
	const struct option options[] = {
		ENGINE_OPTIONS(&a->engine),
		ENGINE_OPTION_CONTEXT(&a->engine, "positions (default: 0, all the model knows)"),
		{ "-p --prompt", OPTION_STRING, &a->prompt, 0, 0, "TEXT",
		  "the prompt; with --chat what is said first" },
		{ "-f --file", OPTION_STRING, &a->file, 0, 0, "FILE",
		  "a file with the prompt; - is standard input" },
		{ "--chat", OPTION_FLAG, &a->chat, 0, 0, NULL, "a conversation" },
		{ "--system", OPTION_STRING, &a->system, 0, 0, "TEXT",
		  "--chat: what the model is told beforehand" },
		{ "--chat-template", OPTION_STRING, &a->chat_template, 0, 0, "FILE",
		  "--chat: a template (Jinja) to use instead of the model's" },
		{ "--session", OPTION_STRING, &a->session, 0, 0, "FILE",
		  "go on where this file ends, if it is there, and save to it at the end" },
		{ "-n --predict --n-predict", OPTION_INT, &a->count, -2, 1 << 24, "N",
		  "tokens to make (default: -1, until the end or the context is full)" },
		{ "--temp --temperature", OPTION_REAL, &a->temperature, 0, 1e6, "T",
		  "temperature (default: 0.8); 0 takes the likeliest token" },
		{ "--top-k", OPTION_INT, &a->top_k, 0, 1 << 24, "K",
		  "candidates (default: 40); 0: all (host)" },
		{ "--top-p", OPTION_REAL, &a->top_p, 1e-9, 1, "P",
		  "the likeliest up to this probability (host; default: 1, no effect)" },
		{ "--min-p", OPTION_REAL, &a->min_p, 0, 1, "P",
		  "at least this share of the likeliest's probability (host; default: 0)" },
		{ "--repeat-penalty", OPTION_REAL, &a->repeat_penalty, 1e-6, 1e6, "X",
		  "tokens seen lately are less likely (host; default: 1, no effect)" },
		{ "--repeat-last-n", OPTION_INT, &a->repeat_last_n, -1, 1 << 24, "N",
		  "how many are lately (default: 64); -1: the context" },
		{ "-s --seed", OPTION_INT, &a->seed, -1, 1e15, "SEED",
		  "seed (default: -1, a random one)" },
		{ "--parallel", OPTION_INT, &a->parallel, 1, 256, "N",
		  "continue the prompt N times side by side, with seeds from SEED on" },
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
		.usage = "run -m MODEL.gguf (-p TEXT | -f FILE | --chat) [options]",
		.about = about,
		.options = options,
	};

	return options_parse(&cl, argc, argv);
}

static int check(const struct run_args *a)
{
	if (!a->chat && (a->system || a->chat_template))
		return cli_complain("%s: needs --chat", a->system ? "--system" : "--chat-template");
	if (a->chat && (a->compare || a->trace))
		return cli_complain("%s: not with --chat", a->compare ? "--compare" : "--trace");
	if (a->parallel && (a->compare || a->chat || a->session))
		return cli_complain("--parallel: not with %s",
				    a->compare ? "--compare" : a->chat ? "--chat" : "--session");
	if (a->chat && a->file && !strcmp(a->file, "-"))
		return cli_complain("-f -: not with --chat, which reads standard input");
	return OPTIONS_GO_ON;
}

int run_options_parse(struct run_args *a, int argc, char **argv)
{
	int status;

	*a = (struct run_args){
		.count = -1, .seed = -1, .top_k = -1, .repeat_last_n = 64, .temperature = 0.8,
		.top_p = 1, .repeat_penalty = 1, .echo = 1, .escape = 1,
	};
	status = read_options(a, argc, argv);
	return status == OPTIONS_GO_ON ? check(a) : status;
}

int run_options_prompt(const struct run_args *a, char **text, size_t *len)
{
	const char *path = a->file && !strcmp(a->file, "-") ? "/dev/stdin" : a->file;
	struct ingot_error err = { 0 };

	*text = NULL;
	*len = 0;
	if (path) {
		if (text_read(path, text, len, &err))
			return cli_fail(&err);
	} else if (a->prompt || (!a->chat && !a->session)) {
		/* a model with a begin token can do without a prompt */
		*text = strdup(a->prompt ? a->prompt : "");
		*len = a->prompt ? strlen(a->prompt) : 0;
		if (!*text)
			return cli_complain("out of memory");
	}
	if (*text && a->escape)
		*len = text_unescape(*text, *len);
	return 0;
}

static uint64_t random_seed(void)
{
	uint32_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint32_t)now_ns();
	return seed;
}

static bool needs_host(const struct run_args *a)
{
	return a->temperature > 0 ? !a->top_k || a->top_p < 1 || a->min_p > 0 || a->repeat_penalty != 1 :
				    a->repeat_penalty != 1;
}

/* The default is what the device has if that is less; what the user asks for must be there. */
static int choose_top_k(const struct run_args *a, const struct engine *e, struct request *r)
{
	const uint32_t limit = e->config->topk;

	r->top_k = a->top_k >= 0 ? (uint32_t)a->top_k : DEFAULT_TOP_K;
	if (r->on_host)
		return 0;
	if (a->top_k > limit)
		return cli_complain("--top-k %" PRId64 ": %s keeps %u candidates at most", a->top_k,
				    e->name, limit);
	if (r->top_k > limit || !r->top_k)
		r->top_k = limit;
	return 0;
}

int run_options_request(const struct run_args *a, const struct engine *e, struct request *r)
{
	const uint32_t context = e->info->context;

	*r = (struct request){
		.count = a->count,
		.temperature = a->temperature,
		.top_p = a->top_p,
		.min_p = a->min_p,
		.repeat_penalty = a->repeat_penalty,
		.repeat_last_n = a->repeat_last_n >= 0 && a->repeat_last_n < context ?
				 (uint32_t)a->repeat_last_n : context,
		.seed = a->seed < 0 ? random_seed() : (uint64_t)a->seed,
		.on_host = needs_host(a),
		.ignore_end = a->ignore_end,
		.keep_logits = a->compare,
	};
	return choose_top_k(a, e, r);
}
