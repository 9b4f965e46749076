# SPDX-License-Identifier: MIT
#
# The vector unit alone, at some widths of the port: build/tests/rtl/vector/vector_bench_WIDTH [--commands=N] [SEED]. The
# builds "none" and "few" have short pipelines (ing_fp_pkg).
VECTOR_BUILDS := 64 512 64few 128none
VECTOR_WIDTH = $(patsubst %few,%,$(patsubst %none,%,$*))
VECTOR_DEPTH = $(if $(filter %none,$*),-GDepth=0)$(if $(filter %few,$*),-GDepth=1)
VECTOR_PKGS := hw/rtl/gen/ing_pkg.sv hw/rtl/fp/ing_fp_pkg.sv
VECTOR_SRCS := $(VECTOR_PKGS) $(filter-out $(VECTOR_PKGS),$(wildcard hw/rtl/fp/*.sv)) hw/rtl/gen/ing_sfu_rom.sv \
	$(wildcard hw/rtl/ing_vector*.sv) $(patsubst %,hw/rtl/ing_%.sv,clkgate fifo scratch lane reduce quant append topk pick)
VECTOR_PARAMS := -GTileM=3 -GScratchLines=256 -GActBlocks=40 -GScalars=32 -GTopK=20

TESTS += $(VECTOR_BUILDS:%=build/tests/rtl/vector/vector_bench_%)

build/hw/vector/%/Ving_vector_unit.mk: $(VECTOR_SRCS) tests/rtl/vector/module.mk
	$(say) VERILATE $(@D)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)$(TOOLBOX) run verilator --cc -Wall --flatten -O3 -DING_ASSERT --assert --x-assign unique --x-initial unique \
		--output-split 20000 --top-module ing_vector_unit -GPortBits=$(VECTOR_WIDTH) $(VECTOR_DEPTH) $(VECTOR_PARAMS) --Mdir $(@D) $(VECTOR_SRCS) \
		> $(@D)/verilator.log 2>&1 || { cat $(@D)/verilator.log; rm -f $@; false; }

build/hw/vector/%/libVing_vector_unit.a: build/hw/vector/%/Ving_vector_unit.mk
	$(say) CXX $@
	$(Q)root=$$($(TOOLBOX) path)/usr/share/verilator && \
		$(MAKE) -C $(@D) -f Ving_vector_unit.mk VERILATOR_ROOT=$$root CXX=$(CXX) AR=$(AR) OPT_FAST=-O2 OPT_SLOW=-O1 OPT_GLOBAL=-O1 \
		libVing_vector_unit.a libverilated.a > $(@D)/make.log 2>&1 || { tail -n 40 $(@D)/make.log; false; }

build/tests/rtl/vector/vector_bench_%: build/hw/vector/%/libVing_vector_unit.a build/obj/hw/func/check.o \
		$(wildcard tests/rtl/vector/*.cpp tests/rtl/vector/*.h) hw/func/arith.h
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && root=$$($(TOOLBOX) path)/usr/share/verilator/include && $(CXX) $(CPPFLAGS) $(CXXFLAGS) \
		-DBENCH_W=$(VECTOR_WIDTH) -DBENCH_SHORT=$(if $(VECTOR_DEPTH),1,0) -Ibuild/hw/vector/$* -isystem $$root -isystem $$root/vltstd -o $@ $(filter %.cpp,$^) $(filter %.o,$^) \
		$< $(<D)/libverilated.a $(LDFLAGS)
