// SPDX-License-Identifier: MIT
#include "gguf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gguf_internal.h"

/* Least number of bytes that a metadata entry and a tensor description take in a file. */
#define MIN_KV_BYTES (8 + 1 + 4 + 1)
#define MIN_TENSOR_BYTES (8 + 1 + 4 + 8 + 4 + 8)

static int ends_early(struct gguf_reader *r, const char *what)
{
	return gguf_damaged(r, "the file ends at byte %zu, within %s", r->gguf->size, what);
}

int gguf_read32(struct gguf_reader *r, const char *what, uint32_t *out)
{
	if (gguf_left(r) < sizeof(*out))
		return ends_early(r, what);
	*out = gguf_load32(r->gguf->data + r->pos);
	r->pos += sizeof(*out);
	return 0;
}

int gguf_read64(struct gguf_reader *r, const char *what, uint64_t *out)
{
	if (gguf_left(r) < sizeof(*out))
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
	if (len > gguf_left(r))
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

	if (gguf->size < 4 || memcmp(gguf->data, "GGUF", 4))
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

static int parse(struct gguf_reader *r)
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

static struct gguf *gguf_new(const char *name, struct ingot_error *err)
{
	struct gguf *gguf = calloc(1, sizeof(*gguf));
	size_t len = strlen(name);
	const size_t room = sizeof(gguf->name) - 1;

	if (!gguf) {
		ingot_error_set(err, -ENOMEM, "%s: out of memory; free some", name);
		return NULL;
	}
	/* the end of a path says more than its start */
	if (len <= room)
		memcpy(gguf->name, name, len);
	else
		snprintf(gguf->name, sizeof(gguf->name), "...%s", name + len - (room - 3));
	return gguf;
}

static struct gguf *parse_or_close(struct gguf *gguf, struct ingot_error *err)
{
	struct gguf_reader r = { .gguf = gguf, .err = err };

	if (!parse(&r))
		return gguf;
	gguf_close(gguf);
	return NULL;
}

struct gguf *gguf_open_memory(const char *name, const void *data, size_t size,
			      struct ingot_error *err)
{
	struct gguf *gguf = gguf_new(name, err);

	if (!gguf)
		return NULL;
	gguf->data = data;
	gguf->size = size;
	return parse_or_close(gguf, err);
}

static int map_fd(struct gguf *gguf, int fd, struct ingot_error *err)
{
	struct stat st;
	void *map;

	if (fstat(fd, &st))
		return ingot_error_set(err, -errno, "%s: cannot get its size: %s", gguf->name,
				       strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ingot_error_set(err, -EINVAL,
				       "%s: not a regular file; give the path of a GGUF file",
				       gguf->name);
	if (st.st_size == 0)
		return ingot_error_set(err, -EINVAL, "%s: the file is empty; fetch it again",
				       gguf->name);
	map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return ingot_error_set(err, -errno, "%s: cannot map %lld bytes: %s", gguf->name,
				       (long long)st.st_size, strerror(errno));
	gguf->data = map;
	gguf->size = st.st_size;
	gguf->mapped = true;
	return 0;
}

struct gguf *gguf_open(const char *path, struct ingot_error *err)
{
	struct gguf *gguf = gguf_new(path, err);
	int fd, ret;

	if (!gguf)
		return NULL;
	/* O_NONBLOCK: opening a FIFO must not wait for a writer */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		ingot_error_set(err, -errno, "%s: cannot open the model file: %s; check the path",
				gguf->name, strerror(errno));
		gguf_close(gguf);
		return NULL;
	}
	ret = map_fd(gguf, fd, err);
	close(fd);
	if (ret) {
		gguf_close(gguf);
		return NULL;
	}
	return parse_or_close(gguf, err);
}

int gguf_read_tensor(const struct gguf *gguf, const struct gguf_tensor *tensor, uint64_t offset,
		     void *to, size_t bytes, struct ingot_error *err)
{
	(void)err;
	memcpy(to, gguf->data + tensor->offset + offset, bytes);
	return 0;
}

void gguf_forget(const struct gguf *gguf)
{
	if (gguf->mapped)
		madvise((void *)gguf->data, gguf->size, MADV_DONTNEED);
}

void gguf_close(struct gguf *gguf)
{
	if (!gguf)
		return;
	if (gguf->mapped)
		munmap((void *)gguf->data, gguf->size);
	free(gguf->kv);
	free(gguf->kv_by_key);
	free(gguf->tensors);
	free(gguf->tensors_by_name);
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
