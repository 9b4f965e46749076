/* SPDX-License-Identifier: MIT */
/*
 * From the file to the device: parts of the weight buffer are put together in host memory and
 * copied in large pieces. Tiles are repacked by helper threads meanwhile; the caller's thread alone
 * talks to the device, and helps when it has nothing else to do.
 */
#ifndef INGOT_MODEL_STAGER_H
#define INGOT_MODEL_STAGER_H

#include "ingot/device.h"
#include "weights.h"

struct stager;

/**
 * struct stager_params - what a stager works on
 * @gguf: the file that tiles are made from
 * @dev: the device
 * @buf: its memory
 * @total: units that will be copied in all, for @progress
 * @progress: called with units done and units in all; may be NULL
 * @priv: handed to @progress
 */
struct stager_params {
	const struct gguf *gguf;
	struct ingot_device *dev;
	struct ingot_buffer *buf;
	uint64_t total;
	void (*progress)(void *priv, uint64_t done, uint64_t total);
	void *priv;
};

/**
 * stager_create() - start
 * @params: copied
 * @err: filled in on failure
 *
 * Return: the stager, to be ended with stager_end(), or NULL.
 */
struct stager *stager_create(const struct stager_params *params, struct ingot_error *err);

/**
 * stager_room() - where to write the next part
 * @s: the stager
 * @unit: where the part begins on the device; ascending from call to call. What lies between parts
 *	becomes zero, or stays as it is on the device
 * @bytes: length of the part, whole units
 * @err: filled in on failure
 *
 * Return: host memory, to be filled before the next call, or NULL.
 */
void *stager_room(struct stager *s, uint64_t unit, size_t bytes, struct ingot_error *err);

/**
 * stager_matrix() - all tiles of a matrix
 * @s: the stager
 * @m: the matrix, which must stay until stager_end(); its loss is filled in by then
 * @err: filled in on failure
 *
 * Return: 0 or negative errno; an error may belong to an earlier matrix.
 */
int stager_matrix(struct stager *s, struct matrix *m, struct ingot_error *err);

/**
 * struct stager_result - what it took
 * @copied_bytes: bytes copied to the device
 * @copy_ns: how long that took, nanoseconds
 */
struct stager_result {
	uint64_t copied_bytes, copy_ns;
};

/**
 * stager_end() - copy what is left and free the stager
 * @s: the stager
 * @result: filled in
 * @ret: 0, or the error that the caller has met: then nothing more is copied
 * @err: filled in on failure, unless @ret is one already
 *
 * Return: @ret, or 0 or negative errno.
 */
int stager_end(struct stager *s, struct stager_result *result, int ret, struct ingot_error *err);

#endif
