// SPDX-License-Identifier: MIT
/*
 * Follows the rings from outside the core: the host's register writes say where they are, the
 * core's transfers say what it takes and writes. A queue has one descriptor under way at a time.
 */
#include <endian.h>
#include <string.h>

#include "board.h"

/* What a wrong tag differs in. */
#define TAG_DAMAGE 0x5a5a5a5au
/* Line of a head word. */
#define HEAD_BYTES 64

void watch_reset(struct board *board, bool slots)
{
	memset(board->queues, 0, sizeof(board->queues));
	board->spoil = false;
	if (slots)
		memset(board->slots, 0, sizeof(board->slots));
}

/* ---- registers ---- */

static uint32_t reg(const struct watched_queue *queue, uint32_t offset)
{
	return queue->regs[offset / 4];
}

static void watch_queue(struct watched_queue *queue, uint32_t offset, uint32_t value)
{
	if (offset == ING_Q_ENABLE && value & 1 && !(reg(queue, ING_Q_ENABLE) & 1)) {
		queue->regs[ING_Q_SQ_TAIL / 4] = 0;
		queue->completed = 0;
	}
	queue->regs[offset / 4] = value;
}

static void watch_slot(struct board *board, uint32_t at, uint32_t value)
{
	uint32_t entry = at / ING_SLOT_STRIDE;
	struct watched_slot *slot = &board->slots[entry / ING_SLOTS][entry % ING_SLOTS];

	switch (at % ING_SLOT_STRIDE) {
	case ING_SLOT_BASE:
		slot->base = value;
		break;
	case ING_SLOT_LEN:
		slot->len = value;
		break;
	case ING_SLOT_PERM:
		slot->perm = value;
		break;
	}
}

void watch_register(struct board *board, uint32_t offset, uint32_t value)
{
	uint32_t at = offset - ING_REG_QUEUE;

	if (at < ING_QUEUES * ING_QUEUE_STRIDE)
		watch_queue(&board->queues[at / ING_QUEUE_STRIDE], at % ING_QUEUE_STRIDE, value);
	at = offset - ING_REG_SLOTS;
	if (at < ING_CONTEXTS * ING_SLOTS * ING_SLOT_STRIDE)
		watch_slot(board, at, value);
}

bool watch_copies_wait(const struct board *board)
{
	const struct watched_queue *queue = &board->queues[ING_QUEUE_COPY];

	return reg(queue, ING_Q_ENABLE) & 1 &&
	       (uint16_t)reg(queue, ING_Q_SQ_TAIL) != queue->completed;
}

/* ---- rings ---- */

/* The address whose low half is in register @low, and whose high half is in the next one */
static uint64_t address_at(const struct watched_queue *queue, uint32_t low)
{
	return (reg(queue, low) & ~63u) | (uint64_t)reg(queue, low + 4) << 32;
}

static bool is_within(const struct watched_queue *queue, uint32_t base, uint32_t log2, size_t bytes,
		      uint64_t addr)
{
	uint64_t entries = 1ull << (reg(queue, log2) & 15);

	return reg(queue, ING_Q_ENABLE) & 1 && addr - address_at(queue, base) < entries * bytes;
}

/* Whether @addr is the start of an entry of the ring whose base is in register @base */
static bool is_entry(const struct watched_queue *queue, uint32_t base, uint32_t log2, size_t bytes,
		     uint64_t addr)
{
	return is_within(queue, base, log2, bytes, addr) &&
	       (addr - address_at(queue, base)) % bytes == 0;
}

bool watch_is_ring(const struct board *board, uint64_t addr)
{
	for (unsigned int q = 0; q < ING_QUEUES; q++) {
		const struct watched_queue *queue = &board->queues[q];

		if (is_within(queue, ING_Q_SQ_BASE_LO, ING_Q_SQ_LOG2, ING_DESC_BYTES, addr) ||
		    is_within(queue, ING_Q_CQ_BASE_LO, ING_Q_CQ_LOG2, ING_COMP_BYTES, addr) ||
		    addr - address_at(queue, ING_Q_CQ_HEAD_LO) < HEAD_BYTES)
			return true;
	}
	return false;
}

static void swap_words(uint32_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		words[i] = le32toh(words[i]);
}

void watch_read(struct board *board, uint64_t addr, void *buf, size_t len)
{
	const size_t words = ING_DESC_BYTES / 4;
	unsigned int q = 0;
	uint32_t desc[ING_DESC_BYTES / 4];

	if (len != ING_DESC_BYTES)
		return;
	while (q < ING_QUEUES && (board->queues[q].busy ||
				  !is_entry(&board->queues[q], ING_Q_SQ_BASE_LO, ING_Q_SQ_LOG2,
					    ING_DESC_BYTES, addr)))
		q++;
	if (q == ING_QUEUES)
		return;
	memcpy(desc, buf, len);
	swap_words(desc, words);
	board->queues[q].busy = true;
	memcpy(board->queues[q].desc, desc, len);
	damage_before(board, q, desc);
	swap_words(desc, words);
	memcpy(buf, desc, len);
}

static void watch_done(struct board *board, unsigned int q)
{
	struct watched_queue *queue = &board->queues[q];
	bool job = q == ING_QUEUE_JOB;

	/* a descriptor that could not be read was never under way */
	if (queue->busy)
		damage_after(board, q, queue->desc);
	queue->busy = false;
	queue->completed++;
	if (job)
		board->stats.jobs++;
	else
		board->stats.copies++;
	board_event(board, job ? FAULT_ON_JOB : FAULT_ON_COPY);
}

static void watch_completion(struct board *board, unsigned int q, uint32_t *words)
{
	if ((words[ING_COMP_TYPE_W] & 0xff) == ING_COMP_EVENT) {
		board->stats.events++;
		words[ING_COMP_VALUE_W] ^= board->spoil;
	}
	if (board->faults.wrong_tags && board->faults.wrong_tag_queues >> q & 1) {
		board->faults.wrong_tags--;
		words[ING_COMP_TAG_W] ^= TAG_DAMAGE;
	}
	if ((words[ING_COMP_TYPE_W] & 0xff) == ING_COMP_DONE)
		watch_done(board, q);
}

bool watch_write(struct board *board, uint64_t addr, void *buf, size_t len)
{
	const size_t words = ING_COMP_BYTES / 4;
	uint32_t completion[ING_COMP_BYTES / 4] = { 0 };
	unsigned int q = 0;

	/* the phase may come later, in a write of its own */
	if (len < ING_COMP_BYTES - 4)
		return false;
	while (q < ING_QUEUES && !is_entry(&board->queues[q], ING_Q_CQ_BASE_LO, ING_Q_CQ_LOG2,
					   ING_COMP_BYTES, addr))
		q++;
	if (q == ING_QUEUES)
		return false;
	memcpy(completion, buf, len);
	swap_words(completion, words);
	watch_completion(board, q, completion);
	swap_words(completion, words);
	memcpy(buf, completion, len);
	return true;
}
