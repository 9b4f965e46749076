// SPDX-License-Identifier: MIT
/*
 * The whole core through its registers and rings: copies, control flow, events, faults, full rings,
 * abort, reset, isolation of contexts.
 *
 * usage: test_core [NAME [SEED]]	NAME of a Verilated core, tiny-check by default
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/rtl/core/bench.h"

#define PROG 0u	    /* unit of the programs */
#define DATA 1024u  /* unit of the data */
#define S_PROG 1    /* slots of context 0 */
#define S_DATA 2    /* 64 units, read and write */
#define S_RO 3	    /* 8 units, read only */
#define S_EMPTY 9

static struct bench bench;
static unsigned int unit_beats; /* of the memory port */
static unsigned int tests, failures;

static bool ok(bool good, const char *name)
{
	tests++;
	failures += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", tests, name);
	return good;
}

static uint32_t (*cmds)[16];
static unsigned int n_cmds;

static uint32_t *command(uint32_t w0)
{
	static uint32_t program[64][16];
	uint32_t *cmd;

	cmds = program;
	cmd = program[n_cmds++];
	memset(cmd, 0, ING_CMD_BYTES);
	cmd[0] = w0;
	return cmd;
}

static void scalar(unsigned int rd, unsigned int ra, unsigned int rb, uint32_t imm, unsigned int sh,
		   uint32_t mask)
{
	uint32_t *cmd = command(ING_OP_SCALAR);

	cmd[2] = rd | ra << ING_C_RA_L | rb << ING_C_RB_L | sh << ING_C_SH_L;
	cmd[3] = imm;
	cmd[4] = mask;
}

static void loop(unsigned int ra, uint32_t target)
{
	uint32_t *cmd = command(ING_OP_LOOP);

	cmd[2] = ra << ING_C_RA_L;
	cmd[3] = target;
}

static void emit(unsigned int ra, unsigned int rb)
{
	command(ING_OP_EMIT)[2] = ra << ING_C_RA_L | rb << ING_C_RB_L;
}

static void stop(void)
{
	command(ING_OP_END);
}

static uint32_t *load(unsigned int slot, uint32_t offset, uint32_t lines, uint32_t dst)
{
	uint32_t *cmd = command(ING_OP_LOAD);

	cmd[2] = slot | 1u << ING_S_TGROUPS_L;
	cmd[3] = offset;
	cmd[4] = lines;
	cmd[7] = dst;
	return cmd;
}

/* Stores lines of the scratchpad, after all earlier stream commands. */
static uint32_t *store(unsigned int slot, uint32_t offset, uint32_t lines, uint32_t src)
{
	uint32_t *cmd = command(ING_OP_VEC | 1u << ING_F_WAIT_STR_L);

	cmd[2] = ING_FN_COPY | ING_SINK_MEM << ING_V_SINK_L | 1u << ING_V_OUTER_L | 1u << ING_V_INNER_L;
	cmd[3] = lines * 16;
	cmd[4] = src;
	cmd[9] = slot;
	cmd[13] = offset;
	return cmd;
}

/* Uploads what was written since the last call and runs it; w1 of the completion, shifted to the code. */
static int run(struct job *job, uint32_t *comp)
{
	bench_load(&bench, PROG, (const uint32_t(*)[16])cmds, n_cmds);
	job->slot = S_PROG;
	job->len = n_cmds;
	n_cmds = 0;
	if (!bench_run(&bench, job, comp))
		return -1;
	return comp[ING_COMP_TYPE_W] >> 8 & 0xff;
}

static bool faulted(const uint32_t *comp, uint32_t pc, uint32_t slot, uint32_t offset)
{
	bool same = comp[ING_COMP_VALUE_W] == pc && comp[ING_COMP_VALUE2_W] == slot &&
		    comp[ING_COMP_OFFSET_W] == offset;

	if (!same)
		printf("# pc %u slot %u offset %u\n", comp[2], comp[3], comp[4]);
	return same && bench_read(&bench, ING_REG_FAULT_PC) == pc &&
	       bench_read(&bench, ING_REG_FAULT_SLOT) == slot &&
	       bench_read(&bench, ING_REG_FAULT_OFFSET) == offset &&
	       bench_read(&bench, ING_REG_FAULT_CODE) == (comp[ING_COMP_TYPE_W] >> 8 & 0xff) &&
	       bench_read(&bench, ING_REG_FAULT_TAG) == comp[ING_COMP_TAG_W];
}

