#!/usr/bin/env python3
"""Measures the dashboard as its user meets it: the time to the first frame, then what it costs.

usage: dashboard.py PERPDECK [SECONDS]      (for example .build/release/perpdeck 30)
Prints one row a figure: name, value, limit. Needs Python 3 alone.
"""
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

STARTS = 9


def start(program, folder, columns=120, rows=40):
    pid, file = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", SWIFT_BACKTRACE="enable=no")
        # The size is set by the parent before anything is drawn.
        time.sleep(0.05)
        os.execv(program, [program, "paper", "--seed", "7", "--data", os.path.join(folder, "data")])
    fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    return pid, file


def read(file, seconds, until=None):
    end, got = time.monotonic() + seconds, b""
    while (left := end - time.monotonic()) > 0:
        if select.select([file], [], [], left)[0]:
            try:
                got += os.read(file, 65536)
            except OSError:
                break
            if until and until in got:
                break
    return got


def stop(pid, file):
    os.kill(pid, signal.SIGTERM)
    read(file, 5)
    os.waitpid(pid, 0)
    os.close(file)


def first_frame(program, folder):
    began = time.monotonic() + 0.05
    pid, file = start(program, folder)
    # The footer is drawn last.
    read(file, 30, b"quit")
    taken = (time.monotonic() - began) * 1000
    stop(pid, file)
    return taken


def processor_time(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    raise SystemExit("no resident size in /proc")


def main():
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    program, seconds = os.path.abspath(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) == 3 else 30
    with tempfile.TemporaryDirectory() as folder:
        starts = [first_frame(program, folder) for _ in range(STARTS)]
        pid, file = start(program, folder)
        read(file, 5)
        before = processor_time(pid)
        data = read(file, seconds)
        used, size = processor_time(pid) - before, resident(pid)
        stop(pid, file)
    for name, value, limit in [
        ("warm start to first frame, median ms", statistics.median(starts), "150"),
        ("watching the built-in market, % of a core", 100 * used / seconds, "2"),
        ("watching the built-in market, MiB resident", size, "60"),
        ("watching the built-in market, bytes/s to the terminal", len(data) / seconds, "20000"),
    ]:
        print(f"{name:56} {value:10.1f}   limit {limit}")


if __name__ == "__main__":
    main()
