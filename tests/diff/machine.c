// SPDX-License-Identifier: MIT
/* A device with something around every slot that hostile programs could harm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"

/* Units of a guard; those between slots are as wide as most strides reach by mistake. */
#define GUARD_UNITS 64

static const uint32_t permissions[PARTS] = {
	[PART_CODE] = ING_PERM_EXEC,
	[PART_DATA] = ING_PERM_READ,
	[PART_KV] = ING_PERM_READ | ING_PERM_WRITE,
	[PART_DUMP] = ING_PERM_READ | ING_PERM_WRITE,
};

const uint32_t machine_units[PARTS] = {
	[PART_CODE] = HOSTILE_COMMANDS,
	[PART_DATA] = DATA_UNITS,
	[PART_KV] = 2 * DATA_UNITS,
	[PART_DUMP] = 2048,
};

static void die(const struct ingot_error *err)
{
	printf("Bail out! %s\n", err->text);
	exit(1);
}

static struct ingot_buffer *buffer(struct machine *m, size_t units)
{
	struct ingot_error err;
	struct ingot_buffer *b = ingot_buffer_create(m->dev, units * ING_UNIT_BYTES, &err);

	if (!b)
		die(&err);
	return b;
}

static void upload(struct ingot_buffer *b, const void *data, size_t bytes)
{
	struct ingot_error err;

	if (ingot_buffer_upload(b, 0, data, bytes, &err))
		die(&err);
}

static void download(struct ingot_buffer *b, void *data, size_t bytes)
{
	struct ingot_error err;

	if (ingot_buffer_download(b, 0, data, bytes, &err))
		die(&err);
}

size_t machine_part_bytes(const struct machine *m, unsigned int part)
{
	(void)m;
	return (size_t)machine_units[part] * ING_UNIT_BYTES;
}

static void add_guard(struct machine *m, unsigned int i)
{
	uint8_t poison[GUARD_UNITS * ING_UNIT_BYTES];

	memset(poison, m->poison, sizeof(poison));
	m->guards[i] = buffer(m, GUARD_UNITS);
	upload(m->guards[i], poison, sizeof(poison));
}

static void add_part(struct machine *m, unsigned int i)
{
	const size_t bytes = machine_part_bytes(m, i);
	struct ingot_error err;

	m->parts[i] = buffer(m, machine_units[i]);
	m->bytes[i] = calloc(1, bytes);
	m->watched[i] = calloc(1, bytes);
	if (!m->bytes[i] || !m->watched[i]) {
		printf("Bail out! out of memory\n");
		exit(1);
	}
	for (unsigned int c = 0; c < 2; c++)
		if (ingot_context_bind(m->ctx[c], i, m->parts[i], permissions[i], &err))
			die(&err);
}

void machine_open(struct machine *m, const char *uri, uint8_t poison)
{
	const struct ingot_open_options options = { .threads = 1 };
	struct ingot_error err;

	m->poison = poison;
	m->dev = ingot_open(uri, &options, &err);
	if (!m->dev)
		die(&err);
	for (unsigned int c = 0; c < 2; c++) {
		m->ctx[c] = ingot_context_create(m->dev, &err);
		if (!m->ctx[c])
			die(&err);
	}
	for (unsigned int i = 0; i < PARTS; i++) {
		add_guard(m, i);
		add_part(m, i);
	}
	add_guard(m, PARTS);
}

static void fill(struct machine *m, const struct commands *p, const uint8_t *data)
{
	const size_t data_bytes = machine_part_bytes(m, PART_DATA);

	memcpy(m->watched[PART_CODE], p->cmds, p->count * sizeof(p->cmds[0]));
	memcpy(m->watched[PART_DATA], data, data_bytes);
	upload(m->parts[PART_CODE], p->cmds, p->count * sizeof(p->cmds[0]));
	upload(m->parts[PART_DATA], data, data_bytes);
	memset(m->bytes[PART_DUMP], 0, machine_part_bytes(m, PART_DUMP));
	upload(m->parts[PART_DUMP], m->bytes[PART_DUMP], machine_part_bytes(m, PART_DUMP));
	memcpy(m->bytes[PART_KV], data, data_bytes);
	memcpy(m->bytes[PART_KV] + data_bytes, data, data_bytes);
	upload(m->parts[PART_KV], m->bytes[PART_KV], 2 * data_bytes);
}

void machine_run(struct machine *m, unsigned int ctx, const struct commands *p, const uint8_t *data,
		 unsigned int args)
{
	struct ingot_job job = { .slot = PART_CODE, .commands = p->count, .budget = HOSTILE_BUDGET };
	struct ingot_error err;

	for (unsigned int i = 0; i < ING_ARGS; i++)
		job.args[i] = (args + i) % 3;
	fill(m, p, data);
	if (ingot_submit(m->ctx[ctx], &job, &err))
		die(&err);
	m->n_events = 0;
	do {
		if (m->n_events == HOSTILE_EVENTS || ingot_next(m->dev, &m->events[m->n_events], &err))
			die(&err);
		m->events[m->n_events].cycles = 0;
	} while (!m->events[m->n_events++].done);
	for (unsigned int i = 0; i < PARTS; i++)
		download(m->parts[i], m->bytes[i], machine_part_bytes(m, i));
}

bool machine_intact(struct machine *m)
{
	static const char *const names[] = { "code", "data" };
	uint8_t now[GUARD_UNITS * ING_UNIT_BYTES];
	bool intact = true;

	for (unsigned int i = 0; i <= PART_DATA; i++) {
		if (!memcmp(m->bytes[i], m->watched[i], machine_part_bytes(m, i)))
			continue;
		printf("# %s: the %s was written to\n", ingot_device_uri(m->dev), names[i]);
		intact = false;
	}
	for (unsigned int i = 0; i <= PARTS; i++) {
		download(m->guards[i], now, sizeof(now));
		for (size_t at = 0; at < sizeof(now); at++)
			if (now[at] != m->poison) {
				printf("# %s: guard %u was written to, byte %zu\n", ingot_device_uri(m->dev), i, at);
				intact = false;
				break;
			}
	}
	return intact;
}
