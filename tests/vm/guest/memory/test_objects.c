// SPDX-License-Identifier: MIT
/* Buffer objects: made, described, mapped, closed; wild arguments; PRIME between files and processes. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "accel.h"
#include "tests/vm/guest/lib/report.h"

#define MIB (1 << 20)
#define DEVICE DRM_INGOT_BO_DEVICE
#define PROGRAM DRM_INGOT_BO_PROGRAM
#define MAPPABLE DRM_INGOT_BO_MAPPABLE

/* ---- create and close ---- */

static void test_sizes(int fd)
{
	static const struct { uint64_t size, rounded; uint32_t flags; } cases[] = {
		{ 1, 4096, DEVICE }, { 4096, 4096, DEVICE }, { 4097, 8192, DEVICE | PROGRAM },
		{ MIB - 1, MIB, DEVICE | MAPPABLE }, { 1, 4096, 0 }, { 3 * MIB, 3 * MIB, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct drm_ingot_bo_create args = { .size = cases[i].size, .flags = cases[i].flags };
		struct drm_ingot_bo_info info = { 0 };
		int ret = accel_ioctl(fd, DRM_IOCTL_INGOT_BO_CREATE, &args);

		ok(!ret && args.handle && args.size == cases[i].rounded,
		   "%llu bytes, flags 0x%x: made, of %llu", (unsigned long long)cases[i].size,
		   cases[i].flags, (unsigned long long)args.size);
		ret = bo_info(fd, args.handle, &info);
		ok(!ret && info.size == args.size && info.flags == cases[i].flags &&
		   !info.mmap_offset == (cases[i].flags && !(cases[i].flags & MAPPABLE)),
		   "... and described as that");
		is(bo_close(fd, args.handle), 0, "... and closed");
		is(bo_info(fd, args.handle, &info), -ENOENT, "... and gone");
	}
}

static void test_refused(int fd)
{
	struct drm_ingot_memory memory = { 0 };
	static const uint32_t flags[] = { 8, 1u << 31, PROGRAM, MAPPABLE, PROGRAM | MAPPABLE };
	int error;

	memory_info(fd, &memory);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		bo_create(fd, 4096, flags[i], &error);
		is(error, -EINVAL, "flags 0x%x are refused", flags[i]);
	}
	bo_create(fd, 0, DEVICE, &error);
	is(error, -EINVAL, "0 bytes are refused");
	bo_create(fd, UINT64_MAX, DEVICE, &error);
	is(error, -EINVAL, "2^64 - 1 bytes are refused");
	bo_create(fd, memory.total + 1, DEVICE, &error);
	is(error, -EINVAL, "more than all of the memory is refused");
	bo_create(fd, memory.total + 1, 0, &error);
	is(error, -EINVAL, "... of the host too");
	is(bo_close(fd, 12345), -EINVAL, "a handle that is none is not closed");
}

/* Fills the mappable part, which is the smaller one, and sees it given back. */
static void test_full(int fd)
{
	struct drm_ingot_memory before, full, after;
	uint32_t handles[64];
	unsigned int count = 0;
	uint64_t size;
	int error = 0;

	memory_info(fd, &before);
	size = before.mappable / 16;
	while (count < 64 && (handles[count] = bo_create(fd, size, DEVICE | MAPPABLE, &error)))
		count++;
	is(error, -ENOSPC, "when it is full, it says so");
	memory_info(fd, &full);
	ok(count == 16 && full.used == before.used + 16 * size, "all of it could be had, in %u pieces",
	   count);
	for (unsigned int i = 0; i < count; i++)
		bo_close(fd, handles[i]);
	memory_info(fd, &after);
	ok(after.used == before.used, "all of it came back");
}

/* ---- mapping ---- */

static void test_map(int fd, uint32_t flags, const char *what)
{
	uint32_t handle = bo_create(fd, MIB, flags, NULL);
	uint32_t *memory = bo_map(fd, handle);
	int zero = 1, same = 1;

	if (!ok(memory, "%s: mapped", what))
		return;
	for (int i = 0; i < MIB / 4; i++)
		zero &= !memory[i];
	ok(zero, "%s: full of zeros", what);
	for (int i = 0; i < MIB / 4; i++)
		memory[i] = i * 2654435761u;
	/* the mapping alone keeps the object, and what is left of it shows what it showed */
	is(bo_close(fd, handle), 0, "%s: closed while it is mapped", what);
	munmap(memory, 8 * 4096);
	for (int i = 8 * 1024; i < MIB / 4; i++)
		same &= memory[i] == i * 2654435761u;
	ok(same, "%s: the rest of the mapping is there after its begin went", what);
	munmap((char *)memory + 8 * 4096, MIB - 8 * 4096);
}

