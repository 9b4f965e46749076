# SPDX-License-Identifier: MIT
#
# ingot-sim, by a vfio-user client of our own. QEMU is the client of the tests in tests/vm.
VFIO_TESTS := $(addprefix build/tests/vfio/,test_dma test_fault_parse test_protocol test_irqs test_board test_faults test_program test_hostile)
TESTS += $(VFIO_TESTS) tests/vfio/rtl_board tests/vfio/rtl_faults
$(VFIO_TESTS): $(addprefix build/obj/tests/,vfio/client.o vfio/host.o unit/test_func_device.o) $(SIM_OBJS)
$(VFIO_TESTS): LIB_LIBS += -ljson-c
build/tests/vfio/test_program: build/ingot-sim

## fuzz-vfio: two million messages of a hostile vfio-user client (SEED=, COUNT= to choose)
.PHONY: fuzz-vfio
fuzz-vfio: build/tests/vfio/test_hostile
	$(Q)COUNT=$(or $(COUNT),2000000) $(if $(SEED),SEED=$(SEED)) build/tests/vfio/test_hostile > build/fuzz-vfio.log || \
		{ grep -v '^ingot-sim:' build/fuzz-vfio.log; false; }
	$(Q)grep '^#' build/fuzz-vfio.log
