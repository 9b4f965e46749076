// SPDX-License-Identifier: MIT
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "caps.h"
#include "guarded_copy.h"
#include "server.h"

/* Messages served before the owner gets a chance to do something else. */
#define BURST 64

void vu_server_init(struct vu_server *server, const struct vu_device *device)
{
	memset(server, 0, sizeof(*server));
	server->device = device;
	vu_conn_open(&server->conn, -1);
	vu_irqs_init(&server->irqs, device->vectors);
}

void vu_server_attach(struct vu_server *server, int fd)
{
	guarded_copy_init();
	vu_conn_open(&server->conn, fd);
	server->negotiated = false;
	server->useless = false;
}

void vu_server_detach(struct vu_server *server)
{
	vu_conn_close(&server->conn);
	vu_irqs_clear(&server->irqs);
	vu_dma_clear(&server->dma);
	free(server->scratch);
	server->scratch = NULL;
	server->scratch_bytes = 0;
}

short vu_server_events(const struct vu_server *server)
{
	return vu_conn_is_sending(&server->conn) ? POLLOUT : POLLIN;
}

/*
 * A handler answers its message. It returns 0; -EREMOTE: refuse it with the errno in err->code; or
 * another negative errno: the client has to go.
 */
#define REFUSE(...) (ingot_error_set(err, __VA_ARGS__), -EREMOTE)

static int reply(struct vu_server *server, const void *body, size_t bytes, struct ingot_error *err)
{
	return vu_conn_reply(&server->conn, 0, body, bytes, -1, err);
}

static int malformed(const struct vu_server *server, struct ingot_error *err)
{
	return ingot_error_set(err, -EPROTO, "command %u: message of %u bytes with %u descriptors",
			       server->conn.header.command, server->conn.header.size,
			       server->conn.fd_count);
}

static int on_version(struct vu_server *server, struct ingot_error *err)
{
	uint8_t answer[VU_CAPS_REPLY_BYTES];
	size_t bytes;
	int ret = vu_caps_negotiate(server->conn.body, vu_conn_body_bytes(&server->conn), answer,
				    &bytes, err);

	if (ret)
		return ret;
	server->negotiated = true;
	return reply(server, answer, bytes, err);
}

static int on_dma_map(struct vu_server *server, struct ingot_error *err)
{
	struct vu_conn *conn = &server->conn;
	const struct vu_device *device = server->device;
	struct vu_dma_map map;
	int fd = conn->fd_count ? conn->fds[0] : -1;

	memcpy(&map, conn->body, sizeof(map));
	if (fd < 0 && device->announce(device->priv, &map, err)) {
		/* QEMU 11.1 takes that badly, but an error of VU_DEVICE_GET_INFO well */
		server->useless = true;
		return -EREMOTE;
	}
	/* a mapping outlives its descriptor, which is closed with the message */
	return vu_dma_map(&server->dma, &map, fd, err) ? -EREMOTE : reply(server, NULL, 0, err);
}

static int on_dma_unmap(struct vu_server *server, struct ingot_error *err)
{
	struct vu_dma_unmap unmap;

	memcpy(&unmap, server->conn.body, sizeof(unmap));
	if (vu_dma_unmap(&server->dma, &unmap, err))
		return -EREMOTE;
	return reply(server, &unmap, sizeof(unmap), err);
}

/* The part of struct vfio_device_info that the protocol knows */
struct device_info {
	uint32_t argsz, flags, num_regions, num_irqs;
};

static int on_get_info(struct vu_server *server, struct ingot_error *err)
{
	const struct device_info info = {
		.argsz = sizeof(info),
		.flags = VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI,
		.num_regions = VFIO_PCI_NUM_REGIONS,
		.num_irqs = VU_IRQ_TYPES,
	};

	if (server->useless)
		return REFUSE(-EINVAL, "no device for a client whose memory cannot be reached");
	return reply(server, &info, sizeof(info), err);
}

static int on_get_region_info(struct vu_server *server, struct ingot_error *err)
{
	struct vfio_region_info info;
	const struct vu_region *region;

	memcpy(&info, server->conn.body, sizeof(info));
	if (info.index >= VFIO_PCI_NUM_REGIONS)
		return REFUSE(-EINVAL, "region %u is unknown", info.index);
	region = &server->device->regions[info.index];
	info = (struct vfio_region_info){ .argsz = sizeof(info), .index = info.index,
					  .size = region->size };
	if (region->size)
		info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	if (region->size && region->fd >= 0)
		info.flags |= VFIO_REGION_INFO_FLAG_MMAP;
	return vu_conn_reply(&server->conn, 0, &info, sizeof(info),
			     info.flags & VFIO_REGION_INFO_FLAG_MMAP ? region->fd : -1, err);
}

