/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The device: its rings, its scheduler's state, itself. The order of locks: ingot_drv.h. */
#ifndef INGOT_DEVICE_H
#define INGOT_DEVICE_H

#include <drm/drm_device.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_mm.h>
#include <linux/average.h>
#include <linux/dma-fence.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <uapi/drm/ingot_accel.h>

#include "ingot/isa.h"
#include "ingot/regs.h"

#include "ingot_compat.h"

struct io_uring_cmd;
struct ingot_copies;
struct ingot_snapshot;

/* Units of the device's addresses, offsets and lengths, bytes. */
#define INGOT_UNIT 64
/* Granule of device memory, bytes, whatever the page size of the host. */
#define INGOT_GRANULE 4096
/* log2 of the entries of the rings. */
#define INGOT_SQ_LOG2 9
#define INGOT_CQ_LOG2 10
#define INGOT_SQ_ENTRIES BIT(INGOT_SQ_LOG2)
/* Most jobs of a file that are queued or have unread records. */
#define INGOT_MAX_JOBS 4096
/* For ingot_sched_requeue(): the device could not say. */
#define INGOT_TAKEN_UNKNOWN U32_MAX
#define INGOT_PRIORITIES (DRM_INGOT_PRIORITY_HIGH + 1)

/**
 * struct ingot_completion - an entry of a completion ring, in host byte order
 * @w: its words, ING_COMP_*_W
 */
struct ingot_completion {
	u32 w[ING_COMP_BYTES / 4];
};

/**
 * struct ingot_ring - a queue's submission and completion ring
 * @idev: device
 * @queue: ING_QUEUE_JOB or ING_QUEUE_COPY
 * @sq: descriptors, little-endian words, 16 each
 * @cq: completions, little-endian words, 8 each
 * @cq_head_word: how far we have read, for the device
 * @dma: address of the whole block: descriptors, completions, head word
 * @bytes: of the block
 * @sq_tail: descriptors written, free running
 * @sq_rung: of these, told to the device
 * @cq_head: completions read, free running
 * @cq_shown: of these, told to the device
 *
 * Its user keeps two threads from using it at once: sched_lock for jobs, the copy engine's own lock
 * for copies. Room in the submission ring is its user's business too: he knows what is in flight.
 */
struct ingot_ring {
	struct ingot_device *idev;
	unsigned int queue;
	__le32 *sq;
	__le32 *cq;
	__le32 *cq_head_word;
	dma_addr_t dma;
	size_t bytes;
	u16 sq_tail;
	u16 sq_rung;
	u16 cq_head;
	u16 cq_shown;
};

/** enum ingot_state - may the device be used */
enum ingot_state {
	/** @INGOT_STOPPED: nothing is started; rings may be dead. */
	INGOT_STOPPED,
	/** @INGOT_RUNNING: yes. */
	INGOT_RUNNING,
	/** @INGOT_GONE: removed, or could not be revived; for good. */
	INGOT_GONE,
};

/**
 * struct ingot_stats - counts since probe, for debugfs; sched_lock unless said otherwise
 * @jobs: jobs that are over
 * @events: EMITs
 * @doorbells: writes of the job queue's tail
 * @irqs: interrupts, both vectors (atomic)
 * @spurious: interrupts that found nothing (atomic)
 * @late: completions found without an interrupt
 * @strays: completions that fit no job
 * @aborts: jobs that were told to stop
 * @resets: resets after the one of probe
 */
struct ingot_stats {
	u64 jobs;
	u64 events;
	u64 doorbells;
	atomic_t irqs;
	atomic_t spurious;
	u64 late;
	u64 strays;
	u64 aborts;
	u32 resets;
};

DECLARE_EWMA(job_us, 3, 8)

/**
 * struct ingot_sched - the jobs of a device; all of it under sched_lock
 * @ready: contexts whose first job can start, one list a priority, next one first
 * @ending: contexts whose first job ends without running
 * @running: jobs in the ring, oldest first
 * @running_count: how many
 * @bounced: jobs that the device gave back unstarted, oldest first
 * @over: jobs that are over and not yet reported, oldest first
 * @reporting: somebody works on @over; one at a time, so that fences signal in order
 * @draining: a job is to be stopped: start nothing until the ring is empty
 * @paused: start nothing until told
 * @suspect: the device said something that makes no sense: nothing it says counts until it is reset
 * @duration: average microseconds of a job
 * @began: when the oldest job in the ring began, as far as we can tell
 * @progress: when the device last showed that it works, jiffies
 * @sample: its counters when they were last looked at
 * @sampled: @sample is of the oldest job in the ring
 * @idle_since: jiffies when the device was first found idle though there are jobs in the ring
 * @idle_seen: it was
 * @tag: number of the last descriptor, for its tag
 * @rate: completions since @rate_jiffy
 * @rate_jiffy: jiffies when @rate was 0
 * @idle: woken when the ring runs empty, and when @over does
 */
