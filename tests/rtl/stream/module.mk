# SPDX-License-Identifier: MIT
#
# The stream unit alone: build/tests/rtl/stream/stream_test_WIDTH [-s SEED] [-n JOBS] [-p]. The build "synth" has the forms
# of the arithmetic that are synthesised, the others those made for simulation; the same jobs must pass with both. "none" and
# "few" have short pipelines (ing_fp_pkg), and rows that leave by more lanes.
STREAM_BUILDS := 64 512 128synth 128none 128nonesynth 64fewsynth
STREAM_PKGS := hw/rtl/gen/ing_pkg.sv hw/rtl/fp/ing_fp_pkg.sv
STREAM_SRCS := $(STREAM_PKGS) $(patsubst %,hw/rtl/fp/ing_%.sv,stage fadd normround scale_pow2 lz8) \
	$(patsubst %,hw/rtl/ing_%.sv,clkgate fifo act dot fplane collect fetch) $(wildcard hw/rtl/ing_stream*.sv)
STREAM_64 := -GPortBits=64 -GTileM=2 -GFifoBeats=64
STREAM_512 := -GPortBits=512 -GTileM=4 -GFifoBeats=128
STREAM_128synth := -GPortBits=128 -GTileM=1 -GFifoBeats=64 -DING_SYNTH_FORMS
STREAM_128none := -GPortBits=128 -GTileM=2 -GFifoBeats=64 -GRowLanes=4 -GDepth=0
STREAM_128nonesynth := $(STREAM_128none) -DING_SYNTH_FORMS
STREAM_64fewsynth := -GPortBits=64 -GTileM=1 -GFifoBeats=64 -GRowLanes=2 -GDepth=1 -DING_SYNTH_FORMS
STREAM_FLAGS_64 := -DPORT_BITS=64 -DTILE_M=2
STREAM_FLAGS_512 := -DPORT_BITS=512 -DTILE_M=4
STREAM_FLAGS_128synth := -DPORT_BITS=128 -DTILE_M=1
STREAM_FLAGS_128none := -DPORT_BITS=128 -DTILE_M=2
STREAM_FLAGS_128nonesynth := $(STREAM_FLAGS_128none)
STREAM_FLAGS_64fewsynth := -DPORT_BITS=64 -DTILE_M=1

TESTS += $(STREAM_BUILDS:%=build/tests/rtl/stream/stream_test_%)

build/hw/stream/%/Vunit.mk: $(STREAM_SRCS) tests/rtl/stream/module.mk
	$(say) VERILATE $(@D)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)$(TOOLBOX) run verilator --cc -Wall -O3 -DING_ASSERT --assert --x-assign unique --x-initial unique --output-split 20000 \
		--top-module ing_stream_unit --prefix Vunit $(STREAM_$*) -GActBlocks=64 -GScratchLines=256 --Mdir $(@D) $(STREAM_SRCS) \
		> $(@D)/verilator.log 2>&1 || { cat $(@D)/verilator.log; rm -f $@; false; }

build/hw/stream/%/libVunit.a: build/hw/stream/%/Vunit.mk
	$(say) CXX $@
	$(Q)root=$$($(TOOLBOX) path)/usr/share/verilator && \
		$(MAKE) -C $(@D) -f Vunit.mk VERILATOR_ROOT=$$root CXX=$(CXX) AR=$(AR) OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1 \
		libVunit.a libverilated.a > $(@D)/make.log 2>&1 || { tail -n 40 $(@D)/make.log; false; }

build/tests/rtl/stream/stream_test_%: build/hw/stream/%/libVunit.a \
		$(wildcard tests/rtl/stream/*.cpp tests/rtl/stream/*.h) hw/func/arith.h
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && root=$$($(TOOLBOX) path)/usr/share/verilator/include && $(CXX) $(CPPFLAGS) $(CXXFLAGS) -std=c++17 \
		$(STREAM_FLAGS_$*) -Ihw -Ibuild/hw/stream/$* -isystem $$root -isystem $$root/vltstd -o $@ $(filter %.cpp,$^) \
		$< $(<D)/libverilated.a $(LDFLAGS)
