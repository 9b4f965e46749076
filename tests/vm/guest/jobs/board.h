/* SPDX-License-Identifier: MIT */
/*
 * The device node as a test in the guest sees it: thin wrappers of the ioctls, and small programs for the
 * device. Wrappers return what the ioctl did, or -errno.
 */
#ifndef TESTS_VM_BOARD_H
#define TESTS_VM_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingot/isa.h"
#include "ingot/regs.h"
#include "tests/vm/guest/lib/report.h"
#include "uapi/drm/ingot_accel.h"

/** now_ms() - CLOCK_MONOTONIC in milliseconds */
uint64_t now_ms(void);

/* ---- the node ---- */

/**
 * board_open() - opens the node of the first Ingot device
 *
 * Return: file descriptor; the process ends if there is none.
 */
int board_open(void);

/**
 * board_ioctl() - an ioctl that is not restarted
 * @fd: node
 * @request: DRM_IOCTL_*
 * @arg: its structure
 *
 * Return: 0 or -errno.
 */
int board_ioctl(int fd, unsigned long request, void *arg);

/**
 * bo_create() - makes an object
 * @fd: node
 * @size: bytes
 * @flags: DRM_INGOT_BO_*
 *
 * Return: handle; the process ends on failure.
 */
uint32_t bo_create(int fd, uint64_t size, uint32_t flags);

/**
 * bo_copy() - copies between an object and the caller's memory
 * @fd: node
 * @handle: device object
 * @dir: DRM_INGOT_COPY_*
 * @offset: bytes into the object, a multiple of 64
 * @memory: of the caller, aligned to 64
 * @bytes: how many, a multiple of 64
 *
 * Return: 0 or -errno.
 */
int bo_copy(int fd, uint32_t handle, uint32_t dir, uint64_t offset, void *memory, size_t bytes);

/**
 * ctx_create() - makes a context
 * @fd: node
 * @priority: DRM_INGOT_PRIORITY_*
 *
 * Return: identifier, or -errno.
 */
int ctx_create(int fd, uint32_t priority);

/**
 * ctx_destroy() - ends a context
 * @fd: node
 * @ctx: identifier
 *
 * Return: 0 or -errno.
 */
int ctx_destroy(int fd, uint32_t ctx);

/**
 * ctx_bind() - binds a whole object
 * @fd: node
 * @ctx: identifier
 * @slot: number
 * @handle: object, or 0
 * @perm: ING_PERM_*
 *
 * Return: 0 or -errno.
 */
int ctx_bind(int fd, uint32_t ctx, uint32_t slot, uint32_t handle, uint32_t perm);

/**
 * submit() - queues a job
 * @fd: node
 * @args: as the ioctl; its number is in @args->job afterwards
 *
 * Return: 0 or -errno.
 */
int submit(int fd, struct drm_ingot_submit *args);

/**
 * take() - takes records
 * @fd: node
 * @ctx: identifier
 * @records: room for @capacity
 * @capacity: how many
 * @timeout_ms: how long to wait; negative: for ever
 *
 * Return: number taken, or -errno.
 */
int take(int fd, uint32_t ctx, struct drm_ingot_record *records, uint32_t capacity,
	 int timeout_ms);

/**
 * take_done() - takes records up to the end of a job, and drops the others
 * @fd: node
 * @ctx: identifier
 * @job: number
 * @record: its last record
 * @timeout_ms: for each wait
 *
 * Return: 0 or -errno.
 */
int take_done(int fd, uint32_t ctx, uint64_t job, struct drm_ingot_record *record, int timeout_ms);

/**
 * cancel() - cancels jobs
 * @fd: node
 * @ctx: identifier
 * @job: number, or 0
 *
 * Return: 0 or -errno.
 */
int cancel(int fd, uint32_t ctx, uint64_t job);

/* ---- programs ---- */

/**
 * enum routine - the programs in the slot that client_open() fills
 * @ROUTINE_END: ends at once
 * @ROUTINE_EMIT: emits R1 events with values R1, R1 - 1, ... 1 and R2, R2 + 1, ...
 * @ROUTINE_COUNT: goes R1 times round a loop
 * @ROUTINE_SPIN: never ends
 * @ROUTINE_FAULT: an unknown opcode
 * @ROUTINES: how many
 */
enum routine {
	ROUTINE_END,
	ROUTINE_EMIT,
	ROUTINE_COUNT,
	ROUTINE_SPIN,
	ROUTINE_FAULT,
	ROUTINES,
};

/* Slot of the programs. */
#define PROGRAM_SLOT 3

/**
 * struct client - a file with the programs, and one context
 * @fd: node
 * @program: object with the programs
 * @ctx: context with the programs bound
 */
struct client {
	int fd;
	uint32_t program;
	uint32_t ctx;
};

/**
 * client_open() - opens the node and makes a context that can run the programs
 * @client: filled in; the process ends on failure
 */
void client_open(struct client *client);

/**
 * client_close() - closes the node
 * @client: client
 */
void client_close(struct client *client);

/**
 * client_ctx() - makes another context that can run the programs
 * @client: client
 * @priority: DRM_INGOT_PRIORITY_*
 *
 * Return: identifier; the process ends on failure.
 */
uint32_t client_ctx(struct client *client, uint32_t priority);

/**
 * job_args() - arguments of a job
 * @ctx: context
 * @routine: program
 * @r1: argument R1
 *
 * Return: what submit() takes, to be changed at will.
 */
struct drm_ingot_submit job_args(uint32_t ctx, enum routine routine, uint32_t r1);

/**
 * run_job() - submits a job and waits for its end
 * @client: client
 * @routine: program
 * @r1: argument R1
 * @record: its last record
 *
 * Return: 0 or -errno.
 */
int run_job(struct client *client, enum routine routine, uint32_t r1,
	    struct drm_ingot_record *record);

#endif
