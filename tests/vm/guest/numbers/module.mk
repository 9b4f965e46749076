# SPDX-License-Identifier: MIT
#
# Figures that are asserted where they are counts and told where they are times: tests/vm/numbers.t, with a real model.
NUMBERS := build/tests/vm/guest/numbers/upload
TEST_DEPS += $(NUMBERS)

build/obj/tests/vm/guest/numbers/upload.o: CPPFLAGS += -D_GNU_SOURCE $(LIBDRM_CFLAGS)

$(NUMBERS): build/obj/tests/vm/guest/numbers/upload.o $(addprefix build/obj/tests/vm/guest/,survive/node.o lib/report.o \
		uapi/raw.o uapi/programs.o uapi/tap.o) build/libingot.a
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -static $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -ldrm -luring -lm
