// SPDX-License-Identifier: MIT
/*
 * Compares every floating-point unit with hw/func/arith.h, all of them in each cycle.
 *
 * usage: fp_bench [--long] [--cycles=N] [SEED]
 * Output: TAP, one test a unit. The first cycles walk through all fp16, all 17-bit integers and the
 * significands of the tables (all of them with --long).
 */
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "Ving_fp_bench.h"

#include "../../../hw/func/arith.h"
#include "fp_rand.h"

namespace {

enum { Add, Mul, Scale, Int, Half, Sfu, Round, Round35, Units };
const char *const names[Units] = { "ing_fadd", "ing_fmul", "ing_scale_pow2", "ing_int2f",
				   "ing_half2f", "ing_sfu", "ing_normround, 40 bits",
				   "ing_normround, 35 bits" };
/* Where latency_o has the latency of a unit, in bytes from the low end. */
const int latency_byte[Units] = { 6, 5, 3, 2, 1, 0, 4, 4 };

constexpr unsigned int Depth = 16;

/* What one unit was given and must answer, for the last Depth cycles. */
struct Unit {
	unsigned int latency = 0;
	uint64_t operand[Depth][2] = {};
	uint32_t expected[Depth] = {};
	uint64_t compared = 0, wrong = 0, nans = 0, infinities = 0, zeros = 0;

	void expect(uint64_t cycle, uint64_t a, uint64_t b, uint32_t result)
	{
		operand[cycle % Depth][0] = a;
		operand[cycle % Depth][1] = b;
		expected[cycle % Depth] = result;
	}

	void compare(const char *name, uint64_t cycle, uint32_t result)
	{
		if (cycle + 1 < latency)
			return;
		/* Without a register the operands are still those of this cycle. */
		unsigned int at = (latency ? cycle + 1 - latency : cycle) % Depth;

		compared++;
		nans += ing_is_nan(result);
		infinities += (result & 0x7fffffff) == ING_F32_INF;
		zeros += !(result & 0x7fffffff);
		if (result != expected[at] && wrong++ < 5)
			std::printf("# %s(%llx, %llx) = %08x, expected %08x\n", name,
				    (unsigned long long)operand[at][0],
				    (unsigned long long)operand[at][1], result, expected[at]);
	}
};

class Bench {
public:
	Bench(uint64_t seed, bool all) : all_significands_(all)
	{
		rand_.state = seed * 0x9e3779b97f4a7c15ull + 1;
		top_->eval();
		for (int unit = 0; unit < Units; unit++)
			units_[unit].latency = top_->latency_o >> 8 * latency_byte[unit] & 0xff;
	}

	void cycle()
	{
		drive_pairs();
		drive_conversions();
		drive_round();
		drive_sfu();
		top_->clk_i = 0;
		top_->eval();
		top_->clk_i = 1;
		top_->eval();
		compare();
		cycle_++;
	}

	bool report()
	{
		bool good = true;

		std::printf("1..%d\n", Units);
		for (int unit = 0; unit < Units; unit++) {
			const Unit &u = units_[unit];

			std::printf("%sok %d - %s: %llu of %llu differ (%llu NaN, %llu infinite, %llu zero)\n",
				    u.wrong ? "not " : "", unit + 1, names[unit],
				    (unsigned long long)u.wrong, (unsigned long long)u.compared,
				    (unsigned long long)u.nans, (unsigned long long)u.infinities,
				    (unsigned long long)u.zeros);
			good = good && !u.wrong;
		}
		return good;
	}

private:
	std::unique_ptr<Ving_fp_bench> top_ = std::make_unique<Ving_fp_bench>();
	Unit units_[Units];
	struct fp_rand rand_;
	uint64_t cycle_ = 0;
	bool all_significands_;

	void drive_pairs()
	{
		uint32_t a, b;

		fp_rand_add(&rand_, &a, &b);
		top_->add_a_i = a;
		top_->add_b_i = b;
		units_[Add].expect(cycle_, a, b, ing_add_bits(a, b));
		fp_rand_mul(&rand_, &a, &b);
		top_->mul_a_i = a;
		top_->mul_b_i = b;
		units_[Mul].expect(cycle_, a, b, ing_mul_bits(a, b));
		a = fp_rand_value(&rand_);
		b = fp_rand_below(&rand_, 256);
		/* Half of the time next to an end of the range. */
		if (cycle_ & 1)
			b = (fp_rand_below(&rand_, 6) - 2 + (cycle_ & 2 ? 127 : 381) - (a >> 23 & 0xff)) & 0xff;
		top_->scale_u_i = a;
		top_->scale_eb_i = b;
		units_[Scale].expect(cycle_, a, b, ing_bits(ing_scale_pow2(ing_float(a), b)));
	}

	void drive_conversions()
	{
		int32_t integer = (int32_t)(cycle_ & 0x1ffff) - 0x10000;

		top_->int_i = integer & 0x1ffff;
		units_[Int].expect(cycle_, integer, 0, ing_bits((float)integer));
		top_->half_i = cycle_ & 0xffff;
		units_[Half].expect(cycle_, cycle_ & 0xffff, 0, ing_bits(ing_fp16_to_f32(cycle_ & 0xffff)));
	}

