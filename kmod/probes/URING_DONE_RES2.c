// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* io_uring_cmd_done() takes the second result of a 32-byte completion. */
#include <linux/io_uring/cmd.h>
#ifndef OTHERWISE
void probe(struct io_uring_cmd *cmd) { io_uring_cmd_done(cmd, 0, 0, 0); }
#else
void probe(struct io_uring_cmd *cmd) { io_uring_cmd_done(cmd, 0, 0); }
#endif
