// SPDX-License-Identifier: MIT
/* The board: configuration space, registers, jobs and copies by its rings, resets, counters. */
#include "host.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <unistd.h>

#define CONFIG VFIO_PCI_CONFIG_REGION_INDEX

/* ---- configuration space ---- */

static uint32_t config_read(struct host *host, uint32_t offset, uint32_t bytes)
{
	uint32_t value = 0;

	assert_int_equal(client_read(&host->client, CONFIG, offset, &value, bytes), 0);
	return value;
}

static void config_write(struct host *host, uint32_t offset, uint32_t value, uint32_t bytes)
{
	assert_int_equal(client_write(&host->client, CONFIG, offset, &value, bytes), 0);
}

static uint32_t find_cap(struct host *host, uint32_t id)
{
	uint32_t at = config_read(host, PCI_CAPABILITY_LIST, 1);

	while (at && config_read(host, at, 1) != id)
		at = config_read(host, at + 1, 1);
	return at;
}

static void test_identity(void **state)
{
	struct host *host = host_open(NULL);
	uint32_t exp = find_cap(host, PCI_CAP_ID_EXP), msix = find_cap(host, PCI_CAP_ID_MSIX);

	(void)state;
	assert_int_equal(config_read(host, PCI_VENDOR_ID, 2), ING_PCI_VENDOR);
	assert_int_equal(config_read(host, PCI_DEVICE_ID, 2), ING_PCI_DEVICE);
	assert_int_equal(config_read(host, PCI_CLASS_REVISION, 4) >> 8, 0x120000);
	assert_int_equal(config_read(host, PCI_STATUS, 2), PCI_STATUS_CAP_LIST);
	assert_true(find_cap(host, PCI_CAP_ID_PM));
	assert_true(exp && msix);
	assert_int_equal(config_read(host, exp + PCI_EXP_FLAGS, 2) >> 4, PCI_EXP_TYPE_ENDPOINT);
	assert_true(config_read(host, exp + PCI_EXP_DEVCAP, 4) & PCI_EXP_DEVCAP_FLR);
	assert_int_equal(config_read(host, msix + PCI_MSIX_FLAGS, 2) & PCI_MSIX_FLAGS_QSIZE,
			 ING_QUEUES - 1);
	assert_int_equal(config_read(host, msix + PCI_MSIX_TABLE, 4), ING_PCI_BAR_MSIX);
	assert_int_equal(config_read(host, msix + PCI_MSIX_PBA, 4), PCI_PBA_AT | ING_PCI_BAR_MSIX);
	/* what cannot be written stays */
	for (uint32_t at = 0; at < 4; at++)
		config_write(host, at, 0xff, 1);
	config_write(host, PCI_CLASS_REVISION, 0, 4);
	config_write(host, exp, 0xffffffff, 4);
	assert_int_equal(config_read(host, PCI_VENDOR_ID, 4),
			 ING_PCI_DEVICE << 16 | ING_PCI_VENDOR);
	assert_int_equal(config_read(host, exp, 1), PCI_CAP_ID_EXP);
	host_close(host);
}

/* Sizing, as firmware does it */
static void test_bars(void **state)
{
	struct host *host = host_open(NULL);
	const uint64_t memory = host->sim.board->memory_bar_bytes;
	const uint64_t sizes[6] = { ING_BAR_BYTES, 0, memory, 0, PCI_MSIX_BAR_BYTES, 0 };

	(void)state;
	for (uint32_t bar = 0; bar < 6; bar++) {
		uint32_t at = PCI_BASE_ADDRESS_0 + 4 * bar, low, high = UINT32_MAX, type;

		type = config_read(host, at, 4) & 15;
		assert_int_equal(type, bar == ING_PCI_BAR_MEMORY ? 12 : 0);
		config_write(host, at, UINT32_MAX, 4);
		low = config_read(host, at, 4);
		if (bar == ING_PCI_BAR_MEMORY) {
			config_write(host, at + 4, UINT32_MAX, 4);
			high = config_read(host, at + 4, 4);
			bar++;
		}
		if (!sizes[at / 4 - PCI_BASE_ADDRESS_0 / 4]) {
			assert_int_equal(low, 0);
			continue;
		}
		assert_int_equal(low & 15, type);
		assert_int_equal(~((uint64_t)high << 32 | (low & ~15u)) + 1,
				 sizes[at / 4 - PCI_BASE_ADDRESS_0 / 4]);
	}
	config_write(host, PCI_BASE_ADDRESS_2, 0x40000000, 4);
	config_write(host, PCI_BASE_ADDRESS_3, 0x12, 4);
	assert_int_equal(pci_config_bar(&host->sim.board->config, 2), 0x1240000000);
	host_close(host);
}

