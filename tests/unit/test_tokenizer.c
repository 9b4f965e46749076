// SPDX-License-Identifier: MIT
/* The tokeniser: words, special tokens, pieces, and the golden cases of a real model. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "gguf_builder.h"
#include "runtime/model/tokenizer_internal.h"

/* The words of a text, with bars between them. */
static void assert_words(const char *text, const char *expected)
{
	struct gguf_str name = { "smollm", 6 };
	const struct pre_tokenizer *pre = tokenizer_find_pre(name);
	struct splitter s = { .text = text, .len = strlen(text), .limit = 0 };
	char got[256];
	size_t n = 0;

	for (size_t pos = 0, end; pos < s.len; pos = end) {
		end = pre->next(&s, pos);
		n += snprintf(got + n, sizeof(got) - n, "%s%.*s", pos ? "|" : "", (int)(end - pos),
			      text + pos);
	}
	assert_string_equal(n ? got : "", expected);
}

static void test_words(void **state)
{
	(void)state;
	assert_words("", "");
	assert_words("Hello world", "Hello| world");
	assert_words("Hello  world", "Hello| | world");
	assert_words("end   ", "end|   ");
	assert_words(" \n x", " \n| x");
	assert_words("a\n\n\nb", "a|\n\n|\n|b");
	assert_words("a\tb", "a|\t|b");
	assert_words("x!?y", "x|!?|y");
	assert_words("x !?y", "x| !?|y");
	assert_words("a,b c;d", "a|,|b| c|;|d");
	assert_words("ärger Ωμέγα", "ärger| Ωμέγα");
	assert_words("x\xc2\xa0y", "x|\xc2\xa0|y");
	assert_words("\xff\xfe", "\xff\xfe");
}

static void test_words_contractions(void **state)
{
	(void)state;
	assert_words("I'll don't we've you're I'm he's she'd",
		     "I|'ll| don|'t| we|'ve| you|'re| I|'m| he|'s| she|'d");
	assert_words("'sit 'LL 'l '", "'s|it| '|LL| '|l| '");
	assert_words("''s", "''|s");
	assert_words("x'", "x|'");
}

static void test_words_numbers(void **state)
{
	(void)state;
	assert_words("1234", "1|2|3|4");
	assert_words("a 12", "a| |1|2");
	assert_words("a  12", "a|  |1|2");
	assert_words("v1.20 x", "v|1|.|2|0| x");
	assert_words("3'8", "3|'|8");
	assert_words("5's 6\n", "5|'s| |6|\n");
	assert_words("½٣", "½|٣");
}

/**
 * struct vocabulary - a tokeniser and the file it is from
 */
struct vocabulary {
	struct gguf_builder b;
	struct gguf *gguf;
	struct tokenizer *tok;
};

static void open_vocabulary(struct vocabulary *v)
{
	struct ingot_error err = { 0 };

	v->gguf = gguf_open_memory("vocab.gguf", v->b.data, v->b.len, &err);
	assert_string_equal(err.text, "");
	v->tok = tokenizer_create(v->gguf, &err);
	assert_string_equal(err.text, "");
}

static void close_vocabulary(struct vocabulary *v)
{
	tokenizer_destroy(v->tok);
	gguf_close(v->gguf);
	free(v->b.data);
}

static struct vocabulary small_vocabulary(void)
{
	struct vocabulary v = { 0 };

	gb_header(&v.b, 0, GB_VOCABULARY_KVS);
	gb_vocabulary(&v.b);
	open_vocabulary(&v);
	return v;
}

/* Numbers of the tokens that gb_vocabulary() puts behind the bytes. */
enum { AB = 256, BC, ABC, SPACE_A, IM_START, IM_END, IM, USER, UNK };

static void assert_ids(const struct tokenizer *tok, const char *text, size_t len,
		       unsigned int flags, const int32_t *ids, size_t n)
{
	struct ingot_error err;
	int32_t *got = NULL;
	size_t n_got = 0;

	assert_int_equal(tokenizer_encode(tok, text, len, flags, &got, &n_got, &err), 0);
	for (size_t i = 0; i < n && i < n_got; i++)
		assert_int_equal(got[i], ids[i]);
	assert_int_equal(n_got, n);
	free(got);
}

