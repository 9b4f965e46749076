/* SPDX-License-Identifier: MIT */
/*
 * GGUF model files, versions 2 and 3, little endian.
 *
 * gguf_open() reads all but the tensors' data into memory and checks every count, length, offset,
 * type and string of the file against its size, so what the other functions return points inside
 * that memory. Strings and arrays live until gguf_close(). Tensors are read piece by piece with
 * gguf_read_tensor(): nothing is mapped, so a file that somebody cuts short is an error and no
 * signal, and its pages do not count as memory of the process.
 */
#ifndef INGOT_MODEL_GGUF_H
#define INGOT_MODEL_GGUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingot/error.h"
#include "quants.h"

#define GGUF_MAX_DIMS 4

struct gguf;

/**
 * enum gguf_value_type - types of metadata, numbered as in the file
 */
enum gguf_value_type {
	GGUF_UINT8 = 0,
	GGUF_INT8 = 1,
	GGUF_UINT16 = 2,
	GGUF_INT16 = 3,
	GGUF_UINT32 = 4,
	GGUF_INT32 = 5,
	GGUF_FLOAT32 = 6,
	GGUF_BOOL = 7,
	GGUF_STRING = 8,
	GGUF_ARRAY = 9,
	GGUF_UINT64 = 10,
	GGUF_INT64 = 11,
	GGUF_FLOAT64 = 12,
};

/**
 * enum ggml_type - types of tensors that code names, numbered as in the file
 *
 * The other types of GGUF are in the table behind ggml_type_info() only.
 */
enum ggml_type {
	GGML_F32 = 0,
	GGML_F16 = 1,
	GGML_Q4_0 = 2,
	GGML_Q4_1 = 3,
	GGML_Q5_0 = 6,
	GGML_Q5_1 = 7,
	GGML_Q8_0 = 8,
	GGML_Q2_K = 10,
	GGML_Q3_K = 11,
	GGML_Q4_K = 12,
	GGML_Q5_K = 13,
	GGML_Q6_K = 14,
	GGML_IQ4_NL = 20,
	GGML_IQ4_XS = 23,
	GGML_BF16 = 30,
};

/**
 * enum tile_rule - how blocks of a tensor type become blocks of tiles
 */
enum tile_rule {
	/** @TILE_NONE: they do not */
	TILE_NONE,
	/** @TILE_EXACT: digits, scale and minimum as they are */
	TILE_EXACT,
	/** @TILE_ROUNDED: digits as they are, scale and minimum rounded to fp16; or 16-bit digits */
	TILE_ROUNDED,
	/** @TILE_FITTED: one scale and new 8-bit digits for 32 elements that have two scales */
	TILE_FITTED,
};

/**
 * struct ggml_type_info - how elements of a tensor type are stored, in the file and in tiles
 * @name: as people write it, for example "Q4_1"
 * @block_elems: elements of a block, 1 for types without blocks; 0 for a type that GGUF gave up
 * @block_bytes: bytes of a block
 * @quants: reads 32 elements of a type that is made of integers, or NULL
 * @floats: reads elements of a type that stores them one by one, or NULL
 * @rule: how they become tiles
 * @tile: format of these tiles
 */
struct ggml_type_info {
	const char *name;
	uint16_t block_elems;
	uint16_t block_bytes;
	quants_fn quants;
	floats_fn floats;
	enum tile_rule rule;
	struct ing_format tile;
};

/**
 * struct gguf_str - a string inside the metadata
 * @data: its bytes, without a terminator; UTF-8 by convention, any bytes in practice
 * @len: number of bytes
 */
struct gguf_str {
	const char *data;
	size_t len;
};

/**
 * struct gguf_array - an array inside the metadata
 * @type: type of the elements, never GGUF_ARRAY
 * @count: number of elements
 * @data: the first of them, at any alignment; use gguf_array_int() and its like to read them
 */
struct gguf_array {
	enum gguf_value_type type;
	size_t count;
	const uint8_t *data;
};

/**
 * struct gguf_kv - one entry of the metadata
 * @key: its key
 * @type: type of the value
 * @value: the value as it stands in the file
 * @array: the value if @type is GGUF_ARRAY
 */
struct gguf_kv {
	struct gguf_str key;
	enum gguf_value_type type;
	const uint8_t *value;
	struct gguf_array array;
};

/**
 * struct gguf_tensor - one tensor of the file
 * @name: its name; no other tensor of the file has the same
 * @n_dims: number of dimensions, 1 to GGUF_MAX_DIMS
 * @ne: elements along each dimension, fastest first; 1 beyond @n_dims
 * @type: enum ggml_type, or another number that ggml_type_info() knows
 * @size_bytes: bytes of data
 * @n_elems: elements in all
 * @offset: where the data starts, from the start of the file
 */
