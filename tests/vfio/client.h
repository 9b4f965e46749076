/* SPDX-License-Identifier: MIT */
/*
 * A vfio-user client for tests. Its server may live in the same process: then the client lets it
 * work while it waits for a reply.
 */
#ifndef INGOT_TEST_VFIO_CLIENT_H
#define INGOT_TEST_VFIO_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hw/sim/board/sim.h"

/* What client_request() returns when the server has closed the connection. */
#define CLIENT_CLOSED (-1)

/**
 * struct client - a client
 * @fd: its socket
 * @sim: the server, if it is in this process
 * @id: of the next message
 */
struct client {
	int fd;
	struct sim *sim;
	uint16_t id;
};

/** struct request - a message to send */
struct request {
	uint16_t command;
	uint32_t flags;
	const void *body;
	size_t bytes;
	const int *fds;
	unsigned int fd_count;
};

/** struct reply - what came back; @fd is -1 or the test's to close */
struct reply {
	struct vu_header header;
	uint8_t body[VU_MAX_TRANSFER + 64];
	size_t bytes;
	int fd;
};

/** client_open() - connects to a server in this process */
struct client client_open(struct sim *sim);
/** client_close() - leaves, and lets the server notice */
void client_close(struct client *client);

/** sim_settle() - lets a server work until it has nothing to do */
void sim_settle(struct sim *sim);

/** client_send() - sends bytes as they are */
void client_send(const struct client *client, const void *bytes, size_t len, const int *fds,
		 unsigned int fd_count);
/** client_receive() - waits for a message; 0, or CLIENT_CLOSED */
int client_receive(const struct client *client, struct reply *reply);
/** client_is_closed() - whether the server has ended the connection */
int client_is_closed(const struct client *client);

/** client_request() - sends a request, waits for its reply; its errno, or CLIENT_CLOSED */
int client_request(struct client *client, const struct request *request, struct reply *reply);

/** client_command() - the same without flags and descriptors; the reply's body is not looked at */
int client_command(struct client *client, uint16_t command, const void *body, size_t bytes);

/** client_negotiate() - settles the version as QEMU does */
void client_negotiate(struct client *client);

/** client_map() - maps a file; errno of the reply */
int client_map(struct client *client, uint64_t address, uint64_t size, int fd, uint64_t offset,
	       uint32_t flags);
/** client_unmap() - takes a range away; errno of the reply */
int client_unmap(struct client *client, uint64_t address, uint64_t size, uint32_t flags);

/** client_read(), client_write() - accesses to a region; errno of the reply */
int client_read(struct client *client, uint32_t region, uint64_t offset, void *buf, uint32_t count);
int client_write(struct client *client, uint32_t region, uint64_t offset, const void *buf,
		 uint32_t count);

/** open_descriptors() - how many this process has */
unsigned int open_descriptors(void);

/** memory_file() - a file of 1 MiB that only this process knows */
int memory_file(void);

/**
 * struct fixture - a server with a client
 * @sim: the server
 * @client: its client
 * @descriptors: of this process at the beginning
 */
struct fixture {
	struct sim sim;
	struct client client;
	unsigned int descriptors;
};

/** fixture_begin() - a new fixture; fixture_negotiated() - and the version is settled */
int fixture_begin(void **state);
int fixture_negotiated(void **state);
/** fixture_end() - the client leaves; no descriptor must be left */
int fixture_end(void **state);

/** test_sim() - a server without sockets; of func:tiny, or of $INGOT_TEST_DEVICE */
void test_sim(struct sim *sim);

#endif
