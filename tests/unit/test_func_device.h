/* SPDX-License-Identifier: MIT */
/*
 * A functional device under test, driven as a host drives it: registers, rings, host memory.
 */
#ifndef INGOT_TEST_FUNC_DEVICE_H
#define INGOT_TEST_FUNC_DEVICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hw/core.h"
#include "hw/func/fields.h"
#include "ingot/isa.h"
#include "ingot/regs.h"
#include "ingot/tile.h"

/* Host memory: rings at the start, data from HOST_DATA on. */
#define HOST_BYTES (1u << 22)
#define HOST_DATA 0x10000u
#define HOST_SQ(q) (0x1000u + (q) * 0x4000u)
#define HOST_CQ(q) (0x3000u + (q) * 0x4000u)
#define HOST_CQ_HEAD(q) (0x4000u + (q) * 0x4000u)
/* log2 of the entries of each ring. */
#define RING_LOG2 3

/* Slots of every context: a program, data, data that may only be read, a short one. */
#define SLOT_PROGRAM 0
#define SLOT_DATA 1
#define SLOT_CONST 2
#define SLOT_SHORT 3
#define PROGRAM_UNITS 256u
#define DATA_UNITS 16384u
#define SHORT_UNITS 8u

/* Of the configuration. */
#define TILE_M 4u
#define SCRATCH_LINES 512u
#define ACT_BLOCKS 64u
#define SCALARS 64u
#define TOPK 16u
#define MEMORY_BYTES (1u << 22)

/** struct device - a core, its host memory and how far its rings are */
struct device {
	struct ing_core *core;
	uint8_t *host;
	uint16_t sq_tail[ING_QUEUES], cq_head[ING_QUEUES];
	unsigned int irqs[ING_QUEUES];
};

/** struct completion - a completion as read from the ring */
struct completion {
	uint32_t w[ING_COMP_BYTES / 4];
};

/** SET() - puts a value into a field of a command */
#define SET(w, name, value) set_field(w, name##_W, name##_L, name##_N, value)

static inline void set_field(uint32_t *w, unsigned int word, unsigned int low, unsigned int bits,
			     uint32_t value)
{
	uint32_t mask = (uint32_t)((1ull << bits) - 1) << low;

	w[word] = (w[word] & ~mask) | (value << low & mask);
}

/** struct program - commands under construction */
struct program {
	unsigned int n;
	uint32_t w[PROGRAM_UNITS][16];
};

/** device_open() - a device with both queues enabled and the slots of all contexts set */
struct device *device_open(const char *isa, unsigned int threads);
/** device_close() - ends the core and frees the device */
void device_close(struct device *dev);

/** reg_read(), reg_write() - registers of BAR0; queue_reg() - where one of queue @q is */
uint32_t reg_read(struct device *dev, uint32_t offset);
void reg_write(struct device *dev, uint32_t offset, uint32_t value);
uint32_t queue_reg(unsigned int q, uint32_t offset);
/** device_step() - a thousand units of work */
void device_step(struct device *dev);

/** set_slot() - writes an entry of the slot table */
void set_slot(struct device *dev, unsigned int context, unsigned int slot, uint32_t base,
	      uint32_t len, uint32_t perm);

/** submit() - writes a descriptor and rings the doorbell */
void submit(struct device *dev, unsigned int q, const uint32_t desc[16]);

/** complete() - the next completion, if there is one; publishes the head if @publish */
int complete(struct device *dev, unsigned int q, struct completion *c, int publish);

/** wait_done() - steps until the next completion of a ring and returns it */
struct completion wait_done(struct device *dev, unsigned int q);

/** upload(), download() - copies between @data and device memory, through the copy engine */
void upload(struct device *dev, uint32_t unit, const void *data, uint32_t units);
void download(struct device *dev, uint32_t unit, void *data, uint32_t units);

/** data_unit() - device address of a unit of SLOT_DATA (SLOT_CONST is the same memory) */
uint32_t data_unit(uint32_t unit);

/** add() - appends an empty command with an opcode */
uint32_t *add(struct program *p, uint32_t op);
/** add_load() - appends a LOAD of @lines from SLOT_DATA at @unit to scratchpad line @line */
void add_load(struct program *p, uint32_t unit, uint32_t line, uint32_t lines);
/** add_store() - appends a VEC that copies @lines from line @line to SLOT_DATA at @unit */
void add_store(struct program *p, uint32_t line, uint32_t unit, uint32_t lines);
/** add_vec() - appends a VEC of one row, from lines a and b to line dst */
uint32_t *add_vec(struct program *p, uint32_t fn, uint32_t count, uint32_t a, uint32_t b,
		  uint32_t dst);
/** add_matmul() - appends a MATMUL on SLOT_DATA */
uint32_t *add_matmul(struct program *p, struct ing_format f, uint32_t tgroups, uint32_t unit,
		     uint32_t rows, uint32_t blocks);

/** run_desc() - fills in a RUN descriptor */
void run_desc(uint32_t desc[16], uint32_t context, const struct program *p, uint32_t tag);
/** run() - adds END, uploads the program, runs it in context 0 and returns its completion */
struct completion run(struct device *dev, struct program *p);
/** run_good() - the same, and it must not fault */
void run_good(struct device *dev, struct program *p);

/** fault_of() - the fault code of a completion */
static inline uint32_t fault_of(struct completion c)
{
	return c.w[ING_COMP_TYPE_W] >> 8 & 0xff;
}

/** random_bits(), random_float() - reproducible: a fixed seed, or SEED= of the environment */
uint32_t random_bits(void);
float random_float(float magnitude);

#endif
