// SPDX-License-Identifier: MIT
/*
 * Random programs on two devices: events, faults, device memory and the scratchpad must be equal.
 *
 * random_programs [--seed S] [--count N] [--units N] [--mischief N] [--isa ISA] DEVICE_A DEVICE_B
 *
 * Program i of a run has seed S + i, so a failing one is repeated with --seed S+i --count 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "generate.h"
#include "ingot/device.h"

#define MAX_EVENTS 4096
#define BUDGET 2000

/* One device with two contexts: every program starts in a context other than the last one's, so
 * that it starts from wiped storage, whatever the last one left behind.
 */
struct side {
	struct ingot_device *dev;
	struct ingot_context *ctx[2];
	struct ingot_buffer *code, *data, *kv, *dump;
	struct ingot_completion events[MAX_EVENTS];
	unsigned int n_events;
	size_t data_size, kv_size;	/* bytes */
	uint8_t *kv_bytes, *dump_bytes;
};

static void die(const struct ingot_error *err)
{
	printf("Bail out! %s\n", err->text);
	exit(1);
}

static struct ingot_buffer *buffer(struct side *s, uint64_t bytes)
{
	struct ingot_error err;
	struct ingot_buffer *b = ingot_buffer_create(s->dev, bytes, &err);

	if (!b)
		die(&err);
	return b;
}

static void bind(struct side *s, struct ingot_context *ctx)
{
	struct ingot_error err;

	if (ingot_context_bind(ctx, SLOT_CODE, s->code, ING_PERM_EXEC, &err) ||
	    ingot_context_bind(ctx, SLOT_DATA, s->data, ING_PERM_READ, &err) ||
	    ingot_context_bind(ctx, SLOT_KV, s->kv, ING_PERM_READ | ING_PERM_WRITE, &err) ||
	    ingot_context_bind(ctx, SLOT_DUMP, s->dump, ING_PERM_WRITE, &err))
		die(&err);
}

static void side_open(struct side *s, const char *uri, const char *isa, uint32_t units)
{
	const struct ingot_open_options options = { .threads = 1, .isa = isa };
	struct ingot_error err;
	uint64_t dump;

	s->dev = ingot_open(uri, &options, &err);
	if (!s->dev)
		die(&err);
	dump = (uint64_t)ingot_device_config(s->dev)->scratch_lines * ING_UNIT_BYTES;
	s->data_size = (size_t)units * ING_UNIT_BYTES;
	s->kv_size = 2 * s->data_size;
	s->code = buffer(s, 1 << 20);
	s->data = buffer(s, s->data_size);
	s->kv = buffer(s, s->kv_size);
	s->dump = buffer(s, dump);
	s->kv_bytes = malloc(s->kv_size);
	s->dump_bytes = malloc(dump);
	for (unsigned int i = 0; i < 2; i++) {
		s->ctx[i] = ingot_context_create(s->dev, &err);
		if (!s->ctx[i] || !s->kv_bytes || !s->dump_bytes)
			die(&err);
		bind(s, s->ctx[i]);
	}
}

static void side_run(struct side *s, uint64_t index, const struct cmd *cmds, uint32_t count,
		     const uint8_t *data, const uint8_t *kv)
{
	const struct ingot_config *cfg = ingot_device_config(s->dev);
	struct ingot_job job = { .slot = SLOT_CODE, .commands = count, .budget = BUDGET, .tag = index };
	struct ingot_error err;

	for (unsigned int i = 0; i < 8; i++)
		job.args[i] = (index + i) % 3;
	if (ingot_buffer_upload(s->code, 0, cmds, count * ING_CMD_BYTES, &err) ||
	    ingot_buffer_upload(s->data, 0, data, s->data_size, &err) ||
	    ingot_buffer_upload(s->kv, 0, kv, s->kv_size, &err) ||
	    ingot_submit(s->ctx[index & 1], &job, &err))
		die(&err);
	s->n_events = 0;
	do {
		if (s->n_events == MAX_EVENTS || ingot_next(s->dev, &s->events[s->n_events], &err))
			die(&err);
		s->events[s->n_events].cycles = 0;
	} while (!s->events[s->n_events++].done);
	if (ingot_buffer_download(s->kv, 0, s->kv_bytes, s->kv_size, &err) ||
	    ingot_buffer_download(s->dump, 0, s->dump_bytes,
				  (size_t)cfg->scratch_lines * ING_UNIT_BYTES, &err))
		die(&err);
}

static bool same_completion(unsigned int i, const struct ingot_completion *x,
			    const struct ingot_completion *y)
{
	if (!memcmp(x, y, sizeof(*x)))
		return true;
	printf("# completion %u: done %d fault %u value %u %u offset %u, other device: done %d fault %u value %u %u offset %u\n",
	       i, x->done, x->fault, x->value, x->value2, x->offset, y->done, y->fault, y->value,
	       y->value2, y->offset);
	return false;
}

/*
 * Events and the end must be equal. Only when a stream command faults may device B, which runs
 * stream and vector commands side by side, have posted events of later commands before its end.
 */