static void test_identity(void)
{
	ok(bench_read(&bench, ING_REG_MAGIC) == ING_MAGIC &&
		   bench_read(&bench, ING_REG_VERSION) == ING_VERSION,
	   "magic and version");
	ok(bench_read(&bench, ING_REG_ROM) == 0xedfe0dd0, "the ROM holds a device tree");
	ok(!bench_read(&bench, 0x024) && !bench_read(&bench, 0x0fc) && !bench_read(&bench, 0xfffc),
	   "unknown registers read 0");
	bench_slot(&bench, 7, 31, 0x12345678, 0x9abcdef0, 5);
	ok(bench_read(&bench, ING_REG_SLOTS + 0xff0) == 0x12345678 &&
		   bench_read(&bench, ING_REG_SLOTS + 0xff4) == 0x9abcdef0 &&
		   bench_read(&bench, ING_REG_SLOTS + 0xff8) == 5,
	   "the last slot reads back");
	bench_slot(&bench, 0, S_PROG, PROG, 64, ING_PERM_EXEC);
	bench_slot(&bench, 0, S_DATA, DATA, 64, ING_PERM_READ | ING_PERM_WRITE);
	bench_slot(&bench, 0, S_RO, DATA, 8, ING_PERM_READ);
}

static void test_copies(unsigned int seed)
{
	static const uint32_t cases[][3] = { { 0, 0, 1 },	{ 64, 3, 1 },	   { 4096 - 64, 61, 5 },
					     { 192, 5, 130 },	{ 4096, 1024, 256 }, { 64 * 7, 77, 700 } };
	bool good = true;

	srand(seed);
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t host = cases[i][0], unit = cases[i][1] + DATA, units = cases[i][2];
		uint8_t *there = bench.host + host, *back = bench.host + (1 << 20) + 64;

		for (unsigned int j = 0; j < units * 64; j++)
			there[j] = rand();
		memset(back, 0xee, units * 64 + 64);
		good &= !bench_copy(&bench, ING_DESC_TO_DEVICE, host, unit, units);
		good &= !bench_copy(&bench, ING_DESC_TO_HOST, (1 << 20) + 64, unit, units);
		good &= !memcmp(there, back, units * 64) && back[units * 64] == 0xee;
	}
	ok(good, "copies there and back, of many lengths and alignments");
	ok(bench_copy(&bench, ING_DESC_TO_DEVICE, 0, 0xfffffff0, 1) == ING_FAULT_BUS,
	   "a copy past the end of memory meets a bus error");
	ok(bench_copy(&bench, ING_DESC_TO_DEVICE, BENCH_HOST_BYTES, DATA, 2) == ING_FAULT_BUS &&
		   bench_copy(&bench, ING_DESC_TO_HOST, BENCH_HOST_BYTES, DATA, 2) == ING_FAULT_BUS,
	   "a copy from or to a bad host address meets a bus error");
	ok(bench_copy(&bench, ING_DESC_TO_DEVICE, 32, DATA, 1) == ING_FAULT_DESC &&
		   bench_copy(&bench, ING_DESC_TO_DEVICE, 0, DATA, 0) == ING_FAULT_DESC &&
		   bench_copy(&bench, ING_DESC_TO_DEVICE, 0, 0xfffffff0, 17) == ING_FAULT_DESC &&
		   bench_copy(&bench, ING_DESC_RUN, 0, DATA, 1) == ING_FAULT_DESC &&
		   bench_copy(&bench, ING_DESC_TO_HOST | 0x200, 0, DATA, 1) == ING_FAULT_DESC,
	   "malformed copies are refused");
	ok(!bench_copy(&bench, ING_DESC_TO_DEVICE, 0, DATA, 1), "and the next one works");
}

