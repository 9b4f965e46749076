// SPDX-License-Identifier: MIT
/* Every scripted fault does what the manual says, and nothing before its trigger. */
#include "host.h"

#include <linux/pci_regs.h>
#include <string.h>

#define UNITS 64u
#define AT 4096u

static uint32_t *words(struct host *host)
{
	return (uint32_t *)(host->ram + RAM_DATA);
}

static void fill(struct host *host)
{
	for (uint32_t i = 0; i < UNITS * 16; i++)
		words(host)[i] = i * 2654435761u;
}

static struct completion run_desc_once(struct host *host, struct program *p)
{
	uint32_t desc[1][16];
	struct completion c = { 0 };

	host_program(host, p, desc[0]);
	host_submit(host, ING_QUEUE_JOB, desc, 1);
	assert_true(host_complete(host, ING_QUEUE_JOB, &c));
	return c;
}

/* ---- interrupts ---- */

static void test_lose_irq(void **state)
{
	struct host *host = host_open("after 2 copies lose-irq 2");

	(void)state;
	/* the interrupt of the copy that sets it off is the first to be lost */
	for (int i = 0; i < 4; i++)
		assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	assert_int_equal(host_irqs(host, 1), 2);
	assert_int_equal(host->sim.board->stats.irqs_lost, 2);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	assert_int_equal(host_irqs(host, 1), 1);
	host_close(host);
}

static void test_spurious_irq(void **state)
{
	struct host *host = host_open("spurious-irq 0");

	(void)state;
	assert_int_equal(host_irqs(host, 0), 1);
	/* one that answers every interrupt does not answer itself */
	host_fault(host, "every 1 irqs spurious-irq 0");
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	assert_int_equal(host_irqs(host, 0), 1);
	assert_int_equal(host_irqs(host, 1), 1);
	host_close(host);
}

/* ---- jobs ---- */

static void test_stuck_job(void **state)
{
	struct host *host = host_open("after 1 jobs stuck-job");
	struct program p = { 0 };
	uint32_t desc[1][16], counter = ING_REG_COUNTERS + 8 * ING_CNT_COMMANDS;
	uint8_t program[64], seen[64];

	(void)state;
	assert_int_equal(host_run(host, &p), ING_FAULT_NONE);
	p.n = 0;
	host_program(host, &p, desc[0]);
	memcpy(program, host->sim.board->memory, 64);
	host_submit(host, ING_QUEUE_JOB, desc, 1);
	host_submit(host, ING_QUEUE_JOB, desc, 1);
	assert_false(host_complete(host, ING_QUEUE_JOB, &(struct completion){ 0 }));
	assert_int_equal(host_reg_read(host, ING_REG_STATUS) & 1, 1);
	assert_int_equal(host_reg_read(host, counter), 0);
	/* copies go on, an abort does not help */
	host_reg_write(host, ING_REG_ABORT, 1);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, UNITS), ING_FAULT_NONE);
	assert_false(host_complete(host, ING_QUEUE_JOB, &(struct completion){ 0 }));
	assert_int_equal(host_reg_read(host, counter), 0);
	/* a reset does, and the program is what it was */
	host_reg_write(host, ING_REG_RESET, 1);
	sim_settle(&host->sim);
	assert_int_equal(host_reg_read(host, ING_REG_RESET), 0);
	host_set_up_queues(host);
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, 0, 1), ING_FAULT_NONE);
	memcpy(seen, host->ram + RAM_DATA, 64);
	assert_memory_equal(seen, program, 64);
	p.n = 0;
	assert_int_equal(host_run(host, &p), ING_FAULT_NONE);
	host_close(host);
}

/* Adds, loads, stores: the sum of the scratchpad's lines 0 and 1 goes to memory, R1 to the host */
static void make_work(struct program *p)
{
	add_load(p, 0, 0, 2);
	SET(add(p, ING_OP_BARRIER), ING_F_WAIT_STR, 1);
	add_store(p, 0, 8, 2);
	SET(add(p, ING_OP_BARRIER), ING_F_WAIT_VEC, 1);
	SET(add(p, ING_OP_EMIT), ING_C_RA, 1);
}

static uint32_t emitted(struct host *host)
{
	struct program p = { 0 };
	struct completion c, done;

	make_work(&p);
	c = run_desc_once(host, &p);
	assert_int_equal(c.w[ING_COMP_TYPE_W], ING_COMP_EVENT);
	assert_true(host_complete(host, ING_QUEUE_JOB, &done));
	assert_int_equal(done.w[ING_COMP_TYPE_W], ING_COMP_DONE);
	return c.w[ING_COMP_VALUE_W];
}

