/* SPDX-License-Identifier: MIT */
/*
 * Ingot: interface of the kernel driver.
 *
 * An open file of /dev/accel/accelN owns buffer objects, contexts and jobs; nobody else can name
 * them. A context is a table of slots, in hardware. Jobs name memory as slot and offset, and the
 * hardware checks every access against the table, so the kernel never reads a program.
 *
 * Rules that hold for every ioctl:
 *   - every padding member and every flag that is not defined here must be zero: -EINVAL otherwise;
 *   - structures may grow at their end: members that a caller does not know are taken as zero; what
 *     a caller knows beyond the driver is ignored by ioctls, and must be 0 for io_uring (-E2BIG);
 *   - a structure that cannot be written back: -EFAULT, though the call has had its effect;
 *   - a device that is gone or could not be revived: -ENODEV;
 *   - a signal interrupts a wait with -ERESTARTSYS, that is: the call is restarted, or ends in
 *     -EINTR as sigaction(2) says; a restarted call goes on where it was;
 *   - handles and identifiers that are not this file's: -ENOENT.
 *
 * When a file is closed its jobs are cancelled: queued ones never start, a running one is stopped
 * at its next command. Memory is given back when the device has let go of it.
 */
#ifndef _UAPI_INGOT_ACCEL_H_
#define _UAPI_INGOT_ACCEL_H_

#include "drm.h"

