/* SPDX-License-Identifier: MIT */
/* What a board counts, since it was made. */
#ifndef INGOT_BOARD_STATS_H
#define INGOT_BOARD_STATS_H

#include <stdint.h>
#include <stdio.h>

#include "ingot/regs.h"

/**
 * struct board_stats - counters
 * @doorbells: writes of ING_Q_SQ_TAIL, by queue
 * @reg_reads: 32-bit reads of BAR0; @reg_writes: writes, doorbells included
 * @config_reads: accesses to configuration space; @config_writes likewise
 * @irqs: interrupts that the client was told, by vector
 * @irqs_lost: taken away by a fault; @irqs_unheard: the client had not connected the vector
 * @dma_reads: transfers from host memory; @dma_read_bytes: in them
 * @dma_writes: transfers to it; @dma_write_bytes: in them
 * @dma_errors: transfers that failed
 * @jobs: that are over; @events: of jobs
 * @copies: that are over
 * @resets: by register; @function_resets: by configuration space; @client_resets: by message
 * @clients: that connected
 * @faults: that went off
 */
struct board_stats {
	uint64_t doorbells[ING_QUEUES];
	uint64_t reg_reads, reg_writes, config_reads, config_writes;
	uint64_t irqs[ING_QUEUES], irqs_lost, irqs_unheard;
	uint64_t dma_reads, dma_read_bytes, dma_writes, dma_write_bytes, dma_errors;
	uint64_t jobs, events, copies;
	uint64_t resets, function_resets, client_resets, clients, faults;
};

struct board;

/** stats_print() - writes all counters of a board as a JSON object and a newline */
void stats_print(const struct board *board, FILE *out);

/**
 * stats_save() - writes them to a file, as a whole: a reader never sees half of it
 * @board: the board
 * @path: of the file
 *
 * Return: 0 or negative errno.
 */
int stats_save(const struct board *board, const char *path);

#endif
