// SPDX-License-Identifier: MIT
/* The core's accesses to host memory, and its interrupts. */
#include <errno.h>
#include <string.h>

#include "board.h"

static bool is_cut_off(const struct board *board)
{
	return board->in_reset || board->hung || board->dead || board->faults.all_ones ||
	       !pci_config_masters(&board->config);
}

/* Whether a transfer may go ahead; @fails: how many of its kind shall not */
static int begin(struct board *board, uint64_t addr, uint64_t *fails)
{
	board->step_dma++;
	if (is_cut_off(board))
		return -EIO;
	if (!*fails || (board->faults.fail_data && watch_is_ring(board, addr)))
		return 0;
	--*fails;
	return -EIO;
}

static int end(struct board *board, uint64_t addr, size_t len, int ret)
{
	if (!ret)
		return 0;
	board->stats.dma_errors++;
	if (ret == -ENXIO && !board->unreachable) {
		board->unreachable = true;
		board_log("host memory at 0x%llx has no file: start QEMU with -object memory-backend-memfd,id=ram,size=...,share=on -machine memory-backend=ram",
			  (unsigned long long)addr);
	} else if (board->verbose) {
		board_log("transfer of %zu bytes at 0x%llx fails: %s", len,
			  (unsigned long long)addr, strerror(-ret));
	}
	return ret;
}

static int bus_read(void *priv, uint64_t addr, void *buf, size_t len)
{
	struct board *board = priv;
	int ret = begin(board, addr, &board->faults.fail_reads);

	if (!ret)
		ret = vu_dma_read(&board->server.dma, addr, buf, len);
	if (ret)
		return end(board, addr, len, ret);
	board->stats.dma_reads++;
	board->stats.dma_read_bytes += len;
	watch_read(board, addr, buf, len);
	return 0;
}

static int bus_write(void *priv, uint64_t addr, const void *buf, size_t len)
{
	struct board *board = priv;
	uint8_t completion[ING_COMP_BYTES];
	int ret;

	if (len <= sizeof(completion)) {
		memcpy(completion, buf, len);
		if (watch_write(board, addr, completion, len))
			buf = completion;
	}
	ret = begin(board, addr, &board->faults.fail_writes);
	if (!ret)
		ret = vu_dma_write(&board->server.dma, addr, buf, len);
	if (ret)
		return end(board, addr, len, ret);
	board->stats.dma_writes++;
	board->stats.dma_write_bytes += len;
	return 0;
}

void board_raise(struct board *board, unsigned int vector)
{
	if (is_cut_off(board))
		return;
	if (board->faults.lose_irqs) {
		board->faults.lose_irqs--;
		board->stats.irqs_lost++;
	} else if (vu_irqs_raise(&board->server.irqs, vector)) {
		board->stats.irqs[vector]++;
	} else {
		board->stats.irqs_unheard++;
	}
}

static void bus_irq(void *priv, unsigned int cause)
{
	struct board *board = priv;

	board_raise(board, cause % board->vectors);
	board_event(board, FAULT_ON_IRQ);
}

struct ing_host board_host(struct board *board)
{
	return (struct ing_host){ board, bus_read, bus_write, bus_irq };
}
