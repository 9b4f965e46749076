# SPDX-License-Identifier: MIT
#
# Cores as synthesised: mapped to the cells of the ECP5, flattened, and Verilated from those, behind the harness of hw/sim.
NETLIST_CXXFLAGS := -O1 -march=x86-64-v3

VERILATE_netlist := --cc --top-module ing_core --prefix Ving_core -Wno-lint -Wno-style -Wno-MULTIDRIVEN --flatten -O3 \
	--no-assert --x-assign fast --x-initial fast --output-split 5000 --output-split-cfuncs 500 -CFLAGS '-fPIC -fvisibility=hidden'

build/hw/%/netlist/netlist.v: build/hw/%/ing_rom.sv build/hw/%/params $(SYNTH_SRCS) fpga/elaborate.ys
	$(say) YOSYS $@
	$(Q)mkdir -p $(@D)
	$(call yosys,$(@D),$(call read_core,$*); script fpga/elaborate.ys; synth_lattice -family ecp5 -noflatten -run begin:check; check -assert -noinit; \
		write_verilog -noattr $@)

build/hw/%/netlist/Ving_core.mk: build/hw/%/netlist/netlist.v fpga/sim/cells.sv fpga/sim/netlist.mk
	$(say) VERILATE $(@D)
	$(Q)$(TOOLBOX) run verilator $(VERILATE_netlist) --Mdir $(@D) fpga/sim/cells.sv $< \
		> $(@D)/verilator.log || { cat $(@D)/verilator.log; rm -f $@; false; }
	$(Q)$(call find_scratch,$(@D))

build/hw/%/netlist/libVing_core.a: build/hw/%/netlist/Ving_core.mk
	$(say) CXX $@
	$(Q)root=$$($(TOOLBOX) path)/usr/share/verilator && \
		$(MAKE) -C $(@D) -f Ving_core.mk VERILATOR_ROOT=$$root CXX=$(CXX) AR=$(AR) OPT_FAST='$(NETLIST_CXXFLAGS)' \
		OPT_SLOW=-O0 OPT_GLOBAL=-O1 libVing_core.a libverilated.a > $(@D)/make.log 2>&1 || { tail -n 40 $(@D)/make.log; false; }

build/hw/%/netlist/core_rtl.o: hw/sim/core_rtl.cpp build/hw/%/netlist/libVing_core.a hw/sim/dram.h hw/sim/hostbus.h hw/core.h
	$(say) CXX $@
	$(Q)root=$$($(TOOLBOX) path)/usr/share/verilator/include && $(CXX) $(CPPFLAGS) $(SIM_CXXFLAGS) $(WARN) \
		-I$(@D) -isystem $$root -isystem $$root/vltstd -c -o $@ $<

build/rtl/%-netlist.so: build/hw/%/netlist/core_rtl.o build/obj/hw/sim/dram.o build/obj/runtime/error.o \
		build/hw/%/netlist/libVing_core.a build/configs/%-netlist.dtb
	$(say) LINK $@
	$(call link_rtl)

# It is opened by a name of its own, as the check build is.
build/configs/%-netlist.dtb: build/configs/%.dtb
	$(Q)cp $< $@

TEST_DEPS += build/rtl/tiny-netlist.so
TESTS += tests/rtl/netlist/random.t