static int on_get_irq_info(struct vu_server *server, struct ingot_error *err)
{
	struct vfio_irq_info info;

	memcpy(&info, server->conn.body, sizeof(info));
	/* clients ask for types that they could make use of: no is an answer, not a refusal */
	if (info.index >= VU_IRQ_TYPES)
		return vu_conn_reply(&server->conn, EINVAL, NULL, 0, -1, err);
	vu_irqs_info(&server->irqs, &info);
	return reply(server, &info, sizeof(info), err);
}

static int on_set_irqs(struct vu_server *server, struct ingot_error *err)
{
	struct vu_conn *conn = &server->conn;
	struct vfio_irq_set set;

	memcpy(&set, conn->body, sizeof(set));
	if (vu_irqs_set(&server->irqs, &set, conn->body + sizeof(set),
			vu_conn_body_bytes(conn) - sizeof(set), conn->fds, conn->fd_count, err))
		return -EREMOTE;
	return reply(server, NULL, 0, err);
}

/* ---- accesses to regions ---- */

static int check_access(const struct vu_server *server, const struct vu_region_access *at,
			struct ingot_error *err)
{
	uint64_t end;

	if (at->region < VFIO_PCI_NUM_REGIONS && at->count <= VU_MAX_TRANSFER &&
	    !__builtin_add_overflow(at->offset, at->count, &end) &&
	    end <= server->device->regions[at->region].size)
		return 0;
	return REFUSE(-EINVAL, "access to region %u of %u bytes at 0x%llx: past its end",
		      at->region, at->count, (unsigned long long)at->offset);
}

static int grow_scratch(struct vu_server *server, size_t bytes, struct ingot_error *err)
{
	uint8_t *scratch;

	if (bytes <= server->scratch_bytes)
		return 0;
	scratch = realloc(server->scratch, bytes);
	if (!scratch)
		return ingot_error_set(err, -ENOMEM, "no memory for a reply of %zu bytes", bytes);
	server->scratch = scratch;
	server->scratch_bytes = bytes;
	return 0;
}

static int on_region_read(struct vu_server *server, struct ingot_error *err)
{
	const struct vu_device *device = server->device;
	struct vu_region_access at;
	int ret;

	memcpy(&at, server->conn.body, sizeof(at));
	ret = check_access(server, &at, err);
	if (!ret)
		ret = grow_scratch(server, sizeof(at) + at.count, err);
	if (ret)
		return ret;
	memcpy(server->scratch, &at, sizeof(at));
	ret = device->read(device->priv, at.region, at.offset, server->scratch + sizeof(at),
			   at.count);
	if (ret)
		return REFUSE(ret, "read of region %u of %u bytes at 0x%llx: %s", at.region,
			      at.count, (unsigned long long)at.offset, strerror(-ret));
	return reply(server, server->scratch, sizeof(at) + at.count, err);
}

static int region_write(struct vu_server *server, const struct vu_region_access *at,
			const void *data, struct ingot_error *err)
{
	const struct vu_device *device = server->device;
	int ret = check_access(server, at, err);

	if (ret)
		return ret;
	ret = device->write(device->priv, at->region, at->offset, data, at->count);
	if (ret)
		return REFUSE(ret, "write to region %u of %u bytes at 0x%llx: %s", at->region,
			      at->count, (unsigned long long)at->offset, strerror(-ret));
	return 0;
}

static int on_region_write(struct vu_server *server, struct ingot_error *err)
{
	struct vu_conn *conn = &server->conn;
	struct vu_region_access at;
	int ret;

	memcpy(&at, conn->body, sizeof(at));
	if (vu_conn_body_bytes(conn) - sizeof(at) != at.count)
		return malformed(server, err);
	ret = region_write(server, &at, conn->body + sizeof(at), err);
	return ret ? ret : reply(server, &at, sizeof(at), err);
}

