/* SPDX-License-Identifier: MIT */
/*
 * Models: load one into a device, feed it tokens, let it generate.
 *
 * A model and its sessions belong to one thread at a time, the thread of their device.
 */
#ifndef INGOT_MODEL_H
#define INGOT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingot/device.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ingot_model;
struct ingot_session;

/**
 * struct ingot_model_params - how to load a model
 * @context: positions of a session's KV cache; 0 is what the model was trained for; rounded up to a
 *	multiple of 64
 * @progress: called while loading with bytes done and bytes in all; may be NULL
 * @progress_priv: handed to @progress
 */
struct ingot_model_params {
	uint32_t context;
	void (*progress)(void *priv, uint64_t done, uint64_t total);
	void *progress_priv;
};

/**
 * struct ingot_model_info - what there is to know about a loaded model
 * @path: its file
 * @type: as llama.cpp names it, for example "llama 135M Q4_1"
 * @size_bytes: bytes of all tensors
 * @n_params: elements of all tensors
 * @vocab: tokens
 * @context: positions of a session
 * @context_train: positions that the model was trained for
 * @token_bytes: bytes of weights, at their size in the file, that one token must read
 * @kv_position_bytes: bytes of KV that one token must read for each position in the cache, in layers
 *	that see all of them
 * @kv_window_bytes: likewise for each of the latest @window positions, in layers that see only those
 * @window: positions, 0: all layers see everything
 * @tile_bytes: the same weights at their size on the device, padding not counted
 * @load_ns: wall time of loading, nanoseconds
 * @check_ns: of @load_ns, how long reading and checking the metadata and making the tokeniser took
 * @copied_bytes: bytes that loading copied to the device
 * @copy_ns: of @load_ns, how long the copies alone took
 */
struct ingot_model_info {
	const char *path;
	const char *type;
	uint64_t size_bytes, n_params;
	uint32_t vocab, context, context_train;
	uint64_t token_bytes, tile_bytes, kv_position_bytes, kv_window_bytes;
	uint32_t window;
	uint64_t load_ns, check_ns, copied_bytes, copy_ns;
};

/**
 * struct ingot_conversion - a matrix that the device does not have exactly as the file has it
 * @tensor: the tensor's name
 * @from: its type in the file, for example "Q6_K"
 * @to: its format on the device, for example "q8"
 * @elements: how many it has
 * @worst: largest error of an element, in units of the root of the elements' mean square
 * @mean: mean of the errors' magnitudes, in the same unit
 */
struct ingot_conversion {
	char tensor[80];
	const char *from, *to;
	uint64_t elements;
	double worst, mean;
};

/**
 * struct ingot_model_shape - what a model's metadata says about its computation
 * @arch: general.architecture
 * @rope_scaling: "none", "linear" or "yarn"; NULL: positions are learned, there is no RoPE
 * @layers: number of layers
 * @dim: width of the residual stream
 * @heads: query heads
 * @kv_heads: key and value heads
 * @head_dim: width of a head
 * @ffn: width of the feed-forward layer
 * @vocab: tokens
 * @context_train: positions that the model was trained for
 * @window: positions that layers with a sliding window see, 0: there are none
 * @window_layers: layers that have one
 * @rope_base: of RoPE's frequencies; @rope_window_base: the same in layers with a window
 * @rope_factor: by which RoPE scaling stretches the context, 1: not at all
 * @attn_cap: soft cap of attention scores, 0: none
 * @logit_cap: soft cap of logits, 0: none
 */
struct ingot_model_shape {
	char arch[32];
	const char *rope_scaling;
	uint32_t layers, dim, heads, kv_heads, head_dim, ffn, vocab, context_train, window, window_layers;
	float rope_base, rope_window_base, rope_factor, attn_cap, logit_cap;
};

/**
 * ingot_model_inspect() - read a model's metadata, without a device
 * @path: the file
 * @shape: filled in
 * @err: filled in on failure: no GGUF file, or a model that is not supported
 *
 * Return: 0 or negative errno.
 */
