// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A job by itself: its memory, its fence, its records. Where it stands in line is ingot_sched.c's
 * business. Everything it will ever need is allocated before it is queued.
 */
#include <linux/dma-fence-chain.h>
#include <linux/slab.h>

#include "ingot_drv.h"
#include "ingot_trace.h"

/* ---- memory and fence ---- */

static const char *fence_driver_name(struct dma_fence *fence)
{
	return "ingot";
}

static const char *fence_timeline_name(struct dma_fence *fence)
{
	return "ingot-context";
}

static void free_job(struct rcu_head *rcu)
{
	struct ingot_job *job = container_of(rcu, struct ingot_job, fence.rcu);

	kvfree(job->records);
	kfree(job->deps);
	kfree(job);
	/* the last thing: ingot_exit() waits for the end of this function, by rcu_barrier() */
	module_put(THIS_MODULE);
}

/* Others look at fences under RCU only; and memory of any size may be freed there */
static void fence_release(struct dma_fence *fence)
{
	call_rcu(&fence->rcu, free_job);
}

/* A fence may be held longer than any file is open, so each holds the module */
static const struct dma_fence_ops fence_ops = {
	.get_driver_name = fence_driver_name,
	.get_timeline_name = fence_timeline_name,
	.release = fence_release,
};

static int allocate_records(struct ingot_job *job)
{
	if (job->args.flags & DRM_INGOT_JOB_NO_RECORD)
		return 0;
	job->records = kvmalloc_array(job->args.max_events + 1, sizeof(*job->records),
				      GFP_KERNEL_ACCOUNT);
	return job->records ? 0 : -ENOMEM;
}

static int allocate_deps(struct ingot_job *job)
{
	if (!job->args.in_count)
		return 0;
	job->deps = kcalloc(job->args.in_count, sizeof(*job->deps), GFP_KERNEL_ACCOUNT);
	return job->deps ? 0 : -ENOMEM;
}

/**
 * ingot_job_create() - makes a job
 * @ctx: context; the job takes a reference
 * @args: what it is to do, checked
 *
 * Return: the job, with one reference, or an error pointer: -ENOMEM.
 */
struct ingot_job *ingot_job_create(struct ingot_ctx *ctx, const struct drm_ingot_submit *args)
{
	struct ingot_job *job = kzalloc(sizeof(*job), GFP_KERNEL_ACCOUNT);

	if (!job)
		return ERR_PTR(-ENOMEM);
	__module_get(THIS_MODULE);
	spin_lock_init(&job->fence_lock);
	INIT_LIST_HEAD(&job->link);
	INIT_LIST_HEAD(&job->read_link);
	atomic_set(&job->waits, 1);
	job->args = *args;
	kref_get(&ctx->refs);
	job->ctx = ctx;
	if (allocate_records(job) || allocate_deps(job)) {
		ingot_job_put(job);
		return ERR_PTR(-ENOMEM);
	}
	return job;
}

static void put_deps(struct ingot_job *job)
{
	for (unsigned int i = 0; i < job->dep_count; i++)
		dma_fence_put(job->deps[i].fence);
	job->dep_count = 0;
}

/**
 * ingot_job_put() - gives up a reference
 * @job: job; one that was armed must have been queued
 */
void ingot_job_put(struct ingot_job *job)
{
	if (job->armed) {
		dma_fence_put(&job->fence);
		return;
	}
	/* nobody else has seen it */
	put_deps(job);
	ingot_ctx_put(job->ctx);
	call_rcu(&job->fence.rcu, free_job);
}

/**
 * ingot_job_arm() - gives a job its place in the timeline; from now on it must end
 * @job: job; its context's lock is held until it is queued
 */
void ingot_job_arm(struct ingot_job *job)
{
	struct ingot_ctx *ctx = job->ctx;

	lockdep_assert_held(&ctx->lock);
	dma_fence_init(&job->fence, &fence_ops, &job->fence_lock, ctx->fence_context,
		       ++ctx->seqno);
	job->armed = true;
}

/* ---- fences it waits for ---- */

/* A point of a timeline is a container: the error is inside */
static int fence_error(struct dma_fence *fence)
{
	return min(dma_fence_chain_contained(fence)->error, 0);
}

static void dep_signalled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct ingot_dep *dep = container_of(cb, struct ingot_dep, cb);

	ingot_sched_dep_signalled(dep->job, fence_error(fence));
}

/**
 * ingot_job_watch_deps() - starts to wait for the fences in @deps
 * @job: job that is armed and not yet queued
 */
void ingot_job_watch_deps(struct ingot_job *job)
{
	for (unsigned int i = 0; i < job->dep_count; i++) {
		struct ingot_dep *dep = &job->deps[i];

		dep->job = job;
		atomic_inc(&job->waits);
		dep->watched = !dma_fence_add_callback(dep->fence, &dep->cb, dep_signalled);
		if (!dep->watched)
			ingot_sched_dep_signalled(job, fence_error(dep->fence));
	}
}

/*
 * After this no callback runs, nor will. Fences that had signalled before are not touched: the lock
 * of the kernel's stub, one of them, is taken elsewhere with interrupts on, and this may be one.
 */
static void unwatch_deps(struct ingot_job *job)
{
	for (unsigned int i = 0; i < job->dep_count; i++)
		if (job->deps[i].watched)
			dma_fence_remove_callback(job->deps[i].fence, &job->deps[i].cb);
	put_deps(job);
}

