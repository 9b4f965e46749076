// SPDX-License-Identifier: MIT
// Random jobs for the stream unit against the reference, and a measurement of its speed.
//
//   stream_test [-s SEED] [-n JOBS] [-p]       -p: the measurement instead of the test
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <unistd.h>

#include "bench.h"

#ifndef TILE_M
#define TILE_M 4
#endif
#ifndef ACT_BLOCKS
#define ACT_BLOCKS 64
#endif
#ifndef SCRATCH_LINES
#define SCRATCH_LINES 256
#endif

static const uint32_t slot_units = 4096;

static uint32_t command_units(const Command &c)
{
	ing_format f = format_of(c);
	uint32_t tg = GET(c, ING_S_TGROUPS), tiles = (groups_of(c) + tg - 1) / tg;

	if (GET(c, ING_F_OP) == ING_OP_LOAD)
		return GET(c, ING_S_ROWS);
	if (GET(c, ING_F_OP) == ING_OP_GATHER)
		tiles = 1;
	return tiles * GET(c, ING_S_BLOCKS) * ing_block_units(f, tg);
}

static void random_format(Rng &rng, Command &c)
{
	uint32_t width = below(rng, 3);

	SET(c, ING_S_WIDTH, width);
	SET(c, ING_S_MIN, width != ING_WIDTH_16 && below(rng, 2));
	SET(c, ING_S_NOSCALE, width == ING_WIDTH_16 && below(rng, 2));
	SET(c, ING_S_TGROUPS, 1u << below(rng, 3));
}

static Command random_matmul(Rng &rng)
{
	Command c;
	uint32_t cols = 1 + below(rng, TILE_M), groups;

	SET(c, ING_F_OP, ING_OP_MATMUL);
	random_format(rng, c);
	SET(c, ING_S_BLOCKS, 1 + below(rng, below(rng, 4) ? 3 : 9));
	SET(c, ING_S_ROWS, 1 + below(rng, below(rng, 4) ? 48 : 200));
	SET(c, ING_S_COLS, cols);
	groups = groups_of(c);
	if (below(rng, 3) == 0)
		SET(c, ING_S_CHUNKS, 1 + below(rng, (4u << GET(c, ING_S_WIDTH)) - 1));
	SET(c, ING_S_ACT, below(rng, ACT_BLOCKS - GET(c, ING_S_BLOCKS) + 1));
	SET(c, ING_S_DSTCOL, groups + below(rng, 5));
	SET(c, ING_S_DST, below(rng, SCRATCH_LINES - (cols - 1) * GET(c, ING_S_DSTCOL) - groups + 1));
	return c;
}

static Command random_gather(Rng &rng)
{
	Command c;

	SET(c, ING_F_OP, ING_OP_GATHER);
	random_format(rng, c);
	SET(c, ING_S_BLOCKS, 1 + below(rng, 20));
	SET(c, ING_S_ROWS, below(rng, 16 * GET(c, ING_S_TGROUPS)));
	SET(c, ING_S_COLS, below(rng, 3));
	if (GET(c, ING_S_COLS) == ING_PART_MIN && !GET(c, ING_S_MIN))
		SET(c, ING_S_COLS, 0);
	if (GET(c, ING_S_COLS) == ING_PART_SCALE && GET(c, ING_S_NOSCALE))
		SET(c, ING_S_COLS, 0);
	SET(c, ING_S_DST, below(rng, SCRATCH_LINES - gather_lines(c) + 1));
	return c;
}

static Command random_load(Rng &rng)
{
	Command c;

	SET(c, ING_F_OP, ING_OP_LOAD);
	random_format(rng, c);
	SET(c, ING_S_ROWS, 1 + below(rng, below(rng, 3) ? 6 : 130));
	SET(c, ING_S_DST, below(rng, SCRATCH_LINES - GET(c, ING_S_ROWS) + 1));
	return c;
}

