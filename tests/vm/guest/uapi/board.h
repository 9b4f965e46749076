/* SPDX-License-Identifier: MIT */
/* What driver and simulated board count. */
#ifndef GUEST_BOARD_H
#define GUEST_BOARD_H

#include <stdint.h>

/**
 * struct doorbells - writes of the job queue's tail register, since the driver took the board
 * @driver: counted by the driver (debugfs)
 * @board: counted by ingot-sim; 0 if there is none to ask
 * @window: how many jobs the driver puts into the ring at a time, now: fewer if they last longer
 */
struct doorbells {
	uint64_t driver, board, window;
};

/** doorbells_read() - read them; skips the case if the driver's cannot be read */
struct doorbells doorbells_read(void);

#endif
