// SPDX-License-Identifier: MIT
/*
 * Any text, by the tokeniser of a vocabulary with all bytes: every token exists, and where control
 * tokens are not asked for, the pieces are the text again.
 */
#include "fuzz.h"
#include "runtime/model/gguf.h"
#include "runtime/model/tokenizer.h"
#include "runtime/model/unicode.h"
#include "tests/unit/gguf_builder.h"

static struct tokenizer *make_tokenizer(void)
{
	struct gguf_builder b = { 0 };
	struct ingot_error err;
	static struct gguf *gguf;	/* the tokeniser does not own it */
	struct tokenizer *tok;

	gb_header(&b, 0, GB_VOCABULARY_KVS + 1);
	gb_vocabulary(&b);
	gb_kv_u32(&b, "tokenizer.ggml.eos_token_id", 261);
	gguf = gguf_open_memory("fuzz.gguf", b.data, b.len, &err);
	fuzz_check(gguf, "the vocabulary is no file");
	tok = tokenizer_create(gguf, &err);
	fuzz_check(tok, "the vocabulary makes no tokeniser");
	return tok;
}

static bool is_utf8(const uint8_t *text, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t n = text[at] < 0x80 ? 1 : text[at] < 0xe0 ? 2 : text[at] < 0xf0 ? 3 : 4;
		uint32_t code = n == 1 ? text[at] : text[at] & (0x7f >> n);

		if ((text[at] & 0xc0) == 0x80 || text[at] > 0xf4 || n > len - at)
			return false;
		for (size_t i = 1; i < n; i++) {
			if ((text[at + i] & 0xc0) != 0x80)
				return false;
			code = code << 6 | (text[at + i] & 0x3f);
		}
		if (code < (uint32_t[]){ 0, 0, 0x80, 0x800, 0x10000 }[n] || code > 0x10ffff ||
		    (code >= 0xd800 && code < 0xe000))
			return false;
		at += n;
	}
	return true;
}

static void check_pieces(const struct tokenizer *tok, const int32_t *ids, size_t n,
			 const uint8_t *text, size_t len)
{
	char piece[64];
	size_t at = 0;

	fuzz_check(tokenizer_max_piece(tok) <= sizeof(piece), "a piece of this vocabulary is long");
	for (size_t i = 0; i < n; i++) {
		size_t bytes = tokenizer_piece(tok, ids[i], piece, sizeof(piece),
					       TOKENIZER_RENDER_SPECIAL);

		fuzz_check(bytes <= len - at && !memcmp(piece, text + at, bytes),
			   "the pieces are not the text");
		at += bytes;
	}
	fuzz_check(at == len, "the pieces are shorter than the text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tokenizer *tok;
	struct fuzz_input in = { data, size };
	unsigned int flags = fuzz_u32(&in, 1);
	struct ingot_error err;
	int32_t *ids = NULL;
	size_t n = 0;

	if (!tok)
		tok = make_tokenizer();
	flags &= TOKENIZER_ADD_SPECIAL | TOKENIZER_PARSE_SPECIAL;
	if (tokenizer_encode(tok, (const char *)in.data, in.size, flags, &ids, &n, &err)) {
		fuzz_check_error(&err);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		fuzz_check(ids[i] >= 0 && (size_t)ids[i] < tokenizer_vocab_size(tok), "no such token");
	if (!(flags & TOKENIZER_ADD_SPECIAL) && is_utf8(in.data, in.size))
		check_pieces(tok, ids, n, in.data, in.size);
	free(ids);
	return 0;
}
