/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef INGOT_URING_H
#define INGOT_URING_H

struct io_uring_cmd;

void ingot_uring_finish(struct io_uring_cmd *ucmd, unsigned int issue_flags);

#endif
