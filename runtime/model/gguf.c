// SPDX-License-Identifier: MIT
#include "gguf.h"

#include <errno.h>
#include <stdlib.h>
#include <stdio.h>

#include "gguf_internal.h"

/* Least number of bytes that a metadata entry and a tensor description take in a file. */
#define MIN_KV_BYTES (8 + 1 + 4 + 1)
#define MIN_TENSOR_BYTES (8 + 1 + 4 + 8 + 4 + 8)

bool gguf_has(struct gguf_reader *r, uint64_t n)
{
	if (n <= r->gguf->have - r->pos)
		return true;
	r->starved = n <= gguf_left(r);
	return false;
}

static int ends_early(struct gguf_reader *r, const char *what)
{
	return gguf_damaged(r, "the file ends at byte %zu, within %s", r->gguf->size, what);
}

int gguf_read32(struct gguf_reader *r, const char *what, uint32_t *out)
{
	if (!gguf_has(r, sizeof(*out)))
		return ends_early(r, what);
	*out = gguf_load32(r->gguf->data + r->pos);
	r->pos += sizeof(*out);
	return 0;
}

int gguf_read64(struct gguf_reader *r, const char *what, uint64_t *out)
{
	if (!gguf_has(r, sizeof(*out)))
		return ends_early(r, what);
	*out = gguf_load64(r->gguf->data + r->pos);
	r->pos += sizeof(*out);
	return 0;
}

int gguf_read_str(struct gguf_reader *r, const char *what, struct gguf_str *out)
{
	uint64_t len;
	int ret = gguf_read64(r, what, &len);

	if (ret)
		return ret;
	if (!gguf_has(r, len))
		return gguf_damaged(r, "%s claims %llu bytes at byte %zu, the file has %zu more",
				    what, (unsigned long long)len, r->pos, gguf_left(r));
	out->data = (const char *)r->gguf->data + r->pos;
	out->len = len;
	r->pos += len;
	return 0;
}

int gguf_str_compare(const struct gguf_str *a, const struct gguf_str *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->data, b->data, len);

	if (order)
		return order;
	return (a->len > b->len) - (a->len < b->len);
}

static int read_magic(struct gguf_reader *r)
{
	const struct gguf *gguf = r->gguf;
	uint32_t version;

	if (gguf->have < 4 || memcmp(gguf->data, "GGUF", 4))
		return ingot_error_set(r->err, -EINVAL,
				       "%s: not a GGUF file (it does not start with 'GGUF'); "
				       "give a model in GGUF format", gguf->name);
	r->pos = 4;
	if (gguf_read32(r, "the version", &version))
		return -EINVAL;
	if (version && !(version & 0xffff))
		return ingot_error_set(r->err, -EINVAL,
				       "%s: GGUF in big-endian byte order (version field 0x%08x); "
				       "use the little-endian file", gguf->name, version);
	if (version != 2 && version != 3)
		return ingot_error_set(r->err, -EINVAL,
				       "%s: GGUF version %u; versions 2 and 3 are supported, "
				       "convert the model again", gguf->name, version);
	r->gguf->version = version;
	return 0;
}

static int read_count(struct gguf_reader *r, const char *what, size_t *out)
{
	uint64_t count;
	int ret = gguf_read64(r, what, &count);

	if (ret)
		return ret;
	/* the tighter limits need the whole header; this one keeps the arithmetic on counts safe */
	if (count > r->gguf->size)
		return gguf_damaged(r, "%s is %llu, more than %zu bytes can hold", what,
				    (unsigned long long)count, r->gguf->size);
	*out = count;
	return 0;
}

static int check_counts(struct gguf_reader *r)
{
	const struct gguf *gguf = r->gguf;
	size_t left = gguf_left(r);

	if (gguf->n_kv > left / MIN_KV_BYTES ||
	    gguf->n_tensors > (left - gguf->n_kv * MIN_KV_BYTES) / MIN_TENSOR_BYTES)
		return gguf_damaged(r, "%zu metadata entries and %zu tensors are more than "
				       "%zu bytes can hold",
				    gguf->n_kv, gguf->n_tensors, gguf->size);
	return 0;
}

static int read_alignment(struct gguf_reader *r)
{
	struct gguf *gguf = r->gguf;

	gguf->alignment = 32;
	if (!gguf_find_kv(gguf, "general.alignment"))
		return 0;
	if (gguf_get_u32(gguf, "general.alignment", &gguf->alignment, r->err))
		return -EINVAL;
	if (!gguf->alignment || (gguf->alignment & (gguf->alignment - 1)))
		return gguf_damaged(r, "general.alignment is %u, it must be a power of two",
				    gguf->alignment);
	return 0;
}

int gguf_parse(struct gguf_reader *r)
{
	int ret = read_magic(r);

	if (!ret)
		ret = read_count(r, "the number of tensors", &r->gguf->n_tensors);
	if (!ret)
		ret = read_count(r, "the number of metadata entries", &r->gguf->n_kv);
	if (!ret)
		ret = check_counts(r);
	if (!ret)
		ret = gguf_parse_kv(r);
	if (!ret)
		ret = read_alignment(r);
	if (!ret)
		ret = gguf_parse_tensors(r);
	return ret;
}

struct gguf *gguf_new(const char *name, struct ingot_error *err)
{
	struct gguf *gguf = calloc(1, sizeof(*gguf));
	size_t len = strlen(name);
	const size_t room = sizeof(gguf->name) - 1;

	if (!gguf) {
		ingot_error_set(err, -ENOMEM, "%s: out of memory; free some", name);
		return NULL;
	}
	gguf->fd = -1;
	/* the end of a path says more than its start */
	if (len <= room)
		memcpy(gguf->name, name, len);
	else
		snprintf(gguf->name, sizeof(gguf->name), "...%s", name + len - (room - 3));
	return gguf;
}

struct gguf *gguf_open_memory(const char *name, const void *data, size_t size,
			      struct ingot_error *err)
{
	struct gguf *gguf = gguf_new(name, err);
	struct gguf_reader r = { .gguf = gguf, .err = err };

	if (!gguf)
		return NULL;
	gguf->data = data;
	gguf->size = size;
	gguf->have = size;
	if (!gguf_parse(&r))
		return gguf;
	gguf_close(gguf);
	return NULL;
}

void gguf_forget_parsed(struct gguf *gguf)
{
	free(gguf->kv);
	free(gguf->kv_by_key);
	free(gguf->tensors);
	free(gguf->tensors_by_name);
	gguf->kv = NULL;
	gguf->kv_by_key = NULL;
	gguf->tensors = NULL;
	gguf->tensors_by_name = NULL;
	gguf->total_elems = 0;
	gguf->total_bytes = 0;
}

void gguf_close(struct gguf *gguf)
{
	if (!gguf)
		return;
	gguf_forget_parsed(gguf);
	gguf_close_file(gguf);
	free(gguf);
}

const char *gguf_name(const struct gguf *gguf)
{
	return gguf->name;
}

uint32_t gguf_version(const struct gguf *gguf)
{
	return gguf->version;
}
