# SPDX-License-Identifier: MIT
#
# One short line for each step, or with V=1 the commands.

ifeq ($(V),1)
Q :=
say := @:
else
Q := @
say := @printf '  %-8s%s\n'
endif
