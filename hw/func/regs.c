// SPDX-License-Identifier: MIT
#include <string.h>

#include "func.h"

static void set_low(uint64_t *value, uint32_t low)
{
	*value = (*value & ~0xffffffffull) | low;
}

static void set_high(uint64_t *value, uint32_t high)
{
	*value = (*value & 0xffffffffull) | (uint64_t)high << 32;
}

static uint32_t read_queue(const struct func_queue *queue, uint32_t offset)
{
	switch (offset) {
	case ING_Q_SQ_BASE_LO:
		return (uint32_t)queue->sq_base;
	case ING_Q_SQ_BASE_HI:
		return (uint32_t)(queue->sq_base >> 32);
	case ING_Q_SQ_LOG2:
		return queue->sq_log2;
	case ING_Q_SQ_TAIL:
		return queue->sq_tail;
	case ING_Q_SQ_HEAD:
		return queue->sq_head;
	case ING_Q_CQ_BASE_LO:
		return (uint32_t)queue->cq_base;
	case ING_Q_CQ_BASE_HI:
		return (uint32_t)(queue->cq_base >> 32);
	case ING_Q_CQ_LOG2:
		return queue->cq_log2;
	case ING_Q_CQ_HEAD_LO:
		return (uint32_t)queue->cq_head_addr;
	case ING_Q_CQ_HEAD_HI:
		return (uint32_t)(queue->cq_head_addr >> 32);
	case ING_Q_CQ_TAIL:
		return queue->cq_tail;
	case ING_Q_ENABLE:
		return queue->enabled;
	default:
		return 0;
	}
}

static void enable_queue(struct func_queue *queue, bool enable)
{
	if (enable && !queue->enabled) {
		queue->sq_head = 0;
		queue->sq_tail = 0;
		queue->cq_head = 0;
		queue->cq_tail = 0;
	}
	queue->enabled = enable;
}

static void write_queue(struct func_queue *queue, uint32_t offset, uint32_t value)
{
	const uint32_t aligned = value & ~(uint32_t)(ING_DESC_BYTES - 1);

	switch (offset) {
	case ING_Q_SQ_BASE_LO:
		set_low(&queue->sq_base, aligned);
		break;
	case ING_Q_SQ_BASE_HI:
		set_high(&queue->sq_base, value);
		break;
	case ING_Q_SQ_LOG2:
		queue->sq_log2 = value & 15;
		break;
	case ING_Q_SQ_TAIL:
		queue->sq_tail = (uint16_t)value;
		break;
	case ING_Q_CQ_BASE_LO:
		set_low(&queue->cq_base, aligned);
		break;
	case ING_Q_CQ_BASE_HI:
		set_high(&queue->cq_base, value);
		break;
	case ING_Q_CQ_LOG2:
		queue->cq_log2 = value & 15;
		break;
	case ING_Q_CQ_HEAD_LO:
		set_low(&queue->cq_head_addr, aligned);
		break;
	case ING_Q_CQ_HEAD_HI:
		set_high(&queue->cq_head_addr, value);
		break;
	case ING_Q_ENABLE:
		enable_queue(queue, value & 1);
		break;
	}
}

/* The model has no clock: of the counters only COMMANDS counts */
static uint32_t read_counter(const struct func_core *core, uint32_t word)
{
	if (word / 2 != ING_CNT_COMMANDS)
		return 0;
	return (uint32_t)(core->job.commands >> (word % 2 * 32));
}

static uint32_t *slot_word(struct func_core *core, uint32_t offset)
{
	struct ing_slot *slot = &core->slots[0][0] + offset / ING_SLOT_STRIDE;

	switch (offset % ING_SLOT_STRIDE) {
	case ING_SLOT_BASE:
		return &slot->base;
	case ING_SLOT_LEN:
		return &slot->len;
	case ING_SLOT_PERM:
		return &slot->perm;
	default:
		return NULL;
	}
}

