#!/usr/bin/env python3
"""Measures the dashboard as its user meets it: the time to the first frame, then what it costs.

usage: dashboard.py PERPDECK [SECONDS]      (for example .build/release/perpdeck 30)
Prints one row a figure: name, value, limit; ends with 1 when a limit is missed. Markets of a known
pace are drawn by ScreenFeed, which Tests/Benchmarks/run.sh builds. Needs Python 3 alone.
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
    data = os.path.join(folder, "data")
    return spawn([program, "paper", "--seed", "7", "--data", data], folder, columns, rows)


def spawn(command, folder, columns=120, rows=40):
    pid, file = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", SWIFT_BACKTRACE="enable=no")
        # The size is set by the parent before anything is drawn.
        time.sleep(0.05)
        os.chdir(folder)
        os.execv(command[0], command)
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
    """Seconds of all threads by the scheduler's own count; ticks would miss short frames."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    raise SystemExit("no resident size in /proc")


def feed(program, folder, seconds, *numbers):
    """Percent of a core, bytes a second and milliseconds to the first frame at a known pace."""
    pid, file = spawn([program, *map(str, numbers)], folder)
    read(file, 3)
    # At a full minute the chart moves on by a column, which is 3,600 bytes at once: not in here.
    left = 60 - time.time() % 60
    if left < seconds + 1:
        read(file, left + 1)
    before, began = processor_time(pid), time.monotonic()
    data = read(file, seconds)
    span = time.monotonic() - began
    used = processor_time(pid) - before
    stop(pid, file)
    with open(os.path.join(folder, "ScreenFeed.log")) as file:
        first = float(file.read())
    return 100 * used / span, len(data) / span, first


def paces(folder, seconds):
    """Rows for twenty instruments that move ten times a second, for one that moves, for none."""
    here = os.path.dirname(os.path.abspath(__file__))
    program = os.path.join(here, ".build", "release", "ScreenFeed")
    if not os.path.exists(program):
        raise SystemExit(f"{program} is missing: Tests/Benchmarks/run.sh builds it")
    core, traffic, first = feed(program, folder, seconds, 20, 20, 10)
    _, still, _ = feed(program, folder, seconds, 20, 0, 0)
    _, single, _ = feed(program, folder, seconds, 20, 1, 1)
    return [
        ("20 instruments at 10 Hz, % of a core", core, 2),
        ("20 instruments at 10 Hz, bytes/s to the terminal", traffic, 20_000),
        ("first snapshot to first frame, ms", first, 50),
        ("nothing moves, bytes/s (the clock, the ages of 20 quotes)", still, 200),
        ("one quote moves once a second, bytes/s", single, 260),
    ]


def main():
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) == 3 else 30
    with tempfile.TemporaryDirectory() as folder:
        rows = paces(folder, seconds)
        starts = [first_frame(program, folder) for _ in range(STARTS)]
        pid, file = start(program, folder)
        read(file, 5)
        before = processor_time(pid)
        data = read(file, seconds)
        used, size = processor_time(pid) - before, resident(pid)
        stop(pid, file)
    missed = False
    for name, value, limit in [
        ("warm start to first frame, median ms", statistics.median(starts), 150),
        ("watching the built-in market, % of a core", 100 * used / seconds, 2),
        ("watching the built-in market, MiB resident", size, 60),
        ("watching the built-in market, bytes/s to the terminal", len(data) / seconds, 20_000),
        *rows,
    ]:
        missed |= value > limit
        print(f"{name:56} {value:10.1f}   limit {limit}" + ("   MISSED" if value > limit else ""))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
