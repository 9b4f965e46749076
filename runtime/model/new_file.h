/* SPDX-License-Identifier: MIT */
/* A file that appears whole or not at all. */
#ifndef INGOT_MODEL_NEW_FILE_H
#define INGOT_MODEL_NEW_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "ingot/error.h"

/**
 * struct new_file - a file being written
 * @path: where it will be
 * @fd: the file
 * @name: its name until then, or empty: it has none
 */
struct new_file {
	const char *path;
	int fd;
	char name[4096];
};

/**
 * new_file_begin() - begin a file
 * @f: filled in
 * @path: where it will be; lives as long as @f
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int new_file_begin(struct new_file *f, const char *path, struct ingot_error *err);

/**
 * new_file_write() - append bytes
 * @f: the file
 * @data: the bytes
 * @len: how many
 * @err: filled in on failure (-ENOSPC: the disk is full)
 *
 * Return: 0 or negative errno.
 */
int new_file_write(struct new_file *f, const void *data, size_t len, struct ingot_error *err);

/**
 * new_file_end() - put the file in its place, or give it up
 * @f: the file, closed afterwards
 * @ret: what came of writing it: unless 0, the file is given up
 * @err: filled in on failure
 *
 * Return: @ret, or negative errno.
 */
int new_file_end(struct new_file *f, int ret, struct ingot_error *err);

#endif
