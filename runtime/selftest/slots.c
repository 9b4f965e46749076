// SPDX-License-Identifier: MIT
/* What a job may not do must be refused, with the right record, and without a trace in memory. */
#include <errno.h>
#include <string.h>

#include "command.h"

/**
 * struct violation - a program that breaks a rule
 * @name: name of the test
 * @build: makes it
 * @arg: for @build
 * @fault: ING_FAULT_* that it must end with
 * @job: slot of the program, offset, budget and so on, where they matter
 */
struct violation {
	const char *name;
	void (*build)(struct builder *b, uint32_t arg);
	uint32_t arg;
	unsigned int fault;
	struct ingot_job job;
};

static void load_from(struct builder *b, uint32_t slot, uint32_t offset, uint32_t lines)
{
	struct cmd *c = begin(b, ING_OP_LOAD);

	cmd_set(b->p, c, ING_S_SLOT, slot);
	cmd_set(b->p, c, ING_S_OFFSET, offset);
	cmd_set(b->p, c, ING_S_ROWS, lines);
	program_end(b->p);
}

static struct cmd *vec_to(struct builder *b, uint32_t sink, uint32_t slot, uint32_t offset)
{
	struct cmd *c = begin(b, ING_OP_VEC);

	cmd_set(b->p, c, ING_V_SINK, sink);
	cmd_set(b->p, c, ING_V_OUTER, 1);
	cmd_set(b->p, c, ING_V_INNER, 1);
	cmd_set(b->p, c, ING_V_COUNT, 64);
	cmd_set(b->p, c, ING_V_SLOT, slot);
	cmd_set(b->p, c, ING_V_OFFSET, offset);
	return c;
}

static void build_read_slot(struct builder *b, uint32_t slot)
{
	load_from(b, slot, 0, 1);
}

static void build_read_across(struct builder *b, uint32_t lines)
{
	load_from(b, SLOT_DATA, DATA_UNITS - 2, lines);
}

static void build_read_at(struct builder *b, uint32_t offset)
{
	load_from(b, SLOT_DATA, offset, 2);
}

static void build_write_slot(struct builder *b, uint32_t slot)
{
	vec_to(b, ING_SINK_MEM, slot, 0);
	program_end(b->p);
}

static void build_write_at(struct builder *b, uint32_t offset)
{
	vec_to(b, ING_SINK_MEM, SLOT_OUT, offset);
	program_end(b->p);
}

static void build_append_past(struct builder *b, uint32_t sink)
{
	struct cmd *c = vec_to(b, sink, SLOT_OUT, 0);

	cmd_set(b->p, c, ING_V_LEN, 500000);
	program_end(b->p);
}

static void build_matmul_past(struct builder *b, uint32_t op)
{
	struct cmd *c = begin(b, op);

	cmd_set(b->p, c, ING_S_SLOT, SLOT_DATA);
	cmd_set(b->p, c, ING_S_TGROUPS, 1);
	cmd_set(b->p, c, ING_S_WIDTH, ING_WIDTH_16);
	cmd_set(b->p, c, ING_S_COLS, op == ING_OP_MATMUL);
	cmd_set(b->p, c, ING_S_ROWS, op == ING_OP_MATMUL ? 16 : 3);
	cmd_set(b->p, c, ING_S_BLOCKS, 1);
	cmd_set(b->p, c, ING_S_OFFSET, DATA_UNITS - 4);
	program_end(b->p);
}

static void build_nothing(struct builder *b, uint32_t arg)
{
	(void)b;
	(void)arg;
}

static void build_opcode(struct builder *b, uint32_t op)
{
	program_begin(b->p, op);
	program_end(b->p);
}

static void build_reserved_bit(struct builder *b, uint32_t word)
{
	struct cmd *c = begin(b, ING_OP_BARRIER);

	c->w[word] = 1u << 31;
	program_end(b->p);
}

static void build_scratch_past(struct builder *b, uint32_t arg)
{
	struct cmd *c = begin(b, ING_OP_LOAD);

	(void)arg;
	cmd_set(b->p, c, ING_S_SLOT, SLOT_DATA);
	cmd_set(b->p, c, ING_S_ROWS, 2);
	/* the field is 16 bits wide: as far past the end as it reaches */
	cmd_set(b->p, c, ING_S_DST, b->config->scratch_lines - 1 < 65535 ?
		b->config->scratch_lines - 1 : 65535);
	program_end(b->p);
}

