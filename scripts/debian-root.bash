# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# debian-root: sourced by the scripts that keep a folder with packages of another Debian release (toolbox, vmbox):
# unpacked, never installed. `run_root` puts its /usr over the host's /usr in a private mount namespace, so a program of
# the root sees the same home, checkout, /tmp and /etc at the same paths, and programs that look for their data beside
# /proc/self/exe (yosys, nextpnr, qemu) find it. Nothing on the host changes, and the folder can be removed at any time.
#
# The script that sources it has set
#   name      of the root, in messages and in the cache
#   suites    Debian releases to take packages from; the versions are those of the first
#   packages  what it holds; PACKAGE/SUITE takes one from another of the suites
#   layout    raise it when the way the root is made changes
#   space_mb  packages and what is unpacked from them, together
#   sizes     what is downloaded and what is unpacked, in words
#   remedy    what makes it, for the message that it is missing
# and may define finish DIR, which does to a new root what package scripts would have done.
# shellcheck disable=SC2154

say() { echo "$name: $*" >&2; }

die() {
	say "$*"
	exit 1
}

# One folder per package list: a change of the list never pulls a root from under a program that runs in it.
identity() {
	local sum
	sum=$(printf '%s\n' "${suites[@]}" "$layout" "${packages[@]}" | sha256sum)
	echo "${sum:0:12}"
}

readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/ingot
readonly store=$cache/$name
root=$store/$(identity)

# ---- make -----------------------------------------------------------------------------------------------------------

# The first Debian mirror of the host that is not for security updates only, those carry no whole release.
# shellcheck disable=SC2016 # expanded by apt-get
host_mirror() {
	apt-get indextargets --format '$(CREATED_BY) $(LABEL) $(REPO_URI)' 2> /dev/null |
		awk '$1 == "Packages" && $NF !~ /^cdrom:/ && $0 !~ /security/ {
			if ($2 == "Debian") { print $NF; found = 1; exit }
			if (other == "") other = $NF
		} END { if (!found && other != "") print other }'
}

mirror() {
	local mirror=${INGOT_MIRROR:-$(host_mirror)}
	[ -n "$mirror" ] || die "this host has no Debian mirror in its apt sources: set INGOT_MIRROR to one"
	echo "$mirror"
}

# How this host reaches its mirror, for an apt with a configuration of its own.
proxies() {
	local key value
	for key in Acquire::http::Proxy Acquire::https::Proxy; do
		eval "$(apt-config shell value "$key")"
		[ -z "${value:-}" ] || printf '%s "%s";\n' "$key" "$value"
		value=
	done
}

# mmdebstrap's own messages, in our words, as each step begins.
progress() {
	local line
	while IFS= read -r line; do
		case $line in
		'I: running apt-get update'*) say "reading the package lists" ;;
		'I: downloading'*) say "downloading the packages (${sizes[0]})" ;;
		'I: extracting'*) say "unpacking them (${sizes[1]})" ;;
		esac
	done
}

# chrootless: unpacking needs neither root nor mounts, and the check is about package scripts, which never run here.
# Valid-Until: mirrors, and caches in front of them, keep a release file past its date; its signature is still checked.
fetch() { # DIR MIRROR
	local options include sources
	mapfile -t options < <(proxies)
	include=$(IFS=,; echo "${packages[*]}")
	sources=("${suites[@]/%/ main}")
	mmdebstrap --variant=extract --mode=chrootless --skip=check/chrootless --include="$include" "${options[@]/#/--aptopt=}" \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::http::Timeout "20"' \
		"${suites[0]}" "$1" "${sources[@]/#/deb $2 }" < /dev/null 2>&1 | tee "$store/log" | progress
}

# Links that package scripts would have made, and an empty library cache: the host's names libraries of the host.
finish_common() { # DIR
	local usr=$1/usr
	ln -sf mawk "$usr/bin/awk"
	: > "$1/etc/ld.so.cache"
	rm -rf "$usr"/share/{doc,man,info,locale,fonts*,sphinx_rtd_theme*}
}

explain() { # LOG MIRROR: why fetching failed, in one line with a remedy
	if grep -q 'No space left' "$1"; then
		die "the disk of $store is full: free $space_mb MB, or set XDG_CACHE_HOME to a folder elsewhere"
	elif grep -qE 'resolving|Could not resolve|Could not connect|Cannot initiate|unreachable|timed out|Connection failed' "$1"; then
		die "no network: cannot reach the Debian mirror $2: connect this machine, or set INGOT_MIRROR to one it can reach"
	elif grep -qE 'does not have a Release file|404 ' "$1"; then
		die "the mirror $2 does not carry Debian ${suites[*]}: set INGOT_MIRROR to one that does"
	fi
	die "cannot be made: $(grep -m1 '^E: ' "$1" || echo 'a program failed') (whole log: $1)"
}

