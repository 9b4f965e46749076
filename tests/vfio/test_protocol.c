// SPDX-License-Identifier: MIT
/* The protocol, message by message. */
#include "client.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BOTH (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

static struct reply reply;

/* ---- version ---- */

static int version(struct client *client, uint16_t major, uint16_t minor, const char *caps,
		   size_t bytes)
{
	uint8_t body[1024];
	const struct vu_version v = { major, minor };
	const struct request request = { .command = VU_VERSION, .body = body,
					 .bytes = sizeof(v) + bytes };

	memcpy(body, &v, sizeof(v));
	if (bytes)
		memcpy(body + sizeof(v), caps, bytes);
	return client_request(client, &request, &reply);
}

static void test_version(void **state)
{
	struct fixture *f = *state;
	static const char caps[] = "{\"capabilities\":{\"max_msg_fds\":1,\"write_multiple\":true,\"x\":[1]}}";
	static const char ours[] = "{\"capabilities\":{\"max_msg_fds\":16,\"write_multiple\":true}}";

	assert_int_equal(version(&f->client, 0, 7, caps, sizeof(caps)), 0);
	assert_int_equal(reply.bytes, sizeof(struct vu_version) + sizeof(ours));
	assert_memory_equal(reply.body, "\0\0\1\0", 4);
	assert_string_equal((char *)reply.body + 4, ours);
	assert_int_equal(version(&f->client, 0, 7, caps, sizeof(caps)), CLIENT_CLOSED);
}

static void test_version_alone(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(version(&f->client, 0, 0, NULL, 0), 0);
	assert_int_equal(reply.bytes, sizeof(struct vu_version));
	assert_memory_equal(reply.body, "\0\0\0\0", 4);
}

static void test_bad_versions(void **state)
{
	struct fixture *f = *state;
	static const struct {
		uint16_t major;
		const char *caps;
		size_t bytes;
	} bad[] = {
		{ 1, NULL, 0 },
		{ 0, "{}", 2 },
		{ 0, "{\"capabilities\"", 16 },
		{ 0, "[1]", 4 },
		{ 0, "\"\"", 3 },
		{ 0, "", 1 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (version(&f->client, bad[i].major, 0, bad[i].caps, bad[i].bytes) !=
		    CLIENT_CLOSED)
			fail_msg("bad version %zu is taken", i);
		client_close(&f->client);
		f->client = client_open(&f->sim);
	}
	assert_int_equal(client_command(&f->client, VU_DEVICE_RESET, NULL, 0), CLIENT_CLOSED);
}

/* Whatever its capabilities are, a client may name them in any JSON */
static void test_odd_capabilities(void **state)
{
	struct fixture *f = *state;
	static const char *const odd[] = {
		"{}", "{\"capabilities\":null}", "{\"capabilities\":7}", "{\"capabilities\":[]}",
		"{\"capabilities\":{\"write_multiple\":false}}", "{\"x\":{\"capabilities\":{}}}",
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		assert_int_equal(version(&f->client, 0, 1, odd[i], strlen(odd[i]) + 1), 0);
		assert_string_equal((char *)reply.body + 4, "{\"capabilities\":{}}");
		client_close(&f->client);
		f->client = client_open(&f->sim);
	}
}

/* ---- what there is ---- */

static void test_info(void **state)
{
	struct fixture *f = *state;
	uint32_t info[4] = { 16 };
	struct request request = { .command = VU_DEVICE_GET_INFO, .body = info, .bytes = 16 };

	assert_int_equal(client_request(&f->client, &request, &reply), 0);
	assert_int_equal(reply.bytes, 16);
	memcpy(info, reply.body, 16);
	assert_int_equal(info[0], 16);
	assert_int_equal(info[1], VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI);
	assert_int_equal(info[2], VFIO_PCI_NUM_REGIONS);
	assert_int_equal(info[3], VU_IRQ_TYPES);
}

static struct vfio_region_info region_info(struct fixture *f, uint32_t index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };
	const struct request request = { .command = VU_DEVICE_GET_REGION_INFO, .body = &info,
					 .bytes = sizeof(info) };

	assert_int_equal(client_request(&f->client, &request, &reply), 0);
	assert_int_equal(reply.bytes, sizeof(info));
	memcpy(&info, reply.body, sizeof(info));
	assert_int_equal(info.argsz, sizeof(info));
	assert_int_equal(info.index, index);
	assert_int_equal(info.offset, 0);
	return info;
}

