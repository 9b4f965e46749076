// SPDX-License-Identifier: MIT
/*
 * The functional model's rings, control commands, contexts and registers, and that its results do
 * not depend on threads or instruction set.
 */
#include "test_func_device.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUT_UNIT 512u

static void test_identity(void **state)
{
	struct device *dev = device_open(NULL, 1);
	uint32_t bytes = reg_read(dev, ING_REG_ROM_BYTES);

	(void)state;
	assert_int_equal(reg_read(dev, ING_REG_MAGIC), ING_MAGIC);
	assert_int_equal(reg_read(dev, ING_REG_VERSION), ING_VERSION);
	assert_in_range(bytes, 64, ING_ROM_MAX_BYTES);
	/* magic of a device tree, big-endian */
	assert_int_equal(reg_read(dev, ING_REG_ROM), 0xedfe0dd0);
	assert_int_equal(reg_read(dev, ING_REG_ROM + ((bytes + 3) & ~3u)), 0);
	assert_int_equal(reg_read(dev, 0xfffc), 0);
	reg_write(dev, 0xfffc, 1);
	set_slot(dev, 7, 31, 0x12345678, 0x9abcdef0, 5);
	for (uint32_t word = 0; word < 4; word++)
		assert_int_equal(reg_read(dev, ING_REG_SLOTS + 0xff0 + word * 4),
				 ((uint32_t[]){ 0x12345678, 0x9abcdef0, 5, 0 })[word]);
	device_close(dev);
}

static void test_copies_wrap_the_ring(void **state)
{
	struct device *dev = device_open(NULL, 1);
	uint8_t in[40 * 64], out[40 * 64];

	(void)state;
	for (uint32_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)random_bits();
	for (uint32_t i = 0; i < 40; i++)
		upload(dev, data_unit(i), in + i * 64, 1);
	download(dev, data_unit(0), out, 40);
	assert_memory_equal(in, out, sizeof(in));
	/* longer than what is moved in one go */
	memset(dev->host + HOST_DATA, 0x5a, 10000 * 64);
	upload(dev, data_unit(0), dev->host + HOST_DATA, 10000);
	memset(dev->host + HOST_DATA, 0, 10000 * 64);
	download(dev, data_unit(9999), out, 1);
	assert_int_equal(out[63], 0x5a);
	device_close(dev);
}

/* Three tokens by a loop: counts, events, leaves early on a stop id */
static void make_loop(struct program *p, uint32_t stop)
{
	uint32_t *w = add(p, ING_OP_SCALAR); /* R4 = ((R4 + R1 + 3) >> 1) & 0xff */

	SET(w, ING_C_RD, 4);
	SET(w, ING_C_RA, 4);
	SET(w, ING_C_RB, 1);
	SET(w, ING_C_IMM, 3);
	SET(w, ING_C_SH, 1);
	SET(w, ING_C_MASK, 0xff);
	w = add(p, ING_OP_EMIT);
	SET(w, ING_C_RA, 4);
	SET(w, ING_C_RB, 2);
	SET(w, ING_C_IRQ, 1);
	w = add(p, ING_OP_BREAK);
	SET(w, ING_C_RA, 4);
	SET(w, ING_C_COUNT, 2);
	SET(w, ING_C_IMM, 4);
	w[ING_C_ID0_W] = 12345;
	w[ING_C_ID0_W + 1] = stop;
	SET(add(p, ING_OP_LOOP), ING_C_RA, 2);
	add(p, ING_OP_END);
}

