/* SPDX-License-Identifier: MIT */
/*
 * Device memory behind an AXI4 slave, one clock cycle at a time.
 *
 * The port serves one beat a cycle, read or write. A read's first beat comes latency cycles after its
 * address at the earliest; reads are pipelined and answered in order. In refresh (30 of every 780
 * cycles) nothing is served. An address past the end is answered with DECERR.
 */
#ifndef INGOT_HW_SIM_DRAM_H
#define INGOT_HW_SIM_DRAM_H

#include <cstddef>
#include <cstdint>
#include <cstring>

/** struct ing_dram - the memory and the state of its port */
struct ing_dram {
	static constexpr unsigned int refresh_period = 780, refresh_cycles = 30, write_cycles = 10;
	static constexpr unsigned int queue = 64;

	struct burst {
		uint64_t addr, due;
		unsigned int beats;
	};

	uint8_t *data;
	int fd; /* file of data if it is shared, else -1 */
	uint64_t bytes;
	unsigned int beat_bytes, latency, write_latency, refresh;
	uint64_t now, served; /* cycles, and those in which the port could serve */
	unsigned int phase;   /* of the refresh period */
	bool last_write;
	burst reads[queue], writes[queue];
	uint64_t answers[queue]; /* when a write is answered */
	bool failed[queue];
	unsigned int read_in, read_out, write_in, write_out, answer_in, answer_out;
	bool write_failed;

	/** init() - maps @size bytes, as a file if @shared; false if there is not that much address space */
	bool init(uint64_t size, unsigned int beat, unsigned int cycles, bool ideal, bool shared);
	/** release() - unmaps them */
	void release();
	/** inside() - does the beat at @addr lie in memory? */
	bool inside(uint64_t addr) const { return addr < bytes && bytes - addr >= beat_bytes; }

	/**
	 * cycle() - one clock cycle of the port
	 * @p: the ports of the core after a rising edge (any class with Verilator's m_* members);
	 *	the inputs of the core for this cycle are written to it
	 */
	template <class Ports> void cycle(Ports *p);
	/** write_beat() - the enabled bytes of one beat */
	template <class Strobes> void write_beat(uint64_t addr, const void *beat, const Strobes &strobes);
};

template <class Strobes>
void ing_dram::write_beat(uint64_t addr, const void *beat, const Strobes &strobes)
{
	uint64_t mask = 0;

	memcpy(&mask, &strobes, sizeof(strobes));
	if (mask == ~0ull >> (64 - beat_bytes)) {
		memcpy(data + addr, beat, beat_bytes);
		return;
	}
	for (unsigned int i = 0; i < beat_bytes; i++)
		if (mask >> i & 1)
			data[addr + i] = ((const uint8_t *)beat)[i];
}

template <class Ports>
inline void ing_dram::cycle(Ports *p)
{
	bool open = phase >= refresh;
	bool read_due, serve_write;

	now++;
	phase = phase + 1 == refresh_period ? 0 : phase + 1;
	served += open;

	/* Both address channels take one burst a cycle while the queues have room. */
	p->m_arready_i = read_in - read_out < queue;
	if (p->m_arvalid_o && p->m_arready_i)
		reads[read_in++ % queue] = { p->m_araddr_o, now + latency, p->m_arlen_o + 1u };
	p->m_awready_i = write_in - write_out < queue && answer_in - answer_out < queue;
	if (p->m_awvalid_o && p->m_awready_i)
		writes[write_in++ % queue] = { p->m_awaddr_o, 0, p->m_awlen_o + 1u };

	read_due = read_in != read_out && reads[read_out % queue].due <= now;
	serve_write = open && p->m_wvalid_o && write_in != write_out && !(read_due && last_write);
	p->m_wready_i = serve_write;
	p->m_rvalid_i = open && read_due && !serve_write;

	if (serve_write) {
		burst &b = writes[write_out % queue];

		last_write = true;
		if (inside(b.addr))
			write_beat(b.addr, &p->m_wdata_o, p->m_wstrb_o);
		else
			write_failed = true;
		b.addr += beat_bytes;
		if (!--b.beats) {
			write_out++;
			answers[answer_in % queue] = now + write_latency;
			failed[answer_in++ % queue] = write_failed;
			write_failed = false;
		}
	} else if (p->m_rvalid_i) {
		burst &b = reads[read_out % queue];

		last_write = false;
		if (inside(b.addr)) {
			memcpy(&p->m_rdata_i, data + b.addr, sizeof(p->m_rdata_i));
			p->m_rresp_i = 0;
		} else {
			p->m_rresp_i = 3;
		}
		b.addr += beat_bytes;
		p->m_rlast_i = b.beats == 1;
		if (!--b.beats)
			read_out++;
	}

	p->m_bvalid_i = answer_in != answer_out && answers[answer_out % queue] <= now;
	if (p->m_bvalid_i)
		p->m_bresp_i = failed[answer_out++ % queue] ? 3 : 0;
}

#endif
