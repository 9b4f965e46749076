// SPDX-License-Identifier: MIT
/* Byte pair encoding: the byte alphabet, and merges against a plain and slow way to merge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gguf_builder.h"
#include "runtime/model/bpe.h"

static void test_byte_alphabet(void **state)
{
	bool seen[0x144] = { false };

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		uint32_t c = bpe_byte_to_code_point(byte);

		assert_true(c < 0x144 && c > 0x20 && !seen[c]);
		seen[c] = true;
		assert_int_equal(bpe_code_point_to_byte(c), byte);
	}
	assert_int_equal(bpe_byte_to_code_point(' '), 0x120);
	assert_int_equal(bpe_byte_to_code_point('\n'), 0x10a);
	assert_int_equal(bpe_byte_to_code_point(0xad), 0x143);
	assert_int_equal(bpe_code_point_to_byte(' '), -1);
	assert_int_equal(bpe_code_point_to_byte(0x144), -1);
}

/* What the merges make is a token, but for "cc". */
static const char *const tokens[] = { "a",   "b",    "c",   "ab",   "bc", "ca",
				      "bca", "abca", "aab", "caab", "bb" };
static const char *const merges[] = { "b c",  "a ab",  "c a", "a b", "bc a",
				      "ab ca", "c aab", "c c", "b b" };

#define N_TOKENS (sizeof(tokens) / sizeof(tokens[0]))
#define N_MERGES (sizeof(merges) / sizeof(merges[0]))
#define MAX_WORD 48

/**
 * struct word - a word as a list of symbols
 */
struct word {
	char symbols[MAX_WORD][8];
	size_t n;
};

static size_t rank_of(const char *left, const char *right)
{
	char line[32];
	size_t rank = 0;

	snprintf(line, sizeof(line), "%s %s", left, right);
	while (rank < N_MERGES && strcmp(merges[rank], line))
		rank++;
	return rank;
}

/* Merges the leftmost pair of the lowest rank; false if nothing merges. */
static bool merge_one(struct word *w)
{
	size_t best = N_MERGES, at = 0;
	char merged[16];

	for (size_t i = 0; i + 1 < w->n; i++) {
		size_t rank = rank_of(w->symbols[i], w->symbols[i + 1]);

		if (rank < best) {
			best = rank;
			at = i;
		}
	}
	if (best == N_MERGES)
		return false;
	snprintf(merged, sizeof(merged), "%s%s", w->symbols[at], w->symbols[at + 1]);
	memcpy(w->symbols[at], merged, sizeof(w->symbols[at]));
	w->n--;
	memmove(w->symbols[at + 1], w->symbols[at + 2], (w->n - at - 1) * sizeof(w->symbols[0]));
	return true;
}

static void assert_encodes_plainly(const struct bpe *bpe, const char *text, size_t len)
{
	struct word w = { .n = len };
	struct bpe_work work = { 0 };
	struct bpe_ids got = { 0 };
	size_t k = 0;

	for (size_t i = 0; i < len; i++)
		w.symbols[i][0] = text[i];
	while (merge_one(&w))
		;
	assert_int_equal(bpe_encode(bpe, &work, text, len, &got), 0);
	for (size_t i = 0; i < w.n; i++) {
		bool token = strcmp(w.symbols[i], "cc");
		const char *expected = token ? w.symbols[i] : "c";

		for (int times = token ? 1 : 2; times; times--) {
			assert_true(k < got.n);
			assert_int_equal(got.ids[k++], bpe_find(bpe, expected, strlen(expected)));
		}
	}
	assert_int_equal(got.n, k);
	free(got.ids);
	bpe_work_free(&work);
}

static struct gguf_array string_array(struct gguf_builder *b, const char *const *strings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		gb_str(b, strings[i]);
	return (struct gguf_array){ .type = GGUF_STRING, .count = n, .data = b->data };
}

static void test_merges(void **state)
{
	struct gguf_builder t = { 0 }, m = { 0 };
	struct gguf_array token_array = string_array(&t, tokens, N_TOKENS);
	struct gguf_array merge_array = string_array(&m, merges, N_MERGES);
	struct bpe *bpe = bpe_create("test", &token_array, &merge_array, NULL);
	uint32_t random = 1;
	char word[MAX_WORD];

	(void)state;
	assert_non_null(bpe);
	assert_int_equal(bpe_n_tokens(bpe), N_TOKENS);
	assert_int_equal(bpe_find(bpe, "abca", 4), 7);
	assert_int_equal(bpe_find(bpe, "cc", 2), -1);
	for (int i = 0; i < 5000; i++) {
		for (size_t k = 0; k < sizeof(word); k++) {
			random = random * 1664525 + 1013904223;
			word[k] = "abc"[(random >> 16) % 3];
		}
		assert_encodes_plainly(bpe, word, 1 + (random >> 8) % sizeof(word));
	}
	bpe_destroy(bpe);
	free(t.data);
	free(m.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_byte_alphabet),
		cmocka_unit_test(test_merges),
	};

	return cmocka_run_group_tests_name("bpe", tests, NULL, NULL);
}
