// SPDX-License-Identifier: MIT
/* A bench around a Verilated core: host memory, rings, and jobs in one call. */
#include "tests/rtl/core/bench.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingot/error.h"

/* The rings lie at the end of host memory, a page each. */
static uint32_t sq_at(unsigned int q)
{
	return BENCH_HOST_BYTES - 0x8000 + q * 0x4000;
}

static uint32_t cq_at(unsigned int q)
{
	return sq_at(q) + 0x1000;
}

static uint32_t head_at(unsigned int q)
{
	return sq_at(q) + 0x2000;
}

static bool outside(const struct bench *bench, uint64_t addr, size_t len)
{
	if (bench->fail_from && addr + len > bench->fail_from)
		return true;
	return addr < BENCH_HOST_BASE || len > BENCH_HOST_BYTES ||
	       addr - BENCH_HOST_BASE > BENCH_HOST_BYTES - len;
}

static int host_read(void *priv, uint64_t addr, void *buf, size_t len)
{
	struct bench *bench = priv;

	if (outside(bench, addr, len))
		return -1;
	memcpy(buf, bench->host + (addr - BENCH_HOST_BASE), len);
	return 0;
}

static int host_write(void *priv, uint64_t addr, const void *buf, size_t len)
{
	struct bench *bench = priv;

	if (outside(bench, addr, len))
		return -1;
	memcpy(bench->host + (addr - BENCH_HOST_BASE), buf, len);
	return 0;
}

static void host_irq(void *priv, unsigned int vector)
{
	struct bench *bench = priv;

	bench->irqs[vector]++;
}

static void die(const char *what, const char *why)
{
	printf("Bail out! %s: %s\n", what, why);
	exit(1);
}

static void *read_file(const char *path, size_t *bytes)
{
	FILE *file = fopen(path, "rb");
	void *data = malloc(65536);

	if (!file || !data)
		die(path, "cannot read");
	*bytes = fread(data, 1, 65536, file);
	fclose(file);
	return data;
}

void bench_open(struct bench *bench, const char *name, unsigned int seed)
{
	struct ing_host host = { bench, host_read, host_write, host_irq };
	struct ing_core_options options = { .seed = seed };
	struct ingot_error err = { 0 };
	ing_core_create_fn create;
	char path[256];
	size_t bytes;
	void *dtb;

	memset(bench, 0, sizeof(*bench));
	bench->publish = true;
	bench->host = calloc(1, BENCH_HOST_BYTES);
	snprintf(path, sizeof(path), "build/configs/%s.dtb", name);
	dtb = read_file(path, &bytes);
	snprintf(path, sizeof(path), "build/rtl/%s.so", name);
	bench->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!bench->library)
		die(path, dlerror());
	create = (ing_core_create_fn)dlsym(bench->library, "ing_core_rtl_create");
	if (!create)
		die(path, "no ing_core_rtl_create");
	bench->core = create(dtb, bytes, &host, &options, &err);
	if (!bench->core)
		die(path, err.text);
	free(dtb);
	bench_queues(bench);
}

void bench_close(struct bench *bench)
{
	bench->core->ops->destroy(bench->core);
	dlclose(bench->library);
	free(bench->host);
}

uint32_t bench_read(struct bench *bench, uint32_t offset)
{
	return bench->core->ops->mmio_read(bench->core, offset);
}

void bench_write(struct bench *bench, uint32_t offset, uint32_t value)
{
	bench->core->ops->mmio_write(bench->core, offset, value);
}

static void write_address(struct bench *bench, uint32_t offset, uint32_t at)
{
	uint64_t addr = BENCH_HOST_BASE + at;

	bench_write(bench, offset, (uint32_t)addr);
	bench_write(bench, offset + 4, (uint32_t)(addr >> 32));
}

void bench_queues(struct bench *bench)
{
	for (unsigned int q = 0; q < ING_QUEUES; q++) {
		uint32_t regs = ING_REG_QUEUE + q * ING_QUEUE_STRIDE;

		bench_write(bench, regs + ING_Q_ENABLE, 0);
		write_address(bench, regs + ING_Q_SQ_BASE_LO, sq_at(q));
		write_address(bench, regs + ING_Q_CQ_BASE_LO, cq_at(q));
		write_address(bench, regs + ING_Q_CQ_HEAD_LO, head_at(q));
		bench_write(bench, regs + ING_Q_SQ_LOG2, BENCH_SQ_LOG2);
		bench_write(bench, regs + ING_Q_CQ_LOG2, BENCH_CQ_LOG2);
		memset(bench->host + sq_at(q), 0, 0x4000);
		bench->sq_tail[q] = bench->cq_head[q] = 0;
		bench_write(bench, regs + ING_Q_ENABLE, 1);
	}
	bench_write(bench, ING_REG_IRQ_ENABLE, 3);
}

