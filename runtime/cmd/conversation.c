// SPDX-License-Identifier: MIT
/* As bytes, a conversation is a letter for the role and a text with its NUL, for each message. */
#include "conversation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const roles[] = { "system", "user", "assistant" };

int conversation_add(struct conversation *c, const char *role, const char *text,
		     struct ingot_error *err)
{
	char *copy = strdup(text);

	if (copy && c->count == c->room) {
		size_t room = c->room ? c->room * 2 : 16;
		struct ingot_chat_message *more = realloc(c->messages, room * sizeof(*more));

		if (!more) {
			free(copy);
			copy = NULL;
		} else {
			c->messages = more;
			c->room = room;
		}
	}
	if (!copy)
		return ingot_error_set(err, -ENOMEM, "out of memory for a message");
	c->messages[c->count++] = (struct ingot_chat_message){ role, copy };
	return 0;
}

void conversation_drop(struct conversation *c, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		free((char *)c->messages[i].content);
	memmove(c->messages + first, c->messages + first + count,
		(c->count - first - count) * sizeof(*c->messages));
	c->count -= count;
	if (!c->count) {
		free(c->messages);
		*c = (struct conversation){ 0 };
	}
}

int conversation_pack(const struct conversation *c, char **data, size_t *len,
		      struct ingot_error *err)
{
	char *at;

	*len = 0;
	for (size_t i = 0; i < c->count; i++)
		*len += strlen(c->messages[i].content) + 2;
	*data = at = malloc(*len + 1);
	if (!at)
		return ingot_error_set(err, -ENOMEM, "out of memory for a conversation");
	for (size_t i = 0; i < c->count; i++) {
		*at++ = *c->messages[i].role;
		at = stpcpy(at, c->messages[i].content) + 1;
	}
	return 0;
}

static const char *role_of(char letter)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (*roles[i] == letter)
			return roles[i];
	return NULL;
}

int conversation_unpack(struct conversation *c, const char *data, size_t len,
			struct ingot_error *err)
{
	int ret = 0;

	while (!ret && len) {
		const char *role = role_of(*data), *end = memchr(data, '\0', len);

		if (!role || !end)
			ret = ingot_error_set(err, -EINVAL, "what this file holds is no conversation");
		else
			ret = conversation_add(c, role, data + 1, err);
		len -= end ? (size_t)(end - data) + 1 : len;
		data = end ? end + 1 : data;
	}
	if (ret)
		conversation_drop(c, 0, c->count);
	return ret;
}
