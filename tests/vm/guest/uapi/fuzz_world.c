// SPDX-License-Identifier: MIT
#include "fuzz_world.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "tap.h"

uint32_t any_word(struct fuzzer *f)
{
	static const uint32_t words[] = {
		0, 1, 2, 3, 7, 8, 31, 32, 63, 64, 65, 4095, 4096, 65535, 65536, 65537, 0x7fffffff,
		0x80000000, 0xfffff000, 0xffffffc0, 0xffffffff,
	};

	switch (below(f, 4)) {
	case 0:
		return words[below(f, sizeof(words) / sizeof(*words))];
	case 1:
		return 1u << below(f, 32);
	case 2:
		return below(f, 256);
	default:
		return random_below_of(&f->random, 1ull << 32);
	}
}

uint64_t any_size(struct fuzzer *f)
{
	switch (below(f, 6)) {
	case 0:
		return (uint64_t)any_word(f) << 32 | any_word(f);
	case 1:
		return -(uint64_t)any_word(f);
	case 2:
		return 1ull << below(f, 64);
	case 3:
		return any_word(f);
	default:
		return (uint64_t)below(f, 256) * UNIT;
	}
}

uint64_t any_address(struct fuzzer *f)
{
	const uint64_t arena = (uintptr_t)f->world->arena;

	switch (below(f, 16)) {
	case 0:
		return arena + ARENA_BYTES - below(f, 512);
	case 1:
		return arena + below(f, ARENA_BYTES);
	case 2:
		return one_in(f, 2) ? BAD_ADDRESS : 0;
	case 3:
		return WILD_ADDRESS + any_word(f);
	case 4:
		return (uintptr_t)f->world->maps[below(f, WORLD_THINGS)];
	default:
		return arena + below(f, ARENA_BYTES / ARENA_BLOCK) * ARENA_BLOCK;
	}
}

uint32_t any_thing(struct fuzzer *f, const uint32_t *table)
{
	uint32_t thing = 0;

	if (one_in(f, 16))
		return any_word(f);
	for (int i = 0; !thing && i < 6; i++)
		thing = table[below(f, WORLD_THINGS)];
	return thing;
}

uint32_t keep_thing(struct fuzzer *f, uint32_t *table, uint32_t thing)
{
	uint32_t at = below(f, WORLD_THINGS);

	for (uint32_t i = 0; i < WORLD_THINGS; i++)
		if (!table[i])
			at = i;
	return __atomic_exchange_n(&table[at], thing, __ATOMIC_RELAXED);
}

/*
 * A context that can run programs: random calls alone would hardly ever make one. All of it may
 * fail
 */
static void furnish(struct fuzzer *f, struct file_world *file)
{
	struct drm_ingot_bo_create code = {
		.size = ARENA_BLOCK, .flags = DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_PROGRAM,
	};
	struct drm_ingot_bo_create data = { .size = ARENA_BLOCK, .flags = DRM_INGOT_BO_DEVICE };
	uint32_t ctx;

	raw_ioctl(file->fd, DRM_IOCTL_INGOT_BO_CREATE, &code);
	raw_ioctl(file->fd, DRM_IOCTL_INGOT_BO_CREATE, &data);
	raw_copy(file->fd, DRM_INGOT_COPY_TO_DEVICE, code.handle, 0, fuzz_program(f), ARENA_BLOCK);
	raw_ctx_create(file->fd, below(f, 3), &ctx);
	raw_bind(file->fd, ctx, SLOT_CODE, code.handle, ING_PERM_EXEC);
	raw_bind(file->fd, ctx, SLOT_DATA, data.handle, ING_PERM_READ | ING_PERM_WRITE);
	file->objects[0] = code.handle;
	file->objects[1] = data.handle;
	file->contexts[0] = ctx;
}

/* May fail: a fuzzer meets every limit */
static void open_file(struct fuzzer *f, struct file_world *file)
{
	int fd = open(raw_node(), O_RDWR | O_CLOEXEC);

	memset(file, 0, sizeof(*file));
	file->fd = fd;
	if (fd >= 0 && !one_in(f, 8))
		furnish(f, file);
}

struct file_world *any_file(struct fuzzer *f)
{
	struct file_world *file = &f->world->files[below(f, WORLD_FILES)];

	if (file->fd < 0)
		open_file(f, file);
	return file;
}

void world_init(struct world *world)
{
	memset(world, 0, sizeof(*world));
	for (int i = 0; i < WORLD_FILES; i++)
		world->files[i].fd = -1;
	world->arena = (char *)raw_before_hole(ARENA_BYTES);
}
