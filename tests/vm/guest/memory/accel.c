// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "accel.h"
#include "tests/vm/guest/lib/report.h"

static int driver_is_ours(const char *accel)
{
	char path[128], link[256];
	long length;

	snprintf(path, sizeof(path), "/sys/class/accel/%s/device/driver", accel);
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return 0;
	link[length] = 0;
	return !strcmp(strrchr(link, '/') + 1, "ingot");
}

static int fill_names(struct accel_names *names, const char *accel)
{
	char path[128], link[256];
	long length;

	snprintf(path, sizeof(path), "/sys/class/accel/%s/device", accel);
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return -errno;
	link[length] = 0;
	snprintf(names->node, sizeof(names->node), "/dev/accel/%.32s", accel);
	snprintf(names->debugfs, sizeof(names->debugfs), "/sys/kernel/debug/accel/%.32s",
		 strrchr(link, '/') + 1);
	snprintf(names->address, sizeof(names->address), "%.31s", strrchr(link, '/') + 1);
	snprintf(names->pci, sizeof(names->pci), "/sys/bus/pci/devices/%.32s", names->address);
	return 0;
}

int accel_find(struct accel_names *names)
{
	DIR *dir = opendir("/sys/class/accel");
	struct dirent *entry;
	int ret = -ENODEV;

	if (!dir)
		return ret;
	while (ret && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "accel", 5) && driver_is_ours(entry->d_name))
			ret = fill_names(names, entry->d_name);
	closedir(dir);
	return ret;
}

int accel_open(void)
{
	struct accel_names names;
	int fd;

	if (accel_find(&names))
		bail_out("no device of the ingot driver in /sys/class/accel");
	fd = open(names.node, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		bail_out("%s: %s", names.node, strerror(errno));
	return fd;
}

int accel_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

uint32_t bo_create(int fd, uint64_t size, uint32_t flags, int *error)
{
	struct drm_ingot_bo_create args = { .size = size, .flags = flags };
	int ret = accel_ioctl(fd, DRM_IOCTL_INGOT_BO_CREATE, &args);

	if (error)
		*error = ret;
	return ret ? 0 : args.handle;
}

int bo_close(int fd, uint32_t handle)
{
	struct drm_gem_close args = { .handle = handle };

	return accel_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &args);
}

int bo_info(int fd, uint32_t handle, struct drm_ingot_bo_info *info)
{
	*info = (struct drm_ingot_bo_info){ .handle = handle };
	return accel_ioctl(fd, DRM_IOCTL_INGOT_BO_INFO, info);
}

void *bo_map(int fd, uint32_t handle)
{
	struct drm_ingot_bo_info info;
	void *memory;
	int ret = bo_info(fd, handle, &info);

	if (!ret && !info.mmap_offset)
		ret = -ENXIO;
	if (ret) {
		errno = -ret;
		return NULL;
	}
	memory = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, info.mmap_offset);
	return memory == MAP_FAILED ? NULL : memory;
}

int copy_user(int fd, unsigned int dir, uint32_t handle, uint64_t offset, uint64_t length,
	      void *memory)
{
	struct drm_ingot_copy args = {
		.handle = handle, .dir = dir, .offset = offset, .length = length,
		.ptr = (uintptr_t)memory,
	};

	return accel_ioctl(fd, DRM_IOCTL_INGOT_COPY, &args);
}

int copy_bo(int fd, unsigned int dir, uint32_t handle, uint64_t offset, uint64_t length,
	    uint32_t host, uint64_t host_offset)
{
	struct drm_ingot_copy args = {
		.handle = handle, .dir = dir, .offset = offset, .length = length,
		.host_handle = host, .host_offset = host_offset,
	};

	return accel_ioctl(fd, DRM_IOCTL_INGOT_COPY, &args);
}

int memory_info(int fd, struct drm_ingot_memory *memory)
{
	struct drm_ingot_query args = {
		.type = DRM_INGOT_QUERY_MEMORY, .size = sizeof(*memory), .ptr = (uintptr_t)memory,
	};

	return accel_ioctl(fd, DRM_IOCTL_INGOT_QUERY, &args);
}

uint64_t memory_used(int fd)
{
	struct drm_ingot_memory memory;

	return memory_info(fd, &memory) ? UINT64_MAX : memory.used;
}

long read_file(const char *path, void *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t got = 0;
	long piece = 0;

	if (fd < 0)
		return -errno;
	while (got < size && (piece = read(fd, (char *)buffer + got, size - got)) > 0)
		got += piece;
	if (piece < 0)
		piece = -errno;
	close(fd);
	return piece < 0 ? piece : (long)got;
}
