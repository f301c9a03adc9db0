#!/usr/bin/env python3
"""Compares the trades of the EMA crossover with those of backtesting.py, one by one.

usage: ema_peer.py PERPDECK MARKET_DATA [--bars N]

MARKET_DATA holds candles/15m/*.csv.gz and candles/1h/*.csv.gz of recorded markets. Both programs
see the same candles under the same rules: EMA 12 over EMA 26, an order fills at the next opening,
0.06 % a fill, a tenth of the equity, no leverage. Every trade must have the same side, the same
candles and the same prices, exactly.

One thing the two do differently, and it is computed here for every trade: backtesting.py buys whole
coins and lets the fee of the entry into the tenth; the simulated exchange counts in lots and takes
the fee besides. Either rule, applied to the trades of the other, must give the other's sizes to the
last lot and its equity at the end.

backtesting.py comes from PyPI, into .build-peers.
"""
import csv
import decimal
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "Benchmarks" / "peers"))
PACKAGES = ("backtesting==0.6.6", "numpy", "pandas")
FILES = ("15m/BTCUSDT_perp", "15m/ETHUSDT_perp", "15m/SOLUSDT_perp", "1h/BTCUSDT_perp")
CASH, LOT = decimal.Decimal(10) ** 9, decimal.Decimal("0.0001")
FEE, SHARE = decimal.Decimal("0.0006"), decimal.Decimal("0.1")
decimal.getcontext().prec = 60


def inside():
    """Starts this script again in the environment that has backtesting.py."""
    if os.environ.get("PERPDECK_PEER_ENVIRONMENT"):
        return
    from environments import environment_python
    from suites import Environment

    python = environment_python(
        Environment("backtesting", ("3.11", "3.12", "3.13"), PACKAGES), ROOT / ".build-peers")
    os.environ["PERPDECK_PEER_ENVIRONMENT"] = "1"
    os.execv(python, [python, *sys.argv])


def theirs(rows):
    """The trades of backtesting.py as (side, entry bar, exit bar, entry, exit, size), its equity."""
    os.environ.setdefault("TQDM_DISABLE", "1")
    warnings.filterwarnings("ignore")
    import pandas
    from backtesting import Backtest, Strategy

    def average(values, count):
        return pandas.Series(values).ewm(span=count, adjust=False).mean().to_numpy()

    class Cross(Strategy):
        def init(self):
            self.fast = self.I(average, self.data.Close, 12)
            self.slow = self.I(average, self.data.Close, 26)
            self.side = 0

        def next(self):
            fast, slow = self.fast[-1], self.slow[-1]
            side = 1 if fast > slow else -1 if fast < slow else self.side
            if side != self.side and self.side and len(self.data) > 26:
                self.position.close()
                (self.buy if side > 0 else self.sell)(size=0.1)
            self.side = side

    frame = pandas.DataFrame(
        [[float(field) for field in row[1:6]] for row in rows],
        columns=["Open", "High", "Low", "Close", "Volume"],
        index=pandas.to_datetime([int(row[0]) for row in rows], unit="ms"))
    found = Backtest(
        frame, Cross, cash=1e9, commission=0.0006, trade_on_close=False, hedging=False,
        exclusive_orders=False, finalize_trades=False).run()
    trades = [
        ("long" if one.Size > 0 else "short", one.EntryBar, one.ExitBar, one.EntryPrice,
         one.ExitPrice, abs(one.Size))
        for one in found["_trades"].itertuples()]
    return trades, float(found["Equity Final [$]"])


def ours(program, path, rows):
    """Our trades in the same form, the equity at the end."""
    with tempfile.TemporaryDirectory() as folder:
        listed = pathlib.Path(folder) / "trades.csv"
        done = subprocess.run(
            [program, "backtest", "--strategy", "ema-cross", "--candles", str(path),
             "--instrument", "TEST-USDT", "--lot", str(LOT), "--balance", str(CASH),
             "--fees", str(FEE), "--slippage", "0", "--leverage", "1", "--limits", "none",
             "--no-look-ahead", "--json", "--trades", str(listed)],
            capture_output=True, text=True, timeout=1800)
        if done.returncode != 0:
            sys.exit(done.stderr[-800:])
        table = list(csv.DictReader(listed.open()))
    # Equity has more digits than a binary number holds.
    report = json.loads(done.stdout, parse_float=decimal.Decimal, parse_int=decimal.Decimal)
    place = {int(row[0]): at for at, row in enumerate(rows)}
    trades = [
        (row["side"], place[int(row["opened_ms"])], place[int(row["closed_ms"])], row["entry"],
         row["exit"], decimal.Decimal(row["contracts"]))
        for row in table]
    return trades, report["final_equity"]


