/* SPDX-License-Identifier: MIT */
/*
 * Messages of the vfio-user protocol, as QEMU's docs/interop/vfio-user.rst describes them.
 *
 * All numbers are in the byte order of the host. Where a message carries a structure of the
 * kernel's VFIO interface, linux/vfio.h has it.
 */
#ifndef INGOT_VFIO_USER_PROTO_H
#define INGOT_VFIO_USER_PROTO_H

#include <stdint.h>

#define VU_VERSION_MAJOR 0
#define VU_VERSION_MINOR 1

/* Most bytes that a region access may carry, and most file descriptors of a message. */
#define VU_MAX_TRANSFER 1048576u
#define VU_MAX_FDS 16
/* Most DMA maps at a time. */
#define VU_MAX_MAPS 65535u
/* Bytes of the largest message that is taken: a write of VU_MAX_TRANSFER, or what surrounds it. */
#define VU_MAX_MESSAGE (VU_MAX_TRANSFER + 4096u)

enum vu_command {
	VU_VERSION = 1,
	VU_DMA_MAP = 2,
	VU_DMA_UNMAP = 3,
	VU_DEVICE_GET_INFO = 4,
	VU_DEVICE_GET_REGION_INFO = 5,
	VU_DEVICE_GET_REGION_IO_FDS = 6,
	VU_DEVICE_GET_IRQ_INFO = 7,
	VU_DEVICE_SET_IRQS = 8,
	VU_REGION_READ = 9,
	VU_REGION_WRITE = 10,
	VU_DMA_READ = 11,
	VU_DMA_WRITE = 12,
	VU_DEVICE_RESET = 13,
	VU_REGION_WRITE_MULTI = 15,
};

/* Bits of vu_header.flags. */
#define VU_TYPE_MASK 0xfu
#define VU_TYPE_COMMAND 0x0u
#define VU_TYPE_REPLY 0x1u
#define VU_NO_REPLY 0x10u
#define VU_ERROR 0x20u

/**
 * struct vu_header - what every message begins with
 * @id: chosen by the sender of a command, and returned in its reply
 * @command: VU_*
 * @size: bytes of the whole message
 * @flags: VU_TYPE_*, VU_NO_REPLY, VU_ERROR
 * @error: errno of a reply with VU_ERROR
 */
struct vu_header {
	uint16_t id, command;
	uint32_t size, flags, error;
};

/** struct vu_version - VU_VERSION, both ways; a JSON text with its final NUL may follow */
struct vu_version {
	uint16_t major, minor;
};

/**
 * struct vu_dma_map - VU_DMA_MAP
 * @argsz: bytes of this structure
 * @flags: VFIO_DMA_MAP_FLAG_READ, VFIO_DMA_MAP_FLAG_WRITE
 * @offset: of the range in the file whose descriptor comes along
 * @address: where the device sees it
 * @size: bytes
 */
struct vu_dma_map {
	uint32_t argsz, flags;
	uint64_t offset, address, size;
};

/**
 * struct vu_dma_unmap - VU_DMA_UNMAP, both ways
 * @argsz: bytes of this structure
 * @flags: VFIO_DMA_UNMAP_FLAG_ALL
 * @address: start of the range
 * @size: bytes
 */
struct vu_dma_unmap {
	uint32_t argsz, flags;
	uint64_t address, size;
};

/**
 * struct vu_region_access - VU_REGION_READ, VU_REGION_WRITE; data follows where there is some
 * @offset: in the region
 * @region: its number
 * @count: bytes
 */
struct vu_region_access {
	uint64_t offset;
	uint32_t region, count;
};

/** struct vu_small_write - one write of VU_REGION_WRITE_MULTI */
struct vu_small_write {
	struct vu_region_access at;
	uint8_t data[8];
};

#endif
