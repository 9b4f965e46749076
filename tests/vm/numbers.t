#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What tokens, uploads and the way from power-on to the first token cost, with a real model; and two models at once.

if ! model=$(scripts/fetch-model); then
	echo 'Bail out! no model: see above'
	exit 1
fi
numbers=tests/vm/guest/numbers
scripts/vm test --memory 2G --file "$model=model.gguf" --file build/tests/vm/model.gguf=other.gguf \
	build/$numbers/upload $numbers/decode $numbers/two-models
