// SPDX-License-Identifier: MIT
#include "model.h"

#include <algorithm>
#include <cstring>

namespace {

uint32_t element_a(const uint32_t *line, unsigned int type, unsigned int e)
{
	auto bits = [&](unsigned int n) { return line[e * n / 32] >> (e * n % 32) & ((1u << n) - 1); };
	auto integer = [](int v) { return ing_bits((float)v); };

	switch (type) {
	case ING_ATYPE_U4: return integer((int)bits(4));
	case ING_ATYPE_S4: return integer((int)bits(4) - 8);
	case ING_ATYPE_U8: return integer((int)bits(8));
	case ING_ATYPE_S8: return integer((int)bits(8) - 128);
	case ING_ATYPE_S16: return integer((int)bits(16) - 32768);
	default: return line[e];
	}
}

uint32_t element_b(const uint32_t *line, unsigned int type, unsigned int e)
{
	const uint8_t *bytes = (const uint8_t *)line;
	uint16_t half;

	switch (type) {
	case ING_BTYPE_E8: return ing_bits(ing_e8_to_f32(bytes[e]));
	case ING_BTYPE_E8B: return ing_bits(ing_e8_to_f32(bytes[e / 32]));
	case ING_BTYPE_F16B:
		std::memcpy(&half, bytes + e / 32 * 2, 2);
		return ing_bits(ing_fp16_to_f32(half));
	default: return line[e];
	}
}

uint32_t add(uint32_t a, uint32_t b) { return ing_add_bits(a, b); }
uint32_t mul(uint32_t a, uint32_t b) { return ing_mul_bits(a, b); }
uint32_t neg(uint32_t a) { return a ^ ING_F32_SIGN; }
uint32_t exp2(uint32_t a) { return ing_bits(ing_exp2(ing_float(a))); }
uint32_t recip(uint32_t a) { return ing_bits(ing_recip(ing_float(a))); }
uint32_t rsqrt(uint32_t a) { return ing_bits(ing_rsqrt(ing_float(a))); }

uint32_t larger(uint32_t a, uint32_t c)
{
	uint32_t x = ing_flush(a), y = ing_flush(c);

	if (ing_is_nan(a) || ing_is_nan(c))
		return ING_F32_NAN;
	return ing_key(ing_float(y)) > ing_key(ing_float(x)) ? y : x;
}

uint32_t unary(unsigned int fn, uint32_t a, uint32_t b, uint32_t s, uint32_t c, uint32_t d)
{
	switch (fn) {
	case ING_FN_ADD: return add(a, b);
	case ING_FN_MUL: return mul(a, b);
	case ING_FN_SCALE: return mul(a, s);
	case ING_FN_NORM: return mul(mul(a, s), b);
	case ING_FN_EXP2: return exp2(mul(add(a, neg(s)), c));
	case ING_FN_EXP2ADD: return add(exp2(mul(add(a, neg(s)), c)), d);
	case ING_FN_RECIPMUL: return mul(recip(a), b);
	case ING_FN_AFFINE: return add(mul(a, c), d);
	case ING_FN_RSQRT: return rsqrt(a);
	case ING_FN_RECIP: return recip(a);
	case ING_FN_SQUARE: return mul(a, a);
	case ING_FN_MAX: return larger(a, c);
	case ING_FN_RMS: return mul(rsqrt(mul(add(s, d), c)), b);
	case ING_FN_EXP2MUL: return mul(exp2(mul(add(a, neg(s)), c)), b);
	default: return a;
	}
}

bool uses_b(unsigned int fn)
{
	return fn == ING_FN_ADD || fn == ING_FN_MUL || fn == ING_FN_NORM || fn == ING_FN_ROPE || fn == ING_FN_RECIPMUL ||
	       fn == ING_FN_RMS || fn == ING_FN_EXP2MUL;
}

} // namespace

Model::Model(const ingot_config &c)
	: config(c), scratch(c.scratch_lines * 16), scalars(c.scalars), act(c.tile_m * c.act_blocks), memory(c.memory_bytes)
{
}

void Model::function(const Command &c, Row &row)
{
	unsigned int n = GET(c, ING_V_COUNT), fn = GET(c, ING_V_FN), len = GET(c, ING_V_LEN);
	const uint32_t *a = &scratch[16 * (GET(c, ING_V_A) + row.o * GET(c, ING_V_AOUT) + row.i * GET(c, ING_V_AIN))];
	const uint32_t *b = &scratch[0];
	uint32_t s = GET(c, ING_V_USES) ? scalars[GET(c, ING_V_SIN) + row.r] : 0;
	std::vector<uint32_t> y((n + 15) / 16 * 16);

	if (uses_b(fn))
		b = &scratch[16 * (GET(c, ING_V_B) + row.o * GET(c, ING_V_BOUT) + row.i * GET(c, ING_V_BIN))];
	for (unsigned int e = 0; e < n; e++) {
		uint32_t x = element_a(a, GET(c, ING_V_ATYPE), e);
		uint32_t z = uses_b(fn) ? element_b(b, GET(c, ING_V_BTYPE), e) : 0;

		if (fn == ING_FN_ROPE) {
			uint32_t x1 = element_a(a, GET(c, ING_V_ATYPE), e ^ 1);
			uint32_t z1 = element_b(b, GET(c, ING_V_BTYPE), e ^ 1);

			y[e] = e & 1 ? add(mul(x, z1), mul(x1, z)) : add(mul(x, z), neg(mul(x1, z1)));
		} else {
			y[e] = unary(fn, x, z, s, c.w[ING_V_C_W], c.w[ING_V_D_W]);
		}
	}
	row.valid = n;
	if (GET(c, ING_V_MASK)) {
		row.valid = std::min(n, len + row.o * GET(c, ING_V_LENSTEP));
		std::fill(y.begin() + row.valid, y.end(), 0);
	}
	row.y = y;
}

