// SPDX-License-Identifier: MIT
/* GPT-2's alphabet: a printable character for each byte. */
#include "bpe.h"

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
