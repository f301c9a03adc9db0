#!/usr/bin/env python3
"""Trades by keys in a real terminal (tmux) and looks at the screen and at the journal.

usage: first_trade.py PERPDECK        (for example .build/debug/perpdeck)
Needs tmux and Python 3 alone. Exit code 1 if a case fails, with the screen that was seen.

paper      a long with a stop, opened and closed by keys, found in the journal
demo       the same against perpdeck serve-exchange: real HTTP, WebSocket and signatures
recording  the prices on the screen are those of the candle file that is replayed
"""
import csv
import glob
import gzip
import os
import re
import signal
import sqlite3
import sys
import tempfile
import time

from terminal import PATIENCE, Failure, Terminal, check, serve, until, wait_until_ready


def trade(terminal, word, program, data):
    """Opens a long with a stop and closes it, by keys."""
    terminal.wait(rf"(?m)^ {word} ", f"the mode word {word}")
    terminal.wait(r"BTC-USDT\s+[\d,]+\.\d", "a price of BTC-USDT")
    wait_until_ready(program, terminal.folder, "--data", data)
    terminal.keys("b")
    terminal.wait(r"within every limit", "a ticket that no limit refuses")
    terminal.answer("y", r"within every limit|would be denied")
    terminal.wait(r"BTC-USDT\s+long\s+[\d,.]+\s", "the position")
    # The stop stands with its proof: a price and how long ago it was seen at the exchange.
    terminal.wait(r"BTC-USDT\s+long.*[\d,]+\.\d+ [\d.]+m?s", "the proof of the stop")
    terminal.wait(r"BTC-USDT\s+sell stop\s+[\d,.]+", "the stop among the orders")
    terminal.keys("p")
    terminal.wait(r"4 100%", "the choice of how much to close")
    terminal.answer("4", r"4 100%")
    terminal.wait(r"no open position", "the position is closed")
    terminal.wait(r"Orders \(0\)", "the stop is gone")
    # The exchange's list of fills lags by seconds. The program waits for it before it ends, but not
    # for long, and a machine that stands still meanwhile would use that up.
    until("the journal has both fills", lambda: has_both_fills(terminal.folder, data))
    terminal.keys("q")
    terminal.wait(r"ended with 0", "the end of the program")


def has_both_fills(folder, data):
    """Whether as much was sold as was bought, by the newest journal of a folder."""
    newest = max(glob.glob(os.path.join(folder, data, "*/main/journal.sqlite")),
                 key=os.path.getmtime)
    traded = {side: sum(float(contracts) for name, contracts in
                        read(newest, "SELECT side, contracts FROM fills") if name == side)
              for side in ("buy", "sell")}
    return traded["buy"] > 0 and abs(traded["buy"] - traded["sell"]) < 1e-9


def journal_of(folder, environment):
    return os.path.join(folder, "data", environment, "main", "journal.sqlite")


def read(path, question):
    """Asks the journal, without writing to it."""
    journal = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return journal.execute(question).fetchall()
    finally:
        journal.close()


def examine(folder, environment):
    """Reads from the journal what was done."""

    def rows(question):
        return read(journal_of(folder, environment), question)

    intents = rows("select purpose, kind, side, stop_price is not null from intents order by at")
    check(intents == [("open", "order", "buy", 1), ("reduce", "order", "sell", 0)],
          "the journal has the two intents", intents)
    orders = rows("select o.state from orders o join intents i using (client_order_id)")
    check(orders == [("filled",), ("filled",)], "the journal has the two orders, filled", orders)
    fills = rows("select sum(side = 'buy'), sum(side = 'sell') from fills")
    check(all(fills[0]), "the journal has fills of both", fills)
    cycles = rows("select ending, closed_at is not null from position_cycles")
    check(cycles == [("manual", 1)], "the journal has the closed position", cycles)
    ended = rows("select end_reason from runs")
    check(ended == [("quit at the keyboard",)], "the journal has the end of the run", ended)
    modes = {oct(os.stat(os.path.join(at, name)).st_mode & 0o777)
             for at, _, names in os.walk(os.path.join(folder, "data")) for name in names}
    check(modes == {"0o600"}, "every file is private", modes)
    print(f"passed: {environment}: opened and closed by keys, found in the journal")


