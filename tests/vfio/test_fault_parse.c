// SPDX-License-Identifier: MIT
/* The language of fault scripts, and their triggers. */
#include "client.h"

#include <errno.h>
#include <string.h>

#include "ingot/isa.h"

static struct fault parse(const char *line)
{
	struct fault fault;
	struct ingot_error err;

	if (fault_parse(line, &fault, &err) != 1)
		fail_msg("'%s': not taken", line);
	return fault;
}

static void test_good_lines(void **state)
{
	static const struct {
		const char *line;
		struct fault fault;
	} lines[] = {
		{ "lose-irq", { FAULT_LOSE_IRQ, { 1, 0 }, FAULT_NOW, 0, false } },
		{ " lose-irq\t3 # three", { FAULT_LOSE_IRQ, { 3, 0 }, FAULT_NOW, 0, false } },
		{ "spurious-irq 1", { FAULT_SPURIOUS_IRQ, { 1, 0 }, FAULT_NOW, 0, false } },
		{ "after 2 jobs stuck-job", { FAULT_STUCK_JOB, { 0, 0 }, FAULT_ON_JOB, 2, false } },
		{ "every 10 copies slow-dma 5", { FAULT_SLOW_DMA, { 5, 0 }, FAULT_ON_COPY, 10, true } },
		{ "fail-dma any", { FAULT_FAIL_DMA, { 3, 1 }, FAULT_NOW, 0, false } },
		{ "fail-dma data-write",
		  { FAULT_FAIL_DMA, { FAULT_DMA_WRITE | FAULT_DMA_DATA, 1 }, FAULT_NOW, 0, false } },
		{ "fail-dma read 7", { FAULT_FAIL_DMA, { FAULT_DMA_READ, 7 }, FAULT_NOW, 0, false } },
		{ "after 1 irqs wrong-tag 2", { FAULT_WRONG_TAG, { 2, 3 }, FAULT_ON_IRQ, 1, false } },
		{ "wrong-tag 1 copies",
		  { FAULT_WRONG_TAG, { 1, 1 << ING_QUEUE_COPY }, FAULT_NOW, 0, false } },
		{ "flip-bit 0x1000 7", { FAULT_FLIP_BIT, { 0x1000, 7 }, FAULT_NOW, 0, false } },
		{ "addr-line 12", { FAULT_ADDR_LINE, { 12, 0 }, FAULT_NOW, 0, false } },
		{ "data-line 63 1", { FAULT_DATA_LINE, { 63, 1 }, FAULT_NOW, 0, false } },
		{ "bad-op matmul", { FAULT_BAD_OP, { ING_OP_MATMUL, 0 }, FAULT_NOW, 0, false } },
		{ "bad-op 0x20", { FAULT_BAD_OP, { ING_OP_VEC, 0 }, FAULT_NOW, 0, false } },
		{ "after 5 doorbells all-ones config",
		  { FAULT_ALL_ONES, { 1, 0 }, FAULT_ON_DOORBELL, 5, false } },
		{ "wide-slots", { FAULT_WIDE_SLOTS, { 4, 0 }, FAULT_NOW, 0, false } },
		{ "wide-slots 9", { FAULT_WIDE_SLOTS, { 9, 0 }, FAULT_NOW, 0, false } },
		{ "reset-hangs flr", { FAULT_RESET_HANGS, { 1, 0 }, FAULT_NOW, 0, false } },
		{ "temperature -5000", { FAULT_TEMPERATURE, { -5000, 0 }, FAULT_NOW, 0, false } },
		{ "temperature none",
		  { FAULT_TEMPERATURE, { (int32_t)ING_BOARD_NO_TEMP, 0 }, FAULT_NOW, 0, false } },
		{ "every 1 resets clear", { FAULT_CLEAR, { 0, 0 }, FAULT_ON_RESET, 1, true } },
		{ "stats", { FAULT_STATS, { 0, 0 }, FAULT_NOW, 0, false } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct fault got = parse(lines[i].line), *want = &lines[i].fault;

		if (got.kind != want->kind || got.args[0] != want->args[0] ||
		    got.args[1] != want->args[1] || got.event != want->event ||
		    got.count != want->count || got.again != want->again)
			fail_msg("'%s' is taken for something else", lines[i].line);
	}
}

static void test_bad_lines(void **state)
{
	static const char *const lines[] = {
		"what", "lose-irq 0", "lose-irq x", "lose-irq 1 2", "spurious-irq", "spurious-irq 2",
		"spurious-irq -1", "stuck-job 1", "slow-dma", "slow-dma 60001", "fail-dma",
		"fail-dma 1", "fail-dma up", "fail-dma read 0", "flip-bit 0", "flip-bit 0 8",
		"addr-line 5", "addr-line 40", "data-line 512", "data-line 1 2", "bad-op",
		"bad-op WHAT", "wide-slots -1", "bad-op 256", "all-ones conf", "reset-hangs 1", "temperature",
		"temperature -300000", "temperature 99999999999999999999", "after", "after 1",
		"after 1 jobs", "after 0 jobs clear", "after -1 jobs clear", "after 1 days clear",
		"every jobs clear", "clear clear", "lose-irq 1 2 3 4 5 6 7 8 9 10",
	};
	struct ingot_error err;
	struct fault fault;
	char longest[300];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (fault_parse(lines[i], &fault, &err) != -EINVAL || strlen(err.text) < 10)
			fail_msg("'%s' is taken", lines[i]);
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(fault_parse(longest, &fault, &err), -EINVAL);
	assert_int_equal(fault_parse("", &fault, &err), 0);
	assert_int_equal(fault_parse(" \t # lose-irq", &fault, &err), 0);
}

static void test_triggers(void **state)
{
	struct faults faults;
	struct fault due[FAULTS_ARMED_MAX], fault;
	struct ingot_error err;

	(void)state;
	fault_init(&faults);
	fault = parse("after 3 jobs lose-irq 1");
	assert_int_equal(fault_arm(&faults, &fault, &err), 0);
	fault = parse("every 2 jobs wrong-tag 1");
	assert_int_equal(fault_arm(&faults, &fault, &err), 0);
	for (int job = 1; job <= 6; job++) {
		unsigned int n = fault_due(&faults, FAULT_ON_JOB, due);

		assert_int_equal(n, (job == 3) + (job % 2 == 0));
		if (job == 3)
			assert_int_equal(due[0].kind, FAULT_LOSE_IRQ);
		assert_int_equal(fault_due(&faults, FAULT_ON_COPY, due), 0);
	}
	assert_int_equal(faults.armed_count, 1);
	while (faults.armed_count < FAULTS_ARMED_MAX)
		assert_int_equal(fault_arm(&faults, &fault, &err), 0);
	assert_int_equal(fault_arm(&faults, &fault, &err), -ENOSPC);
	fault = parse("clear");
	assert_true(fault_set(&faults, &fault));
	assert_int_equal(faults.armed_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_lines),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_triggers),
	};

	return cmocka_run_group_tests_name("ingot-sim: fault scripts", tests, NULL, NULL);
}
