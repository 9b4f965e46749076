/* SPDX-License-Identifier: MIT */
/* Conversations: a model's own chat template turns messages into tokens. */
#ifndef INGOT_CHAT_H
#define INGOT_CHAT_H

#include "ingot/model.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ingot_chat;

/**
 * struct ingot_chat_message - something that was said
 * @role: by whom: "system", "user" or "assistant"
 * @content: what, UTF-8
 */
struct ingot_chat_message {
	const char *role, *content;
};

/**
 * ingot_chat_create() - read the chat template of a model
 * @model: the model, which must outlive it
 * @source: a template to use instead of the model's, or NULL
 * @err: filled in on failure (-ENOENT: the model has none; -ENOTSUP: it is not supported, with line,
 *	column and construct; -EINVAL: it is no template)
 *
 * Return: the template, to be freed with ingot_chat_free(), or NULL.
 */
struct ingot_chat *ingot_chat_create(const struct ingot_model *model, const char *source,
				     struct ingot_error *err);

/**
 * ingot_chat_free() - free a chat template
 * @chat: the template, or NULL
 */
void ingot_chat_free(struct ingot_chat *chat);

/**
 * ingot_chat_render() - the text of a conversation, up to where the model shall go on
 * @chat: the template
 * @messages: the conversation
 * @count: messages
 * @text: set to the text and a NUL, to be freed with free()
 * @len: set to its bytes
 * @err: filled in on failure (-EINVAL: the template refuses this conversation, or a message is not
 *	UTF-8; -ENOTSUP; -E2BIG: the template asks for too much work or memory)
 *
 * Return: 0 or negative errno.
 */
int ingot_chat_render(const struct ingot_chat *chat, const struct ingot_chat_message *messages,
		      size_t count, char **text, size_t *len, struct ingot_error *err);

/**
 * ingot_chat_tokens() - the tokens of a conversation, up to where the model shall go on
 * @chat: the template
 * @messages: the conversation
 * @count: messages
 * @tokens: set to an array of ids, to be freed with free()
 * @n_tokens: set to their number
 * @err: filled in on failure, as of ingot_chat_render()
 *
 * The token that begins a text is there exactly once if the model wants it. Names of control tokens
 * in a message become those tokens, as they do in the template.
 *
 * Return: 0 or negative errno.
 */
int ingot_chat_tokens(const struct ingot_chat *chat, const struct ingot_chat_message *messages,
		      size_t count, int32_t **tokens, size_t *n_tokens, struct ingot_error *err);

#ifdef __cplusplus
}
#endif
#endif