static Job::Item random_item(Rng &rng, int vec_total)
{
	Job::Item item;
	uint32_t kind = below(rng, 6), slot = below(rng, 4);

	do {
		item.cmd = kind == 0 ? random_load(rng) : kind == 1 ? random_gather(rng) : random_matmul(rng);
	} while (command_units(item.cmd) > slot_units);
	SET(item.cmd, ING_S_SLOT, slot);
	SET(item.cmd, ING_S_OFFSET, below(rng, slot_units - command_units(item.cmd) + 1));
	if (vec_total && below(rng, 2))
		item.wait = (int)below(rng, (uint32_t)vec_total + 1);
	if (vec_total && below(rng, 4) == 0)
		item.fetch_wait = (int)below(rng, (uint32_t)vec_total + 1);
	if (vec_total >= 1 && GET(item.cmd, ING_F_OP) == ING_OP_MATMUL && item.wait < 1)
		item.wait = 1;
	if (vec_total >= 2 && slot == 3 && item.fetch_wait < 2)
		item.fetch_wait = 2;
	item.prior = (uint16_t)below(rng, (uint32_t)vec_total + 1);
	return item;
}

// Makes a good command bad, one way or another; it may be that the way does not matter to its opcode.
static void spoil(Rng &rng, Command &c)
{
	switch (below(rng, 15)) {
	case 14: SET(c, ING_S_WIDTH, ING_WIDTH_4), SET(c, ING_S_CHUNKS, 5 + below(rng, 11)); break;
	case 0: SET(c, ING_S_WIDTH, 3); break;
	case 1: SET(c, ING_S_WIDTH, 2), SET(c, ING_S_MIN, 1); break;
	case 2: SET(c, ING_S_WIDTH, below(rng, 2)), SET(c, ING_S_NOSCALE, 1); break;
	case 3: SET(c, ING_S_TGROUPS, below(rng, 2) ? 0 : 5); break;
	case 4: SET(c, ING_S_ROWS, 0); break;
	case 5: SET(c, ING_S_BLOCKS, 0); break;
	case 6: SET(c, ING_S_COLS, 0); break;
	case 7: SET(c, ING_S_COLS, TILE_M + 1); break;
	case 8: SET(c, ING_S_DST, SCRATCH_LINES - below(rng, 3)); break;
	case 9: SET(c, ING_S_ACT, ACT_BLOCKS - below(rng, 3)); break;
	case 10: SET(c, ING_S_DSTCOL, 0xffff); break;
	case 11: SET(c, ING_S_SLOT, 4 + below(rng, 200)); break;
	case 12: SET(c, ING_S_OFFSET, slot_units - below(rng, 70)); break;
	default: SET(c, ING_S_OFFSET, below(rng, 2) ? 0xffffffffu - below(rng, 100) : slot_units + below(rng, 9999));
	}
}

static Job random_job(Rng &rng)
{
	Job job;
	size_t n = 1 + below(rng, 12);

	job.vec_total = below(rng, 3) ? (int)below(rng, 6) : 0;
	job.late_block = ACT_BLOCKS / 2;
	for (size_t i = 0; i < n; i++)
		job.items.push_back(random_item(rng, job.vec_total));
	if (!below(rng, 3))
		spoil(rng, job.items[below(rng, (uint32_t)n)].cmd);
	return job;
}

static Stalls random_stalls(Rng &rng)
{
	static const uint32_t level[] = {0, 0, 20, 128, 230};
	Stalls s;

	s.command = level[below(rng, 5)];
	s.request = level[below(rng, 5)];
	s.data = level[below(rng, 5)];
	s.write = level[below(rng, 5)];
	s.vector = below(rng, 2) ? 255 : 200;
	s.latency = 3 + below(rng, 3) * 20;
	s.jitter = below(rng, 2) * 30;
	return s;
}

static Model make_model()
{
	Model m;

	m.limits = {TILE_M, ACT_BLOCKS, SCRATCH_LINES};
	m.memory.resize((size_t)4 * slot_units * 16);
	for (uint32_t i = 0; i < 4; i++)
		m.slots[i] = {i * slot_units, slot_units, true};
	return m;
}

static void print_item(size_t number, const Job::Item &item)
{
	const Command &c = item.cmd;

	printf("#   %2zu: op %02x width %u min %u nosc %u tgroups %u cols %u slot %u offset %u rows %u blocks %u act %u dst %u+%u"
	       " wait %d fetch %d prior %u\n",
	       number, GET(c, ING_F_OP), GET(c, ING_S_WIDTH), GET(c, ING_S_MIN), GET(c, ING_S_NOSCALE),
	       GET(c, ING_S_TGROUPS), GET(c, ING_S_COLS), GET(c, ING_S_SLOT), GET(c, ING_S_OFFSET), GET(c, ING_S_ROWS),
	       GET(c, ING_S_BLOCKS), GET(c, ING_S_ACT), GET(c, ING_S_DST), GET(c, ING_S_DSTCOL), item.wait,
	       item.fetch_wait, item.prior);
}