static void test_regions(void **state)
{
	struct fixture *f = *state;
	const uint32_t access = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	struct vfio_region_info info = { .argsz = sizeof(info), .index = VFIO_PCI_NUM_REGIONS };
	uint32_t seen, word = 0xabcd1234;
	uint8_t *bar;

	for (uint32_t i = 0; i < VFIO_PCI_NUM_REGIONS; i++) {
		const struct vfio_region_info r = region_info(f, i);

		if (i == ING_PCI_BAR_MEMORY) {
			assert_int_equal(r.flags, access | VFIO_REGION_INFO_FLAG_MMAP);
			bar = mmap(NULL, r.size, PROT_READ | PROT_WRITE, MAP_SHARED, reply.fd, 0);
			assert_ptr_not_equal(bar, MAP_FAILED);
			close(reply.fd);
			assert_int_equal(client_write(&f->client, i, r.size - 4, &word, 4), 0);
			memcpy(&seen, bar + r.size - 4, 4);
			assert_int_equal(seen, word);
			assert_int_equal(munmap(bar, r.size), 0);
			continue;
		}
		assert_int_equal(reply.fd, -1);
		assert_int_equal(r.flags, r.size ? access : 0);
		assert_int_equal(r.size, i == ING_PCI_BAR_REGS ? ING_BAR_BYTES :
					 i == ING_PCI_BAR_MSIX ? PCI_MSIX_BAR_BYTES :
					 i == VFIO_PCI_CONFIG_REGION_INDEX ? PCI_CONFIG_BYTES : 0);
	}
	assert_int_equal(client_command(&f->client, VU_DEVICE_GET_REGION_INFO, &info, sizeof(info)),
			 EINVAL);
}

static void test_unknown_commands(void **state)
{
	struct fixture *f = *state;
	static const uint16_t unknown[] = { 0, VU_DEVICE_GET_REGION_IO_FDS, VU_DMA_READ,
					    VU_DMA_WRITE, 14, 16, 17, 99, 0xffff };

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		assert_int_equal(client_command(&f->client, unknown[i], "x", 1), ENOTSUP);
}

/* ---- accesses ---- */

static void test_bad_accesses(void **state)
{
	struct fixture *f = *state;
	static const struct vu_region_access bad[] = {
		{ ING_BAR_BYTES, 0, 4 },   { ING_BAR_BYTES - 4, 0, 8 }, { UINT64_MAX, 0, 4 },
		{ UINT64_MAX - 3, 0, 8 },  { 0, 1, 4 },			{ 0, 9, 4 },
		{ 0, UINT32_MAX, 4 },	   { 0, 2, VU_MAX_TRANSFER + 1 }, { 0, 2, UINT32_MAX },
		{ PCI_CONFIG_BYTES, 7, 1 },
	};
	uint8_t bytes[64] = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(client_command(&f->client, VU_REGION_READ, &bad[i],
						sizeof(bad[i])), EINVAL);
		if (bad[i].count <= sizeof(bytes))
			assert_int_equal(client_write(&f->client, bad[i].region, bad[i].offset,
						      bytes, bad[i].count), EINVAL);
	}
	/* registers are written as whole words */
	assert_int_equal(client_write(&f->client, 0, 2, bytes, 4), EINVAL);
	assert_int_equal(client_write(&f->client, 0, 4, bytes, 2), EINVAL);
}

static void test_largest_access(void **state)
{
	struct fixture *f = *state;
	uint8_t *in = malloc(VU_MAX_TRANSFER), *out = calloc(1, VU_MAX_TRANSFER);

	for (size_t i = 0; i < VU_MAX_TRANSFER; i++)
		in[i] = (uint8_t)(i * 31 >> 3);
	assert_int_equal(client_write(&f->client, ING_PCI_BAR_MEMORY, 64, in, VU_MAX_TRANSFER), 0);
	assert_int_equal(client_read(&f->client, ING_PCI_BAR_MEMORY, 64, out, VU_MAX_TRANSFER), 0);
	assert_memory_equal(in, out, VU_MAX_TRANSFER);
	free(in);
	free(out);
}

static void enable_memory(struct fixture *f)
{
	const uint16_t command = PCI_COMMAND_MEMORY;

	assert_int_equal(client_write(&f->client, VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND,
				      &command, 2), 0);
}

static void test_write_multi(void **state)
{
	struct fixture *f = *state;
	struct {
		uint64_t count;
		struct vu_small_write writes[3];
	} body = { 3, {
		{ { 0, ING_PCI_BAR_MEMORY, 8 }, "12345678" },
		{ { 8, ING_PCI_BAR_MEMORY, 3 }, "abc" },
		{ { 11, ING_PCI_BAR_MEMORY, 1 }, "d" },
	} };
	struct request request = { .command = VU_REGION_WRITE_MULTI, .body = &body,
				   .bytes = sizeof(body) };
	char seen[13] = "";

	assert_int_equal(client_request(&f->client, &request, &reply), 0);
	assert_int_equal(reply.bytes, 8);
	assert_memory_equal(reply.body, &body.count, 8);
	assert_int_equal(client_read(&f->client, ING_PCI_BAR_MEMORY, 0, seen, 12), 0);
	assert_string_equal(seen, "12345678abcd");
	body.writes[1].at.region = 77;
	assert_int_equal(client_request(&f->client, &request, &reply), EINVAL);
	body.writes[1].at.region = ING_PCI_BAR_MEMORY;
	body.writes[1].at.count = 9;
	assert_int_equal(client_request(&f->client, &request, &reply), CLIENT_CLOSED);
}