static void test_loop_break_emit(void **state)
{
	static const uint32_t values[3] = { 51, 77, 90 };
	struct device *dev = device_open(NULL, 1);

	(void)state;
	reg_write(dev, ING_REG_IRQ_ENABLE, 1);
	for (uint32_t events = 2; events <= 3; events++) {
		struct program p = { 0 };
		uint32_t desc[16];
		struct completion c;

		make_loop(&p, events == 2 ? 77 : 0);
		upload(dev, 0, p.w, p.n);
		run_desc(desc, 0, &p, 31);
		desc[ING_DESC_ARG0_W] = 100;
		desc[ING_DESC_ARG0_W + 1] = 3;
		dev->irqs[0] = 0;
		submit(dev, ING_QUEUE_JOB, desc);
		for (uint32_t i = 0; i < events; i++) {
			c = wait_done(dev, ING_QUEUE_JOB);
			assert_int_equal(c.w[ING_COMP_TYPE_W], ING_COMP_EVENT);
			assert_int_equal(c.w[ING_COMP_TAG_W], 31);
			assert_int_equal(c.w[ING_COMP_VALUE_W], values[i]);
			assert_int_equal(c.w[ING_COMP_VALUE2_W], 3 - i);
		}
		c = wait_done(dev, ING_QUEUE_JOB);
		assert_int_equal(c.w[ING_COMP_TYPE_W], ING_COMP_DONE);
		assert_int_equal(dev->irqs[0], events);
		assert_int_equal(reg_read(dev, ING_REG_COUNTERS + 8 * ING_CNT_COMMANDS),
				 events == 2 ? 8 : 13);
		assert_int_equal(reg_read(dev, ING_REG_COUNTERS + 8 * ING_CNT_CYCLES), 0);
	}
	device_close(dev);
}

/* R0 stays zero, whoever writes it */
static void test_register_zero(void **state)
{
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };
	struct completion c;
	uint32_t *w = add(&p, ING_OP_SCALAR);

	(void)state;
	SET(w, ING_C_IMM, 9);
	SET(w, ING_C_MASK, 0xffffffff);
	SET(add(&p, ING_OP_LOOP), ING_C_IMM, 3); /* 0 - 1 is not zero: jumps over the next */
	SET(add(&p, ING_OP_EMIT), ING_C_RB, 1);
	add(&p, ING_OP_EMIT);
	c = run(dev, &p);
	assert_int_equal(c.w[ING_COMP_TYPE_W], ING_COMP_EVENT);
	assert_int_equal(c.w[ING_COMP_VALUE_W], 0);
	assert_int_equal(wait_done(dev, ING_QUEUE_JOB).w[ING_COMP_TYPE_W], ING_COMP_DONE);
	device_close(dev);
}

static void test_interrupts(void **state)
{
	struct device *dev = device_open(NULL, 1);
	const uint32_t desc[16] = { ING_DESC_TO_DEVICE | ING_DESC_IRQ, 0, 0, 0, HOST_DATA, 0,
				    100, 1 };

	(void)state;
	submit(dev, ING_QUEUE_COPY, desc);
	wait_done(dev, ING_QUEUE_COPY);
	assert_int_equal(dev->irqs[1], 0);
	assert_int_equal(reg_read(dev, ING_REG_IRQ_STATUS), 2);
	reg_write(dev, ING_REG_IRQ_ENABLE, 3);
	assert_int_equal(dev->irqs[1], 0); /* callbacks come from step() only */
	device_step(dev);
	assert_int_equal(dev->irqs[1], 1);
	submit(dev, ING_QUEUE_COPY, desc);
	wait_done(dev, ING_QUEUE_COPY);
	assert_int_equal(dev->irqs[1], 2);
	reg_write(dev, ING_REG_IRQ_STATUS, 2);
	assert_int_equal(reg_read(dev, ING_REG_IRQ_STATUS), 0);
	assert_int_equal(dev->irqs[0], 0);
	device_close(dev);
}

