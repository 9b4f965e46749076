# SPDX-License-Identifier: MIT
#
# Configurations: the compiled device tree of each, and what the RTL takes from it.
CONFIGS := $(basename $(notdir $(wildcard hw/configs/*.dts)))
ALL += $(CONFIGS:%=build/configs/%.dtb)

build/configs/%.dtb: hw/configs/%.dts
	$(say) DTC $@
	$(Q)mkdir -p $(@D) && dtc -q -I dts -O dtb -o $@ $<

build/hw/params: build/obj/hw/configs/params.o
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) $(LDFLAGS) -o $@ $^ -lfdt

# The parameters of ing_core as -G options, on one line.
build/hw/%/params: build/configs/%.dtb build/hw/params
	$(Q)mkdir -p $(@D) && build/hw/params gflags $< > $@

# The configuration ROM as a module.
build/hw/%/ing_rom.sv: build/configs/%.dtb build/hw/params
	$(Q)mkdir -p $(@D) && build/hw/params rom $< > $@