/* The share of the cycles the port could serve that an upload uses. */
static void test_copy_rate(void)
{
	struct ing_core_stats before, after;
	uint32_t units = 8192;
	double beats = (double)units * unit_beats, rate;

	bench.core->ops->stats(bench.core, &before);
	ok(!bench_copy(&bench, ING_DESC_TO_DEVICE, 0, DATA, units), "an upload of 512 KiB");
	bench.core->ops->stats(bench.core, &after);
	rate = beats / (after.port_cycles - before.port_cycles);
	printf("# %.3f beats a port cycle\n", rate);
	ok(rate > 0.9, "uploads use more than 90 % of the port");
}

static void test_control(void)
{
	struct job job = { .tag = 7, .args = { 3, 40, 0, 0, 0, 0, 0, 0x80000001 } };
	uint32_t comp[8];

	/* R10 = 3 * 7 by a loop, R11 = (R8 + R2) >> 1 & 0xffff */
	scalar(9, 1, 0, 0, 0, ~0u);
	scalar(10, 10, 0, 7, 0, ~0u);
	loop(9, 1);
	scalar(11, 8, 2, 0, 1, 0xffff);
	emit(10, 11);
	stop();
	bench_load(&bench, PROG, (const uint32_t(*)[16])cmds, n_cmds);
	job.slot = S_PROG;
	job.len = n_cmds;
	n_cmds = 0;
	bench_submit_job(&bench, &job);
	ok(bench_completion(&bench, 0, comp) && comp[0] == 7 && comp[1] == ING_COMP_EVENT && comp[2] == 21 &&
		   comp[3] == 20,
	   "arguments, SCALAR, LOOP, EMIT");
	ok(bench_completion(&bench, 0, comp) && comp[0] == 7 && comp[1] == ING_COMP_DONE && !comp[2] &&
		   !comp[3] && !comp[4] && comp[5] > 20,
	   "the job ends");
	ok(bench_read(&bench, ING_REG_COUNTERS + 8 * ING_CNT_COMMANDS) == 1 + 2 * 3 + 3, "commands counted");
}

static void test_break(void)
{
	struct job job = { .args = { 5, 8 } };
	uint32_t comp[8], *cmd;

	/* counts R1 up until it is one of 9 and 100 */
	scalar(1, 1, 0, 1, 0, ~0u);
	cmd = command(ING_OP_BREAK);
	cmd[2] = 1u << ING_C_RA_L | 2u << ING_C_COUNT_L;
	cmd[3] = 4;
	cmd[4] = 100;
	cmd[5] = 9;
	loop(2, 0);
	scalar(1, 0, 0, 0xbad, 0, ~0u);
	emit(1, 2);
	stop();
	bench_load(&bench, PROG, (const uint32_t(*)[16])cmds, n_cmds);
	job.slot = S_PROG;
	job.len = n_cmds;
	n_cmds = 0;
	bench_submit_job(&bench, &job);
	ok(bench_completion(&bench, 0, comp) && comp[2] == 9 && comp[3] == 5 &&
		   bench_completion(&bench, 0, comp) && comp[1] == ING_COMP_DONE,
	   "BREAK leaves a loop");
}

/* What is fetched behind a LOOP is its target, if it has one of its own: the outer loop's is in R3. */
static void test_nested_loops(void)
{
	struct job job = { .args = { 3, 4, 1 } };
	uint32_t comp[8];

	scalar(9, 1, 0, 0, 0, ~0u);
	scalar(11, 2, 0, 0, 0, ~0u);
	scalar(10, 10, 0, 1, 0, ~0u);
	loop(11, 2);
	loop(9, 0);
	cmds[n_cmds - 1][1] = (3 | 3 << 4) << 8;
	emit(10, 11);
	stop();
	bench_load(&bench, PROG, (const uint32_t(*)[16])cmds, n_cmds);
	job.slot = S_PROG;
	job.len = n_cmds;
	n_cmds = 0;
	bench_submit_job(&bench, &job);
	ok(bench_completion(&bench, 0, comp) && comp[2] == 12 && comp[3] == 0 &&
		   bench_completion(&bench, 0, comp) && comp[1] == ING_COMP_DONE,
	   "a loop in a loop, and a target by a patch");
}

