// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Rings: descriptors to the device, completions from it. Steady operation writes one register a
 * batch of descriptors (the doorbell) and reads none: a phase bit says which completions are new,
 * and the device finds in memory how far we have read.
 */
#include <linux/dma-mapping.h>

#include "ingot_drv.h"

#define SQ_BYTES (ING_DESC_BYTES << INGOT_SQ_LOG2)
#define CQ_BYTES (ING_COMP_BYTES << INGOT_CQ_LOG2)
#define DESC_WORDS (ING_DESC_BYTES / 4)
#define COMP_WORDS (ING_COMP_BYTES / 4)
#define CQ_ENTRIES BIT(INGOT_CQ_LOG2)
/* Line of the head word. */
#define HEAD_BYTES 64

static void write_reg(struct ingot_ring *ring, u32 offset, u32 value)
{
	ingot_hw_write(ring->idev, ING_REG_QUEUE + ring->queue * ING_QUEUE_STRIDE + offset, value);
}

static void write_address(struct ingot_ring *ring, u32 low, u32 high, dma_addr_t address)
{
	write_reg(ring, low, lower_32_bits(address));
	write_reg(ring, high, upper_32_bits(address));
}

/**
 * ingot_ring_init() - allocates the rings of a queue
 * @idev: device; the memory goes with its binding
 * @queue: ING_QUEUE_*
 *
 * Return: 0 or -ENOMEM.
 */
int ingot_ring_init(struct ingot_device *idev, unsigned int queue)
{
	struct ingot_ring *ring = &idev->rings[queue];
	void *memory;

	ring->idev = idev;
	ring->queue = queue;
	ring->bytes = SQ_BYTES + CQ_BYTES + HEAD_BYTES;
	memory = dmam_alloc_coherent(&idev->pdev->dev, ring->bytes, &ring->dma, GFP_KERNEL);
	if (!memory)
		return -ENOMEM;
	ring->sq = memory;
	ring->cq = memory + SQ_BYTES;
	ring->cq_head_word = memory + SQ_BYTES + CQ_BYTES;
	return 0;
}

/**
 * ingot_ring_start() - empties the rings and shows them to the device
 * @ring: rings of a device that was reset
 */
void ingot_ring_start(struct ingot_ring *ring)
{
	dma_addr_t cq = ring->dma + SQ_BYTES;

	memset(ring->sq, 0, ring->bytes);
	ring->sq_tail = 0;
	ring->sq_rung = 0;
	ring->cq_head = 0;
	ring->cq_shown = 0;
	write_reg(ring, ING_Q_ENABLE, 0);
	write_address(ring, ING_Q_SQ_BASE_LO, ING_Q_SQ_BASE_HI, ring->dma);
	write_reg(ring, ING_Q_SQ_LOG2, INGOT_SQ_LOG2);
	write_address(ring, ING_Q_CQ_BASE_LO, ING_Q_CQ_BASE_HI, cq);
	write_reg(ring, ING_Q_CQ_LOG2, INGOT_CQ_LOG2);
	write_address(ring, ING_Q_CQ_HEAD_LO, ING_Q_CQ_HEAD_HI, cq + CQ_BYTES);
	write_reg(ring, ING_Q_ENABLE, 1);
}

/**
 * ingot_ring_entry() - a descriptor of the submission ring
 * @ring: rings
 * @index: free-running index
 *
 * Return: its words.
 */
__le32 *ingot_ring_entry(struct ingot_ring *ring, u16 index)
{
	return ring->sq + DESC_WORDS * (index & (INGOT_SQ_ENTRIES - 1));
}

/**
 * ingot_ring_next() - the descriptor to be filled next
 * @ring: rings; the caller knows that fewer than INGOT_SQ_ENTRIES descriptors are under way
 *
 * Return: its words; ingot_ring_push() adds it to the ring.
 */
__le32 *ingot_ring_next(struct ingot_ring *ring)
{
	return ingot_ring_entry(ring, ring->sq_tail);
}

/**
 * ingot_ring_push() - adds the descriptor that ingot_ring_next() gave; the device is not told yet
 * @ring: rings
 */
void ingot_ring_push(struct ingot_ring *ring)
{
	ring->sq_tail++;
}

/**
 * ingot_ring_doorbell() - tells the device of the descriptors that it does not know of
 * @ring: rings
 *
 * Return: whether there were any.
 */
bool ingot_ring_doorbell(struct ingot_ring *ring)
{
	if (ring->sq_rung == ring->sq_tail)
		return false;
	ring->sq_rung = ring->sq_tail;
	write_reg(ring, ING_Q_SQ_TAIL, ring->sq_tail);
	return true;
}

/**
 * ingot_ring_pop() - takes the next completion
 * @ring: rings
 * @completion: filled in
 *
 * Return: whether there was one.
 */
bool ingot_ring_pop(struct ingot_ring *ring, struct ingot_completion *completion)
{
	const __le32 *entry = ring->cq + COMP_WORDS * (ring->cq_head & (CQ_ENTRIES - 1));
	/* 1 on the first lap */
	u32 phase = !(ring->cq_head & CQ_ENTRIES);

	if ((le32_to_cpu(READ_ONCE(entry[ING_COMP_PHASE_W])) & 1) != phase)
		return false;
	/* the device writes the phase last: the rest is read after it */
	dma_rmb();
	for (unsigned int i = 0; i < COMP_WORDS; i++)
		completion->w[i] = le32_to_cpu(entry[i]);
	ring->cq_head++;
	return true;
}

/**
 * ingot_ring_publish() - lets the device use the entries of completions that were taken
 * @ring: rings
 */
void ingot_ring_publish(struct ingot_ring *ring)
{
	if (ring->cq_shown == ring->cq_head)
		return;
	ring->cq_shown = ring->cq_head;
	/* what was in them has been read before the device writes there again */
	dma_mb();
	WRITE_ONCE(*ring->cq_head_word, cpu_to_le32(ring->cq_head));
}
