# SPDX-License-Identifier: MIT
#
# The kernels of the functional model: one instance an instruction set, chosen at run time. FMA stays off even where the
# instruction set has it: the arithmetic is defined without.
KERNEL_SRCS := kernels.c kernels_widen.c kernels_scalar.c
ifneq ($(filter x86_64%,$(shell $(CC) -dumpmachine)),)
KERNEL_SRCS += kernels_avx2.c kernels_avx2_matmul.c kernels_avx512.c kernels_avx512_matmul.c
endif
LIB_SRCS += $(KERNEL_SRCS:%=hw/func/%)
TESTS += build/tests/unit/test_kernels

$(KERNEL_SRCS:%.c=build/obj/hw/func/%.o): hw/func/kernels.mk
AVX2_FLAGS := -mavx2 -mf16c -mno-fma
AVX512_FLAGS := -mavx2 -mf16c -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni -mprefer-vector-width=512
build/obj/hw/func/kernels_%.o: CFLAGS += -O3
build/obj/hw/func/kernels_avx2.o build/obj/hw/func/kernels_avx2_matmul.o: CFLAGS += $(AVX2_FLAGS)
build/obj/hw/func/kernels_avx512.o build/obj/hw/func/kernels_avx512_matmul.o: CFLAGS += $(AVX512_FLAGS)
