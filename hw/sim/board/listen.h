/* SPDX-License-Identifier: MIT */
/* Listening at a path. */
#ifndef INGOT_BOARD_LISTEN_H
#define INGOT_BOARD_LISTEN_H

#include "ingot/error.h"

/**
 * socket_listen() - a listening UNIX stream socket that only this user may connect to
 * @path: where; what an ended server left there is removed
 * @err: filled on failure
 *
 * Return: the socket, non-blocking, or negative errno.
 */
int socket_listen(const char *path, struct ingot_error *err);

/** socket_connect() - connects to @path; the socket, or negative errno */
int socket_connect(const char *path, struct ingot_error *err);

/** socket_accept() - a client of @listener, non-blocking; -1: there is none */
int socket_accept(int listener);

#endif