#define ASSERT_IDS(tok, text, flags, ...)                                                         \
	do {                                                                                      \
		static const int32_t ids_[] = { __VA_ARGS__ };                                    \
		assert_ids(tok, text, sizeof(text) - 1, flags, ids_, sizeof(ids_) / 4);           \
	} while (0)

static void test_merges(void **state)
{
	struct vocabulary v = small_vocabulary();

	(void)state;
	assert_ids(v.tok, "", 0, 0, NULL, 0);
	assert_ids(v.tok, NULL, 0, 0, NULL, 0);
	ASSERT_IDS(v.tok, "ab", 0, AB);
	ASSERT_IDS(v.tok, "bc", 0, BC);
	ASSERT_IDS(v.tok, "abc", 0, ABC);
	ASSERT_IDS(v.tok, "abab", 0, AB, AB);
	ASSERT_IDS(v.tok, "ab abc a", 0, AB, ' ', ABC, SPACE_A);
	ASSERT_IDS(v.tok, " ab ac", 0, ' ', AB, SPACE_A, 'c');
	ASSERT_IDS(v.tok, "a7b", 0, 'a', '7', 'b');
	ASSERT_IDS(v.tok, "\0\xc3\xa4", 0, 0, 0xc3, 0xa4);
	ASSERT_IDS(v.tok, "\xff", 0, 0xef, 0xbf, 0xbd);
	/* "xy" is a symbol, but no token: its letters are */
	ASSERT_IDS(v.tok, "zxyz", 0, 'z', 'x', 'y', 'z');
	close_vocabulary(&v);
}

static void test_long_word(void **state)
{
	struct vocabulary v = small_vocabulary();
	const size_t pairs = 1 << 19;
	char *text = malloc(2 * pairs);
	struct ingot_error err;
	int32_t *ids;
	size_t n;

	(void)state;
	for (size_t i = 0; i < pairs; i++)
		memcpy(text + 2 * i, "ab", 2);
	assert_int_equal(tokenizer_encode(v.tok, text, 2 * pairs, 0, &ids, &n, &err), 0);
	assert_int_equal(n, pairs);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ids[i], AB);
	free(ids);
	free(text);
	assert_int_equal(tokenizer_encode(v.tok, "", (size_t)1 << 40, 0, &ids, &n, &err), -E2BIG);
	close_vocabulary(&v);
}

static void test_special_in_text(void **state)
{
	struct vocabulary v = small_vocabulary();
	const unsigned int parse = TOKENIZER_PARSE_SPECIAL;

	(void)state;
	ASSERT_IDS(v.tok, "<|im_start|>ab<|im_end|>", parse, IM_START, AB, IM_END);
	ASSERT_IDS(v.tok, "<|im_<|im_end|><|im_end|", parse, IM, IM_END, IM, 'e', 'n', 'd', '|');
	ASSERT_IDS(v.tok, "a<unk>b", parse, 'a', UNK, 'b');
	ASSERT_IDS(v.tok, "<unk>", 0, '<', 'u', 'n', 'k', '>');
	ASSERT_IDS(v.tok, "<|im_", 0, '<', '|', 'i', 'm', '_');
	ASSERT_IDS(v.tok, "a<user>b", 0, 'a', USER, 'b');
	ASSERT_IDS(v.tok, "a<user>b", parse, 'a', USER, 'b');
	/* words do not go across a special token: the space would belong to "a" else */
	ASSERT_IDS(v.tok, " <user>a", 0, ' ', USER, 'a');
	close_vocabulary(&v);
}

static void test_begin_and_end(void **state)
{
	struct vocabulary v = { 0 };

	(void)state;
	gb_header(&v.b, 0, GB_VOCABULARY_KVS + 4);
	gb_vocabulary(&v.b);
	gb_kv_u32(&v.b, "tokenizer.ggml.bos_token_id", IM_START);
	gb_kv_u32(&v.b, "tokenizer.ggml.eos_token_id", 'e');
	gb_kv_bool(&v.b, "tokenizer.ggml.add_bos_token", 1);
	gb_kv_bool(&v.b, "tokenizer.ggml.add_eos_token", 1);
	open_vocabulary(&v);
	ASSERT_IDS(v.tok, "ab", TOKENIZER_ADD_SPECIAL, IM_START, AB, 'e');
	ASSERT_IDS(v.tok, "", TOKENIZER_ADD_SPECIAL, IM_START, 'e');
	ASSERT_IDS(v.tok, "ab", 0, AB);
	assert_int_equal(tokenizer_bos(v.tok), IM_START);
	assert_int_equal(tokenizer_eos(v.tok), 'e');
	assert_int_equal(tokenizer_eot(v.tok), IM_END);
	assert_true(tokenizer_adds_bos(v.tok));
	close_vocabulary(&v);
}

