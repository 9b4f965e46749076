# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the tests of the command line share: they run build/ingot as people do and look at what they would see.
# A test sources this, calls `plan`, then pairs of `run` and checks.

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

ingot=$PWD/build/ingot
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

plan() { # TESTS
	echo "1..$1"
}

# The last run's output is in $work/out and $work/err, its exit status in $status.
run() { # ARGS of ingot
	"$ingot" "$@" > "$work/out" 2> "$work/err" < /dev/null
	status=$?
	ran="ingot $*"
}

ok() { # TITLE COMMAND... : one test, passed if the command succeeds
	local title=$1
	shift
	count=$((count + 1))
	if "$@" > "$work/why" 2>&1; then
		echo "ok $count - $title"
		return
	fi
	echo "not ok $count - $title"
	{
		echo "$ran: status $status; checked by: $*"
		head -c 2000 "$work/why"
		echo "stdout:"
		head -c 600 "$work/out"
		echo "stderr:"
		head -c 600 "$work/err"
	} | sed 's/^/# /'
}

skip() { # TITLE WHY
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# A person's mistake: this status, nothing on standard output, one line that matches on standard error.
complains() { # STATUS REGEX
	[ "$status" -eq "$1" ] && [ ! -s "$work/out" ] && [ "$(wc -l < "$work/err")" -eq 1 ] &&
		[ -z "$(tr -d '\n' < "$work/err" | LC_ALL=C tr -d '[:print:]\200-\377')" ] && grep -qE -- "$2" "$work/err"
}

succeeds() { # [REGEX of standard output]
	[ "$status" -eq 0 ] && { [ $# -eq 0 ] || grep -qE -- "$1" "$work/out"; }
}

says() { # REGEX of standard error
	grep -qE -- "$1" "$work/err"
}

need_model() {
	model=$(scripts/fetch-model) || { echo "Bail out! no model: see above"; exit 1; }
}
