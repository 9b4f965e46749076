# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# For shell scripts in the guest: . /ingot/lib.sh

# vm_ask WORD...: sends a line to the host, prints what it answers. A fault script for ingot-sim, or a line of `vm`, see
# scripts/vmlib/link.py. Returns 0 if the answer is ok. The port lets one in at a time: the others try again, as a
# redirection that fails ends their subshell with 2.
vm_ask() {
	while :; do
		(vm_ask_once "$@")
		vm_status=$?
		[ "$vm_status" -eq 2 ] || return "$vm_status"
		sleep 0.02
	done
}

vm_ask_once() {
	{ exec 9<> /dev/ingot.control; } 2> /dev/null
	echo "$*" >&9
	while IFS= read -r line <&9; do
		case $line in
		ok) exit 0 ;;
		error:*) echo "$line" >&2; exit 1 ;;
		esac
		echo "$line"
	done
	exit 1
}

# TAP: plan N, then check TITLE COMMAND... for each test; done_testing gives the exit status.
tap_count=0
tap_failed=0

plan() { echo "1..$1"; }

check() {
	tap_title=$1
	shift
	tap_count=$((tap_count + 1))
	if "$@"; then
		echo "ok $tap_count - $tap_title"
	else
		echo "not ok $tap_count - $tap_title"
		tap_failed=$((tap_failed + 1))
	fi
}

done_testing() { [ "$tap_failed" -eq 0 ]; }

# wait_for SECONDS COMMAND...: until it succeeds; an event that has no other way to be noticed.
wait_for() {
	wait_end=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$wait_end" ] || return 1
		sleep 0.02
	done
}

# The board's PCI address: it differs with what else the machine has.
board_address() {
	for device in /sys/bus/pci/devices/*; do
		[ "$(cat "$device/vendor"):$(cat "$device/device")" = "$INGOT_PCI_ID" ] && echo "${device##*/}" && return
	done
	return 1
}
