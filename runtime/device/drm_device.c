// SPDX-License-Identifier: MIT
/* Opening and closing a node of the kernel's driver. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xf86drm.h>

#include "drm_nodes.h"
#include "drm_transport.h"
#include "drm_uring.h"

int drm_call(const struct drm_device *dev, unsigned long request, void *arg)
{
	return drmIoctl(dev->fd, request, arg) ? -errno : 0;
}

int drm_error(const struct drm_device *dev, int code, const char *what, struct ingot_error *err)
{
	const char *uri = dev->base.uri;

	switch (code) {
	case -ENODEV:
		return ingot_error_set(err, code,
				       "%s: %s: the device is gone, or could not be revived after a fault: see dmesg",
				       uri, what);
	case -ETIMEDOUT:
		return ingot_error_set(err, code,
				       "%s: %s: the device did not answer and was reset: see dmesg", uri,
				       what);
	case -EBADFD:
		return ingot_error_set(err, code,
				       "%s: %s: an earlier job of this context hung: it takes no more",
				       uri, what);
	case -EIO:
		return ingot_error_set(err, code,
				       "%s: %s: a bus error, or a reset for another program's sake", uri,
				       what);
	default:
		return ingot_error_set(err, code, "%s: %s: %s", uri, what, strerror(-code));
	}
}

static int query(struct drm_device *dev, uint32_t type, void *answer, uint32_t *size)
{
	struct drm_ingot_query q = {
		.type = type, .size = *size, .ptr = (uintptr_t)answer,
	};
	int ret = drm_call(dev, DRM_IOCTL_INGOT_QUERY, &q);

	*size = q.size;
	return ret;
}

static void drm_close(struct ingot_device *base)
{
	struct drm_device *dev = to_drm(base);

	drm_uring_close(dev->uring);
	if (dev->bounce)
		drm_host_free(base, dev->bounce);
	if (dev->fd >= 0)
		close(dev->fd);
	free(base->blob);
	free(base->uri);
	free(dev);
}

static void drm_stats(const struct ingot_device *dev, struct ingot_device_stats *stats)
{
	(void)dev;
	*stats = (struct ingot_device_stats){ 0 };
}

static void drm_counters(struct ingot_device *base, uint64_t counters[ING_COUNTERS])
{
	struct drm_ingot_query q = {
		.type = DRM_INGOT_QUERY_COUNTERS,
		.size = ING_COUNTERS * sizeof(*counters),
		.ptr = (uintptr_t)counters,
	};

	if (drmIoctl(to_drm(base)->fd, DRM_IOCTL_INGOT_QUERY, &q))
		memset(counters, 0, ING_COUNTERS * sizeof(*counters));
}

static const struct transport_ops drm_ops = {
	.close = drm_close,
	.stats = drm_stats,
	.traffic = drm_traffic,
	.counters = drm_counters,
	.buffer_create = drm_buffer_create,
	.buffer_destroy = drm_buffer_destroy,
	.copy = drm_copy,
	.host_alloc = drm_host_alloc,
	.host_free = drm_host_free,
	.context_create = drm_context_create,
	.context_destroy = drm_context_destroy,
	.bind = drm_bind,
	.submit = drm_submit,
	.next = drm_next,
	.abort = drm_abort,
};

/* The group that may use a node: systemd gives accel nodes to "render". */
static const char *group_of(const char *path)
{
	struct stat st;
	const struct group *group = stat(path, &st) || !st.st_gid ? NULL : getgrgid(st.st_gid);

	return group ? group->gr_name : "render";
}

static int open_node(struct drm_device *dev, const char *path, struct ingot_error *err)
{
	const char *uri = dev->base.uri;

	dev->fd = open(path, O_RDWR | O_CLOEXEC);
	if (dev->fd >= 0)
		return 0;
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return ingot_error_set(err, -ENOENT,
				       "%s: no such node: 'ingot devices' lists the boards of this machine",
				       uri);
	case EACCES:
	case EPERM:
		return ingot_error_set(err, -EACCES,
				       "%s: no permission: become a member of the group '%s' (usermod -a -G %s USER, then log in again)",
				       uri, group_of(path), group_of(path));
	case ENODEV:
	case ENXIO:
		return ingot_error_set(err, -ENODEV, "%s: the device is gone", uri);
	default:
		return ingot_error_set(err, -errno, "%s: %s", uri, strerror(errno));
	}
}

