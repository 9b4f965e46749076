// SPDX-License-Identifier: MIT
/*
 * Hostile programs on two devices, half of them mutations of good ones and of a model's own. Each
 * ends within its budget; nothing outside its slots is written, nor read: the devices hold
 * different things there, and must agree; so must their fault records; and the good program that
 * runs after it, in another context, gives what it always gives.
 *
 * hostile_programs [--seed S] [--count N] [--seconds S] --model FILE DEVICE_A DEVICE_B
 *
 * Program i of a run has seed S + i, so a failing one is repeated with --seed S+i --count 1.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "generate_internal.h"
#include "hostile.h"

struct run {
	uint64_t seed;
	unsigned long count;
	unsigned int seconds;	/* that one program may take before it counts as a hang */
	const char *model, *uri[2];
	bool same_kind;		/* both devices do things in the same order: everything must be equal */
	struct commands real[REAL_PROGRAMS], good, dump, p;
	uint8_t data[DATA_UNITS * ING_UNIT_BYTES], good_data[DATA_UNITS * ING_UNIT_BYTES];
	struct machine machines[2];
	uint8_t *expected[PARTS];
	unsigned long faults[16];
};

static volatile uint64_t running;

static void hang(int signal)
{
	char text[96];
	int len = snprintf(text, sizeof(text), "not ok 1 - --seed %llu --count 1 hangs\n",
			   (unsigned long long)running);

	(void)signal;
	_exit(write(1, text, len) == len ? 1 : 2);
}

static void take_program(struct rng *r, const struct run *run, struct commands *to, unsigned int mischief)
{
	struct program *p = generate_program(r, ingot_device_config(run->machines[0].dev), DATA_UNITS,
					     4 + rng_below(r, 28), mischief);
	struct ingot_error err;
	const struct cmd *cmds = program_finish(p, &err);

	if (!cmds) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	to->count = program_size(p);
	memcpy(to->cmds, cmds, to->count * sizeof(*cmds));
	program_destroy(p);
}

static void make_dump(struct run *run)
{
	struct gen g = { .config = ingot_device_config(run->machines[0].dev), .p = program_create() };
	struct ingot_error err;

	gen_epilogue(&g);
	program_begin(g.p, ING_OP_END);
	program_end(g.p);
	if (!program_finish(g.p, &err)) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	run->dump.count = program_size(g.p);
	memcpy(run->dump.cmds, program_at(g.p, 0), run->dump.count * sizeof(struct cmd));
	program_destroy(g.p);
}

static void make_program(struct rng *r, struct run *run)
{
	switch (rng_below(r, 4)) {
	case 0:
		run->p = run->real[rng_below(r, REAL_PROGRAMS)];
		hostile_mutate(r, &run->p);
		break;
	case 1:
		take_program(r, run, &run->p, 0);
		hostile_mutate(r, &run->p);
		break;
	case 2:
		take_program(r, run, &run->p, 1 + rng_below(r, 3));
		break;
	default:
		hostile_random(r, &run->p);
	}
}

static bool has_op(const struct commands *p, uint32_t op)
{
	for (uint32_t i = 0; i < p->count; i++)
		if ((p->cmds[i].w[0] & 0xff) == op)
			return true;
	return false;
}

static bool same_completion(const struct ingot_completion *x, const struct ingot_completion *y)
{
	if (!memcmp(x, y, sizeof(*x)))
		return true;
	printf("# done %d fault %u value %u %u offset %u, other device: done %d fault %u value %u %u offset %u\n",
	       x->done, x->fault, x->value, x->value2, x->offset, y->done, y->fault, y->value, y->value2,
	       y->offset);
	return false;
}

static bool same_memory(const struct machine *a, uint8_t *const bytes[PARTS], const char *what)
{
	bool same = true;

	for (unsigned int i = PART_KV; i < PARTS; i++) {
		if (!memcmp(a->bytes[i], bytes[i], machine_part_bytes(a, i)))
			continue;
		printf("# %s: part %u of the memory differs\n", what, i);
		same = false;
	}
	return same;
}

/*
 * On devices of two kinds only the end can be compared: broken commands may overlap themselves,
 * what they leave is then not defined, and a token picked from it may lead anywhere.
 */
static bool same_end(const struct run *run)
{
	const struct machine *a = &run->machines[0], *b = &run->machines[1];

	if (!run->same_kind && has_op(&run->p, ING_OP_PICK))
		return true;
	if (!same_completion(&a->events[a->n_events - 1], &b->events[b->n_events - 1]))
		return false;
	if (!run->same_kind)
		return true;
	return a->n_events == b->n_events && same_memory(a, b->bytes, "hostile program");
}

