// SPDX-License-Identifier: MIT
/* Opening and closing a device of the in-process transport; contexts and jobs. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core_transport.h"

/* The core may touch the rings and the staging buffer, and nothing else of the process. */
static uint8_t *host_range(struct ingot_device *dev, uint64_t addr, size_t len)
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

/* The transport polls its rings between steps: an interrupt has nothing to add. */
static void host_irq(void *priv, unsigned int vector)
{
	(void)priv;
	(void)vector;
}

static void queue_setup(struct ingot_device *dev, unsigned int q)
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

static int device_setup(struct ingot_device *dev, const char *uri,
			const struct ingot_open_options *options, struct ingot_error *err)
{
	struct ing_host host = { dev, host_read, host_write, host_irq };
	int ret;

	dev->uri = strdup(uri);
	dev->rings = aligned_alloc(4096, (sizeof(*dev->rings) + 4095) & ~4095ul);
	dev->stage = aligned_alloc(4096, STAGE_BYTES);
	if (!dev->uri || !dev->rings || !dev->stage)
		return ingot_error_set(err, -ENOMEM, "%s: out of memory", uri);
	memset(dev->rings, 0, sizeof(*dev->rings));
	ret = ingot_core_open(dev, options, &host, err);
	if (ret)
		return ret;
	if (mmio_read(dev, ING_REG_MAGIC) != ING_MAGIC ||
	    mmio_read(dev, ING_REG_VERSION) >> 16 != ING_VERSION >> 16)
		return ingot_error_set(err, -ENODEV,
				       "%s: magic 0x%08x, version 0x%08x: not an Ingot device of version %d",
				       uri, mmio_read(dev, ING_REG_MAGIC),
				       mmio_read(dev, ING_REG_VERSION), ING_VERSION >> 16);
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		queue_setup(dev, q);
	return 0;
}

struct ingot_device *ingot_open(const char *uri, const struct ingot_open_options *options,
				struct ingot_error *err)
{
	static const struct ingot_open_options defaults;
	struct ingot_device *dev = calloc(1, sizeof(*dev));

	if (!dev) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	if (device_setup(dev, uri && *uri ? uri : "func:", options ? options : &defaults, err)) {
		ingot_close(dev);
		return NULL;
	}
	return dev;
}

void ingot_close(struct ingot_device *dev)
{
	if (!dev)
		return;
	if (dev->core)
		dev->core->ops->destroy(dev->core);
	if (dev->library)
		dlclose(dev->library);
	free(dev->blob);
	free(dev->stage);
	free(dev->rings);
	free(dev->uri);
	free(dev);
}

const char *ingot_device_uri(const struct ingot_device *dev)
{
	return dev->uri;
}

const struct ingot_config *ingot_device_config(const struct ingot_device *dev)
{
	return &dev->config;
}

void ingot_device_stats(const struct ingot_device *dev, struct ingot_device_stats *stats)
{
	struct ing_core_stats s = { 0 };

	dev->core->ops->stats(dev->core, &s);
	*stats = (struct ingot_device_stats){ s.cycles, s.port_cycles, s.sim_ns };
}

void ingot_device_counters(struct ingot_device *dev, uint64_t counters[ING_COUNTERS])
{
	for (unsigned int i = 0; i < ING_COUNTERS; i++) {
		uint64_t lo = mmio_read(dev, ING_REG_COUNTERS + 8 * i);

		counters[i] = lo | (uint64_t)mmio_read(dev, ING_REG_COUNTERS + 8 * i + 4) << 32;
	}
}

int ingot_device_trace(struct ingot_device *dev, const char *path, struct ingot_error *err)
{
	int ret = dev->core->ops->trace ? dev->core->ops->trace(dev->core, path) : -EOPNOTSUPP;

	if (ret)
		return ingot_error_set(err, ret, "%s: no waveform to %s: %s", dev->uri,
				       path ? path : "(stop)", strerror(-ret));
	return 0;
}

void ingot_abort(struct ingot_device *dev)
{
	dev->abort_request = 1;
}