def whole_coins(cash, price):
    """The size that backtesting.py takes: whole coins, the fee of the entry within the tenth."""
    return int((cash * 0.1) // (price + price * 0.1 * 0.0006 / 0.1))


def lots(cash, price):
    """The size that the engine takes: whole lots of a tenth of the equity."""
    return (cash * SHARE / price / LOT).to_integral_value(decimal.ROUND_FLOOR) * LOT


def replayed(trades, rows, number, size_of, fee, cash):
    """Sizes and the equity at the end of a rule of sizes over trades, the last one left open."""
    sizes = []
    legs = [(side, number(rows[start][1]), number(rows[end][1])) for side, start, end, *_ in trades]
    # What is open at the end began where the last trade ended, on the other side.
    last = "short" if legs[-1][0] == "long" else "long"
    legs.append((last, legs[-1][2], None))
    for side, entry, leave in legs:
        size = size_of(cash, entry)
        sign = 1 if side == "long" else -1
        cash -= size * entry * fee
        if leave is None:
            return sizes, cash + sign * size * (number(rows[-1][4]) - entry)
        sizes.append(size)
        cash += sign * size * (leave - entry) - size * leave * fee
    return sizes, cash


def compare(program, path, bars):
    """Compares one file; returns what was found equal as a line."""
    with gzip.open(path, "rt") as lines:
        rows = list(csv.reader(lines))[1:][:bars]
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as cut:
        cut.write("timestamp_ms,open,high,low,close,volume\n")
        cut.writelines(",".join(row[:6]) + "\n" for row in rows)
        cut.flush()
        (mine, my_equity), (peer, peer_equity) = ours(program, cut.name, rows), theirs(rows)
    for place, (one, other) in enumerate(zip(mine, peer)):
        same = one[:3] == other[:3] and (float(one[3]), float(one[4])) == other[3:5]
        if not same:
            sys.exit(f"{path.name}: trade {place + 1} is {one}, theirs is {other}")
    if len(mine) != len(peer):
        sys.exit(f"{path.name}: {len(mine)} trades, theirs are {len(peer)}")
    sizes, equity = replayed(mine, rows, float, whole_coins, 0.0006, 1e9)
    for place, (size, other) in enumerate(zip(sizes, peer)):
        if size != other[5]:
            sys.exit(f"{path.name}: trade {place + 1} by their rule: {size}, theirs {other[5]}")
    if abs(equity - peer_equity) > 1e-9 * peer_equity:
        sys.exit(f"{path.name}: equity by their rule {equity}, theirs {peer_equity}")
    sizes, exact = replayed(peer, rows, decimal.Decimal, lots, FEE, CASH)
    for place, (size, other) in enumerate(zip(sizes, mine)):
        if size != other[5]:
            sys.exit(f"{path.name}: trade {place + 1} by our rule: {size}, ours {other[5]}")
    if abs(exact - my_equity) > decimal.Decimal("1e-6"):
        sys.exit(f"{path.name}: equity by our rule {exact}, ours {my_equity}")
    widest = max(abs(float(one[5]) / other[5] - 1) for one, other in zip(mine, peer))
    return (
        f"{path.name}: {len(rows)} candles, {len(mine)} trades, each with the same side, candles "
        f"and prices; equity {my_equity:.2f}, theirs {peer_equity:.2f}, sizes at most "
        f"{widest * 100:.3f} % apart, all of it by the two rules of size")


def main():
    """Compares every file."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    inside()
    folder = pathlib.Path(sys.argv[2]) / "candles"
    bars = int(sys.argv[sys.argv.index("--bars") + 1]) if "--bars" in sys.argv else None
    for start in FILES:
        found = sorted(folder.glob(start + "*.csv.gz"))
        if len(found) != 1:
            sys.exit(f"{folder}: {len(found)} files begin with {start}, one is needed")
        print(compare(sys.argv[1], found[0], bars), flush=True)


main()
