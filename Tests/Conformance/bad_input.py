#!/usr/bin/env python3
"""Gives the program what it cannot use, and reads what it says.

usage: bad_input.py PERPDECK        (for example .build/debug/perpdeck)
Each case is one clear sentence and an exit code above zero, or a state that the screen shows.
"""
import http.server
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from terminal import PATIENCE, Failure, Terminal, check, serve

# The mistakes on the command line; GOLDEN=record writes what is said now.
ARGUMENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Settings/arguments")

ROW = "1700000040000,1,2,0.5,1.5,3\n"
HEADER = "timestamp_ms,open,high,low,close,volume\n"

# A candle file and what is said about it.
FILES = [
    ("", r": no candles"),
    (HEADER, r": no candles"),
    ("time,open\n", r":1: the header must be"),
    (HEADER + ROW + "1700000100000,1,2,0.5,NaN,3\n", r":3: close: "),
    (HEADER + ROW + "1700000100000,1,2,0.5,1e400,3\n", r":3: close: "),
    (HEADER + ROW + '1700000100000,"1,000",2,0.5,1,3\n', r":3: "),
    (HEADER + ROW + "1700000100000,1,2,0.5,1.5\n", r":3: six fields expected, found 5"),
    (HEADER + ROW + "1700000100000,1,2,0.5,1.5,-3\n", r":3: volume must be zero or above"),
    (HEADER + ROW + "1700000100000,1,2,0.5,0,3\n", r":3: close must be above zero"),
    (HEADER + ROW + "1700000100000,1,0.9,0.5,1,3\n", r":3: high and low do not enclose"),
    (HEADER + ROW + ROW, r":3: the same time as the row before it"),
    (HEADER + ROW + "1600000100000,1,2,0.5,1.5,3\n", r":3: older than the row before it"),
    ("\x1f\x8bnonsense", r"damaged gzip data|the header must be"),
]

# Sound rows with one minute left out before the last twenty.
HOLED = [
    f"{1700000040000 + 60000 * (place + place // 40)},1,2,0.5,1.5,3\n" for place in range(60)]


def arguments(program, folder):
    """Mistakes on the command line: one a file, with the exit code and all that is said."""
    record = os.environ.get("GOLDEN") == "record"
    names = sorted(os.listdir(ARGUMENTS))
    for name in names:
        place = os.path.join(ARGUMENTS, name)
        with open(place) as file:
            expected = file.read()
        line = expected.split("\n", 1)[0]
        words = line.removeprefix("$ perpdeck ").split()
        result = subprocess.run(
            [program, *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=PATIENCE, env={"PATH": os.environ["PATH"], "HOME": folder})
        told = (result.stderr + result.stdout).replace(folder, "FOLDER")
        seen = f"{line}\nexit {result.returncode}\n{told}"
        if record:
            with open(place, "w") as file:
                file.write(seen)
        check(result.returncode in (1, 64), f"{line}: the exit code is 1 or 64", seen)
        check(seen == expected or record, f"{line}: what {name} has", seen)
        check("\x1b" not in told, f"{line}: plain text", seen)
    check(len(names) >= 40, "there are enough mistakes", len(names))
    return len(names)


def sentences(program, folder):
    def said(arguments, code, pattern, prepare=None):
        result = subprocess.run(
            [program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=PATIENCE, env={"PATH": os.environ["PATH"], "HOME": folder},
            preexec_fn=prepare)
        check(result.returncode == code, f"{arguments}: the exit code is {code}", result)
        check(re.search(pattern, result.stderr, re.S), f"{arguments}: says {pattern}", result)
        check("\x1b" not in result.stderr + result.stdout, f"{arguments}: plain text", result)

    for number, (content, pattern) in enumerate(FILES):
        with open(os.path.join(folder, "btc.csv"), "w", encoding="latin-1") as file:
            file.write(content)
        said(["paper", "--candles", "btc.csv", "--data", "data"], 1, pattern)
        said(["backtest", "--candles", "btc.csv", "--limits", "none"], 1, pattern)
    with open(os.path.join(folder, "btc.csv"), "w", encoding="latin-1") as file:
        file.write(HEADER + "".join(HOLED))
    marked = subprocess.run(
        [program, "backtest", "--candles", "btc.csv", "--limits", "none"], cwd=folder,
        capture_output=True, text=True, timeout=PATIENCE,
        env={"PATH": os.environ["PATH"], "HOME": folder})
    check(
        marked.returncode == 0 and re.search(r"GAPS: 1 .*\n +btc\.csv:42: ", marked.stdout),
        "a hole in a candle file is marked with its line", marked)
    for name in ("btc.csv", "odd.csv"):
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))
    count = arguments(program, folder)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said(["serve-exchange", "--port", str(taken.getsockname()[1])], 1, "is in use")
    said(["paper", "--plain", "--data", "data"], 1, "may have 32 files open and needs 64; set ulimit",
         lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)))
    print(f"passed: {2 * len(FILES) + count + 3} sentences")


# Settings that can be read and not used, and what is said about them by the check and by a start.
UNUSABLE = [
    ("keys.yaml", "keys:\n  - in: main\n    action: flatten\n    keys: [b]\n",
     r"keys\.yaml:\d+"),
    ("keys.yaml", "keys:\n  - in: main\n    action: nope\n    keys: [X]\n", r"`nope` is no action"),
    ("templates.yaml", "templates:\n  - name: dip\n    line: eat * 1\n", r"template dip: "),
]


