/* SPDX-License-Identifier: MIT */
/*
 * The transport of boards: the kernel's driver, reached through its accel node. What the calls
 * mean is told in uapi/drm/ingot_accel.h.
 */
#ifndef INGOT_DRM_TRANSPORT_H
#define INGOT_DRM_TRANSPORT_H

#include "transport.h"
#include "uapi/drm/ingot_accel.h"

/* Contexts of an open device, at most. */
#define DRM_CONTEXTS 32
/* Records taken from the kernel in one call. */
#define DRM_RECORDS 256

struct drm_uring;

/**
 * struct drm_device - an open node
 * @base: what all transports share
 * @fd: the node
 * @info: what the driver says of the device
 * @hosts: memory of ingot_host_alloc()
 * @bounce: the same, for copies from and to memory that is not aligned; NULL until it is needed
 * @last_serial: of the last buffer
 * @contexts: NULL where there is none
 * @ids: identifiers of @contexts, 0 where there is none; read by signal handlers
 * @records: taken from the kernel
 * @record_next: first of @records that the user has not got
 * @record_end: one past the last
 * @uring: the ring that jobs go through, or NULL: ioctl
 * @uring_forced: do not fall back to ioctl
 * @held: an error that comes after completions already given; code 0: none
 * @system_calls: made for jobs
 */
struct drm_device {
	struct ingot_device base;
	int fd;
	struct drm_ingot_info info;
	struct drm_host *hosts;
	void *bounce;
	uint64_t last_serial;
	struct drm_context *contexts[DRM_CONTEXTS];
	volatile uint32_t ids[DRM_CONTEXTS];
	struct drm_ingot_record records[DRM_RECORDS];
	unsigned int record_next, record_end;
	struct drm_uring *uring;
	bool uring_forced;
	struct ingot_error held;
	uint64_t system_calls;
};

/**
 * struct drm_buffer - a device object
 * @base: what all transports share
 * @handle: its handle
 * @program: it holds programs
 * @serial: unlike handles, never used again
 */
struct drm_buffer {
	struct ingot_buffer base;
	uint32_t handle;
	bool program;
	uint64_t serial;
};

/**
 * struct drm_context - a context
 * @base: what all transports share
 * @id: its identifier
 * @owed: jobs that have yet to give the record of their end
 * @bound: for each slot the serial number of its buffer, 0 if it is empty
 * @perm: for each slot its permissions
 */
struct drm_context {
	struct ingot_context base;
	uint32_t id;
	unsigned int owed;
	uint64_t bound[ING_SLOTS];
	unsigned int perm[ING_SLOTS];
};

/** to_drm() - the node behind a device of this transport */
static inline struct drm_device *to_drm(const struct ingot_device *dev)
{
	return (struct drm_device *)dev;
}

/** drm_call() - an ioctl; 0 or negative errno; restarted if a signal interrupts it */
int drm_call(const struct drm_device *dev, unsigned long request, void *arg);

/**
 * drm_error() - an error of the driver in words
 * @dev: the device
 * @code: negative errno
 * @what: what failed, for example "a copy to the device"
 * @err: filled in
 *
 * Return: @code.
 */
int drm_error(const struct drm_device *dev, int code, const char *what, struct ingot_error *err);

/* Parts of the transport's operations: see struct transport_ops. */
struct ingot_buffer *drm_buffer_create(struct ingot_device *dev, uint64_t bytes, bool program,
				       struct ingot_error *err);
void drm_buffer_destroy(struct ingot_buffer *buf);
int drm_copy(struct ingot_buffer *buf, bool to_device, uint64_t offset, void *host, size_t bytes,
	     struct ingot_error *err);
void *drm_host_alloc(struct ingot_device *dev, size_t bytes, struct ingot_error *err);
void drm_host_free(struct ingot_device *dev, void *p);
struct ingot_context *drm_context_create(struct ingot_device *dev, struct ingot_error *err);
void drm_context_destroy(struct ingot_context *ctx);
int drm_bind(struct ingot_context *ctx, unsigned int slot, struct ingot_buffer *buf,
	     unsigned int perm, struct ingot_error *err);
int drm_submit(struct ingot_context *ctx, const struct ingot_job *jobs, unsigned int count,
	       struct ingot_error *err);
int drm_next(struct ingot_device *dev, struct ingot_completion *completions, unsigned int capacity,
	     unsigned int least, struct ingot_error *err);
void drm_abort(struct ingot_device *dev);
void drm_traffic(struct ingot_device *dev, struct ingot_device_traffic *traffic);

/**
 * drm_unbind_buffer() - empty every slot that shows a buffer
 * @dev: the device
 * @buf: about to be destroyed
 *
 * A context keeps what its slots show: the memory would not be free.
 */
void drm_unbind_buffer(struct drm_device *dev, const struct drm_buffer *buf);

/**
 * drm_fill_submit() - a job as the driver wants it
 * @s: filled in
 * @ctx: its context
 * @job: the job
 * @record: it shall leave a record of its end, and of its events
 */
void drm_fill_submit(struct drm_ingot_submit *s, const struct drm_context *ctx,
		     const struct ingot_job *job, bool record);

/**
 * drm_job_ended() - how a job ended
 * @dev: the device
 * @status: of the driver
 * @c: fault is filled in
 * @err: filled in if it ended by no fault of its program
 *
 * Return: 0 or negative errno.
 */
int drm_job_ended(const struct drm_device *dev, int status, struct ingot_completion *c,
		  struct ingot_error *err);

#endif
