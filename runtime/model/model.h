/* SPDX-License-Identifier: MIT */
/* What a loaded model and its sessions consist of. */
#ifndef INGOT_MODEL_MODEL_H
#define INGOT_MODEL_MODEL_H

#include "ingot/model.h"
#include "ingot/trace.h"
#include "runner.h"
#include "tokenizer.h"

/**
 * struct ingot_model - a model in a device
 * @dev: the device
 * @gguf: its file
 * @tokenizer: its tokenizer
 * @hp: its shape
 * @weights: where they lie in @buffer
 * @buffer: device memory with the weights
 * @runner: what runs its programs, for all its sessions
 * @context: positions of a session
 * @batch: sequences for which the device had room in a pass, as far as was tried
 * @info: for the user
 * @conversions: what loading could not keep, @n_conversions of them
 * @type: behind info.type
 */
struct ingot_model {
	struct ingot_device *dev;
	struct gguf *gguf;
	struct tokenizer *tokenizer;
	struct hparams hp;
	struct weights weights;
	struct ingot_buffer *buffer;
	struct runner runner;
	uint32_t context, batch;
	struct ingot_model_info info;
	struct ingot_conversion *conversions;
	size_t n_conversions;
	char type[64];
};

/**
 * struct ingot_session - a sequence: its KV cache
 * @model: the model
 * @cache: device memory of the cache
 * @position: tokens in it
 */
struct ingot_session {
	struct ingot_model *model;
	struct ingot_buffer *cache;
	uint32_t position;
};

/**
 * conversions_list() - fill in a model's conversions
 * @m: the model, its weights on the device
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int conversions_list(struct ingot_model *m, struct ingot_error *err);

/* Rows of logits that lie in device memory at a time, at most. */
#define LOGITS_ROWS 64

/**
 * session_check_tokens() - can these be fed?
 * @s: the session
 * @tokens: ids
 * @count: how many
 * @err: filled in on failure (-EINVAL, -EOVERFLOW)
 *
 * Return: 0 or negative errno.
 */
int session_check_tokens(const struct ingot_session *s, const int32_t *tokens, size_t count,
			 struct ingot_error *err);

#endif
