/* SPDX-License-Identifier: MIT */
/*
 * A host as the simulated board sees it: memory in a file, rings, event descriptors; a driver in a
 * nutshell. Programs are built with tests/unit/test_func_device.h.
 */
#ifndef INGOT_TEST_VFIO_HOST_H
#define INGOT_TEST_VFIO_HOST_H

#include "client.h"
#include "tests/unit/test_func_device.h"

/* Host memory that is mapped for the device, and where: not at 0, so that a wrong 0 is noticed. */
#define RAM_BYTES (4u << 20)
#define RAM_ADDRESS 0x100000000ull
/* Copies go through here. */
#define RAM_DATA 0x10000u

/**
 * struct host - a host with a board
 * @sim: the server
 * @client: its client
 * @ram_fd: memory, @ram mapped
 * @ram: see @ram_fd
 * @eventfds: of the vectors
 * @tail: of submission rings; @head: of completion rings
 */
struct host {
	struct sim sim;
	struct client client;
	int ram_fd;
	uint8_t *ram;
	int eventfds[ING_QUEUES];
	uint16_t tail[ING_QUEUES], head[ING_QUEUES];
};

/** host_open() - a board with a client that has set up everything; with these lines of a script */
struct host *host_open(const char *faults);
/** host_close() - ends both */
void host_close(struct host *host);

/** host_set_up() - maps memory, connects vectors, masters the bus, sets up queues and slots */
void host_set_up(struct host *host);
/** host_set_up_device() - the part of it that a reset of the function undoes */
void host_set_up_device(struct host *host);
/** host_set_up_queues() - the part that a reset by register undoes */
void host_set_up_queues(struct host *host);

/** host_reg_read(), host_reg_write() - registers of BAR0 */
uint32_t host_reg_read(struct host *host, uint32_t offset);
void host_reg_write(struct host *host, uint32_t offset, uint32_t value);

/** host_fault() - a line of a fault script, which must be good */
void host_fault(struct host *host, const char *line);

/** host_submit() - writes descriptors and rings the doorbell once */
void host_submit(struct host *host, unsigned int queue, const uint32_t (*descs)[16],
		 unsigned int n);
/** host_complete() - takes a completion, lets the board work until there is one; false: none */
bool host_complete(struct host *host, unsigned int queue, struct completion *c);

/** host_copy() - a copy between RAM_DATA and device memory at @unit; its fault, or -1: no end */
int host_copy(struct host *host, uint32_t type, uint32_t unit, uint32_t units);

/** host_program() - puts a program, with END added, into context 0's slot; fills in @desc */
void host_program(struct host *host, struct program *program, uint32_t *desc);
/** host_run() - runs a program; its fault, or -1: no end */
int host_run(struct host *host, struct program *program);

/** host_irqs() - interrupts of a vector since it was last asked */
uint64_t host_irqs(struct host *host, unsigned int vector);

#endif
