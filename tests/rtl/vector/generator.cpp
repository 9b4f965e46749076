// SPDX-License-Identifier: MIT
#include "generator.h"

#include <algorithm>

#include "ingot/isa_masks.h"

std::mt19937_64 rng;

uint32_t random_float(int special)
{
	static const uint32_t odd[] = { 0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345,
					0x7f812345, 1, 0x807fffff, 0x00800000, 0x7f7fffff, 0x3f800000 };

	if ((int)below(1000) < special)
		return chance(70) ? odd[below(12)] : (uint32_t)rng();
	return (uint32_t)(rng() & 0x807fffff) | (118 + below(18)) << 23;
}

namespace {

const uint32_t reserved_vec[16] = ING_RSVD_VEC, reserved_token[16] = ING_RSVD_TOP;

uint32_t lines_of(uint32_t count, uint32_t log2) { return (count + (1u << log2) - 1) >> log2; }

#define PLACE(name) { name##_W, name##_L, name##_N, name##OUT_W, name##OUT_L, name##OUT_N, name##IN_W, name##IN_L, name##IN_N }
const int place_a[9] = PLACE(ING_V_A);
const int place_b[9] = PLACE(ING_V_B);
const int place_dst[9] = PLACE(ING_V_DST);
const int place_col[9] = PLACE(ING_V_COL);

/* Whether no two rows of a share a line, so that it may be the destination as well. */
bool rows_apart(const Command &c, uint32_t lines)
{
	uint32_t outer = GET(c, ING_V_OUTER), inner = GET(c, ING_V_INNER), in = GET(c, ING_V_AIN);

	return (inner == 1 || in >= lines) && (outer == 1 || GET(c, ING_V_AOUT) >= in * (inner - 1) + lines);
}

} // namespace

void Generator::place(Command &c, Area area, uint32_t lines, const int (&f)[9])
{
	uint32_t outer = GET(c, ING_V_OUTER) - 1, inner = GET(c, ING_V_INNER) - 1, room = area.lines - lines;
	uint32_t most = 1u << f[5], so = outer ? std::min(most, room / outer + 1) : 1, si;

	so = chance(50) ? std::min(lines, so - 1) : below(so);
	room -= so * outer;
	si = inner ? std::min(most, room / inner + 1) : 1;
	si = chance(50) ? std::min(lines, si - 1) : below(si);
	room -= si * inner;
	c.set(f[0], f[1], f[2], area.first + below(room + 1));
	c.set(f[3], f[4], f[5], outer ? so : below(most));
	c.set(f[6], f[7], f[8], inner ? si : below(most));
}

void Generator::sink(Command &c, uint32_t &count)
{
	const ingot_config &config = model.config;
	Area act = { 0, config.act_blocks }, cols = { 0, config.tile_m };
	bool memory;

	SET(c, ING_V_SINK, chance(50) ? ING_SINK_SCRATCH : below(ING_SINK_COUNT));
	memory = GET(c, ING_V_SINK) >= ING_SINK_KVK;
	if (memory && (GET(c, ING_V_FN) == ING_FN_EXP2 || GET(c, ING_V_FN) == ING_FN_EXP2ADD ||
		       GET(c, ING_V_FN) == ING_FN_AFFINE || GET(c, ING_V_FN) >= ING_FN_MAX))
		SET(c, ING_V_FN, ING_FN_COPY);
	if (GET(c, ING_V_SINK) >= ING_SINK_ACT && GET(c, ING_V_SINK) != ING_SINK_MEM)
		count = std::min(32 * (1 + below(4)), config.act_blocks * 32);
	if (GET(c, ING_V_SINK) == ING_SINK_ACT) {
		place(c, act, count / 32, place_dst);
		place(c, cols, 1, place_col);
	}
	if (memory) {
		SET(c, ING_V_SLOT, chance(90) ? 1 : below(40));
		SET(c, ING_V_MSTRIDE, GET(c, ING_V_SINK) == ING_SINK_KVV ? 64 * (1 + below(8)) : below(3000));
		SET(c, ING_V_OFFSET, below(2000));
		SET(c, ING_V_EXPOFF, 40000 + below(1000));
		SET(c, ING_V_LEN, below(chance(90) ? 200 : 3000));
		/* offsets past the end, and past 2^32 */
		if (chance(10))
			c.w[chance(50) ? ING_V_OFFSET_W : ING_V_EXPOFF_W] = -(below(2) ? below(300) : below(100000));
		if (chance(10))
			c.w[ING_V_MSTRIDE_W] = (uint32_t)rng();
	}
}

void Generator::scalars(Command &c, uint32_t rows)
{
	SET(c, ING_V_SIN, below(model.config.scalars - rows + 1));
	SET(c, ING_V_SOUT, below(model.config.scalars - rows + 1));
}

