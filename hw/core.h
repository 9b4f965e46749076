/* SPDX-License-Identifier: MIT */
/*
 * The device core as a C object: one interface for the Verilated RTL and for the functional model,
 * used by the in-process transport and by a PCIe server alike.
 *
 * A core is passive: nothing happens outside step(). It is used by one thread at a time. The
 * callbacks are called from within step() only.
 */
#ifndef INGOT_HW_CORE_H
#define INGOT_HW_CORE_H

#include <stddef.h>
#include <stdint.h>

struct ingot_error;
struct ingot_trace_sink;

/**
 * struct ing_host - what a core can do to its host
 * @priv: handed to each callback
 * @read: copies @len bytes from host address @addr to @buf; 0, or negative on a bus error
 * @write: copies @len bytes from @buf to host address @addr; 0, or negative on a bus error
 * @irq: raises interrupt @vector (the number of the queue)
 */
struct ing_host {
	void *priv;
	int (*read)(void *priv, uint64_t addr, void *buf, size_t len);
	int (*write)(void *priv, uint64_t addr, const void *buf, size_t len);
	void (*irq)(void *priv, unsigned int vector);
};

/**
 * struct ing_core_stats - what the model around a core counts, since its creation
 * @cycles: clock cycles simulated (0: the core has no clock)
 * @port_cycles: of these, cycles in which the device memory could serve a beat (refresh taken out)
 * @sim_ns: wall time spent simulating, nanoseconds
 */
struct ing_core_stats {
	uint64_t cycles, port_cycles, sim_ns;
};

struct ing_core;

/**
 * struct ing_core_ops - a kind of core
 * @name: "func" or "rtl"
 * @mmio_read: reads the 32-bit register at @offset of BAR0
 * @mmio_write: writes it
 * @step: works until the core is idle or has done about @budget units of work (cycles; commands
 *	for func); returns 0 when idle, ING_STEP_WAITS if all there is to do waits for the host to read
 *	completions (func only: a core with a clock goes on), otherwise 1
 * @stats: fills @stats
 * @trace: starts (path) or stops (NULL) a waveform dump; -EOPNOTSUPP where there is none; may be NULL
 * @watch: tells @sink of the commands of jobs from now on, or nobody (NULL); -EOPNOTSUPP where there is
 *	nothing to see; may be NULL
 * @peek: copies internal memory for tests: ING_PEEK_*; returns bytes copied or a negative errno; may be NULL
 * @memory_fd: file descriptor of device memory, which the core keeps, with the size in bytes in @bytes;
 *	-EOPNOTSUPP unless the core was made with @shared_memory
 * @destroy: frees the core
 */
struct ing_core_ops {
	const char *name;
	uint32_t (*mmio_read)(struct ing_core *core, uint32_t offset);
	void (*mmio_write)(struct ing_core *core, uint32_t offset, uint32_t value);
	int (*step)(struct ing_core *core, uint64_t budget);
	void (*stats)(const struct ing_core *core, struct ing_core_stats *stats);
	int (*trace)(struct ing_core *core, const char *path);
	int (*watch)(struct ing_core *core, const struct ingot_trace_sink *sink);
	long (*peek)(struct ing_core *core, int what, size_t offset, void *buf, size_t len);
	int (*memory_fd)(const struct ing_core *core, uint64_t *bytes);
	void (*destroy)(struct ing_core *core);
};

#define ING_STEP_WAITS 2

/* The scratchpad, as fp32 in line order. */
#define ING_PEEK_SCRATCH 0
/* Device memory. */
#define ING_PEEK_MEMORY 1

/** struct ing_core - head of every core object */
struct ing_core {
	const struct ing_core_ops *ops;
};

/**
 * struct ing_core_options - choices that are not part of the hardware
 * @threads: func: threads to compute with; 0 is one per processor
 * @ideal_memory: rtl: memory without latency and refresh
 * @latency_cycles: rtl: read latency (0: 40)
 * @isa: func: force "scalar", "avx2" or "avx512"; NULL is the best of this processor
 * @seed: rtl: seed of random initial values (check build)
 * @shared_memory: device memory is a memfd, which another process may map
 */
struct ing_core_options {
	unsigned int threads;
	int ideal_memory;
	unsigned int latency_cycles;
	const char *isa;
	unsigned int seed;
	int shared_memory;
};

/**
 * ing_core_func_create() - a functional core of the configuration in a device tree
 * @dtb: flattened device tree, @dtb_bytes long (copied)
 * @host: callbacks (copied)
 * @options: may be NULL
 * @err: filled on failure
 *
 * Return: the core, or NULL.
 */
struct ing_core *ing_core_func_create(const void *dtb, size_t dtb_bytes, const struct ing_host *host,
				      const struct ing_core_options *options,
				      struct ingot_error *err);

/*
 * The Verilated core of configuration NAME is a shared object build/rtl/NAME.so that exports
 * ing_core_rtl_create() with this signature; the transport loads it by name.
 */
typedef struct ing_core *(*ing_core_create_fn)(const void *dtb, size_t dtb_bytes,
					       const struct ing_host *host,
					       const struct ing_core_options *options,
					       struct ingot_error *err);

#endif
