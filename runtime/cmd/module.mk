# SPDX-License-Identifier: MIT

BIN_SRCS += $(wildcard runtime/cmd/*.c)
