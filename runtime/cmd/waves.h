/* SPDX-License-Identifier: MIT */
/* Waveforms of the Verilated RTL: which build can, and is a file whole? */
#ifndef WAVES_H
#define WAVES_H

#include <stddef.h>

#include "ingot/error.h"

/**
 * waves_device() - the device that computes as another one does and can write waveforms
 * @uri: rtl:CONFIG
 * @buf: where its name goes
 * @size: room
 * @err: filled in on failure: it has not been built
 *
 * Return: 0 or negative errno.
 */
int waves_device(const char *uri, char *buf, size_t size, struct ingot_error *err);

/**
 * waves_check() - does a waveform file have all its blocks?
 * @path: an FST file whose writer does not tell of a full disk
 * @name: what to call it
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int waves_check(const char *path, const char *name, struct ingot_error *err);

#endif
