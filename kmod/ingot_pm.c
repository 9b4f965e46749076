// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Sleep and hibernation. Jobs stop between two of them, device memory is copied into pages of the
 * host, and back when the machine wakes up: the slot may lose its power meanwhile. User space is
 * frozen, so nothing but the queues goes on by itself.
 */
#include <linux/mm.h>
#include <linux/pm.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "ingot_copy.h"
#include "ingot_gem.h"

/* How long a job may take to end before the machine is refused its sleep. */
#define QUIESCE_MS 5000

/* ---- what objects hold; bo_lock is held ---- */

static size_t pages_of(const struct ingot_bo *bo)
{
	return bo->shmem.base.size >> PAGE_SHIFT;
}

static void drop(struct ingot_bo *bo)
{
	if (!bo->saved)
		return;
	for (size_t i = 0; i < pages_of(bo) && bo->saved[i]; i++)
		__free_page(bo->saved[i]);
	kvfree(bo->saved);
	bo->saved = NULL;
}

static int make_room(struct ingot_bo *bo)
{
	bo->saved = kvcalloc(pages_of(bo), sizeof(*bo->saved), GFP_KERNEL);
	if (!bo->saved)
		return -ENOMEM;
	for (size_t i = 0; i < pages_of(bo); i++) {
		/* it is better to stay awake than to have processes killed for it */
		bo->saved[i] = alloc_page(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
		if (!bo->saved[i])
			return -ENOMEM;
	}
	return 0;
}

static int move(struct ingot_device *idev, struct ingot_bo *bo, bool to_device)
{
	return ingot_copy_pages(idev, to_device, bo->node.start, bo->shmem.base.size, bo->saved);
}

/* ---- all of them ---- */

static void drop_all(struct ingot_device *idev)
{
	struct ingot_bo *bo;

	guard(mutex)(&idev->bo_lock);
	list_for_each_entry(bo, &idev->bos, link)
		drop(bo);
}

static int save_all(struct ingot_device *idev)
{
	struct ingot_bo *bo;
	int ret = 0;

	guard(mutex)(&idev->bo_lock);
	list_for_each_entry(bo, &idev->bos, link) {
		if (!(bo->flags & DRM_INGOT_BO_DEVICE))
			continue;
		ret = make_room(bo) ?: move(idev, bo, false);
		if (ret)
			break;
	}
	return ret;
}

static int restore_all(struct ingot_device *idev)
{
	struct ingot_bo *bo;
	int ret = 0;

	guard(mutex)(&idev->bo_lock);
	list_for_each_entry(bo, &idev->bos, link) {
		if (bo->saved)
			ret = move(idev, bo, true);
		if (ret)
			break;
	}
	return ret;
}

/* ---- the two operations ---- */

static int quiesce_and_save(struct ingot_device *idev)
{
	int ret = ingot_device_quiesce(idev, QUIESCE_MS);

	if (ret) {
		drm_warn(&idev->drm, "no sleep: a job runs for longer than %u ms\n", QUIESCE_MS);
		return -EBUSY;
	}
	ret = save_all(idev);
	if (ret)
		drm_warn(&idev->drm, "no sleep: device memory cannot be saved: %d\n", ret);
	return ret;
}

static int suspend(struct device *dev)
{
	struct ingot_device *idev = dev_get_drvdata(dev);
	int ret = ingot_device_usable(idev) ? quiesce_and_save(idev) : 0;

	if (ret) {
		drop_all(idev);
		ingot_device_go_on(idev);
		return ret;
	}
	ingot_window_shut(idev);
	ingot_device_stop(idev);
	return 0;
}

static int resume(struct device *dev)
{
	struct ingot_device *idev = dev_get_drvdata(dev);
	int ret = ingot_device_restart(idev);

	if (!ret) {
		ret = restore_all(idev);
		/* nobody may go on with memory that holds something else */
		if (ret)
			ingot_device_gone(idev);
	}
	drop_all(idev);
	ingot_window_open(idev);
	ingot_device_go_on(idev);
	if (ret)
		drm_err(&idev->drm, "the device did not wake up: %d\n", ret);
	return ret;
}

DEFINE_SIMPLE_DEV_PM_OPS(ingot_pm_ops, suspend, resume);
