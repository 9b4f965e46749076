// SPDX-License-Identifier: MIT
/* The core at work, a little at a time; and its reset. */
#include <string.h>
#include <time.h>

#include "board.h"

/*
 * A step shall take about as long as a register access over the socket, so that neither waits long
 * for the other.
 */
#define STEP_NS 100000u
/*
 * What a step may do at least and at most: cycles, of which each takes about as long as the next,
 * or commands of the functional model, of which one may take a thousand times as long as another.
 */
#define CYCLES_LEAST 64u
#define CYCLES_MOST 8192u
#define COMMANDS_LEAST 1u
#define COMMANDS_MOST 64u
/* A step of a core that resets. */
#define BUDGET_RESET 4096u
/* Steps of a reset: a core that needs more has a fault. */
#define RESET_STEPS 10000
/*
 * After so many steps in a row that only looked for room in the rings it is enough to look now and
 * then: nobody reads them.
 */
#define LOOKS 32u

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- how much at a time ---- */

static bool has_clock(const struct board *board)
{
	return !strcmp(board->handle.core->ops->name, "rtl");
}

static uint64_t least_budget(const struct board *board)
{
	return has_clock(board) ? CYCLES_LEAST : COMMANDS_LEAST;
}

static uint64_t most_budget(const struct board *board)
{
	return has_clock(board) ? CYCLES_MOST : COMMANDS_MOST;
}

/* ---- reset ---- */

void board_reset_core(struct board *board)
{
	struct ing_core *core = board->handle.core;

	damage_unstick(board);
	watch_reset(board, false);
	core->ops->mmio_write(core, ING_REG_RESET, 1);
}

static void await_reset(struct board *board)
{
	struct ing_core *core = board->handle.core;

	for (int i = 0; i < RESET_STEPS; i++) {
		core->ops->step(core, BUDGET_RESET);
		if (!(core->ops->mmio_read(core, ING_REG_RESET) & 1))
			return;
	}
	board_log("the core does not come back from its reset");
	board->dead = true;
}

/* A reset by register leaves the slot table as it is */
static void clear_slots(struct board *board)
{
	static const struct watched_slot empty;
	struct ing_core *core = board->handle.core;

	for (uint32_t i = 0; i < ING_CONTEXTS * ING_SLOTS; i++) {
		uint32_t at = ING_REG_SLOTS + i * ING_SLOT_STRIDE;

		if (!memcmp(&board->slots[i / ING_SLOTS][i % ING_SLOTS], &empty, sizeof(empty)))
			continue;
		core->ops->mmio_write(core, at + ING_SLOT_PERM, 0);
		core->ops->mmio_write(core, at + ING_SLOT_BASE, 0);
		core->ops->mmio_write(core, at + ING_SLOT_LEN, 0);
	}
}

static void clear_msix(struct board *board)
{
	memset(board->msix, 0, sizeof(board->msix));
	/* every vector is masked */
	for (unsigned int v = 0; v < ING_QUEUES; v++)
		board->msix[v * 16 + 12] = 1;
}

void board_reset(struct board *board)
{
	board->in_reset = true;
	board->dead = board->faults.flr_hangs && (board->hung || board->dead);
	board->hung = false;
	board->reset_due = false;
	board_reset_core(board);
	await_reset(board);
	clear_slots(board);
	watch_reset(board, true);
	board->vectors = ING_QUEUES;
	pci_config_init(&board->config, board->memory_bar_bytes, ING_QUEUES);
	clear_msix(board);
	board->budget = least_budget(board);
	board->resume_ns = 0;
	board->at_work = false;
	board->looks = 0;
	board->busy = true;
	board->in_reset = false;
}

/* ---- work ---- */

static void adapt(struct board *board, uint64_t elapsed)
{
	if (elapsed > 2 * STEP_NS && board->budget > least_budget(board))
		board->budget /= 2;
	/* a step that ran out of work says nothing about how much it could have done */
	else if (board->busy && elapsed < STEP_NS / 2 &&
		 board->budget < most_budget(board))
		board->budget *= 2;
}

/* Nothing can happen before somebody writes a register */
static bool stands_still(const struct board *board)
{
	return !board->busy || board->faults.all_ones || board->dead || board->hung ||
	       (board->stuck.active && !watch_copies_wait(board));
}

int board_work(struct board *board)
{
	struct ing_core *core = board->handle.core;
	uint64_t start, elapsed;
	unsigned int slow_ms = board->faults.slow_ms;
	int state;

	if (board->reset_due)
		board_reset_core(board);
	board->reset_due = false;
	if (stands_still(board))
		return -1;
	start = now_ns();
	if (slow_ms && !board->at_work)
		board->resume_ns = start + slow_ms * 1000000ull;
	board->at_work = true;
	if (slow_ms && start < board->resume_ns)
		return (int)((board->resume_ns - start) / 1000000 + 1);
	board->step_dma = 0;
	state = core->ops->step(core, slow_ms ? least_budget(board) : board->budget);
	elapsed = now_ns() - start;
	board->busy = state;
	board->looks = state == ING_STEP_WAITS ? board->looks + 1 : 0;
	adapt(board, elapsed);
	board->resume_ns = start + board->step_dma * slow_ms * 1000000ull;
	board->at_work = board->busy;
	if (!board->busy)
		return -1;
	return board->looks > LOOKS ? 1 : 0;
}
