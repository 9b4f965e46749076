// SPDX-License-Identifier: MIT
#include "model.h"

uint32_t Model::check_fields(const Command &c) const
{
	uint32_t op = GET(c, ING_F_OP), width = GET(c, ING_S_WIDTH), tg = GET(c, ING_S_TGROUPS);
	uint32_t cols = GET(c, ING_S_COLS), blocks = GET(c, ING_S_BLOCKS), rows = GET(c, ING_S_ROWS);
	uint32_t dst = GET(c, ING_S_DST);
	bool bad_format = width == 3 || (tg != 1 && tg != 2 && tg != 4) ||
			  (width == ING_WIDTH_16 ? GET(c, ING_S_MIN) : GET(c, ING_S_NOSCALE));

	if (GET(c, ING_S_CHUNKS) > (op == ING_OP_MATMUL ? 4u << width : 0))
		return ING_FAULT_FIELD;
	if (op == ING_OP_LOAD) {
		if (!rows || cols)
			return ING_FAULT_FIELD;
		return dst + rows > limits.scratch_lines ? ING_FAULT_RANGE : ING_FAULT_NONE;
	}
	if (bad_format || !blocks)
		return ING_FAULT_FIELD;
	if (op == ING_OP_GATHER) {
		if (cols > ING_PART_MIN || rows >= 16 * tg || (cols == ING_PART_MIN && !GET(c, ING_S_MIN)) ||
		    (cols == ING_PART_SCALE && GET(c, ING_S_NOSCALE)))
			return ING_FAULT_FIELD;
		return dst + gather_lines(c) > limits.scratch_lines ? ING_FAULT_RANGE : ING_FAULT_NONE;
	}
	if (!rows || !cols || cols > limits.tile_m)
		return ING_FAULT_FIELD;
	if (GET(c, ING_S_ACT) + blocks > limits.act_blocks ||
	    dst + (cols - 1) * GET(c, ING_S_DSTCOL) + groups_of(c) > limits.scratch_lines)
		return ING_FAULT_RANGE;
	return ING_FAULT_NONE;
}

/* Units of the command in the order in which they are read: pairs of first unit and count */
static std::vector<std::pair<uint64_t, uint32_t>> units_of(const Command &c)
{
	std::vector<std::pair<uint64_t, uint32_t>> runs;
	ing_format f = format_of(c);
	uint64_t at = GET(c, ING_S_OFFSET);
	uint32_t tg = GET(c, ING_S_TGROUPS), blocks = GET(c, ING_S_BLOCKS), row = GET(c, ING_S_ROWS);
	uint32_t section = ing_section_units(f, tg), head = section * (f.min ? 2 : 1);

	if (GET(c, ING_F_OP) == ING_OP_LOAD) {
		runs.emplace_back(at, row);
		return runs;
	}
	if (GET(c, ING_F_OP) == ING_OP_MATMUL && GET(c, ING_S_CHUNKS)) {
		for (uint32_t left = groups_of(c); left; left -= left < tg ? left : tg)
			for (uint32_t b = 0; b < blocks; b++, at += ing_block_units(f, tg)) {
				if (head)
					runs.emplace_back(at, head);
				for (uint32_t g = 0; g < (left < tg ? left : tg); g++)
					runs.emplace_back(at + head + g * ing_chunks(f.width), GET(c, ING_S_CHUNKS));
			}
		return runs;
	}
	if (GET(c, ING_F_OP) == ING_OP_MATMUL) {
		for (uint32_t left = groups_of(c); left; left -= left < tg ? left : tg)
			for (uint32_t b = 0; b < blocks; b++, at += ing_block_units(f, tg))
				runs.emplace_back(at, head + (left < tg ? left : tg) * ing_chunks(f.width));
		return runs;
	}
	for (uint32_t b = 0; b < blocks; b++, at += ing_block_units(f, tg)) {
		if (GET(c, ING_S_COLS) == ING_PART_DATA)
			runs.emplace_back(at + head + row / 16 * ing_chunks(f.width), ing_chunks(f.width));
		else
			runs.emplace_back(at + (GET(c, ING_S_COLS) == ING_PART_MIN ? section : 0) +
						  row * (f.width == ING_WIDTH_16 ? 1 : 2) / 64, 1);
	}
	return runs;
}

Fault Model::check_memory(const Command &c) const
{
	Fault fault;
	uint32_t slot = GET(c, ING_S_SLOT);

	fault.slot = slot;
	for (auto [first, n] : units_of(c)) {
		if (slot >= 4 || !slots[slot].readable) {
			fault.code = ING_FAULT_PERM;
			fault.off = (uint32_t)first;
			return fault;
		}
		if (first + n > slots[slot].len) {
			fault.code = ING_FAULT_SLOT;
			fault.off = (uint32_t)(first > slots[slot].len ? first : slots[slot].len);
			return fault;
		}
	}
	return Fault();
}

