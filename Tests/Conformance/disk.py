#!/usr/bin/env python3
"""Takes the disk away from a trading program, and gives it back.

usage: disk.py PERPDECK        (for example .build/debug/perpdeck)
Needs root for tmpfs, and strace; says so and ends with 69 where they are missing. Each case opens a
position and a resting order, breaks the disk and then sees: the sentence is on the screen, no new
order leaves, the cancel and the exit do; and what comes after.

D01 full        a tmpfs without a free byte; trading goes on when there is room again
D02 failing     fsync and fdatasync answer EIO; nothing is trusted until a restart
D03 read-only   writes answer EROFS; at a start it is refused with a sentence
D03 locked      another process holds the journal; trading goes on when it lets go
D03 gone        the journal is removed while it is open
"""
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from served import Exchange, Program, compare_fills
from terminal import Failure, check, serve, until

DOWN = "the journal cannot be written"


def plain(text):
    """What was shown, without what steers the terminal."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()].", " ", text)


def openings(exchange):
    return sum(1 for order in exchange.orders() if order["reduceOnly"] != "true")


def prepare(program, exchange):
    """A long with a stop, and an order that rests."""
    program.wait_until_open("btc", "eth", "sol")
    program.line_until("the position is open", "buy btc 1 sl 1%",
                       lambda: len(exchange.positions()) == 1)
    program.line_until("the order rests",
                       f"buy eth 1 @ {exchange.price('ETH-USDT') * 0.985:.2f} sl 1%",
                       lambda: len(exchange.ask("/api/v1/trade/orders-pending")) == 1)
    until("the position has its stop", lambda: not exchange.naked())
    # What happened is written down, and the exchange's list of fills, which lags, is read.
    compare_fills(exchange, program.folder)
    time.sleep(2.5)


def suffers(program, exchange, logged):
    """What has to hold while the journal cannot be written."""
    before = openings(exchange)
    began = time.monotonic()
    program.line("buy sol 1 sl 1%")
    until("the screen says so", lambda: DOWN in program.text())
    shown = time.monotonic() - began
    until("the status says so", lambda: DOWN in (program.say("status") or ""))
    program.line("buy sol 1 sl 1%")
    program.say("cancel-all")
    until("the cancel leaves",
          lambda: not exchange.ask("/api/v1/trade/orders-pending"))
    program.say("close", "BTC")
    until("the exit leaves", lambda: not exchange.positions())
    check(openings(exchange) == before, "no new order leaves", openings(exchange) - before)
    if logged:
        with open(os.path.join(program.folder, "data/demo/main/perpdeck.log")) as log:
            check(DOWN in log.read(), "the log says so")
    return shown


def recovers(program, exchange):
    """Trading goes on, and the journal has everything."""
    until("ready again", lambda: (program.status() or {}).get("ready"))
    before = openings(exchange)
    program.line_until("an order leaves again", "buy sol 1 sl 1%",
                       lambda: openings(exchange) == before + 1)
    until("the position is known", lambda: (program.status() or {}).get("positions"))
    program.say("close", "SOL")
    until("flat", lambda: not exchange.positions())
    compare_fills(exchange, program.folder)


def stays_down(program, exchange):
    time.sleep(3)
    before = openings(exchange)
    program.line("buy sol 1 sl 1%")
    check(DOWN in (program.say("status") or ""), "nothing is trusted any more")
    check(openings(exchange) == before, "no new order leaves even now")


def restarts(program, exchange, address, key):
    """A new start finds everything."""
    program.kill(signal.SIGTERM)
    again = Program(program.program, program.folder, address, key)
    again.wait_until_ready()
    compare_fills(exchange, program.folder)
    return again


def full(program, exchange, address, key):
    prepare(program, exchange)
    filler = os.path.join(program.folder, "filler")
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    shown = suffers(program, exchange, logged=False)
    os.unlink(filler)
    recovers(program, exchange)
    return program, f"said after {shown:.1f} s"


def traced(path):
    """Whether a thread is traced; one that has ended meanwhile needs no tracer."""
    try:
        with open(path) as file:
            return re.search(r"(?m)^TracerPid:\s*[1-9]", file.read())
    except (FileNotFoundError, ProcessLookupError):
        return True


def strace(program, inject):
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-p", str(program.pid),
         "-e", "trace=" + inject.split(":")[0], "-e", "inject=" + inject],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    def attached():
        check(tracer.poll() is None, "strace goes on")
        return all(traced(f"/proc/{program.pid}/task/{thread}/status")
                   for thread in os.listdir(f"/proc/{program.pid}/task"))

    until("strace is attached to every thread", attached)
    return tracer


def failing(program, exchange, address, key):
    prepare(program, exchange)
    tracer = strace(program, "fsync,fdatasync:error=EIO")
    shown = suffers(program, exchange, logged=True)
    tracer.send_signal(signal.SIGINT)
    tracer.wait()
    stays_down(program, exchange)
    return restarts(program, exchange, address, key), f"said after {shown:.1f} s"


def read_only(program, exchange, address, key):
    prepare(program, exchange)
    tracer = strace(program, "pwrite64:error=EROFS")
    shown = suffers(program, exchange, logged=True)
    tracer.send_signal(signal.SIGINT)
    tracer.wait()
    again = restarts(program, exchange, address, key)
    again.kill(signal.SIGTERM)
    mount = os.path.join(program.folder, "data")
    subprocess.run(["mount", "--bind", mount, mount], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", mount], check=True)
        refused = Program(program.program, program.folder, address, key)
        until("a start is refused", lambda: "Read-only file system" in refused.text())
        _, status = os.waitpid(refused.pid, 0)
        check(os.waitstatus_to_exitcode(status) == 1, "a start ends with 1", refused.text())
    finally:
        subprocess.run(["umount", mount], check=True)
    return None, f"said after {shown:.1f} s; a start is refused"


def locked(program, exchange, address, key):
    prepare(program, exchange)
    other = sqlite3.connect(os.path.join(program.folder, "data/demo/main/journal.sqlite"),
                            isolation_level=None)
    other.execute("begin immediate")
    shown = suffers(program, exchange, logged=True)
    other.execute("rollback")
    other.close()
    recovers(program, exchange)
    return program, f"said after {shown:.1f} s"


def gone(program, exchange, address, key):
    prepare(program, exchange)
    for suffix in ("", "-wal", "-shm"):
        os.unlink(os.path.join(program.folder, "data/demo/main/journal.sqlite" + suffix))
    shown = suffers(program, exchange, logged=True)
    stays_down(program, exchange)
    return program, f"said after {shown:.1f} s"


def run(program, case):
    folder = tempfile.mkdtemp()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m,mode=700", "none", folder], check=True)
    server, running = None, None
    try:
        server, address, key = serve(program, folder, "--lenient")
        running = Program(program, folder, address, key)
        running, told = case(running, Exchange(address, key), address, key)
        print(f"passed: {case.__name__.replace('_', '-')}, {told}", flush=True)
    except Failure as failure:
        screen = plain(running.text())[-3000:] if running else ""
        raise SystemExit(f"FAILED in {case.__name__}: {failure}\n{screen}")
    finally:
        if running:
            running.kill()
        if server:
            server.kill()
            server.wait()
        subprocess.run(["umount", "-l", folder])
        os.rmdir(folder)


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    if os.geteuid() != 0 or not shutil.which("strace"):
        print("not run: a failing disk needs root, for tmpfs, and strace")
        raise SystemExit(69)
    cases = [full, failing, read_only, locked, gone]
    for case in cases:
        if len(sys.argv) == 2 or case.__name__ in sys.argv[2:]:
            run(os.path.abspath(sys.argv[1]), case)


if __name__ == "__main__":
    main()
