// SPDX-License-Identifier: MIT
/*
 * Hostile GGUF files: whatever the bytes, opening one ends with a file that can be read to its last
 * byte, or with one line that names the file.
 *
 * With libFuzzer:
 *   clang -fsanitize=fuzzer,address,undefined -DINGOT_LIBFUZZER ...
 * Without it, the program runs the files that it is given, or if there are none mutations of a good
 * file, each right before a page that may not be touched.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/model/gguf.h"
#include "runtime/model/tokenizer.h"
#include "tests/unit/gguf_builder.h"

static volatile uint64_t sink;

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fuzz_gguf: %s\n", what);
	abort();
}

static void check_error(const struct ingot_error *err)
{
	check(err->code < 0, "failed without a code");
	check(!strncmp(err->text, "fuzz.gguf: ", 11), "an error does not name the file");
	check(strstr(err->text, "; "), "an error does not say what to do");
	check(!strchr(err->text, '\n'), "an error has two lines");
	check(strlen(err->text) < sizeof(err->text) - 1, "an error was cut");
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
	check(gguf_find_kv(gguf, key) == kv, "a key cannot be found");
	gguf_get_u64(gguf, key, &u64, NULL);
	gguf_get_f32(gguf, key, &f32, NULL);
	gguf_get_bool(gguf, key, &yes, NULL);
	if (!gguf_get_str(gguf, key, &str, NULL))
		touch(str.data, str.len);
	if (!gguf_get_strings(gguf, key, &array, NULL) || !gguf_get_ints(gguf, key, &array, NULL) ||
	    !gguf_get_floats(gguf, key, &array, NULL))
		read_array(array);
}

static void read_tensor(const struct gguf *gguf, const struct gguf_tensor *t)
{
	uint8_t *bytes = malloc(t->size_bytes);

	if (bytes && !gguf_read_tensor(gguf, t, 0, bytes, t->size_bytes, NULL))
		touch(bytes, t->size_bytes);
	free(bytes);
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

		check(len <= tokenizer_max_piece(tok), "a piece is longer than the longest");
		touch(piece, len);
	}
	tokenizer_encode(tok, text, sizeof(text) - 1, 3, &ids, &n, NULL);
	for (size_t i = 0; i < n; i++)
		check(ids[i] >= 0 && (size_t)ids[i] < tokenizer_vocab_size(tok), "no such token");
	free(ids);
	free(piece);
	tokenizer_destroy(tok);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ingot_error err = { 0 };
	struct gguf *gguf = gguf_open_memory("fuzz.gguf", data, size, &err);

	if (!gguf) {
		check_error(&err);
		return 0;
	}
	for (size_t i = 0; i < gguf_kv_count(gguf); i++)
		read_value(gguf, gguf_kv_at(gguf, i));
	for (size_t i = 0; i < gguf_tensor_count(gguf); i++)
		read_tensor(gguf, gguf_tensor_at(gguf, i));
	use_tokenizer(gguf);
	gguf_close(gguf);
	return 0;
}

#ifndef INGOT_LIBFUZZER

#define MUTATIONS 20000

static uint64_t random_state = 0x9e3779b97f4a7c15;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state >> 11;
}

static struct gguf_builder seed_file(void)
{
	struct gguf_builder b = { 0 };

	gb_header(&b, 2, GB_VOCABULARY_KVS + 3);
	gb_kv_u32(&b, "general.alignment", 64);
	gb_vocabulary(&b);
	gb_kv_u32(&b, "tokenizer.ggml.eos_token_id", 261);
	gb_kv_bool(&b, "tokenizer.ggml.add_bos_token", 1);
	gb_tensor(&b, "token_embd.weight", GGML_Q4_1, 32, 8, 0);
	gb_tensor(&b, "output_norm.weight", GGML_F32, 8, 1, 192);
	gb_data(&b, 64, 192 + 32);
	return b;
}

/* Headers of the seed are dense with lengths, the vocabulary is not: aim at its ends. */
static size_t random_position(size_t len)
{
	size_t edge = len < 400 ? len : 400;

	switch (next_random() % 3) {
	case 0:
		return next_random() % edge;
	case 1:
		return len - 1 - next_random() % edge;
	default:
		return next_random() % len;
	}
}

static void mutate_once(uint8_t *data, size_t *len)
{
	static const uint64_t values[] = { 0, 1, 2, 7, 8, 9, 10, 12, 13, 31, 32, 255, 65535, 65536,
					   1ull << 31, 1ull << 32, 1ull << 61, 1ull << 63,
					   UINT32_MAX, INT64_MAX, UINT64_MAX, UINT64_MAX - 7 };
	uint64_t value = values[next_random() % (sizeof(values) / sizeof(values[0]))];
	size_t at = random_position(*len), n = 1u << next_random() % 4;

	switch (next_random() % 8) {
	case 0:
		data[at] ^= 1 << next_random() % 8;
		break;
	case 1:
		data[at] = next_random();
		break;
	case 2:
		*len = at + 1;
		break;
	case 3:
		if (at + n < *len)
			memmove(data + at, data + at + n, *len - at - n);
		break;
	default:
		memcpy(data + at, &value, *len - at < n ? *len - at : n);
	}
}

static int run_mutations(void)
{
	struct gguf_builder seed = seed_file();
	size_t page = sysconf(_SC_PAGESIZE), room = (seed.len + page - 1) / page * page;
	uint8_t *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || mprotect(map + room, page, PROT_NONE))
		return 1;
	for (int i = 0; i < MUTATIONS; i++) {
		size_t len = seed.len;
		uint8_t *data = map + room - len;

		memcpy(data, seed.data, len);
		for (size_t n = next_random() % 4; n; n--)
			mutate_once(data, &len);
		memmove(map + room - len, data, len);
		LLVMFuzzerTestOneInput(map + room - len, len);
	}
	free(seed.data);
	printf("1..1\nok 1 - %d mutations of a model file\n", MUTATIONS);
	return 0;
}

static int run_file(const char *path)
{
	struct gguf_builder b = { 0 };
	FILE *f = fopen(path, "rb");
	uint8_t buf[4096];
	size_t n;

	if (!f) {
		perror(path);
		return 1;
	}
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		gb_bytes(&b, buf, n);
	fclose(f);
	LLVMFuzzerTestOneInput(b.data, b.len);
	free(b.data);
	return 0;
}

/* Writes the seed, to start a corpus with. */
static int write_seed(const char *path)
{
	struct gguf_builder seed = seed_file();
	FILE *f = fopen(path, "wb");
	bool written = f && fwrite(seed.data, 1, seed.len, f) == seed.len;

	if (f && fclose(f))
		written = false;
	free(seed.data);
	return !written;
}

int main(int argc, char **argv)
{
	int ret = 0;

	if (argc < 2)
		return run_mutations();
	if (argc == 3 && !strcmp(argv[1], "--seed"))
		return write_seed(argv[2]);
	for (int i = 1; i < argc; i++)
		ret |= run_file(argv[i]);
	return ret;
}

#endif
