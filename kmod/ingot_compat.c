// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What differs from kernel to kernel. */
#include <linux/blkdev.h>
#include <linux/io_uring/cmd.h>
#include <linux/slab.h>

#include <uapi/drm/ingot_accel.h>

#include "ingot_compat.h"
#include "ingot_uring.h"

/* ---- io_uring ---- */

/**
 * ingot_compat_uring_payload() - copies what a command carries
 * @ucmd: command
 * @payload: its 16 bytes; they lie in memory that the user may change at any time, so they are
 *	read once
 */
void ingot_compat_uring_payload(const struct io_uring_cmd *ucmd, struct ingot_uring_cmd *payload)
{
	const struct ingot_uring_cmd *from;

#ifdef INGOT_HAVE_URING_SQE_CMD_TYPE
	from = io_uring_sqe_cmd(ucmd->sqe, struct ingot_uring_cmd);
#else
	from = io_uring_sqe_cmd(ucmd->sqe);
#endif
	payload->submit = READ_ONCE(from->submit);
	payload->size = READ_ONCE(from->size);
	payload->flags = READ_ONCE(from->flags);
}

#ifdef INGOT_HAVE_URING_TW_REQ
static void finish_in_task(struct io_tw_req tw_req, io_tw_token_t tw)
{
	ingot_uring_finish(io_uring_cmd_from_tw(tw_req), IO_URING_CMD_TASK_WORK_ISSUE_FLAGS);
}
#else
static void finish_in_task(struct io_uring_cmd *ucmd, unsigned int issue_flags)
{
	ingot_uring_finish(ucmd, issue_flags);
}
#endif

/**
 * ingot_compat_uring_defer() - has ingot_uring_finish() called in the submitter's context
 * @ucmd: command; it posts one result there, which is what the lazy form asks for
 */
void ingot_compat_uring_defer(struct io_uring_cmd *ucmd)
{
	io_uring_cmd_do_in_task_lazy(ucmd, finish_in_task);
}

/**
 * ingot_compat_uring_done() - completes a command
 * @ucmd: command, not to be touched any more
 * @result: 0 or a negative errno
 * @issue_flags: those that io_uring gave the caller
 */
void ingot_compat_uring_done(struct io_uring_cmd *ucmd, int result, unsigned int issue_flags)
{
#ifdef INGOT_HAVE_URING_DONE_RES2
	io_uring_cmd_done(ucmd, result, 0, issue_flags);
#else
	io_uring_cmd_done(ucmd, result, issue_flags);
#endif
}

/* ---- the end of a batch of submissions ---- */

#ifdef CONFIG_BLOCK
struct ingot_plug {
	struct blk_plug_cb cb;
	void (*unplug)(void *data);
};

static void unplug_callback(struct blk_plug_cb *cb, bool from_schedule)
{
	struct ingot_plug *plug = container_of(cb, struct ingot_plug, cb);

	plug->unplug(cb->data);
	kfree(plug);
}

/**
 * ingot_compat_plug() - has a function called when the batch of submissions under way ends
 * @unplug: function; may not sleep. Called once for all requests with the same @data
 * @data: handed to it
 *
 * io_uring collects requests of a batch behind a plug of the block layer.
 *
 * Return: whether it will be called; false: there is no batch.
 */
bool ingot_compat_plug(void (*unplug)(void *data), void *data)
{
	struct blk_plug_cb *cb;

	cb = blk_check_plugged(unplug_callback, data, sizeof(struct ingot_plug));
	if (!cb)
		return false;
	container_of(cb, struct ingot_plug, cb)->unplug = unplug;
	return true;
}
#else
bool ingot_compat_plug(void (*unplug)(void *data), void *data)
{
	return false;
}
#endif
