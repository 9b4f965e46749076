// SPDX-License-Identifier: MIT
/*
 * Stands between the transport and a functional core. Copies it does itself, on a mapping of the
 * core's memory, so that they can go wrong; the core gets a descriptor in their place that copies
 * nothing to anywhere. Programs are changed in memory when their job is fetched.
 */
#include "fault_core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "ingot/isa.h"
#include "ingot/tile.h"
#include "runtime/device/core_transport.h"

/* Where the core's harmless copies go: no host memory lies there. */
#define NOWHERE 0xffffffffffff0000ull

struct fault_core {
	struct ing_core core;
	struct ing_core *inner;
	struct ing_host host;
	struct faults *faults;
	uint8_t *memory;
	uint64_t bytes;
	unsigned int port_bits;
	uint64_t ring[ING_QUEUES];
	uint32_t slot_base[ING_CONTEXTS * ING_SLOTS];
};

static struct fault_core *to_fault(const struct ing_core *core)
{
	return (struct fault_core *)core;
}

/* ---- broken memory ---- */

static uint64_t broken_address(const struct fault_core *f, uint64_t address)
{
	return ((address & ~f->faults->address_low) | f->faults->address_high) % f->bytes;
}

static void break_data(const struct fault_core *f, uint64_t address, uint8_t *unit)
{
	const unsigned int bytes = f->port_bits / 8;

	for (unsigned int i = 0; i < ING_UNIT_BYTES; i++) {
		const unsigned int line = (address + i) % bytes * 8;

		unit[i] &= ~(f->faults->data_low[line / 64] >> line % 64);
		unit[i] |= f->faults->data_high[line / 64] >> line % 64;
		if (address + i == f->faults->cell)
			unit[i] |= f->faults->cell_bits;
	}
}

static int copy_unit(struct fault_core *f, bool to_device, uint64_t host, uint64_t device)
{
	uint8_t unit[ING_UNIT_BYTES] = { 0 };
	const uint64_t at = broken_address(f, device);
	const bool ends_page = (host + ING_UNIT_BYTES) % 4096 == 0;
	int ret;

	if (to_device) {
		ret = f->host.read(f->host.priv, host, unit, ING_UNIT_BYTES);
		unit[ING_UNIT_BYTES - 1] ^= f->faults->spoil_device && ends_page;
		break_data(f, at, unit);
		memcpy(f->memory + at, unit, ING_UNIT_BYTES);
		return ret;
	}
	memcpy(unit, f->memory + at, ING_UNIT_BYTES);
	break_data(f, at, unit);
	unit[ING_UNIT_BYTES - 1] ^= f->faults->spoil_host && ends_page;
	return f->host.write(f->host.priv, host, unit, ING_UNIT_BYTES);
}

static void take_copy(struct fault_core *f, uint32_t desc[16])
{
	const bool to_device = (desc[ING_DESC_TYPE_W] & 0xff) == ING_DESC_TO_DEVICE;
	const uint64_t host = desc[ING_DESC_HOST_LO_W] | (uint64_t)desc[ING_DESC_HOST_HI_W] << 32;

	for (uint64_t i = 0; i < desc[ING_DESC_LEN_W]; i++)
		copy_unit(f, to_device, host + i * ING_UNIT_BYTES,
			  (desc[ING_DESC_DEV_W] + i) * ING_UNIT_BYTES);
	desc[ING_DESC_TYPE_W] = (desc[ING_DESC_TYPE_W] & ~0xffu) | ING_DESC_TO_HOST;
	desc[ING_DESC_HOST_LO_W] = (uint32_t)NOWHERE;
	desc[ING_DESC_HOST_HI_W] = NOWHERE >> 32;
	desc[ING_DESC_DEV_W] = 0;
	desc[ING_DESC_LEN_W] = 1;
}

/* ---- broken commands ---- */

/* Something else than was meant, which the hardware accepts. */
static void break_command(uint32_t *w)
{
	switch (w[0] & 0xff) {
	case ING_OP_LOOP:
	case ING_OP_BREAK:
		w[0] = (w[0] & ~0xffu) | ING_OP_BARRIER;
		break;
	case ING_OP_EMIT:
		w[2] ^= 1u << ING_C_RA_L;
		break;
	case ING_OP_VEC:
	case ING_OP_TOPK:
		w[4] ^= 1;
		break;
	case ING_OP_PICK:
		w[2] ^= 1u << ING_T_RD_L;
		break;
	default:
		w[3] ^= 1;
	}
}

static void break_program(struct fault_core *f, const uint32_t desc[16])
{
	const uint32_t slot = desc[ING_DESC_CTX_W] >> 8 & 0xff, ctx = desc[ING_DESC_CTX_W] & 0xff;
	const uint64_t first = f->slot_base[(ctx * ING_SLOTS + slot) % (ING_CONTEXTS * ING_SLOTS)] +
			       (uint64_t)desc[ING_DESC_PROG_W];

	for (uint64_t i = 0; i < desc[ING_DESC_PROG_LEN_W]; i++) {
		const uint64_t at = (first + i) * ING_CMD_BYTES;

		if (at < f->bytes && f->memory[at] == f->faults->opcode)
			break_command((uint32_t *)(f->memory + at));
	}
}