Command Generator::vec()
{
	static const uint32_t a_log[] = { 4, 7, 7, 6, 6, 5 }, b_log[] = { 4, 6, 10, 11 };
	const ingot_config &config = model.config;
	uint32_t third = (config.scratch_lines - StreamLines) / 3, count, a_lines, b_lines;
	Command c;

	SET(c, ING_F_OP, ING_OP_VEC);
	SET(c, ING_V_FN, below(ING_FN_COUNT));
	SET(c, ING_V_ATYPE, chance(60) ? 0 : below(ING_ATYPE_COUNT));
	SET(c, ING_V_BTYPE, chance(60) ? 0 : below(4));
	SET(c, ING_V_OUTER, 1 + below(3));
	SET(c, ING_V_INNER, 1 + below(chance(80) ? 3 : config.scalars / 3));
	SET(c, ING_V_RED, chance(40) ? below(ING_RED_COUNT) : 0);
	count = 1 + below(chance(80) ? 80 : 500);
	if (GET(c, ING_V_FN) == ING_FN_ROPE)
		count += count & 1;
	c.w[ING_V_C_W] = random_float(20);
	c.w[ING_V_D_W] = random_float(20);
	SET(c, ING_V_LEN, below(count + 20));
	SET(c, ING_V_LENSTEP, below(2));
	SET(c, ING_V_MASK, chance(25));
	SET(c, ING_V_USES, chance(60));
	sink(c, count);
	SET(c, ING_V_COUNT, count);
	a_lines = lines_of(count, a_log[GET(c, ING_V_ATYPE)]);
	b_lines = lines_of(count, b_log[GET(c, ING_V_BTYPE)]);
	place(c, { 0, third }, a_lines, place_a);
	place(c, { third, third }, b_lines, place_b);
	if (GET(c, ING_V_SINK) == ING_SINK_SCRATCH)
		place(c, { 2 * third, third }, (count + 15) / 16, place_dst);
	if (GET(c, ING_V_SINK) == ING_SINK_SCRATCH && !GET(c, ING_V_ATYPE) && rows_apart(c, a_lines) && chance(50))
		c.w[ING_V_DST_W] = c.w[ING_V_A_W], SET(c, ING_V_DSTIN, GET(c, ING_V_AIN));
	scalars(c, GET(c, ING_V_OUTER) * GET(c, ING_V_INNER));
	if (chance(10)) {
		static const uint32_t fns[] = { ING_FN_COPY, ING_FN_AFFINE, ING_FN_RSQRT, ING_FN_RECIP, ING_FN_SQUARE };

		SET(c, ING_V_SCALAR, 1);
		SET(c, ING_V_FN, fns[below(5)]);
		SET(c, ING_V_SINK, 0);
		SET(c, ING_V_RED, 0);
		SET(c, ING_V_COUNT, 1 + below(config.scalars));
		scalars(c, GET(c, ING_V_COUNT));
	}
	return c;
}

Command Generator::token()
{
	const ingot_config &config = model.config;
	uint32_t third = (config.scratch_lines - StreamLines) / 3, n = 1 + below(config.topk), what = below(10);
	Command c;

	SET(c, ING_F_OP, what < 7 ? ING_OP_TOPK : ING_OP_PICK);
	SET(c, ING_T_SUB, what < 1 ? ING_TOPK_RESET : what < 5 ? ING_TOPK_UPDATE : what < 7 ? ING_TOPK_READ : below(3));
	if (what >= 1 && what < 5)
		n = 1 + below(chance(80) ? 64 : 600);
	SET(c, ING_T_COUNT, n);
	SET(c, ING_T_LINE, below(third * 3 - (n + 15) / 16));
	SET(c, ING_T_RD, below(16));
	c.w[ING_T_BASE_W] = (uint32_t)rng();
	c.w[ING_T_SEEDLO_W] = (uint32_t)rng();
	c.w[ING_T_SEEDHI_W] = (uint32_t)rng();
	return c;
}

/* Makes a command bad, most likely: the model judges it too. */
void Generator::spoil(Command &c)
{
	unsigned int word = 2 + below(7);

	switch (below(5)) {
	case 0: c.w[2] ^= 1u << below(32); break;
	case 1: c.w[3] = chance(50) ? 0 : c.w[3] ^ 1u << below(20); break;
	case 2: c.w[word] ^= 1u << below(32); break;
	case 3: c.w[11] ^= 1u << below(32); break;
	default: c.w[4 + below(4)] += 1u << below(17);
	}
	/* reserved bits are not the unit's business */
	for (int i = 2; i < 15; i++)
		c.w[i] &= ~(GET(c, ING_F_OP) == ING_OP_VEC ? reserved_vec[i] : reserved_token[i]);
}

Command Generator::next()
{
	Command c = chance(75) ? vec() : token(), bad = c;

	if (!chance(8))
		return c;
	spoil(bad);
	/* what is good after all may have operands that overlap with its destination, which is undefined */
	return ing_check_command(bad.w, &model.config) ? bad : c;
}