int ingot_model_inspect(const char *path, struct ingot_model_shape *shape, struct ingot_error *err);

/**
 * ingot_model_load() - check a GGUF file, repack it and copy it to a device
 * @dev: the device
 * @path: the file
 * @params: may be NULL
 * @err: filled in on failure
 *
 * Return: the model, to be freed with ingot_model_free(), or NULL.
 */
struct ingot_model *ingot_model_load(struct ingot_device *dev, const char *path,
				     const struct ingot_model_params *params,
				     struct ingot_error *err);

/**
 * ingot_model_free() - free a model without sessions
 * @model: the model, or NULL
 */
void ingot_model_free(struct ingot_model *model);

/**
 * ingot_model_info() - facts about a model
 * @model: the model
 *
 * Return: facts that live as long as the model.
 */
const struct ingot_model_info *ingot_model_info(const struct ingot_model *model);

/**
 * ingot_model_conversions() - what loading could not keep exactly
 * @model: the model
 * @list: set to an array that lives as long as the model
 *
 * Return: length of the array; 0 if the device computes with exactly the numbers of the file.
 */
size_t ingot_model_conversions(const struct ingot_model *model,
			       const struct ingot_conversion **list);

/* Flags of ingot_tokenize(). */
#define INGOT_TOKENIZE_SPECIAL 1	/* parse control tokens such as <|im_start|> */
#define INGOT_TOKENIZE_BOS 2		/* begin with the beginning-of-text token if the model wants it */

/**
 * ingot_tokenize() - text to tokens
 * @model: the model
 * @text: @len bytes of UTF-8
 * @len: bytes
 * @flags: INGOT_TOKENIZE_*
 * @tokens: set to an array of ids, to be freed with free()
 * @count: set to their number
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int ingot_tokenize(const struct ingot_model *model, const char *text, size_t len, unsigned int flags,
		   int32_t **tokens, size_t *count, struct ingot_error *err);

/**
 * ingot_token_piece() - the bytes of a token
 * @model: the model
 * @token: its id
 * @buf: where to
 * @size: room
 *
 * A piece may be part of a UTF-8 sequence. Control tokens have none.
 *
 * Return: bytes, at most @size; a longer piece is cut.
 */
size_t ingot_token_piece(const struct ingot_model *model, int32_t token, char *buf, size_t size);

/**
 * ingot_token_ends() - does this token end a generation?
 * @model: the model
 * @token: its id
 *
 * Return: whether it does.
 */
bool ingot_token_ends(const struct ingot_model *model, int32_t token);

/**
 * ingot_session_create() - a KV cache to work in
 * @model: the model
 * @err: filled in on failure
 *
 * Return: the session, to be freed with ingot_session_free(), or NULL.
 */
struct ingot_session *ingot_session_create(struct ingot_model *model, struct ingot_error *err);

/**
 * ingot_session_free() - free a session
 * @s: the session, or NULL
 */
void ingot_session_free(struct ingot_session *s);

/**
 * ingot_session_rewind() - forget positions
 * @s: the session
 * @position: first position to forget, at most ingot_session_position()
 */
void ingot_session_rewind(struct ingot_session *s, uint32_t position);

/**
 * ingot_session_position() - tokens in the cache
 * @s: the session
 *
 * Return: the number.
 */
uint32_t ingot_session_position(const struct ingot_session *s);

/**
 * ingot_session_feed() - run tokens through the model
 * @s: the session
 * @tokens: ids
 * @count: how many
 * @logits: receives @count rows of vocabulary floats, or NULL
 * @err: filled in on failure (-EOVERFLOW: they do not fit into the context)
 *
 * Return: 0 or negative errno.
 */
int ingot_session_feed(struct ingot_session *s, const int32_t *tokens, size_t count, float *logits,
		       struct ingot_error *err);

/**
 * struct ingot_generate_params - how to generate
 * @count: most tokens to make, at least 1
 * @temperature: 0 takes the likeliest token
 * @top_k: candidates when @temperature > 0; 1 to the device's limit
 * @seed: of the choice
 * @ignore_end: go on after a token that ends a generation
 * @logits: receives a row of vocabulary floats for each token made, or NULL
 * @token: called for each token as it is made, an ending one included; returning false stops; may
 *	be NULL
 * @priv: handed to @token
 */
