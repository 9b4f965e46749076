// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Files and their contexts. A context has a number in the hardware from its creation until its
 * last job has let go of the device, which may be after the file is closed.
 */
#include <drm/drm_drv.h>
#include <linux/capability.h>
#include <linux/slab.h>

#include "ingot_drv.h"

/* ---- files ---- */

/**
 * ingot_file_create() - makes what belongs to an open file
 * @idev: device
 * @file: DRM's file
 *
 * Return: the file with one reference, or an error pointer.
 */
struct ingot_file *ingot_file_create(struct ingot_device *idev, struct drm_file *file)
{
	struct ingot_file *ifile = kzalloc(sizeof(*ifile), GFP_KERNEL_ACCOUNT);

	if (!ifile)
		return ERR_PTR(-ENOMEM);
	kref_init(&ifile->refs);
	ifile->idev = idev;
	ifile->client = file->client_id;
	xa_init_flags(&ifile->contexts, XA_FLAGS_ALLOC1);
	init_waitqueue_head(&ifile->wait);
	mutex_init(&ifile->copy_lock);
	return ifile;
}

static void release_file(struct kref *refs)
{
	struct ingot_file *ifile = container_of(refs, struct ingot_file, refs);

	xa_destroy(&ifile->contexts);
	kfree(ifile);
}

/**
 * ingot_file_put() - gives up a reference
 * @ifile: file
 */
void ingot_file_put(struct ingot_file *ifile)
{
	kref_put(&ifile->refs, release_file);
}

/* ---- numbers of the hardware ---- */

static unsigned int count_of_file(struct ingot_device *idev, const struct ingot_file *ifile)
{
	unsigned int count = 0;

	for (int i = 0; i < ING_CONTEXTS; i++)
		count += idev->hw_ctx[i] && idev->hw_ctx[i]->ifile == ifile;
	return count;
}

static void set_owner(struct ingot_device *idev, unsigned int hw, struct ingot_ctx *ctx)
{
	guard(mutex)(&idev->hw_lock);
	idev->hw_ctx[hw] = ctx;
}

/* -EAGAIN: some number will become free soon */
static int try_to_number(struct ingot_ctx *ctx)
{
	struct ingot_device *idev = ctx->idev;
	bool dying = false;

	guard(mutex)(&idev->ctx_lock);
	for (int i = 0; i < ING_CONTEXTS; i++)
		dying |= idev->hw_ctx[i] && READ_ONCE(idev->hw_ctx[i]->dead);
	if (count_of_file(idev, ctx->ifile) >= ING_CONTEXTS - 1)
		return dying ? -EAGAIN : -ENOSPC;
	for (int i = 0; i < ING_CONTEXTS; i++) {
		if (idev->hw_ctx[i])
			continue;
		ctx->hw = i;
		set_owner(idev, i, ctx);
		return 0;
	}
	return dying ? -EAGAIN : -ENOSPC;
}

/*
 * Waits for contexts that are gone but whose last job has not ended: a client may be killed and
 * restarted
 */
static int number(struct ingot_ctx *ctx)
{
	struct ingot_device *idev = ctx->idev;

	for (;;) {
		int freed = atomic_read(&idev->ctx_freed);
		int ret = try_to_number(ctx);

		if (ret != -EAGAIN)
			return ret;
		ret = wait_event_interruptible(idev->ctx_free,
					       atomic_read(&idev->ctx_freed) != freed);
		if (ret)
			return ret;
	}
}

static void empty_slots(struct ingot_ctx *ctx)
{
	const struct ingot_slot empty = { };
	int idx;

	if (!drm_dev_enter(&ctx->idev->drm, &idx))
		return;
	guard(mutex)(&ctx->idev->hw_lock);
	for (unsigned int i = 0; i < ING_SLOTS; i++)
		if (ctx->slots[i].perm)
			ingot_hw_write_slot(ctx->idev, ctx->hw, i, &empty);
	drm_dev_exit(idx);
}

static void free_number(struct ingot_ctx *ctx)
{
	struct ingot_device *idev = ctx->idev;

	scoped_guard(mutex, &idev->ctx_lock)
		set_owner(idev, ctx->hw, NULL);
	atomic_inc(&idev->ctx_freed);
	wake_up_all(&idev->ctx_free);
}

/* ---- contexts ---- */

static void free_ctx(struct ingot_ctx *ctx)
{
	struct drm_device *drm = &ctx->idev->drm;

	ingot_file_put(ctx->ifile);
	mutex_destroy(&ctx->lock);
	mutex_destroy(&ctx->read_lock);
	kfree(ctx);
	drm_dev_put(drm);
}

static void release_work(struct work_struct *work)
{
	struct ingot_ctx *ctx = container_of(work, struct ingot_ctx, release);

	empty_slots(ctx);
	for (unsigned int i = 0; i < ING_SLOTS; i++)
		if (ctx->slots[i].bo)
			ingot_bo_put(ctx->slots[i].bo);
	free_number(ctx);
	free_ctx(ctx);
}

