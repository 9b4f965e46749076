// SPDX-License-Identifier: MIT
/* The GGUF reader: true files, and each way to lie. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "gguf_builder.h"
#include "runtime/model/gguf.h"

/* One entry of each type, then arrays. */
static void good_metadata(struct gguf_builder *b)
{
	static const char *const words[] = { "one", "", "three" };
	static const int32_t ints[] = { -1, 7 };

	gb_key(b, "u8", GGUF_UINT8);
	gb_u8(b, 200);
	gb_key(b, "i8", GGUF_INT8);
	gb_u8(b, 0xff);
	gb_key(b, "u16", GGUF_UINT16);
	gb_bytes(b, "\x34\x12", 2);
	gb_key(b, "i16", GGUF_INT16);
	gb_bytes(b, "\xfe\xff", 2);
	gb_kv_u32(b, "u32", 4000000000u);
	gb_key(b, "i32", GGUF_INT32);
	gb_u32(b, 77);
	gb_key(b, "f32", GGUF_FLOAT32);
	gb_u32(b, 0x3fc00000);
	gb_kv_bool(b, "yes", 1);
	gb_kv_str(b, "name", "Grüße");
	gb_key(b, "u64", GGUF_UINT64);
	gb_u64(b, UINT64_MAX);
	gb_key(b, "i64", GGUF_INT64);
	gb_u64(b, 5);
	gb_key(b, "f64", GGUF_FLOAT64);
	gb_u64(b, 0xbff8000000000000);
	gb_kv_strings(b, "words", words, 3);
	gb_kv_ints(b, "ints", ints, 2);
}

#define GOOD_KVS 14

static struct gguf_builder good_file(uint32_t version)
{
	struct gguf_builder b = { 0 };

	gb_header(&b, 3, GOOD_KVS);
	b.data[4] = version;
	good_metadata(&b);
	gb_tensor(&b, "weights", GGML_Q4_1, 64, 3, 0);
	gb_tensor(&b, "bias", GGML_F32, 5, 1, 128);
	gb_tensor(&b, "a.first", GGML_F16, 4, 2, 160);
	gb_data(&b, 32, 176);
	return b;
}

static struct gguf *open_good(struct gguf_builder *b, uint32_t version)
{
	struct ingot_error err;
	struct gguf *gguf;

	*b = good_file(version);
	gguf = gguf_open_memory("good.gguf", b->data, b->len, &err);
	assert_non_null(gguf);
	return gguf;
}

static void test_integers(void **state)
{
	struct gguf_builder b;
	struct gguf *gguf = open_good(&b, 3);
	uint32_t u32 = 0;
	uint64_t u64 = 0;

	(void)state;
	assert_int_equal(gguf_get_u32(gguf, "u8", &u32, NULL), 0);
	assert_int_equal(u32, 200);
	assert_int_equal(gguf_get_u32(gguf, "u16", &u32, NULL), 0);
	assert_int_equal(u32, 0x1234);
	assert_int_equal(gguf_get_u32(gguf, "u32", &u32, NULL), 0);
	assert_int_equal(u32, 4000000000u);
	assert_int_equal(gguf_get_u32(gguf, "i32", &u32, NULL), 0);
	assert_int_equal(u32, 77);
	assert_int_equal(gguf_get_u32(gguf, "i64", &u32, NULL), 0);
	assert_int_equal(u32, 5);
	assert_int_equal(gguf_get_u64(gguf, "u64", &u64, NULL), 0);
	assert_true(u64 == UINT64_MAX);
	assert_int_equal(gguf_get_u64(gguf, "u32", &u64, NULL), 0);
	assert_true(u64 == 4000000000u);
	gguf_close(gguf);
	free(b.data);
}

