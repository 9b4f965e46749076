/* SPDX-License-Identifier: MIT */
/* What the files of the kernels share: the instances, and the tables in the form vectors want. */
#ifndef INGOT_FUNC_KERNELS_INTERNAL_H
#define INGOT_FUNC_KERNELS_INTERNAL_H

#include <ingot/sfu_tables.h>

#include "kernels.h"

extern const struct ing_kernels ing_kernels_scalar;

#ifdef __x86_64__
/* A table of sfu_tables.h, a coefficient after another. */
struct sfu_columns {
	int32_t c0[ING_SFU_SEGMENTS], c1[ING_SFU_SEGMENTS], c2[ING_SFU_SEGMENTS];
} __attribute__((aligned(64)));

/* Filled by the first ing_kernels_select(). */
extern struct ing_kernel_sfu {
	struct sfu_columns exp2, recip, rsqrt_even, rsqrt_odd;
} ing_kernel_sfu;

extern const struct ing_kernels ing_kernels_avx2;
extern const struct ing_kernels ing_kernels_avx512;

/* Each in a file of its own, beside the vector functions of its instance. */
void ing_avx2_matmul(const struct ing_matmul *m);
void ing_avx512_matmul(const struct ing_matmul *m);
#endif

#endif
