/* SPDX-License-Identifier: MIT */
/*
 * The functional model: the device's state and how its parts call each other.
 *
 *   core.c   creates the device and steps it        regs.c    BAR0
 *   queue.c  rings and completions                  copy.c    the copy engine
 *   job.c    jobs: fetch, patch, judge, dispatch    control.c control commands
 *   matmul.c MATMUL; stream.c LOAD, GATHER          token.c   TOPK, pick.c PICK
 *   vector.c VEC, row by row; rows.c                append.c  K and V
 *   check.c, check_memory.c  what makes a command fault
 */
#ifndef INGOT_FUNC_FUNC_H
#define INGOT_FUNC_FUNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check.h"
#include "hw/core.h"
#include "ingot/config.h"
#include "ingot/isa.h"
#include "ingot/regs.h"
#include "ingot/tile.h"
#include "kernels.h"
#include "pool.h"

/* Most elements of a row of VEC, in whole lines. */
#define FUNC_ROW_MAX (1u << ING_V_COUNT_N)

/**
 * struct func_completion - one completion on its way
 * @valid: waits for room in the ring
 * @irq: raise the queue's interrupt with it
 * @w: its words; the phase comes later
 */
struct func_completion {
	bool valid, irq;
	uint32_t w[ING_COMP_BYTES / 4];
};

/**
 * struct func_queue - a submission and a completion ring
 * @sq_base: host address of the submission ring; @cq_base likewise
 * @cq_head_addr: host address of the word in which the host says how far it has read
 * @sq_log2: log2 of the entries; @cq_log2 likewise
 * @sq_head: descriptors taken
 * @sq_tail: descriptors offered
 * @cq_tail: completions written
 * @cq_head: completions read, as far as the device knows
 * @enabled: works at all
 * @next: completion that is to be written
 */
struct func_queue {
	uint64_t sq_base, cq_base, cq_head_addr;
	uint32_t sq_log2, cq_log2;
	uint16_t sq_head, sq_tail, cq_tail, cq_head;
	bool enabled;
	struct func_completion next;
};

/**
 * struct func_job - the job that runs
 * @active: there is one
 * @abort: the host wants it stopped
 * @irq: interrupt on completion
 * @context: whose slots it uses
 * @slot: slot of the program
 * @tag: of its descriptor
 * @budget: most commands, 0 is no limit
 * @prog: first unit of the program in its slot
 * @prog_len: commands of the program
 * @pc: next command
 * @commands: commands executed
 * @r: registers; r[0] stays 0
 */
struct func_job {
	bool active, abort, irq;
	uint32_t context, slot, tag, budget, prog, prog_len, pc;
	uint64_t commands;
	uint32_t r[ING_REGS];
};

/**
 * struct func_copy - the copy that runs
 * @active: there is one
 * @irq: interrupt on completion
 * @to_host: direction
 * @fault: ING_FAULT_* so far
 * @tag: of its descriptor
 * @host: host address of what is left
 * @unit: device memory of what is left
 * @units: what is left
 */
struct func_copy {
	bool active, irq, to_host;
	uint32_t fault, tag;
	uint64_t host, unit, units;
};

/** struct func_place - a place of the top-k list: a value, its order, its token */
struct func_place {
	int32_t key;
	uint32_t bits, token;
};

/**
 * struct func_core - the device
 * @core: what others see
 * @host: callbacks
 * @config: configuration
 * @rom: its device tree, @rom_bytes long
 * @kernels: inner loops
 * @pool: threads
 * @work: work space of @work_count threads, @work_bytes apart
 * @memory: device memory, @memory_units long; @memory_fd: its file if it is shared, else -1
 * @scratch: scratchpad, lines of 16 floats
 * @act: activations, act_blocks a column
 * @scalars: scalar file
 * @places: top-k list, largest first; @k places may be filled, @filled are
 * @slots: slot table
 * @queues: rings
 * @job: running job
 * @last_context: context of the last job, -1 after reset
 * @copy: running copy
 * @fault: fault record; @fault_tag: of the job it belongs to
 * @irq_status: pending interrupts; @irq_enable: enabled ones
 * @irq_raise: vectors to raise at the next step
 * @step_ns: wall time spent in step()
 */
struct func_core {
	struct ing_core core;
	struct ing_host host;
	struct ingot_config config;
	uint8_t *rom;
	size_t rom_bytes;
	const struct ing_kernels *kernels;
	struct ing_func_pool *pool;
	uint8_t *work;
	size_t work_bytes;
	unsigned int work_count;
	uint8_t *memory;
	uint64_t memory_units;
	int memory_fd;
	float *scratch;
	struct ing_act_block *act;
	float *scalars;
	struct func_place *places;
	uint32_t k, filled;
	struct ing_slot slots[ING_CONTEXTS][ING_SLOTS];
	struct func_queue queues[ING_QUEUES];
	struct func_job job;
	int last_context;
	struct func_copy copy;
	struct ing_fault fault;
	uint32_t fault_tag;
	uint32_t irq_status, irq_enable, irq_raise;
	uint64_t step_ns;
};

/**
 * struct func_work - work space of one thread
 * @matmul: for the matmul kernel
 * @a: a row of a, converted to floats; @b and @y likewise
 */
