/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the files of the driver share: its objects, their locks, and the functions between files.
 *
 * A job goes: copied in and checked (ingot_submit.c) -> queued in its context (ingot_sched.c) ->
 * descriptor in the ring (ingot_ring.c) -> completions (ingot_sched.c) -> over (ingot_job.c).
 *
 * Locks, outermost first. What a line needs may be taken inside it.
 *   ingot_ctx.read_lock     readers of records, in their order; user memory is touched inside
 *   ingot_ctx.lock          slots of a context, and the order of its submissions
 *   ingot_file.copy_lock    copies of a file run in order; user memory is touched inside
 *   ingot_device.ctx_lock   which contexts of the hardware are taken
 *   ingot_device.bo_lock    list of objects, device memory
 *   ingot_device.recovery_lock  stop, reset and restart: one at a time
 *   ingot_device.hw_lock    registers that are not the ring's, against a reset
 *   ingot_job.fence_lock    of a fence; its callbacks run inside
 *   ingot_device.sched_lock queues, rings, records: a spinlock, interrupts off
 * recovery_lock and what stands below it are taken where fences are signalled: no memory may be
 * allocated, no user memory touched and no fence waited for inside. No fence is signalled inside
 * sched_lock, for the callback of another job's fence takes it.
 */
#ifndef INGOT_DRV_H
#define INGOT_DRV_H

#include "ingot_device.h"

/**
 * struct ingot_file - an open file
 * @refs: the file itself and each of its contexts
 * @idev: device
 * @client: &drm_file.client_id
 * @contexts: contexts by identifier
 * @wait: woken when there are records, and when the device goes
 * @jobs: jobs that are queued or have unread records
 * @last_job: number of the last job
 * @copy_lock: held by its copy under way
 * @copy_ns: time its copies had the device
 * @unread: records that can be taken, of all contexts; sched_lock
 * @busy_ns: time its jobs had the device; sched_lock
 * @jobs_done: jobs that are over; sched_lock
 */
struct ingot_file {
	struct kref refs;
	struct ingot_device *idev;
	u64 client;
	struct xarray contexts;
	wait_queue_head_t wait;
	atomic_t jobs;
	atomic64_t last_job;
	struct mutex copy_lock; /* orders copies */
	atomic64_t copy_ns;
	u64 unread;
	u64 busy_ns;
	u64 jobs_done;
};

/**
 * struct ingot_slot - what a slot shows
 * @bo: object, of which the context holds a reference; NULL: empty
 * @base: first unit of device memory
 * @len: units
 * @perm: ING_PERM_*
 */
struct ingot_slot {
	struct ingot_bo *bo;
	u32 base;
	u32 len;
	u32 perm;
};

/**
 * struct ingot_ctx - a context
 * @refs: the file's table, each job that is not over, each call under way
 * @ifile: the file, a reference
 * @idev: device, a reference
 * @id: identifier, for the file
 * @hw: number, for the hardware
 * @priority: enum drm_ingot_priority
 * @lock: protects @slots, and the order of submissions; binding waits for jobs inside
 * @slots: slot table; the hardware's is a copy of it. Written under @lock and hw_lock, read under
 *	either
 * @fence_context: timeline of its jobs
 * @seqno: last one given; @lock
 * @ready: in &ingot_sched.ready or .ending; sched_lock, like all that follows
 * @queue: jobs that are not in the ring, oldest first
 * @queued: how many
 * @running: its jobs in the ring, or bounced from it
 * @banned: a job of it hung: nothing more is accepted
 * @dead: destroyed or its file closed
 * @readable: jobs with records to come or to be taken, oldest first
 * @idle: woken when it has no job left, and for readers of records
 * @read_lock: protects the order of readers
 * @release: gives its number back
 */
struct ingot_ctx {
	struct kref refs;
	struct ingot_file *ifile;
	struct ingot_device *idev;
	u32 id;
	unsigned int hw;
	unsigned int priority;
	struct mutex lock; /* protects slots, orders submissions */
	struct ingot_slot slots[ING_SLOTS];
	u64 fence_context;
	u64 seqno;

	struct list_head ready;
	struct list_head queue;
	unsigned int queued;
	unsigned int running;
	bool banned;
	bool dead;
	struct list_head readable;
	wait_queue_head_t idle;
	struct mutex read_lock; /* orders readers of records */
	struct work_struct release;
};