static void test_getters_refuse(void **state)
{
	struct gguf_builder b;
	struct gguf *gguf = open_good(&b, 3);
	struct ingot_error err;
	uint32_t u32 = 1;
	uint64_t u64;
	float f32 = 1;
	bool yes = true;
	struct gguf_str str;
	struct gguf_array array;

	(void)state;
	assert_int_equal(gguf_get_u32(gguf, "no such", &u32, &err), -ENOENT);
	assert_string_equal(err.text, "good.gguf: metadata key 'no such' is missing; "
				      "convert the model again");
	assert_int_equal(gguf_get_u32(gguf, "name", &u32, &err), -EINVAL);
	assert_non_null(strstr(err.text, "'name' has type string, expected an integer"));
	assert_int_equal(gguf_get_u32(gguf, "i8", &u32, &err), -ERANGE);
	assert_non_null(strstr(err.text, "'i8' is -1, expected 0 to 4294967295"));
	assert_int_equal(gguf_get_u64(gguf, "i8", &u64, NULL), -ERANGE);
	assert_int_equal(gguf_get_u32(gguf, "u64", &u32, NULL), -ERANGE);
	assert_int_equal(gguf_get_u32(gguf, "ints", &u32, &err), -EINVAL);
	assert_non_null(strstr(err.text, "array of int32"));
	assert_int_equal(gguf_get_u32(gguf, "yes", &u32, NULL), -EINVAL);
	assert_int_equal(gguf_get_f32(gguf, "u8", &f32, NULL), -EINVAL);
	assert_int_equal(gguf_get_bool(gguf, "u8", &yes, NULL), -EINVAL);
	assert_int_equal(gguf_get_str(gguf, "u8", &str, NULL), -EINVAL);
	assert_int_equal(gguf_get_str(gguf, "words", &str, NULL), -EINVAL);
	assert_int_equal(gguf_get_strings(gguf, "ints", &array, NULL), -EINVAL);
	assert_int_equal(gguf_get_strings(gguf, "name", &array, NULL), -EINVAL);
	assert_int_equal(gguf_get_ints(gguf, "words", &array, NULL), -EINVAL);
	assert_int_equal(gguf_get_floats(gguf, "ints", &array, NULL), -EINVAL);
	assert_int_equal(u32, 1);
	gguf_close(gguf);
	free(b.data);
}

static void test_other_values(void **state)
{
	struct gguf_builder b;
	struct gguf *gguf = open_good(&b, 3);
	float f = 0;
	bool yes = false;
	struct gguf_str str;

	(void)state;
	assert_int_equal(gguf_get_f32(gguf, "f32", &f, NULL), 0);
	assert_true(f == 1.5f);
	assert_int_equal(gguf_get_f32(gguf, "f64", &f, NULL), 0);
	assert_true(f == -1.5f);
	assert_int_equal(gguf_get_bool(gguf, "yes", &yes, NULL), 0);
	assert_true(yes);
	assert_int_equal(gguf_get_str(gguf, "name", &str, NULL), 0);
	assert_int_equal(str.len, strlen("Grüße"));
	assert_memory_equal(str.data, "Grüße", str.len);
	gguf_close(gguf);
	free(b.data);
}

static void test_arrays(void **state)
{
	struct gguf_builder b;
	struct gguf *gguf = open_good(&b, 3);
	struct gguf_array array;
	struct gguf_str str;

	(void)state;
	assert_int_equal(gguf_get_strings(gguf, "words", &array, NULL), 0);
	assert_int_equal(array.count, 3);
	assert_true(gguf_next_str(&array, &str) && str.len == 3);
	assert_memory_equal(str.data, "one", 3);
	assert_true(gguf_next_str(&array, &str) && str.len == 0);
	assert_true(gguf_next_str(&array, &str) && str.len == 5);
	assert_false(gguf_next_str(&array, &str));
	assert_int_equal(gguf_get_ints(gguf, "ints", &array, NULL), 0);
	assert_int_equal(array.count, 2);
	assert_int_equal(gguf_array_int(&array, 0), -1);
	assert_int_equal(gguf_array_int(&array, 1), 7);
	gguf_close(gguf);
	free(b.data);
}

