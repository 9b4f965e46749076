// SPDX-License-Identifier: MIT
#include "rings.h"

#include <errno.h>
#include <string.h>

#include "tap.h"

void ring_open(struct io_uring *ring, unsigned int entries, unsigned int flags)
{
	struct io_uring_params params = { .flags = flags, .sq_thread_idle = 1000 };
	int ret;

	if (flags & IORING_SETUP_CQSIZE)
		params.cq_entries = entries;
	ret = io_uring_queue_init_params(entries, ring, &params);
	if (ret == -EINVAL && flags)
		SKIP("this kernel has no io_uring with flags 0x%x", flags);
	CHECK_OK(ret);
}

/* By hand: helpers for this opcode are newer than the liburing of Debian 12 */
struct io_uring_sqe *ring_put(struct io_uring *ring, int fd, struct drm_ingot_submit *s,
			      uint64_t user_data)
{
	const struct ingot_uring_cmd cmd = { .submit = (uintptr_t)s, .size = sizeof(*s) };
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	CHECK(sqe);
	memset(sqe, 0, ring->flags & IORING_SETUP_SQE128 ? 2 * sizeof(*sqe) : sizeof(*sqe));
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = fd;
	sqe->cmd_op = INGOT_URING_SUBMIT;
	sqe->user_data = user_data;
	memcpy(sqe->cmd, &cmd, sizeof(cmd));
	return sqe;
}

void ring_enter(struct io_uring *ring, unsigned int count)
{
	int ret;

	do {
		ret = io_uring_submit(ring);
	} while (ret == -EINTR);
	/* with a thread of the kernel it tells how many are there, taken or not */
	if (!(ring->flags & IORING_SETUP_SQPOLL))
		CHECK_IS(ret, count);
}

int ring_take(struct io_uring *ring, uint64_t *user_data)
{
	struct io_uring_cqe *cqe;
	int ret;

	do {
		ret = io_uring_wait_cqe(ring, &cqe);
	} while (ret == -EINTR);
	CHECK_OK(ret);
	if (user_data)
		*user_data = cqe->user_data;
	ret = cqe->res;
	io_uring_cqe_seen(ring, cqe);
	return ret;
}

int ring_do(struct io_uring *ring, int fd, struct drm_ingot_submit *s)
{
	ring_put(ring, fd, s, 0);
	ring_enter(ring, 1);
	return ring_take(ring, NULL);
}
