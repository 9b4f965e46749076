/* SPDX-License-Identifier: MIT */
/* What was said in a conversation. */
#ifndef CONVERSATION_H
#define CONVERSATION_H

#include "ingot/chat.h"

/**
 * struct conversation - messages
 * @messages: in order; texts are owned
 * @count: how many
 * @room: places at @messages
 */
struct conversation {
	struct ingot_chat_message *messages;
	size_t count, room;
};

/**
 * conversation_add() - say something
 * @c: the conversation
 * @role: who says it; a string constant
 * @text: what; copied
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int conversation_add(struct conversation *c, const char *role, const char *text,
		     struct ingot_error *err);

/**
 * conversation_drop() - forget messages
 * @c: the conversation
 * @first: the first to forget
 * @count: how many
 */
void conversation_drop(struct conversation *c, size_t first, size_t count);

/**
 * conversation_pack() - a conversation as bytes, for a file
 * @c: the conversation
 * @data: set to them, to be freed with free()
 * @len: set to their number
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int conversation_pack(const struct conversation *c, char **data, size_t *len,
		      struct ingot_error *err);

/**
 * conversation_unpack() - bytes as a conversation
 * @c: an empty conversation; filled in
 * @data: the bytes
 * @len: their number
 * @err: filled in on failure (-EINVAL: they are none)
 *
 * Return: 0 or negative errno.
 */
int conversation_unpack(struct conversation *c, const char *data, size_t len,
			struct ingot_error *err);

#endif
