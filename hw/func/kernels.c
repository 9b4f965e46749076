// SPDX-License-Identifier: MIT
/* Choice of the kernels that this processor can run, and the mode they compute in. */
#include <stdbool.h>
#include <string.h>

#include "kernels.h"
#include "kernels_internal.h"

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>
#include <pthread.h>

struct ing_kernel_sfu ing_kernel_sfu;

static void fill_columns(struct sfu_columns *to, const int32_t from[ING_SFU_SEGMENTS][3])
{
	for (int i = 0; i < ING_SFU_SEGMENTS; i++) {
		to->c0[i] = from[i][0];
		to->c1[i] = from[i][1];
		to->c2[i] = from[i][2];
	}
}

static void fill_tables(void)
{
	fill_columns(&ing_kernel_sfu.exp2, ing_sfu_exp2);
	fill_columns(&ing_kernel_sfu.recip, ing_sfu_recip);
	fill_columns(&ing_kernel_sfu.rsqrt_even, ing_sfu_rsqrt_even);
	fill_columns(&ing_kernel_sfu.rsqrt_odd, ing_sfu_rsqrt_odd);
}

/* MXCSR: all exceptions masked, rounding to nearest, FTZ and DAZ. */
#define MODE_FTZ_DAZ 0x9fc0

/* clang's __builtin_cpu_supports() does not know it. */
static bool can_f16c(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && ecx & bit_F16C;
}

static bool can_avx2(void)
{
	return __builtin_cpu_supports("avx2") && can_f16c();
}

static bool can_avx512(void)
{
	return can_avx2() && __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

static bool can_scalar(void)
{
	return true;
}

/* Best first. */
static const struct {
	const struct ing_kernels *kernels;
	bool (*can)(void);
} instances[] = {
	{ &ing_kernels_avx512, can_avx512 },
	{ &ing_kernels_avx2, can_avx2 },
	{ &ing_kernels_scalar, can_scalar },
};

const struct ing_kernels *ing_kernels_select(const char *name)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, fill_tables);
	for (size_t i = 0; i < sizeof(instances) / sizeof(instances[0]); i++)
		if ((!name || !strcmp(name, instances[i].kernels->name)) && instances[i].can())
			return instances[i].kernels;
	return NULL;
}

uint32_t ing_kernels_enter(const struct ing_kernels *k)
{
	uint32_t mode = _mm_getcsr();

	if (k != &ing_kernels_scalar)
		_mm_setcsr(MODE_FTZ_DAZ);
	return mode;
}

void ing_kernels_leave(uint32_t mode)
{
	_mm_setcsr(mode);
}

#else

const struct ing_kernels *ing_kernels_select(const char *name)
{
	return !name || !strcmp(name, ing_kernels_scalar.name) ? &ing_kernels_scalar : NULL;
}

uint32_t ing_kernels_enter(const struct ing_kernels *k)
{
	(void)k;
	return 0;
}

void ing_kernels_leave(uint32_t mode)
{
	(void)mode;
}

#endif