def paper(program, folder):
    command = f"{program} paper --seed 7 --data data"
    with Terminal(folder, command, 80, 24) as terminal:
        trade(terminal, "PAPER", program, "data")
    examine(folder, "paper")


def demo(program, folder):
    server, address, names = serve(program, folder)
    try:
        command = f"{program} demo --server {address} --data data"
        with Terminal(folder, command, 120, 40, names) as terminal:
            trade(terminal, "DEMO", program, "data")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)
    examine(folder, "demo")


def candles_of_our_own(path):
    """Writes a day of minutes that nobody could mistake for another market."""
    rows = []
    price = 43210.5
    for minute in range(1440):
        step = ((minute * 7919) % 41 - 20) / 2
        high, low = max(price, price + step) + 3.5, min(price, price + step) - 4.5
        rows.append((1_700_000_040_000 // 60_000 * 60_000 + minute * 60_000, price, high, low,
                     price + step, 12.5 + minute % 9))
        price += step
    with gzip.open(path, "wt", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["timestamp_ms", "open", "high", "low", "close", "volume"])
        writer.writerows(rows)


def recording(program, folder, path):
    with (gzip.open(path, "rt") if path.endswith(".gz") else open(path)) as file:
        rows = [(int(row["timestamp_ms"]), float(row["low"]), float(row["high"]))
                for row in csv.DictReader(file)]
    lows = {time % 86_400_000 // 60_000: [] for time, _, _ in rows}
    for start, low, high in rows[:3_000]:
        lows[start % 86_400_000 // 60_000].append((start, low, high))
    command = (f"{program} paper --candles '{path}' --instrument BTC-USDT --speed 60 "
               "--data data")
    seen = set()
    with Terminal(folder, command, 120, 40) as terminal:
        terminal.wait(r"BTC-USDT\s+[\d,]+\.\d", "a price of BTC-USDT")
        began, strange = time.monotonic(), 0
        while (passed := time.monotonic() - began) < PATIENCE:
            if passed > 8 and len({value for _, value in seen}) > 20:
                break
            screen = terminal.screen()
            clock = re.search(r"(\d\d):(\d\d):(\d\d)", screen.split("\n")[0])
            # The last price and its age: at this speed, a second is a minute.
            price = re.search(r"BTC-USDT\s+([\d,]+\.\d+)\s+\S+\s+(\d+)([sm])\b", screen)
            if not clock or not price:
                continue
            now = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
            value = float(price[1].replace(",", ""))
            unit = {"s": 1, "m": 60}[price[3]]
            newest = now - int(price[2]) * unit
            # It is of the minute in which it came, or of the one that had just ended.
            near = [candle for minute in range((newest - unit) // 60 - 1, newest // 60 + 1)
                    for candle in lows.get(minute % 1440, [])]
            # Half a frame may have been drawn; what is wrong stays wrong.
            strange = 0 if any(low <= value <= high for _, low, high in near) else strange + 1
            check(strange < 3, f"{value} at {clock[0]} is a price of the file", near, screen)
            if not strange:
                seen.add((clock[0], value))
            time.sleep(0.1)
        terminal.keys("q")
        terminal.wait(r"ended with 0", "the end of the program")
    check(len({value for _, value in seen}) > 20, "the price moves", seen)
    print(f"passed: recording: {len(seen)} prices on the screen are those of "
          f"{os.path.basename(path)}")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    for case in (paper, demo):
        with tempfile.TemporaryDirectory() as folder:
            case(program, folder)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "BTC_1m.csv.gz")
        candles_of_our_own(path)
        recording(program, folder, path)
    shared = os.environ.get("PERPDECK_SHARED")
    if shared:
        with tempfile.TemporaryDirectory() as folder:
            recording(program, folder, os.path.join(
                shared, "market-data/candles/1m/BTCUSDT_perp_binance_1m_2025-05_06.csv.gz"))
    else:
        print("skipped: the recorded market, for PERPDECK_SHARED names no folder")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
