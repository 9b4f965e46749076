# SPDX-License-Identifier: MIT
#
# Tests of the driver's interface, and its fuzzer. Linked statically: they run wherever the driver does.
UAPI := build/tests/vm/guest/uapi
UAPI_TESTS := $(patsubst tests/vm/guest/uapi/%.c,%,$(wildcard tests/vm/guest/uapi/uapi_*.c))
UAPI_FUZZ_PARTS := fuzz_world fuzz_calls fuzz_programs fuzz_rings fuzz_steps
UAPI_PARTS := tap raw programs calls rings board
UAPI_OBJS = $(1:%=build/obj/tests/vm/guest/uapi/%.o)

GUEST_TESTS += $(addprefix $(UAPI)/,$(UAPI_TESTS) fuzz_uapi)

$(call UAPI_OBJS,$(UAPI_TESTS) $(UAPI_PARTS) $(UAPI_FUZZ_PARTS) fuzz_uapi): CPPFLAGS += -D_GNU_SOURCE $(LIBDRM_CFLAGS)

$(addprefix $(UAPI)/,$(UAPI_TESTS) fuzz_uapi): $(call UAPI_OBJS,$(UAPI_PARTS)) \
	$(addprefix build/obj/tests/vm/guest/lib/,host.o report.o)
$(UAPI)/fuzz_uapi: $(call UAPI_OBJS,$(UAPI_FUZZ_PARTS))

$(UAPI)/%: build/obj/tests/vm/guest/uapi/%.o build/libingot.a
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -static $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -ldrm -luring -lm

## fuzz-uapi: random calls of the driver's interface in a virtual machine, for SECONDS=1800 (SEED=, KERNEL=6.12|debug|...)
.PHONY: fuzz-uapi
fuzz-uapi: FUZZ_SECONDS = $(or $(SECONDS),1800)
fuzz-uapi: all $(UAPI)/fuzz_uapi
	$(Q)printf '#!/bin/sh\nexec fuzz_uapi --trace --seconds %s%s\n' $(FUZZ_SECONDS) '$(if $(SEED), --seed $(SEED))' > $(UAPI)/fuzz && chmod +x $(UAPI)/fuzz
	$(Q)scripts/vm test $(VM_OPTIONS) --timeout $$(($(FUZZ_SECONDS) + 600)) --program $(UAPI)/fuzz_uapi $(UAPI)/fuzz
