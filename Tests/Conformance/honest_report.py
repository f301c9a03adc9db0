#!/usr/bin/env python3
"""Backtests the zone and the confluence strategy on recorded markets and compares the summary.

usage: honest_report.py PERPDECK MARKET_DATA [--record]

MARKET_DATA holds candles/15m/*.csv.gz and funding/*.csv of BTC, ETH and SOL perpetuals. Fees are
0.06 % a fill, slippage 0.02 %, funding as recorded, limits such that no breaker ends a run. Beside
each run stands the walk-forward: settings chosen on 180 days and traded on the next 60. The summary
is kept in Tests/Golden/research_honest.txt whatever it says; --record writes it anew.
"""
import json
import pathlib
import subprocess
import sys

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Golden" / "research_honest.txt"
MARKETS = {
    "BTC": ("BTCUSDT_perp_binance_15m", "BTCUSDT_perp_binance_funding"),
    "ETH": ("ETHUSDT_perp_binance_15m", "ETHUSDT_perp_binance_funding"),
    "SOL": ("SOLUSDT_perp_binance_15m", "SOLUSDT_perp_binance_funding"),
}
STRATEGIES = ("supply-demand", "confluence")


def one(folder, start):
    """Returns the one file whose name begins so."""
    found = sorted(folder.glob(start + "*"))
    if len(found) != 1:
        sys.exit(f"{folder}: {len(found)} files begin with {start}, one is needed")
    return str(found[0])


def perpdeck(program, *words):
    """Runs the program and returns what it printed."""
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=1_800)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}: {done.stderr[-800:]}")
    return done.stdout


def market_words(data, name):
    """The options that name a market, its costs and the limits."""
    candles, funding = MARKETS[name]
    return [
        "--candles", one(data / "candles" / "15m", candles),
        "--funding", one(data / "funding", funding),
        "--instrument", f"{name}-USDT", "--fees", "0.0006", "--slippage", "0.0002",
        "--balance", "10000", "--leverage", "10", "--limits", "none",
    ]


def percent(share):
    """A share in percent."""
    return "none" if share is None else f"{share * 100:.2f} %"


def interval(figure):
    """A mean with its interval."""
    if figure is None:
        return "too few trades"
    return f"{figure['mean']:.3f} ({figure['lower']:.3f} to {figure['upper']:.3f})"


def chance(figures):
    """How likely chance alone is, or why that is not told."""
    odds = figures["p_value"]
    return f"— ({figures['p_value_missing']})" if odds is None else f"p = {odds:.3f}"


def summary(program, data, name, strategy):
    """The lines of one market and strategy."""
    words = market_words(data, name)
    report = json.loads(perpdeck(program, "backtest", "--strategy", strategy, *words, "--json"))
    *steps, total = [
        json.loads(line)
        for line in perpdeck(
            program, "walk-forward", "--strategy", strategy, *words, "--json").splitlines()]
    factor = report["profit_factor"]
    odds = report["chance"]
    return [
        f"{strategy} on {name}, {report['start']} to {report['end']}, {report['bars']} candles, "
        f"{report['missing_candles']} missing",
        f"  return {percent(report['return'])}, deepest fall {percent(report['max_drawdown'])}",
        f"  trades {report['trades']}, won {percent(report['win_rate'])}, "
        f"profit factor {'none' if factor is None else f'{factor:.3f}'}",
        f"  expectancy in R {interval(report['expectancy_r'])}",
        f"  by chance {chance(odds)} for a mean of {percent(odds['mean_return'])} a trade",
        f"  fees {float(report['fees']):.2f}, funding {float(report['funding']):.2f}, "
        f"slippage {float(report['slippage']):.2f} USDT",
        f"  denied {json.dumps(report['denials'], sort_keys=True)}",
        f"  look-ahead {report['look_ahead']}, {report['look_ahead_compared']} decisions compared",
        f"  walk-forward: {len(steps)} steps, by the day chosen {total['chosen_by_day']:.4%}, "
        f"traded {total['traded_by_day']:.4%}; traded {percent(total['traded'])} "
        f"in {sum(step['trades'] for step in steps)} trades",
        f"  by chance {chance(total)} for what was traded; of {total['choices_told']} choices with "
        f"enough trades {total['choices_beyond_chance']} are at or below 0.05",
        "",
    ]


def main():
    """Makes the summary and compares it with the recorded one."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, data = sys.argv[1], pathlib.Path(sys.argv[2])
    lines = []
    for strategy in STRATEGIES:
        for name in MARKETS:
            lines += summary(program, data, name, strategy)
            print("\n".join(lines[-11:]), flush=True)
    text = "\n".join(lines)
    if "--record" in sys.argv:
        GOLDEN.write_text(text)
        return
    if GOLDEN.read_text() != text:
        sys.exit(f"{GOLDEN.name} is another one: review and record it")
    print("as recorded")


main()
