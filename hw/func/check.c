// SPDX-License-Identifier: MIT
#include "check.h"

#include <stdbool.h>

#include "fields.h"
#include "ingot/isa_masks.h"
#include "ingot/tile.h"

/* ---- reserved bits ---- */

static const uint32_t reserved_control[16] = ING_RSVD_CTL;
static const uint32_t reserved_stream[16] = ING_RSVD_STR;
static const uint32_t reserved_vector[16] = ING_RSVD_VEC;
static const uint32_t reserved_token[16] = ING_RSVD_TOP;

/* NULL: there is no such opcode */
static const uint32_t *reserved_bits(uint32_t op)
{
	switch (op) {
	case ING_OP_END:
	case ING_OP_SCALAR:
	case ING_OP_LOOP:
	case ING_OP_BREAK:
	case ING_OP_EMIT:
	case ING_OP_BARRIER:
		return reserved_control;
	case ING_OP_MATMUL:
	case ING_OP_LOAD:
	case ING_OP_GATHER:
		return reserved_stream;
	case ING_OP_VEC:
		return reserved_vector;
	case ING_OP_TOPK:
	case ING_OP_PICK:
		return reserved_token;
	default:
		return NULL;
	}
}

static bool has_reserved(const uint32_t *w, const uint32_t *reserved)
{
	uint32_t set = 0;

	for (int i = 0; i < 16; i++)
		set |= w[i] & reserved[i];
	return set;
}

/* ---- stream ---- */

static bool format_is_good(const uint32_t *w)
{
	uint32_t width = ING_GET(w, ING_S_WIDTH), groups = ING_GET(w, ING_S_TGROUPS);

	if (width > ING_WIDTH_16 || (groups != 1 && groups != 2 && groups != 4))
		return false;
	if (width == ING_WIDTH_16)
		return !ING_GET(w, ING_S_MIN);
	return !ING_GET(w, ING_S_NOSCALE);
}

static uint32_t check_matmul(const uint32_t *w, const struct ingot_config *config)
{
	uint32_t cols = ING_GET(w, ING_S_COLS), blocks = ING_GET(w, ING_S_BLOCKS);
	uint32_t groups = ing_lines(ING_GET(w, ING_S_ROWS), ING_GROUP_ROWS);

	if (!format_is_good(w) || !groups || !blocks || !cols || cols > config->tile_m ||
	    ING_GET(w, ING_S_CHUNKS) > ing_chunks(ING_GET(w, ING_S_WIDTH)))
		return ING_FAULT_FIELD;
	if (ING_GET(w, ING_S_ACT) + blocks > config->act_blocks ||
	    ING_GET(w, ING_S_DST) + (cols - 1) * ING_GET(w, ING_S_DSTCOL) + groups >
	    config->scratch_lines)
		return ING_FAULT_RANGE;
	return ING_FAULT_NONE;
}

static uint32_t check_load(const uint32_t *w, const struct ingot_config *config)
{
	uint32_t lines = ING_GET(w, ING_S_ROWS);

	if (!lines || ING_GET(w, ING_S_COLS) || ING_GET(w, ING_S_CHUNKS))
		return ING_FAULT_FIELD;
	if (ING_GET(w, ING_S_DST) + lines > config->scratch_lines)
		return ING_FAULT_RANGE;
	return ING_FAULT_NONE;
}

static uint32_t check_gather(const uint32_t *w, const struct ingot_config *config)
{
	uint32_t part = ING_GET(w, ING_S_COLS), blocks = ING_GET(w, ING_S_BLOCKS), bytes;

	if (!format_is_good(w) || !blocks || part > ING_PART_MIN || ING_GET(w, ING_S_CHUNKS) ||
	    ING_GET(w, ING_S_ROWS) >= ING_GROUP_ROWS * ING_GET(w, ING_S_TGROUPS))
		return ING_FAULT_FIELD;
	if ((part == ING_PART_MIN && !ING_GET(w, ING_S_MIN)) ||
	    (part == ING_PART_SCALE && ING_GET(w, ING_S_NOSCALE)))
		return ING_FAULT_FIELD;
	bytes = ing_gather_bytes(ING_GET(w, ING_S_WIDTH), part, blocks);
	if (ING_GET(w, ING_S_DST) + ing_lines(bytes, ING_UNIT_BYTES) > config->scratch_lines)
		return ING_FAULT_RANGE;
	return ING_FAULT_NONE;
}

