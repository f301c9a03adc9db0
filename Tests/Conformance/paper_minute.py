#!/usr/bin/env python3
"""Trades on paper for a while and ends; for a program that was built with a sanitizer.

usage: paper_minute.py PERPDECK [SECONDS [SEED]]      (e.g. .build/address/debug/perpdeck 60)
Ends with 1 when the program does not end with 0 or says a word of a sanitizer.
"""
import os
import pty
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

KEYS = ["b", "y", "s", "y", "p", "1", "p", "4", "\x1b", "\x1b[A", "\x1b[B", "z", "?", "\x1b", ".",
        ",", "g", "w", "\x1b", "a", "B", "S", "u", "\x1b[18~", "\x1bOQ", "\x1bOR", "\x1bOS",
        ":buy eth 0.2% sl 1% tp 2r\r", "y", ":stop eth 1\r", ":be btc\r", ":close btc 50%\r", "e"]
HERE = os.path.dirname(os.path.abspath(__file__))
NO_LEAKS, NO_RACES = os.path.join(HERE, "no_leaks.txt"), os.path.join(HERE, "no_races.txt")
REPORTS = ["ERROR: AddressSanitizer", "WARNING: ThreadSanitizer", "ERROR: LeakSanitizer"]


def main():
    if len(sys.argv) not in (2, 3, 4):
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    dice = random.Random(seed)
    seen = []
    with tempfile.TemporaryDirectory() as folder:
        reports = os.path.join(folder, "sanitizer")
        pid, file = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", SWIFT_BACKTRACE="enable=no",
                              ASAN_OPTIONS=f"log_path={reports}",
                              LSAN_OPTIONS=f"print_suppressions=0:suppressions={NO_LEAKS}",
                              TSAN_OPTIONS=f"log_path={reports}:suppressions={NO_RACES}")
            # The thread sanitizer needs its addresses where it expects them.
            os.execvp("setarch", ["setarch", "-R", program, "paper", "--seed", "7",
                                  "--data", "data"])

        def drain():
            try:
                while data := os.read(file, 65536):
                    seen.append(data)
                    del seen[:-50]
            except OSError:
                pass

        threading.Thread(target=drain, daemon=True).start()
        end = time.monotonic() + seconds
        time.sleep(3)
        while time.monotonic() < end:
            os.write(file, dice.choice(KEYS).encode())
            time.sleep(dice.uniform(0.02, 0.6))
        subprocess.run([program, "status", "--data", "data"], cwd=folder, capture_output=True,
                       check=True)
        os.kill(pid, signal.SIGTERM)
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        told = b"".join(seen).decode(errors="replace")
        for name in os.listdir(folder):
            if name.startswith("sanitizer"):
                with open(os.path.join(folder, name)) as report:
                    told += report.read()
    found = [word for word in REPORTS if word in told]
    if code != 0 or found:
        raise SystemExit(f"FAILED with seed {seed}: ended with {code}, {found}\n{told[-8000:]}")
    print(f"passed: {seconds:.0f} s on paper with seed {seed}, ended with 0, no report")


if __name__ == "__main__":
    main()
