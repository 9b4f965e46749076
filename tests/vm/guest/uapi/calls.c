// SPDX-License-Identifier: MIT
#include "calls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drm.h>

#include "tap.h"

#define PAGE 4096u
#define SLOT_FREE 5
#define ANY_BIT UINT32_MAX

size_t call_size(const struct call *c)
{
	return _IOC_SIZE(c->request);
}

void calls_open(struct call_rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	bench_open(&rig->b);
	rig->host = raw_bo(rig->b.fd, PAGE, 0);
	rig->answer = aligned_alloc(PAGE, PAGE);
	CHECK(rig->answer);
	memset(rig->answer, 0, PAGE);
	CHECK_OK(drmSyncobjCreate(rig->b.fd, 0, &rig->timeline));
	CHECK_OK(drmSyncobjCreate(rig->b.fd, DRM_SYNCOBJ_CREATE_SIGNALED, &rig->binary));
	rig->ins[0] = (struct drm_ingot_sync){ .handle = rig->binary };
	rig->outs[0] = (struct drm_ingot_sync){ .handle = rig->binary };
	rig->outs[1] = (struct drm_ingot_sync){ .handle = rig->timeline };
}

void calls_drain(struct call_rig *rig)
{
	struct drm_ingot_record records[8];
	int count;

	do {
		count = raw_wait(rig->b.fd, rig->b.ctx, FOREVER, records, 8);
	} while (count > 0 || count == -EINTR);
	CHECK_IS(count, -ENODATA);
}

/* ---- how calls are made and undone ---- */

static void keep(struct call_rig *rig, const union call_arg *arg, int result)
{
	(void)rig;
	(void)arg;
	(void)result;
}

static void fill_query(struct call_rig *rig, union call_arg *arg)
{
	arg->query = (struct drm_ingot_query){
		.size = sizeof(struct drm_ingot_info), .ptr = (uintptr_t)rig->answer,
	};
}

static void fill_query_config(struct call_rig *rig, union call_arg *arg)
{
	fill_query(rig, arg);
	arg->query.type = DRM_INGOT_QUERY_CONFIG;
	arg->query.size = PAGE;
}

static void fill_create_host(struct call_rig *rig, union call_arg *arg)
{
	(void)rig;
	arg->bo_create = (struct drm_ingot_bo_create){ .size = 3 * PAGE };
}

static void fill_create_device(struct call_rig *rig, union call_arg *arg)
{
	fill_create_host(rig, arg);
	arg->bo_create.flags = DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_MAPPABLE;
}

static void undo_create(struct call_rig *rig, const union call_arg *arg, int result)
{
	if (!result)
		CHECK_OK(raw_bo_close(rig->b.fd, arg->bo_create.handle));
}

static void fill_info(struct call_rig *rig, union call_arg *arg)
{
	arg->bo_info = (struct drm_ingot_bo_info){ .handle = rig->b.data };
}

static void fill_copy(struct call_rig *rig, union call_arg *arg)
{
	arg->copy = (struct drm_ingot_copy){
		.handle = rig->b.data, .length = PAGE, .ptr = (uintptr_t)rig->answer,
	};
}

static void fill_copy_back(struct call_rig *rig, union call_arg *arg)
{
	fill_copy(rig, arg);
	arg->copy.dir = DRM_INGOT_COPY_TO_HOST;
}

static void fill_copy_object(struct call_rig *rig, union call_arg *arg)
{
	fill_copy_back(rig, arg);
	arg->copy.ptr = 0;
	arg->copy.host_handle = rig->host;
}

static void fill_ctx_create(struct call_rig *rig, union call_arg *arg)
{
	(void)rig;
	arg->ctx_create = (struct drm_ingot_ctx_create){ .priority = DRM_INGOT_PRIORITY_LOW };
}

static void undo_ctx_create(struct call_rig *rig, const union call_arg *arg, int result)
{
	if (!result)
		CHECK_OK(raw_ctx_destroy(rig->b.fd, arg->ctx_create.ctx));
}

static void fill_ctx_destroy(struct call_rig *rig, union call_arg *arg)
{
	arg->ctx_destroy = (struct drm_ingot_ctx_destroy){ .ctx = raw_ctx(rig->b.fd) };
}

