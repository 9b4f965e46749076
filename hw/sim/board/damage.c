// SPDX-License-Identifier: MIT
/*
 * Faults that live in device memory: bits, address lines, data lines, and programs.
 *
 * Nobody here sees the core's accesses to its memory. Copies are seen as they begin and end: what a
 * bad line does to them is done to their range of memory then. A program is changed, or its results
 * are, while its job runs.
 */
#include <endian.h>
#include <string.h>

#include "board.h"
#include "hw/func/fields.h"
#include "ingot/isa.h"
#include "ingot/tile.h"

void damage_flip(struct board *board, uint64_t address, unsigned int bit)
{
	board->memory[address] ^= (uint8_t)(1u << bit);
}

/* ---- lines ---- */

/* The part of memory that a copy touches: first byte and one past its last */
static void copy_range(const struct board *board, const uint32_t *desc, uint64_t *first,
		       uint64_t *end)
{
	*first = (uint64_t)desc[ING_DESC_DEV_W] * ING_UNIT_BYTES;
	*end = *first + (uint64_t)desc[ING_DESC_LEN_W] * ING_UNIT_BYTES;
	if (*end > board->memory_bytes)
		*end = board->memory_bytes;
}

/* Units with a bad address line are those without: the later of two writes stays */
static void fold_units(struct board *board, uint64_t first, uint64_t end, bool writing)
{
	const uint64_t lines = board->faults.addr_lines;

	for (uint64_t at = first; lines && at < end; at += ING_UNIT_BYTES) {
		uint8_t *named = board->memory + at, *real = board->memory + (at & ~lines);

		if (named != real && writing)
			memcpy(real, named, ING_UNIT_BYTES);
		else if (named != real)
			memcpy(named, real, ING_UNIT_BYTES);
	}
}

static void force_bits(struct board *board, uint64_t first, uint64_t end)
{
	const unsigned int words = board->handle.config.port_bits / 64;
	const struct faults *faults = &board->faults;
	uint64_t value;

	for (uint64_t at = first; at < end; at += 8) {
		unsigned int word = at / 8 % words;

		if (!faults->data_low[word] && !faults->data_high[word])
			continue;
		memcpy(&value, board->memory + at, 8);
		value |= htole64(faults->data_high[word]);
		value &= ~htole64(faults->data_low[word]);
		memcpy(board->memory + at, &value, 8);
	}
}

static bool has_bad_lines(const struct faults *faults)
{
	uint64_t bad = faults->addr_lines;

	for (unsigned int i = 0; i < FAULT_DATA_LINES / 64; i++)
		bad |= faults->data_low[i] | faults->data_high[i];
	return bad;
}

static void damage_copy(struct board *board, const uint32_t *desc, bool writing)
{
	uint64_t first, end;

	if (!has_bad_lines(&board->faults))
		return;
	copy_range(board, desc, &first, &end);
	if (writing)
		force_bits(board, first, end);
	fold_units(board, first, end, writing);
	if (!writing)
		force_bits(board, first, end);
}

/* ---- programs ---- */

/* Where a unit of a slot is in memory, if @units from there on are inside both; else NULL */
static uint8_t *slot_units(struct board *board, uint32_t context, uint32_t slot, uint64_t offset,
			   uint64_t units)
{
	const struct watched_slot *s;
	uint64_t at;

	if (context >= ING_CONTEXTS || slot >= ING_SLOTS)
		return NULL;
	s = &board->slots[context][slot];
	if (offset + units > s->len)
		return NULL;
	at = (s->base + offset) * ING_UNIT_BYTES;
	return at + units * ING_UNIT_BYTES <= board->memory_bytes ? board->memory + at : NULL;
}

static uint8_t *find_program(struct board *board, const uint32_t *desc, uint32_t commands)
{
	uint32_t context = desc[ING_DESC_CTX_W] & 0xff, slot = desc[ING_DESC_CTX_W] >> 8 & 0xff;

	return slot_units(board, context, slot, desc[ING_DESC_PROG_W], commands);
}

static void load_command(const uint8_t *program, uint32_t index, uint32_t *w)
{
	memcpy(w, program + (size_t)index * ING_CMD_BYTES, ING_CMD_BYTES);
	for (int i = 0; i < 16; i++)
		w[i] = le32toh(w[i]);
}

