// SPDX-License-Identifier: MIT
/* What commands are called in a trace. */
#include <stdio.h>
#include <string.h>

#include "trace_name.h"

static const char *const op_names[] = {
	[ING_OP_END] = "end",	    [ING_OP_SCALAR] = "scalar", [ING_OP_LOOP] = "loop",
	[ING_OP_BREAK] = "break",   [ING_OP_EMIT] = "emit",	[ING_OP_BARRIER] = "barrier",
	[ING_OP_MATMUL] = "matmul", [ING_OP_LOAD] = "load",	[ING_OP_GATHER] = "gather",
	[ING_OP_VEC] = "vec",	    [ING_OP_TOPK] = "topk",	[ING_OP_PICK] = "pick",
};

static const char *const fn_names[] = {
	[ING_FN_COPY] = "copy",	    [ING_FN_ADD] = "add",	    [ING_FN_MUL] = "mul",
	[ING_FN_SCALE] = "scale",   [ING_FN_NORM] = "norm",	    [ING_FN_ROPE] = "rope",
	[ING_FN_EXP2] = "exp2",	    [ING_FN_EXP2ADD] = "exp2add",   [ING_FN_RECIPMUL] = "recipmul",
	[ING_FN_AFFINE] = "affine", [ING_FN_RSQRT] = "rsqrt",	    [ING_FN_RECIP] = "recip",
	[ING_FN_SQUARE] = "square", [ING_FN_MAX] = "max",	    [ING_FN_RMS] = "rms",
	[ING_FN_EXP2MUL] = "exp2mul",
};

static const char *const sink_names[] = {
	[ING_SINK_ACT] = ", quantise", [ING_SINK_KVK] = ", append k", [ING_SINK_KVV] = ", append v",
	[ING_SINK_MEM] = ", store",
};

static const char *const topk_names[] = { "topk reset", "topk update", "topk read" };
static const char *const pick_names[] = { "pick best", "pick sample", "pick index" };

#define LOOK_UP(names, i) \
	((i) < sizeof(names) / sizeof((names)[0]) && (names)[i] ? (names)[i] : "")

static uint32_t bits(const uint32_t *words, unsigned int word, unsigned int low, unsigned int n)
{
	return words[word] >> low & ((1u << n) - 1);
}

#define FIELD(words, name) bits(words, name##_W, name##_L, name##_N)

static void vec_name(const uint32_t *words, char *buf, size_t size)
{
	const uint32_t red = FIELD(words, ING_V_RED);

	snprintf(buf, size, "%s%s%s%s", LOOK_UP(fn_names, FIELD(words, ING_V_FN)),
		 FIELD(words, ING_V_SCALAR) ? " scalars" : "",
		 red == ING_RED_SUM ? ", sum" : red == ING_RED_MAX ? ", max" : "",
		 LOOK_UP(sink_names, FIELD(words, ING_V_SINK)));
}

void trace_op_name(const uint32_t words[ING_CMD_BYTES / 4], char *buf, size_t size)
{
	static const char *const parts[] = { " digits", " scales", " minima" };
	const uint32_t op = FIELD(words, ING_F_OP), sub = FIELD(words, ING_T_SUB);

	if (op == ING_OP_VEC)
		vec_name(words, buf, size);
	else if (op == ING_OP_TOPK)
		snprintf(buf, size, "%s", LOOK_UP(topk_names, sub));
	else if (op == ING_OP_PICK)
		snprintf(buf, size, "%s", LOOK_UP(pick_names, sub));
	else
		snprintf(buf, size, "%s%s", LOOK_UP(op_names, op),
			 op == ING_OP_GATHER ? LOOK_UP(parts, FIELD(words, ING_S_COLS)) : "");
}

void trace_place_name(const struct ingot_command_note *note, char *buf, size_t size)
{
	static const char suffix[] = ".weight";
	size_t len = strlen(note->tensor), cut = sizeof(suffix) - 1;

	if (len) {
		if (len > cut && !strcmp(note->tensor + len - cut, suffix))
			len -= cut;
		snprintf(buf, size, "%.*s", (int)len, note->tensor);
	} else if (note->layer >= 0) {
		snprintf(buf, size, "blk.%d.%s", note->layer, note->part);
	} else {
		snprintf(buf, size, "%s", note->part);
	}
}
