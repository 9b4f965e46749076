// SPDX-License-Identifier: MIT
// The stream unit's reference: what each command writes to the scratchpad, computed one element at a time.
#ifndef INGOT_TESTS_STREAM_MODEL_H
#define INGOT_TESTS_STREAM_MODEL_H

#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "func/arith.h"
#include "ingot/isa.h"
#include "ingot/tile.h"

using Rng = std::mt19937_64;

/** below() - a random number, 0 .. n-1 */
static inline uint32_t below(Rng &rng, uint32_t n) { return (uint32_t)(rng() % n); }

/** struct Command - a stream command as 16 words, by the fields of isa.h */
struct Command {
	uint32_t w[16] = {};
	uint32_t get(int word, int low, int bits) const { return w[word] >> low & (uint32_t)((1ull << bits) - 1); }
	void set(int word, int low, int bits, uint32_t value)
	{
		uint32_t mask = (uint32_t)((1ull << bits) - 1) << low;

		w[word] = (w[word] & ~mask) | (value << low & mask);
	}
};

#define GET(c, name) (c).get(name##_W, name##_L, name##_N)
#define SET(c, name, value) (c).set(name##_W, name##_L, name##_N, value)

struct Slot {
	uint32_t base, len;
	bool readable;
};

struct ActBlock {
	int16_t q[ING_BLOCK];
	uint8_t eb;
	int32_t sum() const
	{
		int32_t s = 0;

		for (int i = 0; i < ING_BLOCK; i++)
			s += q[i];
		return s;
	}
};

/** struct Limits - the configuration under test */
struct Limits {
	uint32_t tile_m, act_blocks, scratch_lines;
};

/** struct Fault - code 0: none */
struct Fault {
	uint32_t code = 0, slot = 0, off = 0;
};

/** Words of 32 bits by (line * 16 + element) */
using Writes = std::map<uint32_t, uint32_t>;

/** struct Model - memory, slots and activations that commands read */
struct Model {
	Limits limits;
	std::vector<uint32_t> memory; // words
	Slot slots[4];
	std::vector<std::vector<ActBlock>> act; // [column][block]

	uint32_t word(uint32_t slot, uint32_t unit, uint32_t index) const
	{
		return memory[(size_t)(slots[slot].base + unit) * 16 + index];
	}
	uint32_t half(uint32_t slot, uint32_t unit, uint32_t index) const
	{
		return word(slot, unit + index / 32, index % 32 / 2) >> index % 2 * 16 & 0xffff;
	}
	uint32_t byte(uint32_t slot, uint32_t unit, uint32_t index) const
	{
		return word(slot, unit + index / 64, index % 64 / 4) >> index % 4 * 8 & 0xff;
	}

	/** check_fields() - ING_FAULT_NONE, _FIELD or _RANGE */
	uint32_t check_fields(const Command &c) const;
	/** check_memory() - the first unit that the command must not read */
	Fault check_memory(const Command &c) const;
	/** run() - what the command writes */
	Writes run(const Command &c) const;
	/** randomize() - memory and activations, with a few special values */
	void randomize(Rng &rng);

private:
	float matmul_row(const Command &c, uint32_t row, uint32_t col) const;
	Writes gather(const Command &c) const;
};

/** format_of() - the format of a MATMUL or GATHER */
static inline ing_format format_of(const Command &c)
{
	return ing_format{(unsigned char)GET(c, ING_S_WIDTH), (unsigned char)GET(c, ING_S_MIN),
			  (unsigned char)GET(c, ING_S_NOSCALE)};
}

/** groups_of() - groups that a MATMUL computes */
static inline uint32_t groups_of(const Command &c) { return (GET(c, ING_S_ROWS) + 15) / 16; }

/** gather_lines() - scratchpad lines that a GATHER writes */
static inline uint32_t gather_lines(const Command &c)
{
	uint32_t blocks = GET(c, ING_S_BLOCKS), width = GET(c, ING_S_WIDTH);

	if (GET(c, ING_S_COLS) == ING_PART_DATA)
		return (blocks * ing_chunks(width) + 15) / 16;
	return (blocks * (width == ING_WIDTH_16 ? 1 : 2) + 63) / 64;
}

#endif