/* More events than the ring holds: the device waits, and nothing is lost */
static void test_full_completion_ring(void **state)
{
	const uint32_t entries = 1u << RING_LOG2;
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };
	uint32_t desc[16], head;
	struct completion c;

	(void)state;
	SET(add(&p, ING_OP_EMIT), ING_C_RA, 1);
	SET(add(&p, ING_OP_LOOP), ING_C_RA, 1);
	add(&p, ING_OP_END);
	upload(dev, 0, p.w, p.n);
	run_desc(desc, 0, &p, 1);
	desc[ING_DESC_ARG0_W] = 20;
	submit(dev, ING_QUEUE_JOB, desc);
	assert_int_equal(dev->core->ops->step(dev->core, 1000), 1);
	for (int i = 0; i < 5; i++)
		assert_int_equal(dev->core->ops->step(dev->core, 1000), ING_STEP_WAITS);
	assert_int_equal(reg_read(dev, queue_reg(0, ING_Q_CQ_TAIL)), entries);
	for (uint32_t i = 20; i; i--) {
		device_step(dev);
		assert_true(complete(dev, 0, &c, 0));
		assert_int_equal(c.w[ING_COMP_VALUE_W], i);
		if (i % 4 == 0) { /* publish now and then */
			head = dev->cq_head[0];
			memcpy(dev->host + HOST_CQ_HEAD(0), &head, 4);
		}
	}
	c = wait_done(dev, 0);
	assert_int_equal(c.w[ING_COMP_TYPE_W], ING_COMP_DONE);
	assert_int_equal(dev->core->ops->step(dev->core, 1000), 0);
	device_close(dev);
}

/* ---- contexts ---- */

static struct completion run_in(struct device *dev, uint32_t context, struct program *p)
{
	uint32_t desc[16];

	add(p, ING_OP_END);
	upload(dev, 0, p->w, p->n);
	run_desc(desc, context, p, 1);
	submit(dev, ING_QUEUE_JOB, desc);
	return wait_done(dev, ING_QUEUE_JOB);
}

/* Leaves traces everywhere: scratchpad, activations, scalar file, top-k list */
static void make_traces(struct program *p)
{
	uint32_t *w;

	SET(add_vec(p, ING_FN_AFFINE, 64, 0, 0, 0), ING_V_D, 0x40400000);
	w = add_vec(p, ING_FN_COPY, 32, 0, 0, 3);
	SET(w, ING_V_SINK, ING_SINK_ACT);
	SET(w, ING_V_RED, ING_RED_SUM);
	SET(w, ING_V_SOUT, 4);
	w = add(p, ING_OP_TOPK);
	SET(w, ING_T_COUNT, 4);
	w = add(p, ING_OP_TOPK);
	SET(w, ING_T_SUB, ING_TOPK_UPDATE);
	SET(w, ING_T_COUNT, 8);
}

/* Stores what it finds: lines 0 .. 3, products with the activations, the scalar, the list */
static void find_traces(struct program *p)
{
	const struct ing_format q16 = { ING_WIDTH_16, 0, 1 };
	uint32_t *w;

	add_store(p, 0, OUT_UNIT, 4);
	w = add_matmul(p, q16, 1, OUT_UNIT + 64, 16, 1);
	SET(w, ING_S_ACT, 3);
	SET(w, ING_S_DST, 10);
	SET(add_vec(p, ING_FN_AFFINE, 16, 20, 0, 20), ING_V_D, 0x3f800000);
	w = add_vec(p, ING_FN_SCALE, 16, 20, 0, 11);
	SET(w, ING_V_USES, 1);
	SET(w, ING_V_SIN, 4);
	w = add(p, ING_OP_TOPK);
	SET(w, ING_T_SUB, ING_TOPK_READ);
	SET(w, ING_T_COUNT, 4);
	SET(w, ING_T_LINE, 12);
	add_store(p, 10, OUT_UNIT + 4, 3);
}

static void check_traces(struct device *dev, int expected)
{
	float out[7 * 16], minus_infinity;

	download(dev, data_unit(OUT_UNIT), out, 7);
	memcpy(&minus_infinity, &(uint32_t){ 0xff800000 }, 4);
	assert_true(out[0] == (expected ? 3.0f : 0.0f));
	assert_true((out[64] != 0) == expected);
	assert_true(out[80] == (expected ? 96.0f : 0.0f));
	assert_true(out[96] == (expected ? 3.0f : minus_infinity));
}

