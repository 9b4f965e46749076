# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the sources say, for tests that must not believe the help texts: commands, options and functions.

commands() {
	sed -n 's/^\t{ "\([a-z]*\)", cmd_.*/\1/p' runtime/cmd/main.c
}

# Names in the option tables of a command's file, and of the tables that it takes its rows from.
options() { # COMMAND
	local files=(runtime/cmd/cmd_$1.c)
	[ ! -e "runtime/cmd/$1_options.c" ] || files+=("runtime/cmd/$1_options.c")
	{
		sed -n '/const struct option options/,/{ 0 }/p' "${files[@]}"
		grep -q 'ENGINE_OPTIONS(' "${files[@]}" && sed -n '/define ENGINE_OPTIONS/,/define ENGINE_OPTION_CONTEXT/p' runtime/cmd/engine.h
		grep -q 'ENGINE_OPTION_CONTEXT(' "${files[@]}" && sed -n '/define ENGINE_OPTION_CONTEXT/,$p' runtime/cmd/engine.h
	} | grep -oE '\{ "-[^"]*"' | tr -d '{"' | tr -s ' ' '\n' | grep . | sort -u | grep . || echo "no-table-of-$1"
}

# Functions that the compiler sees in the public headers.
functions() {
	local headers
	headers=$(cd include && ls ingot/*.h)
	for header in $headers; do echo "#include \"$header\""; done |
		gcc -x c -Iinclude -fsyntax-only -aux-info /dev/stdout - |
		sed -nE 's|^/\* include/ingot/[a-z_]*\.h:.*\*/ .*[ *]([a-z_0-9]+) \(.*|\1|p' | sort -u
}
