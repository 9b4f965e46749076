// SPDX-License-Identifier: MIT
/*
 * Hostile GGUF files: whatever the bytes, opening one ends with a file that can be read to its last
 * byte, or with one line that names the file.
 */
#include "fuzz.h"
#include "runtime/model/gguf.h"
#include "runtime/model/hparams.h"
#include "runtime/model/tokenizer.h"

static volatile uint64_t sink;

static void check_error(const struct ingot_error *err)
{
	fuzz_check_error(err);
	fuzz_check(!strncmp(err->text, "fuzz.gguf: ", 11), "an error does not name the file");
	fuzz_check(strstr(err->text, "; "), "an error does not say what to do");
}

static void touch(const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++)
		sink += bytes[i];
}

static void read_array(struct gguf_array array)
{
	struct gguf_str str;

	if (array.type == GGUF_STRING) {
		while (gguf_next_str(&array, &str))
			touch(str.data, str.len);
		return;
	}
	for (size_t i = 0; i < array.count; i++) {
		if (array.type == GGUF_FLOAT32 || array.type == GGUF_FLOAT64)
			sink += gguf_array_float(&array, i) > 0;
		else
			sink += gguf_array_int(&array, i);
	}
}

static void read_value(const struct gguf *gguf, const struct gguf_kv *kv)
{
	char key[256];
	struct gguf_str str;
	struct gguf_array array;
	uint64_t u64;
	float f32;
	bool yes;

	if (kv->key.len >= sizeof(key) || memchr(kv->key.data, 0, kv->key.len))
		return;
	memcpy(key, kv->key.data, kv->key.len);
	key[kv->key.len] = '\0';
	fuzz_check(gguf_find_kv(gguf, key) == kv, "a key cannot be found");
	gguf_get_u64(gguf, key, &u64, NULL);
	gguf_get_f32(gguf, key, &f32, NULL);
	gguf_get_bool(gguf, key, &yes, NULL);
	if (!gguf_get_str(gguf, key, &str, NULL))
		touch(str.data, str.len);
	if (!gguf_get_strings(gguf, key, &array, NULL) || !gguf_get_ints(gguf, key, &array, NULL) ||
	    !gguf_get_floats(gguf, key, &array, NULL))
		read_array(array);
}

static void read_tensor(const struct gguf *gguf, const struct gguf_tensor *tensor)
{
	struct ingot_error err;
	uint8_t piece[256];

	for (uint64_t at = 0; at < tensor->size_bytes; at += sizeof(piece)) {
		size_t left = tensor->size_bytes - at, n = left < sizeof(piece) ? left : sizeof(piece);

		fuzz_check(!gguf_read_tensor(gguf, tensor, at, piece, n, &err),
			   "a tensor cannot be read");
		touch(piece, n);
	}
}

static void use_tokenizer(const struct gguf *gguf)
{
	static const char text[] = "Hello  world 42 abc xy <|im_start|>\xff\xf0\x9f\x98\x80";
	struct ingot_error err = { 0 };
	struct tokenizer *tok = tokenizer_create(gguf, &err);
	int32_t *ids = NULL;
	size_t n = 0;
	char *piece;

	if (!tok) {
		check_error(&err);
		return;
	}
	piece = malloc(tokenizer_max_piece(tok) + 1);
	for (size_t id = 0; piece && id < tokenizer_vocab_size(tok); id++) {
		size_t len = tokenizer_piece(tok, id, piece, tokenizer_max_piece(tok), id & 4);

		fuzz_check(len <= tokenizer_max_piece(tok), "a piece is longer than the longest");
		touch(piece, len);
	}
	tokenizer_encode(tok, text, sizeof(text) - 1, 3, &ids, &n, NULL);
	for (size_t i = 0; i < n; i++)
		fuzz_check(ids[i] >= 0 && (size_t)ids[i] < tokenizer_vocab_size(tok), "no such token");
	free(ids);
	free(piece);
	tokenizer_destroy(tok);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ingot_error err = { 0 };
	struct hparams hp;
	struct gguf *gguf = gguf_open_memory("fuzz.gguf", data, size, &err);

	if (!gguf) {
		check_error(&err);
		return 0;
	}
	for (size_t i = 0; i < gguf_kv_count(gguf); i++)
		read_value(gguf, gguf_kv_at(gguf, i));
	for (size_t i = 0; i < gguf_tensor_count(gguf); i++)
		read_tensor(gguf, gguf_tensor_at(gguf, i));
	if (hparams_read(gguf, &hp, &err))
		fuzz_check_error(&err);
	use_tokenizer(gguf);
	gguf_close(gguf);
	return 0;
}