static void test_patches(void)
{
	struct job job = { .args = { 5, 3 } };
	uint32_t comp[8], *cmd;

	/* imm = 100 + R1 * 10, then + R2; ra by a patch of w2 with R2 = 3: R3 */
	scalar(3, 0, 0, 1000, 0, ~0u);
	cmd = command(ING_OP_SCALAR);
	cmd[1] = 3 | 1 << 4 | 3 << 8 | 2 << 12;
	cmd[2] = 4;
	cmd[3] = 100;
	cmd[4] = ~0u;
	cmd[15] = 10;
	emit(4, 3);
	stop();
	bench_load(&bench, PROG, (const uint32_t(*)[16])cmds, n_cmds);
	job.slot = S_PROG;
	job.len = n_cmds;
	n_cmds = 0;
	bench_submit_job(&bench, &job);
	ok(bench_completion(&bench, 0, comp) && comp[2] == 153 && comp[3] == 1000 &&
		   bench_completion(&bench, 0, comp) && comp[1] == ING_COMP_DONE,
	   "patches: with w15, and without");
}

static void test_data(void)
{
	struct job job = { .tag = 1 };
	uint32_t comp[8];
	float *data = (float *)(bench.host + 0x10000);

	for (unsigned int i = 0; i < 64 * 16; i++)
		data[i] = i + 0.5f;
	bench_copy(&bench, ING_DESC_TO_DEVICE, 0x10000, DATA, 32);
	load(S_DATA, 1, 20, 5);
	store(S_DATA, 40, 20, 5);
	stop();
	ok(!run(&job, comp), "LOAD and a VEC to memory");
	bench_copy(&bench, ING_DESC_TO_HOST, 0x20000, DATA + 40, 20);
	ok(!memcmp(bench.host + 0x20000, data + 16, 20 * 64), "the lines arrive");
}

static void test_counters(uint64_t beats)
{
	uint64_t value[ING_COUNTERS], sum = 0;

	for (unsigned int i = 0; i < ING_COUNTERS; i++)
		value[i] = bench_read(&bench, ING_REG_COUNTERS + 8 * i) |
			   (uint64_t)bench_read(&bench, ING_REG_COUNTERS + 8 * i + 4) << 32;
	for (unsigned int i = ING_CNT_STREAM; i <= ING_CNT_HOST; i++)
		sum += value[i];
	ok(sum == value[ING_CNT_CYCLES] && sum, "the causes add up to the cycles");
	if (beats)
		ok(value[ING_CNT_READ_BEATS] == beats && value[ING_CNT_WRITE_BEATS] == beats, "beats counted");
}

static void test_front_faults(void)
{
	struct job job = { .tag = 0x1234 };
	uint32_t comp[8], *cmd;

	command(ING_OP_BARRIER);
	command(0x7f);
	stop();
	ok(run(&job, comp) == ING_FAULT_OPCODE && faulted(comp, 1, 0, 0), "unknown opcode");

	command(ING_OP_BARRIER)[13] = 1;
	ok(run(&job, comp) == ING_FAULT_FIELD && faulted(comp, 0, 0, 0), "reserved bit of a control command");

	load(S_DATA, 0, 1, 0)[9] = 1u << 31;
	ok(run(&job, comp) == ING_FAULT_FIELD && faulted(comp, 0, 0, 0), "reserved bit of a stream command");

	cmd = command(ING_OP_BREAK);
	cmd[2] = 9u << ING_C_COUNT_L;
	ok(run(&job, comp) == ING_FAULT_FIELD && faulted(comp, 0, 0, 0), "BREAK with nine ids");

	command(ING_OP_BARRIER);
	ok(run(&job, comp) == ING_FAULT_PC && faulted(comp, 1, 0, 0), "the end of the program without END");

	loop(0, 77);
	stop();
	ok(run(&job, comp) == ING_FAULT_PC && faulted(comp, 77, 0, 0), "a jump out of the program");

	loop(0, 0);
	job.budget = 1000;
	ok(run(&job, comp) == ING_FAULT_BUDGET && faulted(comp, 0, 0, 0), "an endless loop runs out of budget");

	command(ING_OP_BARRIER);
	stop();
	job.budget = 2;
	ok(!run(&job, comp), "a budget of as many commands as there are is enough");
	command(ING_OP_BARRIER);
	stop();
	job.budget = 1;
	ok(run(&job, comp) == ING_FAULT_BUDGET && faulted(comp, 1, 0, 0), "one less is not");
}

