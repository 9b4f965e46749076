// SPDX-License-Identifier: MIT
/* GGUF metadata: parsing and checking. */
#include <stdio.h>
#include <stdlib.h>

#include "gguf_internal.h"

/* The format's own limit on the length of a key. */
#define MAX_KEY_BYTES 65535

static const struct {
	const char *name;
	size_t size;
} value_types[] = {
	[GGUF_UINT8] = { "uint8", 1 },	   [GGUF_INT8] = { "int8", 1 },
	[GGUF_UINT16] = { "uint16", 2 },   [GGUF_INT16] = { "int16", 2 },
	[GGUF_UINT32] = { "uint32", 4 },   [GGUF_INT32] = { "int32", 4 },
	[GGUF_FLOAT32] = { "float32", 4 }, [GGUF_BOOL] = { "bool", 1 },
	[GGUF_STRING] = { "string", 0 },   [GGUF_ARRAY] = { "array", 0 },
	[GGUF_UINT64] = { "uint64", 8 },   [GGUF_INT64] = { "int64", 8 },
	[GGUF_FLOAT64] = { "float64", 8 },
};

#define N_VALUE_TYPES (sizeof(value_types) / sizeof(value_types[0]))

const char *gguf_value_type_name(enum gguf_value_type type)
{
	return (size_t)type < N_VALUE_TYPES ? value_types[type].name : "unknown";
}

size_t gguf_value_size(uint32_t type)
{
	return type < N_VALUE_TYPES ? value_types[type].size : 0;
}

static int bad_type(struct gguf_reader *r, const struct gguf_str *key, const char *what,
		    uint32_t type)
{
	return gguf_damaged(r, "metadata key '" GGUF_STR_FMT "' has %s %u, which is not defined",
			    GGUF_STR_ARG(*key), what, type);
}

static int skip_values(struct gguf_reader *r, const struct gguf_str *key, uint64_t count,
		       size_t size)
{
	if (count > SIZE_MAX / size || !gguf_has(r, count * size))
		return gguf_damaged(r, "metadata key '" GGUF_STR_FMT "' claims %llu values of "
				       "%zu bytes, the file has %zu bytes more",
				    GGUF_STR_ARG(*key), (unsigned long long)count, size,
				    gguf_left(r));
	r->pos += count * size;
	return 0;
}

static int skip_strings(struct gguf_reader *r, const struct gguf_str *key, uint64_t count)
{
	struct gguf_str str;
	char what[160];

	snprintf(what, sizeof(what), "a string of metadata key '" GGUF_STR_FMT "'",
		 GGUF_STR_ARG(*key));
	for (uint64_t i = 0; i < count; i++)
		if (gguf_read_str(r, what, &str))
			return -EINVAL;
	return 0;
}

static int parse_array(struct gguf_reader *r, struct gguf_kv *kv)
{
	uint32_t type;
	uint64_t count;
	size_t size;

	if (gguf_read32(r, "the type of an array", &type) ||
	    gguf_read64(r, "the length of an array", &count))
		return -EINVAL;
	if (type == GGUF_ARRAY)
		return ingot_error_set(r->err, -EINVAL,
				       "%s: metadata key '" GGUF_STR_FMT "' is an array of arrays, "
				       "which is not supported; remove the key",
				       r->gguf->name, GGUF_STR_ARG(kv->key));
	size = gguf_value_size(type);
	if (!size && type != GGUF_STRING)
		return bad_type(r, &kv->key, "array element type", type);
	kv->array.type = type;
	kv->array.count = count;
	kv->array.data = r->gguf->data + r->pos;
	if (type == GGUF_STRING)
		return skip_strings(r, &kv->key, count);
	return skip_values(r, &kv->key, count, size);
}

static int parse_key(struct gguf_reader *r, struct gguf_str *key)
{
	int ret = gguf_read_str(r, "a metadata key", key);

	if (ret)
		return ret;
	if (!key->len || key->len > MAX_KEY_BYTES)
		return gguf_damaged(r, "the key that ends at byte %zu has %zu bytes, not 1 to %d",
				    r->pos, key->len, MAX_KEY_BYTES);
	return 0;
}

static int parse_entry(struct gguf_reader *r, struct gguf_kv *kv)
{
	struct gguf_str str;
	uint32_t type;

	if (parse_key(r, &kv->key) || gguf_read32(r, "the type of a metadata value", &type))
		return -EINVAL;
	kv->type = type;
	kv->value = r->gguf->data + r->pos;
	if (type == GGUF_ARRAY)
		return parse_array(r, kv);
	if (type == GGUF_STRING)
		return gguf_read_str(r, "a metadata string", &str);
	if (!gguf_value_size(type))
		return bad_type(r, &kv->key, "type", type);
	return skip_values(r, &kv->key, 1, gguf_value_size(type));
}

static int compare_kv(const void *a, const void *b)
{
	const struct gguf_kv *const *x = a, *const *y = b;

	return gguf_str_compare(&(*x)->key, &(*y)->key);
}

static int sort_by_key(struct gguf_reader *r)
{
	struct gguf *gguf = r->gguf;

	for (size_t i = 0; i < gguf->n_kv; i++)
		gguf->kv_by_key[i] = &gguf->kv[i];
	qsort(gguf->kv_by_key, gguf->n_kv, sizeof(*gguf->kv_by_key), compare_kv);
	for (size_t i = 1; i < gguf->n_kv; i++)
		if (!compare_kv(&gguf->kv_by_key[i - 1], &gguf->kv_by_key[i]))
			return gguf_damaged(r, "metadata key '" GGUF_STR_FMT "' occurs twice",
					    GGUF_STR_ARG(gguf->kv_by_key[i]->key));
	return 0;
}

int gguf_parse_kv(struct gguf_reader *r)
{
	struct gguf *gguf = r->gguf;

	if (!gguf->n_kv)
		return 0;
	gguf->kv = calloc(gguf->n_kv, sizeof(*gguf->kv));
	gguf->kv_by_key = calloc(gguf->n_kv, sizeof(*gguf->kv_by_key));
	if (!gguf->kv || !gguf->kv_by_key)
		return ingot_error_set(r->err, -ENOMEM,
				       "%s: out of memory for %zu metadata entries; free some",
				       gguf->name, gguf->n_kv);
	for (size_t i = 0; i < gguf->n_kv; i++)
		if (parse_entry(r, &gguf->kv[i]))
			return -EINVAL;
	return sort_by_key(r);
}

size_t gguf_kv_count(const struct gguf *gguf)
{
	return gguf->n_kv;
}

const struct gguf_kv *gguf_kv_at(const struct gguf *gguf, size_t i)
{
	return &gguf->kv[i];
}

static int compare_key(const void *key, const void *entry)
{
	const struct gguf_kv *const *kv = entry;

	return gguf_str_compare(key, &(*kv)->key);
}

const struct gguf_kv *gguf_find_kv(const struct gguf *gguf, const char *key)
{
	const struct gguf_str str = { key, strlen(key) };
	const struct gguf_kv **found;

	if (!gguf->n_kv)
		return NULL;
	found = bsearch(&str, gguf->kv_by_key, gguf->n_kv, sizeof(*found), compare_key);
	return found ? *found : NULL;
}