void Model::reduce(const Command &c, const Row &row)
{
	uint32_t part[ING_SUM_PARTIALS] = {}, best = 0xff800000;

	if (GET(c, ING_V_RED) == ING_RED_SUM) {
		for (size_t e = 0; e < row.y.size(); e++)
			part[e % ING_SUM_PARTIALS] = add(part[e % ING_SUM_PARTIALS], row.y[e]);
		for (int w = 64; w; w /= 2)
			for (int i = 0; i < w; i++)
				part[i] = add(part[i], part[i + w]);
		scalars[GET(c, ING_V_SOUT) + row.r] = part[0];
	} else if (GET(c, ING_V_RED) == ING_RED_MAX) {
		for (unsigned int e = 0; e < row.valid; e++)
			if (!e || ing_key(ing_float(row.y[e])) > ing_key(ing_float(best)))
				best = row.y[e];
		scalars[GET(c, ING_V_SOUT) + row.r] = best;
	}
}

void Model::sink_act(const Command &c, const Row &row)
{
	unsigned int col = GET(c, ING_V_COL) + row.o * GET(c, ING_V_COLOUT) + row.i * GET(c, ING_V_COLIN);
	unsigned int first = GET(c, ING_V_DST) + row.o * GET(c, ING_V_DSTOUT) + row.i * GET(c, ING_V_DSTIN);

	for (unsigned int b = 0; b < row.y.size() / ING_BLOCK; b++) {
		Block &block = act[col * config.act_blocks + first + b];
		float x[ING_BLOCK];

		std::memcpy(x, &row.y[b * ING_BLOCK], sizeof(x));
		block.exp = ing_quant_act(x, block.q);
		block.sum = 0;
		for (int16_t q : block.q)
			block.sum += q;
	}
}

/* A beat or part of one; false when the slot refuses it. */
bool Model::store(const Command &c, uint64_t unit, unsigned int byte, const void *data, size_t bytes)
{
	const ing_slot &slot = slots[GET(c, ING_V_SLOT) & 31];

	if (GET(c, ING_V_SLOT) > 31 || !(slot.perm & ING_PERM_WRITE) || unit >= slot.len) {
		bool perm = GET(c, ING_V_SLOT) > 31 || !(slot.perm & ING_PERM_WRITE);

		fault = { (uint32_t)(perm ? ING_FAULT_PERM : ING_FAULT_SLOT), 0, GET(c, ING_V_SLOT), (uint32_t)unit };
		return false;
	}
	std::memcpy(&memory[(size_t)(slot.base + unit) * 64 + byte], data, bytes);
	return true;
}

bool Model::sink_kv(const Command &c, const Row &row)
{
	unsigned int blocks = (unsigned int)row.y.size() / ING_BLOCK, p = GET(c, ING_V_LEN) + row.o;
	uint64_t stride = c.w[ING_V_MSTRIDE_W], offset = c.w[ING_V_OFFSET_W];

	for (unsigned int b = 0; b < blocks; b++) {
		float x[ING_BLOCK];
		int16_t q[ING_BLOCK];

		std::memcpy(x, &row.y[b * ING_BLOCK], sizeof(x));
		uint8_t e = ing_quant_kv(x, q);

		if (GET(c, ING_V_SINK) == ING_SINK_KVK) {
			uint64_t unit = offset + row.i * stride + (uint64_t)(p >> 6) * blocks * 65 + b * 65;

			if (!store(c, unit, p & 63, &e, 1))
				return false;
			for (unsigned int chunk = 0; chunk < 16; chunk++) {
				uint16_t two[2] = { (uint16_t)(q[2 * chunk] + 32768), (uint16_t)(q[2 * chunk + 1] + 32768) };

				if (!store(c, unit + 1 + (p >> 4 & 3) * 16 + chunk, 4 * (p & 15), two, 4))
					return false;
			}
		} else {
			uint32_t line = row.i * blocks + b;

			if (!store(c, (uint64_t)c.w[ING_V_EXPOFF_W] + line * (stride / 64) + (p >> 6), p & 63, &e, 1))
				return false;
			for (unsigned int r = 0; r < 32; r++) {
				uint16_t one = (uint16_t)(q[r] + 32768);
				uint64_t unit = offset + line * stride + (p >> 5) * 32 + r / 16 * 16 + (p & 31) / 2;

				if (!store(c, unit, 4 * (r & 15) + 2 * (p & 1), &one, 2))
					return false;
			}
		}
	}
	return true;
}

