// SPDX-License-Identifier: MIT
/*
 * Random ioctls: valid ones, of which a part is then changed. Addresses are never changed by
 * chance.
 */
#include <drm.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xf86drm.h>

#include "fuzz_world.h"
#include "programs.h"

/* Commands that a job may execute, mostly: a job that never ends keeps all others waiting. */
#define BUDGET 20000
#define DEVICE_SIZES (1u << 20)

/* ---- mutation ---- */

/*
 * Changes a word of a structure, but for those at which @addresses has a bit: an address is there
 */
static void mutate(struct fuzzer *f, void *arg, size_t size, uint64_t addresses)
{
	uint32_t word, at = below(f, size / 4);

	if (addresses >> at & 1)
		return;
	memcpy(&word, (char *)arg + 4 * at, 4);
	word = one_in(f, 2) ? any_word(f) : word ^ 1u << below(f, 32);
	memcpy((char *)arg + 4 * at, &word, 4);
}

#define WORDS(type, member) (3ull << offsetof(struct drm_ingot_##type, member) / 4)

static int call(struct fuzzer *f, struct file_world *file, unsigned long request, void *arg,
		uint64_t addresses)
{
	while (one_in(f, 4))
		mutate(f, arg, _IOC_SIZE(request), addresses);
	/* a structure that is cut off, mostly by whole members */
	if (one_in(f, 30))
		request = raw_sized(request, below(f, _IOC_SIZE(request) / 4) * 4);
	if (one_in(f, 50))
		arg = (void *)(uintptr_t)any_address(f);
	return raw_ioctl(file->fd, request, arg);
}

/* ---- calls ---- */

static void query(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_query q = {
		.type = below(f, 4), .size = below(f, 8192), .ptr = any_address(f),
	};

	call(f, file, DRM_IOCTL_INGOT_QUERY, &q, WORDS(query, ptr));
}

static void create(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_bo_create c = {
		.size = one_in(f, 16) ? any_size(f) : below(f, DEVICE_SIZES), .flags = below(f, 8),
	};

	if (!call(f, file, DRM_IOCTL_INGOT_BO_CREATE, &c, 0))
		raw_bo_close(file->fd, keep_thing(f, file->objects, c.handle));
}

static void info(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_bo_info i = { .handle = any_thing(f, file->objects) };

	call(f, file, DRM_IOCTL_INGOT_BO_INFO, &i, 0);
}

static void close_object(struct fuzzer *f, struct file_world *file)
{
	raw_bo_close(file->fd, any_thing(f, file->objects));
}

static void copy(struct fuzzer *f, struct file_world *file)
{
	const bool object = one_in(f, 4);
	struct drm_ingot_copy c = {
		.handle = any_thing(f, file->objects), .dir = below(f, 2),
		.offset = one_in(f, 8) ? any_size(f) : below(f, 64) * UNIT,
		.length = one_in(f, 8) ? any_size(f) : below(f, 1024) * UNIT,
		.ptr = object ? 0 : any_address(f) & ~63ull,
		.host_handle = object ? any_thing(f, file->objects) : 0,
	};

	call(f, file, DRM_IOCTL_INGOT_COPY, &c, WORDS(copy, ptr));
}

/* A program that is not random enough to be refused at once */
static void write_program(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_copy c = {
		.handle = any_thing(f, file->objects), .length = ARENA_BLOCK,
		.ptr = (uintptr_t)fuzz_program(f),
	};

	raw_ioctl(file->fd, DRM_IOCTL_INGOT_COPY, &c);
}

static void create_ctx(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_ctx_create c = { .priority = below(f, 3) };

	if (!call(f, file, DRM_IOCTL_INGOT_CTX_CREATE, &c, 0))
		raw_ctx_destroy(file->fd, keep_thing(f, file->contexts, c.ctx));
}

static void destroy_ctx(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_ctx_destroy d = { .ctx = any_thing(f, file->contexts) };

	call(f, file, DRM_IOCTL_INGOT_CTX_DESTROY, &d, 0);
}

/* Mostly slots that jobs use, and not that of their programs */
static void bind_slot(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_ctx_bind b = {
		.ctx = any_thing(f, file->contexts),
		.slot = one_in(f, 8) ? below(f, 8) : 1 + below(f, 5),
		.handle = any_thing(f, file->objects),
		.perm = one_in(f, 4) ? ING_PERM_EXEC : 1 + below(f, 3),
	};

	if (one_in(f, 3)) {
		b.offset = below(f, 64) * UNIT;
		b.length = below(f, 64) * UNIT;
	}
	call(f, file, DRM_IOCTL_INGOT_CTX_BIND, &b, 0);
}

/* Syncobjs into the arena; returns how many */
static uint32_t fill_syncs(struct fuzzer *f, struct file_world *file, __u64 *at)
{
	struct drm_ingot_sync *syncs;
	uint32_t count = below(f, 4);

	*at = any_address(f);
	if (*at % ARENA_BLOCK || *at - (uintptr_t)f->world->arena >= ARENA_BYTES)
		return count;
	syncs = (void *)(uintptr_t)*at;
	for (uint32_t i = 0; i < count; i++)
		syncs[i] = (struct drm_ingot_sync){
			.handle = any_thing(f, file->syncobjs),
			.point = one_in(f, 2) ? below(f, 50) : 0,
		};
	return count;
}

