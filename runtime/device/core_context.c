// SPDX-License-Identifier: MIT
/* Contexts, slots and jobs of the in-process transport. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core_transport.h"

static uint32_t slot_reg(const struct core_context *ctx, unsigned int slot)
{
	return ING_REG_SLOTS + ING_SLOT_STRIDE * (ctx->index * ING_SLOTS + slot);
}

static void slot_write(struct core_context *ctx, unsigned int slot, uint64_t base, uint64_t bytes,
		       unsigned int perm)
{
	struct core_device *dev = to_core(ctx->base.dev);
	uint32_t reg = slot_reg(ctx, slot);

	mmio_write(dev, reg + ING_SLOT_PERM, 0);
	mmio_write(dev, reg + ING_SLOT_BASE, base / ING_UNIT_BYTES);
	mmio_write(dev, reg + ING_SLOT_LEN, bytes / ING_UNIT_BYTES);
	mmio_write(dev, reg + ING_SLOT_PERM, perm);
}

struct ingot_context *core_context_create(struct ingot_device *base, struct ingot_error *err)
{
	struct core_device *dev = to_core(base);
	unsigned int index = __builtin_ctz(~dev->contexts_used);
	struct core_context *ctx;

	if (index >= ING_CONTEXTS) {
		ingot_error_set(err, -ENOSPC, "%s: all %d contexts are in use", base->uri, ING_CONTEXTS);
		return NULL;
	}
	ctx = malloc(sizeof(*ctx));
	if (!ctx) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	*ctx = (struct core_context){ { base }, index };
	dev->contexts_used |= 1u << index;
	for (unsigned int slot = 0; slot < ING_SLOTS; slot++)
		slot_write(ctx, slot, 0, 0, 0);
	return &ctx->base;
}

void core_context_destroy(struct ingot_context *base)
{
	struct core_context *ctx = (struct core_context *)base;

	for (unsigned int slot = 0; slot < ING_SLOTS; slot++)
		slot_write(ctx, slot, 0, 0, 0);
	to_core(base->dev)->contexts_used &= ~(1u << ctx->index);
	free(ctx);
}

int core_bind(struct ingot_context *ctx, unsigned int slot, struct ingot_buffer *base,
	      unsigned int perm, struct ingot_error *err)
{
	const struct core_buffer *buf = (const struct core_buffer *)base;

	(void)err;
	slot_write((struct core_context *)ctx, slot, buf ? buf->first : 0,
		   buf ? buf->base.bytes : 0, perm);
	return 0;
}

static int put_job(struct core_device *dev, const struct core_context *ctx,
		   const struct ingot_job *job)
{
	uint32_t desc[16] = {
		[ING_DESC_TYPE_W] = ING_DESC_RUN,
		[ING_DESC_TAG_W] = job->tag,
		[ING_DESC_CTX_W] = ctx->index | (job->slot & 0xff) << 8,
		[ING_DESC_BUDGET_W] = job->budget,
		[ING_DESC_PROG_W] = job->offset,
		[ING_DESC_PROG_LEN_W] = job->commands,
	};

	if (job->flags & INGOT_JOB_INTERRUPT)
		desc[ING_DESC_TYPE_W] |= ING_DESC_IRQ;
	memcpy(&desc[ING_DESC_ARG0_W], job->args, sizeof(job->args));
	return ingot_ring_put(dev, ING_QUEUE_JOB, desc);
}

int core_submit(struct ingot_context *base, const struct ingot_job *jobs, unsigned int count,
		struct ingot_error *err)
{
	const struct core_context *ctx = (const struct core_context *)base;
	struct core_device *dev = to_core(base->dev);
	unsigned int done = 0;

	/* an abort that came after the end of the last job is not meant for this one */
	if (!dev->owed[ING_QUEUE_JOB])
		dev->abort_request = 0;
	while (done < count && !put_job(dev, ctx, &jobs[done]))
		done++;
	if (!done)
		return ingot_error_set(err, -EBUSY,
				       "%s: the job ring is full: wait for a job to end",
				       dev->base.uri);
	ingot_ring_bell(dev, ING_QUEUE_JOB);
	return (int)done;
}

static struct ingot_completion completion(const uint32_t c[8])
{
	return (struct ingot_completion){
		.tag = c[ING_COMP_TAG_W],
		.done = (c[ING_COMP_TYPE_W] & 0xff) == ING_COMP_DONE,
		.fault = c[ING_COMP_TYPE_W] >> 8 & 0xff,
		.value = c[ING_COMP_VALUE_W],
		.value2 = c[ING_COMP_VALUE2_W],
		.offset = c[ING_COMP_OFFSET_W],
		.cycles = c[ING_COMP_CYCLES_LO_W] | (uint64_t)c[ING_COMP_CYCLES_HI_W] << 32,
	};
}

int core_next(struct ingot_device *base, struct ingot_completion *completions,
	      unsigned int capacity, unsigned int least, struct ingot_error *err)
{
	struct core_device *dev = to_core(base);
	unsigned int count = 0;
	uint32_t c[8];

	while (count < capacity) {
		if (!ingot_ring_poll(dev, ING_QUEUE_JOB, c)) {
			if (count >= least)
				break;
			if (ingot_ring_wait(dev, ING_QUEUE_JOB, c, count ? NULL : err))
				return count ? (int)count : -EIO;
		}
		completions[count++] = completion(c);
	}
	return (int)count;
}
