// SPDX-License-Identifier: MIT
// Drives the Verilated stream unit: queues, memory, scratchpad and activation ports, cycle by cycle.
#ifndef INGOT_TESTS_STREAM_BENCH_H
#define INGOT_TESTS_STREAM_BENCH_H

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "Vunit.h"
#include "model.h"
#include "verilated.h"

#ifndef PORT_BITS
#define PORT_BITS 512
#endif

/** struct Job - commands with their waits, run one after another */
struct Job {
	struct Item {
		Command cmd;
		int fetch_wait = -1, wait = -1; // targets of vec_cnt, -1: none
		uint16_t prior = 0;
	};
	std::vector<Item> items;
	int vec_total = 0; // vector commands that will ever be done
	// Activation blocks from late_block on become right just before vec_cnt is 1, slot late_slot just before 2.
	uint32_t late_block = 0, late_slot = 3;
};

/** struct Stalls - chances in 256 that a handshake stalls, and the time memory takes */
struct Stalls {
	uint32_t command = 0, request = 0, data = 0, write = 0, vector = 0, latency = 3, jitter = 0;
};

/** struct Outcome - how a job ended */
struct Outcome {
	std::string error; // empty: as the model says
	uint64_t cycles = 0, causes[8] = {}, beats = 0;
	uint32_t fault = 0;
};

/** class Bench - one unit under test; job after job on the same instance */
class Bench {
public:
	Bench(const Model &model, uint64_t seed);
	~Bench();
	/** run() - runs a job against @model and compares every word (if @compare), done pulse and fault */
	Outcome run(const Job &job, const Model &model, const Stalls &stalls, bool compare = true);
	uint64_t cycles() const { return cycles_; }

private:
	struct Burst {
		uint32_t slot, off, len;
		uint64_t at;
	};
	struct Refusal {
		uint64_t at;
		uint32_t code, off;
	};

	struct Chunk {
		uint32_t col, block, chunk;
		ActBlock x;
	};

	void settle();
	void cycle();
	void queue_activations(const std::vector<std::vector<ActBlock>> &act, uint32_t from);
	void drive_activations();
	void drive(const Job &job);
	void drive_memory();
	void sample(const Job &job);
	void sample_write();
	void sample_done(const Job &job);
	bool chance(uint32_t of256) { return of256 && (rng_() & 0xff) < of256; }
	void fail(const std::string &what)
	{
		if (out_.error.empty())
			out_.error = what + " in cycle " + std::to_string(cycles_);
	}

	std::unique_ptr<VerilatedContext> context_;
	std::unique_ptr<Vunit> top_;
	Rng rng_;
	uint64_t cycles_ = 0;

	// of the job
	const Model *model_ = nullptr;
	Stalls stalls_;
	Outcome out_;
	std::vector<uint32_t> memory_; // as the device sees it now
	std::deque<Chunk> activations_;
	bool late_written_ = false;
	std::deque<Burst> bursts_;
	uint32_t burst_beat_ = 0;
	std::deque<Refusal> refusals_;
	size_t fetch_next_ = 0, exec_next_ = 0, done_ = 0;
	Writes expected_;
	bool expected_ready_ = false;
	int vec_ = 0;
	bool faulted_ = false, compare_ = true;
};

#endif
