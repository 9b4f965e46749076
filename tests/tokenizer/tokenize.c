// SPDX-License-Identifier: MIT
/* Prints the tokens of standard input as llama-tokenize --ids does: tokenize MODEL [OPTION] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/model/gguf.h"
#include "runtime/model/tokenizer.h"

static char *read_input(size_t *len)
{
	size_t room = 1 << 16, got;
	char *text = malloc(room);

	*len = 0;
	while (text && (got = fread(text + *len, 1, room - *len, stdin)) > 0) {
		*len += got;
		if (*len == room)
			text = realloc(text, room *= 2);
	}
	return text;
}

static int print_tokens(const struct tokenizer *tok, unsigned int flags, struct ingot_error *err)
{
	int32_t *ids = NULL;
	size_t len, n = 0;
	char *text = read_input(&len);
	int ret = tokenizer_encode(tok, text, len, flags, &ids, &n, err);

	free(text);
	if (ret)
		return ret;
	putchar('[');
	for (size_t i = 0; i < n; i++)
		printf("%s%d", i ? ", " : "", ids[i]);
	puts("]");
	free(ids);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int flags = TOKENIZER_ADD_SPECIAL | TOKENIZER_PARSE_SPECIAL;
	struct ingot_error err = { 0 };
	struct gguf *gguf = argc > 1 ? gguf_open(argv[1], &err) : NULL;
	struct tokenizer *tok = gguf ? tokenizer_create(gguf, &err) : NULL;
	int ret = 1;

	if (argc > 2 && !strcmp(argv[2], "--no-parse-special"))
		flags &= ~TOKENIZER_PARSE_SPECIAL;
	if (tok)
		ret = print_tokens(tok, flags, &err);
	if (ret)
		fprintf(stderr, "tokenize: %s\n", argc > 1 ? err.text : "give a model");
	tokenizer_destroy(tok);
	gguf_close(gguf);
	return !!ret;
}
