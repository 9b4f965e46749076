#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# How the module is built: the questions that a kernel is asked, and the DKMS package.

set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
failed=0

check() { # TITLE COMMAND...
	local title=$1
	shift
	count=$((count + 1))
	if "$@" > "$work/log" 2>&1; then
		echo "ok $count - $title"
	else
		failed=$((failed + 1))
		sed 's/^/# /' "$work/log"
		echo "not ok $count - $title"
	fi
}

# ask, with a compiler that knows no kernel: PROBE's text is standard input.
ask() {
	cat > "$work/PROBE.c"
	sh kmod/probes/ask "$work/PROBE.c" "$work/PROBE.h" gcc -Werror
}
answer_is() { [ "$(cat "$work/PROBE.h")" = "$1" ]; }

yes() { ask <<< 'int probe;' && answer_is '#define INGOT_HAVE_PROBE 1'; }
no() { ask <<< $'#ifndef OTHERWISE\n#error new\n#else\nint probe;\n#endif' && answer_is '/* no INGOT_HAVE_PROBE */'; }
third() {
	rm -f "$work/PROBE.h"
	! ask <<< '#error neither' && [ ! -e "$work/PROBE.h" ] && grep -q 'neither the one form nor the other' "$work/log"
}

every_probe_is_used() {
	local probe
	for probe in kmod/probes/*.c; do
		probe=INGOT_HAVE_$(basename "$probe" .c)
		grep -q "\b$probe\b" kmod/ingot_compat.[ch] || { echo "nobody asks for $probe"; return 1; }
	done
}
every_use_has_a_probe() {
	local name
	for name in $(grep -oh 'INGOT_HAVE_[A-Z0-9_]*' kmod/*.[ch] | sort -u); do
		[ -e "kmod/probes/${name#INGOT_HAVE_}.c" ] || { echo "no probe for $name"; return 1; }
	done
}

no_headers() { ! scripts/build-module "$work" && grep -q 'no kernel headers in' "$work/log"; }
tree_stays_clean() { ! find kmod Kbuild -newer "$work" \( -name '*.o' -o -name '*.ko' -o -name '*.cmd' \) | grep .; }

package() { deb=$(scripts/dkms-deb); }
# bogus-mail-host: the project has no address.
lint() {
	scripts/vmbox run lintian --no-cfg --allow-root --pedantic --fail-on error,warning,info,pedantic \
		--suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog "$deb"
}
# As DKMS does it: the sources of the package in its build folder, then the command of dkms.conf.
dkms_builds() {
	local headers version
	headers=$(scripts/kernel get 6.12)/build
	dpkg-deb -x "$deb" "$work/root" || return
	version=$(dpkg-deb -f "$deb" Version)
	# shellcheck disable=SC2034 # for dkms.conf
	(
		dkms_tree=$work/dkms module=ingot module_version=$version kernel_source_dir=$headers
		mkdir -p "$dkms_tree/ingot/$version"
		cp -a "$work/root/usr/src/ingot-$version" "$dkms_tree/ingot/$version/build"
		# shellcheck disable=SC1091
		. "$dkms_tree/ingot/$version/build/dkms.conf"
		# shellcheck disable=SC2154 # of dkms.conf
		scripts/vmbox run bash -c "${MAKE[0]}" &&
			[ -s "$dkms_tree/ingot/$version/build/${BUILT_MODULE_LOCATION[0]}${BUILT_MODULE_NAME[0]}.ko" ]
	)
}

echo 1..11
check "a kernel that has a thing" yes
check "a kernel that has it otherwise" no
check "a kernel that has it in a third form stops the build" third
check "every probe is asked for" every_probe_is_used
check "every question has its probe" every_use_has_a_probe
check "headers that are none are named" no_headers
check "the DKMS package is made" package
check "lintian has nothing to say of it" lint
check "DKMS builds the module from it" dkms_builds
check "twice the same sources make the same package" eval 'cp "$deb" "$work/first.deb" && package && cmp "$work/first.deb" "$deb"'
check "nothing is left in the tree" tree_stays_clean
[ "$failed" -eq 0 ]
