// SPDX-License-Identifier: MIT
/* A client's life, and what it has open. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node.h"
#include "tests/vm/guest/lib/report.h"
#include "tests/vm/guest/uapi/raw.h"

/* How long the device may be away. */
#define AWAY_SECONDS 60

void client_problem(struct client *c, const char *format, ...)
{
	char text[300];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	atomic_fetch_add(&c->state->problems, 1);
	note("client %s: %s", c->plan->name, text);
}

/* ---- what it has open ---- */

static int make_object(struct client *c, uint64_t bytes, uint32_t flags, uint32_t *handle)
{
	struct drm_ingot_bo_create args = { .size = bytes, .flags = DRM_INGOT_BO_DEVICE | flags };
	int ret = raw_ioctl(c->fd, DRM_IOCTL_INGOT_BO_CREATE, &args);

	*handle = args.handle;
	return ret;
}

static int make_objects(struct client *c)
{
	int ret = make_object(c, WORK_CODE_BYTES, DRM_INGOT_BO_PROGRAM, &c->code);

	ret = ret ? ret : make_object(c, WORK_DATA_BYTES, 0, &c->data);
	ret = ret ? ret : make_object(c, (uint64_t)c->plan->depth * WORK_BYTES, 0, &c->out);
	ret = ret ? ret : raw_copy(c->fd, DRM_INGOT_COPY_TO_DEVICE, c->code, 0, (void *)work_code(),
				   WORK_CODE_BYTES);
	return ret ? ret : raw_copy(c->fd, DRM_INGOT_COPY_TO_DEVICE, c->data, 0, c->input,
				    WORK_DATA_BYTES);
}

static int make_context(struct client *c)
{
	const uint32_t both = ING_PERM_READ | ING_PERM_WRITE;
	int ret = raw_ctx_create(c->fd, DRM_INGOT_PRIORITY_NORMAL, &c->ctx);

	ret = ret ? ret : raw_bind(c->fd, c->ctx, WORK_SLOT_CODE, c->code, ING_PERM_EXEC);
	ret = ret ? ret : raw_bind(c->fd, c->ctx, WORK_SLOT_DATA, c->data, ING_PERM_READ);
	return ret ? ret : raw_bind(c->fd, c->ctx, WORK_SLOT_OUT, c->out, both);
}

static int make_ring(struct client *c)
{
	int ret = c->plan->uring ? io_uring_queue_init(CLIENT_DEPTH_MAX, &c->ring, 0) : 0;

	c->has_ring = c->plan->uring && !ret;
	return ret;
}

static int make_syncobjs(struct client *c)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && !c->plan->uring && i < c->plan->depth; i++) {
		struct drm_syncobj_create args = { 0 };

		ret = raw_ioctl(c->fd, DRM_IOCTL_SYNCOBJ_CREATE, &args);
		c->entries[i].syncobj = args.handle;
	}
	return ret;
}

int client_open(struct client *c)
{
	int ret;

	c->gone = false;
	c->fd = node_open();
	if (c->fd < 0)
		return c->fd;
	ret = make_objects(c);
	ret = ret ? ret : make_context(c);
	ret = ret ? ret : make_ring(c);
	ret = ret ? ret : make_syncobjs(c);
	if (!ret)
		atomic_fetch_add(&c->state->opened, 1);
	atomic_store(&c->state->away, ret);
	return ret;
}

void client_close(struct client *c)
{
	if (c->has_ring)
		io_uring_queue_exit(&c->ring);
	c->has_ring = false;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	atomic_store(&c->state->away, true);
	for (unsigned int i = 0; i < CLIENT_DEPTH_MAX; i++)
		c->entries[i].syncobj = 0;
}

/* ---- its life ---- */

/* Errors of a device that is about to go, has gone, or is about to come back. */
static bool is_away(int error)
{
	return error == -ENODEV || error == -ENXIO || error == -ENOENT;
}

static bool try_to_open(void *arg)
{
	struct client *c = arg;
	int ret;

	if (atomic_load(&c->orders->stop))
		return true;
	ret = client_open(c);
	if (!ret)
		return true;
	client_close(c);
	if (!(is_away(ret) && c->plan->may & MAY_VANISH) &&
	    !((ret == -EIO || ret == -ETIMEDOUT) && c->plan->may & MAY_FAIL_COPIES))
		client_problem(c, "the device cannot be opened: %s", strerror(-ret));
	return false;
}

static void rest(struct client *c)
{
	atomic_store(&c->state->resting, true);
	while (atomic_load(&c->orders->rest) && !atomic_load(&c->orders->stop))
		nap(500);
	atomic_store(&c->state->resting, false);
}

static void work_on(struct client *c)
{
	while (!c->gone && !atomic_load(&c->orders->stop)) {
		if (atomic_load(&c->orders->rest)) {
			rest(c);
		} else {
			if (c->plan->spins)
				client_spin(c);
			else
				client_round(c);
			atomic_fetch_add(&c->state->rounds, 1);
		}
	}
}

bool client_init(struct client *c, const struct client_plan *plan, struct client_state *state,
		 const struct orders *orders)
{
	*c = (struct client){
		.plan = plan, .state = state, .orders = orders, .fd = -1, .random = { plan->seed },
		.input = aligned_alloc(64, WORK_DATA_BYTES),
		.output = aligned_alloc(64, CLIENT_DEPTH_MAX * WORK_BYTES),
		.expected = aligned_alloc(64, WORK_BYTES),
	};
	if (!c->input || !c->output || !c->expected || !work_code())
		return false;
	work_data(plan->seed, c->input);
	return true;
}

int client_live(const struct client_plan *plan, struct client_state *state,
		const struct orders *orders)
{
	static struct client c;

	if (!client_init(&c, plan, state, orders))
		return 1;
	while (!atomic_load(&orders->stop) && !atomic_load(&state->problems)) {
		if (!await(AWAY_SECONDS, try_to_open, &c))
			client_problem(&c, "the device does not come back in %d s", AWAY_SECONDS);
		if (c.fd >= 0)
			work_on(&c);
		client_close(&c);
	}
	return atomic_load(&state->problems) != 0;
}
