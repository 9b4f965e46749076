/* SPDX-License-Identifier: MIT */
/*
 * A bench around a Verilated core: host memory, rings, and jobs in one call.
 *
 * Host memory is BENCH_HOST_BYTES at BENCH_HOST_BASE; anything else is a bus error. Offsets below are
 * from its start. The rings lie at its end. What goes wrong in the bench itself ends the program.
 */
#ifndef INGOT_TESTS_RTL_CORE_BENCH_H
#define INGOT_TESTS_RTL_CORE_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/core.h"
#include "ingot/isa.h"
#include "ingot/regs.h"

#define BENCH_HOST_BASE 0x7000000000ull
#define BENCH_HOST_BYTES (4u << 20)
#define BENCH_SQ_LOG2 4
#define BENCH_CQ_LOG2 3
/* Cycles after which a wait gives up. */
#define BENCH_PATIENCE 2000000u

/** struct bench - a core and its host */
struct bench {
	struct ing_core *core;
	void *library;
	uint8_t *host;
	uint16_t sq_tail[2], cq_head[2];
	unsigned int irqs[2];
	bool publish;	    /* tell the device how far completions were read */
	uint64_t fail_from; /* host addresses from here on fail; 0: none */
};

/** struct job - what a RUN descriptor says */
struct job {
	uint32_t tag, ctx, slot, budget, prog, len;
	bool irq;
	uint32_t args[8];
};

/**
 * bench_open() - loads build/rtl/@name.so and enables both queues
 * @bench: filled in
 * @name: name of the Verilated core
 * @seed: of random initial values
 */
void bench_open(struct bench *bench, const char *name, unsigned int seed);

/** bench_close() - frees everything */
void bench_close(struct bench *bench);

/** bench_queues() - disables and enables both queues, so that all indices are zero */
void bench_queues(struct bench *bench);

/** bench_slot() - sets entry @slot of context @ctx */
void bench_slot(struct bench *bench, unsigned int ctx, unsigned int slot, uint32_t base, uint32_t len,
		uint32_t perm);

/** bench_submit() - puts a descriptor of 16 words on queue @q and rings the doorbell */
void bench_submit(struct bench *bench, unsigned int q, const uint32_t *desc);

/** bench_submit_job() - submits @job to queue 0 */
void bench_submit_job(struct bench *bench, const struct job *job);

/**
 * bench_completion() - waits for the next completion of queue @q
 * @comp: its 8 words
 *
 * Return: false if the core falls idle, or patience ends, without one.
 */
bool bench_completion(struct bench *bench, unsigned int q, uint32_t *comp);

/** bench_run() - submits @job and waits for its end, skipping events; words of its completion in @comp */
bool bench_run(struct bench *bench, const struct job *job, uint32_t *comp);

/**
 * bench_copy() - copies by the device's engine and waits
 * @type: ING_DESC_TO_DEVICE or ING_DESC_TO_HOST
 * @host: offset in host memory
 * @unit: device memory address, units
 * @units: length
 *
 * Return: the fault code of the completion, 0 for success, -1 if there was none.
 */
int bench_copy(struct bench *bench, uint32_t type, uint32_t host, uint32_t unit, uint32_t units);

/** bench_load() - uploads @count commands of 16 words to device memory at @unit */
void bench_load(struct bench *bench, uint32_t unit, const uint32_t (*program)[16], unsigned int count);

/** bench_read() - a register */
uint32_t bench_read(struct bench *bench, uint32_t offset);

/** bench_write() - writes a register */
void bench_write(struct bench *bench, uint32_t offset, uint32_t value);

#endif
