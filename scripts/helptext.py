# SPDX-License-Identifier: MIT
"""What a program of commands says of itself in its --help texts: the source of its manual page and of completion."""

import re
import subprocess

# Names, the value's name in capitals, and what it is for.
OPTION = re.compile(r"^  (-[^ ,]+(?:, -[^ ,]+)*)(?: ([A-Z][A-Z,.]*))? +(\S.*)$")
COMMAND = re.compile(r"^  ([a-z][a-z-]*) {2,}(\S.*)$")


class Option:
    """An option: its names, the name of its value or None, and a line about it."""

    def __init__(self, names, value, about):
        self.names, self.value, self.about = names, value, about


class Command:
    """A command: its synopsis, paragraphs about it, its options."""

    def __init__(self, name, summary, text):
        self.name, self.summary = name, summary
        lines = text.splitlines()
        first = next(i for i, line in enumerate(lines) if OPTION.match(line))
        self.usage = lines[0].removeprefix("usage: ")
        self.about = [p.replace("\n", " ") for p in "\n".join(lines[1:first]).strip().split("\n\n")]
        self.options = []
        for line in lines[first:]:
            match = OPTION.match(line)
            if not match:
                raise ValueError(f"{name} --help: not an option: {line}")
            self.options.append(Option(match[1].split(", "), match[2], match[3]))


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def commands(program):
    """The commands of a program, in the order of its help text."""
    found = []
    for line in output(program, "--help").splitlines():
        match = COMMAND.match(line)
        if match:
            found.append(Command(match[1], match[2], output(program, match[1], "--help")))
    return found
