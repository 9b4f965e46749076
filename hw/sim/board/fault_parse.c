// SPDX-License-Identifier: MIT
/*
 * The language of fault scripts:
 *
 *   line    = [trigger] fault [argument ...] ["#" comment]
 *   trigger = ("after" | "every") NUMBER ("jobs" | "copies" | "doorbells" | "irqs" | "resets")
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "ingot/isa.h"
#include "ingot/regs.h"

#define WORDS_MAX 8
/* Largest count or address that makes sense. */
#define HUGE_NUMBER (1ll << 40)

/* ---- words that stand for numbers ---- */

struct name {
	const char *name;
	int64_t value;
};

static const struct name events[] = {
	{ "jobs", FAULT_ON_JOB }, { "copies", FAULT_ON_COPY }, { "doorbells", FAULT_ON_DOORBELL },
	{ "irqs", FAULT_ON_IRQ }, { "resets", FAULT_ON_RESET }, { NULL, 0 },
};

static const struct name directions[] = {
	{ "read", FAULT_DMA_READ }, { "write", FAULT_DMA_WRITE },
	{ "any", FAULT_DMA_READ | FAULT_DMA_WRITE },
	{ "data-read", FAULT_DMA_READ | FAULT_DMA_DATA },
	{ "data-write", FAULT_DMA_WRITE | FAULT_DMA_DATA }, { NULL, 0 },
};

static const struct name queues[] = {
	{ "jobs", 1 << ING_QUEUE_JOB }, { "copies", 1 << ING_QUEUE_COPY }, { NULL, 0 },
};

static const struct name opcodes[] = {
	{ "SCALAR", ING_OP_SCALAR }, { "LOOP", ING_OP_LOOP }, { "BREAK", ING_OP_BREAK },
	{ "EMIT", ING_OP_EMIT }, { "BARRIER", ING_OP_BARRIER }, { "MATMUL", ING_OP_MATMUL },
	{ "LOAD", ING_OP_LOAD }, { "GATHER", ING_OP_GATHER }, { "VEC", ING_OP_VEC },
	{ "TOPK", ING_OP_TOPK }, { "PICK", ING_OP_PICK }, { NULL, 0 },
};

static const struct name no_sensor[] = { { "none", (int32_t)ING_BOARD_NO_TEMP }, { NULL, 0 } };
static const struct name config[] = { { "config", 1 }, { NULL, 0 } };
static const struct name flr[] = { { "flr", 1 }, { NULL, 0 } };

/* ---- faults ---- */

/**
 * struct arg - an argument of a fault
 * @what: for messages; NULL: there is none
 * @min: least number
 * @max: greatest; below @min: only @names are taken
 * @names: words for numbers, or NULL
 * @fallback: value if it is left out; taken only if @optional
 * @optional: may be left out
 */
struct arg {
	const char *what;
	int64_t min, max;
	const struct name *names;
	int64_t fallback;
	bool optional;
};

static const struct form {
	const char *name;
	enum fault_kind kind;
	struct arg args[2];
} forms[] = {
	{ "lose-irq", FAULT_LOSE_IRQ, { { "count", 1, HUGE_NUMBER, NULL, 1, true } } },
	{ "spurious-irq", FAULT_SPURIOUS_IRQ, { { "vector", 0, ING_QUEUES - 1, NULL, 0, false } } },
	{ "stuck-job", FAULT_STUCK_JOB, { { 0 } } },
	{ "slow-dma", FAULT_SLOW_DMA, { { "milliseconds", 0, 60000, NULL, 0, false } } },
	{ "fail-dma", FAULT_FAIL_DMA, { { "direction", 1, 0, directions, 0, false },
					{ "count", 1, HUGE_NUMBER, NULL, 1, true } } },
	{ "wrong-tag", FAULT_WRONG_TAG, { { "count", 1, HUGE_NUMBER, NULL, 1, true },
					  { "queue", 1, 0, queues, 3, true } } },
	{ "flip-bit", FAULT_FLIP_BIT, { { "address", 0, HUGE_NUMBER, NULL, 0, false },
					{ "bit", 0, 7, NULL, 0, false } } },
	{ "addr-line", FAULT_ADDR_LINE, { { "address line", 6, 39, NULL, 0, false } } },
	{ "data-line", FAULT_DATA_LINE, { { "data line", 0, FAULT_DATA_LINES - 1, NULL, 0, false },
					  { "level", 0, 1, NULL, 0, true } } },
	{ "bad-op", FAULT_BAD_OP, { { "opcode", 0, 255, opcodes, 0, false } } },
	{ "wide-slots", FAULT_WIDE_SLOTS, { { "number of units", 0, 65536, NULL, 4, true } } },
	{ "all-ones", FAULT_ALL_ONES, { { "word", 1, 0, config, 0, true } } },
	{ "reset-hangs", FAULT_RESET_HANGS, { { "word", 1, 0, flr, 0, true } } },
	{ "temperature", FAULT_TEMPERATURE,
	  { { "temperature", -273150, 1000000, no_sensor, 0, false } } },
	{ "stats", FAULT_STATS, { { 0 } } },
	{ "clear", FAULT_CLEAR, { { 0 } } },
};