static void undo_ctx_destroy(struct call_rig *rig, const union call_arg *arg, int result)
{
	if (result)
		raw_ctx_destroy(rig->b.fd, arg->ctx_destroy.ctx);
}

static void fill_bind(struct call_rig *rig, union call_arg *arg)
{
	arg->ctx_bind = (struct drm_ingot_ctx_bind){
		.ctx = rig->b.ctx, .slot = SLOT_FREE, .handle = rig->b.data,
		.perm = ING_PERM_READ, .offset = UNIT, .length = 2 * UNIT,
	};
}

static void fill_submit(struct call_rig *rig, union call_arg *arg)
{
	arg->submit = bench_job(&rig->b, PROG_EMIT, 1, 2);
	rig->outs[1].point++;
	arg->submit.in_count = 1;
	arg->submit.in_syncs = (uintptr_t)rig->ins;
	arg->submit.out_count = 2;
	arg->submit.out_syncs = (uintptr_t)rig->outs;
}

static void undo_submit(struct call_rig *rig, const union call_arg *arg, int result)
{
	(void)arg;
	(void)result;
	calls_drain(rig);
}

/*
 * A record is there when the call is made: its job's fence signals before, and what follows is
 * waited for.
 */
static void fill_wait(struct call_rig *rig, union call_arg *arg)
{
	bench_start(&rig->b, PROG_END, 0, 0);
	arg->wait = (struct drm_ingot_wait){
		.ctx = rig->b.ctx, .record_size = sizeof(struct drm_ingot_record),
		.timeout_ns = FOREVER, .records = (uintptr_t)rig->answer, .capacity = 4,
	};
}

static void fill_cancel(struct call_rig *rig, union call_arg *arg)
{
	arg->cancel = (struct drm_ingot_cancel){ .ctx = rig->b.ctx };
}

#define AT(type, member) offsetof(struct drm_ingot_##type, member)

const struct call calls[] = {
	{ "QUERY", DRM_IOCTL_INGOT_QUERY, fill_query, keep, { 0 }, { 0 } },
	{ "QUERY of the configuration", DRM_IOCTL_INGOT_QUERY, fill_query_config, keep, { 0 },
	  { 0 } },
	{ "BO_CREATE in host memory", DRM_IOCTL_INGOT_BO_CREATE, fill_create_host, undo_create,
	  { AT(bo_create, flags) }, { ~7u } },
	{ "BO_CREATE in device memory", DRM_IOCTL_INGOT_BO_CREATE, fill_create_device, undo_create,
	  { AT(bo_create, flags) }, { ~7u } },
	{ "BO_INFO", DRM_IOCTL_INGOT_BO_INFO, fill_info, keep, { 0 }, { 0 } },
	{ "COPY", DRM_IOCTL_INGOT_COPY, fill_copy, keep,
	  { AT(copy, pad), AT(copy, dir) }, { ANY_BIT, ~1u } },
	{ "COPY to the host", DRM_IOCTL_INGOT_COPY, fill_copy_back, keep, { AT(copy, pad) },
	  { ANY_BIT } },
	{ "COPY to a host object", DRM_IOCTL_INGOT_COPY, fill_copy_object, keep, { AT(copy, pad) },
	  { ANY_BIT } },
	{ "CTX_CREATE", DRM_IOCTL_INGOT_CTX_CREATE, fill_ctx_create, undo_ctx_create,
	  { AT(ctx_create, priority) }, { ~3u } },
	{ "CTX_DESTROY", DRM_IOCTL_INGOT_CTX_DESTROY, fill_ctx_destroy, undo_ctx_destroy,
	  { AT(ctx_destroy, pad) }, { ANY_BIT } },
	{ "CTX_BIND", DRM_IOCTL_INGOT_CTX_BIND, fill_bind, keep, { AT(ctx_bind, perm) }, { ~7u } },
	{ "SUBMIT", DRM_IOCTL_INGOT_SUBMIT, fill_submit, undo_submit, { AT(submit, flags) },
	  { ~3u } },
	{ "WAIT", DRM_IOCTL_INGOT_WAIT, fill_wait, undo_submit, { 0 }, { 0 } },
	{ "CANCEL", DRM_IOCTL_INGOT_CANCEL, fill_cancel, keep, { AT(cancel, pad) }, { ANY_BIT } },
	{ 0 },
};