static int stored_bytes_differ(struct host *host)
{
	const uint8_t *data = host->sim.board->memory + data_unit(0) * 64ull;
	int n = 0;

	for (int i = 0; i < 128; i++)
		n += data[i] != data[8 * 64 + i];
	return n;
}

static void test_bad_op(void **state)
{
	struct host *host = host_open(NULL);

	(void)state;
	fill(host);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, data_unit(0), 16), ING_FAULT_NONE);
	assert_int_equal(emitted(host), 0);
	assert_int_equal(stored_bytes_differ(host), 0);
	/* programs without it are as good as ever */
	host_fault(host, "bad-op MATMUL");
	assert_int_equal(emitted(host), 0);
	assert_int_equal(stored_bytes_differ(host), 0);
	host_fault(host, "bad-op LOAD");
	assert_int_equal(emitted(host), 1);
	assert_int_equal(stored_bytes_differ(host), 1);
	host_fault(host, "clear");
	assert_int_equal(emitted(host), 0);
	assert_int_equal(stored_bytes_differ(host), 0);
	host_close(host);
}

static int read_past_the_end(struct host *host, uint32_t units)
{
	struct program p = { 0 };

	add_load(&p, DATA_UNITS, 0, units);
	return host_run(host, &p);
}

static int write_to_read_only(struct host *host)
{
	struct program p = { 0 };

	add_store(&p, 0, 0, 1);
	SET(p.w[0], ING_V_SLOT, SLOT_CONST);
	return host_run(host, &p);
}

static void set_up_read_only(struct host *host)
{
	const uint32_t at = ING_REG_SLOTS + SLOT_CONST * ING_SLOT_STRIDE;

	host_reg_write(host, at + ING_SLOT_BASE, data_unit(0));
	host_reg_write(host, at + ING_SLOT_LEN, 1);
	host_reg_write(host, at + ING_SLOT_PERM, ING_PERM_READ);
}

static void write_slots_again(struct host *host)
{
	host_reg_write(host, ING_REG_RESET, 1);
	sim_settle(&host->sim);
	host_set_up_device(host);
	set_up_read_only(host);
}

static void test_wide_slots(void **state)
{
	struct host *host = host_open(NULL);

	(void)state;
	set_up_read_only(host);
	host_fault(host, "wide-slots 2");
	/* what was written before is as it was */
	assert_int_equal(read_past_the_end(host, 1), ING_FAULT_SLOT);
	assert_int_equal(write_to_read_only(host), ING_FAULT_PERM);
	write_slots_again(host);
	assert_int_equal(read_past_the_end(host, 2), ING_FAULT_NONE);
	assert_int_equal(read_past_the_end(host, 3), ING_FAULT_SLOT);
	assert_int_equal(write_to_read_only(host), ING_FAULT_NONE);
	host_fault(host, "clear");
	write_slots_again(host);
	assert_int_equal(read_past_the_end(host, 1), ING_FAULT_SLOT);
	assert_int_equal(write_to_read_only(host), ING_FAULT_PERM);
	host_close(host);
}

static void test_wrong_tag(void **state)
{
	struct host *host = host_open("after 1 jobs wrong-tag 1 jobs");
	struct program p = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		p.n = 0;
		assert_int_equal(run_desc_once(host, &p).w[ING_COMP_TAG_W] == 0x1234, i != 1);
	}
	host_close(host);
}

/* ---- transfers ---- */

/* A minute a transfer: nothing comes, and registers are as fast as ever */
static void test_slow_dma(void **state)
{
	struct host *host = host_open("slow-dma 60000");
	const uint32_t desc[1][16] = { { ING_DESC_TO_DEVICE, 1, 0, 0, RAM_DATA, RAM_ADDRESS >> 32,
					 AT, 1 } };
	struct completion c;

	(void)state;
	host_submit(host, ING_QUEUE_COPY, desc, 1);
	while (host->sim.wait_ms < 1000)
		sim_turn(&host->sim, false, NULL);
	assert_int_equal(host_reg_read(host, ING_REG_MAGIC), ING_MAGIC);
	assert_int_equal(host->sim.board->stats.copies, 0);
	host_fault(host, "slow-dma 0");
	host->sim.wait_ms = 0;
	assert_true(host_complete(host, ING_QUEUE_COPY, &c));
	assert_int_equal(fault_of(c), ING_FAULT_NONE);
	host_close(host);
}