static void build_endless(struct builder *b, uint32_t arg)
{
	struct cmd *c = begin(b, ING_OP_LOOP);

	(void)arg;
	cmd_set(b->p, c, ING_C_IMM, program_size(b->p));
	program_end(b->p);
}

static void build_jump_out(struct builder *b, uint32_t target)
{
	struct cmd *c = begin(b, ING_OP_LOOP);

	cmd_set(b->p, c, ING_C_IMM, target);
	program_end(b->p);
}

static const struct violation violations[] = {
	{ "read past the end", build_read_across, 4, ING_FAULT_SLOT, { .slot = SLOT_CODE } },
	{ "read far past the end", build_read_at, 1u << 24, ING_FAULT_SLOT, { .slot = SLOT_CODE } },
	{ "read that wraps", build_read_at, UINT32_MAX, ING_FAULT_SLOT, { .slot = SLOT_CODE } },
	{ "write past the end", build_write_at, OUT_UNITS - 1, ING_FAULT_SLOT, { .slot = SLOT_CODE } },
	{ "write that wraps", build_write_at, UINT32_MAX, ING_FAULT_SLOT, { .slot = SLOT_CODE } },
	{ "MATMUL past the end", build_matmul_past, ING_OP_MATMUL, ING_FAULT_SLOT,
	  { .slot = SLOT_CODE } },
	{ "GATHER past the end", build_matmul_past, ING_OP_GATHER, ING_FAULT_SLOT,
	  { .slot = SLOT_CODE } },
	{ "K append past the end", build_append_past, ING_SINK_KVK, ING_FAULT_SLOT,
	  { .slot = SLOT_CODE } },
	{ "V append past the end", build_append_past, ING_SINK_KVV, ING_FAULT_SLOT,
	  { .slot = SLOT_CODE } },
	{ "read of an empty slot", build_read_slot, SLOT_EMPTY, ING_FAULT_PERM, { .slot = SLOT_CODE } },
	{ "write to an empty slot", build_write_slot, SLOT_EMPTY, ING_FAULT_PERM,
	  { .slot = SLOT_CODE } },
	{ "slot number past the table", build_read_slot, 200, ING_FAULT_PERM, { .slot = SLOT_CODE } },
	{ "read of another context's slot", build_read_slot, SLOT_SECRET, ING_FAULT_PERM,
	  { .slot = SLOT_CODE } },
	{ "read of a slot to write", build_read_slot, SLOT_SINK, ING_FAULT_PERM,
	  { .slot = SLOT_CODE } },
	{ "write to a slot to read", build_write_slot, SLOT_DATA, ING_FAULT_PERM,
	  { .slot = SLOT_CODE } },
	{ "read of a program", build_read_slot, SLOT_CODE, ING_FAULT_PERM, { .slot = SLOT_CODE } },
	{ "write to a program", build_write_slot, SLOT_CODE, ING_FAULT_PERM, { .slot = SLOT_CODE } },
	{ "program in a slot of data", build_nothing, 0, ING_FAULT_PERM, { .slot = SLOT_DATA } },
	{ "program in an empty slot", build_nothing, 0, ING_FAULT_PERM, { .slot = SLOT_EMPTY } },
	{ "program past the end of its slot", build_nothing, 0, ING_FAULT_SLOT,
	  { .slot = SLOT_CODE, .offset = CODE_UNITS } },
	{ "unknown opcode", build_opcode, 0x7f, ING_FAULT_OPCODE, { .slot = SLOT_CODE } },
	{ "reserved bit", build_reserved_bit, 14, ING_FAULT_FIELD, { .slot = SLOT_CODE } },
	{ "scratchpad past the end", build_scratch_past, 0, ING_FAULT_RANGE, { .slot = SLOT_CODE } },
	{ "more commands than allowed", build_endless, 0, ING_FAULT_BUDGET,
	  { .slot = SLOT_CODE, .budget = 100 } },
	{ "jump out of the program", build_jump_out, 200, ING_FAULT_PC, { .slot = SLOT_CODE } },
};