static void test_contexts_leave_nothing(void **state)
{
	struct device *dev = device_open(NULL, 1);
	struct program leave = { 0 }, look = { 0 };
	uint8_t weights[16 * 64];

	(void)state;
	memset(weights, 0xff, sizeof(weights));
	upload(dev, data_unit(OUT_UNIT + 64), weights, 16);
	make_traces(&leave);
	find_traces(&look);
	assert_int_equal(fault_of(run_in(dev, 2, &leave)), ING_FAULT_NONE);
	assert_int_equal(fault_of(run_in(dev, 2, &look)), ING_FAULT_NONE);
	check_traces(dev, 1);
	look.n--;
	assert_int_equal(fault_of(run_in(dev, 3, &look)), ING_FAULT_NONE);
	check_traces(dev, 0);
	device_close(dev);
}

static void test_reset(void **state)
{
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };
	uint32_t desc[16];
	struct completion c;

	(void)state;
	add(&p, ING_OP_LOOP);
	upload(dev, 0, p.w, p.n);
	run_desc(desc, 0, &p, 1);
	submit(dev, ING_QUEUE_JOB, desc);
	device_step(dev);
	assert_int_equal(reg_read(dev, ING_REG_STATUS), 1);
	reg_write(dev, ING_REG_RESET, 1);
	device_step(dev);
	assert_int_equal(reg_read(dev, ING_REG_RESET), 0);
	assert_int_equal(reg_read(dev, ING_REG_STATUS), 0);
	assert_int_equal(reg_read(dev, queue_reg(0, ING_Q_ENABLE)), 0);
	assert_int_equal(reg_read(dev, ING_REG_SLOTS + ING_SLOT_LEN), PROGRAM_UNITS);
	assert_false(complete(dev, ING_QUEUE_JOB, &c, 1));
	device_close(dev);
}

/* Disabling and enabling starts the ring anew */
static void test_enable(void **state)
{
	struct device *dev = device_open(NULL, 1);
	struct program p = { 0 };

	(void)state;
	run_good(dev, &p);
	assert_int_equal(reg_read(dev, queue_reg(0, ING_Q_SQ_HEAD)), 1);
	reg_write(dev, queue_reg(0, ING_Q_ENABLE), 0);
	reg_write(dev, queue_reg(0, ING_Q_ENABLE), 1);
	assert_int_equal(reg_read(dev, queue_reg(0, ING_Q_SQ_HEAD)), 0);
	assert_int_equal(reg_read(dev, queue_reg(0, ING_Q_CQ_TAIL)), 0);
	dev->sq_tail[0] = 0;
	dev->cq_head[0] = 0;
	memset(dev->host + HOST_CQ(0), 0, ING_COMP_BYTES << RING_LOG2);
	p.n = 0;
	run_good(dev, &p);
	device_close(dev);
}

/* ---- the same bits whatever computes them ---- */

#define BIG_ROWS 512u
#define BIG_BLOCKS 16u

static void big_program(struct program *p)
{
	const struct ing_format q4m = { ING_WIDTH_4, 1, 0 };
	uint32_t *w;

	add_load(p, 0, 0, TILE_M * BIG_BLOCKS * 2);
	w = add_vec(p, ING_FN_COPY, BIG_BLOCKS * 32, 0, 0, 0);
	SET(w, ING_V_SINK, ING_SINK_ACT);
	SET(w, ING_V_OUTER, TILE_M);
	SET(w, ING_V_AOUT, BIG_BLOCKS * 2);
	SET(w, ING_V_COLOUT, 1);
	w = add_matmul(p, q4m, 4, OUT_UNIT, BIG_ROWS, BIG_BLOCKS);
	SET(w, ING_S_COLS, TILE_M);
	SET(w, ING_S_DST, 200);
	SET(w, ING_S_DSTCOL, BIG_ROWS / 16);
	w = add_vec(p, ING_FN_EXP2, BIG_ROWS, 200, 0, 200);
	SET(w, ING_V_OUTER, TILE_M);
	SET(w, ING_V_AOUT, BIG_ROWS / 16);
	SET(w, ING_V_DSTOUT, BIG_ROWS / 16);
	SET(w, ING_V_RED, ING_RED_SUM);
	SET(w, ING_V_C, 0x3e800000);
	add_store(p, 200, 0, TILE_M * BIG_ROWS / 16);
}

