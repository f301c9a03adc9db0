#!/usr/bin/env python3
"""Loads a served exchange from one other process and prints what it bears.

usage: server_load.py PERPDECK

Signed requests on one connection after another's answer, pushes to one client, 200 clients, and a
client that does not read. Exits with 1 when a figure misses what the server must reach.
"""

import base64
import hashlib
import hmac
import json
import os
import selectors
import socket
import struct
import subprocess
import sys
import time

MUST_REQUESTS = 2_000
MUST_PUSHES = 20_000
CLIENTS = 200
SLOW_CLIENT_MEMORY = 64  # MiB that a client which does not read may cost


class Server:
    """The program under load, with the test account that it prints."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "serve-exchange", "--port", "0", "--lenient", "--fault-door"],
            stdout=subprocess.PIPE, text=True)
        fields = {}
        while "passphrase" not in fields:
            line = self.process.stdout.readline()
            if not line:
                sys.exit("server_load: the exchange did not start")
            name, _, value = line.strip().partition(": ")
            fields[name] = value
        host, port = fields["address"].split(":")
        self.address = (host, int(port))
        self.key, self.secret = fields["API key"], fields["secret"].encode()
        self.passphrase = fields["passphrase"]

    def memory(self):
        """Resident memory in MiB."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20

    def seconds(self):
        """Processor time so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.process.terminate()
        self.process.wait()


class Calls:
    """One kept-alive connection for calls."""

    def __init__(self, server):
        self.server = server
        self.socket = socket.create_connection(server.address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(10)
        self.count = 0

    def ask(self, method, path, body=b"", signed=True):
        head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
        if signed:
            self.count += 1
            now, nonce = str(int(time.time() * 1000)), f"load{self.count}"
            text = (path + method + now + nonce).encode() + body
            mac = hmac.new(self.server.secret, text, hashlib.sha256).hexdigest()
            head += [
                f"ACCESS-KEY: {self.server.key}", f"ACCESS-PASSPHRASE: {self.server.passphrase}",
                f"ACCESS-TIMESTAMP: {now}", f"ACCESS-NONCE: {nonce}",
                f"ACCESS-SIGN: {base64.b64encode(mac.encode()).decode()}"]
        if method == "POST":
            head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        self.socket.sendall(("\r\n".join(head) + "\r\n\r\n").encode() + body)
        data = self.socket.recv(65_536)
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(65_536)
        head, _, rest = data.partition(b"\r\n\r\n")
        lower = head.lower()
        place = lower.index(b"content-length: ") + 16
        length = int(lower[place:].split(b"\r\n", 1)[0])
        while len(rest) < length:
            rest += self.socket.recv(65_536)
        return json.loads(rest)

    def act(self, **members):
        answer = self.ask("POST", "/__sim/act", json.dumps(members).encode(), signed=False)
        assert answer["code"] == "0", answer


class Stream:
    """One public WebSocket that counts the messages it gets."""

    def __init__(self, server, topics):
        self.socket = socket.create_connection(server.address)
        self.socket.settimeout(10)
        self.socket.sendall(
            b"GET /ws/public HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Sec-WebSocket-Version: 13\r\n\r\n")
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(65_536)
        assert data.startswith(b"HTTP/1.1 101"), data
        self.pending = data.partition(b"\r\n\r\n")[2]
        self.messages = 0
        text = json.dumps({"op": "subscribe", "args": [
            {"channel": channel, "instId": instrument} for channel, instrument in topics]})
        payload, mask = text.encode(), b"\1\2\3\4"
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 \
            else b"\xfe" + struct.pack(">H", len(payload))
        self.socket.sendall(
            b"\x81" + length + mask + bytes(byte ^ mask[i & 3] for i, byte in enumerate(payload)))

    def read(self):
        """Reads what is there and counts the whole messages; False at the end."""
        data = self.socket.recv(1 << 20)
        if not data:
            return False
        data = self.pending + data
        place, size = 0, len(data)
        while place + 2 <= size:
            length, head = data[place + 1], 2
            if length == 126:
                if place + 4 > size:
                    break
                length, head = data[place + 2] << 8 | data[place + 3], 4
            elif length == 127:
                if place + 10 > size:
                    break
                length, head = int.from_bytes(data[place + 2:place + 10], "big"), 10
            if place + head + length > size:
                break
            place += head + length
            self.messages += 1
        self.pending = data[place:]
        return True


def requests(server):
    """Limit orders far away, their cancels, and the balance, one after another's answer."""
    calls = Calls(server)
    book = calls.ask("GET", "/api/v1/market/books?instId=BTC-USDT", signed=False)
    price = f"{float(book['data'][0]['bids'][0][0]) * 0.9:.1f}"
    order = json.dumps({
        "instId": "BTC-USDT", "marginMode": "cross", "side": "buy", "orderType": "limit",
        "price": price, "size": "1"}).encode()
    times, begin, spent = [], time.perf_counter(), server.seconds()
    while time.perf_counter() - begin < 4:
        start = time.perf_counter()
        placed = calls.ask("POST", "/api/v1/trade/order", order)
        middle = time.perf_counter()
        assert placed["code"] == "0", placed
        body = b'{"orderId":"%s"}' % placed["data"][0]["orderId"].encode()
        calls.ask("POST", "/api/v1/trade/cancel-order", body)
        late = time.perf_counter()
        calls.ask("GET", "/api/v1/account/balance")
        times += [middle - start, late - middle, time.perf_counter() - late]
    rate = len(times) / (time.perf_counter() - begin)
    times.sort()
    processor = (server.seconds() - spent) / len(times)
    print(f"server, signed requests       {rate:10,.0f} /s   p50 {times[len(times) // 2] * 1e3:.2f} "
          f"ms, p99 {times[len(times) * 99 // 100] * 1e3:.2f} ms, {processor * 1e6:.0f} us of "
          "processor each")
    return rate >= MUST_REQUESTS


