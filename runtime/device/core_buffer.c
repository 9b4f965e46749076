// SPDX-License-Identifier: MIT
/* Device memory of the in-process transport: first fit, and copies through a staging buffer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core_transport.h"

struct ingot_buffer *core_buffer_create(struct ingot_device *base, uint64_t bytes, bool program,
					struct ingot_error *err)
{
	struct core_device *dev = to_core(base);
	struct core_buffer **link = &dev->buffers, *buf;
	uint64_t first = 0;

	/* Within the process there is nobody to protect programs from. */
	(void)program;
	for (; *link && (*link)->first - first < bytes; link = &(*link)->next)
		first = (*link)->first + (*link)->base.bytes;
	if (first > base->config.memory_bytes || base->config.memory_bytes - first < bytes) {
		ingot_error_set(err, -ENOSPC,
				"%s: no room for %llu MiB in its memory of %llu MiB: use a smaller model, a smaller context (-c) or a device with more memory",
				base->uri, (unsigned long long)(bytes >> 20),
				(unsigned long long)(base->config.memory_bytes >> 20));
		return NULL;
	}
	buf = malloc(sizeof(*buf));
	if (!buf) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	*buf = (struct core_buffer){ .base = { base, bytes }, .first = first, .next = *link };
	*link = buf;
	return &buf->base;
}

void core_buffer_destroy(struct ingot_buffer *base)
{
	struct core_buffer *buf = (struct core_buffer *)base, **link;

	for (link = &to_core(base->dev)->buffers; *link != buf; link = &(*link)->next)
		;
	*link = buf->next;
	free(buf);
}

static int copy_stage(struct core_buffer *buf, uint32_t type, uint64_t offset, size_t bytes,
		      struct ingot_error *err)
{
	struct core_device *dev = to_core(buf->base.dev);
	uint64_t host = (uintptr_t)dev->stage;
	uint32_t desc[16] = {
		[ING_DESC_TYPE_W] = type,
		[ING_DESC_HOST_LO_W] = host,
		[ING_DESC_HOST_HI_W] = host >> 32,
		[ING_DESC_DEV_W] = (buf->first + offset) / ING_UNIT_BYTES,
		[ING_DESC_LEN_W] = bytes / ING_UNIT_BYTES,
	};
	uint32_t comp[8];
	int ret = ingot_ring_put(dev, ING_QUEUE_COPY, desc);

	if (!ret) {
		ingot_ring_bell(dev, ING_QUEUE_COPY);
		ret = ingot_ring_wait(dev, ING_QUEUE_COPY, comp, err);
	}
	if (ret)
		return ret;
	if (comp[ING_COMP_TYPE_W] >> 8 & 0xff)
		return ingot_error_set(err, -EIO, "%s: copy failed: %s", dev->base.uri,
				       ingot_fault_name(comp[ING_COMP_TYPE_W] >> 8 & 0xff));
	return 0;
}

int core_copy(struct ingot_buffer *base, bool to_device, uint64_t offset, void *host, size_t bytes,
	      struct ingot_error *err)
{
	struct core_buffer *buf = (struct core_buffer *)base;
	const uint32_t type = to_device ? ING_DESC_TO_DEVICE : ING_DESC_TO_HOST;
	uint8_t *stage = to_core(base->dev)->stage, *at = host;
	int ret = 0;

	for (size_t n; !ret && bytes; bytes -= n, offset += n, at += n) {
		n = bytes < STAGE_BYTES ? bytes : STAGE_BYTES;
		if (to_device)
			memcpy(stage, at, n);
		ret = copy_stage(buf, type, offset, n, err);
		if (!ret && !to_device)
			memcpy(at, stage, n);
	}
	return ret;
}
