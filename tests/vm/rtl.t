#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The same driver before the RTL: the board's own test, every command against the reference, on the smallest core; and all
# of its memory.
echo 1..1
if scripts/vm run --device rtl:tiny --timeout 900 -- 'ingot selftest --quick && ingot selftest --only memory' > build/tests/vm/rtl.log 2>&1; then
	tail -n 1 build/tests/vm/rtl.log | sed 's/^/# /'
	echo "ok 1 - ingot selftest on the RTL through the driver"
else
	sed 's/^/# /' build/tests/vm/rtl.log
	echo "not ok 1 - ingot selftest on the RTL through the driver"
	exit 1
fi
