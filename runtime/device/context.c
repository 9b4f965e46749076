// SPDX-License-Identifier: MIT
/* Contexts, slots and jobs of the in-process transport. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core_transport.h"

static uint32_t slot_reg(const struct ingot_context *ctx, unsigned int slot)
{
	return ING_REG_SLOTS + ING_SLOT_STRIDE * (ctx->index * ING_SLOTS + slot);
}

static void slot_write(struct ingot_context *ctx, unsigned int slot, uint64_t base, uint64_t bytes,
		       unsigned int perm)
{
	uint32_t reg = slot_reg(ctx, slot);

	mmio_write(ctx->dev, reg + ING_SLOT_PERM, 0);
	mmio_write(ctx->dev, reg + ING_SLOT_BASE, base / ING_UNIT_BYTES);
	mmio_write(ctx->dev, reg + ING_SLOT_LEN, bytes / ING_UNIT_BYTES);
	mmio_write(ctx->dev, reg + ING_SLOT_PERM, perm);
}

struct ingot_context *ingot_context_create(struct ingot_device *dev, struct ingot_error *err)
{
	struct ingot_context *ctx;
	unsigned int index = __builtin_ctz(~dev->contexts_used);

	if (index >= ING_CONTEXTS) {
		ingot_error_set(err, -ENOSPC, "%s: all %d contexts are in use", dev->uri, ING_CONTEXTS);
		return NULL;
	}
	ctx = malloc(sizeof(*ctx));
	if (!ctx) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	*ctx = (struct ingot_context){ dev, index };
	dev->contexts_used |= 1u << index;
	for (unsigned int slot = 0; slot < ING_SLOTS; slot++)
		slot_write(ctx, slot, 0, 0, 0);
	return ctx;
}

void ingot_context_destroy(struct ingot_context *ctx)
{
	if (!ctx)
		return;
	for (unsigned int slot = 0; slot < ING_SLOTS; slot++)
		slot_write(ctx, slot, 0, 0, 0);
	ctx->dev->contexts_used &= ~(1u << ctx->index);
	free(ctx);
}

int ingot_context_bind(struct ingot_context *ctx, unsigned int slot, struct ingot_buffer *buf,
		       unsigned int perm, struct ingot_error *err)
{
	const unsigned int all = ING_PERM_READ | ING_PERM_WRITE | ING_PERM_EXEC;

	if (slot >= ING_SLOTS || perm & ~all || (perm & ING_PERM_EXEC && perm != ING_PERM_EXEC))
		return ingot_error_set(err, -EINVAL,
				       "slot %u, permissions 0x%x: slots are 0 .. %d, EXEC excludes READ and WRITE",
				       slot, perm, ING_SLOTS - 1);
	slot_write(ctx, slot, buf ? buf->base : 0, buf ? buf->bytes : 0, buf ? perm : 0);
	return 0;
}

int ingot_submit(struct ingot_context *ctx, const struct ingot_job *job, struct ingot_error *err)
{
	uint32_t desc[16] = {
		[ING_DESC_TYPE_W] = ING_DESC_RUN,
		[ING_DESC_TAG_W] = job->tag,
		[ING_DESC_CTX_W] = ctx->index | (job->slot & 0xff) << 8,
		[ING_DESC_BUDGET_W] = job->budget,
		[ING_DESC_PROG_W] = job->offset,
		[ING_DESC_PROG_LEN_W] = job->commands,
	};
	int ret;

	memcpy(&desc[ING_DESC_ARG0_W], job->args, sizeof(job->args));
	/* an abort that came after the end of the last job is not meant for this one */
	if (!ctx->dev->owed[ING_QUEUE_JOB])
		ctx->dev->abort_request = 0;
	ret = ingot_ring_submit(ctx->dev, ING_QUEUE_JOB, desc);
	if (ret)
		return ingot_error_set(err, ret, "%s: the job ring is full: wait for a job to end",
				       ctx->dev->uri);
	return 0;
}

int ingot_next(struct ingot_device *dev, struct ingot_completion *completion,
	       struct ingot_error *err)
{
	uint32_t c[8];
	int ret = ingot_ring_wait(dev, ING_QUEUE_JOB, c, err);

	if (ret)
		return ret;
	*completion = (struct ingot_completion){
		.tag = c[ING_COMP_TAG_W],
		.done = (c[ING_COMP_TYPE_W] & 0xff) == ING_COMP_DONE,
		.fault = c[ING_COMP_TYPE_W] >> 8 & 0xff,
		.value = c[ING_COMP_VALUE_W],
		.value2 = c[ING_COMP_VALUE2_W],
		.offset = c[ING_COMP_OFFSET_W],
		.cycles = c[ING_COMP_CYCLES_LO_W] | (uint64_t)c[ING_COMP_CYCLES_HI_W] << 32,
	};
	return 0;
}

const char *ingot_fault_name(unsigned int fault)
{
	static const char *const names[] = {
		[ING_FAULT_NONE] = "no fault",
		[ING_FAULT_OPCODE] = "unknown opcode, function or type",
		[ING_FAULT_FIELD] = "reserved bit set or forbidden field value",
		[ING_FAULT_RANGE] = "scratchpad, activation or scalar address past the end",
		[ING_FAULT_SLOT] = "access past the end of a slot",
		[ING_FAULT_PERM] = "the slot does not permit this access",
		[ING_FAULT_BUDGET] = "more commands than the job's budget",
		[ING_FAULT_PC] = "the program counter left the program",
		[ING_FAULT_BUS] = "the memory port answered with an error",
		[ING_FAULT_ABORT] = "stopped by the host",
		[ING_FAULT_DESC] = "malformed descriptor",
	};

	return fault < sizeof(names) / sizeof(names[0]) ? names[fault] : "unknown fault";
}