static void test_decoding(void **state)
{
	struct host *host = host_open(NULL);
	uint32_t pm = find_cap(host, PCI_CAP_ID_PM);

	(void)state;
	config_write(host, PCI_COMMAND, 0, 2);
	assert_int_equal(host_reg_read(host, ING_REG_MAGIC), UINT32_MAX);
	host_reg_write(host, ING_REG_BOARD_VECTORS, 1);
	config_write(host, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
	assert_int_equal(host_reg_read(host, ING_REG_MAGIC), ING_MAGIC);
	assert_int_equal(host_reg_read(host, ING_REG_BOARD_VECTORS), ING_QUEUES);
	/* D1 is not supported, D3hot is */
	config_write(host, pm + PCI_PM_CTRL, 1, 2);
	assert_int_equal(host_reg_read(host, ING_REG_MAGIC), ING_MAGIC);
	config_write(host, pm + PCI_PM_CTRL, 3, 2);
	assert_int_equal(host_reg_read(host, ING_REG_MAGIC), UINT32_MAX);
	config_write(host, pm + PCI_PM_CTRL, 0, 2);
	assert_int_equal(host_reg_read(host, ING_REG_MAGIC), ING_MAGIC);
	host_close(host);
}

/* ---- registers ---- */

static void test_board_block(void **state)
{
	struct host *host = host_open(NULL);
	uint64_t two;
	uint16_t half;

	(void)state;
	assert_int_equal(host_reg_read(host, ING_REG_BOARD_MAGIC), ING_BOARD_MAGIC);
	assert_int_equal(host_reg_read(host, ING_REG_BOARD_VECTORS), ING_QUEUES);
	assert_in_range(host_reg_read(host, ING_REG_BOARD_TEMP), 1000, 100000);
	host_reg_write(host, ING_REG_BOARD_VECTORS, 1);
	host_reg_write(host, ING_REG_BOARD_VECTORS, 0);
	host_reg_write(host, ING_REG_BOARD_VECTORS, ING_QUEUES + 1);
	assert_int_equal(host_reg_read(host, ING_REG_BOARD_VECTORS), 1);
	host_reg_write(host, ING_REG_BOARD_MAGIC, 5);
	assert_int_equal(host_reg_read(host, ING_REG_BOARD_MAGIC), ING_BOARD_MAGIC);
	assert_int_equal(host_reg_read(host, 0xfffc), 0);
	/* two words at a time, and half of one */
	assert_int_equal(client_read(&host->client, 0, 0, &two, 8), 0);
	assert_int_equal(two, (uint64_t)ING_VERSION << 32 | ING_MAGIC);
	assert_int_equal(client_read(&host->client, 0, 2, &half, 2), 0);
	assert_int_equal(half, ING_MAGIC >> 16);
	host_close(host);
}

/* ---- jobs and copies ---- */

#define UNITS 300u

static void fill(struct host *host, uint32_t salt)
{
	for (uint32_t i = 0; i < UNITS * 16; i++)
		((uint32_t *)(host->ram + RAM_DATA))[i] = i * 2654435761u ^ salt;
}

static void test_copies(void **state)
{
	struct host *host = host_open(NULL);
	static uint8_t sent[UNITS * 64];

	(void)state;
	fill(host, 1);
	memcpy(sent, host->ram + RAM_DATA, sizeof(sent));
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, 1000, UNITS), ING_FAULT_NONE);
	assert_memory_equal(host->sim.board->memory + 64000, sent, sizeof(sent));
	memset(host->ram + RAM_DATA, 0, sizeof(sent));
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, 1000, UNITS), ING_FAULT_NONE);
	assert_memory_equal(host->ram + RAM_DATA, sent, sizeof(sent));
	assert_int_equal(host_irqs(host, 1), 2);
	assert_int_equal(host_irqs(host, 0), 0);
	host_close(host);
}

