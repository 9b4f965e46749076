#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The core as synthesised gives the same as the functional model. SEED= repeats a run, COUNT= makes it longer.
export INGOT_PATH=build
exec build/tests/diff/random_programs ${SEED:+--seed "$SEED"} --count "${COUNT:-10}" --units 1024 func:tiny rtl:tiny-netlist
