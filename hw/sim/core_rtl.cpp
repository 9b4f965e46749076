// SPDX-License-Identifier: MIT
/*
 * The Verilated core as a struct ing_core: clock, register accesses, the two memories around it.
 *
 * One cycle: after a rising edge the outputs of the core are those of the new cycle; the models answer
 * with the inputs of the same cycle; a falling edge lets them settle; the next rising edge follows.
 * While a register is accessed the host's bus stands still, so that callbacks come from step() only.
 */
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <new>

#include <libfdt.h>

#include "Ving_core.h"
#include "Ving_core___024root.h"
#include "verilated.h"
#ifdef ING_TRACE
#include "verilated_fst_c.h"
#endif

#include "hw/core.h"
#include "hw/sim/dram.h"
#include "hw/sim/hostbus.h"
#ifdef ING_TAP
#include "hw/sim/tap.h"
#endif
#include "ingot/error.h"
#include "ingot/regs.h"

/* The name of the scratchpad inside the model; the build finds it. */
#include "scratch_member.h"

namespace {

struct rtl_core {
	struct ing_core head;
	std::unique_ptr<VerilatedContext> context;
	std::unique_ptr<Ving_core> top;
#ifdef ING_TRACE
	std::unique_ptr<VerilatedFstC> dump;
#endif
	ing_dram dram;
	ing_hostbus bus;
#ifdef ING_TAP
	ing_tap tap;
#endif
	uint64_t cycles, sim_ns;
	unsigned int irqs; /* raised, and not told yet */
};

rtl_core *to_rtl(struct ing_core *core)
{
	return reinterpret_cast<rtl_core *>(core);
}

uint64_t now_ns()
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

inline void settle(rtl_core *core)
{
#ifdef ING_TRACE
	if (core->dump)
		core->dump->dump(core->context->time());
	core->context->timeInc(1);
#else
	(void)core;
#endif
}

/* Both edges; the inputs of the cycle are in place. */
inline void clock(rtl_core *core)
{
	Ving_core *top = core->top.get();

	top->clk_i = 0;
	top->eval();
	settle(core);
#ifdef ING_TAP
	if (core->tap.watching())
		core->tap.cycle(top->rootp, core->cycles);
#endif
	top->clk_i = 1;
	top->eval();
	settle(core);
	core->cycles++;
	core->irqs |= top->irq_o;
}

inline void run_cycle(rtl_core *core)
{
	core->dram.cycle(core->top.get());
	core->bus.cycle(core->top.get());
	clock(core);
}

void frozen_cycle(rtl_core *core)
{
	core->dram.cycle(core->top.get());
	core->bus.freeze(core->top.get());
	clock(core);
}

uint32_t rtl_mmio_read(struct ing_core *base, uint32_t offset)
{
	rtl_core *core = to_rtl(base);
	Ving_core *top = core->top.get();

	if (offset >= ING_BAR_BYTES)
		return 0;
	top->s_araddr_i = offset;
	top->s_arvalid_i = 1;
	while (!top->s_rvalid_o)
		frozen_cycle(core);
	top->s_arvalid_i = 0;
	top->s_rready_i = 1;
	frozen_cycle(core);
	top->s_rready_i = 0;
	return top->s_rdata_o;
}

void rtl_mmio_write(struct ing_core *base, uint32_t offset, uint32_t value)
{
	rtl_core *core = to_rtl(base);
	Ving_core *top = core->top.get();

	if (offset >= ING_BAR_BYTES)
		return;
	top->s_awaddr_i = offset;
	top->s_wdata_i = value;
	top->s_wstrb_i = 15;
	top->s_awvalid_i = top->s_wvalid_i = 1;
	while (!top->s_bvalid_o)
		frozen_cycle(core);
	top->s_awvalid_i = top->s_wvalid_i = 0;
	top->s_bready_i = 1;
	frozen_cycle(core);
	top->s_bready_i = 0;
}

void tell_irqs(rtl_core *core)
{
	unsigned int irqs = core->irqs;

	core->irqs = 0;
	for (unsigned int vector = 0; irqs >> vector; vector++)
		if (irqs >> vector & 1)
			core->bus.host.irq(core->bus.host.priv, vector);
}

int rtl_step(struct ing_core *base, uint64_t budget)
{
	rtl_core *core = to_rtl(base);
	uint64_t start = now_ns();

	for (uint64_t i = 0; i < budget && core->top->busy_o; i++) {
		run_cycle(core);
		if (core->irqs)
			tell_irqs(core);
	}
	if (core->irqs)
		tell_irqs(core);
	core->sim_ns += now_ns() - start;
	return core->top->busy_o;
}

void rtl_stats(const struct ing_core *base, struct ing_core_stats *stats)
{
	const rtl_core *core = reinterpret_cast<const rtl_core *>(base);

	stats->cycles = core->cycles;
	stats->port_cycles = core->dram.served;
	stats->sim_ns = core->sim_ns;
}

int rtl_trace(struct ing_core *base, const char *path)
{
#ifdef ING_TRACE
	rtl_core *core = to_rtl(base);

	core->dump.reset();
	if (path) {
		core->dump = std::make_unique<VerilatedFstC>();
		core->top->trace(core->dump.get(), 99);
		core->dump->open(path);
		if (!core->dump->isOpen()) {
			core->dump.reset();
			return errno ? -errno : -EIO;
		}
	}
	return 0;
#else
	(void)base;
	(void)path;
	return -EOPNOTSUPP;
#endif
}

int rtl_watch(struct ing_core *base, const struct ingot_trace_sink *sink)
{
#ifdef ING_TAP
	rtl_core *core = to_rtl(base);

	core->tap.watch(sink);
	return 0;
#else
	(void)base;
	(void)sink;
	return -EOPNOTSUPP;
#endif
}

long rtl_peek(struct ing_core *base, int what, size_t offset, void *buf, size_t len)
{
	rtl_core *core = to_rtl(base);
	const void *from;
	size_t size;

	if (what == ING_PEEK_MEMORY) {
		from = core->dram.data;
		size = core->dram.bytes;
	} else if (what == ING_PEEK_SCRATCH) {
#ifdef ING_SCRATCH_MEMBER
		from = &core->top->rootp->ING_SCRATCH_MEMBER;
		size = sizeof(core->top->rootp->ING_SCRATCH_MEMBER);
#else
		return -EOPNOTSUPP;
#endif
	} else {
		return -EINVAL;
	}
	if (offset > size)
		return -EINVAL;
	if (len > size - offset)
		len = size - offset;
	memcpy(buf, (const char *)from + offset, len);
	return len;
}

int rtl_memory_fd(const struct ing_core *base, uint64_t *bytes)
{
	const rtl_core *core = reinterpret_cast<const rtl_core *>(base);

	if (core->dram.fd < 0)
		return -EOPNOTSUPP;
	*bytes = core->dram.bytes;
	return core->dram.fd;
}

void rtl_destroy(struct ing_core *base)
{
	rtl_core *core = to_rtl(base);

#ifdef ING_TRACE
	core->dump.reset();
#endif
	core->top->final();
	core->dram.release();
	delete core;
}

const struct ing_core_ops rtl_ops = {
	.name = "rtl",
	.mmio_read = rtl_mmio_read,
	.mmio_write = rtl_mmio_write,
	.step = rtl_step,
	.stats = rtl_stats,
	.trace = rtl_trace,
	.watch = rtl_watch,
	.peek = rtl_peek,
	.memory_fd = rtl_memory_fd,
	.destroy = rtl_destroy,
};

/* Bytes of the memory node, or 0. */
uint64_t memory_bytes(const void *dtb)
{
	int length, node = fdt_path_offset(dtb, "/memory@0");
	const fdt64_t *reg = node < 0 ? nullptr :
					(const fdt64_t *)fdt_getprop(dtb, node, "reg", &length);

	return reg && length == 16 ? fdt64_to_cpu(reg[1]) : 0;
}

/* The model was built from one configuration: is it this one? */
bool same_configuration(rtl_core *core, const uint8_t *dtb, size_t bytes)
{
	if (rtl_mmio_read(&core->head, ING_REG_ROM_BYTES) != bytes)
		return false;
	for (size_t i = 0; i < bytes; i += 4) {
		uint32_t want = 0, got = rtl_mmio_read(&core->head, ING_REG_ROM + i);

		memcpy(&want, dtb + i, bytes - i < 4 ? bytes - i : 4);
		if (got != want)
			return false;
	}
	return true;
}

/* What the buses say before the reset is noise (random, in a check build): nobody listens. */
void reset_core(rtl_core *core)
{
	Ving_core *top = core->top.get();

	top->rst_ni = 0;
	top->s_awvalid_i = top->s_wvalid_i = top->s_arvalid_i = top->s_bready_i = top->s_rready_i = 0;
	top->m_arready_i = top->m_awready_i = top->m_wready_i = top->m_rvalid_i = top->m_bvalid_i = 0;
	core->bus.freeze(top);
	for (int i = 0; i < 8; i++)
		clock(core);
	core->irqs = 0;
	top->rst_ni = 1;
	while (core->top->busy_o)
		frozen_cycle(core);
}

} /* namespace */

