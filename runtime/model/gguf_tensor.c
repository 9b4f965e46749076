// SPDX-License-Identifier: MIT
/* GGUF tensors: parsing, checking, lookup. */
#include <stdlib.h>

#include "gguf_internal.h"

static int bad_tensor(struct gguf_reader *r, const struct gguf_tensor *t, const char *field,
		      uint64_t value, const char *rule)
{
	return gguf_damaged(r, "tensor '" GGUF_STR_FMT "': %s is %llu, %s", GGUF_STR_ARG(t->name),
			    field, (unsigned long long)value, rule);
}

static int parse_shape(struct gguf_reader *r, struct gguf_tensor *t)
{
	if (gguf_read32(r, "a tensor's number of dimensions", &t->n_dims))
		return -EINVAL;
	if (t->n_dims < 1 || t->n_dims > GGUF_MAX_DIMS)
		return bad_tensor(r, t, "the number of dimensions", t->n_dims, "expected 1 to 4");
	t->n_elems = 1;
	for (uint32_t i = 0; i < GGUF_MAX_DIMS; i++) {
		t->ne[i] = 1;
		if (i < t->n_dims && gguf_read64(r, "a tensor's shape", &t->ne[i]))
			return -EINVAL;
		if (!t->ne[i])
			return bad_tensor(r, t, "a dimension", 0, "expected at least 1");
		if (__builtin_mul_overflow(t->n_elems, t->ne[i], &t->n_elems))
			return bad_tensor(r, t, "a dimension", t->ne[i],
					  "more elements than can be counted");
	}
	return 0;
}

static int check_type(struct gguf_reader *r, const struct gguf_tensor *t)
{
	const struct ggml_type_info *info = ggml_type_info(t->type);

	if (!info)
		return ingot_error_set(r->err, -EINVAL,
				       "%s: tensor '" GGUF_STR_FMT "' has the unknown type %u; "
				       "convert the model to a common type such as Q4_1 or Q8_0",
				       r->gguf->name, GGUF_STR_ARG(t->name), t->type);
	if (!info->block_elems)
		return ingot_error_set(r->err, -EINVAL,
				       "%s: tensor '" GGUF_STR_FMT "' has type %s (%u), "
				       "which GGUF gave up; convert the model again",
				       r->gguf->name, GGUF_STR_ARG(t->name), info->name, t->type);
	if (t->ne[0] % info->block_elems)
		return gguf_damaged(r, "tensor '" GGUF_STR_FMT "': rows of %llu elements are not "
				       "whole blocks of %u (%s)", GGUF_STR_ARG(t->name),
				    (unsigned long long)t->ne[0], info->block_elems, info->name);
	return 0;
}

static int set_size(struct gguf_reader *r, struct gguf_tensor *t)
{
	const struct ggml_type_info *info = ggml_type_info(t->type);
	uint64_t blocks = t->n_elems / info->block_elems;

	if (__builtin_mul_overflow(blocks, info->block_bytes, &t->size_bytes) ||
	    t->size_bytes > r->gguf->size)
		return gguf_damaged(r, "tensor '" GGUF_STR_FMT "' has %llu elements of type %s, "
				       "more than %zu bytes can hold", GGUF_STR_ARG(t->name),
				    (unsigned long long)t->n_elems, info->name, r->gguf->size);
	return 0;
}

static int parse_tensor(struct gguf_reader *r, struct gguf_tensor *t)
{
	if (gguf_read_str(r, "a tensor's name", &t->name))
		return -EINVAL;
	if (!t->name.len)
		return gguf_damaged(r, "tensor %zu has an empty name",
				    (size_t)(t - r->gguf->tensors));
	if (parse_shape(r, t) || gguf_read32(r, "a tensor's type", &t->type) ||
	    gguf_read64(r, "a tensor's offset", &t->offset))
		return -EINVAL;
	if (check_type(r, t))
		return -EINVAL;
	return set_size(r, t);
}

/* Turns the offset within the data section into one within the file; needs the end of the header. */
static int place_tensor(struct gguf_reader *r, struct gguf_tensor *t, uint64_t data_start)
{
	const struct gguf *gguf = r->gguf;

	if (t->offset % gguf->alignment)
		return bad_tensor(r, t, "the offset", t->offset,
				  "not a multiple of general.alignment");
	if (data_start > gguf->size || t->offset > gguf->size - data_start ||
	    t->size_bytes > gguf->size - data_start - t->offset)
		return gguf_damaged(r, "tensor '" GGUF_STR_FMT "' needs %zu bytes at offset %llu "
				       "of the data, which starts at byte %llu of %zu",
				    GGUF_STR_ARG(t->name), t->size_bytes,
				    (unsigned long long)t->offset, (unsigned long long)data_start,
				    gguf->size);
	t->offset += data_start;
	return 0;
}

