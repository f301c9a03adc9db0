#!/usr/bin/env python3
"""Lends terminals to a run without a screen: perpdeck attach, in a real terminal (tmux).

usage: attach.py PERPDECK        (for example .build/debug/perpdeck)

drawn     the dashboard is drawn, in color and at another size; keys trade; q detaches
gone      a terminal that is closed and an attach that is killed only detach
refused   a second screen at once, a run with a screen of its own, nothing that runs, a pipe
died      a run that is killed leaves a terminal that can be used
shared    a run in the background of the shell that lends it the terminal takes its keys
"""
import os
import signal
import subprocess
import sys
import tempfile

from terminal import PATIENCE, Failure, Terminal, check, status, until, wait_until_ready


def sane(terminal):
    """The terminal edits and echoes lines again."""
    terminal.wait(r"(?<!-)\bicanon\b", "the terminal edits lines")
    seen = terminal.screen()
    check("-icanon" not in seen and " echo " in seen, "the terminal echoes", seen)
    check("Equity" not in seen, "the dashboard is gone", seen)


class Run:
    """A run without a screen in a folder of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        names = {"PATH": os.environ["PATH"], "HOME": folder, "SWIFT_BACKTRACE": "enable=no"}
        self.process = subprocess.Popen(
            [program, "paper", "--headless", "--seed", "7", "--data", "data"], cwd=folder,
            env=names, stdin=subprocess.DEVNULL)
        wait_until_ready(program, folder, "--data", "data")

    def attached(self, columns=120, rows=40):
        return Terminal(self.folder, f"{self.program} attach --data data; stty -a", columns, rows)

    def lives(self):
        check(self.process.poll() is None, "the run goes on")
        check(status(self.program, self.folder, "--data", "data"), "and answers")


def drawn(program, folder):
    run = Run(program, folder)
    with run.attached() as terminal:
        terminal.wait(r"(?m)^ PAPER .*RUNNING", "the dashboard")
        terminal.wait(r"┌─ 4 Orders", "its panels, drawn with lines")
        terminal.wait(r"BTC-USDT\s+[\d,]+\.\d", "a price")
        refused = subprocess.run(
            ["tmux", "-S", terminal.socket, "new-session", "-d", "-s", "second", "-c", folder,
             f"{program} attach --data data > second 2>&1; {program} attach --data data 2> second;"
             " sleep 600"])
        check(refused.returncode == 0, "another terminal")
        place = os.path.join(folder, "second")
        until("a second screen is refused", lambda: os.path.exists(place) and
              "a screen is attached already" in open(place).read())
        terminal.resize(80, 24)
        terminal.wait(r"(?m)\A(.*\n){23} \? keys", "the footer in row 24")
        terminal.keys("b")
        terminal.wait(r"within every limit", "a ticket")
        terminal.answer("y", r"within every limit|would be denied")
        terminal.wait(r"BTC-USDT\s+long\s+[\d,.]+\s", "the position")
        terminal.keys("q")
        terminal.wait(r"Detached; perpdeck goes on \(process \d+\)", "the farewell")
        sane(terminal)
    run.lives()
    held = subprocess.run([program, "positions", "--data", "data"], cwd=folder, text=True,
                          capture_output=True).stdout
    check("BTC-USDT" in held, "the position is held", held)
    with run.attached() as terminal:
        terminal.wait(r"BTC-USDT\s+long\s+[\d,.]+\s", "the position on the next screen")
        terminal.keys("C-z")
        terminal.wait(r"Detached", "Ctrl-Z detaches")
        sane(terminal)
    run.lives()
    return run


def gone(run):
    with run.attached() as terminal:
        terminal.wait(r"(?m)^ PAPER .*RUNNING", "the dashboard")
    run.lives()
    with run.attached() as terminal:
        terminal.wait(r"(?m)^ PAPER .*RUNNING", "the dashboard after a terminal was closed")
        found = subprocess.run(["pgrep", "-f", f"{run.program} attach"], text=True,
                               capture_output=True).stdout.split()
        for pid in map(int, found):
            if os.path.realpath(f"/proc/{pid}/exe") == os.path.realpath(run.program):
                os.kill(pid, signal.SIGTERM)
        terminal.wait(r"Detached", "a killed attach detaches")
        sane(terminal)
    run.lives()


def died(run):
    with run.attached() as terminal:
        terminal.wait(r"(?m)^ PAPER .*RUNNING", "the dashboard")
        run.process.kill()
        run.process.wait(PATIENCE)
        terminal.wait(r"perpdeck has ended", "the end is told")
        sane(terminal)


def refused(program, folder):
    result = subprocess.run([program, "attach", "--data", "data"], cwd=folder, text=True,
                            capture_output=True, stdin=subprocess.DEVNULL)
    check(result.returncode == 1 and "is not a terminal" in result.stderr, "a pipe", result)
    with Terminal(folder, f"{program} attach --data data", 80, 24) as terminal:
        terminal.wait(r"No perpdeck is running(.|\n)*ended with 1", "nothing runs")
    with Terminal(folder, f"{program} paper --data data", 80, 24) as terminal:
        terminal.wait(r"(?m)^ PAPER .*RUNNING", "a run with a screen of its own")
        result = subprocess.run(
            ["script", "-qec", f"{program} attach --data data", "/dev/null"], cwd=folder,
            text=True, capture_output=True, stdin=subprocess.DEVNULL)
        check(result.returncode == 1 and "has a screen of its own" in result.stdout,
              "a run with a screen", result)
        terminal.keys("q")
        terminal.wait(r"ended with 0", "the end of the program")


def shared(program, folder):
    script = (f"set -m; {program} paper --headless --seed 7 --data data > out 2>&1 & echo $! > pid;"
              f" until {program} status --data data > /dev/null 2>&1; do sleep 0.2; done;"
              f" {program} attach --data data; stty -a")
    with Terminal(folder, f"bash -c '{script}'", 80, 24) as terminal:
        try:
            terminal.wait(r"(?m)^ PAPER .*RUNNING", "the dashboard of a job of the same shell")
            terminal.keys("q")
            terminal.wait(r"Detached; perpdeck goes on", "q detaches")
            sane(terminal)
        finally:
            os.kill(int(open(os.path.join(folder, "pid")).read()), signal.SIGKILL)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        run = drawn(program, folder)
        try:
            gone(run)
            died(run)
        finally:
            run.process.kill()
    with tempfile.TemporaryDirectory() as folder:
        refused(program, folder)
    with tempfile.TemporaryDirectory() as folder:
        shared(program, folder)
    print("passed: screens are attached to a run without one and detached")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