static bool read_number(const char *word, int64_t min, int64_t max, int64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoll(word, &end, 0);
	return end != word && !*end && !errno && *value >= min && *value <= max;
}

static bool read_name(const char *word, const struct name *names, int64_t *value)
{
	for (; names && names->name; names++) {
		if (strcasecmp(names->name, word))
			continue;
		*value = names->value;
		return true;
	}
	return false;
}

static int read_arg(const struct form *form, const struct arg *arg, const char *word,
		    int64_t *value, struct ingot_error *err)
{
	*value = arg->fallback;
	if (!word && !arg->what)
		return 0;
	if (!word)
		return arg->optional ? 0 :
				       ingot_error_set(err, -EINVAL, "%s: the %s is missing",
						       form->name, arg->what);
	if (!arg->what)
		return ingot_error_set(err, -EINVAL, "%s: '%s' is too much", form->name, word);
	if (read_name(word, arg->names, value))
		return 0;
	if (arg->min <= arg->max && read_number(word, arg->min, arg->max, value))
		return 0;
	if (arg->min <= arg->max)
		return ingot_error_set(err, -EINVAL, "%s: %s '%s': use %lld to %lld%s", form->name,
				       arg->what, word, (long long)arg->min, (long long)arg->max,
				       arg->names ? ", or a name of the manual" : "");
	return ingot_error_set(err, -EINVAL, "%s: %s '%s' is unknown: see ingot-sim(1)", form->name,
			       arg->what, word);
}

static const struct form *find_form(const char *name)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!strcmp(forms[i].name, name))
			return &forms[i];
	return NULL;
}

/* Reads a trigger at @words, if there is one; returns how many words it is, or -EINVAL */
static int read_trigger(char *const *words, struct fault *fault, struct ingot_error *err)
{
	int64_t count, event;

	fault->event = FAULT_NOW;
	fault->again = !strcmp(words[0], "every");
	if (!fault->again && strcmp(words[0], "after"))
		return 0;
	if (!words[1] || !words[2] || !read_number(words[1], 1, HUGE_NUMBER, &count) ||
	    !read_name(words[2], events, &event))
		return ingot_error_set(err, -EINVAL,
				       "'%s': a number and jobs, copies, doorbells, irqs or resets must follow",
				       words[0]);
	fault->event = (enum fault_event)event;
	fault->count = (uint64_t)count;
	return 3;
}

static int read_fault(char *const *words, struct fault *fault, struct ingot_error *err)
{
	const struct form *form;
	int skip = read_trigger(words, fault, err), ret = 0;

	if (skip < 0)
		return skip;
	words += skip;
	form = words[0] ? find_form(words[0]) : NULL;
	if (!form)
		return ingot_error_set(err, -EINVAL, "fault '%s' is unknown: see ingot-sim(1)",
				       words[0] ? words[0] : "");
	fault->kind = form->kind;
	words++;
	for (int i = 0; i < 2 && !ret; i++) {
		ret = read_arg(form, &form->args[i], *words, &fault->args[i], err);
		words += !!*words;
	}
	if (!ret && *words)
		return ingot_error_set(err, -EINVAL, "%s: '%s' is too much", form->name, *words);
	return ret;
}

int fault_parse(const char *line, struct fault *fault, struct ingot_error *err)
{
	char text[256], *words[WORDS_MAX + 1] = { NULL }, *rest = text;
	size_t len = strcspn(line, "#\n");
	int n = 0, ret;

	if (len >= sizeof(text))
		return ingot_error_set(err, -EINVAL, "a line of %zu bytes: at most %zu", len,
				       sizeof(text) - 1);
	memcpy(text, line, len);
	text[len] = '\0';
	while (n < WORDS_MAX && (words[n] = strtok_r(rest, " \t\r", &rest)))
		n++;
	if (!n)
		return 0;
	memset(fault, 0, sizeof(*fault));
	ret = read_fault(words, fault, err);
	return ret ? ret : 1;
}