/* What a hostile program has read is in the scratchpad; no fault wipes that for its own context. */
static bool same_scratchpad(struct run *run)
{
	for (unsigned int k = 0; k < 2; k++)
		machine_run(&run->machines[k], 0, &run->dump, run->data, 0);
	return same_memory(&run->machines[0], run->machines[1].bytes, "scratchpad");
}

static bool good_again(struct run *run, struct machine *m)
{
	machine_run(m, 1, &run->good, run->good_data, 0);
	if (m->events[m->n_events - 1].fault) {
		printf("# %s: the good program faults\n", ingot_device_uri(m->dev));
		return false;
	}
	return same_memory(m, run->expected, ingot_device_uri(m->dev));
}

static bool one_program(struct run *run, unsigned long i)
{
	struct rng r = { (run->seed + i) * 0x9e3779b97f4a7c15ull | 1 };
	bool good = true;

	for (unsigned int k = 0; k < 10; k++)
		rng_next(&r);
	running = run->seed + i;
	alarm(run->seconds);
	generate_data(&r, run->data, DATA_UNITS, rng_below(&r, 3) == 0);
	make_program(&r, run);
	for (unsigned int k = 0; k < 2; k++)
		machine_run(&run->machines[k], 0, &run->p, run->data, i);
	run->faults[run->machines[0].events[run->machines[0].n_events - 1].fault & 15]++;
	good = same_end(run);
	for (unsigned int k = 0; k < 2; k++)
		good &= machine_intact(&run->machines[k]);
	if (run->same_kind)
		good &= same_scratchpad(run);
	for (unsigned int k = 0; k < 2; k++)
		good &= good_again(run, &run->machines[k]);
	alarm(0);
	return good;
}

/* The results of a good program, always the same one, from a device that no hostile one has seen. */
static void expect(struct run *run)
{
	struct rng r = { 20261121 };
	struct machine *m = &run->machines[0];

	generate_data(&r, run->good_data, DATA_UNITS, false);
	take_program(&r, run, &run->good, 0);
	machine_run(m, 1, &run->good, run->good_data, 0);
	for (unsigned int i = 0; i < PARTS; i++) {
		run->expected[i] = malloc(machine_part_bytes(m, i));
		memcpy(run->expected[i], m->bytes[i], machine_part_bytes(m, i));
	}
}

static void parse(struct run *run, int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--seed") && i + 1 < argc)
			run->seed = strtoull(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--count") && i + 1 < argc)
			run->count = strtoul(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--seconds") && i + 1 < argc)
			run->seconds = strtoul(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--model") && i + 1 < argc)
			run->model = argv[++i];
		else if (n < 2 && argv[i][0] != '-')
			run->uri[n++] = argv[i];
		else
			n = 3;
	}
	if (n != 2 || !run->model) {
		fprintf(stderr, "usage: hostile_programs [--seed S] [--count N] [--seconds S] --model FILE DEVICE DEVICE\n");
		exit(1);
	}
	run->same_kind = !strncmp(run->uri[0], run->uri[1], 4);
}

int main(int argc, char **argv)
{
	static struct run run = { .count = 1000, .seconds = 600 };
	struct ingot_error err;
	unsigned long bad = 0;

	run.seed = time(NULL);
	parse(&run, argc, argv);
	signal(SIGALRM, hang);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..1\n# %s against %s, --seed %llu --count %lu\n", run.uri[0], run.uri[1],
	       (unsigned long long)run.seed, run.count);
	if (real_programs(run.uri[0], run.model, run.real, &err)) {
		printf("Bail out! %s\n", err.text);
		return 1;
	}
	for (unsigned int k = 0; k < 2; k++)
		machine_open(&run.machines[k], run.uri[k], k ? 0x5a : 0xc3);
	make_dump(&run);
	expect(&run);
	for (unsigned long i = 0; i < run.count && bad < 5; i++) {
		if (one_program(&run, i))
			continue;
		printf("# goes wrong: --seed %llu --count 1\n", (unsigned long long)run.seed + i);
		bad++;
	}
	printf("# ended by fault code:");
	for (unsigned int i = 0; i < 16; i++)
		printf(" %lu", run.faults[i]);
	printf("\n%sok 1 - %lu hostile programs harm neither %s nor %s\n", bad ? "not " : "", run.count,
	       run.uri[0], run.uri[1]);
	return bad != 0;
}