static bool same_events(const struct side *a, const struct side *b)
{
	const unsigned int last = a->n_events - 1;

	if (a->events[last].fault ? b->n_events < a->n_events : b->n_events != a->n_events) {
		printf("# %u completions, other device %u\n", a->n_events, b->n_events);
		return false;
	}
	for (unsigned int i = 0; i < last; i++)
		if (!same_completion(i, &a->events[i], &b->events[i]))
			return false;
	return same_completion(last, &a->events[last], &b->events[b->n_events - 1]);
}

static bool same_bytes(const char *what, const uint8_t *a, const uint8_t *b, size_t bytes)
{
	unsigned int shown = 0, different = 0;

	for (size_t i = 0; i < bytes; i += 4) {
		uint32_t x, y;

		memcpy(&x, a + i, 4);
		memcpy(&y, b + i, 4);
		if (x == y)
			continue;
		different++;
		if (shown++ < 8)
			printf("# %s: unit %zu, word %zu: 0x%08x, other device 0x%08x\n", what, i / 64,
			       i % 64 / 4, x, y);
	}
	if (different)
		printf("# %s: %u words differ\n", what, different);
	return !different;
}

/* After a fault only the record counts: what later commands had done by then is not defined. */
static bool compare(const struct side *a, const struct side *b)
{
	const size_t dump = (size_t)ingot_device_config(a->dev)->scratch_lines * ING_UNIT_BYTES;

	if (!same_events(a, b))
		return false;
	if (a->events[a->n_events - 1].fault)
		return true;
	return same_bytes("memory", a->kv_bytes, b->kv_bytes, a->kv_size) &
	       same_bytes("scratchpad", a->dump_bytes, b->dump_bytes, dump);
}

static void print_program(const struct cmd *cmds, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		printf("# %3u:", i);
		for (unsigned int w = 0; w < 16; w++)
			printf(" %x", cmds[i].w[w]);
		printf("\n");
	}
}

struct run {
	uint64_t seed;
	unsigned long count;
	unsigned int mischief;
	uint32_t units;
	bool verbose;
	const char *isa;	/* of device A, where it is func */
	unsigned long faults[16];
};

static bool one_program(struct run *run, struct side *a, struct side *b, uint64_t i)
{
	struct rng r = { (run->seed + i) * 0x9e3779b97f4a7c15ull | 1 };
	static uint8_t data[DATA_UNITS * ING_UNIT_BYTES], kv[2 * sizeof(data)];
	struct ingot_error err;
	struct program *p;
	const struct cmd *cmds;
	bool specials, same;

	for (unsigned int k = 0; k < 10; k++)
		rng_next(&r);
	specials = rng_below(&r, 3) == 0;
	generate_data(&r, data, run->units, specials);
	memcpy(kv, data, a->data_size);
	memcpy(kv + a->data_size, data, a->data_size);
	p = generate_program(&r, ingot_device_config(a->dev), run->units, 4 + rng_below(&r, 28),
			     rng_below(&r, 2) ? run->mischief : 0);
	cmds = program_finish(p, &err);
	if (!cmds)
		die(&err);
	side_run(a, i, cmds, program_size(p), data, kv);
	side_run(b, i, cmds, program_size(p), data, kv);
	same = compare(a, b);
	run->faults[a->events[a->n_events - 1].fault & 15]++;
	if (!same || run->verbose)
		print_program(cmds, program_size(p));
	program_destroy(p);
	return same;
}

static void parse(struct run *run, int argc, char **argv, const char *uri[2])
{
	int n = 0;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--seed") && i + 1 < argc)
			run->seed = strtoull(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--count") && i + 1 < argc)
			run->count = strtoul(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--units") && i + 1 < argc)
			run->units = strtoul(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--mischief") && i + 1 < argc)
			run->mischief = strtoul(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--isa") && i + 1 < argc)
			run->isa = argv[++i];
		else if (!strcmp(argv[i], "--verbose"))
			run->verbose = true;
		else if (n < 2 && argv[i][0] != '-')
			uri[n++] = argv[i];
		else
			n = 3;
	}
	if (n != 2 || run->units < 256 || run->units > DATA_UNITS) {
		fprintf(stderr, "usage: random_programs [--seed S] [--count N] [--units N] [--mischief N] [--isa ISA] [--verbose] DEVICE DEVICE\n");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct run run = { .seed = time(NULL), .count = 100, .units = DATA_UNITS, .mischief = 12 };
	const char *uri[2];
	static struct side a, b;
	unsigned long bad = 0;

	parse(&run, argc, argv, uri);
	setvbuf(stdout, NULL, _IOLBF, 0);
	side_open(&a, uri[0], run.isa, run.units);
	side_open(&b, uri[1], NULL, run.units);
	printf("1..1\n# %s against %s, --seed %llu --count %lu\n", uri[0], uri[1],
	       (unsigned long long)run.seed, run.count);
	for (unsigned long i = 0; i < run.count && bad < 5; i++) {
		if (one_program(&run, &a, &b, i))
			continue;
		printf("# differs: --seed %llu --count 1\n", (unsigned long long)run.seed + i);
		bad++;
	}
	printf("# ended by fault code:");
	for (unsigned int i = 0; i < 16; i++)
		printf(" %lu", run.faults[i]);
	printf("\n%sok 1 - %lu random programs give the same on %s and %s\n", bad ? "not " : "",
	       run.count, uri[0], uri[1]);
	return bad != 0;
}
