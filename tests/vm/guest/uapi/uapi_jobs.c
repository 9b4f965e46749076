// SPDX-License-Identifier: MIT
/* SUBMIT: what is refused, what jobs tell, in which order they run. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"
#include "tap.h"

/* More jobs than the ring takes. */
#define RING_JOBS 520

/* ---- what is refused ---- */

static void refuse(const struct bench *b, struct drm_ingot_submit s, int expected, int line)
{
	int ret = raw_submit(b->fd, &s);

	if (ret != expected)
		tap_fail(__FILE__, line, "SUBMIT gives %d, not %d", ret, expected);
}

#define REFUSE(expected, statement) \
	do { \
		struct drm_ingot_submit s = bench_job(&b, PROG_END, 0, 0); \
		statement; \
		refuse(&b, s, expected, __LINE__); \
	} while (0)

static void test_arguments(void)
{
	struct drm_ingot_record record;
	struct bench b;

	bench_open(&b);
	REFUSE(-EINVAL, s.slot = raw_info(b.fd).slots);
	REFUSE(-EINVAL, s.slot = UINT32_MAX);
	REFUSE(-EINVAL, s.commands = 0);
	REFUSE(-EINVAL, s.max_events = DRM_INGOT_MAX_EVENTS + 1);
	REFUSE(-EINVAL, s.max_events = UINT32_MAX);
	REFUSE(-EINVAL, s.flags = DRM_INGOT_JOB_NO_RECORD);
	REFUSE(-EINVAL, s.in_count = DRM_INGOT_MAX_SYNCS + 1);
	REFUSE(-EINVAL, s.out_count = DRM_INGOT_MAX_SYNCS + 1);
	REFUSE(-EINVAL, s.in_count = UINT32_MAX);
	REFUSE(-EINVAL, s.out_count = UINT32_MAX);
	REFUSE(-EFAULT, s.in_count = 1);
	REFUSE(-EFAULT, s.out_count = 1);
	REFUSE(-EFAULT, (s.in_count = 1, s.in_syncs = WILD_ADDRESS));
	REFUSE(-EFAULT, (s.out_count = 1, s.out_syncs = WILD_ADDRESS));
	REFUSE(-EFAULT, (s.in_count = 2, s.in_syncs = (uintptr_t)raw_before_hole(16)));
	REFUSE(-EFAULT, (s.out_count = 2, s.out_syncs = (uintptr_t)raw_before_hole(16)));
	CHECK_IS(raw_wait(b.fd, b.ctx, FOREVER, &record, 1), -ENODATA);
	bench_prove(&b);
}

/* The hardware checks these, not the kernel: they are accepted and fault */
static void test_wild_programs(void)
{
	static const struct { uint32_t slot, offset, commands, fault; } wild[] = {
		{ SLOT_CODE, UINT32_MAX, 1, ING_FAULT_SLOT },
		{ SLOT_CODE, 1u << 31, UINT32_MAX, ING_FAULT_SLOT },
		{ SLOT_CODE, PROG_COUNT_OF_ALL * PROGRAM_COMMANDS + 64, 4, ING_FAULT_SLOT },
		{ SLOT_DATA, 0, 1, ING_FAULT_PERM },
		{ 31, 0, 1, ING_FAULT_PERM },
	};
	struct bench b;

	bench_open(&b);
	for (size_t i = 0; i < sizeof(wild) / sizeof(*wild); i++) {
		struct drm_ingot_submit s = bench_job(&b, PROG_END, 0, 0);

		s.slot = wild[i].slot;
		s.offset = wild[i].offset;
		s.commands = wild[i].commands;
		CHECK_OK(raw_submit(b.fd, &s));
		CHECK_IS(bench_end(&b, s.job).fault, wild[i].fault);
	}
	bench_prove(&b);
}

