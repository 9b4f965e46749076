// SPDX-License-Identifier: MIT
/* Tokens to text. */
#include <string.h>

#include "tokenizer_internal.h"
#include "unicode.h"

static size_t copy(struct gguf_str text, char *buf, size_t size)
{
	if (text.len && text.len <= size)
		memcpy(buf, text.data, text.len);
	return text.len;
}

/* Characters outside the byte alphabet stand for themselves, what is not UTF-8 for U+FFFD. */
static size_t put_character(uint32_t c, char *out)
{
	int byte = bpe_code_point_to_byte(c);

	if (byte < 0)
		return utf8_encode(c, out);
	*out = byte;
	return 1;
}

static size_t decode(struct gguf_str text, char *buf, size_t size)
{
	char piece[UTF8_MAX];
	size_t len = 0;
	uint32_t c;

	for (size_t i = 0; i < text.len; len += put_character(c, piece))
		i += utf8_decode(text.data + i, text.len - i, &c);
	if (len > size)
		return len;
	for (size_t i = 0; i < text.len; buf += put_character(c, buf))
		i += utf8_decode(text.data + i, text.len - i, &c);
	return len;
}

/* SentencePiece writes spaces as U+2581. */
static size_t unescape(struct gguf_str text, char *buf, size_t size)
{
	size_t len = text.len;

	for (size_t i = 0; i + 3 <= text.len; i++)
		if (!memcmp(text.data + i, SPM_SPACE, 3))
			len -= 2;
	if (len > size)
		return len;
	for (size_t i = 0; i < text.len; i++) {
		const bool space = i + 3 <= text.len && !memcmp(text.data + i, SPM_SPACE, 3);

		*buf++ = space ? ' ' : text.data[i];
		i += space ? 2 : 0;
	}
	return len;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* <0xHH> */
static size_t decode_byte(struct gguf_str text, char *buf, size_t size)
{
	int high, low;

	if (text.len != 6 || memcmp(text.data, "<0x", 3))
		return 0;
	high = hex_digit(text.data[3]);
	low = hex_digit(text.data[4]);
	if (high < 0 || low < 0)
		return 0;
	if (size)
		*buf = high << 4 | low;
	return 1;
}

size_t tokenizer_piece(const struct tokenizer *tok, int32_t id, char *buf, size_t size,
		       unsigned int flags)
{
	struct gguf_str text;

	if (id < 0 || (size_t)id >= bpe_n_tokens(tok->bpe))
		return 0;
	text = bpe_text(tok->bpe, id);
	if (tokenizer_is_control(tok, id))
		return flags & TOKENIZER_RENDER_SPECIAL ? copy(text, buf, size) : 0;
	if (tok->attr[id] & TOKEN_USER_DEFINED)
		return copy(text, buf, size);
	if (tok->attr[id] & TOKEN_NORMAL)
		return tok->spm ? unescape(text, buf, size) : decode(text, buf, size);
	if (tok->attr[id] & TOKEN_BYTE)
		return decode_byte(text, buf, size);
	return 0;
}
