// SPDX-License-Identifier: MIT
#include <string.h>

#include "fields.h"
#include "func.h"
#include "layout.h"

void func_load(struct func_core *core, const uint32_t *w, const uint8_t *memory)
{
	memcpy(core->scratch + (size_t)ING_GET(w, ING_S_DST) * ING_LINE,
	       memory + (size_t)ING_GET(w, ING_S_OFFSET) * ING_UNIT_BYTES,
	       (size_t)ING_GET(w, ING_S_ROWS) * ING_UNIT_BYTES);
}

void func_gather(struct func_core *core, const uint32_t *w, const uint8_t *memory)
{
	const struct ing_gather g = ing_gather_of(w);
	const size_t stride = (size_t)ing_block_units(ing_command_format(w),
						      ING_GET(w, ING_S_TGROUPS)) * ING_UNIT_BYTES;
	const uint8_t *block = memory + g.byte +
			       ((size_t)ING_GET(w, ING_S_OFFSET) + g.unit) * ING_UNIT_BYTES;
	uint8_t *line = (uint8_t *)(core->scratch + (size_t)ING_GET(w, ING_S_DST) * ING_LINE);
	uint8_t *out = line;

	for (uint32_t b = 0; b < ING_GET(w, ING_S_BLOCKS); b++, block += stride)
		for (uint32_t u = 0; u < g.units; u++, out += g.bytes)
			memcpy(out, block + u * ING_UNIT_BYTES, g.bytes);
	/* the last line's end reads as zero */
	memset(out, 0, (size_t)(line - out) % ING_UNIT_BYTES);
}
