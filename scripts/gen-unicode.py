#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make runtime/model/unicode_tables.c: the classes of code points that pre-tokenisers tell apart.

usage: gen-unicode.py > runtime/model/unicode_tables.c
       gen-unicode.py --check runtime/model/unicode_tables.c

The classes must be those of one version of Unicode, the one that llama.cpp uses, or text in a newly
encoded script splits differently. Python brings its own version along: generating needs Python 3.13
or the package unicodedata2 of that version. Checking works with any: a newer Python must agree about
every code point of the table, an older one about every code point that it knows.
"""

import re
import sys

try:
    import unicodedata2 as unicodedata
except ImportError:
    import unicodedata

VERSION = "15.1.0"
CODE_POINTS = 0x110000
WIDTH = 100 - 8  # columns behind a tab

# Controls that count as white space, beside the separators (categories Zs, Zl, Zp).
SPACE_CONTROLS = {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85}

# Letter in the table -> name in unicode.h
CLASSES = {"O": "UNICODE_OTHER", "L": "UNICODE_LETTER", "N": "UNICODE_NUMBER", "S": "UNICODE_SPACE"}

HEADER = f"""// SPDX-License-Identifier: MIT
/* Made by scripts/gen-unicode.py from Unicode {VERSION}; change that instead. */
#include "unicode_tables.h"

enum {{ {", ".join(f"{k} = {v}" for k, v in CLASSES.items())} }};
"""


def class_of(code_point):
    category = unicodedata.category(chr(code_point))
    if category[0] in "LN":
        return category[0]
    if category[0] == "Z" or code_point in SPACE_CONTROLS:
        return "S"
    return "O"


def ranges():
    """Pairs of a first code point and the class from there to the next pair."""
    last = None
    for code_point in range(CODE_POINTS):
        current = class_of(code_point)
        if current != last:
            yield code_point, current
        last = current


def wrapped(entries):
    line = ""
    for entry in entries:
        if len(line) + 1 + len(entry) > WIDTH:
            yield line
            line = ""
        line += " " + entry if line else entry
    yield line


def generate():
    if unicodedata.unidata_version != VERSION:
        sys.exit(
            f"gen-unicode.py: this Python has Unicode {unicodedata.unidata_version}, {VERSION} is needed; "
            f"use Python 3.13 or 'pip install unicodedata2=={VERSION}'"
        )
    entries = [f"{{ 0x{start:x}, {name} }}," for start, name in ranges()]
    print(HEADER)
    print("const struct unicode_range unicode_ranges[] = {")
    for line in wrapped(entries):
        print("\t" + line)
    print("};\n\nconst size_t unicode_n_ranges = sizeof(unicode_ranges) / sizeof(unicode_ranges[0]);")


def read_table(path):
    with open(path, encoding="utf-8") as table:
        found = re.findall(r"\{ 0x([0-9a-f]+), ([A-Z]) \}", table.read())
    starts = [int(start, 16) for start, _ in found] + [CODE_POINTS]
    classes = []
    for i, (_, name) in enumerate(found):
        classes += [name] * (starts[i + 1] - starts[i])
    return classes


def check(path):
    """Exit with an error if the table and this Python's Unicode contradict each other."""
    classes = read_table(path)
    if len(classes) != CODE_POINTS:
        sys.exit(f"gen-unicode.py: {path}: covers {len(classes)} code points, expected {CODE_POINTS}")
    known = tuple(map(int, unicodedata.unidata_version.split(".")))
    pinned = tuple(map(int, VERSION.split(".")))
    wrong = []
    for code_point, in_table in enumerate(classes):
        assigned = unicodedata.category(chr(code_point)) != "Cn"
        newer = not assigned if known < pinned else known > pinned and in_table == "O"
        if not newer and class_of(code_point) != in_table:
            wrong.append(code_point)
    if wrong:
        sys.exit(
            f"gen-unicode.py: {path}: {len(wrong)} code points differ from Unicode {unicodedata.unidata_version}, "
            f"the first is U+{wrong[0]:04X}; make the file again"
        )
    print(f"{path}: agrees with Unicode {unicodedata.unidata_version}")


if len(sys.argv) == 3 and sys.argv[1] == "--check":
    check(sys.argv[2])
elif len(sys.argv) == 1:
    generate()
else:
    sys.exit(__doc__)
