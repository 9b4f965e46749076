// SPDX-License-Identifier: MIT
/* ingot run: generate text from a prompt, or in a conversation. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "chat.h"
#include "cli.h"
#include "closing.h"
#include "compare.h"
#include "ingot/session_file.h"
#include "interrupt.h"
#include "known_tokens.h"
#include "parallel.h"
#include "run_options.h"

/**
 * struct run - a run
 * @args: its options
 * @prompt: text, or NULL: go on with what the session has
 * @prompt_len: its bytes
 * @tokens: the prompt's, owned
 * @saved: what the file with the session held
 * @request: how to generate
 * @first: what the first device made
 * @name: of the first device
 */
struct run {
	const struct run_args *args;
	char *prompt;
	size_t prompt_len;
	int32_t *tokens;
	struct known_tokens saved;
	struct request request;
	struct generation first;
	char name[160];
};

/* What the file of --session holds. No file is a session that begins. */
static int load_session(struct run *run, struct engine *e, struct ingot_error *err)
{
	struct ingot_session_record record;
	int ret;

	if (!run->args->session || access(run->args->session, F_OK))
		return 0;
	ret = ingot_session_load(e->session, run->args->session, &record, err);
	if (!ret)
		ret = known_tokens_set(&run->saved, record.tokens, record.count, NULL, 0, err);
	ingot_session_record_free(&record);
	return ret;
}

static int save_session(struct run *run, struct engine *e, struct ingot_error *err)
{
	struct known_tokens *k = &run->saved;
	struct ingot_session_record record;
	int ret;

	if (!run->args->session)
		return 0;
	ret = known_tokens_set(k, run->tokens, run->request.n_tokens, run->first.tokens,
			       run->first.count, err);
	record = (struct ingot_session_record){ .tokens = k->tokens, .count = k->count };
	return ret ? ret : ingot_session_save(e->session, run->args->session, &record, err);
}

/* The prompt's tokens, of which the session may have a beginning; or all that were saved. */
static int find_tokens(struct run *run, struct engine *e, struct ingot_error *err)
{
	struct request *r = &run->request;
	int ret = load_session(run, e, err);

	if (ret)
		return ret;
	if (run->prompt) {
		ret = generation_tokenize(e, run->prompt, run->prompt_len, &run->tokens, &r->n_tokens,
					  err);
	} else if (run->saved.count) {
		run->tokens = run->saved.tokens;
		r->n_tokens = run->saved.count;
		run->saved = (struct known_tokens){ 0 };
		ret = known_tokens_set(&run->saved, run->tokens, r->n_tokens, NULL, 0, err);
	} else {
		ret = ingot_error_set(err, -EINVAL,
				      "%s: no session is there to go on with: use -p TEXT or -f FILE",
				      run->args->session);
	}
	r->tokens = run->tokens;
	if (!ret)
		known_tokens_reuse(&run->saved, e->session, r->tokens, r->n_tokens);
	return ret;
}

static int run_first(struct run *run, struct engine *e)
{
	struct text_stream text = { .out = stdout };
	struct ingot_error err = { 0 }, save_err = { 0 };
	int status = run_options_request(run->args, e, &run->request), ret;

	if (status)
		return status;
	if (run->args->trace && ingot_device_trace(e->dev, run->args->trace, &err))
		return cli_fail(&err);
	if (find_tokens(run, e, &err))
		return cli_fail(&err);
	if (run->args->parallel)
		return parallel_run(e, &run->request, (uint32_t)run->args->parallel,
				    run->args->echo);
	ret = generate(e, &run->request, &text, run->args->echo, &run->first, &err);
	if (run->first.prompt_ns) {
		putchar('\n');
		fflush(stdout);
		closing_print(e, &run->request, &run->first);
	}
	if (ret)
		return cli_fail(&err);
	if (save_session(run, e, &save_err))
		return cli_complain("%s", save_err.text);
	return interrupted() ? interrupt_status() : 0;
}

/* The same tokens on the other device, without text. */
static int run_second(const struct run *run)
{
	struct engine_options options = run->args->engine;
	struct ingot_error err = { 0 };
	struct generation other = { 0 };
	struct engine e;
	int status;

	options.uri = run->args->compare;
	status = engine_open(&e, &options);
	if (!status && generate(&e, &run->request, NULL, false, &other, &err))
		status = cli_fail(&err);
	if (!status && interrupted())
		status = interrupt_status();
	if (!status) {
		closing_print(&e, &run->request, &other);
		status = compare_generations(&run->first, run->name, &other, e.name);
	}
	generation_free(&other);
	engine_close(&e);
	return status;
}

static int run_prompt(struct run *run)
{
	struct engine e;
	int status = engine_open(&e, &run->args->engine);

	if (!status) {
		snprintf(run->name, sizeof(run->name), "%s", e.name);
		status = run_first(run, &e);
	}
	/* Closed first: two models at once may be more than this machine's memory. */
	engine_close(&e);
	if (!status && run->args->compare)
		status = run_second(run);
	generation_free(&run->first);
	known_tokens_free(&run->saved);
	free(run->tokens);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run_args args;
	struct run run = { .args = &args };
	int status = run_options_parse(&args, argc, argv);

	if (status != OPTIONS_GO_ON)
		return status;
	status = run_options_prompt(&args, &run.prompt, &run.prompt_len);
	if (!status)
		status = args.chat ? chat_run(&args, run.prompt) : run_prompt(&run);
	free(run.prompt);
	return status;
}
