// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Objects in device memory: their places, and how processes see them through BAR2.
 *
 * An object is zeroed by the copy engine before anybody gets it. Its place is free again when the
 * last reference goes: handles, mappings, slots of contexts, exported files and copies under way
 * hold one, so the hardware is done with it.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "ingot_copy.h"
#include "ingot_gem.h"

/* A fault maps so many pages at once: a fault costs more than a page. */
#define FAULT_PAGES 16

/* ---- mappings ---- */

/*
 * The device is gone but the mapping is not, and a program cannot be asked to survive a signal for
 * it: reads give something, writes go nowhere. The page belongs to the object, so that strangers
 * do not meet in it.
 */
static vm_fault_t map_dummy(struct ingot_bo *bo, struct vm_fault *vmf)
{
	struct ingot_device *idev = to_ingot_device(bo->shmem.base.dev);

	scoped_guard(mutex, &idev->bo_lock) {
		if (!bo->dummy)
			bo->dummy = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!bo->dummy)
			return VM_FAULT_OOM;
	}
	return vmf_insert_pfn_prot(vmf->vma, vmf->address, page_to_pfn(bo->dummy),
				   vm_get_page_prot(vmf->vma->vm_flags));
}

static vm_fault_t map_pages(struct ingot_bo *bo, struct vm_fault *vmf)
{
	struct drm_gem_object *gem = &bo->shmem.base;
	struct ingot_device *idev = to_ingot_device(gem->dev);
	struct vm_area_struct *vma = vmf->vma;
	/* not counted from the start of the mapping: it may have lost its first pages */
	unsigned long page = vmf->pgoff - drm_vma_node_start(&gem->vma_node);
	unsigned long pages = gem->size >> PAGE_SHIFT;
	unsigned long pfn = (idev->bar_memory + bo->node.start) >> PAGE_SHIFT;
	vm_fault_t ret = VM_FAULT_SIGBUS;

	if (page >= pages)
		return ret;
	pages = min3(pages - page, (vma->vm_end - vmf->address) >> PAGE_SHIFT,
		     (unsigned long)FAULT_PAGES);
	for (unsigned long i = 0; i < pages; i++) {
		vm_fault_t next = vmf_insert_pfn(vma, vmf->address + i * PAGE_SIZE, pfn + page + i);

		if (i && next & VM_FAULT_ERROR)
			break;
		ret = next;
		if (ret & VM_FAULT_ERROR)
			break;
	}
	return ret;
}

/* Maps if the window is open. Returns 0 if it is not. */
static vm_fault_t map_through_window(struct ingot_bo *bo, struct vm_fault *vmf)
{
	struct ingot_device *idev = to_ingot_device(bo->shmem.base.dev);
	vm_fault_t ret;
	int index;

	if (!drm_dev_enter(&idev->drm, &index))
		return map_dummy(bo, vmf);
	scoped_guard(rwsem_read, &idev->window_lock)
		ret = idev->window_shut ? 0 : map_pages(bo, vmf);
	drm_dev_exit(index);
	return ret;
}

static vm_fault_t vram_fault(struct vm_fault *vmf)
{
	struct ingot_bo *bo = to_ingot_bo(vmf->vma->vm_private_data);
	struct ingot_device *idev = to_ingot_device(bo->shmem.base.dev);
	vm_fault_t ret;

	for (;;) {
		ret = map_through_window(bo, vmf);
		if (ret)
			return ret;
		/* a signal that kills is dealt with on the way back to user space */
		if (wait_event_killable(idev->window_open, !READ_ONCE(idev->window_shut) ||
					drm_dev_is_unplugged(&idev->drm)))
			return VM_FAULT_NOPAGE;
	}
}

static const struct vm_operations_struct vram_vm_ops = {
	.fault = vram_fault,
	.open = drm_gem_vm_open,
	.close = drm_gem_vm_close,
};

