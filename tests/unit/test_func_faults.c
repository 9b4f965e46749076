// SPDX-License-Identifier: MIT
/*
 * The functional model's faults: each code, its record, and that the next job runs.
 */
#include "test_func_device.h"

#include <string.h>

/** struct expected - the fault of a command */
struct expected {
	uint32_t code, slot, offset;
};

/* Runs one good command, then @w, then END: the fault is at command 1 */
static void check_fault(struct device *dev, const uint32_t *w, struct expected want)
{
	struct program p = { 0 }, good = { 0 };
	struct completion c;

	add(&p, ING_OP_BARRIER);
	memcpy(add(&p, 0), w, ING_CMD_BYTES);
	c = run(dev, &p);
	if (fault_of(c) != want.code)
		fail_msg("opcode 0x%02x: fault %u, not %u", w[0] & 0xff, fault_of(c), want.code);
	assert_int_equal(c.w[ING_COMP_TYPE_W] & 0xff, ING_COMP_DONE);
	assert_int_equal(c.w[ING_COMP_VALUE_W], 1);
	assert_int_equal(c.w[ING_COMP_VALUE2_W], want.slot);
	assert_int_equal(c.w[ING_COMP_OFFSET_W], want.offset);
	assert_int_equal(reg_read(dev, ING_REG_FAULT_CODE), want.code);
	assert_int_equal(reg_read(dev, ING_REG_FAULT_PC), 1);
	assert_int_equal(reg_read(dev, ING_REG_FAULT_SLOT), want.slot);
	assert_int_equal(reg_read(dev, ING_REG_FAULT_OFFSET), want.offset);
	assert_int_equal(reg_read(dev, ING_REG_FAULT_TAG), 0x1234);
	assert_int_equal(reg_read(dev, ING_REG_COUNTERS + 8 * ING_CNT_COMMANDS), 1);
	run_good(dev, &good);
}

