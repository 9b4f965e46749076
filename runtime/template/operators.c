// SPDX-License-Identifier: MIT
/* Arithmetic, comparison, membership, slices. */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "chars.h"
#include "render.h"

/* Whole numbers that a double holds exactly. */
#define EXACT ((int64_t)1 << 53)

static noreturn void mismatch(struct render *r, size_t at, const char *op, struct tv a, struct tv b)
{
	tpl_fail(&r->t, at, -EINVAL, "'%s' between %s and %s", op, tv_type_name(a), tv_type_name(b));
}

static noreturn void too_large(struct render *r, size_t at)
{
	tpl_unsupported(&r->t, at, "a whole number of more than 64 bits");
}

static int64_t floor_div(int64_t a, int64_t b)
{
	int64_t q = a / b;

	return q - (a % b && (a < 0) != (b < 0));
}

static int64_t power(struct render *r, size_t at, int64_t base, int64_t exponent)
{
	int64_t result = 1;

	for (; exponent > 0; exponent--) {
		render_charge(r, at, 1);
		if (__builtin_mul_overflow(result, base, &result))
			too_large(r, at);
	}
	return result;
}

static struct tv divide(struct render *r, size_t at, int64_t a, int64_t b)
{
	if (!b)
		tpl_fail(&r->t, at, -EINVAL, "division by zero");
	if (a > EXACT || a < -EXACT || b > EXACT || b < -EXACT)
		too_large(r, at);
	return tv_float((double)a / (double)b);
}

static struct tv whole_math(struct render *r, size_t at, int op, int64_t a, int64_t b)
{
	int64_t result = 0;
	bool over = false;

	if (op == '/')
		return divide(r, at, a, b);
	if ((op == OP_FLOOR || op == '%') && !b)
		tpl_fail(&r->t, at, -EINVAL, "division by zero");
	if (op == '+')
		over = __builtin_add_overflow(a, b, &result);
	else if (op == '-')
		over = __builtin_sub_overflow(a, b, &result);
	else if (op == '*')
		over = __builtin_mul_overflow(a, b, &result);
	else if (b == -1 && op != OP_POWER)
		over = op == OP_FLOOR && __builtin_sub_overflow((int64_t)0, a, &result);
	else if (op == OP_FLOOR)
		result = floor_div(a, b);
	else if (op == '%')
		result = a - floor_div(a, b) * b;
	else if (b < 0)
		tpl_unsupported(&r->t, at, "a negative power");
	else
		result = power(r, at, a, b);
	if (over)
		too_large(r, at);
	return tv_int(result);
}

static struct tv float_math(struct render *r, size_t at, int op, double a, double b)
{
	switch (op) {
	case '+':
		return tv_float(a + b);
	case '-':
		return tv_float(a - b);
	case '*':
		return tv_float(a * b);
	case '/':
		if (b == 0)
			tpl_fail(&r->t, at, -EINVAL, "division by zero");
		return tv_float(a / b);
	default:
		tpl_unsupported(&r->t, at, "'//', '%%' and '**' of floats");
	}
}

static struct tv repeat_string(struct render *r, struct str s, int64_t times)
{
	struct buffer text = { .data = NULL };

	for (int64_t i = 0; s.len && i < times; i++)
		buffer_put(r, &text, s);
	return tv_str((struct str){ text.data, text.len });
}

static struct tv join_lists(struct render *r, struct tv a, struct tv b)
{
	struct tv list = make_list(r, a.type);

	for (size_t i = 0; i < a.list->count; i++)
		list_add(r, list, a.list->items[i]);
	for (size_t i = 0; i < b.list->count; i++)
		list_add(r, list, b.list->items[i]);
	return list;
}

static struct tv join_strings(struct render *r, struct str a, struct str b)
{
	char *data = tpl_alloc(&r->t, a.len + b.len + 1);

	if (a.len)
		memcpy(data, a.data, a.len);
	if (b.len)
		memcpy(data + a.len, b.data, b.len);
	return tv_str((struct str){ data, a.len + b.len });
}

static const char *op_name(int op, char one[2])
{
	static const char *const names[] = {
		[OP_EQ - OP_EQ] = "==",	   [OP_NE - OP_EQ] = "!=",    [OP_LE - OP_EQ] = "<=",
		[OP_GE - OP_EQ] = ">=",	   [OP_POWER - OP_EQ] = "**", [OP_FLOOR - OP_EQ] = "//",
		[OP_IN - OP_EQ] = "in",	   [OP_NOT_IN - OP_EQ] = "not in",
	};

	if (op >= OP_EQ)
		return names[op - OP_EQ];
	one[0] = (char)op;
	one[1] = '\0';
	return one;
}

struct tv operate(struct render *r, size_t at, int op, struct tv a, struct tv b)
{
	char one[2];

	if (tv_number(a) && tv_number(b)) {
		if (a.type == TV_FLOAT || b.type == TV_FLOAT)
			return float_math(r, at, op, tv_as_float(a), tv_as_float(b));
		return whole_math(r, at, op, tv_as_int(a), tv_as_int(b));
	}
	if (op == '%' && a.type == TV_STRING)
		tpl_unsupported(&r->t, at, "'%%' of a string");
	if (op == '+' && a.type == TV_STRING && b.type == TV_STRING) {
		render_charge(r, at, (a.s.len + b.s.len) / STEP_BYTES);
		return join_strings(r, a.s, b.s);
	}
	if (op == '+' && a.type == b.type && (a.type == TV_LIST || a.type == TV_TUPLE)) {
		render_charge(r, at, a.list->count + b.list->count);
		return join_lists(r, a, b);
	}
	if (op == '*' && a.type == TV_STRING && tv_number(b) && b.type != TV_FLOAT)
		return repeat_string(r, a.s, tv_as_int(b));
	if (op == '*' && b.type == TV_STRING && tv_number(a) && a.type != TV_FLOAT)
		return repeat_string(r, b.s, tv_as_int(a));
	if (op == '*' && (a.type == TV_LIST || b.type == TV_LIST))
		tpl_unsupported(&r->t, at, "a list times a number");
	mismatch(r, at, op_name(op, one), a, b);
}

