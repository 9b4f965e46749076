// SPDX-License-Identifier: MIT
/*
 * A client gone mad: random messages, half of them nearly right. Whatever it sends, the server goes
 * on, keeps no descriptor, and serves the next client as ever.
 *
 * SEED= and COUNT= of the environment choose the messages and how many.
 */
/* memfd_create() */
#define _GNU_SOURCE
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define COUNT 20000

static uint64_t random_state;

static uint32_t next(void)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(random_state >> 33);
}

static bool one_in(uint32_t n)
{
	return next() % n == 0;
}

/* Small, large, near a border, or anything */
static uint64_t number(void)
{
	static const uint64_t borders[] = { 0, 4096, 0x10000, 1 << 20, RAM_ADDRESS, 1ull << 63,
					    UINT64_MAX, UINT32_MAX, ING_BAR_BYTES, RAM_BYTES };
	uint64_t border = borders[next() % (sizeof(borders) / sizeof(borders[0]))];

	switch (next() % 4) {
	case 0:
		return next() % 64;
	case 1:
		return border + next() % 9 - 4;
	case 2:
		return border;
	default:
		return (uint64_t)next() << 32 | next();
	}
}

/* ---- messages ---- */

struct message {
	struct vu_header header;
	uint8_t body[1024];
	int fds[40];
	unsigned int fd_count;
};

static size_t put(struct message *m, const void *bytes, size_t len)
{
	memcpy(m->body, bytes, len);
	return len;
}

static size_t make_map(struct message *m, const int *files)
{
	const struct vu_dma_map map = { 32, next() % 5, number() & ~4095ull, number() & ~4095ull,
					one_in(3) ? number() : 4096 };

	if (!one_in(4))
		m->fds[m->fd_count++] = files[next() % 4];
	return put(m, &map, sizeof(map));
}

static size_t make_unmap(struct message *m)
{
	const struct vu_dma_unmap unmap = { 24, one_in(4) ? 2 : 0, one_in(4) ? 0 : number(),
					    one_in(4) ? 0 : number() };

	return put(m, &unmap, sizeof(unmap));
}

static size_t make_irqs(struct message *m, const int *files)
{
	const uint32_t data = 1u << next() % 3, action = 8u << next() % 3;
	const struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = one_in(9) ? next() : data | action,
		.index = one_in(5) ? next() % 7 : VFIO_PCI_MSIX_IRQ_INDEX,
		.start = one_in(5) ? next() : next() % 3,
		.count = one_in(5) ? next() : next() % 3,
	};

	for (uint32_t n = one_in(3) ? 0 : next() % 3; m->fd_count < n;)
		m->fds[m->fd_count++] = files[next() % 4];
	return put(m, &set, sizeof(set)) + next() % 4;
}

static size_t make_access(struct message *m, bool write)
{
	struct vu_region_access at = { one_in(3) ? number() : (next() % ING_BAR_BYTES & ~3u),
				       one_in(4) ? next() % 10 : next() % 2 ? 0 : 7,
				       one_in(4) ? next() % 600 : 4 };
	size_t len;

	/* the core may do what it likes, but it must be able to stop */
	if (write && at.region == 0 && !one_in(4))
		at.offset = ING_REG_QUEUE + (next() % (ING_QUEUES * ING_QUEUE_STRIDE) & ~3u);
	len = put(m, &at, sizeof(at));
	for (uint32_t i = 0; write && i < at.count; i++)
		m->body[len++] = (uint8_t)next();
	return len;
}

static size_t make_multi(struct message *m)
{
	uint64_t count = one_in(4) ? number() : next() % 4;
	struct vu_small_write one;
	size_t len = put(m, &count, sizeof(count));

	for (uint64_t i = 0; i < count && i < 8; i++, len += sizeof(one)) {
		one.at.offset = number();
		one.at.region = next() % 9;
		one.at.count = one_in(6) ? next() : next() % 9;
		memcpy(one.data, &count, 8);
		memcpy(m->body + len, &one, sizeof(one));
	}
	return len;
}

static size_t make_version(struct message *m)
{
	static const char caps[] = "\0\0\1\0{\"capabilities\":{\"max_msg_fds\":[1,{}],\"write_multiple\":1}}";
	size_t len = put(m, caps, sizeof(caps));

	for (uint32_t n = next() % 4; n; n--)
		m->body[4 + next() % (len - 4)] = (uint8_t)next();
	return len;
}