static void test_fetch_faults(void)
{
	struct job job = { .tag = 5, .slot = S_DATA, .len = 1 };
	uint32_t comp[8];

	ok(bench_run(&bench, &job, comp) && comp[1] >> 8 == ING_FAULT_PERM && faulted(comp, 0, S_DATA, 0),
	   "a program in a slot without EXEC");
	job.slot = S_PROG;
	job.prog = 64;
	ok(bench_run(&bench, &job, comp) && comp[1] >> 8 == ING_FAULT_SLOT && faulted(comp, 0, S_PROG, 64),
	   "a program past the end of its slot");
	job.prog = 0xffffffff;
	job.len = 5;
	ok(bench_run(&bench, &job, comp) && comp[1] >> 8 == ING_FAULT_SLOT &&
		   faulted(comp, 0, S_PROG, 0xffffffff),
	   "a program offset does not wrap");
	job.slot = 32 + S_PROG;
	ok(bench_run(&bench, &job, comp) && comp[1] >> 8 == ING_FAULT_PERM, "there is no slot 33");
	job.ctx = 8;
	ok(bench_run(&bench, &job, comp) && comp[1] >> 8 == ING_FAULT_DESC, "there is no context 8");
}

static void test_access_faults(void)
{
	struct job job = { .tag = 6 };
	uint32_t comp[8];

	command(ING_OP_BARRIER);
	load(S_EMPTY, 3, 1, 0);
	ok(run(&job, comp) == ING_FAULT_PERM && faulted(comp, 1, S_EMPTY, 3), "LOAD of an empty slot");
	load(S_PROG, 0, 1, 0);
	ok(run(&job, comp) == ING_FAULT_PERM && faulted(comp, 0, S_PROG, 0), "LOAD of the program");
	load(S_RO, 6, 2, 0);
	load(S_RO, 6, 3, 0);
	stop();
	ok(run(&job, comp) == ING_FAULT_SLOT && faulted(comp, 1, S_RO, 8), "LOAD past the end, by one");
	load(S_DATA, 0xffffffff, 2, 0);
	ok(run(&job, comp) == ING_FAULT_SLOT && faulted(comp, 0, S_DATA, 0xffffffff), "an offset does not wrap");
	store(S_RO, 2, 1, 0);
	ok(run(&job, comp) == ING_FAULT_PERM && faulted(comp, 0, S_RO, 2), "a write to a slot without WRITE");
	store(S_PROG, 2, 1, 0);
	ok(run(&job, comp) == ING_FAULT_PERM && faulted(comp, 0, S_PROG, 2), "a write to the program");
	store(S_DATA, 63, 2, 0);
	ok(run(&job, comp) == ING_FAULT_SLOT && faulted(comp, 0, S_DATA, 64), "a write past the end");
	load(S_RO, 0, 9, 0);
	store(S_PROG, 0, 1, 0);
	stop();
	ok(run(&job, comp) == ING_FAULT_SLOT && faulted(comp, 0, S_RO, 8), "the first fault in order is told");
	test_data();
}

