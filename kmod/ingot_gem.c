// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Buffer objects: handles, those in host memory, PRIME. Objects in device memory: ingot_vram.c.
 *
 * A host object's pages are mapped for DMA by each copy, for as long as it lasts. So the only
 * mappings that outlive a call are those of imported objects, and remove() takes these away.
 */
#include <linux/dma-buf.h>
#include <linux/module.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>

#include "ingot_copy.h"
#include "ingot_gem.h"

/* MODULE_IMPORT_NS() of older kernels wants no quotes, that of newer ones does */
MODULE_INFO(import_ns, "DMA_BUF");

#define ALL_FLAGS (DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_PROGRAM | DRM_INGOT_BO_MAPPABLE)

/* ---- the list ---- */

/**
 * ingot_gem_list() - put an object into the device's list
 * @bo: object; no harm if it is there
 */
void ingot_gem_list(struct ingot_bo *bo)
{
	struct ingot_device *idev = to_ingot_device(bo->shmem.base.dev);

	guard(mutex)(&idev->bo_lock);
	if (list_empty(&bo->link))
		list_add_tail(&bo->link, &idev->bos);
}

/**
 * ingot_gem_unlist() - take it out
 * @bo: object; no harm if it is not there
 */
void ingot_gem_unlist(struct ingot_bo *bo)
{
	struct ingot_device *idev = to_ingot_device(bo->shmem.base.dev);

	guard(mutex)(&idev->bo_lock);
	list_del_init(&bo->link);
}

/* ---- host objects ---- */

static void host_free(struct drm_gem_object *gem)
{
	ingot_gem_unlist(to_ingot_bo(gem));
	drm_gem_shmem_object_free(gem);
}

static const struct drm_gem_object_funcs host_funcs = {
	.free = host_free,
	.print_info = drm_gem_shmem_object_print_info,
	.pin = drm_gem_shmem_object_pin,
	.unpin = drm_gem_shmem_object_unpin,
	.get_sg_table = drm_gem_shmem_object_get_sg_table,
	.vmap = drm_gem_shmem_object_vmap,
	.vunmap = drm_gem_shmem_object_vunmap,
	.mmap = drm_gem_shmem_object_mmap,
	.vm_ops = &drm_gem_shmem_vm_ops,
};

/**
 * ingot_gem_create_object() - room for a host object: &drm_driver.gem_create_object
 * @drm: device
 * @size: bytes
 *
 * The shmem helpers call it for new objects and for imported ones, and free it if they fail.
 *
 * Return: the object, not initialised, or an error pointer.
 */
struct drm_gem_object *ingot_gem_create_object(struct drm_device *drm, size_t size)
{
	struct ingot_bo *bo = kzalloc(sizeof(*bo), GFP_KERNEL);

	if (!bo)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&bo->link);
	bo->shmem.base.funcs = &host_funcs;
	return &bo->shmem.base;
}

static struct ingot_bo *create_host(struct ingot_device *idev, u64 size)
{
	struct drm_gem_shmem_object *shmem = drm_gem_shmem_create(&idev->drm, size);
	struct ingot_bo *bo;

	if (IS_ERR(shmem))
		return ERR_CAST(shmem);
	bo = to_ingot_bo(&shmem->base);
	ingot_gem_list(bo);
	return bo;
}

/* ---- PRIME ---- */

/**
 * ingot_prime_import() - &drm_driver.gem_prime_import
 * @drm: device
 * @dma_buf: what to import; an object of this device comes back as itself
 *
 * Return: the object, with a reference, or an error pointer.
 */
struct drm_gem_object *ingot_prime_import(struct drm_device *drm, struct dma_buf *dma_buf)
{
	struct drm_gem_object *gem;
	int index;

	/*
	 * remove() undoes the mappings of listed objects: it must not miss one that is being made
	 */
	if (!drm_dev_enter(drm, &index))
		return ERR_PTR(-ENODEV);
	gem = drm_gem_prime_import(drm, dma_buf);
	if (!IS_ERR(gem))
		ingot_gem_list(to_ingot_bo(gem));
	drm_dev_exit(index);
	return gem;
}

/*
 * Some exporters keep an attachment mapped until it is detached. The object needs one for as long
 * as it lives: it gets another, which nobody maps.
 */
