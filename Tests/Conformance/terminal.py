"""A program in a tmux server of its own, and what a running one says of itself; shared by the
scripts."""
import json
import os
import re
import subprocess
import time

# Seconds until something that has to come is given up; a machine that is busy takes its time.
PATIENCE = 60


class Failure(Exception):
    """A case that failed, with what was seen."""


def until(what, holds, patience=PATIENCE, every=0.1):
    """Looks until something comes of it; returns that."""
    end = time.monotonic() + patience
    while not (found := holds()):
        if time.monotonic() > end:
            raise Failure(f"not within {patience} s: {what}")
        time.sleep(every)
    return found


def status(program, folder, *words):
    """What a running program says of itself; None while nobody answers."""
    asked = subprocess.run([program, "status", "--json", *words], cwd=folder, capture_output=True,
                           text=True)
    return json.loads(asked.stdout) if asked.returncode == 0 else None


def wait_until_ready(program, folder, *words):
    """Waits until a running program takes orders. What it says of that on its screen goes away
    after some seconds, so it is asked; the words choose the program, such as `--data data`."""
    return until("ready to trade",
                 lambda: (status(program, folder, *words) or {}).get("ready"))


class Terminal:
    """A program in a terminal of so many columns and rows."""

    def __init__(self, folder, command, columns, rows, environment=None):
        self.folder = folder
        self.socket = os.path.join(folder, "tmux")
        names = {"LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no", **(environment or {})}
        self.run("-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", str(columns),
                 "-y", str(rows), "-c", folder,
                 *sum((["-e", f"{name}={value}"] for name, value in names.items()), []),
                 command + "; echo ended with $?; sleep 600")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True)

    def run(self, *words):
        result = subprocess.run(["tmux", "-S", self.socket, *words], capture_output=True, text=True)
        if result.returncode:
            raise Failure(f"tmux {' '.join(words[:2])}: {result.stderr.strip()}")
        return result.stdout

    def keys(self, *keys):
        self.run("send-keys", "-t", "t", *keys)

    def answer(self, key):
        """Answers a dialog, which hears nothing in its first moment."""
        time.sleep(0.6)
        self.keys(key)

    def resize(self, columns, rows):
        self.run("resize-window", "-t", "t", "-x", str(columns), "-y", str(rows))

    def screen(self):
        return self.run("capture-pane", "-p", "-t", "t")

    def wait(self, pattern, what):
        """Waits until the screen matches; returns the match."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            seen = self.screen()
            if found := re.search(pattern, seen):
                return found
            time.sleep(0.05)
        raise Failure(f"{what}: nothing matches {pattern} on the screen\n{self.screen()}")


def check(condition, what, *shown):
    """Raises with what was seen unless the condition holds."""
    if not condition:
        raise Failure("\n".join([what, *map(str, shown)]))


def serve(program, folder, *options):
    """Starts `perpdeck serve-exchange`; returns the process, its address and the names of a key."""
    server = subprocess.Popen([program, "serve-exchange", "--port", "0", *options],
                              stdout=subprocess.PIPE, text=True, cwd=folder)
    address, names = None, {}
    words = {"API key": "KEY", "secret": "SECRET", "passphrase": "PASSPHRASE"}
    for line in server.stdout:
        name, _, value = line.partition(":")
        if name == "address":
            address = "http://" + value.strip()
        if name in words:
            names["BLOFIN_DEMO_API_" + words[name]] = value.strip()
        if address and len(names) == len(words):
            return server, address, names
    raise Failure("serve-exchange said nothing of a key")
