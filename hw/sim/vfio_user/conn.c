// SPDX-License-Identifier: MIT
/* MSG_CMSG_CLOEXEC */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"

/* Room for more than a client may send: what comes in excess must be closed, not truncated. */
#define CONTROL_FDS 253

void vu_conn_open(struct vu_conn *conn, int fd)
{
	memset(conn, 0, sizeof(*conn));
	conn->fd = fd;
	conn->out_fd = -1;
}

static void close_fds(struct vu_conn *conn)
{
	for (unsigned int i = 0; i < conn->fd_count; i++)
		if (conn->fds[i] >= 0)
			close(conn->fds[i]);
	conn->fd_count = 0;
}

void vu_conn_close(struct vu_conn *conn)
{
	close_fds(conn);
	if (conn->fd >= 0)
		close(conn->fd);
	free(conn->body);
	free(conn->out);
	vu_conn_open(conn, -1);
}

int vu_conn_take_fd(struct vu_conn *conn, unsigned int index)
{
	int fd;

	if (index >= conn->fd_count)
		return -1;
	fd = conn->fds[index];
	conn->fds[index] = -1;
	return fd;
}

/* ---- receiving ---- */

static int keep_fd(struct vu_conn *conn, int fd)
{
	if (conn->fd_count == VU_MAX_FDS) {
		close(fd);
		return -EMFILE;
	}
	conn->fds[conn->fd_count++] = fd;
	return 0;
}

static int collect_fds(struct vu_conn *conn, struct msghdr *msg)
{
	int ret = msg->msg_flags & MSG_CTRUNC ? -EMFILE : 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		int fds[CONTROL_FDS];
		size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(fds, CMSG_DATA(c), count * sizeof(int));
		for (size_t i = 0; i < count; i++)
			if (keep_fd(conn, fds[i]))
				ret = -EMFILE;
	}
	return ret;
}

/*
 * Reads no further than asked: descriptors come with the bytes they were sent with, so a message's
 * are those that come while its bytes are read.
 */
static ssize_t read_bytes(struct vu_conn *conn, void *to, size_t bytes, struct ingot_error *err)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(CONTROL_FDS * sizeof(int))];
	} control;
	struct iovec iov = { to, bytes };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
			      .msg_controllen = sizeof(control.bytes) };
	ssize_t n = recvmsg(conn->fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		return ingot_error_set(err, -errno, "receiving: %s", strerror(errno));
	if (msg.msg_controllen && collect_fds(conn, &msg))
		return ingot_error_set(err, -EMFILE,
				       "more than %d file descriptors with one message", VU_MAX_FDS);
	if (n)
		return n;
	if (!conn->header_got)
		return -ENOTCONN;
	return ingot_error_set(err, -EPROTO, "the connection ends within a message");
}

static int check_header(const struct vu_header *header, struct ingot_error *err)
{
	if (header->size < sizeof(*header) || header->size > VU_MAX_MESSAGE)
		return ingot_error_set(err, -EPROTO, "command %u: message of %u bytes",
				       header->command, header->size);
	if ((header->flags & VU_TYPE_MASK) != VU_TYPE_COMMAND)
		return ingot_error_set(err, -EPROTO, "command %u: message of type %u",
				       header->command, header->flags & VU_TYPE_MASK);
	return 0;
}

static int grow_body(struct vu_conn *conn, struct ingot_error *err)
{
	size_t bytes = vu_conn_body_bytes(conn);
	uint8_t *body;

	if (bytes <= conn->body_size)
		return 0;
	body = realloc(conn->body, bytes);
	if (!body)
		return ingot_error_set(err, -ENOMEM, "no memory for a message of %zu bytes", bytes);
	conn->body = body;
	conn->body_size = bytes;
	return 0;
}

static int receive_header(struct vu_conn *conn, struct ingot_error *err)
{
	ssize_t n = read_bytes(conn, (uint8_t *)&conn->header + conn->header_got,
			       sizeof(conn->header) - conn->header_got, err);
	int ret;

	if (n <= 0)
		return (int)n;
	conn->header_got += (size_t)n;
	if (conn->header_got < sizeof(conn->header))
		return 0;
	ret = check_header(&conn->header, err);
	if (!ret)
		ret = grow_body(conn, err);
	return ret ? ret : 1;
}

int vu_conn_receive(struct vu_conn *conn, struct ingot_error *err)
{
	ssize_t n;
	int ret;

	if (conn->header_got < sizeof(conn->header)) {
		ret = receive_header(conn, err);
		if (ret <= 0)
			return ret;
	}
	if (conn->body_got < vu_conn_body_bytes(conn)) {
		n = read_bytes(conn, conn->body + conn->body_got,
			       vu_conn_body_bytes(conn) - conn->body_got, err);
		if (n < 0)
			return (int)n;
		conn->body_got += (size_t)n;
	}
	return conn->body_got == vu_conn_body_bytes(conn);
}

void vu_conn_finish(struct vu_conn *conn)
{
	close_fds(conn);
	conn->header_got = 0;
	conn->body_got = 0;
}

/* ---- sending ---- */

int vu_conn_flush(struct vu_conn *conn, struct ingot_error *err)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { conn->out + conn->out_sent, conn->out_end - conn->out_sent };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (conn->out_fd >= 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.align), &conn->out_fd, sizeof(int));
	}
	n = sendmsg(conn->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		return ingot_error_set(err, -errno, "sending: %s", strerror(errno));
	conn->out_fd = -1;
	conn->out_sent += (size_t)n;
	return 0;
}

int vu_conn_reply(struct vu_conn *conn, uint32_t error, const void *body, size_t bytes, int fd,
		  struct ingot_error *err)
{
	struct vu_header header = conn->header;
	uint8_t *out = conn->out;

	if (header.flags & VU_NO_REPLY)
		return 0;
	if (error)
		bytes = 0;
	header.size = (uint32_t)(sizeof(header) + bytes);
	header.flags = VU_TYPE_REPLY | (error ? VU_ERROR : 0);
	header.error = error;
	if (header.size > conn->out_size)
		out = realloc(conn->out, header.size);
	if (!out)
		return ingot_error_set(err, -ENOMEM, "no memory for a reply of %u bytes", header.size);
	if (header.size > conn->out_size)
		conn->out_size = header.size;
	conn->out = out;
	memcpy(out, &header, sizeof(header));
	if (bytes)
		memcpy(out + sizeof(header), body, bytes);
	conn->out_sent = 0;
	conn->out_end = header.size;
	conn->out_fd = error ? -1 : fd;
	return vu_conn_flush(conn, err);
}
