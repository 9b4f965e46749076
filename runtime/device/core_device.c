// SPDX-License-Identifier: MIT
/* A device of the in-process transport: what it shares with its core, and its operations. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core_transport.h"

/* The core may touch the rings and the staging buffer, and nothing else of the process. */
static uint8_t *host_range(struct core_device *dev, uint64_t addr, size_t len)
{
	uint64_t rings = (uintptr_t)dev->rings, stage = (uintptr_t)dev->stage;

	if (addr - rings < sizeof(*dev->rings) && len <= sizeof(*dev->rings) - (addr - rings))
		return (uint8_t *)dev->rings + (addr - rings);
	if (addr - stage < STAGE_BYTES && len <= STAGE_BYTES - (addr - stage))
		return dev->stage + (addr - stage);
	return NULL;
}

static int host_read(void *priv, uint64_t addr, void *buf, size_t len)
{
	const uint8_t *p = host_range(priv, addr, len);

	if (!p)
		return -EFAULT;
	memcpy(buf, p, len);
	return 0;
}

static int host_write(void *priv, uint64_t addr, const void *buf, size_t len)
{
	uint8_t *p = host_range(priv, addr, len);

	if (!p)
		return -EFAULT;
	memcpy(p, buf, len);
	return 0;
}

/* The transport polls its rings between steps: an interrupt has nothing to add but its number. */
static void host_irq(void *priv, unsigned int vector)
{
	struct core_device *dev = priv;

	dev->interrupts += vector == ING_QUEUE_JOB;
}

static void queue_setup(struct core_device *dev, unsigned int q)
{
	uint64_t sq = (uintptr_t)dev->rings->sq[q], cq = (uintptr_t)dev->rings->cq[q];
	uint64_t head = (uintptr_t)dev->rings->cq_head[q];
	const uint32_t log2 = __builtin_ctz(RING_ENTRIES);

	mmio_write(dev, queue_reg(q, ING_Q_ENABLE), 0);
	mmio_write(dev, queue_reg(q, ING_Q_SQ_BASE_LO), sq);
	mmio_write(dev, queue_reg(q, ING_Q_SQ_BASE_HI), sq >> 32);
	mmio_write(dev, queue_reg(q, ING_Q_SQ_LOG2), log2);
	mmio_write(dev, queue_reg(q, ING_Q_CQ_BASE_LO), cq);
	mmio_write(dev, queue_reg(q, ING_Q_CQ_BASE_HI), cq >> 32);
	mmio_write(dev, queue_reg(q, ING_Q_CQ_LOG2), log2);
	mmio_write(dev, queue_reg(q, ING_Q_CQ_HEAD_LO), head);
	mmio_write(dev, queue_reg(q, ING_Q_CQ_HEAD_HI), head >> 32);
	mmio_write(dev, queue_reg(q, ING_Q_ENABLE), 1);
}

static void core_close(struct ingot_device *base)
{
	struct core_device *dev = to_core(base);

	ingot_core_unload(&dev->handle);
	free(dev->stage);
	free(dev->rings);
	free(base->uri);
	free(dev);
}

static void core_stats(const struct ingot_device *base, struct ingot_device_stats *stats)
{
	const struct core_device *dev = to_core(base);
	struct ing_core_stats s = { 0 };

	dev->handle.core->ops->stats(dev->handle.core, &s);
	*stats = (struct ingot_device_stats){ s.cycles, s.port_cycles, s.sim_ns };
}

static void core_traffic(struct ingot_device *base, struct ingot_device_traffic *traffic)
{
	const struct core_device *dev = to_core(base);

	*traffic = (struct ingot_device_traffic){
		.door = "rings", .doorbells = dev->doorbells, .interrupts = dev->interrupts,
	};
}

static void core_counters(struct ingot_device *base, uint64_t counters[ING_COUNTERS])
{
	struct core_device *dev = to_core(base);

	for (unsigned int i = 0; i < ING_COUNTERS; i++) {
		uint64_t lo = mmio_read(dev, ING_REG_COUNTERS + 8 * i);

		counters[i] = lo | (uint64_t)mmio_read(dev, ING_REG_COUNTERS + 8 * i + 4) << 32;
	}
}

