# SPDX-License-Identifier: MIT
#
# Synthesis with Yosys. `make synth`: the core of the configuration ecp5 for an ECP5-85F, and what it takes of it.
# build/rtl/CONFIG-netlist.so: the core of a configuration as synthesised, opened as rtl:CONFIG-netlist.
SYNTH_PKGS := hw/rtl/gen/ing_pkg.sv hw/rtl/fp/ing_fp_pkg.sv
SYNTH_SRCS := $(SYNTH_PKGS) $(filter-out $(SYNTH_PKGS),$(sort $(wildcard hw/rtl/*.sv hw/rtl/gen/*.sv hw/rtl/fp/*.sv)))

# Yosys makes a wire of a name that it does not know and says so: that is an error here.
YOSYS := $(TOOLBOX) run yosys -q -e 'implicitly declared'
# Runs scripts $(2), which write to folder $(1), and shows what the log says of a failure.
yosys = $(Q)$(YOSYS) -l $(1)/yosys.log -p "$(2)" > $(1)/yosys.out 2>&1 || { tail -n 20 $(1)/yosys.out; false; }

# Reads the core of configuration $(1) with its parameters.
read_core = read_verilog -sv -defer -noautowire $(SYNTH_SRCS) build/hw/$(1)/ing_rom.sv; \
	hierarchy -check -top ing_core $$(sed 's/-G\([A-Za-z]*\)=/-chparam \1 /g' build/hw/$(1)/params)

include fpga/ecp5/ecp5.mk
include fpga/sim/netlist.mk