#if defined(__cplusplus)
extern "C" {
#endif

#define DRM_INGOT_VERSION_MAJOR 1
#define DRM_INGOT_VERSION_MINOR 0

/**
 * enum drm_ingot_ioctl_id - numbers of the ioctls
 *
 * New ones go to the end; none is renumbered or reused.
 */
enum drm_ingot_ioctl_id {
	/** @DRM_INGOT_QUERY: ask about the device. */
	DRM_INGOT_QUERY = 0,
	/** @DRM_INGOT_BO_CREATE: make a buffer object. */
	DRM_INGOT_BO_CREATE,
	/** @DRM_INGOT_BO_INFO: ask about a buffer object. */
	DRM_INGOT_BO_INFO,
	/** @DRM_INGOT_COPY: copy between device memory and host memory. */
	DRM_INGOT_COPY,
	/** @DRM_INGOT_CTX_CREATE: make a context. */
	DRM_INGOT_CTX_CREATE,
	/** @DRM_INGOT_CTX_DESTROY: end a context. */
	DRM_INGOT_CTX_DESTROY,
	/** @DRM_INGOT_CTX_BIND: put a buffer object into a slot, or empty a slot. */
	DRM_INGOT_CTX_BIND,
	/** @DRM_INGOT_SUBMIT: queue a job. */
	DRM_INGOT_SUBMIT,
	/** @DRM_INGOT_WAIT: take the records of a context's jobs. */
	DRM_INGOT_WAIT,
	/** @DRM_INGOT_CANCEL: stop jobs. */
	DRM_INGOT_CANCEL,
};

/* ---- DRM_INGOT_QUERY ---- */

/** enum drm_ingot_query_type - what can be asked */
enum drm_ingot_query_type {
	/** @DRM_INGOT_QUERY_INFO: &struct drm_ingot_info. */
	DRM_INGOT_QUERY_INFO = 0,
	/** @DRM_INGOT_QUERY_CONFIG: the configuration, a flattened device tree. */
	DRM_INGOT_QUERY_CONFIG,
	/** @DRM_INGOT_QUERY_MEMORY: &struct drm_ingot_memory. */
	DRM_INGOT_QUERY_MEMORY,
	/**
	 * @DRM_INGOT_QUERY_COUNTERS: the hardware's counters of the last job, an array of __u64
	 * indexed by ING_CNT_*. -EBUSY while a job runs or if the last one was another file's.
	 */
	DRM_INGOT_QUERY_COUNTERS,
};

/**
 * struct drm_ingot_query - a question
 *
 * With @ptr zero, or @size smaller than the answer, only @size is answered (-EINVAL for an unknown
 * @type). Errors: -EFAULT.
 */
struct drm_ingot_query {
	/** @type: Input: enum drm_ingot_query_type. */
	__u32 type;
	/** @size: Input: bytes at @ptr. Output: bytes of the whole answer. */
	__u32 size;
	/** @ptr: Input: user address of the answer, or 0. */
	__u64 ptr;
};

/** struct drm_ingot_info - the device */
struct drm_ingot_info {
	/** @version: the register interface, as ING_REG_VERSION. */
	__u32 version;
	/** @contexts: contexts in hardware; one file may hold all of them but one. */
	__u32 contexts;
	/** @slots: slots of a context. */
	__u32 slots;
	/** @vectors: interrupt vectors in use. */
	__u32 vectors;
	/** @timeout_ms: a job that makes no progress for so long is stopped; 0: never. */
	__u32 timeout_ms;
	/** @limit_ms: a job that runs for so long is stopped; 0: never. */
	__u32 limit_ms;
	/** @resets: how often the device was reset since the driver took it. */
	__u32 resets;
	/** @max_jobs: most jobs of a file that may be queued or have unread records. */
	__u32 max_jobs;
};

/** struct drm_ingot_memory - device memory, bytes */
struct drm_ingot_memory {
	/** @total: all of it. */
	__u64 total;
	/** @used: taken by buffer objects of all files. */
	__u64 used;
	/** @mappable: how much of it, from its start, mmap() can show. */
	__u64 mappable;
};

/* ---- buffer objects ---- */

/** @DRM_INGOT_BO_DEVICE: in device memory; else in host memory. */
#define DRM_INGOT_BO_DEVICE (1u << 0)
/**
 * @DRM_INGOT_BO_PROGRAM: holds programs: may be bound with ING_PERM_EXEC, and with nothing else.
 * Needs %DRM_INGOT_BO_DEVICE.
 */
#define DRM_INGOT_BO_PROGRAM (1u << 1)
/** @DRM_INGOT_BO_MAPPABLE: place it where mmap() can show it. Needs %DRM_INGOT_BO_DEVICE. */
#define DRM_INGOT_BO_MAPPABLE (1u << 2)

/**
 * struct drm_ingot_bo_create - make a buffer object, filled with zeros
 *
 * Errors: -EINVAL (size of 0 or past the device's memory, flags), -ENOSPC (device memory is full
 * or in pieces; of a host object: the kernel has no room for its file), -ENOMEM, -EIO (the device
 * failed to clear it). Host objects can be exported and imported through PRIME; device objects can
 * be exported to files of the same device only.
 */
struct drm_ingot_bo_create {
	/** @size: Input: bytes. Output: bytes taken, a multiple of 4096 and of the page size. */
	__u64 size;
	/** @flags: Input: DRM_INGOT_BO_*. */
	__u32 flags;
	/** @handle: Output: handle, to be closed with DRM_IOCTL_GEM_CLOSE. */
	__u32 handle;
};

/** struct drm_ingot_bo_info - ask about a buffer object */
struct drm_ingot_bo_info {
	/** @handle: Input. */
	__u32 handle;
	/** @flags: Output: DRM_INGOT_BO_*. */
	__u32 flags;
	/** @size: Output: bytes. */
	__u64 size;
	/** @mmap_offset: Output: offset for mmap(2) of the file; 0: it cannot be mapped. */
	__u64 mmap_offset;
};

/* ---- DRM_INGOT_COPY ---- */

/** enum drm_ingot_copy_dir - which way */
enum drm_ingot_copy_dir {
	/** @DRM_INGOT_COPY_TO_DEVICE: host to device. */
	DRM_INGOT_COPY_TO_DEVICE = 0,
	/** @DRM_INGOT_COPY_TO_HOST: device to host. */
	DRM_INGOT_COPY_TO_HOST,
};

/**
 * struct drm_ingot_copy - copy between a device object and host memory, by the device's DMA
 *
 * The host side is a host object, or memory of the caller, whose pages are pinned meanwhile. All
 * addresses, offsets and lengths are multiples of 64. Returns when the copy is over. If a signal
 * interrupts it, @offset, @length, @host_offset and @ptr have been moved past what is done: the
 * same structure handed in again copies the rest. Copies of one file run in order, and beside
 * jobs: the caller keeps them off memory that a running job uses.
 *
 * Errors: -EINVAL (alignment, range, kinds of the objects, length 0), -ENOENT, -EFAULT (memory that
 * cannot be read, or written), -ENOMEM, -EIO (the device met a bus error), -ETIMEDOUT (it did not
 * answer and was reset).
 */
struct drm_ingot_copy {
	/** @handle: Input: device object. */
	__u32 handle;
	/** @dir: Input: enum drm_ingot_copy_dir. */
	__u32 dir;
	/** @offset: Input, output: bytes into the device object. */
	__u64 offset;
	/** @length: Input, output: bytes. */
	__u64 length;
	/** @ptr: Input, output: user address, if @host_handle is 0; else 0. */
	__u64 ptr;
	/** @host_offset: Input, output: bytes into the host object; 0 without one. */
	__u64 host_offset;
	/** @host_handle: Input: host object, or 0. */
	__u32 host_handle;
	/** @pad: Must be zero. */
	__u32 pad;
};

/* ---- contexts ---- */

/** enum drm_ingot_priority - which contexts' jobs go first */
enum drm_ingot_priority {
	/** @DRM_INGOT_PRIORITY_LOW: when nobody else has work. */
	DRM_INGOT_PRIORITY_LOW = 0,
	/** @DRM_INGOT_PRIORITY_NORMAL: the usual. */
	DRM_INGOT_PRIORITY_NORMAL,
	/** @DRM_INGOT_PRIORITY_HIGH: before the others; needs CAP_SYS_NICE. */
	DRM_INGOT_PRIORITY_HIGH,
};

/**
 * struct drm_ingot_ctx_create - make a context with empty slots
 *
 * Jobs of a context run in the order of their submission; contexts of one priority take turns.
 * Errors: -EINVAL (priority), -EACCES (high priority without the capability), -ENOSPC (the device
 * has no free context), -ENOMEM.
 */
struct drm_ingot_ctx_create {
	/** @priority: Input: enum drm_ingot_priority. */
	__u32 priority;
	/** @ctx: Output: its identifier, never 0. */
	__u32 ctx;
};

/**
 * struct drm_ingot_ctx_destroy - end a context
 *
 * Its jobs are cancelled; their fences and io_uring commands end, their records are dropped.
 */
struct drm_ingot_ctx_destroy {
	/** @ctx: Input. */
	__u32 ctx;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * struct drm_ingot_ctx_bind - let jobs of a context use a buffer object
 *
 * Waits until the context's earlier jobs are over. The context keeps the object alive.
 * Errors: -EINVAL (slot, permissions, range, a host object, EXEC with other permissions, a program
 * object without EXEC or EXEC without a program object), -ENOENT.
 */
struct drm_ingot_ctx_bind {
	/** @ctx: Input. */
	__u32 ctx;
	/** @slot: Input: below &drm_ingot_info.slots. */
	__u32 slot;
	/** @handle: Input: device object, or 0 to empty the slot; then the rest is 0 too. */
	__u32 handle;
	/** @perm: Input: ING_PERM_*, at least one. */
	__u32 perm;
	/** @offset: Input: first byte of the object that the slot shows, a multiple of 64. */
	__u64 offset;
	/** @length: Input: bytes, a multiple of 64; 0: to the end of the object. */
	__u64 length;
};

/* ---- jobs ---- */

/** struct drm_ingot_sync - a syncobj, or a point of a timeline syncobj */
struct drm_ingot_sync {
	/** @handle: Input: handle of the syncobj. */
	__u32 handle;
	/** @pad: Must be zero. */
	__u32 pad;
	/** @point: Input: point of the timeline; 0: a binary syncobj. */
	__u64 point;
};

/**
 * @DRM_INGOT_JOB_RESTARTABLE: running the job again from its start gives the same result. If a
 * reset that it did not cause meets it half done, it is run again, and events that were already
 * recorded are not recorded twice; the fourth such reset ends it with -EIO. Without this flag the
 * first one does.
 */
#define DRM_INGOT_JOB_RESTARTABLE (1u << 0)
/** @DRM_INGOT_JOB_NO_RECORD: no record of its end; @max_events must be 0. */
#define DRM_INGOT_JOB_NO_RECORD (1u << 1)

/** Most events of one job. */
#define DRM_INGOT_MAX_EVENTS 65536
/** Most syncobjs of each kind that a job may name. */
#define DRM_INGOT_MAX_SYNCS 64

/**
 * struct drm_ingot_submit - queue a job
 *
 * The job starts when its @in_syncs are signalled and the jobs of its context that were queued
 * earlier are over. At its end its @out_syncs are signalled, with its status as their error.
 *
 * Errors: -EINVAL (a slot past the table, an empty program, too many events or syncobjs, flags),
 * -ENOENT (context, syncobj), -EBUSY (&drm_ingot_info.max_jobs reached: take records), -EBADFD
 * (the context was shut after a job of its own hung), -ENOMEM, -EFAULT. A job that was accepted
 * ends exactly once, with one of the statuses of &struct drm_ingot_record.
 */
struct drm_ingot_submit {
	/** @ctx: Input. */
	__u32 ctx;
	/** @flags: Input: DRM_INGOT_JOB_*. */
	__u32 flags;
	/** @slot: Input: slot of the program. */
	__u32 slot;
	/** @offset: Input: its first command, commands from the start of the slot. */
	__u32 offset;
	/** @commands: Input: length of the program, commands, at least 1. */
	__u32 commands;
	/** @budget: Input: most commands that may execute; 0: no limit. */
	__u32 budget;
	/** @tag: Input: returned in the job's records. */
	__u32 tag;
	/**
	 * @max_events: Input: events that are kept for DRM_INGOT_WAIT; later ones are counted and
	 * dropped.
	 */
	__u32 max_events;
	/** @args: Input: registers R1 to R8. */
	__u32 args[8];
	/** @in_count: Input: number of @in_syncs. */
	__u32 in_count;
	/** @out_count: Input: number of @out_syncs. */
	__u32 out_count;
	/** @in_syncs: Input: user address of &struct drm_ingot_sync: wait for these. */
	__u64 in_syncs;
	/** @out_syncs: Input: user address of &struct drm_ingot_sync: signal these. */
	__u64 out_syncs;
	/** @job: Output: number of the job, never 0 and never used again for this file. */
	__u64 job;
};

/** enum drm_ingot_record_type - what a record tells */
enum drm_ingot_record_type {
	/** @DRM_INGOT_RECORD_EVENT: the job executed EMIT. */
	DRM_INGOT_RECORD_EVENT = 1,
	/** @DRM_INGOT_RECORD_DONE: the job is over; its last record. */
	DRM_INGOT_RECORD_DONE,
};

/**
 * struct drm_ingot_record - something that happened to a job
 *
 * @status of a job that is over: 0; -EFAULT: its program broke a rule, and @fault says which;
 * -ECANCELED: it was cancelled; -ETIMEDOUT: it hung, was stopped, and its context is shut; -EIO: a
 * reset that it did not cause destroyed it; -ENODEV: the device is gone; or the error of an
 * @in_syncs fence.
 */
struct drm_ingot_record {
	/** @job: number of the job. */
	__u64 job;
	/** @cycles: cycles since the job began (0: the device has no clock). */
	__u64 cycles;
	/** @tag: as submitted. */
	__u32 tag;
	/** @type: enum drm_ingot_record_type. */
	__u32 type;
	/** @status: DONE: 0 or a negative errno. */
	__s32 status;
	/** @fault: DONE: ING_FAULT_*, or 0. */
	__u32 fault;
	/** @value: EVENT: R[ra]. DONE with a fault: index of the command. */
	__u32 value;
	/** @value2: EVENT: R[rb]. DONE with a fault: slot. */
	__u32 value2;
	/** @offset: DONE with a fault: offset in the slot, units of 64 bytes. */
	__u32 offset;
	/** @dropped: DONE: events that found no room. */
	__u32 dropped;
};

/**
 * struct drm_ingot_wait - take the records of a context, oldest first
 *
 * Returns as soon as there is one, with as many as there are and fit. A record is given once.
 * poll(2) on the file says POLLIN while any context of the file has records.
 *
 * Errors: -EINVAL (@capacity of 0, @record_size), -ENOENT, -ETIME (nothing came until @timeout_ns),
 * -ENODATA (no record, and no job under way that could make one), -EFAULT (the records are kept).
 */
struct drm_ingot_wait {
	/** @ctx: Input. */
	__u32 ctx;
	/** @record_size: Input: sizeof(struct drm_ingot_record) of the caller. */
	__u32 record_size;
	/** @timeout_ns: Input: CLOCK_MONOTONIC time to give up at; 0: at once; negative: never. */
	__s64 timeout_ns;
	/** @records: Input: user address of @capacity records. */
	__u64 records;
	/** @capacity: Input. */
	__u32 capacity;
	/** @count: Output: records written. */
	__u32 count;
};

/**
 * struct drm_ingot_cancel - stop jobs
 *
 * A queued job ends with -ECANCELED without having run; a running one is stopped at its next
 * command. Returns without waiting; a job that is over is no error.
 */
struct drm_ingot_cancel {
	/** @ctx: Input. */
	__u32 ctx;
	/** @pad: Must be zero. */
	__u32 pad;
	/** @job: Input: number of the job; 0: all jobs of the context. */
	__u64 job;
};

#define DRM_IOCTL_INGOT(access, id, type) \
	DRM_##access(DRM_COMMAND_BASE + DRM_INGOT_##id, struct drm_ingot_##type)

#define DRM_IOCTL_INGOT_QUERY DRM_IOCTL_INGOT(IOWR, QUERY, query)
#define DRM_IOCTL_INGOT_BO_CREATE DRM_IOCTL_INGOT(IOWR, BO_CREATE, bo_create)
#define DRM_IOCTL_INGOT_BO_INFO DRM_IOCTL_INGOT(IOWR, BO_INFO, bo_info)
#define DRM_IOCTL_INGOT_COPY DRM_IOCTL_INGOT(IOWR, COPY, copy)
#define DRM_IOCTL_INGOT_CTX_CREATE DRM_IOCTL_INGOT(IOWR, CTX_CREATE, ctx_create)
#define DRM_IOCTL_INGOT_CTX_DESTROY DRM_IOCTL_INGOT(IOW, CTX_DESTROY, ctx_destroy)
#define DRM_IOCTL_INGOT_CTX_BIND DRM_IOCTL_INGOT(IOW, CTX_BIND, ctx_bind)
#define DRM_IOCTL_INGOT_SUBMIT DRM_IOCTL_INGOT(IOWR, SUBMIT, submit)
#define DRM_IOCTL_INGOT_WAIT DRM_IOCTL_INGOT(IOWR, WAIT, wait)
#define DRM_IOCTL_INGOT_CANCEL DRM_IOCTL_INGOT(IOW, CANCEL, cancel)

/* ---- io_uring ---- */

/**
 * @INGOT_URING_SUBMIT: cmd_op of IORING_OP_URING_CMD: as DRM_INGOT_SUBMIT, and the command
 * completes when the job is over, with its status as the result. Rings with 64- or 128-byte
 * entries.
 *
 * Errors at submission are results too. A ring that is torn down cancels its commands; their jobs
 * are cancelled like those of DRM_INGOT_CANCEL.
 */
#define INGOT_URING_SUBMIT DRM_IOCTL_INGOT_SUBMIT

/** struct ingot_uring_cmd - what the 16 bytes of the entry's command hold */
struct ingot_uring_cmd {
	/**
	 * @submit: user address of &struct drm_ingot_submit, read (and @job written) at
	 * submission.
	 */
	__u64 submit;
	/** @size: bytes of that structure. */
	__u32 size;
	/** @flags: must be zero. */
	__u32 flags;
};

#if defined(__cplusplus)
}
#endif

#endif /* _UAPI_INGOT_ACCEL_H_ */
