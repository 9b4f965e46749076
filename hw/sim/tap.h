/* SPDX-License-Identifier: MIT */
/*
 * Observes a Verilated core, a clock cycle at a time, and tells who watches of its commands.
 *
 * It reads registers and wires of the model by the names that hw/sim/tap.vlt keeps for it, after the
 * inputs of a cycle have settled and before its rising edge. Commands pass through each unit in the
 * order in which they left the front end, so counting is enough to know which one a unit is at.
 */
#ifndef INGOT_HW_SIM_TAP_H
#define INGOT_HW_SIM_TAP_H

#include <cstdint>

#include "ingot/trace.h"

class Ving_core___024root;

/** struct ing_tap - what is known of the commands under way */
struct ing_tap {
	/* More than the queues and units hold, a multiple of the numbers that the fetch gives. */
	static constexpr unsigned int depth = 128, numbers = 64;

	/** struct kind - the commands of one kind that left the front end and are not over */
	struct kind {
		ingot_trace_command ring[depth];
		uint32_t issued, fetched, started, done, told;

		ingot_trace_command &at(uint32_t n) { return ring[n % depth]; }
	};

	ingot_trace_sink sink;
	bool running;
	kind stream, vector;
	ingot_trace_command head; /* in the front end */
	bool head_busy, head_executed, fetching;
	unsigned int next_state, idle_state; /* of front end and fetch, as a job begins */
	uint32_t by_number[numbers];	     /* stream command that the fetch gave a number */
	ingot_trace_window window;
	ingot_trace_event event;
	ingot_trace_job job;
	uint32_t rounds;

	/** watch() - begins with @to, or ends with NULL */
	void watch(const ingot_trace_sink *to);
	/** watching() - is anybody? */
	bool watching() const { return sink.window; }
	/** cycle() - looks at cycle @now */
	void cycle(const Ving_core___024root *r, uint64_t now);

private:
	void begin(const Ving_core___024root *r, uint64_t now);
	void end(uint64_t now);
	void front(const Ving_core___024root *r, uint64_t now);
	void leave_front(uint64_t now);
	void fetch(const Ving_core___024root *r, uint64_t now);
	void execute(const Ving_core___024root *r, uint64_t now, unsigned int cause);
	void compute(const Ving_core___024root *r, uint64_t now);
	void complete(const Ving_core___024root *r, uint64_t now);
	void count(const Ving_core___024root *r, uint64_t now, unsigned int cause);
	void tell(kind &k);
	void tell_window(uint64_t now);
};

#endif
