#!/usr/bin/env python3
"""Kills a trading program again and again, and compares its journal with the exchange.

usage: kill.py PERPDECK [ROUNDS [SEED]]        (for example .build/debug/perpdeck 200)
Each round trades by random keys against perpdeck serve-exchange and ends with kill -9 at a random
moment. After each restart the program has to be ready within three seconds and no position may be
without a stop two seconds later. At the end: no intent became two orders, and the journal's fills
are the exchange's.

R01 R02 R03 R04 D06: a kill between journal and request, request and answer, fill and journal.
"""
import base64
import hashlib
import hmac
import json
import os
import pty
import random
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from terminal import Failure, check, serve


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
        with urllib.request.urlopen(request, timeout=10) as answer:
            body = json.load(answer)
        check(str(body["code"]) == "0", f"{path} is answered", body)
        return body["data"]

    def pages(self, path, field):
        """Every row of a list that is told newest first, a hundred at a time."""
        rows, after = [], ""
        while True:
            page = self.ask(f"{path}?limit=100{after}")
            rows += page
            if len(page) < 100:
                return rows
            after = f"&after={page[-1][field]}"

    def naked(self):
        """The positions without a stop for their whole size."""
        stops = {}
        for order in self.ask("/api/v1/trade/orders-tpsl-pending"):
            if order.get("slTriggerPrice"):
                size = float(order["size"]) if order.get("size") not in (None, "", "-1") else -1
                key = (order["instId"], order["positionSide"])
                stops[key] = stops.get(key, 0) + (float("inf") if size < 0 else size)
        return [row for row in self.ask("/api/v1/account/positions")
                if abs(float(row["positions"])) > stops.get((row["instId"], row["positionSide"]), 0)]


class Program:
    """perpdeck on a pseudo-terminal whose output is thrown away."""

    def __init__(self, program, folder, address, key):
        self.program, self.folder = program, folder
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="xterm-256color", SWIFT_BACKTRACE="enable=no", **key)
            os.execv(program, [program, "demo", "--server", address, "--data", "data"])
        self.began = time.monotonic()
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        try:
            while os.read(self.file, 65536):
                pass
        except OSError:
            pass

    def status(self):
        result = subprocess.run([self.program, "status", "--json", "--data", "data"],
                                cwd=self.folder, capture_output=True, text=True)
        return json.loads(result.stdout) if result.returncode == 0 else None

    def wait_until_ready(self):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            status = self.status()
            if status and status["step"] == "ready":
                return time.monotonic() - self.began
            time.sleep(0.02)
        raise Failure(f"not ready after 30 s: {status}")

    def type(self, keys):
        try:
            os.write(self.file, keys.encode())
        except OSError:
            raise Failure("the program ended by itself") from None

    def kill(self, number):
        os.kill(self.pid, number)
        os.waitpid(self.pid, 0)
        os.close(self.file)


def trade(program, dice, seconds):
    """Types at random for so long: opens, closes, cancels, in three markets."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        move = dice.choice(["buy", "sell", "close", "close", "cancel", "market", "flatten"])
        if move in ("buy", "sell"):
            program.type(move[0])
            time.sleep(0.3)
            program.type("y")
        elif move == "close":
            program.type("p")
            time.sleep(0.3)
            program.type(dice.choice("1234"))
        elif move == "cancel":
            program.type("\x1b[18~")
        elif move == "flatten" and dice.random() < 0.2:
            program.type("\x1b[19~")
            time.sleep(0.3)
            program.type("y")
        elif move == "market":
            program.type(dice.choice(["\x1b[B", "\x1b[A"]))
        time.sleep(dice.uniform(0, 0.2))
        # Whatever dialog is open goes.
        if dice.random() < 0.3:
            program.type("\x1b")
            time.sleep(0.05)


def compare(exchange, folder):
    """The journal against the exchange: orders per intent, and every fill."""
    path = os.path.join(folder, "data/demo/main/journal.sqlite")
    journal = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    intents = {row[0] for row in journal.execute("select client_order_id from intents")}
    orders = exchange.pages("/api/v1/trade/orders-history", "orderId")
    counts = {}
    for order in orders:
        if order.get("clientOrderId"):
            counts[order["clientOrderId"]] = counts.get(order["clientOrderId"], 0) + 1
    check(all(count == 1 for count in counts.values()), "an intent became two orders",
          {key: count for key, count in counts.items() if count > 1})
    check(set(counts) <= intents, "an order without an intent", set(counts) - intents)
    theirs = {(row["instId"], row["tradeId"]) for row in
              exchange.pages("/api/v1/trade/fills-history", "tradeId")}
    # The exchange tells of fills seconds later; the program is still running and asks for them.
    end = time.monotonic() + 20
    while True:
        ours = set(journal.execute("select instrument, trade_id from fills"))
        if theirs == ours or time.monotonic() > end:
            break
        time.sleep(0.5)
    check(theirs == ours, "the journal's fills are the exchange's",
          f"missing {sorted(theirs - ours)[:5]}, invented {sorted(ours - theirs)[:5]}")
    return len(intents), len(counts), len(ours)


def main():
    if len(sys.argv) not in (2, 3, 4):
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    dice = random.Random(seed)
    times = []
    with tempfile.TemporaryDirectory() as folder:
        server, address, key = serve(program, folder, "--lenient")
        exchange = Exchange(address, key)
        try:
            for number in range(rounds + 1):
                running = Program(program, folder, address, key)
                try:
                    times.append(running.wait_until_ready())
                    if times[-1] > 3:
                        raise Failure(f"ready after {times[-1]:.1f} s")
                    time.sleep(2)
                    naked = exchange.naked()
                    check(not naked, "a position has no stop two seconds after the restart", naked)
                    if number == rounds:
                        running.type("\x1b[19~")
                        time.sleep(0.5)
                        running.type("y")
                        time.sleep(5)
                        check(exchange.ask("/api/v1/account/positions") == [], "flat at the end")
                        intents, orders, fills = compare(exchange, folder)
                        running.kill(signal.SIGTERM)
                        break
                    trade(running, dice, dice.uniform(0.2, 3))
                finally:
                    if number < rounds:
                        running.kill(signal.SIGKILL)
        except Failure as failure:
            raise SystemExit(f"FAILED with seed {seed} in round {number}: {failure}")
        finally:
            server.kill()
    print(f"passed: {rounds} kills with seed {seed}: {intents} intents, {orders} orders, "
          f"{fills} fills; ready after {sorted(times)[len(times) // 2]:.2f} s, "
          f"at most {max(times):.2f} s")


if __name__ == "__main__":
    main()
