/* SPDX-License-Identifier: MIT */
/*
 * SentencePiece's way of encoding, as llama and gemma files use it.
 *
 * A text is a sequence of characters. As long as two neighbours together are a token, those whose
 * token has the highest score become one, the leftmost first. Characters that are no token come out
 * as tokens for their bytes.
 */
#ifndef INGOT_MODEL_SPM_H
#define INGOT_MODEL_SPM_H

#include "bpe.h"

/* How SentencePiece writes a space: U+2581. */
#define SPM_SPACE "\xe2\x96\x81"

struct spm;

/**
 * spm_create() - read the scores of a vocabulary
 * @gguf: the model's file
 * @vocab: its tokens, which must stay until spm_destroy()
 * @err: filled in on failure
 *
 * Return: the encoder, or NULL with @err filled in.
 */
struct spm *spm_create(const struct gguf *gguf, const struct bpe *vocab, struct ingot_error *err);

/**
 * spm_destroy() - free an encoder
 * @spm: the encoder, or NULL
 */
void spm_destroy(struct spm *spm);

/**
 * spm_encode() - encode a text, in O(n log n)
 * @spm: the encoder
 * @work: memory
 * @text: the bytes, spaces already written as U+2581
 * @len: number of bytes, at most INT32_MAX
 * @out: where the ids are appended
 *
 * Bytes without a token are left out.
 *
 * Return: 0 or -ENOMEM.
 */
int spm_encode(const struct spm *spm, struct bpe_work *work, const char *text, size_t len,
	       struct bpe_ids *out);

#endif /* INGOT_MODEL_SPM_H */
