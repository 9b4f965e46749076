# SPDX-License-Identifier: MIT
#
# Programs, library, headers, manual pages and completion to where a distribution would look for what is not its own. Program
# and library look for configurations and Verilated cores beside themselves, so all lie in one folder, and links lead there.
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: install

include docs/module.mk

INSTALL = install -D -m
INSTALL_LIB = $(DESTDIR)$(PREFIX)/lib/ingot
INSTALL_SHARE = $(DESTDIR)$(PREFIX)/share

VERSION = $(shell sed -n 's/^\#define INGOT_VERSION "\(.*\)"/\1/p' runtime/cmd/cli.h)

## install: programs, library, headers, man pages and completion, to PREFIX=/usr/local (DESTDIR= for packages)
install: all
	$(Q)$(INSTALL) 755 -t $(INSTALL_LIB) build/ingot build/ingot-sim
	$(Q)$(INSTALL) 644 -t $(INSTALL_LIB) build/libingot.so
	$(Q)$(INSTALL) 644 -t $(INSTALL_LIB)/configs build/configs/*.dtb
	$(Q)for core in $(RTL_CONFIGS); do $(INSTALL) 644 -t $(INSTALL_LIB)/rtl build/rtl/$$core.so || exit; done
	$(Q)mkdir -p $(DESTDIR)$(PREFIX)/bin
	$(Q)ln -sf ../lib/ingot/ingot ../lib/ingot/ingot-sim $(DESTDIR)$(PREFIX)/bin/
	$(Q)ln -sf ingot/libingot.so $(DESTDIR)$(PREFIX)/lib/libingot.so
	$(Q)$(INSTALL) 644 -t $(DESTDIR)$(PREFIX)/lib build/libingot.a
	$(Q)mkdir -p $(DESTDIR)$(PREFIX)/lib/pkgconfig
	$(Q)sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|; s|@PRIVATE@|$(LIB_LIBS) $(LDFLAGS)|' mk/ingot.pc.in \
		> $(DESTDIR)$(PREFIX)/lib/pkgconfig/ingot.pc
	$(Q)$(INSTALL) 644 -t $(DESTDIR)$(PREFIX)/include/ingot include/ingot/*.h
	$(Q)$(INSTALL) 644 -t $(DESTDIR)$(PREFIX)/include/drm include/uapi/drm/ingot_accel.h
	$(Q)for page in docs/man/*.[1-8] build/man/*.[1-8]; do \
		$(INSTALL) 644 -t $(INSTALL_SHARE)/man/man$${page##*.} $$page || exit; done
	$(Q)$(INSTALL) 644 build/completion/ingot.bash $(INSTALL_SHARE)/bash-completion/completions/ingot
	$(Q)$(INSTALL) 644 build/completion/_ingot $(INSTALL_SHARE)/zsh/site-functions/_ingot
	$(Q)$(INSTALL) 644 -t $(INSTALL_SHARE)/doc/ingot/examples examples/generate.c
	$(say) INSTALL $(DESTDIR)$(PREFIX)
