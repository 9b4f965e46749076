// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* mempcpy */
#include "chat_turn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "closing.h"
#include "ingot/session_file.h"
#include "interrupt.h"
#include "text.h"

/* When turns are forgotten, so many that this share of the context is left for what comes. */
#define FREE_SHARE 4

int chat_clear(struct chat *c, struct ingot_error *err)
{
	conversation_drop(&c->said, 0, c->said.count);
	return c->args->system ? conversation_add(&c->said, "system", c->args->system, err) : 0;
}

/* Templates that are not supported, or refuse this --system, are better known now than later. */
static int try_template(struct chat *c, struct ingot_error *err)
{
	int32_t *tokens;
	size_t count;
	int ret = conversation_add(&c->said, "user", "?", err);

	if (ret)
		return ret;
	ret = ingot_chat_tokens(c->template, c->said.messages, c->said.count, &tokens, &count, err);
	if (!ret)
		free(tokens);
	conversation_drop(&c->said, c->said.count - 1, 1);
	return ret;
}

int chat_open(struct chat *c, const struct run_args *args, struct engine *e, const char *source,
	      struct ingot_error *err)
{
	int ret;

	c->args = args;
	c->e = e;
	c->template = ingot_chat_create(e->model, source, err);
	if (!c->template)
		return -EINVAL;
	ret = chat_clear(c, err);
	ret = ret ? ret : try_template(c, err);
	if (!ret && args->session && !access(args->session, F_OK))
		ret = chat_load(c, args->session, err);
	return ret;
}

void chat_close(struct chat *c)
{
	conversation_drop(&c->said, 0, c->said.count);
	known_tokens_free(&c->known);
	ingot_chat_free(c->template);
}

/* The bytes of what was made, control tokens left out; NULL: out of memory. */
static char *raw_text(const struct engine *e, const struct generation *g, size_t *len)
{
	char piece[256], *text, *at;

	*len = 0;
	for (size_t i = 0; i < g->count; i++)
		*len += ingot_token_piece(e->model, g->tokens[i], piece, sizeof(piece));
	text = at = malloc(*len + 1);
	for (size_t i = 0; text && i < g->count; i++)
		at += ingot_token_piece(e->model, g->tokens[i], at, sizeof(piece));
	return text;
}

/* With U+FFFD for what is no character: a reply may stop in the middle of one. */
static char *clean_text(const char *text, size_t len)
{
	static const char instead[] = "\xef\xbf\xbd";
	char *clean = malloc(len * (sizeof(instead) - 1) + 1), *out = clean;

	for (size_t at = 0, n; clean && at < len; at += n) {
		n = text[at] ? utf8_sequence(text + at, len - at) : 0;
		out = mempcpy(out, n ? text + at : instead, n ? n : sizeof(instead) - 1);
		n = n ? n : 1;
	}
	if (clean)
		*out = '\0';
	return clean;
}

static char *reply_text(const struct engine *e, const struct generation *g)
{
	size_t len;
	char *raw = raw_text(e, g, &len), *clean = raw ? clean_text(raw, len) : NULL;

	free(raw);
	return clean;
}

/* Drops the oldest turn behind the system message; false if only the newest message is left. */
static bool forget_turn(struct chat *c)
{
	size_t first = c->said.count && !strcmp(c->said.messages[0].role, "system"), end = first + 1;

	while (end < c->said.count && strcmp(c->said.messages[end].role, "user"))
		end++;
	if (end >= c->said.count)
		return false;
	conversation_drop(&c->said, first, end - first);
	return true;
}

