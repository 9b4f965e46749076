/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Copies between device memory and the host, in chunks.
 *
 * A copy (ingot_copy_run.c) cuts itself into chunks. A chunk pins and maps its part of the host's
 * memory (ingot_copy_host.c), waits in line, goes into the ring as a row of descriptors and ends
 * with the completion of the last one (ingot_copy.c). Two chunks of a copy are under way at a
 * time, so that one is prepared while the device moves the other. Each waits in the same line,
 * first come first served, so files that copy at once take turns.
 */
#ifndef INGOT_COPY_H
#define INGOT_COPY_H

#include <linux/completion.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

#include "ingot_drv.h"

/* Most bytes of a chunk in pages of the host; two chunks of single pages fit the ring. */
#define INGOT_CHUNK_BYTES min_t(size_t, SZ_2M, (INGOT_SQ_ENTRIES / 2 - 1) * PAGE_SIZE)
/* Most bytes of a descriptor: the device shows progress after each. */
#define INGOT_SEGMENT_BYTES SZ_1M

/** enum ingot_host_kind - what kind of memory the host's side of a copy is */
enum ingot_host_kind {
	/** @INGOT_HOST_USER: memory of the caller. */
	INGOT_HOST_USER,
	/** @INGOT_HOST_PAGES: an array of pages that stay where they are. */
	INGOT_HOST_PAGES,
	/** @INGOT_HOST_MAPPED: a table that the device can use already: an imported object. */
	INGOT_HOST_MAPPED,
	/** @INGOT_HOST_ZERO: zeros, without end. */
	INGOT_HOST_ZERO,
};

/**
 * struct ingot_host - the host's side of a copy
 * @kind: enum ingot_host_kind
 * @start: user address, or bytes into @pages or @sgt
 * @pages: of INGOT_HOST_PAGES
 * @sgt: of INGOT_HOST_MAPPED
 */
struct ingot_host {
	enum ingot_host_kind kind;
	u64 start;
	struct page **pages;
	struct sg_table *sgt;
};

/** enum ingot_copy_signals - which signals end a copy early */
enum ingot_copy_signals {
	/** @INGOT_COPY_ANY_SIGNAL: any, when a chunk has been begun. */
	INGOT_COPY_ANY_SIGNAL,
	/** @INGOT_COPY_FATAL_SIGNAL: those that kill. */
	INGOT_COPY_FATAL_SIGNAL,
	/** @INGOT_COPY_NO_SIGNAL: none. */
	INGOT_COPY_NO_SIGNAL,
};

/**
 * struct ingot_copy - a copy
 * @idev: device
 * @to_device: host to device, else the other way
 * @signals: enum ingot_copy_signals
 * @address: of device memory, bytes
 * @bytes: how many
 * @host: the other side
 * @busy_ns: where the time that the device spends on it is added; may be NULL
 * @done: bytes copied from the start, without a gap
 * @status: why it went no further
 */
struct ingot_copy {
	struct ingot_device *idev;
	bool to_device;
	enum ingot_copy_signals signals;
	u64 address;
	u64 bytes;
	struct ingot_host host;
	atomic64_t *busy_ns;
	u64 done;
	int status;
};

/**
 * struct ingot_segment - bytes that follow one another for the device
 * @address: for the device
 * @bytes: how many, at most INGOT_SEGMENT_BYTES
 */
struct ingot_segment {
	dma_addr_t address;
	u32 bytes;
};

/**
 * struct ingot_chunk - a piece of a copy
 * @copy: whose
 * @link: in the line or in the ring; the engine's lock, as all down to @breaks
 * @done: when @status is final
 * @left: descriptors without a completion
 * @tag: of its descriptors
 * @status: 0 or a negative errno
 * @rung: when the device was told
 * @guilty: the device choked on it
 * @breaks: how often it was the oldest one when completions made no sense
 * @unit: device address, units
 * @bytes: length
 * @segments: where it lies in the host, @segment_count of them
 * @capacity: room in @segments and @pages
 * @pages: pages of it, @page_count of them
 * @pinned: they are pinned
 * @mapped: @sgt is mapped
 * @counted: it counts as one that may use the device's DMA
 * @sgt: @pages as the DMA API wants them
 */
struct ingot_chunk {
	struct ingot_copy *copy;
	struct list_head link;
	struct completion done;
	unsigned int left;
	u32 tag;
	int status;
	ktime_t rung;
	bool guilty;
	unsigned int breaks;

	u32 unit;
	u64 bytes;
	struct ingot_segment *segments;
	unsigned int segment_count;
	unsigned int capacity;
	struct page **pages;
	unsigned int page_count;
	bool pinned;
	bool mapped;
	bool counted;
	struct sg_table sgt;
};

/* ---- ingot_copy.c: the engine ---- */
int ingot_copy_hold(struct ingot_device *idev);
void ingot_copy_release(struct ingot_device *idev);
int ingot_copy_submit(struct ingot_chunk *chunk);
int ingot_copy_wait(struct ingot_chunk *chunk);
void ingot_copy_drain(struct ingot_device *idev);
dma_addr_t ingot_copy_zeros(struct ingot_device *idev, u32 *bytes);

/* ---- ingot_copy_host.c ---- */
struct ingot_chunk *ingot_chunk_create(struct ingot_copy *copy);
void ingot_chunk_destroy(struct ingot_chunk *chunk);
int ingot_chunk_map(struct ingot_chunk *chunk, u64 offset);
void ingot_chunk_unmap(struct ingot_chunk *chunk);

/* ---- ingot_copy_run.c ---- */
int ingot_copy_run(struct ingot_copy *copy);
int ingot_copy_clear(struct ingot_device *idev, u64 address, u64 bytes);
int ingot_copy_pages(struct ingot_device *idev, bool to_device, u64 address, u64 bytes,
		     struct page **pages);

#endif
