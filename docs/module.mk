# SPDX-License-Identifier: MIT
#
# Manual pages and completion, from what the program and the headers say: so they leave nothing out.
# Those of the library first, in this order; contracts with the hardware have no functions but for tiles.
MAN_HDRS := $(addprefix include/ingot/,device.h model.h)
MAN_HDRS += $(filter-out $(MAN_HDRS) %/isa.h %/isa_masks.h %/regs.h %/sfu_tables.h %/error.h %/config.h %/tile.h,$(sort $(wildcard include/ingot/*.h)))
MAN_HDRS += $(addprefix include/ingot/,config.h error.h tile.h)
COMPLETIONS := build/completion/ingot.bash build/completion/_ingot
ALL += build/man/ingot.1 build/man/ingot.3 $(COMPLETIONS)

build/man/ingot.1: docs/man/ingot.1.in scripts/gen-man scripts/helptext.py build/ingot
	$(say) MAN $@
	$(Q)mkdir -p $(@D) && scripts/gen-man commands build/ingot < $< > $@

# With it a page of each function's name, which leads to it.
build/man/ingot.3: docs/man/ingot.3.in docs/module.mk scripts/gen-man examples/generate.c $(MAN_HDRS)
	$(say) MAN $@
	$(Q)rm -f $(@D)/*.3 && scripts/gen-man api $(@D) examples/generate.c $(MAN_HDRS) < $<

build/completion/ingot.bash: scripts/gen-completion scripts/helptext.py build/ingot
	$(say) COMPL $@
	$(Q)mkdir -p $(@D) && scripts/gen-completion bash build/ingot > $@

build/completion/_ingot: scripts/gen-completion scripts/helptext.py build/ingot
	$(say) COMPL $@
	$(Q)mkdir -p $(@D) && scripts/gen-completion zsh build/ingot > $@

TESTS += $(addprefix tests/install/,man completion installed)
