/* SPDX-License-Identifier: MIT */
/* What ingot run understands. */
#ifndef RUN_OPTIONS_H
#define RUN_OPTIONS_H

#include "engine.h"
#include "generation.h"

/**
 * struct run_args - as typed; numbers that were not given are negative where 0 means something
 * @engine: device and model
 * @prompt: text, or NULL
 * @file: file with the prompt, or NULL; "-" is standard input
 * @system: what to tell the model before a conversation, or NULL
 * @session: file that the session comes from and goes to, or NULL
 * @chat_template: file with a template to use instead of the model's, or NULL
 * @compare: second device, or NULL
 * @trace: waveform, or NULL
 * @count: most tokens to make, negative: no limit but the context
 * @top_k: candidates; -1: the default; 0: all
 * @seed: -1: a random one
 * @repeat_last_n: tokens that the repeat penalty looks at; -1: the context
 * @parallel: sequences side by side; 0: one alone
 * @temperature: 0 takes the likeliest
 * @top_p: see ingot/sampler.h; likewise @min_p and @repeat_penalty
 * @ignore_end: go on after the end token
 * @echo: print the prompt
 * @escape: read escape sequences in the prompt
 * @chat: a conversation
 */
struct run_args {
	struct engine_options engine;
	const char *prompt, *file, *system, *session, *chat_template, *compare, *trace;
	int64_t count, top_k, seed, repeat_last_n, parallel;
	double temperature, top_p, min_p, repeat_penalty;
	int ignore_end, echo, escape, chat;
};

/**
 * run_options_parse() - read the command line
 * @a: filled in
 * @argc: number of arguments
 * @argv: of which the first is the command's name
 *
 * Return: OPTIONS_GO_ON, or the status to exit with.
 */
int run_options_parse(struct run_args *a, int argc, char **argv);

/**
 * run_options_prompt() - the text to continue
 * @a: the options
 * @text: set to it, to be freed; NULL if none is given
 * @len: set to its bytes
 *
 * Return: 0, or after a complaint the status to exit with.
 */
int run_options_prompt(const struct run_args *a, char **text, size_t *len);

/**
 * run_options_request() - how to generate, tokens left out
 * @a: the options
 * @e: the engine, whose device has limits
 * @r: filled in
 *
 * Return: 0, or after a complaint the status to exit with.
 */
int run_options_request(const struct run_args *a, const struct engine *e, struct request *r);

#endif
