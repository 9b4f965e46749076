#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The core as synthesised: registers, rings, faults, aborts and resets, by the tests of the RTL.
export INGOT_PATH=build
exec build/tests/rtl/core/test_core tiny-netlist
