// SPDX-License-Identifier: MIT
#include "ingot/chat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model.h"
#include "runtime/template/arena.h"
#include "runtime/template/chars.h"
#include "runtime/template/template.h"

#define KEY "tokenizer.chat_template"

/* Lists and dicts of a conversation; its texts stay where they are. */
#define MESSAGES_MEMORY ((size_t)256 << 20)

/**
 * struct ingot_chat - see ingot/chat.h
 * @model: the model
 * @template: its template
 */
struct ingot_chat {
	const struct ingot_model *model;
	struct template *template;
};

static struct template *read_template(const struct ingot_model *m, const char *source,
				      struct ingot_error *err)
{
	struct gguf_str own;

	if (source)
		return template_parse("--chat-template", source, strlen(source), err);
	if (!gguf_find_kv(m->gguf, KEY)) {
		ingot_error_set(err, -ENOENT, "%s: this model has no chat template (" KEY
				"): use one that was made for conversations", gguf_name(m->gguf));
		return NULL;
	}
	if (gguf_get_str(m->gguf, KEY, &own, err))
		return NULL;
	return template_parse(gguf_name(m->gguf), own.data, own.len, err);
}

struct ingot_chat *ingot_chat_create(const struct ingot_model *model, const char *source,
				     struct ingot_error *err)
{
	struct ingot_chat *chat = calloc(1, sizeof(*chat));

	if (!chat) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	chat->model = model;
	chat->template = read_template(model, source, err);
	if (!chat->template) {
		free(chat);
		return NULL;
	}
	return chat;
}

void ingot_chat_free(struct ingot_chat *chat)
{
	if (!chat)
		return;
	template_free(chat->template);
	free(chat);
}

static struct str string(const char *s)
{
	return (struct str){ s, strlen(s) };
}

static bool add_message(struct arena *a, struct tv list, const struct ingot_chat_message *m)
{
	struct tv dict = tv_dict_new(a, TV_DICT);

	return dict.type == TV_DICT &&
	       tv_dict_set(a, dict.dict, tv_str(STR("role")), tv_str(string(m->role))) &&
	       tv_dict_set(a, dict.dict, tv_str(STR("content")), tv_str(string(m->content))) &&
	       tv_list_add(a, list.list, dict);
}

/* The name of a token as templates know it; one that the model does not have is undefined. */
static bool add_token(struct arena *a, struct tv vars, const struct tokenizer *tok, int32_t id,
		      const char *name)
{
	const size_t room = tokenizer_max_piece(tok);
	char *text;
	size_t len;

	if (id == TOKENIZER_NONE)
		return true;
	text = arena_alloc(a, room + 1);
	if (!text)
		return false;
	len = tokenizer_piece(tok, id, text, room, TOKENIZER_RENDER_SPECIAL);
	return tv_dict_set(a, vars.dict, tv_str(string(name)), tv_str((struct str){ text, len }));
}

static bool fill(const struct ingot_chat *chat, struct arena *a,
		 const struct ingot_chat_message *messages, size_t count, struct tv *vars)
{
	const struct tokenizer *tok = chat->model->tokenizer;
	struct tv list = tv_list_new(a, TV_LIST);

	*vars = tv_dict_new(a, TV_DICT);
	if (list.type != TV_LIST || vars->type != TV_DICT)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!add_message(a, list, &messages[i]))
			return false;
	/* transformers always defines these */
	return tv_dict_set(a, vars->dict, tv_str(STR("messages")), list) &&
	       tv_dict_set(a, vars->dict, tv_str(STR("add_generation_prompt")), tv_bool(true)) &&
	       tv_dict_set(a, vars->dict, tv_str(STR("tools")), tv_none()) &&
	       tv_dict_set(a, vars->dict, tv_str(STR("documents")), tv_none()) &&
	       add_token(a, *vars, tok, tokenizer_bos(tok), "bos_token") &&
	       add_token(a, *vars, tok, tokenizer_eos(tok), "eos_token");
}

static int check_messages(const struct ingot_chat_message *messages, size_t count,
			  struct ingot_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (!utf8_valid(string(messages[i].role)) || !utf8_valid(string(messages[i].content)))
			return ingot_error_set(err, -EINVAL, "this message is not UTF-8");
	return 0;
}

int ingot_chat_render(const struct ingot_chat *chat, const struct ingot_chat_message *messages,
		      size_t count, char **text, size_t *len, struct ingot_error *err)
{
	struct arena arena = { .limit = MESSAGES_MEMORY };
	int ret = check_messages(messages, count, err);
	struct tv vars;

	if (ret)
		return ret;
	if (fill(chat, &arena, messages, count, &vars))
		ret = template_render(chat->template, vars, time(NULL), &TEMPLATE_LIMITS, text, len, err);
	else
		ret = ingot_error_set(err, -ENOMEM, "out of memory for %zu messages", count);
	arena_free(&arena);
	return ret;
}

/* Templates begin with that token or leave it to the tokenizer; either way it comes once. */
static int add_bos(const struct ingot_chat *chat, int32_t **tokens, size_t *n,
		   struct ingot_error *err)
{
	const struct tokenizer *tok = chat->model->tokenizer;
	const int32_t bos = tokenizer_bos(tok);
	int32_t *more;

	if (!tokenizer_adds_bos(tok) || (*n && **tokens == bos))
		return 0;
	more = realloc(*tokens, (*n + 1) * sizeof(*more));
	if (!more)
		return ingot_error_set(err, -ENOMEM, "out of memory for %zu tokens", *n);
	memmove(more + 1, more, *n * sizeof(*more));
	*more = bos;
	*tokens = more;
	++*n;
	return 0;
}

int ingot_chat_tokens(const struct ingot_chat *chat, const struct ingot_chat_message *messages,
		      size_t count, int32_t **tokens, size_t *n_tokens, struct ingot_error *err)
{
	char *text = NULL;
	size_t len = 0;
	int ret = ingot_chat_render(chat, messages, count, &text, &len, err);

	*tokens = NULL;
	*n_tokens = 0;
	if (!ret)
		ret = ingot_tokenize(chat->model, text, len, INGOT_TOKENIZE_SPECIAL, tokens, n_tokens, err);
	free(text);
	if (!ret)
		ret = add_bos(chat, tokens, n_tokens, err);
	if (ret) {
		free(*tokens);
		*tokens = NULL;
	}
	return ret;
}
