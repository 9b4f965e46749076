/* SPDX-License-Identifier: MIT */
/* What the parts of the GGUF reader share. */
#ifndef INGOT_MODEL_GGUF_INTERNAL_H
#define INGOT_MODEL_GGUF_INTERNAL_H

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "gguf.h"

/* The tensors' data is used in place, and it is little endian. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "GGUF data is read in place");

/* printf arguments of a string from the file: of a hostile one, a line's worth is enough */
#define GGUF_STR_FMT "%.*s"
#define GGUF_STR_ARG(s) (int)((s).len < 80 ? (s).len : 80), (s).data

/**
 * gguf_damaged() - report a file that contradicts itself or ends too early
 * @r: struct gguf_reader of the file
 * @fmt: printf format of what is wrong, and its arguments behind it
 *
 * Return: -EINVAL.
 */
#define gguf_damaged(r, fmt, ...)                                                                 \
	(ingot_error_set((r)->err, -EINVAL,                                                       \
			 "%s: " fmt "; the file is damaged or cut short, fetch it again",         \
			 (r)->gguf->name, ##__VA_ARGS__),                                         \
	 -EINVAL)

/**
 * struct gguf - an open file
 * @name: for errors
 * @data: the bytes of the file that are in memory: all that the metadata and the descriptions of
 *	tensors take, or more
 * @have: how many
 * @size: bytes of the file
 * @fd: the file that tensors are read from, or -1
 * @owned: @data is a mapping of ours, of @have bytes
 * @changed: when the file was last written, as it was when it was opened
 * @version: of the format
 * @alignment: of the tensors' data
 * @n_kv: number of metadata entries
 * @n_tensors: number of tensors
 * @kv: metadata in the order of the file
 * @kv_by_key: the same, sorted by key
 * @tensors: tensors in the order of the file
 * @tensors_by_name: the same, sorted by name
 * @total_elems: elements of all tensors
 * @total_bytes: bytes of all tensors
 */
struct gguf {
	char name[200];
	const uint8_t *data;
	size_t have;
	size_t size;
	int fd;
	bool owned;
	struct timespec changed;
	uint32_t version;
	uint32_t alignment;
	size_t n_kv;
	size_t n_tensors;
	struct gguf_kv *kv;
	const struct gguf_kv **kv_by_key;
	struct gguf_tensor *tensors;
	const struct gguf_tensor **tensors_by_name;
	uint64_t total_elems;
	uint64_t total_bytes;
};

/**
 * struct gguf_reader - a position in the file while it is parsed
 * @gguf: the file
 * @pos: bytes read so far, never more than there are in memory
 * @starved: parsing failed for want of bytes that the file has and memory has not
 * @err: where errors go
 */
struct gguf_reader {
	struct gguf *gguf;
	size_t pos;
	bool starved;
	struct ingot_error *err;
};

/**
 * gguf_left() - bytes that the file has behind the position
 * @r: the position
 *
 * Return: the number.
 */
static inline size_t gguf_left(const struct gguf_reader *r)
{
	return r->gguf->size - r->pos;
}

/**
 * gguf_has() - are there so many bytes more?
 * @r: the position; marked as starved if the file has them and memory has not
 * @n: number of bytes
 *
 * Return: whether they are in memory.
 */
bool gguf_has(struct gguf_reader *r, uint64_t n);

/**
 * gguf_new() - a file without contents
 * @name: what errors call it
 * @err: filled in on failure
 *
 * Return: the file, to be closed with gguf_close(), or NULL.
 */
struct gguf *gguf_new(const char *name, struct ingot_error *err);

/**
 * gguf_parse() - read and check everything but the tensors' data
 * @r: the beginning of the file
 *
 * Return: 0 or negative errno.
 */
int gguf_parse(struct gguf_reader *r);

/**
 * gguf_forget_parsed() - free what parsing has made
 * @gguf: the file; it can be parsed again
 */
void gguf_forget_parsed(struct gguf *gguf);

/**
 * gguf_close_file() - give back the memory and the descriptor of a file
 * @gguf: the file
 */
void gguf_close_file(struct gguf *gguf);

/**
 * gguf_load16() - read a little-endian integer at any alignment
 * @p: its first byte
 *
 * Return: the integer.
 */
static inline uint16_t gguf_load16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return le16toh(v);
}

/**
 * gguf_load32() - read a little-endian integer at any alignment
 * @p: its first byte
 *
 * Return: the integer.
 */
static inline uint32_t gguf_load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

/**
 * gguf_load64() - read a little-endian integer at any alignment
 * @p: its first byte
 *
 * Return: the integer.
 */
static inline uint64_t gguf_load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

/**
 * gguf_read32() - read an integer and step behind it
 * @r: the position
 * @what: what it is, for the error
 * @out: the integer
 *
 * Return: 0, or -EINVAL if the file ends before.
 */
int gguf_read32(struct gguf_reader *r, const char *what, uint32_t *out);

/**
 * gguf_read64() - read an integer and step behind it
 * @r: the position
 * @what: what it is, for the error
 * @out: the integer
 *
 * Return: 0, or -EINVAL if the file ends before.
 */
int gguf_read64(struct gguf_reader *r, const char *what, uint64_t *out);

/**
 * gguf_read_str() - read a string and step behind it
 * @r: the position
 * @what: what it is, for the error
 * @out: the string
 *
 * Return: 0, or -EINVAL if the file ends before.
 */
int gguf_read_str(struct gguf_reader *r, const char *what, struct gguf_str *out);

/**
 * gguf_str_compare() - order of strings, by bytes
 * @a: a string
 * @b: another
 *
 * Return: negative, 0 or positive, as memcmp().
 */
int gguf_str_compare(const struct gguf_str *a, const struct gguf_str *b);

/**
 * gguf_parse_kv() - read all metadata, which starts at the position
 * @r: the position; the metadata's end on success
 *
 * Return: 0 or negative errno.
 */
int gguf_parse_kv(struct gguf_reader *r);

/**
 * gguf_parse_tensors() - read all tensor descriptions, which start at the position
 * @r: the position; their end on success
 *
 * Return: 0 or negative errno.
 */
int gguf_parse_tensors(struct gguf_reader *r);

/**
 * gguf_value_size() - bytes of a metadata value
 * @type: its type
 *
 * Return: the number, or 0 for strings, arrays and types that GGUF does not define.
 */
size_t gguf_value_size(uint32_t type);

#endif /* INGOT_MODEL_GGUF_INTERNAL_H */
