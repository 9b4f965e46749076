#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The board's process is killed under load, in a guest of its own: nothing brings the board back.
# environment: KERNEL  as for scripts/vm (default 6.12)

programs=build/tests/vm/guest/survive
# Of this QEMU dies when a process that it speaks vfio-user with dies before it has read a request: no fault of ours.
defect='error_setv: Assertion'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for try in 1 2 3 4 5; do
	scripts/vm test --kernel "${KERNEL:-6.12}" "$programs/survive_gone" > "$work/out" 2> "$work/err"
	status=$?
	grep -q "$defect" "$work/err" || break
	echo "# QEMU has died of a defect of its own, try $try"
done
grep -v '^qemu-system' "$work/err" | sed 's/^/# /'
cat "$work/out"
exit $status
