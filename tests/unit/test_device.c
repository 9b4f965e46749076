// SPDX-License-Identifier: MIT
/* The calls of ingot/device.h that all transports share, on a device within the process. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ingot/device.h"
#include "ingot/isa.h"

#define EVENTS 3

/* A context that runs a program of EVENTS EMITs. */
struct fixture {
	struct ingot_device *dev;
	struct ingot_context *ctx;
	struct ingot_buffer *program;
};

static int open_fixture(void **state)
{
	static struct fixture f;
	uint32_t cmds[EVENTS + 1][ING_CMD_BYTES / 4] = { 0 };
	struct ingot_error err;

	for (unsigned int i = 0; i < EVENTS; i++) {
		cmds[i][0] = ING_OP_EMIT;
		cmds[i][2] = (i + 1) << ING_C_RA_L;
	}
	cmds[EVENTS][0] = ING_OP_END;
	f.dev = ingot_open("func:tiny", NULL, &err);
	f.ctx = f.dev ? ingot_context_create(f.dev, &err) : NULL;
	f.program = f.ctx ? ingot_buffer_create_program(f.dev, sizeof(cmds), &err) : NULL;
	*state = &f;
	return !f.program || ingot_buffer_upload(f.program, 0, cmds, sizeof(cmds), &err) ||
	       ingot_context_bind(f.ctx, 0, f.program, ING_PERM_EXEC, &err);
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	ingot_buffer_destroy(f->program);
	ingot_context_destroy(f->ctx);
	ingot_close(f->dev);
	return 0;
}

static struct ingot_job make_job(uint32_t tag)
{
	return (struct ingot_job){
		.commands = EVENTS + 1, .tag = tag,
		.args = { tag * 10, tag * 10 + 1, tag * 10 + 2 },
	};
}

static void check_job(const struct ingot_completion *c, uint32_t tag)
{
	for (unsigned int i = 0; i <= EVENTS; i++) {
		assert_int_equal(c[i].tag, tag);
		assert_int_equal(c[i].done, i == EVENTS);
		assert_int_equal(c[i].fault, 0);
		if (i < EVENTS)
			assert_int_equal(c[i].value, tag * 10 + i);
	}
}

static void batches_run_in_order(void **state)
{
	struct fixture *f = *state;
	struct ingot_job jobs[8];
	struct ingot_completion c[8 * (EVENTS + 1) + 5];
	struct ingot_device_traffic before, after;

	for (uint32_t i = 0; i < 8; i++)
		jobs[i] = make_job(i + 1);
	ingot_device_traffic(f->dev, &before);
	assert_int_equal(ingot_submit_batch(f->ctx, jobs, 8, NULL), 8);
	assert_int_equal(ingot_next_batch(f->dev, c, 8 * (EVENTS + 1) + 5, 8 * (EVENTS + 1), NULL),
			 8 * (EVENTS + 1));
	for (uint32_t i = 0; i < 8; i++)
		check_job(c + i * (EVENTS + 1), i + 1);
	ingot_device_traffic(f->dev, &after);
	assert_string_equal(after.door, "rings");
	assert_int_equal(after.doorbells - before.doorbells, 1);
}

static void a_full_ring_takes_a_part(void **state)
{
	struct fixture *f = *state;
	struct ingot_job jobs[300];
	struct ingot_completion c;
	struct ingot_error err;
	int taken, ended = 0;

	for (uint32_t i = 0; i < 300; i++)
		jobs[i] = make_job(i);
	taken = ingot_submit_batch(f->ctx, jobs, 300, &err);
	assert_in_range(taken, 1, 299);
	assert_int_equal(ingot_submit(f->ctx, jobs, &err), -EBUSY);
	while (ended < taken) {
		assert_int_equal(ingot_next(f->dev, &c, &err), 0);
		ended += c.done;
	}
	assert_int_equal(ingot_submit(f->ctx, jobs, &err), 0);
}

static void nothing_to_wait_for_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct ingot_completion c[2];
	const struct ingot_job job = make_job(1);
	struct ingot_error err;

	assert_int_equal(ingot_next(f->dev, c, &err), -EIO);
	assert_int_equal(ingot_next_batch(f->dev, c, 2, 3, &err), -EINVAL);
	assert_int_equal(ingot_next_batch(f->dev, c, 2, 0, &err), -EINVAL);
	assert_int_equal(ingot_submit_batch(f->ctx, &job, 0, &err), -EINVAL);
	/* fewer come than are asked for: those that came are given */
	assert_int_equal(ingot_submit(f->ctx, &job, &err), 0);
	assert_int_equal(ingot_next_batch(f->dev, c, 2, 2, &err), 2);
	assert_int_equal(ingot_next_batch(f->dev, c, 2, 2, &err), 2);
	assert_int_equal(ingot_next_batch(f->dev, c, 2, 1, &err), -EIO);
}

