// SPDX-License-Identifier: MIT
/*
 * Random commands on ing_vector_unit against model.cpp: scratchpad, scalars, activations, device memory, tokens and
 * fault records, with random stalls of every interface, stream writes at the same time, and waits.
 *
 * usage: vector_bench [--commands=N] [--cycles] [SEED]     Output: TAP. --cycles prints cycles of some commands.
 */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>

#include "Ving_vector_unit.h"
#include "Ving_vector_unit___024root.h"

#include "generator.h"
#include "model.h"

namespace {

using Top = Ving_vector_unit;

/* Word i of a port: ports of up to 64 bits are integers, wider ones arrays of 32-bit words. */
template <typename Port> uint32_t word_of(const Port &port, unsigned int i)
{
	if constexpr (std::is_integral_v<Port>)
		return (uint32_t)((uint64_t)port >> (32 * i));
	else
		return port[i];
}

template <typename Port> void set_word(Port &port, unsigned int i, uint32_t value)
{
	if constexpr (std::is_integral_v<Port>)
		port = (Port)((port & ~(0xffffffffull << (32 * i))) | (uint64_t)value << (32 * i));
	else
		port[i] = value;
}

class Bench {
public:
	Bench();
	int main(uint64_t commands, bool cycles);

private:
	static constexpr unsigned int Lanes = BENCH_W / 32;
	static constexpr uint32_t MemoryUnits = 65536;

	/* One command in the queue or in the unit */
	struct Job {
		Command c;
		uint32_t pc;
		uint16_t wait, prior;
		bool waits;
	};
	/* One beat on its way to memory */
	struct Beat {
		uint64_t due;
	};

	ingot_config config;
	std::unique_ptr<Model> model;    /* what should be */
	std::unique_ptr<Model> dut;      /* what the unit made: activations and memory; tokens */
	std::unique_ptr<VerilatedContext> context;
	std::unique_ptr<Top> top;
	std::unique_ptr<Generator> generator;
	std::deque<Job> jobs;            /* offered or being offered, oldest first */
	size_t taken = 0;                /* of these, taken by the unit */
	std::deque<Beat> beats;
	uint64_t cycle = 0, errors = 0, done = 0, faults = 0, by_fault[16] = {};
	uint16_t str_cnt = 0;
	bool fault_due = false, token_seen = false, quiet = false;
	uint64_t fault_cycle = 0, stream_landed = 0;
	uint8_t fault_code = 0;
	uint32_t fault_off = 0, token = 0, token_rd = 0, pc = 0;