/* Counts down in R1, an event each time; 40 tokens with an interrupt each */
static void make_tokens(struct program *p)
{
	uint32_t *w = add(p, ING_OP_EMIT);

	SET(w, ING_C_RA, 1);
	SET(w, ING_C_IRQ, 1);
	SET(add(p, ING_OP_LOOP), ING_C_RA, 1);
}

/* What the driver promises: a doorbell a submission, no register read, an interrupt a token */
static void test_job(void **state)
{
	struct host *host = host_open(NULL);
	const struct board_stats *stats = &host->sim.board->stats;
	struct program p = { 0 };
	uint32_t desc[1][16], tokens = 40;
	struct completion c;

	(void)state;
	make_tokens(&p);
	host_program(host, &p, desc[0]);
	desc[0][ING_DESC_ARG0_W] = tokens;
	host_irqs(host, 0);
	host_submit(host, ING_QUEUE_JOB, desc, 1);
	for (uint32_t i = tokens; i; i--) {
		assert_true(host_complete(host, ING_QUEUE_JOB, &c));
		assert_int_equal(c.w[ING_COMP_TYPE_W], ING_COMP_EVENT);
		assert_int_equal(c.w[ING_COMP_VALUE_W], i);
		assert_int_equal(c.w[ING_COMP_TAG_W], 0x1234);
	}
	assert_true(host_complete(host, ING_QUEUE_JOB, &c));
	assert_int_equal(c.w[ING_COMP_TYPE_W], ING_COMP_DONE);
	assert_false(host_complete(host, ING_QUEUE_JOB, &c));
	assert_int_equal(host_irqs(host, 0), tokens + 1);
	assert_int_equal(stats->doorbells[ING_QUEUE_JOB], 1);
	assert_int_equal(stats->doorbells[ING_QUEUE_COPY], 1);
	assert_int_equal(stats->reg_reads, 0);
	assert_int_equal(stats->events, tokens);
	assert_int_equal(stats->jobs, 1);
	assert_int_equal(stats->copies, 1);
	assert_int_equal(stats->irqs[0], tokens + 1);
	assert_int_equal(stats->irqs[1], 1);
	host_close(host);
}

/* Many descriptors, one doorbell; the ring wraps */
static void test_batches(void **state)
{
	struct host *host = host_open(NULL);
	struct program p = { 0 };
	uint32_t descs[1 << RING_LOG2][16];
	struct completion c;

	(void)state;
	host_program(host, &p, descs[0]);
	for (uint32_t i = 1; i < 1 << RING_LOG2; i++)
		memcpy(descs[i], descs[0], ING_DESC_BYTES);
	for (uint32_t round = 0; round < 5; round++) {
		for (uint32_t i = 0; i < 1 << RING_LOG2; i++)
			descs[i][ING_DESC_TAG_W] = round << 8 | i;
		host_submit(host, ING_QUEUE_JOB, descs, 1 << RING_LOG2);
		for (uint32_t i = 0; i < 1 << RING_LOG2; i++) {
			assert_true(host_complete(host, ING_QUEUE_JOB, &c));
			assert_int_equal(c.w[ING_COMP_TAG_W], round << 8 | i);
			assert_int_equal(fault_of(c), ING_FAULT_NONE);
		}
	}
	assert_int_equal(host->sim.board->stats.doorbells[ING_QUEUE_JOB], 5);
	assert_int_equal(host->sim.board->stats.jobs, 5 << RING_LOG2);
	host_close(host);
}

static void test_vectors(void **state)
{
	struct host *host = host_open(NULL);
	struct program p = { 0 };

	(void)state;
	host_reg_write(host, ING_REG_BOARD_VECTORS, 1);
	assert_int_equal(host_run(host, &p), ING_FAULT_NONE);
	assert_int_equal(host_irqs(host, 0), 2);
	assert_int_equal(host_irqs(host, 1), 0);
	host_close(host);
}

