# SPDX-License-Identifier: MIT
#
# libingot: devices, programs, models; and the ingot command.
LIB_SRCS += $(addprefix runtime/device/,device.c open.c ring.c buffer.c context.c)
LIB_SRCS += runtime/program/program.c
LIB_SRCS += $(addprefix runtime/model/,hparams.c repack.c weights.c load.c session.c session_program.c)
LIB_SRCS += $(addprefix runtime/model/,lower.c lower_plan.c lower_attention.c lower_layer.c)
LIB_LIBS += -ldl

-include runtime/model/module.mk
-include runtime/cmd/module.mk
