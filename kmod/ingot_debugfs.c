// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * debugfs, in the accel device's folder:
 *   state        what the device, its rings, contexts, jobs and memory look like
 *   clients      open files: process, jobs, memory
 *   coredump     the last dump, see ingot_coredump.c
 *   force_reset  write a reason: the device is reset, and the write returns when that is over
 */
#include <linux/debugfs.h>
#include <linux/pid.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "ingot_coredump.h"
#include "ingot_sched.h"

#define REASON_BYTES 64

/* ---- state ---- */

static const char *state_name(enum ingot_state state)
{
	switch (state) {
	case INGOT_STOPPED:
		return "stopped";
	case INGOT_RUNNING:
		return "running";
	case INGOT_GONE:
		return "gone";
	}
	return "?";
}

static void show_device(struct seq_file *m, struct ingot_device *idev)
{
	seq_printf(m, "device: %s, interface %u.%u, model %s\n", dev_name(&idev->pdev->dev),
		   idev->version >> 16, idev->version & 0xffff,
		   ingot_config_model(idev->config, idev->config_bytes));
	seq_printf(m, "state: %s, %u vectors, %u resets\n", state_name(READ_ONCE(idev->state)),
		   idev->vectors, READ_ONCE(idev->stats.resets));
}

static void show_stats(struct seq_file *m, const struct ingot_device *idev)
{
	const struct ingot_stats *stats = &idev->stats;

	seq_printf(m, "jobs: %llu, events %llu, doorbells %llu, aborts %llu\n", stats->jobs,
		   stats->events, stats->doorbells, stats->aborts);
	seq_printf(m, "interrupts: %d, spurious %d, late completions %llu, stray ones %llu\n",
		   atomic_read(&stats->irqs), atomic_read(&stats->spurious), stats->late,
		   stats->strays);
}

static void show_ring(struct seq_file *m, const struct ingot_ring *ring, const char *name)
{
	seq_printf(m, "%s ring: sq_tail %u, rung %u, cq_head %u\n", name, ring->sq_tail,
		   ring->sq_rung, ring->cq_head);
}

static void show_job(struct seq_file *m, const struct ingot_job *job)
{
	seq_printf(m, "  job %llu of client %llu, context %u: tag %u, ring tag 0x%x, status %d%s\n",
		   job->id, job->ctx->ifile->client, job->ctx->id, job->args.tag, job->tag,
		   job->status, job->stopping ? ", stopping" : "");
}

static void show_running(struct seq_file *m, struct ingot_device *idev)
{
	struct ingot_sched *sched = &idev->sched;
	struct ingot_job *job;

	seq_printf(m, "running: %u jobs, of at most %u\n", sched->running_count,
		   ingot_sched_window(sched));
	list_for_each_entry(job, &sched->running, link)
		show_job(m, job);
}

static void show_ctx(struct seq_file *m, const struct ingot_ctx *ctx)
{
	seq_printf(m, "context %u: client %llu, id %u, priority %u, %u queued, %u running%s%s\n",
		   ctx->hw, ctx->ifile->client, ctx->id, ctx->priority, ctx->queued, ctx->running,
		   ctx->banned ? ", banned" : "", ctx->dead ? ", dead" : "");
}

static void show_contexts(struct seq_file *m, struct ingot_device *idev)
{
	guard(mutex)(&idev->ctx_lock);
	for (unsigned int i = 0; i < ING_CONTEXTS; i++)
		if (idev->hw_ctx[i])
			show_ctx(m, idev->hw_ctx[i]);
}

static void show_bo(struct seq_file *m, const struct ingot_bo *bo)
{
	const struct drm_gem_object *gem = &bo->shmem.base;

	if (bo->flags & DRM_INGOT_BO_DEVICE)
		seq_printf(m, "  device 0x%09llx", bo->node.start);
	else
		seq_printf(m, "  host%s", gem->import_attach ? " (imported)" : "");
	seq_printf(m, " %zu bytes, %u handles%s%s\n", gem->size, gem->handle_count,
		   bo->flags & DRM_INGOT_BO_PROGRAM ? ", program" : "",
		   bo->flags & DRM_INGOT_BO_MAPPABLE ? ", mappable" : "");
}

static void show_memory(struct seq_file *m, struct ingot_device *idev)
{
	struct ingot_bo *bo;

	guard(mutex)(&idev->bo_lock);
	seq_printf(m, "memory: %llu of %llu bytes used, %llu mappable%s\n", idev->vram_used,
		   idev->memory_bytes, idev->mappable_bytes,
		   READ_ONCE(idev->window_shut) ? ", window shut" : "");
	list_for_each_entry(bo, &idev->bos, link)
		show_bo(m, bo);
}

