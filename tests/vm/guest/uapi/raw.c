// SPDX-License-Identifier: MIT
#include "raw.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <xf86drm.h>

#include "runtime/device/drm_nodes.h"
#include "tap.h"

/* ---- calls ---- */

static const struct ingot_node *first_node(void)
{
	static struct ingot_node *nodes;
	struct ingot_error err = { .text = "load ingot.ko, or set INGOT_NODE" };

	if (!nodes && drm_nodes_read(DRM_SYSFS, &nodes, &err) < 1)
		tap_fail(__FILE__, __LINE__, "no accel node of the driver: %s", err.text);
	return nodes;
}

const char *raw_node(void)
{
	const char *given = getenv("INGOT_NODE");

	return given ? given : first_node()->path;
}

int raw_open(void)
{
	int fd = open(raw_node(), O_RDWR | O_CLOEXEC);

	if (fd < 0)
		tap_fail(__FILE__, __LINE__, "%s: %s", raw_node(), strerror(errno));
	return fd;
}

/* Named by the device, or, by some kernels, by the number of the node */
int raw_debugfs(const char *name, int flags)
{
	const char *node = raw_node();
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/accel/%s/%s", first_node()->bus, name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "/sys/kernel/debug/accel/%s/%s",
		 node + strcspn(node, "0123456789"), name);
	return open(path, flags | O_CLOEXEC);
}

int raw_ioctl(int fd, unsigned long request, void *arg)
{
	int ret = ioctl(fd, request, arg);

	return ret < 0 ? -errno : ret;
}

unsigned long raw_sized(unsigned long request, size_t size)
{
	return _IOC(_IOC_DIR(request), _IOC_TYPE(request), _IOC_NR(request), size);
}

static void query(int fd, uint32_t type, void *answer, uint32_t size)
{
	struct drm_ingot_query q = { .type = type, .size = size, .ptr = (uintptr_t)answer };

	CHECK_OK(raw_ioctl(fd, DRM_IOCTL_INGOT_QUERY, &q));
	CHECK_IS(q.size, size);
}

struct drm_ingot_info raw_info(int fd)
{
	struct drm_ingot_info info = { 0 };

	query(fd, DRM_INGOT_QUERY_INFO, &info, sizeof(info));
	return info;
}

struct drm_ingot_memory raw_memory(int fd)
{
	struct drm_ingot_memory memory = { 0 };

	query(fd, DRM_INGOT_QUERY_MEMORY, &memory, sizeof(memory));
	return memory;
}

/* The driver tells nobody, so there is nothing to wait for; the case's time limit ends it */
void raw_wait_used(int fd, uint64_t used)
{
	while (raw_memory(fd).used != used)
		sched_yield();
}

int raw_open_alone(void)
{
	int fd = raw_open();

	raw_wait_used(fd, 0);
	return fd;
}

uint32_t raw_bo(int fd, uint64_t size, uint32_t flags)
{
	struct drm_ingot_bo_create c = { .size = size, .flags = flags };

	CHECK_OK(raw_ioctl(fd, DRM_IOCTL_INGOT_BO_CREATE, &c));
	CHECK(c.handle);
	return c.handle;
}

int raw_bo_close(int fd, uint32_t handle)
{
	struct drm_gem_close c = { .handle = handle };

	return raw_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &c);
}

int raw_copy(int fd, enum drm_ingot_copy_dir dir, uint32_t handle, uint64_t offset, void *memory,
	     uint64_t length)
{
	struct drm_ingot_copy c = {
		.handle = handle, .dir = dir, .offset = offset, .length = length,
		.ptr = (uintptr_t)memory,
	};

	return drmIoctl(fd, DRM_IOCTL_INGOT_COPY, &c) ? -errno : 0;
}

void raw_put(int fd, uint32_t handle, uint64_t offset, const void *memory, uint64_t length)
{
	CHECK_OK(raw_copy(fd, DRM_INGOT_COPY_TO_DEVICE, handle, offset, (void *)memory, length));
}

void raw_get(int fd, uint32_t handle, uint64_t offset, void *memory, uint64_t length)
{
	CHECK_OK(raw_copy(fd, DRM_INGOT_COPY_TO_HOST, handle, offset, memory, length));
}

int raw_ctx_create(int fd, uint32_t priority, uint32_t *ctx)
{
	struct drm_ingot_ctx_create c = { .priority = priority };
	int ret = raw_ioctl(fd, DRM_IOCTL_INGOT_CTX_CREATE, &c);

	*ctx = c.ctx;
	return ret;
}

uint32_t raw_ctx(int fd)
{
	uint32_t ctx;

	CHECK_OK(raw_ctx_create(fd, DRM_INGOT_PRIORITY_NORMAL, &ctx));
	CHECK(ctx);
	return ctx;
}

int raw_ctx_destroy(int fd, uint32_t ctx)
{
	struct drm_ingot_ctx_destroy d = { .ctx = ctx };

	return raw_ioctl(fd, DRM_IOCTL_INGOT_CTX_DESTROY, &d);
}

int raw_bind(int fd, uint32_t ctx, uint32_t slot, uint32_t handle, uint32_t perm)
{
	struct drm_ingot_ctx_bind bind = {
		.ctx = ctx, .slot = slot, .handle = handle, .perm = perm,
	};

	return raw_ioctl(fd, DRM_IOCTL_INGOT_CTX_BIND, &bind);
}

