// SPDX-License-Identifier: MIT
/* Buffers, host memory and copies through the kernel's driver. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xf86drm.h>

#include "drm_transport.h"

/* Bytes of the buffer through which copies from and to unaligned memory go. */
#define BOUNCE_BYTES (1u << 20)

/**
 * struct drm_host - memory of ingot_host_alloc(): a host object, mapped
 * @at: where it is mapped
 * @bytes: its size
 * @handle: its handle
 * @next: another one
 */
struct drm_host {
	uint8_t *at;
	uint64_t bytes;
	uint32_t handle;
	struct drm_host *next;
};

static int no_room(const struct drm_device *dev, uint64_t bytes, struct ingot_error *err)
{
	struct drm_ingot_memory m = { .total = dev->base.config.memory_bytes };
	struct drm_ingot_query q = {
		.type = DRM_INGOT_QUERY_MEMORY, .size = sizeof(m), .ptr = (uintptr_t)&m,
	};

	drm_call(dev, DRM_IOCTL_INGOT_QUERY, &q);
	return ingot_error_set(err, -ENOSPC,
			       "%s: no room for %llu MiB in its memory of %llu MiB, of which %llu MiB are in use: use a smaller model, a smaller context (-c) or a device with more memory",
			       dev->base.uri, (unsigned long long)(bytes >> 20),
			       (unsigned long long)(m.total >> 20),
			       (unsigned long long)(m.used >> 20));
}

struct ingot_buffer *drm_buffer_create(struct ingot_device *base, uint64_t bytes, bool program,
				       struct ingot_error *err)
{
	struct drm_device *dev = to_drm(base);
	struct drm_ingot_bo_create create = {
		.size = bytes, .flags = DRM_INGOT_BO_DEVICE | (program ? DRM_INGOT_BO_PROGRAM : 0),
	};
	struct drm_buffer *buf = malloc(sizeof(*buf));
	int ret;

	if (!buf) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	ret = bytes > base->config.memory_bytes ? -ENOSPC :
						  drm_call(dev, DRM_IOCTL_INGOT_BO_CREATE, &create);
	if (ret == -ENOSPC)
		no_room(dev, bytes, err);
	else if (ret)
		drm_error(dev, ret, "taking device memory", err);
	if (ret) {
		free(buf);
		return NULL;
	}
	*buf = (struct drm_buffer){
		.base = { base, create.size }, .handle = create.handle, .program = program,
		.serial = ++dev->last_serial,
	};
	return &buf->base;
}

void drm_buffer_destroy(struct ingot_buffer *base)
{
	struct drm_buffer *buf = (struct drm_buffer *)base;
	struct drm_device *dev = to_drm(base->dev);

	drm_unbind_buffer(dev, buf);
	drmCloseBufferHandle(dev->fd, buf->handle);
	free(buf);
}

static int map_host(struct drm_device *dev, struct drm_host *host)
{
	struct drm_ingot_bo_info info = { .handle = host->handle };
	int ret = drm_call(dev, DRM_IOCTL_INGOT_BO_INFO, &info);

	if (ret)
		return ret;
	host->at = mmap(NULL, host->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, dev->fd,
			info.mmap_offset);
	return host->at == MAP_FAILED ? -errno : 0;
}

void *drm_host_alloc(struct ingot_device *base, size_t bytes, struct ingot_error *err)
{
	struct drm_device *dev = to_drm(base);
	struct drm_ingot_bo_create create = { .size = bytes };
	struct drm_host *host = calloc(1, sizeof(*host));
	int ret = host ? drm_call(dev, DRM_IOCTL_INGOT_BO_CREATE, &create) : -ENOMEM;

	if (!ret) {
		host->handle = create.handle;
		host->bytes = create.size;
		ret = map_host(dev, host);
		if (ret)
			drmCloseBufferHandle(dev->fd, host->handle);
	}
	if (ret) {
		drm_error(dev, ret, "taking host memory", err);
		free(host);
		return NULL;
	}
	host->next = dev->hosts;
	dev->hosts = host;
	return host->at;
}

void drm_host_free(struct ingot_device *base, void *p)
{
	struct drm_device *dev = to_drm(base);
	struct drm_host **link = &dev->hosts, *host;

	while ((*link)->at != p)
		link = &(*link)->next;
	host = *link;
	*link = host->next;
	munmap(host->at, host->bytes);
	drmCloseBufferHandle(dev->fd, host->handle);
	free(host);
}

/* The host object that holds a piece of memory, or NULL. */
static const struct drm_host *find_host(const struct drm_device *dev, const void *p, size_t bytes)
{
	for (const struct drm_host *host = dev->hosts; host; host = host->next) {
		uint64_t at = (const uint8_t *)p - host->at;

		if (at < host->bytes && bytes <= host->bytes - at)
			return host;
	}
	return NULL;
}

static int copy_aligned(const struct drm_buffer *buf, bool to_device, uint64_t offset, void *p,
			size_t bytes, struct ingot_error *err)
{
	const struct drm_device *dev = to_drm(buf->base.dev);
	const struct drm_host *host = find_host(dev, p, bytes);
	struct drm_ingot_copy copy = {
		.handle = buf->handle,
		.dir = to_device ? DRM_INGOT_COPY_TO_DEVICE : DRM_INGOT_COPY_TO_HOST,
		.offset = offset,
		.length = bytes,
		.ptr = host ? 0 : (uintptr_t)p,
		.host_offset = host ? (uint64_t)((uint8_t *)p - host->at) : 0,
		.host_handle = host ? host->handle : 0,
	};
	int ret = drm_call(dev, DRM_IOCTL_INGOT_COPY, &copy);

	return ret ? drm_error(dev, ret, to_device ? "a copy to the device" : "a copy to the host", err) :
		     0;
}

static int copy_bounced(struct drm_buffer *buf, bool to_device, uint64_t offset, void *p,
			size_t bytes, struct ingot_error *err)
{
	struct drm_device *dev = to_drm(buf->base.dev);
	uint8_t *at = p;
	int ret = 0;

	if (!dev->bounce)
		dev->bounce = drm_host_alloc(&dev->base, BOUNCE_BYTES, err);
	if (!dev->bounce)
		return -ENOMEM;
	for (size_t n; !ret && bytes; bytes -= n, offset += n, at += n) {
		n = bytes < BOUNCE_BYTES ? bytes : BOUNCE_BYTES;
		if (to_device)
			memcpy(dev->bounce, at, n);
		ret = copy_aligned(buf, to_device, offset, dev->bounce, n, err);
		if (!ret && !to_device)
			memcpy(at, dev->bounce, n);
	}
	return ret;
}

int drm_copy(struct ingot_buffer *base, bool to_device, uint64_t offset, void *host, size_t bytes,
	     struct ingot_error *err)
{
	struct drm_buffer *buf = (struct drm_buffer *)base;

	if ((uintptr_t)host % ING_UNIT_BYTES)
		return copy_bounced(buf, to_device, offset, host, bytes, err);
	return copy_aligned(buf, to_device, offset, host, bytes, err);
}