static int state_show(struct seq_file *m, void *unused)
{
	struct ingot_device *idev = m->private;

	show_device(m, idev);
	scoped_guard(spinlock_irqsave, &idev->sched_lock) {
		show_stats(m, idev);
		show_ring(m, &idev->rings[ING_QUEUE_JOB], "job");
		show_running(m, idev);
	}
	show_ring(m, &idev->rings[ING_QUEUE_COPY], "copy");
	show_contexts(m, idev);
	show_memory(m, idev);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(state);

/* ---- clients ---- */

static u64 memory_of(struct drm_file *file, bool in_device)
{
	struct drm_gem_object *gem;
	u64 bytes = 0;
	int id;

	guard(spinlock)(&file->table_lock);
	idr_for_each_entry(&file->object_idr, gem, id)
		if (!!(to_ingot_bo(gem)->flags & DRM_INGOT_BO_DEVICE) == in_device)
			bytes += gem->size;
	return bytes;
}

static void show_process(struct seq_file *m, struct drm_file *file)
{
	struct task_struct *task;

	guard(rcu)();
	task = pid_task(rcu_dereference(file->pid), PIDTYPE_TGID);
	seq_printf(m, "client %llu: process %d (%s)", file->client_id,
		   task ? task_tgid_nr(task) : 0, task ? task->comm : "gone");
}

static void show_client(struct seq_file *m, struct drm_file *file)
{
	struct ingot_file *ifile = file->driver_priv;

	show_process(m, file);
	seq_printf(m, ", %d jobs open, %llu records unread, memory: device %llu, host %llu\n",
		   atomic_read(&ifile->jobs), READ_ONCE(ifile->unread), memory_of(file, true),
		   memory_of(file, false));
}

static int clients_show(struct seq_file *m, void *unused)
{
	struct ingot_device *idev = m->private;
	struct drm_file *file;

	guard(mutex)(&idev->drm.filelist_mutex);
	list_for_each_entry(file, &idev->drm.filelist, lhead)
		show_client(m, file);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(clients);

/* ---- force_reset ---- */

static ssize_t force_reset_write(struct file *filp, const char __user *from, size_t bytes,
				 loff_t *at)
{
	struct ingot_device *idev = filp->private_data;
	char reason[REASON_BYTES];
	ssize_t length = simple_write_to_buffer(reason, sizeof(reason) - 1, at, from, bytes);

	if (length < 0)
		return length;
	reason[length] = 0;
	drm_info(&idev->drm, "reset is forced: %s\n", strim(reason));
	ingot_reset_trigger(idev, "forced through debugfs");
	flush_work(&idev->recovery);
	return bytes;
}

static const struct file_operations force_reset_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = force_reset_write,
};

/* ---- coredump ---- */

/**
 * struct open_dump - a dump that is being read
 * @bytes: of @file
 * @file: its content, which does not change while it is open
 */
struct open_dump {
	size_t bytes;
	void *file;
};

static int coredump_open(struct inode *inode, struct file *filp)
{
	struct open_dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL);

	if (!dump)
		return -ENOMEM;
	dump->file = ingot_coredump_copy(inode->i_private, &dump->bytes);
	if (IS_ERR(dump->file)) {
		int ret = PTR_ERR(dump->file);

		kfree(dump);
		return ret;
	}
	filp->private_data = dump;
	return 0;
}

static ssize_t coredump_read(struct file *filp, char __user *to, size_t bytes, loff_t *at)
{
	struct open_dump *dump = filp->private_data;

	return simple_read_from_buffer(to, bytes, at, dump->file, dump->bytes);
}

static int coredump_release(struct inode *inode, struct file *filp)
{
	struct open_dump *dump = filp->private_data;

	vfree(dump->file);
	kfree(dump);
	return 0;
}

static const struct file_operations coredump_fops = {
	.owner = THIS_MODULE,
	.open = coredump_open,
	.read = coredump_read,
	.release = coredump_release,
	.llseek = default_llseek,
};

/**
 * ingot_debugfs_init() - make the files
 * @idev: device that is about to be registered; DRM removes them
 */
void ingot_debugfs_init(struct ingot_device *idev)
{
	struct dentry *root = idev->drm.debugfs_root;

	debugfs_create_file("state", 0400, root, idev, &state_fops);
	debugfs_create_file("clients", 0400, root, idev, &clients_fops);
	debugfs_create_file("coredump", 0400, root, idev, &coredump_fops);
	debugfs_create_file("force_reset", 0200, root, idev, &force_reset_fops);
}
