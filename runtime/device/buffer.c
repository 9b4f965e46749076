// SPDX-License-Identifier: MIT
/* Device memory of the in-process transport: first fit, and copies through a staging buffer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core_transport.h"

#define PAGE_BYTES 4096

struct ingot_buffer *ingot_buffer_create(struct ingot_device *dev, uint64_t bytes,
					 struct ingot_error *err)
{
	struct ingot_buffer **link = &dev->buffers, *buf;
	uint64_t base = 0, size;

	if (!bytes || __builtin_add_overflow(bytes, PAGE_BYTES - 1, &size)) {
		ingot_error_set(err, -EINVAL, "a buffer of %llu bytes cannot be made",
				(unsigned long long)bytes);
		return NULL;
	}
	size &= ~(uint64_t)(PAGE_BYTES - 1);
	for (; *link && (*link)->base - base < size; link = &(*link)->next)
		base = (*link)->base + (*link)->bytes;
	if (base > dev->config.memory_bytes || dev->config.memory_bytes - base < size) {
		ingot_error_set(err, -ENOSPC,
				"%s: no room for %llu MiB in its memory of %llu MiB: use a smaller model, a smaller context (-c) or a device with more memory",
				dev->uri, (unsigned long long)(size >> 20),
				(unsigned long long)(dev->config.memory_bytes >> 20));
		return NULL;
	}
	buf = malloc(sizeof(*buf));
	if (!buf) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	*buf = (struct ingot_buffer){ .dev = dev, .base = base, .bytes = size, .next = *link };
	*link = buf;
	return buf;
}

void ingot_buffer_destroy(struct ingot_buffer *buf)
{
	struct ingot_buffer **link;

	if (!buf)
		return;
	for (link = &buf->dev->buffers; *link != buf; link = &(*link)->next)
		;
	*link = buf->next;
	free(buf);
}

uint64_t ingot_buffer_bytes(const struct ingot_buffer *buf)
{
	return buf->bytes;
}

static int check_copy(const struct ingot_buffer *buf, uint64_t offset, size_t bytes,
		      struct ingot_error *err)
{
	if (offset % ING_UNIT_BYTES || bytes % ING_UNIT_BYTES || offset > buf->bytes ||
	    bytes > buf->bytes - offset)
		return ingot_error_set(err, -EINVAL,
				       "copy of %zu bytes at offset %llu of a buffer of %llu: offset and length must be multiples of 64 within it",
				       bytes, (unsigned long long)offset,
				       (unsigned long long)buf->bytes);
	return 0;
}

static int copy_stage(struct ingot_buffer *buf, uint32_t type, uint64_t offset, size_t bytes,
		      struct ingot_error *err)
{
	struct ingot_device *dev = buf->dev;
	uint64_t host = (uintptr_t)dev->stage;
	uint32_t desc[16] = {
		[ING_DESC_TYPE_W] = type,
		[ING_DESC_HOST_LO_W] = host,
		[ING_DESC_HOST_HI_W] = host >> 32,
		[ING_DESC_DEV_W] = (buf->base + offset) / ING_UNIT_BYTES,
		[ING_DESC_LEN_W] = bytes / ING_UNIT_BYTES,
	};
	uint32_t comp[8];
	int ret = ingot_ring_submit(dev, ING_QUEUE_COPY, desc);

	if (!ret)
		ret = ingot_ring_wait(dev, ING_QUEUE_COPY, comp, err);
	if (ret)
		return ret;
	if (comp[ING_COMP_TYPE_W] >> 8 & 0xff)
		return ingot_error_set(err, -EIO, "%s: copy failed: %s", dev->uri,
				       ingot_fault_name(comp[ING_COMP_TYPE_W] >> 8 & 0xff));
	return 0;
}

int ingot_buffer_upload(struct ingot_buffer *buf, uint64_t offset, const void *src, size_t bytes,
			struct ingot_error *err)
{
	int ret = check_copy(buf, offset, bytes, err);

	for (size_t n; !ret && bytes; bytes -= n, offset += n, src = (const uint8_t *)src + n) {
		n = bytes < STAGE_BYTES ? bytes : STAGE_BYTES;
		memcpy(buf->dev->stage, src, n);
		ret = copy_stage(buf, ING_DESC_TO_DEVICE, offset, n, err);
	}
	return ret;
}

int ingot_buffer_download(struct ingot_buffer *buf, uint64_t offset, void *dst, size_t bytes,
			  struct ingot_error *err)
{
	int ret = check_copy(buf, offset, bytes, err);

	for (size_t n; !ret && bytes; bytes -= n, offset += n, dst = (uint8_t *)dst + n) {
		n = bytes < STAGE_BYTES ? bytes : STAGE_BYTES;
		ret = copy_stage(buf, ING_DESC_TO_HOST, offset, n, err);
		if (!ret)
			memcpy(dst, buf->dev->stage, n);
	}
	return ret;
}