float Model::matmul_row(const Command &c, uint32_t row, uint32_t col) const
{
	ing_format f = format_of(c);
	uint32_t tg = GET(c, ING_S_TGROUPS), blocks = GET(c, ING_S_BLOCKS), slot = GET(c, ING_S_SLOT);
	uint32_t units = ing_block_units(f, tg), section = ing_section_units(f, tg);
	uint32_t in_tile = row % (16 * tg), bits = 4u << f.width, per_word = 32 / bits;
	uint32_t at = GET(c, ING_S_OFFSET) + row / (16 * tg) * blocks * units;
	float acc = 0;

	for (uint32_t b = 0; b < blocks; b++, at += units) {
		const ActBlock &x = act[col][GET(c, ING_S_ACT) + b];
		uint32_t data = at + section * (f.min ? 2 : 1) + in_tile / 16 * ing_chunks(f.width);
		int64_t isum = 0;
		float scale = 1;

		for (uint32_t i = 0; i < ING_BLOCK; i++) {
			bool read = !GET(c, ING_S_CHUNKS) || i / per_word < GET(c, ING_S_CHUNKS);
			uint32_t word_bits = read ? word(slot, data + i / per_word, in_tile % 16) : 0;
			int64_t value = word_bits >> i % per_word * bits & ((1ull << bits) - 1);

			isum += (value - (f.min ? 0 : 1ll << (bits - 1))) * x.q[i];
		}
		if (f.width == ING_WIDTH_16 && !f.noscale)
			scale = ing_exp16_scale((uint8_t)byte(slot, at, in_tile));
		else if (f.width != ING_WIDTH_16)
			scale = ing_fp16_to_f32((uint16_t)half(slot, at, in_tile));
		if (f.min)
			acc = ing_fadd(acc, ing_block_value_min((int32_t)isum, scale, x.sum(),
				       ing_fp16_to_f32((uint16_t)half(slot, at + section, in_tile)), x.eb));
		else
			acc = ing_fadd(acc, ing_block_value((int32_t)isum, scale, x.eb));
	}
	return acc;
}

Writes Model::gather(const Command &c) const
{
	Writes writes;
	ing_format f = format_of(c);
	uint32_t tg = GET(c, ING_S_TGROUPS), slot = GET(c, ING_S_SLOT), row = GET(c, ING_S_ROWS);
	uint32_t part = GET(c, ING_S_COLS), at = GET(c, ING_S_OFFSET), section = ing_section_units(f, tg);
	std::vector<uint8_t> bytes;

	for (uint32_t b = 0; b < GET(c, ING_S_BLOCKS); b++, at += ing_block_units(f, tg)) {
		if (part != ING_PART_DATA) {
			uint32_t first = at + (part == ING_PART_MIN ? section : 0);

			bytes.push_back(f.width == ING_WIDTH_16 ? (uint8_t)byte(slot, first, row)
								: (uint8_t)byte(slot, first, 2 * row));
			if (f.width != ING_WIDTH_16)
				bytes.push_back((uint8_t)byte(slot, first, 2 * row + 1));
			continue;
		}
		for (uint32_t chunk = 0; chunk < ing_chunks(f.width); chunk++)
			for (int i = 0; i < 4; i++)
				bytes.push_back((uint8_t)byte(slot, at + section * (f.min ? 2 : 1) +
					row / 16 * ing_chunks(f.width) + chunk, row % 16 * 4 + i));
	}
	bytes.resize((bytes.size() + 63) / 64 * 64);
	for (size_t i = 0; i < bytes.size(); i++)
		writes[(uint32_t)(GET(c, ING_S_DST) * 16 + i / 4)] |= (uint32_t)bytes[i] << i % 4 * 8;
	return writes;
}

Writes Model::run(const Command &c) const
{
	Writes writes;
	uint32_t dst = GET(c, ING_S_DST);

	if (GET(c, ING_F_OP) == ING_OP_GATHER)
		return gather(c);
	if (GET(c, ING_F_OP) == ING_OP_LOAD) {
		for (uint32_t i = 0; i < 16 * GET(c, ING_S_ROWS); i++)
			writes[dst * 16 + i] = word(GET(c, ING_S_SLOT), GET(c, ING_S_OFFSET) + i / 16, i % 16);
		return writes;
	}
	for (uint32_t col = 0; col < GET(c, ING_S_COLS); col++)
		for (uint32_t row = 0; row < 16 * groups_of(c); row++)
			writes[(dst + col * GET(c, ING_S_DSTCOL)) * 16 + row] = ing_bits(matmul_row(c, row, col));
	return writes;
}

static void random_block(Rng &rng, ActBlock &x)
{
	uint32_t kind = below(rng, 16);
	int limit = kind == 0 ? 0 : kind == 1 ? 1 : kind < 4 ? 40 : ING_ACT_MAX;

	for (int i = 0; i < ING_BLOCK; i++)
		x.q[i] = (int16_t)((int)below(rng, 2 * limit + 1) - limit);
	if (kind == 5)
		for (int i = 0; i < ING_BLOCK; i++)
			x.q[i] = ING_ACT_MAX;
	if (kind == 6)
		for (int i = 0; i < ING_BLOCK; i++)
			x.q[i] = -ING_ACT_MAX;
	x.eb = (uint8_t)(below(rng, 8) ? 100 + below(rng, 30) : 1 + below(rng, 254));
	if (!below(rng, 200)) {
		x.eb = ING_EXP_NAN;
		for (int i = 0; i < ING_BLOCK; i++)
			x.q[i] = 0;
	}
}

void Model::randomize(Rng &rng)
{
	for (uint32_t &word : memory) {
		word = (uint32_t)rng();
		// Few infinities and NaNs, else there would be little else in the results.
		if ((word & 0x7c00) == 0x7c00 && below(rng, 50))
			word &= ~0x4000u;
		if ((word & 0x7c000000) == 0x7c000000 && below(rng, 50))
			word &= ~0x40000000u;
	}
	// Some units hold extreme digits.
	for (size_t unit = 0; unit < memory.size() / 16; unit++)
		if (!below(rng, 16))
			for (size_t i = 0; i < 16; i++)
				memory[unit * 16 + i] = below(rng, 2) ? 0 : 0xfbffu | (below(rng, 2) ? 0xfbff0000u : 0);
	act.assign(limits.tile_m, std::vector<ActBlock>(limits.act_blocks));
	for (auto &column : act)
		for (ActBlock &x : column)
			random_block(rng, x);
}