static int test(uint64_t seed, uint32_t jobs)
{
	Rng rng(seed);
	Model model = make_model();
	Bench bench(model, seed);
	uint32_t bad = 0, faults = 0, commands = 0;

	printf("1..1\n# stream unit, W=%d M=%d, seed %llu, %u jobs\n", PORT_BITS, TILE_M, (unsigned long long)seed, jobs);
	for (uint32_t i = 0; i < jobs && !bad; i++) {
		Job job;
		Outcome out;

		if (i % 8 == 0)
			model.randomize(rng);
		model.slots[1].readable = below(rng, 40) != 0;
		job = random_job(rng);
		out = bench.run(job, model, random_stalls(rng));
		commands += (uint32_t)job.items.size();
		faults += out.fault != 0;
		if (!out.error.empty()) {
			printf("# job %u: %s\n", i, out.error.c_str());
			for (size_t k = 0; k < job.items.size(); k++)
				print_item(k, job.items[k]);
			bad++;
		}
	}
	printf("# %u commands, %u faults, %llu cycles\n", commands, faults, (unsigned long long)bench.cycles());
	printf("%sok 1 - stream W=%d M=%d\n", bad ? "not " : "", PORT_BITS, TILE_M);
	return bad != 0;
}

static void measure(const char *name, uint32_t width, bool min, uint32_t cols, uint32_t tg)
{
	Rng rng(1);
	Model model = make_model();
	Bench bench(model, 1);
	Job job;
	Outcome out;
	clock_t begin;
	double seconds, beats = 0, all = 0;

	model.randomize(rng);
	for (int i = 0; i < 2000; i++) {
		Job::Item item;
		Command &c = item.cmd;

		SET(c, ING_F_OP, ING_OP_MATMUL);
		SET(c, ING_S_WIDTH, width);
		SET(c, ING_S_MIN, min);
		SET(c, ING_S_TGROUPS, tg);
		SET(c, ING_S_COLS, cols);
		SET(c, ING_S_ROWS, 128);
		SET(c, ING_S_BLOCKS, 18);
		SET(c, ING_S_DSTCOL, 8);
		beats += 8.0 * 18 * ing_chunks(width) * (512 / PORT_BITS);
		all += command_units(c) * (512.0 / PORT_BITS);
		job.items.push_back(item);
	}
	// The reference is not what is measured: nothing is compared.
	begin = clock();
	out = bench.run(job, model, Stalls(), false);
	seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
	printf("# %-12s %u of %u columns: %.4f digit beats, %.4f beats a cycle; %.0f kHz (bench included)%s%s\n", name, cols,
	       TILE_M, beats / (double)out.cycles, all / (double)out.cycles, (double)out.cycles / seconds / 1000,
	       out.error.empty() ? "" : " ", out.error.c_str());
	for (int i = 1; i < 7; i++)
		printf("#   cause %d: %llu\n", i, (unsigned long long)out.causes[i]);
}

static void measure_all()
{
	measure("4-bit min", ING_WIDTH_4, true, 1, 4);
	if (getenv("ONE"))
		return;
	if (TILE_M > 1)
		measure("4-bit min", ING_WIDTH_4, true, TILE_M, 4);
	measure("4-bit", ING_WIDTH_4, false, 1, 4);
	measure("8-bit", ING_WIDTH_8, false, 1, 4);
	measure("16-bit", ING_WIDTH_16, false, 1, 4);
}

int main(int argc, char **argv)
{
	uint64_t seed = (uint64_t)time(nullptr);
	uint32_t jobs = 300;
	int option;

	if (getenv("SEED"))
		seed = strtoull(getenv("SEED"), nullptr, 0);
	while ((option = getopt(argc, argv, "s:n:p")) != -1) {
		if (option == 's') {
			seed = strtoull(optarg, nullptr, 0);
		} else if (option == 'n') {
			jobs = (uint32_t)atoi(optarg);
		} else if (option == 'p') {
			measure_all();
			return 0;
		} else {
			fprintf(stderr, "usage: stream_test [-s SEED] [-n JOBS] [-p]\n");
			return 1;
		}
	}
	return test(seed, jobs);
}
