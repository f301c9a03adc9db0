"""RSI 14, EMA 26, MACD, Bollinger bands 20, ATR 14 and ADX 14 over made-up bars.

As a program it is one contender: indicators.py LIBRARY FILE, or indicators.py INDICATOR FILE for
one of TA-Lib's over the whole series.
"""
import json
import statistics
import sys
import time

from suites import Contender, Environment, Group, Suite

BARS = 1_000_000
# For libraries that take microseconds for a bar.
FEW_BARS = 100_000
NAMES = ("rsi", "ema", "macd", "upper", "atr", "adx")


def prices(path):
    """High, low and close of the file as arrays."""
    import numpy
    import pandas

    table = pandas.read_csv(path)
    return [numpy.ascontiguousarray(table[name]) for name in ("high", "low", "close")]


def talib(path):
    """TA-Lib: the whole series at once, in C."""
    import talib

    high, low, close = prices(path)

    def once():
        return (
            talib.RSI(close, 14), talib.EMA(close, 26), talib.MACD(close, 12, 26, 9)[2],
            talib.BBANDS(close, 20, 2, 2)[0], talib.ATR(high, low, close, 14),
            talib.ADX(high, low, close, 14))

    return once, len(close), [round(series[-1] * 1e6) for series in once()]


def alone(name, path):
    """One indicator of TA-Lib over the whole series, in C; nine times, for it is quick."""
    import talib

    high, low, close = prices(path)
    work = {
        "rsi": lambda: talib.RSI(close, 14), "ema": lambda: talib.EMA(close, 26),
        "macd": lambda: talib.MACD(close, 12, 26, 9)[2],
        "upper": lambda: talib.BBANDS(close, 20, 2, 2)[0],
        "atr": lambda: talib.ATR(high, low, close, 14),
        "adx": lambda: talib.ADX(high, low, close, 14),
    }[name]
    times = []
    for _ in range(9):
        begin = time.perf_counter()
        series = work()
        times.append(time.perf_counter() - begin)
    print(json.dumps({"operations": len(close), "seconds": statistics.median(times),
                      "last": round(series[-1] * 1e6)}))


def talipp(path):
    """talipp: one value after the other, in Python."""
    from talipp.indicators import ADX, ATR, BB, EMA, MACD, RSI
    from talipp.ohlcv import OHLCV

    high, low, close = (series.tolist() for series in prices(path))
    bars = [OHLCV(last, top, bottom, last) for top, bottom, last in zip(high, low, close)]

    def once():
        lines = (RSI(14), EMA(26), MACD(12, 26, 9), BB(20, 2))
        ranges = (ATR(14), ADX(14, 14))
        for bar in bars:
            for line in lines:
                line.add(bar.close)
            for one in ranges:
                one.add(bar)

    return once, len(close), None


def nautilus(path):
    """nautilus_trader: one value after the other, in Cython."""
    from nautilus_trader import indicators

    high, low, close = (series.tolist() for series in prices(path))

    def once():
        rsi = indicators.RelativeStrengthIndex(14).update_raw
        ema = indicators.ExponentialMovingAverage(26).update_raw
        macd = indicators.MovingAverageConvergenceDivergence(12, 26).update_raw
        bands = indicators.BollingerBands(20, 2.0).update_raw
        atr = indicators.AverageTrueRange(14).update_raw
        direction = indicators.DirectionalMovement(14).update_raw
        for top, bottom, last in zip(high, low, close):
            rsi(last)
            ema(last)
            macd(last)
            bands(top, bottom, last)
            atr(top, bottom, last)
            direction(top, bottom)

    return once, len(close), None


LIBRARIES = {"talib": talib, "talipp": talipp, "nautilus": nautilus}


def contend(library, path):
    """Runs a library three times and prints its middle time and the last values in millionths."""
    once, count, last = LIBRARIES[library](path)
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        once()
        times.append(time.perf_counter() - begin)
    found = dict(zip(NAMES, last)) if last else {}
    print(json.dumps({"operations": count, "seconds": statistics.median(times), **found}))


def check(contender, result):
    """Where the definitions are the same, the last values agree to a millionth."""
    if result["operations"] != BARS or "rsi" not in result:
        return
    for name in NAMES:
        first = LAST.setdefault(name, result[name])
        if abs(result[name] - first) > 1:
            raise SystemExit(
                f"peers: {contender.name} has {name} {result[name]}, another has {first}")


def check_alone(contender, result):
    """The last values agree to a millionth."""
    first = LAST.setdefault(contender.name.split()[0], result["last"])
    if abs(result["last"] - first) > 1:
        raise SystemExit(f"peers: {contender.name} ends with {result['last']}, not {first}")


LAST = {}
TALIB = Environment(
    "talib", ("3.11", "3.12", "3.13"),
    ("TA-Lib==0.8.2", "talipp==2.7.0", "numpy", "pandas"))
NAUTILUS = Environment("nautilus", ("3.13", "3.12"), ("nautilus_trader==1.231.0",))


def library(name, word, environment, bars, **more):
    """Returns a contender that reads the file of bars."""
    return Contender(
        name, ("{peers}/indicators.py", word, f"{{bars}}/{bars}.csv"), environment, **more)


def series(name, title):
    """Returns the group that compares one indicator over the whole series with TA-Lib's."""
    return Group(
        title=f"{title}, whole series", unit="bars/s",
        ours=Contender(f"{title} PerpDeck", ("{bin}/PeerRuns", name, str(BARS))),
        peers=(library(f"{title} TA-Lib 0.8.2 (C)", name, TALIB, BARS),),
        check=check_alone, finding=lambda result: f"{result['last'] / 1e6:.6f}")


SUITE = Suite(
    products=("PeerRuns",), bars=(BARS, FEW_BARS),
    groups=(
        Group(
            title="six indicators, bar by bar", unit="bars/s",
            ours=Contender("PerpDeck", ("{bin}/PeerRuns", "indicators", str(BARS))),
            peers=(
                library("TA-Lib 0.8.2 (whole series, C)", "talib", TALIB, BARS),
                library("nautilus_trader 1.231.0", "nautilus", NAUTILUS, FEW_BARS, rounds=3),
                library("talipp 2.7.0", "talipp", TALIB, FEW_BARS, rounds=1),
            ),
            check=check,
            finding=lambda result: f"RSI {result['rsi'] / 1e6:.6f}" if "rsi" in result else ""),
        series("rsi", "RSI"), series("ema", "EMA"), series("macd", "MACD"),
        series("upper", "Bollinger"), series("atr", "ATR"), series("adx", "ADX"),
    ))

if __name__ == "__main__":
    if sys.argv[1] in NAMES:
        alone(sys.argv[1], sys.argv[2])
    else:
        contend(sys.argv[1], sys.argv[2])
