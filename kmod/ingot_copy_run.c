// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A copy from its first to its last chunk, and those who copy: the ioctl and the driver itself. */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "ingot_copy.h"
#include "ingot_trace.h"

/* ---- a copy ---- */

/* Waits for a chunk; what came before it is accounted for. */
static void land(struct ingot_copy *copy, struct ingot_chunk *chunk)
{
	int status = ingot_copy_wait(chunk);

	ingot_chunk_unmap(chunk);
	if (copy->status)
		return;
	copy->status = status;
	if (!status)
		copy->done += chunk->bytes;
}

/* Most copies are short and need one chunk only: they are made when they are needed. */
static int launch(struct ingot_copy *copy, struct ingot_chunk **slot, u64 offset)
{
	struct ingot_chunk *chunk = *slot ?: ingot_chunk_create(copy);
	int ret;

	if (!chunk)
		return -ENOMEM;
	*slot = chunk;
	ret = ingot_chunk_map(chunk, offset);
	if (ret)
		return ret;
	ret = ingot_copy_submit(chunk);
	if (ret)
		ingot_chunk_unmap(chunk);
	return ret;
}

/* The first chunk is always begun: so however many signals come, a restarted call gets on. */
static bool interrupted(const struct ingot_copy *copy, u64 ahead)
{
	if (copy->signals == INGOT_COPY_ANY_SIGNAL)
		return ahead && signal_pending(current);
	return copy->signals == INGOT_COPY_FATAL_SIGNAL && fatal_signal_pending(current);
}

/* Two chunks take turns: while the device moves one, the other is landed and filled again. */
static int run_chunks(struct ingot_copy *copy, struct ingot_chunk *chunks[2])
{
	bool flying[2] = {};
	unsigned int turn = 0;
	u64 ahead = 0;
	int ret = 0;

	while (ahead < copy->bytes && !ret) {
		if (flying[turn])
			land(copy, chunks[turn]);
		flying[turn] = false;
		if (copy->status)
			break;
		if (interrupted(copy, ahead))
			ret = -ERESTARTSYS;
		else
			ret = launch(copy, &chunks[turn], ahead);
		if (ret)
			break;
		flying[turn] = true;
		ahead += chunks[turn]->bytes;
		turn ^= 1;
	}
	/* the older one first: it is where @turn points, unless it has landed */
	for (int i = 0; i < 2; i++, turn ^= 1)
		if (flying[turn])
			land(copy, chunks[turn]);
	return copy->status ?: ret;
}

/**
 * ingot_copy_run() - copy
 * @copy: filled in, but for the results
 *
 * Returns when the device has let go of the memory on both sides. May sleep.
 *
 * Return: 0, or a negative errno; &ingot_copy.done bytes were copied then. -ERESTARTSYS: a signal.
 */
int ingot_copy_run(struct ingot_copy *copy)
{
	struct device *dev = &copy->idev->pdev->dev;
	struct ingot_chunk *chunks[2] = {};
	int ret;

	trace_ingot_copy_begin(dev, copy->to_device, copy->address, copy->bytes);
	copy->done = 0;
	copy->status = 0;
	ret = run_chunks(copy, chunks);
	ingot_chunk_destroy(chunks[0]);
	ingot_chunk_destroy(chunks[1]);
	trace_ingot_copy_end(dev, copy->to_device, copy->done, ret);
	return ret;
}

/**
 * ingot_copy_clear() - fill device memory with zeros
 * @idev: device
 * @address: bytes, a multiple of INGOT_UNIT
 * @bytes: likewise
 *
 * Return: as ingot_copy_run(); only a fatal signal ends it.
 */
int ingot_copy_clear(struct ingot_device *idev, u64 address, u64 bytes)
{
	struct ingot_copy copy = {
		.idev = idev,
		.to_device = true,
		.signals = INGOT_COPY_FATAL_SIGNAL,
		.address = address,
		.bytes = bytes,
		.host.kind = INGOT_HOST_ZERO,
	};

	return ingot_copy_run(&copy);
}

/**
 * ingot_copy_pages() - copy between device memory and pages of the kernel
 * @idev: device
 * @to_device: direction
 * @address: of device memory, bytes, a multiple of INGOT_UNIT
 * @bytes: likewise
 * @pages: pages that stay where they are
 *
 * Return: as ingot_copy_run(); no signal ends it.
 */
int ingot_copy_pages(struct ingot_device *idev, bool to_device, u64 address, u64 bytes,
		     struct page **pages)
{
	struct ingot_copy copy = {
		.idev = idev,
		.to_device = to_device,
		.signals = INGOT_COPY_NO_SIGNAL,
		.address = address,
		.bytes = bytes,
		.host = { .kind = INGOT_HOST_PAGES, .pages = pages },
	};

	return ingot_copy_run(&copy);
}

/* ---- the ioctl ---- */

static bool fits(u64 offset, u64 length, u64 size)
{
	u64 end;

	return !check_add_overflow(offset, length, &end) && end <= size;
}

