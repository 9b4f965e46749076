# SPDX-License-Identifier: MIT
#
# The runtime and its command on a board. The model is random, and small enough for every configuration.
GUEST_TESTS += tests/vm/guest/runtime/command

build/tests/vm/model.gguf: tests/cli/make-model
	$(say) MODEL $@
	$(Q)mkdir -p $(@D) && tests/cli/make-model --seed 1 $@
