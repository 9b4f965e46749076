# SPDX-License-Identifier: MIT
#
# Verilated cores: build/rtl/CONFIG.so, as fast as possible, and build/rtl/CONFIG-check.so of the same RTL with
# assertions, random initial values and waveforms on demand. Verilator comes from the toolbox; what it writes is
# compiled by the host's compiler, against the toolbox's copy of Verilator's run time.
RTL_PKGS := hw/rtl/gen/ing_pkg.sv hw/rtl/fp/ing_fp_pkg.sv
RTL_SRCS := $(RTL_PKGS) $(filter-out $(RTL_PKGS),$(sort $(wildcard hw/rtl/*.sv hw/rtl/*/*.sv)))

# What `make` builds, and of which there is a check build for the tests.
RTL_CONFIGS := sim512 tiny micro16
RTL_CHECKS := tiny
ALL += $(RTL_CONFIGS:%=build/rtl/%.so)
TEST_DEPS += $(RTL_CHECKS:%=build/rtl/%-check.so)

SIM_CXXFLAGS := -std=c++20 -fPIC -O3 -march=x86-64-v3 -fvisibility=hidden -fno-strict-aliasing

VERILATE := --cc --top-module ing_core --prefix Ving_core -Wall --flatten -O3 --output-split 20000 -CFLAGS '-fPIC -fvisibility=hidden'
VERILATE_fast := --no-assert --x-assign fast --x-initial fast
VERILATE_check := --assert -DING_ASSERT -DING_SYNTH_FORMS --x-assign unique --x-initial unique --trace-fst
DEFINES_fast := -DING_TAP
DEFINES_check := -DING_TAP -DING_TRACE

# The check build is made often and runs little.
OPT_fast := -O3 -march=x86-64-v3
OPT_check := -O1 -march=x86-64-v3

# The name of the scratchpad's memory in the model, if it has one, for peek().
define find_scratch
{ name=$$(grep -oh '[A-Za-z0-9_]*__DOT__mem_a\b' $(1)/Ving_core___024root.h | head -n 1); \
echo "/* Made by hw/sim/module.mk. */"; [ -z "$$name" ] || echo "#define ING_SCRATCH_MEMBER $$name"; } > $(1)/scratch_member.h
endef

compile_rtl = root=$$($(TOOLBOX) path)/usr/share/verilator/include && $(CXX) $(CPPFLAGS) $(SIM_CXXFLAGS) $(WARN) \
	$(DEFINES_$(notdir $(@D))) -I$(@D) -isystem $$root -isystem $$root/vltstd -c -o $@ $<

# $(1): fast or check
define rtl_rules
build/hw/%/$(1)/Ving_core.mk: build/hw/%/ing_rom.sv build/hw/%/params $$(RTL_SRCS) hw/sim/tap.vlt hw/sim/module.mk
	$$(say) VERILATE $$(@D)
	$$(Q)rm -rf $$(@D) && mkdir -p $$(@D)
	$$(Q)$$(TOOLBOX) run verilator $$(VERILATE) $$(VERILATE_$(1)) --Mdir $$(@D) $$$$(cat build/hw/$$*/params) \
		hw/sim/tap.vlt $$(RTL_SRCS) build/hw/$$*/ing_rom.sv > $$(@D)/verilator.log || { cat $$(@D)/verilator.log; rm -f $$@; false; }
	$$(Q)$$(call find_scratch,$$(@D))

build/hw/%/$(1)/libVing_core.a: build/hw/%/$(1)/Ving_core.mk
	$$(say) CXX $$@
	$$(Q)root=$$$$($$(TOOLBOX) path)/usr/share/verilator && \
		$$(MAKE) -C $$(@D) -f Ving_core.mk VERILATOR_ROOT=$$$$root CXX=$$(CXX) AR=$$(AR) \
		OPT_FAST='$$(OPT_$(1))' OPT_SLOW=-O0 OPT_GLOBAL='-O2 -march=x86-64-v3' libVing_core.a libverilated.a > $$(@D)/make.log 2>&1 || { tail -n 40 $$(@D)/make.log; false; }

build/hw/%/$(1)/core_rtl.o: hw/sim/core_rtl.cpp build/hw/%/$(1)/libVing_core.a hw/sim/dram.h hw/sim/hostbus.h \
		hw/sim/tap.h include/ingot/trace.h hw/core.h
	$$(say) CXX $$@
	$$(Q)$$(compile_rtl)

build/hw/%/$(1)/tap.o: hw/sim/tap.cpp build/hw/%/$(1)/libVing_core.a hw/sim/tap.h include/ingot/trace.h
	$$(say) CXX $$@
	$$(Q)$$(compile_rtl)
endef
$(eval $(call rtl_rules,fast))
$(eval $(call rtl_rules,check))

build/obj/hw/sim/dram.o: CXXFLAGS += -fvisibility=hidden

link_rtl = $(Q)mkdir -p $(@D) && $(CXX) -shared -Wl,--no-undefined -Wl,--exclude-libs,ALL $(LDFLAGS) -o $@ \
	$(filter %.o,$^) $(filter %.a,$^) $(dir $(filter %core_rtl.o,$^))libverilated.a -lfdt $(1)

build/rtl/%-check.so: build/hw/%/check/core_rtl.o build/hw/%/check/tap.o build/obj/hw/sim/dram.o build/obj/runtime/error.o build/hw/%/check/libVing_core.a \
		build/configs/%-check.dtb
	$(say) LINK $@
	$(call link_rtl,-lz)

build/rtl/%.so: build/hw/%/fast/core_rtl.o build/hw/%/fast/tap.o build/obj/hw/sim/dram.o build/obj/runtime/error.o build/hw/%/fast/libVing_core.a \
		build/configs/%.dtb
	$(say) LINK $@
	$(call link_rtl)

# The check build of a configuration is opened by a name of its own.
build/configs/%-check.dtb: build/configs/%.dtb
	$(Q)cp $< $@

## waves: the check build of a configuration (CONFIG=, by default sim512), which ingot trace --waves needs
.PHONY: waves
waves: build/rtl/$(or $(CONFIG),sim512)-check.so

TESTS += build/tests/rtl/core/test_core build/tests/rtl/core/test_control
build/tests/rtl/core/test_core build/tests/rtl/core/test_control: build/obj/tests/rtl/core/bench.o

# What is generated and committed is up to date.
TESTS += tests/rtl/core/generated.t

# build/ingot-sim: the simulated board, a vfio-user server around a core.
SIM_OBJS := $(patsubst %.c,build/obj/%.o,$(wildcard hw/sim/vfio_user/*.c) $(filter-out %/main.c,$(wildcard hw/sim/board/*.c))) \
	build/obj/runtime/cmd/json.o build/obj/runtime/cmd/utf8.o
ALL += build/ingot-sim

build/ingot-sim: build/obj/hw/sim/board/main.o $(SIM_OBJS) build/libingot.a
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(LINK) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIB_LIBS) -ljson-c

include tests/vfio/module.mk