struct drm_ingot_submit fuzz_submit(struct fuzzer *f, struct file_world *file)
{
	/* not the budget either */
	const uint64_t addresses = WORDS(submit, in_syncs) | WORDS(submit, out_syncs) |
				   1 << offsetof(struct drm_ingot_submit, budget) / 4;
	struct drm_ingot_submit s = {
		.ctx = any_thing(f, file->contexts), .flags = one_in(f, 3) ? below(f, 4) : 0,
		.slot = one_in(f, 8) ? below(f, 8) : SLOT_CODE,
		.offset = one_in(f, 4) ? below(f, 64) : below(f, 4) * PROGRAM_COMMANDS,
		.commands = 1 + below(f, 64), .budget = one_in(f, 50) ? 0 : 1 + below(f, BUDGET),
		.tag = any_word(f), .max_events = one_in(f, 3) ? below(f, 300) : 0,
	};

	for (int i = 0; i < 8; i++)
		s.args[i] = one_in(f, 3) ? any_word(f) : below(f, 64);
	if (one_in(f, 4))
		s.in_count = fill_syncs(f, file, &s.in_syncs);
	if (one_in(f, 3))
		s.out_count = fill_syncs(f, file, &s.out_syncs);
	while (one_in(f, 6))
		mutate(f, &s, sizeof(s), addresses);
	return s;
}

static void submit(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_submit s = fuzz_submit(f, file);

	if (!raw_submit(file->fd, &s))
		file->last_job = s.job;
}

static int64_t any_timeout(struct fuzzer *f)
{
	switch (below(f, 8)) {
	case 0:
		return (int64_t)any_size(f);
	case 1:
		return raw_in_ns(below(f, 2000000));
	default:
		return 0;
	}
}

static void take(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_wait w = {
		.ctx = any_thing(f, file->contexts), .record_size = sizeof(struct drm_ingot_record),
		.timeout_ns = any_timeout(f), .records = any_address(f),
		.capacity = 1 + below(f, 64),
	};

	call(f, file, DRM_IOCTL_INGOT_WAIT, &w, WORDS(wait, records));
}

static void cancel(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_cancel c = {
		.ctx = any_thing(f, file->contexts),
		.job = one_in(f, 3) ? 0 : file->last_job - below(f, 8),
	};

	call(f, file, DRM_IOCTL_INGOT_CANCEL, &c, 0);
}

/* ---- calls of DRM itself that meet ours ---- */

static void syncobj(struct fuzzer *f, struct file_world *file)
{
	uint32_t handle = any_thing(f, file->syncobjs);
	uint64_t point = below(f, 60);

	switch (below(f, 6)) {
	case 0:
		drmSyncobjDestroy(file->fd, handle);
		break;
	case 1:
		drmSyncobjSignal(file->fd, &handle, 1);
		break;
	case 2:
		drmSyncobjTimelineSignal(file->fd, &handle, &point, 1);
		break;
	case 3:
		drmSyncobjReset(file->fd, &handle, 1);
		break;
	default:
		if (!drmSyncobjCreate(file->fd, below(f, 2), &handle))
			drmSyncobjDestroy(file->fd, keep_thing(f, file->syncobjs, handle));
	}
}

static void prime(struct fuzzer *f, struct file_world *file)
{
	struct file_world *to = any_file(f);
	uint32_t handle;
	int fd;

	if (drmPrimeHandleToFD(file->fd, any_thing(f, file->objects), DRM_CLOEXEC | DRM_RDWR, &fd))
		return;
	if (!drmPrimeFDToHandle(to->fd, fd, &handle))
		raw_bo_close(to->fd, keep_thing(f, to->objects, handle));
	close(fd);
}

/* Any number, any size: what is there, and what is not */
static void anything(struct fuzzer *f, struct file_world *file)
{
	static const unsigned long known[] = {
		DRM_IOCTL_INGOT_QUERY, DRM_IOCTL_INGOT_BO_INFO, DRM_IOCTL_INGOT_CTX_BIND,
		DRM_IOCTL_INGOT_CANCEL, DRM_IOCTL_INGOT_CTX_DESTROY,
	};
	unsigned long request = known[below(f, 5)];
	char *arg = f->world->arena + below(f, ARENA_BYTES / ARENA_BLOCK) * ARENA_BLOCK;

	if (one_in(f, 2))
		request = _IOC(below(f, 4), DRM_IOCTL_BASE, DRM_COMMAND_BASE + 10 + below(f, 86),
			       below(f, 512));
	raw_ioctl(file->fd, request, arg);
}

void fuzz_call(struct fuzzer *f)
{
	static void (*const calls[])(struct fuzzer *, struct file_world *) = {
		query, create, create, info, close_object, copy, copy, write_program, write_program,
		create_ctx, destroy_ctx, bind_slot, bind_slot, bind_slot, submit, submit, submit,
		submit, submit, take, take, cancel, syncobj, prime, anything,
	};

	calls[below(f, sizeof(calls) / sizeof(*calls))](f, any_file(f));
}
