/* SPDX-License-Identifier: MIT */
/*
 * The netlist of a core of 64 port bits in the place of Verilator's model of it: the class that
 * hw/sim/core_rtl.cpp clocks. Members are the ports of ing_core, typed as Verilator does.
 */
#ifndef INGOT_FPGA_SIM_VING_CORE_H
#define INGOT_FPGA_SIM_VING_CORE_H

#include <cstdint>
#include <vector>

#include "netlist.h"

class VerilatedContext;

#define ING_INPUTS(PORT) \
	PORT(uint8_t, rst_ni) \
	PORT(uint8_t, s_awvalid_i) \
	PORT(uint16_t, s_awaddr_i) \
	PORT(uint8_t, s_wvalid_i) \
	PORT(uint32_t, s_wdata_i) \
	PORT(uint8_t, s_wstrb_i) \
	PORT(uint8_t, s_bready_i) \
	PORT(uint8_t, s_arvalid_i) \
	PORT(uint16_t, s_araddr_i) \
	PORT(uint8_t, s_rready_i) \
	PORT(uint8_t, h_awready_i) \
	PORT(uint8_t, h_wready_i) \
	PORT(uint8_t, h_bvalid_i) \
	PORT(uint8_t, h_bresp_i) \
	PORT(uint8_t, h_arready_i) \
	PORT(uint8_t, h_rvalid_i) \
	PORT(uint64_t, h_rdata_i) \
	PORT(uint8_t, h_rresp_i) \
	PORT(uint8_t, h_rlast_i) \
	PORT(uint8_t, m_awready_i) \
	PORT(uint8_t, m_wready_i) \
	PORT(uint8_t, m_bvalid_i) \
	PORT(uint8_t, m_bresp_i) \
	PORT(uint8_t, m_arready_i) \
	PORT(uint8_t, m_rvalid_i) \
	PORT(uint64_t, m_rdata_i) \
	PORT(uint8_t, m_rresp_i) \
	PORT(uint8_t, m_rlast_i)

#define ING_OUTPUTS(PORT) \
	PORT(uint8_t, irq_o) \
	PORT(uint8_t, busy_o) \
	PORT(uint8_t, s_awready_o) \
	PORT(uint8_t, s_wready_o) \
	PORT(uint8_t, s_bvalid_o) \
	PORT(uint8_t, s_bresp_o) \
	PORT(uint8_t, s_arready_o) \
	PORT(uint8_t, s_rvalid_o) \
	PORT(uint32_t, s_rdata_o) \
	PORT(uint8_t, s_rresp_o) \
	PORT(uint8_t, h_awvalid_o) \
	PORT(uint64_t, h_awaddr_o) \
	PORT(uint8_t, h_awlen_o) \
	PORT(uint8_t, h_awsize_o) \
	PORT(uint8_t, h_awburst_o) \
	PORT(uint8_t, h_wvalid_o) \
	PORT(uint64_t, h_wdata_o) \
	PORT(uint8_t, h_wstrb_o) \
	PORT(uint8_t, h_wlast_o) \
	PORT(uint8_t, h_bready_o) \
	PORT(uint8_t, h_arvalid_o) \
	PORT(uint64_t, h_araddr_o) \
	PORT(uint8_t, h_arlen_o) \
	PORT(uint8_t, h_arsize_o) \
	PORT(uint8_t, h_arburst_o) \
	PORT(uint8_t, h_rready_o) \
	PORT(uint8_t, m_awvalid_o) \
	PORT(uint64_t, m_awaddr_o) \
	PORT(uint8_t, m_awlen_o) \
	PORT(uint8_t, m_awsize_o) \
	PORT(uint8_t, m_awburst_o) \
	PORT(uint8_t, m_wvalid_o) \
	PORT(uint64_t, m_wdata_o) \
	PORT(uint8_t, m_wstrb_o) \
	PORT(uint8_t, m_wlast_o) \
	PORT(uint8_t, m_bready_o) \
	PORT(uint8_t, m_arvalid_o) \
	PORT(uint64_t, m_araddr_o) \
	PORT(uint8_t, m_arlen_o) \
	PORT(uint8_t, m_arsize_o) \
	PORT(uint8_t, m_arburst_o) \
	PORT(uint8_t, m_rready_o)

/** class Ving_core - ports and state of the netlist */
class Ving_core {
public:
	uint8_t clk_i = 0;
#define ING_MEMBER(type, name) type name = 0;
	ING_INPUTS(ING_MEMBER)
	ING_OUTPUTS(ING_MEMBER)
#undef ING_MEMBER

	/** Ving_core() - the netlist that was linked in, as the device starts */
	explicit Ving_core(VerilatedContext *);
	/** eval() - takes the inputs, after a rising edge of clk_i the edge, and gives the outputs */
	void eval();
	/** final() - nothing to do */
	void final() {}

private:
	/* A port's nets and its value so far. */
	struct port {
		std::vector<int> nets;
		uint64_t value;
	};

	netlist net;
	std::vector<port> inputs, outputs;
	uint8_t last_clk = 0;

	void take(port &p, uint64_t value);
};

#endif
