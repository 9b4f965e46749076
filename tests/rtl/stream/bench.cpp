// SPDX-License-Identifier: MIT
#include "bench.h"

#include <cstring>

static const uint32_t words_per_beat = PORT_BITS / 32, beats_per_unit = 512 / PORT_BITS;

[[maybe_unused]] static void put_word(QData &port, uint32_t i, uint32_t value)
{
	port = (port & ~(0xffffffffull << 32 * i)) | (uint64_t)value << 32 * i;
}

[[maybe_unused]] static uint32_t get_word(const QData &port, uint32_t i)
{
	return (uint32_t)(port >> 32 * i);
}

template <std::size_t N> static void put_word(VlWide<N> &port, uint32_t i, uint32_t value) { port[i] = value; }

template <std::size_t N> static uint32_t get_word(const VlWide<N> &port, uint32_t i) { return port[i]; }

Bench::Bench(const Model &model, uint64_t seed) : context_(new VerilatedContext), rng_(seed)
{
	context_->randReset(2);
	context_->randSeed((int)(seed & 0x7fffffff));
	top_.reset(new Vunit(context_.get()));
	top_->clk_i = top_->rst_ni = top_->clr_i = 0;
	top_->fq_valid_i = top_->sq_valid_i = top_->rq_ready_i = top_->rd_valid_i = 0;
	top_->rq_fault_i = top_->ac_valid_i = top_->sw_ready_i = 0;
	top_->vec_cnt_i = 0;
	for (int i = 0; i < 4; i++)
		cycle();
	top_->rst_ni = 1;
	(void)model;
}

Bench::~Bench() { top_->final(); }

// Inputs change with the falling edge: settle() shows what they lead to before cycle() lets the clock rise.
void Bench::settle()
{
	top_->clk_i = 0;
	top_->eval();
}

void Bench::cycle()
{
	if (top_->clk_i)
		settle();
	top_->clk_i = 1;
	top_->eval();
	cycles_++;
}

void Bench::queue_activations(const std::vector<std::vector<ActBlock>> &act, uint32_t from)
{
	for (uint32_t col = 0; col < act.size(); col++)
		for (uint32_t b = from; b < act[col].size(); b++)
			for (uint32_t chunk = 0; chunk < 4; chunk++)
				activations_.push_back({col, b, chunk, act[col][b]});
}

void Bench::drive_activations()
{
	top_->ac_valid_i = !activations_.empty();
	if (activations_.empty())
		return;

	const Chunk &chunk = activations_.front();
	const ActBlock &x = chunk.x;

	top_->ac_col_i = (uint8_t)chunk.col;
	top_->ac_block_i = (uint16_t)chunk.block;
	top_->ac_chunk_i = (uint8_t)chunk.chunk;
	for (int i = 0; i < 3; i++)
		top_->ac_data_i[i] = 0;
	for (uint32_t i = 0; i < 96; i++)
		if (x.q[8 * chunk.chunk + i / 12] >> i % 12 & 1)
			top_->ac_data_i[i / 32] |= 1u << i % 32;
	top_->ac_last_i = chunk.chunk == 3;
	top_->ac_exp_i = x.eb;
	top_->ac_sum_i = (uint32_t)x.sum() & 0x1ffff;
	activations_.pop_front();
}

static void set_command(VlWide<16> &port, const Command &c)
{
	for (int i = 0; i < 16; i++)
		port[i] = c.w[i];
}

void Bench::drive(const Job &job)
{
	if (!top_->fq_valid_i && fetch_next_ < job.items.size() && !chance(stalls_.command)) {
		const Job::Item &item = job.items[fetch_next_];

		top_->fq_valid_i = 1;
		set_command(top_->fq_cmd_i, item.cmd);
		top_->fq_wait_i = item.fetch_wait < 0 ? (uint32_t)rng_() & 0xffff : 0x10000 | (uint32_t)item.fetch_wait;
	}
	// Not before it has been given to fetch.
	if (!top_->sq_valid_i && exec_next_ < fetch_next_ && !chance(stalls_.command)) {
		const Job::Item &item = job.items[exec_next_];

		top_->sq_valid_i = 1;
		set_command(top_->sq_cmd_i, item.cmd);
		top_->sq_pc_i = 1000 + (uint32_t)exec_next_;
		top_->sq_wait_i = item.wait < 0 ? (uint32_t)rng_() & 0xffff : 0x10000 | (uint32_t)item.wait;
		top_->sq_prior_i = item.prior;
	}
	drive_activations();
	if (vec_ < job.vec_total && !top_->ac_valid_i && !chance(stalls_.vector)) {
		if (vec_ == 0 && !late_written_) {
			queue_activations(model_->act, job.late_block);
			late_written_ = true;
			return;
		}
		vec_++;
		if (vec_ == 2) {
			const Slot &late = model_->slots[job.late_slot];

			memcpy(&memory_[(size_t)late.base * 16], &model_->memory[(size_t)late.base * 16],
			       (size_t)late.len * 64);
		}
		top_->vec_cnt_i = (uint16_t)vec_;
	}
}

