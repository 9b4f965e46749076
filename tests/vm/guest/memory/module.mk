# SPDX-License-Identifier: MIT
#
# Objects, copies, and what the driver shows of itself.
MEMORY := build/tests/vm/guest/memory
MEMORY_TESTS := $(patsubst tests/vm/guest/memory/%.c,$(MEMORY)/%,$(wildcard tests/vm/guest/memory/test_*.c))
MEMORY_PARTS := $(addprefix build/obj/tests/vm/guest/,memory/accel.o memory/load.o memory/sequence.o lib/host.o lib/report.o)

GUEST_TESTS += $(MEMORY_TESTS)

$(MEMORY_TESTS): $(MEMORY_PARTS)

build/obj/tests/vm/guest/memory/%.o: CPPFLAGS += -D_GNU_SOURCE $(LIBDRM_CFLAGS)

$(MEMORY)/%: build/obj/tests/vm/guest/memory/%.o
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) $(LDFLAGS) -o $@ $^