static int check_args(struct ingot_device *idev, const struct drm_ingot_copy *args)
{
	if (args->pad || args->dir > DRM_INGOT_COPY_TO_HOST || !args->length ||
	    (args->offset | args->length | args->ptr | args->host_offset) % INGOT_UNIT) {
		drm_dbg(&idev->drm,
			"copy: dir %u, offset 0x%llx, length 0x%llx, ptr 0x%llx, host 0x%llx\n",
			args->dir, args->offset, args->length, args->ptr, args->host_offset);
		return -EINVAL;
	}
	if (args->host_handle ? args->ptr : args->host_offset) {
		drm_dbg(&idev->drm, "copy: both ends of the host's side are given\n");
		return -EINVAL;
	}
	if (!args->host_handle && !access_ok(u64_to_user_ptr(args->ptr), args->length))
		return -EFAULT;
	return 0;
}

static int check_device_bo(struct ingot_device *idev, const struct ingot_bo *bo,
			   const struct drm_ingot_copy *args)
{
	u64 size = bo->shmem.base.size;

	if (!(bo->flags & DRM_INGOT_BO_DEVICE) || !fits(args->offset, args->length, size)) {
		drm_dbg(&idev->drm,
			"copy: [0x%llx, +0x%llx) of object %u, of 0x%llx bytes, flags 0x%x\n",
			args->offset, args->length, args->handle, size, bo->flags);
		return -EINVAL;
	}
	return 0;
}

/* The object's pages stay until they are unpinned; an imported one is mapped already. */
static int open_host_bo(struct ingot_bo *bo, const struct drm_ingot_copy *args,
			struct ingot_host *host)
{
	struct drm_gem_object *gem = &bo->shmem.base;
	int ret;

	if (bo->flags & DRM_INGOT_BO_DEVICE ||
	    !fits(args->host_offset, args->length, gem->size))
		return -EINVAL;
	host->start = args->host_offset;
	if (gem->import_attach) {
		host->kind = INGOT_HOST_MAPPED;
		host->sgt = READ_ONCE(bo->shmem.sgt);
		return 0;
	}
	ret = drm_gem_shmem_pin(&bo->shmem);
	if (ret)
		return ret == -EINTR ? -ERESTARTSYS : ret;
	host->kind = INGOT_HOST_PAGES;
	host->pages = bo->shmem.pages;
	return 0;
}

static void close_host_bo(struct ingot_bo *bo, const struct ingot_host *host)
{
	if (host->kind == INGOT_HOST_PAGES)
		drm_gem_shmem_unpin(&bo->shmem);
}

static int copy_in_order(struct ingot_file *ifile, struct ingot_copy *copy)
{
	int ret = mutex_lock_interruptible(&ifile->copy_lock);

	if (ret)
		return -ERESTARTSYS;
	ret = ingot_copy_run(copy);
	mutex_unlock(&ifile->copy_lock);
	return ret;
}

static int copy_host_bo(struct drm_file *file, struct ingot_copy *copy,
			const struct drm_ingot_copy *args)
{
	struct ingot_bo *bo = ingot_bo_lookup(file, args->host_handle);
	int ret;

	if (!bo)
		return -ENOENT;
	ret = open_host_bo(bo, args, &copy->host);
	if (!ret) {
		ret = copy_in_order(file->driver_priv, copy);
		close_host_bo(bo, &copy->host);
	}
	ingot_bo_put(bo);
	return ret;
}

static int copy_bo(struct drm_file *file, struct ingot_bo *bo, struct drm_ingot_copy *args)
{
	struct ingot_file *ifile = file->driver_priv;
	struct ingot_copy copy = {
		.idev = ifile->idev,
		.to_device = args->dir == DRM_INGOT_COPY_TO_DEVICE,
		.address = bo->node.start + args->offset,
		.bytes = args->length,
		.host = { .kind = INGOT_HOST_USER, .start = args->ptr },
		.busy_ns = &ifile->copy_ns,
	};
	int ret;

	if (args->host_handle)
		ret = copy_host_bo(file, &copy, args);
	else
		ret = copy_in_order(ifile, &copy);
	if (ret != -ERESTARTSYS)
		return ret;
	/* the caller hands the same structure in again, and the rest is copied */
	args->offset += copy.done;
	args->length -= copy.done;
	if (args->host_handle)
		args->host_offset += copy.done;
	else
		args->ptr += copy.done;
	return args->length ? ret : 0;
}

/**
 * ingot_ioctl_copy() - DRM_INGOT_COPY
 * @drm: device
 * @data: &struct drm_ingot_copy
 * @file: caller
 *
 * Return: see there.
 */
int ingot_ioctl_copy(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct ingot_device *idev = to_ingot_device(drm);
	struct drm_ingot_copy *args = data;
	struct ingot_bo *bo;
	int ret;

	ret = check_args(idev, args);
	if (ret)
		return ret;
	bo = ingot_bo_lookup(file, args->handle);
	if (!bo)
		return -ENOENT;
	ret = check_device_bo(idev, bo, args);
	if (!ret)
		ret = copy_bo(file, bo, args);
	ingot_bo_put(bo);
	return ret;
}
