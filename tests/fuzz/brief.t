#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every fuzzer for a moment; `make fuzz` is the long form.
exec tests/fuzz/run --runs "${COUNT:-20000}"
