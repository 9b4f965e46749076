# SPDX-License-Identifier: MIT
"""Messages, and running the other scripts."""

import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "ingot")


class Wrong(Exception):
    """What the user can mend; one line, shown without a traceback."""


def say(text):
    print(f"vm: {text}", file=sys.stderr, flush=True)


def output_of(*command):
    """Standard output of a script of ours, which has explained itself if it fails."""
    done = subprocess.run(command, cwd=TOP, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Wrong(f"{' '.join(command)} failed")
    return done.stdout.strip()


def need(path, remedy):
    if not os.path.exists(path):
        raise Wrong(f"{os.path.relpath(path)} is missing: {remedy}")
    return path


def box(*command):
    """The command line that runs a program of the box with QEMU and the kernels' tools."""
    return [os.path.join(TOP, "scripts/vmbox"), "run", *command]
