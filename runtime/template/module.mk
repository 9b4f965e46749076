# SPDX-License-Identifier: MIT
#
# Chat templates.
LIB_SRCS += $(wildcard runtime/template/*.c)

TESTS += tests/template/compare build/tests/template/test_limits
TEST_DEPS += build/tests/template/render

build/tests/template/render: LIB_LIBS += -ljson-c
