# SPDX-License-Identifier: MIT
#
# Cores as synthesised: mapped to the cells of the ECP5 and simulated as those cells, behind the harness of hw/sim.
# Nothing has to be compiled for a netlist: a simulator reads it, and takes the place of Verilator's model.
build/synth/%/netlist.json: $(SYNTH_SRCS) build/hw/%/params build/hw/%/ing_rom.sv fpga/elaborate.ys fpga/sim/netlist.ys fpga/module.mk
	$(say) YOSYS $@
	$(Q)mkdir -p $(@D)
	$(call yosys,$(@D),$(call read_core,$*); script fpga/sim/netlist.ys; write_json $@)

build/synth/%/netlist: build/synth/%/netlist.json scripts/synth-netlist
	$(Q)scripts/synth-netlist $< > $@

build/synth/%/Ving_core.o: fpga/sim/Ving_core.cpp fpga/sim/Ving_core.h fpga/sim/netlist.h build/synth/%/netlist
	$(say) CXX $@
	$(Q)$(CXX) $(SIM_CXXFLAGS) $(WARN) -DNETLIST='"build/synth/$*/netlist"' -c -o $@ $<

# The harness as it is, with other headers where it asks for Verilator's.
build/synth/%/core_rtl.o: hw/sim/core_rtl.cpp hw/sim/dram.h hw/sim/hostbus.h hw/core.h fpga/sim/Ving_core.h \
		fpga/sim/netlist.h fpga/sim/verilated.h
	$(say) CXX $@
	$(Q)mkdir -p $(@D) && $(CXX) $(CPPFLAGS) $(SIM_CXXFLAGS) $(WARN) -Ifpga/sim -c -o $@ $<

build/obj/fpga/sim/netlist.o: CXXFLAGS += -O3 -fvisibility=hidden
-include build/obj/fpga/sim/netlist.d

build/rtl/%-netlist.so: build/synth/%/core_rtl.o build/synth/%/Ving_core.o build/obj/fpga/sim/netlist.o \
		build/obj/hw/sim/dram.o build/obj/runtime/error.o build/configs/%-netlist.dtb
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(CXX) -shared -Wl,--no-undefined $(LDFLAGS) -o $@ $(filter %.o,$^) -lfdt

# It is opened by a name of its own, as the check build is.
build/configs/%-netlist.dtb: build/configs/%.dtb
	$(Q)cp $< $@

TESTS += tests/rtl/netlist/core.t tests/rtl/netlist/random.t
TEST_DEPS += build/rtl/tiny-netlist.so

## netlist: the tests of the core of configuration tiny, as synthesised
.PHONY: netlist
netlist: all build/rtl/tiny-netlist.so build/tests/diff/random_programs build/tests/rtl/core/test_core
	$(Q)prove tests/rtl/netlist
