/* SPDX-License-Identifier: MIT */
/*
 * Host memory behind an AXI4 slave: bursts become calls of struct ing_host, one call a burst.
 *
 * Reads are fetched when their first beat is due, writes are delivered with their last beat. A
 * burst whose call fails is answered with SLVERR.
 */
#ifndef INGOT_HW_SIM_HOSTBUS_H
#define INGOT_HW_SIM_HOSTBUS_H

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "hw/core.h"

/** struct ing_hostbus - the state of the port */
struct ing_hostbus {
	static constexpr unsigned int queue = 16, page = 4096;
	static constexpr unsigned int read_latency = 20, write_latency = 10;

	struct burst {
		uint64_t addr, due;
		unsigned int beats;
	};

	struct ing_host host;
	uint64_t now;
	burst reads[queue], writes[queue];
	uint64_t answers[queue];
	bool failed[queue];
	unsigned int read_in, read_out, write_in, write_out, answer_in, answer_out;
	unsigned int read_at, read_size; /* bytes given, and fetched, of the burst at read_out */
	bool read_failed;
	unsigned int write_at;		    /* bytes taken of the burst at write_out */
	unsigned int write_from, write_end; /* those with a strobe */
	uint8_t read_data[page], write_data[page];

	/** freeze() - a cycle in which nothing moves: no callback outside of step() */
	template <class Ports> void freeze(Ports *p)
	{
		p->h_arready_i = p->h_awready_i = p->h_wready_i = 0;
		p->h_rvalid_i = p->h_bvalid_i = 0;
	}

	/** cycle() - one clock cycle of the port; see ing_dram::cycle() */
	template <class Ports> void cycle(Ports *p)
	{
		now++;
		/* Nothing to do is the usual case. */
		if (read_in == read_out && write_in == write_out && answer_in == answer_out &&
		    !p->h_arvalid_o && !p->h_awvalid_o) {
			freeze(p);
			p->h_arready_i = p->h_awready_i = 1;
			return;
		}
		addresses(p);
		read_beat(p);
		write_beat(p);
		p->h_bvalid_i = answer_in != answer_out && answers[answer_out % queue] <= now;
		if (p->h_bvalid_i)
			p->h_bresp_i = failed[answer_out++ % queue] ? 2 : 0;
	}

	/** addresses() - takes one burst each way while the queues have room */
	template <class Ports> void addresses(Ports *p)
	{
		p->h_arready_i = read_in - read_out < queue;
		if (p->h_arvalid_o && p->h_arready_i)
			reads[read_in++ % queue] = { p->h_araddr_o, now + read_latency,
						     p->h_arlen_o + 1u };
		p->h_awready_i = write_in - write_out < queue && answer_in - answer_out < queue;
		if (p->h_awvalid_o && p->h_awready_i)
			writes[write_in++ % queue] = { p->h_awaddr_o, 0, p->h_awlen_o + 1u };
	}

	/** read_beat() - gives a beat of the oldest read that is due */
	template <class Ports> void read_beat(Ports *p)
	{
		constexpr unsigned int beat = sizeof(p->h_rdata_i);
		burst &b = reads[read_out % queue];

		p->h_rvalid_i = read_in != read_out && b.due <= now;
		if (!p->h_rvalid_i)
			return;
		if (!read_at) {
			read_size = std::min(b.beats * beat, page);
			read_failed = host.read(host.priv, b.addr, read_data, read_size) < 0;
		}
		memcpy(&p->h_rdata_i, read_data + read_at, beat);
		p->h_rresp_i = read_failed ? 2 : 0;
		read_at += beat;
		p->h_rlast_i = read_at == read_size;
		if (read_at == read_size) {
			read_at = 0;
			read_out++;
		}
	}

	/** write_beat() - takes a beat of the oldest write, and delivers it if it was the last */
	template <class Ports> void write_beat(Ports *p)
	{
		constexpr unsigned int beat = sizeof(p->h_wdata_o);
		burst &b = writes[write_out % queue];
		uint64_t strobes = 0;

		p->h_wready_i = write_in != write_out;
		if (!p->h_wready_i || !p->h_wvalid_o)
			return;
		memcpy(&strobes, &p->h_wstrb_o, sizeof(p->h_wstrb_o));
		if (!write_at)
			write_from = page, write_end = 0;
		memcpy(write_data + write_at, &p->h_wdata_o, beat);
		if (strobes) {
			write_from = std::min(write_from, write_at + __builtin_ctzll(strobes));
			write_end = write_at + 64 - __builtin_clzll(strobes);
		}
		write_at += beat;
		if (--b.beats && write_at < page)
			return;
		deliver(b.addr);
		write_at = 0;
		write_out++;
	}

	/** deliver() - hands a whole burst to the host; its strobes are one run of bytes */
	void deliver(uint64_t addr)
	{
		bool bad = write_from < write_end &&
			   host.write(host.priv, addr + write_from, write_data + write_from,
				      write_end - write_from) < 0;

		answers[answer_in % queue] = now + write_latency;
		failed[answer_in++ % queue] = bad;
	}
};

#endif
