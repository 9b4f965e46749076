# SPDX-License-Identifier: MIT
#
# Tests that belong to no single module. Those of a module are listed in its own fragment.
TESTS += build/tests/unit/test_program build/tests/unit/test_repack

build/tests/diff/random_programs: $(addprefix build/obj/tests/diff/,generate.o generate_stream.o generate_vector.o)
TEST_DEPS += build/tests/diff/random_programs
TESTS += tests/diff/func tests/diff/rtl

## campaign: 10,000 random programs, func against rtl (SEED=, COUNT= to choose)
.PHONY: campaign
campaign: all build/tests/diff/random_programs
	$(Q)build/tests/diff/random_programs $(if $(SEED),--seed $(SEED)) --count $(or $(COUNT),10000) func:tiny rtl:tiny
