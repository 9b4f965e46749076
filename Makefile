# SPDX-License-Identifier: MIT
#
# Ingot. `make help` says what there is to make. Everything that is made lies under build/.
#
# Each module describes itself in a fragment, MODULE/module.mk, with paths from the top of the tree. It appends to
#   LIB_SRCS   C sources of libingot                   BIN_SRCS  C sources of build/ingot beyond the library
#   LIB_OBJS   objects of libingot that have rules of their own (or C++ ones: see LINK)
#   GEN_HDRS   headers that a rule of the fragment makes under build/gen/, made before any source is compiled
#   TESTS      executables, built or scripts, that speak TAP: `make check` runs them all from the top of the tree
#   TEST_DEPS  what must be built before any of them runs
#   ALL        what `make` builds besides build/ingot and the library
#   LIB_LIBS   libraries that libingot needs           BIN_LIBS  what build/ingot needs beyond them
# and may add rules. Conventions:
#   foo/bar.c and foo/bar.cpp compile to build/obj/foo/bar.o;
#   flags of one object, or of all objects of a folder:  build/obj/hw/func/avx2.o: CFLAGS += -mavx2
#   build/tests/unit/gguf is linked from tests/unit/gguf.c, libingot.a and cmocka; further objects are prerequisites:
#      build/tests/unit/gguf: build/obj/tests/unit/helper.o
#   A cmocka program runs one group of tests: each group prints a plan of its own, and TAP allows one.
#   Programs of the toolbox (newer than the host's) are called by $(TOOLBOX) run PROGRAM. What its compiler makes needs
#   its C library too, so what shall run on the host is compiled by the host's compiler.

MAKEFLAGS += --no-print-directory
.SUFFIXES: # none of the rules that make has built in
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all setup demo check clean help tests run-tests

MODULES := runtime hw/func hw/sim hw/configs tests fpga kmod tests/vm

CC := gcc
CXX := g++
AR := ar
# gives the same bits on every machine: no fused multiply-add unless it is written
WARN := -Wall -Wextra -Werror
CPPFLAGS := -Iinclude -Ibuild/gen -I.
COMMON := -O2 -g -fPIC -pthread -ffp-contract=off $(WARN)
CFLAGS := -std=gnu11 $(COMMON)
CXXFLAGS := -std=c++20 $(COMMON)
LDFLAGS := -pthread
# what links programs and the library; a fragment with C++ objects sets it to $(CXX)
LINK := $(CC)
LIB_LIBS := -lfdt -lm

TOOLBOX := scripts/toolbox

-include $(MODULES:%=%/module.mk)

include mk/verbose.mk
include mk/compile.mk
include mk/install.mk

## all: build/ingot, build/libingot.so, build/libingot.a (the default)
all: build/ingot build/libingot.so build/libingot.a $(ALL)

## setup: install what is missing on this Debian, once, and make the toolbox
setup:
	@scripts/setup

# Fragments may ask the toolbox while they are read, so it is made before make reads them again.
# MAKEFLAGS names a job server if this make was started with -j.
PARALLEL = $(if $(filter --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

## demo: a real model answers on the functional model and on the RTL, bit for bit the same
demo: setup
	@$(MAKE) $(PARALLEL) all
	@scripts/demo

## check: build everything and run all tests
check: setup
	@$(MAKE) $(PARALLEL) all tests
	@$(MAKE) run-tests

tests: $(TESTS) $(TEST_DEPS)

# --exec '': tests are run as they are, whatever language they are in.
run-tests:
	@[ -n "$(strip $(TESTS))" ] || { echo 'make: no tests: TESTS is empty' >&2; exit 1; }
	@CMOCKA_MESSAGE_OUTPUT=TAP prove --timer --jobs 2 --exec '' $(TESTS)

## clean: remove build/
clean:
	$(Q)rm -rf build

## help: this list (V=1 shows commands; WARN= builds with a compiler that warns of more)
help:
	@sed -n 's/^## /  make /p' $(filter-out %.d,$(MAKEFILE_LIST))
