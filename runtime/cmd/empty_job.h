/* SPDX-License-Identifier: MIT */
/* The smallest job: a program that ends at once. */
#ifndef EMPTY_JOB_H
#define EMPTY_JOB_H

#include "ingot/device.h"

/**
 * struct empty_job - a context with that program
 * @dev: the device
 * @ctx: the context
 * @buffer: the program
 * @job: to be submitted, any number of times
 */
struct empty_job {
	struct ingot_device *dev;
	struct ingot_context *ctx;
	struct ingot_buffer *buffer;
	struct ingot_job job;
};

/**
 * empty_job_open() - make the context and upload the program
 * @e: filled in, to be closed with empty_job_close() in any case
 * @dev: the device
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int empty_job_open(struct empty_job *e, struct ingot_device *dev, struct ingot_error *err);

/**
 * empty_job_close() - free the context and the program
 * @e: no job of it is under way
 */
void empty_job_close(struct empty_job *e);

/**
 * empty_job_run() - run the smallest job once
 * @dev: the device, without a job under way
 * @completion: filled in with its end
 * @err: filled in on failure, also if it faulted
 *
 * Return: 0 or negative errno.
 */
int empty_job_run(struct ingot_device *dev, struct ingot_completion *completion,
		  struct ingot_error *err);

#endif