// Memory answers in order; requests are judged when taken, and a refusal is reported two cycles later.
void Bench::drive_memory()
{
	top_->rq_ready_i = !chance(stalls_.request);
	top_->rd_valid_i = 0;
	if (!bursts_.empty() && bursts_.front().at <= cycles_ && !chance(stalls_.data)) {
		Burst &burst = bursts_.front();
		size_t at = ((size_t)model_->slots[burst.slot].base + burst.off) * 16 + burst_beat_ * words_per_beat;

		top_->rd_valid_i = 1;
		for (uint32_t i = 0; i < words_per_beat; i++)
			put_word(top_->rd_data_i, i, memory_[at + i]);
		if (++burst_beat_ == burst.len * beats_per_unit) {
			bursts_.pop_front();
			burst_beat_ = 0;
		}
	}
	top_->rq_fault_i = 0;
	if (!refusals_.empty() && refusals_.front().at == cycles_) {
		top_->rq_fault_i = 1;
		top_->rq_fault_code_i = (uint8_t)refusals_.front().code;
		top_->rq_fault_off_i = refusals_.front().off;
		refusals_.pop_front();
	}
	top_->sw_ready_i = !chance(stalls_.write);
}

void Bench::sample_write()
{
	if (top_->rq_valid_o && top_->rq_ready_i) {
		uint32_t slot = top_->rq_slot_o, off = top_->rq_off_o, len = top_->rq_len_o;
		bool readable = slot < 4 && model_->slots[slot].readable;

		if (!len || len > 64 || (off & 63) + len > 64)
			fail("request of " + std::to_string(len) + " units at " + std::to_string(off));
		if (!readable)
			refusals_.push_back({cycles_ + 2, ING_FAULT_PERM, off});
		else if ((uint64_t)off + len > model_->slots[slot].len)
			refusals_.push_back({cycles_ + 2, ING_FAULT_SLOT,
					     off > model_->slots[slot].len ? off : model_->slots[slot].len});
		else
			bursts_.push_back({slot, off, len, cycles_ + stalls_.latency + below(rng_, stalls_.jitter + 1)});
	}
	if (!top_->sw_valid_o || !top_->sw_ready_i || !out_.error.empty() || !compare_)
		return;
	for (uint32_t i = 0; i < words_per_beat; i++) {
		uint32_t at = top_->sw_line_o * 16u + top_->sw_sub_o * words_per_beat + i;
		auto found = expected_.find(at);
		char text[160];

		if (found != expected_.end() && found->second == get_word(top_->sw_data_o, i)) {
			expected_.erase(found);
			continue;
		}
		snprintf(text, sizeof(text), "command %zu: line %u element %u is %08x, expected %08x%s", done_, at / 16,
			 at % 16, get_word(top_->sw_data_o, i), found == expected_.end() ? 0 : found->second,
			 found == expected_.end() ? " (nothing)" : "");
		fail(text);
		return;
	}
}

void Bench::sample_done(const Job &job)
{
	if (top_->str_done_o) {
		if (!expected_.empty())
			fail("command " + std::to_string(done_) + " done, words missing");
		if (done_ < job.items.size() && job.items[done_].wait > vec_)
			fail("command " + std::to_string(done_) + " did not wait");
		done_++;
		expected_ready_ = false;
	}
	if (compare_ && done_ < job.items.size() && !expected_ready_) {
		const Command &c = job.items[done_].cmd;

		expected_.clear();
		if (!model_->check_fields(c)) {
			// Past the end of its slot it will not come to an end: then what it writes is not compared.
			if (!model_->check_memory(c).code)
				expected_ = model_->run(c);
		}
		expected_ready_ = true;
	}
}