static void interrupts_come_when_asked_for(void **state)
{
	struct fixture *f = *state;
	struct ingot_device_traffic before, after;
	struct ingot_job job = make_job(1);
	struct ingot_completion c[EVENTS + 1];

	ingot_device_traffic(f->dev, &before);
	assert_int_equal(ingot_submit(f->ctx, &job, NULL), 0);
	assert_int_equal(ingot_next_batch(f->dev, c, EVENTS + 1, EVENTS + 1, NULL), EVENTS + 1);
	ingot_device_traffic(f->dev, &after);
	assert_int_equal(after.interrupts, before.interrupts);
	job.flags = INGOT_JOB_INTERRUPT;
	assert_int_equal(ingot_submit(f->ctx, &job, NULL), 0);
	assert_int_equal(ingot_next_batch(f->dev, c, EVENTS + 1, EVENTS + 1, NULL), EVENTS + 1);
	ingot_device_traffic(f->dev, &after);
	assert_int_equal(after.interrupts, before.interrupts + 1);
}

static void copies_are_checked(void **state)
{
	struct fixture *f = *state;
	struct ingot_error err;
	uint8_t *host = ingot_host_alloc(f->dev, 5000, &err);
	struct ingot_buffer *buf = ingot_buffer_create(f->dev, 5000, &err);

	assert_non_null(host);
	assert_non_null(buf);
	assert_int_equal((uintptr_t)host % 4096, 0);
	assert_int_equal(ingot_buffer_bytes(buf), 8192);
	memset(host, 7, 5000);
	assert_int_equal(ingot_buffer_upload(buf, 64, host, 128, &err), 0);
	assert_int_equal(ingot_buffer_download(buf, 128, host + 1, 64, &err), 0);
	assert_int_equal(ingot_buffer_upload(buf, 64, host, 0, &err), 0);
	assert_int_equal(ingot_buffer_upload(buf, 1, host, 64, &err), -EINVAL);
	assert_int_equal(ingot_buffer_upload(buf, 0, host, 65, &err), -EINVAL);
	assert_int_equal(ingot_buffer_upload(buf, 8192, host, 64, &err), -EINVAL);
	assert_int_equal(ingot_buffer_download(buf, UINT64_MAX - 63, host, 128, &err), -EINVAL);
	assert_null(ingot_buffer_create(f->dev, 0, &err));
	assert_null(ingot_buffer_create(f->dev, UINT64_MAX, &err));
	assert_null(ingot_buffer_create(f->dev, 1ull << 40, &err));
	assert_int_equal(err.code, -ENOSPC);
	assert_null(ingot_host_alloc(f->dev, 0, &err));
	ingot_buffer_destroy(buf);
	ingot_host_free(f->dev, host);
	ingot_host_free(f->dev, NULL);
}

static void bindings_are_checked(void **state)
{
	struct fixture *f = *state;
	struct ingot_error err;

	assert_int_equal(ingot_context_bind(f->ctx, ING_SLOTS, f->program, ING_PERM_READ, &err),
			 -EINVAL);
	assert_int_equal(ingot_context_bind(f->ctx, 1, f->program, ING_PERM_EXEC | ING_PERM_READ,
					    &err), -EINVAL);
	assert_int_equal(ingot_context_bind(f->ctx, 1, f->program, 8, &err), -EINVAL);
	assert_int_equal(ingot_context_bind(f->ctx, 1, NULL, 0, &err), 0);
}

static void simulated_devices_are_listed(void **unused)
{
	struct ingot_simulated *list;
	int count = ingot_simulated(&list, NULL), tiny = -1;

	(void)unused;
	for (int i = 0; i < count; i++)
		if (!strcmp(list[i].uri, "func:tiny"))
			tiny = i;
	assert_true(tiny >= 0);
	assert_string_equal(list[tiny].config.model, "tiny");
	free(list);
}

#define WITH_DEVICE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DEVICE(batches_run_in_order),
		WITH_DEVICE(a_full_ring_takes_a_part),
		WITH_DEVICE(nothing_to_wait_for_is_an_error),
		WITH_DEVICE(interrupts_come_when_asked_for),
		WITH_DEVICE(copies_are_checked),
		WITH_DEVICE(bindings_are_checked),
		cmocka_unit_test(simulated_devices_are_listed),
	};

	setenv("INGOT_PATH", "build", 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
