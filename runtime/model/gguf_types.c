// SPDX-License-Identifier: MIT
/* The tensor types of GGUF. */
#include "gguf.h"

#define W4 { ING_WIDTH_4, 0, 0 }
#define W4_MIN { ING_WIDTH_4, 1, 0 }
#define W8 { ING_WIDTH_8, 0, 0 }
#define W8_MIN { ING_WIDTH_8, 1, 0 }
#define W16 { ING_WIDTH_16, 0, 0 }

/* A type whose size is known, and nothing else. */
#define UNREAD(type, elems, bytes) { .name = type, .block_elems = elems, .block_bytes = bytes }

/* Types without elements per block were given up by the format. */
static const struct ggml_type_info types[] = {
	[0] = { "F32", 1, 4, NULL, floats_f32, TILE_ROUNDED, W16 },
	[1] = { "F16", 1, 2, NULL, floats_f16, TILE_ROUNDED, W16 },
	[2] = { "Q4_0", 32, 18, quants_q4_0, NULL, TILE_EXACT, W4 },
	[3] = { "Q4_1", 32, 20, quants_q4_1, NULL, TILE_EXACT, W4_MIN },
	[4] = UNREAD("Q4_2", 0, 0),
	[5] = UNREAD("Q4_3", 0, 0),
	[6] = { "Q5_0", 32, 22, quants_q5_0, NULL, TILE_EXACT, W8 },
	[7] = { "Q5_1", 32, 24, quants_q5_1, NULL, TILE_EXACT, W8_MIN },
	[8] = { "Q8_0", 32, 34, quants_q8_0, NULL, TILE_EXACT, W8 },
	[9] = UNREAD("Q8_1", 32, 36),
	[10] = { "Q2_K", 256, 84, quants_q2_k, NULL, TILE_ROUNDED, W16 },
	[11] = { "Q3_K", 256, 110, quants_q3_k, NULL, TILE_EXACT, W8 },
	[12] = { "Q4_K", 256, 144, quants_q4_k, NULL, TILE_ROUNDED, W4_MIN },
	[13] = { "Q5_K", 256, 176, quants_q5_k, NULL, TILE_ROUNDED, W8_MIN },
	[14] = { "Q6_K", 256, 210, quants_q6_k, NULL, TILE_FITTED, W8 },
	[15] = UNREAD("Q8_K", 256, 292),
	[16] = UNREAD("IQ2_XXS", 256, 66),
	[17] = UNREAD("IQ2_XS", 256, 74),
	[18] = UNREAD("IQ3_XXS", 256, 98),
	[19] = UNREAD("IQ1_S", 256, 50),
	[20] = { "IQ4_NL", 32, 18, quants_iq4_nl, NULL, TILE_EXACT, W8 },
	[21] = UNREAD("IQ3_S", 256, 110),
	[22] = UNREAD("IQ2_S", 256, 82),
	[23] = { "IQ4_XS", 256, 136, quants_iq4_xs, NULL, TILE_ROUNDED, W8 },
	[24] = UNREAD("I8", 1, 1),
	[25] = UNREAD("I16", 1, 2),
	[26] = UNREAD("I32", 1, 4),
	[27] = UNREAD("I64", 1, 8),
	[28] = UNREAD("F64", 1, 8),
	[29] = UNREAD("IQ1_M", 256, 56),
	[30] = { "BF16", 1, 2, NULL, floats_bf16, TILE_ROUNDED, W16 },
	[31] = UNREAD("Q4_0_4_4", 0, 0),
	[32] = UNREAD("Q4_0_4_8", 0, 0),
	[33] = UNREAD("Q4_0_8_8", 0, 0),
	[34] = UNREAD("TQ1_0", 256, 54),
	[35] = UNREAD("TQ2_0", 256, 66),
	[36] = UNREAD("IQ4_NL_4_4", 0, 0),
	[37] = UNREAD("IQ4_NL_4_8", 0, 0),
	[38] = UNREAD("IQ4_NL_8_8", 0, 0),
	[39] = UNREAD("MXFP4", 32, 17),
	[40] = UNREAD("NVFP4", 64, 36),
	[41] = UNREAD("Q1_0", 128, 18),
	[42] = UNREAD("Q2_0", 64, 18),
};

const struct ggml_type_info *ggml_type_info(uint32_t type)
{
	return type < sizeof(types) / sizeof(types[0]) ? &types[type] : NULL;
}

const char *ggml_type_name(uint32_t type)
{
	const struct ggml_type_info *info = ggml_type_info(type);

	return info ? info->name : "unknown";
}
