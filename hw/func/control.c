// SPDX-License-Identifier: MIT
#include "fields.h"
#include "func.h"

static void write_register(struct func_job *job, uint32_t reg, uint32_t value)
{
	if (reg)
		job->r[reg] = value;
}

static void scalar(struct func_job *job, const uint32_t *w)
{
	uint32_t sum = job->r[ING_GET(w, ING_C_RA)] + job->r[ING_GET(w, ING_C_RB)] +
		       ING_GET(w, ING_C_IMM);

	write_register(job, ING_GET(w, ING_C_RD),
		       sum >> ING_GET(w, ING_C_SH) & ING_GET(w, ING_C_MASK));
}

/* The value less one decides: a loop on R0 never ends */
static void loop(struct func_job *job, const uint32_t *w)
{
	uint32_t value = job->r[ING_GET(w, ING_C_RA)] - 1;

	write_register(job, ING_GET(w, ING_C_RA), value);
	if (value)
		job->pc = ING_GET(w, ING_C_IMM);
}

static void break_out(struct func_job *job, const uint32_t *w)
{
	uint32_t value = job->r[ING_GET(w, ING_C_RA)];

	for (uint32_t i = 0; i < ING_GET(w, ING_C_COUNT); i++)
		if (w[ING_C_ID0_W + i] == value)
			job->pc = ING_GET(w, ING_C_IMM);
}

static void emit(struct func_core *core, const uint32_t *w)
{
	const struct func_job *job = &core->job;
	struct func_completion c = { .irq = ING_GET(w, ING_C_IRQ) };

	c.w[ING_COMP_TAG_W] = job->tag;
	c.w[ING_COMP_TYPE_W] = ING_COMP_EVENT;
	c.w[ING_COMP_VALUE_W] = job->r[ING_GET(w, ING_C_RA)];
	c.w[ING_COMP_VALUE2_W] = job->r[ING_GET(w, ING_C_RB)];
	func_queue_post(core, ING_QUEUE_JOB, &c);
}

void func_control(struct func_core *core, const uint32_t *w)
{
	switch (ING_GET(w, ING_F_OP)) {
	case ING_OP_SCALAR:
		scalar(&core->job, w);
		break;
	case ING_OP_LOOP:
		loop(&core->job, w);
		break;
	case ING_OP_BREAK:
		break_out(&core->job, w);
		break;
	case ING_OP_EMIT:
		emit(core, w);
		break;
	}
}
