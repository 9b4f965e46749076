// SPDX-License-Identifier: MIT
/* memfd_create() */
#define _GNU_SOURCE
#include "host.h"

#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define ENTRIES (1u << RING_LOG2)

uint32_t host_reg_read(struct host *host, uint32_t offset)
{
	uint32_t value;

	assert_int_equal(client_read(&host->client, ING_PCI_BAR_REGS, offset, &value, 4), 0);
	return value;
}

void host_reg_write(struct host *host, uint32_t offset, uint32_t value)
{
	assert_int_equal(client_write(&host->client, ING_PCI_BAR_REGS, offset, &value, 4), 0);
}

void host_fault(struct host *host, const char *line)
{
	struct ingot_error err;

	if (board_fault(host->sim.board, line, &err))
		fail_msg("%s: %s", line, err.text);
}

/* ---- set-up ---- */

static void set_up_queue(struct host *host, unsigned int q)
{
	const uint32_t high = RAM_ADDRESS >> 32;
	const uint32_t regs[][2] = {
		{ ING_Q_SQ_BASE_LO, HOST_SQ(q) }, { ING_Q_SQ_BASE_HI, high },
		{ ING_Q_SQ_LOG2, RING_LOG2 },	  { ING_Q_CQ_BASE_LO, HOST_CQ(q) },
		{ ING_Q_CQ_BASE_HI, high },	  { ING_Q_CQ_LOG2, RING_LOG2 },
		{ ING_Q_CQ_HEAD_LO, HOST_CQ_HEAD(q) }, { ING_Q_CQ_HEAD_HI, high },
		{ ING_Q_ENABLE, 1 },
	};

	memset(host->ram + HOST_CQ(q), 0, ENTRIES * ING_COMP_BYTES);
	memset(host->ram + HOST_CQ_HEAD(q), 0, 64);
	host->tail[q] = 0;
	host->head[q] = 0;
	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)
		host_reg_write(host, queue_reg(q, regs[i][0]), regs[i][1]);
}

void host_set_up_queues(struct host *host)
{
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		set_up_queue(host, q);
	host_reg_write(host, ING_REG_IRQ_ENABLE, (1u << ING_QUEUES) - 1);
}

static void set_up_slot(struct host *host, uint32_t slot, uint32_t base, uint32_t len,
			uint32_t perm)
{
	uint32_t at = ING_REG_SLOTS + slot * ING_SLOT_STRIDE;

	host_reg_write(host, at + ING_SLOT_BASE, base);
	host_reg_write(host, at + ING_SLOT_LEN, len);
	host_reg_write(host, at + ING_SLOT_PERM, perm);
}

void host_set_up_device(struct host *host)
{
	const uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;

	assert_int_equal(client_write(&host->client, VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND,
				      &command, 2), 0);
	host_set_up_queues(host);
	set_up_slot(host, SLOT_PROGRAM, 0, PROGRAM_UNITS, ING_PERM_EXEC);
	set_up_slot(host, SLOT_DATA, data_unit(0), DATA_UNITS, ING_PERM_READ | ING_PERM_WRITE);
}

static void connect_vectors(struct host *host)
{
	const struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSIX_IRQ_INDEX,
		.count = ING_QUEUES,
	};
	const struct request request = { .command = VU_DEVICE_SET_IRQS, .body = &set,
					 .bytes = sizeof(set), .fds = host->eventfds,
					 .fd_count = ING_QUEUES };
	static struct reply reply;

	assert_int_equal(client_request(&host->client, &request, &reply), 0);
}

void host_set_up(struct host *host)
{
	client_negotiate(&host->client);
	assert_int_equal(client_map(&host->client, RAM_ADDRESS, RAM_BYTES, host->ram_fd, 0,
				    VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE), 0);
	connect_vectors(host);
	host_set_up_device(host);
}

struct host *host_open(const char *faults)
{
	struct host *host = calloc(1, sizeof(*host));

