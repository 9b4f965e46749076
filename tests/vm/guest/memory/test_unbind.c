// SPDX-License-Identifier: MIT
/* The driver is unbound under those who map, copy and hold things; and bound again. Needs root. */
#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "accel.h"
#include "load.h"
#include "tests/vm/guest/lib/report.h"

#define MIB (1u << 20)
#define DRIVER "/sys/bus/pci/drivers/ingot"

/* A dma-buf of another driver; -1: this kernel has none. */
static int foreign_buffer(size_t bytes)
{
	int device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), buffer = -1;
	int file = memfd_create("foreign", MFD_ALLOW_SEALING);
	struct udmabuf_create args = { .memfd = file, .size = bytes };

	if (device >= 0 && !ftruncate(file, bytes) && !fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK))
		buffer = ioctl(device, UDMABUF_CREATE, &args);
	close(device);
	close(file);
	return buffer;
}

static uint32_t import_foreign(int fd, int buffer)
{
	struct drm_prime_handle args = { .fd = buffer };

	return accel_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args) ? 0 : args.handle;
}

static void test_foreign(int fd, uint32_t device)
{
	int buffer = foreign_buffer(MIB);
	uint32_t handle = import_foreign(fd, buffer);
	uint32_t *memory;
	int wrong = 0;

	if (buffer < 0) {
		skip("no dma-buf of another driver here");
		return;
	}
	memory = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_SHARED, buffer, 0);
	if (!ok(handle && memory != MAP_FAILED, "a dma-buf of another driver is imported"))
		return;
	for (uint32_t i = 0; i < MIB / 4; i++)
		memory[i] = i * 747796405u;
	is(copy_bo(fd, DRM_INGOT_COPY_TO_DEVICE, device, 0, MIB, handle, 0), 0, "... copied from");
	memset(memory, 0, MIB);
	is(copy_bo(fd, DRM_INGOT_COPY_TO_HOST, device, 64, MIB - 4096, handle, 4096), 0,
	   "... copied to");
	for (uint32_t i = 0; i < (MIB - 4096) / 4; i++)
		wrong += memory[1024 + i] != (i + 16) * 747796405u;
	is(wrong, 0, "... and it is right");
	munmap(memory, MIB);
	/* the handle stays: unbinding has to undo its mapping */
	close(buffer);
}

static void test_unbind(const struct accel_names *names)
{
	int fd = accel_open();
	uint32_t device = bo_create(fd, MIB, DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_MAPPABLE, NULL);
	uint32_t host = bo_create(fd, MIB, 0, NULL);
	uint32_t *window = bo_map(fd, device), *memory = bo_map(fd, host);
	struct drm_ingot_bo_info info;
	int error;

	test_foreign(fd, device);
	window[0] = 1;
	memory[0] = 2;
	is(write_text(DRIVER "/unbind", names->address), 0, "unbound");
	is(memory[0], 2, "a mapped host object holds what it held");
	window[0] = 3;
	window[1000] = 4;
	ok(true, "a mapped device object can be touched");
	is(bo_info(fd, device, &info), -ENODEV, "ioctls say that the device is gone");
	bo_create(fd, 4096, 0, &error);
	is(error, -ENODEV, "... all of them");
	ok(access(names->node, F_OK), "the node is gone");
	is(write_text(DRIVER "/bind", names->address), 0, "bound again, with the old file open");
	munmap(window, MIB);
	munmap(memory, MIB);
	close(fd);
}

static void test_under_load(const struct accel_names *names)
{
	const int times = 10;
	int bound = 0, wrong = 0, error = 0, rounds = 0;
	struct load load;

	for (int i = 0; i < times; i++) {
		load_start(&load, 3);
		load_round(&load);
		bound += !write_text(DRIVER "/unbind", names->address);
		load_end(&load);
		bound += !write_text(DRIVER "/bind", names->address);
		rounds += load.rounds;
		wrong += load.wrong;
		error = error ? error : load.error;
	}
	note("%d rounds of copies between", rounds);
	is(bound, 2 * times, "unbound and bound %d times under copies", times);
	is(wrong, 0, "... which were right as long as they lasted");
	is(error, 0, "... and ended with -ENODEV or well");
}

int main(void)
{
	struct accel_names names;
	int fd;

	if (accel_find(&names))
		bail_out("no device");
	test_unbind(&names);
	test_under_load(&names);
	fd = accel_open();
	is(memory_used(fd), 0, "nothing is left in the device's memory");
	return tap_done();
}
