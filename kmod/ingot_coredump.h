/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef INGOT_COREDUMP_H
#define INGOT_COREDUMP_H

#include "ingot_drv.h"

void *ingot_coredump_copy(struct ingot_device *idev, size_t *bytes);

#endif
