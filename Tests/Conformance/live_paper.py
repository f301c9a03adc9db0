#!/usr/bin/env python3
"""Trades on paper at another process's live market, and proves that no order leaves.

usage: live_paper.py PERPDECK        (for example .build/debug/perpdeck)
Needs tmux and Python 3 alone. Between the two stands a relay that writes down what is sent.

prices    the price on the screen is one that the server has just stated
trade     a position is opened and closed by keys and is in the journal
private   the server was sent no private path, no signature and no POST
stale     the server is killed: the screen says so, entries and exits are refused with the reason
resumed   the server is back: prices go on, a position can be opened again
offline   without the server at the start: one sentence, exit code 1, no file
"""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from first_trade import read, trade
from terminal import PATIENCE, Failure, Terminal, check, serve, until, wait_until_ready


class Relay:
    """Passes connections on to a port and keeps what the client sent."""

    def __init__(self, port):
        self.to = port
        self.heard = bytearray()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                client.close()
                continue
            for pair in ((client, server, True), (server, client, False)):
                threading.Thread(target=self.pass_on, args=pair, daemon=True).start()

    def pass_on(self, source, target, is_client):
        try:
            while data := source.recv(65536):
                if is_client:
                    self.heard += data
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def requests(self):
        """The request lines of everything that was not inside a stream."""
        return [line.decode() for line in re.findall(rb"(?:GET|POST|PUT|DELETE) /[^\r\n]*",
                                                     bytes(self.heard))]


def stated(address, known):
    """Adds the prices of the newest trades that the server states."""
    url = address + "/api/v1/market/trades?instId=BTC-USDT&limit=100"
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        known.update(float(trade["price"]) for trade in json.load(answer)["data"])


def prices(terminal, address):
    known, shown = set(), []
    began = time.monotonic()
    while (passed := time.monotonic() - began) < PATIENCE:
        stated(address, known)
        if passed > 8 and len(set(shown)) > 3:
            break
        if price := re.search(r"BTC-USDT\s+([\d,]+\.\d+)", terminal.screen()):
            shown.append(float(price[1].replace(",", "")))
        time.sleep(0.15)
    stated(address, known)
    strange = [price for price in shown if price not in known]
    check(shown and not strange, "the prices on the screen are the server's", strange, sorted(known))
    check(len(set(shown)) > 3, "the price moves", shown)
    print(f"passed: prices: {len(set(shown))} prices on the screen, all stated by the server")


def serve_on(port, program, folder):
    server, address, _ = serve(program, folder, "--port", str(port), "--seed", "11")
    return server, address


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def open_and_answer(terminal):
    terminal.keys("b")
    terminal.wait(r"within every limit", "a ticket that no limit refuses")
    terminal.answer("y", r"within every limit|would be denied")
    terminal.wait(r"BTC-USDT\s+long\s+[\d,.]+\s", "the position")


def close(terminal):
    """Closes the position by keys; returns whether there was one."""
    terminal.keys("p")
    # The same key soon after is deaf.
    if not terminal.shows(r"4 100%", 3):
        return not terminal.shows("no open position", 0)
    terminal.answer("4", r"4 100%")
    return True


def outage(program, folder, relay, server, port):
    command = f"{program} paper --market live --server {relay.address} --data ../data"
    with Terminal(tempfile.mkdtemp(dir=folder), command, 130, 40) as terminal:
        terminal.wait(r"BTC-USDT\s+[\d,]+\.\d", "a price of BTC-USDT")
        wait_until_ready(program, terminal.folder, "--data", "../data")
        open_and_answer(terminal)
        server.kill()
        server.wait(PATIENCE)
        terminal.wait(r"(?i)\bstale\b|\bdown\b", "the loss is on the screen")
        # The book that is in the program grows old.
        time.sleep(6)
        terminal.keys("b")
        terminal.wait(r"would be denied: the market data stream is", "the entry is refused, stale")
        shown = terminal.screen()
        check("within every limit" not in shown, "no ticket passes on a stale market", shown)
        terminal.escape(r"would be denied")
        # The reason is on the screen for some seconds.
        until("why the exit is not filled", lambda: close(terminal)
              and terminal.shows(r"live book of BTC-USDT is stale", 5))
        check(re.search(r"BTC-USDT\s+long\s+[\d,.]+\s", terminal.screen()),
              "nothing is filled from a stale book", terminal.screen())
        print("passed: stale: entry refused, exit not filled, both with the reason")
        server, _ = serve_on(port, program, folder)
        try:
            until("the exit goes through again", lambda: not close(terminal)
                  or terminal.shows("no open position", 2), patience=3 * PATIENCE)
            print("passed: resumed: the position was closed on the new stream")
            terminal.keys("q")
            terminal.wait(r"ended with 0", "the end of the program")
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(PATIENCE)


def offline(program, folder, port):
    result = subprocess.run(
        [program, "paper", "--market", "live", "--server", f"http://127.0.0.1:{port}", "--data",
         "nothing", "--plain"], cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    check(result.returncode == 1, "exit code 1", result)
    check(result.stderr.count("\n") == 1 and "cannot be reached" in result.stderr,
          "one sentence", result.stderr)
    check(not os.path.exists(os.path.join(folder, "nothing")), "no file", os.listdir(folder))
    print("passed: offline: " + result.stderr.strip())


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        offline(program, folder, port)
        server, address = serve_on(port, program, folder)
        relay = Relay(port)
        journal = os.path.join(folder, "data/paper-live/main/journal.sqlite")
        try:
            command = f"{program} paper --market live --server {relay.address} --data ../data"
            with Terminal(tempfile.mkdtemp(dir=folder), command, 130, 40) as terminal:
                terminal.wait(r"PAPER .*live market", "that the market is live, the money paper")
                terminal.wait(r"BTC-USDT\s+[\d,]+\.\d", "a price of BTC-USDT")
                prices(terminal, address)
                terminal.keys("q")
                terminal.wait(r"ended with 0", "the end of the program")
            with Terminal(tempfile.mkdtemp(dir=folder), command, 130, 40) as terminal:
                trade(terminal, "PAPER", program, "../data")
            intents = read(journal, "select purpose, kind, side from intents order by at")
            check(intents == [("open", "order", "buy"), ("reduce", "order", "sell")],
                  "the journal has the two intents", intents)
            cycles = read(journal, "select ending, closed_at is not null from position_cycles")
            check(cycles == [("manual", 1)], "the journal has the closed position", cycles)
            print("passed: trade: opened and closed by keys, found in the journal")
            outage(program, folder, relay, server, port)
        finally:
            if server.poll() is None:
                server.kill()
        asked = relay.requests()
        check(len(asked) > 5, "the relay heard the requests", asked)
        strange = [line for line in asked if not re.match(
            r"GET /(api/v1/market/|ws/public)", line)]
        check(strange == [], "only public paths were asked for", strange)
        check(b"access-key" not in bytes(relay.heard).lower(), "nothing was signed")
        print(f"passed: private: {len(asked)} requests, all public and unsigned")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