static void test_end_of_generation(void **state)
{
	struct vocabulary v = small_vocabulary();
	const int32_t *ids;
	size_t n;

	(void)state;
	ids = tokenizer_eog(v.tok, &n);
	assert_int_equal(n, 2);
	assert_int_equal(ids[0], 11); /* what byte-pair models end with if they do not say */
	assert_int_equal(ids[1], IM_END);
	assert_true(tokenizer_is_eog(v.tok, IM_END));
	assert_false(tokenizer_is_eog(v.tok, IM_START));
	assert_false(tokenizer_is_eog(v.tok, -1));
	assert_false(tokenizer_is_eog(v.tok, 1 << 30));
	assert_false(tokenizer_adds_bos(v.tok));
	close_vocabulary(&v);
}

static void assert_piece(const struct tokenizer *tok, int32_t id, unsigned int flags,
			 const char *expected, size_t len)
{
	char buf[64];

	assert_int_equal(tokenizer_piece(tok, id, buf, sizeof(buf), flags), len);
	assert_memory_equal(buf, expected, len);
}

static void test_pieces(void **state)
{
	struct vocabulary v = small_vocabulary();
	char buf[4] = "----";

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char c = byte;

		assert_piece(v.tok, byte, 0, &c, 1);
	}
	assert_piece(v.tok, SPACE_A, 0, " a", 2);
	assert_piece(v.tok, IM_END, 0, "", 0);
	assert_piece(v.tok, IM_END, TOKENIZER_RENDER_SPECIAL, "<|im_end|>", 10);
	assert_piece(v.tok, UNK, 0, "", 0);
	assert_piece(v.tok, USER, 0, "<user>", 6);
	assert_piece(v.tok, UNK + 1, 0, "", 0);
	assert_piece(v.tok, -1, 0, "", 0);
	assert_piece(v.tok, 1 << 30, 0, "", 0);
	assert_int_equal(tokenizer_piece(v.tok, ABC, buf, 2, 0), 3);
	assert_memory_equal(buf, "----", 4);
	assert_int_equal(tokenizer_max_piece(v.tok), strlen("<|im_start|>"));
	assert_int_equal(tokenizer_find(v.tok, "<user>"), USER);
	assert_int_equal(tokenizer_find(v.tok, "xy"), TOKENIZER_NONE);
	assert_int_equal(tokenizer_find(v.tok, "no such"), TOKENIZER_NONE);
	assert_true(tokenizer_is_control(v.tok, IM));
	assert_int_equal(tokenizer_vocab_size(v.tok), 256 + gb_n_extra_tokens);
	close_vocabulary(&v);
}

static void test_piece_of_damaged_token(void **state)
{
	static const char *const tokens[] = { "a", "\xff\xff" };
	struct vocabulary v = { 0 };

	(void)state;
	gb_header(&v.b, 0, 4);
	gb_kv_str(&v.b, "tokenizer.ggml.model", "gpt2");
	gb_kv_str(&v.b, "tokenizer.ggml.pre", "smollm");
	gb_kv_strings(&v.b, "tokenizer.ggml.tokens", tokens, 2);
	gb_kv_strings(&v.b, "tokenizer.ggml.merges", NULL, 0);
	open_vocabulary(&v);
	assert_piece(v.tok, 1, 0, "\xef\xbf\xbd\xef\xbf\xbd", 6);
	assert_int_equal(tokenizer_max_piece(v.tok), 6);
	close_vocabulary(&v);
}

static void refuse_file(struct gguf_builder *b, int code, const char *message)
{
	struct ingot_error err = { 0 };
	struct gguf *gguf = gguf_open_memory("bad.gguf", b->data, b->len, &err);

	assert_string_equal(err.text, "");
	assert_null(tokenizer_create(gguf, &err));
	assert_int_equal(err.code, code);
	if (strncmp(err.text, "bad.gguf: ", 10) || !strstr(err.text, message))
		fail_msg("expected \"%s\" in \"%s\"", message, err.text);
	gguf_close(gguf);
	free(b->data);
	*b = (struct gguf_builder){ 0 };
}