int raw_wait(int fd, uint32_t ctx, int64_t timeout_ns, struct drm_ingot_record *records,
	     uint32_t capacity)
{
	struct drm_ingot_wait w = {
		.ctx = ctx, .record_size = sizeof(*records), .timeout_ns = timeout_ns,
		.records = (uintptr_t)records, .capacity = capacity,
	};
	int ret = raw_ioctl(fd, DRM_IOCTL_INGOT_WAIT, &w);

	return ret ? ret : (int)w.count;
}

int raw_cancel(int fd, uint32_t ctx, uint64_t job)
{
	struct drm_ingot_cancel c = { .ctx = ctx, .job = job };

	return raw_ioctl(fd, DRM_IOCTL_INGOT_CANCEL, &c);
}

int raw_submit(int fd, struct drm_ingot_submit *s)
{
	return raw_ioctl(fd, DRM_IOCTL_INGOT_SUBMIT, s);
}

int64_t raw_in_ns(int64_t ns)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec + ns;
}

/* ---- memory to point to ---- */

void *raw_before_hole(size_t bytes)
{
	const size_t page = 4096, pages = (bytes + page - 1) / page;
	char *start = mmap(NULL, (pages + 1) * page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(start != MAP_FAILED);
	CHECK_OK(mprotect(start + pages * page, page, PROT_NONE));
	return start + pages * page - bytes;
}

void *raw_read_only(void)
{
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	return page;
}

/* ---- a bench ---- */

static void bind_all(const struct bench *b, uint32_t ctx)
{
	CHECK_OK(raw_bind(b->fd, ctx, SLOT_CODE, b->code, ING_PERM_EXEC));
	CHECK_OK(raw_bind(b->fd, ctx, SLOT_DATA, b->data, ING_PERM_READ | ING_PERM_WRITE));
}

void bench_open(struct bench *b)
{
	size_t bytes;
	const void *image = programs_image(&bytes);

	b->fd = raw_open();
	b->code = raw_bo(b->fd, bytes, DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_PROGRAM);
	b->data = raw_bo(b->fd, DATA_BYTES, DRM_INGOT_BO_DEVICE);
	raw_put(b->fd, b->code, 0, image, bytes);
	b->ctx = raw_ctx(b->fd);
	bind_all(b, b->ctx);
}

uint32_t bench_ctx(const struct bench *b, uint32_t priority)
{
	uint32_t ctx;

	CHECK_OK(raw_ctx_create(b->fd, priority, &ctx));
	bind_all(b, ctx);
	return ctx;
}

struct drm_ingot_submit bench_job(const struct bench *b, enum program_id id, uint32_t r1,
				  uint32_t r2)
{
	return (struct drm_ingot_submit){
		.ctx = b->ctx, .slot = SLOT_CODE, .offset = id * PROGRAM_COMMANDS,
		.commands = program_commands(id), .max_events = 16, .args = { r1, r2 },
	};
}

uint64_t bench_start(const struct bench *b, enum program_id id, uint32_t r1, uint32_t r2)
{
	struct drm_ingot_submit s = bench_job(b, id, r1, r2);

	CHECK_OK(raw_submit(b->fd, &s));
	CHECK(s.job);
	return s.job;
}

struct drm_ingot_record bench_next(const struct bench *b)
{
	struct drm_ingot_record record;
	int count;

	do {
		count = raw_wait(b->fd, b->ctx, FOREVER, &record, 1);
	} while (count == -EINTR);
	CHECK_IS(count, 1);
	return record;
}

struct drm_ingot_record bench_end(const struct bench *b, uint64_t job)
{
	struct drm_ingot_record record;

	do {
		record = bench_next(b);
	} while (record.job != job || record.type != DRM_INGOT_RECORD_DONE);
	return record;
}

/* The first unit of a gate: the larger one of its two floats says which way it is */
static void set_gate(const struct bench *b, unsigned int gate, float second)
{
	float *unit = aligned_alloc(UNIT, UNIT);

	CHECK(unit);
	memset(unit, 0, UNIT);
	unit[1] = second;
	raw_put(b->fd, b->data, gate * UNIT, unit, UNIT);
	free(unit);
}

void bench_open_gate(const struct bench *b, unsigned int gate)
{
	set_gate(b, gate, 1);
}

void bench_shut_gate(const struct bench *b, unsigned int gate)
{
	set_gate(b, gate, 0);
}

void bench_prove(const struct bench *b)
{
	const unsigned int from = DATA_BYTES / UNIT - 2, to = from + 1;
	struct drm_ingot_submit s = bench_job(b, PROG_MOVE, from, to);
	float *line = aligned_alloc(UNIT, UNIT);

	CHECK(line);
	for (int i = 0; i < 16; i++)
		line[i] = 3 + i * 0.25f;
	raw_put(b->fd, b->data, from * UNIT, line, UNIT);
	s.flags = DRM_INGOT_JOB_RESTARTABLE;
	s.args[2] = SLOT_DATA;
	s.args[3] = SLOT_DATA;
	CHECK_OK(raw_submit(b->fd, &s));
	CHECK_IS(bench_end(b, s.job).status, 0);
	raw_get(b->fd, b->data, to * UNIT, line, UNIT);
	for (int i = 0; i < 16; i++)
		CHECK(line[i] == 2 * (3 + i * 0.25f));
	free(line);
}
