// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What the device and its rings held before a reset, for who wants to know why.
 *
 * It is taken where fences are signalled and no memory may be asked for, so there is room for one
 * dump from the start. Afterwards a worker makes a file of it: text first, "key: value" lines that
 * end with an empty one, then the binary sections that the lines "section: NAME OFFSET BYTES"
 * name, with offsets from the end of the text. It goes to the kernel's devcoredump, and the last
 * one stays in debugfs.
 */
#include <linux/devcoredump.h>
#include <linux/seq_buf.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "ingot_coredump.h"

#define TEXT_BYTES SZ_8K
#define REASON_BYTES 64
/* Words of a slot's entry that mean something: base, length, permissions. */
#define SLOT_WORDS 3

static const struct {
	const char *name;
	u32 offset;
} registers[] = {
	{ "magic", ING_REG_MAGIC },
	{ "version", ING_REG_VERSION },
	{ "status", ING_REG_STATUS },
	{ "irq_status", ING_REG_IRQ_STATUS },
	{ "irq_enable", ING_REG_IRQ_ENABLE },
	{ "fault_code", ING_REG_FAULT_CODE },
	{ "fault_pc", ING_REG_FAULT_PC },
	{ "fault_slot", ING_REG_FAULT_SLOT },
	{ "fault_offset", ING_REG_FAULT_OFFSET },
	{ "fault_tag", ING_REG_FAULT_TAG },
};

static const struct {
	const char *name;
	u32 offset;
} queue_registers[] = {
	{ "sq_tail", ING_Q_SQ_TAIL },
	{ "sq_head", ING_Q_SQ_HEAD },
	{ "cq_tail", ING_Q_CQ_TAIL },
	{ "enable", ING_Q_ENABLE },
};

/**
 * struct dump_job - the oldest job in the ring
 * @valid: there was one
 * @client: whose
 * @id: its number
 * @ctx: its context, for the user
 * @hw: and for the hardware
 * @running_ns: for how long it had run
 * @args: what was submitted
 * @descriptor: what the device got
 */
struct dump_job {
	bool valid;
	u64 client;
	u64 id;
	u32 ctx;
	unsigned int hw;
	u64 running_ns;
	struct drm_ingot_submit args;
	__le32 descriptor[ING_DESC_BYTES / 4];
};

/**
 * struct ingot_snapshot - the last dump
 * @idev: device
 * @lock: protects all that follows; no memory is allocated inside
 * @publish: makes a file of it
 * @valid: one was taken
 * @time: when, seconds since the epoch
 * @reason: why
 * @regs: values of @registers
 * @counters: ING_CNT_*
 * @queues: values of @queue_registers
 * @job: the oldest job in the ring
 * @slots: slot table of its context, as the device has it
 * @ring_bytes: of a ring
 * @rings: rings of both queues
 */
struct ingot_snapshot {
	struct ingot_device *idev;
	struct mutex lock; /* nothing is taken or allocated inside */
	struct work_struct publish;
	bool valid;
	time64_t time;
	char reason[REASON_BYTES];
	u32 regs[ARRAY_SIZE(registers)];
	u64 counters[ING_COUNTERS];
	u32 queues[ING_QUEUES][ARRAY_SIZE(queue_registers)];
	struct dump_job job;
	__le32 slots[ING_SLOTS][SLOT_WORDS];
	size_t ring_bytes;
	void *rings[ING_QUEUES];
};

/* ---- taking it ---- */

static void take_registers(struct ingot_snapshot *snapshot)
{
	struct ingot_device *idev = snapshot->idev;

	for (unsigned int i = 0; i < ARRAY_SIZE(registers); i++)
		snapshot->regs[i] = ingot_hw_read(idev, registers[i].offset);
	for (unsigned int i = 0; i < ING_COUNTERS; i++)
		snapshot->counters[i] = ingot_hw_counter(idev, i);
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		for (unsigned int i = 0; i < ARRAY_SIZE(queue_registers); i++)
			snapshot->queues[q][i] =
				ingot_hw_read(idev, ING_REG_QUEUE + q * ING_QUEUE_STRIDE +
					      queue_registers[i].offset);
}

