// SPDX-License-Identifier: MIT
/* memfd_create() */
#define _GNU_SOURCE
#include "client.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* As QEMU 11.1 sends it. */
static const char qemu_caps[] =
	"{\"capabilities\": {\"migration\": {\"pgsize\": 4096, \"max_bitmap_size\": 268435456}, "
	"\"max_msg_fds\": 16, \"max_data_xfer_size\": 1048576, \"pgsizes\": 4096, "
	"\"max_dma_maps\": 65535, \"write_multiple\": true}}";

unsigned int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

void test_sim(struct sim *sim)
{
	const char *device = getenv("INGOT_TEST_DEVICE");
	struct sim_options options = { .board.uri = device ? device : "func:tiny" };
	struct ingot_error err;

	setenv("INGOT_PATH", "build", 0);
	/* between lines of TAP, nobody minds */
	board_log_to(stdout);
	options.board.core.threads = 1;
	if (sim_open(sim, &options, &err))
		fail_msg("%s", err.text);
}

/* One turn; false: there is nothing to do, and nothing will be by itself */
static bool turn(struct sim *sim)
{
	return sim_turn(sim, sim->wait_ms > 0, NULL) || sim->wait_ms >= 0;
}

void sim_settle(struct sim *sim)
{
	while (turn(sim))
		;
}

struct client client_open(struct sim *sim)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	board_attach(sim->board, fds[1]);
	return (struct client){ fds[0], sim, 0 };
}

void client_close(struct client *client)
{
	close(client->fd);
	client->fd = -1;
	if (client->sim)
		sim_settle(client->sim);
}

void client_send(const struct client *client, const void *bytes, size_t len, const int *fds,
		 unsigned int fd_count)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(64 * sizeof(int))];
	} control = { 0 };
	struct iovec iov = { (void *)bytes, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (fd_count) {
		assert_in_range(fd_count, 1, 64);
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		memcpy(CMSG_DATA(&control.align), fds, fd_count * sizeof(int));
	}
	while (iov.iov_len) {
		n = sendmsg(client->fd, &msg, MSG_NOSIGNAL | (client->sim ? MSG_DONTWAIT : 0));
		if (n < 0 && errno == EPIPE)
			return;
		if (n < 0 && errno == EAGAIN) {
			turn(client->sim);
			continue;
		}
		assert_true(n > 0);
		iov.iov_base = (char *)iov.iov_base + n;
		iov.iov_len -= (size_t)n;
		msg.msg_control = NULL;
		msg.msg_controllen = 0;
	}
}

static void take_fd(struct msghdr *msg, struct reply *reply)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);

	if (!c)
		return;
	assert_int_equal(c->cmsg_len, CMSG_LEN(sizeof(int)));
	assert_int_equal(reply->fd, -1);
	memcpy(&reply->fd, CMSG_DATA(c), sizeof(int));
}

static int receive_bytes(const struct client *client, void *to, size_t len, struct reply *reply)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(4 * sizeof(int))];
	} control;
	bool idle = false;

	while (len) {
		struct iovec iov = { to, len };
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
				      .msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(client->fd, &msg, client->sim ? MSG_DONTWAIT : 0);

		if (n < 0 && errno == EAGAIN) {
			if (idle)
				fail_msg("the server has nothing to do and does not reply");
			idle = !turn(client->sim);
			continue;
		}
		if (!n || (n < 0 && errno == ECONNRESET))
			return CLIENT_CLOSED;
		assert_true(n > 0);
		take_fd(&msg, reply);
		to = (uint8_t *)to + n;
		len -= (size_t)n;
	}
	return 0;
}

int client_receive(const struct client *client, struct reply *reply)
{
	int ret;

	reply->fd = -1;
	ret = receive_bytes(client, &reply->header, sizeof(reply->header), reply);
	if (ret)
		return ret;
	reply->bytes = reply->header.size - sizeof(reply->header);
	assert_in_range(reply->bytes, 0, sizeof(reply->body));
	return receive_bytes(client, reply->body, reply->bytes, reply);
}

