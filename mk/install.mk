# SPDX-License-Identifier: MIT
#
# Programs, library, headers and man pages to where a distribution would look for what is not its own. Program and
# library look for configurations and Verilated cores beside themselves, so all lie in one folder, and links lead there.
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: install

INSTALL = install -D -m
INSTALL_LIB = $(DESTDIR)$(PREFIX)/lib/ingot

## install: programs, library, headers and man pages, to PREFIX=/usr/local (DESTDIR= for packages)
install: all
	$(Q)$(INSTALL) 755 -t $(INSTALL_LIB) build/ingot build/ingot-sim
	$(Q)$(INSTALL) 644 -t $(INSTALL_LIB) build/libingot.so
	$(Q)$(INSTALL) 644 -t $(INSTALL_LIB)/configs build/configs/*.dtb
	$(Q)for core in $(RTL_CONFIGS); do $(INSTALL) 644 -t $(INSTALL_LIB)/rtl build/rtl/$$core.so || exit; done
	$(Q)mkdir -p $(DESTDIR)$(PREFIX)/bin
	$(Q)ln -sf ../lib/ingot/ingot ../lib/ingot/ingot-sim $(DESTDIR)$(PREFIX)/bin/
	$(Q)ln -sf ingot/libingot.so $(DESTDIR)$(PREFIX)/lib/libingot.so
	$(Q)$(INSTALL) 644 -t $(DESTDIR)$(PREFIX)/lib build/libingot.a
	$(Q)$(INSTALL) 644 -t $(DESTDIR)$(PREFIX)/include/ingot include/ingot/*.h
	$(Q)$(INSTALL) 644 -t $(DESTDIR)$(PREFIX)/include/drm include/uapi/drm/ingot_accel.h
	$(Q)for page in docs/man/*.[1-8]; do \
		$(INSTALL) 644 -t $(DESTDIR)$(PREFIX)/share/man/man$${page##*.} $$page || exit; done
	$(say) INSTALL $(DESTDIR)$(PREFIX)
