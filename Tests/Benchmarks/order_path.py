#!/usr/bin/env python3
"""Measures the way of an order, from the key to the request's last byte at the exchange's socket.

usage: order_path.py PERPDECK [ORDERS [PART...]]      (for example .build/release/perpdeck 100)
The program trades against perpdeck serve-exchange through a relay, which adds 20,000 market
messages a second to the stream and reads from the kernel when each request came in. Every order's
intent is on the disk before. Prints one row a figure: name, value, limit; ends with 1 when a limit
is missed. The parts are keys, halt and kill; all of them when none is named. The machine should
have nothing else to do. Needs Python 3 alone, on Linux.
"""
import fcntl
import json
import multiprocessing
import os
import re
import selectors
import signal
import socket
import struct
import sys
import tempfile
import termios
import threading
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Conformance"))
from served import Program  # noqa: E402
from terminal import serve  # noqa: E402

RATE = 20_000
OPEN_ORDERS = 50
SO_TIMESTAMPNS = 35
LOOSE = ["riskPerTrade=0.01 %", "ordersPerMinuteMaximum=120",
         "tradesPerDayMaximum=10000", "cooldownAfterStop=0 s",
         "notionalPerPairMaximum=20000 %", "notionalTotalMaximum=50000 %",
         "openPositionsMaximum=50", "marginUsedMaximum=100 %", "priceCollar=20 %",
         "stopOutsInARowMaximum=100", "dailyLossMaximum=90 %", "drawdownMaximum=90 %"]


class Link:
    """One connection of the program, joined to one of the exchange."""

    def __init__(self, near, far):
        self.near, self.far = near, far
        self.peer = {near: far, far: near}
        self.waiting = {near: bytearray(), far: bytearray()}
        self.request = b""          # what came of a request that is not whole yet
        self.frames = bytearray()   # what came of a frame that is not whole yet
        self.stream = None          # None: not known yet; otherwise the kind of the connection
        self.upgraded = False
        self.templates = {}
        self.begun, self.sent = 0, 0


