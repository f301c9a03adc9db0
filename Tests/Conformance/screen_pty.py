#!/usr/bin/env python3
"""Runs the dashboard on a pseudo-terminal and looks at it with pyte, an emulator others wrote.

usage: screen_pty.py COMMAND [ARGUMENT...]      (for example .build/release/perpdeck paper)
The command must draw a full screen until it is ended. Needs: pip install pyte. Exit code 1 if a
case fails.

T01 T02 T04 T05 T06 T07 T27 T28 T29: see the names of the cases.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

import pyte

ESC = b"\x1b"
MODES = (1049, 2004, 1004, 1000, 1002, 1006, 2026)


class Screen:
    """The command on a terminal of its own."""

    def __init__(self, command, columns=120, rows=40, **environment):
        self.data = b""
        self.emulator = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.emulator)
        read, write = os.pipe()
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.read(read, 1)
            names = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"}
            os.execvpe(command[0], command, {**os.environ, **names, **environment})
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.file)
        os.write(write, b"x")
        os.close(read)
        os.close(write)

    def resize(self, columns, rows):
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.emulator.resize(rows, columns)

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
                # pyte takes the kitty protocol's `CSI > 1 u` for text.
                self.stream.feed(more.replace(b"\x1b[>1u", b"").replace(b"\x1b[<u", b""))
        self.data += got
        return got

    def first_frame(self):
        self.read(10, lambda: sum(1 for row in self.emulator.display if row.strip()) > 2)
        self.read(0.5)

    def end(self, seconds=3):
        """Waits for the end; returns the status, or None if the process had to be killed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return status
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return None

    def not_given_back(self):
        """What is still switched on, in words."""
        left = []
        for mode in MODES:
            on, off = (self.data.rfind(b"\x1b[?%d%c" % (mode, sign)) for sign in (104, 108))
            if on > off:
                left.append("mode %d" % mode)
        if self.data.count(b"\x1b[>1u") != self.data.count(b"\x1b[<u"):
            left.append("kitty keyboard")
        if self.data.rfind(b"\x1b[?25l") > self.data.rfind(b"\x1b[?25h"):
            left.append("cursor hidden")
        if len(re.findall(rb"\x1b\[22;[\d;]*t", self.data)) != len(
            re.findall(rb"\x1b\[23;[\d;]*t", self.data)
        ):
            left.append("title not restored")
        if termios.tcgetattr(self.file) != self.before:
            left.append("terminal settings")
        return left


def cpu_seconds(pid):
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def resident_kib(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1])


def given_back_after(number):
    def case(command):
        screen = Screen(command)
        screen.first_frame()
        os.kill(screen.pid, number)
        status = screen.end()
        assert status is not None, "still running"
        assert not (left := screen.not_given_back()), ", ".join(left)

    return case


def size_storm(command):
    screen = Screen(command, 80, 24)
    screen.first_frame()
    for _ in range(50):
        for columns, rows in ((1, 1), (20, 5), (500, 200), (80, 24), (200, 60)):
            screen.resize(columns, rows)
            os.kill(screen.pid, signal.SIGWINCH)
            screen.read(0.01)
    screen.resize(100, 30)
    os.kill(screen.pid, signal.SIGWINCH)
    screen.read(0.5)
    rows = [row for row in screen.emulator.display if row.strip()]
    assert len(rows) > 5, "nothing is drawn after the storm"
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.end() is not None, "still running"


def stalled_terminal(command):
    screen = Screen(command, 200, 60)
    screen.first_frame()
    before = resident_kib(screen.pid)
    started = cpu_seconds(screen.pid)
    time.sleep(10)
    grown = resident_kib(screen.pid) - before
    assert grown < 4096, f"{grown} KiB more after a stall of 10 s"
    assert cpu_seconds(screen.pid) - started < 2, "busy while the terminal does not read"
    assert len(screen.read(2)) > 0, "no frame after the stall"
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.end() is not None, "still running"


def ends_on_stalled_terminal(command):
    screen = Screen(command, 200, 60)
    screen.first_frame()
    time.sleep(3)
    os.kill(screen.pid, signal.SIGTERM)
    end = time.monotonic() + 5
    while time.monotonic() < end and os.waitpid(screen.pid, os.WNOHANG)[0] == 0:
        time.sleep(0.05)
    assert time.monotonic() < end, "does not end while the terminal does not read"


def balanced_updates(command):
    screen = Screen(command)
    screen.first_frame()
    screen.read(3)
    os.kill(screen.pid, signal.SIGTERM)
    screen.end()
    begun, ended = (screen.data.count(b"\x1b[?2026" + end) for end in (b"h", b"l"))
    assert begun > 0 and begun == ended, f"{begun} begun, {ended} ended"


def refuses(wanted, **environment):
    def case(command):
        screen = Screen(command, **environment)
        status = screen.end(5)
        assert status is not None and os.WEXITSTATUS(status) != 0, f"status {status}"
        assert ESC not in screen.data, "escape sequences were written"
        assert wanted in screen.data, screen.data.decode(errors="replace")

    return case


CASES = {
    "T01 given back after TERM": given_back_after(signal.SIGTERM),
    "T01 given back after HUP": given_back_after(signal.SIGHUP),
    "T01 given back after QUIT": given_back_after(signal.SIGQUIT),
    "T01 given back after INT": given_back_after(signal.SIGINT),
    "T02 given back after SEGV": given_back_after(signal.SIGSEGV),
    "T02 given back after ABRT": given_back_after(signal.SIGABRT),
    "T05 a storm of sizes": size_storm,
    "T06 a terminal that stalls": stalled_terminal,
    "T06 ends on a terminal that stalls": ends_on_stalled_terminal,
    "T13 TERM=dumb is refused": refuses(b"TERM=dumb", TERM="dumb"),
    "T13 an unknown TERM is refused": refuses(b"terminfo", TERM="no-such-terminal"),
    "T28 synchronized updates are balanced": balanced_updates,
}


def main():
    command = sys.argv[1:]
    if not command:
        sys.exit(__doc__)
    failed = 0
    for name, case in CASES.items():
        try:
            case(command)
            print(f"passed  {name}")
        except AssertionError as problem:
            failed += 1
            print(f"FAILED  {name}: {problem}")
    print(f"{len(CASES) - failed} of {len(CASES)} passed")
    sys.exit(1 if failed else 0)


main()
