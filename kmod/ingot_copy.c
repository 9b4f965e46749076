// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The copy engine: the line of chunks before queue 1, its ring, its completions, and what a reset
 * does to them. Everything is under one spinlock, which the interrupt takes too.
 */
#include <linux/dma-mapping.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "ingot_copy.h"
#include "ingot_trace.h"

/* A block of zeros in host memory, from which device memory is cleared. */
#define ZERO_BYTES SZ_256K
/* How often those who wait look for a completion whose interrupt was lost. */
#define POLL_MS 50
/* A chunk at which completions made no sense more often than that is not done again. */
#define MAX_BREAKS 3
/* How long the device may show no progress, if the module's parameter says "for ever". */
#define DEFAULT_TIMEOUT_MS 10000

/**
 * struct ingot_copies - the copy engine
 * @idev: device
 * @lock: protects queue 1 and all that follows
 * @line: chunks that wait for room, first come first served
 * @flying: chunks in the ring, oldest first
 * @room: descriptors that the ring can take
 * @open: the ring is alive
 * @broken: its completions make no sense: take none until it is made anew
 * @dead: no copy will ever run again: the error to tell
 * @held: chunks that are, or are about to be, mapped for DMA
 * @tag: last tag given
 * @progress: when the device last showed that it works (jiffies)
 * @landed: when its last chunk ended
 * @idle: woken when @held drops
 * @zeros: ZERO_BYTES of zeros
 * @zeros_dma: their address
 */
struct ingot_copies {
	struct ingot_device *idev;
	spinlock_t lock; /* innermost; interrupts take it */
	struct list_head line;
	struct list_head flying;
	unsigned int room;
	bool open;
	bool broken;
	int dead;
	unsigned int held;
	u32 tag;
	unsigned long progress;
	ktime_t landed;
	wait_queue_head_t idle;
	void *zeros;
	dma_addr_t zeros_dma;
};

static struct ingot_ring *copy_ring(struct ingot_copies *copies)
{
	return &copies->idev->rings[ING_QUEUE_COPY];
}

/* ---- into the ring; lock held ---- */

static void fill_descriptor(__le32 *desc, const struct ingot_chunk *chunk,
			    const struct ingot_segment *segment, u32 unit, bool last)
{
	u32 type = chunk->copy->to_device ? ING_DESC_TO_DEVICE : ING_DESC_TO_HOST;

	memset(desc, 0, ING_DESC_BYTES);
	desc[ING_DESC_TYPE_W] = cpu_to_le32(type | (last ? ING_DESC_IRQ : 0));
	desc[ING_DESC_TAG_W] = cpu_to_le32(chunk->tag);
	desc[ING_DESC_HOST_LO_W] = cpu_to_le32(lower_32_bits(segment->address));
	desc[ING_DESC_HOST_HI_W] = cpu_to_le32(upper_32_bits(segment->address));
	desc[ING_DESC_DEV_W] = cpu_to_le32(unit);
	desc[ING_DESC_LEN_W] = cpu_to_le32(segment->bytes / INGOT_UNIT);
}

static void launch(struct ingot_copies *copies, struct ingot_chunk *chunk)
{
	struct ingot_ring *ring = copy_ring(copies);
	u32 unit = chunk->unit;

	for (unsigned int i = 0; i < chunk->segment_count; i++) {
		fill_descriptor(ingot_ring_next(ring), chunk, &chunk->segments[i], unit,
				i + 1 == chunk->segment_count);
		ingot_ring_push(ring);
		unit += chunk->segments[i].bytes / INGOT_UNIT;
	}
	copies->room -= chunk->segment_count;
	chunk->left = chunk->segment_count;
	chunk->rung = ktime_get();
	if (list_empty(&copies->flying))
		copies->progress = jiffies;
}

/* Launches chunks from the front of the line as long as they find room. */
static void launch_line(struct ingot_copies *copies)
{
	bool any = false;

	while (copies->open && !list_empty(&copies->line)) {
		struct ingot_chunk *chunk =
			list_first_entry(&copies->line, struct ingot_chunk, link);

		if (copies->room < chunk->segment_count)
			break;
		chunk->tag = ++copies->tag;
		launch(copies, chunk);
		list_move_tail(&chunk->link, &copies->flying);
		any = true;
	}
	if (any)
		ingot_ring_doorbell(copy_ring(copies));
}

/* ---- out of it; lock held ---- */

static void end_chunk(struct ingot_copies *copies, struct ingot_chunk *chunk, int status)
{
	ktime_t now = ktime_get();
	ktime_t began = ktime_after(chunk->rung, copies->landed) ? chunk->rung : copies->landed;

	if (chunk->left != chunk->segment_count && chunk->copy->busy_ns)
		atomic64_add(ktime_to_ns(ktime_sub(now, began)), chunk->copy->busy_ns);
	copies->landed = now;
	if (status && !chunk->status)
		chunk->status = status;
	list_del_init(&chunk->link);
	complete(&chunk->done);
}

