"""The served exchange and the program that trades on it; shared by the scripts that need both."""
import base64
import hashlib
import hmac
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.request
from decimal import Decimal

from terminal import PATIENCE, Failure, check, until


class Exchange:
    """The served exchange, asked as its user could ask it."""

    def __init__(self, address, key):
        self.address = address
        self.key = {name.rsplit("_", 1)[-1]: value for name, value in key.items()}
        self.nonce = 0

    def ask(self, path):
        self.nonce += 1
        stamp, nonce = str(int(time.time() * 1000)), f"{os.getpid()}x{self.nonce}"
        text = f"{path}GET{stamp}{nonce}"
        mac = hmac.new(self.key["SECRET"].encode(), text.encode(), hashlib.sha256).hexdigest()
        request = urllib.request.Request(self.address + path, headers={
            "ACCESS-KEY": self.key["KEY"], "ACCESS-PASSPHRASE": self.key["PASSPHRASE"],
            "ACCESS-SIGN": base64.b64encode(mac.encode()).decode(), "ACCESS-TIMESTAMP": stamp,
            "ACCESS-NONCE": nonce})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            body = json.load(answer)
        check(str(body["code"]) == "0", f"{path} is answered", body)
        return body["data"]

    def act(self, **what):
        """Does something at once through the door for faults."""
        self.door("act", what)

    def rule(self, **what):
        """Makes a rule through the door for faults."""
        self.door("fault", what)

    def door(self, name, what):
        request = urllib.request.Request(f"{self.address}/__sim/{name}", method="POST",
                                         data=json.dumps(what).encode())
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            body = json.load(answer)
        check(str(body["code"]) == "0", f"{name} {what} is taken", body)

    def price(self, instrument):
        return float(self.ask(f"/api/v1/market/tickers?instId={instrument}")[0]["last"])

    def pages(self, path, field):
        """Every row of a list that is told newest first, a hundred at a time."""
        rows, after = [], ""
        while True:
            page = self.ask(f"{path}?limit=100{after}")
            rows += page
            if len(page) < 100:
                return rows
            after = f"&after={page[-1][field]}"

    def orders(self):
        """Every plain order that was ever placed."""
        return (self.pages("/api/v1/trade/orders-pending", "orderId")
                + self.pages("/api/v1/trade/orders-history", "orderId"))

    def positions(self):
        return self.ask("/api/v1/account/positions")

    def fills(self):
        """The key of every fill."""
        return {(row["instId"], row["tradeId"])
                for row in self.pages("/api/v1/trade/fills-history", "tradeId")}

    def naked(self):
        """The positions without stops for their whole size."""
        stops = {}
        for order in self.ask("/api/v1/trade/orders-tpsl-pending"):
            if order.get("slTriggerPrice"):
                whole = order.get("size") in (None, "", "-1")
                key = (order["instId"], order["positionSide"])
                stops[key] = stops.get(key, 0) + Decimal("inf" if whole else order["size"])
        return [row for row in self.positions() if abs(Decimal(row["positions"]))
                > stops.get((row["instId"], row["positionSide"]), 0)]


class Program:
    """perpdeck demo on a pseudo-terminal; what it shows is kept for a while."""

    def __init__(self, program, folder, address, key, *options):
        self.program, self.folder = program, folder
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", SWIFT_BACKTRACE="enable=no",
                              **key)
            os.execv(program, [program, "demo", "--server", address, "--data", "data", *options])
        self.began = time.monotonic()
        self.seen = b""
        self.drainer = threading.Thread(target=self.drain, daemon=True)
        self.drainer.start()

    def drain(self):
        try:
            while data := os.read(self.file, 65536):
                self.seen = (self.seen + data)[-200_000:]
        except OSError:
            pass

    def say(self, *words):
        """Gives a command from a second terminal; returns the answer, None when nobody hears."""
        result = subprocess.run([self.program, *words, "--data", "data"], cwd=self.folder,
                                capture_output=True, text=True)
        return result.stdout if result.returncode == 0 else None

    def status(self):
        text = self.say("status", "--json")
        return json.loads(text) if text else None

    def wait_until_ready(self):
        """Waits until the start is over; returns the seconds since the program was started."""
        until("ready", lambda: (self.status() or {}).get("step") == "ready", every=0.02)
        return time.monotonic() - self.began

    def wait_until_open(self, *coins):
        """Waits until orders can be placed in instruments: prices come a moment after the start."""
        self.wait_until_ready()
        for coin in coins:
            until(f"an order of {coin} can be placed",
                  lambda: self.say("place", "--preview", "buy", coin, "1", "sl", "1%"))

    def text(self):
        return self.seen.decode(errors="replace")

    def type(self, keys):
        try:
            os.write(self.file, keys.encode())
        except OSError:
            raise Failure("the program ended by itself") from None

    def wait_for_prices(self, coins):
        """Waits until an order would not be refused for what is not known of the market yet: its
        stream may connect a second after the other. Whatever else refuses it is no matter."""
        unknown = r"not known yet|no price|old, limit|order book|is connecting|No new orders|down"
        for coin in coins:
            until(f"the prices of {coin}", lambda: not re.search(unknown, self.told(
                "place", "--preview", "buy", coin, "1", "sl", "1%")))

    def told(self, *words):
        """All that is told to a command from a second terminal."""
        result = subprocess.run([self.program, *words, "--data", "data"], cwd=self.folder,
                                capture_output=True, text=True)
        return result.stdout + result.stderr

    def settle(self):
        """Waits until what was typed has been taken in: who answers a second terminal hears keys as
        well, and takes as long for both."""
        time.sleep(0.3)
        for _ in range(2):
            until("an answer", self.status)

    def line(self, words):
        """Types a line and answers with yes, should it ask; a line that was refused is closed."""
        self.type(f":{words}\r")
        self.settle()
        # A question hears nothing in its first moment.
        time.sleep(0.3)
        self.type("y")
        self.settle()
        self.type("\x1b")
        # With a key right behind it, an Esc is another key.
        self.settle()

    def line_until(self, what, words, holds):
        """Types a line until something comes of it: an order is refused while what is known of the
        market is old, as after a moment in which the machine stood still."""
        for _ in range(4):
            self.line(words)
            end = time.monotonic() + 15
            while time.monotonic() < end:
                if holds():
                    return
                time.sleep(0.1)
        raise Failure(f"{what}: nothing came of {words}\n{self.text()[-2000:]}")

    def kill(self, number=signal.SIGKILL):
        """Ends it and returns how it ended."""
        os.kill(self.pid, number)
        _, status = os.waitpid(self.pid, 0)
        # Whoever still reads a number that is closed would read from whatever gets it next.
        self.drainer.join(10)
        os.close(self.file)
        return os.waitstatus_to_exitcode(status)


def journal_of(folder):
    """The journal of the program in a folder, for reading."""
    path = os.path.join(folder, "data/demo/main/journal.sqlite")
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def compare_fills(exchange, folder, patience=PATIENCE):
    """Fails unless the journal's fills become the exchange's; returns how many there are."""
    theirs = exchange.fills()
    journal = journal_of(folder)
    end = time.monotonic() + patience
    while True:
        ours = set(journal.execute("select instrument, trade_id from fills"))
        if theirs == ours or time.monotonic() > end:
            break
        time.sleep(0.2)
    check(theirs == ours, "the journal's fills are the exchange's",
          f"missing {sorted(theirs - ours)[:5]}, invented {sorted(ours - theirs)[:5]}")
    return len(ours)
