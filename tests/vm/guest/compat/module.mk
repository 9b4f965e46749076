# SPDX-License-Identifier: MIT
#
# A 32-bit program, without a C library: the compiler alone can make it, and the kernel's headers are those of the host.
COMPAT := build/tests/vm/guest/compat/compat32

GUEST_TESTS += tests/vm/guest/compat/callers-32
GUEST_OPTIONS += --program $(COMPAT)

$(COMPAT): tests/vm/guest/compat/compat32.c $(wildcard include/ingot/*.h) include/uapi/drm/ingot_accel.h
	$(say) CC $@
	$(Q)mkdir -p $(@D) && $(CC) -m32 -std=gnu11 -O1 -Wall -Wextra -Werror -ffreestanding -nostdlib -static -fno-pie -no-pie \
		-fno-stack-protector -Iinclude -isystem /usr/include/$(shell $(CC) -print-multiarch) $(LIBDRM_CFLAGS) -o $@ $<
