// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "func.h"
#include "hw/memory_map.h"
#include "ingot/error.h"

/* Kernels read whole lines and whole vectors: a little past what they need. */
#define GUARD_BYTES 4096
/* Commands between two looks at the copy queue. */
#define SLICE 64

/* ---- memory: address space that is taken as it is written ---- */

static size_t act_bytes(const struct func_core *core)
{
	return (size_t)core->config.tile_m * core->config.act_blocks * sizeof(*core->act);
}

static size_t scratch_bytes(const struct func_core *core)
{
	return (size_t)core->config.scratch_lines * ING_UNIT_BYTES;
}

static void *reserve(size_t bytes)
{
	return ing_memory_map(bytes, GUARD_BYTES, NULL);
}

static void release(void *p, size_t bytes)
{
	if (p)
		munmap(p, bytes + GUARD_BYTES);
}

/* Back to zero, without touching pages that nobody has used */
static void zero(void *p, size_t bytes)
{
	if (madvise(p, bytes + GUARD_BYTES, MADV_DONTNEED))
		memset(p, 0, bytes);
}

void func_wipe(struct func_core *core)
{
	zero(core->scratch, scratch_bytes(core));
	zero(core->act, act_bytes(core));
	memset(core->scalars, 0, core->config.scalars * sizeof(*core->scalars));
	memset(core->places, 0, core->config.topk * sizeof(*core->places));
	core->k = 0;
	core->filled = 0;
}

void func_reset(struct func_core *core)
{
	memset(core->queues, 0, sizeof(core->queues));
	memset(&core->job, 0, sizeof(core->job));
	memset(&core->copy, 0, sizeof(core->copy));
	memset(&core->fault, 0, sizeof(core->fault));
	core->fault_tag = 0;
	core->last_context = -1;
	core->irq_status = 0;
	core->irq_enable = 0;
	core->irq_raise = 0;
}

/* ---- the interface ---- */

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void raise_enabled(struct func_core *core)
{
	uint32_t raise = core->irq_raise & core->irq_enable;

	core->irq_raise = 0;
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		if (raise & 1u << q)
			core->host.irq(core->host.priv, q);
}

static bool is_busy(const struct func_core *core)
{
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		if (core->queues[q].next.valid || func_queue_waiting(core, q))
			return true;
	return core->job.active || core->copy.active;
}

static int func_step(struct ing_core *base, uint64_t budget)
{
	struct func_core *core = (struct func_core *)base;
	const uint64_t start = now_ns();
	uint32_t mode = ing_kernels_enter(core->kernels);
	uint64_t spent = 0, done;

	raise_enabled(core);
	do {
		done = func_copy_step(core);
		done += func_job_step(core, budget - spent < SLICE ? budget - spent : SLICE);
		spent += done;
	} while (done && spent < budget);
	ing_kernels_leave(mode);
	core->step_ns += now_ns() - start;
	if (!is_busy(core))
		return 0;
	return spent ? 1 : ING_STEP_WAITS;
}

static void func_stats(const struct ing_core *base, struct ing_core_stats *stats)
{
	const struct func_core *core = (const struct func_core *)base;

	memset(stats, 0, sizeof(*stats));
	stats->sim_ns = core->step_ns;
}

static long func_peek(struct ing_core *base, int what, size_t offset, void *buf, size_t len)
{
	struct func_core *core = (struct func_core *)base;
	const uint8_t *from = (const uint8_t *)core->scratch;
	size_t bytes = scratch_bytes(core);

	if (what == ING_PEEK_MEMORY) {
		from = core->memory;
		bytes = core->memory_units * ING_UNIT_BYTES;
	} else if (what != ING_PEEK_SCRATCH) {
		return -EINVAL;
	}
	if (offset > bytes)
		return -EINVAL;
	if (len > bytes - offset)
		len = bytes - offset;
	memcpy(buf, from + offset, len);
	return (long)len;
}

static int func_memory_fd(const struct ing_core *base, uint64_t *bytes)
{
	const struct func_core *core = (const struct func_core *)base;

	if (core->memory_fd < 0)
		return -EOPNOTSUPP;
	*bytes = core->memory_units * ING_UNIT_BYTES;
	return core->memory_fd;
}