/**
 * struct ingot_bo - a buffer object
 * @shmem: host objects; of device objects only its base is used
 * @flags: DRM_INGOT_BO_*
 * @node: device objects: place in device memory, bytes
 * @link: in &ingot_device.bos
 * @dummy: what mappings show when the device is gone; @bo_lock of the device
 * @saved: device objects, while the machine sleeps: pages that hold what they held
 */
struct ingot_bo {
	struct drm_gem_shmem_object shmem;
	u32 flags;
	struct drm_mm_node node;
	struct list_head link;
	struct page *dummy;
	struct page **saved;
};

static inline struct ingot_bo *to_ingot_bo(struct drm_gem_object *gem)
{
	return container_of(gem, struct ingot_bo, shmem.base);
}

/** enum ingot_job_place - where a job is */
enum ingot_job_place {
	/** @INGOT_JOB_NEW: with its submitter. */
	INGOT_JOB_NEW,
	/** @INGOT_JOB_QUEUED: in its context's queue. */
	INGOT_JOB_QUEUED,
	/** @INGOT_JOB_RUNNING: in the ring. */
	INGOT_JOB_RUNNING,
	/** @INGOT_JOB_OVER: done; once. */
	INGOT_JOB_OVER,
};

/**
 * struct ingot_dep - a fence that a job waits for
 * @cb: callback, under the lock of @fence
 * @fence: reference
 * @job: the waiting job
 * @watched: @cb was given to @fence
 */
struct ingot_dep {
	struct dma_fence_cb cb;
	struct dma_fence *fence;
	struct ingot_job *job;
	bool watched;
};

/**
 * struct ingot_job - a job
 * @fence: signalled when it is over; its reference count is the job's
 * @armed: @fence is a fence
 * @fence_lock: of @fence; it lives as long as the fence, which may be longer than the context does
 * @ctx: context, a reference until the job is over
 * @id: number, for the user
 * @args: as submitted
 * @deps: fences to wait for
 * @dep_count: of @deps
 * @waits: fences of @deps that are not signalled, and one more until it is queued
 * @link: in &ingot_ctx.queue, &ingot_sched.running, .bounced or .over; sched_lock, like all that
 *	follows
 * @place: where it is
 * @status: what it ends with; not 0 while it is queued: it ends without running. In the ring: it is
 *	to be stopped
 * @stopping: the hardware was told to stop it
 * @guilty: it hung: its context is shut
 * @bounce: the device was told to give it back unstarted
 * @stop_by: jiffies when a job that was told to stop must have stopped
 * @resets: how often it was to be started again after a reset
 * @index: its place in the submission ring, free running
 * @tag: in descriptor and completions
 * @busy_ns: time it had the device
 * @done: the completion that ended it, zeros if there was none
 * @records: room for max_events + 1, NULL with DRM_INGOT_JOB_NO_RECORD
 * @recorded: written
 * @taken: of these, given to the user
 * @events: EMITs since it was started last
 * @read_link: in &ingot_ctx.readable, with a reference, until its last record is taken
 * @reader: the file, of jobs that are or were in @read_link
 * @reported: its last record is written
 * @ucmd: io_uring command that completes with it, with a reference; see ingot_uring.c
 * @ucmd_state: who completes @ucmd
 */
struct ingot_job {
	struct dma_fence fence;
	bool armed;
	spinlock_t fence_lock; /* of fence */
	struct ingot_ctx *ctx;
	u64 id;
	struct drm_ingot_submit args;
	struct ingot_dep *deps;
	unsigned int dep_count;
	atomic_t waits;

	struct list_head link;
	enum ingot_job_place place;
	int status;
	bool stopping;
	bool guilty;
	bool bounce;
	unsigned long stop_by;
	unsigned int resets;
	u16 index;
	u32 tag;
	u64 busy_ns;
	struct ingot_completion done;

	struct drm_ingot_record *records;
	u32 recorded;
	u32 taken;
	u32 events;
	struct list_head read_link;
	struct ingot_file *reader;
	bool reported;

	struct io_uring_cmd *ucmd;
	atomic_t ucmd_state;
};

/* ---- ingot_drv.c ---- */
extern struct workqueue_struct *ingot_wq;
extern unsigned int ingot_timeout_ms;
extern unsigned int ingot_limit_ms;

