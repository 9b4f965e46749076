// SPDX-License-Identifier: MIT
/*
 * The simulator of netlists: see netlist.h.
 */
#include "netlist.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace {

[[noreturn]] void fail(const std::string &what)
{
	fprintf(stderr, "netlist: %s\n", what.c_str());
	abort();
}

/* One line of the netlist, word by word. */
struct line {
	std::istringstream in;
	int &count; /* more than the largest number seen */

	line(const std::string &text, int &nets) : in(text), count(nets) {}

	std::string word()
	{
		std::string w;

		if (!(in >> w))
			fail("a line ends too early: " + in.str().substr(0, 80));
		return w;
	}
	int net()
	{
		std::string w = word();
		int n = w == "-" ? -1 : atoi(w.c_str());

		count = std::max(count, n + 1);
		return n;
	}
	uint16_t hex() { return strtoul(word().c_str(), nullptr, 16); }
	template <size_t N> void nets(std::array<int, N> &to)
	{
		for (int &n : to)
			n = net();
	}
};

/* Bits of a word of 18 that an access touches: words of 1 to 9 bits lie in bytes of 9. */
uint32_t touched_bits(unsigned int width, unsigned int ad)
{
	unsigned int byte = 9 * (ad >> 3 & 1);

	switch (width) {
	case 1:
		return 1u << (byte + (ad & 7));
	case 2:
		return 3u << (byte + (ad & 6));
	case 4:
		return 15u << (byte + (ad & 4));
	case 9:
		return 0x1ffu << byte;
	default: /* 18: byte enables */
		return (ad & 1 ? 0x1ffu : 0) | (ad & 2 ? 0x1ffu << 9 : 0);
	}
}

/* Where the data of an access begins in its word of 18 bits. */
unsigned int position(unsigned int width, unsigned int ad)
{
	return width >= 18 ? 0 : __builtin_ctz(touched_bits(width, ad));
}

std::vector<uint32_t> ram_words(const std::string &hex)
{
	std::vector<uint32_t> words(1024);
	unsigned int bit = 0;

	for (size_t i = hex.size(); i-- > 0; bit += 4) {
		unsigned int digit = std::stoi(hex.substr(i, 1), nullptr, 16);

		for (unsigned int k = 0; k < 4 && bit + k < 18 * 1024; k++)
			words[(bit + k) / 18] |= (digit >> k & 1) << (bit + k) % 18;
	}
	return words;
}

} /* namespace */

netlist::netlist(const std::string &text)
{
	parse(text);
	value.resize(nets);
	value[1] = 1;
	for (const reg &r : regs)
		value[r.q] = r.value;
	connect();
	order();
	for (size_t s = 0; s < dirty.size(); s++)
		mark(s);
	settle();
}

void netlist::parse(const std::string &text)
{
	std::istringstream in(text);
	std::string one;

	while (std::getline(in, one)) {
		line l(one, nets);
		std::string kind = l.word();

		if (kind == "I" || kind == "O") {
			std::vector<int> &port = ports[l.word()];

			while (l.in >> std::ws, !l.in.eof())
				port.push_back(l.net());
		} else if (kind == "L") {
			lut u = { .init = l.hex(), .in = {}, .out = 0 };

			l.nets(u.in);
			u.out = l.net();
			luts.push_back(u);
		} else if (kind == "F") {
			reg r = {};

			r.value = l.net(), r.ce = l.net(), r.inverted = l.net();
			r.lsr = l.net(), r.d = l.net(), r.q = l.net();
			regs.push_back(r);
		} else if (kind == "M") {
			small_ram m = {};
			std::array<int, 4> rad, out;
			uint16_t init[4];

			for (uint16_t &i : init)
				i = l.hex();
			l.nets(m.di), l.nets(m.wad);
			m.we = l.net();
			l.nets(rad), l.nets(out);
			m.first = luts.size();
			for (int i = 0; i < 4; i++)
				luts.push_back({ init[i], rad, out[i] });
			small_rams.push_back(m);
		} else if (kind == "R") {
			ram_port p = {};
			std::string mode;

			p.width = l.net(), mode = l.word();
			p.read_old = mode == "READBEFOREWRITE", p.read_new = mode == "WRITETHROUGH";
			l.nets(p.ad), l.nets(p.di);
			p.ce = l.net(), p.we = l.net(), p.rst = l.net();
			l.nets(p.out);
			if (rams.empty() || !rams.back().words.empty())
				rams.push_back({ { p, {} }, {} });
			else
				rams.back().port[1] = p, rams.back().words.resize(1024);
		} else if (kind == "W") {
			rams.back().words = ram_words(l.word());
		} else if (kind == "X") {
			mult m = {};

			l.nets(m.a), l.nets(m.b);
			m.a_signed = l.net(), m.b_signed = l.net();
			l.nets(m.p);
			mults.push_back(m);
		} else {
			fail("unknown line: " + one.substr(0, 80));
		}
	}
}

