#!/usr/bin/env python3
"""Commands a running program from outside, also while nobody reads its screen.

usage: second_terminal.py PERPDECK        (for example .build/debug/perpdeck)
Run by root, it also shows that another user is turned away unread.
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


def say_as_stranger(place):
    """What a process of another user hears when it halts the program; nothing if it is cut off."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        try:
            with socket.socket(socket.AF_UNIX) as caller:
                caller.settimeout(30)
                caller.connect(place)
                try:
                    caller.sendall(b"text halt\n")
                    os.write(write, b"heard:" + caller.recv(64))
                except (BrokenPipeError, ConnectionResetError):
                    os.write(write, b"heard:")
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read, "rb") as file:
        return file.read()


def open_to_others(folder, path):
    """Undoes every mode between a folder and a path, so that only the program itself refuses."""
    while path != folder:
        os.chmod(path, 0o777)
        path = os.path.dirname(path)
    os.chmod(folder, 0o777)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        def say(*words, code=0):
            result = subprocess.run([program, *words, "--data", "data"], cwd=folder,
                                    capture_output=True, text=True, timeout=PATIENCE, umask=0)
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

            def positions():
                return json.loads(say("positions", "--json"))["positions"]

            order = ("buy", "btc", "0.5%", "sl", "1%")
            # Prices come a moment after the rest.
            until("an order can be placed", lambda: not subprocess.run(
                [program, "place", "--preview", *order, "--data", "data"], cwd=folder,
                capture_output=True).returncode)
            say("place", "--yes", *order)
            until("a position", positions)
            check(say("halt").startswith("halted"), "halt")
            check(say("flatten").startswith("flattening"), "K11 flatten with a position")
            until("K11 it is flat while the screen hangs", lambda: positions() == [])
            check(json.loads(say("status", "--json"))["state"] == "halted", "K11 it stays halted")
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
            say("journal", "backup", "copy.sqlite")
            say("support-bundle", "--to", "bundle.txt")
            written = [os.path.join(folder, name) for name in ("copy.sqlite", "bundle.txt")]
            for at, folders, names in os.walk(os.path.join(folder, "data")):
                check(os.stat(at).st_mode & 0o777 == 0o700, "S02 a folder is private", at)
                written += [os.path.join(at, name) for name in names]
            for path in written:
                check(os.stat(path).st_mode & 0o077 == 0, "S02 a file is private", path)
            check(len(written) > 6, "S02 there is something to look at", written)
            if os.geteuid() == 0:
                open_to_others(folder, place)
                heard = say_as_stranger(place)
                check(heard == b"heard:", "S34 another user is turned away unread", heard)
                state = json.loads(say("status", "--json"))["state"]
                check(state == "running", "S34 and is not obeyed", state)
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
    print("passed: status, halt, resume, cancel-all, flatten and close from a second terminal, "
          "with a position and while the screen hangs; no stranger is heard")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