/*
 * The last reference may be that of a job, which ends in an interrupt: no place to write registers
 */
static void release_ctx(struct kref *refs)
{
	struct ingot_ctx *ctx = container_of(refs, struct ingot_ctx, refs);

	queue_work(ingot_wq, &ctx->release);
}

/**
 * ingot_ctx_get() - finds a context
 * @ifile: file
 * @id: identifier
 *
 * Return: the context with a reference, or NULL: the file has no such context.
 */
struct ingot_ctx *ingot_ctx_get(struct ingot_file *ifile, u32 id)
{
	struct ingot_ctx *ctx;

	/* the table's reference cannot go while it is locked */
	xa_lock(&ifile->contexts);
	ctx = xa_load(&ifile->contexts, id);
	if (ctx)
		kref_get(&ctx->refs);
	xa_unlock(&ifile->contexts);
	return ctx;
}

/**
 * ingot_ctx_put() - gives up a reference
 * @ctx: context; may be called from anywhere
 */
void ingot_ctx_put(struct ingot_ctx *ctx)
{
	kref_put(&ctx->refs, release_ctx);
}

static struct ingot_ctx *alloc_ctx(struct ingot_file *ifile, u32 priority)
{
	struct ingot_ctx *ctx = kzalloc(sizeof(*ctx), GFP_KERNEL_ACCOUNT);

	if (!ctx)
		return NULL;
	kref_init(&ctx->refs);
	kref_get(&ifile->refs);
	ctx->ifile = ifile;
	ctx->idev = ifile->idev;
	drm_dev_get(&ctx->idev->drm);
	ctx->priority = priority;
	mutex_init(&ctx->lock);
	mutex_init(&ctx->read_lock);
	ctx->fence_context = dma_fence_context_alloc(1);
	INIT_LIST_HEAD(&ctx->ready);
	INIT_LIST_HEAD(&ctx->queue);
	INIT_LIST_HEAD(&ctx->readable);
	init_waitqueue_head(&ctx->idle);
	INIT_WORK(&ctx->release, release_work);
	return ctx;
}

/* Nobody finds it any more; its jobs end, its records are gone */
static void kill_ctx(struct ingot_ctx *ctx)
{
	struct ingot_job *job, *next;

	scoped_guard(spinlock_irqsave, &ctx->idev->sched_lock) {
		ctx->dead = true;
		list_for_each_entry_safe(job, next, &ctx->readable, read_link)
			ingot_job_drop_records(job);
	}
	ingot_sched_cancel(ctx, 0);
	wake_up_all(&ctx->idle);
	ingot_ctx_put(ctx);
}

/**
 * ingot_ctx_close_all() - ends the contexts of a file that is closed
 * @ifile: file, of which no call is under way
 */
void ingot_ctx_close_all(struct ingot_file *ifile)
{
	struct ingot_ctx *ctx;
	unsigned long id;

	xa_for_each(&ifile->contexts, id, ctx) {
		xa_erase(&ifile->contexts, id);
		kill_ctx(ctx);
	}
}

/**
 * ingot_ctx_restore_slots() - writes the hardware's slot table
 * @idev: device that is awake and starts nothing; hw_lock is held
 */
void ingot_ctx_restore_slots(struct ingot_device *idev)
{
	const struct ingot_slot empty = { };

	for (unsigned int hw = 0; hw < ING_CONTEXTS; hw++) {
		struct ingot_ctx *ctx = idev->hw_ctx[hw];

		for (unsigned int i = 0; i < ING_SLOTS; i++)
			ingot_hw_write_slot(idev, hw, i, ctx ? &ctx->slots[i] : &empty);
	}
}

/* ---- ioctls ---- */

/* As soon as the table has it, another thread of the caller may destroy it: all is set by then */
static int publish(struct ingot_ctx *ctx, u32 *id)
{
	struct xarray *table = &ctx->ifile->contexts;
	int ret = xa_alloc(table, id, NULL, xa_limit_31b, GFP_KERNEL_ACCOUNT);

	if (ret)
		return ret;
	ctx->id = *id;
	return xa_err(xa_store(table, *id, ctx, GFP_KERNEL_ACCOUNT));
}

/**
 * ingot_ioctl_ctx_create() - DRM_INGOT_CTX_CREATE
 * @drm: device
 * @data: &struct drm_ingot_ctx_create
 * @file: caller
 *
 * Return: 0 or a negative errno, see the uAPI.
 */
int ingot_ioctl_ctx_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_ingot_ctx_create *args = data;
	struct ingot_file *ifile = file->driver_priv;
	struct ingot_ctx *ctx;
	int ret;

	if (!ingot_device_usable(ifile->idev))
		return -ENODEV;
	if (args->priority > DRM_INGOT_PRIORITY_HIGH)
		return -EINVAL;
	if (args->priority == DRM_INGOT_PRIORITY_HIGH && !capable(CAP_SYS_NICE))
		return -EACCES;
	ctx = alloc_ctx(ifile, args->priority);
	if (!ctx)
		return -ENOMEM;
	ret = number(ctx);
	if (ret) {
		free_ctx(ctx);
		return ret;
	}
	ret = publish(ctx, &args->ctx);
	if (ret) {
		WRITE_ONCE(ctx->dead, true);
		ingot_ctx_put(ctx);
	}
	return ret;
}

