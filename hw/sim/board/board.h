/* SPDX-License-Identifier: MIT */
/*
 * The simulated board: a device core with what a PCIe card has around it.
 *
 *   client <-> vfio_user/server.c <-> board.c   regions, requests, faults
 *                                     regs.c    BAR0: board block, core, what registers tell
 *                                     work.c    resets, steps of the core
 *                                     bus.c     the core's accesses to host memory, interrupts
 *                                     watch.c   follows rings: descriptors and completions
 *                                     damage.c  faults that live in device memory
 *
 * Faults sit between core and bus, so they are the same for every core. Requests of the client only
 * read and write registers; jobs run in board_work().
 */
#ifndef INGOT_BOARD_H
#define INGOT_BOARD_H

#include "fault.h"
#include "hw/core.h"
#include "hw/sim/vfio_user/server.h"
#include "ingot/regs.h"
#include "pci_config.h"
#include "runtime/device/core_load.h"
#include "stats.h"

/**
 * struct watched_slot - an entry of the slot table, as it was written
 * @base: first unit; @len: units; @perm: ING_PERM_*
 */
struct watched_slot {
	uint32_t base, len, perm;
};

/**
 * struct watched_queue - a queue, as its registers were written and its rings used
 * @regs: the queue's registers, by offset / 4
 * @completed: descriptors that are over, modulo 2^16
 * @desc: the descriptor under way
 * @busy: there is one
 */
struct watched_queue {
	uint32_t regs[ING_QUEUE_STRIDE / 4];
	uint16_t completed;
	uint32_t desc[ING_DESC_BYTES / 4];
	bool busy;
};

/**
 * struct stuck_job - a job that does not end
 * @active: there is one
 * @at: byte of device memory where its program was changed
 * @saved: what was there
 */
struct stuck_job {
	bool active;
	uint64_t at;
	uint8_t saved[ING_DESC_BYTES];
};

/**
 * struct board_options - choices
 * @uri: func:CONFIG or rtl:CONFIG
 * @core: of the core; shared_memory is set
 * @memory_bar_bytes: size of BAR2, a power of two; 0: 256 MiB, or device memory if that is smaller
 * @stats_path: where the fault "stats" writes counters; NULL: standard output
 * @verbose: tell more
 */
struct board_options {
	const char *uri;
	struct ing_core_options core;
	uint64_t memory_bar_bytes;
	const char *stats_path;
	bool verbose;
};

/**
 * struct board - a board
 * @handle: the core
 * @device: what the server sees; @server: of the client
 * @config: PCI configuration space
 * @msix: BAR4: nobody here reads it, the client keeps table and pending bits
 * @memory: device memory, @memory_bytes long; BAR2 shows the first @memory_bar_bytes
 * @vectors: ING_REG_BOARD_VECTORS
 * @slots: slot table; @queues: what is known of them
 * @faults: what goes wrong; @stuck: a job that does not end
 * @spoil: the running job's results are to be wrong
 * @hung: a reset by register does not end; @dead: one of the function did not
 * @reset_due: the one that hung comes to its end after all
 * @in_reset: the core may neither reach host memory nor interrupt
 * @busy: the core may have something to do
 * @budget: work of the next step
 * @looks: steps in a row that only looked whether the host has read its rings
 * @at_work: it has begun with what there is to do
 * @resume_ns: transfers are slow: the core stands still until then (CLOCK_MONOTONIC)
 * @step_dma: host memory transfers of this step
 * @unreachable: told that memory has no file; @refused: requests refused so far
 * @stats: counters; @stats_path: see struct board_options
 * @verbose: tell more
 */
struct board {
	struct ingot_core_handle handle;
	struct vu_device device;
	struct vu_server server;
	struct pci_config config;
	uint8_t msix[PCI_MSIX_BAR_BYTES];
	uint8_t *memory;
	uint64_t memory_bytes, memory_bar_bytes;
	uint32_t vectors;
	struct watched_slot slots[ING_CONTEXTS][ING_SLOTS];
	struct watched_queue queues[ING_QUEUES];
	struct faults faults;
	struct stuck_job stuck;
	bool spoil, hung, dead, reset_due, in_reset, busy, at_work;
	uint64_t budget, resume_ns, step_dma;
	unsigned int looks;
	bool unreachable;
	unsigned int refused;
	struct board_stats stats;
	const char *stats_path;
	bool verbose;
};

