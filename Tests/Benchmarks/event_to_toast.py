#!/usr/bin/env python3
"""Measures the way of an alert: from the bytes of an event to the toast's bytes at the terminal.

usage: event_to_toast.py PERPDECK [EVENTS]      (for example .build/release/perpdeck 200)
The program watches perpdeck serve-exchange through a relay. Events are prices that cross a set
level (a ticker on the market stream), orders of somebody else (placed through the exchange's door
for faults, told on the account stream), and, a fiftieth as often, the end of the market stream,
which takes longer to come back each time. The time runs from the moment before the relay hands the
event's bytes to the program's socket, to the moment when the alert's own words are read from the
terminal. Each kind of event is measured while the market is quiet, and while the relay adds
20,000 market messages a second to the stream. Prints one row a figure: name, value, limit; ends
with 1 when a limit is missed. The machine should have nothing else to do. Needs Python 3 alone, on
Linux.
"""
import http.client
import json
import multiprocessing
import os
import queue
import random
import re
import selectors
import signal
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Conformance"))
from order_path import RATE, Relay, Trader, framed, percentile  # noqa: E402
from terminal import Failure, serve  # noqa: E402

LIMIT_MS = 50
PATIENCE = 10


class EventRelay(Relay):
    """A relay that is told to let prices jump, and tells when an event's bytes leave."""

    def __init__(self, listener, upstream, told, wishes):
        super().__init__(listener, upstream, told, rate=0)
        self.wishes = wishes
        self.poll.register(wishes, selectors.EVENT_READ, self)

    def serve(self, link, end, events):
        if link is not self:
            return super().serve(link, end, events)
        word, *rest = self.wishes.recv()
        if word == "rate":
            self.rate = rest[0]
            for known in self.links:
                known.begun, known.sent = time.monotonic(), 0
        elif word == "cut":
            self.cut()
        else:
            self.price(*rest)

    def cut(self):
        """Ends the market stream without a word."""
        for link in [link for link in self.links if link.stream == "/ws/public"]:
            self.told.send(("left", time.monotonic_ns()))
            self.drop(link)

    def price(self, instrument, last):
        """Sends a ticker as the exchange would, with another last price."""
        for link in self.links:
            for topic, (before, after) in link.templates.items():
                if b'"tickers"' in topic and b'"%s"' % instrument.encode() in topic:
                    text = before + str(int(time.time() * 1000)).encode() + after
                    text = re.sub(rb'"last":"[^"]*"', b'"last":"%s"' % last.encode(), text)
                    self.told.send(("left", time.monotonic_ns()))
                    self.give(link, link.near, framed(text))
                    return
        self.told.send(("problem", f"no ticker of {instrument} has come yet"))

    def pass_on(self, link, frame):
        if link.stream == "/ws/private" and b'"channel":"orders"' in frame:
            self.told.send(("left", time.monotonic_ns()))
        super().pass_on(link, frame)


class Watcher(Trader):
    """The trading program; tells when certain bytes were read from its terminal."""

    def __init__(self, *arguments):
        self.wanted, self.tail, self.found = None, b"", queue.SimpleQueue()
        super().__init__(*arguments)

    def drain(self):
        try:
            while data := os.read(self.file, 65536):
                at = time.monotonic_ns()
                self.seen = (self.seen + data)[-200_000:]
                self.tail = (self.tail + data)[-100_000:]
                wanted = self.wanted
                if wanted and wanted in self.tail:
                    self.wanted = None
                    self.found.put(at)
        except OSError:
            pass

    def want(self, words):
        """Forgets what was seen and looks for these bytes from now on."""
        self.tail = b""
        self.wanted = words.encode()

    def arrival(self):
        """When the bytes came that were wanted."""
        try:
            return self.found.get(timeout=PATIENCE)
        except queue.Empty:
            raise Failure(f"no toast within {PATIENCE} s\n{self.text()[-3000:]}") from None


class Told:
    """What the relay told: the moments of events, and the rates of the market."""

    def __init__(self, pipe):
        self.moments, self.rates = queue.SimpleQueue(), []
        threading.Thread(target=self.read, args=(pipe,), daemon=True).start()

    def read(self, pipe):
        while True:
            try:
                kind, *rest = pipe.recv()
            except (EOFError, OSError):
                return
            if kind == "rate":
                self.rates.append(rest[0])
            elif kind in ("left", "problem"):
                self.moments.put((kind, rest[0]))

    def moment(self):
        """When the bytes of the event left."""
        try:
            kind, value = self.moments.get(timeout=PATIENCE)
        except queue.Empty:
            raise Failure(f"no event within {PATIENCE} s") from None
        if kind == "problem":
            raise Failure(value)
        return value

    def forget(self):
        while not self.moments.empty():
            self.moments.get()


