#!/usr/bin/env python3
"""Kills a trading program again and again, and compares its journal with the exchange.

usage: kill.py PERPDECK [ROUNDS [SEED]]        (for example .build/debug/perpdeck 200)
Each round trades by random keys and lines against perpdeck serve-exchange: entries, brackets,
resting orders, scaled entries, partial exits, amended stops, cancels, flattening; while answers
come late or get lost. It ends with kill -9 at a random moment, half of the time a few milliseconds
after a key, so that an order is in flight or a stop is being replaced. After each restart the
program has to be ready, usually within three seconds, and no position may be without a stop three
seconds after the process was started, ready or not. At the end: no intent became two orders, each
order has filled as far as the journal says, the journal knows the end of every order and stop, and
its fills are the exchange's.

R01 R02 R03 R04 D06: a kill between journal and request, request and answer, fill and journal.
"""
import collections
import os
import random
import shutil
import signal
import sys
import tempfile
import time

from served import Exchange, Program, compare_fills, journal_of
from terminal import PATIENCE, Failure, check, in_time, serve

# How long a position may be without its stop, from the start of the process: a second to start,
# and the two that a missing stop is given.
NAKED = 3
COINS = {"btc": "BTC-USDT", "eth": "ETH-USDT", "sol": "SOL-USDT"}
LOOSE = ["ordersPerMinuteMaximum=120", "tradesPerDayMaximum=10000", "cooldownAfterStop=0 s",
         "openPositionsMaximum=50", "marginUsedMaximum=100 %", "stopOutsInARowMaximum=100",
         "notionalTotalMaximum=5000 %", "notionalPerPairMaximum=2000 %", "dailyLossMaximum=90 %",
         "drawdownMaximum=90 %", "rewardToRiskMinimum=1"]


