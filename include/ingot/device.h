/* SPDX-License-Identifier: MIT */
/*
 * Devices: open one, put data into its memory, run programs on it.
 *
 * A device, its buffers and contexts belong to one thread at a time.
 */
#ifndef INGOT_DEVICE_H
#define INGOT_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include "ingot/config.h"
#include "ingot/error.h"
#include "ingot/regs.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ingot_device;
struct ingot_buffer;
struct ingot_context;

/**
 * struct ingot_open_options - choices for the simulated devices; all zero is the default
 * @threads: func: threads to compute with; 0 is one per processor
 * @ideal_memory: rtl: device memory without latency and refresh
 * @isa: func: force "scalar", "avx2" or "avx512"; NULL is the best that the processor has
 */
struct ingot_open_options {
	unsigned int threads;
	int ideal_memory;
	const char *isa;
};

/**
 * ingot_open() - open a device
 * @uri: "func:CONFIG" (functional model), "rtl:CONFIG" (Verilated RTL); CONFIG is the name of a
 *	configuration or the path of a .dtb file; NULL or "func:" is the functional model in its
 *	default configuration
 * @options: may be NULL
 * @err: filled on failure
 *
 * Return: the device, to be closed with ingot_close(), or NULL.
 */
struct ingot_device *ingot_open(const char *uri, const struct ingot_open_options *options,
				struct ingot_error *err);

/**
 * ingot_close() - close a device; its contexts and buffers must be gone
 * @dev: the device, or NULL
 */
void ingot_close(struct ingot_device *dev);

/**
 * ingot_device_uri() - the name under which the device was opened
 * @dev: the device
 *
 * Return: for example "rtl:sim512".
 */
const char *ingot_device_uri(const struct ingot_device *dev);

/**
 * ingot_device_config() - what the device's own device tree says
 * @dev: the device
 *
 * Return: its configuration, which lives as long as the device.
 */
const struct ingot_config *ingot_device_config(const struct ingot_device *dev);

/**
 * struct ingot_device_stats - what a simulated device counts, since it was opened
 * @cycles: clock cycles (0: the device has no clock of its own, as func)
 * @port_cycles: of these, cycles in which the memory could serve a beat: refresh taken out
 * @sim_ns: wall time spent simulating, nanoseconds
 */
struct ingot_device_stats {
	uint64_t cycles, port_cycles, sim_ns;
};

/**
 * ingot_device_stats() - read the simulation's counters
 * @dev: the device
 * @stats: filled; all zero for real hardware
 */
void ingot_device_stats(const struct ingot_device *dev, struct ingot_device_stats *stats);

/**
 * ingot_device_counters() - read the hardware counters of the last or running job
 * @dev: the device
 * @counters: ING_COUNTERS values, indexed by ING_CNT_*
 */
void ingot_device_counters(struct ingot_device *dev, uint64_t counters[ING_COUNTERS]);

/**
 * ingot_device_trace() - start or stop a waveform dump
 * @dev: the device; only a check build of the RTL can
 * @path: file to write (FST), or NULL to stop
 * @err: filled on failure
 *
 * Return: 0 or negative errno.
 */
int ingot_device_trace(struct ingot_device *dev, const char *path, struct ingot_error *err);

/**
 * ingot_buffer_create() - take device memory
 * @dev: the device
 * @bytes: size; rounded up to whole 4 KiB pages
 * @err: filled on failure (-ENOSPC: the device's memory is full)
 *
 * Return: the buffer, contents undefined, or NULL.
 */
struct ingot_buffer *ingot_buffer_create(struct ingot_device *dev, uint64_t bytes,
					 struct ingot_error *err);

/**
 * ingot_buffer_destroy() - give device memory back
 * @buf: the buffer, not bound to any context with a job under way; or NULL
 */
void ingot_buffer_destroy(struct ingot_buffer *buf);

/**
 * ingot_buffer_bytes() - size of a buffer
 * @buf: the buffer
 *
 * Return: bytes, a multiple of 4 KiB.
 */
uint64_t ingot_buffer_bytes(const struct ingot_buffer *buf);