check_space() { # MB
	local free
	free=$(df --output=avail -B1M "$store" | tail -n1)
	[ "$free" -ge "$1" ] ||
		die "$((free)) MB free under $store, $1 MB needed: free some, or set XDG_CACHE_HOME to a folder elsewhere"
}

make_store() {
	mkdir -p "$store" 2> /dev/null || die "cannot make the folder $store: make it writable, or set XDG_CACHE_HOME"
}

lock() {
	local fd
	exec {fd}> "$store/lock"
	flock --nonblock "$fd" && return
	say "waiting for another run that makes it"
	flock "$fd"
}

make_root() {
	local from begin=$SECONDS
	[ ! -d "$root" ] || return 0
	make_store
	lock
	[ ! -d "$root" ] || return 0 # the run that held the lock made it
	command -v mmdebstrap > /dev/null || die "mmdebstrap is missing: run scripts/setup"
	check_space "$space_mb"
	from=$(mirror)

	say "making it in $root, once, about a minute"
	rm -rf "$store"/new.* # of a run that was killed: the lock says that nobody is at it
	trap 'rm -rf "$store"/new.*' EXIT
	fetch "$store/new.$$" "$from" || explain "$store/log" "$from"
	finish_common "$store/new.$$"
	! declare -F finish > /dev/null || finish "$store/new.$$"
	mv "$store/new.$$" "$root"
	say "ready, $((SECONDS - begin)) s"
}

prune_roots() {
	find "$store" -mindepth 1 -maxdepth 1 -type d ! -path "$root" -exec rm -rf {} +
}

# ---- run ------------------------------------------------------------------------------------------------------------

# Runs inside the new mount namespace with the host's mount; /usr goes last, from then on all programs are the root's.
# /usr/local and /usr/src come along only for work that lies there: else they would mix the host's libraries in.
# shellcheck disable=SC2016 # expanded by the inner shell
readonly enter='
	root=$1; shift
	for dir in /usr/local /usr/src; do
		case $PWD/:$HOME/ in *"$dir"/*) mkdir -p "$root$dir"; mount --rbind "$dir" "$root$dir" || exit 125 ;; esac
	done
	mount --bind "$root/etc/ld.so.cache" /etc/ld.so.cache && mount --rbind "$root/usr" /usr || exit 125
	cd "$PWD" && exec "$@"'

in_namespace() { # unshare's options, then -- and the command
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	unshare "${options[@]}" true 2> /dev/null || return 0
	exec unshare "${options[@]}" bash -c "$enter" "$name" "$root" "$@"
}

# System calls are traced: slow, but it needs no privilege. Its own shortcut by seccomp breaks exec on recent kernels.
in_proot() {
	local loader
	loader=$(find "$root/usr/lib" -name 'ld-linux*.so.*' | head -n1)
	export PROOT_NO_SECCOMP=1
	exec "$loader" --library-path "${loader%/*}" "$root/usr/bin/proot" \
		-b "$root/usr:/usr" -b "$root/etc/ld.so.cache:/etc/ld.so.cache" /usr/bin/env "$@"
}

run_root() {
	[ "${1-}" != -- ] || shift
	[ $# -gt 0 ] || { usage >&2; exit 2; }
	[ "${INGOT_TOOLBOX-}" != "$root" ] || exec "$@" # already inside
	[ -d "$root" ] || die "not made yet: run $remedy"
	export INGOT_TOOLBOX=$root PATH=/usr/bin:/usr/sbin LC_ALL=C.UTF-8 # the only locale it has
	unset LD_LIBRARY_PATH LD_PRELOAD LIBRARY_PATH CPATH PYTHONPATH PYTHONHOME # they name files of the host
	if [ -z "${INGOT_TOOLBOX_PROOT-}" ]; then
		in_namespace --mount --propagation private -- "$@"
		in_namespace --user --map-current-user --keep-caps --mount --propagation private -- "$@"
	fi
	in_proot "$@"
}

root_command() { # the commands that all roots have
	case ${1-} in
	make) make_root ;;
	path) echo "$root" ;;
	run) shift; run_root "$@" ;;
	prune) prune_roots ;;
	-h | --help | help) usage ;;
	*) usage >&2; exit 2 ;;
	esac
}