static void test_tensors(void **state)
{
	struct gguf_builder b;
	struct gguf *gguf = open_good(&b, 3);
	const struct gguf_tensor *t = gguf_find_tensor(gguf, "weights");
	uint8_t byte;

	(void)state;
	assert_int_equal(gguf_tensor_count(gguf), 3);
	assert_ptr_equal(t, gguf_tensor_at(gguf, 0));
	assert_int_equal(t->n_dims, 2);
	assert_int_equal(t->ne[0], 64);
	assert_int_equal(t->ne[1], 3);
	assert_int_equal(t->ne[2], 1);
	assert_int_equal(t->type, GGML_Q4_1);
	assert_int_equal(t->size_bytes, 3 * 2 * 20);
	assert_int_equal(t->offset % 32, 0);
	assert_int_equal(gguf_read_tensor(gguf, t, 5, &byte, 1, NULL), 0);
	assert_int_equal(byte, 5);
	t = gguf_find_tensor(gguf, "a.first");
	assert_int_equal(gguf_read_tensor(gguf, t, 0, &byte, 1, NULL), 0);
	assert_int_equal(byte, 160);
	assert_int_equal(t->offset + t->size_bytes, b.len);
	assert_null(gguf_find_tensor(gguf, "a"));
	assert_int_equal(gguf_total_elems(gguf), 64 * 3 + 5 + 8);
	assert_int_equal(gguf_total_bytes(gguf), 120 + 20 + 16);
	gguf_close(gguf);
	free(b.data);
}

static void test_order_and_version(void **state)
{
	struct gguf_builder b;
	struct gguf *gguf = open_good(&b, 2);
	const struct gguf_kv *kv = gguf_kv_at(gguf, 0);

	(void)state;
	assert_int_equal(gguf_version(gguf), 2);
	assert_string_equal(gguf_name(gguf), "good.gguf");
	assert_int_equal(gguf_kv_count(gguf), GOOD_KVS);
	assert_int_equal(kv->key.len, 2);
	assert_memory_equal(kv->key.data, "u8", 2);
	assert_ptr_equal(gguf_find_kv(gguf, "u8"), kv);
	assert_null(gguf_find_kv(gguf, "u"));
	gguf_close(gguf);
	free(b.data);
}

static void test_types(void **state)
{
	(void)state;
	assert_string_equal(ggml_type_name(GGML_Q4_K), "Q4_K");
	assert_int_equal(ggml_type_info(GGML_Q4_K)->block_bytes, 144);
	assert_int_equal(ggml_type_info(GGML_Q6_K)->block_bytes, 210);
	assert_int_equal(ggml_type_info(GGML_BF16)->block_elems, 1);
	assert_null(ggml_type_info(43));
	assert_string_equal(ggml_type_name(1000), "unknown");
	assert_string_equal(gguf_value_type_name(GGUF_INT16), "int16");
	assert_string_equal(gguf_value_type_name(99), "unknown");
}