def pushes(server, name, must, **flood):
    """Tickers to one client: as many as are asked for, and how fast they came."""
    calls = Calls(server)
    stream = Stream(server, [("tickers", "BTC-USDT")])
    while stream.messages < 2:
        stream.read()
    before, spent = stream.messages, server.seconds()
    begin = time.perf_counter()
    calls.act(do="flood", instId="BTC-USDT", **flood)
    while stream.messages - before < flood["count"]:
        if not stream.read():
            print(f"server, {name}: the stream was closed")
            return False
    rate = (stream.messages - before) / (time.perf_counter() - begin)
    processor = (server.seconds() - spent) / flood["count"]
    print(f"server, {name:22}{rate:10,.0f} /s   {processor * 1e6:.1f} us of processor each")
    return rate >= must


def crowd(server):
    """Many clients of three books, for five seconds."""
    before = server.memory()
    topics = [("books", f"{coin}-USDT") for coin in ("BTC", "ETH", "SOL")]
    streams = [Stream(server, topics) for _ in range(CLIENTS)]
    selector = selectors.DefaultSelector()
    for stream in streams:
        selector.register(stream.socket, selectors.EVENT_READ, stream)
    begin, spent = time.perf_counter(), server.seconds()
    while time.perf_counter() - begin < 5:
        for key, _ in selector.select(0.1):
            assert key.data.read(), "a stream was closed"
    passed = time.perf_counter() - begin
    least = min(stream.messages for stream in streams)
    rate = sum(stream.messages for stream in streams) / passed
    print(f"server, {CLIENTS} clients x 3 books {rate:10,.0f} /s   "
          f"{(server.seconds() - spent) / passed * 100:.0f} % of a core, "
          f"{server.memory() - before:.0f} MiB more, at least {least} messages to each")
    return least > 60


def slow(server):
    """A client that does not read is dropped before it costs much memory."""
    calls = Calls(server)
    before = server.memory()
    stream = Stream(server, [("tickers", "BTC-USDT")])
    time.sleep(0.1)
    calls.act(do="flood", instId="BTC-USDT", count=500_000, perSecond=100_000)
    peak, end = before, time.perf_counter() + 5
    while time.perf_counter() < end:
        peak = max(peak, server.memory())
        time.sleep(0.02)
    try:
        while stream.read():
            pass
        closed = True
    except ConnectionResetError:
        closed = True
    except TimeoutError:
        closed = False
    print(f"server, a client that does not read: {'closed' if closed else 'kept'} after "
          f"{stream.messages:,} of 500,000 messages, {peak - before:.0f} MiB more at the most")
    return closed and peak - before < SLOW_CLIENT_MEMORY


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    server = Server(sys.argv[1])
    try:
        good = [
            requests(server),
            pushes(server, "pushes at a pace", MUST_PUSHES * 0.98, count=100_000, perSecond=20_000),
            pushes(server, "pushes at full speed", MUST_PUSHES, count=600_000,
                   perSecond=200_000),
            crowd(server),
            slow(server),
        ]
    finally:
        server.end()
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
