"""A program in a tmux server of its own, and what a running one says of itself; shared by the
scripts."""
import itertools
import json
import os
import re
import socket
import subprocess
import threading
import time

# Seconds until something that has to come is given up; a machine that is busy takes its time.
PATIENCE = 60
# Tells terminals apart.
NUMBERS = itertools.count(1)


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


def ask(place, line):
    """Sends a line to the control socket at a place and returns the answer: what `perpdeck status`
    does, without the time that it takes to start."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(PATIENCE)
        caller.connect(place)
        caller.sendall(line.encode() + b"\n")
        answer = b""
        while data := caller.recv(65536):
            answer += data
    return answer.decode()


def slowness(program):
    """How many times slower than usual the machine is at this moment, but one at least: where
    nothing else runs, a program that was built for finding faults starts in 50 ms."""
    times = []
    for _ in range(5):
        began = time.monotonic()
        subprocess.run([program, "--version"], capture_output=True, check=True)
        times.append(time.monotonic() - began)
    return max(1, sorted(times)[2] / 0.05)


class Stalls(threading.Thread):
    """Notices when the machine stands still: this thread then sleeps longer than it wanted to."""

    nap, least = 0.02, 0.1

    def __init__(self):
        super().__init__(daemon=True)
        # The ends of stalls and their seconds.
        self.seen = []
        self.start()

    def run(self):
        began = time.monotonic()
        while True:
            time.sleep(self.nap)
            ended = time.monotonic()
            if (stood := ended - began - self.nap) > self.least:
                self.seen.append((ended, stood))
            began = ended

    def of_last(self, seconds):
        """The seconds of the last so many in which the machine stood still."""
        begin = time.monotonic() - seconds
        return sum(min(stood, end - begin) for end, stood in list(self.seen) if end > begin)


STALLS = Stalls()


def in_time(program, taken, seconds):
    """Whether no more than so many seconds were taken until now, of a machine as fast as usual."""
    return (taken <= seconds or taken - STALLS.of_last(taken) <= seconds
            or taken <= seconds * slowness(program))


class Terminal:
    """A program in a terminal of so many columns and rows."""

    def __init__(self, folder, command, columns, rows, environment=None):
        self.folder = folder
        # A name of its own: the server of the terminal before may still be leaving.
        self.socket = os.path.join(folder, f"tmux{next(NUMBERS)}")
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

    def answer(self, key, dialog):
        """Answers a dialog, which is on the screen as long as a pattern is. It hears nothing in its
        first moment, and stays when what it asks for cannot be done at this one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            time.sleep(0.6)
            self.keys(key)
            # Where the dialog has gone, another answer finds nothing to do.
            look_again = time.monotonic() + 10
            while time.monotonic() < look_again:
                if not re.search(dialog, self.screen()):
                    return
                time.sleep(0.05)
        raise Failure(f"{key} does not answer {dialog}\n{self.screen()}")

    def escape(self, dialog):
        """Closes a dialog. Waits for that: with another key right behind it, an Esc is none."""
        self.keys("Escape")
        self.wait_without(dialog, "Esc closes the dialog")

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

    def shows(self, pattern, seconds):
        """Whether the screen matches within so many seconds."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.screen())) and time.monotonic() < end:
            time.sleep(0.05)
        return bool(found)

    def wait_without(self, pattern, what):
        """Waits until nothing on the screen matches."""
        until(what, lambda: not re.search(pattern, self.screen()), every=0.05)


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
