# SPDX-License-Identifier: MIT
#
# The configuration ecp5 on an ECP5-85F: synthesis, and placement and routing in a shell (ing_shell.sv).
SYNTH_DIR := build/synth/ecp5

.PHONY: synth route

## synth: the core of configuration ecp5 for an ECP5-85F: LUT, FF, DSP, block RAM
synth: $(SYNTH_DIR)/report.txt
	@cat $<

$(SYNTH_DIR)/core.json: $(SYNTH_SRCS) build/hw/ecp5/params build/hw/ecp5/ing_rom.sv fpga/elaborate.ys fpga/ecp5/synth.ys
	$(say) YOSYS $@
	$(Q)mkdir -p $(@D)
	$(call yosys,$(@D),$(call read_core,ecp5); script fpga/ecp5/synth.ys; \
		tee -q -o $(@D)/stat.json stat -json; write_json $@)

# Fails if the core is larger than it may be.
$(SYNTH_DIR)/report.txt: $(SYNTH_DIR)/core.json scripts/synth-report
	$(Q)scripts/synth-report $(<D)/stat.json > $@

## route: place and route that core; utilisation and clock as nextpnr finds them
route: $(SYNTH_DIR)/route.json
	@scripts/synth-report --route $<

# The shell is synthesised around an empty core, then the core is put in.
$(SYNTH_DIR)/shell.json: $(SYNTH_DIR)/core.json fpga/ecp5/ing_shell.sv
	$(say) YOSYS $@
	$(Q)mkdir -p $(@D)/shell
	$(call yosys,$(@D)/shell,read_json $<; delete =* =ing_core %d; blackbox ing_core; \
		read_verilog -sv fpga/ecp5/ing_shell.sv; synth_lattice -family ecp5 -top ing_shell -run begin:check; \
		delete =* =ing_shell %d; write_rtlil $(@D)/shell/shell.il; \
		design -reset; read_json $<; read_rtlil $(@D)/shell/shell.il; hierarchy -top ing_shell; write_json $@)

# The clock asked for is that of the configuration, 50 MHz; a slower result is reported, no failure.
$(SYNTH_DIR)/route.json: $(SYNTH_DIR)/shell.json
	$(say) NEXTPNR $@
	$(Q)$(TOOLBOX) run nextpnr-ecp5 --85k --package CABGA756 --speed 8 --json $< --lpf-allow-unconstrained --freq 50 \
		--seed 1 --timing-allow-fail --report $@ -l $(@D)/nextpnr.log -q || { tail -n 20 $(@D)/nextpnr.log; false; }
