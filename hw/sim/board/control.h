/* SPDX-License-Identifier: MIT */
/*
 * Control of a running board: lines of a fault script over a socket or standard input.
 *
 * Each line is answered with what it prints, and a last line: "ok", or "error: " and why.
 */
#ifndef INGOT_BOARD_CONTROL_H
#define INGOT_BOARD_CONTROL_H

#include <poll.h>

#include "board.h"

#define CONTROL_PEERS 8
#define CONTROL_LINE_BYTES 512
/* Most entries that control_poll() fills in. */
#define CONTROL_POLL_MAX (CONTROL_PEERS + 1)

/**
 * struct control_peer - somebody who sends lines
 * @in: where they come from, -1: nobody; @out: where answers go
 * @line: as far as it has come, @len bytes
 * @len: of @line
 */
struct control_peer {
	int in, out;
	char line[CONTROL_LINE_BYTES];
	size_t len;
};

/**
 * struct control - all of them
 * @listener: -1: there is no socket
 * @path: of the socket
 * @peers: those who are there
 */
struct control {
	int listener;
	const char *path;
	struct control_peer peers[CONTROL_PEERS];
};

/**
 * control_open() - listen
 * @control: filled in
 * @path: of the socket, or NULL; must outlive @control
 * @use_stdin: take lines from standard input too
 * @err: filled on failure
 *
 * Return: 0 or negative errno.
 */
int control_open(struct control *control, const char *path, bool use_stdin,
		 struct ingot_error *err);

/** control_close() - ends everything and removes the socket */
void control_close(struct control *control);

/** control_poll() - fills in what to poll for; returns how many entries that are */
unsigned int control_poll(const struct control *control, struct pollfd *fds);

/**
 * control_work() - takes in what has come
 * @control: the control
 * @board: what is controlled
 * @fds: as control_poll() filled them in, with what poll() found; @n of them
 * @n: of @fds
 */
void control_work(struct control *control, struct board *board, const struct pollfd *fds,
		  unsigned int n);

/**
 * control_tell() - the other side: send a line to a running board and print its answer
 * @path: of its control socket
 * @line: without newline
 * @err: filled on failure, also if the board says "error"
 *
 * Return: 0 or negative errno.
 */
int control_tell(const char *path, const char *line, struct ingot_error *err);

#endif