/* ---- ingot_hw.c: registers; each function says what it does when the device is gone ---- */
u32 ingot_hw_read(struct ingot_device *idev, u32 offset);
void ingot_hw_write(struct ingot_device *idev, u32 offset, u32 value);
bool ingot_hw_is_gone(struct ingot_device *idev);
int ingot_hw_identify(struct ingot_device *idev);
int ingot_hw_reset(struct ingot_device *idev);
void ingot_hw_enable_irqs(struct ingot_device *idev);
void ingot_hw_write_slot(struct ingot_device *idev, unsigned int hw, unsigned int slot,
			 const struct ingot_slot *entry);
u64 ingot_hw_counter(struct ingot_device *idev, unsigned int counter);

/* ---- ingot_ring.c ---- */
int ingot_ring_init(struct ingot_device *idev, unsigned int queue);
void ingot_ring_start(struct ingot_ring *ring);
__le32 *ingot_ring_entry(struct ingot_ring *ring, u16 index);
__le32 *ingot_ring_next(struct ingot_ring *ring);
void ingot_ring_push(struct ingot_ring *ring);
bool ingot_ring_doorbell(struct ingot_ring *ring);
bool ingot_ring_pop(struct ingot_ring *ring, struct ingot_completion *completion);
void ingot_ring_publish(struct ingot_ring *ring);

/* ---- ingot_ctx.c ---- */
struct ingot_ctx *ingot_ctx_get(struct ingot_file *ifile, u32 id);
void ingot_ctx_put(struct ingot_ctx *ctx);
void ingot_ctx_restore_slots(struct ingot_device *idev);
void ingot_ctx_close_all(struct ingot_file *ifile);
struct ingot_file *ingot_file_create(struct ingot_device *idev, struct drm_file *file);
void ingot_file_put(struct ingot_file *ifile);
int ingot_ioctl_ctx_create(struct drm_device *drm, void *data, struct drm_file *file);
int ingot_ioctl_ctx_destroy(struct drm_device *drm, void *data, struct drm_file *file);
int ingot_ioctl_ctx_bind(struct drm_device *drm, void *data, struct drm_file *file);

/* ---- ingot_job.c ---- */
struct ingot_job *ingot_job_create(struct ingot_ctx *ctx, const struct drm_ingot_submit *args);
void ingot_job_put(struct ingot_job *job);
void ingot_job_arm(struct ingot_job *job);
void ingot_job_watch_deps(struct ingot_job *job);
void ingot_job_write_descriptor(const struct ingot_job *job, __le32 *desc);
void ingot_job_record_event(struct ingot_job *job, const struct ingot_completion *completion);
void ingot_job_record_done(struct ingot_job *job);
void ingot_job_signal(struct ingot_job *job);
void ingot_job_finish(struct ingot_job *job);
void ingot_job_drop_records(struct ingot_job *job);

/* ---- ingot_sched.c, ingot_running.c: these take sched_lock themselves ---- */
void ingot_sched_init(struct ingot_device *idev);
void ingot_sched_queue(struct ingot_job *job);
void ingot_sched_dep_signalled(struct ingot_job *job, int error);
void ingot_sched_run(struct ingot_device *idev);
void ingot_sched_kick(struct ingot_device *idev);
unsigned int ingot_sched_drain(struct ingot_device *idev);
void ingot_sched_cancel(struct ingot_ctx *ctx, u64 id);
void ingot_sched_set_state(struct ingot_device *idev, enum ingot_state state);
void ingot_sched_requeue(struct ingot_device *idev, u32 taken);
void ingot_sched_fail_all(struct ingot_device *idev);
int ingot_device_quiesce(struct ingot_device *idev, unsigned int timeout_ms);
void ingot_device_go_on(struct ingot_device *idev);

/* ---- ingot_tick.c ---- */
void ingot_tick_init(struct ingot_device *idev);

/* ---- ingot_submit.c ---- */

int ingot_ioctl_submit(struct drm_device *drm, void *data, struct drm_file *file);
int ingot_ioctl_cancel(struct drm_device *drm, void *data, struct drm_file *file);

/* ---- ingot_wait.c ---- */
int ingot_ioctl_wait(struct drm_device *drm, void *data, struct drm_file *file);
__poll_t ingot_poll(struct file *filp, struct poll_table_struct *table);

/* ---- ingot_uring.c ---- */
int ingot_uring_cmd(struct io_uring_cmd *ucmd, unsigned int issue_flags);
void ingot_uring_complete(struct ingot_job *job);

