// SPDX-License-Identifier: MIT
/*
 * The driver's calls from a 32-bit program: its structures are the same, and so is what it gets.
 *
 * Freestanding, as hosts that build have no C library of that kind: system calls by int 0x80.
 */
#include <asm/unistd_32.h>
#include <stddef.h>
#include <stdint.h>

#include "ingot/isa.h"
#include "ingot/regs.h"
#include "uapi/drm/ingot_accel.h"

#define O_RDWR 2
#define POINTS 9
#define BYTES 4096
#define NODES 64

static int number, failures;

/* ---- what a C library would do ---- */

static long call(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory");
	return ret;
}

static void print(const char *text)
{
	size_t len = 0;

	while (text[len])
		len++;
	call(__NR_write, 1, (long)text, (long)len);
}

static void print_number(int value)
{
	char digits[12], *at = digits + sizeof(digits) - 1;
	unsigned int rest = value < 0 ? -(unsigned int)value : (unsigned int)value;

	*at = 0;
	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		*--at = '-';
	print(at);
}

/* The compiler writes calls of these two where it sees an assignment or an initializer. */
void *memset(void *to, int value, size_t len);
void *memcpy(void *to, const void *from, size_t len);

void *memset(void *to, int value, size_t len)
{
	for (volatile uint8_t *at = to; len--; at++)
		*at = (uint8_t)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t len)
{
	const uint8_t *source = from;

	for (volatile uint8_t *at = to; len--; at++)
		*at = *source++;
	return to;
}

/* ---- tests ---- */

static void point(int wrong, const char *title)
{
	if (wrong) {
		failures++;
		print("# ");
		print_number(wrong);
		print("\nnot ");
	}
	print("ok ");
	print_number(++number);
	print(" - ");
	print(title);
	print("\n");
}

static int ask(int fd, unsigned long request, void *arg)
{
	return (int)call(__NR_ioctl, fd, (long)request, (long)arg);
}

static uint64_t address(const void *memory)
{
	return (uintptr_t)memory;
}

static int open_node(struct drm_ingot_info *info)
{
	char path[] = "/dev/accel/accel00";
	struct drm_ingot_query query = {
		.type = DRM_INGOT_QUERY_INFO, .size = sizeof(*info), .ptr = address(info),
	};

	for (int i = 0; i < NODES; i++) {
		char *digit = path + sizeof("/dev/accel/accel") - 1;
		int fd;

		if (i > 9)
			*digit++ = (char)('0' + i / 10);
		*digit++ = (char)('0' + i % 10);
		*digit = 0;
		fd = (int)call(__NR_open, (long)path, O_RDWR, 0);
		if (fd >= 0 && !ask(fd, DRM_IOCTL_INGOT_QUERY, &query))
			return fd;
		if (fd >= 0)
			call(__NR_close, fd, 0, 0);
	}
	return -1;
}

static int copy(int fd, uint32_t handle, uint32_t dir, void *memory)
{
	struct drm_ingot_copy args = {
		.handle = handle, .dir = dir, .length = BYTES, .ptr = address(memory),
	};

	return ask(fd, DRM_IOCTL_INGOT_COPY, &args);
}

static uint32_t create(int fd, uint32_t flags, const char *title)
{
	struct drm_ingot_bo_create object = { .size = 100, .flags = flags };
	struct drm_ingot_bo_info info = { 0 };
	int ret = ask(fd, DRM_IOCTL_INGOT_BO_CREATE, &object);

	info.handle = object.handle;
	ret = ret ? ret : ask(fd, DRM_IOCTL_INGOT_BO_INFO, &info);
	point(ret ? ret : info.size != BYTES || info.flags != flags, title);
	return object.handle;
}

static void test_copies(int fd)
{
	static uint32_t out[BYTES / 4] __attribute__((aligned(64)));
	static uint32_t in[BYTES / 4] __attribute__((aligned(64)));
	uint32_t handle = create(fd, DRM_INGOT_BO_DEVICE, "an object");
	int wrong = 0;

	for (uint32_t i = 0; i < BYTES / 4; i++)
		out[i] = i * 2654435761u;
	point(copy(fd, handle, DRM_INGOT_COPY_TO_DEVICE, out), "a copy to the device");
	point(copy(fd, handle, DRM_INGOT_COPY_TO_HOST, in), "a copy back");
	for (uint32_t i = 0; i < BYTES / 4; i++)
		wrong += in[i] != out[i];
	point(wrong, "it has brought back what was there");
}

/* Two commands: an event with R1, and the end. */
static uint32_t upload_program(int fd)
{
	static uint32_t program[BYTES / 4] __attribute__((aligned(64)));
	uint32_t handle = create(fd, DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_PROGRAM, "a program");

	program[0] = ING_OP_EMIT;
	program[ING_C_RA_W] = 1u << ING_C_RA_L | 1u << ING_C_IRQ_L;
	program[ING_CMD_BYTES / 4] = ING_OP_END;
	copy(fd, handle, DRM_INGOT_COPY_TO_DEVICE, program);
	return handle;
}

static void test_job(int fd)
{
	struct drm_ingot_record records[2] = { { 0 } };
	struct drm_ingot_ctx_create ctx = { .priority = DRM_INGOT_PRIORITY_NORMAL };
	struct drm_ingot_ctx_bind bind = { .slot = 1, .perm = ING_PERM_EXEC };
	struct drm_ingot_submit job = { .slot = 1, .commands = 2, .tag = 77, .max_events = 1 };
	struct drm_ingot_wait wait = {
		.record_size = sizeof(records[0]), .timeout_ns = -1, .records = address(records),
	};
	int ret;

	bind.handle = upload_program(fd);
	ret = ask(fd, DRM_IOCTL_INGOT_CTX_CREATE, &ctx);
	bind.ctx = job.ctx = wait.ctx = ctx.ctx;
	point(ret ? ret : ask(fd, DRM_IOCTL_INGOT_CTX_BIND, &bind), "a context");
	job.args[0] = 0x12345678;
	point(ask(fd, DRM_IOCTL_INGOT_SUBMIT, &job), "a job");
	for (uint32_t n = 0; !ret && n < 2; n += wait.count) {
		wait.capacity = 2 - n;
		wait.records = address(&records[n]);
		ret = ask(fd, DRM_IOCTL_INGOT_WAIT, &wait);
	}
	point(ret ? ret :
	      records[0].type != DRM_INGOT_RECORD_EVENT || records[0].value != job.args[0] ||
	      records[1].type != DRM_INGOT_RECORD_DONE || records[1].status ||
	      records[1].job != job.job || records[1].tag != job.tag, "its records");
}

static __attribute__((used, noreturn)) void run(void)
{
	struct drm_ingot_info info = { 0 };
	int fd = open_node(&info);

	print("1..");
	print_number(POINTS);
	print("\n");
	point(fd < 0 ? fd : !info.slots || !info.max_jobs, "the device says what it has");
	if (fd >= 0) {
		test_copies(fd);
		test_job(fd);
	}
	call(__NR_exit, number != POINTS || failures, 0, 0);
	__builtin_unreachable();
}

/* The stack as functions want it. */
__asm__(".globl _start\n_start: and $-16, %esp\n\tcall run\n");
