// SPDX-License-Identifier: MIT
/* Hostile templates: they end, within their limits, with one line that says where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/template/arena.h"
#include "runtime/template/template.h"

/* Parses and renders with a dict {"word": "..."}; returns 0 or the error's code. */
static int try(const char *source, size_t len, char **out, struct ingot_error *err)
{
	struct arena arena = { .limit = 1 << 20 };
	struct tv vars = tv_dict_new(&arena, TV_DICT);
	struct template *t;
	size_t out_len;
	int ret;

	*err = (struct ingot_error){ 0 };
	tv_dict_set(&arena, vars.dict, tv_str(STR("word")), tv_str(STR("0123456789abcdef")));
	t = template_parse("hostile", source, len, err);
	ret = t ? template_render(t, vars, 0, &TEMPLATE_LIMITS, out, &out_len, err) : err->code;
	template_free(t);
	arena_free(&arena);
	if (ret)
		assert_int_equal(strncmp(err->text, "hostile: ", 9), 0);
	return ret;
}

static void ends_with(const char *source, int code, const char *text)
{
	struct ingot_error err;
	char *out = NULL;

	assert_int_equal(try(source, strlen(source), &out, &err), code);
	if (!strstr(err.text, text))
		fail_msg("%s: %s", source, err.text);
}

#define FOREVER "{% for a in range(100000) %}{% for b in range(100000) %}"
#define END_FOREVER "{% endfor %}{% endfor %}"
#define DOUBLE "{% set x = x + x %}"
#define DOUBLE8 DOUBLE DOUBLE DOUBLE DOUBLE DOUBLE DOUBLE DOUBLE DOUBLE
#define NEST "{% set x = [x, x, x, x] %}"
#define NEST8 NEST NEST NEST NEST NEST NEST NEST NEST

static void test_work(void **state)
{
	(void)state;
	ends_with(FOREVER END_FOREVER, -E2BIG, "");
	ends_with("{% for a in range(100000) %}{% if range(1000)|sum %}{% endif %}{% endfor %}", -E2BIG,
		  "line 1, column");
	ends_with("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", -E2BIG, "levels deep");
	ends_with("{% set x = word %}" DOUBLE8 DOUBLE8 FOREVER "{% if 'zz' in x %}{% endif %}" END_FOREVER,
		  -E2BIG, "works on and on");
	ends_with("{% set x = [1] %}" NEST8 NEST8 "{% set y = x %}{% set x = [1] %}" NEST8 NEST8
		  "{{ x == y }}", -E2BIG, "works on and on");
	ends_with("{{ 2 ** 62 * 4 }}", -ENOTSUP, "64 bits");
	ends_with("{{ 1 ** 9223372036854775807 }}", -E2BIG, "works on and on");
	ends_with("{{ range(9999999999)|list }}", -E2BIG, "range");
}

static void test_memory(void **state)
{
	(void)state;
	ends_with("{% set x = word %}" DOUBLE8 DOUBLE8 DOUBLE8 DOUBLE8 "{{ x }}", -E2BIG, "memory");
	ends_with("{{ word * 9223372036854775807 }}", -E2BIG, "");
	ends_with("{% set x = word %}" DOUBLE8 DOUBLE8 "{{ x.replace('0', x) }}", -E2BIG, "");
	ends_with("{% set x = [1] %}" NEST8 NEST8 "{{ x }}", -E2BIG, "");
	ends_with("{% set x = [1] %}" NEST8 NEST8 "{{ x|tojson }}", -E2BIG, "");
}

static void test_nesting(void **state)
{
	static const struct { const char *open, *middle, *close; } kinds[] = {
		{ "{{ ", "(", "" },	  { "{{ ", "[", "" },  { "{{ ", "-", "1 }}" },
		{ "{{ ", "not ", "1 }}" }, { "{{ a", ".a", " }}" }, { "{{ 1", " + 1", " }}" },
		{ "{{ 1", "|string", " }}" }, { "", "{% if 1 %}", "" },
		{ "{{ 1", " if 1", " }}" }, { "{{ ", "1 if 1 else ", "1 }}" },
		{ "{% if 1 %}", "{% elif 1 %}", "{% endif %}" }, { "{{ ", "{1:", "" },
	};
	struct ingot_error err;
	char *out = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char text[1 << 16];
		size_t len = (size_t)snprintf(text, sizeof(text), "%s", kinds[i].open);

		while (len < sizeof(text) - 64)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", kinds[i].middle);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", kinds[i].close);
		assert_int_equal(try(text, len, &out, &err), -E2BIG);
	}
}

static void test_not_supported(void **state)
{
	(void)state;
	ends_with("abc\n {{ 1|groupby('a') }}", -ENOTSUP,
		  "hostile: chat template, line 2, column 7: this template is not supported: the filter 'groupby'");
	ends_with("{% include 'x' %}", -ENOTSUP, "line 1, column 4: this template is not supported: the tag 'include'");
	ends_with("é{{ word.zfill(3) }}", -ENOTSUP, "column 15: this template is not supported: the method 'zfill'");
	ends_with("{{ word is sooner }}", -ENOTSUP, "the test 'sooner'");
	ends_with("{{ 'é'|upper }}", -ENOTSUP, "beyond ASCII");
	ends_with("{{ ().__class__ }}", -ENOTSUP, "'__class__'");
	ends_with("{{ cycler(1) }}", -ENOTSUP, "'cycler'");
	ends_with("{{ word|map('string') }}", -ENOTSUP, "printing an iterator");
}

static void test_mistakes(void **state)
{
	(void)state;
	ends_with("{{ 1", -EINVAL, "no end");
	ends_with("{% if 1 %}", -EINVAL, "the end of the template instead of elif");
	ends_with("{% endif %}", -EINVAL, "'endif' without a beginning");
	ends_with("{{ a.b.c }}", -EINVAL, "'a' is undefined");
	ends_with("{{ 'a' + 1 }}", -EINVAL, "'+' between a string and a whole number");
	ends_with("{{ raise_exception('no\ngood') }}", -EINVAL, "refuses this conversation: no?good");
	ends_with("\xff", -EINVAL, "not UTF-8");
	ends_with("{# ", -EINVAL, "no end");
	ends_with("{% raw %}", -EINVAL, "endraw");
	ends_with("{{ 'a", -EINVAL, "this string has no end");
	ends_with("{{ (1] }}", -EINVAL, "unexpected ']'");
	ends_with("{% break %}", -EINVAL, "not in a loop");
	ends_with("{{ 1 // 0 }}", -EINVAL, "division by zero");
	ends_with("{{ 1 }", -EINVAL, "");
	ends_with("{{", -EINVAL, "");
	ends_with("{%", -EINVAL, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work),	      cmocka_unit_test(test_memory),
		cmocka_unit_test(test_nesting),	      cmocka_unit_test(test_not_supported),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
