/* SPDX-License-Identifier: MIT */
/*
 * The file of --kl-divergence-base: what some computation of a model said about a text.
 *
 * The format is llama-perplexity's, little-endian: "_logits_", int32 n_ctx, n_vocab, n_chunk; the
 * text as n_chunk * n_ctx int32 tokens; then for each chunk, for the positions n_ctx / 2 up to
 * n_ctx - 2, a row: float scale, float min, n_vocab uint16 q, and one more if n_vocab is odd. The
 * logarithm of a token's probability is scale * q + min.
 */
#ifndef KLD_BASE_H
#define KLD_BASE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ingot_error;

/**
 * struct kld_base - an open base file
 * @file: it
 * @path: its name
 * @n_ctx: tokens of a chunk
 * @n_vocab: tokens of the vocabulary
 * @n_chunk: chunks
 * @tokens: the text, @n_chunk * @n_ctx tokens; NULL when writing
 * @row: room for a row, read by kld_base_read()
 * @row_bytes: of it
 */
struct kld_base {
	FILE *file;
	const char *path;
	int32_t n_ctx, n_vocab, n_chunk;
	int32_t *tokens;
	uint16_t *row;
	size_t row_bytes;
};

/**
 * kld_base_open() - open a file that exists, check its header and size, read its text
 * @b: filled in; to be closed with kld_base_close() in any case
 * @path: the file; lives as long as @b
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int kld_base_open(struct kld_base *b, const char *path, struct ingot_error *err);

/**
 * kld_base_create() - make a file and write all but the rows
 * @b: filled in but for @file, @path and @row: the numbers and the text, which stays the caller's
 * @path: the file; lives as long as @b
 * @tokens: the text
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int kld_base_create(struct kld_base *b, const char *path, const int32_t *tokens,
		    struct ingot_error *err);

/**
 * kld_base_read() - read the next row into @b->row
 * @b: opened with kld_base_open()
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int kld_base_read(struct kld_base *b, struct ingot_error *err);

/**
 * kld_base_write() - write the next row
 * @b: made with kld_base_create()
 * @logits: @b->n_vocab floats
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int kld_base_write(struct kld_base *b, const float *logits, struct ingot_error *err);

/**
 * kld_base_log_prob() - logarithm of a token's probability, by the row that was read last
 * @b: the file
 * @token: its id
 *
 * Return: the logarithm.
 */
static inline float kld_base_log_prob(const struct kld_base *b, int32_t token)
{
	const float *head = (const float *)b->row;

	return head[0] * b->row[4 + token] + head[1];
}

/**
 * kld_base_close() - close the file
 * @b: the file; all zero is none
 * @err: filled in if what was written is lost
 *
 * Return: 0 or negative errno.
 */
int kld_base_close(struct kld_base *b, struct ingot_error *err);

#endif
