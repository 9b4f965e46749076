// SPDX-License-Identifier: MIT
/* Generates text. Build it with: cc generate.c $(pkg-config --cflags --libs ingot) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/model.h>

static bool print_token(void *priv, int32_t token)
{
	char piece[256];

	fwrite(piece, 1, ingot_token_piece(priv, token, piece, sizeof(piece)), stdout);
	fflush(stdout);
	return true; /* go on */
}

int main(int argc, char **argv)
{
	struct ingot_generate_params params = { .count = 32, .token = print_token };
	struct ingot_error err = { 0 };
	struct ingot_device *dev = ingot_open(argc > 3 ? argv[3] : NULL, NULL, &err);
	struct ingot_model *model = dev && argc > 2 ? ingot_model_load(dev, argv[1], NULL, &err) : NULL;
	struct ingot_session *session = model ? ingot_session_create(model, &err) : NULL;
	int32_t *tokens = NULL;
	size_t count = 0;

	params.priv = model;
	/* All but the last token of the prompt are fed; generation begins with that one. */
	if (session && !ingot_tokenize(model, argv[2], strlen(argv[2]), INGOT_TOKENIZE_BOS, &tokens, &count, &err) &&
	    count && !ingot_session_feed(session, tokens, count - 1, NULL, &err))
		ingot_session_generate(session, tokens[count - 1], &params, NULL, &err);
	if (argc < 3 || err.code)
		fprintf(stderr, "%s\n", argc < 3 ? "usage: generate MODEL.gguf PROMPT [DEVICE]" : err.text);
	free(tokens);
	ingot_session_free(session);
	ingot_model_free(model);
	ingot_close(dev);
	return argc < 3 || err.code;
}
