// SPDX-License-Identifier: MIT
/*
 * seeds NAME FOLDER: writes inputs for a fuzzer to start with, where they are better made than kept.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/gguf_builder.h"

static int write_file(const char *folder, const char *name, const void *data, size_t bytes)
{
	char path[4096];
	FILE *f;
	bool written;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	written = f && fwrite(data, 1, bytes, f) == bytes;
	if ((f && fclose(f)) || !written) {
		fprintf(stderr, "seeds: %s: %s\n", path, strerror(errno));
		return 1;
	}
	return 0;
}

static int write_gguf(const char *folder)
{
	struct gguf_builder b = { 0 };
	int ret;

	gb_header(&b, 2, GB_VOCABULARY_KVS + 10);
	gb_kv_str(&b, "general.architecture", "llama");
	gb_kv_u32(&b, "general.alignment", 64);
	gb_kv_u32(&b, "llama.block_count", 1);
	gb_kv_u32(&b, "llama.context_length", 64);
	gb_kv_u32(&b, "llama.embedding_length", 32);
	gb_kv_u32(&b, "llama.feed_forward_length", 32);
	gb_kv_u32(&b, "llama.attention.head_count", 1);
	gb_vocabulary(&b);
	gb_kv_u32(&b, "tokenizer.ggml.eos_token_id", 261);
	gb_kv_bool(&b, "tokenizer.ggml.add_bos_token", 1);
	gb_kv_u32(&b, "general.quantization_version", 2);
	gb_tensor(&b, "token_embd.weight", 3 /* Q4_1 */, 32, 8, 0);
	gb_tensor(&b, "output_norm.weight", 0 /* F32 */, 8, 1, 192);
	gb_data(&b, 64, 192 + 32);
	ret = write_file(folder, "model", b.data, b.len);
	free(b.data);
	return ret;
}

static int write_texts(const char *folder)
{
	static const char *const texts[] = {
		"\x01Hello  world 42 abc xy <|im_start|>user\nWhat?<|im_end|>",
		"\x02I'll we've 3.14159 \r\n\t  \xe2\x82\xac \xf0\x9f\x98\x80 \xd9\xa3",
		"\x03\xff\xfe\xc0\x80 <|im_<|im_start|>",
	};
	int ret = 0;

	for (unsigned int i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char name[16];

		snprintf(name, sizeof(name), "text%u", i);
		ret |= write_file(folder, name, texts[i], strlen(texts[i]));
	}
	return ret;
}

static int copy_tree(const char *folder, const char *config)
{
	char path[128], data[16384];
	size_t bytes;
	FILE *f;

	snprintf(path, sizeof(path), "build/configs/%s.dtb", config);
	f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "seeds: %s: %s\n", path, strerror(errno));
		return 1;
	}
	bytes = fread(data, 1, sizeof(data), f);
	fclose(f);
	return write_file(folder, config, data, bytes);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: seeds NAME FOLDER\n");
		return 1;
	}
	if (!strcmp(argv[1], "gguf"))
		return write_gguf(argv[2]);
	if (!strcmp(argv[1], "tokenizer"))
		return write_texts(argv[2]);
	if (!strcmp(argv[1], "config"))
		return copy_tree(argv[2], "tiny") | copy_tree(argv[2], "sim512");
	return 0;
}