	/* An integer of up to @width bits; often a tie of 24-bit rounding or next to one. */
	uint64_t magnitude(unsigned int width)
	{
		unsigned int bits = 1 + fp_rand_below(&rand_, width);
		uint64_t value = fp_rand64(&rand_) >> (64 - bits);
		uint32_t kind = fp_rand_below(&rand_, 8);

		if (bits > 25 && kind < 4) {
			uint64_t half = 1ull << (bits - 25);

			value = (value & ~(2 * half - 1)) + half + kind % 3 - 1;
			if (kind == 3)
				value |= ~(2 * half - 1) & ((1ull << bits) - 1);
		}
		return kind == 7 ? value & 7 : value;
	}

	uint32_t rounded(uint64_t mag, int exponent, uint32_t flags)
	{
		uint32_t sign = flags & 4 ? ING_F32_SIGN : 0;

		if (flags & 1)
			return ING_F32_NAN;
		if (flags & 2)
			return sign | ING_F32_INF;
		return sign | ing_round_f32(std::ldexp((double)mag, exponent - 127));
	}

	void drive_round()
	{
		uint32_t flags = fp_rand_below(&rand_, 8);
		uint64_t mag = magnitude(cycle_ & 1 ? 35 : 40), mag35 = mag & 0x7ffffffffull;
		int bits40 = mag ? 63 - __builtin_clzll(mag) : 0;
		int bits35 = mag35 ? 63 - __builtin_clzll(mag35) : 0;
		/* Both results stay normal, even when rounding steps up a binade. */
		int least = 1 - bits35, most = 253 - bits40;
		int exponent = least + (int)fp_rand_below(&rand_, most - least + 1);

		if (flags & 3 && fp_rand_below(&rand_, 8))
			flags &= 4;
		top_->round_mag_i = mag;
		top_->round_exp_i = exponent & 0x3ff;
		top_->round_flags_i = flags;
		units_[Round].expect(cycle_, mag, exponent, rounded(mag, exponent, flags));
		units_[Round35].expect(cycle_, mag35, exponent, rounded(mag35, exponent, flags));
	}

	/* A significand for the tables: all of them in turn, or every 31st, then any value. */
	uint32_t sfu_operand()
	{
		uint64_t position = (cycle_ / 4) * (all_significands_ ? 1 : 31);
		uint32_t field = 119 + fp_rand_below(&rand_, 16);

		if (position < 1u << 23)
			return (uint32_t)(fp_rand64(&rand_) & 0x80000000) | field << 23 | (uint32_t)position;
		switch (fp_rand_below(&rand_, 4)) {
		case 0:
			return fp_rand_near(&rand_, ing_bits((float)((int)fp_rand_below(&rand_, 264) - 132)));
		case 1:
			return (uint32_t)(fp_rand64(&rand_) & 0x80000000) |
			       (100 + fp_rand_below(&rand_, 34)) << 23 | fp_rand_short(&rand_);
		default:
			return fp_rand_value(&rand_);
		}
	}

	void drive_sfu()
	{
		uint32_t fn = (cycle_ ^ (cycle_ >> 20)) & 3, x = sfu_operand(), y = x;

		/* The square root has no negative arguments: let most of them count. */
		if (fn == 3 && fp_rand_below(&rand_, 8))
			x &= 0x7fffffff;
		if (fn == 1)
			y = ing_bits(ing_exp2(ing_float(x)));
		else if (fn == 2)
			y = ing_bits(ing_recip(ing_float(x)));
		else if (fn == 3)
			y = ing_bits(ing_rsqrt(ing_float(x)));
		top_->sfu_fn_i = fn;
		top_->sfu_x_i = x;
		units_[Sfu].expect(cycle_, fn, x, y);
	}

	void compare()
	{
		const uint32_t results[Units] = { top_->add_o, top_->mul_o, top_->scale_o, top_->int_o,
						  top_->half_o, top_->sfu_o, top_->round_o, top_->round35_o };

		for (int unit = 0; unit < Units; unit++)
			units_[unit].compare(names[unit], cycle_, results[unit]);
	}
};

} // namespace

int main(int argc, char **argv)
{
	uint64_t cycles = 1500000, seed = 1;
	bool all = false;

	for (int i = 1; i < argc; i++) {
		if (!std::strcmp(argv[i], "--long")) {
			all = true;
			cycles = 100000000;
		} else if (!std::strncmp(argv[i], "--cycles=", 9)) {
			cycles = std::strtoull(argv[i] + 9, nullptr, 0);
		} else {
			seed = std::strtoull(argv[i], nullptr, 0);
		}
	}
	std::printf("# seed %llu, %llu cycles\n", (unsigned long long)seed, (unsigned long long)cycles);

	Bench bench(seed, all);

	for (uint64_t i = 0; i < cycles; i++)
		bench.cycle();
	return bench.report() ? 0 : 1;
}
