/* SPDX-License-Identifier: MIT */
/* The server as a whole: its sockets, and the loop that serves them and lets the core work. */
#ifndef INGOT_BOARD_SIM_H
#define INGOT_BOARD_SIM_H

#include <signal.h>

#include "control.h"

/**
 * struct sim_options - choices
 * @board: of the board
 * @socket: path of the vfio-user socket, or NULL
 * @control: path of the control socket, or NULL
 * @faults: fault script to read at the start, "-" for standard input while running, or NULL
 * @stats: file for counters, written when a client leaves and at the end, or NULL
 * @waves: waveform file, or NULL
 * @once: end when the first client leaves
 */
struct sim_options {
	struct board_options board;
	const char *socket, *control, *faults, *stats, *waves;
	bool once;
};

/**
 * struct sim - a server
 * @options: its choices
 * @board: the board
 * @listener: socket that clients connect to, or -1
 * @control: of the board
 * @wait_ms: until the core wants to work: -1 is never
 * @over: the client that was to be the only one is gone
 */
struct sim {
	struct sim_options options;
	struct board *board;
	int listener;
	struct control control;
	int wait_ms;
	bool over;
};

/**
 * sim_open() - make a board and listen
 * @sim: filled in
 * @options: choices; the strings must outlive @sim
 * @err: filled on failure
 *
 * Return: 0, or negative errno with nothing left to free.
 */
int sim_open(struct sim *sim, const struct sim_options *options, struct ingot_error *err);

/** sim_close() - end everything, save counters, remove sockets */
void sim_close(struct sim *sim);

/**
 * sim_turn() - wait until there is something to do, and do it
 * @sim: the server
 * @may_wait: false: only what is to be done now
 * @mask: signals that are blocked while it waits, or NULL: as they are
 *
 * Return: whether it did something, or waited.
 */
bool sim_turn(struct sim *sim, bool may_wait, const sigset_t *mask);

#endif
