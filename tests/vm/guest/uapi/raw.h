/* SPDX-License-Identifier: MIT */
/*
 * The driver's calls as they are, for tests of the driver: no call is restarted, nothing is kept.
 *
 * Functions that make a call return 0 or a negative errno. struct bench is a device with one
 * context, the programs of programs.h in its slot 0, and a page of memory in slot 1.
 */
#ifndef GUEST_RAW_H
#define GUEST_RAW_H

#include <stddef.h>
#include <stdint.h>

#include "ingot/isa.h"
#include "ingot/regs.h"
#include "programs.h"
#include "uapi/drm/ingot_accel.h"

/* Slots of a bench. */
#define SLOT_CODE 0
#define SLOT_DATA 1
/* Bytes of its memory. */
#define DATA_BYTES 4096u
#define UNIT 64u
/* Addresses that no process has anything at, and that are none. */
#define BAD_ADDRESS 0x10000ull
#define WILD_ADDRESS 0xffff800000000000ull
/* A handle, or a number of a context, that nobody is given. */
#define NO_HANDLE 0x7ffffff0u
/* For timeout_ns: for ever. A test that would really wait so long is killed. */
#define FOREVER (-1ll)

/* ---- calls ---- */

/**
 * raw_open() - open the accel node of the driver (or INGOT_NODE of the environment); fails the test
 */
int raw_open(void);

/** raw_node() - path of the node that raw_open() opens; fails the test if there is none */
const char *raw_node(void);

/**
 * raw_open_alone() - raw_open(), and wait until nobody has device memory
 *
 * What those who were here before had comes back late, and would be missed when memory is counted.
 */
int raw_open_alone(void);

/**
 * raw_debugfs() - open a file of the driver in debugfs; a file descriptor, or -1: it is not there
 */
int raw_debugfs(const char *name, int flags);

/** raw_ioctl() - an ioctl; its result, or negative errno */
int raw_ioctl(int fd, unsigned long request, void *arg);

/** raw_sized() - the number of an ioctl with a structure of another size */
unsigned long raw_sized(unsigned long request, size_t size);

/** raw_info() - DRM_INGOT_QUERY_INFO; fails the test */
struct drm_ingot_info raw_info(int fd);

/** raw_memory() - DRM_INGOT_QUERY_MEMORY; fails the test */
struct drm_ingot_memory raw_memory(int fd);

/**
 * raw_wait_used() - wait until so much device memory is used: what others let go of comes back
 * later
 */
void raw_wait_used(int fd, uint64_t used);

/** raw_bo() - make a buffer object; fails the test. Return: its handle. */
uint32_t raw_bo(int fd, uint64_t size, uint32_t flags);

/** raw_bo_close() - close a handle */
int raw_bo_close(int fd, uint32_t handle);

/**
 * raw_copy() - copy between a device object and memory of the caller, wholly, whatever signals come
 */
int raw_copy(int fd, enum drm_ingot_copy_dir dir, uint32_t handle, uint64_t offset, void *memory,
	     uint64_t length);

/** raw_put(), raw_get() - the same; fail the test */
void raw_put(int fd, uint32_t handle, uint64_t offset, const void *memory, uint64_t length);
void raw_get(int fd, uint32_t handle, uint64_t offset, void *memory, uint64_t length);

/** raw_ctx() - make a context of normal priority; fails the test. Return: its number. */
uint32_t raw_ctx(int fd);

/** raw_ctx_create() - make a context */
int raw_ctx_create(int fd, uint32_t priority, uint32_t *ctx);

/** raw_ctx_destroy() - end it */
int raw_ctx_destroy(int fd, uint32_t ctx);

/** raw_bind() - show all of an object in a slot */
int raw_bind(int fd, uint32_t ctx, uint32_t slot, uint32_t handle, uint32_t perm);

/** raw_wait() - take up to @capacity records; how many, or negative errno */
int raw_wait(int fd, uint32_t ctx, int64_t timeout_ns, struct drm_ingot_record *records,
	     uint32_t capacity);

/** raw_cancel() - stop a job, or with 0 all of a context */
int raw_cancel(int fd, uint32_t ctx, uint64_t job);

/** raw_in_ns() - CLOCK_MONOTONIC time in so many nanoseconds from now */
int64_t raw_in_ns(int64_t ns);

/* ---- memory to point to ---- */

/** raw_before_hole() - memory behind which a page cannot be accessed: @bytes of it, up to there */
void *raw_before_hole(size_t bytes);

/** raw_read_only() - a page that can be read only */
void *raw_read_only(void);

/* ---- a bench ---- */

/**
 * struct bench - a device made ready for jobs
 * @fd: its file
 * @ctx: a context
 * @code: object with the programs, in SLOT_CODE
 * @data: object of DATA_BYTES, in SLOT_DATA for reading and writing
 */
struct bench {
	int fd;
	uint32_t ctx, code, data;
};

/** bench_open() - open the device and make all of that; fails the test */
void bench_open(struct bench *b);

/**
 * bench_ctx() - make another context like it, of some priority; fails the test. Return: its number.
 */
uint32_t bench_ctx(const struct bench *b, uint32_t priority);

/** bench_job() - a job that runs a program in @b->ctx, with R1 and R2; all else is 0 */
struct drm_ingot_submit bench_job(const struct bench *b, enum program_id id, uint32_t r1,
				  uint32_t r2);

/** raw_submit() - queue a job; fills in @s->job */
int raw_submit(int fd, struct drm_ingot_submit *s);

/** bench_start() - queue such a job; fails the test. Return: its number. */
uint64_t bench_start(const struct bench *b, enum program_id id, uint32_t r1, uint32_t r2);

/** bench_next() - wait for the next record of @b->ctx; fails the test */
struct drm_ingot_record bench_next(const struct bench *b);

/** bench_end() - take records of @b->ctx up to the end of a job, and return that; fails the test */
struct drm_ingot_record bench_end(const struct bench *b, uint64_t job);

/**
 * bench_open_gate() - let PROG_GATE jobs end; @gate: the one they look at. bench_shut_gate(): not
 */
void bench_open_gate(const struct bench *b, unsigned int gate);
void bench_shut_gate(const struct bench *b, unsigned int gate);

/** bench_prove() - the device computes rightly for this context: a job's result is compared */
void bench_prove(const struct bench *b);

#endif
