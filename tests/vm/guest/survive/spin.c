// SPDX-License-Identifier: MIT
/* A client that hangs: its job goes round and round until somebody stops it. */
#include "client.h"

#include <errno.h>
#include <string.h>

#include "tests/vm/guest/lib/report.h"
#include "tests/vm/guest/uapi/raw.h"

/* Jobs behind the one that hangs. */
#define BEHIND 3
/* How long to wait before it is asked whether to stop, ns. */
#define LOOK_NS 20000000

static bool put_jobs(struct client *c)
{
	for (unsigned int i = 0; i <= BEHIND; i++) {
		struct drm_ingot_submit job = i ? work_nothing(c->ctx) : work_spin(c->ctx);
		int ret = raw_submit(c->fd, &job);

		/* shut after its job hung: one must begin anew */
		if (ret && ret != -EBADFD && ret != -ENODEV)
			client_problem(c, "a job was refused: %s", strerror(-ret));
		if (ret) {
			c->gone = true;
			return i;
		}
	}
	return true;
}

static bool may_end_with(const struct drm_ingot_record *record)
{
	switch (record->status) {
	case 0:
	case -EIO:
	case -ETIMEDOUT:
	case -ECANCELED:
	case -ENODEV:
		return record->type == DRM_INGOT_RECORD_DONE;
	default:
		return false;
	}
}

static void enter(struct client *c, const struct drm_ingot_record *record)
{
	atomic_fetch_add(&c->state->jobs, 1);
	if (record->status)
		atomic_fetch_add(&c->state->lost, 1);
	else
		atomic_fetch_add(&c->state->good, 1);
	if (!may_end_with(record))
		client_problem(c, "job %llu of type %u ended with %d",
			       (unsigned long long)record->job, record->type, record->status);
}

void client_spin(struct client *c)
{
	struct drm_ingot_record record;
	bool wanted = put_jobs(c);
	int n;

	atomic_store(&c->state->in_flight, wanted);
	while (wanted) {
		n = raw_wait(c->fd, c->ctx, now_ns() + LOOK_NS, &record, 1);
		if (n == 1)
			enter(c, &record);
		if (n < 0 && n != -ETIME && n != -EINTR)
			break;
		if (atomic_load(&c->orders->stop) || atomic_load(&c->orders->rest))
			raw_cancel(c->fd, c->ctx, 0);
	}
	if (wanted && n != -ENODATA && n != -ENODEV)
		client_problem(c, "waiting for a job that hangs: %s", strerror(-n));
	atomic_store(&c->state->in_flight, false);
}