static void run_big(const char *isa, unsigned int threads, const void *in, const void *weights,
		    uint32_t weight_units, float *out)
{
	struct device *dev = device_open(isa, threads);

	for (int repeat = 0; repeat < 20; repeat++) {
		struct program p = { 0 };

		upload(dev, data_unit(0), in, TILE_M * BIG_BLOCKS * 2);
		upload(dev, data_unit(OUT_UNIT), weights, weight_units);
		big_program(&p);
		run_good(dev, &p);
	}
	download(dev, data_unit(0), out, TILE_M * BIG_ROWS / 16);
	device_close(dev);
}

static void test_same_bits(void **state)
{
	const struct ing_format q4m = { ING_WIDTH_4, 1, 0 };
	const uint32_t units = BIG_ROWS / 64 * BIG_BLOCKS * ing_block_units(q4m, 4);
	static float in[TILE_M * BIG_BLOCKS * 32], want[TILE_M * BIG_ROWS], out[TILE_M * BIG_ROWS];
	uint8_t *weights = malloc((size_t)units * 64);

	(void)state;
	for (uint32_t i = 0; i < units * 64; i++)
		weights[i] = i / 64 % ing_block_units(q4m, 4) < 4 && i % 2 ? 0x20 : random_bits();
	for (uint32_t i = 0; i < TILE_M * BIG_BLOCKS * 32; i++)
		in[i] = random_float(1);
	run_big("scalar", 1, in, weights, units, want);
	run_big("scalar", 4, in, weights, units, out);
	assert_memory_equal(out, want, sizeof(want));
	run_big(NULL, 3, in, weights, units, out);
	assert_memory_equal(out, want, sizeof(want));
	free(weights);
}

/* What a thread does not block, signal 1 the lowest bit; false: it has ended */
static bool open_signals(const char *thread, uint64_t *signals)
{
	unsigned long long blocked;
	char path[300], line[200];
	FILE *in;

	*signals = 0;
	snprintf(path, sizeof(path), "/proc/self/task/%s/status", thread);
	in = fopen(path, "r");
	if (!in)
		return false;
	while (fgets(line, sizeof(line), in))
		if (sscanf(line, "SigBlk: %llx", &blocked) == 1)
			*signals = ~(uint64_t)blocked;
	fclose(in);
	return true;
}

/* What the program blocks in its own thread, to wait for it, must not be taken by another */
static void test_signals_are_the_programs(void **state)
{
	const int theirs[] = { SIGINT, SIGTERM, SIGWINCH, SIGALRM, SIGCHLD, SIGUSR1 };
	struct device *dev = device_open(NULL, 4);
	DIR *threads = opendir("/proc/self/task");
	unsigned int willing = 0, count = 0;
	uint64_t signals;

	(void)state;
	assert_non_null(threads);
	for (struct dirent *entry; (entry = readdir(threads));) {
		if (entry->d_name[0] == '.')
			continue;
		count++;
		/* none at all while it begins or ends */
		while (open_signals(entry->d_name, &signals) && !(signals >> (SIGSEGV - 1) & 1))
			;
		for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
			willing += signals >> (theirs[i] - 1) & 1;
	}
	closedir(threads);
	assert_true(count >= 4);
	assert_int_equal(willing, sizeof(theirs) / sizeof(theirs[0]));
	device_close(dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_copies_wrap_the_ring),
		cmocka_unit_test(test_loop_break_emit),
		cmocka_unit_test(test_register_zero),
		cmocka_unit_test(test_interrupts),
		cmocka_unit_test(test_full_completion_ring),
		cmocka_unit_test(test_contexts_leave_nothing),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_enable),
		cmocka_unit_test(test_same_bits),
		cmocka_unit_test(test_signals_are_the_programs),
	};

	return cmocka_run_group_tests_name("func: rings", tests, NULL, NULL);
}
