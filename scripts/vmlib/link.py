# SPDX-License-Identifier: MIT
"""
What guest and host say to each other: lines over a virtio serial port.

A line that begins with `vm` is for this program, every other one for the control socket of ingot-sim, a fault script.
Each is answered by lines of which the last is `ok`, or `error: ` and why.
"""

import signal
import socket
import threading


class Link(threading.Thread):
    """Serves the guest until it goes. status: what the guest said its command ended with, or None."""

    def __init__(self, path, control, server, monitor):
        super().__init__(daemon=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(1)
        self._control, self._server, self._sim, self._monitor = control, server, None, monitor
        self.status = None

    def run(self):
        peer, _ = self._listener.accept()
        with peer, peer.makefile("rw", encoding="utf-8", newline="\n") as lines:
            try:
                for line in lines:
                    lines.write(self._answer(line.split()))
                    lines.flush()
            except OSError:
                pass  # QEMU has gone in the middle of a line: it ends there

    def _answer(self, words):
        if not words:
            return "ok\n"
        if words[0] == "vm":
            return self._own(words[1:])
        try:
            return self._ask_sim(" ".join(words))
        except OSError as error:
            self._sim = None
            return f"error: no ingot-sim to ask: {error.strerror}\n"

    def _own(self, words):
        signals = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "continue": signal.SIGCONT}
        if len(words) == 2 and words[0] == "exit" and words[1].isdigit():
            self.status = int(words[1])
        elif len(words) == 2 and words[0] == "server" and words[1] in signals and self._server:
            self._server.send_signal(signals[words[1]])
            if words[1] == "kill":
                self._server.wait()
        elif len(words) == 2 and words[0] == "bus-error" and words[1] in self._monitor.ERRORS and self._server:
            wrong = self._monitor.bus_error(words[1])
            return f"error: {wrong}\n" if wrong else "ok\n"
        else:
            return ("error: not 'vm exit STATUS', nor, with a server running, 'vm server kill', 'stop' or 'continue', "
                    "or 'vm bus-error corrected', 'nonfatal' or 'fatal'\n")
        return "ok\n"

    def _ask_sim(self, line):
        if not self._sim:
            sim = socket.socket(socket.AF_UNIX)
            sim.connect(self._control)
            self._sim = sim.makefile("rw", encoding="utf-8", newline="\n")
        self._sim.write(line + "\n")
        self._sim.flush()
        answer = []
        while not answer or not (answer[-1] == "ok\n" or answer[-1].startswith("error:")):
            answer.append(self._sim.readline())
            if not answer[-1]:
                self._sim = None
                return "error: ingot-sim has gone\n"
        return "".join(answer)