static void unmap_import(struct drm_gem_shmem_object *shmem)
{
	struct dma_buf_attachment *old = shmem->base.import_attach, *new;
	struct sg_table *sgt = shmem->sgt;

	if (!old || !sgt)
		return;
	WRITE_ONCE(shmem->sgt, NULL);
	dma_buf_unmap_attachment_unlocked(old, sgt, DMA_BIDIRECTIONAL);
	new = dma_buf_attach(old->dmabuf, old->dev);
	if (IS_ERR(new))
		return;
	shmem->base.import_attach = new;
	dma_buf_detach(old->dmabuf, old);
}

/**
 * ingot_gem_unmap_all() - undo every DMA mapping; objects, handles and host memory stay
 * @idev: device, unplugged, its copies ended
 */
void ingot_gem_unmap_all(struct ingot_device *idev)
{
	struct ingot_bo *bo;

	ingot_copy_drain(idev);
	/* those who wait for the window see that the device is unplugged */
	wake_up_all(&idev->window_open);
	guard(mutex)(&idev->bo_lock);
	list_for_each_entry(bo, &idev->bos, link)
		unmap_import(&bo->shmem);
}

/* ---- look-up ---- */

/**
 * ingot_bo_lookup() - find an object
 * @file: whose handle
 * @handle: handle
 *
 * Return: the object, with a reference, or NULL.
 */
struct ingot_bo *ingot_bo_lookup(struct drm_file *file, u32 handle)
{
	struct drm_gem_object *gem = drm_gem_object_lookup(file, handle);

	return gem ? to_ingot_bo(gem) : NULL;
}

/**
 * ingot_bo_put() - drop a reference
 * @bo: object, or NULL
 *
 * May sleep.
 */
void ingot_bo_put(struct ingot_bo *bo)
{
	if (bo)
		drm_gem_object_put(&bo->shmem.base);
}

/* ---- ioctls ---- */

/* Rounds the size up; device memory has granules, host memory pages. */
static int check_create(struct ingot_device *idev, const struct drm_ingot_bo_create *args,
			u64 *size)
{
	u64 granule = max_t(u64, PAGE_SIZE, INGOT_GRANULE);
	bool in_device = args->flags & DRM_INGOT_BO_DEVICE;

	if (args->flags & ~ALL_FLAGS || (args->flags && !in_device) || !args->size ||
	    args->size > idev->memory_bytes) {
		drm_dbg(&idev->drm, "object of 0x%llx bytes, flags 0x%x\n", args->size,
			args->flags);
		return -EINVAL;
	}
	*size = round_up(args->size, granule);
	return 0;
}

/**
 * ingot_ioctl_bo_create() - DRM_INGOT_BO_CREATE
 * @drm: device
 * @data: &struct drm_ingot_bo_create
 * @file: caller
 *
 * Return: see there.
 */
int ingot_ioctl_bo_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct ingot_device *idev = to_ingot_device(drm);
	struct drm_ingot_bo_create *args = data;
	struct ingot_bo *bo;
	u64 size;
	int ret;

	if (!ingot_device_usable(idev))
		return -ENODEV;
	ret = check_create(idev, args, &size);
	if (ret)
		return ret;
	if (args->flags & DRM_INGOT_BO_DEVICE)
		bo = ingot_vram_create(idev, size, args->flags);
	else
		bo = create_host(idev, size);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	ret = drm_gem_handle_create(file, &bo->shmem.base, &args->handle);
	if (!ret)
		args->size = size;
	/* the handle holds it now */
	ingot_bo_put(bo);
	return ret;
}

static bool can_map(const struct ingot_bo *bo)
{
	return !(bo->flags & DRM_INGOT_BO_DEVICE) || bo->flags & DRM_INGOT_BO_MAPPABLE;
}

/**
 * ingot_ioctl_bo_info() - DRM_INGOT_BO_INFO
 * @drm: device
 * @data: &struct drm_ingot_bo_info
 * @file: caller
 *
 * Return: see there.
 */
int ingot_ioctl_bo_info(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_ingot_bo_info *args = data;
	struct ingot_bo *bo;

	if (!ingot_device_usable(to_ingot_device(drm)))
		return -ENODEV;
	bo = ingot_bo_lookup(file, args->handle);
	if (!bo)
		return -ENOENT;
	args->flags = bo->flags;
	args->size = bo->shmem.base.size;
	args->mmap_offset =
		can_map(bo) ? drm_vma_node_offset_addr(&bo->shmem.base.vma_node) : 0;
	ingot_bo_put(bo);
	return 0;
}

/**
 * ingot_gem_init() - make the list of objects, empty
 * @idev: device
 */
void ingot_gem_init(struct ingot_device *idev)
{
	mutex_init(&idev->bo_lock);
	INIT_LIST_HEAD(&idev->bos);
}
