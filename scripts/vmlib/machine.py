# SPDX-License-Identifier: MIT
"""The two processes of a virtual machine: ingot-sim, which is the board, and QEMU, which is all the rest."""

import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess

from .util import TOP, Wrong, box, need

KVM_CREATE_VM = 0xAE01
PR_SET_PDEATHSIG = 1
# QEMU gives up on a device that does not answer a register access for so long; the default is 5 s.
MESSAGE_TIMEOUT_MS = 600000
# The port that the board is behind, as QEMU calls it.
PORT = "board-port"


def end_with_parent():
    """In the child: be killed when this program ends, however it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def kvm_works():
    """
    Whether virtual machines can run on the processor itself. The node may be there and yet not work, or work without
    the processor's help (as some hosts of virtual machines offer it), in which case it emulates too few instructions.
    """
    if os.environ.get("INGOT_KVM") == "0":
        return False
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            helped = {"vmx", "svm"} & set(file.read().split())
        with open("/dev/kvm", "rb+", buffering=0) as kvm:
            os.close(fcntl.ioctl(kvm, KVM_CREATE_VM, 0))
        return bool(helped)
    except OSError:
        return False


def qemu_program():
    """QEMU with vfio-user: INGOT_QEMU, or the host's if it is new enough, or that of the box."""
    chosen = os.environ.get("INGOT_QEMU") or shutil.which("qemu-system-x86_64")
    if chosen:
        done = subprocess.run([chosen, "-device", "vfio-user-pci,help"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False)
        if not done.returncode:
            return [chosen]
        if os.environ.get("INGOT_QEMU"):
            raise Wrong(f"INGOT_QEMU={chosen} has no vfio-user-pci: QEMU 10.1 or newer is needed")
    subprocess.run([os.path.join(TOP, "scripts/vmbox"), "make"], check=True)
    return box("qemu-system-x86_64")


class Board:
    """A running ingot-sim."""

    def __init__(self, device, folder, control, options):
        self.socket = os.path.join(folder, "board")
        self.control = control
        program = need(os.path.join(TOP, "build/ingot-sim"), "run make")
        command = [program, "--device", device, "--socket", self.socket, "--control", control, *options]
        environment = dict(os.environ, INGOT_PATH=os.environ.get("INGOT_PATH") or os.path.join(TOP, "build"))
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        text=True, preexec_fn=end_with_parent)
        ready = self.process.stdout.readline()
        if not ready.startswith("ready"):
            raise Wrong(f"ingot-sim --device {device} did not start: {ready.strip() or 'see above'}")

    def stop(self):
        """It writes its statistics when it is asked to end."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait()


def base_options(kernel, options, accelerator):
    size = options.memory
    return ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-accel", accelerator,
            "-machine", "q35,memory-backend=ram", "-cpu", "max", "-smp", str(options.smp), "-m", size,
            # shared: ingot-sim maps the guest's memory, as a board reaches it by DMA
            "-object", f"memory-backend-memfd,id=ram,size={size},share=on",
            "-kernel", kernel.image]


def console_options(folder, log, mode):
    """The guest's first serial port: written to a file, and in the modes `shell` and `show` to the terminal too."""
    if mode == "quiet":
        return ["-chardev", f"file,id=console,path={log}", "-serial", "chardev:console"]
    multiplexed = ["-mon", "chardev=console"] if mode == "shell" else []
    mux = "on" if multiplexed else "off"
    return ["-chardev", f"stdio,id=console,signal=off,mux={mux},logfile={log}", "-serial", "chardev:console", *multiplexed]


def port_options(folder):
    """Serial ports that the guest finds by name, see tests/vm/guest/init."""
    options = ["-device", "virtio-serial-pci"]
    for name, backend in (("out", f"socket,path={folder}/out"), ("control", f"socket,path={folder}/link"),
                          ("log", f"file,path={folder}/dmesg")):
        options += ["-chardev", f"{backend},id={name}", "-device", f"virtserialport,chardev={name},name=ingot.{name}"]
    return options


def monitor_options(folder):
    """QEMU's monitor, for Monitor below."""
    return ["-qmp", f"unix:{folder}/monitor,server=on,wait=off"]


class Monitor:
    """What can be done to the machine from outside while it runs."""

    # By what an error of the bus does: what the port says of it. See the PCI Express specification, AER.
    ERRORS = {"corrected": "RCVR", "nonfatal": "COMP_TIME", "fatal": "MALF_TLP"}

    def __init__(self, folder):
        self._path = f"{folder}/monitor"

    def bus_error(self, kind):
        """Has the port above the board report an error. Returns what QEMU says to it: nothing, if all is well."""
        said = self._ask(f"pcie_aer_inject_error {PORT} {self.ERRORS[kind]}").strip()
        return "" if said.startswith("OK") else said

    def _ask(self, line):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(self._path)
            with peer.makefile("rw", encoding="utf-8", newline="\n") as lines:
                lines.readline()
                self._execute(lines, "qmp_capabilities")
                return self._execute(lines, "human-monitor-command", {"command-line": line})

    @staticmethod
    def _execute(lines, command, arguments=None):
        lines.write(json.dumps({"execute": command, "arguments": arguments or {}}) + "\n")
        lines.flush()
        for line in lines:
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                return answer["error"]["desc"]
        return "QEMU has gone"


def device_options(board, disk, iommu):
    """An IOMMU first: it serves the devices that come after it. The board is behind a port, as in a machine's slot."""
    options = ["-device", "virtio-iommu-pci"] if iommu else []
    if disk:
        options += ["-drive", f"if=none,id=files,format=raw,readonly=on,file={disk}", "-device", "virtio-blk-pci,drive=files"]
    if board:
        options += ["-device", f"pcie-root-port,id={PORT},x-speed=5,hotplug=off"]
        options += ["-device", json.dumps({"driver": "vfio-user-pci", "bus": PORT, "x-msg-timeout": MESSAGE_TIMEOUT_MS,
                                           "socket": {"type": "unix", "path": board.socket}})]
    return options


def start_qemu(command, mode):
    """In a process group of its own, unless a shell in the guest shares the terminal."""
    terminal = mode == "shell"
    return subprocess.Popen(command, stdin=None if terminal else subprocess.DEVNULL,
                            stdout=None if terminal else subprocess.DEVNULL if mode == "quiet" else 2,
                            start_new_session=not terminal, preexec_fn=end_with_parent)