/* CHECK() - fills in a command @w and expects fault @code, which names no slot */
#define CHECK(fill, fault_code)                                                                    \
	do {                                                                                       \
		uint32_t w[16];                                                                    \
		struct expected want = { .code = ING_FAULT_##fault_code };                         \
		fill;                                                                              \
		check_fault(dev, w, want);                                                         \
	} while (0)

/* The same for faults of memory */
#define CHECK_AT(fill, fault_code, at_slot, at_offset)                                             \
	do {                                                                                       \
		uint32_t w[16];                                                                    \
		struct expected want = { ING_FAULT_##fault_code, at_slot, at_offset };             \
		fill;                                                                              \
		check_fault(dev, w, want);                                                         \
	} while (0)

static const struct ing_format q4 = { ING_WIDTH_4, 0, 0 };

static void matmul(uint32_t *w)
{
	struct program p = { 0 };

	memcpy(w, add_matmul(&p, q4, 4, 0, 64, 2), ING_CMD_BYTES);
}

static void gather(uint32_t *w)
{
	matmul(w);
	SET(w, ING_F_OP, ING_OP_GATHER);
	SET(w, ING_S_COLS, ING_PART_DATA);
	SET(w, ING_S_ROWS, 20);
}

static void load(uint32_t *w, uint32_t slot, uint32_t offset, uint32_t lines)
{
	struct program p = { 0 };

	add_load(&p, offset, 0, lines);
	memcpy(w, p.w[0], ING_CMD_BYTES);
	SET(w, ING_S_SLOT, slot);
}

static void vec(uint32_t *w, uint32_t fn, uint32_t count)
{
	struct program p = { 0 };

	memcpy(w, add_vec(&p, fn, count, 0, 0, 0), ING_CMD_BYTES);
}

static void store(uint32_t *w, uint32_t slot, uint32_t offset, uint32_t lines)
{
	vec(w, ING_FN_COPY, lines * 16);
	SET(w, ING_V_SINK, ING_SINK_MEM);
	SET(w, ING_V_SLOT, slot);
	SET(w, ING_V_OFFSET, offset);
}

static void append(uint32_t *w, uint32_t sink, uint32_t slot, uint32_t position)
{
	vec(w, ING_FN_COPY, 32);
	SET(w, ING_V_SINK, sink);
	SET(w, ING_V_SLOT, slot);
	SET(w, ING_V_LEN, position);
}

static void token(uint32_t *w, uint32_t op, uint32_t sub, uint32_t count)
{
	memset(w, 0, ING_CMD_BYTES);
	SET(w, ING_F_OP, op);
	SET(w, ING_T_SUB, sub);
	SET(w, ING_T_COUNT, count);
}

static void plain(uint32_t *w, uint32_t op)
{
	memset(w, 0, ING_CMD_BYTES);
	SET(w, ING_F_OP, op);
}

static void test_opcodes(void **state)
{
	struct device *dev = *state;

	CHECK(plain(w, 0), OPCODE);
	CHECK(plain(w, 0x23), OPCODE);
	CHECK((vec(w, 0, 16), SET(w, ING_V_ATYPE, ING_ATYPE_COUNT)), OPCODE);
	CHECK((vec(w, 0, 16), SET(w, ING_V_SINK, ING_SINK_COUNT)), OPCODE);
	CHECK((vec(w, 0, 16), SET(w, ING_V_RED, ING_RED_COUNT)), OPCODE);
	CHECK(token(w, ING_OP_TOPK, 3, 1), OPCODE);
	CHECK(token(w, ING_OP_PICK, 3, 1), OPCODE);
}

static void test_fields(void **state)
{
	struct device *dev = *state;

	CHECK((plain(w, ING_OP_BARRIER), w[12] = 1), FIELD);
	CHECK((plain(w, ING_OP_END), w[1] = 1u << 24), FIELD);
	CHECK((plain(w, ING_OP_BREAK), SET(w, ING_C_COUNT, 9)), FIELD);
	CHECK((matmul(w), w[2] |= 1u << 15), FIELD);
	CHECK((matmul(w), SET(w, ING_S_WIDTH, 3)), FIELD);
	CHECK((matmul(w), SET(w, ING_S_WIDTH, 2), SET(w, ING_S_MIN, 1)), FIELD);
	CHECK((matmul(w), SET(w, ING_S_NOSCALE, 1)), FIELD);
	CHECK((matmul(w), SET(w, ING_S_TGROUPS, 3)), FIELD);
	CHECK((matmul(w), SET(w, ING_S_TGROUPS, 0)), FIELD);
	CHECK((matmul(w), SET(w, ING_S_ROWS, 0)), FIELD);
	CHECK((matmul(w), SET(w, ING_S_BLOCKS, 0)), FIELD);
	CHECK((matmul(w), SET(w, ING_S_COLS, 0)), FIELD);
	CHECK((matmul(w), SET(w, ING_S_COLS, TILE_M + 1)), FIELD);
	CHECK(load(w, SLOT_DATA, 0, 0), FIELD);
	CHECK((load(w, SLOT_DATA, 0, 1), SET(w, ING_S_COLS, 1)), FIELD);
	CHECK((gather(w), SET(w, ING_S_ROWS, 64)), FIELD);
	CHECK((gather(w), SET(w, ING_S_COLS, ING_PART_MIN)), FIELD);
	CHECK((gather(w), SET(w, ING_S_COLS, ING_PART_MIN + 1)), FIELD);
	CHECK((gather(w), SET(w, ING_S_WIDTH, 2), SET(w, ING_S_NOSCALE, 1),
	       SET(w, ING_S_COLS, ING_PART_SCALE)), FIELD);
}

static void test_vector_fields(void **state)
{
	struct device *dev = *state;

	CHECK((vec(w, 0, 16), w[12] = 1u << 22), FIELD);
	CHECK(vec(w, 0, 0), FIELD);
	CHECK((vec(w, 0, 16), SET(w, ING_V_OUTER, 0)), FIELD);
	CHECK((vec(w, 0, 16), SET(w, ING_V_INNER, 0)), FIELD);
	CHECK(vec(w, ING_FN_ROPE, 15), FIELD);
	CHECK((vec(w, 0, 16), SET(w, ING_V_SINK, ING_SINK_ACT)), FIELD);
	CHECK((store(w, SLOT_DATA, 0, 1), SET(w, ING_V_FN, ING_FN_AFFINE)), FIELD);
	CHECK((vec(w, ING_FN_ADD, 4), SET(w, ING_V_SINK, 0), SET(w, ING_V_SCALAR, 1)), FIELD);
	CHECK((vec(w, 0, 4), SET(w, ING_V_SCALAR, 1)), FIELD);
	CHECK(token(w, ING_OP_TOPK, ING_TOPK_RESET, 0), FIELD);
	CHECK((token(w, ING_OP_PICK, 0, 1), w[8] = 1), FIELD);
}

static void test_ranges(void **state)
{
	struct device *dev = *state;

	CHECK((matmul(w), SET(w, ING_S_ACT, ACT_BLOCKS - 1)), RANGE);
	CHECK((matmul(w), SET(w, ING_S_DST, SCRATCH_LINES - 3)), RANGE);
	CHECK((matmul(w), SET(w, ING_S_COLS, 2), SET(w, ING_S_DSTCOL, SCRATCH_LINES - 3)), RANGE);
	CHECK(load(w, SLOT_DATA, 0, SCRATCH_LINES + 1), RANGE);
	CHECK((gather(w), SET(w, ING_S_DST, SCRATCH_LINES)), RANGE);
	CHECK((vec(w, 0, 17), SET(w, ING_V_A, SCRATCH_LINES - 1)), RANGE);
	CHECK((vec(w, ING_FN_ADD, 17), SET(w, ING_V_B, SCRATCH_LINES - 1)), RANGE);
	CHECK((vec(w, 0, 17), SET(w, ING_V_DST, SCRATCH_LINES - 1)), RANGE);
	CHECK((vec(w, 0, 16), SET(w, ING_V_OUTER, 3),
	       SET(w, ING_V_AOUT, SCRATCH_LINES / 2)), RANGE);
	CHECK((vec(w, 0, 16), SET(w, ING_V_USES, 1), SET(w, ING_V_SIN, SCALARS)), RANGE);
	CHECK((vec(w, 0, 16), SET(w, ING_V_RED, 1), SET(w, ING_V_SOUT, SCALARS)), RANGE);
	CHECK((vec(w, 0, SCALARS + 1), SET(w, ING_V_SINK, 0), SET(w, ING_V_SCALAR, 1)), RANGE);
	CHECK((vec(w, 0, 64), SET(w, ING_V_SINK, ING_SINK_ACT),
	       SET(w, ING_V_DST, ACT_BLOCKS - 1)), RANGE);
	CHECK((vec(w, 0, 32), SET(w, ING_V_SINK, ING_SINK_ACT), SET(w, ING_V_COL, TILE_M)), RANGE);
	CHECK(token(w, ING_OP_TOPK, ING_TOPK_RESET, TOPK + 1), RANGE);
	CHECK((token(w, ING_OP_TOPK, ING_TOPK_UPDATE, 17),
	       SET(w, ING_T_LINE, SCRATCH_LINES - 1)), RANGE);
	CHECK(token(w, ING_OP_PICK, ING_PICK_SAMPLE, TOPK + 1), RANGE);
	CHECK(token(w, ING_OP_PICK, ING_PICK_INDEX, TOPK + 1), RANGE);
}

static void test_slots(void **state)
{
	struct device *dev = *state;

	/* SLOT_SHORT has 8 units; a tile of two 4-bit block columns has 2 * (2 + 16) */
	CHECK_AT(load(w, SLOT_SHORT, 6, 3), SLOT, SLOT_SHORT, 8);
	CHECK_AT(load(w, SLOT_SHORT, 0xffffffff, 2), SLOT, SLOT_SHORT, 0xffffffff);
	CHECK_AT((matmul(w), SET(w, ING_S_OFFSET, DATA_UNITS - 35)), SLOT, SLOT_DATA, DATA_UNITS);
	/* of a last tile, only the groups that are there: 3 rows end at 18 + 2 + 4 */
	CHECK_AT((matmul(w), SET(w, ING_S_ROWS, 3), SET(w, ING_S_OFFSET, DATA_UNITS - 23)), SLOT,
		 SLOT_DATA, DATA_UNITS);
	/* row 20: group 1, units 6 .. 9 of the first block column, 24 .. 27 of the second */
	CHECK_AT((gather(w), SET(w, ING_S_SLOT, SLOT_SHORT)), SLOT, SLOT_SHORT, 8);
	CHECK_AT((gather(w), SET(w, ING_S_OFFSET, DATA_UNITS - 20)), SLOT, SLOT_DATA,
		 DATA_UNITS + 4);
	CHECK_AT(store(w, SLOT_SHORT, 7, 2), SLOT, SLOT_SHORT, 8);
	/* position 17 of K: exponents in unit 0, data from 1 + 16 on */
	CHECK_AT(append(w, ING_SINK_KVK, SLOT_SHORT, 17), SLOT, SLOT_SHORT, 17);
	/* position 9 of V: exponents in unit 0, data in units 4 and 20 */
	CHECK_AT(append(w, ING_SINK_KVV, SLOT_SHORT, 9), SLOT, SLOT_SHORT, 20);
	CHECK_AT((append(w, ING_SINK_KVV, SLOT_SHORT, 9), SET(w, ING_V_EXPOFF, 8)), SLOT,
		 SLOT_SHORT, 8);
}

static void test_last_groups_fit(void **state)
{
	struct device *dev = *state;
	struct program p = { 0 };

	add_matmul(&p, q4, 4, DATA_UNITS - 24, 3, 2);
	run_good(dev, &p);
}

static void test_permissions(void **state)
{
	struct device *dev = *state;

	CHECK_AT(load(w, SLOT_PROGRAM, 3, 1), PERM, SLOT_PROGRAM, 3);
	CHECK_AT(store(w, SLOT_CONST, 5, 1), PERM, SLOT_CONST, 5);
	CHECK_AT(load(w, 31, 9, 1), PERM, 31, 9);
	CHECK_AT(load(w, 32, 9, 1), PERM, 32, 9);
	CHECK_AT((gather(w), SET(w, ING_S_SLOT, SLOT_PROGRAM)), PERM, SLOT_PROGRAM, 6);
	CHECK_AT(append(w, ING_SINK_KVK, SLOT_CONST, 64), PERM, SLOT_CONST, 65);
	CHECK_AT((append(w, ING_SINK_KVV, SLOT_CONST, 64), SET(w, ING_V_EXPOFF, 50)), PERM,
		 SLOT_CONST, 51);
	/* execution excludes all else */
	set_slot(dev, 0, 9, 0, 64, ING_PERM_READ | ING_PERM_WRITE | ING_PERM_EXEC);
	CHECK_AT(load(w, 9, 1, 1), PERM, 9, 1);
	/* the slot reaches past the memory */
	set_slot(dev, 0, 10, MEMORY_BYTES / 64 - 1, 2, ING_PERM_READ);
	CHECK_AT(load(w, 10, 1, 1), BUS, 10, 0);
}

/* A patched field is judged after its patch */
static void test_patches_are_judged(void **state)
{
	struct device *dev = *state;
	uint32_t w[16], desc[16];
	struct program p = { 0 };
	struct completion c;

	load(w, SLOT_SHORT, 5, 1);
	SET(w, ING_F_PATCH0_WORD, ING_S_OFFSET_W);
	SET(w, ING_F_PATCH0_REG, 1);
	SET(w, ING_F_PATCH_MUL, 2);
	memcpy(add(&p, 0), w, ING_CMD_BYTES);
	add(&p, ING_OP_END);
	upload(dev, 0, p.w, p.n);
	for (uint32_t arg = 1; arg <= 2; arg++) {
		run_desc(desc, 0, &p, 1);
		desc[ING_DESC_ARG0_W] = arg;
		submit(dev, ING_QUEUE_JOB, desc);
		c = wait_done(dev, ING_QUEUE_JOB);
		assert_int_equal(fault_of(c), arg == 1 ? ING_FAULT_NONE : ING_FAULT_SLOT);
	}
	assert_int_equal(c.w[ING_COMP_OFFSET_W], 9);
}

/* ---- faults of the job itself ---- */

static struct completion run_job(struct device *dev, struct program *p, const uint32_t *desc)
{
	upload(dev, 0, p->w, p->n);
	submit(dev, ING_QUEUE_JOB, desc);
	return wait_done(dev, ING_QUEUE_JOB);
}

static void assert_fault(struct completion c, uint32_t code, uint32_t pc, uint32_t slot,
			 uint32_t offset)
{
	assert_int_equal(fault_of(c), code);
	assert_int_equal(c.w[ING_COMP_VALUE_W], pc);
	assert_int_equal(c.w[ING_COMP_VALUE2_W], slot);
	assert_int_equal(c.w[ING_COMP_OFFSET_W], offset);
}

static void test_jobs(void **state)
{
	struct device *dev = *state;
	struct program p = { 0 };
	uint32_t desc[16];

	add(&p, ING_OP_BARRIER);
	add(&p, ING_OP_BARRIER);
	SET(add(&p, ING_OP_LOOP), ING_C_IMM, 77);
	run_desc(desc, 0, &p, 1);
	assert_fault(run_job(dev, &p, desc), ING_FAULT_PC, 77, 0, 0);
	desc[ING_DESC_PROG_LEN_W] = 2;
	assert_fault(run_job(dev, &p, desc), ING_FAULT_PC, 2, 0, 0);
	desc[ING_DESC_BUDGET_W] = 2;
	assert_fault(run_job(dev, &p, desc), ING_FAULT_BUDGET, 2, 0, 0);
	desc[ING_DESC_BUDGET_W] = 1;
	assert_fault(run_job(dev, &p, desc), ING_FAULT_BUDGET, 1, 0, 0);
	desc[ING_DESC_PROG_W] = PROGRAM_UNITS - 1;
	desc[ING_DESC_BUDGET_W] = 0;
	upload(dev, PROGRAM_UNITS - 1, p.w, 1);
	assert_fault(run_job(dev, &p, desc), ING_FAULT_SLOT, 1, SLOT_PROGRAM, PROGRAM_UNITS);
	desc[ING_DESC_CTX_W] = SLOT_DATA << 8;
	assert_fault(run_job(dev, &p, desc), ING_FAULT_PERM, 0, SLOT_DATA, PROGRAM_UNITS - 1);
	desc[ING_DESC_CTX_W] = ING_CONTEXTS;
	assert_fault(run_job(dev, &p, desc), ING_FAULT_DESC, 0, 0, 0);
	desc[ING_DESC_CTX_W] = 0;
	desc[ING_DESC_TYPE_W] = ING_DESC_TO_HOST;
	assert_fault(run_job(dev, &p, desc), ING_FAULT_DESC, 0, 0, 0);
	desc[ING_DESC_TYPE_W] = ING_DESC_RUN | 0x200;
	assert_fault(run_job(dev, &p, desc), ING_FAULT_DESC, 0, 0, 0);
}

static void test_abort(void **state)
{
	struct device *dev = *state;
	struct program p = { 0 };
	struct completion c;
	uint32_t desc[16];

	/* a loop on R0 never ends */
	add(&p, ING_OP_BARRIER);
	add(&p, ING_OP_LOOP);
	upload(dev, 0, p.w, p.n);
	run_desc(desc, 0, &p, 5);
	reg_write(dev, ING_REG_ABORT, 1); /* nobody to stop */
	submit(dev, ING_QUEUE_JOB, desc);
	for (int i = 0; i < 3; i++)
		assert_int_equal(dev->core->ops->step(dev->core, 100), 1);
	assert_false(complete(dev, ING_QUEUE_JOB, &c, 1));
	assert_int_equal(reg_read(dev, ING_REG_STATUS), 1);
	reg_write(dev, ING_REG_ABORT, 1);
	c = wait_done(dev, ING_QUEUE_JOB);
	assert_int_equal(fault_of(c), ING_FAULT_ABORT);
	assert_in_range(c.w[ING_COMP_VALUE_W], 0, 1);
	assert_int_equal(reg_read(dev, ING_REG_STATUS), 0);
	p.n = 0;
	run_good(dev, &p);
}

static void test_copies(void **state)
{
	struct device *dev = *state;
	const uint32_t good[16] = { ING_DESC_TO_DEVICE, 9, 0, 0, HOST_DATA, 0, 100, 1 };
	static const struct {
		unsigned int word;
		uint32_t value, code;
	} wrong[] = {
		{ 0, ING_DESC_RUN, ING_FAULT_DESC }, { 0, 4, ING_FAULT_DESC },
		{ 4, HOST_DATA + 32, ING_FAULT_DESC }, { 7, 0, ING_FAULT_DESC },
		{ 5, 1, ING_FAULT_BUS }, { 6, MEMORY_BYTES / 64, ING_FAULT_BUS },
		{ 7, 0xffffffff, ING_FAULT_DESC },
	};

	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint32_t desc[16];
		struct completion c;

		memcpy(desc, good, sizeof(desc));
		desc[wrong[i].word] = wrong[i].value;
		submit(dev, ING_QUEUE_COPY, desc);
		c = wait_done(dev, ING_QUEUE_COPY);
		assert_int_equal(fault_of(c), wrong[i].code);
		assert_int_equal(c.w[ING_COMP_TAG_W], 9);
	}
	submit(dev, ING_QUEUE_COPY, good);
	assert_int_equal(fault_of(wait_done(dev, ING_QUEUE_COPY)), ING_FAULT_NONE);
}

static int open_device(void **state)
{
	*state = device_open("scalar", 1);
	return 0;
}

static int close_device(void **state)
{
	device_close(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opcodes),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_vector_fields),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_last_groups_fit),
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_patches_are_judged),
		cmocka_unit_test(test_jobs),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_copies),
	};

	return cmocka_run_group_tests_name("func: faults", tests, open_device, close_device);
}
