# SPDX-License-Identifier: MIT
#
# The functional model: the device at the level of registers, rings, programs and commands.
FUNC_SRCS := core.c regs.c queue.c copy.c job.c control.c matmul.c stream.c vector.c rows.c append.c token.c pick.c check.c \
	check_memory.c pool.c
LIB_SRCS += $(FUNC_SRCS:%=hw/func/%) runtime/config.c

FUNC_TESTS := $(addprefix build/tests/unit/,test_func test_func_vector test_func_faults test_func_rings \
	test_func_config)
TESTS += $(FUNC_TESTS)
$(FUNC_TESTS): build/obj/tests/unit/test_func_device.o

include hw/func/kernels.mk