static int core_trace(struct ingot_device *base, const char *path)
{
	struct ing_core *core = to_core(base)->handle.core;

	return core->ops->trace ? core->ops->trace(core, path) : -EOPNOTSUPP;
}

static int core_watch(struct ingot_device *base, const struct ingot_trace_sink *sink)
{
	struct ing_core *core = to_core(base)->handle.core;

	return core->ops->watch ? core->ops->watch(core, sink) : -EOPNOTSUPP;
}

static void *core_host_alloc(struct ingot_device *dev, size_t bytes, struct ingot_error *err)
{
	void *p = aligned_alloc(PAGE_BYTES, (bytes + PAGE_BYTES - 1) & ~(size_t)(PAGE_BYTES - 1));

	if (!p)
		ingot_error_set(err, -ENOMEM, "%s: out of memory for %zu bytes", dev->uri, bytes);
	return p;
}

static void core_host_free(struct ingot_device *dev, void *p)
{
	(void)dev;
	free(p);
}

static void core_abort(struct ingot_device *dev)
{
	to_core(dev)->abort_request = 1;
}

static const struct transport_ops core_ops = {
	.close = core_close,
	.stats = core_stats,
	.traffic = core_traffic,
	.counters = core_counters,
	.trace = core_trace,
	.watch = core_watch,
	.buffer_create = core_buffer_create,
	.buffer_destroy = core_buffer_destroy,
	.copy = core_copy,
	.host_alloc = core_host_alloc,
	.host_free = core_host_free,
	.context_create = core_context_create,
	.context_destroy = core_context_destroy,
	.bind = core_bind,
	.submit = core_submit,
	.next = core_next,
	.abort = core_abort,
};

static int check_core(struct core_device *dev, struct ingot_error *err)
{
	uint32_t magic = mmio_read(dev, ING_REG_MAGIC), version = mmio_read(dev, ING_REG_VERSION);

	if (magic != ING_MAGIC || version >> 16 != ING_VERSION >> 16)
		return ingot_error_set(err, -ENODEV,
				       "%s: magic 0x%08x, version 0x%08x: not an Ingot device of version %d",
				       dev->base.uri, magic, version, ING_VERSION >> 16);
	return 0;
}

static int set_up(struct core_device *dev, const char *uri, core_loader load, void *priv,
		  struct ingot_error *err)
{
	const struct ing_host host = { dev, host_read, host_write, host_irq };
	struct ingot_device *base = &dev->base;
	int ret;

	base->uri = strdup(uri);
	dev->rings = aligned_alloc(PAGE_BYTES, (sizeof(*dev->rings) + 4095) & ~4095ul);
	dev->stage = aligned_alloc(PAGE_BYTES, STAGE_BYTES);
	if (!base->uri || !dev->rings || !dev->stage)
		return ingot_error_set(err, -ENOMEM, "%s: out of memory", uri);
	memset(dev->rings, 0, sizeof(*dev->rings));
	ret = load(priv, uri, &host, &dev->handle, err);
	if (ret)
		return ret;
	base->blob = dev->handle.blob;
	base->blob_bytes = dev->handle.blob_bytes;
	base->config = dev->handle.config;
	return check_core(dev, err);
}

struct ingot_device *ingot_core_device_make(const char *uri, core_loader load, void *priv,
					    struct ingot_error *err)
{
	struct core_device *dev = calloc(1, sizeof(*dev));

	if (!dev) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	dev->base.ops = &core_ops;
	if (set_up(dev, uri, load, priv, err)) {
		core_close(&dev->base);
		return NULL;
	}
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		queue_setup(dev, q);
	mmio_write(dev, ING_REG_IRQ_ENABLE, (1u << ING_QUEUES) - 1);
	return &dev->base;
}