def settings(program, folder):
    """What a start refuses is found by the check as well, and told as JSON where that is wanted."""
    home = {"PATH": os.environ["PATH"], "HOME": folder}
    place = os.path.join(folder, "bad")
    os.mkdir(place)

    def run(*words):
        return subprocess.run([program, *words, "--config", "bad"], cwd=folder, text=True,
                              capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL,
                              env=home)

    def is_told(result, pattern):
        answer = json.loads(result.stdout)
        return result.returncode == 1 and answer["ok"] is False and any(
            re.search(pattern, f"{one['place']}: {one['text']}") for one in answer["problems"])

    for name, text, pattern in UNUSABLE:
        with open(os.path.join(place, name), "w") as file:
            file.write(text)
        for words in (["config", "check"], ["paper", "--plain", "--data", "data"]):
            result = run(*words)
            check(result.returncode == 1 and re.search(pattern, result.stderr),
                  f"{words} says {pattern}", result)
        result = run("config", "check", "--json")
        check(is_told(result, pattern), f"the check says {pattern} in JSON", result)
        os.remove(os.path.join(place, name))
    with open(os.path.join(place, "risk.yaml"), "w") as file:
        file.write("leverageMaximun: 5x\n")
    result = run("config", "show", "--json")
    check(is_told(result, "leverageMaximun"), "show tells a mistake in JSON", result)
    os.makedirs(os.path.join(folder, "data/paper/main"), exist_ok=True)
    damaged = os.path.join(folder, "damaged.sqlite")
    with open(damaged, "wb") as file:
        file.write(b"SQLite format 3\0" + b"\xff" * 8192)
    for words, pattern in ((["status", "--data", "nowhere"], "No perpdeck is running"),
                           (["journal", "verify", "--file", "nowhere.sqlite"], "no journal"),
                           (["journal", "verify", "--file", damaged], "")):
        result = subprocess.run([program, *words, "--json"], cwd=folder, text=True, env=home,
                                capture_output=True, timeout=PATIENCE)
        answer = json.loads(result.stdout)
        check(result.returncode == 1 and answer["ok"] is False
              and pattern in str(answer.get("error", answer.get("damage"))),
              f"{words} fails with an object", result)
    print(f"passed: {len(UNUSABLE) + 1} mistakes in settings")


def outputs(program, folder):
    """What cannot be written is no success."""
    commands = (["config", "schema", "risk"], ["config", "show", "--json"], ["config", "check"],
                ["risk-calc", "btc", "--entry", "100", "--stop", "90", "--equity", "1000"])
    for words in commands:
        with open("/dev/full", "w") as full:
            filled = subprocess.run([program, *words], cwd=folder, stdout=full, timeout=PATIENCE,
                                    stderr=subprocess.PIPE, text=True)
        check((filled.returncode, filled.stderr) == (
            1, "Error: Cannot write to standard output: No space left on device.\n"),
            f"{words}: a full disk", filled)
        closed = subprocess.run([program, *words], cwd=folder, stderr=subprocess.PIPE, text=True,
                                timeout=PATIENCE, preexec_fn=lambda: os.close(1))
        check((closed.returncode, closed.stderr) == (
            1, "Error: Cannot write to standard output: Bad file descriptor.\n"),
            f"{words}: a closed output", closed)
    print(f"passed: {2 * len(commands)} outputs that cannot be written")


class Page(http.server.BaseHTTPRequestHandler):
    """A web page where an exchange is expected."""

    def do_GET(self):
        body = b"<html>\x1b]0;owned\x07<h1>502 Bad Gateway</h1></html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def states(program, folder):
    """What the screen shows of an exchange that cannot be used."""
    names = {f"BLOFIN_DEMO_API_{name}": "0123456789abcdef" for name in
             ("KEY", "SECRET", "PASSPHRASE")}

    def shows(what, address, key, *patterns):
        with tempfile.TemporaryDirectory() as place:
            command = f"{program} demo --server {address} --data data"
            with Terminal(place, command, 120, 40, key) as terminal:
                for pattern in patterns:
                    terminal.wait(pattern, what)
                terminal.keys("b")
                terminal.wait(r"No new orders|not listed|no price|—", what)
                terminal.keys("Escape")
                # Right behind an Esc it would be another key.
                time.sleep(0.6)
                # Nobody knows what is open there: the end is asked about.
                terminal.keys("q")
                terminal.wait(r"quit\?", what + ", then the end")
                terminal.answer("y", r"quit\?")
                terminal.wait(r"ended with 0", what + ", then the end")
        print(f"passed: {what}")

    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
    shows("a host that nobody listens at", nobody, names, r"(?m)^ DEMO ", r"DOWN|connecting")
    page = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    shows("a web page instead of an exchange", f"http://127.0.0.1:{page.server_port}", names,
          r"(?m)^ DEMO ", r"DOWN|connecting|REFUSED")
    page.shutdown()
    server, address, _ = serve(program, folder)
    try:
        shows("a key that the exchange does not know", address, names, r"(?i)refused")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)


def sizes(program):
    """A terminal that is too small shows what is vital and its size, and more when it has grown."""
    with tempfile.TemporaryDirectory() as folder:
        with Terminal(folder, f"{program} paper --data data", 30, 8) as terminal:
            terminal.wait(r"30x8", "a terminal of 30x8")
            terminal.resize(80, 24)
            terminal.wait(r"Equity", "the same terminal at 80x24")
            terminal.keys("q")
            terminal.wait(r"ended with 0", "the end")
    print("passed: a terminal that is too small")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        sentences(program, folder)
        outputs(program, folder)
        settings(program, folder)
        states(program, folder)
    sizes(program)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
