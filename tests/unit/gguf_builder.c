// SPDX-License-Identifier: MIT
#include "gguf_builder.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/model/bpe.h"
#include "runtime/model/gguf.h"
#include "runtime/model/unicode.h"

void gb_bytes(struct gguf_builder *b, const void *data, size_t len)
{
	if (b->room - b->len < len) {
		b->room = 2 * (b->len + len);
		b->data = realloc(b->data, b->room);
		if (!b->data)
			abort();
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

void gb_u8(struct gguf_builder *b, uint8_t v)
{
	gb_bytes(b, &v, sizeof(v));
}

void gb_u32(struct gguf_builder *b, uint32_t v)
{
	v = htole32(v);
	gb_bytes(b, &v, sizeof(v));
}

void gb_u64(struct gguf_builder *b, uint64_t v)
{
	v = htole64(v);
	gb_bytes(b, &v, sizeof(v));
}

void gb_str(struct gguf_builder *b, const char *s)
{
	gb_u64(b, strlen(s));
	gb_bytes(b, s, strlen(s));
}

void gb_header(struct gguf_builder *b, uint64_t n_tensors, uint64_t n_kv)
{
	gb_bytes(b, "GGUF", 4);
	gb_u32(b, 3);
	gb_u64(b, n_tensors);
	gb_u64(b, n_kv);
}

void gb_key(struct gguf_builder *b, const char *key, uint32_t type)
{
	gb_str(b, key);
	gb_u32(b, type);
}

void gb_kv_u32(struct gguf_builder *b, const char *key, uint32_t v)
{
	gb_key(b, key, GGUF_UINT32);
	gb_u32(b, v);
}

void gb_kv_bool(struct gguf_builder *b, const char *key, uint8_t v)
{
	gb_key(b, key, GGUF_BOOL);
	gb_u8(b, v);
}

void gb_kv_str(struct gguf_builder *b, const char *key, const char *v)
{
	gb_key(b, key, GGUF_STRING);
	gb_str(b, v);
}

static void array(struct gguf_builder *b, const char *key, uint32_t type, uint64_t n)
{
	gb_key(b, key, GGUF_ARRAY);
	gb_u32(b, type);
	gb_u64(b, n);
}

void gb_kv_strings(struct gguf_builder *b, const char *key, const char *const *v, size_t n)
{
	array(b, key, GGUF_STRING, n);
	for (size_t i = 0; i < n; i++)
		gb_str(b, v[i]);
}

void gb_kv_ints(struct gguf_builder *b, const char *key, const int32_t *v, size_t n)
{
	array(b, key, GGUF_INT32, n);
	for (size_t i = 0; i < n; i++)
		gb_u32(b, v[i]);
}

void gb_tensor(struct gguf_builder *b, const char *name, uint32_t type, uint64_t ne0, uint64_t ne1,
	       uint64_t offset)
{
	gb_str(b, name);
	gb_u32(b, 2);
	gb_u64(b, ne0);
	gb_u64(b, ne1);
	gb_u32(b, type);
	gb_u64(b, offset);
}

void gb_data(struct gguf_builder *b, size_t align, size_t len)
{
	while (b->len % align)
		gb_u8(b, 0);
	for (size_t i = 0; i < len; i++)
		gb_u8(b, (uint8_t)i);
}

const char *const gb_extra_tokens[] = {
	"ab", "bc", "abc", "Ġa", "<|im_start|>", "<|im_end|>", "<|im_", "<user>", "<unk>", "", "",
};

const size_t gb_n_extra_tokens = sizeof(gb_extra_tokens) / sizeof(gb_extra_tokens[0]);

/* "xy" merges but is no token; "bc" comes before "ab". */
const char *const gb_merges[] = { "b c", "a b", "a bc", "Ġ a", "x y" };

const size_t gb_n_merges = sizeof(gb_merges) / sizeof(gb_merges[0]);

static const int32_t extra_types[] = { 1, 1, 1, 1, 3, 3, 3, 4, 2, 5, 5 };

void gb_vocabulary(struct gguf_builder *b)
{
	size_t n = 256 + gb_n_extra_tokens;
	char letter[UTF8_MAX + 1];

	gb_kv_str(b, "tokenizer.ggml.model", "gpt2");
	gb_kv_str(b, "tokenizer.ggml.pre", "smollm");
	array(b, "tokenizer.ggml.tokens", GGUF_STRING, n);
	for (int byte = 0; byte < 256; byte++) {
		letter[utf8_encode(bpe_byte_to_code_point(byte), letter)] = '\0';
		gb_str(b, letter);
	}
	for (size_t i = 0; i < gb_n_extra_tokens; i++)
		gb_str(b, gb_extra_tokens[i]);
	array(b, "tokenizer.ggml.token_type", GGUF_INT32, n);
	for (size_t i = 0; i < n; i++)
		gb_u32(b, i < 256 ? 1 : extra_types[i - 256]);
	gb_kv_strings(b, "tokenizer.ggml.merges", gb_merges, gb_n_merges);
}
