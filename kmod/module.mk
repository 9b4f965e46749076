# SPDX-License-Identifier: MIT
#
# ingot.ko. Built by the kernel's own Kbuild for the kernel that KERNEL (a name of scripts/kernel) or KDIR (a folder of
# headers) names, or the one that runs here.
KDIR ?=
KERNEL ?=

.PHONY: modules modules_install kcheck dkms-deb dkms-check

MODULE_FOR = $(or $(KDIR),$(KERNEL),/lib/modules/$(shell uname -r)/build)

## modules: build ingot.ko for the running kernel, or for KERNEL=6.12, newest, ..., or KDIR=HEADERS
modules:
	+$(Q)scripts/build-module $(MODULE_FOR) modules

## modules_install: install ingot.ko where modprobe finds it (as root)
modules_install:
	+$(Q)scripts/build-module $(MODULE_FOR) modules_install

## dkms-deb: build/ingot-dkms_VERSION_all.deb, which builds ingot.ko for every kernel of the host it is installed on
dkms-deb:
	$(Q)scripts/dkms-deb

## dkms-check: install that package in a fresh Debian 13, see that the module is there, remove it (network, some minutes)
dkms-check:
	$(Q)scripts/dkms-check

## kcheck: sparse, W=1, checkpatch and coccicheck on kmod/, for two kernels
kcheck:
	$(Q)scripts/kcheck

TESTS += tests/kmod/kcheck.t tests/kmod/build.t