static uint32_t read_rom(const struct func_core *core, uint32_t offset)
{
	uint8_t bytes[4] = { 0 };

	for (uint32_t i = 0; i < 4 && offset + i < core->rom_bytes; i++)
		bytes[i] = core->rom[offset + i];
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint32_t read_global(const struct func_core *core, uint32_t offset)
{
	switch (offset) {
	case ING_REG_MAGIC:
		return ING_MAGIC;
	case ING_REG_VERSION:
		return ING_VERSION;
	case ING_REG_ROM_BYTES:
		return (uint32_t)core->rom_bytes;
	case ING_REG_STATUS:
		return core->job.active | core->copy.active << 1;
	case ING_REG_IRQ_STATUS:
		return core->irq_status;
	case ING_REG_IRQ_ENABLE:
		return core->irq_enable;
	case ING_REG_FAULT_CODE:
		return core->fault.code;
	case ING_REG_FAULT_PC:
		return core->fault.pc;
	case ING_REG_FAULT_SLOT:
		return core->fault.slot;
	case ING_REG_FAULT_OFFSET:
		return core->fault.offset;
	case ING_REG_FAULT_TAG:
		return core->fault_tag;
	default:
		return 0;
	}
}

/* Whether @offset lies in a window of @bytes from @start on */
static bool in_window(uint32_t offset, uint32_t start, uint32_t bytes)
{
	return offset >= start && offset - start < bytes;
}

#define SLOT_WINDOW (ING_CONTEXTS * ING_SLOTS * ING_SLOT_STRIDE)

uint32_t func_mmio_read(struct ing_core *base, uint32_t offset)
{
	struct func_core *core = (struct func_core *)base;
	uint32_t *word;

	offset &= ~3u;
	if (in_window(offset, ING_REG_QUEUE, ING_QUEUES * ING_QUEUE_STRIDE))
		return read_queue(&core->queues[(offset - ING_REG_QUEUE) / ING_QUEUE_STRIDE],
				  (offset - ING_REG_QUEUE) % ING_QUEUE_STRIDE);
	if (in_window(offset, ING_REG_COUNTERS, ING_COUNTERS * 8))
		return read_counter(core, (offset - ING_REG_COUNTERS) / 4);
	if (in_window(offset, ING_REG_SLOTS, SLOT_WINDOW)) {
		word = slot_word(core, offset - ING_REG_SLOTS);
		return word ? *word : 0;
	}
	if (in_window(offset, ING_REG_ROM, ING_ROM_MAX_BYTES))
		return read_rom(core, offset - ING_REG_ROM);
	return read_global(core, offset);
}

static void write_global(struct func_core *core, uint32_t offset, uint32_t value)
{
	const uint32_t vectors = (1u << ING_QUEUES) - 1;

	switch (offset) {
	case ING_REG_ABORT:
		core->job.abort |= (value & 1) && core->job.active;
		break;
	case ING_REG_IRQ_STATUS:
		core->irq_status &= ~value;
		core->irq_raise &= ~value;
		break;
	case ING_REG_IRQ_ENABLE:
		core->irq_raise |= value & ~core->irq_enable & core->irq_status;
		core->irq_enable = value & vectors;
		break;
	case ING_REG_RESET:
		if (value & 1)
			func_reset(core);
		break;
	}
}

void func_mmio_write(struct ing_core *base, uint32_t offset, uint32_t value)
{
	struct func_core *core = (struct func_core *)base;
	uint32_t *word;

	offset &= ~3u;
	if (in_window(offset, ING_REG_QUEUE, ING_QUEUES * ING_QUEUE_STRIDE)) {
		write_queue(&core->queues[(offset - ING_REG_QUEUE) / ING_QUEUE_STRIDE],
			    (offset - ING_REG_QUEUE) % ING_QUEUE_STRIDE, value);
		return;
	}
	if (!in_window(offset, ING_REG_SLOTS, SLOT_WINDOW)) {
		write_global(core, offset, value);
		return;
	}
	word = slot_word(core, offset - ING_REG_SLOTS);
	if (word)
		*word = offset % ING_SLOT_STRIDE == ING_SLOT_PERM ? value & 7 : value;
}
