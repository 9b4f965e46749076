// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The host's side of a chunk: its pages are pinned and mapped, and become segments for the device.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "ingot_copy.h"

/* Segments of a mapped table can be shorter than pages, those of zeros are longer. */
#define MIN_CAPACITY 16

static enum dma_data_direction direction(const struct ingot_copy *copy)
{
	return copy->to_device ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
}

/* ---- segments ---- */

/* Adds bytes that follow one another, in pieces of a descriptor; returns how many were taken. */
static u64 add_run(struct ingot_chunk *chunk, dma_addr_t address, u64 bytes)
{
	u64 taken = 0;

	while (taken < bytes && chunk->segment_count < chunk->capacity) {
		u32 piece = min_t(u64, bytes - taken, INGOT_SEGMENT_BYTES);

		chunk->segments[chunk->segment_count++] =
			(struct ingot_segment){ address + taken, piece };
		taken += piece;
	}
	chunk->bytes += taken;
	return taken;
}

/* Adds what the table holds from @skip on, until the chunk is full or has @bytes. */
static int add_table(struct ingot_chunk *chunk, struct sg_table *sgt, u64 skip, u64 bytes)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		u64 length = sg_dma_len(sg);
		dma_addr_t address = sg_dma_address(sg);
		u64 piece;

		if (skip >= length) {
			skip -= length;
			continue;
		}
		piece = min(length - skip, bytes - chunk->bytes);
		/* an imported table may be cut anywhere; the device moves units */
		if ((address + skip) % INGOT_UNIT || piece % INGOT_UNIT)
			return -EINVAL;
		if (add_run(chunk, address + skip, piece) < piece)
			break;
		skip = 0;
		if (chunk->bytes == bytes)
			break;
	}
	return chunk->bytes ? 0 : -EINVAL;
}

static int add_zeros(struct ingot_chunk *chunk, u64 bytes)
{
	u32 block;
	dma_addr_t zeros = ingot_copy_zeros(chunk->copy->idev, &block);

	while (chunk->bytes < bytes) {
		u64 piece = min_t(u64, bytes - chunk->bytes, block);

		if (add_run(chunk, zeros, piece) < piece)
			break;
	}
	return 0;
}

/* ---- pages ---- */

/*
 * Pins the caller's pages, or as many as can be had: what lies before memory that cannot be
 * accessed is copied.
 */
static int pin_user(struct ingot_chunk *chunk, u64 start, unsigned int count)
{
	unsigned int flags = chunk->copy->to_device ? 0 : FOLL_WRITE;
	int pinned = pin_user_pages_fast(start & PAGE_MASK, count, flags, chunk->pages);

	if (pinned <= 0)
		return pinned == -ENOMEM || pinned == -EINTR ? pinned : -EFAULT;
	chunk->page_count = pinned;
	chunk->pinned = true;
	return 0;
}

static void take_pages(struct ingot_chunk *chunk, u64 start, unsigned int count)
{
	memcpy(chunk->pages, chunk->copy->host.pages + (start >> PAGE_SHIFT),
	       count * sizeof(*chunk->pages));
	chunk->page_count = count;
}

static void put_pages(struct ingot_chunk *chunk)
{
	if (chunk->pinned)
		unpin_user_pages_dirty_lock(chunk->pages, chunk->page_count,
					    !chunk->copy->to_device);
	chunk->pinned = false;
	chunk->page_count = 0;
}

static int map_pages(struct ingot_chunk *chunk, unsigned int offset, u64 bytes)
{
	struct device *dev = &chunk->copy->idev->pdev->dev;
	int ret;

	bytes = min_t(u64, bytes, (u64)chunk->page_count * PAGE_SIZE - offset);
	ret = sg_alloc_table_from_pages_segment(&chunk->sgt, chunk->pages, chunk->page_count,
						offset, bytes, INGOT_SEGMENT_BYTES, GFP_KERNEL);
	if (ret)
		return ret;
	ret = dma_map_sgtable(dev, &chunk->sgt, direction(chunk->copy), 0);
	if (ret) {
		sg_free_table(&chunk->sgt);
		return ret == -EREMOTEIO ? -EIO : -ENOMEM;
	}
	chunk->mapped = true;
	return add_table(chunk, &chunk->sgt, 0, bytes);
}

