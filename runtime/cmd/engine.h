/* SPDX-License-Identifier: MIT */
/* A device with a model and a session in it, as every command that computes needs. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>

#include "ingot/model.h"
#include "options.h"
#include "progress.h"

/**
 * struct engine_options - what to open
 * @model: path of the model
 * @uri: the device, NULL for the default
 * @isa: func: instruction set to force, or NULL
 * @context: positions, 0 for what the model was trained for
 * @threads: func: threads, 0 or less for one per processor
 * @ideal_memory: rtl: memory without latency and refresh
 * @verbose: report each matrix that is not kept exactly, the parts of loading, and with run --chat
 *	the rates of each reply
 * @submit: drm: "uring" or "ioctl" to force one, or NULL
 */
struct engine_options {
	const char *model, *uri, *isa, *submit;
	int64_t context, threads;
	int ideal_memory, verbose;
};

/* Rows of an option table for the struct engine_options at o; the context is a row of its own. */
#define ENGINE_OPTIONS(o) \
	{ "-m --model", OPTION_STRING, &(o)->model, 0, 0, "FILE", "the model, a GGUF file" }, \
	{ "--device -dev", OPTION_STRING, &(o)->uri, 0, 0, "URI", \
	  "drm:NODE, func:CONFIG or rtl:CONFIG (default: the first board, else func)" }, \
	{ "--submit", OPTION_STRING, &(o)->submit, 0, 0, "HOW", \
	  "drm: uring or ioctl (default: uring where the kernel allows it)" }, \
	{ "-t --threads", OPTION_INT, &(o)->threads, -1, 1024, "N", \
	  "threads of func (default: one per processor)" }, \
	{ "--isa", OPTION_STRING, &(o)->isa, 0, 0, "NAME", \
	  "func: at most scalar, avx2 or avx512; the bits are the same" }, \
	{ "--ideal-memory", OPTION_FLAG, &(o)->ideal_memory, 0, 0, NULL, \
	  "rtl: device memory without latency and refresh" }, \
	{ "-v --verbose", OPTION_FLAG, &(o)->verbose, 0, 0, NULL, \
	  "list matrices that tiles cannot keep exactly, with errors over RMS" }
#define ENGINE_OPTION_CONTEXT(o, about) \
	{ "-c --ctx-size", OPTION_INT, &(o)->context, 0, 1 << 24, "N", about }

/**
 * struct engine - what was opened
 * @dev: the device
 * @model: the model in it
 * @session: the only session
 * @info: facts about @model
 * @config: facts about @dev
 * @name: of @dev, its configuration included, for example "rtl:sim512"
 * @timed: see engine_is_timed()
 */
struct engine {
	struct ingot_device *dev;
	struct ingot_model *model;
	struct ingot_session *session;
	const struct ingot_model_info *info;
	const struct ingot_config *config;
	char name[160];
	bool timed;
};

/**
 * engine_open_device() - open the device only
 * @e: filled in
 * @o: what to open
 *
 * Return: 0, or after a line on standard error the status to exit with.
 */
int engine_open_device(struct engine *e, const struct engine_options *o);

/**
 * engine_open() - open the device, load the model with progress, begin a session
 * @e: filled in, to be closed with engine_close() in any case
 * @o: what to open
 *
 * Return: 0, or after a line on standard error the status to exit with.
 */
int engine_open(struct engine *e, const struct engine_options *o);

/**
 * engine_close() - close what is open
 * @e: the engine
 */
void engine_close(struct engine *e);

/**
 * engine_threads() - threads that func computes with
 * @o: the options it was opened with
 *
 * Return: at least 1.
 */
unsigned int engine_threads(const struct engine_options *o);

/**
 * engine_is_timed() - does the device have a clock, so that cycles mean something?
 * @e: the engine
 *
 * Return: whether it does; func has none, nor has a simulated board that runs func.
 */
bool engine_is_timed(const struct engine *e);

/**
 * engine_backend() - what computes, as ingot bench names it
 * @e: the engine
 *
 * Return: for example "Ingot RTL".
 */
const char *engine_backend(const struct engine *e);

/**
 * engine_feed() - run tokens through the model, with progress and Ctrl-C
 * @e: the engine
 * @tokens: ids
 * @count: how many, may be 0
 * @what: names the step in its progress
 * @counters: hardware counters of the jobs are added to it, by ING_CNT_*; may be NULL
 * @err: filled in on failure
 *
 * Return: 0 or negative errno, -EINTR after Ctrl-C.
 */
int engine_feed(struct engine *e, const int32_t *tokens, size_t count, const char *what,
		uint64_t counters[ING_COUNTERS], struct ingot_error *err);

#endif