struct ingot_generate_params {
	uint32_t count;
	float temperature;
	uint32_t top_k;
	uint64_t seed;
	bool ignore_end;
	float *logits;
	bool (*token)(void *priv, int32_t token);
	void *priv;
};

/**
 * struct ingot_generate_result - what came of it
 * @count: tokens made, of all sequences
 * @passes: passes over the model: with several sequences fewer than tokens, for they share passes
 * @jobs: jobs that the device ran
 * @cycles: device cycles from the first cycle of a job's first token to the end of its last, summed
 *	over the jobs (0 on func)
 * @counters: hardware counters summed over the jobs, by ING_CNT_*
 * @stats: the simulation's counters meanwhile
 */
struct ingot_generate_result {
	uint32_t count, passes, jobs;
	uint64_t cycles;
	uint64_t counters[ING_COUNTERS];
	struct ingot_device_stats stats;
};

/**
 * ingot_session_generate() - let the device make tokens, in one job
 * @s: the session
 * @token: the token to begin with: the last one of the prompt, not yet fed
 * @params: how
 * @result: filled in; may be NULL
 * @err: filled in on failure (-EOVERFLOW: no position is left in the context)
 *
 * Makes at most as many tokens as the context has positions for.
 *
 * Return: 0 or negative errno.
 */
int ingot_session_generate(struct ingot_session *s, int32_t token,
			   const struct ingot_generate_params *params,
			   struct ingot_generate_result *result, struct ingot_error *err);

/**
 * enum ingot_end - why a sequence makes no more tokens
 * @INGOT_END_NONE: it is not over: something else failed
 * @INGOT_END_COUNT: it made as many as were asked for
 * @INGOT_END_MODEL: the last one ends a generation
 * @INGOT_END_CALLER: the callback, or ingot_abort(), stopped it
 * @INGOT_END_CONTEXT: its context is full
 */
enum ingot_end {
	INGOT_END_NONE, INGOT_END_COUNT, INGOT_END_MODEL, INGOT_END_CALLER, INGOT_END_CONTEXT,
};

/**
 * struct ingot_sequence - one of several sequences that generate together
 * @session: its KV cache, no other sequence's; the prompt but for its last token has been fed
 * @token: the token to begin with; afterwards the last one made, or as before if none was
 * @params: how to generate; each sequence has its own choice, length, callback and logits
 * @made: set to the tokens made
 * @end: set to why there are no more
 */
struct ingot_sequence {
	struct ingot_session *session;
	int32_t token;
	struct ingot_generate_params params;
	uint32_t made;
	enum ingot_end end;
};

/**
 * ingot_generate() - let the device make tokens for several sequences at once
 * @sequences: all of one model
 * @count: how many, at least 1
 * @result: filled in; may be NULL
 * @err: filled in on failure (-EINVAL: no sequences, of several models, two with the same session,
 *	a token or parameter out of range; -EIO: a job faulted, with the number of the sequence if
 *	the command served one alone)
 *
 * Up to ingot_model_batch() sequences at a time share every pass over the weights; if there are
 * more, the others begin as those end. A sequence makes exactly the tokens, and the logits, that it
 * makes alone, whatever the others do, in whatever order they are given. One that ends leaves the
 * others alone. On failure @made and @session say how far each one came, and each can go on.
 *
 * Return: 0 or negative errno.
 */
int ingot_generate(struct ingot_sequence *sequences, size_t count,
		   struct ingot_generate_result *result, struct ingot_error *err);

/**
 * ingot_model_batch() - sequences that share a pass
 * @model: the model
 *
 * Return: the most that do, as many as the device has activation columns but 8 at most; fewer if
 * its scratchpad does not hold them.
 */
uint32_t ingot_model_batch(const struct ingot_model *model);

#ifdef __cplusplus
}
#endif
#endif
