// SPDX-License-Identifier: MIT
#include <endian.h>
#include <string.h>

#include "func.h"

/* The phase is the last word: a completion is whole when the host sees it. */
#define PHASE_OFFSET (ING_COMP_PHASE_W * 4)

static uint32_t entries(uint32_t log2)
{
	return 1u << (log2 & 15);
}

bool func_queue_waiting(const struct func_core *core, unsigned int q)
{
	const struct func_queue *queue = &core->queues[q];

	return queue->enabled && queue->sq_head != queue->sq_tail;
}

int func_queue_fetch(struct func_core *core, unsigned int q, uint32_t desc[16])
{
	struct func_queue *queue = &core->queues[q];
	uint32_t index = queue->sq_head & (entries(queue->sq_log2) - 1);
	int ret;

	if (!func_queue_waiting(core, q))
		return 0;
	ret = core->host.read(core->host.priv, queue->sq_base + (uint64_t)index * ING_DESC_BYTES,
			      desc, ING_DESC_BYTES);
	queue->sq_head++;
	if (ret < 0) {
		memset(desc, 0, ING_DESC_BYTES);
		return ret;
	}
	for (int i = 0; i < 16; i++)
		desc[i] = le32toh(desc[i]);
	return 1;
}

static bool is_full(const struct func_queue *queue)
{
	return (uint16_t)(queue->cq_tail - queue->cq_head) >= entries(queue->cq_log2);
}

/* Looks into host memory, which costs a bus transfer, only when the ring seems full */
static bool has_room(struct func_core *core, struct func_queue *queue)
{
	uint32_t head;

	if (!is_full(queue))
		return true;
	if (core->host.read(core->host.priv, queue->cq_head_addr, &head, sizeof(head)) < 0)
		return false;
	queue->cq_head = (uint16_t)le32toh(head);
	return !is_full(queue);
}

static void write_completion(struct func_core *core, struct func_queue *queue,
			     const struct func_completion *c)
{
	uint32_t count = entries(queue->cq_log2), words[ING_COMP_BYTES / 4], phase;
	uint64_t address = queue->cq_base +
			   (uint64_t)(queue->cq_tail & (count - 1)) * ING_COMP_BYTES;

	for (unsigned int i = 0; i < ING_COMP_BYTES / 4; i++)
		words[i] = htole32(c->w[i]);
	phase = htole32(!(queue->cq_tail & count));
	queue->cq_tail++;
	/* a host that cannot be written does not get it: there is nobody else to tell */
	if (core->host.write(core->host.priv, address, words, PHASE_OFFSET) < 0)
		return;
	core->host.write(core->host.priv, address + PHASE_OFFSET, &phase, sizeof(phase));
}

void func_raise(struct func_core *core, unsigned int q)
{
	core->irq_status |= 1u << q;
	if (core->irq_enable & 1u << q)
		core->host.irq(core->host.priv, q);
}

bool func_queue_flush(struct func_core *core, unsigned int q)
{
	struct func_queue *queue = &core->queues[q];

	if (!queue->next.valid)
		return true;
	if (queue->enabled) {
		if (!has_room(core, queue))
			return false;
		write_completion(core, queue, &queue->next);
		if (queue->next.irq)
			func_raise(core, q);
	}
	queue->next.valid = false;
	return true;
}

void func_queue_post(struct func_core *core, unsigned int q, const struct func_completion *c)
{
	core->queues[q].next = *c;
	core->queues[q].next.valid = true;
	func_queue_flush(core, q);
}