/* ---- board.c, work.c ---- */

/**
 * board_create() - a board with its core
 * @options: choices
 * @err: filled on failure
 *
 * Return: the board, or NULL.
 */
struct board *board_create(const struct board_options *options, struct ingot_error *err);

/** board_destroy() - ends the client's connection and frees everything; @board may be NULL */
void board_destroy(struct board *board);

/** board_attach() - begins with a client; @fd is a connected socket, owned from now on */
void board_attach(struct board *board, int fd);

/** board_detach() - ends with the client and resets the device; device memory stays */
void board_detach(struct board *board);

/**
 * board_work() - lets the core work for a short time
 * @board: the board
 *
 * Return: milliseconds until it shall be called again: 0 at once, -1 when something has happened.
 */
int board_work(struct board *board);

/**
 * board_reset_core() - resets what ING_REG_RESET resets
 *
 * The core may need some work until the register reads 0.
 */
void board_reset_core(struct board *board);

/**
 * board_reset() - resets the whole function: core, slot table, rings; device memory stays
 * @board: the board
 *
 * Configuration space is reset as well, the client's vectors and memory maps are its own.
 */
void board_reset(struct board *board);

/**
 * board_fault() - a line of a fault script
 * @board: the board
 * @line: without its newline
 * @err: filled on failure
 *
 * Return: 0 or negative errno.
 */
int board_fault(struct board *board, const char *line, struct ingot_error *err);

/** board_event() - counts an event that triggers wait for, and lets faults go off */
void board_event(struct board *board, enum fault_event event);

/** board_log() - one line on standard error, or where board_log_to() says */
void board_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** board_log_to() - lets board_log() write to @file, of all boards */
void board_log_to(FILE *file);

/* ---- regs.c ---- */

/** board_reg_read() - the register at @offset of BAR0, a multiple of 4 */
uint32_t board_reg_read(struct board *board, uint32_t offset);

/** board_reg_write() - writes the register at @offset of BAR0, a multiple of 4 */
void board_reg_write(struct board *board, uint32_t offset, uint32_t value);

/* ---- bus.c ---- */

/** board_host() - the callbacks of the board's core */
struct ing_host board_host(struct board *board);

/** board_raise() - raises vector @vector, unless it is to be lost */
void board_raise(struct board *board, unsigned int vector);

/* ---- watch.c ---- */

/** watch_reset() - forgets rings and what runs; @slots: the slot table too */
void watch_reset(struct board *board, bool slots);

/** watch_register() - a register of the core was written */
void watch_register(struct board *board, uint32_t offset, uint32_t value);

/** watch_read() - the core has read host memory; may change what it gets */
void watch_read(struct board *board, uint64_t addr, void *buf, size_t len);

/**
 * watch_write() - the core writes host memory
 * @board: the board
 * @addr: host address
 * @buf: what it writes, @len bytes; may be changed
 * @len: of @buf
 *
 * Return: whether it is the beginning of a completion.
 */
bool watch_write(struct board *board, uint64_t addr, void *buf, size_t len);

/** watch_is_ring() - whether an address of host memory is in a ring, or that of a head word */
bool watch_is_ring(const struct board *board, uint64_t addr);

/** watch_copies_wait() - whether copies are under way, or wait to be */
bool watch_copies_wait(const struct board *board);

/* ---- damage.c ---- */

/** damage_flip() - turns over a bit of device memory */
void damage_flip(struct board *board, uint64_t address, unsigned int bit);

/** damage_before() - a job or copy with descriptor @desc begins; may change the descriptor */
void damage_before(struct board *board, unsigned int queue, uint32_t *desc);

/** damage_after() - it is over, and its completion about to be written */
void damage_after(struct board *board, unsigned int queue, const uint32_t *desc);

/** damage_unstick() - the stuck job, if there is one, is over: its program is what it was */
void damage_unstick(struct board *board);

#endif
