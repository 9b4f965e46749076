// SPDX-License-Identifier: MIT
/* BAR0: the board's own registers, and those of the core with what a fault makes of them. */
#include "board.h"

static bool is_gone(const struct board *board)
{
	return board->faults.all_ones || board->dead;
}

static uint32_t read_board_block(const struct board *board, uint32_t offset)
{
	switch (offset) {
	case ING_REG_BOARD_MAGIC:
		return ING_BOARD_MAGIC;
	case ING_REG_BOARD_VECTORS:
		return board->vectors;
	case ING_REG_BOARD_TEMP:
		return (uint32_t)board->faults.temperature;
	default:
		return 0;
	}
}

/* A stuck job makes no progress, whatever the core thinks */
static bool is_frozen(const struct board *board, uint32_t offset)
{
	return board->stuck.active && offset >= ING_REG_COUNTERS &&
	       offset < ING_REG_COUNTERS + 8 * ING_COUNTERS;
}

uint32_t board_reg_read(struct board *board, uint32_t offset)
{
	struct ing_core *core = board->handle.core;

	board->stats.reg_reads++;
	if (is_gone(board))
		return UINT32_MAX;
	if (offset >= ING_REG_BOARD_MAGIC)
		return read_board_block(board, offset);
	if (board->hung && offset == ING_REG_RESET)
		return 1;
	return is_frozen(board, offset) ? 0 : core->ops->mmio_read(core, offset);
}

static void reset_by_register(struct board *board)
{
	board->stats.resets++;
	if (board->faults.reset_hangs) {
		board->hung = true;
		return;
	}
	board_reset_core(board);
}

static void set_core(struct board *board, uint32_t offset, uint32_t value)
{
	watch_register(board, offset, value);
	board->handle.core->ops->mmio_write(board->handle.core, offset, value);
}

/* Permissions are written last: by them it shows whether a slot is to be widened. Returns theirs. */
static uint32_t widen_slot(struct board *board, uint32_t offset, uint32_t perm)
{
	const uint32_t at = offset - ING_REG_SLOTS, entry = at / ING_SLOT_STRIDE;
	const struct watched_slot *slot;

	if (at >= ING_CONTEXTS * ING_SLOTS * ING_SLOT_STRIDE ||
	    at % ING_SLOT_STRIDE != ING_SLOT_PERM || !perm || perm & ING_PERM_EXEC)
		return perm;
	slot = &board->slots[entry / ING_SLOTS][entry % ING_SLOTS];
	set_core(board, offset - ING_SLOT_PERM + ING_SLOT_LEN,
		 slot->len + board->faults.wide_units);
	return perm | ING_PERM_READ | ING_PERM_WRITE;
}

static void write_core(struct board *board, uint32_t offset, uint32_t value)
{
	if (offset == ING_REG_RESET && value & 1) {
		reset_by_register(board);
		board_event(board, FAULT_ON_RESET);
		return;
	}
	if (offset == ING_REG_ABORT && board->stuck.active)
		return;
	if (board->faults.wide_slots)
		value = widen_slot(board, offset, value);
	set_core(board, offset, value);
}

static bool is_doorbell(uint32_t offset, unsigned int *queue)
{
	uint32_t at = offset - ING_REG_QUEUE;

	*queue = at / ING_QUEUE_STRIDE;
	return *queue < ING_QUEUES && at % ING_QUEUE_STRIDE == ING_Q_SQ_TAIL;
}

void board_reg_write(struct board *board, uint32_t offset, uint32_t value)
{
	unsigned int queue;
	bool doorbell = is_doorbell(offset, &queue);

	board->stats.reg_writes++;
	if (doorbell)
		board->stats.doorbells[queue]++;
	board->busy = true;
	board->looks = 0;
	if (is_gone(board) || board->hung)
		return;
	if (offset == ING_REG_BOARD_VECTORS && value >= 1 && value <= ING_QUEUES)
		board->vectors = value;
	if (offset < ING_REG_BOARD_MAGIC)
		write_core(board, offset, value);
	if (doorbell)
		board_event(board, FAULT_ON_DOORBELL);
}