class Relay:
    """Passes bytes on between the program and the exchange; runs in a process of its own."""

    def __init__(self, listener, upstream, told, rate=RATE):
        self.listener, self.upstream, self.told = listener, upstream, told
        # Market messages a second that are added.
        self.rate = rate
        self.poll = selectors.DefaultSelector()
        self.poll.register(listener, selectors.EVENT_READ, None)
        self.links = set()
        self.injected, self.since = 0, time.monotonic()

    def run(self):
        while True:
            for key, events in self.poll.select(0.001):
                if key.data is None:
                    self.accept()
                else:
                    self.serve(key.data, key.fileobj, events)
            now = time.monotonic()
            for link in [link for link in self.links if link.templates]:
                try:
                    self.inject(link, now)
                except (ConnectionError, OSError):
                    self.drop(link)
            if now - self.since >= 1:
                self.told.send(("rate", self.injected / (now - self.since)))
                self.injected, self.since = 0, now

    def accept(self):
        near, _ = self.listener.accept()
        near.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        far = socket.create_connection(self.upstream)
        link = Link(near, far)
        self.links.add(link)
        for end in (near, far):
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.poll.register(end, selectors.EVENT_READ, link)

    def serve(self, link, end, events):
        try:
            if events & selectors.EVENT_WRITE:
                self.flush(link, end)
            if events & selectors.EVENT_READ:
                data, extra, _, _ = end.recvmsg(262_144, 512)
                if not data:
                    raise ConnectionError
                if end is link.near:
                    self.note(link, data, extra)
                    self.give(link, link.far, data)
                else:
                    self.back(link, data)
        except (ConnectionError, OSError):
            self.drop(link)

    def drop(self, link):
        if link in self.links:
            self.links.remove(link)
            for end in (link.near, link.far):
                self.poll.unregister(end)
                end.close()

    def give(self, link, end, data):
        waiting = link.waiting[end]
        waiting += data
        self.flush(link, end)

    def flush(self, link, end):
        waiting = link.waiting[end]
        if waiting:
            try:
                del waiting[:end.send(waiting)]
            except BlockingIOError:
                pass
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if waiting else 0)
        if self.poll.get_key(end).events != wanted:
            self.poll.modify(end, wanted, link)

    def note(self, link, data, extra):
        """Tells of each whole request and of when its last byte came in."""
        if link.stream is None:
            link.stream = data.split(b" ", 2)[1].decode() if b" " in data else ""
        if link.upgraded:
            return
        at = time.time_ns()
        for level, kind, value in extra:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, rest = struct.unpack("qq", value[:16])
                at = seconds * 1_000_000_000 + rest
        link.request += data
        while b"\r\n\r\n" in link.request:
            head, _, rest = link.request.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            length = int(length.group(1)) if length else 0
            if len(rest) < length:
                return
            line = head.split(b"\r\n", 1)[0].decode()
            if line.startswith("POST"):
                self.told.send(("request", line.split(" ")[1], rest[:length].decode(), at))
            link.request = rest[length:]

    def back(self, link, data):
        """Passes on what the exchange sends, whole frames at a time on a stream."""
        if not (link.stream or "").startswith("/ws/"):
            return self.give(link, link.near, data)
        link.frames += data
        if not link.upgraded:
            if b"\r\n\r\n" not in link.frames:
                return
            end = link.frames.index(b"\r\n\r\n") + 4
            self.give(link, link.near, bytes(link.frames[:end]))
            del link.frames[:end]
            link.upgraded = True
        while (size := frame_size(link.frames)) is not None:
            frame = bytes(link.frames[:size])
            del link.frames[:size]
            self.pass_on(link, frame)

    def pass_on(self, link, frame):
        """Passes on a whole frame of a stream."""
        self.give(link, link.near, frame)
        if link.stream == "/ws/public":
            self.learn(link, frame)

    def learn(self, link, frame):
        """Keeps the newest message of each channel, to be sent again with the present time."""
        text = frame[frame.index(b"{"):] if b"{" in frame else b""
        if b'"data"' not in text or b'"channel":"books' in text:
            return
        arg = re.search(rb'"arg":\{[^}]*\}', text)
        if arg and (stamp := re.search(rb'"ts":"(\d{13})"', text)):
            link.templates[arg.group(0)] = (text[:stamp.start(1)], text[stamp.end(1):])
            if not link.begun:
                link.begun = time.monotonic()

    def inject(self, link, now):
        due = int((now - link.begun) * self.rate) - link.sent
        if due <= 0:
            return
        link.sent += due
        # A reader that does not keep up gets no more; the rate that is printed tells.
        if len(link.waiting[link.near]) > 4 << 20:
            return
        stamp = str(int(time.time() * 1000)).encode()
        frames = []
        for before, after in link.templates.values():
            frames.append(framed(before + stamp + after))
        due = min(due, self.rate // 10)
        self.injected += due
        rounds, rest = divmod(due, len(frames))
        self.give(link, link.near, b"".join(frames) * rounds + b"".join(frames[:rest]))


def framed(body):
    """A text as one frame of a server."""
    head = bytes([0x81, len(body)]) if len(body) < 126 else \
        b"\x81\x7e" + struct.pack(">H", len(body))
    return head + body


def frame_size(data):
    """The bytes of the first frame, nil when it is not whole; a server masks nothing."""
    if len(data) < 2:
        return None
    length, head = data[1] & 0x7F, 2
    if length == 126:
        if len(data) < 4:
            return None
        length, head = struct.unpack(">H", data[2:4])[0], 4
    elif length == 127:
        if len(data) < 10:
            return None
        length, head = struct.unpack(">Q", data[2:10])[0], 10
    return head + length if len(data) >= head + length else None


class Requests:
    """What the relay told, by kind."""

    def __init__(self, told):
        self.orders, self.cancels, self.rates = [], [], []
        threading.Thread(target=self.read, args=(told,), daemon=True).start()

    def read(self, told):
        while True:
            try:
                kind, *rest = told.recv()
            except (EOFError, OSError):
                return
            if kind == "rate":
                self.rates.append(rest[0])
            elif rest[0].endswith("trade/order"):
                self.orders.append((rest[2], json.loads(rest[1])))
            elif "cancel" in rest[0]:
                self.cancels.append(rest[2])

    def next_order(self, count):
        end = time.monotonic() + 10
        while len(self.orders) <= count:
            if time.monotonic() > end:
                raise SystemExit("no order left within ten seconds of its key")
            time.sleep(0.002)
        return self.orders[count][0]


class Trader(Program):
    """The trading program with limits that let it order all the time."""

    def __init__(self, program, folder, address, key, *options):
        loose = sum((["--set", "risk." + line] for line in LOOSE), [])
        super().__init__(program, folder, address, key, *loose, *options)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def ask(self, *words):
        answer = self.say(*words, "--json")
        return json.loads(answer) if answer else None

    def wait_until_ready(self):
        """Waits until orders are taken, which is later than the end of the start's steps."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            status = self.ask("status")
            if status and status["ready"]:
                return time.monotonic() - self.began
            time.sleep(0.01)
        raise SystemExit(f"not ready: {status}\n{self.text()[-2000:]}")

    def wait_for_room(self, count):
        """Waits until so many requests may leave at once."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            status = self.ask("status")
            if status and all(budget["remaining"] >= count for budget in status["budgets"]):
                return
            time.sleep(0.1)
        raise SystemExit(f"no room for an order: {status['budgets']}")


def log(folder):
    """The end of what the program logged."""
    lines = []
    for place, _, names in os.walk(os.path.join(folder, "data")):
        for name in sorted(names):
            if ".log" in name:
                with open(os.path.join(place, name)) as file:
                    lines += file.readlines()
    return "".join(lines[-40:])


def last_price(address):
    with urllib.request.urlopen(address + "/api/v1/market/tickers?instId=BTC-USDT") as answer:
        return float(json.load(answer)["data"][0]["last"])


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def keys(program, requests, count):
    """Milliseconds from the key that joins the bid to the order at the exchange's socket."""
    taken = []
    pressed = armed = 0
    for number in range(count):
        if number % 20 == 0:
            # Cancels what rests.
            program.say("cancel-all")
        # An order does not wait for the exchange's limit of requests: it must have room.
        program.wait_for_room(14)
        if time.monotonic() > armed + 10:
            # The screen disarms itself after a minute.
            program.type("\x1b")
            time.sleep(0.3)
            program.type("a")
            time.sleep(0.3)
            armed = time.monotonic()
        # The same key within 0.7 s is taken for a held one, the same order within 1 s for a repeat.
        time.sleep(max(0, pressed + 1.05 - time.monotonic()))
        before = len(requests.orders)
        at = time.time_ns()
        program.type("B")
        pressed = time.monotonic()
        taken.append((requests.next_order(before) - at) / 1e6)
    return taken


def halt(program, requests, address):
    """Milliseconds from the word halt to the last order and the last cancel that leave, with orders
    of a second terminal still coming; and how many orders had left right before."""
    program.say("cancel-all")
    # The limits of the exchange are free again.
    time.sleep(11)
    price = last_price(address)
    stop = threading.Event()

    def press():
        number = 0
        while not stop.is_set():
            # No two are the same: a repeat would be refused.
            number += 1
            program.say("place", "--yes", "buy", "btc", "1", "@", f"{price * 0.95 - number:.0f}",
                        "sl", "1%")
            time.sleep(0.03)

    presser = threading.Thread(target=press)
    presser.start()
    time.sleep(1)
    at = time.time_ns()
    program.ask("halt")
    time.sleep(2)
    stop.set()
    presser.join()
    before = [sent for sent, _ in requests.orders if at - 1_000_000_000 <= sent <= at]
    after = [sent - at for sent, _ in requests.orders if sent > at]
    cancels = [sent - at for sent in requests.cancels if sent > at]
    return len(before), max(after, default=0) / 1e6, max(cancels, default=0) / 1e6


def recovery(program, folder, address, key):
    """Seconds from the start after kill -9 to ready, with so many orders open."""
    running = Trader(program, folder, address, key, "--plain")
    running.wait_until_ready()
    running.ask("resume")
    running.ask("cancel-all")
    price = last_price(address)
    end = time.monotonic() + 150
    number = 0
    while True:
        status = running.ask("status")
        if len(status["orders"]) >= OPEN_ORDERS:
            break
        if time.monotonic() > end:
            raise SystemExit(f"{len(status['orders'])} open orders, not {OPEN_ORDERS}; the program "
                             f"said {running.seen.decode(errors='replace')[-1500:]}")
        running.type(f"buy btc 1 @ {price * 0.9 + 10 * number:.0f} sl 1%\n")
        time.sleep(0.7)
        running.type("yes\n")
        number += 1
        time.sleep(0.2)
    running.kill(signal.SIGKILL)
    taken = []
    for _ in range(5):
        again = Trader(program, folder, address, key, "--plain")
        taken.append(again.wait_until_ready())
        found = len(again.ask("status")["orders"])
        if found < OPEN_ORDERS:
            raise SystemExit(f"{found} of {OPEN_ORDERS} open orders were found after the restart")
        again.kill(signal.SIGKILL)
    return taken


def measure(program, folder, address, key, requests, count, parts):
    """The rows of the figures: name, value, how it is compared, limit."""
    rows = []
    if "keys" in parts or "halt" in parts:
        running = Trader(program, folder, address, key)
        running.wait_until_ready()
        time.sleep(3)
        del requests.rates[:]
        if "keys" in parts:
            try:
                taken = keys(running, requests, count)
            except SystemExit as end:
                raise SystemExit(f"{end}\n{log(folder)}\n{running.text()[-3000:]}")
            rows += [
                ("market messages a second meanwhile", percentile(requests.rates, 0.5), ">=",
                 0.95 * RATE),
                ("key to request at the socket, p50 ms", percentile(taken, 0.5), "<=", 1),
                ("key to request at the socket, p99 ms", percentile(taken, 0.99), "<=", 6)]
        if "halt" in parts:
            before, last_order, last_cancel = halt(running, requests, address)
            rows += [("orders sent right before the halt", before, ">=", 3),
                     ("halt to last order sent, ms", last_order, "<=", 250),
                     ("halt to last cancel sent, ms", last_cancel, "<=", 250)]
        running.kill(signal.SIGKILL)
    if "kill" in parts:
        starts = recovery(program, folder, address, key)
        name = f"kill -9 to ready with {OPEN_ORDERS} open orders"
        rows += [(f"{name}, median s", percentile(starts, 0.5), "<=", 3),
                 (f"{name}, worst s", max(starts), "<=", 3)]
    return rows


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    parts = sys.argv[3:] or ["keys", "halt", "kill"]
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    # The journal lies on the disk that the program lies on, not in memory.
    with tempfile.TemporaryDirectory(dir=os.path.dirname(program)) as folder:
        server, address, key = serve(program, folder, "--lenient")
        host, port = address.removeprefix("http://").split(":")
        ours, theirs = multiprocessing.Pipe(duplex=False)
        relay = multiprocessing.Process(
            target=lambda: Relay(listener, (host, int(port)), theirs).run(), daemon=True)
        relay.start()
        try:
            rows = measure(program, folder, f"http://127.0.0.1:{listener.getsockname()[1]}", key,
                           Requests(ours), count, parts)
        finally:
            relay.kill()
            server.kill()
    missed = False
    for name, value, sign, limit in rows:
        bad = sign == "<=" and value > limit or sign == ">=" and value < limit
        missed = missed or bad
        print(f"{name:56} {value:10.2f}   limit {sign} {limit:g}{'   MISSED' if bad else ''}")
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
