// SPDX-License-Identifier: MIT
/* Running a model's programs: built when first needed, kept in device memory. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

int runner_create(struct runner *r, struct ingot_device *dev, struct ingot_buffer *weights,
		  const struct hparams *hp, uint32_t context, struct ingot_error *err)
{
	*r = (struct runner){ .dev = dev };
	r->row_bytes = ((size_t)hp->vocab + 15) / 16 * ING_UNIT_BYTES;
	kv_plan(&r->kv, hp, context);
	r->ctx = ingot_context_create(dev, err);
	if (!r->ctx)
		return -ENOSPC;
	return ingot_context_bind(r->ctx, SLOT_WEIGHTS, weights, ING_PERM_READ, err);
}

static void free_program(struct loaded *p)
{
	program_destroy(p->program);
	ingot_buffer_destroy(p->buffer);
	memset(p, 0, sizeof(*p));
}

void runner_free(struct runner *r)
{
	ingot_context_destroy(r->ctx);
	for (unsigned int i = 0; i < KEPT_PROGRAMS; i++)
		free_program(&r->kept[i]);
	ingot_buffer_destroy(r->logits);
	memset(r, 0, sizeof(*r));
}

static bool same_sampling(const struct sampling *a, const struct sampling *b)
{
	return a->temperature == b->temperature && a->top_k == b->top_k &&
	       a->n_stops == b->n_stops;
}

static bool same_args(const struct lower_args *a, const struct lower_args *b)
{
	if (a->columns != b->columns || a->end != b->end || a->store_logits != b->store_logits)
		return false;
	for (uint32_t i = 0; a->end == END_DECODE && i < a->columns; i++)
		if (!same_sampling(&a->sampling[i], &b->sampling[i]))
			return false;
	return true;
}

int runner_upload(struct loaded *p, uint32_t commands, struct ingot_error *err)
{
	return ingot_buffer_upload(p->buffer, 0, program_at(p->program, 0),
				   (size_t)commands * ING_CMD_BYTES, err);
}

static int put_program(struct runner *r, struct loaded *p, struct ingot_error *err)
{
	uint32_t commands = program_size(p->program);

	p->buffer = ingot_buffer_create_program(r->dev, (uint64_t)commands * ING_CMD_BYTES, err);
	return p->buffer ? runner_upload(p, commands, err) : -ENOSPC;
}

struct loaded *runner_program(struct runner *r, struct lower_args *args, struct ingot_error *err)
{
	struct loaded *p;

	args->kv = &r->kv;
	args->config = ingot_device_config(r->dev);
	for (unsigned int i = 0; i < KEPT_PROGRAMS; i++)
		if (r->kept[i].program && same_args(&r->kept[i].args, args))
			return &r->kept[i];
	p = &r->kept[r->oldest++ % KEPT_PROGRAMS];
	if (r->running == p->program)
		r->running = NULL;
	free_program(p);
	p->args = *args;
	p->program = lower_model(args, err);
	if (p->program && !put_program(r, p, err))
		return p;
	free_program(p);
	return NULL;
}

int runner_need_logits(struct runner *r, uint32_t rows, struct ingot_error *err)
{
	if (rows <= r->logits_rows)
		return 0;
	ingot_buffer_destroy(r->logits);
	r->logits_rows = 0;
	r->logits = ingot_buffer_create(r->dev, rows * r->row_bytes, err);
	if (!r->logits)
		return -ENOSPC;
	r->logits_rows = rows;
	return ingot_context_bind(r->ctx, SLOT_LOGITS, r->logits, ING_PERM_READ | ING_PERM_WRITE,
				  err);
}

int runner_fetch_logits(const struct runner *r, uint32_t row, float *logits, size_t vocab,
			struct ingot_error *err)
{
	void *copy = malloc(r->row_bytes);
	int ret;

	if (!copy)
		return ingot_error_set(err, -ENOMEM, "out of memory");
	ret = ingot_buffer_download(r->logits, row * r->row_bytes, copy, r->row_bytes, err);
	if (!ret)
		memcpy(logits, copy, vocab * sizeof(*logits));
	free(copy);
	return ret;
}

int runner_bind_cache(struct runner *r, unsigned int sequence, struct ingot_buffer *cache,
		      struct ingot_error *err)
{
	return ingot_context_bind(r->ctx, SLOT_KV + sequence, cache,
				  cache ? ING_PERM_READ | ING_PERM_WRITE : 0, err);
}

int runner_submit(struct runner *r, const struct loaded *p, const uint32_t args[ING_ARGS],
		  uint32_t events, struct ingot_error *err)
{
	struct ingot_job job = {
		.slot = SLOT_PROGRAM,
		.commands = program_size(p->program),
		.tag = ++r->tag,
		.flags = INGOT_JOB_RESTARTABLE,
		.events = events,
	};
	int ret = ingot_context_bind(r->ctx, SLOT_PROGRAM, p->buffer, ING_PERM_EXEC, err);

	r->running = p->program;
	memcpy(job.args, args, sizeof(job.args));
	return ret ? ret : ingot_submit(r->ctx, &job, err);
}

int runner_fault(const struct runner *r, const struct loaded *p, const struct ingot_completion *c,
		 const size_t *numbers, struct ingot_error *err)
{
	char whose[32] = "";
	unsigned int op = 0;
	int32_t sequence;

	if (c->value < program_size(p->program)) {
		op = program_at(p->program, c->value)->w[0] & 0xff;
		sequence = p->args.columns == 1 ? 0 : program_note(p->program, c->value)->sequence;
		if (sequence >= 0 && numbers)
			snprintf(whose, sizeof(whose), " of sequence %zu", numbers[sequence]);
	}
	return ingot_error_set(err, -EIO,
			       "%s: the job faulted: %s (code %u), command %u%s, opcode 0x%02x, slot %u, offset %u units",
			       ingot_device_uri(r->dev), ingot_fault_name(c->fault), c->fault,
			       c->value, whose, op, c->value2, c->offset);
}