static size_t make_body(struct message *m, const int *files)
{
	switch (m->header.command) {
	case VU_VERSION:
		return make_version(m);
	case VU_DMA_MAP:
		return make_map(m, files);
	case VU_DMA_UNMAP:
		return make_unmap(m);
	case VU_DEVICE_SET_IRQS:
		return make_irqs(m, files);
	case VU_REGION_READ:
		return make_access(m, false);
	case VU_REGION_WRITE:
		return make_access(m, true);
	case VU_REGION_WRITE_MULTI:
		return make_multi(m);
	case VU_DEVICE_RESET:
		return 0;
	default:
		memset(m->body, 0, 64);
		m->body[8] = (uint8_t)(next() % 12);
		return m->header.command == VU_DEVICE_GET_REGION_INFO ? 32 : 16;
	}
}

/* Returns how many bytes to send */
static size_t make_message(struct message *m, const int *files)
{
	size_t len;

	memset(m, 0, sizeof(*m));
	m->header.id = (uint16_t)next();
	m->header.command = one_in(30) ? next() % 70 : 1 + next() % 15;
	if (m->header.command == VU_VERSION && !one_in(8))
		m->header.command = VU_REGION_WRITE;
	len = sizeof(m->header) + make_body(m, files);
	m->header.size = (uint32_t)len;
	m->header.flags = one_in(5) ? VU_NO_REPLY : 0;
	if (one_in(60))
		m->header.flags = next();
	if (one_in(60))
		m->header.size = (uint32_t)number();
	if (one_in(60))
		for (; m->fd_count < next() % 40;)
			m->fds[m->fd_count++] = files[next() % 4];
	if (one_in(60))
		m->body[next() % 64] ^= (uint8_t)(1 << next() % 8);
	return len;
}

/* ---- the client ---- */

/* Throws away what comes back; true if the connection has ended */
static bool drain(const struct client *client)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(8 * sizeof(int))];
	} control;
	static uint8_t bytes[65536];

	for (;;) {
		struct iovec iov = { bytes, sizeof(bytes) };
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
				      .msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(client->fd, &msg, MSG_DONTWAIT);
		struct cmsghdr *c;
		int fd;

		if (n < 0 && errno == EAGAIN)
			return false;
		if (n <= 0)
			return true;
		c = CMSG_FIRSTHDR(&msg);
		if (!c)
			continue;
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
		close(fd);
	}
}

static void reconnect(struct host *host)
{
	client_close(&host->client);
	host->client = client_open(&host->sim);
	if (!one_in(8))
		host_set_up(host);
}

static void go_mad(struct host *host, const int *files, unsigned long count)
{
	static struct message m;

	for (unsigned long i = 0; i < count; i++) {
		size_t len = make_message(&m, files);

		if (one_in(200))
			len = 1 + next() % len;
		client_send(&host->client, &m, len, m.fds, m.fd_count);
		for (int turn = 0; turn < 3; turn++)
			sim_turn(&host->sim, false, NULL);
		if (drain(&host->client) || one_in(500))
			reconnect(host);
	}
}

static void test_random_messages(void **state)
{
	const char *seed = getenv("SEED"), *count = getenv("COUNT");
	struct host *host = host_open(NULL);
	unsigned int descriptors = open_descriptors();
	struct program p = { 0 };
	int files[4];

	(void)state;
	random_state = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	printf("# SEED=%llu\n", (unsigned long long)random_state);
	files[0] = memfd_create("test", MFD_CLOEXEC);
	assert_int_equal(ftruncate(files[0], 1 << 20), 0);
	files[1] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	files[2] = host->ram_fd;
	files[3] = STDIN_FILENO;
	go_mad(host, files, count ? strtoul(count, NULL, 0) : COUNT);
	printf("# %llu clients\n", (unsigned long long)host->sim.board->stats.clients);
	client_close(&host->client);
	close(files[0]);
	close(files[1]);
	host->client = client_open(&host->sim);
	host_set_up(host);
	assert_int_equal(host_run(host, &p), ING_FAULT_NONE);
	assert_int_equal(open_descriptors(), descriptors);
	assert_int_equal(host->sim.board->server.dma.count, 1);
	host_close(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random_messages) };

	return cmocka_run_group_tests_name("vfio-user: hostile client", tests, NULL, NULL);
}
