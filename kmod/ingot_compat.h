/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What differs from kernel to kernel. compat-config.h is made by the build, which compiles a few
 * lines for each question: stable kernels take over changes of newer ones, so that versions say
 * nothing. No other file of the driver asks.
 */
#ifndef INGOT_COMPAT_H
#define INGOT_COMPAT_H

#include <linux/types.h>

#include "compat-config.h"

struct ingot_uring_cmd;
struct io_uring_cmd;

void ingot_compat_uring_payload(const struct io_uring_cmd *ucmd, struct ingot_uring_cmd *payload);
void ingot_compat_uring_defer(struct io_uring_cmd *ucmd);
void ingot_compat_uring_done(struct io_uring_cmd *ucmd, int result, unsigned int issue_flags);
bool ingot_compat_plug(void (*unplug)(void *data), void *data);

#endif