static int on_write_multi(struct vu_server *server, struct ingot_error *err)
{
	struct vu_conn *conn = &server->conn;
	size_t bytes = vu_conn_body_bytes(conn) - sizeof(uint64_t);
	struct vu_small_write one;
	uint64_t count;
	int ret = 0;

	memcpy(&count, conn->body, sizeof(count));
	if (count > bytes / sizeof(one) || bytes != count * sizeof(one))
		return malformed(server, err);
	for (uint64_t i = 0; i < count && !ret; i++) {
		memcpy(&one, conn->body + sizeof(count) + i * sizeof(one), sizeof(one));
		if (one.at.count > sizeof(one.data))
			return malformed(server, err);
		ret = region_write(server, &one.at, one.data, err);
	}
	return ret ? ret : reply(server, &count, sizeof(count), err);
}

static int on_reset(struct vu_server *server, struct ingot_error *err)
{
	server->device->reset(server->device->priv);
	return reply(server, NULL, 0, err);
}

/* ---- dispatch ---- */

/* @least and @most bytes behind the header, @fds descriptors at most */
static const struct command {
	int (*handle)(struct vu_server *server, struct ingot_error *err);
	size_t least, most;
	unsigned int fds;
} commands[] = {
	[VU_VERSION] = { on_version, sizeof(struct vu_version), 65536, 0 },
	[VU_DMA_MAP] = { on_dma_map, sizeof(struct vu_dma_map), sizeof(struct vu_dma_map), 1 },
	[VU_DMA_UNMAP] = { on_dma_unmap, sizeof(struct vu_dma_unmap),
			   sizeof(struct vu_dma_unmap), 0 },
	[VU_DEVICE_GET_INFO] = { on_get_info, sizeof(struct device_info), 64, 0 },
	[VU_DEVICE_GET_REGION_INFO] = { on_get_region_info, sizeof(struct vfio_region_info), 4096,
					0 },
	[VU_DEVICE_GET_IRQ_INFO] = { on_get_irq_info, sizeof(struct vfio_irq_info), 64, 0 },
	[VU_DEVICE_SET_IRQS] = { on_set_irqs, sizeof(struct vfio_irq_set),
				 sizeof(struct vfio_irq_set) + 4 * VU_MAX_VECTORS, VU_MAX_FDS },
	[VU_REGION_READ] = { on_region_read, sizeof(struct vu_region_access),
			     sizeof(struct vu_region_access), 0 },
	[VU_REGION_WRITE] = { on_region_write, sizeof(struct vu_region_access), VU_MAX_MESSAGE, 0 },
	[VU_DEVICE_RESET] = { on_reset, 0, 0, 0 },
	[VU_REGION_WRITE_MULTI] = { on_write_multi, sizeof(uint64_t), VU_MAX_MESSAGE, 0 },
};

static int handle(struct vu_server *server, struct ingot_error *err)
{
	const struct vu_conn *conn = &server->conn;
	size_t bytes = vu_conn_body_bytes(conn);
	unsigned int number = conn->header.command;
	const struct command *command = NULL;

	if (server->negotiated == (number == VU_VERSION))
		return ingot_error_set(err, -EPROTO, "command %u %s", number,
				       server->negotiated ? "for the second time" :
							    "before the version is settled");
	if (number < sizeof(commands) / sizeof(commands[0]))
		command = &commands[number];
	if (!command || !command->handle)
		return REFUSE(-ENOTSUP, "command %u is not supported", number);
	if (bytes < command->least || bytes > command->most || conn->fd_count > command->fds)
		return malformed(server, err);
	return command->handle(server, err);
}

static int serve(struct vu_server *server, struct ingot_error *err)
{
	int ret = handle(server, err);

	if (ret == -EREMOTE) {
		server->device->refused(server->device->priv, server->conn.header.command, err);
		ret = vu_conn_reply(&server->conn, (uint32_t)-err->code, NULL, 0, -1, err);
	}
	vu_conn_finish(&server->conn);
	return ret;
}

int vu_server_work(struct vu_server *server, struct ingot_error *err)
{
	int ret;

	if (vu_conn_is_sending(&server->conn)) {
		ret = vu_conn_flush(&server->conn, err);
		if (ret)
			return ret;
	}
	for (int i = 0; i < BURST && !vu_conn_is_sending(&server->conn); i++) {
		ret = vu_conn_receive(&server->conn, err);
		if (ret != 1)
			return ret;
		ret = serve(server, err);
		/* who waits for a reply has most often sent nothing else */
		if (ret || !(server->conn.header.flags & VU_NO_REPLY))
			return ret;
	}
	return 0;
}