/* ---- for the hardware ---- */

/**
 * ingot_job_write_descriptor() - writes the descriptor of a job
 * @job: job, with its tag
 * @desc: 16 words of the submission ring
 */
void ingot_job_write_descriptor(const struct ingot_job *job, __le32 *desc)
{
	const struct drm_ingot_submit *args = &job->args;

	memset(desc, 0, ING_DESC_BYTES);
	desc[ING_DESC_TYPE_W] = cpu_to_le32(ING_DESC_RUN | ING_DESC_IRQ);
	desc[ING_DESC_TAG_W] = cpu_to_le32(job->tag);
	desc[ING_DESC_CTX_W] = cpu_to_le32(job->ctx->hw | args->slot << 8);
	desc[ING_DESC_BUDGET_W] = cpu_to_le32(args->budget);
	desc[ING_DESC_PROG_W] = cpu_to_le32(args->offset);
	desc[ING_DESC_PROG_LEN_W] = cpu_to_le32(args->commands);
	for (unsigned int i = 0; i < ARRAY_SIZE(args->args); i++)
		desc[ING_DESC_ARG0_W + i] = cpu_to_le32(args->args[i]);
}

/* ---- records; sched_lock is held ---- */

static u64 cycles_of(const struct ingot_completion *completion)
{
	return (u64)completion->w[ING_COMP_CYCLES_HI_W] << 32 |
	       completion->w[ING_COMP_CYCLES_LO_W];
}

/* The next record, with what all have in common; NULL if nobody will read it */
static struct drm_ingot_record *next_record(struct ingot_job *job, u32 type,
					    const struct ingot_completion *completion)
{
	struct drm_ingot_record *record;

	if (list_empty(&job->read_link))
		return NULL;
	record = &job->records[job->recorded++];
	job->ctx->ifile->unread++;
	*record = (struct drm_ingot_record) {
		.job = job->id,
		.cycles = cycles_of(completion),
		.tag = job->args.tag,
		.type = type,
	};
	return record;
}

/**
 * ingot_job_record_event() - keeps an EMIT
 * @job: running job
 * @completion: of the EMIT
 *
 * A job that was restarted repeats itself: what is recorded is not recorded again.
 */
void ingot_job_record_event(struct ingot_job *job, const struct ingot_completion *completion)
{
	struct drm_ingot_record *record;

	trace_ingot_job_event(job->ctx->idev->drm.dev, job->ctx->ifile->client, job->id,
			      completion->w[ING_COMP_VALUE_W], completion->w[ING_COMP_VALUE2_W]);
	job->events++;
	if (job->events <= job->recorded || job->recorded >= job->args.max_events)
		return;
	record = next_record(job, DRM_INGOT_RECORD_EVENT, completion);
	if (!record)
		return;
	record->value = completion->w[ING_COMP_VALUE_W];
	record->value2 = completion->w[ING_COMP_VALUE2_W];
}

static u32 fault_of(const struct ingot_job *job)
{
	return job->status == -EFAULT ? job->done.w[ING_COMP_TYPE_W] >> 8 & 0xff : 0;
}

/**
 * ingot_job_record_done() - writes a job's last record
 * @job: job that is over
 */
void ingot_job_record_done(struct ingot_job *job)
{
	struct drm_ingot_record *record;

	trace_ingot_job_done(job->ctx->idev->drm.dev, job->ctx->ifile->client, job->id,
			     job->status, fault_of(job), job->busy_ns);
	job->reported = true;
	record = next_record(job, DRM_INGOT_RECORD_DONE, &job->done);
	if (!record)
		return;
	record->status = job->status;
	if (job->events > job->args.max_events)
		record->dropped = job->events - job->args.max_events;
	record->fault = fault_of(job);
	if (!record->fault)
		return;
	record->value = job->done.w[ING_COMP_VALUE_W];
	record->value2 = job->done.w[ING_COMP_VALUE2_W];
	record->offset = job->done.w[ING_COMP_OFFSET_W];
}

/**
 * ingot_job_drop_records() - makes a job's records unreadable
 * @job: job in its context's list of readable ones, which gives up its reference
 */
void ingot_job_drop_records(struct ingot_job *job)
{
	struct ingot_file *ifile = job->reader;

	lockdep_assert_held(&ifile->idev->sched_lock);
	list_del_init(&job->read_link);
	ifile->unread -= job->recorded - job->taken;
	atomic_dec(&ifile->jobs);
	ingot_job_put(job);
}

/* ---- the end ---- */

/**
 * ingot_job_signal() - signals the fence of a job that is over
 * @job: job; no lock is held. Jobs of a context come here one by one and in order
 */
void ingot_job_signal(struct ingot_job *job)
{
	unwatch_deps(job);
	if (job->status)
		dma_fence_set_error(&job->fence, job->status);
	dma_fence_signal(&job->fence);
}

/**
 * ingot_job_finish() - tells everybody else that a job is over, and lets go of it
 * @job: job whose last record is written; no lock is held
 */
void ingot_job_finish(struct ingot_job *job)
{
	struct ingot_ctx *ctx = job->ctx;

	if (!job->reader)
		atomic_dec(&ctx->ifile->jobs);
	ingot_uring_complete(job);
	wake_up_all(&ctx->idle);
	wake_up_all(&ctx->ifile->wait);
	ingot_ctx_put(ctx);
	ingot_job_put(job);
}
