// SPDX-License-Identifier: MIT
/* Building programs: fields, patches, and wait fields from what commands touch. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

#define MAX_RANGES 8
/* The largest distance that a wait field can state: "all but the last 14". */
#define MAX_WAIT 15

enum kind { KIND_CONTROL, KIND_STREAM, KIND_VECTOR };

struct range {
	enum space space;
	bool write;
	uint64_t first, end;
};

struct touch {
	enum kind kind;
	unsigned int count;
	struct range range[MAX_RANGES];
	struct note note;
};

/* A word that a symbol's value is part of. */
struct use {
	size_t command;
	uint32_t mul;
	uint8_t word, symbol;
};

struct program {
	struct cmd *cmds;
	struct touch *touch;
	size_t count, room;
	size_t fence;		/* commands before this one are over when it starts */
	struct cmd scratch_cmd;	/* where fields go when memory has run out */
	struct touch scratch_touch;
	struct note note;	/* of the commands that follow */
	struct use *uses;
	size_t n_uses, uses_room;
	uint32_t symbols[PROGRAM_SYMBOLS];
	struct ingot_error error;
};

struct program *program_create(void)
{
	struct program *p = calloc(1, sizeof(*p));

	if (p)
		p->note.layer = p->note.sequence = -1;
	return p;
}

void program_destroy(struct program *p)
{
	if (!p)
		return;
	free(p->cmds);
	free(p->touch);
	free(p->uses);
	free(p);
}

static void fail(struct program *p, int code, const char *text)
{
	if (!p->error.code)
		p->error.code = ingot_error_set(&p->error, code, "program, command %zu: %s",
						p->count, text);
}

static bool grow(struct program *p)
{
	size_t room = p->room ? 2 * p->room : 256;
	struct cmd *cmds = realloc(p->cmds, room * sizeof(*cmds));
	struct touch *touch;

	if (!cmds)
		return false;
	p->cmds = cmds;
	touch = realloc(p->touch, room * sizeof(*touch));
	if (!touch)
		return false;
	p->touch = touch;
	p->room = room;
	return true;
}

static enum kind kind_of(uint32_t op)
{
	return op >= ING_OP_VEC ? KIND_VECTOR : op >= ING_OP_MATMUL ? KIND_STREAM : KIND_CONTROL;
}

static struct cmd *current_cmd(struct program *p)
{
	return p->count < p->room ? &p->cmds[p->count] : &p->scratch_cmd;
}

static struct touch *current_touch(struct program *p)
{
	return p->count < p->room ? &p->touch[p->count] : &p->scratch_touch;
}

struct cmd *program_begin(struct program *p, uint32_t op)
{
	struct cmd *c;

	if (p->count == p->room && !grow(p))
		fail(p, -ENOMEM, "out of memory");
	c = current_cmd(p);
	memset(c, 0, sizeof(*c));
	c->w[0] = op;
	*current_touch(p) = (struct touch){ .kind = kind_of(op), .note = p->note };
	return c;
}

void program_field(struct program *p, struct cmd *c, unsigned int word, unsigned int low,
		   unsigned int bits, uint64_t value)
{
	uint64_t mask = (1ull << bits) - 1;

	if (value > mask) {
		ingot_error_set(&p->error, -ERANGE,
				"program, command %zu, opcode 0x%02x: %llu does not fit into %u bits of word %u: the model or its context is too large for this device",
				p->count, c->w[0] & 0xff, (unsigned long long)value, bits, word);
		p->error.code = -ERANGE;
	}
	c->w[word] = (c->w[word] & ~(uint32_t)(mask << low)) | (uint32_t)((value & mask) << low);
}

void program_patch(struct program *p, struct cmd *c, unsigned int word, unsigned int reg,
		   uint32_t mul)
{
	unsigned int first = mul == 1 ? 1 : 0;

	for (unsigned int k = first; k < 3; k = k == 2 && first ? 0 : k + 1) {
		if (c->w[1] >> (8 * k) & 0xf) {
			if (k == 0)
				break;
			continue;
		}
		c->w[1] |= (word | reg << 4) << (8 * k);
		if (k == 0)
			c->w[ING_F_PATCH_MUL_W] = mul;
		return;
	}
	fail(p, -EINVAL, "more than three patches");
}

void program_symbol(struct program *p, struct cmd *c, unsigned int word, unsigned int symbol,
		    uint32_t mul)
{
	size_t room = p->uses_room ? 2 * p->uses_room : 256;
	struct use *uses;

	c->w[word] += p->symbols[symbol] * mul;
	if (p->n_uses == p->uses_room) {
		uses = realloc(p->uses, room * sizeof(*uses));
		if (!uses) {
			fail(p, -ENOMEM, "out of memory");
			return;
		}
		p->uses = uses;
		p->uses_room = room;
	}
	p->uses[p->n_uses++] = (struct use){ p->count, mul, word, symbol };
}

