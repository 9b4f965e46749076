# SPDX-License-Identifier: MIT
"""Large files for the guest, a model for instance: a read-only disk, made once for the same files."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile

from .util import TOP, Wrong, box, say

STORE = os.path.join(TOP, "build/vm/disks")


def identity(files):
    """Changes when a name, a size or a time of a file does."""
    text = "\n".join(f"{name} {os.path.realpath(path)} {os.stat(path).st_size} {os.stat(path).st_mtime_ns}"
                     for name, path in sorted(files.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stage(files, folder):
    for name, path in files.items():
        path, to = os.path.realpath(path), os.path.join(folder, name)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        try:
            os.link(path, to)
        except OSError:  # another file system, or not our file
            shutil.copyfile(path, to)


def make(files):
    """Path of an image with the files given as {name in the guest: path here}, or None if there are none."""
    if not files:
        return None
    for path in files.values():
        if not os.path.isfile(path):
            raise Wrong(f"no file {path}: give one that exists")
    os.makedirs(STORE, exist_ok=True)
    image = os.path.join(STORE, identity(files) + ".erofs")
    with open(os.path.join(STORE, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(image):
            say("making a disk of " + ", ".join(sorted(files)))
            with tempfile.TemporaryDirectory(dir=STORE) as folder:
                stage(files, os.path.join(folder, "files"))
                command = box("mkfs.erofs", "--quiet", f"{folder}/image", f"{folder}/files")
                if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
                    raise Wrong(f"cannot make a disk image in {STORE}: is the disk full?")
                os.rename(f"{folder}/image", image)
    return image
