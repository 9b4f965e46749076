# SPDX-License-Identifier: MIT
#
# The floating-point units with pipelines of every depth (ing_fp_pkg), each against the portable C reference, and that
# reference against the processor.
FP_DEPTHS := 0 1 2
TESTS += build/tests/rtl/fp/arith_test $(FP_DEPTHS:%=build/tests/rtl/fp/fp_bench_%) tests/rtl/fp/tables

FP_SRCS := hw/rtl/fp/ing_fp_pkg.sv $(filter-out %/ing_fp_pkg.sv,$(wildcard hw/rtl/fp/*.sv)) hw/rtl/gen/ing_sfu_rom.sv

build/hw/fp/%/Ving_fp_bench.mk: $(FP_SRCS) tests/rtl/fp/ing_fp_bench.sv tests/rtl/fp/module.mk
	$(say) VERILATE $(@D)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)$(TOOLBOX) run verilator --cc -Wall --no-assert -O3 --top-module ing_fp_bench -GDepth=$* --Mdir $(@D) $(FP_SRCS) \
		tests/rtl/fp/ing_fp_bench.sv > $(@D)/verilator.log 2>&1 || { cat $(@D)/verilator.log; rm -f $@; false; }

build/hw/fp/%/libVing_fp_bench.a: build/hw/fp/%/Ving_fp_bench.mk
	$(say) CXX $@
	$(Q)root=$$($(TOOLBOX) path)/usr/share/verilator && \
		$(MAKE) -C $(@D) -f Ving_fp_bench.mk VERILATOR_ROOT=$$root CXX=$(CXX) AR=$(AR) OPT_FAST=-O2 OPT_SLOW=-O1 OPT_GLOBAL=-O1 \
		libVing_fp_bench.a libverilated.a > $(@D)/make.log 2>&1 || { tail -n 40 $(@D)/make.log; false; }

build/tests/rtl/fp/fp_bench_%: tests/rtl/fp/fp_bench.cpp tests/rtl/fp/fp_rand.h hw/func/arith.h build/hw/fp/%/libVing_fp_bench.a
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && root=$$($(TOOLBOX) path)/usr/share/verilator/include && $(CXX) $(CPPFLAGS) $(CXXFLAGS) \
		-Ibuild/hw/fp/$* -isystem $$root -isystem $$root/vltstd -o $@ $< $(filter %.a,$^) build/hw/fp/$*/libverilated.a $(LDFLAGS)