extern "C" __attribute__((visibility("default"))) struct ing_core *
ing_core_rtl_create(const void *dtb, size_t dtb_bytes, const struct ing_host *host,
		    const struct ing_core_options *options, struct ingot_error *err)
{
	static const struct ing_core_options defaults = {};
	rtl_core *core;
	uint64_t bytes;

	if (!options)
		options = &defaults;
	if (dtb_bytes < sizeof(struct fdt_header) || fdt_check_header(dtb) ||
	    fdt_totalsize(dtb) > dtb_bytes) {
		ingot_error_set(err, -EINVAL, "device tree: not a flattened device tree");
		return nullptr;
	}
	bytes = memory_bytes(dtb);
	core = new (std::nothrow) rtl_core{};
	if (!core || !bytes ||
	    !core->dram.init(bytes, sizeof(Ving_core::m_rdata_i),
			     options->latency_cycles ? options->latency_cycles : 40,
			     options->ideal_memory, options->shared_memory)) {
		ingot_error_set(err, -ENOMEM, "device tree: cannot map its memory of %llu bytes",
				(unsigned long long)bytes);
		delete core;
		return nullptr;
	}
	core->head.ops = &rtl_ops;
	core->bus.host = *host;
	core->context = std::make_unique<VerilatedContext>();
	core->context->randReset(2);
	core->context->randSeed(options->seed ? options->seed : 1);
#ifdef ING_TRACE
	core->context->traceEverOn(true);
#endif
	core->top = std::make_unique<Ving_core>(core->context.get());
	reset_core(core);
	if (!same_configuration(core, (const uint8_t *)dtb, fdt_totalsize(dtb))) {
		ingot_error_set(err, -EINVAL,
				"device tree: differs from the one this Verilated core was built from; "
				"run 'make'");
		rtl_destroy(&core->head);
		return nullptr;
	}
	return &core->head;
}