static void func_destroy(struct ing_core *base)
{
	struct func_core *core = (struct func_core *)base;

	ing_func_pool_destroy(core->pool);
	release(core->memory, core->memory_units * ING_UNIT_BYTES);
	if (core->memory_fd >= 0)
		close(core->memory_fd);
	release(core->scratch, scratch_bytes(core));
	release(core->act, act_bytes(core));
	release(core->work, core->work_bytes * core->work_count);
	free(core->scalars);
	free(core->places);
	free(core->rom);
	free(core);
}

static const struct ing_core_ops func_ops = {
	.name = "func",
	.mmio_read = func_mmio_read,
	.mmio_write = func_mmio_write,
	.step = func_step,
	.stats = func_stats,
	.peek = func_peek,
	.memory_fd = func_memory_fd,
	.destroy = func_destroy,
};

/* ---- creation ---- */

static int copy_rom(struct func_core *core, const void *dtb, size_t bytes, struct ingot_error *err)
{
	if (bytes > ING_ROM_MAX_BYTES)
		return ingot_error_set(err, -EINVAL, "device tree: %zu bytes; the ROM takes %d",
				       bytes, ING_ROM_MAX_BYTES);
	core->rom = malloc(bytes);
	if (!core->rom)
		return ingot_error_set(err, -ENOMEM, "func: no memory for the device tree");
	memcpy(core->rom, dtb, bytes);
	core->rom_bytes = bytes;
	return 0;
}

static int reserve_memory(struct func_core *core, bool shared, struct ingot_error *err)
{
	uint64_t bytes = core->config.memory_bytes;

	core->memory = ing_memory_map(bytes, GUARD_BYTES, shared ? &core->memory_fd : NULL);
	if (!core->memory)
		return ingot_error_set(err, -ENOMEM,
			       "func: cannot reserve the %" PRIu64 " MiB of device memory of "
			       "configuration '%s': %s; raise the limit of address space "
			       "(ulimit -v) or use a configuration with less memory",
			       bytes >> 20, core->config.model, strerror(errno));
	core->memory_units = bytes / ING_UNIT_BYTES;
	/* weights are read front to back: fewer address translations */
	madvise(core->memory, bytes, MADV_HUGEPAGE);
	return 0;
}

static int allocate(struct func_core *core, bool shared, struct ingot_error *err)
{
	const struct ingot_config *config = &core->config;

	core->work_count = ing_func_pool_threads(core->pool);
	core->work_bytes = (sizeof(struct func_work) + 4095) & ~(size_t)4095;
	core->work = reserve(core->work_bytes * core->work_count);
	core->scratch = reserve(scratch_bytes(core));
	core->act = reserve(act_bytes(core));
	core->scalars = calloc(config->scalars, sizeof(*core->scalars));
	core->places = calloc(config->topk, sizeof(*core->places));
	if (!core->work || !core->scratch || !core->act || !core->scalars || !core->places)
		return ingot_error_set(err, -ENOMEM, "func: no memory for the scratchpad");
	return reserve_memory(core, shared, err);
}

static int set_up(struct func_core *core, const void *dtb, size_t dtb_bytes,
		  const struct ing_core_options *options, struct ingot_error *err)
{
	const char *isa = options ? options->isa : NULL;
	int ret = ingot_config_read(dtb, dtb_bytes, &core->config, err);

	if (!ret)
		ret = copy_rom(core, dtb, dtb_bytes, err);
	if (ret)
		return ret;
	core->kernels = ing_kernels_select(isa);
	if (!core->kernels)
		return ingot_error_set(err, -EINVAL,
			       "func: instruction set '%s' is unknown or this processor lacks "
			       "it; there are scalar, avx2 and avx512", isa);
	core->pool = ing_func_pool_create(options ? options->threads : 0, core->kernels, err);
	if (!core->pool)
		return -ENOMEM;
	return allocate(core, options && options->shared_memory, err);
}

struct ing_core *ing_core_func_create(const void *dtb, size_t dtb_bytes,
				      const struct ing_host *host,
				      const struct ing_core_options *options,
				      struct ingot_error *err)
{
	struct func_core *core = calloc(1, sizeof(*core));

	if (!core) {
		ingot_error_set(err, -ENOMEM, "func: no memory for the device");
		return NULL;
	}
	core->core.ops = &func_ops;
	core->memory_fd = -1;
	core->host = *host;
	if (set_up(core, dtb, dtb_bytes, options, err)) {
		func_destroy(&core->core);
		return NULL;
	}
	func_reset(core);
	return &core->core;
}