static void test_map_refused(int fd)
{
	uint32_t hidden = bo_create(fd, 8192, DEVICE, NULL);
	uint32_t shown = bo_create(fd, 8192, DEVICE | MAPPABLE, NULL);
	struct drm_ingot_bo_info info = { 0 };
	int other = accel_open();
	void *memory;

	memory = bo_map(fd, hidden);
	ok(!memory && errno == ENXIO, "an object that is not mappable has no offset");
	bo_info(fd, shown, &info);
	memory = mmap(NULL, 8192, PROT_READ, MAP_SHARED, other, info.mmap_offset);
	ok(memory == MAP_FAILED && errno == EACCES, "another file cannot map it");
	memory = mmap(NULL, 16384, PROT_READ, MAP_SHARED, fd, info.mmap_offset);
	ok(memory == MAP_FAILED && errno == EINVAL, "no more than there is of it");
	memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, info.mmap_offset);
	ok(memory == MAP_FAILED && errno == EINVAL, "no private copy of it");
	close(other);
	bo_close(fd, hidden);
	bo_close(fd, shown);
}

/* ---- PRIME ---- */

static int export_bo(int fd, uint32_t handle)
{
	struct drm_prime_handle args = { .handle = handle, .flags = DRM_CLOEXEC | DRM_RDWR };
	int ret = accel_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args);

	return ret ? ret : args.fd;
}

static uint32_t import_bo(int fd, int dmabuf)
{
	struct drm_prime_handle args = { .fd = dmabuf };

	return accel_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args) ? 0 : args.handle;
}

static void send_fd(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 }, byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	if (sendmsg(socket, &msg, 0) < 0)
		bail_out("sendmsg: %s", strerror(errno));
}

static int receive_fd(int socket)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	int fd = -1;

	if (recvmsg(socket, &msg, 0) == 1 && CMSG_FIRSTHDR(&msg))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

/* The other process reads what was written here, and writes an answer. Exit status 0: all was well. */
static int other_process(int socket, uint32_t flags)
{
	int fd = accel_open();
	uint32_t handle = import_bo(fd, receive_fd(socket));
	static uint8_t page[4096] __attribute__((aligned(4096)));
	uint8_t *memory = flags ? page : bo_map(fd, handle);

	if (!handle || !memory)
		return 1;
	if (flags && copy_user(fd, DRM_INGOT_COPY_TO_HOST, handle, 0, 4096, page))
		return 2;
	for (int i = 0; i < 4096; i++)
		if (memory[i] != (uint8_t)(i * 7))
			return 3;
	memset(memory, 0xa5, 4096);
	if (flags && copy_user(fd, DRM_INGOT_COPY_TO_DEVICE, handle, 0, 4096, page))
		return 4;
	return 0;
}

static void test_two_processes(int fd, uint32_t flags, const char *what)
{
	static uint8_t page[4096] __attribute__((aligned(4096)));
	uint32_t handle = bo_create(fd, 4096, flags, NULL);
	uint8_t *memory = flags ? page : bo_map(fd, handle);
	int sockets[2], status, same = 1, dmabuf = export_bo(fd, handle);
	pid_t pid;

	for (int i = 0; i < 4096; i++)
		memory[i] = i * 7;
	if (flags)
		copy_user(fd, DRM_INGOT_COPY_TO_DEVICE, handle, 0, 4096, page);
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets);
	pid = fork();
	if (!pid)
		_exit(other_process(sockets[1], flags));
	send_fd(sockets[0], dmabuf);
	close(dmabuf);
	waitpid(pid, &status, 0);
	is(status, 0, "%s: another process reads and writes it by PRIME", what);
	if (flags)
		copy_user(fd, DRM_INGOT_COPY_TO_HOST, handle, 0, 4096, page);
	for (int i = 0; i < 4096; i++)
		same &= memory[i] == 0xa5;
	ok(same, "%s: what it wrote is here", what);
	close(sockets[0]);
	close(sockets[1]);
	if (!flags)
		munmap(memory, 4096);
}

static void test_prime(int fd)
{
	uint32_t device = bo_create(fd, 4096, DEVICE | MAPPABLE, NULL), host = bo_create(fd, 4096, 0, NULL);
	int dmabuf = export_bo(fd, device), other = accel_open(), host_dmabuf = export_bo(fd, host);
	uint8_t *memory;

	ok(dmabuf >= 0 && host_dmabuf >= 0, "device and host objects are exported");
	is(import_bo(fd, dmabuf), device, "imported where it comes from, it is itself");
	ok(import_bo(other, dmabuf), "another file of the device imports it");
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, dmabuf, 0);
	ok(memory != MAP_FAILED && (memory[5] = 1, memory[5] == 1), "its dma-buf can be mapped");
	is(import_bo(fd, 0), 0, "a file that is no dma-buf is not imported");
	close(dmabuf);
	close(host_dmabuf);
	close(other);
	bo_close(fd, device);
	bo_close(fd, host);
	is(memory[5], 1, "the mapping outlives all of them");
	munmap(memory, 4096);
}

int main(void)
{
	int fd = accel_open();
	uint64_t used = memory_used(fd);

	test_sizes(fd);
	test_refused(fd);
	test_full(fd);
	test_map(fd, 0, "host object");
	test_map(fd, DEVICE | MAPPABLE, "device object");
	test_map_refused(fd);
	test_prime(fd);
	test_two_processes(fd, 0, "host object");
	test_two_processes(fd, DEVICE, "device object");
	close(fd);
	fd = accel_open();
	is(memory_used(fd), used, "no device memory is lost");
	return tap_done();
}