struct gguf_tensor {
	struct gguf_str name;
	uint32_t n_dims;
	uint64_t ne[GGUF_MAX_DIMS];
	uint32_t type;
	size_t size_bytes;
	uint64_t n_elems;
	uint64_t offset;
};

/**
 * gguf_open() - open a GGUF file and check all of it but the tensors' data
 * @path: the file
 * @err: filled in on failure
 *
 * The file must stay as it is until gguf_finish(), which finds out whether it has.
 *
 * Return: the file, to be closed with gguf_close(), or NULL with @err filled in.
 */
struct gguf *gguf_open(const char *path, struct ingot_error *err);

/**
 * gguf_open_memory() - the same for a file that is in memory
 * @name: what errors call the file
 * @data: its bytes, which must stay until gguf_close()
 * @size: number of bytes
 * @err: filled in on failure
 *
 * Return: the file, to be closed with gguf_close(), or NULL with @err filled in.
 */
struct gguf *gguf_open_memory(const char *name, const void *data, size_t size,
			      struct ingot_error *err);

/**
 * gguf_finish() - no tensor will be read any more
 * @gguf: the file; its metadata can be used as before
 * @err: filled in on failure
 *
 * Return: 0, or -ESTALE if the file was written to since it was opened: what was read of it may be
 * of two minds.
 */
int gguf_finish(struct gguf *gguf, struct ingot_error *err);

/**
 * gguf_close() - close a file and free what belongs to it
 * @gguf: the file, or NULL
 */
void gguf_close(struct gguf *gguf);

/**
 * gguf_name() - what errors about this file call it
 * @gguf: the file
 *
 * Return: its path, cut at the front if it is very long.
 */
const char *gguf_name(const struct gguf *gguf);

/**
 * gguf_version() - version of the format
 * @gguf: the file
 *
 * Return: 2 or 3.
 */
uint32_t gguf_version(const struct gguf *gguf);

/**
 * gguf_kv_count() - number of metadata entries
 * @gguf: the file
 *
 * Return: the number.
 */
size_t gguf_kv_count(const struct gguf *gguf);

/**
 * gguf_kv_at() - metadata entry by position in the file
 * @gguf: the file
 * @i: position, less than gguf_kv_count()
 *
 * Return: the entry.
 */
const struct gguf_kv *gguf_kv_at(const struct gguf *gguf, size_t i);

/**
 * gguf_find_kv() - metadata entry by key, in O(log n)
 * @gguf: the file
 * @key: the key
 *
 * Return: the entry, or NULL if the file has none.
 */
const struct gguf_kv *gguf_find_kv(const struct gguf *gguf, const char *key);

/**
 * gguf_get_u64() - an integer that is not negative
 * @gguf: the file
 * @key: its key; the value may have any integer type
 * @out: the value; left alone on failure
 * @err: filled in on failure
 *
 * Return: 0, -ENOENT if the key is absent, -EINVAL if the value has another type, -ERANGE if it
 * does not fit. All getters below use these codes.
 */
int gguf_get_u64(const struct gguf *gguf, const char *key, uint64_t *out, struct ingot_error *err);

/**
 * gguf_get_u32() - an integer from 0 to UINT32_MAX
 * @gguf: the file
 * @key: its key; the value may have any integer type
 * @out: the value; left alone on failure
 * @err: filled in on failure
 *
 * Return: as gguf_get_u64().
 */
int gguf_get_u32(const struct gguf *gguf, const char *key, uint32_t *out, struct ingot_error *err);

/**
 * gguf_get_f32() - a number of either floating point type
 * @gguf: the file
 * @key: its key
 * @out: the value; left alone on failure
 * @err: filled in on failure
 *
 * Return: as gguf_get_u64().
 */
int gguf_get_f32(const struct gguf *gguf, const char *key, float *out, struct ingot_error *err);

/**
 * gguf_get_bool() - a truth value
 * @gguf: the file
 * @key: its key
 * @out: the value; left alone on failure
 * @err: filled in on failure
 *
 * Return: as gguf_get_u64().
 */
int gguf_get_bool(const struct gguf *gguf, const char *key, bool *out, struct ingot_error *err);

/**
 * gguf_get_str() - a string
 * @gguf: the file
 * @key: its key
 * @out: the value; left alone on failure
 * @err: filled in on failure
 *
 * Return: as gguf_get_u64().
 */
