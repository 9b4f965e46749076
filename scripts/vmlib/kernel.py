# SPDX-License-Identifier: MIT
"""A kernel, its modules, and our module built for it."""

import lzma
import os
import subprocess

from .util import TOP, Wrong, need, output_of


class Kernel:
    """
    image: what QEMU boots; release: as uname -r says; headers: what our module is built against.

    A kernel is named as for scripts/kernel, or `debug`, or is a folder: one laid out as those of scripts/kernel, or
    the folder where a kernel was built.
    """

    def __init__(self, name):
        self.dir = self._find(name)
        built = os.path.join(self.dir, "arch/x86/boot/bzImage")
        if os.path.exists(built):
            self.image, self.headers, self.modules = built, self.dir, None
        else:
            self.image = need(os.path.join(self.dir, "vmlinuz"), "not a kernel of scripts/kernel, nor a built one")
            self.headers = os.path.join(self.dir, "build")
            self.modules = os.path.join(self.dir, "modules")
        with open(os.path.join(self.headers, "include/config/kernel.release"), encoding="ascii") as file:
            self.release = file.read().strip()
        self._paths = self._read_order()

    @staticmethod
    def _find(name):
        if "/" in name:
            return os.path.realpath(need(name, "give a folder of a kernel, or a name such as 6.12"))
        if name == "debug":
            return output_of("scripts/kernel-debug", "get")
        return output_of("scripts/kernel", "get", name)

    def _read_order(self):
        """Where a module of the kernel lies, by its name."""
        if not self.modules or not os.path.exists(os.path.join(self.modules, "modules.order")):
            return {}
        with open(os.path.join(self.modules, "modules.order"), encoding="ascii") as file:
            paths = [line.strip() for line in file]
        return {module_name(path): path for path in paths}

    def build_ours(self):
        """Builds ingot.ko for this kernel, unless it is up to date; returns its path."""
        jobs = f"-j{os.cpu_count()}"
        done = subprocess.run(["scripts/build-module", self.headers, jobs, "modules"], cwd=TOP, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            print(done.stdout, end="", flush=True)
            raise Wrong(f"ingot.ko does not build for Linux {self.release}")
        return os.path.join(TOP, "build/kmod", self.release, "kmod/ingot.ko")

    def closure(self, names, images=()):
        """
        Modules that are needed for those named and for the module images given, each after what it needs.
        What is built into the kernel, or not there, is left out. Returns a list of (name, bytes).
        """
        order, seen = [], set()

        def add(name):
            if name in seen or name not in self._paths:
                return
            seen.add(name)
            image = self._read(self._paths[name])
            for other in depends(image):
                add(other)
            order.append((name, image))

        for image in images:
            for name in depends(image):
                add(name)
        for name in names:
            add(name)
        return order

    def _read(self, path):
        path = os.path.join(self.modules, path)
        for suffix, opener in (("", open), (".xz", lzma.open)):
            if os.path.exists(path + suffix):
                with opener(path + suffix, "rb") as file:
                    return file.read()
        raise Wrong(f"cannot read the module {path}: neither plain nor compressed by xz")


def module_name(path):
    return os.path.basename(path).split(".")[0].replace("-", "_")


def depends(image):
    """Names of the modules that a module needs, from its section .modinfo: text that ends in zeros."""
    begin = image.find(b"\0depends=")
    if begin < 0:
        return []
    begin += len(b"\0depends=")
    names = image[begin:image.index(b"\0", begin)].decode("ascii")
    return [name.replace("-", "_") for name in names.split(",") if name]
