# SPDX-License-Identifier: MIT
#
# What programs of several folders share: checks, and the host beyond the machine.
build/obj/tests/vm/guest/lib/%.o: CPPFLAGS += -D_GNU_SOURCE
# Named, so that make takes the rules that link them even before they are there.
$(addprefix build/obj/tests/vm/guest/lib/,host.o report.o): tests/vm/guest/lib/module.mk