class Door:
    """The served exchange's door for faults, over one kept connection."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)

    def act(self, **what):
        self.connection.request("POST", "/__sim/act", json.dumps(what))
        answer = json.load(self.connection.getresponse())
        if str(answer["code"]) != "0":
            raise Failure(f"{what}: {answer}")

    def price(self, instrument):
        self.connection.request("GET", f"/api/v1/market/tickers?instId={instrument}")
        return float(json.load(self.connection.getresponse())["data"][0]["last"])


class Run:
    """Events of one kind after another, each with a rule and words of its own."""

    def __init__(self, program, told, relay, door, chance):
        self.program, self.told, self.relay, self.door = program, told, relay, door
        self.chance = chance
        self.count = 0
        self.price = door.price("BTC-USDT")

    def words(self):
        """Eight letters, none of which the words before have: a terminal is sent only the cells
        that change."""
        self.count += 1
        letters = "abcdefghijklm" if self.count % 2 else "nopqrstuvwxyz"
        return "".join(self.chance.choice(letters) for _ in range(8))

    def crossing(self):
        """A price jumps over a level; afterwards it is where it was."""
        self.relay.send(("price", "BTC-USDT", f"{self.price * 1.05:.1f}"))
        return lambda: self.relay.send(("price", "BTC-USDT", f"{self.price:.1f}"))

    def order(self):
        """Somebody else places an order far from the market; afterwards it is canceled."""
        order = {"instId": "BTC-USDT", "clientOrderId": f"theirs{self.count}"}
        self.door.act(do="external_order", **order, marginMode="cross", side="buy",
                      orderType="limit", price=f"{self.price * 0.8:.0f}", size="1")
        return lambda: self.door.act(do="external_cancel", **order)

    def cut(self):
        """The market stream ends; afterwards it is waited for."""
        self.relay.send(("cut",))
        return self.wait_for_streams

    def wait_for_streams(self):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if set(self.program.ask("status")["links"].values()) == {"up"}:
                return
            time.sleep(0.05)
        raise Failure("the market stream did not come back")

    def measure(self, rule, event, count):
        """Milliseconds from the event's bytes to the toast's bytes."""
        taken = []
        for _ in range(count):
            words = self.words()
            if self.program.ask("alerts", "add", f'{rule} once warning note "{words}"') is None:
                raise Failure(f"the rule {rule} was not taken")
            # Another moment between two frames and two seconds each time.
            time.sleep(0.1 + self.chance.random() * 0.1)
            self.told.forget()
            self.program.want(words)
            undo = event()
            left, seen = self.told.moment(), self.program.arrival()
            if seen < left:
                raise Failure(f"{words} was shown before its event")
            taken.append((seen - left) / 1e6)
            undo()
        return taken


def measure(program, folder, address, key, told, relay, door, count):
    """The rows of the figures: name, value, how it is compared, limit."""
    running = Watcher(program, folder, address, key)
    running.wait_until_ready()
    run = Run(running, told, relay, door, random.Random(1))
    rows, slowest = [], float("inf")
    for rate in (0, RATE):
        relay.send(("rate", rate))
        # Whatever the start still has to do, and the relay's first full second at this rate.
        time.sleep(3)
        state = f"{rate:,} messages/s" if rate else "quiet"
        for name, rule, event, times in [
            ("price", f"last(BTC) > {run.price * 1.04:.0f}", run.crossing, count),
            ("order", "on order(BTC)", run.order, count),
            ("lost stream", "link_down", run.cut, max(1, count // 50)),
        ]:
            del told.rates[:]
            taken = run.measure(rule, event, times)
            # While the stream is down there are no messages.
            if rate and event != run.cut:
                slowest = min(slowest, percentile(told.rates, 0.5))
            rows += [(f"{name} to toast, {state}, p50 ms", percentile(taken, 0.5), "<=", LIMIT_MS),
                     (f"{name} to toast, {state}, p99 ms", percentile(taken, 0.99), "<=", LIMIT_MS),
                     (f"{name} to toast, {state}, worst ms", max(taken), "", None)]
    rows.append(("market messages a second meanwhile", slowest, ">=", 0.95 * RATE))
    running.kill(signal.SIGKILL)
    return rows


def main():
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    # The journal lies on the disk that the program lies on, not in memory.
    with tempfile.TemporaryDirectory(dir=os.path.dirname(program)) as folder:
        server, address, key = serve(program, folder, "--lenient", "--fault-door")
        host, port = address.removeprefix("http://").split(":")
        ours, theirs = multiprocessing.Pipe(duplex=False)
        wishes, relay_orders = multiprocessing.Pipe(duplex=False)
        relay = multiprocessing.Process(
            target=lambda: EventRelay(listener, (host, int(port)), theirs, wishes).run(),
            daemon=True)
        relay.start()
        try:
            rows = measure(program, folder, f"http://127.0.0.1:{listener.getsockname()[1]}", key,
                           Told(ours), relay_orders, Door(address), count)
        except Failure as failure:
            raise SystemExit(f"event_to_toast: {failure}") from None
        finally:
            relay.kill()
            server.kill()
    missed = False
    for name, value, sign, limit in rows:
        bad = sign == "<=" and value > limit or sign == ">=" and value < limit
        missed = missed or bad
        bound = f"limit {sign} {limit:g}{'   MISSED' if bad else ''}" if sign else ""
        print(f"{name:56} {value:10.2f}   {bound}".rstrip())
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
