// SPDX-License-Identifier: MIT
/* ingot run --chat: what is said goes to the model, what begins with a slash to this program. */
#include "chat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chat_turn.h"
#include "cli.h"
#include "interrupt.h"
#include "line_editor.h"
#include "text.h"

/* A reply stops at the first Ctrl-C; only the third one ends the program at once. */
#define PATIENCE 2

static const char help[] =
"/clear        forget what was said, but for --system\n"
"/save FILE    keep the conversation and the model's state\n"
"/load FILE    go on with one that was kept\n"
"/exit         leave, as Ctrl-D does\n"
"/help         this text\n"
"A line that ends with \\ goes on with the next one; one that begins with // is said with one slash.\n"
"Ctrl-C stops a reply; at the prompt, twice, it leaves.\n";

/* What a line asked for. */
enum outcome { GO_ON, LEAVE, FAILED };

static enum outcome complain(const struct ingot_error *err)
{
	cli_complain("%s", err->text);
	return FAILED;
}

static enum outcome command(struct chat *c, const char *line)
{
	size_t word = strcspn(line, " \t");
	const char *operand = line + word + strspn(line + word, " \t");
	struct ingot_error err = { 0 };
	int ret = 0;

	if (!strcmp(line, "/exit") || !strcmp(line, "/quit"))
		return LEAVE;
	if (!strcmp(line, "/help")) {
		fputs(help, stderr);
		return GO_ON;
	}
	if (!strcmp(line, "/clear"))
		ret = chat_clear(c, &err);
	else if (word == 5 && !strncmp(line, "/save", 5) && *operand)
		ret = chat_save(c, operand, &err);
	else if (word == 5 && !strncmp(line, "/load", 5) && *operand)
		ret = chat_load(c, operand, &err);
	else
		ret = ingot_error_set(&err, -EINVAL, "'%s': /help lists what there is", line);
	return ret ? complain(&err) : GO_ON;
}

/* A device that went wrong ends the conversation; anything else is the line's fault. */
static enum outcome say(struct chat *c, const char *text, int *status)
{
	struct ingot_error err = { 0 };

	if (!chat_turn(c, text, &err))
		return GO_ON;
	*status = cli_fail(&err);
	return *status == EXIT_DEVICE ? LEAVE : FAILED;
}

static enum outcome take(struct chat *c, const char *line, size_t len, int *status)
{
	if (memchr(line, '\0', len)) {
		cli_complain("a zero byte in what is said");
		return FAILED;
	}
	if (!len)
		return GO_ON;
	if (line[0] == '/' && line[1] != '/')
		return command(c, line);
	return say(c, line[0] == '/' ? line + 1 : line, status);
}

/* Twice in a row at the prompt, it is meant. */
static bool leave_for_interrupt(bool *again)
{
	if (!interrupt_forgive())
		return true;
	putchar('\n');
	if (*again)
		return true;
	*again = true;
	fputs("Ctrl-C once more, or Ctrl-D, to leave\n", stderr);
	return false;
}

static int converse(struct chat *c, struct line_editor *l, bool failed)
{
	bool again = false;
	int status = 0;

	for (;;) {
		enum outcome outcome;
		enum line_end end;
		char *line;
		size_t len;

		interrupt_device(NULL);
		end = line_editor_read(l, &line, &len);
		interrupt_device(c->e->dev);
		if (end == LINE_INTERRUPT && line_editor_interactive(l) && !leave_for_interrupt(&again))
			continue;
		if (end == LINE_ERROR)
			return cli_complain("standard input: cannot read: %s", strerror(errno));
		if (end != LINE_OK)
			break;
		again = false;
		outcome = take(c, line, len, &status);
		free(line);
		failed |= outcome == FAILED;
		if (outcome == LEAVE || (interrupted() && !interrupt_forgive()))
			break;
	}
	if (interrupted())
		return interrupt_status();
	if (line_editor_interactive(l))
		return status == EXIT_DEVICE ? status : 0;
	return status == EXIT_DEVICE ? status : failed ? EXIT_USER : 0;
}

static int open_chat(struct chat *c, const struct run_args *args, struct engine *e)
{
	struct ingot_error err = { 0 };
	char *source = NULL;
	size_t len;
	int status = run_options_request(args, e, &c->request);

	if (status)
		return status;
	if (args->chat_template && text_read(args->chat_template, &source, &len, &err))
		return cli_fail(&err);
	status = chat_open(c, args, e, source, &err) ? cli_fail(&err) : 0;
	free(source);
	return status;
}

static int run(struct chat *c, const struct run_args *args, const char *first)
{
	struct ingot_error err = { 0 };
	struct line_editor *l = line_editor_create(&err);
	enum outcome outcome = GO_ON;
	int status = 0;

	if (!l)
		return cli_fail(&err);
	if (line_editor_interactive(l))
		fprintf(stderr, "%s on %s. /help says what else there is.\n", c->e->info->type, c->e->name);
	if (first)
		outcome = say(c, first, &status);
	if (outcome != LEAVE && (!interrupted() || interrupt_forgive()))
		status = converse(c, l, outcome == FAILED);
	else if (interrupted())
		status = interrupt_status();
	line_editor_free(l);
	if (args->session && chat_save(c, args->session, &err))
		return cli_complain("%s", err.text);
	return status;
}

int chat_run(const struct run_args *args, const char *first)
{
	struct chat c = { 0 };
	struct engine e;
	int status = engine_open(&e, &args->engine);

	interrupt_patience(PATIENCE);
	if (!status)
		status = open_chat(&c, args, &e);
	if (!status)
		status = run(&c, args, first);
	chat_close(&c);
	engine_close(&e);
	return status;
}
