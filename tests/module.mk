# SPDX-License-Identifier: MIT
#
# Tests that belong to no single module. Those of a module are listed in its own fragment.
TESTS += build/tests/unit/test_program build/tests/unit/test_repack build/tests/unit/test_sampler

include tests/formal/module.mk
include tests/fuzz/module.mk
include tests/rtl/fp/module.mk
include tests/rtl/stream/module.mk
include tests/rtl/vector/module.mk

build/tests/diff/random_programs: $(addprefix build/obj/tests/diff/,generate.o generate_stream.o generate_vector.o)
build/tests/diff/hostile_programs: $(addprefix build/obj/tests/diff/,machine.o mutate.o real_programs.o generate.o generate_stream.o generate_vector.o)
TEST_DEPS += build/tests/diff/random_programs build/tests/model/sequences build/tests/diff/hostile_programs build/tests/vm/model.gguf
TESTS += tests/diff/func tests/diff/rtl tests/diff/hostile.t tests/diff/hostile_rtl.t tests/model/rtl tests/model/batch tests/model/microgpt tests/arch/logits tests/arch/refused tests/arch/rtl

## campaign: 10,000 random programs on func and rtl (SEED=, COUNT= to choose)
.PHONY: campaign
campaign: all build/tests/diff/random_programs
	$(Q)INGOT_PATH=build build/tests/diff/random_programs $(if $(SEED),--seed $(SEED)) --count $(or $(COUNT),10000) func:tiny rtl:tiny

## hostile: 100,000 hostile programs on func, 2,000 on rtl (SEED=, COUNT=, RTL_COUNT= to choose)
.PHONY: hostile
hostile: all build/tests/diff/hostile_programs build/tests/vm/model.gguf
	$(Q)COUNT=$(or $(COUNT),100000) $(if $(SEED),SEED=$(SEED)) tests/diff/hostile.t
	$(Q)COUNT=$(or $(RTL_COUNT),2000) $(if $(SEED),SEED=$(SEED)) tests/diff/hostile_rtl.t
