/* SPDX-License-Identifier: MIT */
/*
 * What hw/sim/core_rtl.cpp uses of Verilator's run time, for a core that Verilator did not make.
 */
#ifndef INGOT_FPGA_SIM_VERILATED_H
#define INGOT_FPGA_SIM_VERILATED_H

/** class VerilatedContext - nothing is random in a netlist: it starts as the device does */
class VerilatedContext {
public:
	/** randReset() - ignored */
	void randReset(int) {}
	/** randSeed() - ignored */
	void randSeed(int) {}
	/** timeInc() - ignored */
	void timeInc(unsigned int) {}
};

#endif
