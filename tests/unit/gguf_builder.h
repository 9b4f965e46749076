/* SPDX-License-Identifier: MIT */
/* Writes GGUF files into memory, true ones and lying ones. */
#ifndef TESTS_GGUF_BUILDER_H
#define TESTS_GGUF_BUILDER_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct gguf_builder - a file that grows
 * @data: its bytes, to be freed with free()
 * @len: number of bytes
 * @room: number of bytes that fit
 *
 * Starts out zeroed.
 */
struct gguf_builder {
	uint8_t *data;
	size_t len, room;
};

/**
 * gb_bytes() - append bytes
 * @b: the file
 * @data: the bytes
 * @len: number of bytes
 */
void gb_bytes(struct gguf_builder *b, const void *data, size_t len);

/**
 * gb_u8() - append an integer
 * @b: the file
 * @v: the integer
 */
void gb_u8(struct gguf_builder *b, uint8_t v);

/**
 * gb_u32() - append an integer
 * @b: the file
 * @v: the integer
 */
void gb_u32(struct gguf_builder *b, uint32_t v);

/**
 * gb_u64() - append an integer
 * @b: the file
 * @v: the integer
 */
void gb_u64(struct gguf_builder *b, uint64_t v);

/**
 * gb_str() - append a string with its length
 * @b: the file
 * @s: the string
 */
void gb_str(struct gguf_builder *b, const char *s);

/**
 * gb_header() - append magic, version and counts
 * @b: the file, empty
 * @n_tensors: number of tensors that will follow
 * @n_kv: number of metadata entries that will follow
 */
void gb_header(struct gguf_builder *b, uint64_t n_tensors, uint64_t n_kv);

/**
 * gb_key() - append key and type of a metadata entry
 * @b: the file
 * @key: the key
 * @type: enum gguf_value_type
 */
void gb_key(struct gguf_builder *b, const char *key, uint32_t type);

/**
 * gb_kv_u32() - append a metadata entry
 * @b: the file
 * @key: the key
 * @v: the value
 */
void gb_kv_u32(struct gguf_builder *b, const char *key, uint32_t v);

/**
 * gb_kv_bool() - append a metadata entry
 * @b: the file
 * @key: the key
 * @v: the value
 */
void gb_kv_bool(struct gguf_builder *b, const char *key, uint8_t v);

/**
 * gb_kv_str() - append a metadata entry
 * @b: the file
 * @key: the key
 * @v: the value
 */
void gb_kv_str(struct gguf_builder *b, const char *key, const char *v);

/**
 * gb_kv_strings() - append a metadata entry, an array
 * @b: the file
 * @key: the key
 * @v: the strings
 * @n: number of them
 */
void gb_kv_strings(struct gguf_builder *b, const char *key, const char *const *v, size_t n);

/**
 * gb_kv_ints() - append a metadata entry, an array
 * @b: the file
 * @key: the key
 * @v: the integers
 * @n: number of them
 */
void gb_kv_ints(struct gguf_builder *b, const char *key, const int32_t *v, size_t n);

/**
 * gb_tensor() - append the description of a tensor
 * @b: the file
 * @name: the name
 * @type: enum ggml_type
 * @ne0: elements along the first dimension
 * @ne1: elements along the second dimension
 * @offset: where its data starts within the data
 */
void gb_tensor(struct gguf_builder *b, const char *name, uint32_t type, uint64_t ne0, uint64_t ne1,
	       uint64_t offset);

/**
 * gb_data() - pad the file to an alignment and append bytes of tensor data
 * @b: the file
 * @align: the alignment
 * @len: number of bytes
 */
void gb_data(struct gguf_builder *b, size_t align, size_t len);

/**
 * gb_vocabulary() - append the 5 metadata entries of a small tokeniser
 * @b: the file
 *
 * Every byte is a token, with the number of the byte. Behind them are words and special tokens:
 * see gb_extra_tokens.
 */
void gb_vocabulary(struct gguf_builder *b);

/** @gb_extra_tokens: the tokens from number 256 on */
extern const char *const gb_extra_tokens[];

/** @gb_n_extra_tokens: number of them */
extern const size_t gb_n_extra_tokens;

/** @gb_merges: the merges */
extern const char *const gb_merges[];

/** @gb_n_merges: number of them */
extern const size_t gb_n_merges;

/** @GB_VOCABULARY_KVS: number of metadata entries that gb_vocabulary() appends */
#define GB_VOCABULARY_KVS 5

#endif /* TESTS_GGUF_BUILDER_H */