/* The device posts no completion over one that was not read, and says HOST meanwhile. */
static void test_full_ring(void)
{
	struct job job = { .tag = 9, .args = { 20 } };
	uint32_t comp[8];
	unsigned int events = 0;

	emit(1, 0);
	loop(1, 0);
	stop();
	bench_load(&bench, PROG, (const uint32_t(*)[16])cmds, n_cmds);
	job.slot = S_PROG;
	job.len = n_cmds;
	n_cmds = 0;
	bench_submit_job(&bench, &job);
	for (int i = 0; i < 100; i++)
		bench.core->ops->step(bench.core, 200);
	ok((bench_read(&bench, ING_REG_STATUS) & 1) &&
		   bench_read(&bench, ING_REG_QUEUE + ING_Q_CQ_TAIL) <= bench.cq_head[0] + (1u << BENCH_CQ_LOG2),
	   "a full ring stops the job");
	ok(!bench_copy(&bench, ING_DESC_TO_DEVICE, 0, DATA, 1), "and not the other queue");
	while (bench_completion(&bench, 0, comp) && comp[1] == ING_COMP_EVENT)
		events += comp[2] == 20 - events;
	ok(events == 20 && comp[1] == ING_COMP_DONE, "all events arrive in order");
	ok(bench_read(&bench, ING_REG_COUNTERS + 8 * ING_CNT_HOST) > 10000, "the wait is the host's");
	test_counters(0);
}

static void test_abort(void)
{
	struct job job = { .tag = 11, .irq = true };
	unsigned int irqs = bench.irqs[0];
	uint32_t comp[8];

	bench_write(&bench, ING_REG_ABORT, 1);
	command(ING_OP_BARRIER);
	loop(0, 0);
	bench_load(&bench, PROG, (const uint32_t(*)[16])cmds, n_cmds);
	job.slot = S_PROG;
	job.len = n_cmds;
	n_cmds = 0;
	bench_submit_job(&bench, &job);
	for (int i = 0; i < 10; i++)
		bench.core->ops->step(bench.core, 100);
	ok(bench_read(&bench, ING_REG_STATUS) & 1, "an endless job runs");
	bench_write(&bench, ING_REG_ABORT, 1);
	ok(bench_completion(&bench, 0, comp) && comp[1] >> 8 == ING_FAULT_ABORT, "it can be stopped");
	ok(bench.irqs[0] == irqs + 1 && (bench_read(&bench, ING_REG_IRQ_STATUS) & 1), "with an interrupt");
	bench_write(&bench, ING_REG_IRQ_STATUS, 1);
	ok(!bench_read(&bench, ING_REG_IRQ_STATUS), "which can be cleared");
	test_data();
}

static void test_bus_error(void)
{
	struct job job = { .tag = 12 };
	uint32_t comp[8];

	bench_slot(&bench, 0, 4, 0xf0000000, 64, ING_PERM_READ | ING_PERM_WRITE);
	load(4, 0, 4, 0);
	stop();
	ok(run(&job, comp) == ING_FAULT_BUS && comp[ING_COMP_VALUE2_W] == 4, "a slot beyond memory: reads");
	store(4, 0, 1, 0);
	stop();
	ok(run(&job, comp) == ING_FAULT_BUS && comp[ING_COMP_VALUE2_W] == 4, "a slot beyond memory: writes");
	test_data();
}

/* What context 0 left in the scratchpad is not there for context 1. */
static void test_wipe(void)
{
	struct job job = { .ctx = 1, .tag = 13 };
	uint32_t comp[8];
	bool zero = true;

	bench_slot(&bench, 1, S_PROG, PROG, 64, ING_PERM_EXEC);
	bench_slot(&bench, 1, S_DATA, DATA, 64, ING_PERM_READ | ING_PERM_WRITE);
	store(S_DATA, 0, 40, 0);
	stop();
	ok(!run(&job, comp), "a job of another context");
	bench_copy(&bench, ING_DESC_TO_HOST, 0x20000, DATA, 40);
	for (unsigned int i = 0; i < 40 * 64; i++)
		zero &= !bench.host[0x20000 + i];
	ok(zero, "finds an empty scratchpad");
}

