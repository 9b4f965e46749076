// SPDX-License-Identifier: MIT
#include "test_func_device.h"

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingot/error.h"

/* ---- host ---- */

static int host_read(void *priv, uint64_t addr, void *buf, size_t len)
{
	struct device *dev = priv;

	if (addr > HOST_BYTES || len > HOST_BYTES - addr)
		return -1;
	memcpy(buf, dev->host + addr, len);
	return 0;
}

static int host_write(void *priv, uint64_t addr, const void *buf, size_t len)
{
	struct device *dev = priv;

	if (addr > HOST_BYTES || len > HOST_BYTES - addr)
		return -1;
	memcpy(dev->host + addr, buf, len);
	return 0;
}

static void host_irq(void *priv, unsigned int vector)
{
	struct device *dev = priv;

	assert_in_range(vector, 0, ING_QUEUES - 1);
	dev->irqs[vector]++;
}

/* ---- device ---- */

static void make_tree(void *blob, int bytes)
{
	static const char formats[] = "q4\0q4m\0q8\0q8m\0q16";
	fdt64_t reg[2] = { 0, cpu_to_fdt64(MEMORY_BYTES) };

	fdt_create(blob, bytes);
	fdt_finish_reservemap(blob);
	fdt_begin_node(blob, "");
	fdt_property_string(blob, "compatible", "ingot,core");
	fdt_property_string(blob, "model", "unit-test");
	fdt_property_u32(blob, "#address-cells", 2);
	fdt_property_u32(blob, "#size-cells", 2);
	fdt_begin_node(blob, "core");
	fdt_property_u32(blob, "ingot,port-bits", 512);
	fdt_property_u32(blob, "ingot,tile-m", TILE_M);
	fdt_property_u32(blob, "ingot,scratch-lines", SCRATCH_LINES);
	fdt_property_u32(blob, "ingot,act-blocks", ACT_BLOCKS);
	fdt_property_u32(blob, "ingot,fifo-beats", 64);
	fdt_property_u32(blob, "ingot,scalars", SCALARS);
	fdt_property_u32(blob, "ingot,topk", TOPK);
	fdt_property(blob, "ingot,formats", formats, sizeof(formats));
	fdt_property_u32(blob, "clock-frequency", 200000000);
	fdt_end_node(blob);
	fdt_begin_node(blob, "memory@0");
	fdt_property(blob, "reg", reg, sizeof(reg));
	fdt_end_node(blob);
	fdt_end_node(blob);
	assert_int_equal(fdt_finish(blob), 0);
}

uint32_t reg_read(struct device *dev, uint32_t offset)
{
	return dev->core->ops->mmio_read(dev->core, offset);
}

void reg_write(struct device *dev, uint32_t offset, uint32_t value)
{
	dev->core->ops->mmio_write(dev->core, offset, value);
}

uint32_t queue_reg(unsigned int q, uint32_t offset)
{
	return ING_REG_QUEUE + q * ING_QUEUE_STRIDE + offset;
}

void device_step(struct device *dev)
{
	dev->core->ops->step(dev->core, 1000);
}

void set_slot(struct device *dev, unsigned int context, unsigned int slot, uint32_t base,
	      uint32_t len, uint32_t perm)
{
	uint32_t at = ING_REG_SLOTS + (context * ING_SLOTS + slot) * ING_SLOT_STRIDE;

	reg_write(dev, at + ING_SLOT_BASE, base);
	reg_write(dev, at + ING_SLOT_LEN, len);
	reg_write(dev, at + ING_SLOT_PERM, perm);
}

uint32_t data_unit(uint32_t unit)
{
	return PROGRAM_UNITS + unit;
}

static void set_up_queue(struct device *dev, unsigned int q)
{
	reg_write(dev, queue_reg(q, ING_Q_SQ_BASE_LO), HOST_SQ(q));
	reg_write(dev, queue_reg(q, ING_Q_SQ_LOG2), RING_LOG2);
	reg_write(dev, queue_reg(q, ING_Q_CQ_BASE_LO), HOST_CQ(q));
	reg_write(dev, queue_reg(q, ING_Q_CQ_LOG2), RING_LOG2);
	reg_write(dev, queue_reg(q, ING_Q_CQ_HEAD_LO), HOST_CQ_HEAD(q));
	reg_write(dev, queue_reg(q, ING_Q_ENABLE), 1);
}

