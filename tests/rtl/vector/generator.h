// SPDX-License-Identifier: MIT
// Random vector commands and values.
#ifndef INGOT_TESTS_VECTOR_GENERATOR_H
#define INGOT_TESTS_VECTOR_GENERATOR_H

#include <random>

#include "model.h"

/** rng - the one source of randomness of the program */
extern std::mt19937_64 rng;

/** below() - a random number, 0 .. n-1 */
static inline uint32_t below(uint32_t n) { return (uint32_t)(rng() % n); }

/** chance() - true in that many cases of a hundred */
static inline bool chance(int percent) { return below(100) < (uint32_t)percent; }

/** random_float() - a value of moderate size; @special in a thousand are odd ones or any bits at all */
uint32_t random_float(int special);

/** struct Area - some scratchpad lines, or activation blocks or columns */
struct Area {
	uint32_t first, lines;
};

/**
 * class Generator - makes commands, most of them good
 *
 * A third of the scratchpad each is for a, b and destinations; the last lines belong to the stream engine.
 */
class Generator {
public:
	explicit Generator(Model &m) : model(m) {}
	Command next();
	static constexpr uint32_t StreamLines = 16;

private:
	Model &model;
	/* Sets first line and strides so that outer x inner rows of @lines fit in @area. */
	void place(Command &c, Area area, uint32_t lines, const int (&fields)[9]);
	Command vec();
	Command token();
	void spoil(Command &c);
	void sink(Command &c, uint32_t &count);
	void scalars(Command &c, uint32_t rows);
};


#endif