/* ---- judging ---- */

/* Whether memory holds what it held before: the last unit of the slot may have been written. */
static bool is_untouched(const struct side *s)
{
	for (size_t i = 0; i < sizeof(s->image) - ING_UNIT_BYTES; i++)
		if (s->image[i] != 0xa5)
			return false;
	return true;
}

/* The buffers that no job may write, or none has written. */
static int check_neighbours(struct rig *rig, struct selftest_result *result,
			    struct ingot_error *err)
{
	static uint8_t here[DATA_UNITS * ING_UNIT_BYTES], there[sizeof(here)];
	const struct { struct ingot_buffer *here, *there; const char *name; } pairs[] = {
		{ rig->here.data, rig->there.data, "data" },
		{ rig->here.sink, rig->there.sink, "write-only" },
		{ rig->here.secret, rig->there.secret, "other context's" },
		{ rig->here.code, rig->there.code, "program" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const uint64_t bytes = ingot_buffer_bytes(pairs[i].there);
		const size_t n = bytes < sizeof(here) ? bytes : sizeof(here);
		int ret = ingot_buffer_download(pairs[i].here, 0, here, n, err);

		ret = ret ? ret : ingot_buffer_download(pairs[i].there, 0, there, n, err);
		if (ret)
			return ret;
		if (memcmp(here, there, n))
			result_fail(result, "refused, but the %s buffer has been written", pairs[i].name);
	}
	return 0;
}

static void judge(const struct rig *rig, const struct violation *v, struct selftest_result *result)
{
	const struct ingot_completion *here = rig_end(&rig->here), *there = rig_end(&rig->there);

	if (there->fault != v->fault)
		result_fail(result, "the test itself is wrong: the reference says '%s' for '%s'",
			    ingot_fault_name(there->fault), ingot_fault_name(v->fault));
	else if (!here->fault)
		result_fail(result, "not refused");
	else if (here->fault != there->fault)
		result_fail(result, "'%s' for '%s'", ingot_fault_name(here->fault),
			    ingot_fault_name(there->fault));
	else if (here->value != there->value || here->value2 != there->value2 ||
		 here->offset != there->offset)
		result_fail(result, "recorded: command %u, slot %u, offset %u; reference %u, %u, %u",
			    here->value, here->value2, here->offset, there->value, there->value2,
			    there->offset);
	else if (!is_untouched(&rig->here))
		result_fail(result, "refused, but memory has been written");
}

/** struct one_violation - a test of the group, as its function gets it */
struct one_violation {
	struct rig *rig;
	const struct violation *v;
};

static void test_violation(struct run *run, const void *priv, struct selftest_result *result)
{
	const struct one_violation *one = priv;
	struct builder b = { .p = program_create(), .config = run->config };
	struct ingot_error err;

	if (!b.p) {
		result_fail(result, "out of memory");
		return;
	}
	one->v->build(&b, one->v->arg);
	begin(&b, ING_OP_END);
	program_end(b.p);
	if (rig_run(one->rig, b.p, &one->v->job, &err))
		result_fail(result, "%s", err.text);
	else
		judge(one->rig, one->v, result);
	if (result->outcome == SELFTEST_PASSED && check_neighbours(one->rig, result, &err))
		result_fail(result, "%s", err.text);
	program_destroy(b.p);
}

static void test_reference(struct run *run, const void *priv, struct selftest_result *result)
{
	struct ingot_error err;

	if (rig_open((struct rig *)priv, run, &err))
		result_fail(result, "%s", err.text);
}

/* The scratchpad of the largest configuration cannot be passed by a field of 16 bits. */
static bool applies(const struct run *run, const struct violation *v)
{
	return v->fault != ING_FAULT_RANGE || run->config->scratch_lines <= 65536;
}

void test_slots(struct run *run)
{
	struct rig rig = { 0 };

	if (run_test(run, "slot", "reference", test_reference, &rig) == SELFTEST_PASSED)
		for (size_t i = 0; i < sizeof(violations) / sizeof(violations[0]); i++) {
			const struct one_violation one = { &rig, &violations[i] };

			if (applies(run, one.v))
				run_test(run, "slot", one.v->name, test_violation, &one);
		}
	rig_close(&rig);
}