static bool uses_bad_op(struct board *board, const uint32_t *desc)
{
	uint32_t commands = desc[ING_DESC_PROG_LEN_W], w[16];
	const uint8_t *program = find_program(board, desc, commands);

	for (uint32_t i = 0; program && i < commands; i++) {
		load_command(program, i, w);
		if (board->faults.bad_ops[ING_GET(w, ING_F_OP)])
			return true;
	}
	return false;
}

/* The command as it is with the job's arguments; other registers count as zero */
static void patch(uint32_t *w, const uint32_t *desc)
{
	const uint32_t fields[16] = { [1] = w[1] };
	uint32_t r[ING_REGS] = { 0 };
	uint32_t mul = w[ING_F_PATCH_MUL_W];

	memcpy(&r[1], &desc[ING_DESC_ARG0_W], ING_ARGS * sizeof(r[0]));
	if (ING_GET(fields, ING_F_PATCH0_WORD))
		w[ING_GET(fields, ING_F_PATCH0_WORD)] += r[ING_GET(fields, ING_F_PATCH0_REG)] * mul;
	if (ING_GET(fields, ING_F_PATCH1_WORD))
		w[ING_GET(fields, ING_F_PATCH1_WORD)] += r[ING_GET(fields, ING_F_PATCH1_REG)];
	if (ING_GET(fields, ING_F_PATCH2_WORD))
		w[ING_GET(fields, ING_F_PATCH2_WORD)] += r[ING_GET(fields, ING_F_PATCH2_REG)];
}

/* Turns over a bit of whatever the job has stored in memory */
static void spoil_stores(struct board *board, const uint32_t *desc)
{
	uint32_t commands = desc[ING_DESC_PROG_LEN_W], w[16];
	const uint8_t *program = find_program(board, desc, commands);

	for (uint32_t i = 0; program && i < commands; i++) {
		uint8_t *unit;

		load_command(program, i, w);
		if (ING_GET(w, ING_F_OP) != ING_OP_VEC)
			continue;
		patch(w, desc);
		if (ING_GET(w, ING_V_SINK) != ING_SINK_MEM)
			continue;
		unit = slot_units(board, desc[ING_DESC_CTX_W] & 0xff, ING_GET(w, ING_V_SLOT),
				  ING_GET(w, ING_V_OFFSET), 1);
		if (unit)
			*unit ^= 1;
	}
}

/* Makes the program's first command a jump to itself: a loop over R0, which is never 1 */
static void stick(struct board *board, uint32_t *desc)
{
	const uint32_t jump[16] = { htole32(ING_OP_LOOP) };
	uint8_t *program = find_program(board, desc, 1);

	if (!program)
		return;
	board->faults.stick_job = false;
	board->stuck.active = true;
	board->stuck.at = (uint64_t)(program - board->memory);
	memcpy(board->stuck.saved, program, ING_CMD_BYTES);
	memcpy(program, jump, ING_CMD_BYTES);
	desc[ING_DESC_BUDGET_W] = 0;
	if (!desc[ING_DESC_PROG_LEN_W])
		desc[ING_DESC_PROG_LEN_W] = 1;
}

void damage_unstick(struct board *board)
{
	if (!board->stuck.active)
		return;
	memcpy(board->memory + board->stuck.at, board->stuck.saved, ING_CMD_BYTES);
	board->stuck.active = false;
}

/* ---- jobs and copies ---- */

void damage_before(struct board *board, unsigned int queue, uint32_t *desc)
{
	uint32_t type = desc[ING_DESC_TYPE_W] & 0xff;

	if (queue == ING_QUEUE_COPY && type == ING_DESC_TO_HOST)
		damage_copy(board, desc, false);
	if (queue != ING_QUEUE_JOB || type != ING_DESC_RUN)
		return;
	board->spoil = board->faults.bad_op && uses_bad_op(board, desc);
	if (board->faults.stick_job)
		stick(board, desc);
}

void damage_after(struct board *board, unsigned int queue, const uint32_t *desc)
{
	uint32_t type = desc[ING_DESC_TYPE_W] & 0xff;

	if (queue == ING_QUEUE_COPY && type == ING_DESC_TO_DEVICE)
		damage_copy(board, desc, true);
	if (queue != ING_QUEUE_JOB)
		return;
	if (board->spoil)
		spoil_stores(board, desc);
	board->spoil = false;
}