static int check_driver(const struct drm_device *dev, struct ingot_error *err)
{
	const char *uri = dev->base.uri;
	drmVersionPtr v = drmGetVersion(dev->fd);
	int ret = 0;

	if (!v)
		return ingot_error_set(err, -ENODEV, "%s: not an accelerator's node", uri);
	if (strcmp(v->name, DRM_DRIVER))
		ret = ingot_error_set(err, -ENODEV, "%s: its driver is '%s', not '%s'", uri, v->name,
				      DRM_DRIVER);
	else if (v->version_major != DRM_INGOT_VERSION_MAJOR ||
		 v->version_minor < DRM_INGOT_VERSION_MINOR)
		ret = ingot_error_set(err, -ENODEV,
				      "%s: interface %d.%d of the driver, this program needs %d.%d: install the driver and the program of one release",
				      uri, v->version_major, v->version_minor,
				      DRM_INGOT_VERSION_MAJOR, DRM_INGOT_VERSION_MINOR);
	drmFreeVersion(v);
	return ret;
}

static int read_info(struct drm_device *dev, struct ingot_error *err)
{
	uint32_t size = sizeof(dev->info);
	int ret = query(dev, DRM_INGOT_QUERY_INFO, &dev->info, &size);

	if (ret)
		return drm_error(dev, ret, "asking about the device", err);
	if (dev->info.version >> 16 != ING_VERSION >> 16 || dev->info.slots < ING_SLOTS)
		return ingot_error_set(err, -ENODEV,
				       "%s: version 0x%08x of the device, %u slots: this program needs version %d and %d slots",
				       dev->base.uri, dev->info.version, dev->info.slots,
				       ING_VERSION >> 16, ING_SLOTS);
	return 0;
}

static int read_config(struct drm_device *dev, struct ingot_error *err)
{
	struct ingot_device *base = &dev->base;
	uint32_t size = ING_ROM_MAX_BYTES;
	int ret;

	base->blob = malloc(size);
	if (!base->blob)
		return ingot_error_set(err, -ENOMEM, "%s: out of memory", base->uri);
	ret = query(dev, DRM_INGOT_QUERY_CONFIG, base->blob, &size);
	if (!ret && size > ING_ROM_MAX_BYTES)
		ret = -E2BIG;
	if (ret)
		return drm_error(dev, ret, "asking for the configuration", err);
	base->blob_bytes = size;
	return ingot_config_read(base->blob, size, &base->config, err);
}

static int choose_door(struct drm_device *dev, const char *submit, struct ingot_error *err)
{
	if (submit && !strcmp(submit, "ioctl"))
		return 0;
	dev->uring_forced = submit;
	dev->uring = drm_uring_open(dev, submit ? err : NULL);
	return dev->uring || !submit ? 0 : -EOPNOTSUPP;
}

static int set_up(struct drm_device *dev, const char *path,
		  const struct ingot_open_options *options, struct ingot_error *err)
{
	int ret;

	dev->base.uri = malloc(strlen(path) + sizeof("drm:"));
	if (!dev->base.uri)
		return ingot_error_set(err, -ENOMEM, "out of memory");
	sprintf(dev->base.uri, "drm:%s", path);
	ret = open_node(dev, path, err);
	ret = ret ? ret : check_driver(dev, err);
	ret = ret ? ret : read_info(dev, err);
	ret = ret ? ret : read_config(dev, err);
	return ret ? ret : choose_door(dev, options->submit, err);
}

struct ingot_device *ingot_drm_device_open(const char *path,
					   const struct ingot_open_options *options,
					   struct ingot_error *err)
{
	struct drm_device *dev = calloc(1, sizeof(*dev));

	if (!dev) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	dev->base.ops = &drm_ops;
	dev->fd = -1;
	if (set_up(dev, path, options, err)) {
		drm_close(&dev->base);
		return NULL;
	}
	return &dev->base;
}
