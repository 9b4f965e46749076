/* SPDX-License-Identifier: MIT */
/* One prompt answered on one device. */
#ifndef GENERATION_H
#define GENERATION_H

#include "engine.h"
#include "measure.h"
#include "text.h"

/**
 * struct request - what to generate
 * @tokens: the prompt; @e's session may have some of its beginning in its cache already
 * @n_tokens: how many
 * @count: most tokens to make; negative: until the end or until the context is full
 * @temperature: 0 takes the likeliest
 * @top_k: candidates; 0: all
 * @top_p: see ingot/sampler.h; likewise @min_p, @repeat_penalty and @repeat_last_n
 * @seed: of the choice
 * @on_host: choose on the host, which is told each token's logits: what the device cannot
 * @ignore_end: go on after the model's end token
 * @keep_logits: keep every logit
 */
struct request {
	const int32_t *tokens;
	size_t n_tokens;
	int64_t count;
	double temperature;
	uint32_t top_k;
	double top_p, min_p, repeat_penalty;
	uint32_t repeat_last_n;
	uint64_t seed;
	bool on_host, ignore_end, keep_logits;
};

/**
 * struct generation - an answer
 * @tokens: made so far
 * @logits: rows of @vocab floats, one for each of @tokens, if they were asked for
 * @count: of @tokens
 * @room: of @tokens
 * @vocab: tokens of the model
 * @prompt_tokens: of the prompt
 * @reused: of those, how many were in the cache already
 * @ended: by the model's end token
 * @fed: of the others, how many ran before the job that makes the answer: all but the last one
 * @prompt_ns: time that took
 * @generate_ns: time from that job's begin until the last token
 * @measure: the device's cycles, valid if @measured
 * @measured: the job ran to its end on a device with a clock
 */
struct generation {
	int32_t *tokens;
	float *logits;
	size_t count, room, vocab, prompt_tokens, reused, fed;
	bool ended, measured;
	uint64_t prompt_ns, generate_ns;
	struct measure measure;
};

/**
 * generate() - answer a prompt
 * @e: the engine, whose session has nothing in its cache but a beginning of the prompt
 * @r: the request
 * @text: where the answer goes as it comes, control tokens left out; NULL shows progress instead
 * @echo: print the prompt first
 * @g: filled in, as far as it came even on failure; to be freed with generation_free()
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int generate(struct engine *e, const struct request *r, struct text_stream *text, bool echo,
	     struct generation *g, struct ingot_error *err);

/**
 * generation_tokenize() - the tokens of a prompt
 * @e: the engine
 * @prompt: text; names of control tokens are those tokens
 * @len: its bytes
 * @tokens: set to them, to be freed with free()
 * @count: set to their number
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int generation_tokenize(struct engine *e, const char *prompt, size_t len, int32_t **tokens,
			size_t *count, struct ingot_error *err);

/**
 * generation_free() - free what generate() took
 * @g: the answer
 */
void generation_free(struct generation *g);

#endif