class Trader:
    """Presses keys by chance."""

    def __init__(self, program, exchange, dice):
        self.program, self.exchange, self.dice = program, exchange, dice
        self.moves = collections.Counter()
        self.prices = {}

    def line(self, words, asks):
        """Types a line; an order that adds risk asks first."""
        self.program.type(f":{words}\r")
        if asks:
            time.sleep(0.8)
            self.program.type("y")

    def near(self, coin, share):
        """A price near the market, in as many digits as its tick allows."""
        price = self.prices.setdefault(coin, self.exchange.price(COINS[coin]))
        return f"{price * (1 + share):.{1 if price > 10_000 else 2}f}"

    def move(self):
        dice = self.dice
        coin, side = dice.choice(list(COINS)), dice.choice(["buy", "sell"])
        name = dice.choice([
            "ticket", "bracket", "market", "market", "market", "market", "rest", "rest", "join",
            "join", "scale", "part", "part", "close", "stop", "stop", "stop", "stop",
            "break even", "target", "cancel mine", "cancel newest", "cancel all", "select",
            "flatten"])
        self.moves[name] += 1
        if name in ("part", "close", "stop", "break even", "target"):
            # What is done to a position is done to one that there is.
            if held := self.exchange.positions():
                position = dice.choice(held)
                coin = position["instId"].split("-")[0].lower()
                side = "buy" if float(position["positions"]) > 0 else "sell"
        away = 1 if side == "buy" else -1
        if name == "ticket":
            self.program.type(side[0])
            time.sleep(0.8)
            self.program.type("y")
        elif name == "bracket":
            self.program.type("a")
            time.sleep(0.1)
            self.program.type("(" if side == "buy" else ")")
            time.sleep(0.05)
            self.program.type("a")
        elif name == "market":
            self.line(f"{side} {coin} 0.3% sl 1% tp 2r", asks=True)
        elif name == "rest":
            price = self.near(coin, -0.0005 * away)
            self.line(f"{side} {coin} 0.2% @ {price} sl 1%", asks=True)
        elif name == "join":
            self.program.type("a")
            time.sleep(0.1)
            self.program.type("B" if side == "buy" else "S")
            time.sleep(0.05)
            self.program.type("a")
        elif name == "scale":
            self.line(f"scale {side} {coin} 3 {self.near(coin, -0.001 * away)}.."
                      f"{self.near(coin, -0.003 * away)}", asks=True)
        elif name == "part":
            self.line(f"close {coin} {dice.choice([10, 25, 50, 75])}%", asks=False)
        elif name == "close":
            self.line(f"close {coin}", asks=False)
        elif name == "stop":
            # Wider stops are refused or asked for; both are worth a try.
            self.line(f"stop {coin} {self.near(coin, -away * dice.uniform(0.002, 0.011))}",
                      asks=dice.random() < 0.3)
        elif name == "break even":
            self.line(f"be {coin}", asks=False)
        elif name == "target":
            self.line(f"target {coin} {self.near(coin, away * 0.03)}", asks=False)
        elif name == "cancel mine":
            self.program.type("C")
        elif name == "cancel newest":
            self.program.type("u")
        elif name == "cancel all":
            self.program.type("\x1b[18~")
        elif name == "select":
            self.program.type(dice.choice(["\x1b[B", "\x1b[A"]))
        elif name == "flatten" and dice.random() < 0.3:
            self.program.type("\x1b[19~")
            time.sleep(0.8)
            self.program.type("y")
        return name

    def trade(self, seconds):
        """Moves for so long; the last move is right before the kill, or some time before it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.move()
            time.sleep(self.dice.uniform(0, 0.15))
            # Whatever dialog is open goes.
            self.program.type("\x1b")
            time.sleep(0.06)
        if self.dice.random() < 0.5:
            self.move()
            time.sleep(self.dice.uniform(0, 0.06))

    def disturb(self):
        """Makes answers late or lost, so that kills fall between a request and its answer."""
        kind = self.dice.choice(["none", "late", "late", "lost", "late stops"])
        if kind == "late":
            self.exchange.rule(match="POST trade/order", count=0, percent=50, do="delay",
                               ms=self.dice.randint(20, 600))
        elif kind == "late stops":
            self.exchange.rule(match="POST trade/order-tpsl", count=0, percent=70, do="delay",
                               ms=self.dice.randint(20, 600))
            self.exchange.rule(match="POST trade/cancel-tpsl", count=0, percent=70, do="delay",
                               ms=self.dice.randint(20, 600))
        elif kind == "lost":
            self.exchange.rule(match="POST trade/order", nth=self.dice.randint(1, 3),
                               do="apply_then_drop")


def longest(fills):
    """How long a start may take, in seconds: three are usual. The program reads the fills of the
    last day a hundred at a time, and no more than twenty requests in ten and a half seconds."""
    return 3 + 10.5 * ((fills // 100 + 12) // 20)


def wait_for_stops(running, exchange):
    """Waits until every position has its stop, whether or not the program is ready.

    Returns the seconds since the program was started."""
    while naked := exchange.naked():
        check(in_time(running.program, time.monotonic() - running.began, NAKED),
              f"a position has no stop {NAKED} seconds after the start", naked)
        time.sleep(0.05)
    return time.monotonic() - running.began


def compare(exchange, folder):
    """The journal against the exchange: orders per intent, how far they filled, and every fill."""
    fills = compare_fills(exchange, folder)
    journal = journal_of(folder)
    intents = {row[0] for row in journal.execute("select client_order_id from intents")}
    orders = [order for order in exchange.orders() if order.get("clientOrderId")]
    stops = [order for path in ("orders-tpsl-pending", "orders-tpsl-history")
             for order in exchange.pages(f"/api/v1/trade/{path}", "tpslId")
             if order.get("clientOrderId")]
    for kind in (orders, stops):
        counts = collections.Counter(order["clientOrderId"] for order in kind)
        check(max(counts.values(), default=1) == 1, "an intent became two orders",
              {key: count for key, count in counts.items() if count > 1})
        check(set(counts) <= intents, "an order without an intent", set(counts) - intents)
    ours = {row[0]: row[1:] for row in journal.execute(
        "select client_order_id, state, filled_contracts from orders where kind = 'order'")}
    for order in orders:
        state, filled = ours.get(order["clientOrderId"], ("missing", "0"))
        check(float(filled) == float(order["filledSize"]),
              "an order has filled as the journal says", order, state, filled)
        check((state == "filled") == (order["state"] == "filled"), "its end is in the journal",
              order, state)
    asked = journal.execute("select client_order_id, state from orders where kind = 'trigger' "
                            "and client_order_id is not null and is_final = 0").fetchall()
    check(not asked, "the end of every stop is in the journal", asked)
    open_cycles = journal.execute(
        "select count(*) from position_cycles where closed_at is null").fetchone()[0]
    check(open_cycles == 0, "no position is open in the journal", open_cycles)
    return len(intents), len(orders), len(stops), fills


def flatten(running, exchange):
    """Closes everything."""
    end = time.monotonic() + PATIENCE
    while exchange.positions() or exchange.ask("/api/v1/trade/orders-pending"):
        check(time.monotonic() < end, "flat at the end", exchange.positions(),
              exchange.ask("/api/v1/trade/orders-pending"))
        running.say("flatten")
        time.sleep(1.5)
    time.sleep(3)


def compare_at_last(exchange, folder):
    """Compares until all is the same: the journal may be a moment behind."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return compare(exchange, folder)
        except Failure:
            if time.monotonic() > end:
                raise
            time.sleep(1)


