#!/bin/sh
# SPDX-License-Identifier: MIT
#
# All tests of the guest, in one boot of a stock kernel; then its log has to be clean.
exec scripts/vm test --kernel newest --timeout 2400 $(cat build/tests/vm/programs)