const std::vector<int> &netlist::port(const std::string &name) const
{
	auto found = ports.find(name);

	if (found == ports.end())
		fail("no port " + name);
	return found->second;
}

/* ---- what depends on what ---- */

template <class Visit> void netlist::inputs_of(sink s, Visit visit) const
{
	size_t n = s;

	if (n < luts.size()) {
		for (int net : luts[n].in)
			visit(net);
	} else if ((n -= luts.size()) < mults.size()) {
		for (int net : mults[n].a)
			visit(net);
		for (int net : mults[n].b)
			visit(net);
		visit(mults[n].a_signed), visit(mults[n].b_signed);
	} else {
		const reg &r = regs[n - mults.size()];

		visit(r.ce), visit(r.lsr), visit(r.d);
	}
}

/* Of a LUT or a multiplier. */
template <class Visit> void netlist::outputs_of(sink s, Visit visit) const
{
	size_t n = s;

	if (n < luts.size()) {
		visit(luts[n].out);
	} else {
		for (int net : mults[n - luts.size()].p)
			if (net >= 0)
				visit(net);
	}
}

/* Lists the sinks of every net. */
void netlist::connect()
{
	size_t all = luts.size() + mults.size() + regs.size();
	std::vector<int> fill;

	dirty.assign(all, 0);
	first_sink.assign(nets + 1, 0);
	for (size_t s = 0; s < all; s++)
		inputs_of(s, [&](int net) { first_sink[net + 1]++; });
	for (int n = 0; n < nets; n++)
		first_sink[n + 1] += first_sink[n];
	sinks.resize(first_sink[nets]);
	fill = first_sink;
	for (size_t s = 0; s < all; s++)
		inputs_of(s, [&](int net) { sinks[fill[net]++] = s; });
}

/* Gives LUTs and multipliers levels: those they depend on have lower ones. */
void netlist::order()
{
	size_t gates = luts.size() + mults.size();
	std::vector<int> waits(gates);
	std::vector<uint8_t> driven(nets);
	std::vector<sink> ready;

	level.assign(gates, 0);
	for (size_t s = 0; s < gates; s++)
		outputs_of(s, [&](int net) { driven[net] = 1; });
	for (size_t s = 0; s < gates; s++) {
		inputs_of(s, [&](int net) { waits[s] += driven[net]; });
		if (!waits[s])
			ready.push_back(s);
	}
	for (size_t i = 0; i < ready.size(); i++) {
		sink s = ready[i];

		outputs_of(s, [&](int net) {
			for (int k = first_sink[net]; k < first_sink[net + 1]; k++) {
				size_t t = sinks[k];

				if (t >= gates)
					continue;
				level[t] = std::max(level[t], level[s] + 1);
				if (!--waits[t])
					ready.push_back(t);
			}
		});
	}
	if (ready.size() != gates)
		fail("there is a loop of gates");
	todo.resize(1 + *std::max_element(level.begin(), level.end()));
}

/* ---- one cycle ---- */

void netlist::mark(sink s)
{
	if (dirty[s])
		return;
	dirty[s] = 1;
	if ((size_t)s < level.size())
		todo[level[s]].push_back(s);
	else
		todo_regs.push_back(s);
}

void netlist::set(int net, unsigned int v)
{
	if (net < 0 || value[net] == v)
		return;
	value[net] = v;
	for (int k = first_sink[net]; k < first_sink[net + 1]; k++)
		mark(sinks[k]);
}

void netlist::compute(sink s)
{
	dirty[s] = 0;
	if ((size_t)s < luts.size()) {
		const lut &u = luts[s];

		set(u.out, u.init >> (value[u.in[0]] | value[u.in[1]] << 1 | value[u.in[2]] << 2 |
				      value[u.in[3]] << 3) & 1);
		return;
	}
	const mult &m = mults[s - luts.size()];
	int64_t a = get(m.a), b = get(m.b);

	if (value[m.a_signed])
		a -= (a >> 17 & 1) << 18;
	if (value[m.b_signed])
		b -= (b >> 17 & 1) << 18;
	for (int i = 0; i < 36; i++)
		set(m.p[i], a * b >> i & 1);
}

