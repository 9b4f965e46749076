// SPDX-License-Identifier: MIT
#include "rig.h"

#include <errno.h>
#include <string.h>

#include "pattern.h"
#include "runtime/device/transport.h"

/* ---- contents of the data slot ---- */

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/*
 * Digits of any value, which are halves of moderate size as well; then bytes that are exponents of
 * moderate size, for tiles of 16 bits; then floats of moderate size.
 */
static void make_data(uint8_t *data, size_t bytes)
{
	uint64_t state = 0x9e3779b97f4a7c15ull;

	for (size_t i = 0; i < bytes / 4; i += 2) {
		const uint64_t r = next_random(&state);
		const uint16_t half = (r >> 32 & 0x83ff) | (8 + (r >> 20) % 12) << 10;

		memcpy(data + i, &half, 2);
	}
	for (size_t i = bytes / 4; i < bytes / 2; i++)
		data[i] = 112 + (next_random(&state) >> 32) % 32;
	for (size_t i = bytes / 2; i < bytes; i += 4) {
		const uint64_t r = next_random(&state);
		const uint32_t exponent = 120 + (r >> 20) % 12;
		const uint32_t word = (r >> 32 & 0x807fffff) | exponent << 23;

		memcpy(data + i, &word, 4);
	}
}

/* ---- sides ---- */

static int side_buffers(struct side *s, struct ingot_error *err)
{
	const uint64_t unit = ING_UNIT_BYTES;

	s->code = ingot_buffer_create_program(s->dev, CODE_UNITS * unit, err);
	s->data = s->code ? ingot_buffer_create(s->dev, DATA_UNITS * unit, err) : NULL;
	s->out = s->data ? ingot_buffer_create(s->dev, OUT_UNITS * unit, err) : NULL;
	s->sink = s->out ? ingot_buffer_create(s->dev, SINK_UNITS * unit, err) : NULL;
	s->secret = s->sink ? ingot_buffer_create(s->dev, SINK_UNITS * unit, err) : NULL;
	s->ctx[0] = s->secret ? ingot_context_create(s->dev, err) : NULL;
	s->ctx[1] = s->ctx[0] ? ingot_context_create(s->dev, err) : NULL;
	s->other = s->ctx[1] ? ingot_context_create(s->dev, err) : NULL;
	return s->other ? 0 : -ENOSPC;
}

static int bind(struct side *s, struct ingot_context *ctx, struct ingot_error *err)
{
	const unsigned int both = ING_PERM_READ | ING_PERM_WRITE;
	int ret = ingot_context_bind(ctx, SLOT_CODE, s->code, ING_PERM_EXEC, err);

	ret = ret ? ret : ingot_context_bind(ctx, SLOT_DATA, s->data, ING_PERM_READ, err);
	ret = ret ? ret : ingot_context_bind(ctx, SLOT_OUT, s->out, both, err);
	return ret ? ret : ingot_context_bind(ctx, SLOT_SINK, s->sink, ING_PERM_WRITE, err);
}

static int side_bind(struct side *s, struct ingot_error *err)
{
	int ret = bind(s, s->ctx[0], err);

	ret = ret ? ret : bind(s, s->ctx[1], err);
	return ret ? ret : ingot_context_bind(s->other, SLOT_SECRET, s->secret, ING_PERM_READ, err);
}

static int side_open(struct side *s, struct ingot_device *dev, struct ingot_error *err)
{
	uint8_t data[DATA_UNITS * ING_UNIT_BYTES];
	int ret;

	s->dev = dev;
	make_data(data, sizeof(data));
	ret = side_buffers(s, err);
	ret = ret ? ret : ingot_buffer_upload(s->data, 0, data, sizeof(data), err);
	/* The others begin alike on both sides, whatever was there before. */
	ret = ret ? ret : ingot_buffer_upload(s->sink, 0, data, SINK_UNITS * ING_UNIT_BYTES, err);
	ret = ret ? ret : ingot_buffer_upload(s->secret, 0, data, SINK_UNITS * ING_UNIT_BYTES, err);
	ret = ret ? ret : ingot_buffer_upload(s->code, 0, data, CODE_UNITS * ING_UNIT_BYTES, err);
	return ret ? ret : side_bind(s, err);
}

static void side_close(struct side *s)
{
	ingot_context_destroy(s->other);
	ingot_context_destroy(s->ctx[1]);
	ingot_context_destroy(s->ctx[0]);
	ingot_buffer_destroy(s->secret);
	ingot_buffer_destroy(s->sink);
	ingot_buffer_destroy(s->out);
	ingot_buffer_destroy(s->data);
	ingot_buffer_destroy(s->code);
}