	void step();
	void drive();
	void sample();
	void stream_write(uint32_t line, const uint32_t *data);
	void fill_scratch(int percent, int special);
	void offer();
	void write_beat();
	void activation();
	void finish(const Job &job, bool good);
	void compare(const Job &job);
	bool accompanied(const Job &job) const;
	void fault();
	void fail(const Job &job, const char *what, uint64_t at, uint32_t got, uint32_t expected);
	void wipe();
	void reset();
	void run(uint64_t commands);
	void show_cycles();
};

Bench::Bench()
{
	config = {};
	config.port_bits = BENCH_W;
	config.tile_m = 3;
	config.scratch_lines = 256;
	config.act_blocks = 40;
	config.scalars = 32;
	config.topk = 20;
	config.memory_bytes = (uint64_t)MemoryUnits * 64;
	model = std::make_unique<Model>(config);
	model->slots[1] = { 0, 50000, ING_PERM_READ | ING_PERM_WRITE };
	model->slots[2] = { 50000, 1000, ING_PERM_WRITE };
	model->slots[3] = { 0, 50000, ING_PERM_READ };
	model->slots[4] = { 51000, 1, ING_PERM_WRITE };
	dut = std::make_unique<Model>(config);
	std::copy(std::begin(model->slots), std::end(model->slots), dut->slots);
	context = std::make_unique<VerilatedContext>();
	context->randReset(2);
	context->randSeed((int)below(1000000) + 1);
	top = std::make_unique<Top>(context.get());
	generator = std::make_unique<Generator>(*model);
}

void Bench::fail(const Job &job, const char *what, uint64_t at, uint32_t got, uint32_t expected)
{
	if (errors++ >= 8)
		return;
	std::printf("# command %u: %s[%llu] = %08x, expected %08x\n#  ", job.pc, what, (unsigned long long)at, got, expected);
	for (uint32_t w : job.c.w)
		std::printf(" %08x", w);
	std::printf("\n");
}

/* ---- inputs of a cycle ---- */

void Bench::offer()
{
	bool offered = taken < jobs.size();

	top->vq_valid_i = offered;
	if (!offered)
		return;
	const Job &job = jobs[taken];

	for (int i = 0; i < 16; i++)
		top->vq_cmd_i[i] = job.c.w[i];
	top->vq_pc_i = job.pc;
	top->vq_wait_i = job.wait | (job.waits ? 0x10000 : 0);
	top->vq_prior_i = job.prior;
}

/* The stream engine writes lines of its own while commands run. */
void Bench::stream_write(uint32_t line, const uint32_t *data)
{
	for (unsigned int sub = 0; sub < 16 / Lanes; sub++) {
		stream_landed = cycle + 4;
		top->sw_valid_i = 1;
		top->sw_line_i = line;
		top->sw_sub_i = sub;
		for (unsigned int l = 0; l < Lanes; l++)
			set_word(top->sw_data_i, l, data[sub * Lanes + l]);
		step();
	}
	std::memcpy(&model->scratch[16 * line], data, 64);
	top->sw_valid_i = 0;
}

void Bench::fill_scratch(int percent, int special)
{
	uint32_t data[16];

	for (uint32_t line = 0; line < config.scratch_lines; line++) {
		if (!chance(percent))
			continue;
		for (uint32_t &d : data)
			d = random_float(special);
		stream_write(line, data);
	}
}

void Bench::drive()
{
	offer();
	top->wq_ready_i = quiet || !chance(30);
	top->wq_idle_i = beats.empty();
	top->wq_fault_i = fault_due && cycle >= fault_cycle;
	top->wq_fault_code_i = fault_code;
	top->wq_fault_off_i = fault_off;
	if (chance(2))
		str_cnt++;
	top->str_cnt_i = str_cnt;
}

/* ---- outputs of a cycle ---- */

void Bench::activation()
{
	unsigned int at = top->ac_col_o * config.act_blocks + top->ac_block_o;

	if (top->ac_col_o >= config.tile_m || top->ac_block_o >= config.act_blocks) {
		fail(jobs.front(), "activation block", at, 1, 0);
		return;
	}
	Block &block = dut->act[at];

	for (unsigned int e = 0; e < 8; e++) {
		unsigned int low = e * 12;
		uint64_t two = top->ac_data_o[low / 32];

		if (low / 32 < 2)
			two |= (uint64_t)top->ac_data_o[low / 32 + 1] << 32;
		block.q[top->ac_chunk_o * 8 + e] = (int16_t)((int16_t)(two >> (low % 32) << 4) >> 4);
	}
	if (top->ac_last_o) {
		block.exp = top->ac_exp_o;
		block.sum = (int32_t)(top->ac_sum_o << 15) >> 15;
	}
}

void Bench::write_beat()
{
	uint32_t slot_number = top->wq_slot_o, off = top->wq_off_o;
	const ing_slot &slot = dut->slots[slot_number & 31];
	bool perm = slot_number < 32 && (slot.perm & ING_PERM_WRITE);
	size_t at;

	if (fault_due)
		return;
	if (!perm || off >= slot.len) {
		fault_due = true;
		fault_cycle = cycle + 2;
		fault_code = perm ? ING_FAULT_SLOT : ING_FAULT_PERM;
		fault_off = off;
		return;
	}
	beats.push_back({ cycle + 2 + below(quiet ? 1 : 30) });
	at = (size_t)(slot.base + off) * 64 + top->wq_sub_o * BENCH_W / 8;
	for (unsigned int i = 0; i < BENCH_W / 8; i++)
		if ((uint64_t)top->wq_strb_o >> i & 1)
			dut->memory[at + i] = (uint8_t)(word_of(top->wq_data_o, i / 4) >> (i % 4 * 8));
}

void Bench::sample()
{
	if (!top->rst_ni)
		return;
	if (top->vq_valid_i && top->vq_ready_o)
		taken++;
	if (top->ac_valid_o)
		activation();
	if (top->wq_valid_o && top->wq_ready_i)
		write_beat();
	while (!beats.empty() && beats.front().due <= cycle)
		beats.pop_front();
	if (top->pk_valid_o) {
		token_seen = true;
		token = top->pk_token_o;
		token_rd = top->pk_rd_o;
	}
	if (top->vec_done_o && !jobs.empty()) {
		Job job = jobs.front();

		finish(job, model->run(job.c));
		jobs.pop_front();
		taken--;
		done++;
	}
}

void Bench::step()
{
	drive();
	top->clk_i = 0;
	top->eval();
	sample();
	top->clk_i = 1;
	top->eval();
	cycle++;
	context->timeInc(1);
}

/* ---- comparison ---- */

/* With short pipelines K and V are still being written when the next command begins: what that has
 * done by then is its own business. Its own done is looked at in full.
 */
bool Bench::accompanied(const Job &job) const
{
	uint32_t sink = GET(job.c, ING_V_SINK);

	return BENCH_SHORT && taken > 1 && GET(job.c, ING_F_OP) == ING_OP_VEC &&
	       (sink == ING_SINK_KVK || sink == ING_SINK_KVV);
}

void Bench::finish(const Job &job, bool good)
{
	if (!good)
		fail(job, "done, but faults", 0, 0, model->fault.code);
	if (job.waits && (int16_t)(str_cnt - job.wait) < 0)
		fail(job, "did not wait", 0, str_cnt, job.wait);
	if (accompanied(job))
		return;
	compare(job);
	bool pick = GET(job.c, ING_F_OP) == ING_OP_PICK;

	if (pick != token_seen)
		fail(job, "token seen", 0, token_seen, pick);
	else if (pick && (token != model->token || token_rd != GET(job.c, ING_T_RD)))
		fail(job, "token", token_rd, token, model->token);
	token_seen = false;
}

void Bench::compare(const Job &job)
{
	const auto *root = top->rootp;
	/* lines of the stream engine may be on their way */
	size_t lines = config.scratch_lines - (cycle < stream_landed ? Generator::StreamLines : 0);

	for (uint32_t i = 0; i < lines * 16; i++) {
		uint32_t got = word_of(root->ing_vector_unit__DOT__u_scratch__DOT__mem_a[i / Lanes], i % Lanes);

		if (got != model->scratch[i]) {
			fail(job, "scratch", i, got, model->scratch[i]);
			model->scratch[i] = got;
		}
	}
	for (uint32_t i = 0; i < config.scalars; i++) {
		uint32_t got = root->ing_vector_unit__DOT__u_engine__DOT__scalars[i];

		if (got != model->scalars[i]) {
			fail(job, "scalar", i, got, model->scalars[i]);
			model->scalars[i] = got;
		}
	}
	for (size_t i = 0; i < model->act.size(); i++) {
		if (!(model->act[i] == dut->act[i])) {
			fail(job, "activation", i, (uint32_t)dut->act[i].exp, model->act[i].exp);
			model->act[i] = dut->act[i];
		}
	}
	for (size_t i = 0; model->memory != dut->memory && i < model->memory.size(); i++) {
		if (model->memory[i] != dut->memory[i]) {
			fail(job, "memory", i, dut->memory[i], model->memory[i]);
			model->memory = dut->memory;
		}
	}
}

/* A fault is reported: it must be that of the oldest command. */
void Bench::fault()
{
	Job job = jobs.front();
	bool good = model->run(job.c);
	const ing_fault &f = model->fault;

	if (good)
		fail(job, "fault, but good", 0, top->fault_code_o, 0);
	else if (top->fault_code_o != f.code || top->fault_pc_o != job.pc || top->fault_slot_o != f.slot ||
		 top->fault_off_o != f.offset)
		fail(job, "fault", top->fault_code_o * 1000 + f.code, top->fault_off_o, f.offset);
	if ((int16_t)(str_cnt - job.prior) < 0)
		fail(job, "fault before earlier commands", 0, str_cnt, job.prior);
	faults++;
	by_fault[f.code & 15]++;
	for (int i = 0; i < 40; i++) {
		step();
		if (!top->fault_valid_o)
			fail(job, "fault record gone", 0, 0, f.code);
	}
	bool alone = !accompanied(job);

	jobs.clear();
	taken = 0;
	token_seen &= alone;
	top->clr_i = 1;
	step();
	top->clr_i = 0;
	fault_due = false;
	step();
	/* reductions of a refused command may be done or not */
	if (f.code == ING_FAULT_SLOT || f.code == ING_FAULT_PERM)
		for (uint32_t i = 0; i < config.scalars; i++)
			model->scalars[i] = top->rootp->ing_vector_unit__DOT__u_engine__DOT__scalars[i];
	if (!alone) {
		model->act = dut->act;
		wipe();
	}
	compare(job);
}

void Bench::wipe()
{
	top->wipe_i = 1;
	step();
	top->wipe_i = 0;
	while (top->wipe_busy_o)
		step();
	step();
	std::fill(model->scratch.begin(), model->scratch.end(), 0);
	std::fill(model->scalars.begin(), model->scalars.end(), 0);
	model->list.clear();
	model->k = 0;
}

void Bench::reset()
{
	top->rst_ni = 0;
	for (int i = 0; i < 4; i++)
		step();
	top->rst_ni = 1;
	step();
	wipe();
	token_seen = fault_due = false;
	compare({});
}

void Bench::run(uint64_t commands)
{
	uint32_t issued = 0;
	uint64_t last_done = 0, last_cycle = cycle;

	while (done + faults < commands && errors < 8) {
		if (jobs.empty() && below(1000) == 0)
			wipe();
		if (jobs.empty() && chance(40))
			fill_scratch(below(60), (int)below(60));
		if (jobs.empty() && chance(30))
			fill_scratch(5, 1000);
		if (issued < commands && jobs.size() < 4 && chance(10)) {
			uint16_t prior = (uint16_t)(str_cnt + below(4) - 2);

			jobs.push_back({ generator->next(), pc++, (uint16_t)(str_cnt + below(6) - 3), prior, chance(30) });
			issued++;
		}
		if (!jobs.empty() && chance(5)) {
			uint32_t data[16];

			for (uint32_t &d : data)
				d = (uint32_t)rng();
			stream_write(config.scratch_lines - 1 - below(Generator::StreamLines), data);
		} else {
			step();
		}
		if (top->fault_valid_o) {
			uint32_t dropped = (uint32_t)jobs.size() - 1;

			fault();
			issued -= dropped;
		}
		if (done + faults != last_done || jobs.empty()) {
			last_done = done + faults;
			last_cycle = cycle;
		}
		if (cycle - last_cycle > 200000) {
			fail(jobs.front(), "no answer", 0, 0, 0);
			break;
		}
	}
}

/* Cycles from acceptance to done of commands as a model uses them, alone. */
void Bench::show_cycles()
{
	struct {
		const char *name;
		uint32_t fn, sink, red, inner, count;
	} shapes[] = {
		{ "sum of squares of 576", ING_FN_SQUARE, ING_SINK_NONE, ING_RED_SUM, 1, 576 },
		{ "norm of 576 to activations", ING_FN_NORM, ING_SINK_ACT, ING_RED_NONE, 1, 576 },
		{ "maximum of 9 rows of 128", ING_FN_COPY, ING_SINK_NONE, ING_RED_MAX, 9, 128 },
		{ "exp2 and sum of 9 rows of 128", ING_FN_EXP2, ING_SINK_SCRATCH, ING_RED_SUM, 9, 128 },
		{ "rope of 9 rows of 64", ING_FN_ROPE, ING_SINK_ACT, ING_RED_NONE, 9, 64 },
		{ "rope of 3 rows of 64 to K", ING_FN_ROPE, ING_SINK_KVK, ING_RED_NONE, 3, 64 },
		{ "copy of 3 rows of 64 to V", ING_FN_COPY, ING_SINK_KVV, ING_RED_NONE, 3, 64 },
		{ "product of 1536 to activations", ING_FN_MUL, ING_SINK_ACT, ING_RED_NONE, 1, 1248 },
	};

	quiet = true;
	for (const auto &s : shapes) {
		Command c;
		uint64_t start = cycle, before = done;

		SET(c, ING_F_OP, ING_OP_VEC);
		SET(c, ING_V_FN, s.fn);
		SET(c, ING_V_SINK, s.sink);
		SET(c, ING_V_RED, s.red);
		SET(c, ING_V_OUTER, 1);
		SET(c, ING_V_INNER, s.inner);
		SET(c, ING_V_COUNT, s.count);
		SET(c, ING_V_DST, s.sink == ING_SINK_SCRATCH ? 160 : 0);
		SET(c, ING_V_DSTIN, s.sink == ING_SINK_SCRATCH ? (s.count + 15) / 16 : s.count / 32);
		SET(c, ING_V_AIN, (s.count + 15) / 16);
		SET(c, ING_V_B, 80);
		if (s.sink >= ING_SINK_KVK) {
			SET(c, ING_V_SLOT, 1);
			SET(c, ING_V_MSTRIDE, 64);
			SET(c, ING_V_EXPOFF, 2000);
		}
		jobs.push_back({ c, pc++, 0, str_cnt, false });
		while (done == before && !top->fault_valid_o)
			step();
		if (top->fault_valid_o)
			fault();
		std::printf("# %s: %llu cycles\n", s.name, (unsigned long long)(cycle - start));
	}
	quiet = false;
}

int Bench::main(uint64_t commands, bool cycles)
{
	top->clr_i = 0;
	top->wipe_i = 0;
	top->sw_valid_i = 0;
	reset();
	fill_scratch(100, 20);
	run(commands);
	if (cycles)
		show_cycles();
	std::printf("# %llu commands done, %llu faults (opcode %llu, field %llu, range %llu, slot %llu, perm %llu), "
		    "%llu cycles\n", (unsigned long long)done, (unsigned long long)faults,
		    (unsigned long long)by_fault[ING_FAULT_OPCODE], (unsigned long long)by_fault[ING_FAULT_FIELD],
		    (unsigned long long)by_fault[ING_FAULT_RANGE], (unsigned long long)by_fault[ING_FAULT_SLOT],
		    (unsigned long long)by_fault[ING_FAULT_PERM], (unsigned long long)cycle);
	std::printf("%s 1 - random vector commands at %d bits\n1..1\n", errors ? "not ok" : "ok", BENCH_W);
	top->final();
	return errors != 0;
}

} // namespace

int main(int argc, char **argv)
{
	uint64_t seed = 1, commands = 3000;
	bool cycles = false;

	for (int i = 1; i < argc; i++) {
		if (!std::strncmp(argv[i], "--commands=", 11))
			commands = std::strtoull(argv[i] + 11, nullptr, 0);
		else if (!std::strcmp(argv[i], "--cycles"))
			cycles = true;
		else
			seed = std::strtoull(argv[i], nullptr, 0);
	}
	std::printf("TAP version 13\n# seed %llu, port of %d bits\n", (unsigned long long)seed, BENCH_W);
	rng.seed(seed);
	Bench bench;
	return bench.main(commands, cycles);
}
