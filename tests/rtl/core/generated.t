#!/bin/sh
# SPDX-License-Identifier: MIT
# What scripts/gen-pkg makes from the headers is what is committed.
if scripts/gen-pkg --check; then echo 'ok 1 - the generated package and masks are up to date'
else echo 'not ok 1 - the generated package and masks are up to date'; fi
echo 1..1
