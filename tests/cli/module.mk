# SPDX-License-Identifier: MIT
TESTS += $(addprefix tests/cli/,options files load run chat terminal bench devices rtl trace) build/tests/cli/test_text

build/tests/cli/test_text: $(addprefix build/obj/runtime/cmd/,json.o text.o utf8.o)
