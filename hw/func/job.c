// SPDX-License-Identifier: MIT
#include <endian.h>
#include <string.h>

#include "fields.h"
#include "func.h"
#include "layout.h"

/* ---- the beginning and the end of a job ---- */

static void end_job(struct func_core *core, const struct ing_fault *fault)
{
	struct func_job *job = &core->job;
	struct func_completion c = { .irq = job->irq };

	c.w[ING_COMP_TAG_W] = job->tag;
	c.w[ING_COMP_TYPE_W] = ING_COMP_DONE | fault->code << 8;
	if (fault->code) {
		c.w[ING_COMP_VALUE_W] = fault->pc;
		c.w[ING_COMP_VALUE2_W] = fault->slot;
		c.w[ING_COMP_OFFSET_W] = fault->offset;
		core->fault = *fault;
		core->fault_tag = job->tag;
	}
	job->active = false;
	func_queue_post(core, ING_QUEUE_JOB, &c);
}

static bool is_malformed(const uint32_t *desc)
{
	uint32_t type = desc[ING_DESC_TYPE_W] & ~(uint32_t)ING_DESC_IRQ;

	return type != ING_DESC_RUN || (desc[ING_DESC_CTX_W] & 0xff) >= ING_CONTEXTS;
}

static void enter_context(struct func_core *core)
{
	if ((int)core->job.context == core->last_context)
		return;
	func_wipe(core);
	core->last_context = (int)core->job.context;
}

static void start_job(struct func_core *core, const uint32_t *desc, int fetched)
{
	struct func_job *job = &core->job;
	struct ing_fault fault = { .code = fetched < 0 ? ING_FAULT_BUS : ING_FAULT_DESC };

	memset(job, 0, sizeof(*job));
	job->active = true;
	job->irq = desc[ING_DESC_TYPE_W] & ING_DESC_IRQ;
	job->tag = desc[ING_DESC_TAG_W];
	job->context = desc[ING_DESC_CTX_W] & 0xff;
	job->slot = desc[ING_DESC_CTX_W] >> 8 & 0xff;
	job->budget = desc[ING_DESC_BUDGET_W];
	job->prog = desc[ING_DESC_PROG_W];
	job->prog_len = desc[ING_DESC_PROG_LEN_W];
	memcpy(&job->r[1], &desc[ING_DESC_ARG0_W], ING_ARGS * sizeof(job->r[0]));
	if (fetched < 0 || is_malformed(desc))
		end_job(core, &fault);
	else
		enter_context(core);
}

/* ---- one command ---- */

static void patch(uint32_t *w, const uint32_t *r)
{
	const uint32_t fields[16] = { [1] = w[1] }, mul = w[ING_F_PATCH_MUL_W];
	const uint32_t word0 = ING_GET(fields, ING_F_PATCH0_WORD);
	const uint32_t word1 = ING_GET(fields, ING_F_PATCH1_WORD);
	const uint32_t word2 = ING_GET(fields, ING_F_PATCH2_WORD);

	if (word0)
		w[word0] += r[ING_GET(fields, ING_F_PATCH0_REG)] * mul;
	if (word1)
		w[word1] += r[ING_GET(fields, ING_F_PATCH1_REG)];
	if (word2)
		w[word2] += r[ING_GET(fields, ING_F_PATCH2_REG)];
}

/* Start of a slot in device memory, or NULL if the slot reaches past what there is */
static uint8_t *slot_memory(const struct func_core *core, uint32_t slot)
{
	const struct ing_slot *entry = &core->slots[core->job.context][slot];

	if ((uint64_t)entry->base + entry->len > core->memory_units)
		return NULL;
	return core->memory + (uint64_t)entry->base * ING_UNIT_BYTES;
}

