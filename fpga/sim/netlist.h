/* SPDX-License-Identifier: MIT */
/*
 * Simulates a flat netlist of ECP5 cells with one clock (scripts/synth-netlist describes the form).
 *
 * Event driven: only what an input changed of is computed, in the order of levels, so that the cost of
 * a cycle is that of its activity and nothing has to be compiled. Values are 0 or 1: registers
 * start as the configuration of the device sets them, memories as given.
 */
#ifndef INGOT_FPGA_SIM_NETLIST_H
#define INGOT_FPGA_SIM_NETLIST_H

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

/** class netlist - a netlist and its state */
class netlist {
public:
	/** netlist() - takes the text of a netlist; aborts with a message if it is not understood */
	explicit netlist(const std::string &text);

	/** port() - the nets of a port, lowest bit first; aborts if there is none of that name */
	const std::vector<int> &port(const std::string &name) const;
	/** get() - the value of up to 64 nets, the first in bit 0; -1 for no net, which is 0 */
	template <class Nets> uint64_t get(const Nets &nets) const;
	/** set() - gives a net a value; what depends on it follows with settle() */
	void set(int net, unsigned int value);
	/** settle() - lets everything between registers follow */
	void settle();
	/** clock() - a rising edge: registers and memories take what settle() found */
	void clock();

private:
	struct lut {
		uint16_t init;
		std::array<int, 4> in;
		int out;
	};
	struct reg {
		uint8_t value;
		int ce, inverted, lsr, d, q;
	};
	struct small_ram {
		int first; /* of four LUTs, whose init is the memory */
		std::array<int, 4> di, wad;
		int we;
	};
	struct ram_port {
		unsigned int width;
		bool read_old, read_new; /* while it writes */
		std::array<int, 14> ad;
		std::array<int, 18> di, out;
		int ce, we, rst;
	};
	struct ram {
		ram_port port[2];
		std::vector<uint32_t> words;
	};
	struct mult {
		std::array<int, 18> a, b;
		int a_signed, b_signed;
		std::array<int, 36> p;
	};
	/* A thing that depends on nets: a LUT, a multiplier or a register, numbered in this order. */
	using sink = int;

	void parse(const std::string &text);
	void connect();
	void order();
	void mark(sink s);
	void compute(sink s);
	template <class Visit> void inputs_of(sink s, Visit visit) const;
	template <class Visit> void outputs_of(sink s, Visit visit) const;
	void clock_registers();
	void clock_ram(ram &r);
	void drive(const std::array<int, 18> &nets, uint32_t value);

	std::map<std::string, std::vector<int>> ports;
	std::vector<lut> luts;
	std::vector<mult> mults;
	std::vector<reg> regs;
	std::vector<small_ram> small_rams;
	std::vector<ram> rams;
	int nets = 2;

	std::vector<uint8_t> value, dirty;
	std::vector<int> first_sink, sinks; /* sinks of net n: sinks[first_sink[n]] .. sinks[first_sink[n + 1]] */
	std::vector<int> level;
	std::vector<std::vector<sink>> todo; /* per level */
	std::vector<sink> todo_regs;
	std::vector<std::pair<int, uint8_t>> next;
};

template <class Nets> uint64_t netlist::get(const Nets &nets) const
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < nets.size(); i++)
		if (nets[i] >= 0)
			bits |= (uint64_t)value[nets[i]] << i;
	return bits;
}

#endif
