#!/usr/bin/env python3
"""Runs PerpDeck beside other terminal programs, one after the other on a terminal of 120x40, and
prints what each costs: processor, bytes to the terminal, memory.

usage: tui.py PERPDECK [SECONDS]      (for example .build/release/perpdeck 30)
What is installed is run: btop and htop (apt), rich and textual (PyPI, for the Python that runs this).
The last two draw a watchlist of twenty symbols whose prices all change ten times a second, and so does
our screen once more when Tests/Benchmarks/run.sh has built ScreenFeed; btop and htop refresh as they
do by default, which is every two and every one and a half seconds.
"""
import fcntl
import importlib.util
import os
import pty
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

RICH = """
import random, time
from rich.live import Live
from rich.table import Table
r = random.Random(1)
def table():
    t = Table(expand=True)
    for name in ("market", "last", "bid", "ask", "24h", "volume"): t.add_column(name)
    for i in range(20): t.add_row(f"S{i}-USDT", *(f"{r.random() * 1e5:.2f}" for _ in range(5)))
    return t
with Live(table(), screen=True, auto_refresh=False) as live:
    while True:
        live.update(table(), refresh=True)
        time.sleep(0.1)
"""

TEXTUAL = """
import random
from textual.app import App
from textual.widgets import DataTable
class Watchlist(App):
    def compose(self): yield DataTable()
    def on_mount(self):
        t = self.query_one(DataTable)
        self.names = t.add_columns("market", "last", "bid", "ask", "24h", "volume")
        self.rows = [t.add_row(f"S{i}-USDT", *["0"] * 5) for i in range(20)]
        self.r = random.Random(1)
        self.set_interval(0.1, self.tick)
    def tick(self):
        t = self.query_one(DataTable)
        for row in self.rows:
            for name in self.names[1:]: t.update_cell(row, name, f"{self.r.random() * 1e5:.2f}")
Watchlist().run()
"""


def threads(pid):
    """Processor time of all threads in seconds, by the scheduler's own count."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))


def read(file, seconds):
    end, count = time.monotonic() + seconds, 0
    while (left := end - time.monotonic()) > 0:
        if not select.select([file], [], [], left)[0]:
            continue
        try:
            data = os.read(file, 65536)
        except OSError:
            break
        count += len(data)
        # Terminals answer what textual and btop ask.
        if b"\x1b[c" in data:
            os.write(file, b"\x1b[?62;22c")
    return count


def measure(command, seconds, folder):
    pid, file = pty.fork()
    if pid == 0:
        time.sleep(0.05)
        os.chdir(folder)
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8",
                          LC_ALL="C.UTF-8", SWIFT_BACKTRACE="enable=no")
        os.execvp(command[0], command)
    fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    read(file, 5)
    before, began = threads(pid), time.monotonic()
    count = read(file, seconds)
    span = time.monotonic() - began
    used, size = threads(pid) - before, resident(pid)
    os.kill(pid, signal.SIGTERM)
    read(file, 2)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)
    os.close(file)
    return 100 * used / span, count / span, size


def programs(perpdeck):
    yield "perpdeck, built-in market", [perpdeck, "paper", "--seed", "7", "--data", "data"]
    here = os.path.dirname(os.path.abspath(__file__))
    feed = os.path.join(here, "..", ".build", "release", "ScreenFeed")
    if os.path.exists(feed):
        yield "perpdeck, 20 symbols at 10 Hz", [os.path.abspath(feed), "20", "20", "10"]
    for name in ("btop", "htop"):
        if path := shutil.which(name):
            yield f"{name}, default pace", [path]
    for name, text in (("rich", RICH), ("textual", TEXTUAL)):
        if importlib.util.find_spec(name):
            yield f"{name}, 20 symbols at 10 Hz", [sys.executable, "-c", text]


def main():
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    seconds = float(sys.argv[2]) if len(sys.argv) == 3 else 30
    print(f"{'':32} {'% of a core':>12} {'bytes/s':>10} {'MiB':>8}")
    for name, command in programs(os.path.abspath(sys.argv[1])):
        with tempfile.TemporaryDirectory() as folder:
            core, count, size = measure(command, seconds, folder)
        print(f"{name:32} {core:12.2f} {count:10.0f} {size:8.1f}", flush=True)


if __name__ == "__main__":
    main()