int client_is_closed(const struct client *client)
{
	char byte;

	sim_settle(client->sim);
	return recv(client->fd, &byte, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET;
}

int client_request(struct client *client, const struct request *request, struct reply *reply)
{
	size_t size = sizeof(struct vu_header) + request->bytes;
	struct vu_header header = { client->id++, request->command, (uint32_t)size,
				    request->flags, 0 };
	uint8_t *message = malloc(size);
	int ret;

	assert_non_null(message);
	memcpy(message, &header, sizeof(header));
	if (request->bytes)
		memcpy(message + sizeof(header), request->body, request->bytes);
	client_send(client, message, size, request->fds, request->fd_count);
	free(message);
	ret = client_receive(client, reply);
	if (ret)
		return ret;
	assert_int_equal(reply->header.id, header.id);
	assert_int_equal(reply->header.command, header.command);
	assert_int_equal(reply->header.flags & VU_TYPE_MASK, VU_TYPE_REPLY);
	if (!(reply->header.flags & VU_ERROR))
		return 0;
	assert_int_equal(reply->bytes, 0);
	return (int)reply->header.error;
}

int client_command(struct client *client, uint16_t command, const void *body, size_t bytes)
{
	const struct request request = { .command = command, .body = body, .bytes = bytes };
	static struct reply reply;

	return client_request(client, &request, &reply);
}

void client_negotiate(struct client *client)
{
	struct {
		struct vu_version version;
		char caps[sizeof(qemu_caps)];
	} body = { { 0, 0 }, "" };

	memcpy(body.caps, qemu_caps, sizeof(qemu_caps));
	assert_int_equal(client_command(client, VU_VERSION, &body, sizeof(body)), 0);
}

int client_map(struct client *client, uint64_t address, uint64_t size, int fd, uint64_t offset,
	       uint32_t flags)
{
	const struct vu_dma_map map = { sizeof(map), flags, offset, address, size };
	const struct request request = { .command = VU_DMA_MAP, .body = &map, .bytes = sizeof(map),
					 .fds = &fd, .fd_count = fd >= 0 };
	static struct reply reply;

	return client_request(client, &request, &reply);
}

int client_unmap(struct client *client, uint64_t address, uint64_t size, uint32_t flags)
{
	const struct vu_dma_unmap unmap = { sizeof(unmap), flags, address, size };

	return client_command(client, VU_DMA_UNMAP, &unmap, sizeof(unmap));
}

int client_read(struct client *client, uint32_t region, uint64_t offset, void *buf, uint32_t count)
{
	const struct vu_region_access at = { offset, region, count };
	const struct request request = { .command = VU_REGION_READ, .body = &at,
					 .bytes = sizeof(at) };
	static struct reply reply;
	int ret = client_request(client, &request, &reply);

	if (ret)
		return ret;
	assert_int_equal(reply.bytes, sizeof(at) + count);
	assert_memory_equal(reply.body, &at, sizeof(at));
	memcpy(buf, reply.body + sizeof(at), count);
	return 0;
}

int client_write(struct client *client, uint32_t region, uint64_t offset, const void *buf,
		 uint32_t count)
{
	const struct vu_region_access at = { offset, region, count };
	uint8_t *body = malloc(sizeof(at) + count);
	int ret;

	assert_non_null(body);
	memcpy(body, &at, sizeof(at));
	memcpy(body + sizeof(at), buf, count);
	ret = client_command(client, VU_REGION_WRITE, body, sizeof(at) + count);
	free(body);
	return ret;
}

/* ---- fixtures ---- */

int memory_file(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	return fd;
}

int fixture_begin(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->descriptors = open_descriptors();
	test_sim(&f->sim);
	f->client = client_open(&f->sim);
	*state = f;
	return 0;
}

int fixture_negotiated(void **state)
{
	fixture_begin(state);
	client_negotiate(&((struct fixture *)*state)->client);
	return 0;
}

int fixture_end(void **state)
{
	struct fixture *f = *state;

	client_close(&f->client);
	sim_close(&f->sim);
	assert_int_equal(open_descriptors(), f->descriptors);
	free(f);
	return 0;
}
