# SPDX-License-Identifier: MIT
#
# The ingot command, and the tests that drive it.
BIN_SRCS += $(wildcard runtime/cmd/*.c) $(wildcard runtime/selftest/*.c)
BIN_LIBS += -ledit

include tests/cli/module.mk
include tests/fidelity/module.mk
