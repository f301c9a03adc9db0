#!/usr/bin/env python3
"""Runs the dashboard for the messages of eight hours in a few minutes and watches its memory (P07).

usage: soak.py PERPDECK [SPEED [HOURS]]      (for example .build/release/perpdeck 240 8)
A served exchange moves its market SPEED times as fast as the clock; the dashboard trades there
through real HTTP and WebSocket, keeps its journal, draws, and is kept busy: panels, sizes,
dialogs, orders that are placed and canceled. Memory is read at a third of the time and at the end,
each the least of several looks. Ends with 1 when it grew by more than 4 MiB or the screen stopped.
Needs Python 3 alone.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time

from terminal import serve

GROWTH_MIB = 4
# What a person does, again and again; a pause stands between two of them. Esc goes alone.
KEYS = [
    "j", "k", "\t", "\x1bOQ", "5", ".", ".", ",", ",", "h", "l", "\x1b", "2", "j", " ", "\x1bOR",
    "?", "j", "\x1b", "w", "\x1b", "L", "\x1b", ":tf 15m\r", ":tf 1m\r", "v", "v", "o", "O",
    ":buy btc 1 @ bid post sl 1%\r", "y", "4", "u", ":flatten btc\r", "\x1b[15~", "7", "j", "z",
    "z", "8", "9", "1", "/eth", "\r", "/", "\x1b", "[", "]", "b", "\t", "\x1b", "\x10", "zoom",
    "\x1b", "\x1bOS",
]


class Watched:
    """The program on a terminal that is read and thrown away."""

    def __init__(self, command, folder, names):
        self.bytes = 0
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            time.sleep(0.1)
            os.chdir(folder)
            os.execvpe(command[0], command, {
                **os.environ, **names, "TERM": "xterm-256color", "LANG": "C.UTF-8",
                "SWIFT_BACKTRACE": "enable=no"})
        self.resize(120, 40)

    def resize(self, columns, rows):
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.file], [], [], left)[0]:
                self.bytes += len(os.read(self.file, 65536))

    def press(self, keys, seconds):
        os.write(self.file, keys.encode())
        self.read(seconds)

    def resident(self):
        with open(f"/proc/{self.pid}/status") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))

    def least_resident(self):
        """The least of ten looks in five seconds: what is only passing does not count."""
        looks = []
        for _ in range(10):
            self.read(0.5)
            looks.append(self.resident())
        return min(looks)

    def busy(self):
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def keep_busy(self, until):
        number = 0
        while time.monotonic() < until:
            self.press(KEYS[number % len(KEYS)], 0.35)
            if number % 40 == 39:
                self.resize(*[(80, 24), (200, 60), (120, 40)][number // 40 % 3])
            number += 1
        self.press("\x1b", 0.5)
        self.resize(120, 40)
        self.read(0.5)
        return number

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                self.read(0.05)
            except OSError:
                pass
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return status
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return None


def run(program, folder, address, names, seconds):
    data = os.path.join(folder, "data")
    screen = Watched([program, "demo", "--server", address, "--data", data], folder, names)
    screen.read(5)
    began, started = time.monotonic(), screen.busy()
    keys = screen.keep_busy(began + seconds / 3)
    third = screen.least_resident()
    keys += screen.keep_busy(began + seconds)
    last = screen.least_resident()
    before = screen.bytes
    screen.read(3)
    alive = screen.bytes - before
    span = time.monotonic() - began
    core = 100 * (screen.busy() - started) / span
    status = screen.end()
    print(f"  {keys} keys, {screen.bytes / span:.0f} bytes/s, {core:.1f} % of a core")
    print(f"  resident at a third {third:.1f} MiB, at the end {last:.1f} MiB")
    problems = []
    if last - third > GROWTH_MIB:
        problems.append(f"{last - third:.1f} MiB more, {GROWTH_MIB} are allowed")
    if alive == 0:
        problems.append("nothing is drawn any more")
    if status != 0:
        problems.append(f"ended with {status}")
    return problems


def main():
    if not 2 <= len(sys.argv) <= 4:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    speed = int(sys.argv[2]) if len(sys.argv) > 2 else 240
    hours = float(sys.argv[3]) if len(sys.argv) > 3 else 8
    seconds = hours * 3600 / speed
    print(f"{hours:g} hours of the market in {seconds:.0f} s")
    with tempfile.TemporaryDirectory() as folder:
        server, address, names = serve(program, folder, "--lenient", "--speed", str(speed))
        try:
            problems = run(program, folder, address, names, seconds)
        finally:
            server.kill()
            server.wait()
    for problem in problems:
        print("FAILED: " + problem)
    print("memory is flat" if not problems else "")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