static void test_fail_dma(void **state)
{
	struct host *host = host_open("fail-dma read 1");

	(void)state;
	/* the descriptor is the first to be read; its tag is lost with it */
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_BUS);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	host_fault(host, "after 1 doorbells fail-dma write 1");
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT, 1), ING_FAULT_BUS);
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT, 1), ING_FAULT_NONE);
	host_close(host);
}

/* Copies end as they should, and say that they have failed */
static void test_fail_data(void **state)
{
	struct host *host = host_open("fail-dma data-read 2");

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1),
				 i < 2 ? ING_FAULT_BUS : ING_FAULT_NONE);
	host_fault(host, "fail-dma data-write 1");
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT, 1), ING_FAULT_BUS);
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT, 1), ING_FAULT_NONE);
	host_close(host);
}

/* ---- device memory ---- */

static void test_flip_bit(void **state)
{
	struct host *host = host_open(NULL);
	uint32_t before;

	(void)state;
	fill(host);
	before = words(host)[17];
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, UNITS), ING_FAULT_NONE);
	host_fault(host, "flip-bit 0x40045 3");
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT, UNITS), ING_FAULT_NONE);
	assert_int_equal(words(host)[17], before ^ 0x800);
	host_close(host);
}

/* A unit with the line set is the unit without, whoever was written last */
static void test_addr_line(void **state)
{
	struct host *host = host_open("addr-line 7");

	(void)state;
	fill(host);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 4), ING_FAULT_NONE);
	memset(host->ram + RAM_DATA, 0, 256);
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT, 4), ING_FAULT_NONE);
	for (uint32_t i = 0; i < 64; i++)
		assert_int_equal(words(host)[i], (i % 32 + 32) * 2654435761u);
	/* one written, the other read */
	words(host)[0] = 0x11111111;
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT + 2, 1), ING_FAULT_NONE);
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT, 1), ING_FAULT_NONE);
	assert_int_equal(words(host)[0], 0x11111111);
	words(host)[0] = 0x22222222;
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT + 2, 1), ING_FAULT_NONE);
	assert_int_equal(words(host)[0], 0x22222222);
	assert_int_equal(words(host)[1], 33 * 2654435761u);
	host_close(host);
}

static void check_data(struct host *host, uint32_t high, uint32_t low)
{
	const uint32_t beat = host->sim.board->handle.config.port_bits / 32;

	for (uint32_t i = 0; i < UNITS * 16; i++) {
		uint32_t want = i * 2654435761u;

		if (i % beat == 0)
			want |= high;
		if (i % beat == 1)
			want &= ~low;
		assert_int_equal(words(host)[i], want);
	}
}

static void test_data_line(void **state)
{
	struct host *host = host_open("data-line 5 1");

	(void)state;
	host_fault(host, "data-line 33");
	fill(host);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, UNITS), ING_FAULT_NONE);
	host_fault(host, "clear");
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT, UNITS), ING_FAULT_NONE);
	check_data(host, 1u << 5, 1u << 1);
	/* what was written well is read badly */
	fill(host);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, UNITS), ING_FAULT_NONE);
	host_fault(host, "data-line 31 1");
	assert_int_equal(host_copy(host, ING_DESC_TO_HOST, AT, UNITS), ING_FAULT_NONE);
	check_data(host, 1u << 31, 0);
	host_close(host);
}

static void test_faults_beyond_the_board(void **state)
{
	struct host *host = host_open(NULL);
	struct ingot_error err;
	char line[64];

	(void)state;
	assert_true(board_fault(host->sim.board, "addr-line 39", &err) < 0);
	snprintf(line, sizeof(line), "flip-bit %llu 0",
		 (unsigned long long)host->sim.board->memory_bytes);
	assert_true(board_fault(host->sim.board, line, &err) < 0);
	snprintf(line, sizeof(line), "data-line %u", host->sim.board->handle.config.port_bits);
	assert_true(board_fault(host->sim.board, line, &err) < 0);
	assert_int_equal(host->sim.board->stats.faults, 0);
	host_close(host);
}

/* ---- the whole device ---- */

static uint32_t command_register(struct host *host)
{
	uint16_t value;

	assert_int_equal(client_read(&host->client, VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND,
				     &value, 2), 0);
	return value;
}