/**
 * ingot_ioctl_ctx_destroy() - DRM_INGOT_CTX_DESTROY
 * @drm: device
 * @data: &struct drm_ingot_ctx_destroy
 * @file: caller
 *
 * Return: 0 or a negative errno, see the uAPI.
 */
int ingot_ioctl_ctx_destroy(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_ingot_ctx_destroy *args = data;
	struct ingot_file *ifile = file->driver_priv;
	struct ingot_ctx *ctx;

	if (args->pad)
		return -EINVAL;
	ctx = xa_erase(&ifile->contexts, args->ctx);
	if (!ctx)
		return -ENOENT;
	kill_ctx(ctx);
	return 0;
}

/* ---- slots ---- */

static int check_perm(u32 perm, u32 bo_flags)
{
	bool program = bo_flags & DRM_INGOT_BO_PROGRAM;

	if (!(bo_flags & DRM_INGOT_BO_DEVICE))
		return -EINVAL;
	if (!perm || perm & ~(ING_PERM_READ | ING_PERM_WRITE | ING_PERM_EXEC))
		return -EINVAL;
	if (program)
		return perm == ING_PERM_EXEC ? 0 : -EINVAL;
	return perm & ING_PERM_EXEC ? -EINVAL : 0;
}

/* Fills in what a slot is to show; takes a reference of the object */
static int describe(struct drm_file *file, const struct drm_ingot_ctx_bind *args,
		    struct ingot_slot *slot)
{
	u64 size, length;
	int ret;

	memset(slot, 0, sizeof(*slot));
	if (!args->handle)
		return args->perm || args->offset || args->length ? -EINVAL : 0;
	slot->bo = ingot_bo_lookup(file, args->handle);
	if (!slot->bo)
		return -ENOENT;
	size = slot->bo->shmem.base.size;
	length = args->length ?: size - min(args->offset, size);
	ret = check_perm(args->perm, slot->bo->flags);
	if (!IS_ALIGNED(args->offset | length, INGOT_UNIT) || !length ||
	    args->offset > size || length > size - args->offset)
		ret = -EINVAL;
	if (ret) {
		ingot_bo_put(slot->bo);
		return ret;
	}
	slot->base = ingot_bo_device_unit(slot->bo) + args->offset / INGOT_UNIT;
	slot->len = length / INGOT_UNIT;
	slot->perm = args->perm;
	return 0;
}

static bool is_idle(struct ingot_ctx *ctx)
{
	guard(spinlock_irqsave)(&ctx->idev->sched_lock);
	return !ctx->queued && !ctx->running;
}

/* Swaps the contents of a slot; no job of the context may be under way */
static int swap_slot(struct ingot_ctx *ctx, unsigned int index, struct ingot_slot *slot)
{
	int idx;

	if (!drm_dev_enter(&ctx->idev->drm, &idx))
		return -ENODEV;
	scoped_guard(mutex, &ctx->idev->hw_lock) {
		swap(ctx->slots[index], *slot);
		ingot_hw_write_slot(ctx->idev, ctx->hw, index, &ctx->slots[index]);
	}
	drm_dev_exit(idx);
	return 0;
}

static int bind(struct ingot_ctx *ctx, unsigned int index, struct ingot_slot *slot)
{
	int ret = mutex_lock_interruptible(&ctx->lock);

	if (ret)
		return -ERESTARTSYS;
	ret = wait_event_interruptible(ctx->idle, is_idle(ctx));
	if (!ret)
		ret = swap_slot(ctx, index, slot);
	mutex_unlock(&ctx->lock);
	return ret;
}

/**
 * ingot_ioctl_ctx_bind() - DRM_INGOT_CTX_BIND
 * @drm: device
 * @data: &struct drm_ingot_ctx_bind
 * @file: caller
 *
 * Return: 0 or a negative errno, see the uAPI.
 */
int ingot_ioctl_ctx_bind(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_ingot_ctx_bind *args = data;
	struct ingot_file *ifile = file->driver_priv;
	struct ingot_slot slot;
	struct ingot_ctx *ctx;
	int ret;

	if (!ingot_device_usable(ifile->idev))
		return -ENODEV;
	if (args->slot >= ING_SLOTS)
		return -EINVAL;
	ctx = ingot_ctx_get(ifile, args->ctx);
	if (!ctx)
		return -ENOENT;
	ret = describe(file, args, &slot);
	if (!ret) {
		ret = bind(ctx, args->slot, &slot);
		/* what was there before, or what could not be put there */
		if (slot.bo)
			ingot_bo_put(slot.bo);
	}
	ingot_ctx_put(ctx);
	return ret;
}
