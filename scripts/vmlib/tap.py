# SPDX-License-Identifier: MIT
"""TAP of many programs in a guest, as the TAP of one: points renumbered, with the name of their program."""

import re

POINT = re.compile(r"^(ok|not ok)\b\s*\d*\s*-?\s*(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)\s*(?:#\s*(.*))?$")
BEGIN = re.compile(r"^# vm-begin (\S+)$")
END = re.compile(r"^# vm-end (\S+) (\d+)$")

# What a healthy kernel never says. It would be at the level of warnings or above, but for kmemleak.
TROUBLE = re.compile(r"WARNING:|\bBUG:|Oops|general protection fault|\b[Ss]talls?\b|Kernel panic|KASAN|UBSAN|DMA-API: (?!preallocated|debugging)"
                     r"|unable to handle|possible (?:circular|recursive)|inconsistent lock|INFO: task .* blocked"
                     r"|refcount_t:|list_(?:add|del) corruption|suspected memory leaks|blocked for more than"
                     r"|hung_task|scheduling while atomic|sleeping function called|segfault at|cut here")


class Merger:
    """Takes the guest's lines, prints TAP; good() tells whether all of it went well."""

    def __init__(self, show=print):
        self._show, self._count, self._failed = show, 0, 0
        self._program, self._seen, self._planned = None, 0, None

    def point(self, good, text):
        self._count += 1
        self._failed += not good
        self._show(f"{'ok' if good else 'not ok'} {self._count} - {text}")

    def line(self, line):
        line = line.rstrip("\r\n")
        if match := BEGIN.match(line):
            self._program, self._seen, self._planned = match[1], 0, None
        elif match := END.match(line):
            self._end(int(match[2]))
        elif match := POINT.match(line):
            self._seen += 1
            self.point(match[1] == "ok", f"{self._program}: {match[2]}")
        elif match := PLAN.match(line):
            self._planned = int(match[1])
            if not self._planned:
                self._show(f"# {self._program}: skipped: {match[2]}")
        elif line:
            self._show(line if line.startswith("#") else f"# {line}")

    def _end(self, status):
        if self._planned is None:
            self.point(False, f"{self._program}: says how many tests it has")
        elif self._planned != self._seen:
            self.point(False, f"{self._program}: ran {self._seen} of {self._planned} tests")
        if status:
            self.point(False, f"{self._program}: exit status {status}")
        self._program = None

    def finish(self, kernel_log, why=None):
        """After the last line. kernel_log: text of it; why: what ended the guest too early, or None."""
        if why:
            during = f" during {self._program}" if self._program else ""
            self.point(False, f"the guest runs to its end: {why}{during}")
        trouble = [line for line in kernel_log.splitlines() if TROUBLE.search(line)]
        for line in trouble[:40]:
            self._show(f"# {line}")
        self.point(not trouble, "kernel log without warning, bug or stall")
        self._show(f"1..{self._count}")

    def good(self):
        return self._count > 0 and not self._failed