/* ---- vector ---- */

static bool scalar_mode_is_good(const uint32_t *w)
{
	const uint32_t allowed = 1u << ING_FN_COPY | 1u << ING_FN_AFFINE | 1u << ING_FN_RSQRT |
				 1u << ING_FN_RECIP | 1u << ING_FN_SQUARE;

	return (1u << ING_GET(w, ING_V_FN) & allowed) && !ING_GET(w, ING_V_SINK) &&
	       !ING_GET(w, ING_V_RED);
}

static bool vector_fields_are_good(const uint32_t *w)
{
	uint32_t fn = ING_GET(w, ING_V_FN), sink = ING_GET(w, ING_V_SINK);
	uint32_t count = ING_GET(w, ING_V_COUNT);

	if (!count || !ING_GET(w, ING_V_OUTER) || !ING_GET(w, ING_V_INNER))
		return false;
	if (ING_GET(w, ING_V_SCALAR))
		return scalar_mode_is_good(w);
	if (fn == ING_FN_ROPE && count % 2)
		return false;
	if ((sink == ING_SINK_ACT || sink == ING_SINK_KVK || sink == ING_SINK_KVV) &&
	    count % ING_BLOCK)
		return false;
	return !(ing_sink_is_memory(sink) && ing_fn_uses_constants(fn));
}

/* One past the last of the lines that rows of @lines lines take, @first the first row's first */
static uint32_t rows_end(const uint32_t *w, uint32_t first, uint32_t out, uint32_t in,
			 uint32_t lines)
{
	return first + (ING_GET(w, ING_V_OUTER) - 1) * out + (ING_GET(w, ING_V_INNER) - 1) * in +
	       lines;
}

static bool operands_fit(const uint32_t *w, const struct ingot_config *config)
{
	uint32_t count = ING_GET(w, ING_V_COUNT);
	uint32_t a_lines = ing_lines(count, ing_atype_per_line(ING_GET(w, ING_V_ATYPE)));
	uint32_t b_lines = ing_lines(count, ing_btype_per_line(ING_GET(w, ING_V_BTYPE)));

	if (rows_end(w, ING_GET(w, ING_V_A), ING_GET(w, ING_V_AOUT), ING_GET(w, ING_V_AIN),
		     a_lines) > config->scratch_lines)
		return false;
	return !ing_fn_uses_b(ING_GET(w, ING_V_FN)) ||
	       rows_end(w, ING_GET(w, ING_V_B), ING_GET(w, ING_V_BOUT), ING_GET(w, ING_V_BIN),
			b_lines) <= config->scratch_lines;
}

static bool sink_fits(const uint32_t *w, const struct ingot_config *config)
{
	uint32_t count = ING_GET(w, ING_V_COUNT), dst = ING_GET(w, ING_V_DST);
	uint32_t out = ING_GET(w, ING_V_DSTOUT), in = ING_GET(w, ING_V_DSTIN);

	switch (ING_GET(w, ING_V_SINK)) {
	case ING_SINK_SCRATCH:
		return rows_end(w, dst, out, in, ing_lines(count, 16)) <= config->scratch_lines;
	case ING_SINK_ACT:
		return rows_end(w, dst, out, in, count / ING_BLOCK) <= config->act_blocks &&
		       rows_end(w, ING_GET(w, ING_V_COL), ING_GET(w, ING_V_COLOUT),
				ING_GET(w, ING_V_COLIN), 1) <= config->tile_m;
	default:
		return true;
	}
}