def main():
    if len(sys.argv) not in (2, 3, 4):
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    dice = random.Random(seed)
    loose = sum((["--set", "risk." + line] for line in LOOSE), [])
    times, covered, moves = [], [], collections.Counter()
    inherited = collections.Counter()
    folder = tempfile.mkdtemp()
    server, address, key = serve(program, folder, "--lenient", "--fault-door",
                                 "--balance", "1000000")
    exchange = Exchange(address, key)
    running, number = None, 0
    try:
        for number in range(rounds + 1):
            inherited["positions"] += len(exchange.positions())
            inherited["orders"] += len(exchange.ask("/api/v1/trade/orders-pending"))
            limit = longest(len(exchange.fills()))
            running = Program(program, folder, address, key, *loose)
            covered.append(wait_for_stops(running, exchange))
            times.append(running.wait_until_ready())
            check(in_time(program, times[-1], limit), f"ready after {times[-1]:.1f} s")
            running.say("resume")
            if number == rounds:
                flatten(running, exchange)
                intents, orders, stops, fills = compare_at_last(exchange, folder)
                usual = sorted(times)[len(times) // 2]
                check(in_time(program, usual, 3),
                      f"ready within three seconds, and not {usual:.1f}")
                running.kill(signal.SIGTERM)
                break
            running.wait_for_prices(COINS)
            trader = Trader(running, exchange, dice)
            trader.disturb()
            # Now and then long enough to find out what became of orders that never left: they keep
            # their instrument closed to new ones until they are proven lost.
            trader.trade(dice.uniform(12, 18) if number % 8 == 7 else dice.uniform(0.3, 4))
            running.kill()
            exchange.door("reset", {})
            moves += trader.moves
    except (Failure, OSError) as failure:
        shown = running.text()[-3000:] if running else ""
        ended = server.poll()
        state = "runs" if ended is None else f"ended with {ended}"
        raise SystemExit(f"FAILED with seed {seed} in round {number}, files in {folder}, "
                         f"the exchange {state}: {failure}\n{shown}")
    finally:
        server.kill()
    shutil.rmtree(folder)
    print(f"passed: {rounds} kills with seed {seed}: {intents} intents, {orders} orders, "
          f"{stops} stops of their own, {fills} fills; {inherited['positions']} positions and "
          f"{inherited['orders']} resting orders found at the starts; ready after "
          f"{usual:.2f} s, at most {max(times):.2f} s; every position "
          f"with its stop {max(covered):.2f} s after a start at most")
    print("moves: " + ", ".join(f"{count} {name}" for name, count in moves.most_common()))


if __name__ == "__main__":
    main()