void netlist::settle()
{
	for (std::vector<sink> &at : todo) {
		/* What is computed marks higher levels only. */
		for (sink s : at)
			compute(s);
		at.clear();
	}
}

/* A register whose inputs did not change since the last edge keeps its value. */
void netlist::clock_registers()
{
	for (sink s : todo_regs) {
		const reg &r = regs[s - level.size()];

		dirty[s] = 0;
		if (value[r.lsr])
			next.push_back({ r.q, r.value });
		else if (value[r.ce] != r.inverted)
			next.push_back({ r.q, value[r.d] });
	}
	todo_regs.clear();
}

void netlist::drive(const std::array<int, 18> &nets, uint32_t v)
{
	for (int i = 0; i < 18; i++)
		if (nets[i] >= 0)
			next.push_back({ nets[i], (uint8_t)(v >> i & 1) });
}

/*
 * What a block RAM does at an edge. Bits read by one port while the other writes them come out
 * inverted: no design may use them.
 */
void netlist::clock_ram(ram &r)
{
	unsigned int ad[2], at[2];
	uint32_t data[2], touched[2];
	bool on[2], write[2];
	bool wide_write = r.port[0].width == 36, wide_read = r.port[1].width == 36;

	for (int p = 0; p < 2; p++) {
		const ram_port &q = r.port[p];

		ad[p] = get(q.ad);
		at[p] = ad[p] >> 4;
		on[p] = value[q.ce];
		write[p] = on[p] && value[q.we] && !value[q.rst];
		touched[p] = touched_bits(q.width, ad[p]);
		data[p] = get(q.di) << position(q.width, ad[p]) & touched[p];
	}
	if (wide_write) {
		/* Byte enables of the upper word: address bits 2 and 3; its data: the pins of port B. */
		at[0] = ad[0] >> 5 << 1;
		touched[0] = touched_bits(18, ad[0]);
		data[0] = get(r.port[0].di) & touched[0];
	}
	uint32_t upper_touched = touched_bits(18, ad[0] >> 2);
	uint32_t upper_data = get(r.port[1].di) & upper_touched;
	/* What port 0 writes in word w, and port 1. */
	auto written = [&](int p, unsigned int w) -> uint32_t {
		if (!write[p])
			return 0;
		if (p == 0 && wide_write && w == at[0] + 1)
			return upper_touched;
		return w == at[p] ? touched[p] : 0;
	};

	for (int p = 0; p < 2; p++) {
		const ram_port &q = r.port[p];
		unsigned int w = p == 1 && wide_read ? ad[1] >> 5 << 1 : at[p];
		uint32_t old = r.words[w] ^ written(!p, w);

		if (p == 0 && (wide_write || wide_read))
			continue;
		if (p == 1 && wide_read) {
			uint32_t upper = r.words[w + 1] ^ written(0, w + 1);

			if (value[q.rst])
				old = upper = 0;
			if (value[q.rst] || on[1])
				drive(r.port[0].out, old), drive(q.out, upper);
		} else if (value[q.rst]) {
			drive(q.out, 0);
		} else if (on[p] && (!write[p] || q.read_old || q.read_new)) {
			if (write[p] && q.read_new)
				old = (old & ~touched[p]) | data[p];
			drive(q.out, old >> position(q.width, ad[p]));
		}
	}
	for (int p = 0; p < 2; p++)
		if (write[p] && !(p == 1 && wide_write))
			r.words[at[p]] = (r.words[at[p]] & ~touched[p]) | data[p];
	if (write[0] && wide_write)
		r.words[at[0] + 1] = (r.words[at[0] + 1] & ~upper_touched) | upper_data;
}

void netlist::clock()
{
	next.clear();
	clock_registers();
	for (ram &r : rams)
		clock_ram(r);
	for (small_ram &m : small_rams) {
		if (!value[m.we])
			continue;
		unsigned int word = get(m.wad);

		for (int i = 0; i < 4; i++) {
			lut &u = luts[m.first + i];

			u.init = (u.init & ~(1 << word)) | value[m.di[i]] << word;
			mark(m.first + i);
		}
	}
	for (auto [net, v] : next)
		set(net, v);
}
