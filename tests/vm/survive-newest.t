#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The board's process is killed under load, on the newest kernel.
KERNEL=newest exec tests/vm/survive.t