/* Posted writes: the next reply is that of the next request */
static void test_no_reply(void **state)
{
	struct fixture *f = *state;
	struct {
		struct vu_header header;
		struct vu_region_access at;
		uint32_t value;
	} message = { { 77, VU_REGION_WRITE, sizeof(message), VU_NO_REPLY, 0 },
		      { ING_REG_BOARD_VECTORS, ING_PCI_BAR_REGS, 4 }, 1 };
	uint32_t value;

	message.header.size = offsetof(typeof(message), value) + 4;
	enable_memory(f);
	client_send(&f->client, &message, message.header.size, NULL, 0);
	assert_int_equal(client_read(&f->client, ING_PCI_BAR_REGS, ING_REG_BOARD_VECTORS, &value,
				     4), 0);
	assert_int_equal(value, 1);
	/* an error is not told either */
	message.at.region = 1;
	client_send(&f->client, &message, message.header.size, NULL, 0);
	assert_int_equal(client_read(&f->client, ING_PCI_BAR_REGS, ING_REG_BOARD_MAGIC, &value,
				     4), 0);
	assert_int_equal(value, ING_BOARD_MAGIC);
}

/* A message in pieces, and two in one */
static void test_pieces(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[2 * 32];
	const struct vu_region_access at = { 0, VFIO_PCI_CONFIG_REGION_INDEX, 4 };

	for (uint16_t i = 0; i < 2; i++) {
		const struct vu_header header = { i, VU_REGION_READ, 32, 0, 0 };

		memcpy(bytes + 32 * i, &header, 16);
		memcpy(bytes + 32 * i + 16, &at, 16);
	}
	for (size_t i = 0; i < 32; i++) {
		client_send(&f->client, bytes + i, 1, NULL, 0);
		sim_settle(&f->sim);
	}
	assert_int_equal(client_receive(&f->client, &reply), 0);
	assert_int_equal(reply.bytes, 20);
	client_send(&f->client, bytes, sizeof(bytes), NULL, 0);
	for (uint16_t i = 0; i < 2; i++) {
		assert_int_equal(client_receive(&f->client, &reply), 0);
		assert_int_equal(reply.header.id, i);
	}
}

/* ---- memory ---- */

static void test_maps(void **state)
{
	struct fixture *f = *state;
	int fd = memory_file();
	const struct vu_dma *dma = &f->sim.board->server.dma;

	assert_int_equal(client_map(&f->client, 0, 0xa0000, fd, 0, BOTH), 0);
	assert_int_equal(client_map(&f->client, 0x90000, 0x1000, fd, 0, BOTH), EEXIST);
	assert_int_equal(client_map(&f->client, 0x100000, 1 << 21, fd, 0, BOTH), EINVAL);
	assert_int_equal(client_map(&f->client, 0xfffc0000, 0x40000, -1, 0,
				    VFIO_DMA_MAP_FLAG_READ), 0);
	assert_int_equal(client_map(&f->client, 0xfd000000, 0x1000000, -1, 0, BOTH), 0);
	assert_int_equal(dma->count, 3);
	assert_int_equal(client_unmap(&f->client, 0x10000000, 0x1000, 0), 0);
	assert_int_equal(client_unmap(&f->client, 0, 0, 0), EINVAL);
	assert_int_equal(client_unmap(&f->client, 0, 1ull << 32, 0), 0);
	assert_int_equal(dma->count, 0);
	close(fd);
	assert_null(dma->files);
}

/* RAM that cannot be shared is no use: better no device than one that fails later */
static void test_ram_without_file(void **state)
{
	struct fixture *f = *state;

	const uint32_t info[4] = { 16 };

	assert_int_equal(client_command(&f->client, VU_DEVICE_GET_INFO, info, 16), 0);
	assert_int_equal(client_map(&f->client, 0, 0xa0000, -1, 0, BOTH), EINVAL);
	assert_int_equal(client_command(&f->client, VU_DEVICE_GET_INFO, info, 16), EINVAL);
}

/* ---- malformed messages end the connection, and nothing else ---- */

static void send_header(const struct client *client, uint16_t command, uint32_t size,
			uint32_t flags, const int *fds, unsigned int fd_count)
{
	const struct vu_header header = { 1, command, size, flags, 0 };
	uint8_t bytes[512] = { 0 };

	memcpy(bytes, &header, sizeof(header));
	client_send(client, bytes, size >= 16 && size <= sizeof(bytes) ? size : 16, fds, fd_count);
}