int rig_open(struct rig *rig, struct run *run, struct ingot_error *err)
{
	struct ingot_device *reference;
	int ret;

	memset(rig, 0, sizeof(*rig));
	rig->run = run;
	reference = ingot_reference_open(run->dev, err);
	if (!reference)
		return -ENOMEM;
	ret = side_open(&rig->there, reference, err);
	return ret ? ret : side_open(&rig->here, run->dev, err);
}

void rig_close(struct rig *rig)
{
	side_close(&rig->here);
	if (!rig->there.dev)
		return;
	side_close(&rig->there);
	ingot_close(rig->there.dev);
}

/* ---- running ---- */

/* What the output slot holds before: no float that a program makes, and known to both sides. */
static int clear_output(struct side *s, struct ingot_error *err)
{
	memset(s->image, 0xa5, sizeof(s->image));
	return ingot_buffer_upload(s->out, 0, s->image, sizeof(s->image), err);
}

static int collect(struct side *s, struct ingot_error *err)
{
	s->n_events = 0;
	for (;;) {
		struct ingot_completion *c = &s->events[s->n_events];
		int ret = ingot_next(s->dev, c, err);

		if (ret)
			return ret;
		c->cycles = 0;
		if (s->n_events < RIG_EVENTS - 1 || c->done)
			s->n_events++;
		if (c->done)
			return 0;
	}
}

static int side_run(struct side *s, const struct cmd *cmds, uint32_t count,
		    const struct ingot_job *job, struct ingot_error *err)
{
	int ret = clear_output(s, err);

	ret = ret ? ret : ingot_buffer_upload(s->code, 0, cmds, count * ING_CMD_BYTES, err);
	ret = ret ? ret : ingot_submit(s->ctx[s->turn++ % 2], job, err);
	ret = ret ? ret : collect(s, err);
	return ret ? ret : ingot_buffer_download(s->out, 0, s->image, sizeof(s->image), err);
}

int rig_run(struct rig *rig, struct program *p, const struct ingot_job *job,
	    struct ingot_error *err)
{
	const struct cmd *cmds = program_finish(p, err);
	struct ingot_job j = *job;
	int ret;

	if (!cmds)
		return -EINVAL;
	if (program_size(p) > CODE_UNITS)
		return ingot_error_set(err, -EINVAL, "a test program of %u commands", program_size(p));
	j.commands = j.commands ? j.commands : program_size(p);
	j.events = RIG_EVENTS;
	/* A board with a fault must not be able to run for ever. */
	j.budget = j.budget ? j.budget : 10000;
	ret = side_run(&rig->there, cmds, program_size(p), &j, err);
	return ret ? ret : side_run(&rig->here, cmds, program_size(p), &j, err);
}

const struct ingot_completion *rig_end(const struct side *side)
{
	return &side->events[side->n_events - 1];
}

/* ---- comparing ---- */

static bool same_events(const struct side *a, const struct side *b, struct selftest_result *result)
{
	for (unsigned int i = 0; i < a->n_events && i < b->n_events; i++) {
		const struct ingot_completion *x = &a->events[i], *y = &b->events[i];

		if (x->done != y->done || x->fault != y->fault) {
			result_fail(result, "%s%s (command %u, slot %u, offset %u), reference: %s%s",
				    x->done ? "ended: " : "an event", x->done ? ingot_fault_name(x->fault) : "",
				    x->value, x->value2, x->offset, y->done ? "ended: " : "an event",
				    y->done ? ingot_fault_name(y->fault) : "");
			return false;
		}
		if (x->value == y->value && x->value2 == y->value2 && x->offset == y->offset)
			continue;
		result_fail(result, "%s %u: 0x%08x, 0x%08x, 0x%x, reference 0x%08x, 0x%08x, 0x%x",
			    x->done ? "end" : "event", i, x->value, x->value2, x->offset, y->value,
			    y->value2, y->offset);
		return false;
	}
	if (a->n_events != b->n_events)
		result_fail(result, "%u events, reference %u", a->n_events, b->n_events);
	return a->n_events == b->n_events;
}

static void compare_output(const struct side *a, const struct side *b,
			   struct selftest_result *result)
{
	unsigned int different = 0;
	size_t first = 0;
	uint32_t x, y;

	for (size_t i = 0; i < sizeof(a->image); i += 4) {
		if (!memcmp(a->image + i, b->image + i, 4))
			continue;
		if (!different++)
			first = i;
	}
	if (!different)
		return;
	memcpy(&x, a->image + first, 4);
	memcpy(&y, b->image + first, 4);
	result_fail(result, "%u words differ, the first is %zu: 0x%08x, reference 0x%08x", different,
		    first / 4, x, y);
}

void rig_compare(const struct rig *rig, struct selftest_result *result)
{
	if (same_events(&rig->here, &rig->there, result))
		compare_output(&rig->here, &rig->there, result);
}