static void test_most_jobs(void)
{
	struct bench b, other;
	uint32_t most, count = 0;
	struct drm_ingot_submit s;
	int ret;

	bench_open(&b);
	bench_open(&other);
	most = raw_info(b.fd).max_jobs;
	s = bench_job(&b, PROG_END, 0, 0);
	s.max_events = 0;
	while (!(ret = raw_submit(b.fd, &s)))
		CHECK(++count <= most);
	CHECK_IS(ret, -EBUSY);
	CHECK_IS(count, most);
	/* those are over, but their records are not taken */
	bench_prove(&other);
	CHECK_IS(bench_next(&b).status, 0);
	CHECK_OK(raw_submit(b.fd, &s));
	CHECK_IS(raw_submit(b.fd, &s), -EBUSY);
	for (uint32_t i = 0; i < most; i++)
		CHECK_IS(bench_next(&b).status, 0);
	/* jobs without a record count until they are over, and not longer */
	s.flags = DRM_INGOT_JOB_NO_RECORD;
	for (uint32_t i = 0; i < 2 * most; i++)
		do {
			ret = raw_submit(b.fd, &s);
		} while (ret == -EBUSY);
	CHECK_OK(ret);
}

/* ---- what jobs tell ---- */

static void test_records(void)
{
	struct drm_ingot_submit s;
	struct drm_ingot_record r;
	struct bench b;

	bench_open(&b);
	s = bench_job(&b, PROG_COUNT, 3, 0xfeedbeef);
	s.tag = 0xcafe0001;
	CHECK_OK(raw_submit(b.fd, &s));
	for (uint32_t i = 3; i; i--) {
		r = bench_next(&b);
		CHECK(r.job == s.job && r.tag == s.tag && r.type == DRM_INGOT_RECORD_EVENT);
		CHECK(r.value == i && r.value2 == 0xfeedbeef);
		CHECK(!r.status && !r.fault && !r.offset && !r.dropped);
	}
	r = bench_next(&b);
	CHECK(r.job == s.job && r.tag == s.tag && r.type == DRM_INGOT_RECORD_DONE);
	CHECK(!r.status && !r.fault && !r.value && !r.value2 && !r.offset && !r.dropped);
}

static struct drm_ingot_record end_of(const struct bench *b, struct drm_ingot_submit s)
{
	CHECK_OK(raw_submit(b->fd, &s));
	return bench_end(b, s.job);
}

static void test_arguments_arrive(void)
{
	struct bench b;
	struct drm_ingot_submit s;
	struct drm_ingot_record r;

	bench_open(&b);
	s = bench_job(&b, PROG_EMIT, 0x80000001, UINT32_MAX);
	CHECK_OK(raw_submit(b.fd, &s));
	r = bench_next(&b);
	CHECK(r.value == 0x80000001 && r.value2 == UINT32_MAX);
}

static void test_faults(void)
{
	struct bench b;
	struct drm_ingot_submit s;
	struct drm_ingot_record r;

	bench_open(&b);
	r = end_of(&b, bench_job(&b, PROG_WRONG, 1, 2));
	CHECK(r.status == -EFAULT && r.fault == ING_FAULT_OPCODE && r.value == 1 && !r.dropped);
	r = end_of(&b, bench_job(&b, PROG_FALL, 1, 2));
	CHECK(r.status == -EFAULT && r.fault == ING_FAULT_PC && r.value == 1);
	/* MOVE: LOAD is command 0, its operand one unit past the end of slot 1 */
	s = bench_job(&b, PROG_MOVE, DATA_BYTES / UNIT, 0);
	s.args[2] = s.args[3] = SLOT_DATA;
	r = end_of(&b, s);
	CHECK(r.status == -EFAULT && r.fault == ING_FAULT_SLOT && r.value == 0);
	CHECK(r.value2 == SLOT_DATA && r.offset == DATA_BYTES / UNIT);
	/* the VEC is command 2 */
	s = bench_job(&b, PROG_MOVE, 0, 0x1000000);
	s.args[2] = s.args[3] = SLOT_DATA;
	r = end_of(&b, s);
	CHECK(r.fault == ING_FAULT_SLOT && r.value == 2 && r.offset == 0x1000000);
	CHECK_OK(raw_bind(b.fd, b.ctx, 9, b.data, ING_PERM_READ));
	s = bench_job(&b, PROG_MOVE, 0, 0);
	s.args[2] = s.args[3] = 9;
	r = end_of(&b, s);
	CHECK(r.fault == ING_FAULT_PERM && r.value == 2 && r.value2 == 9);
	bench_prove(&b);
}

