// SPDX-License-Identifier: MIT
/* GPT-2's alphabet: a printable character for each byte. */
#include "bpe.h"
#include "unicode.h"

uint32_t bpe_byte_to_code_point(uint8_t byte)
{
	/* Printable bytes stand for themselves, the others follow from U+0100 on in their order. */
	if (byte < 0x21)
		return 0x100 + byte;
	if (byte >= 0x7f && byte <= 0xa0)
		return 0x100 + 0x21 + byte - 0x7f;
	if (byte == 0xad)
		return 0x100 + 0x21 + 0x22;
	return byte;
}

int bpe_code_point_to_byte(uint32_t c)
{
	if (c >= 0x100 && c < 0x121)
		return c - 0x100;
	if (c >= 0x121 && c < 0x143)
		return c - 0x121 + 0x7f;
	if (c == 0x143)
		return 0xad;
	return c < 0x100 && bpe_byte_to_code_point(c) == c ? (int)c : -1;
}

/* Longest word that can be a token: vocabularies have runs of up to a few hundred spaces. */
#define WORD_MAX 1024

int32_t bpe_find_word(const struct bpe *bpe, const char *word, size_t len)
{
	char text[WORD_MAX * UTF8_MAX];
	size_t n = 0;

	if (len > WORD_MAX)
		return -1;
	for (size_t i = 0; i < len; i++)
		n += utf8_encode(bpe_byte_to_code_point(word[i]), text + n);
	return bpe_find(bpe, text, n);
}
