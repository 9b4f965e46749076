// SPDX-License-Identifier: MIT
/*
 * A hostile host: any register writes, any bytes in its memory and so any descriptors, commands and
 * ring pointers. The functional model stays inside the memory it was given, answers what it was
 * asked, and can be reset.
 *
 * An input is a list of actions, each with its operands; the device starts with both queues and a
 * few slots set up, so that a short input gets far.
 */
#include <libfdt.h>

#include "fuzz.h"
#include "hw/core.h"
#include "ingot/isa.h"
#include "ingot/regs.h"
#include "ingot/tile.h"

#define HOST_BYTES 0x10000u
#define HOST_SQ(q) ((q) * 0x1000u)
#define HOST_CQ(q) (0x2000u + (q) * 0x1000u)
#define HOST_CQ_HEAD(q) (0x4000u + (q) * 0x1000u)
#define HOST_DATA 0x8000u
#define RING_LOG2 3
#define DEVICE_BYTES 0x10000u
#define PROGRAM_UNITS 64u
/* Commands that one input may make the device execute: a loop does not end by itself. */
#define MOST_COMMANDS 64

struct board {
	struct ing_core *core;
	uint8_t host[HOST_BYTES];
	uint16_t tail[ING_QUEUES];
	unsigned int commands;
};

static int host_read(void *priv, uint64_t addr, void *buf, size_t len)
{
	struct board *b = priv;

	if (addr > HOST_BYTES || len > HOST_BYTES - addr)
		return -1;
	memcpy(buf, b->host + addr, len);
	return 0;
}

static int host_write(void *priv, uint64_t addr, const void *buf, size_t len)
{
	struct board *b = priv;

	if (addr > HOST_BYTES || len > HOST_BYTES - addr)
		return -1;
	memcpy(b->host + addr, buf, len);
	return 0;
}

static void host_irq(void *priv, unsigned int vector)
{
	(void)priv;
	fuzz_check(vector < ING_QUEUES, "an interrupt that does not exist");
}

static void make_tree(void *blob, int bytes)
{
	static const char formats[] = "q4\0q4m\0q8\0q8m\0q16";
	static const struct { const char *name; uint32_t value; } numbers[] = {
		{ "ingot,port-bits", 64 }, { "ingot,tile-m", 2 }, { "ingot,scratch-lines", 16 },
		{ "ingot,act-blocks", 16 }, { "ingot,fifo-beats", 16 }, { "ingot,scalars", 16 },
		{ "ingot,topk", 8 }, { "clock-frequency", 1000000 },
	};
	fdt64_t reg[2] = { 0, cpu_to_fdt64(DEVICE_BYTES) };

	fdt_create(blob, bytes);
	fdt_finish_reservemap(blob);
	fdt_begin_node(blob, "");
	fdt_property_string(blob, "compatible", "ingot,core");
	fdt_property_string(blob, "model", "fuzz");
	fdt_property_u32(blob, "#address-cells", 2);
	fdt_property_u32(blob, "#size-cells", 2);
	fdt_begin_node(blob, "core");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		fdt_property_u32(blob, numbers[i].name, numbers[i].value);
	fdt_property(blob, "ingot,formats", formats, sizeof(formats));
	fdt_end_node(blob);
	fdt_begin_node(blob, "memory@0");
	fdt_property(blob, "reg", reg, sizeof(reg));
	fdt_end_node(blob);
	fdt_end_node(blob);
	fuzz_check(!fdt_finish(blob), "the device tree has no room");
}

static void reg_write(struct board *b, uint32_t offset, uint32_t value)
{
	b->core->ops->mmio_write(b->core, offset, value);
}

static void queue_write(struct board *b, unsigned int q, uint32_t offset, uint32_t value)
{
	reg_write(b, ING_REG_QUEUE + q * ING_QUEUE_STRIDE + offset, value);
}

static void set_slot(struct board *b, unsigned int slot, uint32_t base, uint32_t len, uint32_t perm)
{
	uint32_t at = ING_REG_SLOTS + slot * ING_SLOT_STRIDE;

	reg_write(b, at + ING_SLOT_BASE, base);
	reg_write(b, at + ING_SLOT_LEN, len);
	reg_write(b, at + ING_SLOT_PERM, perm);
}

static void set_up(struct board *b)
{
	for (unsigned int q = 0; q < ING_QUEUES; q++) {
		queue_write(b, q, ING_Q_SQ_BASE_LO, HOST_SQ(q));
		queue_write(b, q, ING_Q_SQ_LOG2, RING_LOG2);
		queue_write(b, q, ING_Q_CQ_BASE_LO, HOST_CQ(q));
		queue_write(b, q, ING_Q_CQ_LOG2, RING_LOG2);
		queue_write(b, q, ING_Q_CQ_HEAD_LO, HOST_CQ_HEAD(q));
		queue_write(b, q, ING_Q_ENABLE, 1);
		b->tail[q] = 0;
	}
	reg_write(b, ING_REG_IRQ_ENABLE, 3);
	set_slot(b, 0, 0, PROGRAM_UNITS, ING_PERM_EXEC);
	set_slot(b, 1, PROGRAM_UNITS, 256, ING_PERM_READ | ING_PERM_WRITE);
	set_slot(b, 2, PROGRAM_UNITS, 512, ING_PERM_READ);
}