struct func_work {
	uint8_t matmul[ING_KERNEL_WS_BYTES] __attribute__((aligned(64)));
	float a[FUNC_ROW_MAX + 2 * ING_LINE] __attribute__((aligned(64)));
	float b[FUNC_ROW_MAX + 2 * ING_LINE] __attribute__((aligned(64)));
	float y[FUNC_ROW_MAX + 2 * ING_LINE] __attribute__((aligned(64)));
};

/** func_work_of() - the work space of thread @worker */
static inline struct func_work *func_work_of(const struct func_core *core, unsigned int worker)
{
	return (struct func_work *)(core->work + worker * core->work_bytes);
}

/* ---- core.c ---- */

/** func_wipe() - zeroes what a context could leave to the next: scratchpad, activations, ... */
void func_wipe(struct func_core *core);

/** func_reset() - everything but memory and slot table as it is at power-up */
void func_reset(struct func_core *core);

/* ---- regs.c ---- */

/** func_mmio_read() - reads the register at @offset; see struct ing_core_ops */
uint32_t func_mmio_read(struct ing_core *base, uint32_t offset);

/** func_mmio_write() - writes the register at @offset; see struct ing_core_ops */
void func_mmio_write(struct ing_core *base, uint32_t offset, uint32_t value);

/* ---- queue.c ---- */

/**
 * func_queue_fetch() - takes the next descriptor of a ring
 * @core: the device
 * @q: ING_QUEUE_*
 * @desc: receives its 16 words
 *
 * Return: 1 with a descriptor, 0 without, a negative errno if the host could not be read (then the
 * descriptor is taken, and lost).
 */
int func_queue_fetch(struct func_core *core, unsigned int q, uint32_t desc[16]);

/** func_queue_waiting() - whether ring @q has a descriptor that nobody has taken */
bool func_queue_waiting(const struct func_core *core, unsigned int q);

/**
 * func_queue_post() - puts a completion into ring @q, or keeps it until there is room
 * @core: the device
 * @q: ING_QUEUE_*; queue.next must not be valid
 * @c: the completion, without phase
 */
void func_queue_post(struct func_core *core, unsigned int q, const struct func_completion *c);

/**
 * func_queue_flush() - writes the completion that ring @q keeps, if there is room now
 *
 * Return: true if none is left.
 */
bool func_queue_flush(struct func_core *core, unsigned int q);

/** func_raise() - marks vector @q pending, to be raised if it is enabled */
void func_raise(struct func_core *core, unsigned int q);

/* ---- job.c, copy.c ---- */

/** func_job_step() - runs jobs for up to @budget commands; returns what it did, 0: nothing to do */
uint64_t func_job_step(struct func_core *core, uint64_t budget);

/** func_copy_step() - copies for a while; returns 0 if there is nothing to do */
uint64_t func_copy_step(struct func_core *core);

/* ---- commands; each was judged before ---- */

/** func_control() - executes a control command but END, and sets the next pc */
void func_control(struct func_core *core, const uint32_t *w);

/* Most MATMULs of a batch. */
#define FUNC_BATCH_MAX 4

/**
 * struct func_batch - MATMULs that are computed together, one hand-over for all
 * @core: the device
 * @n: how many
 * @m: their operands; group and work space are each thread's
 * @groups: their groups
 * @first: line of the scratchpad where each begins to write; @end: one past its last
 * @first_item: number of the first item of each, and of the end: see matmul.c
 * @whole: tiles of each that are one item; the others are an item a group
 */
struct func_batch {
	const struct func_core *core;
	unsigned int n;
	struct ing_matmul m[FUNC_BATCH_MAX];
	unsigned int groups[FUNC_BATCH_MAX];
	uint32_t first[FUNC_BATCH_MAX], end[FUNC_BATCH_MAX];
	unsigned int first_item[FUNC_BATCH_MAX + 1], whole[FUNC_BATCH_MAX];
};

/**
 * func_batch_add() - adds a MATMUL on the slot that begins at @memory
 *
 * A MATMUL reads activations and memory and writes the scratchpad, so it never depends on another.
 *
 * Return: false, and nothing added, if it might write what another one of the batch writes, or
 * there is no room.
 */
bool func_batch_add(struct func_batch *batch, const uint32_t *w, const uint8_t *memory);

/** func_batch_run() - executes the MATMULs of a batch */
void func_batch_run(struct func_batch *batch);

/** func_load() - executes a LOAD from the slot that begins at @memory */
void func_load(struct func_core *core, const uint32_t *w, const uint8_t *memory);

/** func_gather() - executes a GATHER from the slot that begins at @memory */
void func_gather(struct func_core *core, const uint32_t *w, const uint8_t *memory);

/** func_vector() - executes a VEC; @memory: start of the slot of a memory sink, else NULL */
void func_vector(struct func_core *core, const uint32_t *w, uint8_t *memory);

/**
 * func_append() - appends a row to a KV cache
 * @core: the device
 * @w: the VEC, sink KVK or KVV
 * @memory: start of the slot
 * @outer: outer row, so its position
 * @inner: inner row, so its head
 * @y: the row
 */
void func_append(const struct func_core *core, const uint32_t *w, uint8_t *memory, uint32_t outer,
		 uint32_t inner, const float *y);

/** func_topk() - executes a TOPK */
void func_topk(struct func_core *core, const uint32_t *w);

/** func_pick() - executes a PICK */
void func_pick(struct func_core *core, const uint32_t *w);

#endif
