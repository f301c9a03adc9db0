#!/usr/bin/env python3
"""Measures PerpDeck beside its peers: the same work, in turn, in fresh processes.

usage: peers.py [SUITE ...] [--rounds N]

Peers come from PyPI, in the versions that each suite names, into environments under .build-peers.
Every contender prints one JSON line with its `seconds` and `operations` and what it found; what is
found must agree, or the figures mean nothing. A ratio is the median of the ratios round by round,
so that whatever else the machine does hits both sides alike.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

from environments import EnvironmentProblem, environment_python
import backtests
import indicators
import matching

# One line for each suite: a module with SUITE, a `Suite`.
SUITES = {
    "matching": matching.SUITE, "backtests": backtests.SUITE, "indicators": indicators.SUITE}

HERE = pathlib.Path(__file__).resolve().parent
BENCHMARKS = HERE.parent
ROOT = BENCHMARKS.parent.parent


class PeersProblem(Exception):
    """Why the comparison cannot be made, in one sentence."""


def build_ours(products):
    """Builds our executables in release and returns the folder that holds them."""
    for product in products:
        print(f"Building {product} in release", flush=True)
        built = subprocess.run(
            ["swift", "build", "-c", "release", "--product", product],
            cwd=BENCHMARKS, capture_output=True, text=True)
        if built.returncode != 0:
            raise PeersProblem(f"{product} does not build:\n{(built.stdout + built.stderr)[-3000:]}")
    shown = subprocess.run(
        ["swift", "build", "-c", "release", "--show-bin-path"],
        cwd=BENCHMARKS, capture_output=True, text=True, check=True)
    return pathlib.Path(shown.stdout.strip())


def write_bars(count, bin_folder):
    """Writes a file of made-up bars once."""
    place = ROOT / ".build-peers" / "bars" / f"{count}.csv"
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        [str(bin_folder / "PeerRuns"), "bars", str(count)], capture_output=True, check=True)
    place.with_suffix(".part").write_bytes(made.stdout)
    place.with_suffix(".part").rename(place)


def command(contender, bin_folder):
    """Returns the command line of a contender."""
    fields = {"bin": str(bin_folder), "peers": str(HERE), "root": str(ROOT),
              "bars": str(ROOT / ".build-peers" / "bars")}
    words = [word.format(**fields) for word in contender.command]
    if contender.environment is None:
        return words
    return [environment_python(contender.environment, ROOT / ".build-peers"), *words]


def run_once(contender, words):
    """Runs a contender in a fresh process and returns its JSON line."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=contender.limit,
            env={**os.environ, **contender.variables})
    except subprocess.TimeoutExpired:
        raise PeersProblem(f"{contender.name} took more than {contender.limit} seconds") from None
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise PeersProblem(f"{contender.name} failed: {(done.stderr or done.stdout)[-800:]}")
    return json.loads(lines[-1])


def measure(group, rounds, bin_folder):
    """Runs ours and each peer in turn, round after round; returns rates and findings by name."""
    words = {}
    for contender in [group.ours, *group.peers]:
        try:
            words[contender.name] = command(contender, bin_folder)
        except EnvironmentProblem as problem:
            if problem.is_unreachable:
                raise PeersProblem(str(problem)) from None
            print(f"{contender.name} is left out: {problem}", flush=True)
    present = [c for c in [group.ours, *group.peers] if c.name in words]
    rates = {contender.name: [] for contender in present}
    found = {}
    for turn in range(rounds):
        for contender in present:
            if turn >= contender.rounds:
                continue
            result = run_once(contender, words[contender.name])
            group.check(contender, result)
            rates[contender.name].append(result["operations"] / result["seconds"])
            found[contender.name] = result
    return rates, found


def table(group, rates, found):
    """Returns the lines of a group's table: our figure beside each peer's."""
    ours = rates[group.ours.name]
    rows = [(group.title, group.unit, "ours is faster by", "agrees on")]
    for name, values in rates.items():
        median = statistics.median(values)
        ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, values))
        factor = "" if name == group.ours.name else f"{ratio:,.1f} times"
        rows.append((name, f"{median:,.0f}", factor, group.finding(found[name])))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = []
    for row in rows:
        lines.append(
            f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  "
            f"{row[3]}".rstrip())
    return lines


def main():
    """Measures the suites that were asked for and prints a table for each group."""
    reader = argparse.ArgumentParser(description="Measures PerpDeck beside its peers.")
    reader.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES))
    reader.add_argument("--rounds", type=int, default=5, help="rounds of each contender (5)")
    asked = reader.parse_args()
    unknown = [name for name in asked.suites if name not in SUITES]
    if unknown:
        reader.error(f"no suite is called {unknown[0]}; there are: {', '.join(SUITES)}")
    if asked.rounds < 1:
        reader.error("there is at least one round")
    suites = [SUITES[name] for name in asked.suites or SUITES]
    try:
        bin_folder = build_ours(sorted({product for suite in suites for product in suite.products}))
        for suite in suites:
            for count in suite.bars:
                write_bars(count, bin_folder)
            for group in suite.groups:
                lines = table(group, *measure(group, asked.rounds, bin_folder))
                print("\n" + "\n".join(lines), flush=True)
    except PeersProblem as problem:
        print(f"peers: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
