// SPDX-License-Identifier: MIT
/* The AVX2 instance. */
#include "kernels_internal.h"
#include "kernels_quant.h"
#include "kernels_vec.h"

const struct ing_kernels ing_kernels_avx2 = {
	.name = "avx2",
	.matmul = ing_avx2_matmul,
	.vec = simd_vec,
	.sum = simd_sum,
	.max = simd_max,
	.quant_act = simd_quant_act,
	.quant_kv = simd_quant_kv,
	.find_above = simd_find_above,
};