/* Puts a file right before memory that may not be touched. */
static uint8_t *guarded(const uint8_t *data, size_t len, void **map, size_t *map_len)
{
	size_t page = sysconf(_SC_PAGESIZE);

	*map_len = (len + page - 1) / page * page + page;
	*map = mmap(NULL, *map_len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(*map != MAP_FAILED);
	memcpy((uint8_t *)*map + *map_len - page - len, data, len);
	assert_int_equal(mprotect((uint8_t *)*map + *map_len - page, page, PROT_NONE), 0);
	return (uint8_t *)*map + *map_len - page - len;
}

/* An error is one line: the file, then what and where, then what to do. */
static void assert_good_message(const struct ingot_error *err)
{
	assert_int_equal(strncmp(err->text, "bad.gguf: ", 10), 0);
	assert_non_null(strstr(err->text, "; "));
	assert_null(strchr(err->text, '\n'));
	assert_true(strlen(err->text) < sizeof(err->text) - 1);
}

static void expect_refused(const uint8_t *data, size_t len, const char *message)
{
	struct ingot_error err = { 0 };
	size_t map_len;
	void *map;
	uint8_t *at = guarded(data, len, &map, &map_len);

	assert_null(gguf_open_memory("bad.gguf", at, len, &err));
	assert_true(err.code < 0);
	assert_good_message(&err);
	if (!strstr(err.text, message))
		fail_msg("expected \"%s\" in \"%s\"", message, err.text);
	munmap(map, map_len);
}

static void refuse(struct gguf_builder *b, const char *message)
{
	expect_refused(b->data, b->len, message);
	free(b->data);
	*b = (struct gguf_builder){ 0 };
}

static void test_cut_anywhere(void **state)
{
	struct gguf_builder b = good_file(3);

	(void)state;
	for (size_t len = 0; len < b.len; len++)
		expect_refused(b.data, len, "");
	free(b.data);
}

static void test_header_lies(void **state)
{
	struct gguf_builder b = { 0 };

	(void)state;
	gb_bytes(&b, "GGML\3\0\0\0", 8);
	refuse(&b, "not a GGUF file");
	gb_bytes(&b, "GGUF\0\0\0\3", 8);
	refuse(&b, "big-endian");
	gb_bytes(&b, "GGUF\1\0\0\0", 8);
	refuse(&b, "GGUF version 1");
	gb_bytes(&b, "GGUF\4\0\0\0", 8);
	refuse(&b, "GGUF version 4");
	gb_header(&b, UINT64_MAX, 0);
	refuse(&b, "the number of tensors is 18446744073709551615");
	gb_header(&b, 0, 1ull << 40);
	refuse(&b, "the number of metadata entries is 1099511627776");
	gb_header(&b, 0, 20);
	refuse(&b, "20 metadata entries and 0 tensors");
	gb_header(&b, 20, 0);
	refuse(&b, "0 metadata entries and 20 tensors");
}

/* A file whose only metadata entry starts with these bytes. */
static struct gguf_builder one_entry(const char *key, uint32_t type)
{
	struct gguf_builder b = { 0 };

	gb_header(&b, 0, 1);
	gb_key(&b, key, type);
	return b;
}

static void test_key_lies(void **state)
{
	struct gguf_builder b = { 0 };

	(void)state;
	b = one_entry("", GGUF_UINT64);
	gb_u64(&b, 0);
	refuse(&b, "has 0 bytes, not 1 to 65535");
	gb_header(&b, 0, 1);
	gb_u64(&b, UINT64_MAX - 7);
	gb_data(&b, 1, 64);
	refuse(&b, "a metadata key claims 18446744073709551608 bytes at byte 32");
	gb_header(&b, 0, 1);
	gb_u64(&b, 65536);
	gb_data(&b, 1, 65536 + 64);
	refuse(&b, "has 65536 bytes");
	b = one_entry("k", 13);
	gb_u64(&b, 0);
	refuse(&b, "'k' has type 13");
	gb_header(&b, 0, 2);
	gb_kv_u32(&b, "same\nkey", 1);
	gb_kv_str(&b, "same\nkey", "x");
	refuse(&b, "'same?key' occurs twice");
}

static void test_value_lies(void **state)
{
	struct gguf_builder b = { 0 };

	(void)state;
	b = one_entry("k", GGUF_STRING);
	gb_u64(&b, UINT64_MAX);
	refuse(&b, "claims 18446744073709551615 bytes");
	b = one_entry("k", GGUF_ARRAY);
	gb_u32(&b, GGUF_UINT64);
	gb_u64(&b, 1ull << 61);
	refuse(&b, "'k' claims 2305843009213693952 values of 8 bytes");
	b = one_entry("k", GGUF_ARRAY);
	gb_u32(&b, GGUF_STRING);
	gb_u64(&b, 1ull << 61);
	gb_str(&b, "x");
	refuse(&b, "string of metadata key 'k'");
	b = one_entry("k", GGUF_ARRAY);
	gb_u32(&b, GGUF_ARRAY);
	gb_u64(&b, 0);
	refuse(&b, "array of arrays");
	b = one_entry("k", GGUF_ARRAY);
	gb_u32(&b, 99);
	gb_u64(&b, 0);
	refuse(&b, "array element type 99");
}

static void test_alignment_lies(void **state)
{
	struct gguf_builder b = { 0 };

	(void)state;
	gb_header(&b, 0, 1);
	gb_kv_u32(&b, "general.alignment", 0);
	refuse(&b, "general.alignment is 0");
	gb_header(&b, 0, 1);
	gb_kv_u32(&b, "general.alignment", 48);
	refuse(&b, "general.alignment is 48");
	gb_header(&b, 0, 1);
	gb_kv_str(&b, "general.alignment", "32");
	refuse(&b, "'general.alignment' has type string");
}

static void refuse_tensor(uint32_t type, uint64_t ne0, uint64_t ne1, uint64_t offset,
			  const char *message)
{
	struct gguf_builder b = { 0 };

	gb_header(&b, 1, 0);
	gb_tensor(&b, "t", type, ne0, ne1, offset);
	gb_data(&b, 32, 96);
	refuse(&b, message);
}

static void test_tensor_lies(void **state)
{
	(void)state;
	refuse_tensor(GGML_F32, 0, 1, 0, "tensor 't': a dimension is 0");
	refuse_tensor(GGML_F32, 1ull << 32, 1ull << 32, 0, "more elements than can be counted");
	refuse_tensor(GGML_F32, 1ull << 31, 1ull << 31, 0, "4611686018427387904 elements");
	refuse_tensor(GGML_F32, 1ull << 62, 1, 0, "4611686018427387904 elements of type F32");
	refuse_tensor(43, 32, 1, 0, "the unknown type 43");
	refuse_tensor(UINT32_MAX, 32, 1, 0, "the unknown type 4294967295");
	refuse_tensor(4, 32, 1, 0, "type Q4_2 (4), which GGUF gave up");
	refuse_tensor(GGML_Q4_1, 33, 1, 0, "rows of 33 elements are not whole blocks of 32 (Q4_1)");
	refuse_tensor(GGML_F32, 4, 1, 8, "the offset is 8");
	refuse_tensor(GGML_F32, 4, 1, 96, "needs 16 bytes at offset 96");
	refuse_tensor(GGML_F32, 4, 1, UINT64_MAX - 31, "needs 16 bytes at offset");
	refuse_tensor(GGML_F32, 17, 1, 32, "needs 68 bytes at offset 32");
}

static void test_tensor_dims_and_name(void **state)
{
	struct gguf_builder b = { 0 };

	(void)state;
	for (uint32_t n_dims = 0; n_dims < 8; n_dims += 5) {
		gb_header(&b, 1, 0);
		gb_str(&b, "t");
		gb_u32(&b, n_dims);
		gb_data(&b, 32, 96);
		refuse(&b, "tensor 't': the number of dimensions is");
	}
	gb_header(&b, 1, 0);
	gb_tensor(&b, "", GGML_F32, 1, 1, 0);
	gb_data(&b, 32, 96);
	refuse(&b, "tensor 0 has an empty name");
}

static void test_two_tensors(void **state)
{
	struct gguf_builder b = { 0 };

	(void)state;
	gb_header(&b, 2, 0);
	gb_tensor(&b, "same", GGML_F32, 8, 1, 0);
	gb_tensor(&b, "same", GGML_F32, 8, 1, 32);
	gb_data(&b, 32, 64);
	refuse(&b, "tensors 'same' and 'same' have the same name");
	gb_header(&b, 2, 0);
	gb_tensor(&b, "b", GGML_F32, 8, 1, 32);
	gb_tensor(&b, "z", GGML_F32, 9, 1, 0);
	gb_data(&b, 32, 64);
	refuse(&b, "tensors 'z' and 'b' overlap");
}

static void test_error_text(void **state)
{
	struct ingot_error err;

	(void)state;
	assert_int_equal(ingot_error_set(NULL, -EIO, "nobody listens"), -EIO);
	assert_int_equal(ingot_error_set(&err, -EIO, "a\nb\33c\302\205d%d", 5), -EIO);
	assert_int_equal(err.code, -EIO);
	assert_string_equal(err.text, "a?b?c??d5");
	ingot_error_set(&err, -EIO, "%510sü", "");
	assert_int_equal(strlen(err.text), 510);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_getters_refuse),
		cmocka_unit_test(test_other_values),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_tensors),
		cmocka_unit_test(test_order_and_version),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_header_lies),
		cmocka_unit_test(test_key_lies),
		cmocka_unit_test(test_value_lies),
		cmocka_unit_test(test_alignment_lies),
		cmocka_unit_test(test_tensor_lies),
		cmocka_unit_test(test_tensor_dims_and_name),
		cmocka_unit_test(test_two_tensors),
		cmocka_unit_test(test_error_text),
	};

	return cmocka_run_group_tests_name("gguf", tests, NULL, NULL);
}