static void take_job(struct ingot_snapshot *snapshot)
{
	struct ingot_device *idev = snapshot->idev;
	struct dump_job *dump = &snapshot->job;
	struct ingot_job *job;

	guard(spinlock_irqsave)(&idev->sched_lock);
	job = list_first_entry_or_null(&idev->sched.running, struct ingot_job, link);
	dump->valid = job;
	if (!job)
		return;
	dump->client = job->ctx->ifile->client;
	dump->id = job->id;
	dump->ctx = job->ctx->id;
	dump->hw = job->ctx->hw;
	dump->running_ns = ktime_to_ns(ktime_sub(ktime_get(), idev->sched.began));
	dump->args = job->args;
	memcpy(dump->descriptor, ingot_ring_entry(&idev->rings[ING_QUEUE_JOB], job->index),
	       sizeof(dump->descriptor));
}

static void take_slots(struct ingot_snapshot *snapshot)
{
	u32 at = ING_REG_SLOTS + ING_SLOT_STRIDE * ING_SLOTS * snapshot->job.hw;

	memset(snapshot->slots, 0, sizeof(snapshot->slots));
	if (!snapshot->job.valid)
		return;
	for (unsigned int i = 0; i < ING_SLOTS; i++, at += ING_SLOT_STRIDE)
		for (unsigned int w = 0; w < SLOT_WORDS; w++)
			snapshot->slots[i][w] =
				cpu_to_le32(ingot_hw_read(snapshot->idev, at + 4 * w));
}

/**
 * ingot_coredump_take() - remember the state of the device, which is about to be reset
 * @idev: device, awake
 * @reason: why it will be reset
 *
 * Allocates nothing. A dump that is being read right now stays, and this one is lost.
 */
void ingot_coredump_take(struct ingot_device *idev, const char *reason)
{
	struct ingot_snapshot *snapshot = idev->snapshot;

	if (!mutex_trylock(&snapshot->lock))
		return;
	snapshot->valid = true;
	snapshot->time = ktime_get_real_seconds();
	strscpy(snapshot->reason, reason, sizeof(snapshot->reason));
	take_registers(snapshot);
	take_job(snapshot);
	take_slots(snapshot);
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		memcpy(snapshot->rings[q], idev->rings[q].sq, snapshot->ring_bytes);
	mutex_unlock(&snapshot->lock);
	schedule_work(&snapshot->publish);
}

/* ---- making a file of it; lock held ---- */

/**
 * struct dump_file - a file that is being written
 * @text: its text
 * @data: where the binary sections go
 * @bytes: of these, so far
 */
struct dump_file {
	struct seq_buf text;
	void *data;
	size_t bytes;
};

static void add_section(struct dump_file *file, const char *name, const void *data, size_t bytes)
{
	seq_buf_printf(&file->text, "section: %s %zu %zu\n", name, file->bytes, bytes);
	memcpy(file->data + file->bytes, data, bytes);
	file->bytes += bytes;
}

static void write_head(struct seq_buf *text, const struct ingot_snapshot *snapshot)
{
	struct ingot_device *idev = snapshot->idev;

	seq_buf_printf(text, "ingot: device dump 1\n");
	seq_buf_printf(text, "kernel: %s\n", init_utsname()->release);
	seq_buf_printf(text, "device: %s\n", dev_name(&idev->pdev->dev));
	seq_buf_printf(text, "model: %s\n",
		       ingot_config_model(idev->config, idev->config_bytes));
	seq_buf_printf(text, "time: %lld\n", snapshot->time);
	seq_buf_printf(text, "reason: %s\n", snapshot->reason);
}

static void write_registers(struct seq_buf *text, const struct ingot_snapshot *snapshot)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(registers); i++)
		seq_buf_printf(text, "%s: 0x%08x\n", registers[i].name, snapshot->regs[i]);
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		for (unsigned int i = 0; i < ARRAY_SIZE(queue_registers); i++)
			seq_buf_printf(text, "queue%u.%s: 0x%08x\n", q, queue_registers[i].name,
				       snapshot->queues[q][i]);
	for (unsigned int i = 0; i < ING_COUNTERS; i++)
		seq_buf_printf(text, "counter%u: %llu\n", i, snapshot->counters[i]);
}

