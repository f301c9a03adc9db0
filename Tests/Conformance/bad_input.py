#!/usr/bin/env python3
"""Gives the program what it cannot use, and reads what it says.

usage: bad_input.py PERPDECK        (for example .build/debug/perpdeck)
Each case is one clear sentence and an exit code above zero, or a state that the screen shows.
"""
import http.server
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from terminal import Failure, Terminal, check, serve

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

# Arguments, what is said, and the exit code.
ARGUMENTS = [
    ("paper --candles nowhere.csv --instrument BTC-USDT", "No such file or directory", 1),
    ("paper --candles odd.csv", "begins with no known coin", 1),
    ("paper --speed 600", "name its file with --candles", 64),
    ("paper --candles a.csv --speed 0", "allowed is 0.1 to 10000", 64),
    ("paper --candles a.csv --speed nan", "allowed is 0.1 to 10000|invalid", 64),
    ("paper --balance 1e400", "not a plain decimal number", 64),
    ("paper --balance 1,000", "not a plain decimal number", 64),
    ("paper --balance=-5", "allowed is above 0", 64),
    ("paper --seed=-1", "invalid", 64),
    ("paper --account nobody --data data", "there is no such account", 1),
    ("paper --config nowhere", "there is no folder nowhere", 1),
    ("paper --set risk.leverageMaximum=5000x", "above 150x", 1),
    ("paper --set risk.leverage=5x", "leverage", 1),
    ("paper --data data", "is not a terminal", 1),
    ("demo --data data", r"BLOFIN_DEMO_API_KEY: is missing.*\.env", 1),
    ("live --data data", r"BLOFIN_API_KEY: is missing.*\.env", 1),
    ("serve-exchange --port 70000", "ports go from 0", 1),
    ("serve-exchange --speed 0", "allowed is 1 to 100000", 64),
    ("paper --latency 120..40", "allowed is a number of milliseconds", 64),
    ("paper --latency ./nowhere.txt", "nowhere.txt: No such file", 64),
    ("trade", "Unexpected argument 'trade'", 64),
    ("paper --market moon", "moon", 64),
    ("paper --server http://127.0.0.1:1", "add --market live", 64),
    ("paper --market live --seed 7", "--seed and --market live exclude each other", 64),
    ("paper --market live --server http://example.com", "loopback only", 1),
    ("doctor --server http://example.com", "loopback only", 1),
    ("config schema nothing", "there is no file nothing", 64),
    ("config show nothing", "No setting begins with nothing", 1),
    ("config check --set risk.leverageMaximum", "expected a setting and its value", 1),
    ("journal trades --days 0", "allowed is 1 or more", 64),
    ("journal verify --file nowhere.sqlite", "There is no journal", 1),
    ("book btc --depth 0", "allowed is 1 to 200", 64),
    ("candles btc --frame 7m", "is not one of 1m, 3m", 64),
    ("place eat btc", "begins with one of buy", 64),
    ("place buy btc", "No perpdeck is running", 1),
    ("leverage btc 3x", "No perpdeck is running", 1),
    ("risk-calc btc --entry 100 --stop 110 --equity 1000", "on its losing side", 64),
    ("risk-calc btc --entry 100 --stop 90 --equity 1000 --risk 5%", "allowed is up to 2 %", 64),
    ("risk-calc btc --entry 100 --stop 90 --equity 1000 --risk 1", "has its sign", 64),
    ("risk-calc btc --entry 1e5 --stop 90 --equity 1000", "not a plain decimal number", 64),
    ("risk-calc nope --entry 100 --stop 90 --equity 1000", "not in the built-in table", 64),
]


def sentences(program, folder):
    def said(arguments, code, pattern):
        result = subprocess.run(
            [program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=60, env={"PATH": os.environ["PATH"], "HOME": folder})
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
        capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": folder})
    check(
        marked.returncode == 0 and re.search(r"GAPS: 1 .*\n +btc\.csv:42: ", marked.stdout),
        "a hole in a candle file is marked with its line", marked)
    for line, pattern, code in ARGUMENTS:
        said(line.split(), code, pattern)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said(["serve-exchange", "--port", str(taken.getsockname()[1])], 1, "is in use")
    print(f"passed: {2 * len(FILES) + len(ARGUMENTS) + 2} sentences")


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
                terminal.answer("q")
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
        shows("a key that the exchange does not know", address, names, r"REFUSED")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(10)


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
        states(program, folder)
    sizes(program)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