/* A file with the small vocabulary and one entry more. */
static void refuse_extra_u32(const char *key, uint32_t value, int code, const char *message)
{
	struct gguf_builder b = { 0 };

	gb_header(&b, 0, GB_VOCABULARY_KVS + 1);
	gb_vocabulary(&b);
	gb_kv_u32(&b, key, value);
	refuse_file(&b, code, message);
}

static void test_refused_ids(void **state)
{
	struct gguf_builder b = { 0 };

	(void)state;
	refuse_extra_u32("tokenizer.ggml.eos_token_id", 267, -ERANGE,
			 "tokenizer.ggml.eos_token_id is 267, but the vocabulary has 267 tokens");
	refuse_extra_u32("tokenizer.ggml.bos_token_id", UINT32_MAX, -ERANGE, "is 4294967295");
	refuse_extra_u32("tokenizer.ggml.add_bos_token", 1, -EINVAL, "expected bool");
	gb_header(&b, 0, GB_VOCABULARY_KVS + 1);
	gb_vocabulary(&b);
	gb_kv_bool(&b, "tokenizer.ggml.normalizer.nfc", 1);
	refuse_file(&b, -ENOTSUP, "tokenizer.ggml.normalizer.nfc is true");
}

static void refuse_model(const char *model, const char *pre, int code, const char *message)
{
	struct gguf_builder b = { 0 };

	gb_header(&b, 0, pre ? 2 : 1);
	gb_kv_str(&b, "tokenizer.ggml.model", model);
	if (pre)
		gb_kv_str(&b, "tokenizer.ggml.pre", pre);
	refuse_file(&b, code, message);
}

static void test_refused_models(void **state)
{
	struct gguf_builder b = { 0 };

	(void)state;
	gb_header(&b, 0, 0);
	refuse_file(&b, -ENOENT, "'tokenizer.ggml.model' is missing");
	refuse_model("bert", "default", -ENOTSUP, "ggml.model is 'bert', supported: gpt2, llama");
	refuse_model("llama", NULL, -ENOENT, "'tokenizer.ggml.tokens' is missing");
	refuse_model("gpt2", "tekken", -ENOTSUP, "ggml.pre is 'tekken', supported: smollm");
	refuse_model("gpt2", NULL, -ENOTSUP, "'default' (it is missing), supported: smollm");
	refuse_model("gpt2", "smollm", -ENOENT, "'tokenizer.ggml.tokens' is missing");
}

