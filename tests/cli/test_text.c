// SPDX-License-Identifier: MIT
/* Text that streams in pieces, escape sequences, JSON strings: the parts that a real model rarely exercises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/cmd/json.h"
#include "runtime/cmd/text.h"

/* What a stream has printed, while it is still open. */
struct sink {
	FILE *file;
	char *text;
	size_t len;
};

static void open_sink(struct sink *s)
{
	s->file = open_memstream(&s->text, &s->len);
	assert_non_null(s->file);
}

static void close_sink(struct sink *s)
{
	fclose(s->file);
	free(s->text);
}

static size_t whole_prefix(const char *text, size_t len)
{
	size_t at = 0, step;

	while (at < len && (step = utf8_sequence(text + at, len - at)))
		at += step;
	return at;
}

/* Byte by byte, all that is whole is out, and nothing that is not. */
static void test_whole_sequences(void **state)
{
	static const char text[] = "aé日🦙\xf4\x8f\xbf\xbfz";
	struct sink s;

	(void)state;
	open_sink(&s);
	struct text_stream stream = { .out = s.file };

	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		text_stream_put(&stream, text + i, 1);
		assert_int_equal(s.len, whole_prefix(text, i + 1));
	}
	text_stream_end(&stream);
	assert_memory_equal(s.text, text, sizeof(text) - 1);
	close_sink(&s);
}

/* What is no UTF-8 comes out as it went in, however it is cut. */
static void test_any_bytes(void **state)
{
	static const char bytes[] = { 'h', 'a', '\xc3', '\xa9', '\xe2', '\x82', '\xf0', '\x9f', '\xa6',
				      '\xc0', '\xaf', '\xed', '\xa0', '\x80', '\xff', 'x', '\xe6' };

	(void)state;
	srand(1);
	for (int round = 0; round < 2000; round++) {
		struct sink s;
		char text[40];
		size_t len = (size_t)rand() % sizeof(text), cut = len ? (size_t)rand() % len : 0;

		open_sink(&s);
		struct text_stream stream = { .out = s.file };

		for (size_t i = 0; i < len; i++)
			text[i] = bytes[(size_t)rand() % sizeof(bytes)];
		text_stream_put(&stream, text, cut);
		text_stream_put(&stream, text + cut, len - cut);
		assert_true(len - s.len <= 3);
		text_stream_end(&stream);
		assert_int_equal(s.len, len);
		assert_memory_equal(s.text, text, len);
		close_sink(&s);
	}
}

static void test_utf8_sequence(void **state)
{
	(void)state;
	assert_int_equal(utf8_sequence("a", 1), 1);
	assert_int_equal(utf8_sequence("\xf0\x9f\xa6\x99", 4), 4);
	assert_int_equal(utf8_sequence("\xf0\x9f\xa6", 3), 0);
	assert_int_equal(utf8_sequence("\xc0\xaf", 2), 0);		/* overlong */
	assert_int_equal(utf8_sequence("\xed\xa0\x80", 3), 0);		/* surrogate */
	assert_int_equal(utf8_sequence("\xf4\x90\x80\x80", 4), 0);	/* past U+10FFFF */
	assert_int_equal(utf8_sequence("\x80", 1), 0);
}

static void test_unescape(void **state)
{
	static const char *const cases[][2] = {
		{ "a\\nb\\tc\\\\", "a\nb\tc\\" }, { "\\'\\\"\\r", "'\"\r" },   { "\\x41\\x7a\\xC3\\xa9", "Azé" },
		{ "\\q\\x4", "\\q\\x4" },	 { "at the end\\", "at the end\\" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[64];
		size_t len = text_unescape(strcpy(text, cases[i][0]), strlen(cases[i][0]));

		assert_string_equal(text, cases[i][1]);
		assert_int_equal(len, strlen(cases[i][1]));
	}
}

static void test_json(void **state)
{
	struct sink s;

	(void)state;
	open_sink(&s);
	struct json j = { .out = s.file };

	json_open(&j, NULL, '{');
	json_string(&j, "a\"b", "tab\t quote\" back\\ bell\a bad\xff é");
	json_open(&j, "empty", '[');
	json_close(&j, ']');
	json_real(&j, "nan", 0.0 / 0.0);
	json_uint(&j, "most", UINT64_MAX);
	json_close(&j, '}');
	fflush(s.file);
	assert_string_equal(s.text, "{\n  \"a\\\"b\": \"tab\\t quote\\\" back\\\\ bell\\u0007 bad\\ufffd é\",\n"
				    "  \"empty\": [],\n  \"nan\": null,\n"
				    "  \"most\": 18446744073709551615\n}\n");
	close_sink(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_sequences), cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_utf8_sequence),	cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