static void test_unmapped_memory(void **state)
{
	struct host *host = host_open(NULL);
	uint32_t desc[1][16] = { { ING_DESC_TO_DEVICE, 7, 0, 0, 0, 0x77, 0, 1 } };
	struct completion c;

	(void)state;
	host_submit(host, ING_QUEUE_COPY, desc, 1);
	assert_true(host_complete(host, ING_QUEUE_COPY, &c));
	assert_int_equal(fault_of(c), ING_FAULT_BUS);
	assert_int_equal(c.w[ING_COMP_TAG_W], 7);
	assert_true(host->sim.board->stats.dma_errors > 0);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, 0, 1), ING_FAULT_NONE);
	/* gone while the device works: it hears of it, and nobody else does */
	assert_int_equal(client_unmap(&host->client, RAM_ADDRESS + RAM_DATA, 4096, 0), 0);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, 0, 1), ING_FAULT_BUS);
	assert_int_equal(client_map(&host->client, RAM_ADDRESS + RAM_DATA, 4096, host->ram_fd,
				    RAM_DATA, VFIO_DMA_MAP_FLAG_READ), 0);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, 0, 1), ING_FAULT_NONE);
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, 0, 1), ING_FAULT_BUS);
	host_close(host);
}

static void test_bus_mastering(void **state)
{
	struct host *host = host_open(NULL);
	uint64_t transfers;

	(void)state;
	config_write(host, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
	transfers = host->sim.board->stats.dma_reads;
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, 0, 1), -1);
	assert_int_equal(host->sim.board->stats.dma_reads, transfers);
	assert_int_equal(host->sim.board->stats.dma_writes, 0);
	assert_int_equal(host_irqs(host, 1), 0);
	host_close(host);
}

/* A host that does not read its ring makes the board wait, not work */
static void test_full_ring(void **state)
{
	struct host *host = host_open(NULL);
	struct program p = { 0 };
	uint32_t desc[1][16];
	struct completion c;

	(void)state;
	make_tokens(&p);
	host_program(host, &p, desc[0]);
	desc[0][ING_DESC_ARG0_W] = 30;
	host_submit(host, ING_QUEUE_JOB, desc, 1);
	for (int i = 0; i < 100; i++)
		sim_turn(&host->sim, false, NULL);
	assert_int_equal(host->sim.board->stats.events, 1 << RING_LOG2);
	if (!strcmp(host->sim.board->handle.core->ops->name, "func"))
		assert_int_equal(host->sim.wait_ms, 1);
	for (int i = 0; i <= 30; i++)
		assert_true(host_complete(host, ING_QUEUE_JOB, &c));
	assert_int_equal(c.w[ING_COMP_TYPE_W], ING_COMP_DONE);
	host_close(host);
}

/* One that computes and moves no data has the board at work all the time, however light it is */
static void test_long_job(void **state)
{
	struct host *host = host_open(NULL);
	struct program p = { 0 };
	uint32_t desc[1][16];

	(void)state;
	add(&p, ING_OP_LOOP);
	host_program(host, &p, desc[0]);
	host_submit(host, ING_QUEUE_JOB, desc, 1);
	for (int i = 0; i < 200; i++) {
		sim_turn(&host->sim, false, NULL);
		assert_int_equal(host->sim.wait_ms, 0);
	}
	host_close(host);
}

/* ---- resets ---- */

static void check_after_function_reset(struct host *host, const void *memory)
{
	assert_int_equal(config_read(host, PCI_COMMAND, 2), 0);
	config_write(host, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
	assert_int_equal(host_reg_read(host, ING_REG_STATUS), 0);
	assert_int_equal(host_reg_read(host, ING_REG_SLOTS + ING_SLOT_PERM), 0);
	assert_int_equal(host_reg_read(host, ING_REG_SLOTS + ING_SLOT_LEN), 0);
	assert_int_equal(host_reg_read(host, ING_REG_IRQ_ENABLE), 0);
	assert_int_equal(host_reg_read(host, ING_REG_BOARD_VECTORS), ING_QUEUES);
	assert_int_equal(host_reg_read(host, queue_reg(0, ING_Q_ENABLE)), 0);
	assert_memory_equal(host->sim.board->memory + 1024 * 64, memory, 64);
	host_set_up_device(host);
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, 1024, 1), ING_FAULT_NONE);
	assert_memory_equal(host->ram + RAM_DATA, memory, 64);
	/* vectors and memory are the client's, and still there */
	assert_int_equal(host_irqs(host, 1), 1);
}

