// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* DRM_INGOT_QUERY. */
#include <linux/uaccess.h>

#include <drm/drm_drv.h>

#include "ingot_drv.h"

static int answer(struct drm_ingot_query *args, const void *from, u32 bytes)
{
	u32 room = args->size;

	args->size = bytes;
	if (!args->ptr || room < bytes)
		return 0;
	return copy_to_user(u64_to_user_ptr(args->ptr), from, bytes) ? -EFAULT : 0;
}

static int query_info(struct ingot_device *idev, struct drm_ingot_query *args)
{
	const struct drm_ingot_info info = {
		.version = idev->version,
		.contexts = ING_CONTEXTS,
		.slots = ING_SLOTS,
		.vectors = idev->vectors,
		.timeout_ms = READ_ONCE(ingot_timeout_ms),
		.limit_ms = READ_ONCE(ingot_limit_ms),
		.resets = READ_ONCE(idev->stats.resets),
		.max_jobs = INGOT_MAX_JOBS,
	};

	return answer(args, &info, sizeof(info));
}

static int query_memory(struct ingot_device *idev, struct drm_ingot_query *args)
{
	struct drm_ingot_memory memory = {
		.total = idev->memory_bytes,
		.mappable = idev->mappable_bytes,
	};

	scoped_guard(mutex, &idev->bo_lock)
		memory.used = idev->vram_used;
	return answer(args, &memory, sizeof(memory));
}

/* The counters are those of the file's last job, and no other has started since */
static bool are_counters_of(struct ingot_device *idev, struct ingot_file *ifile)
{
	guard(spinlock_irqsave)(&idev->sched_lock);
	return !idev->sched.running_count && idev->counters_owner == ifile->client;
}

static int read_counters(struct ingot_device *idev, struct ingot_file *ifile, u64 *counters)
{
	guard(mutex)(&idev->hw_lock);
	if (!idev->awake || !are_counters_of(idev, ifile))
		return -EBUSY;
	for (unsigned int i = 0; i < ING_COUNTERS; i++)
		counters[i] = ingot_hw_counter(idev, i);
	return are_counters_of(idev, ifile) ? 0 : -EBUSY;
}

static int query_counters(struct ingot_device *idev, struct ingot_file *ifile,
			  struct drm_ingot_query *args)
{
	u64 counters[ING_COUNTERS] = { };
	int ret = 0, idx;

	if (args->ptr && args->size >= sizeof(counters)) {
		if (!drm_dev_enter(&idev->drm, &idx))
			return -ENODEV;
		ret = read_counters(idev, ifile, counters);
		drm_dev_exit(idx);
	}
	return ret ?: answer(args, counters, sizeof(counters));
}

/**
 * ingot_ioctl_query() - DRM_INGOT_QUERY
 * @drm: device
 * @data: &struct drm_ingot_query
 * @file: caller
 *
 * Return: 0 or a negative errno, see the uAPI.
 */
int ingot_ioctl_query(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct ingot_device *idev = to_ingot_device(drm);
	struct drm_ingot_query *args = data;

	if (!ingot_device_usable(idev))
		return -ENODEV;
	switch (args->type) {
	case DRM_INGOT_QUERY_INFO:
		return query_info(idev, args);
	case DRM_INGOT_QUERY_CONFIG:
		return answer(args, idev->config, idev->config_bytes);
	case DRM_INGOT_QUERY_MEMORY:
		return query_memory(idev, args);
	case DRM_INGOT_QUERY_COUNTERS:
		return query_counters(idev, file->driver_priv, args);
	default:
		return -EINVAL;
	}
}