void bench_slot(struct bench *bench, unsigned int ctx, unsigned int slot, uint32_t base, uint32_t len,
		uint32_t perm)
{
	uint32_t at = ING_REG_SLOTS + ING_SLOT_STRIDE * (ctx * ING_SLOTS + slot);

	bench_write(bench, at + ING_SLOT_BASE, base);
	bench_write(bench, at + ING_SLOT_LEN, len);
	bench_write(bench, at + ING_SLOT_PERM, perm);
}

void bench_submit(struct bench *bench, unsigned int q, const uint32_t *desc)
{
	unsigned int index = bench->sq_tail[q]++ & ((1u << BENCH_SQ_LOG2) - 1);

	memcpy(bench->host + sq_at(q) + index * ING_DESC_BYTES, desc, ING_DESC_BYTES);
	bench_write(bench, ING_REG_QUEUE + q * ING_QUEUE_STRIDE + ING_Q_SQ_TAIL, bench->sq_tail[q]);
}

void bench_submit_job(struct bench *bench, const struct job *job)
{
	uint32_t desc[16] = { 0 };

	desc[ING_DESC_TYPE_W] = ING_DESC_RUN | (job->irq ? ING_DESC_IRQ : 0);
	desc[ING_DESC_TAG_W] = job->tag;
	desc[ING_DESC_CTX_W] = job->ctx | job->slot << 8;
	desc[ING_DESC_BUDGET_W] = job->budget;
	desc[ING_DESC_PROG_W] = job->prog;
	desc[ING_DESC_PROG_LEN_W] = job->len;
	memcpy(desc + ING_DESC_ARG0_W, job->args, sizeof(job->args));
	bench_submit(bench, ING_QUEUE_JOB, desc);
}

/* Takes the next completion if it is there. */
static bool take_completion(struct bench *bench, unsigned int q, uint32_t *comp)
{
	unsigned int index = bench->cq_head[q] & ((1u << BENCH_CQ_LOG2) - 1);
	uint32_t phase = !(bench->cq_head[q] >> BENCH_CQ_LOG2 & 1);

	memcpy(comp, bench->host + cq_at(q) + index * ING_COMP_BYTES, ING_COMP_BYTES);
	if ((comp[ING_COMP_PHASE_W] & 1) != phase)
		return false;
	bench->cq_head[q]++;
	if (bench->publish)
		memcpy(bench->host + head_at(q), &bench->cq_head[q], 2);
	return true;
}

bool bench_completion(struct bench *bench, unsigned int q, uint32_t *comp)
{
	for (unsigned int spent = 0; spent < BENCH_PATIENCE; spent += 50) {
		if (take_completion(bench, q, comp))
			return true;
		if (!bench->core->ops->step(bench->core, 50))
			return take_completion(bench, q, comp);
	}
	return false;
}

bool bench_run(struct bench *bench, const struct job *job, uint32_t *comp)
{
	bench_submit_job(bench, job);
	do {
		if (!bench_completion(bench, ING_QUEUE_JOB, comp))
			return false;
	} while ((comp[ING_COMP_TYPE_W] & 0xff) != ING_COMP_DONE);
	return true;
}

int bench_copy(struct bench *bench, uint32_t type, uint32_t host, uint32_t unit, uint32_t units)
{
	uint64_t addr = BENCH_HOST_BASE + host;
	uint32_t comp[8], desc[16] = { 0 };

	desc[ING_DESC_TYPE_W] = type;
	desc[ING_DESC_TAG_W] = 0xc0ffee;
	desc[ING_DESC_HOST_LO_W] = (uint32_t)addr;
	desc[ING_DESC_HOST_HI_W] = (uint32_t)(addr >> 32);
	desc[ING_DESC_DEV_W] = unit;
	desc[ING_DESC_LEN_W] = units;
	bench_submit(bench, ING_QUEUE_COPY, desc);
	if (!bench_completion(bench, ING_QUEUE_COPY, comp) || comp[ING_COMP_TAG_W] != 0xc0ffee)
		return -1;
	return comp[ING_COMP_TYPE_W] >> 8 & 0xff;
}

void bench_load(struct bench *bench, uint32_t unit, const uint32_t (*program)[16], unsigned int count)
{
	memcpy(bench->host, program, count * ING_CMD_BYTES);
	if (bench_copy(bench, ING_DESC_TO_DEVICE, 0, unit, count))
		die("bench_load", "copy failed");
}