static void test_function_resets(void **state)
{
	struct host *host = host_open(NULL);
	struct program p = { 0 };
	uint32_t exp = find_cap(host, PCI_CAP_ID_EXP), desc[1][16];
	uint8_t memory[64];

	(void)state;
	memset(memory, 0x5a, sizeof(memory));
	for (int way = 0; way < 2; way++) {
		p.n = 0;
		add(&p, ING_OP_LOOP);
		host_program(host, &p, desc[0]);
		memcpy(host->ram + RAM_DATA, memory, 64);
		assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, 1024, 1), ING_FAULT_NONE);
		/* a job that never ends */
		host_submit(host, ING_QUEUE_JOB, desc, 1);
		for (int i = 0; i < 10; i++)
			sim_turn(&host->sim, false, NULL);
		host_reg_write(host, ING_REG_BOARD_VECTORS, 1);
		host_irqs(host, 0);
		host_irqs(host, 1);
		if (way)
			assert_int_equal(client_command(&host->client, VU_DEVICE_RESET, NULL, 0),
					 0);
		else
			config_write(host, exp + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR, 2);
		check_after_function_reset(host, memory);
		host_irqs(host, 1);
	}
	assert_int_equal(host->sim.board->stats.function_resets, 1);
	assert_int_equal(host->sim.board->stats.client_resets, 1);
	host_close(host);
}

static void test_reset_by_register(void **state)
{
	struct host *host = host_open(NULL);
	struct program p = { 0 };
	uint32_t desc[1][16];

	(void)state;
	add(&p, ING_OP_LOOP);
	host_program(host, &p, desc[0]);
	host_submit(host, ING_QUEUE_JOB, desc, 1);
	for (int i = 0; i < 10; i++)
		sim_turn(&host->sim, false, NULL);
	assert_int_equal(host_reg_read(host, ING_REG_STATUS), 1);
	host_reg_write(host, ING_REG_RESET, 1);
	sim_settle(&host->sim);
	assert_int_equal(host_reg_read(host, ING_REG_RESET), 0);
	assert_int_equal(host_reg_read(host, ING_REG_STATUS), 0);
	assert_int_equal(host_reg_read(host, ING_REG_SLOTS + ING_SLOT_LEN), PROGRAM_UNITS);
	host_set_up_queues(host);
	p.n = 0;
	assert_int_equal(host_run(host, &p), ING_FAULT_NONE);
	assert_int_equal(host->sim.board->stats.resets, 1);
	host_close(host);
}

/* The next client finds a board as it comes out of the box, but for its memory */
static void test_reconnect(void **state)
{
	struct host *host = host_open(NULL);
	struct program p = { 0 };
	unsigned int descriptors = open_descriptors();

	(void)state;
	for (int i = 0; i < 5; i++) {
		p.n = 0;
		assert_int_equal(host_run(host, &p), ING_FAULT_NONE);
		client_close(&host->client);
		assert_int_equal(host->sim.board->server.dma.count, 0);
		assert_int_equal(host->sim.board->config.bytes[PCI_COMMAND], 0);
		host->client = client_open(&host->sim);
		host_set_up(host);
	}
	assert_int_equal(open_descriptors(), descriptors);
	assert_int_equal(host->sim.board->stats.clients, 6);
	host_close(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_decoding),
		cmocka_unit_test(test_board_block),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_job),
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_unmapped_memory),
		cmocka_unit_test(test_bus_mastering),
		cmocka_unit_test(test_full_ring),
		cmocka_unit_test(test_long_job),
		cmocka_unit_test(test_function_resets),
		cmocka_unit_test(test_reset_by_register),
		cmocka_unit_test(test_reconnect),
	};

	return cmocka_run_group_tests_name("ingot-sim: board", tests, NULL, NULL);
}
