/* SPDX-License-Identifier: MIT */
/*
 * A transport: how the calls of ingot/device.h reach a device. There are two, one for devices
 * within the process (core_transport.h) and one for the kernel's driver (drm_transport.h).
 * Arguments have been checked when they arrive here.
 */
#ifndef INGOT_TRANSPORT_H
#define INGOT_TRANSPORT_H

#include <stdbool.h>

#include "ingot/device.h"
#include "ingot/isa.h"
#include "ingot/trace.h"
#include "ingot/tile.h"

/* Granularity of device memory, bytes. */
#define PAGE_BYTES 4096

/**
 * struct ingot_device - what every transport's device begins with
 * @ops: the transport
 * @uri: the name for people and for messages
 * @blob: its device tree, @blob_bytes long
 * @config: read from @blob
 */
struct ingot_device {
	const struct transport_ops *ops;
	char *uri;
	void *blob;
	size_t blob_bytes;
	struct ingot_config config;
};

/**
 * struct ingot_buffer - what every transport's buffer begins with
 * @dev: its device
 * @bytes: size
 */
struct ingot_buffer {
	struct ingot_device *dev;
	uint64_t bytes;
};

/**
 * struct ingot_context - what every transport's context begins with
 * @dev: its device
 */
struct ingot_context {
	struct ingot_device *dev;
};

/**
 * struct transport_ops - a transport
 * @close: frees the device and all that it holds
 * @stats: as ingot_device_stats()
 * @traffic: as ingot_device_traffic()
 * @counters: as ingot_device_counters()
 * @trace: as ingot_device_trace(), without the message; may be NULL
 * @watch: as ingot_device_watch(), without the message; may be NULL
 * @buffer_create: @bytes is a multiple of PAGE_BYTES; @program: it will hold programs
 * @buffer_destroy: gives a buffer back
 * @copy: moves @bytes between @offset of a buffer and host memory, all within the buffer and
 *	multiples of ING_UNIT_BYTES; @host has any alignment
 * @host_alloc: as ingot_host_alloc()
 * @host_free: as ingot_host_free()
 * @context_create: a context with empty slots
 * @context_destroy: gives a context back
 * @bind: as ingot_context_bind()
 * @submit: queues up to @count jobs; returns how many (at least 1), or a negative errno
 * @next: as ingot_next_batch()
 * @abort: as ingot_abort()
 */
struct transport_ops {
	void (*close)(struct ingot_device *dev);
	void (*stats)(const struct ingot_device *dev, struct ingot_device_stats *stats);
	void (*traffic)(struct ingot_device *dev, struct ingot_device_traffic *traffic);
	void (*counters)(struct ingot_device *dev, uint64_t counters[ING_COUNTERS]);
	int (*trace)(struct ingot_device *dev, const char *path);
	int (*watch)(struct ingot_device *dev, const struct ingot_trace_sink *sink);
	struct ingot_buffer *(*buffer_create)(struct ingot_device *dev, uint64_t bytes,
					      bool program, struct ingot_error *err);
	void (*buffer_destroy)(struct ingot_buffer *buf);
	int (*copy)(struct ingot_buffer *buf, bool to_device, uint64_t offset, void *host,
		    size_t bytes, struct ingot_error *err);
	void *(*host_alloc)(struct ingot_device *dev, size_t bytes, struct ingot_error *err);
	void (*host_free)(struct ingot_device *dev, void *p);
	struct ingot_context *(*context_create)(struct ingot_device *dev, struct ingot_error *err);
	void (*context_destroy)(struct ingot_context *ctx);
	int (*bind)(struct ingot_context *ctx, unsigned int slot, struct ingot_buffer *buf,
		    unsigned int perm, struct ingot_error *err);
	int (*submit)(struct ingot_context *ctx, const struct ingot_job *jobs, unsigned int count,
		      struct ingot_error *err);
	int (*next)(struct ingot_device *dev, struct ingot_completion *completions,
		    unsigned int capacity, unsigned int least, struct ingot_error *err);
	void (*abort)(struct ingot_device *dev);
};

/**
 * ingot_core_device_open() - open a device within the process
 * @uri: "func:CONFIG" or "rtl:CONFIG"
 * @options: not NULL
 * @err: filled in on failure
 *
 * Return: the device, or NULL.
 */
struct ingot_device *ingot_core_device_open(const char *uri,
					   const struct ingot_open_options *options,
					   struct ingot_error *err);

/**
 * ingot_drm_device_open() - open a device of the kernel's driver
 * @path: its node, for example "/dev/accel/accel0"
 * @options: not NULL
 * @err: filled in on failure
 *
 * Return: the device, or NULL.
 */
struct ingot_device *ingot_drm_device_open(const char *path,
					   const struct ingot_open_options *options,
					   struct ingot_error *err);

/**
 * ingot_reference_open() - the functional model of a device's configuration, for comparisons
 * @dev: the device
 * @err: filled in on failure
 *
 * It computes with the portable code alone, in one thread.
 *
 * Return: a device named "reference", or NULL.
 */
struct ingot_device *ingot_reference_open(const struct ingot_device *dev, struct ingot_error *err);

#endif
