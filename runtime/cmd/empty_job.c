// SPDX-License-Identifier: MIT
#include "empty_job.h"

#include <errno.h>

#include "ingot/isa.h"

#define SLOT 0

int empty_job_open(struct empty_job *e, struct ingot_device *dev, struct ingot_error *err)
{
	static const uint32_t end[ING_CMD_BYTES / 4] = { ING_OP_END };

	*e = (struct empty_job){
		.dev = dev,
		.job = {
			.slot = SLOT, .commands = 1, .flags = INGOT_JOB_RESTARTABLE, .events = 1,
		},
	};
	e->buffer = ingot_buffer_create_program(dev, sizeof(end), err);
	e->ctx = e->buffer ? ingot_context_create(dev, err) : NULL;
	if (!e->ctx)
		return -ENOSPC;
	if (ingot_buffer_upload(e->buffer, 0, end, sizeof(end), err))
		return -EIO;
	return ingot_context_bind(e->ctx, SLOT, e->buffer, ING_PERM_EXEC, err);
}

void empty_job_close(struct empty_job *e)
{
	ingot_context_destroy(e->ctx);
	ingot_buffer_destroy(e->buffer);
}

int empty_job_run(struct ingot_device *dev, struct ingot_completion *completion,
		  struct ingot_error *err)
{
	struct empty_job e;
	int ret = empty_job_open(&e, dev, err);

	ret = ret ? ret : ingot_submit(e.ctx, &e.job, err);
	ret = ret ? ret : ingot_next(dev, completion, err);
	if (!ret && completion->fault)
		ret = ingot_error_set(err, -EIO, "%s: an empty job faulted: %s",
				      ingot_device_uri(dev), ingot_fault_name(completion->fault));
	empty_job_close(&e);
	return ret;
}