static int map_from_pages(struct ingot_chunk *chunk, u64 start, u64 bytes)
{
	unsigned int offset = offset_in_page(start);
	unsigned int count;
	int ret = 0;

	bytes = min_t(u64, bytes, INGOT_CHUNK_BYTES - offset);
	count = DIV_ROUND_UP(offset + bytes, PAGE_SIZE);
	if (chunk->copy->host.kind == INGOT_HOST_USER)
		ret = pin_user(chunk, start, count);
	else
		take_pages(chunk, start, count);
	if (ret)
		return ret;
	/* user memory may make us wait for ever, so only from here on remove() waits for us */
	ret = ingot_copy_hold(chunk->copy->idev);
	if (ret)
		return ret;
	chunk->counted = true;
	return map_pages(chunk, offset, bytes);
}

static int map_ready(struct ingot_chunk *chunk, u64 start, u64 bytes)
{
	const struct ingot_host *host = &chunk->copy->host;
	int ret = ingot_copy_hold(chunk->copy->idev);

	if (ret)
		return ret;
	chunk->counted = true;
	if (host->kind == INGOT_HOST_ZERO)
		return add_zeros(chunk, bytes);
	/* remove() takes the mapping away, but not while we hold it */
	return host->sgt ? add_table(chunk, host->sgt, start, bytes) : -ENODEV;
}

/**
 * ingot_chunk_map() - make a chunk of what follows
 * @chunk: unmapped
 * @offset: bytes into the copy
 *
 * Return: 0, with a chunk of at least a unit that ingot_chunk_unmap() undoes, or a negative errno.
 */
int ingot_chunk_map(struct ingot_chunk *chunk, u64 offset)
{
	struct ingot_copy *copy = chunk->copy;
	u64 start = copy->host.start + offset;
	u64 bytes = copy->bytes - offset;
	int ret;

	chunk->unit = (copy->address + offset) / INGOT_UNIT;
	chunk->bytes = 0;
	chunk->segment_count = 0;
	if (copy->host.kind == INGOT_HOST_USER || copy->host.kind == INGOT_HOST_PAGES)
		ret = map_from_pages(chunk, start, bytes);
	else
		ret = map_ready(chunk, start, bytes);
	if (ret)
		ingot_chunk_unmap(chunk);
	return ret;
}

/**
 * ingot_chunk_unmap() - give the memory of a chunk back
 * @chunk: not with the device
 */
void ingot_chunk_unmap(struct ingot_chunk *chunk)
{
	struct ingot_device *idev = chunk->copy->idev;

	if (chunk->mapped) {
		dma_unmap_sgtable(&idev->pdev->dev, &chunk->sgt, direction(chunk->copy), 0);
		sg_free_table(&chunk->sgt);
	}
	chunk->mapped = false;
	if (chunk->counted)
		ingot_copy_release(idev);
	chunk->counted = false;
	put_pages(chunk);
}

/**
 * ingot_chunk_create() - room for a chunk
 * @copy: the copy it is for
 *
 * Return: the chunk, unmapped, or NULL.
 */
struct ingot_chunk *ingot_chunk_create(struct ingot_copy *copy)
{
	u64 most = min_t(u64, copy->bytes, INGOT_CHUNK_BYTES);
	/* a page more, for chunks that begin within one */
	size_t capacity = max_t(size_t, most / PAGE_SIZE + 2, MIN_CAPACITY);
	size_t segments_bytes = capacity * sizeof(struct ingot_segment);
	struct ingot_chunk *chunk;

	chunk = kvzalloc(sizeof(*chunk) + segments_bytes + capacity * sizeof(struct page *),
			 GFP_KERNEL);
	if (!chunk)
		return NULL;
	chunk->copy = copy;
	chunk->capacity = min_t(size_t, capacity, INGOT_SQ_ENTRIES / 2);
	chunk->segments = (void *)(chunk + 1);
	chunk->pages = (void *)chunk->segments + segments_bytes;
	INIT_LIST_HEAD(&chunk->link);
	init_completion(&chunk->done);
	return chunk;
}

/**
 * ingot_chunk_destroy() - free a chunk
 * @chunk: unmapped, or NULL
 */
void ingot_chunk_destroy(struct ingot_chunk *chunk)
{
	kvfree(chunk);
}