static int compare_offset(const void *a, const void *b)
{
	const struct gguf_tensor *const *x = a, *const *y = b;

	return ((*x)->offset > (*y)->offset) - ((*x)->offset < (*y)->offset);
}

static int compare_name(const void *a, const void *b)
{
	const struct gguf_tensor *const *x = a, *const *y = b;

	return gguf_str_compare(&(*x)->name, &(*y)->name);
}

static int two_tensors(struct gguf_reader *r, const struct gguf_tensor *a,
		       const struct gguf_tensor *b, const char *problem)
{
	return gguf_damaged(r, "tensors '" GGUF_STR_FMT "' and '" GGUF_STR_FMT "' %s",
			    GGUF_STR_ARG(a->name), GGUF_STR_ARG(b->name), problem);
}

static int check_overlap(struct gguf_reader *r)
{
	const struct gguf_tensor **t = r->gguf->tensors_by_name;
	size_t n = r->gguf->n_tensors;

	qsort(t, n, sizeof(*t), compare_offset);
	for (size_t i = 1; i < n; i++)
		if (t[i]->offset - t[i - 1]->offset < t[i - 1]->size_bytes)
			return two_tensors(r, t[i - 1], t[i], "overlap");
	return 0;
}

static int sort_by_name(struct gguf_reader *r)
{
	const struct gguf_tensor **t = r->gguf->tensors_by_name;
	size_t n = r->gguf->n_tensors;

	qsort(t, n, sizeof(*t), compare_name);
	for (size_t i = 1; i < n; i++)
		if (!compare_name(&t[i - 1], &t[i]))
			return two_tensors(r, t[i - 1], t[i], "have the same name");
	return 0;
}

static int parse_all(struct gguf_reader *r)
{
	struct gguf *gguf = r->gguf;
	uint64_t data_start;

	for (size_t i = 0; i < gguf->n_tensors; i++)
		if (parse_tensor(r, &gguf->tensors[i]))
			return -EINVAL;
	data_start = ((uint64_t)r->pos + gguf->alignment - 1) & ~((uint64_t)gguf->alignment - 1);
	for (size_t i = 0; i < gguf->n_tensors; i++) {
		struct gguf_tensor *t = &gguf->tensors[i];

		if (place_tensor(r, t, data_start))
			return -EINVAL;
		gguf->tensors_by_name[i] = t;
		gguf->total_elems += t->n_elems;
		gguf->total_bytes += t->size_bytes;
	}
	return 0;
}

int gguf_parse_tensors(struct gguf_reader *r)
{
	struct gguf *gguf = r->gguf;
	int ret;

	if (!gguf->n_tensors)
		return 0;
	gguf->tensors = calloc(gguf->n_tensors, sizeof(*gguf->tensors));
	gguf->tensors_by_name = calloc(gguf->n_tensors, sizeof(*gguf->tensors_by_name));
	if (!gguf->tensors || !gguf->tensors_by_name)
		return ingot_error_set(r->err, -ENOMEM,
				       "%s: out of memory for %zu tensors; free some", gguf->name,
				       gguf->n_tensors);
	ret = parse_all(r);
	if (!ret)
		ret = check_overlap(r);
	if (!ret)
		ret = sort_by_name(r);
	return ret;
}

size_t gguf_tensor_count(const struct gguf *gguf)
{
	return gguf->n_tensors;
}

const struct gguf_tensor *gguf_tensor_at(const struct gguf *gguf, size_t i)
{
	return &gguf->tensors[i];
}

static int compare_key(const void *key, const void *entry)
{
	const struct gguf_tensor *const *t = entry;

	return gguf_str_compare(key, &(*t)->name);
}

const struct gguf_tensor *gguf_find_tensor(const struct gguf *gguf, const char *name)
{
	const struct gguf_str str = { name, strlen(name) };
	const struct gguf_tensor **found;

	if (!gguf->n_tensors)
		return NULL;
	found = bsearch(&str, gguf->tensors_by_name, gguf->n_tensors, sizeof(*found), compare_key);
	return found ? *found : NULL;
}

uint64_t gguf_total_elems(const struct gguf *gguf)
{
	return gguf->total_elems;
}

uint64_t gguf_total_bytes(const struct gguf *gguf)
{
	return gguf->total_bytes;
}