static void end_all(struct ingot_copies *copies, struct list_head *list, int status)
{
	struct ingot_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, list, link)
		end_chunk(copies, chunk, status);
}

/*
 * The device works through the ring in order: a completion is of the oldest chunk, or it is wrong.
 */
static void take_completion(struct ingot_copies *copies, const struct ingot_completion *completion)
{
	struct ingot_chunk *chunk =
		list_first_entry_or_null(&copies->flying, struct ingot_chunk, link);
	u32 type = completion->w[ING_COMP_TYPE_W];

	if (!chunk || completion->w[ING_COMP_TAG_W] != chunk->tag ||
	    (type & 0xff) != ING_COMP_DONE) {
		copies->broken = true;
		return;
	}
	copies->progress = jiffies;
	copies->room++;
	if (type >> 8 & 0xff)
		chunk->status = -EIO;
	if (!--chunk->left)
		end_chunk(copies, chunk, 0);
}

static unsigned int take_completions(struct ingot_copies *copies)
{
	struct ingot_ring *ring = copy_ring(copies);
	struct ingot_completion completion;
	unsigned int count = 0;

	while (!copies->broken && ingot_ring_pop(ring, &completion)) {
		take_completion(copies, &completion);
		count++;
	}
	if (count)
		ingot_ring_publish(ring);
	return count;
}

/**
 * ingot_copy_irq() - take the completions that are there
 * @idev: device
 *
 * Any context.
 *
 * Return: how many.
 */
unsigned int ingot_copy_irq(struct ingot_device *idev)
{
	struct ingot_copies *copies = idev->copies;
	unsigned int count = 0;
	bool broke = false;

	scoped_guard(spinlock_irqsave, &copies->lock) {
		if (!copies->open || copies->broken)
			break;
		count = take_completions(copies);
		broke = copies->broken;
		launch_line(copies);
	}
	if (broke)
		ingot_reset_trigger(idev, "a completion of the copy queue fits no copy");
	return count;
}

/* ---- for those who copy ---- */

/**
 * ingot_copy_hold() - say that a chunk will be mapped for DMA
 * @idev: device
 *
 * Return: 0, then ingot_copy_release() must follow; -ENODEV if the device is gone.
 */
int ingot_copy_hold(struct ingot_device *idev)
{
	struct ingot_copies *copies = idev->copies;

	guard(spinlock_irqsave)(&copies->lock);
	if (!copies->dead)
		copies->held++;
	return copies->dead;
}

/**
 * ingot_copy_release() - say that it is not mapped any more
 * @idev: device
 */
void ingot_copy_release(struct ingot_device *idev)
{
	struct ingot_copies *copies = idev->copies;

	scoped_guard(spinlock_irqsave, &copies->lock)
		copies->held--;
	wake_up_all(&copies->idle);
}

/**
 * ingot_copy_submit() - put a mapped chunk into the line
 * @chunk: chunk; ingot_copy_wait() must follow
 *
 * Return: 0, or -ENODEV if the device is gone; then it must not follow.
 */
int ingot_copy_submit(struct ingot_chunk *chunk)
{
	struct ingot_copies *copies = chunk->copy->idev->copies;

	guard(spinlock_irqsave)(&copies->lock);
	if (copies->dead)
		return copies->dead;
	reinit_completion(&chunk->done);
	chunk->status = 0;
	chunk->guilty = false;
	chunk->breaks = 0;
	list_add_tail(&chunk->link, &copies->line);
	launch_line(copies);
	return 0;
}

/* The oldest chunk has made the device wait for too long: it will not be done again. */
static bool blame_oldest(struct ingot_copies *copies)
{
	unsigned int ms = ingot_timeout_ms ?: DEFAULT_TIMEOUT_MS;
	struct ingot_chunk *chunk;

	guard(spinlock_irqsave)(&copies->lock);
	if (!copies->open || list_empty(&copies->flying) ||
	    time_before(jiffies, copies->progress + msecs_to_jiffies(ms)))
		return false;
	chunk = list_first_entry(&copies->flying, struct ingot_chunk, link);
	chunk->guilty = true;
	copies->progress = jiffies;
	return true;
}

/* Those in the line have cost the device nothing yet and may leave when their process dies. */
static bool leave_line(struct ingot_copies *copies, struct ingot_chunk *chunk)
{
	struct ingot_chunk *other;

	guard(spinlock_irqsave)(&copies->lock);
	list_for_each_entry(other, &copies->line, link) {
		if (other != chunk)
			continue;
		list_del_init(&chunk->link);
		chunk->status = -ERESTARTSYS;
		launch_line(copies);
		return true;
	}
	return false;
}

