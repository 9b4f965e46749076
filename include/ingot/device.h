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
 * struct ingot_open_options - choices that differ by kind of device; all zero is the default
 * @threads: func: threads to compute with; 0 is one per processor
 * @ideal_memory: rtl: device memory without latency and refresh
 * @isa: func: force "scalar", "avx2" or "avx512"; NULL is the best that the processor has
 * @submit: drm: how jobs reach the driver: "uring" or "ioctl"; NULL is io_uring where the kernel
 *	allows it, else ioctl. The results are the same.
 */
struct ingot_open_options {
	unsigned int threads;
	int ideal_memory;
	const char *isa;
	const char *submit;
};

/**
 * ingot_open() - open a device
 * @uri: "drm:NODE" (a board, for example drm:/dev/accel/accel0, or "drm:" for the first one),
 *	"func:CONFIG" (functional model), "rtl:CONFIG" (Verilated RTL); CONFIG is the name of a
 *	configuration or the path of a .dtb file; "func:" is the functional model in its default
 *	configuration; NULL is the first board, or "func:" where there is none
 * @options: may be NULL
 * @err: filled on failure (-ENOENT: no such device; -EACCES: no permission; -ENODEV: a device of
 *	another kind or version, or gone)
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
 * struct ingot_node - a device of the kernel's driver
 * @uri: its name for ingot_open()
 * @path: its node
 * @bus: its place on the bus, for example "0000:00:02.0"
 * @id: vendor and device, for example "1234:494e"
 */
struct ingot_node {
	char uri[96], path[80], bus[32], id[16];
};

/**
 * ingot_nodes() - the devices of the kernel's driver
 * @nodes: set to an array in the order of their numbers, to be freed with free(); NULL if there is
 *	none
 * @err: filled on failure
 *
 * Return: how many, or negative errno.
 */
int ingot_nodes(struct ingot_node **nodes, struct ingot_error *err);

/**
 * struct ingot_simulated - a device that can be made within the process
 * @uri: its name for ingot_open()
 * @config: its configuration
 */
struct ingot_simulated {
	char uri[96];
	struct ingot_config config;
};

/**
 * ingot_simulated() - the devices that can be made within the process, by configuration
 * @list: set to an array sorted by name, to be freed with free(); NULL if there is none
 * @err: filled on failure
 *
 * Return: how many, or negative errno.
 */
int ingot_simulated(struct ingot_simulated **list, struct ingot_error *err);

/**
 * ingot_device_uri() - the name of a device
 * @dev: the device
 *
 * Return: for example "rtl:sim512" or "drm:/dev/accel/accel0".
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

/* A count that nobody could tell. */
#define INGOT_UNKNOWN UINT64_MAX

/**
 * struct ingot_device_traffic - how often host and device troubled each other; counts begin
 *	anywhere, so only differences mean something
 * @door: how jobs are submitted: "uring", "ioctl", or "rings" within the process
 * @system_calls: that this process made for jobs: submitting them and waiting for them
 * @doorbells: register writes that told the device of jobs, or INGOT_UNKNOWN
 * @interrupts: raised by the device, or INGOT_UNKNOWN
 */
struct ingot_device_traffic {
	const char *door;
	uint64_t system_calls, doorbells, interrupts;
};

/**
 * ingot_device_traffic() - read these counts
 * @dev: the device
 * @traffic: filled
 */
void ingot_device_traffic(struct ingot_device *dev, struct ingot_device_traffic *traffic);

/**
 * ingot_device_counters() - read the hardware counters of the last job
 * @dev: the device
 * @counters: ING_COUNTERS values, indexed by ING_CNT_*; all zero if another process has used the
 *	device since
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
 * ingot_buffer_create_program() - take device memory for programs
 * @dev: the device
 * @bytes: size; rounded up to whole 4 KiB pages
 * @err: filled on failure, as of ingot_buffer_create()
 *
 * Such a buffer can be bound with ING_PERM_EXEC, and with nothing else. The kernel's driver gives
 * that permission to no other buffer, so that no job can write programs.
 *
 * Return: the buffer, contents undefined, or NULL.
 */
