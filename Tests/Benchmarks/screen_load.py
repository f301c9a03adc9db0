#!/usr/bin/env python3
"""Measures the screen while the market is busy: the dashboard trades against a served exchange
whose market runs many times as fast as the clock, through real HTTP and WebSocket, and keys are
pressed in its terminal of 120x40.

usage: screen_load.py PERPDECK [SPEED] [KEYS]     (for example .build/release/perpdeck 600 300)
Prints one row a figure: name, value, limit. Needs Python 3 and ss (iproute2).
"""
import os
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Conformance"))
from pseudo import Pseudo, cleaned  # noqa: E402
from terminal import serve  # noqa: E402

# Bytes of a public push of the served exchange with its frame: a ticker has 300, a book change of
# a few levels 250.
MESSAGE_BYTES = 280
# What moves, colors and switches, and prints nothing.
SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\([A-Z]")


def received(pid):
    """Bytes that the sockets of a process have received."""
    text = subprocess.run(["ss", "-tinpH"], capture_output=True, text=True).stdout
    total, ours = 0, False
    for line in text.splitlines():
        if line.startswith((" ", "\t")):
            found = re.search(r"bytes_received:(\d+)", line)
            total += int(found.group(1)) if ours and found else 0
        else:
            ours = f"pid={pid}," in line
    return total


def main():
    if not 2 <= len(sys.argv) <= 4:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    speed = sys.argv[2] if len(sys.argv) > 2 else "600"
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    with tempfile.TemporaryDirectory() as folder:
        server, address, names = serve(program, folder, "--lenient", "--speed", speed)
        try:
            figures = measure(program, folder, address, names, count)
        finally:
            server.kill()
            server.wait()
    missed = False
    for name, value, limit in figures:
        missed |= bool(limit) and value > limit
        print(f"{name:56} {value:10.1f}   " + (f"limit {limit}" if limit else ""))
    sys.exit(1 if missed else 0)


def echo(screen, letter):
    """Seconds until a letter of the note comes back: one that no price and no size has. pyte gets
    the bytes afterwards, for it takes longer than the answer."""
    got, start = b"", time.monotonic()
    screen.write(letter)
    while letter.encode() not in SEQUENCE.sub(b"", got):
        if not select.select([screen.file], [], [], 1)[0]:
            raise SystemExit(f"no echo of {letter} within a second")
        got += os.read(screen.file, 65536)
    taken = time.monotonic() - start
    screen.stream.feed(cleaned(got))
    return taken


def measure(program, folder, address, names, count):
    command = [program, "demo", "--server", address, "--data", os.path.join(folder, "data")]
    screen = Pseudo(command, 120, 40, **names)
    screen.read(20, lambda: "ready" in screen.text())
    screen.read(2)
    before, began, busy = received(screen.pid), time.monotonic(), screen.cpu_seconds()
    screen.press("n", 0.3)
    times = []
    for number in range(count):
        if number % 40 == 39:
            screen.press("\x15", 0.1)
        times.append(echo(screen, "qwyz"[number % 4]) * 1000)
        screen.read(0.02 + number % 7 * 0.01)
    span = time.monotonic() - began
    messages = (received(screen.pid) - before) / MESSAGE_BYTES / span
    busy = (screen.cpu_seconds() - busy) / span
    screen.end_by_signal()
    times.sort()
    return [
        ("market messages a second while keys are pressed", messages, None),
        ("core used meanwhile, %", busy * 100, None),
        ("key to echo, p50 ms", statistics.median(times), 16),
        ("key to echo, p99 ms", times[int(len(times) * 0.99) - 1], 50),
    ]


if __name__ == "__main__":
    main()