/**
 * ingot_buffer_upload() - copy to the device
 * @buf: the buffer
 * @offset: bytes into it, a multiple of 64
 * @src: any alignment
 * @bytes: a multiple of 64
 * @err: filled on failure
 *
 * Returns when the data is in device memory.
 *
 * Return: 0 or negative errno.
 */
int ingot_buffer_upload(struct ingot_buffer *buf, uint64_t offset, const void *src, size_t bytes,
			struct ingot_error *err);

/**
 * ingot_buffer_download() - copy from the device
 * @buf: the buffer
 * @offset: bytes into it, a multiple of 64
 * @dst: any alignment
 * @bytes: a multiple of 64
 * @err: filled on failure
 *
 * Return: 0 or negative errno.
 */
int ingot_buffer_download(struct ingot_buffer *buf, uint64_t offset, void *dst, size_t bytes,
			  struct ingot_error *err);

/**
 * ingot_context_create() - an isolated set of slots to run jobs in
 * @dev: the device
 * @err: filled on failure (-ENOSPC: the device has no free context)
 *
 * Return: the context, or NULL.
 */
struct ingot_context *ingot_context_create(struct ingot_device *dev, struct ingot_error *err);

/**
 * ingot_context_destroy() - give a context back
 * @ctx: the context, without a job under way; or NULL
 */
void ingot_context_destroy(struct ingot_context *ctx);

/**
 * ingot_context_bind() - let the jobs of a context use a buffer
 * @ctx: the context
 * @slot: 0 .. ING_SLOTS-1
 * @buf: the buffer, or NULL to empty the slot
 * @perm: ING_PERM_*; EXEC excludes the others
 * @err: filled on failure
 *
 * Return: 0 or negative errno.
 */
int ingot_context_bind(struct ingot_context *ctx, unsigned int slot, struct ingot_buffer *buf,
		       unsigned int perm, struct ingot_error *err);

/**
 * struct ingot_job - a program to run
 * @slot: slot of the program
 * @offset: its first command, in commands from the start of the slot
 * @commands: length of the program, commands
 * @budget: most commands that may execute, 0 for no limit
 * @tag: returned in its events and its completion
 * @args: R1 .. R8
 */
struct ingot_job {
	unsigned int slot;
	uint32_t offset, commands, budget, tag;
	uint32_t args[8];
};

/**
 * struct ingot_completion - an event of a job, or its end
 * @tag: of the job
 * @done: the job is over
 * @fault: ING_FAULT_* of a job that is over; 0: it ran to its end
 * @value: event: R[ra]; fault: index of the command
 * @value2: event: R[rb]; fault: slot
 * @offset: fault: offset in the slot, units of 64 bytes
 * @cycles: cycles since the job began (0 on func)
 */
struct ingot_completion {
	uint32_t tag;
	int done;
	unsigned int fault;
	uint32_t value, value2, offset;
	uint64_t cycles;
};

/**
 * ingot_submit() - queue a job
 * @ctx: the context
 * @job: copied
 * @err: filled on failure (-EBUSY: the ring is full)
 *
 * Return: 0 or negative errno.
 */
int ingot_submit(struct ingot_context *ctx, const struct ingot_job *job, struct ingot_error *err);

/**
 * ingot_next() - wait for the next event or end of a job of this device
 * @dev: the device
 * @completion: filled
 * @err: filled on failure (-EIO: nothing is under way, so nothing will come)
 *
 * Return: 0 or negative errno.
 */
int ingot_next(struct ingot_device *dev, struct ingot_completion *completion,
	       struct ingot_error *err);

/**
 * ingot_abort() - stop the running job at its next command; it ends with ING_FAULT_ABORT
 * @dev: the device
 *
 * May be called while another thread is in ingot_next(), and from a signal handler.
 */
void ingot_abort(struct ingot_device *dev);

/**
 * ingot_fault_name() - a fault code in words
 * @fault: ING_FAULT_*
 *
 * Return: a phrase, for example "access past the end of a slot".
 */
const char *ingot_fault_name(unsigned int fault);

#ifdef __cplusplus
}
#endif
#endif