/* Works for a while; a few commands at a time, as each may be long. */
static void work(struct board *b)
{
	while (b->commands++ < MOST_COMMANDS && b->core->ops->step(b->core, 1))
		;
}

static void submit(struct board *b, unsigned int q, const uint32_t desc[16])
{
	memcpy(b->host + HOST_SQ(q) + (b->tail[q]++ % (1 << RING_LOG2)) * ING_DESC_BYTES, desc,
	       ING_DESC_BYTES);
	queue_write(b, q, ING_Q_SQ_TAIL, b->tail[q]);
}

/* Commands from the input, copied to the program's slot and run; words not given are zero. */
static void run_program(struct board *b, struct fuzz_input *in)
{
	const uint32_t count = 1 + fuzz_u32(in, 1) % 8;
	uint32_t copy[16] = { [ING_DESC_TYPE_W] = ING_DESC_TO_DEVICE, [ING_DESC_HOST_LO_W] = HOST_DATA,
			      [ING_DESC_LEN_W] = count };
	uint32_t run[16] = { [ING_DESC_TYPE_W] = ING_DESC_RUN, [ING_DESC_PROG_LEN_W] = count,
			     [ING_DESC_BUDGET_W] = 16, [ING_DESC_ARG0_W] = fuzz_u32(in, 1),
			     [ING_DESC_ARG0_W + 1] = fuzz_u32(in, 4) };

	memset(b->host + HOST_DATA, 0, count * ING_CMD_BYTES);
	for (uint32_t i = 0; i < count; i++) {
		/* which words the input has: the others stay zero */
		uint32_t words = fuzz_u32(in, 2);

		for (unsigned int w = 0; w < 16; w++)
			if (words >> w & 1)
				fuzz_take(in, b->host + HOST_DATA + i * ING_CMD_BYTES + w * 4, 4);
	}
	submit(b, ING_QUEUE_COPY, copy);
	work(b);
	submit(b, ING_QUEUE_JOB, run);
	work(b);
}

static void write_host(struct board *b, struct fuzz_input *in)
{
	uint32_t at = fuzz_u32(in, 2), bytes = fuzz_u32(in, 1);

	if (bytes > HOST_BYTES - at)
		bytes = HOST_BYTES - at;
	fuzz_take(in, b->host + at, bytes);
}

static void any_descriptor(struct board *b, struct fuzz_input *in)
{
	const unsigned int q = fuzz_u32(in, 1) % ING_QUEUES;
	uint32_t desc[16];

	fuzz_take(in, desc, sizeof(desc));
	submit(b, q, desc);
}

static void act(struct board *b, struct fuzz_input *in)
{
	uint32_t offset;

	switch (fuzz_u32(in, 1) % 8) {
	case 0:
	case 1:
		run_program(b, in);
		break;
	case 2:
		write_host(b, in);
		break;
	case 3:
		any_descriptor(b, in);
		break;
	case 4:
		offset = fuzz_u32(in, 2);
		reg_write(b, offset & ~3u, fuzz_u32(in, 4));
		break;
	case 5:
		b->core->ops->mmio_read(b->core, fuzz_u32(in, 2) & ~3u);
		break;
	case 6:
		offset = ING_REG_QUEUE + fuzz_u32(in, 1) % 0x80;
		reg_write(b, offset & ~3u, fuzz_u32(in, 4));
		break;
	default:
		work(b);
	}
}

/* However it was treated: after a reset, it copies. */
static void check_life(struct board *b)
{
	uint32_t copy[16] = { [ING_DESC_TYPE_W] = ING_DESC_TO_HOST, [ING_DESC_TAG_W] = 0x1234567,
			      [ING_DESC_HOST_LO_W] = HOST_DATA, [ING_DESC_LEN_W] = 1 };
	uint32_t tag;

	reg_write(b, ING_REG_RESET, 1);
	for (int i = 0; i < 1000 && b->core->ops->mmio_read(b->core, ING_REG_RESET); i++)
		b->core->ops->step(b->core, 1);
	for (unsigned int q = 0; q < ING_QUEUES; q++)
		queue_write(b, q, ING_Q_ENABLE, 0);
	memset(b->host, 0, sizeof(b->host));
	set_up(b);
	submit(b, ING_QUEUE_COPY, copy);
	for (int i = 0; i < 1000 && b->core->ops->step(b->core, 1); i++)
		;
	memcpy(&tag, b->host + HOST_CQ(ING_QUEUE_COPY) + ING_COMP_TAG_W * 4, sizeof(tag));
	fuzz_check(tag == 0x1234567, "no completion after a reset");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ing_core_options options = { .threads = 1, .isa = "scalar" };
	static struct board b;
	const struct ing_host host = { &b, host_read, host_write, host_irq };
	struct fuzz_input in = { data, size };
	struct ingot_error err;
	uint8_t tree[2048];

	make_tree(tree, sizeof(tree));
	memset(&b, 0, sizeof(b));
	b.core = ing_core_func_create(tree, fdt_totalsize(tree), &host, &options, &err);
	fuzz_check(b.core, "no core");
	set_up(&b);
	while (in.size)
		act(&b, &in);
	work(&b);
	check_life(&b);
	b.core->ops->destroy(b.core);
	return 0;
}