/* Both users of device memory at once: a job that reads and writes, and an upload. */
static void test_copy_beside_job(void)
{
	struct job job = { .tag = 15, .args = { 200 } };
	uint32_t comp[8], units = 2000;
	bool good;

	load(S_DATA, 0, 20, 0);
	store(S_DATA, 40, 20, 0);
	loop(1, 0);
	stop();
	bench_load(&bench, PROG, (const uint32_t(*)[16])cmds, n_cmds);
	job.slot = S_PROG;
	job.len = n_cmds;
	n_cmds = 0;
	for (unsigned int i = 0; i < units * 64; i++)
		bench.host[0x40000 + i] = rand();
	bench_submit_job(&bench, &job);
	good = !bench_copy(&bench, ING_DESC_TO_DEVICE, 0x40000, DATA + 100, units) &&
	       (bench_read(&bench, ING_REG_STATUS) & 1);
	good &= !bench_copy(&bench, ING_DESC_TO_HOST, 0x100000, DATA + 100, units);
	good &= bench_completion(&bench, 0, comp) && comp[1] == ING_COMP_DONE;
	ok(good && !memcmp(bench.host + 0x40000, bench.host + 0x100000, units * 64),
	   "copies while a job reads and writes");
}

static void test_reset_in_copy(void)
{
	uint32_t desc[16] = { ING_DESC_TO_DEVICE };

	desc[ING_DESC_HOST_LO_W] = (uint32_t)BENCH_HOST_BASE;
	desc[ING_DESC_HOST_HI_W] = (uint32_t)(BENCH_HOST_BASE >> 32);
	desc[ING_DESC_DEV_W] = DATA;
	desc[ING_DESC_LEN_W] = 10000;
	bench_submit(&bench, 1, desc);
	bench.core->ops->step(bench.core, 500);
	ok(bench_read(&bench, ING_REG_STATUS) & 2, "a copy runs");
	bench_write(&bench, ING_REG_RESET, 1);
	ok(!bench.core->ops->step(bench.core, 5000) && !bench_read(&bench, ING_REG_STATUS), "reset stops it");
	bench_queues(&bench);
	ok(!bench_copy(&bench, ING_DESC_TO_DEVICE, 0, DATA, 100), "the next one works");
}

static void test_reset(void)
{
	struct job job = { .tag = 14 };
	uint32_t comp[8];

	loop(0, 0);
	bench_load(&bench, PROG, (const uint32_t(*)[16])cmds, n_cmds);
	job.slot = S_PROG;
	job.len = n_cmds;
	n_cmds = 0;
	bench_submit_job(&bench, &job);
	bench.core->ops->step(bench.core, 1000);
	bench_write(&bench, ING_REG_RESET, 1);
	bench.core->ops->step(bench.core, 100000);
	ok(!bench_read(&bench, ING_REG_RESET) && !bench_read(&bench, ING_REG_STATUS) &&
		   !bench_read(&bench, ING_REG_QUEUE + ING_Q_ENABLE),
	   "reset stops a job and clears the queues");
	ok(!bench.core->ops->step(bench.core, 1), "and the core is idle");
	bench_queues(&bench);
	stop();
	ok(!run(&job, comp), "the next job runs, with the slots of before");
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "tiny-check";
	const char *seed_text = argc > 2 ? argv[2] : getenv("SEED");
	unsigned int seed = seed_text ? strtoul(seed_text, NULL, 0) : 1;

	unit_beats = 512 / (strncmp(name, "tiny", 4) ? strncmp(name, "ecp5", 4) ? 512 : 128 : 64);
	printf("# %s, seed %u\n", name, seed);
	bench_open(&bench, name, seed);
	test_identity();
	test_copies(seed);
	test_copy_rate();
	test_control();
	test_break();
	test_nested_loops();
	test_patches();
	test_data();
	test_counters(20 * unit_beats);
	test_front_faults();
	test_fetch_faults();
	test_access_faults();
	test_full_ring();
	test_abort();
	test_bus_error();
	test_wipe();
	test_copy_beside_job();
	test_reset_in_copy();
	test_reset();
	bench_close(&bench);
	printf("1..%u\n", tests);
	return failures != 0;
}
