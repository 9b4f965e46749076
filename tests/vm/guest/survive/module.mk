# SPDX-License-Identifier: MIT
#
# Campaigns that run inside a guest, statically linked; what they share with the tests of the uAPI comes from there.
SURVIVE := build/tests/vm/guest/survive
SURVIVE_SRCS := $(wildcard tests/vm/guest/survive/*.c)
SURVIVE_PROGRAMS := $(patsubst tests/vm/guest/survive/%.c,%,$(filter tests/vm/guest/survive/survive_%,$(SURVIVE_SRCS)))
SURVIVE_OBJS := $(patsubst %.c,build/obj/%.o,$(SURVIVE_SRCS))
SURVIVE_PARTS := $(filter-out build/obj/tests/vm/guest/survive/survive_%,$(SURVIVE_OBJS)) \
	$(addprefix build/obj/tests/vm/guest/,uapi/raw.o uapi/programs.o uapi/tap.o lib/host.o lib/report.o)

# The board does not come back from survive_gone: tests/vm/survive.t gives it a guest of its own.
GUEST_TESTS += $(addprefix $(SURVIVE)/,$(filter-out survive_gone,$(SURVIVE_PROGRAMS)))
TEST_DEPS += $(SURVIVE)/survive_gone

$(SURVIVE_OBJS): CPPFLAGS += -D_GNU_SOURCE $(LIBDRM_CFLAGS)

$(SURVIVE)/%: build/obj/tests/vm/guest/survive/%.o $(SURVIVE_PARTS) build/libingot.a
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -static $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -ldrm -luring -lm

## survive: campaigns in full: 500 kills, 200 unbinds, 200 resets, 100 bus errors, 100 reloads, faults, the board killed (KERNEL=, SEED=)
.PHONY: survive
survive: all $(SURVIVE_PROGRAMS:%=$(SURVIVE)/%)
	$(Q)scripts/vm test $(VM_KERNEL) --timeout 7200 --append "SURVIVE=full $(if $(SEED),SEED=$(SEED))" $(VMFLAGS) \
		$(filter $(SURVIVE)/%,$(GUEST_TESTS))
	$(Q)KERNEL=$(or $(KERNEL),6.12) tests/vm/survive.t
