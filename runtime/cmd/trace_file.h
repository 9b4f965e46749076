/* SPDX-License-Identifier: MIT */
/*
 * A trace in the JSON form that ui.perfetto.dev opens, written as the device works.
 *
 * Times are cycles at the configuration's clock, from the first cycle of the first job. The exact
 * numbers of cycles stand in the arguments of each slice.
 */
#ifndef TRACE_FILE_H
#define TRACE_FILE_H

#include "engine.h"
#include "ingot/trace.h"
#include "json.h"

/* Names of the last commands of a kind, for those that wait for them: more than a wait field says. */
#define TRACE_KEPT 32
/* Bytes of a name. */
#define TRACE_NAME_MAX 256

/**
 * struct trace_labels - what the reader is told of the trace as a whole
 * @prompt: the prompt
 * @tokens: asked for
 * @seed: of the choice of tokens
 * @window: cycles of a value of the counter tracks
 */
struct trace_labels {
	const char *prompt;
	uint64_t tokens, seed;
	uint32_t window;
};

/**
 * struct trace_kind - the commands of one kind so far, in this job
 * @count: how many
 * @names: of the last of them
 */
struct trace_kind {
	uint32_t count;
	char names[TRACE_KEPT][TRACE_NAME_MAX];
};

/**
 * struct trace_layer - the layer that the stream engine is at
 * @layer: number, -1 for none
 * @begin: its first cycle, 0 before there is one
 */
struct trace_layer {
	int32_t layer;
	uint64_t begin;
};

/**
 * struct trace_file - a trace being written
 * @e: the engine that is watched
 * @labels: of the whole
 * @j: the document
 * @t0: cycle of the first job's beginning
 * @started: it has begun
 * @jobs: so far
 * @commands: so far
 * @cycles: of the jobs so far
 * @sum: counters of this job up to now
 * @shown: counters of the last window
 * @stream: commands; likewise @vector
 * @at: layer
 * @token_begin: first cycle of the token
 * @round: tokens of this job so far
 */
struct trace_file {
	struct engine *e;
	const struct trace_labels *labels;
	struct json j;
	uint64_t t0, jobs, commands, cycles;
	bool started;
	uint64_t sum[ING_COUNTERS], shown[ING_COUNTERS];
	struct trace_kind stream, vector;
	struct trace_layer at;
	uint64_t token_begin;
	uint32_t round;
};

/**
 * trace_file_begin() - begin a document
 * @t: filled in; must stay where it is until trace_file_end()
 * @e: an open engine
 * @out: where to
 * @labels: what to say of the whole; lives as long as @t
 * @err: filled in on failure: the device cannot be watched
 *
 * From now on every job of the device is written.
 *
 * Return: 0 or negative errno.
 */
int trace_file_begin(struct trace_file *t, struct engine *e, FILE *out,
		     const struct trace_labels *labels, struct ingot_error *err);

/**
 * trace_file_end() - end the document
 * @t: the trace
 * @counters: that the device's registers showed after the last job, by ING_CNT_*
 */
void trace_file_end(struct trace_file *t, const uint64_t counters[ING_COUNTERS]);

#endif
