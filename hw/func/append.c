// SPDX-License-Identifier: MIT
#include <endian.h>
#include <string.h>

#include "fields.h"
#include "func.h"
#include "layout.h"

/* One block of a K row: an exponent byte, and a word in each unit of its group */
static void append_k(uint8_t *memory, uint64_t unit, uint64_t position, const uint16_t *q,
		     uint8_t e)
{
	uint8_t *data = memory + (unit + ing_k_data_unit(position)) * ING_UNIT_BYTES +
			position % ING_GROUP_ROWS * 4;
	uint16_t word[2];

	memory[unit * ING_UNIT_BYTES + position % ING_UNIT_BYTES] = e;
	for (unsigned int c = 0; c < ING_KV_CHUNKS; c++) {
		word[0] = htole16(q[2 * c]);
		word[1] = htole16(q[2 * c + 1]);
		memcpy(data + c * ING_UNIT_BYTES, word, sizeof(word));
	}
}

/* 32 channels of V: a halfword in each word of one unit per group */
static void append_v(uint8_t *memory, uint64_t unit, uint64_t position, const uint16_t *q)
{
	uint8_t *data = memory + unit * ING_UNIT_BYTES + position % 2 * 2;

	for (unsigned int c = 0; c < ING_BLOCK; c++) {
		uint16_t half = htole16(q[c]);

		memcpy(data + c / ING_GROUP_ROWS * ING_KV_CHUNKS * ING_UNIT_BYTES +
		       c % ING_GROUP_ROWS * 4, &half, sizeof(half));
	}
}

void func_append(const struct func_core *core, const uint32_t *w, uint8_t *memory, uint32_t outer,
		 uint32_t inner, const float *y)
{
	const struct ing_kv kv = ing_kv_of(w);
	const uint64_t position = (uint64_t)ING_GET(w, ING_V_LEN) + outer;
	uint16_t q[ING_BLOCK];
	uint8_t e;

	for (uint32_t j = 0; j < kv.blocks; j++, y += ING_BLOCK) {
		core->kernels->quant_kv(q, &e, y, ING_BLOCK);
		if (ING_GET(w, ING_V_SINK) == ING_SINK_KVK) {
		append_k(memory, ing_k_exponent_unit(&kv, inner, j, position), position, q, e);
		continue;
		}
		memory[ing_v_exponent_unit(&kv, inner, j, position) * ING_UNIT_BYTES +
		       position % ING_UNIT_BYTES] = e;
		append_v(memory, ing_v_data_unit(&kv, inner, j, position), position, q);
	}
}