void Bench::sample(const Job &job)
{
	if (top_->fq_valid_i && top_->fq_ready_o)
		fetch_next_++;
	if (top_->sq_valid_i && top_->sq_ready_o)
		exec_next_++;
	sample_write();
	out_.causes[top_->st_cause_o & 7]++;
	if (top_->fault_valid_o)
		faulted_ = true;
	(void)job;
}

Outcome Bench::run(const Job &job, const Model &model, const Stalls &stalls, bool compare)
{
	std::vector<std::vector<ActBlock>> early = model.act;
	uint64_t last, idle = 0;
	Fault fault;
	size_t bad = job.items.size();

	model_ = &model;
	stalls_ = stalls;
	compare_ = compare;
	out_ = Outcome();
	memory_ = model.memory;
	if (job.vec_total >= 1)
		for (auto &column : early)
			for (uint32_t b = job.late_block; b < column.size(); b++)
				column[b].eb ^= 1, column[b].q[3] = 77;
	if (job.vec_total >= 2)
		memset(&memory_[(size_t)model.slots[job.late_slot].base * 16], 0x5a,
		       (size_t)model.slots[job.late_slot].len * 64);
	fetch_next_ = exec_next_ = done_ = 0;
	expected_ready_ = false;
	vec_ = 0;
	faulted_ = false;
	top_->vec_cnt_i = 0;
	late_written_ = false;
	queue_activations(early, 0);
	while (!activations_.empty()) {
		drive_activations();
		cycle();
	}
	top_->ac_valid_i = 0;
	for (size_t i = 0; i < job.items.size() && bad == job.items.size(); i++) {
		fault.code = model.check_fields(job.items[i].cmd);
		if (!fault.code)
			fault = model.check_memory(job.items[i].cmd);
		if (fault.code)
			bad = i;
	}
	last = cycles_;
	sample_done(job);
	while (out_.error.empty() && done_ < job.items.size() && !faulted_) {
		size_t fq = fetch_next_, sq = exec_next_, before = done_;

		drive(job);
		drive_memory();
		settle();
		// A command that will be refused may write before it is.
		for (uint32_t i = 0; done_ == bad && top_->sw_valid_o && i < words_per_beat; i++)
			expected_[top_->sw_line_o * 16u + top_->sw_sub_o * words_per_beat + i] =
				get_word(top_->sw_data_o, i);
		sample(job);
		cycle();
		if (fetch_next_ != fq)
			top_->fq_valid_i = 0;
		if (exec_next_ != sq)
			top_->sq_valid_i = 0;
		sample_done(job);
		idle = done_ != before ? 0 : idle + 1;
		if (idle > 1000000)
			fail("no progress, " + std::to_string(done_) + " commands done");
	}
	out_.cycles = cycles_ - last;
	if (faulted_ && out_.error.empty()) {
		char text[160];

		snprintf(text, sizeof(text), "fault %u at %u slot %u offset %u after %zu commands; expected %u at %zu slot %u offset %u",
			 top_->fault_code_o, top_->fault_pc_o - 1000, top_->fault_slot_o, top_->fault_off_o, done_,
			 fault.code, bad, fault.slot, fault.off);
		if (done_ != bad || top_->fault_code_o != fault.code || top_->fault_pc_o != 1000 + bad ||
		    top_->fault_slot_o != fault.slot || top_->fault_off_o != fault.off)
			fail(text);
		else if (vec_ < job.items[bad].prior)
			fail("fault before earlier vector commands");
		out_.fault = fault.code;
	} else if (out_.error.empty() && bad < job.items.size()) {
		fail("no fault");
	}
	// A fault ends the job; so does its end, which leaves nothing behind.
	top_->fq_valid_i = top_->sq_valid_i = 0;
	if (faulted_) {
		top_->clr_i = 1;
		expected_.clear();
		for (int i = 0; i < 2; i++) {
			drive_memory();
			top_->sw_ready_i = 0;
			top_->rq_ready_i = 0;
			cycle();
			top_->clr_i = 0;
		}
	}
	// A GATHER may be done before the rest of its last unit has come.
	while (!bursts_.empty()) {
		drive_memory();
		cycle();
	}
	top_->rd_valid_i = 0;
	for (int i = 0; i < 4; i++) {
		drive_memory();
		cycle();
	}
	return out_;
}