static void test_budget(void)
{
	struct bench b;
	struct drm_ingot_submit s;
	struct drm_ingot_record r;

	bench_open(&b);
	s = bench_job(&b, PROG_COUNT, 10, 0);
	/* 10 times EMIT and LOOP, BARRIER, END */
	s.budget = 22;
	CHECK_IS(end_of(&b, s).status, 0);
	s.budget = 21;
	r = end_of(&b, s);
	CHECK(r.status == -EFAULT && r.fault == ING_FAULT_BUDGET && r.value == 3);
	s = bench_job(&b, PROG_SPIN, 0, 0);
	s.budget = 1000000;
	r = end_of(&b, s);
	CHECK(r.status == -EFAULT && r.fault == ING_FAULT_BUDGET);
	s = bench_job(&b, PROG_END, 0, 0);
	s.budget = UINT32_MAX;
	CHECK_IS(end_of(&b, s).status, 0);
}

static void test_dropped(void)
{
	struct bench b;
	struct drm_ingot_submit s;
	struct drm_ingot_record r;

	bench_open(&b);
	for (uint32_t most = 0; most <= 40; most += 8) {
		s = bench_job(&b, PROG_COUNT, 32, 0);
		s.max_events = most;
		CHECK_OK(raw_submit(b.fd, &s));
		for (uint32_t i = 0; i < most && i < 32; i++)
			CHECK_IS(bench_next(&b).value, 32 - i);
		r = bench_next(&b);
		CHECK_IS(r.type, DRM_INGOT_RECORD_DONE);
		CHECK_IS(r.dropped, most < 32 ? 32 - most : 0);
	}
	s.max_events = DRM_INGOT_MAX_EVENTS;
	CHECK_IS(end_of(&b, s).status, 0);
}

static void test_no_record(void)
{
	struct bench b;
	struct drm_ingot_submit s;
	struct drm_ingot_record r;

	bench_open(&b);
	s = bench_job(&b, PROG_EMIT, 1, 2);
	s.max_events = 0;
	s.flags = DRM_INGOT_JOB_NO_RECORD;
	for (int i = 0; i < 8; i++)
		CHECK_OK(raw_submit(b.fd, &s));
	s = bench_job(&b, PROG_END, 0, 0);
	CHECK_OK(raw_submit(b.fd, &s));
	r = bench_next(&b);
	CHECK(r.job == s.job && r.type == DRM_INGOT_RECORD_DONE);
	CHECK_IS(raw_wait(b.fd, b.ctx, 0, &r, 1), -ENODATA);
}

/* ---- order ---- */

static void test_order(void)
{
	struct bench b;
	uint64_t first = 0, last = 0;

	bench_open(&b);
	for (uint32_t i = 0; i < 1000; i++) {
		uint64_t job = bench_start(&b, i % 7 ? PROG_END : PROG_EMIT, i, 0);

		CHECK(job > last);
		first = first ? first : job;
		last = job;
	}
	for (uint32_t i = 0; i < 1000; i++) {
		struct drm_ingot_record r;

		if (i % 7 == 0)
			CHECK_IS(bench_next(&b).value, i);
		r = bench_next(&b);
		CHECK_IS(r.type, DRM_INGOT_RECORD_DONE);
		CHECK_IS(r.job, first + i);
	}
}

static uint64_t submit_to(const struct bench *b, uint32_t ctx, enum program_id id, uint32_t r1)
{
	struct drm_ingot_submit s = bench_job(b, id, r1, 0);

	s.ctx = ctx;
	CHECK_OK(raw_submit(b->fd, &s));
	return s.job;
}

static int status_in(const struct bench *b, uint32_t ctx, uint64_t job)
{
	struct bench view = { .fd = b->fd, .ctx = ctx };

	return bench_end(&view, job).status;
}

