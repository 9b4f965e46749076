// SPDX-License-Identifier: MIT
/* The GGUF reader and the file system: paths, large files, files that change while they are read. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gguf_builder.h"
#include "runtime/model/gguf.h"

static struct gguf_builder small_file(void)
{
	static const char *const words[] = { "one", "", "three" };
	struct gguf_builder b = { 0 };

	gb_header(&b, 2, 1);
	gb_kv_strings(&b, "words", words, 3);
	gb_tensor(&b, "weights", GGML_Q4_1, 64, 3, 0);
	gb_tensor(&b, "a.first", GGML_F16, 4, 2, 160);
	gb_data(&b, 32, 176);
	return b;
}

static void test_paths(void **state)
{
	char path[600];
	struct ingot_error err;

	(void)state;
	assert_null(gguf_open("/nonexistent/model.gguf", &err));
	assert_int_equal(err.code, -ENOENT);
	assert_string_equal(err.text, "/nonexistent/model.gguf: cannot open the model file: "
				      "No such file or directory; check the path");
	assert_null(gguf_open("/", &err));
	assert_non_null(strstr(err.text, "/: not a regular file"));
	assert_null(gguf_open("/dev/null", &err));
	assert_non_null(strstr(err.text, "/dev/null: not a regular file"));
	memset(path, 'x', sizeof(path));
	memcpy(path, "/dir/", 5);
	strcpy(path + sizeof(path) - 12, "/model.gguf");
	assert_null(gguf_open(path, &err));
	assert_int_equal(strncmp(err.text, "...xxx", 6), 0);
	assert_non_null(strstr(err.text, "/model.gguf: cannot open"));
}

static void write_file(const char *path, const struct gguf_builder *b)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(b->data, 1, b->len, f), b->len);
	assert_int_equal(fclose(f), 0);
}

static void test_file(void **state)
{
	char path[] = "/tmp/test_gguf_XXXXXX";
	struct gguf_builder b = small_file();
	struct ingot_error err;
	struct gguf *gguf;
	uint8_t byte;

	(void)state;
	close(mkstemp(path));
	assert_null(gguf_open(path, &err));
	assert_non_null(strstr(err.text, "the file is empty"));
	write_file(path, &b);
	gguf = gguf_open(path, &err);
	unlink(path);
	assert_non_null(gguf);
	assert_int_equal(gguf_read_tensor(gguf, gguf_find_tensor(gguf, "weights"), 5, &byte, 1, &err), 0);
	assert_int_equal(byte, 5);
	assert_int_equal(gguf_finish(gguf, &err), 0);
	assert_non_null(gguf_find_kv(gguf, "words"));
	gguf_close(gguf);
	free(b.data);
}

/* More metadata than is read at first: an array of 10 MB, then a key and a tensor. */
static void test_much_metadata(void **state)
{
	const uint64_t count = 10 << 20;
	char path[] = "/tmp/test_gguf_XXXXXX";
	struct gguf_builder b = { 0 };
	struct ingot_error err;
	struct gguf_array array;
	struct gguf *gguf;
	uint8_t *zeros = calloc(1, count);

	(void)state;
	gb_header(&b, 1, 2);
	gb_key(&b, "many", GGUF_ARRAY);
	gb_u32(&b, GGUF_INT8);
	gb_u64(&b, count);
	gb_bytes(&b, zeros, count);
	gb_kv_str(&b, "last", "word");
	gb_tensor(&b, "t", GGML_F32, 8, 1, 0);
	gb_data(&b, 32, 32);
	close(mkstemp(path));
	write_file(path, &b);
	gguf = gguf_open(path, &err);
	assert_non_null(gguf);
	assert_int_equal(gguf_get_ints(gguf, "many", &array, NULL), 0);
	assert_int_equal(array.count, count);
	assert_int_equal(gguf_array_int(&array, count - 1), 0);
	assert_non_null(gguf_find_kv(gguf, "last"));
	gguf_close(gguf);
	assert_int_equal(truncate(path, b.len - 40), 0);
	assert_null(gguf_open(path, &err));
	assert_non_null(strstr(err.text, "cut short"));
	unlink(path);
	free(zeros);
	free(b.data);
}

/* Somebody writes to the file while it is loaded: an error, never a signal. */
static void test_file_changes(void **state)
{
	char path[] = "/tmp/test_gguf_XXXXXX";
	struct gguf_builder b = small_file();
	const struct timespec later[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	const struct gguf_tensor *t;
	struct ingot_error err;
	struct gguf *gguf;
	uint8_t bytes[16];

	(void)state;
	close(mkstemp(path));
	write_file(path, &b);
	gguf = gguf_open(path, &err);
	t = gguf_find_tensor(gguf, "a.first");
	assert_int_equal(truncate(path, b.len - 4), 0);
	assert_int_equal(gguf_read_tensor(gguf, t, 0, bytes, 12, &err), 0);
	assert_int_equal(gguf_read_tensor(gguf, t, 0, bytes, 16, &err), -EIO);
	assert_non_null(strstr(err.text, ": the file ends at byte "));
	assert_int_equal(gguf_finish(gguf, &err), -ESTALE);
	assert_non_null(strstr(err.text, ": the file was written to while it was loaded"));
	gguf_close(gguf);
	write_file(path, &b);
	gguf = gguf_open(path, &err);
	assert_int_equal(utimensat(AT_FDCWD, path, later, 0), 0);
	assert_int_equal(gguf_finish(gguf, &err), -ESTALE);
	assert_int_equal(gguf_finish(gguf, &err), 0);
	gguf_close(gguf);
	unlink(path);
	free(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_much_metadata),
		cmocka_unit_test(test_file_changes),
	};

	return cmocka_run_group_tests_name("gguf files", tests, NULL, NULL);
}
