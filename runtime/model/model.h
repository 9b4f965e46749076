/* SPDX-License-Identifier: MIT */
/* What a loaded model and its sessions consist of. */
#ifndef INGOT_MODEL_MODEL_H
#define INGOT_MODEL_MODEL_H

#include "ingot/model.h"
#include "lower.h"
#include "tokenizer.h"

/**
 * struct ingot_model - a model in a device
 * @dev: the device
 * @gguf: its file
 * @tokenizer: its tokenizer
 * @hp: its shape
 * @weights: where they lie in @buffer
 * @buffer: device memory with the weights
 * @context: positions of a session
 * @info: for the user
 * @type: behind info.type
 */
struct ingot_model {
	struct ingot_device *dev;
	struct gguf *gguf;
	struct tokenizer *tokenizer;
	struct hparams hp;
	struct weights weights;
	struct ingot_buffer *buffer;
	uint32_t context;
	struct ingot_model_info info;
	char type[64];
};

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

/* Programs that a session keeps: one a number of columns would be too many, few are used. */
#define KEPT_PROGRAMS 8

/**
 * struct ingot_session - a KV cache and the programs that work on it
 * @model: the model
 * @ctx: slots
 * @kv: layout of @kv_buffer
 * @kv_buffer: the cache
 * @logits: device memory for logits, @logits_rows rows, or NULL
 * @position: tokens in the cache
 * @kept: programs; the one at @oldest is replaced next
 * @tag: of the last job
 */
struct ingot_session {
	struct ingot_model *model;
	struct ingot_context *ctx;
	struct kv_layout kv;
	struct ingot_buffer *kv_buffer, *logits;
	uint32_t logits_rows, position;
	struct loaded kept[KEPT_PROGRAMS];
	unsigned int oldest;
	uint32_t tag;
};

/**
 * session_program() - a program for a session, built and uploaded if it is not there yet
 * @s: the session
 * @args: hp, w, kv and config are filled in here
 * @err: filled in on failure
 *
 * Return: the program, owned by @s, or NULL.
 */
struct loaded *session_program(struct ingot_session *s, struct lower_args *args,
			       struct ingot_error *err);

/**
 * session_program_free() - free a program
 * @p: the program, possibly empty
 */
void session_program_free(struct loaded *p);

#endif
