/* SPDX-License-Identifier: MIT */
/*
 * The server side of vfio-user: one client and one PCI device.
 *
 * Nothing here blocks. The owner polls the descriptor for the events that vu_server_events() names,
 * and then calls vu_server_work(). A request that is well-formed but cannot be met is answered
 * with an error; a malformed one ends the connection.
 */
#ifndef INGOT_VFIO_USER_SERVER_H
#define INGOT_VFIO_USER_SERVER_H

#include <linux/vfio.h>

#include "conn.h"
#include "dma.h"
#include "irq.h"

/**
 * struct vu_region - a region of the device (VFIO_PCI_*_REGION_INDEX)
 * @size: bytes; 0: there is none
 * @fd: the client may map it from here, offset 0; -1: it may not
 */
struct vu_region {
	uint64_t size;
	int fd;
};

/**
 * struct vu_device - a device, as the server sees it
 * @priv: handed to each callback
 * @regions: its regions
 * @vectors: its MSI-X vectors, at most VU_MAX_VECTORS
 * @read: reads @len bytes at @offset of a region, all within it; 0 or negative errno
 * @write: writes them
 * @reset: the client resets the device
 * @announce: the client announces a range that has no file; 0, or negative errno to refuse it, and
 *	the device to this client
 * @refused: a request was answered with an error
 */
struct vu_device {
	void *priv;
	struct vu_region regions[VFIO_PCI_NUM_REGIONS];
	unsigned int vectors;
	int (*read)(void *priv, unsigned int region, uint64_t offset, void *buf, size_t len);
	int (*write)(void *priv, unsigned int region, uint64_t offset, const void *buf, size_t len);
	void (*reset)(void *priv);
	int (*announce)(void *priv, const struct vu_dma_map *map, struct ingot_error *err);
	void (*refused)(void *priv, unsigned int command, const struct ingot_error *why);
};

/**
 * struct vu_server - a server
 * @device: what it serves
 * @conn: the client, if conn.fd is not -1
 * @dma: what the device may reach of the client's memory
 * @irqs: vectors
 * @negotiated: the version is settled
 * @useless: the device cannot reach memory that it needs
 * @scratch: of replies, @scratch_bytes long
 */
struct vu_server {
	const struct vu_device *device;
	struct vu_conn conn;
	struct vu_dma dma;
	struct vu_irqs irqs;
	bool negotiated, useless;
	uint8_t *scratch;
	size_t scratch_bytes;
};

/** vu_server_init() - a server without a client; @device must outlive it */
void vu_server_init(struct vu_server *server, const struct vu_device *device);

/** vu_server_attach() - begin with a client; @fd is a connected socket, owned from now on */
void vu_server_attach(struct vu_server *server, int fd);

/** vu_server_detach() - end with the client, and forget its memory and vectors */
void vu_server_detach(struct vu_server *server);

/** vu_server_attached() - whether there is a client */
static inline bool vu_server_attached(const struct vu_server *server)
{
	return server->conn.fd >= 0;
}

/** vu_server_events() - what to poll server->conn.fd for */
short vu_server_events(const struct vu_server *server);

/**
 * vu_server_work() - serve what has come of the client's messages, for a while
 * @server: with a client
 * @err: filled on failure
 *
 * Return: 0; -ENOTCONN: the client is gone; another negative errno: it must be detached.
 */
int vu_server_work(struct vu_server *server, struct ingot_error *err);

#endif