static void test_all_ones(void **state)
{
	struct host *host = host_open("after 2 doorbells all-ones");

	(void)state;
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), -1);
	assert_int_equal(host_reg_read(host, ING_REG_MAGIC), UINT32_MAX);
	assert_int_equal(host_reg_read(host, ING_REG_RESET), UINT32_MAX);
	assert_int_equal(host_reg_read(host, ING_REG_BOARD_MAGIC), UINT32_MAX);
	host_reg_write(host, ING_REG_RESET, 1);
	assert_int_equal(command_register(host), PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	host_fault(host, "all-ones config");
	assert_int_equal(command_register(host), 0xffff);
	assert_int_equal(client_command(&host->client, VU_DEVICE_RESET, NULL, 0), 0);
	assert_int_equal(command_register(host), 0xffff);
	host_fault(host, "clear");
	host_set_up_device(host);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	host_close(host);
}

static void test_reset_hangs(void **state)
{
	struct host *host = host_open("reset-hangs");

	(void)state;
	host_reg_write(host, ING_REG_RESET, 1);
	for (int i = 0; i < 5; i++) {
		sim_settle(&host->sim);
		assert_int_equal(host_reg_read(host, ING_REG_RESET), 1);
	}
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), -1);
	/* the function's own reset still works */
	assert_int_equal(client_command(&host->client, VU_DEVICE_RESET, NULL, 0), 0);
	host_set_up_device(host);
	assert_int_equal(host_reg_read(host, ING_REG_RESET), 0);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	/* late is better than never */
	host_reg_write(host, ING_REG_RESET, 1);
	host_fault(host, "clear");
	sim_settle(&host->sim);
	assert_int_equal(host_reg_read(host, ING_REG_RESET), 0);
	assert_int_equal(host_reg_read(host, queue_reg(0, ING_Q_ENABLE)), 0);
	host_close(host);
}

static void test_flr_hangs(void **state)
{
	struct host *host = host_open("reset-hangs flr");
	const uint16_t command = PCI_COMMAND_MEMORY;

	(void)state;
	host_reg_write(host, ING_REG_RESET, 1);
	assert_int_equal(client_command(&host->client, VU_DEVICE_RESET, NULL, 0), 0);
	assert_int_equal(client_write(&host->client, VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND,
				      &command, 2), 0);
	assert_int_equal(host_reg_read(host, ING_REG_MAGIC), UINT32_MAX);
	assert_int_equal(client_command(&host->client, VU_DEVICE_RESET, NULL, 0), 0);
	host_set_up_device(host);
	assert_int_equal(host_reg_read(host, ING_REG_MAGIC), UINT32_MAX);
	host_fault(host, "clear");
	host_set_up_device(host);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	host_close(host);
}

static void test_temperature(void **state)
{
	struct host *host = host_open("temperature 105500");

	(void)state;
	assert_int_equal(host_reg_read(host, ING_REG_BOARD_TEMP), 105500);
	host_fault(host, "temperature -10");
	assert_int_equal((int32_t)host_reg_read(host, ING_REG_BOARD_TEMP), -10);
	host_fault(host, "temperature none");
	assert_int_equal(host_reg_read(host, ING_REG_BOARD_TEMP), ING_BOARD_NO_TEMP);
	host_close(host);
}

/* Faults stay when clients come and go: a script is about the board */
static void test_faults_outlive_clients(void **state)
{
	struct host *host = host_open("after 2 copies lose-irq 1");

	(void)state;
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	client_close(&host->client);
	host->client = client_open(&host->sim);
	host_set_up(host);
	host_irqs(host, 1);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, AT, 1), ING_FAULT_NONE);
	assert_int_equal(host_irqs(host, 1), 0);
	host_close(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lose_irq),
		cmocka_unit_test(test_spurious_irq),
		cmocka_unit_test(test_stuck_job),
		cmocka_unit_test(test_bad_op),
		cmocka_unit_test(test_wide_slots),
		cmocka_unit_test(test_wrong_tag),
		cmocka_unit_test(test_slow_dma),
		cmocka_unit_test(test_fail_dma),
		cmocka_unit_test(test_fail_data),
		cmocka_unit_test(test_flip_bit),
		cmocka_unit_test(test_addr_line),
		cmocka_unit_test(test_data_line),
		cmocka_unit_test(test_faults_beyond_the_board),
		cmocka_unit_test(test_all_ones),
		cmocka_unit_test(test_reset_hangs),
		cmocka_unit_test(test_flr_hangs),
		cmocka_unit_test(test_temperature),
		cmocka_unit_test(test_faults_outlive_clients),
	};

	return cmocka_run_group_tests_name("ingot-sim: faults", tests, NULL, NULL);
}