static void write_job(struct seq_buf *text, const struct dump_job *job)
{
	if (!job->valid) {
		seq_buf_printf(text, "job: none\n");
		return;
	}
	seq_buf_printf(text, "job: %llu\n", job->id);
	seq_buf_printf(text, "job.client: %llu\n", job->client);
	seq_buf_printf(text, "job.context: %u (hardware %u)\n", job->ctx, job->hw);
	seq_buf_printf(text, "job.running_ns: %llu\n", job->running_ns);
	seq_buf_printf(text, "job.program: slot %u, offset %u, %u commands, budget %u\n",
		       job->args.slot, job->args.offset, job->args.commands, job->args.budget);
	seq_buf_printf(text, "job.tag: %u\n", job->args.tag);
	for (unsigned int i = 0; i < ARRAY_SIZE(job->args.args); i++)
		seq_buf_printf(text, "job.r%u: 0x%08x\n", i + 1, job->args.args[i]);
}

static void write_sections(struct dump_file *file, const struct ingot_snapshot *snapshot)
{
	static const char *const names[ING_QUEUES] = { "job_ring", "copy_ring" };

	if (snapshot->job.valid) {
		add_section(file, "job_descriptor", snapshot->job.descriptor,
			    sizeof(snapshot->job.descriptor));
		add_section(file, "slots", snapshot->slots, sizeof(snapshot->slots));
	}
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		add_section(file, names[q], snapshot->rings[q], snapshot->ring_bytes);
}

/* Writes the sections behind the room for the text, then moves them up to where the text ends. */
static size_t write_file(void *buffer, const struct ingot_snapshot *snapshot)
{
	struct dump_file file = { .data = buffer + TEXT_BYTES };
	size_t length;

	seq_buf_init(&file.text, buffer, TEXT_BYTES);
	write_head(&file.text, snapshot);
	write_registers(&file.text, snapshot);
	write_job(&file.text, &snapshot->job);
	write_sections(&file, snapshot);
	seq_buf_printf(&file.text, "\n");
	length = seq_buf_used(&file.text);
	memmove(buffer + length, file.data, file.bytes);
	return length + file.bytes;
}

/**
 * ingot_coredump_copy() - the last dump as a file
 * @idev: device
 * @bytes: of the file
 *
 * Return: the file, to be freed with vfree(); -ENODATA: there was no dump; -ENOMEM.
 */
void *ingot_coredump_copy(struct ingot_device *idev, size_t *bytes)
{
	struct ingot_snapshot *snapshot = idev->snapshot;
	void *buffer = vmalloc(TEXT_BYTES + sizeof(*snapshot) + ING_QUEUES * snapshot->ring_bytes);

	if (!buffer)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&snapshot->lock);
	*bytes = snapshot->valid ? write_file(buffer, snapshot) : 0;
	mutex_unlock(&snapshot->lock);
	if (!*bytes) {
		vfree(buffer);
		return ERR_PTR(-ENODATA);
	}
	return buffer;
}

static void publish(struct work_struct *work)
{
	struct ingot_device *idev = container_of(work, struct ingot_snapshot, publish)->idev;
	size_t bytes;
	void *file = ingot_coredump_copy(idev, &bytes);

	/* it takes the memory over, and keeps an older dump that nobody has read yet */
	if (!IS_ERR(file))
		dev_coredumpv(&idev->pdev->dev, file, bytes, GFP_KERNEL);
}

static void cancel_publish(void *data)
{
	struct ingot_snapshot *snapshot = data;

	cancel_work_sync(&snapshot->publish);
}

/**
 * ingot_coredump_init() - make room for a dump
 * @idev: device with rings
 *
 * Return: 0 or -ENOMEM.
 */
int ingot_coredump_init(struct ingot_device *idev)
{
	struct ingot_snapshot *snapshot = drmm_kzalloc(&idev->drm, sizeof(*snapshot), GFP_KERNEL);
	int ret;

	if (!snapshot)
		return -ENOMEM;
	ret = drmm_mutex_init(&idev->drm, &snapshot->lock);
	if (ret)
		return ret;
	snapshot->idev = idev;
	snapshot->ring_bytes = idev->rings[0].bytes;
	for (unsigned int q = 0; q < ING_QUEUES; q++) {
		snapshot->rings[q] = drmm_kzalloc(&idev->drm, snapshot->ring_bytes, GFP_KERNEL);
		if (!snapshot->rings[q])
			return -ENOMEM;
	}
	INIT_WORK(&snapshot->publish, publish);
	idev->snapshot = snapshot;
	return devm_add_action_or_reset(&idev->pdev->dev, cancel_publish, snapshot);
}
