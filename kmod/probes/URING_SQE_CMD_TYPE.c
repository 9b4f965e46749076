// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* io_uring_sqe_cmd() takes the type of the payload and checks its size. */
#include <linux/io_uring/cmd.h>
#ifndef OTHERWISE
u32 probe(const struct io_uring_sqe *sqe) { return *io_uring_sqe_cmd(sqe, u32); }
#else
u32 probe(const struct io_uring_sqe *sqe) { return *(const u32 *)io_uring_sqe_cmd(sqe); }
#endif
