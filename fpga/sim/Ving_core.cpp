// SPDX-License-Identifier: MIT
/*
 * The ports of a core around its netlist: see Ving_core.h. NETLIST is the path of the netlist, which is
 * linked in.
 */
#include "Ving_core.h"

#include <string>

asm(".section .rodata\n"
    "netlist_text:\n"
    ".incbin \"" NETLIST "\"\n"
    "netlist_end:\n"
    ".previous\n");
extern const char netlist_text[] __attribute__((visibility("hidden")));
extern const char netlist_end[] __attribute__((visibility("hidden")));

Ving_core::Ving_core(VerilatedContext *) : net(std::string(netlist_text, netlist_end))
{
#define ING_INPUT(type, name) inputs.push_back({ net.port(#name), 0 });
#define ING_OUTPUT(type, name) outputs.push_back({ net.port(#name), 0 });
	ING_INPUTS(ING_INPUT)
	ING_OUTPUTS(ING_OUTPUT)
}

void Ving_core::take(port &p, uint64_t value)
{
	if (value == p.value)
		return;
	p.value = value;
	for (size_t i = 0; i < p.nets.size(); i++)
		net.set(p.nets[i], value >> i & 1);
}

/* The harness changes inputs while the clock is low only. */
void Ving_core::eval()
{
	unsigned int i = 0;

	if (clk_i && !last_clk) {
		net.clock();
	} else {
#define ING_TAKE(type, name) take(inputs[i++], name);
		ING_INPUTS(ING_TAKE)
	}
	last_clk = clk_i;
	net.settle();
	i = 0;
#define ING_GIVE(type, name) name = net.get(outputs[i++].nets);
	ING_OUTPUTS(ING_GIVE)
}
