/* SPDX-License-Identifier: MIT */
/* What runs the programs of a model: its slots, its programs in device memory, its jobs. */
#ifndef INGOT_MODEL_RUNNER_H
#define INGOT_MODEL_RUNNER_H

#include "ingot/device.h"
#include "lower.h"

/**
 * struct loaded - a program in device memory
 * @args: what it was built for
 * @program: its commands, NULL when there is none yet
 * @buffer: the same in device memory
 */
struct loaded {
	struct lower_args args;
	struct program *program;
	struct ingot_buffer *buffer;
};

/* Programs that are kept: one a number of columns would be too many, few are used. */
#define KEPT_PROGRAMS 8

/**
 * struct runner - the jobs of a model
 * @dev: the device
 * @ctx: slots
 * @kv: layout of every sequence's cache
 * @logits: device memory for logits, @logits_rows rows of @row_bytes, or NULL
 * @kept: programs; the one at @oldest is replaced next
 * @tag: of the last job
 * @running: its program
 */
struct runner {
	struct ingot_device *dev;
	struct ingot_context *ctx;
	struct kv_layout kv;
	struct ingot_buffer *logits;
	uint32_t logits_rows;
	size_t row_bytes;
	struct loaded kept[KEPT_PROGRAMS];
	unsigned int oldest;
	uint32_t tag;
	const struct program *running;
};

/**
 * runner_create() - get ready to run
 * @r: filled in, to be freed with runner_free() in any case
 * @dev: the device
 * @weights: its memory with the weights
 * @hp: the model's shape
 * @context: positions of a sequence
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int runner_create(struct runner *r, struct ingot_device *dev, struct ingot_buffer *weights,
		  const struct hparams *hp, uint32_t context, struct ingot_error *err);

/**
 * runner_free() - free what a runner holds
 * @r: the runner, possibly all zero
 */
void runner_free(struct runner *r);

/**
 * runner_program() - a program, built and uploaded if it is not there yet
 * @r: the runner
 * @args: hp and w are set; kv and config are filled in here
 * @err: filled in on failure
 *
 * Return: the program, owned by @r until some others have been asked for, or NULL.
 */
struct loaded *runner_program(struct runner *r, struct lower_args *args, struct ingot_error *err);

/**
 * runner_upload() - bring the first commands of a program to the device again
 * @p: the program, whose commands were changed
 * @commands: how many
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int runner_upload(struct loaded *p, uint32_t commands, struct ingot_error *err);

/**
 * runner_need_logits() - have device memory for rows of logits
 * @r: the runner
 * @rows: how many
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int runner_need_logits(struct runner *r, uint32_t rows, struct ingot_error *err);

/**
 * runner_fetch_logits() - a row of logits
 * @r: the runner
 * @row: its number
 * @logits: receives @vocab floats
 * @vocab: how many
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int runner_fetch_logits(const struct runner *r, uint32_t row, float *logits, size_t vocab,
			struct ingot_error *err);

/**
 * runner_bind_cache() - the KV cache of a sequence, for the jobs that follow
 * @r: the runner
 * @sequence: its number in the program
 * @cache: its memory, or NULL
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int runner_bind_cache(struct runner *r, unsigned int sequence, struct ingot_buffer *cache,
		      struct ingot_error *err);

/**
 * runner_submit() - queue a job
 * @r: the runner
 * @p: its program; run again, it appends the same rows and makes the same tokens
 * @args: arguments
 * @events: most events that it will post
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int runner_submit(struct runner *r, const struct loaded *p, const uint32_t args[ING_ARGS],
		  uint32_t events, struct ingot_error *err);

/**
 * runner_fault() - say what went wrong in a job
 * @r: the runner
 * @p: its program
 * @c: how it ended
 * @numbers: how the caller numbers the sequences of the program, or NULL
 * @err: filled in
 *
 * Return: -EIO.
 */
int runner_fault(const struct runner *r, const struct loaded *p, const struct ingot_completion *c,
		 const size_t *numbers, struct ingot_error *err);

#endif
