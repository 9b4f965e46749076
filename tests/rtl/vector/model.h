// SPDX-License-Identifier: MIT
// The vector unit's reference: docs/arithmetic.md and isa.h, one element at a time.
#ifndef INGOT_TESTS_VECTOR_MODEL_H
#define INGOT_TESTS_VECTOR_MODEL_H

#include <cstdint>
#include <vector>

#include "hw/func/arith.h"
extern "C" {
#include "hw/func/check.h"
}
#include "ingot/config.h"
#include "ingot/isa.h"
#include "ingot/tile.h"

/** struct Command - a vector command as 16 words, by the fields of isa.h */
struct Command {
	uint32_t w[16] = {};
	uint32_t get(int word, int low, int bits) const
	{
		return w[word] >> low & (uint32_t)((1ull << bits) - 1);
	}
	void set(int word, int low, int bits, uint32_t value)
	{
		uint32_t mask = (uint32_t)((1ull << bits) - 1) << low;

		w[word] = (w[word] & ~mask) | (value << low & mask);
	}
};

#define GET(c, name) (c).get(name##_W, name##_L, name##_N)
#define SET(c, name, value) (c).set(name##_W, name##_L, name##_N, value)

/** struct Block - an activation block as the stream engine holds it */
struct Block {
	int16_t q[ING_BLOCK] = {};
	uint8_t exp = 0;
	int32_t sum = 0;
	bool operator==(const Block &) const = default;
};

/** struct Place - a place of the top-k list */
struct Place {
	uint32_t bits, token;
};

/** struct Model - everything that vector commands change */
struct Model {
	explicit Model(const ingot_config &config);

	ingot_config config;
	std::vector<uint32_t> scratch, scalars;
	std::vector<Block> act;          /* [col * act_blocks + block] */
	std::vector<uint8_t> memory;
	ing_slot slots[32] = {};
	std::vector<Place> list;
	uint32_t k = 0;
	ing_fault fault = {};            /* of the last command */
	uint32_t token = 0;              /* of the last PICK */

	/** run() - executes a command; false if it faults, see fault */
	bool run(const Command &c);

private:
	struct Row {
		unsigned int o, i, r;
		std::vector<uint32_t> y;
		unsigned int valid;      /* elements before the mask */
	};
	bool vec(const Command &c);
	void vec_scalar(const Command &c);
	void function(const Command &c, Row &row);
	void reduce(const Command &c, const Row &row);
	bool sink(const Command &c, const Row &row);
	void sink_act(const Command &c, const Row &row);
	bool sink_kv(const Command &c, const Row &row);
	bool sink_memory(const Command &c, const Row &row);
	bool store(const Command &c, uint64_t unit, unsigned int byte, const void *data, size_t bytes);
	void topk(const Command &c);
	void pick(const Command &c);
	unsigned int sample(const Command &c) const;
};

#endif
