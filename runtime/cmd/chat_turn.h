/* SPDX-License-Identifier: MIT */
/* The state of a conversation with a model, and one turn of it. */
#ifndef CHAT_TURN_H
#define CHAT_TURN_H

#include "conversation.h"
#include "generation.h"
#include "known_tokens.h"
#include "run_options.h"

/**
 * struct chat - a conversation under way
 * @args: options
 * @e: device, model, session
 * @template: the model's form of conversations
 * @said: messages
 * @known: what the session has in its cache
 * @request: how to generate
 */
struct chat {
	const struct run_args *args;
	struct engine *e;
	struct ingot_chat *template;
	struct conversation said;
	struct known_tokens known;
	struct request request;
};

/**
 * chat_open() - begin a conversation, or go on with that of --session
 * @c: with @c->request filled in; to be closed with chat_close() in any case
 * @args: options
 * @e: the engine
 * @source: a template to use instead of the model's, or NULL
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int chat_open(struct chat *c, const struct run_args *args, struct engine *e, const char *source,
	      struct ingot_error *err);

/**
 * chat_close() - end a conversation
 * @c: the conversation
 */
void chat_close(struct chat *c);

/**
 * chat_turn() - say something; the reply goes to standard output as it comes
 * @c: the conversation
 * @text: what is said
 * @err: filled in on failure, after which it has not been said
 *
 * Of a reply that is stopped (see interrupted()) the part that came is kept; if none came, nothing
 * has been said. If the context is too small for all that was said, the oldest turns are forgotten.
 *
 * Return: 0 or negative errno.
 */
int chat_turn(struct chat *c, const char *text, struct ingot_error *err);

/**
 * chat_clear() - forget what was said, but for --system
 * @c: the conversation
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int chat_clear(struct chat *c, struct ingot_error *err);

/**
 * chat_save() - write the conversation and the session to a file
 * @c: the conversation
 * @path: the file
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int chat_save(const struct chat *c, const char *path, struct ingot_error *err);

/**
 * chat_load() - go on with what a file holds
 * @c: the conversation; on failure it stays as it was, but for its cache
 * @path: the file
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int chat_load(struct chat *c, const char *path, struct ingot_error *err);

#endif
