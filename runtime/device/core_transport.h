/* SPDX-License-Identifier: MIT */
/*
 * The in-process transport: a device core (functional model or Verilated RTL) driven through its
 * registers and rings, as a driver would.
 */
#ifndef INGOT_CORE_TRANSPORT_H
#define INGOT_CORE_TRANSPORT_H

#include <stdbool.h>

#include "hw/core.h"
#include "ingot/device.h"
#include "ingot/isa.h"
#include "ingot/tile.h"

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
 * struct ingot_device - an open device
 * @uri: as given
 * @blob: its device tree, @blob_bytes long
 * @config: read from @blob
 * @core: the core
 * @library: handle of the shared object that holds @core, or NULL
 * @rings: rings, shared with the core
 * @stage: staging buffer of copies, shared with the core
 * @tail: free-running producer index of each submission ring
 * @head: free-running consumer index of each completion ring
 * @owed: descriptors of each queue that are not over
 * @contexts_used: bit c: context c is taken
 * @buffers: sorted by base
 * @abort_request: set by ingot_abort()
 */
struct ingot_device {
	char *uri;
	void *blob;
	size_t blob_bytes;
	struct ingot_config config;
	struct ing_core *core;
	void *library;
	struct ring_page *rings;
	uint8_t *stage;
	uint16_t tail[ING_QUEUES], head[ING_QUEUES];
	unsigned int owed[ING_QUEUES];
	uint32_t contexts_used;
	struct ingot_buffer *buffers;
	volatile int abort_request;
};

/**
 * struct ingot_buffer - a range of device memory
 * @dev: its device
 * @base: first byte
 * @bytes: size
 * @next: the buffer behind it
 */
struct ingot_buffer {
	struct ingot_device *dev;
	uint64_t base, bytes;
	struct ingot_buffer *next;
};

/**
 * struct ingot_context - a context of the device
 * @dev: its device
 * @index: its number in the slot table
 */
struct ingot_context {
	struct ingot_device *dev;
	unsigned int index;
};

/**
 * ingot_core_open() - make the core that a URI names, and find its device tree
 * @dev: with @uri set; core, library, blob and config are filled in
 * @options: not NULL
 * @host: callbacks of the core
 * @err: filled on failure
 *
 * Return: 0 or negative errno; whatever was filled in is the caller's to free.
 */
int ingot_core_open(struct ingot_device *dev, const struct ingot_open_options *options,
		    const struct ing_host *host, struct ingot_error *err);

/** mmio_read() - read a register of the device */
static inline uint32_t mmio_read(struct ingot_device *dev, uint32_t offset)
{
	return dev->core->ops->mmio_read(dev->core, offset);
}

/** mmio_write() - write a register of the device */
static inline void mmio_write(struct ingot_device *dev, uint32_t offset, uint32_t value)
{
	dev->core->ops->mmio_write(dev->core, offset, value);
}

/** queue_reg() - offset of a register of queue @q */
static inline uint32_t queue_reg(unsigned int q, uint32_t reg)
{
	return ING_REG_QUEUE + q * ING_QUEUE_STRIDE + reg;
}

/**
 * ingot_ring_submit() - put a descriptor into a ring and ring the doorbell
 * @dev: the device
 * @q: queue
 * @desc: 16 words
 *
 * Return: 0, or -EBUSY if the ring is full.
 */
int ingot_ring_submit(struct ingot_device *dev, unsigned int q, const uint32_t desc[16]);

/**
 * ingot_ring_poll() - take the next completion, if there is one
 * @dev: the device
 * @q: queue
 * @comp: 8 words, filled
 *
 * Return: whether there was one.
 */
bool ingot_ring_poll(struct ingot_device *dev, unsigned int q, uint32_t comp[8]);

/**
 * ingot_ring_wait() - step the device until a completion comes
 * @dev: the device
 * @q: queue
 * @comp: 8 words, filled
 * @err: filled on failure
 *
 * Return: 0, or -EIO if the device is idle and nothing came.
 */
int ingot_ring_wait(struct ingot_device *dev, unsigned int q, uint32_t comp[8],
		    struct ingot_error *err);

#endif
