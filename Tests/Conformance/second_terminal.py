#!/usr/bin/env python3
"""Commands a running program from outside, also while nobody reads its screen.

usage: second_terminal.py PERPDECK        (for example .build/debug/perpdeck)
"""
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import time

from terminal import PATIENCE, Failure, ask, check, in_time, until, wait_until_ready


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        def say(*words, code=0):
            result = subprocess.run([program, *words, "--data", "data"], cwd=folder,
                                    capture_output=True, text=True, timeout=PATIENCE)
            check(result.returncode == code, f"{words}: exit code {code}", result)
            return result.stdout if code == 0 else result.stderr

        check("No perpdeck is running" in say("status", code=1), "nobody to talk to is said")
        pid, screen = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.umask(0)
            os.environ.update(TERM="xterm-256color", SWIFT_BACKTRACE="enable=no")
            os.execv(program, [program, "paper", "--seed", "7", "--data", "data"])
        try:
            # Nobody ever reads the terminal: its buffer fills and the screen hangs.
            wait_until_ready(program, folder, "--data", "data")
            time.sleep(5)
            status = json.loads(say("status", "--json"))
            check(status["mode"] == "paper" and status["state"] == "running", "status", status)
            place = os.path.join(folder, "data/paper/main/control.sock")
            times = []
            for _ in range(5):
                began = time.monotonic()
                check(json.loads(ask(place, "json status"))["ok"], "the answer")
                times.append(time.monotonic() - began)
            # The usual one: what the program takes, not what else the machine does.
            taken = sorted(times)[2]
            check(in_time(program, taken, 1), f"status took {taken:.2f} s while the screen hangs")
            check(say("halt").startswith("halted"), "halt")
            check(say("halt") == "was halted already\n", "halt again")
            check(json.loads(say("status", "--json"))["state"] == "halted", "the state is halted")
            check(say("resume") == "running\n", "resume")
            check(say("cancel-all").startswith("canceling 0 orders"), "cancel-all")
            check(say("flatten").startswith("flattening"), "flatten")
            check(say("close", "BTC") == "no position in BTC-USDT\n", "close")
            check("not listed" in say("close", "NOPE", code=1), "an instrument that is not there")
            refused = subprocess.run([program, "paper", "--data", "data"], cwd=folder,
                                     stdin=screen, stdout=screen, stderr=subprocess.PIPE, text=True)
            check("already trades this account" in refused.stderr, "R13 a second program", refused)
            check(os.stat(place).st_mode & 0o777 == 0o600, "S02 the socket is private")
            # A caller who sends nothing, and one who sends too much, keep nobody waiting.
            silent = socket.socket(socket.AF_UNIX)
            silent.connect(place)
            loud = socket.socket(socket.AF_UNIX)
            loud.connect(place)
            loud.sendall(b"x" * 4000)
            check(json.loads(say("status", "--json"))["ok"], "status beside odd callers")
            os.kill(pid, signal.SIGTERM)
            until("the end", lambda: os.waitpid(pid, os.WNOHANG)[0], every=0.05)
            check(not os.path.exists(place), "the socket is gone after the end")
        finally:
            os.close(screen)
    print("passed: status, halt, resume, cancel-all, flatten and close from a second terminal")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
