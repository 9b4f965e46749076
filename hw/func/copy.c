// SPDX-License-Identifier: MIT
#include "func.h"

/* Units moved in one go: small enough that a job keeps its pace beside a long copy. */
#define COPY_UNITS 4096

static bool is_malformed(const uint32_t *desc)
{
	uint32_t type = desc[ING_DESC_TYPE_W] & ~(uint32_t)ING_DESC_IRQ;
	uint32_t units = desc[ING_DESC_LEN_W];

	return (type != ING_DESC_TO_DEVICE && type != ING_DESC_TO_HOST) || !units ||
	       desc[ING_DESC_HOST_LO_W] % ING_UNIT_BYTES ||
	       (uint64_t)desc[ING_DESC_DEV_W] + units > 1ull << 32;
}

static void start(struct func_core *core, const uint32_t *desc)
{
	struct func_copy *copy = &core->copy;

	copy->active = true;
	copy->irq = desc[ING_DESC_TYPE_W] & ING_DESC_IRQ;
	copy->to_host = (desc[ING_DESC_TYPE_W] & 0xff) == ING_DESC_TO_HOST;
	copy->tag = desc[ING_DESC_TAG_W];
	copy->host = desc[ING_DESC_HOST_LO_W] | (uint64_t)desc[ING_DESC_HOST_HI_W] << 32;
	copy->unit = desc[ING_DESC_DEV_W];
	copy->units = desc[ING_DESC_LEN_W];
	copy->fault = ING_FAULT_NONE;
	if (is_malformed(desc)) {
		copy->units = 0;
		copy->fault = ING_FAULT_DESC;
	}
}

static void move(struct func_core *core)
{
	struct func_copy *copy = &core->copy;
	uint64_t units = copy->units < COPY_UNITS ? copy->units : COPY_UNITS;
	size_t bytes = units * ING_UNIT_BYTES;
	uint8_t *memory = core->memory + copy->unit * ING_UNIT_BYTES;
	int ret = -1;

	if (copy->unit + units <= core->memory_units)
		ret = copy->to_host ? core->host.write(core->host.priv, copy->host, memory, bytes)
				    : core->host.read(core->host.priv, copy->host, memory, bytes);
	if (ret < 0)
		copy->fault = ING_FAULT_BUS;
	copy->host += bytes;
	copy->unit += units;
	copy->units -= units;
}

static void finish(struct func_core *core)
{
	struct func_completion c = { .irq = core->copy.irq };

	c.w[ING_COMP_TAG_W] = core->copy.tag;
	c.w[ING_COMP_TYPE_W] = ING_COMP_DONE | core->copy.fault << 8;
	core->copy.active = false;
	func_queue_post(core, ING_QUEUE_COPY, &c);
}

uint64_t func_copy_step(struct func_core *core)
{
	uint32_t desc[16] = { 0 };
	int ret;

	if (!func_queue_flush(core, ING_QUEUE_COPY))
		return 0;
	if (!core->copy.active) {
		ret = func_queue_fetch(core, ING_QUEUE_COPY, desc);
		if (!ret)
			return 0;
		start(core, desc);
		if (ret < 0)
			core->copy.fault = ING_FAULT_BUS;
	}
	if (core->copy.units)
		move(core);
	if (!core->copy.units)
		finish(core);
	return 1;
}
