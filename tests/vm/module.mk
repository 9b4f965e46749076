# SPDX-License-Identifier: MIT
#
# Tests in virtual machines. Folders of tests/vm/guest/ describe themselves in a fragment that appends to
#   GUEST_TESTS    programs and scripts that speak TAP in the guest; all of them run in one boot of each kernel
#   GUEST_OPTIONS  what they want of scripts/vm, files for instance
# Programs are built for the host: scripts/vm takes their libraries along.
.PHONY: vm vm-demo check-debug-kernel fetch-kernels

GUEST_TESTS := $(addprefix tests/vm/guest/base/,link pci module)
GUEST_OPTIONS := --file build/tests/vm/model.gguf

include $(wildcard tests/vm/guest/*/module.mk)

TESTS += $(wildcard tests/vm/*.t)
GUEST_DEPS := build/tests/vm/programs $(filter build/%,$(GUEST_OPTIONS) $(GUEST_TESTS))
TEST_DEPS += $(GUEST_DEPS) fetch-kernels

build/tests/vm/programs: $(MAKEFILE_LIST)
	$(Q)mkdir -p $(@D) && echo $(GUEST_OPTIONS) $(GUEST_TESTS) > $@

# So that no test waits for another one's download.
fetch-kernels:
	$(Q)scripts/kernel get 6.12 > /dev/null && scripts/kernel get newest > /dev/null

# What of the command line goes to scripts/vm.
VM_KERNEL = $(if $(KERNEL),--kernel $(KERNEL))
VM_ENGINE = $(if $(ENGINE),$(if $(findstring :,$(ENGINE)),$(ENGINE),$(ENGINE):sim512),func:sim512)
VM_OPTIONS = $(VM_KERNEL) --device $(VM_ENGINE) $(if $(VM_SMP),--smp $(VM_SMP)) $(if $(VM_MEMORY),--memory $(VM_MEMORY)) $(VMFLAGS)

## vm: a shell in a virtual machine with the board (KERNEL=6.12|newest|..., ENGINE=func|rtl[:CONFIG], VM_SMP=, VM_MEMORY=)
vm: all
	$(Q)scripts/vm shell $(VM_OPTIONS) --file "$$(scripts/fetch-model)=model.gguf"

## vm-demo: a real model answers through a real kernel, ingot.ko and the board simulated (KERNEL=, ENGINE=)
vm-demo: setup
	@$(MAKE) $(PARALLEL) all
	$(Q)scripts/vm-demo $(VM_OPTIONS)

## check-debug-kernel: all tests of the guest on a kernel with KASAN, lockdep, kmemleak, ... (built once, 15 minutes)
check-debug-kernel: setup
	@$(MAKE) $(PARALLEL) all $(GUEST_DEPS)
	$(Q)scripts/vm test --kernel debug --memory 2G --timeout 3600 $(VMFLAGS) $$(cat build/tests/vm/programs)
