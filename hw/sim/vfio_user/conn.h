/* SPDX-License-Identifier: MIT */
/*
 * One connection: whole messages and their file descriptors out of a non-blocking socket, and
 * replies into it.
 *
 * A client can be slow or hostile: nothing here waits for it, lengths are bounded before memory is
 * taken, and a descriptor that nobody takes is closed.
 */
#ifndef INGOT_VFIO_USER_CONN_H
#define INGOT_VFIO_USER_CONN_H

#include <stdbool.h>
#include <stddef.h>

#include "ingot/error.h"
#include "proto.h"

/**
 * struct vu_conn - a connection; all zero but @fd, which is -1, is one without a client
 * @fd: socket, non-blocking
 * @header: of the message under way
 * @header_got: bytes of it that have come; @body_got: bytes behind it
 * @body: what follows the header, @body_size bytes allocated
 * @fds: descriptors that came with the message; the owner of one that is taken out writes -1
 * @fd_count: of @fds
 * @out: bytes that wait to be sent; @out_size allocated, @out_end filled, @out_sent sent
 * @out_fd: descriptor that goes with the next byte, or -1 (not owned)
 */
struct vu_conn {
	int fd;
	struct vu_header header;
	size_t header_got, body_got, body_size;
	uint8_t *body;
	int fds[VU_MAX_FDS];
	unsigned int fd_count;
	uint8_t *out;
	size_t out_size, out_end, out_sent;
	int out_fd;
};

/**
 * vu_conn_open() - begin with a client
 * @conn: without a client
 * @fd: connected socket, owned from now on
 */
void vu_conn_open(struct vu_conn *conn, int fd);

/** vu_conn_close() - end with a client: closes and frees what it left */
void vu_conn_close(struct vu_conn *conn);

/**
 * vu_conn_receive() - take in what has come of a message
 * @conn: the connection
 * @err: filled on failure
 *
 * Return: 1: @conn->header and @conn->body hold a message; 0: not yet; -ENOTCONN: the client has
 * closed the connection between two messages; or another negative errno.
 */
int vu_conn_receive(struct vu_conn *conn, struct ingot_error *err);

/** vu_conn_finish() - be done with the message that vu_conn_receive() returned */
void vu_conn_finish(struct vu_conn *conn);

/** vu_conn_body_bytes() - bytes of the message behind its header */
static inline size_t vu_conn_body_bytes(const struct vu_conn *conn)
{
	return conn->header.size - sizeof(conn->header);
}

/**
 * vu_conn_take_fd() - take a descriptor out of the message
 * @conn: the connection
 * @index: of it
 *
 * Return: the descriptor, now the caller's, or -1 if there is none.
 */
int vu_conn_take_fd(struct vu_conn *conn, unsigned int index);

/**
 * vu_conn_reply() - answer the message that was received
 * @conn: the connection
 * @error: 0, or an errno; then nothing follows the header
 * @body: what follows, @bytes long
 * @bytes: of @body
 * @fd: descriptor to send along (not taken), or -1
 * @err: filled on failure
 *
 * Does nothing if the client wants no reply. What cannot be sent now is kept: vu_conn_is_sending().
 *
 * Return: 0, or negative errno.
 */
int vu_conn_reply(struct vu_conn *conn, uint32_t error, const void *body, size_t bytes, int fd,
		  struct ingot_error *err);

/** vu_conn_is_sending() - whether a reply waits: no message may be received before it is gone */
static inline bool vu_conn_is_sending(const struct vu_conn *conn)
{
	return conn->out_sent < conn->out_end;
}

/** vu_conn_flush() - send what waits, as far as the client takes it; 0 or negative errno */
int vu_conn_flush(struct vu_conn *conn, struct ingot_error *err);

#endif
