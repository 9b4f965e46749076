#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Hostile programs on the functional model. SEED= repeats a run; `make hostile` is the long form.
export INGOT_PATH=build
exec build/tests/diff/hostile_programs ${SEED:+--seed "$SEED"} --count "${COUNT:-1000}" --model build/tests/vm/model.gguf func:tiny func:tiny
