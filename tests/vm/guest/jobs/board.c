// SPDX-License-Identifier: MIT
#include "board.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- the node ---- */

static bool is_ours(const char *name)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/class/accel/%s/device/driver", name);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = 0;
	return n > 6 && !strcmp(target + n - 6, "/ingot");
}

int board_open(void)
{
	DIR *dir = opendir("/sys/class/accel");
	struct dirent *entry;
	char path[PATH_MAX];
	int fd = -ENODEV;

	while (dir && fd < 0 && (entry = readdir(dir))) {
		if (!is_ours(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "/dev/accel/%s", entry->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			bail_out("%s: %s", path, strerror(errno));
	}
	if (dir)
		closedir(dir);
	if (fd < 0)
		bail_out("no Ingot device: %s", strerror(ENODEV));
	return fd;
}

int board_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

uint32_t bo_create(int fd, uint64_t size, uint32_t flags)
{
	struct drm_ingot_bo_create args = { .size = size, .flags = flags };
	int ret = board_ioctl(fd, DRM_IOCTL_INGOT_BO_CREATE, &args);

	if (ret)
		bail_out("BO_CREATE: %s", strerror(-ret));
	return args.handle;
}

int bo_copy(int fd, uint32_t handle, uint32_t dir, uint64_t offset, void *memory, size_t bytes)
{
	struct drm_ingot_copy args = {
		.handle = handle,
		.dir = dir,
		.offset = offset,
		.length = bytes,
		.ptr = (uintptr_t)memory,
	};
	int ret;

	do {
		ret = board_ioctl(fd, DRM_IOCTL_INGOT_COPY, &args);
	} while (ret == -EINTR);
	return ret;
}

int ctx_create(int fd, uint32_t priority)
{
	struct drm_ingot_ctx_create args = { .priority = priority };
	int ret = board_ioctl(fd, DRM_IOCTL_INGOT_CTX_CREATE, &args);

	return ret ? ret : (int)args.ctx;
}

int ctx_destroy(int fd, uint32_t ctx)
{
	struct drm_ingot_ctx_destroy args = { .ctx = ctx };

	return board_ioctl(fd, DRM_IOCTL_INGOT_CTX_DESTROY, &args);
}

int ctx_bind(int fd, uint32_t ctx, uint32_t slot, uint32_t handle, uint32_t perm)
{
	struct drm_ingot_ctx_bind args = {
		.ctx = ctx, .slot = slot, .handle = handle, .perm = perm,
	};

	return board_ioctl(fd, DRM_IOCTL_INGOT_CTX_BIND, &args);
}

int submit(int fd, struct drm_ingot_submit *args)
{
	return board_ioctl(fd, DRM_IOCTL_INGOT_SUBMIT, args);
}

static int64_t deadline(int timeout_ms)
{
	if (timeout_ms <= 0)
		return timeout_ms;
	return (int64_t)(now_ms() + (unsigned int)timeout_ms) * 1000000;
}

int take(int fd, uint32_t ctx, struct drm_ingot_record *records, uint32_t capacity, int timeout_ms)
{
	struct drm_ingot_wait args = {
		.ctx = ctx,
		.record_size = sizeof(*records),
		.timeout_ns = deadline(timeout_ms),
		.records = (uintptr_t)records,
		.capacity = capacity,
	};
	int ret = board_ioctl(fd, DRM_IOCTL_INGOT_WAIT, &args);

	return ret ? ret : (int)args.count;
}

int take_done(int fd, uint32_t ctx, uint64_t job, struct drm_ingot_record *record, int timeout_ms)
{
	int ret;

	do {
		ret = take(fd, ctx, record, 1, timeout_ms);
		if (ret < 0)
			return ret;
	} while (record->job != job || record->type != DRM_INGOT_RECORD_DONE);
	return 0;
}

int cancel(int fd, uint32_t ctx, uint64_t job)
{
	struct drm_ingot_cancel args = { .ctx = ctx, .job = job };

	return board_ioctl(fd, DRM_IOCTL_INGOT_CANCEL, &args);
}

/* ---- programs ---- */

#define COMMANDS 4
#define SET(w, field, value) ((w)[field##_W] |= (uint32_t)(value) << field##_L)

typedef uint32_t command[ING_CMD_BYTES / 4];

static void put_op(uint32_t *w, uint32_t op)
{
	SET(w, ING_F_OP, op);
}

static void put_increment(uint32_t *w, unsigned int reg)
{
	put_op(w, ING_OP_SCALAR);
	SET(w, ING_C_RD, reg);
	SET(w, ING_C_RA, reg);
	SET(w, ING_C_IMM, 1);
	SET(w, ING_C_MASK, 0xffffffff);
}

static void put_loop(uint32_t *w, unsigned int reg)
{
	put_op(w, ING_OP_LOOP);
	SET(w, ING_C_RA, reg);
}

static void put_emit(uint32_t *w)
{
	put_op(w, ING_OP_EMIT);
	SET(w, ING_C_RA, 1);
	SET(w, ING_C_RB, 2);
	SET(w, ING_C_IRQ, 1);
}

static void write_routines(command routines[ROUTINES][COMMANDS])
{
	put_op(routines[ROUTINE_END][0], ING_OP_END);

	put_emit(routines[ROUTINE_EMIT][0]);
	put_increment(routines[ROUTINE_EMIT][1], 2);
	put_loop(routines[ROUTINE_EMIT][2], 1);
	put_op(routines[ROUTINE_EMIT][3], ING_OP_END);

	put_increment(routines[ROUTINE_COUNT][0], 2);
	put_loop(routines[ROUTINE_COUNT][1], 1);
	put_op(routines[ROUTINE_COUNT][2], ING_OP_END);

	put_increment(routines[ROUTINE_SPIN][0], 2);
	put_loop(routines[ROUTINE_SPIN][1], 0);

	put_op(routines[ROUTINE_FAULT][0], 0xee);
}

void client_open(struct client *client)
{
	static command routines[ROUTINES][COMMANDS] __attribute__((aligned(64)));
	int ret;

	memset(routines, 0, sizeof(routines));
	write_routines(routines);
	client->fd = board_open();
	client->program = bo_create(client->fd, sizeof(routines),
				    DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_PROGRAM);
	ret = bo_copy(client->fd, client->program, DRM_INGOT_COPY_TO_DEVICE, 0, routines,
		      sizeof(routines));
	if (ret)
		bail_out("COPY of the programs: %s", strerror(-ret));
	client->ctx = client_ctx(client, DRM_INGOT_PRIORITY_NORMAL);
}

void client_close(struct client *client)
{
	close(client->fd);
}

uint32_t client_ctx(struct client *client, uint32_t priority)
{
	int ctx = ctx_create(client->fd, priority), ret;

	if (ctx < 0)
		bail_out("CTX_CREATE: %s", strerror(-ctx));
	ret = ctx_bind(client->fd, (uint32_t)ctx, PROGRAM_SLOT, client->program, ING_PERM_EXEC);
	if (ret)
		bail_out("CTX_BIND: %s", strerror(-ret));
	return (uint32_t)ctx;
}

struct drm_ingot_submit job_args(uint32_t ctx, enum routine routine, uint32_t r1)
{
	return (struct drm_ingot_submit) {
		.ctx = ctx,
		.slot = PROGRAM_SLOT,
		.offset = COMMANDS * (uint32_t)routine,
		.commands = COMMANDS,
		.args = { r1 },
	};
}

int run_job(struct client *client, enum routine routine, uint32_t r1,
	    struct drm_ingot_record *record)
{
	struct drm_ingot_submit args = job_args(client->ctx, routine, r1);
	int ret = submit(client->fd, &args);

	return ret ? ret : take_done(client->fd, client->ctx, args.job, record, 30000);
}
