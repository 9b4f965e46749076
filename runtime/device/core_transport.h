/* SPDX-License-Identifier: MIT */
/*
 * The in-process transport: a device core (functional model or Verilated RTL) driven through its
 * registers and rings, as a driver would.
 */
#ifndef INGOT_CORE_TRANSPORT_H
#define INGOT_CORE_TRANSPORT_H

#include "core_load.h"
#include "transport.h"

/* Entries of each submission ring, and of each completion ring. */
#define RING_ENTRIES 256
/* Bytes of the staging buffer of copies. */
#define STAGE_BYTES (4u << 20)

/**
 * struct ring_page - what the device and the host share in host memory
 * @sq: submission rings
 * @cq: completion rings
 * @cq_head: completions read so far, one line a queue
 */
struct ring_page {
	uint32_t sq[ING_QUEUES][RING_ENTRIES][ING_DESC_BYTES / 4];
	uint32_t cq[ING_QUEUES][RING_ENTRIES][ING_COMP_BYTES / 4];
	uint32_t cq_head[ING_QUEUES][16];
};

/**
 * struct core_device - an open device
 * @base: what all transports share
 * @handle: the core
 * @rings: rings, shared with the core
 * @stage: staging buffer of copies, shared with the core
 * @tail: free-running producer index of each submission ring
 * @head: free-running consumer index of each completion ring
 * @owed: descriptors of each queue that are not over
 * @contexts_used: bit c: context c is taken
 * @buffers: sorted by base
 * @doorbells: rung for jobs
 * @interrupts: raised by the core for jobs
 * @abort_request: set by ingot_abort()
 */
struct core_device {
	struct ingot_device base;
	struct ingot_core_handle handle;
	struct ring_page *rings;
	uint8_t *stage;
	uint16_t tail[ING_QUEUES], head[ING_QUEUES];
	unsigned int owed[ING_QUEUES];
	uint32_t contexts_used;
	struct core_buffer *buffers;
	uint64_t doorbells, interrupts;
	volatile int abort_request;
};

/**
 * struct core_buffer - a range of device memory
 * @base: what all transports share
 * @first: its first byte in device memory
 * @next: the buffer behind it
 */
struct core_buffer {
	struct ingot_buffer base;
	uint64_t first;
	struct core_buffer *next;
};

/**
 * struct core_context - a context of the device
 * @base: what all transports share
 * @index: its number in the slot table
 */
struct core_context {
	struct ingot_context base;
	unsigned int index;
};

/** to_core() - the in-process device behind a device of this transport */
static inline struct core_device *to_core(const struct ingot_device *dev)
{
	return (struct core_device *)dev;
}

/**
 * typedef core_loader - makes the core of a device
 * @priv: as given to ingot_core_device_make()
 * @uri: name of the device
 * @host: callbacks of the core
 * @handle: filled in
 * @err: filled in on failure
 *
 * Return: 0, or negative errno with nothing left to free.
 */
typedef int (*core_loader)(void *priv, const char *uri, const struct ing_host *host,
			   struct ingot_core_handle *handle, struct ingot_error *err);

/**
 * ingot_core_device_make() - a device around a core
 * @uri: its name
 * @load: makes the core
 * @priv: handed to @load
 * @err: filled in on failure
 *
 * Return: the device, or NULL.
 */
struct ingot_device *ingot_core_device_make(const char *uri, core_loader load, void *priv,
					    struct ingot_error *err);

/* Parts of the transport's operations: see struct transport_ops. */
struct ingot_buffer *core_buffer_create(struct ingot_device *dev, uint64_t bytes, bool program,
					struct ingot_error *err);
void core_buffer_destroy(struct ingot_buffer *buf);
int core_copy(struct ingot_buffer *buf, bool to_device, uint64_t offset, void *host, size_t bytes,
	      struct ingot_error *err);
struct ingot_context *core_context_create(struct ingot_device *dev, struct ingot_error *err);
void core_context_destroy(struct ingot_context *ctx);
int core_bind(struct ingot_context *ctx, unsigned int slot, struct ingot_buffer *buf,
	      unsigned int perm, struct ingot_error *err);
int core_submit(struct ingot_context *ctx, const struct ingot_job *jobs, unsigned int count,
		struct ingot_error *err);
int core_next(struct ingot_device *dev, struct ingot_completion *completions,
	      unsigned int capacity, unsigned int least, struct ingot_error *err);

/** mmio_read() - read a register of the device */
static inline uint32_t mmio_read(struct core_device *dev, uint32_t offset)
{
	return dev->handle.core->ops->mmio_read(dev->handle.core, offset);
}

/** mmio_write() - write a register of the device */
static inline void mmio_write(struct core_device *dev, uint32_t offset, uint32_t value)
{
	dev->handle.core->ops->mmio_write(dev->handle.core, offset, value);
}

/** queue_reg() - offset of a register of queue @q */
static inline uint32_t queue_reg(unsigned int q, uint32_t reg)
{
	return ING_REG_QUEUE + q * ING_QUEUE_STRIDE + reg;
}

/**
 * ingot_ring_put() - put a descriptor into a ring
 * @dev: the device
 * @q: queue
 * @desc: 16 words
 *
 * Return: 0, or -EBUSY if the ring is full.
 */
int ingot_ring_put(struct core_device *dev, unsigned int q, const uint32_t desc[16]);

/**
 * ingot_ring_bell() - tell the device of the descriptors that were put into a ring
 * @dev: the device
 * @q: queue
 */
void ingot_ring_bell(struct core_device *dev, unsigned int q);

/**
 * ingot_ring_poll() - take the next completion, if there is one
 * @dev: the device
 * @q: queue
 * @comp: 8 words, filled
 *
 * Return: whether there was one.
 */
bool ingot_ring_poll(struct core_device *dev, unsigned int q, uint32_t comp[8]);

/**
 * ingot_ring_wait() - step the device until a completion comes
 * @dev: the device
 * @q: queue
 * @comp: 8 words, filled
 * @err: filled on failure
 *
 * Return: 0, or -EIO if the device is idle and nothing came.
 */
int ingot_ring_wait(struct core_device *dev, unsigned int q, uint32_t comp[8],
		    struct ingot_error *err);

#endif