struct device *device_open(const char *isa, unsigned int threads)
{
	struct ing_core_options options = { .isa = isa, .threads = threads };
	struct device *dev = calloc(1, sizeof(*dev));
	struct ing_host host = { dev, host_read, host_write, host_irq };
	struct ingot_error err;
	uint8_t tree[2048];

	make_tree(tree, sizeof(tree));
	dev->host = calloc(1, HOST_BYTES);
	dev->core = ing_core_func_create(tree, fdt_totalsize(tree), &host, &options, &err);
	if (!dev->core)
		fail_msg("%s", err.text);
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		set_up_queue(dev, q);
	for (unsigned int c = 0; c < ING_CONTEXTS; c++) {
		set_slot(dev, c, SLOT_PROGRAM, 0, PROGRAM_UNITS, ING_PERM_EXEC);
		set_slot(dev, c, SLOT_DATA, data_unit(0), DATA_UNITS,
			 ING_PERM_READ | ING_PERM_WRITE);
		set_slot(dev, c, SLOT_CONST, data_unit(0), DATA_UNITS, ING_PERM_READ);
		set_slot(dev, c, SLOT_SHORT, data_unit(0), SHORT_UNITS,
			 ING_PERM_READ | ING_PERM_WRITE);
	}
	return dev;
}

void device_close(struct device *dev)
{
	dev->core->ops->destroy(dev->core);
	free(dev->host);
	free(dev);
}

/* ---- rings ---- */

void submit(struct device *dev, unsigned int q, const uint32_t desc[16])
{
	uint32_t index = dev->sq_tail[q]++ & ((1u << RING_LOG2) - 1);

	memcpy(dev->host + HOST_SQ(q) + index * ING_DESC_BYTES, desc, ING_DESC_BYTES);
	reg_write(dev, queue_reg(q, ING_Q_SQ_TAIL), dev->sq_tail[q]);
}

int complete(struct device *dev, unsigned int q, struct completion *c, int publish)
{
	uint32_t index = dev->cq_head[q] & ((1u << RING_LOG2) - 1), head;

	memcpy(c, dev->host + HOST_CQ(q) + index * ING_COMP_BYTES, sizeof(*c));
	if ((c->w[ING_COMP_PHASE_W] & 1) == (dev->cq_head[q] >> RING_LOG2 & 1))
		return 0;
	dev->cq_head[q]++;
	head = dev->cq_head[q];
	if (publish)
		memcpy(dev->host + HOST_CQ_HEAD(q), &head, sizeof(head));
	return 1;
}

struct completion wait_done(struct device *dev, unsigned int q)
{
	struct completion c;

	for (int i = 0; i < 10000; i++) {
		device_step(dev);
		if (complete(dev, q, &c, 1))
			return c;
	}
	fail_msg("queue %u: no completion", q);
	return c;
}

static void copy(struct device *dev, uint32_t type, uint32_t unit, uint32_t units)
{
	uint32_t desc[16] = { [ING_DESC_TYPE_W] = type, [ING_DESC_HOST_LO_W] = HOST_DATA,
			      [ING_DESC_DEV_W] = unit, [ING_DESC_LEN_W] = units };

	submit(dev, ING_QUEUE_COPY, desc);
	assert_int_equal(fault_of(wait_done(dev, ING_QUEUE_COPY)), ING_FAULT_NONE);
}

void upload(struct device *dev, uint32_t unit, const void *data, uint32_t units)
{
	memcpy(dev->host + HOST_DATA, data, units * ING_UNIT_BYTES);
	copy(dev, ING_DESC_TO_DEVICE, unit, units);
}

void download(struct device *dev, uint32_t unit, void *data, uint32_t units)
{
	copy(dev, ING_DESC_TO_HOST, unit, units);
	memcpy(data, dev->host + HOST_DATA, units * ING_UNIT_BYTES);
}

/* ---- programs ---- */