static bool scalars_fit(const uint32_t *w, const struct ingot_config *config)
{
	uint32_t n = ING_GET(w, ING_V_OUTER) * ING_GET(w, ING_V_INNER);
	bool scalar = ING_GET(w, ING_V_SCALAR);

	if (scalar)
		n = ING_GET(w, ING_V_COUNT);
	if ((scalar || ING_GET(w, ING_V_USES)) && ING_GET(w, ING_V_SIN) + n > config->scalars)
		return false;
	return !(scalar || ING_GET(w, ING_V_RED)) || ING_GET(w, ING_V_SOUT) + n <= config->scalars;
}

static uint32_t check_vector(const uint32_t *w, const struct ingot_config *config)
{
	if (ING_GET(w, ING_V_ATYPE) >= ING_ATYPE_COUNT ||
	    ING_GET(w, ING_V_SINK) >= ING_SINK_COUNT || ING_GET(w, ING_V_RED) >= ING_RED_COUNT)
		return ING_FAULT_OPCODE;
	if (!vector_fields_are_good(w))
		return ING_FAULT_FIELD;
	if (!scalars_fit(w, config))
		return ING_FAULT_RANGE;
	if (!ING_GET(w, ING_V_SCALAR) && (!operands_fit(w, config) || !sink_fits(w, config)))
		return ING_FAULT_RANGE;
	return ING_FAULT_NONE;
}

/* ---- tokens ---- */

static uint32_t check_topk(const uint32_t *w, const struct ingot_config *config)
{
	uint32_t sub = ING_GET(w, ING_T_SUB), count = ING_GET(w, ING_T_COUNT);
	uint32_t lines = sub == ING_TOPK_RESET ? 0 : ing_lines(count, 16);

	if (sub > ING_TOPK_READ)
		return ING_FAULT_OPCODE;
	if (!count)
		return ING_FAULT_FIELD;
	if ((sub != ING_TOPK_UPDATE && count > config->topk) ||
	    (lines && ING_GET(w, ING_T_LINE) + lines > config->scratch_lines))
		return ING_FAULT_RANGE;
	return ING_FAULT_NONE;
}

static uint32_t check_pick(const uint32_t *w, const struct ingot_config *config)
{
	uint32_t sub = ING_GET(w, ING_T_SUB), count = ING_GET(w, ING_T_COUNT);
	uint32_t lines = sub == ING_PICK_BEST ? 0 : ing_lines(count, 16);

	if (sub > ING_PICK_INDEX)
		return ING_FAULT_OPCODE;
	if (!count)
		return ING_FAULT_FIELD;
	if (count > config->topk ||
	    (lines && ING_GET(w, ING_T_LINE) + lines > config->scratch_lines))
		return ING_FAULT_RANGE;
	return ING_FAULT_NONE;
}

uint32_t ing_check_command(const uint32_t w[16], const struct ingot_config *config)
{
	uint32_t op = ING_GET(w, ING_F_OP);
	const uint32_t *reserved = reserved_bits(op);

	if (!reserved)
		return ING_FAULT_OPCODE;
	if (has_reserved(w, reserved))
		return ING_FAULT_FIELD;
	switch (op) {
	case ING_OP_BREAK:
		return ING_GET(w, ING_C_COUNT) > 8 ? ING_FAULT_FIELD : ING_FAULT_NONE;
	case ING_OP_MATMUL:
		return check_matmul(w, config);
	case ING_OP_LOAD:
		return check_load(w, config);
	case ING_OP_GATHER:
		return check_gather(w, config);
	case ING_OP_VEC:
		return check_vector(w, config);
	case ING_OP_TOPK:
		return check_topk(w, config);
	case ING_OP_PICK:
		return check_pick(w, config);
	default:
		return ING_FAULT_NONE;
	}
}