/* A job that writes twice what unit @from holds to unit 2, over what others wrote there */
static uint64_t move_from(const struct bench *b, uint32_t ctx, uint32_t from)
{
	struct drm_ingot_submit s = bench_job(b, PROG_MOVE, from, 2);

	s.ctx = ctx;
	s.args[2] = s.args[3] = SLOT_DATA;
	CHECK_OK(raw_submit(b->fd, &s));
	return s.job;
}

/* Behind a job that runs, fills the ring: what comes now is put into line by the driver */
static uint64_t fill_ring(const struct bench *b)
{
	struct drm_ingot_submit pad = bench_job(b, PROG_END, 0, 0);
	uint64_t gate;

	bench_shut_gate(b, 0);
	gate = bench_start(b, PROG_GATE, 0, 0);
	CHECK_IS(bench_next(b).type, DRM_INGOT_RECORD_EVENT);
	pad.max_events = 0;
	pad.flags = DRM_INGOT_JOB_NO_RECORD;
	for (int i = 0; i < RING_JOBS; i++)
		CHECK_OK(raw_submit(b->fd, &pad));
	return gate;
}

static void overtake(const struct bench *b, uint32_t slow_priority, uint32_t fast_priority)
{
	const uint32_t slow = bench_ctx(b, slow_priority), fast = bench_ctx(b, fast_priority);
	_Alignas(UNIT) float units[2][16] = { { 1 }, { 10 } };
	uint64_t gate, last, first;

	raw_put(b->fd, b->data, 4 * UNIT, units, sizeof(units));
	gate = fill_ring(b);
	last = move_from(b, slow, 4);
	first = move_from(b, fast, 5);
	bench_open_gate(b, 0);
	CHECK_IS(status_in(b, slow, last), 0);
	CHECK_IS(status_in(b, fast, first), 0);
	CHECK_IS(bench_end(b, gate).status, 0);
	raw_get(b->fd, b->data, 2 * UNIT, units, UNIT);
	CHECK(units[0][0] == 2);
	CHECK_OK(raw_ctx_destroy(b->fd, slow));
	CHECK_OK(raw_ctx_destroy(b->fd, fast));
}

static void test_overtaking(void)
{
	struct bench b;

	bench_open(&b);
	overtake(&b, DRM_INGOT_PRIORITY_LOW, DRM_INGOT_PRIORITY_NORMAL);
	overtake(&b, DRM_INGOT_PRIORITY_NORMAL, DRM_INGOT_PRIORITY_HIGH);
	overtake(&b, DRM_INGOT_PRIORITY_LOW, DRM_INGOT_PRIORITY_HIGH);
}

/* A context with endless work does not keep another one of its priority waiting */
static void test_turns(void)
{
	struct bench b;
	uint32_t other;

	bench_open(&b);
	other = bench_ctx(&b, DRM_INGOT_PRIORITY_NORMAL);
	for (int i = 0; i < 2000; i++)
		submit_to(&b, b.ctx, PROG_COUNT, 100);
	CHECK_IS(status_in(&b, other, submit_to(&b, other, PROG_END, 0)), 0);
	CHECK_OK(raw_cancel(b.fd, b.ctx, 0));
	CHECK_OK(raw_ctx_destroy(b.fd, b.ctx));
}

static const struct tap_case cases[] = {
	{ "SUBMIT checks what the hardware does not", test_arguments },
	{ "programs that lie anywhere end with a fault", test_wild_programs },
	{ "a file has max_jobs jobs, and EBUSY then", test_most_jobs },
	{ "records tell job, tag, values and status", test_records },
	{ "arguments arrive whole", test_arguments_arrive },
	{ "faults tell command, slot and offset", test_faults },
	{ "a budget ends a job at the command after it", test_budget },
	{ "events past max_events are counted and dropped", test_dropped },
	{ "jobs without a record leave none", test_no_record },
	{ "jobs of a context run in their order and have rising numbers", test_order },
	{ "jobs of higher priority overtake those of lower priority", test_overtaking },
	{ "contexts of one priority take turns", test_turns },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