static void test_malformed(void **state)
{
	struct fixture *f = *state;
	static const struct {
		uint16_t command;
		uint32_t size, flags;
		unsigned int fds;
	} bad[] = {
		{ VU_REGION_READ, 0, 0, 0 },
		{ VU_REGION_READ, 15, 0, 0 },
		{ VU_REGION_READ, 31, 0, 0 },
		{ VU_REGION_READ, 33, 0, 0 },
		{ VU_REGION_READ, UINT32_MAX, 0, 0 },
		{ VU_REGION_READ, VU_MAX_MESSAGE + 1, 0, 0 },
		{ VU_REGION_READ, 32, VU_TYPE_REPLY, 0 },
		{ VU_REGION_READ, 32, 15, 0 },
		{ VU_REGION_READ, 32, 0, 1 },
		{ VU_REGION_WRITE, 31, 0, 0 },
		{ VU_REGION_WRITE, 36, 0, 0 },
		{ VU_REGION_WRITE_MULTI, 23, 0, 0 },
		{ VU_REGION_WRITE_MULTI, 25, 0, 0 },
		{ VU_DMA_MAP, 47, 0, 0 },
		{ VU_DMA_MAP, 49, 0, 0 },
		{ VU_DMA_MAP, 48, 0, 2 },
		{ VU_DMA_MAP, 48, 0, 40 },
		{ VU_DMA_UNMAP, 41, 0, 0 },
		{ VU_DMA_UNMAP, 40, 0, 1 },
		{ VU_DEVICE_GET_INFO, 31, 0, 0 },
		{ VU_DEVICE_GET_REGION_INFO, 47, 0, 0 },
		{ VU_DEVICE_GET_IRQ_INFO, 31, 0, 0 },
		{ VU_DEVICE_SET_IRQS, 35, 0, 0 },
		{ VU_DEVICE_SET_IRQS, 36, 0, 17 },
		{ VU_DEVICE_SET_IRQS, 400, 0, 0 },
		{ VU_DEVICE_RESET, 17, 0, 0 },
		{ VU_VERSION, 20, 0, 0 },
	};
	int fds[40];

	for (int i = 0; i < 40; i++)
		fds[i] = STDOUT_FILENO;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		send_header(&f->client, bad[i].command, bad[i].size, bad[i].flags, fds, bad[i].fds);
		if (!client_is_closed(&f->client))
			fail_msg("malformed message %zu is taken", i);
		assert_int_equal(f->sim.board->server.conn.fd, -1);
		client_close(&f->client);
		f->client = client_open(&f->sim);
		client_negotiate(&f->client);
	}
}

static void test_leaves_within_message(void **state)
{
	struct fixture *f = *state;
	const struct vu_header header = { 1, VU_REGION_WRITE, 100, 0, 0 };
	int fd = memory_file();

	client_send(&f->client, &header, sizeof(header), &fd, 1);
	sim_settle(&f->sim);
	client_close(&f->client);
	f->client = client_open(&f->sim);
	client_negotiate(&f->client);
	client_send(&f->client, &header, 7, &fd, 1);
	close(fd);
}

/* A client that asks and asks and takes no answer: no more memory than one answer */
static void test_takes_no_answers(void **state)
{
	struct fixture *f = *state;
	struct {
		struct vu_header header;
		struct vu_region_access at;
	} message = { { 1, VU_REGION_READ, sizeof(message), 0, 0 },
		      { 0, ING_PCI_BAR_MEMORY, VU_MAX_TRANSFER } };

	for (int i = 0; i < 20; i++)
		client_send(&f->client, &message, sizeof(message), NULL, 0);
	sim_settle(&f->sim);
	assert_true(vu_conn_is_sending(&f->sim.board->server.conn));
	for (int i = 0; i < 20; i++) {
		assert_int_equal(client_receive(&f->client, &reply), 0);
		assert_int_equal(reply.bytes, sizeof(message.at) + VU_MAX_TRANSFER);
	}
}

#define FRESH(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)
#define READY(name) cmocka_unit_test_setup_teardown(name, fixture_negotiated, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_version),
		FRESH(test_version_alone),
		FRESH(test_bad_versions),
		FRESH(test_odd_capabilities),
		READY(test_info),
		READY(test_regions),
		READY(test_unknown_commands),
		READY(test_bad_accesses),
		READY(test_largest_access),
		READY(test_write_multi),
		READY(test_no_reply),
		READY(test_pieces),
		READY(test_maps),
		READY(test_ram_without_file),
		READY(test_malformed),
		READY(test_leaves_within_message),
		READY(test_takes_no_answers),
	};

	return cmocka_run_group_tests_name("vfio-user: protocol", tests, NULL, NULL);
}
