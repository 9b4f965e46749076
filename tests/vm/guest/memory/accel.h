/* SPDX-License-Identifier: MIT */
/*
 * The driver's ioctls, bare: each returns what the kernel says, 0 or a negative errno, and restarts
 * nothing. A program that wants a device and finds none ends here.
 */
#ifndef INGOT_MEMORY_ACCEL_H
#define INGOT_MEMORY_ACCEL_H

#include <stddef.h>
#include <stdint.h>

#include "uapi/drm/ingot_accel.h"

/** struct accel_names - where the device is found; absolute paths */
struct accel_names {
	char node[64];		/* /dev/accel/accelN */
	char pci[64];		/* folder of the PCI device in sysfs */
	char address[32];	/* its address: 0000:00:02.0 */
	char debugfs[64];	/* its folder in debugfs */
};

/** accel_find() - Return: 0 with the first device's @names; -ENODEV: there is none. */
int accel_find(struct accel_names *names);

/** accel_open() - Return: a new open file of the first device. */
int accel_open(void);

/** accel_ioctl() - Return: 0 or a negative errno. */
int accel_ioctl(int fd, unsigned long request, void *arg);

/** bo_create() - Return: a handle, or 0 with the negative errno in @error, which may be NULL. */
uint32_t bo_create(int fd, uint64_t size, uint32_t flags, int *error);

/** bo_close() - Return: 0 or a negative errno. */
int bo_close(int fd, uint32_t handle);

/** bo_info() - Return: 0 or a negative errno. */
int bo_info(int fd, uint32_t handle, struct drm_ingot_bo_info *info);

/** bo_map() - Return: the object's memory, or NULL with errno set. */
void *bo_map(int fd, uint32_t handle);

/** copy_user() - copies between a device object and @memory. Return: 0 or a negative errno. */
int copy_user(int fd, unsigned int dir, uint32_t handle, uint64_t offset, uint64_t length,
	      void *memory);

/** copy_bo() - copies between a device object and a host object. Return: 0 or a negative errno. */
int copy_bo(int fd, unsigned int dir, uint32_t handle, uint64_t offset, uint64_t length,
	    uint32_t host, uint64_t host_offset);

/** memory_used() - Return: bytes of device memory that are in use. */
uint64_t memory_used(int fd);

/** memory_info() - fills in @memory. Return: 0 or a negative errno. */
int memory_info(int fd, struct drm_ingot_memory *memory);

/** read_file() - Return: bytes of the file at @path, at most @size, in @buffer; or a negative errno. */
long read_file(const char *path, void *buffer, size_t size);

#endif