/**
 * ingot_copy_wait() - wait until the device has let go of a chunk
 * @chunk: submitted
 *
 * Signals do not end it: the device writes to pages that must stay. It is bounded, because a device
 * that shows no progress is reset.
 *
 * Return: 0; -EIO: bus error; -ETIMEDOUT: the device hung; -ENODEV: it is gone; -ERESTARTSYS: the
 * caller dies and the chunk was not begun.
 */
int ingot_copy_wait(struct ingot_chunk *chunk)
{
	struct ingot_device *idev = chunk->copy->idev;
	struct ingot_copies *copies = idev->copies;

	while (!wait_for_completion_timeout(&chunk->done, msecs_to_jiffies(POLL_MS))) {
		ingot_copy_irq(idev);
		if (chunk->copy->signals != INGOT_COPY_NO_SIGNAL &&
		    fatal_signal_pending(current) && leave_line(copies, chunk))
			break;
		if (blame_oldest(copies))
			ingot_reset_trigger(idev, "a copy makes no progress");
	}
	return chunk->status;
}

/**
 * ingot_copy_zeros() - zeros that the device can read
 * @idev: device
 * @bytes: how many
 *
 * Return: their address.
 */
dma_addr_t ingot_copy_zeros(struct ingot_device *idev, u32 *bytes)
{
	*bytes = ZERO_BYTES;
	return idev->copies->zeros_dma;
}

/* ---- stop and start ---- */

/* A device that cannot even read descriptors would be reset for ever for the same chunk. */
static void end_breaker(struct ingot_copies *copies)
{
	struct ingot_chunk *chunk;

	if (!copies->broken || list_empty(&copies->flying))
		return;
	chunk = list_first_entry(&copies->flying, struct ingot_chunk, link);
	if (++chunk->breaks > MAX_BREAKS)
		end_chunk(copies, chunk, -EIO);
}

static void end_guilty(struct ingot_copies *copies)
{
	struct ingot_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &copies->flying, link)
		if (chunk->guilty)
			end_chunk(copies, chunk, -ETIMEDOUT);
}

/**
 * ingot_copy_stop() - the device was reset, or is gone: nothing is in flight any more
 * @idev: device
 * @status: 0: copies wait for ingot_copy_start(), but for the one that made the device hang; else
 *	all end with it, now and for ever
 */
void ingot_copy_stop(struct ingot_device *idev, int status)
{
	struct ingot_copies *copies = idev->copies;

	scoped_guard(spinlock_irqsave, &copies->lock) {
		/* what was done before the reset is done */
		if (copies->open)
			take_completions(copies);
		copies->open = false;
		if (status) {
			copies->dead = status;
			end_all(copies, &copies->flying, status);
			end_all(copies, &copies->line, status);
		} else {
			end_guilty(copies);
			end_breaker(copies);
		}
	}
}

/**
 * ingot_copy_start() - the device works and its ring was made anew: go on
 * @idev: device
 *
 * What was in flight is copied again from the start of its chunk.
 */
void ingot_copy_start(struct ingot_device *idev)
{
	struct ingot_copies *copies = idev->copies;
	struct ingot_chunk *chunk;

	guard(spinlock_irqsave)(&copies->lock);
	if (copies->dead || copies->open)
		return;
	copies->open = true;
	copies->broken = false;
	copies->room = INGOT_SQ_ENTRIES;
	copies->progress = jiffies;
	list_for_each_entry(chunk, &copies->flying, link) {
		chunk->status = 0;
		launch(copies, chunk);
	}
	if (!list_empty(&copies->flying))
		ingot_ring_doorbell(copy_ring(copies));
	launch_line(copies);
}

/**
 * ingot_copy_drain() - wait until no copy has memory mapped for DMA
 * @idev: device, after ingot_copy_stop() with an error
 */
void ingot_copy_drain(struct ingot_device *idev)
{
	struct ingot_copies *copies = idev->copies;

	wait_event(copies->idle, !READ_ONCE(copies->held));
}

/**
 * ingot_copy_init() - make the copy engine, stopped
 * @idev: device
 *
 * Return: 0 or -ENOMEM.
 */
int ingot_copy_init(struct ingot_device *idev)
{
	struct device *dev = &idev->pdev->dev;
	struct ingot_copies *copies = drmm_kzalloc(&idev->drm, sizeof(*copies), GFP_KERNEL);

	if (!copies)
		return -ENOMEM;
	copies->idev = idev;
	spin_lock_init(&copies->lock);
	INIT_LIST_HEAD(&copies->line);
	INIT_LIST_HEAD(&copies->flying);
	init_waitqueue_head(&copies->idle);
	copies->zeros = dmam_alloc_coherent(dev, ZERO_BYTES, &copies->zeros_dma, GFP_KERNEL);
	if (!copies->zeros)
		return -ENOMEM;
	idev->copies = copies;
	return 0;
}