int gguf_get_str(const struct gguf *gguf, const char *key, struct gguf_str *out,
		 struct ingot_error *err);

/**
 * gguf_get_strings() - an array of strings, to be walked with gguf_next_str()
 * @gguf: the file
 * @key: its key
 * @out: the array; left alone on failure
 * @err: filled in on failure
 *
 * Return: as gguf_get_u64().
 */
int gguf_get_strings(const struct gguf *gguf, const char *key, struct gguf_array *out,
		     struct ingot_error *err);

/**
 * gguf_get_ints() - an array of any integer type, to be read with gguf_array_int()
 * @gguf: the file
 * @key: its key
 * @out: the array; left alone on failure
 * @err: filled in on failure
 *
 * Return: as gguf_get_u64().
 */
int gguf_get_ints(const struct gguf *gguf, const char *key, struct gguf_array *out,
		  struct ingot_error *err);

/**
 * gguf_get_floats() - an array of either floating point type, to be read with gguf_array_float()
 * @gguf: the file
 * @key: its key
 * @out: the array; left alone on failure
 * @err: filled in on failure
 *
 * Return: as gguf_get_u64().
 */
int gguf_get_floats(const struct gguf *gguf, const char *key, struct gguf_array *out,
		    struct ingot_error *err);

/**
 * gguf_next_str() - take the first string off an array of strings
 * @strings: the array; it becomes what is behind that string
 * @out: the string
 *
 * Return: true, or false if the array is empty.
 */
bool gguf_next_str(struct gguf_array *strings, struct gguf_str *out);

/**
 * gguf_array_int() - element of an array of integers or truth values
 * @array: the array
 * @i: position, less than @array->count
 *
 * Return: the element; a uint64 above INT64_MAX comes out as INT64_MAX.
 */
int64_t gguf_array_int(const struct gguf_array *array, size_t i);

/**
 * gguf_array_float() - element of an array of floating point numbers
 * @array: the array
 * @i: position, less than @array->count
 *
 * Return: the element.
 */
double gguf_array_float(const struct gguf_array *array, size_t i);

/**
 * gguf_value_type_name() - a metadata type in words
 * @type: the type
 *
 * Return: for example "array", or "unknown".
 */
const char *gguf_value_type_name(enum gguf_value_type type);

/**
 * gguf_tensor_count() - number of tensors
 * @gguf: the file
 *
 * Return: the number.
 */
size_t gguf_tensor_count(const struct gguf *gguf);

/**
 * gguf_tensor_at() - tensor by position in the file
 * @gguf: the file
 * @i: position, less than gguf_tensor_count()
 *
 * Return: the tensor.
 */
const struct gguf_tensor *gguf_tensor_at(const struct gguf *gguf, size_t i);

/**
 * gguf_find_tensor() - tensor by name, in O(log n)
 * @gguf: the file
 * @name: the name
 *
 * Return: the tensor, or NULL if the file has none of that name.
 */
const struct gguf_tensor *gguf_find_tensor(const struct gguf *gguf, const char *name);

/**
 * gguf_read_tensor() - copy a tensor's data
 * @gguf: the file
 * @tensor: the tensor
 * @offset: first byte, within the tensor
 * @to: where to
 * @bytes: how many; @offset + @bytes is at most the tensor's size
 * @err: filled in on failure
 *
 * May be called by several threads at once.
 *
 * Return: 0 or negative errno: -EIO if the file ends earlier than it did when it was opened.
 */
int gguf_read_tensor(const struct gguf *gguf, const struct gguf_tensor *tensor, uint64_t offset,
		     void *to, size_t bytes, struct ingot_error *err);

/**
 * gguf_total_elems() - number of parameters: elements of all tensors
 * @gguf: the file
 *
 * Return: the number.
 */
uint64_t gguf_total_elems(const struct gguf *gguf);

/**
 * gguf_total_bytes() - size of the model: bytes of all tensors' data, without padding
 * @gguf: the file
 *
 * Return: the number.
 */
uint64_t gguf_total_bytes(const struct gguf *gguf);

/**
 * ggml_type_info() - layout of a tensor type
 * @type: its number
 *
 * Return: the layout, or NULL for a number that GGUF does not define.
 */
const struct ggml_type_info *ggml_type_info(uint32_t type);

/**
 * ggml_type_name() - a tensor type in words
 * @type: its number
 *
 * Return: for example "Q4_1", or "unknown".
 */
const char *ggml_type_name(uint32_t type);

#endif /* INGOT_MODEL_GGUF_H */
