// SPDX-License-Identifier: MIT
/* Tests: what stands behind "is". */
#include <errno.h>

#include "chars.h"
#include "render.h"

static struct tv defined(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type != TV_UNDEFINED);
}

static struct tv undefined(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_UNDEFINED);
}

static struct tv none(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_NONE);
}

static struct tv string(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_STRING);
}

static struct tv mapping(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_DICT);
}

static struct tv number(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(tv_number(c->self));
}

static struct tv integer(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_INT);
}

static struct tv is_float(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_FLOAT);
}

static struct tv boolean(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_BOOL);
}

static struct tv is_true(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_BOOL && c->self.b);
}

static struct tv is_false(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_BOOL && !c->self.b);
}

/* Python finds a length and items even in what is undefined. */
static struct tv iterable(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(tv_is_sequence(c->self) || c->self.type == TV_STRING ||
		       c->self.type == TV_DICT || c->self.type == TV_UNDEFINED ||
		       c->self.type == TV_LOOP);
}

static struct tv sequence(struct render *r, struct call *c)
{
	if (c->self.type == TV_VIEW)
		tpl_unsupported(&r->t, c->at, "'sequence' of a view");
	return tv_bool(c->self.type == TV_LIST || c->self.type == TV_TUPLE ||
		       c->self.type == TV_STRING || c->self.type == TV_DICT ||
		       c->self.type == TV_UNDEFINED);
}

static struct tv callable(struct render *r, struct call *c)
{
	(void)r;
	return tv_bool(c->self.type == TV_MACRO || c->self.type == TV_BUILTIN ||
		       c->self.type == TV_METHOD || c->self.type == TV_UNDEFINED);
}

static struct tv odd(struct render *r, struct call *c)
{
	return tv_bool(call_int(r, c, c->self) & 1);
}

static struct tv even(struct render *r, struct call *c)
{
	return tv_bool(!(call_int(r, c, c->self) & 1));
}

static struct tv divisibleby(struct render *r, struct call *c)
{
	int64_t by = call_int(r, c, c->args[0]);

	if (!by)
		tpl_fail(&r->t, c->at, -EINVAL, "division by zero");
	return tv_bool(by == -1 || !(call_int(r, c, c->self) % by));
}

static struct tv equal(struct render *r, struct call *c)
{
	return tv_bool(compare(r, c->at, OP_EQ, c->self, c->args[0]));
}

static struct tv unequal(struct render *r, struct call *c)
{
	return tv_bool(compare(r, c->at, OP_NE, c->self, c->args[0]));
}

static struct tv less(struct render *r, struct call *c)
{
	return tv_bool(compare(r, c->at, '<', c->self, c->args[0]));
}

static struct tv at_most(struct render *r, struct call *c)
{
	return tv_bool(compare(r, c->at, OP_LE, c->self, c->args[0]));
}

static struct tv greater(struct render *r, struct call *c)
{
	return tv_bool(compare(r, c->at, '>', c->self, c->args[0]));
}

static struct tv at_least(struct render *r, struct call *c)
{
	return tv_bool(compare(r, c->at, OP_GE, c->self, c->args[0]));
}

static struct tv in(struct render *r, struct call *c)
{
	return tv_bool(compare(r, c->at, OP_IN, c->self, c->args[0]));
}

/* Of the values that Python has once only; others may be the same or merely equal. */
static struct tv sameas(struct render *r, struct call *c)
{
	const struct tv a = c->self, b = c->args[0];

	if (a.type != b.type)
		return tv_bool(false);
	if (a.type == TV_NONE)
		return tv_bool(true);
	if (a.type != TV_BOOL)
		tpl_unsupported(&r->t, c->at, "'sameas' of %s", tv_type_name(a));
	return tv_bool(a.b == b.b);
}

/* All letters are of one case, and there is one. */
static struct tv all_letters(struct render *r, struct call *c, char first, char other)
{
	struct str s = to_string(r, c->at, c->self);
	bool any = false, none_other = true;

	render_charge(r, c->at, s.len / 8);
	if (!utf8_ascii(s))
		tpl_unsupported(&r->t, c->at, "'%.*s' of text beyond ASCII", STR_ARGS(c->name));
	for (size_t i = 0; i < s.len; i++) {
		any |= s.data[i] >= first && s.data[i] < first + 26;
		none_other &= !(s.data[i] >= other && s.data[i] < other + 26);
	}
	return tv_bool(any && none_other);
}

static struct tv lower(struct render *r, struct call *c)
{
	return all_letters(r, c, 'a', 'A');
}

static struct tv upper(struct render *r, struct call *c)
{
	return all_letters(r, c, 'A', 'a');
}

static struct tv filter(struct render *r, struct call *c)
{
	struct str name = call_string(r, c, c->self);

	if (!builtin_filter(name))
		tpl_unsupported(&r->t, c->at, "asking for the filter '%.*s'", STR_ARGS(name));
	return tv_bool(true);
}

#define OTHER .params = { STR("other") }, .required = 1

const struct builtin tests[] = {
	{ .name = STR("defined"), .run = defined },
	{ .name = STR("undefined"), .run = undefined },
	{ .name = STR("none"), .run = none },
	{ .name = STR("string"), .run = string },
	{ .name = STR("mapping"), .run = mapping },
	{ .name = STR("number"), .run = number },
	{ .name = STR("integer"), .run = integer },
	{ .name = STR("float"), .run = is_float },
	{ .name = STR("boolean"), .run = boolean },
	{ .name = STR("true"), .run = is_true },
	{ .name = STR("false"), .run = is_false },
	{ .name = STR("iterable"), .run = iterable },
	{ .name = STR("sequence"), .run = sequence },
	{ .name = STR("callable"), .run = callable },
	{ .name = STR("odd"), .run = odd },
	{ .name = STR("even"), .run = even },
	{ .name = STR("lower"), .run = lower },
	{ .name = STR("upper"), .run = upper },
	{ .name = STR("filter"), .run = filter },
	{ .name = STR("divisibleby"), .run = divisibleby, .params = { STR("num") }, .required = 1 },
	{ .name = STR("eq"), .run = equal, OTHER },
	{ .name = STR("equalto"), .run = equal, OTHER },
	{ .name = STR("=="), .run = equal, OTHER },
	{ .name = STR("!="), .run = unequal, OTHER },
	{ .name = STR("ne"), .run = unequal, OTHER },
	{ .name = STR("lt"), .run = less, OTHER },
	{ .name = STR("lessthan"), .run = less, OTHER },
	{ .name = STR("<"), .run = less, OTHER },
	{ .name = STR("le"), .run = at_most, OTHER },
	{ .name = STR("<="), .run = at_most, OTHER },
	{ .name = STR("gt"), .run = greater, OTHER },
	{ .name = STR("greaterthan"), .run = greater, OTHER },
	{ .name = STR(">"), .run = greater, OTHER },
	{ .name = STR("ge"), .run = at_least, OTHER },
	{ .name = STR(">="), .run = at_least, OTHER },
	{ .name = STR("in"), .run = in, .params = { STR("seq") }, .required = 1 },
	{ .name = STR("sameas"), .run = sameas, OTHER },
	{ .name = { 0 } },
};