/* Brings the next command, patched; returns a fault code */
static uint32_t fetch(struct func_core *core, uint32_t *w, struct ing_fault *fault)
{
	struct func_job *job = &core->job;
	uint64_t unit = (uint64_t)job->prog + job->pc;
	const uint8_t *program;

	if (job->abort)
		return ING_FAULT_ABORT;
	if (job->budget && job->commands >= job->budget)
		return ING_FAULT_BUDGET;
	if (job->pc >= job->prog_len)
		return ING_FAULT_PC;
	if (ing_check_fetch(core->slots[job->context], job->slot, unit, fault))
		return fault->code;
	program = slot_memory(core, job->slot);
	if (!program) {
		fault->slot = job->slot;
		return ING_FAULT_BUS;
	}
	memcpy(w, program + unit * ING_CMD_BYTES, ING_CMD_BYTES);
	for (int i = 0; i < 16; i++)
		w[i] = le32toh(w[i]);
	if (w[1])
		patch(w, job->r);
	return ING_FAULT_NONE;
}

/* Judges a command and finds its slot in memory; returns a fault code */
static uint32_t judge(struct func_core *core, const uint32_t *w, struct ing_fault *fault,
		      uint8_t **memory)
{
	uint32_t code = ing_check_command(w, &core->config), slot;

	*memory = NULL;
	if (code || !ing_touches_memory(w))
		return code;
	code = ing_check_memory(w, core->slots[core->job.context], fault);
	if (code)
		return code;
	slot = ING_GET(w, ING_F_OP) == ING_OP_VEC ? ING_GET(w, ING_V_SLOT) : ING_GET(w, ING_S_SLOT);
	*memory = slot_memory(core, slot);
	if (*memory)
		return ING_FAULT_NONE;
	fault->slot = slot;
	return ING_FAULT_BUS;
}

/* Executes a MATMUL, behind which the program counter stands, and those that follow it directly */
static void execute_matmuls(struct func_core *core, const uint32_t *first, const uint8_t *memory)
{
	struct func_batch batch = { .core = core };
	struct ing_fault ignored;
	uint32_t w[16];
	uint8_t *slot;

	func_batch_add(&batch, first, memory);
	while (!fetch(core, w, &ignored) && ING_GET(w, ING_F_OP) == ING_OP_MATMUL &&
	       !judge(core, w, &ignored, &slot) && func_batch_add(&batch, w, slot)) {
		core->job.pc++;
		core->job.commands++;
	}
	func_batch_run(&batch);
}

static void execute(struct func_core *core, const uint32_t *w, uint8_t *memory)
{
	core->job.pc++;
	switch (ING_GET(w, ING_F_OP)) {
	case ING_OP_MATMUL:
		execute_matmuls(core, w, memory);
		break;
	case ING_OP_LOAD:
		func_load(core, w, memory);
		break;
	case ING_OP_GATHER:
		func_gather(core, w, memory);
		break;
	case ING_OP_VEC:
		func_vector(core, w, memory);
		break;
	case ING_OP_TOPK:
		func_topk(core, w);
		break;
	case ING_OP_PICK:
		func_pick(core, w);
		break;
	default:
		func_control(core, w);
	}
}

static void step_job(struct func_core *core)
{
	struct func_job *job = &core->job;
	struct ing_fault fault = { .pc = job->pc };
	uint32_t w[16];
	uint8_t *memory;

	fault.code = fetch(core, w, &fault);
	if (!fault.code)
		fault.code = judge(core, w, &fault, &memory);
	if (fault.code) {
		end_job(core, &fault);
		return;
	}
	job->commands++;
	if (ING_GET(w, ING_F_OP) == ING_OP_END)
		end_job(core, &fault);
	else
		execute(core, w, memory);
}

uint64_t func_job_step(struct func_core *core, uint64_t budget)
{
	uint32_t desc[16];
	uint64_t done;
	int fetched;

	for (done = 0; done < budget; done++) {
		if (!func_queue_flush(core, ING_QUEUE_JOB))
			break;
		if (core->job.active) {
			step_job(core);
			continue;
		}
		fetched = func_queue_fetch(core, ING_QUEUE_JOB, desc);
		if (!fetched)
			break;
		start_job(core, desc, fetched);
	}
	return done;
}
