// SPDX-License-Identifier: MIT
/* Are two answers the same, bit for bit? */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "compare.h"

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t first_token(const struct generation *a, const struct generation *b)
{
	size_t i = 0;

	while (i < a->count && i < b->count && a->tokens[i] == b->tokens[i])
		i++;
	return i;
}

static uint32_t bits(const float *value)
{
	uint32_t word;

	memcpy(&word, value, sizeof(word));
	return word;
}

static size_t first_logit(const struct generation *a, const struct generation *b, size_t count)
{
	size_t i = 0;

	while (i < count && bits(&a->logits[i]) == bits(&b->logits[i]))
		i++;
	return i;
}

int compare_generations(const struct generation *a, const char *a_name, const struct generation *b,
			const char *b_name)
{
	size_t same = first_token(a, b);
	/* The rows after the first token that differs follow different texts. */
	size_t rows = least(same + 1, least(a->count, b->count));
	size_t logits = rows * a->vocab;
	size_t i = a->vocab == b->vocab ? first_logit(a, b, logits) : 0;

	if (i < logits) {
		printf("token %zu, logit %zu differ: %s %.9g (0x%08x), %s %.9g (0x%08x)\n",
		       i / a->vocab, i % a->vocab, a_name, (double)a->logits[i], bits(&a->logits[i]),
		       b_name, (double)b->logits[i], bits(&b->logits[i]));
		return EXIT_DEVICE;
	}
	if (same < a->count && same < b->count) {
		printf("token %zu differs: %s %d, %s %d (all %zu logits so far: bit-identical)\n",
		       same, a_name, a->tokens[same], b_name, b->tokens[same], logits);
		return EXIT_DEVICE;
	}
	if (a->count != b->count) {
		printf("%s made %zu tokens, %s %zu\n", a_name, a->count, b_name, b->count);
		return EXIT_DEVICE;
	}
	printf("%s and %s: %zu tokens and %zu logits: bit-identical\n", a_name, b_name, a->count,
	       logits);
	return 0;
}
