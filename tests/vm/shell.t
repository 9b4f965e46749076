#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shell of `make vm`, by a terminal of its own: somebody types a command, reads, and leaves."""

import os
import pty
import re
import select
import sys
import time

SECONDS = 300
seen = b""


def read_until(terminal, pattern):
    """Whether it comes before the time is up."""
    global seen
    end = time.monotonic() + SECONDS
    while not re.search(pattern, seen) and select.select([terminal], [], [], max(end - time.monotonic(), 0))[0]:
        try:
            seen += os.read(terminal, 4096)
        except OSError:  # whoever had the other end has gone
            break
    return bool(re.search(pattern, seen))


def point(number, good, title):
    if not good:
        for line in seen.decode(errors="replace").splitlines()[-30:]:
            print(f"# {line}")
    print(f"{'ok' if good else 'not ok'} {number} - {title}", flush=True)
    return good


def main():
    child, terminal = pty.fork()
    if not child:
        os.execlp("scripts/vm", "scripts/vm", "shell", *sys.argv[1:])
    print("1..3")
    good = point(1, read_until(terminal, rb"[#$] (\x1b\[6n)?$"), "the shell is there")
    os.write(terminal, b"ingot devices; echo left=$?\n")
    good &= point(2, read_until(terminal, rb"drm:/dev/accel/accel0[^\r\n]*MiB[^$]*left=0"), "it runs a command on the board")
    os.write(terminal, b"exit\n")
    read_until(terminal, rb"(?!)")
    good &= point(3, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "exit ends it, and the virtual machine with it")
    return not good


sys.exit(main())
