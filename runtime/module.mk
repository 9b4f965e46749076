# SPDX-License-Identifier: MIT
#
# libingot: devices, programs, models; and the ingot command.
LIB_SRCS += $(addprefix runtime/device/,device.c open.c core_load.c core_list.c core_open.c core_device.c core_ring.c core_buffer.c \
	core_context.c drm_nodes.c drm_device.c drm_memory.c drm_context.c drm_jobs.c drm_uring.c drm_traffic.c)
LIB_SRCS += runtime/program/program.c
LIB_SRCS += $(addprefix runtime/model/,arch.c rope.c hparams.c inspect.c conversions.c repack.c repack_blocks.c stager.c weights.c weights_plan.c load.c session.c generate.c runner.c)
LIB_SRCS += $(addprefix runtime/model/,lower.c lower_plan.c lower_append.c lower_attention.c lower_layer.c lower_head.c lower_ffn.c lower_norm.c lower_window.c)
LIB_LIBS += -ldl -ldrm -luring

# <drm.h>, which the driver's interface includes too
LIBDRM_CFLAGS := $(or $(shell pkg-config --cflags libdrm 2> /dev/null),-I/usr/include/libdrm)
$(patsubst %,build/obj/runtime/device/%.o,drm_device drm_memory drm_context drm_jobs drm_uring drm_traffic): \
	CPPFLAGS += $(LIBDRM_CFLAGS)

TESTS += $(addprefix build/tests/unit/,test_nodes test_device test_selftest)
build/tests/unit/test_selftest: build/obj/tests/unit/fault_core.o $(patsubst %.c,build/obj/%.o,$(wildcard runtime/selftest/*.c))

-include runtime/model/module.mk
-include runtime/template/module.mk
-include runtime/cmd/module.mk
