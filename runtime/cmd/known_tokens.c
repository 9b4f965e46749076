// SPDX-License-Identifier: MIT
#include "known_tokens.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int known_tokens_set(struct known_tokens *k, const int32_t *prompt, size_t n_prompt,
		     const int32_t *made, size_t n_made, struct ingot_error *err)
{
	int32_t *tokens = calloc(n_prompt + n_made + 1, sizeof(*tokens));

	known_tokens_free(k);
	if (!tokens)
		return ingot_error_set(err, -ENOMEM, "out of memory for %zu tokens", n_prompt + n_made);
	if (n_prompt)
		memcpy(tokens, prompt, n_prompt * sizeof(*tokens));
	if (n_made)
		memcpy(tokens + n_prompt, made, n_made * sizeof(*tokens));
	*k = (struct known_tokens){ tokens, n_prompt + n_made };
	return 0;
}

void known_tokens_reuse(const struct known_tokens *k, struct ingot_session *s,
			const int32_t *prompt, size_t count)
{
	size_t most = ingot_session_position(s), same = 0;

	/* the last token is to be fed in any case: what follows it is what is asked for */
	if (most > count - 1)
		most = count - 1;
	if (most > k->count)
		most = k->count;
	while (same < most && k->tokens[same] == prompt[same])
		same++;
	ingot_session_rewind(s, (uint32_t)same);
}

void known_tokens_free(struct known_tokens *k)
{
	free(k->tokens);
	*k = (struct known_tokens){ 0 };
}
