// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a client uses, in /proc/PID/fdinfo/FD: the keys of the kernel's drm-usage-stats. */
#include <linux/dma-resv.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "ingot_drv.h"

/* Time of the job that runs now, if it is this file's. */
static u64 running_ns(struct ingot_file *ifile)
{
	struct ingot_sched *sched = &ifile->idev->sched;
	struct ingot_job *job = list_first_entry_or_null(&sched->running, struct ingot_job, link);

	if (!job || job->ctx->ifile != ifile)
		return 0;
	return ktime_to_ns(ktime_sub(ktime_get(), sched->began));
}

static void show_engines(struct drm_printer *printer, struct ingot_file *ifile)
{
	u64 busy_ns, jobs;

	scoped_guard(spinlock_irqsave, &ifile->idev->sched_lock) {
		busy_ns = ifile->busy_ns + running_ns(ifile);
		jobs = ifile->jobs_done;
	}
	drm_printf(printer, "drm-engine-compute:\t%llu ns\n", busy_ns);
	drm_printf(printer, "drm-engine-copy:\t%llu ns\n",
		   (u64)atomic64_read(&ifile->copy_ns));
	drm_printf(printer, "ingot-jobs:\t%llu\n", jobs);
}

static void add_object(struct drm_memory_stats *stats, struct drm_gem_object *gem)
{
	if (drm_gem_object_is_shared_for_memory_stats(gem))
		stats->shared += gem->size;
	else
		stats->private += gem->size;
}

static void show_memory(struct drm_printer *printer, struct drm_file *file)
{
	struct drm_memory_stats device = {}, host = {};
	struct drm_gem_object *gem;
	int id;

	scoped_guard(spinlock, &file->table_lock)
		idr_for_each_entry(&file->object_idr, gem, id) {
			bool in_device = gem && to_ingot_bo(gem)->flags & DRM_INGOT_BO_DEVICE;

			if (gem)
				add_object(in_device ? &device : &host, gem);
		}
	drm_print_memory_stats(printer, &device, 0, "device");
	drm_print_memory_stats(printer, &host, 0, "host");
}

/**
 * ingot_show_fdinfo() - &drm_driver.show_fdinfo
 * @printer: where to
 * @file: client
 */
void ingot_show_fdinfo(struct drm_printer *printer, struct drm_file *file)
{
	show_engines(printer, file->driver_priv);
	show_memory(printer, file);
}