static int vram_mmap(struct drm_gem_object *gem, struct vm_area_struct *vma)
{
	/* a private mapping would show copies of pages, and there are none to copy */
	if (!(to_ingot_bo(gem)->flags & DRM_INGOT_BO_MAPPABLE) || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_page_prot = pgprot_writecombine(vm_get_page_prot(vma->vm_flags));
	return 0;
}

/**
 * ingot_window_shut() - nobody may touch BAR2 until ingot_window_open()
 * @idev: device
 *
 * Accesses wait, so what happens to the device meanwhile goes unseen.
 */
void ingot_window_shut(struct ingot_device *idev)
{
	scoped_guard(rwsem_write, &idev->window_lock)
		WRITE_ONCE(idev->window_shut, true);
	unmap_mapping_range(idev->drm.anon_inode->i_mapping, 0, 0, 1);
}

/**
 * ingot_window_open() - they may again
 * @idev: device, which works, or is unplugged
 */
void ingot_window_open(struct ingot_device *idev)
{
	scoped_guard(rwsem_write, &idev->window_lock)
		WRITE_ONCE(idev->window_shut, false);
	wake_up_all(&idev->window_open);
}

/* ---- objects ---- */

static void vram_free(struct drm_gem_object *gem)
{
	struct ingot_bo *bo = to_ingot_bo(gem);
	struct ingot_device *idev = to_ingot_device(gem->dev);

	ingot_gem_unlist(bo);
	drm_gem_object_release(gem);
	scoped_guard(mutex, &idev->bo_lock) {
		if (drm_mm_node_allocated(&bo->node)) {
			drm_mm_remove_node(&bo->node);
			idev->vram_used -= gem->size;
		}
	}
	if (bo->dummy)
		__free_page(bo->dummy);
	kfree(bo);
}

/*
 * Another device would have to reach into our memory. Importing into this one needs no attachment.
 */
static int vram_pin(struct drm_gem_object *gem)
{
	return -EOPNOTSUPP;
}

static struct sg_table *vram_get_sg_table(struct drm_gem_object *gem)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static const struct drm_gem_object_funcs vram_funcs = {
	.free = vram_free,
	.pin = vram_pin,
	.get_sg_table = vram_get_sg_table,
	.mmap = vram_mmap,
	.vm_ops = &vram_vm_ops,
};

/*
 * What can be mapped is scarce: it is filled from the start, and others take their places at the
 * end.
 */
static int place(struct ingot_device *idev, struct ingot_bo *bo, u64 size)
{
	bool mappable = bo->flags & DRM_INGOT_BO_MAPPABLE;
	u64 end = mappable ? idev->mappable_bytes : idev->memory_bytes;
	int ret;

	guard(mutex)(&idev->bo_lock);
	ret = drm_mm_insert_node_in_range(&idev->vram, &bo->node, size,
					  max_t(u64, PAGE_SIZE, INGOT_GRANULE), 0, 0, end,
					  mappable ? DRM_MM_INSERT_LOW : DRM_MM_INSERT_HIGH);
	if (!ret)
		idev->vram_used += size;
	return ret;
}

static int prepare(struct ingot_device *idev, struct ingot_bo *bo, u64 size)
{
	int ret = place(idev, bo, size);

	if (ret)
		return ret;
	ret = ingot_copy_clear(idev, bo->node.start, size);
	if (ret == -ETIMEDOUT)
		ret = -EIO;
	if (!ret && bo->flags & DRM_INGOT_BO_MAPPABLE)
		ret = drm_gem_create_mmap_offset(&bo->shmem.base);
	return ret;
}

/**
 * ingot_vram_create() - make an object in device memory, full of zeros
 * @idev: device
 * @size: bytes, a multiple of the page size and of INGOT_GRANULE
 * @flags: DRM_INGOT_BO_*
 *
 * Return: the object, with a reference, or an error pointer: -ENOSPC, -ENOMEM, -EIO, -ENODEV,
 * -ERESTARTSYS (the caller dies).
 */
struct ingot_bo *ingot_vram_create(struct ingot_device *idev, u64 size, u32 flags)
{
	struct drm_gem_object *gem = ingot_gem_create_object(&idev->drm, size);
	struct ingot_bo *bo;
	int ret;

	if (IS_ERR(gem))
		return ERR_CAST(gem);
	bo = to_ingot_bo(gem);
	bo->flags = flags;
	gem->funcs = &vram_funcs;
	drm_gem_private_object_init(&idev->drm, gem, size);
	ret = prepare(idev, bo, size);
	if (ret) {
		ingot_bo_put(bo);
		return ERR_PTR(ret);
	}
	ingot_gem_list(bo);
	return bo;
}

/**
 * ingot_bo_device_unit() - where a device object lies
 * @bo: device object
 *
 * Return: its first unit of device memory.
 */
u32 ingot_bo_device_unit(const struct ingot_bo *bo)
{
	return bo->node.start / INGOT_UNIT;
}

static void take_down(struct drm_device *drm, void *unused)
{
	drm_mm_takedown(&to_ingot_device(drm)->vram);
}

/**
 * ingot_vram_init() - take charge of device memory
 * @idev: device, of which the sizes of memory and BAR2 are known
 *
 * Return: 0 or -ENOMEM.
 */
int ingot_vram_init(struct ingot_device *idev)
{
	u64 shown = idev->mappable_bytes;

	init_rwsem(&idev->window_lock);
	init_waitqueue_head(&idev->window_open);
	drm_mm_init(&idev->vram, 0, idev->memory_bytes);
	/* without it mappings are uncached: slower, and right */
	if (shown && devm_arch_io_reserve_memtype_wc(&idev->pdev->dev, idev->bar_memory, shown))
		drm_info(&idev->drm, "no write combining for the memory window\n");
	return drmm_add_action_or_reset(&idev->drm, take_down, NULL);
}
