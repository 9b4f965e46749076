# SPDX-License-Identifier: MIT
"""The guest's root file system: a cpio archive in memory, written without being root."""

import os
import re
import stat
import subprocess
import tempfile

from .util import Wrong, box, output_of


class Initramfs:
    """Collects files by the path that they have in the guest."""

    def __init__(self):
        self._entries = {}

    def directory(self, path):
        path = path.strip("/")
        if path and path not in self._entries:
            self.directory(os.path.dirname(path))
            self._entries[path] = (stat.S_IFDIR | 0o755, b"")

    def data(self, path, content, mode=0o644):
        path = path.strip("/")
        self.directory(os.path.dirname(path))
        self._entries[path] = (stat.S_IFREG | mode, content)

    def link(self, path, target):
        path = path.strip("/")
        self.directory(os.path.dirname(path))
        self._entries[path] = (stat.S_IFLNK | 0o777, target.encode())

    def file(self, path, source):
        with open(source, "rb") as file:
            self.data(path, file.read(), 0o755 if os.access(source, os.X_OK) else 0o644)

    def program(self, path, source):
        """A program and, if it is dynamically linked, its libraries at the paths that they have here."""
        self.data(path, stripped(source), 0o755)
        for library in libraries(source):
            if library.strip("/") not in self._entries:
                self.file(library, os.path.realpath(library))

    def write(self, path):
        with open(path, "wb") as out:
            for number, (name, (mode, content)) in enumerate(self._entries.items(), 1):
                out.write(member(number, name, mode, content))
            out.write(member(0, "TRAILER!!!", 0, b""))


def member(number, name, mode, content):
    """One member of a cpio archive of the kind newc: the header in hexadecimal, the parts padded to 4 bytes."""
    encoded = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 2 if stat.S_ISDIR(mode) else 1, 0, len(content), 0, 0, 0, 0, len(encoded), 0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
    return header + bytes(-len(header) % 4) + content + bytes(-len(content) % 4)


def stripped(source):
    """Debug information would be most of the archive. What cannot be stripped, a script, goes as it is."""
    with open(source, "rb") as file:
        content = file.read()
    if content[:4] != b"\x7fELF":
        return content
    with tempfile.NamedTemporaryFile() as out:
        flag = "-g" if source.endswith(".ko") else "-s"
        if subprocess.run(["strip", flag, "-o", out.name, source], stderr=subprocess.DEVNULL, check=False).returncode:
            return content
        with open(out.name, "rb") as file:
            return file.read()


def libraries(source):
    """Paths of the libraries and of the loader that a program asks for."""
    done = subprocess.run(["ldd", source], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    if done.returncode:
        return []
    missing = re.findall(r"^\s*(\S+) => not found", done.stdout, re.MULTILINE)
    if missing:
        raise Wrong(f"{source} needs {', '.join(missing)}, which is not on this host")
    return re.findall(r"(?:=> |^\s*)(/\S+) \(0x", done.stdout, re.MULTILINE)


def busybox():
    """A statically linked busybox: that of the box."""
    path = os.path.join(output_of("scripts/vmbox", "path"), "usr/bin/busybox")
    if not os.path.exists(path):
        subprocess.run(box("true"), check=False)
        raise Wrong(f"no busybox in {path}")
    return path