bool Model::sink_memory(const Command &c, const Row &row)
{
	unsigned int lines = (unsigned int)row.y.size() / 16;
	uint64_t unit = c.w[ING_V_OFFSET_W] + (uint64_t)row.o * c.w[ING_V_MSTRIDE_W] + row.i * lines;

	for (unsigned int l = 0; l < lines; l++)
		if (!store(c, unit + l, 0, &row.y[16 * l], 64))
			return false;
	return true;
}

bool Model::sink(const Command &c, const Row &row)
{
	unsigned int line = GET(c, ING_V_DST) + row.o * GET(c, ING_V_DSTOUT) + row.i * GET(c, ING_V_DSTIN);

	switch (GET(c, ING_V_SINK)) {
	case ING_SINK_SCRATCH:
		std::copy(row.y.begin(), row.y.end(), &scratch[16 * line]);
		return true;
	case ING_SINK_ACT:
		sink_act(c, row);
		return true;
	case ING_SINK_KVK:
	case ING_SINK_KVV:
		return sink_kv(c, row);
	case ING_SINK_MEM:
		return sink_memory(c, row);
	default:
		return true;
	}
}

void Model::vec_scalar(const Command &c)
{
	for (unsigned int j = 0; j < GET(c, ING_V_COUNT); j++)
		scalars[GET(c, ING_V_SOUT) + j] = unary(GET(c, ING_V_FN), scalars[GET(c, ING_V_SIN) + j], 0, 0,
							c.w[ING_V_C_W], c.w[ING_V_D_W]);
}

bool Model::vec(const Command &c)
{
	Row row = {};

	if (GET(c, ING_V_SCALAR)) {
		vec_scalar(c);
		return true;
	}
	for (row.o = 0; row.o < GET(c, ING_V_OUTER); row.o++) {
		for (row.i = 0; row.i < GET(c, ING_V_INNER); row.i++, row.r++) {
			function(c, row);
			if (!sink(c, row))
				return false;
			reduce(c, row);
		}
	}
	return true;
}

void Model::topk(const Command &c)
{
	unsigned int n = GET(c, ING_T_COUNT);
	uint32_t *line = &scratch[16 * GET(c, ING_T_LINE)];

	if (GET(c, ING_T_SUB) == ING_TOPK_RESET) {
		list.clear();
		k = n;
		return;
	}
	if (GET(c, ING_T_SUB) == ING_TOPK_READ) {
		for (unsigned int j = 0; j < (n + 15) / 16 * 16; j++)
			line[j] = j >= n ? 0 : j < list.size() ? ing_canon(list[j].bits) : 0xff800000;
		return;
	}
	for (unsigned int e = 0; e < n; e++) {
		auto below = [&](const Place &p) {
			return ing_topk_key(ing_float(line[e])) > ing_topk_key(ing_float(p.bits));
		};
		auto at = std::find_if(list.begin(), list.end(), below);

		list.insert(at, Place{ line[e], c.w[ING_T_BASE_W] + e });
		if (list.size() > k)
			list.pop_back();
	}
}

/* Bits of a probability as a number of units of 2^-31, by shifts. */
static uint64_t integer_of(uint32_t p)
{
	unsigned int exponent = p >> 23;
	uint64_t mantissa = (p & 0x7fffff) | 0x800000;

	if (p > 0x7f800000 || exponent < 127 - 31)
		return 0;
	return exponent >= 127 ? 1ull << 31 : (mantissa << 8) >> (127 - exponent);
}

unsigned int Model::sample(const Command &c) const
{
	unsigned int n = GET(c, ING_T_COUNT);
	const uint32_t *p = &scratch[16 * GET(c, ING_T_LINE)];
	const uint32_t word = ing_philox(c.w[ING_T_BASE_W], c.w[ING_T_SEEDHI_W], c.w[ING_T_SEEDLO_W]);
	unsigned __int128 total = 0, sum = 0;

	for (unsigned int j = 0; j < n; j++)
		total += integer_of(p[j]);
	for (unsigned int j = 0; j < n; j++) {
		sum += integer_of(p[j]);
		if (sum << 32 > total * word)
			return j;
	}
	return 0;
}

void Model::pick(const Command &c)
{
	unsigned int sub = GET(c, ING_T_SUB), place = sub == ING_PICK_BEST ? 0 : sample(c);

	token = sub == ING_PICK_INDEX ? place : place < list.size() ? list[place].token : 0xffffffff;
}

bool Model::run(const Command &c)
{
	fault = {};
	fault.code = ing_check_command(c.w, &config);
	if (fault.code)
		return false;
	switch (GET(c, ING_F_OP)) {
	case ING_OP_VEC:
		return vec(c);
	case ING_OP_TOPK:
		topk(c);
		return true;
	default:
		pick(c);
		return true;
	}
}
