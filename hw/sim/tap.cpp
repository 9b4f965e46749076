// SPDX-License-Identifier: MIT
/* Observing a Verilated core: see tap.h. */
#include <cstring>

#include "Ving_core.h"
#include "Ving_core___024root.h"
#include "verilated.h"

#include "hw/sim/tap.h"
#include "ingot/tile.h"

#define CORE(name) (r->ing_core__DOT__##name)
#define CMD(name) (r->ing_core__DOT__u_cmd__DOT__##name)
#define FETCH(name) (r->ing_core__DOT__u_stream__DOT__u_fetch__DOT__##name)
#define EXEC(name) (r->ing_core__DOT__u_stream__DOT__u_exec__DOT__##name)
#define VECTOR(name) (r->ing_core__DOT__u_vector__DOT__u_engine__DOT__##name)

void ing_tap::watch(const ingot_trace_sink *to)
{
	*this = ing_tap{};
	if (to)
		sink = *to;
}

void ing_tap::begin(const Ving_core___024root *r, uint64_t now)
{
	running = true;
	stream.issued = stream.fetched = stream.started = stream.done = stream.told = 0;
	vector.issued = vector.fetched = vector.started = vector.done = vector.told = 0;
	head_busy = fetching = false;
	next_state = CMD(state_q);
	idle_state = FETCH(state_q);
	rounds = 0;
	head = {};
	event = {};
	window = {};
	job = {};
	job.cycles.begin = window.cycles.begin = now;
	sink.begin(sink.priv, now);
}

/* Of each kind in order, what is over. */
void ing_tap::tell(kind &k)
{
	for (; k.told != k.done && k.at(k.told).run.end; k.told++)
		sink.command(sink.priv, &k.at(k.told));
}

void ing_tap::tell_window(uint64_t now)
{
	window.cycles.end = now;
	sink.counted(sink.priv, &window);
	window = {};
	window.cycles.begin = now;
}

/* A job that faulted leaves commands behind that never ended. */
void ing_tap::end(uint64_t now)
{
	running = false;
	if (head_busy && head_executed) {
		head.front.end = head.done = now;
		sink.command(sink.priv, &head);
	}
	for (kind *k : { &stream, &vector }) {
		for (; k->told != k->issued; k->told++) {
			ingot_trace_command &c = k->at(k->told);

			if (c.fetch.begin && !c.fetch.end)
				c.fetch.end = now;
			if (c.run.begin && !c.run.end)
				c.run.end = now;
			sink.command(sink.priv, &c);
		}
	}
	if (window.cycles.begin != now)
		tell_window(now);
	job.cycles.end = now;
	sink.end(sink.priv, &job);
}

/* The command in the front end is at the end of its way there: a unit gets it, or it is over. */
void ing_tap::leave_front(uint64_t now)
{
	const uint32_t op = head.words[0] & 0xff;
	kind *k = op >= ING_OP_VEC ? &vector : op >= ING_OP_MATMUL ? &stream : nullptr;

	head.front.end = now;
	if (k) {
		k->at(k->issued++) = head;
		return;
	}
	rounds += op == ING_OP_LOOP;
	head.done = now;
	sink.command(sink.priv, &head);
}

/* Between two commands the state machine is where it was when the job began. */
void ing_tap::front(const Ving_core___024root *r, uint64_t now)
{
	const bool busy = CMD(state_q) != next_state;

	/* A command's pulse comes a cycle late: the next one has not begun then. */
	if (CORE(command)) {
		head_executed = true;
		memcpy(head.words, &CMD(u_patch__DOT__cmd_q)[0], sizeof(head.words));
	}
	if (head_busy && !busy && head_executed) {
		leave_front(now);
		head.order++;
	}
	if (busy && !head_busy) {
		const uint32_t order = head.order;

		head = {};
		head.pc = CMD(pc_q);
		head.round = rounds;
		head.order = order;
		head.stream_before = stream.issued;
		head.vector_before = vector.issued;
		head.front.begin = now;
		head_executed = false;
	}
	head_busy = busy;
}

void ing_tap::fetch(const Ving_core___024root *r, uint64_t now)
{
	const bool busy = FETCH(state_q) != idle_state;

	if (busy && !fetching) {
		by_number[FETCH(seq_q) % numbers] = stream.fetched;
		stream.at(stream.fetched++).fetch.begin = now;
	}
	if (!busy && fetching)
		stream.at(stream.fetched - 1).fetch.end = now;
	fetching = busy;
	if (CORE(rq_valid) && CORE(rq_ready))
		stream.at(by_number[FETCH(rq_seq_q) % numbers]).read_bytes +=
			CORE(rq_len) * (uint64_t)ING_UNIT_BYTES;
}

void ing_tap::execute(const Ving_core___024root *r, uint64_t now, unsigned int cause)
{
	const bool active = EXEC(mm_q) || EXEC(pk_q);

	if (stream.started) {
		ingot_trace_command &c = stream.at(stream.started - 1);

		if (active)
			c.cause[cause]++;
		if (!c.run.end && (!active || EXEC(start)))
			c.run.end = now + active;
	}
	if (EXEC(start))
		stream.at(stream.started++).run.begin = now + 1;
	if (CORE(str_done))
		stream.at(stream.done++).done = now;
	tell(stream);
}

void ing_tap::compute(const Ving_core___024root *r, uint64_t now)
{
	if (CORE(wq_beat) && vector.started > vector.done) {
		ingot_trace_command &c = vector.at(vector.done);

		if (!c.write_beats++)
			c.write.begin = now;
		c.write.end = now + 1;
	}
	if (CORE(vec_done)) {
		ingot_trace_command &c = vector.at(vector.done++);

		c.done = now;
		c.run.end = now + 1;
	}
	tell(vector);
	if (VECTOR(take))
		vector.at(vector.started++).run.begin = now + 1;
}

void ing_tap::complete(const Ving_core___024root *r, uint64_t now)
{
	if (!CORE(cp_valid))
		return;
	if (!event.cycles.begin)
		event.cycles.begin = now;
	if (!CORE(cp_ready))
		return;
	event.cycles.end = now + 1;
	event.done = CORE(cp_done);
	event.value = CORE(cp_value);
	sink.event(sink.priv, &event);
	event = {};
}

void ing_tap::count(const Ving_core___024root *r, uint64_t now, unsigned int cause)
{
	const unsigned int more[] = { ING_CNT_CYCLES, cause };

	for (uint64_t *counters : { window.counters, job.counters }) {
		for (unsigned int i : more)
			counters[i]++;
		counters[ING_CNT_READ_BEATS] += CORE(rd_valid);
		counters[ING_CNT_WRITE_BEATS] += CORE(wq_beat);
		counters[ING_CNT_COMMANDS] += CORE(command);
	}
	if (now + 1 - window.cycles.begin == sink.window)
		tell_window(now + 1);
}

void ing_tap::cycle(const Ving_core___024root *r, uint64_t now)
{
	unsigned int cause = CORE(cause);

	if (!CORE(run)) {
		if (running)
			end(now);
		return;
	}
	if (!running)
		begin(r, now);
	if (CORE(host_wait) && cause == ING_CNT_PROGRAM)
		cause = ING_CNT_HOST;
	front(r, now);
	fetch(r, now);
	execute(r, now, cause);
	compute(r, now);
	complete(r, now);
	count(r, now, cause);
}