struct ingot_buffer *ingot_buffer_create_program(struct ingot_device *dev, uint64_t bytes,
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
 * ingot_host_alloc() - host memory from which, and to which, a device copies best
 * @dev: the device
 * @bytes: size
 * @err: filled on failure
 *
 * It need not be locked in memory for every copy, as other memory must be.
 *
 * Return: memory aligned to 4096, to be freed with ingot_host_free() before the device is closed,
 * or NULL.
 */
void *ingot_host_alloc(struct ingot_device *dev, size_t bytes, struct ingot_error *err);

/**
 * ingot_host_free() - free such memory
 * @dev: the device
 * @p: what ingot_host_alloc() returned, or NULL
 */
void ingot_host_free(struct ingot_device *dev, void *p);

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

/*
 * Flags of a job.
 * RESTARTABLE: run again from its start, it gives the same result. If the device must be reset for
 * somebody else's sake, such a job is run again; another one ends with an error.
 */
#define INGOT_JOB_RESTARTABLE 1
/*
 * QUIET: only its end matters: it has no events, and a fault may be told as INGOT_FAULT_UNTOLD.
 * That is the cheapest kind of job.
 */
#define INGOT_JOB_QUIET 2
/* INTERRUPT: its end raises an interrupt even where nobody needs it, as within the process. */
#define INGOT_JOB_INTERRUPT 4

/* A quiet job broke a rule; which one is not known. */
#define INGOT_FAULT_UNTOLD 0xff

/* Most events of a job that are kept until ingot_next() takes them. */
#define INGOT_EVENTS_MAX 65536

/**
 * struct ingot_job - a program to run
 * @slot: slot of the program
 * @offset: its first command, in commands from the start of the slot
 * @commands: length of the program, commands
 * @budget: most commands that may execute, 0 for no limit
 * @tag: returned in its events and its completion
 * @args: R1 .. R8
 * @flags: INGOT_JOB_*
 * @events: most events that it will post, at most INGOT_EVENTS_MAX; 0 is 1024
 */
struct ingot_job {
	unsigned int slot;
	uint32_t offset, commands, budget, tag;
	uint32_t args[8];
	uint32_t flags, events;
};

/**
 * struct ingot_completion - an event of a job, or its end
 * @tag: of the job
 * @done: the job is over
 * @fault: ING_FAULT_* of a job that is over, or INGOT_FAULT_UNTOLD; 0: it ran to its end
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
 * @err: filled on failure (-EBUSY: too many are under way)
 *
 * Jobs of a context run in the order of their submission.
 *
 * Return: 0 or negative errno.
 */
int ingot_submit(struct ingot_context *ctx, const struct ingot_job *job, struct ingot_error *err);

/**
 * ingot_submit_batch() - queue several jobs, which costs little more than one
 * @ctx: the context
 * @jobs: copied
 * @count: how many, at least 1
 * @err: filled on failure (-EBUSY: too many are under way)
 *
 * Return: how many were queued, from the first on: at least 1; or negative errno.
 */
int ingot_submit_batch(struct ingot_context *ctx, const struct ingot_job *jobs, unsigned int count,
		       struct ingot_error *err);

/**
 * ingot_next() - wait for the next event or end of a job of this device
 * @dev: the device
 * @completion: filled
 * @err: filled on failure (-EIO: nothing is under way, so nothing will come, or a reset destroyed
 *	the job; -ETIMEDOUT: the job hung and was stopped, and its context takes no more; -ENODEV:
 *	the device is gone)
 *
 * Return: 0 or negative errno.
 */
int ingot_next(struct ingot_device *dev, struct ingot_completion *completion,
	       struct ingot_error *err);

/**
 * ingot_next_batch() - wait for several events or ends of jobs at once
 * @dev: the device
 * @completions: filled, oldest first as far as they are of one context
 * @capacity: room in @completions, at least 1
 * @least: wait until there are so many, 1 to @capacity
 * @err: filled on failure, as of ingot_next()
 *
 * Return: how many, at least @least; or negative errno if the very next one is an error. An error
 * behind others shortens the batch, and the next call returns it.
 */
int ingot_next_batch(struct ingot_device *dev, struct ingot_completion *completions,
		     unsigned int capacity, unsigned int least, struct ingot_error *err);

/**
 * ingot_abort() - stop the running job at its next command; it ends with ING_FAULT_ABORT
 * @dev: the device
 *
 * Those of this device that are queued in a board's driver end in the same way, without having run.
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