struct ingot_sched {
	struct list_head ready[INGOT_PRIORITIES];
	struct list_head ending;
	struct list_head running;
	unsigned int running_count;
	struct list_head bounced;
	struct list_head over;
	bool reporting;
	bool draining;
	bool paused;
	bool suspect;
	struct ewma_job_us duration;
	ktime_t began;
	unsigned long progress;
	u32 sample;
	bool sampled;
	unsigned long idle_since;
	bool idle_seen;
	u16 tag;
	unsigned int rate;
	unsigned long rate_jiffy;
	wait_queue_head_t idle;
};

/**
 * struct ingot_vector - an interrupt vector
 * @idev: device
 * @number: which one
 */
struct ingot_vector {
	struct ingot_device *idev;
	unsigned int number;
};

/**
 * struct ingot_device - a board
 * @drm: the DRM device; drm_dev_enter() guards everything that touches hardware
 * @pdev: PCI device
 * @regs: BAR0
 * @vectors: interrupt vectors in use, 1 or 2
 * @irqs: for each, what its handler gets
 * @version: ING_REG_VERSION
 * @has_board: there is a board block
 * @config: flattened device tree from the ROM
 * @config_bytes: of @config
 * @memory_bytes: of device memory, from the configuration
 * @bar_memory: host address of BAR2, 0 if there is none
 * @mappable_bytes: how much of device memory it shows
 * @rings: queues
 * @sched_lock: protects @sched, @rings[ING_QUEUE_JOB], @state, queues and records of all contexts
 * @sched: jobs
 * @state: may the device be used
 * @awake: registers may be written; hw_lock
 * @stops: how many callers of ingot_device_stop() have yet to call ingot_device_restart();
 *	recovery_lock
 * @stats: counts
 * @kick: starts jobs and ends cancelled ones, for those who may not do it themselves
 * @tick: looks after jobs that take long
 * @recovery: resets the device
 * @recovery_reason: why a reset is asked for; NULL: it is not. Set once by cmpxchg, cleared when
 *	it is over
 * @bus_recovery: gives the device up if there is no recovery from an error of the bus
 * @recovery_lock: protects stop, reset, restart
 * @hw_lock: protects registers that are not the ring's, and the slot table, against a reset
 * @ctx_lock: with hw_lock, protects @hw_ctx; either is enough to read it
 * @hw_ctx: context of each context number of the hardware
 * @ctx_free: woken when a context number is given back
 * @ctx_freed: how many were
 * @counters_owner: client whose job was the last one to end, for DRM_INGOT_QUERY_COUNTERS;
 *	sched_lock
 * @bo_lock: protects @bos, @vram
 * @bos: all buffer objects, &ingot_bo.link; remove() unmaps them
 * @vram: device memory, bytes
 * @vram_used: bytes taken
 * @window_lock: protects @window_shut against those who map BAR2
 * @window_shut: BAR2 may not be touched: who faults waits
 * @window_open: woken when that changes
 * @copies: the copy engine
 * @snapshot: last coredump, see ingot_coredump.c
 */
struct ingot_device {
	struct drm_device drm;
	struct pci_dev *pdev;
	void __iomem *regs;
	unsigned int vectors;
	struct ingot_vector irqs[ING_QUEUES];
	u32 version;
	bool has_board;
	void *config;
	u32 config_bytes;
	u64 memory_bytes;
	resource_size_t bar_memory;
	u64 mappable_bytes;

	struct ingot_ring rings[ING_QUEUES];
	spinlock_t sched_lock; /* protects sched, state, queues and records */
	struct ingot_sched sched;
	enum ingot_state state;
	bool awake;
	unsigned int stops;
	struct ingot_stats stats;
	struct work_struct kick;
	struct delayed_work tick;

	struct work_struct recovery;
	const char *recovery_reason;
	struct delayed_work bus_recovery;
	struct mutex recovery_lock; /* one stop, reset or restart at a time */
	struct mutex hw_lock; /* protects registers and slot table against a reset */

	struct mutex ctx_lock; /* protects hw_ctx */
	struct ingot_ctx *hw_ctx[ING_CONTEXTS];
	wait_queue_head_t ctx_free;
	atomic_t ctx_freed;
	u64 counters_owner;

	struct mutex bo_lock; /* protects bos, vram */
	struct list_head bos;
	struct drm_mm vram;
	u64 vram_used;
	struct rw_semaphore window_lock;
	bool window_shut;
	wait_queue_head_t window_open;

	struct ingot_copies *copies;
	struct ingot_snapshot *snapshot;
};

static inline struct ingot_device *to_ingot_device(struct drm_device *drm)
{
	return container_of(drm, struct ingot_device, drm);
}

#endif
