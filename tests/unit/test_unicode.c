// SPDX-License-Identifier: MIT
/* UTF-8 and character classes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/model/unicode.h"

static void test_classes(void **state)
{
	(void)state;
	for (const char *c = "aZ"; *c; c++)
		assert_int_equal(unicode_class(*c), UNICODE_LETTER);
	for (const char *c = "09"; *c; c++)
		assert_int_equal(unicode_class(*c), UNICODE_NUMBER);
	for (const char *c = " \t\n\v\f\r"; *c; c++)
		assert_int_equal(unicode_class(*c), UNICODE_SPACE);
	for (const char *c = "@[`{_'/\\-\177\1"; *c; c++)
		assert_int_equal(unicode_class(*c), UNICODE_OTHER);
	assert_int_equal(unicode_class(0xe4), UNICODE_LETTER);	  /* a with diaeresis */
	assert_int_equal(unicode_class(0x6f4), UNICODE_NUMBER);	  /* an Arabic digit */
	assert_int_equal(unicode_class(0xbd), UNICODE_NUMBER);	  /* one half */
	assert_int_equal(unicode_class(0x3000), UNICODE_SPACE);	  /* ideographic space */
	assert_int_equal(unicode_class(0x85), UNICODE_SPACE);	  /* next line */
	assert_int_equal(unicode_class(0x200b), UNICODE_OTHER);	  /* zero width space */
	assert_int_equal(unicode_class(0x94d), UNICODE_OTHER);	  /* a Devanagari mark */
	assert_int_equal(unicode_class(0x1f600), UNICODE_OTHER);  /* a smiley */
	assert_int_equal(unicode_class(0x2ebf0), UNICODE_LETTER); /* new in Unicode 15.1 */
	assert_int_equal(unicode_class(0x105c0), UNICODE_OTHER);  /* new in Unicode 16 */
	assert_int_equal(unicode_class(0x10ffff), UNICODE_OTHER);
	assert_int_equal(unicode_class(UINT32_MAX), UNICODE_OTHER);
}

static void test_utf8_round_trip(void **state)
{
	char text[UTF8_MAX];
	uint32_t back;

	(void)state;
	for (uint32_t c = 0; c < 0x110000; c++) {
		size_t len = utf8_encode(c, text);

		assert_int_equal(utf8_decode(text, len, &back), len);
		assert_int_equal(back, c);
	}
}

static void test_utf8_invalid(void **state)
{
	/* stray continuation, overlong forms, too large, cut off, not UTF-8 at all */
	static const char *const texts[] = {
		"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xf0\x9f\x98", "\xc3" "a",
		"\xff",
	};
	uint32_t c;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		c = 0;
		assert_int_equal(utf8_decode(texts[i], strlen(texts[i]), &c), 1);
		assert_int_equal(c, UNICODE_REPLACEMENT);
	}
}

/* Pushes a text in pieces of a size and checks what comes out, all in all. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_utf8_round_trip),
		cmocka_unit_test(test_utf8_invalid),
	};

	return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
