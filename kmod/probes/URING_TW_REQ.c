// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Task work is called with a request and a token instead of a command and flags. */
#include <linux/io_uring/cmd.h>
#ifndef OTHERWISE
void work(struct io_tw_req req, io_tw_token_t tw) { }
#else
void work(struct io_uring_cmd *cmd, unsigned int issue_flags) { }
#endif
void probe(struct io_uring_cmd *cmd) { io_uring_cmd_do_in_task_lazy(cmd, work); }
