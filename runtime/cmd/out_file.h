/* SPDX-License-Identifier: MIT */
/* Files that are there whole or not at all: written under another name, then renamed. */
#ifndef OUT_FILE_H
#define OUT_FILE_H

#include <limits.h>
#include <stdio.h>

#include "ingot/error.h"

/**
 * struct out_file - a file being written
 * @path: where it shall be; lives as long as this
 * @part: where it is written: beside @path, or @path itself if that is a pipe or a device
 * @f: open for writing
 */
struct out_file {
	const char *path;
	char part[PATH_MAX];
	FILE *f;
};

/**
 * out_file_open() - begin a file
 * @o: filled in
 * @path: where it shall be
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int out_file_open(struct out_file *o, const char *path, struct ingot_error *err);

/**
 * out_file_commit() - end a file: now it is there
 * @o: the file; closed in any case
 * @err: filled in on failure, for example of a full disk; then nothing is left of it
 *
 * Return: 0 or negative errno.
 */
int out_file_commit(struct out_file *o, struct ingot_error *err);

/**
 * out_file_drop() - give a file up, leaving nothing behind
 * @o: the file; all zero, or committed, is fine too
 */
void out_file_drop(struct out_file *o);

#endif
