// SPDX-License-Identifier: MIT
/*
 * Random use of io_uring: flavours of rings, batches of entries good and bad, links, tearing down.
 */
#include <string.h>
#include <unistd.h>

#include "fuzz_world.h"

static void open_ring(struct fuzzer *f)
{
	static const unsigned int flavours[] = {
		0, 0, IORING_SETUP_SQE128, IORING_SETUP_SQE128 | IORING_SETUP_CQE32,
		IORING_SETUP_IOPOLL,
		IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, IORING_SETUP_COOP_TASKRUN,
		IORING_SETUP_SQPOLL,
	};
	struct io_uring_params params = {
		.flags = flavours[below(f, sizeof(flavours) / sizeof(*flavours))],
		.sq_thread_idle = 5,
	};

	f->has_ring = !io_uring_queue_init_params(RING_ENTRIES, &f->ring, &params);
}

void fuzz_ring_end(struct fuzzer *f)
{
	if (f->has_ring)
		io_uring_queue_exit(&f->ring);
	f->has_ring = false;
}

/* The structure lies in the arena: other threads write there while the kernel reads */
static void put_entry(struct fuzzer *f, struct io_uring_sqe *sqe)
{
	struct file_world *file = any_file(f);
	const struct drm_ingot_submit s = fuzz_submit(f, file);
	struct ingot_uring_cmd cmd = { .submit = any_address(f), .size = sizeof(s) };
	uint64_t at = cmd.submit - (uintptr_t)f->world->arena;

	if (at <= ARENA_BYTES - sizeof(s))
		memcpy(f->world->arena + at, &s, sizeof(s));
	if (one_in(f, 20))
		cmd.size = any_word(f);
	if (one_in(f, 40))
		cmd.flags = any_word(f);
	memset(sqe, 0, f->ring.flags & IORING_SETUP_SQE128 ? 2 * sizeof(*sqe) : sizeof(*sqe));
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = file->fd;
	sqe->cmd_op = one_in(f, 40) ? any_word(f) : INGOT_URING_SUBMIT;
	sqe->flags = one_in(f, 4) ? (one_in(f, 2) ? IOSQE_ASYNC : IOSQE_IO_LINK) : 0;
	sqe->user_data = f->steps;
	memcpy(sqe->cmd, &cmd, sizeof(cmd));
}

static void submit_batch(struct fuzzer *f)
{
	struct io_uring_sqe *sqe;

	for (uint32_t n = 1 + below(f, RING_ENTRIES); n; n--) {
		sqe = io_uring_get_sqe(&f->ring);
		if (!sqe)
			break;
		put_entry(f, sqe);
	}
	io_uring_submit(&f->ring);
}

static void take_completions(struct fuzzer *f)
{
	struct io_uring_cqe *cqe;

	while (!io_uring_peek_cqe(&f->ring, &cqe) && cqe)
		io_uring_cqe_seen(&f->ring, cqe);
}

void fuzz_ring(struct fuzzer *f)
{
	if (!f->has_ring)
		open_ring(f);
	if (!f->has_ring)
		return;
	switch (below(f, 12)) {
	case 0:
		fuzz_ring_end(f);
		break;
	case 1:
	case 2:
	case 3:
		take_completions(f);
		break;
	default:
		submit_batch(f);
	}
}