uint32_t *add(struct program *p, uint32_t op)
{
	uint32_t *w = p->w[p->n++];

	assert_in_range(p->n, 1, PROGRAM_UNITS);
	memset(w, 0, ING_CMD_BYTES);
	SET(w, ING_F_OP, op);
	return w;
}

void add_load(struct program *p, uint32_t unit, uint32_t line, uint32_t lines)
{
	uint32_t *w = add(p, ING_OP_LOAD);

	SET(w, ING_S_SLOT, SLOT_DATA);
	SET(w, ING_S_OFFSET, unit);
	SET(w, ING_S_ROWS, lines);
	SET(w, ING_S_DST, line);
}

uint32_t *add_vec(struct program *p, uint32_t fn, uint32_t count, uint32_t a, uint32_t b,
		  uint32_t dst)
{
	uint32_t *w = add(p, ING_OP_VEC);

	SET(w, ING_V_FN, fn);
	SET(w, ING_V_SINK, ING_SINK_SCRATCH);
	SET(w, ING_V_OUTER, 1);
	SET(w, ING_V_INNER, 1);
	SET(w, ING_V_COUNT, count);
	SET(w, ING_V_A, a);
	SET(w, ING_V_B, b);
	SET(w, ING_V_DST, dst);
	return w;
}

void add_store(struct program *p, uint32_t line, uint32_t unit, uint32_t lines)
{
	uint32_t *w = add_vec(p, ING_FN_COPY, lines * 16, line, 0, 0);

	SET(w, ING_V_SINK, ING_SINK_MEM);
	SET(w, ING_V_SLOT, SLOT_DATA);
	SET(w, ING_V_OFFSET, unit);
}

uint32_t *add_matmul(struct program *p, struct ing_format f, uint32_t tgroups, uint32_t unit,
		     uint32_t rows, uint32_t blocks)
{
	uint32_t *w = add(p, ING_OP_MATMUL);

	SET(w, ING_S_SLOT, SLOT_DATA);
	SET(w, ING_S_WIDTH, f.width);
	SET(w, ING_S_MIN, f.min);
	SET(w, ING_S_NOSCALE, f.noscale);
	SET(w, ING_S_TGROUPS, tgroups);
	SET(w, ING_S_COLS, 1);
	SET(w, ING_S_OFFSET, unit);
	SET(w, ING_S_ROWS, rows);
	SET(w, ING_S_BLOCKS, blocks);
	return w;
}

void run_desc(uint32_t desc[16], uint32_t context, const struct program *p, uint32_t tag)
{
	memset(desc, 0, ING_DESC_BYTES);
	desc[ING_DESC_TYPE_W] = ING_DESC_RUN;
	desc[ING_DESC_TAG_W] = tag;
	desc[ING_DESC_CTX_W] = context | SLOT_PROGRAM << 8;
	desc[ING_DESC_PROG_LEN_W] = p->n;
}

struct completion run(struct device *dev, struct program *p)
{
	uint32_t desc[16];

	add(p, ING_OP_END);
	upload(dev, 0, p->w, p->n);
	run_desc(desc, 0, p, 0x1234);
	submit(dev, ING_QUEUE_JOB, desc);
	return wait_done(dev, ING_QUEUE_JOB);
}

void run_good(struct device *dev, struct program *p)
{
	struct completion c = run(dev, p);

	if (fault_of(c))
		fail_msg("fault %u at command %u, slot %u, offset %u", fault_of(c),
			 c.w[ING_COMP_VALUE_W], c.w[ING_COMP_VALUE2_W], c.w[ING_COMP_OFFSET_W]);
	assert_int_equal(c.w[ING_COMP_TAG_W], 0x1234);
	assert_int_equal(c.w[ING_COMP_TYPE_W], ING_COMP_DONE);
}

/* ---- chance ---- */

uint32_t random_bits(void)
{
	static uint64_t state;

	if (!state) {
		const char *seed = getenv("SEED");

		state = seed ? strtoull(seed, NULL, 0) : 20261121;
		printf("# SEED=%llu\n", (unsigned long long)state);
	}
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 32);
}

float random_float(float magnitude)
{
	return ((float)(random_bits() >> 8) * 0x1p-23f - 1.0f) * magnitude;
}
