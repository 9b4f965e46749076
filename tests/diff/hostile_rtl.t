#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Hostile programs on the RTL. SEED= repeats a run; `make hostile` is the long form.
export INGOT_PATH=build
exec build/tests/diff/hostile_programs ${SEED:+--seed "$SEED"} --count "${COUNT:-40}" --model build/tests/vm/model.gguf func:tiny rtl:tiny