	assert_non_null(host);
	test_sim(&host->sim);
	host->ram_fd = memfd_create("test-ram", MFD_CLOEXEC);
	assert_int_equal(ftruncate(host->ram_fd, RAM_BYTES), 0);
	host->ram = mmap(NULL, RAM_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, host->ram_fd, 0);
	assert_ptr_not_equal(host->ram, MAP_FAILED);
	for (unsigned int v = 0; v < ING_QUEUES; v++)
		host->eventfds[v] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	host->client = client_open(&host->sim);
	host_set_up(host);
	if (faults)
		host_fault(host, faults);
	return host;
}

void host_close(struct host *host)
{
	client_close(&host->client);
	sim_close(&host->sim);
	munmap(host->ram, RAM_BYTES);
	close(host->ram_fd);
	for (unsigned int v = 0; v < ING_QUEUES; v++)
		close(host->eventfds[v]);
	free(host);
}

/* ---- rings ---- */

void host_submit(struct host *host, unsigned int queue, const uint32_t (*descs)[16],
		 unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		memcpy(host->ram + HOST_SQ(queue) + host->tail[queue]++ % ENTRIES * ING_DESC_BYTES,
		       descs[i], ING_DESC_BYTES);
	host_reg_write(host, queue_reg(queue, ING_Q_SQ_TAIL), host->tail[queue]);
}

static bool take(struct host *host, unsigned int queue, struct completion *c)
{
	uint16_t head = host->head[queue];
	uint32_t read;

	memcpy(c, host->ram + HOST_CQ(queue) + head % ENTRIES * ING_COMP_BYTES, sizeof(*c));
	if ((c->w[ING_COMP_PHASE_W] & 1) == (head >> RING_LOG2 & 1))
		return false;
	read = ++host->head[queue];
	memcpy(host->ram + HOST_CQ_HEAD(queue), &read, sizeof(read));
	return true;
}

bool host_complete(struct host *host, unsigned int queue, struct completion *c)
{
	bool more = true;

	while (!take(host, queue, c)) {
		if (!more)
			return false;
		more = sim_turn(&host->sim, host->sim.wait_ms > 0, NULL) || host->sim.wait_ms >= 0;
	}
	return true;
}

int host_copy(struct host *host, uint32_t type, uint32_t unit, uint32_t units)
{
	const uint32_t desc[1][16] = { {
		[ING_DESC_TYPE_W] = type | ING_DESC_IRQ,
		[ING_DESC_TAG_W] = 0xc0,
		[ING_DESC_HOST_LO_W] = RAM_DATA,
		[ING_DESC_HOST_HI_W] = RAM_ADDRESS >> 32,
		[ING_DESC_DEV_W] = unit,
		[ING_DESC_LEN_W] = units,
	} };
	struct completion c;

	host_submit(host, ING_QUEUE_COPY, desc, 1);
	if (!host_complete(host, ING_QUEUE_COPY, &c))
		return -1;
	return (int)fault_of(c);
}

void host_program(struct host *host, struct program *program, uint32_t *desc)
{
	add(program, ING_OP_END);
	memcpy(host->ram + RAM_DATA, program->w, program->n * ING_CMD_BYTES);
	assert_int_equal(host_copy(host, ING_DESC_TO_DEVICE, 0, program->n), ING_FAULT_NONE);
	run_desc(desc, 0, program, 0x1234);
	desc[ING_DESC_TYPE_W] |= ING_DESC_IRQ;
}

int host_run(struct host *host, struct program *program)
{
	uint32_t desc[1][16];
	struct completion c;

	host_program(host, program, desc[0]);
	host_submit(host, ING_QUEUE_JOB, desc, 1);
	if (!host_complete(host, ING_QUEUE_JOB, &c))
		return -1;
	return (int)fault_of(c);
}

uint64_t host_irqs(struct host *host, unsigned int vector)
{
	uint64_t n;

	/* an interrupt comes a little after what it tells of */
	for (int i = 0; i < 50; i++)
		sim_turn(&host->sim, false, NULL);
	return read(host->eventfds[vector], &n, sizeof(n)) == sizeof(n) ? n : 0;
}