/* The conversation's tokens, with room behind them for a reply. */
static int fit(struct chat *c, int32_t **tokens, size_t *count, struct ingot_error *err)
{
	const size_t context = c->e->info->context;
	size_t most = context - 1;
	unsigned int forgotten = 0;

	for (;; forgotten++) {
		int ret = ingot_chat_tokens(c->template, c->said.messages, c->said.count, tokens, count,
					    err);

		if (ret)
			return ret;
		if (*count && *count <= most)
			break;
		free(*tokens);
		*tokens = NULL;
		most = context - context / FREE_SHARE;
		if (!forget_turn(c))
			return ingot_error_set(err, -EOVERFLOW,
					       "this has %zu tokens, the context %zu positions: say less, or use a larger -c",
					       *count, context);
	}
	if (forgotten)
		fprintf(stderr, "ingot: the context of %zu is full: the oldest %u %s forgotten (-c gives more)\n",
			context, forgotten, forgotten == 1 ? "turn is" : "turns are");
	return 0;
}

/* What the reply was, as far as it came. */
static int keep_reply(struct chat *c, const struct generation *g, struct ingot_error *err)
{
	char *text = reply_text(c->e, g);
	int ret;

	if (!text)
		return ingot_error_set(err, -ENOMEM, "out of memory for a reply");
	ret = conversation_add(&c->said, "assistant", text, err);
	free(text);
	if (!ret && g->count == g->room && !g->ended && c->request.count != (int64_t)g->room)
		fprintf(stderr, "ingot: the context of %u is full: this reply is cut (-c gives more)\n",
			c->e->info->context);
	return ret;
}

static int reply(struct chat *c, const int32_t *tokens, size_t count, struct ingot_error *err)
{
	struct text_stream text = { .out = stdout };
	struct generation g;
	int ret, kept;

	known_tokens_reuse(&c->known, c->e->session, tokens, count);
	c->request.tokens = tokens;
	c->request.n_tokens = count;
	ret = generate(c->e, &c->request, &text, false, &g, err);
	if (g.count)
		putchar('\n');
	fflush(stdout);
	if (c->args->engine.verbose && g.prompt_ns)
		closing_print(c->e, &c->request, &g);
	kept = known_tokens_set(&c->known, tokens, count, g.tokens, g.count, ret ? NULL : err);
	/* stopped before it began */
	if (!ret && !g.count)
		ret = -EINTR;
	if (!ret)
		ret = kept ? kept : keep_reply(c, &g, err);
	generation_free(&g);
	return ret;
}

int chat_turn(struct chat *c, const char *text, struct ingot_error *err)
{
	int32_t *tokens = NULL;
	size_t count = 0;
	int ret = conversation_add(&c->said, "user", text, err);

	if (ret)
		return ret;
	ret = fit(c, &tokens, &count, err);
	ret = ret ? ret : reply(c, tokens, count, err);
	free(tokens);
	if (ret)
		conversation_drop(&c->said, c->said.count - 1, 1);
	return interrupted() ? 0 : ret;
}

int chat_save(const struct chat *c, const char *path, struct ingot_error *err)
{
	struct ingot_session_record record = { .tokens = c->known.tokens, .count = c->known.count };
	int ret = conversation_pack(&c->said, &record.note, &record.note_len, err);

	ret = ret ? ret : ingot_session_save(c->e->session, path, &record, err);
	free(record.note);
	return ret;
}

static int take_record(struct chat *c, const struct ingot_session_record *record,
		       struct ingot_error *err)
{
	struct conversation said = { 0 };
	int ret = conversation_unpack(&said, record->note, record->note_len, err);

	ret = ret ? ret : known_tokens_set(&c->known, record->tokens, record->count, NULL, 0, err);
	if (ret) {
		conversation_drop(&said, 0, said.count);
		return ret;
	}
	conversation_drop(&c->said, 0, c->said.count);
	c->said = said;
	return 0;
}

int chat_load(struct chat *c, const char *path, struct ingot_error *err)
{
	struct ingot_session_record record;
	int ret = ingot_session_load(c->e->session, path, &record, err);

	if (ret)
		return ret;
	ret = take_record(c, &record, err);
	/* the cache has the file's tokens, which are not this conversation's */
	if (ret)
		ingot_session_rewind(c->e->session, 0);
	ingot_session_record_free(&record);
	return ret;
}