/* ---- ingot_query.c ---- */
int ingot_ioctl_query(struct drm_device *drm, void *data, struct drm_file *file);

/* ---- ingot_config.c ---- */
int ingot_config_memory_bytes(const void *config, u32 bytes, u64 *memory_bytes);
const char *ingot_config_model(const void *config, u32 bytes);

/*
 * ---- ingot_reset.c ---- ingot_reset_trigger() may be called from anywhere; @reason is a
 * constant. ingot_device_stop() takes the device away from everybody (FLR, AER, suspend): when it
 * returns, the device is reset if it answers, DMA and interrupts are off, and what was in the
 * rings is back in the queues. ingot_device_restart() undoes it: 0, or a negative errno if the
 * device does not come back; then it is gone for good and all jobs have ended with -ENODEV.
 * ingot_device_gone(): the latter, on request; ingot_device_lost() tells user space, too.
 * ingot_device_quiesce(): start nothing more and wait until the running job has ended by itself;
 * before a suspend, so that it does no harm. ingot_device_go_on() lets jobs start again.
 * ingot_coredump_take() is called with the device still as it hung, where fences are signalled: it
 * allocates nothing.
 */
bool ingot_device_usable(struct ingot_device *idev);
void ingot_reset_init(struct ingot_device *idev);
void ingot_reset_trigger(struct ingot_device *idev, const char *reason);
void ingot_device_stop(struct ingot_device *idev);
int ingot_device_restart(struct ingot_device *idev);
void ingot_device_gone(struct ingot_device *idev);
void ingot_device_lost(struct ingot_device *idev);

/*
 * ---- ingot_gem.c, ingot_vram.c: objects ---- ingot_gem_unmap_all(): remove() is under way and
 * the device reset: undo every DMA mapping, keep the objects. ingot_bo_lookup() takes a reference,
 * NULL: no such handle.
 */
void ingot_gem_init(struct ingot_device *idev);
int ingot_vram_init(struct ingot_device *idev);
void ingot_gem_unmap_all(struct ingot_device *idev);
struct drm_gem_object *ingot_gem_create_object(struct drm_device *drm, size_t size);
struct ingot_bo *ingot_bo_lookup(struct drm_file *file, u32 handle);
void ingot_bo_put(struct ingot_bo *bo);
u32 ingot_bo_device_unit(const struct ingot_bo *bo);
int ingot_ioctl_bo_create(struct drm_device *drm, void *data, struct drm_file *file);
int ingot_ioctl_bo_info(struct drm_device *drm, void *data, struct drm_file *file);
struct drm_gem_object *ingot_prime_import(struct drm_device *drm, struct dma_buf *dma_buf);

/*
 * ---- ingot_copy.c: queue 1 ---- ingot_copy_irq() takes completions; in interrupt context.
 * ingot_copy_stop(): the device was reset or is gone, nothing is in flight any more: copies end
 * with @status, or, if it is 0, wait and are done again after ingot_copy_start(), for a copy does
 * no harm twice. Both are called with recovery_lock held. A copy that does not come back calls
 * ingot_reset_trigger().
 */
int ingot_copy_init(struct ingot_device *idev);
unsigned int ingot_copy_irq(struct ingot_device *idev);
void ingot_copy_stop(struct ingot_device *idev, int status);
void ingot_copy_start(struct ingot_device *idev);
int ingot_ioctl_copy(struct drm_device *drm, void *data, struct drm_file *file);

/* ---- ingot_coredump.c, ingot_debugfs.c, ingot_hwmon.c, ingot_sysfs.c, ingot_fdinfo.c ---- */
int ingot_coredump_init(struct ingot_device *idev);
void ingot_coredump_take(struct ingot_device *idev, const char *reason);
void ingot_debugfs_init(struct ingot_device *idev);
void ingot_hwmon_init(struct ingot_device *idev);
extern const struct attribute_group *ingot_sysfs_groups[];
int ingot_sysfs_init(struct ingot_device *idev);
void ingot_show_fdinfo(struct drm_printer *printer, struct drm_file *file);

/* ---- ingot_pm.c, ingot_err.c ---- */
extern const struct dev_pm_ops ingot_pm_ops;
void ingot_err_init(struct ingot_device *idev);
extern const struct pci_error_handlers ingot_err_handlers;

#endif
