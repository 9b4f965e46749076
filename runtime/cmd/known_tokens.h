/* SPDX-License-Identifier: MIT */
/* What a session has in its cache. */
#ifndef KNOWN_TOKENS_H
#define KNOWN_TOKENS_H

#include "engine.h"

/**
 * struct known_tokens - what a session was fed
 * @tokens: of its cache in order, and maybe some behind, which were made last
 * @count: how many
 */
struct known_tokens {
	int32_t *tokens;
	size_t count;
};

/**
 * known_tokens_set() - remember what a session was fed and what it made
 * @k: replaced
 * @prompt: tokens
 * @n_prompt: how many
 * @made: tokens behind those
 * @n_made: how many
 * @err: filled in on failure, which leaves nothing known
 *
 * Return: 0 or negative errno.
 */
int known_tokens_set(struct known_tokens *k, const int32_t *prompt, size_t n_prompt,
		     const int32_t *made, size_t n_made, struct ingot_error *err);

/**
 * known_tokens_reuse() - keep of a session's cache what a prompt begins with
 * @k: what the session was fed
 * @s: the session, rewound to the first token that differs, or to the last one of the prompt
 * @prompt: tokens
 * @count: how many, at least 1
 */
void known_tokens_reuse(const struct known_tokens *k, struct ingot_session *s,
			const int32_t *prompt, size_t count);

/**
 * known_tokens_free() - forget
 * @k: the tokens
 */
void known_tokens_free(struct known_tokens *k);

#endif