static void refuse_vocabulary(const char *const *tokens, size_t n_tokens, const char *const *merges,
			      size_t n_merges, size_t n_types, const char *message)
{
	static const int32_t types[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	struct gguf_builder b = { 0 };

	gb_header(&b, 0, 5);
	gb_kv_str(&b, "tokenizer.ggml.model", "gpt2");
	gb_kv_str(&b, "tokenizer.ggml.pre", "smollm");
	gb_kv_strings(&b, "tokenizer.ggml.tokens", tokens, n_tokens);
	gb_kv_strings(&b, "tokenizer.ggml.merges", merges, n_merges);
	gb_kv_ints(&b, "tokenizer.ggml.token_type", types, n_types);
	refuse_file(&b, -EINVAL, message);
}

static void test_refused_vocabularies(void **state)
{
	static const char *const tokens[] = { "a", "b", "a" };
	static const char *const merges[] = { "a b", "ab" };
	char huge[BPE_MAX_TOKEN_BYTES + 2];
	const char *too_long[] = { huge };

	(void)state;
	memset(huge, 'x', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	refuse_vocabulary(tokens, 0, merges, 0, 0, "0 tokens");
	refuse_vocabulary(tokens, 3, merges, 0, 3, "token 2 'a' occurs twice");
	refuse_vocabulary(tokens, 2, merges, 2, 2, "merge 1 'ab' is not two symbols");
	refuse_vocabulary(tokens, 2, merges, 1, 1, "token_type has 1 entries for 2 tokens");
	refuse_vocabulary(too_long, 1, merges, 0, 1, "token 0 has 65536 bytes");
}

/* The model that scripts/fetch-model fetches, if it is there. */
static struct gguf *open_real_model(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	const char *given = getenv("INGOT_TEST_MODEL");
	char path[4096];

	if (given)
		return gguf_open(given, NULL);
	snprintf(path, sizeof(path), "%s%s/ingot/models/SmolLM2-135M-Instruct.Q4_1.gguf",
		 cache && *cache ? cache : home ? home : "", cache && *cache ? "" : "/.cache");
	return gguf_open(path, NULL);
}

/* What llama-tokenize makes of these texts. */
static void test_golden(void **state)
{
	struct vocabulary v = { .gguf = open_real_model() };
	const unsigned int parse = TOKENIZER_PARSE_SPECIAL;
	size_t n;

	(void)state;
	if (!v.gguf)
		skip();
	v.tok = tokenizer_create(v.gguf, NULL);
	assert_non_null(v.tok);
	assert_int_equal(tokenizer_vocab_size(v.tok), 49152);
	assert_int_equal(tokenizer_bos(v.tok), 1);
	assert_int_equal(tokenizer_eos(v.tok), 2);
	tokenizer_eog(v.tok, &n);
	assert_int_equal(n, 3);
	assert_true(tokenizer_is_eog(v.tok, 0) && tokenizer_is_eog(v.tok, 2));
	ASSERT_IDS(v.tok, "Hello, world! It's 2024 and I'll pay $3.50.", parse,
		   19556, 28, 905, 17, 657, 506, 216, 34, 32, 34, 36, 284, 339, 3060, 2290, 1885,
		   35, 30, 37, 32, 30);
	ASSERT_IDS(v.tok, "Die Größe der Straße: 1½ km", parse,
		   42703, 9171, 7466, 34878, 85, 3690, 19144, 34878, 85, 42, 216, 33, 16738, 6381);
	ASSERT_IDS(v.tok, "Привет, мир! Ελληνικά, العربية, हिन्दी, ไทย, 你好世界、日本語、한국어", parse,
		   155, 249, 46879, 16464, 32547, 28, 41337, 7872, 9175, 17, 5664, 239, 17162,
		   17162, 25723, 11517, 12001, 21118, 26112, 28, 27819, 34966, 20602, 31462, 23339,
		   43463, 28, 12335, 134, 27011, 30658, 16525, 44757, 37189, 28, 216, 31933, 222,
		   10283, 241, 10283, 112, 28, 216, 18645, 250, 48392, 138, 7906, 240, 178, 239,
		   230, 29917, 23274, 115, 40993, 179, 120, 248, 29917, 33085, 246, 181, 130, 251,
		   183, 240, 129);
	ASSERT_IDS(v.tok, "\tif (x != NULL)\n\t\treturn  -EINVAL;\n\n\n}", parse,
		   197, 342, 365, 104, 6541, 32308, 25, 3354, 197, 5406, 216, 731, 53, 2113, 18866,
		   43, 1116, 198, 109);
	ASSERT_IDS(v.tok, "👩‍👩‍👧‍👦 🏳️‍🌈 naïve café", parse,
		   10813, 235, 119, 321, 231, 10813, 235, 119, 321, 231, 10813, 235, 117, 321, 231,
		   10813, 235, 116, 15107, 233, 128, 31752, 321, 231, 10813, 230, 226, 15486, 46494,
		   37366);
	ASSERT_IDS(v.tok, "<|im_start|>user\nHi<|im_end|>\n<|endoftext|>", parse,
		   1, 4093, 198, 26843, 2, 198, 0);
	close_vocabulary(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_words_contractions),
		cmocka_unit_test(test_words_numbers),
		cmocka_unit_test(test_merges),
		cmocka_unit_test(test_long_word),
		cmocka_unit_test(test_special_in_text),
		cmocka_unit_test(test_begin_and_end),
		cmocka_unit_test(test_end_of_generation),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_piece_of_damaged_token),
		cmocka_unit_test(test_refused_ids),
		cmocka_unit_test(test_refused_models),
		cmocka_unit_test(test_refused_vocabularies),
		cmocka_unit_test(test_golden),
	};

	return cmocka_run_group_tests_name("tokenizer", tests, NULL, NULL);
}
