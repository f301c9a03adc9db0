"""A program on a pseudo-terminal of its own, drawn by pyte, an emulator that others wrote."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

import pyte


class Emulator(pyte.Screen):
    """pyte with a sequence that terminals have and pyte lacks: repeat the last character."""

    last = " "

    def draw(self, data):
        super().draw(data)
        self.last = data[-1:] or self.last

    def repeat_last(self, count=1, **_):
        self.draw(self.last * max(1, count))


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "b": "repeat_last"}
    events = frozenset([*pyte.ByteStream.events, "repeat_last"])


def cleaned(data):
    """Without the kitty protocol's `CSI > 1 u`, which pyte takes for text."""
    return data.replace(b"\x1b[>1u", b"").replace(b"\x1b[<u", b"")


class Pseudo:
    """A command that draws on a terminal of a size, and what the terminal shows."""

    def __init__(self, command, columns, rows, **environment):
        self.data = b""
        # When the last bytes came; drawing them takes pyte longer than the program under test.
        self.arrived = 0.0
        self.emulator = Emulator(columns, rows)
        self.stream = Stream(self.emulator)
        read, write = os.pipe()
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.read(read, 1)
            names = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"}
            os.execvpe(command[0], command, {**os.environ, **names, **environment})
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.file)
        os.write(write, b"x")
        os.close(read)
        os.close(write)

    def read(self, seconds, until=None):
        """Reads for so long, or until the condition holds; returns the bytes."""
        end = time.monotonic() + seconds
        got = b""
        while (left := end - time.monotonic()) > 0 and not (until and until()):
            if select.select([self.file], [], [], min(left, 0.05))[0]:
                try:
                    more = os.read(self.file, 65536)
                except OSError:
                    break
                got += more
                self.arrived = time.monotonic()
                self.stream.feed(cleaned(more))
        self.data += got
        return got

    def write(self, keys):
        os.write(self.file, keys.encode())

    def press(self, keys, seconds=0.4):
        self.write(keys)
        return self.read(seconds)

    def text(self):
        return "\n".join(self.emulator.display)

    def row(self, number):
        return self.emulator.display[number].rstrip()

    def cpu_seconds(self):
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def end_by_signal(self, number=signal.SIGTERM):
        """Asks for the end and waits for it; kills after five seconds."""
        os.kill(self.pid, number)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.file)
                return status
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.file)
        return None