/* ---- between the core and its host ---- */

static bool in_ring(const struct fault_core *f, unsigned int q, uint64_t addr, size_t len)
{
	return len == ING_DESC_BYTES && addr - f->ring[q] < RING_ENTRIES * ING_DESC_BYTES;
}

static int host_read(void *priv, uint64_t addr, void *buf, size_t len)
{
	struct fault_core *f = priv;
	int ret = f->host.read(f->host.priv, addr, buf, len);

	if (!ret && in_ring(f, ING_QUEUE_COPY, addr, len))
		take_copy(f, buf);
	if (!ret && in_ring(f, ING_QUEUE_JOB, addr, len) && f->faults->opcode)
		break_program(f, buf);
	return ret;
}

static int host_write(void *priv, uint64_t addr, const void *buf, size_t len)
{
	struct fault_core *f = priv;

	return addr >= NOWHERE ? 0 : f->host.write(f->host.priv, addr, buf, len);
}

static void host_irq(void *priv, unsigned int vector)
{
	struct fault_core *f = priv;

	if (!f->faults->lose_interrupts)
		f->host.irq(f->host.priv, vector);
	else if (vector == ING_QUEUE_JOB)
		f->faults->lose_interrupts--;
}

/* ---- between the transport and the core ---- */

static uint32_t read_register(struct ing_core *core, uint32_t offset)
{
	struct fault_core *f = to_fault(core);

	return f->inner->ops->mmio_read(f->inner, offset);
}

static void note_ring(struct fault_core *f, uint32_t offset, uint32_t value)
{
	for (unsigned int q = 0; q < ING_QUEUES; q++) {
		if (offset == queue_reg(q, ING_Q_SQ_BASE_LO))
			f->ring[q] = (f->ring[q] & ~0xffffffffull) | value;
		if (offset == queue_reg(q, ING_Q_SQ_BASE_HI))
			f->ring[q] = (f->ring[q] & 0xffffffffull) | (uint64_t)value << 32;
	}
}

static uint32_t break_slot(struct fault_core *f, uint32_t offset, uint32_t value)
{
	const uint32_t entry = (offset - ING_REG_SLOTS) / ING_SLOT_STRIDE;

	switch ((offset - ING_REG_SLOTS) % ING_SLOT_STRIDE) {
	case ING_SLOT_BASE:
		f->slot_base[entry] = value;
		return value;
	case ING_SLOT_LEN:
		return value ? value + f->faults->extra_units : 0;
	default:
		return value && value != ING_PERM_EXEC ? value | f->faults->extra_perm : value;
	}
}

static void write_register(struct ing_core *core, uint32_t offset, uint32_t value)
{
	struct fault_core *f = to_fault(core);

	note_ring(f, offset, value);
	if (offset >= ING_REG_SLOTS &&
	    offset < ING_REG_SLOTS + ING_CONTEXTS * ING_SLOTS * ING_SLOT_STRIDE)
		value = break_slot(f, offset, value);
	f->inner->ops->mmio_write(f->inner, offset, value);
}

static int step(struct ing_core *core, uint64_t budget)
{
	struct fault_core *f = to_fault(core);

	return f->inner->ops->step(f->inner, budget);
}

static void stats(const struct ing_core *core, struct ing_core_stats *s)
{
	const struct fault_core *f = to_fault(core);

	f->inner->ops->stats(f->inner, s);
}

static void destroy(struct ing_core *core)
{
	struct fault_core *f = to_fault(core);

	if (f->memory)
		munmap(f->memory, f->bytes);
	if (f->inner)
		f->inner->ops->destroy(f->inner);
	free(f);
}

static const struct ing_core_ops ops = {
	.name = "faulty",
	.mmio_read = read_register,
	.mmio_write = write_register,
	.step = step,
	.stats = stats,
	.destroy = destroy,
};

static int map_memory(struct fault_core *f, struct ingot_error *err)
{
	int fd = f->inner->ops->memory_fd(f->inner, &f->bytes);
	void *p = fd < 0 ? MAP_FAILED :
			   mmap(NULL, f->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return ingot_error_set(err, -ENOMEM, "faulty: no mapping of the core's memory");
	f->memory = p;
	return 0;
}

static int load(void *priv, const char *uri, const struct ing_host *host,
		struct ingot_core_handle *handle, struct ingot_error *err)
{
	const struct ing_core_options options = { .threads = 1, .shared_memory = 1 };
	struct fault_core *f = calloc(1, sizeof(*f));
	const struct ing_host mine = { f, host_read, host_write, host_irq };
	int ret;

	(void)uri;
	if (!f)
		return ingot_error_set(err, -ENOMEM, "out of memory");
	*f = (struct fault_core){ .core = { &ops }, .host = *host, .faults = priv };
	ret = ingot_core_load(handle, "func:tiny", &options, &mine, err);
	if (ret) {
		free(f);
		return ret;
	}
	f->inner = handle->core;
	f->port_bits = handle->config.port_bits;
	handle->core = &f->core;
	return map_memory(f, err);
}

struct ingot_device *fault_core_open(struct faults *faults, struct ingot_error *err)
{
	return ingot_core_device_make("faulty", load, faults, err);
}