void program_set_symbol(struct program *p, unsigned int symbol, uint32_t value)
{
	const uint32_t more = value - p->symbols[symbol];

	p->symbols[symbol] = value;
	for (size_t i = 0; more && i < p->n_uses; i++)
		if (p->uses[i].symbol == symbol)
			p->cmds[p->uses[i].command].w[p->uses[i].word] += more * p->uses[i].mul;
}

static void add_range(struct program *p, enum space space, bool write, uint64_t first,
		      uint64_t count)
{
	struct touch *t = current_touch(p);

	if (t->count == MAX_RANGES) {
		fail(p, -EINVAL, "touches too many ranges");
		return;
	}
	t->range[t->count++] = (struct range){ space, write, first, first + count };
}

void program_reads(struct program *p, enum space space, uint64_t first, uint64_t count)
{
	add_range(p, space, false, first, count);
}

void program_writes(struct program *p, enum space space, uint64_t first, uint64_t count)
{
	add_range(p, space, true, first, count);
}

/* Which storage a wait is about. */
#define ON_CHIP 1
#define IN_MEMORY 2

static unsigned int where(const struct range *r)
{
	return r->space == SPACE_MEMORY ? IN_MEMORY : ON_CHIP;
}

static bool conflict(const struct touch *a, const struct touch *b, unsigned int storage)
{
	for (unsigned int i = 0; i < a->count; i++) {
		for (unsigned int j = 0; j < b->count; j++) {
			const struct range *x = &a->range[i], *y = &b->range[j];

			if (x->space == y->space && where(x) & storage &&
			    (x->write || y->write) && x->first < y->end && y->first < x->end)
				return true;
		}
	}
	return false;
}

static bool touches(const struct touch *t, unsigned int storage)
{
	for (unsigned int i = 0; i < t->count; i++)
		if (where(&t->range[i]) & storage)
			return true;
	return false;
}

/*
 * The wait field that makes the current command wait for the latest command of @kind that it
 * conflicts with: with k commands of that kind behind it, all but the last k must be done. Past the
 * largest distance there is no telling them apart, so waiting for "all but the last 14" is right.
 */
static unsigned int wait_for(struct program *p, enum kind kind, unsigned int storage)
{
	const struct touch *mine = current_touch(p);
	unsigned int between = 0;

	if (!touches(mine, storage))
		return 0;
	for (size_t i = p->count; i-- > p->fence;) {
		const struct touch *t = &p->touch[i];

		if (t->kind != kind)
			continue;
		if (between + 1 == MAX_WAIT || conflict(mine, t, storage))
			return between + 1;
		between++;
	}
	return 0;
}

void program_end(struct program *p)
{
	struct cmd *c = current_cmd(p);
	enum kind kind = current_touch(p)->kind;

	if (kind == KIND_VECTOR)
		cmd_set(p, c, ING_F_WAIT_STR, wait_for(p, KIND_STREAM, ON_CHIP | IN_MEMORY));
	if (kind == KIND_STREAM) {
		cmd_set(p, c, ING_F_WAIT_VEC, wait_for(p, KIND_VECTOR, ON_CHIP));
		cmd_set(p, c, ING_F_FETCH_WAIT, wait_for(p, KIND_VECTOR, IN_MEMORY));
	}
	if (p->count < p->room)
		p->count++;
}

void program_barrier(struct program *p)
{
	struct cmd *c = program_begin(p, ING_OP_BARRIER);

	cmd_set(p, c, ING_F_WAIT_VEC, 1);
	cmd_set(p, c, ING_F_WAIT_STR, 1);
	program_end(p);
	p->fence = p->count;
}

void program_layer(struct program *p, int32_t layer)
{
	p->note.layer = layer;
}

void program_part(struct program *p, const char *part)
{
	p->note.part = part;
}

void program_sequence(struct program *p, int32_t sequence)
{
	p->note.sequence = sequence;
}

void program_tensor(struct program *p, const char *name, size_t len)
{
	struct note *note = &current_touch(p)->note;

	if (len >= sizeof(note->tensor))
		len = sizeof(note->tensor) - 1;
	memcpy(note->tensor, name, len);
	note->tensor[len] = 0;
}

const struct note *program_note(const struct program *p, uint32_t index)
{
	return &p->touch[index].note;
}

uint32_t program_size(const struct program *p)
{
	return p->count;
}

struct cmd *program_at(struct program *p, uint32_t index)
{
	return &p->cmds[index];
}

const struct cmd *program_finish(struct program *p, struct ingot_error *err)
{
	if (p->error.code) {
		ingot_error_set(err, p->error.code, "%s", p->error.text);
		return NULL;
	}
	return p->cmds;
}