static bool same(struct render *r, size_t at, struct tv a, struct tv b)
{
	size_t before = r->steps;
	bool equal = tv_equal(a, b, &r->steps);

	if (!r->steps)
		r->steps = before ? 1 : 0;
	render_charge(r, at, 1);
	return equal;
}

size_t find(struct render *r, size_t at, struct str in, struct str what)
{
	const char *found;

	render_charge(r, at, in.len / STEP_BYTES);
	if (!what.len)
		return 0;
	found = in.len ? memmem(in.data, in.len, what.data, what.len) : NULL;
	return found ? (size_t)(found - in.data) : in.len + 1;
}

static bool contains(struct render *r, size_t at, struct tv what, struct tv in)
{
	const struct tv_list *items;

	if (in.type == TV_STRING) {
		if (what.type != TV_STRING)
			mismatch(r, at, "in", what, in);
		return find(r, at, in.s, what.s) <= in.s.len;
	}
	items = walk(r, at, in);
	for (size_t i = 0; i < items->count; i++)
		if (same(r, at, items->items[i], what))
			return true;
	return false;
}

static int order_strings(struct str a, struct str b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.data, b.data, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool ordered(struct render *r, size_t at, int op, struct tv a, struct tv b)
{
	char one[2];
	int order;

	if (tv_number(a) && tv_number(b)) {
		double x = tv_as_float(a), y = tv_as_float(b);

		if (a.type != TV_FLOAT && b.type != TV_FLOAT)
			order = (tv_as_int(a) > tv_as_int(b)) - (tv_as_int(a) < tv_as_int(b));
		else if (isnan(x) || isnan(y))
			return false;
		else
			order = (x > y) - (x < y);
	} else if (a.type == TV_STRING && b.type == TV_STRING) {
		render_charge(r, at, (a.s.len < b.s.len ? a.s.len : b.s.len) / STEP_BYTES);
		order = order_strings(a.s, b.s);
	} else if (a.type == b.type && (a.type == TV_LIST || a.type == TV_TUPLE)) {
		tpl_unsupported(&r->t, at, "the order of lists");
	} else {
		mismatch(r, at, op_name(op, one), a, b);
	}
	return op == '<' ? order < 0 : op == '>' ? order > 0 : op == OP_LE ? order <= 0 : order >= 0;
}

bool compare(struct render *r, size_t at, int op, struct tv a, struct tv b)
{
	switch (op) {
	case OP_EQ:
		return same(r, at, a, b);
	case OP_NE:
		return !same(r, at, a, b);
	case OP_IN:
		return contains(r, at, a, b);
	case OP_NOT_IN:
		return !contains(r, at, a, b);
	default:
		return ordered(r, at, op, a, b);
	}
}

/* A bound of a slice, brought into [least, most] as Python does. */
static int64_t bound(struct render *r, size_t at, struct tv v, int64_t missing, int64_t count,
		     int64_t least, int64_t most)
{
	int64_t i;

	if (v.type == TV_NONE)
		return missing;
	if (v.type != TV_INT && v.type != TV_BOOL)
		tpl_fail(&r->t, at, -EINVAL, "a slice to or from %s", tv_type_name(v));
	i = tv_as_int(v);
	if (i < 0)
		i = i < -count ? least : i + count;
	return i < least ? least : i > most ? most : i;
}

static struct tv slice_string(struct render *r, size_t at, struct str s, int64_t start, int64_t stop)
{
	size_t from = 0, to;

	render_charge(r, at, s.len / STEP_BYTES);
	for (int64_t i = 0; i < start; i++)
		from += utf8_len(s.data[from]);
	to = from;
	for (int64_t i = start; i < stop; i++)
		to += utf8_len(s.data[to]);
	return tv_str((struct str){ s.data + from, to - from });
}

struct tv slice(struct render *r, size_t at, struct tv object, const struct tv part[3])
{
	int64_t step = bound(r, at, part[2], 1, 0, INT64_MIN, INT64_MAX), count, start, stop;
	struct tv list;

	if (object.type != TV_STRING && object.type != TV_LIST && object.type != TV_TUPLE)
		tpl_fail(&r->t, at, -EINVAL, "a slice of %s", tv_type_name(object));
	if (part[2].type != TV_NONE && !(step = tv_as_int(part[2])))
		tpl_fail(&r->t, at, -EINVAL, "a slice with step 0");
	count = object.type == TV_STRING ? (int64_t)utf8_count(object.s) : (int64_t)object.list->count;
	if (step > 0) {
		start = bound(r, at, part[0], 0, count, 0, count);
		stop = bound(r, at, part[1], count, count, 0, count);
	} else {
		start = bound(r, at, part[0], count - 1, count, -1, count - 1);
		stop = bound(r, at, part[1], -1, count, -1, count - 1);
	}
	if (object.type == TV_STRING && step == 1)
		return slice_string(r, at, object.s, start, stop < start ? start : stop);
	if (object.type == TV_STRING)
		tpl_unsupported(&r->t, at, "a slice of a string with a step");
	list = make_list(r, object.type);
	for (int64_t i = start; step > 0 ? i < stop : i > stop;) {
		list_add(r, list, object.list->items[i]);
		render_charge(r, at, 1);
		if (__builtin_add_overflow(i, step, &i))
			break;
	}
	return list;
}
