/* SPDX-License-Identifier: MIT */
/*
 * What the device sees of the client's memory: ranges of DMA addresses, each a piece of a file.
 *
 * An address is translated anew at every access, so nothing outlives its map. A file is mapped
 * once, however many ranges lie in it: behind an IOMMU every page of memory is a range of its own.
 */
#ifndef INGOT_VFIO_USER_DMA_H
#define INGOT_VFIO_USER_DMA_H

#include <stdbool.h>
#include <stddef.h>

#include "ingot/error.h"
#include "proto.h"

/**
 * struct vu_file - a mapped file of the client
 * @next: another one
 * @device: of the file system it is on
 * @inode: in that file system
 * @base: its first byte
 * @bytes: mapped, so not past its end when it was mapped
 * @writable: may be written
 * @ranges: that lie in it; unmapped when there is none
 */
struct vu_file {
	struct vu_file *next;
	uint64_t device, inode;
	uint8_t *base;
	uint64_t bytes;
	bool writable;
	unsigned int ranges;
};

/**
 * struct vu_range - a range of DMA addresses
 * @address: its first
 * @size: bytes
 * @file: where it lies; NULL: the client announced it without a file, so it cannot be reached
 * @offset: in @file
 * @readable: by the device; @writable: by the device
 */
struct vu_range {
	uint64_t address, size;
	struct vu_file *file;
	uint64_t offset;
	bool readable, writable;
};

/**
 * struct vu_dma - all ranges; all zero is none
 * @ranges: sorted by address, none overlaps another
 * @count: of @ranges
 * @room: allocated
 * @last: the one that was used last, most often the next one too
 * @files: they lie in
 * @maps: taken in so far; @unmaps: requests to unmap so far
 */
struct vu_dma {
	struct vu_range *ranges;
	size_t count, room, last;
	struct vu_file *files;
	uint64_t maps, unmaps;
};

/**
 * vu_dma_map() - add a range
 * @dma: the ranges
 * @map: from the client, unchecked
 * @fd: file of the range, or -1; stays the caller's
 * @err: filled on failure
 *
 * Return: 0; -EEXIST: it overlaps another one; -ENOSPC: too many; or another negative errno.
 */
int vu_dma_map(struct vu_dma *dma, const struct vu_dma_map *map, int fd, struct ingot_error *err);

/**
 * vu_dma_unmap() - take a range of addresses away, whatever was mapped there
 * @dma: the ranges
 * @unmap: from the client, unchecked
 * @err: filled on failure
 *
 * The range may cover many maps, parts of maps, or none.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int vu_dma_unmap(struct vu_dma *dma, const struct vu_dma_unmap *unmap, struct ingot_error *err);

/** vu_dma_clear() - take everything away, and free it */
void vu_dma_clear(struct vu_dma *dma);

/**
 * vu_dma_read() - copy from the client's memory
 * @dma: the ranges
 * @address: DMA address
 * @buf: where to
 * @len: bytes
 *
 * Return: 0; -EFAULT: not all of it is mapped, may be read, or exists; -ENXIO: it was announced
 * without a file.
 */
int vu_dma_read(struct vu_dma *dma, uint64_t address, void *buf, size_t len);

/**
 * vu_dma_write() - copy to the client's memory
 * @dma: the ranges
 * @address: DMA address
 * @buf: where from
 * @len: bytes
 *
 * The last 32-bit word becomes visible after all others: a completion is whole when its phase is
 * seen.
 *
 * Return: as vu_dma_read().
 */
int vu_dma_write(struct vu_dma *dma, uint64_t address, const void *buf, size_t len);

#endif
