# SPDX-License-Identifier: MIT
TESTS += $(addprefix tests/cli/,options files load run chat terminal bench devices rtl trace) build/tests/cli/test_text

build/tests/cli/test_text: $(addprefix build/obj/runtime/cmd/,json.o text.o utf8.o)

TESTS += tests/cli/memory
TEST_DEPS += build/tests/cli/fail_alloc.so

build/tests/cli/fail_alloc.so: build/obj/tests/cli/fail_alloc.o
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -shared $(LDFLAGS) -o $@ $^ -ldl
